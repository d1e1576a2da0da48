"""Promise T6: the picture proves nothing, the server decides."""

import datetime
import random
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from haixing.accounts import commands as accounts
from haixing.accounts.models import User
from haixing.audit.models import Event
from haixing.lib.errors import TooManyTries
from haixing.lib.refs import ALPHABET
from haixing.members import commands as members
from haixing.members import facts, queries
from haixing.members.commands import Bound
from haixing.members.models import CardCode, Presentation
from haixing.network.models import Site
from tests.together import kinds_of, together

from .conftest import NOW

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


def redeem(text: str, site: Site, staff: User, *, now: datetime.datetime = NOW) -> Presentation:
    return members.redeem_code(text=text, site_id=site.pk, staff=staff, now=now)


def test_a_scanned_code_opens_the_card_to_the_site(lin: Bound, sunflower: Site, nurse: User) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    presentation = redeem(shown.qr, sunflower, nurse)

    told = (presentation.policy, presentation.site_id, presentation.staff, presentation.binding, presentation.at)
    assert told == (lin.binding.policy, sunflower.pk, nurse, lin.binding, NOW)
    assert queries.live_presentation(site_id=sunflower.pk, ref=presentation.ref, now=NOW) == presentation


@pytest.mark.parametrize(
    "how", [str, str.lower, lambda code: f" {code[:5]} {code[5:]} ", lambda code: f"{code[:5]}-{code[5:]}"]
)
def test_ten_typed_characters_do_too_however_they_are_typed(
    lin: Bound, sunflower: Site, nurse: User, how: Callable[[str], str]
) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    assert redeem(how(shown.code), sunflower, nurse).policy == lin.binding.policy


def test_letters_that_look_like_digits_are_understood() -> None:
    code = next(text.code for text in iter(facts.new_code, None) if "0" in text.code and "1" in text.code)

    assert facts.read_code(code.replace("0", "O").replace("1", "l")) == code
    assert facts.read_code(code.replace("0", "o").replace("1", "I")) == code


def test_a_code_is_ten_characters_that_can_be_read_aloud() -> None:
    codes = [facts.new_code() for _ in range(500)]

    assert len({text.code for text in codes}) == 500
    assert all(len(text.code) == 10 and set(text.code) <= set(ALPHABET) for text in codes)
    assert all(text.qr.startswith(f"HX1.{text.code}.") and text.qr == text.qr.upper() for text in codes)


def test_only_an_index_of_the_code_is_kept(lin: Bound) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT code_index FROM members_cardcode")
        kept = cursor.fetchone()[0]
    assert shown.code not in kept
    assert len(kept) == 64


def test_showing_is_one_statement_and_a_read_at_the_desk_at_most_six(
    lin: Bound,
    sunflower: Site,
    nurse: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        shown = members.show_code(binding=lin.binding, now=NOW)
    with django_assert_max_num_queries(8):  # with the savepoint's two
        redeem(shown.qr, sunflower, nurse)


# --- Doctored and damaged codes ---------------------------------------------------------------------------------------


def mutants(text: str, dice: random.Random) -> str:
    """Return ``text`` changed in one of the ways a forger or a scratched screen would."""
    place = dice.randrange(len(text))
    letter = dice.choice(ALPHABET + "abcxyz.-_ é中０😀\n\0")
    kind = dice.randrange(6)
    if kind == 0:
        return text[:place] + letter + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + letter + text[place:]
    if kind == 3:
        return text[:place]
    if kind == 4:
        other = dice.randrange(len(text))
        characters = list(text)
        characters[place], characters[other] = characters[other], characters[place]
        return "".join(characters)
    return text[:place] + "".join(dice.choice(ALPHABET) for _ in text[place:])


def test_no_mutated_qr_text_is_read() -> None:
    dice = random.Random(6)
    accepted = []
    tried = 0
    while tried < 10_000:
        genuine = facts.new_code()
        for _ in range(50):
            mutant = mutants(genuine.qr, dice)
            if mutant.strip() == genuine.qr:
                continue
            tried += 1
            if facts.read_code(mutant) is not None:
                accepted.append(mutant)

    assert accepted == []


def test_of_slips_in_a_typed_code_one_in_a_thousand_passes_the_check_and_none_finds_a_card(
    lin: Bound, sunflower: Site, nurse: User
) -> None:
    dice = random.Random(7)
    shown = members.show_code(binding=lin.binding, now=NOW)
    readable = []
    for _ in range(5_000):
        place = dice.randrange(10)
        mutant = shown.code[:place] + dice.choice(ALPHABET.replace(shown.code[place], "")) + shown.code[place + 1 :]
        if code := facts.read_code(mutant):
            readable.append(code)

    assert len(readable) < 30  # 5 expected of 5,000
    for number, code in enumerate(set(readable)):
        with pytest.raises(members.CodeExpired):
            redeem(code, sunflower, nurse, now=NOW + number * DAY)
    assert Presentation.objects.count() == 0


def test_a_signature_of_one_code_does_not_serve_another() -> None:
    one, two = facts.new_code(), facts.new_code()

    assert facts.read_code(f"HX1.{one.code}.{two.qr.split('.')[2]}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "HX1",
        "HX1.",
        "HX1..",
        "HX2.0000000000.0",
        "0000000000",
        "ABCDEFGHJK" * 4,
        "ＡＢＣＤＥＦＧＨＪＫ",
        "\0" * 10,
        "https://example.com/",
        "😀" * 10,
        "1" * 100_000,
        "ſſſſſſſſſſ",
    ],
)
def test_what_is_no_code_of_ours_is_said_so(sunflower: Site, nurse: User, text: str) -> None:
    with pytest.raises(members.CodeUnreadable, match="十位字符"):
        redeem(text, sunflower, nurse)


