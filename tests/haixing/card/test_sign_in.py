import re

from django.test import Client

from haixing.members.models import CardBinding, SignIn
from tests import cast
from tests.haixing.card.at_home import last_code, page, said

SIGN_IN = "/sign-in/"


def _send_code(client: Client, phone: str) -> str:
    response = client.post(SIGN_IN, {"phone": phone, "send_code": "1"})
    assert response.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_a_known_and_an_unknown_phone_see_the_same_page(card: CardBinding) -> None:
    known, unknown = cast.LIN_PHONE.removeprefix("+86"), cast.STRANGER_PHONE.removeprefix("+86")

    answers = [_send_code(Client(), phone).replace(phone, "…") for phone in (known, unknown)]

    assert answers[0] == answers[1]


def test_the_right_code_opens_the_cards_under_a_new_session_key(card: CardBinding) -> None:
    client = Client()
    _send_code(client, "13800000001")
    before = client.session.session_key

    response = client.post(SIGN_IN, {"phone": "138 0000 0001", "code": last_code()})

    assert response.headers["Location"] == "/cards/"
    assert client.session.session_key != before
    assert "林小满" in page(client, "cards")


def test_a_wrong_code_keeps_the_phone_and_forgets_the_code(card: CardBinding) -> None:
    client = Client()
    _send_code(client, "13800000001")
    wrong = "987654" if last_code() != "987654" else "987653"

    html = client.post(SIGN_IN, {"phone": "13800000001", "code": wrong}).content.decode()

    assert "验证码不对" in said(html)
    assert 'value="13800000001"' in html
    assert wrong not in html


def test_a_second_code_within_the_minute_is_refused_with_the_wait(card: CardBinding) -> None:
    client = Client()
    _send_code(client, "13800000001")

    html = _send_code(client, "13800000001")

    assert 'role="alert"' in html
    assert 'data-wait-seconds="60"' in html


def test_what_is_no_phone_number_is_said_at_the_phone(db: None) -> None:
    html = Client().post(SIGN_IN, {"phone": "abc", "code": "123456"}).content.decode()

    assert 'id="id_phone_error"' in html


def test_an_empty_phone_gets_a_sentence_and_no_code(db: None) -> None:
    assert "请填写手机号。" in said(_send_code(Client(), ""))


def test_signing_out_ends_the_device_and_forgets_the_session(mother: Client) -> None:
    response = mother.post("/sign-out/")

    assert response.headers["Location"] == "/"
    assert SignIn.objects.get().ended_at == cast.NOW
    assert mother.get("/cards/").headers["Location"] == SIGN_IN


def test_a_sign_in_ended_elsewhere_ends_here(mother: Client) -> None:
    SignIn.objects.update(ended_at=cast.NOW)

    assert mother.get("/cards/").headers["Location"] == SIGN_IN
