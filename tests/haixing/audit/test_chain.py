"""Promise T26: an edit of the audit trail shows. The intruder here writes raw SQL with the triggers lifted."""

import datetime
import random
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from haixing.audit import commands as audit
from haixing.audit import queries, tasks
from haixing.audit.models import Event, Seal
from haixing.lib.append_only import lifted

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, 0, 123456, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def write_events(count: int, *, start: int = 0) -> None:
    for number in range(start, start + count):
        audit.record(
            actor=f"staff:{number}",
            action="card.presented",
            subject=f"presentation:{number}",
            policy_id=number % 3,
            site_id=number % 2 or None,
            detail={"visits": number, "codes": ["a", None, True]},
            now=NOW + number * datetime.timedelta(seconds=1),
        )


@pytest.fixture
def three_seals() -> list[Seal]:
    """Three seals of four events each, and two events that wait."""
    for batch in range(3):
        write_events(4, start=4 * batch)
        audit.seal(now=NOW + batch * MINUTE)
    write_events(2, start=12)
    return list(Seal.objects.all())


@pytest.fixture
def intruder() -> Iterator[None]:
    """Triggers and foreign keys are out of the way; what was done is undone after the test."""
    with lifted(connection), transaction.atomic():
        yield
        transaction.set_rollback(True)


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def ids() -> list[int]:
    return list(Event.objects.values_list("id", flat=True))


def test_recording_is_exactly_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        audit.record(actor="system", action="test", subject="thing:1", now=NOW)


def test_recording_many_is_one_statement_and_seals_like_any_other(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    seen = [audit.Sight(subject=f"card:{number}", policy_id=number) for number in range(3)]

    with django_assert_num_queries(1):
        audit.record_many(actor="guardian:7", action="card.seen", of=seen, now=NOW)

    assert list(Event.objects.order_by("id").values_list("subject", "policy_id")) == [
        ("card:0", 0),
        ("card:1", 1),
        ("card:2", 2),
    ]
    audit.seal(now=NOW + MINUTE)
    assert queries.broken_links() == []


def test_an_event_says_what_was_given() -> None:
    audit.record(actor="guardian:7", action="card.bound", subject="card:ABC", policy_id=3, detail={"n": 1}, now=NOW)

    event = Event.objects.get()
    given = (event.at, event.actor, event.action, event.subject, event.policy_id, event.site_id, event.detail)
    assert given == (NOW, "guardian:7", "card.bound", "card:ABC", 3, None, {"n": 1})


def test_a_float_is_refused_because_databases_spell_it_differently() -> None:
    with pytest.raises(TypeError):
        audit.record(actor="system", action="test", subject="thing:1", detail={"parts": [{"x": 1.5}]}, now=NOW)


def test_events_about_a_policy_are_its_own_and_newest_first() -> None:
    write_events(6)

    subjects = list(queries.events_about(1).values_list("subject", flat=True))

    assert subjects == ["presentation:4", "presentation:1"]


def test_an_honest_chain_is_whole(three_seals: list[Seal]) -> None:
    assert queries.broken_links() == []
    assert [link.events for link in three_seals] == [4, 4, 4]


def test_an_empty_chain_is_whole_and_sealing_nothing_makes_no_seal() -> None:
    assert audit.seal(now=NOW) == 0
    assert (queries.broken_links(), Seal.objects.count()) == ([], 0)


def test_many_events_become_several_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_EVENTS_IN_A_SEAL", 3)
    monkeypatch.setattr(audit, "_AT_ONCE", 2)
    write_events(8)

    assert audit.seal(now=NOW) == 8
    assert list(Seal.objects.values_list("events", flat=True)) == [3, 3, 2]
    assert queries.broken_links() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "staff:999"),
        ("action", "card.viewed"),
        ("subject", "presentation:x"),
        ("policy_id", 99),
        ("site_id", 99),
        ("detail", '{"visits": 1}'),
        ("digest", "0" * 64),
        ("at", NOW + MINUTE * 60),
    ],
)
def test_an_altered_event_is_named(three_seals: list[Seal], intruder: None, column: str, value: object) -> None:
    victim = ids()[5]

    run(f"UPDATE audit_event SET {column} = %s WHERE id = %s", value, victim)

    assert queries.broken_links() == [f"event {victim} was altered"]


