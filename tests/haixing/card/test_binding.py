from typing import Any

import pytest
from django.test import Client

from haixing.members.models import CardBinding, Guardian
from tests import cast
from tests.haixing.card.at_home import last_code, page, said

BIND = "/bind/"


def _typed(**changes: str) -> dict[str, str]:
    usual = {"name": "林小满", "gender": "F", "phone": "13800000001", "whose": "own", "called": "", "consent": "on"}
    return usual | changes


def _bind(client: Client, **changes: str) -> Any:
    client.post(BIND, _typed(**changes) | {"send_code": "1"})
    return client.post(BIND, _typed(**changes) | {"code": last_code()})


def test_the_policyholder_binds_and_sees_the_card(db: None) -> None:
    cast.lin_policy()
    client = Client()

    response = _bind(client)

    assert response.headers["Location"] == "/cards/"
    assert CardBinding.objects.get().is_policyholder
    assert "林小满" in page(client, "cards")


def test_a_relative_binds_under_the_name_the_family_uses(db: None) -> None:
    cast.lin_policy()

    _bind(Client(), whose="family", called="外公")

    assert Guardian.objects.get().called == "外公"
    assert not CardBinding.objects.get().is_policyholder


def test_a_relative_must_say_who_they_are(db: None) -> None:
    cast.lin_policy()

    html = _bind(Client(), whose="family").content.decode()

    assert 'id="id_called_error"' in html


def test_a_signed_in_guardian_is_not_asked_whose_phone_it_is(mother: Client) -> None:
    html = page(mother, "bind")

    assert 'name="whose"' not in html
    assert 'name="called"' not in html


@pytest.mark.parametrize(
    "changes",
    [{"name": "林大满"}, {"gender": "M"}, {"name": "陈子墨", "gender": "M"}],
    ids=["name", "gender", "another"],
)
def test_after_a_right_code_every_mismatch_is_answered_alike(db: None, changes: dict[str, str]) -> None:
    cast.lin_policy()
    cast.chen_policy()

    html = _bind(Client(), **changes).content.decode()

    assert "没有找到能关联的保单" in said(html)
    assert not CardBinding.objects.exists()


def test_what_was_typed_stays_except_the_code(db: None) -> None:
    cast.lin_policy()
    client = Client()

    html = _bind(client, name="林大满").content.decode()

    assert 'value="林大满"' in html
    assert 'value="13800000001"' in html
    assert last_code() not in html
    assert html.count("checked") == 3  # girl, own phone, consent


def test_without_consent_nothing_is_bound(db: None) -> None:
    cast.lin_policy()

    html = _bind(Client(), consent="").content.decode()

    assert 'id="id_consent_error"' in html
    assert not CardBinding.objects.exists()


def test_the_hints_of_the_manual_and_the_consent_are_on_the_page(db: None) -> None:
    words = said(page(Client(), "bind"))

    for hint in (
        "准确按照投保时填写的信息输入小朋友的姓名",
        "准确按照投保时填写的手机号码进行验证",
        "家人可同时关联电子保险卡，方便就诊（请在家人手机端输入投保时填写的手机号码完成绑定）",
        "如果无法绑定电子保险卡，请致电",
        "满 24 小时",
        "不满十四周岁",
    ):
        assert hint in words


def test_every_box_has_a_label(db: None) -> None:
    html = page(Client(), "bind")

    for box in ("name", "gender_0", "gender_1", "phone", "code", "whose_0", "whose_1", "called", "consent"):
        assert f'for="id_{box}"' in html, box