# --- Time, and once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "is_good"), [(0, True), (60, True), (74.999, True), (75, False), (76, False)])
def test_a_code_lives_seventy_five_seconds(
    lin: Bound, sunflower: Site, nurse: User, after: float, is_good: bool
) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)
    assert shown.expires_at == NOW + 75 * SECOND

    if is_good:
        assert redeem(shown.qr, sunflower, nurse, now=NOW + after * SECOND)
    else:
        with pytest.raises(members.CodeExpired, match="自动刷新"):
            redeem(shown.qr, sunflower, nurse, now=NOW + after * SECOND)


def test_a_screenshot_shown_again_is_refused_even_when_it_is_old(lin: Bound, sunflower: Site, nurse: User) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)
    redeem(shown.qr, sunflower, nurse)

    for now in (NOW + SECOND, NOW + DAY):
        for text in (shown.qr, shown.code):
            with pytest.raises(members.CodeAlreadyUsed, match="已经用过"):
                redeem(text, sunflower, nurse, now=now)
    assert Presentation.objects.count() == 1


def test_a_code_that_never_was_looks_like_an_expired_one(lin: Bound, sunflower: Site, nurse: User) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    heard = set()
    for text in (facts.new_code().qr, facts.new_code().code, shown.qr):
        with pytest.raises(members.CodeExpired) as refusal:
            redeem(text, sunflower, nurse, now=NOW + 80 * SECOND)
        heard.add(str(refusal.value))

    assert len(heard) == 1


def test_a_card_taken_back_shows_no_code_that_works(lin: Bound, grandma: Bound, sunflower: Site, nurse: User) -> None:
    shown = members.show_code(binding=grandma.binding, now=NOW)
    members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)

    with pytest.raises(members.CodeExpired):
        redeem(shown.qr, sunflower, nurse)
    assert Presentation.objects.count() == 0


def test_the_next_code_works_while_the_last_one_still_does(lin: Bound, sunflower: Site, nurse: User) -> None:
    first = members.show_code(binding=lin.binding, now=NOW)
    second = members.show_code(binding=lin.binding, now=NOW + 60 * SECOND)

    assert redeem(first.qr, sunflower, nurse, now=NOW + 70 * SECOND)
    assert redeem(second.qr, sunflower, nurse, now=NOW + 70 * SECOND)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("race", range(5))
def test_two_desks_that_read_one_code_at_once_have_one_winner(
    lin: Bound, sunflower: Site, tulip: Site, nurse: User, other_nurse: User, race: int
) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    answers = together(
        lambda: redeem(shown.qr, sunflower, nurse),
        lambda: redeem(shown.code, tulip, other_nurse),
        lambda: redeem(shown.qr, sunflower, nurse),
        lambda: redeem(shown.qr, tulip, other_nurse),
    )

    assert kinds_of(answers) == ["CodeAlreadyUsed", "CodeAlreadyUsed", "CodeAlreadyUsed", "Presentation"]
    assert Presentation.objects.count() == 1


# --- Who may read, and how often ------------------------------------------------------------------------------------