def test_an_altered_event_that_waits_for_its_seal_is_named(three_seals: list[Seal], intruder: None) -> None:
    victim = ids()[-1]

    run("UPDATE audit_event SET policy_id = 99 WHERE id = %s", victim)

    assert queries.broken_links() == [f"event {victim}, not yet sealed, was altered"]


def test_a_removed_event_is_named(three_seals: list[Seal], intruder: None) -> None:
    victim = ids()[6]

    run("DELETE FROM audit_event WHERE id = %s", victim)

    assert queries.broken_links() == [f"event {victim}, sealed by seal {three_seals[1].pk}, was removed"]


def test_all_events_of_a_seal_removed_are_all_named(three_seals: list[Seal], intruder: None) -> None:
    victims = ids()[4:8]

    run("DELETE FROM audit_event WHERE seal_id = %s", three_seals[1].pk)

    assert queries.broken_links() == [
        f"event {victim}, sealed by seal {three_seals[1].pk}, was removed" for victim in victims
    ]


def test_two_events_that_changed_places_are_named(three_seals: list[Seal], intruder: None) -> None:
    first, second = ids()[1], ids()[2]
    columns = ("at", "actor", "action", "subject", "policy_id", "site_id", "digest")

    sets = ", ".join(f"{name} = (SELECT {name} FROM audit_event o WHERE o.id = %s)" for name in columns)
    before = Event.objects.in_bulk([first, second])
    run(f"UPDATE audit_event SET {sets} WHERE id = %s", *[second] * len(columns), first)
    for name in columns:
        run(f"UPDATE audit_event SET {name} = %s WHERE id = %s", getattr(before[first], name), second)
    Event.objects.filter(pk=first).update(detail=before[second].detail)
    Event.objects.filter(pk=second).update(detail=before[first].detail)

    sealed_by = three_seals[0].pk
    assert queries.broken_links() == [
        f"event {victim} was replaced: its content is not what seal {sealed_by} sealed under this number"
        for victim in (first, second)
    ]


def test_an_event_moved_to_another_seal_is_named_in_both(three_seals: list[Seal], intruder: None) -> None:
    victim = ids()[0]

    run("UPDATE audit_event SET seal_id = %s WHERE id = %s", three_seals[2].pk, victim)

    assert queries.broken_links() == [
        f"event {victim}, sealed by seal {three_seals[0].pk}, was removed",
        f"event {victim} was added to seal {three_seals[2].pk} afterwards",
    ]


def test_an_event_forged_into_a_seal_is_named(three_seals: list[Seal], intruder: None) -> None:
    write_events(1, start=50)
    forged = Event.objects.latest("id")
    run("UPDATE audit_event SET seal_id = %s WHERE id = %s", three_seals[0].pk, forged.pk)

    assert queries.broken_links() == [f"event {forged.pk} was added to seal {three_seals[0].pk} afterwards"]


@pytest.mark.parametrize("column", ["sealed_at", "hash", "events", "contents"])
def test_an_altered_seal_is_named(three_seals: list[Seal], intruder: None, column: str) -> None:
    victim = three_seals[1]
    value = {"sealed_at": NOW, "hash": "0" * 64, "events": 3, "contents": victim.contents[:-1] + "x"}[column]

    run(f"UPDATE audit_seal SET {column} = %s WHERE id = %s", value, victim.pk)

    assert f"seal {victim.pk} was altered" in queries.broken_links()


def test_a_removed_seal_is_named_by_its_neighbour_and_its_events(three_seals: list[Seal], intruder: None) -> None:
    victims, (_first, victim, third) = ids()[4:8], three_seals

    run("DELETE FROM audit_seal WHERE id = %s", victim.pk)

    orphans = [f"event {event_id} names seal {victim.pk}, which was removed" for event_id in victims]
    gap = f"seal {third.pk} does not follow the seal before it: a seal was removed, added or moved here"
    assert queries.broken_links() == [*orphans, gap]


def test_the_last_seal_removed_leaves_its_events_behind(three_seals: list[Seal], intruder: None) -> None:
    run("DELETE FROM audit_seal WHERE id = %s", three_seals[2].pk)

    removed = three_seals[2].pk
    assert queries.broken_links() == [
        f"event {event_id} names seal {removed}, which was removed" for event_id in ids()[8:12]
    ]


