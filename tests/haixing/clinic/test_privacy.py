"""What a desk does leaves no name, phone or medical text where it does not belong (promise T18)."""

from django.test import Client
from django.urls import reverse

from haixing.claims.models import Bill
from haixing.members import commands as members
from tests import cast
from tests.canaries import CANARIES, Cage, canaries  # noqa: F401  the fixture is asked for by name
from tests.haixing.clinic.at_desk import Post, bill, line


def test_a_whole_visit_leaves_logs_addresses_and_tables_silent(
    desk: Client,
    other_desk: Client,
    post: Post,
    canaries: Cage,  # noqa: F811  the fixture imported above
) -> None:
    policy = cast.policy(member_number="HX260000007777", child_name=CANARIES.name, phone=f"+86{CANARIES.phone}")
    card = cast._card(cast._guardian(f"+86{CANARIES.phone}", CANARIES.called), policy)
    answers = [desk.post(reverse("clinic:read"), {"code": members.show_code(binding=card, now=cast.NOW).code})]
    ref = answers[0].url.split("/")[-2]

    answers.append(post(desk, "preview", ref, bill(lines=[line(name=CANARIES.medical)])))
    answers.append(post(desk, "send", ref, bill(lines=[line(name=CANARIES.medical)])))
    answers.append(post(desk, "send", ref, bill(lines=[line(name=CANARIES.medical, amount="x")])))
    visit, stored = answers[2].json()["visit"], Bill.objects.get().ref
    answers.append(desk.get(reverse("clinic:visit", args=[visit])))
    answers.append(other_desk.get(reverse("clinic:visit", args=[visit])))
    answers.append(desk.post(reverse("clinic:reverse", args=[visit, stored]), {"reason": CANARIES.medical}))

    canaries.assert_silent(*(str(answer.headers) for answer in answers))
    assert [answer.status_code for answer in answers if "no-store" not in answer["Cache-Control"]] == []