def test_staff_read_cards_at_their_own_site_only(lin: Bound, sunflower: Site, tulip: Site, nurse: User) -> None:
    shown = members.show_code(binding=lin.binding, now=NOW)

    with pytest.raises(members.NotYourDesk):
        redeem(shown.qr, tulip, nurse)
    accounts.dismiss(user=nurse, site_id=sunflower.pk, now=NOW)
    nurse.refresh_from_db()
    with pytest.raises(members.NotYourDesk):
        redeem(shown.qr, sunflower, nurse)
    assert CardCode.objects.get().redeemed_at is None


def test_guessing_at_a_desk_is_slowed_down(sunflower: Site, nurse: User) -> None:
    kinds = []
    for _ in range(25):
        try:
            redeem(facts.new_code().code, sunflower, nurse)
        except members.CodeExpired:
            kinds.append("expired")
        except TooManyTries as refusal:
            kinds.append(f"wait {refusal.retry_after}")

    assert kinds == ["expired"] * 20 + ["wait 3"] * 5


def test_a_presentation_is_in_the_policys_audit_trail(lin: Bound, sunflower: Site, nurse: User) -> None:
    presentation = redeem(members.show_code(binding=lin.binding, now=NOW).qr, sunflower, nurse)

    event = Event.objects.get(action="card.presented")
    told = (event.actor, event.subject, event.policy_id, event.site_id, event.detail)
    policy = lin.binding.policy_id
    assert told == (f"staff:{nurse.pk}", f"presentation:{presentation.ref}", policy, sunflower.pk, {})


# --- What a site sees -------------------------------------------------------------------------------------------------


def test_a_card_is_seen_by_the_site_it_was_shown_to_for_a_day(
    lin: Bound, sunflower: Site, tulip: Site, nurse: User
) -> None:
    presentation = redeem(members.show_code(binding=lin.binding, now=NOW).qr, sunflower, nurse)
    ref = presentation.ref

    assert queries.live_presentation(site_id=sunflower.pk, ref=ref, now=NOW + DAY - SECOND) == presentation
    heard = set()
    for site, asked, now in [
        (sunflower, ref, NOW + DAY),
        (tulip, ref, NOW),
        (sunflower, "0" * 12, NOW),
        (sunflower, "", NOW),
    ]:
        with pytest.raises(queries.NotPresented) as refusal:
            queries.live_presentation(site_id=site.pk, ref=asked, now=now)
        heard.add((str(refusal.value), refusal.value.code, refusal.value.status))
    assert len(heard) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_todays_list_is_the_sites_own_and_one_statement(
    lin: Bound,
    chen: Bound,
    sunflower: Site,
    tulip: Site,
    nurse: User,
    other_nurse: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shown = [redeem(members.show_code(binding=lin.binding, now=NOW).qr, sunflower, nurse) for _ in range(count)]
    redeem(members.show_code(binding=chen.binding, now=NOW).qr, tulip, other_nurse)

    with django_assert_num_queries(1):
        today = queries.presented_today(site_id=sunflower.pk, now=NOW)
        words = [(p.policy.child.name, p.staff.name, p.policy.insurer.name) for p in today]

    assert {presentation.pk for presentation in today} == {presentation.pk for presentation in shown}
    assert words == [("林小满", "王敏", "海星人寿（虚构）")] * count


@pytest.mark.parametrize(
    ("utc", "is_today"),
    [
        ("2026-11-21T15:59:59", False),
        ("2026-11-21T16:00:00", True),
        ("2026-11-22T15:59:59", True),
        ("2026-11-22T16:00:00", False),
    ],
)
def test_today_is_a_shanghai_day(lin: Bound, sunflower: Site, nurse: User, utc: str, is_today: bool) -> None:
    at = datetime.datetime.fromisoformat(f"{utc}+00:00")
    redeem(members.show_code(binding=lin.binding, now=at).qr, sunflower, nurse, now=at)

    assert bool(queries.presented_today(site_id=sunflower.pk, now=NOW)) is is_today


def test_old_card_codes_are_forgotten_and_presentations_stay(lin: Bound, sunflower: Site, nurse: User) -> None:
    redeem(members.show_code(binding=lin.binding, now=NOW).qr, sunflower, nurse)
    members.show_code(binding=lin.binding, now=NOW + 2 * DAY)

    members.forget_old_codes(now=NOW + 2 * DAY)

    assert (CardCode.objects.count(), Presentation.objects.count()) == (1, 1)