def test_two_seals_that_changed_places_are_named(three_seals: list[Seal], intruder: None) -> None:
    first, second = three_seals[0].pk, three_seals[1].pk

    for old, new in ((first, 900), (second, first), (900, second)):
        run("UPDATE audit_seal SET id = %s WHERE id = %s", new, old)
        run("UPDATE audit_event SET seal_id = %s WHERE seal_id = %s", new, old)

    broken = queries.broken_links()
    for seal_id in (first, second, three_seals[2].pk):
        assert f"seal {seal_id} does not follow the seal before it: a seal was removed, added or moved here" in broken


def test_a_chain_rewritten_from_its_own_rows_does_not_pass_without_the_key(
    three_seals: list[Seal], intruder: None, settings: Settings
) -> None:
    from haixing.audit import models

    forged = Event.objects.get(pk=ids()[9])
    forged.actor = "staff:1"
    ours, settings.INDEX_KEY = settings.INDEX_KEY, "the intruder's guess"
    digest = forged.deserved_digest()
    link = Seal.objects.get(pk=three_seals[2].pk)
    contents = link.contents.replace(models.line_of(forged.pk, forged.digest), models.line_of(forged.pk, digest))
    link.contents = contents
    run("UPDATE audit_event SET actor = 'staff:1', digest = %s WHERE id = %s", digest, forged.pk)
    run("UPDATE audit_seal SET contents = %s, hash = %s WHERE id = %s", contents, link.deserved_hash(), link.pk)

    settings.INDEX_KEY = ours
    assert queries.broken_links() == [f"seal {link.pk} was altered", f"event {forged.pk} was altered"]


def test_an_end_cut_off_shows_against_a_head_that_was_written_down(three_seals: list[Seal], intruder: None) -> None:
    head = queries.chain_head()
    assert queries.broken_links(head=head) == []

    run("DELETE FROM audit_event WHERE seal_id = %s OR seal_id IS NULL", three_seals[2].pk)
    run("DELETE FROM audit_seal WHERE id = %s", three_seals[2].pk)

    assert queries.broken_links() == []  # nothing inside the database can tell
    assert queries.broken_links(head=head) == [
        f"the chain was cut: no seal has the hash {head} that was written down earlier"
    ]


def test_every_one_of_many_random_edits_is_found(three_seals: list[Seal], intruder: None) -> None:
    dice = random.Random(20261122)
    columns = {"actor": "x", "action": "x", "subject": "x", "policy_id": 77, "site_id": 77, "digest": "1" * 64}
    found = 0
    for _round in range(300):
        victim = dice.choice(ids())
        with transaction.atomic():
            if dice.random() < 0.3 and victim in ids()[:12]:
                run("DELETE FROM audit_event WHERE id = %s", victim)
            else:
                column = dice.choice(list(columns))
                run(f"UPDATE audit_event SET {column} = %s WHERE id = %s", columns[column], victim)
            found += any(f"event {victim}" in sentence for sentence in queries.broken_links())
            transaction.set_rollback(True)

    assert found == 300
    assert queries.broken_links() == []


def test_two_sealers_at_once_cannot_fork_the_chain(three_seals: list[Seal]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(sealed_at=NOW, previous_hash=three_seals[0].hash, hash="f" * 64, events=0, contents="")


def test_sealing_is_a_task_and_a_command() -> None:
    write_events(3)
    printed = StringIO()

    call_command("seal_audit", stdout=printed)
    write_events(2, start=3)
    tasks.seal_audit.call()

    assert printed.getvalue() == f"sealed 3 events, head {Seal.objects.order_by('id')[0].hash}\n"
    assert list(Seal.objects.values_list("events", flat=True)) == [3, 2]


@pytest.mark.django_db(transaction=True)
def test_sealers_racing_with_writers_lose_nothing_and_seal_nothing_twice() -> None:
    from tests.together import together

    write_events(40)

    together(
        *[lambda: audit.seal(now=NOW)] * 3,
        *[lambda start=100 * n: write_events(10, start=start) for n in range(1, 4)],  # type: ignore[misc]
    )
    audit.seal(now=NOW + MINUTE)

    assert queries.broken_links() == []
    assert sum(Seal.objects.values_list("events", flat=True)) == Event.objects.count() == 70
