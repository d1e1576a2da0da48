"""The bill form in a real browser: by keyboard, on a flaky line, with an impatient hand."""

from typing import Any

import pytest
from django.urls import reverse

from haixing.claims.models import Bill, Visit
from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECEIPT = "**/desk/visits/**"
SHEET = (
    "类别\t项目\t数量\t单价\t职级\n2\t诊察费\t1\t300\t主任医师\n化验\t血常规\t1\t¥1,085.50\t\n09\t布洛芬\t1.5\t10.12\t"
)


def type_line(page: Any, *cells: str) -> None:
    """Fill a line's cells as a hand does: choose by number or type, then Enter."""
    for cell in cells:
        if cell:
            page.keyboard.type(cell)
        page.keyboard.press("Enter")


def start_lines(page: Any) -> None:
    page.locator("tr.line [name=category]").first.focus()


def paste(page: Any, text: str) -> None:
    page.locator("tr.line [name=name]").first.evaluate(
        """(field, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def sends_of(page: Any) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda ask: sent.append(ask.headers["idempotency-key"]) if ask.url.endswith("/bills/") else None)
    return sent


def stored(page: Any) -> dict[str, str]:
    """Everything that the page keeps in the browser."""
    kept: dict[str, str] = page.evaluate("({ ...localStorage, ...sessionStorage })")
    return kept


def test_five_lines_by_keyboard_alone(form_page: Any) -> None:
    for _ in range(5):  # from the kind of care, where the page starts, to the first line
        form_page.keyboard.press("Enter")
    type_line(form_page, "02", "儿科诊察", "1", "300", "2", "")
    type_line(form_page, "04", "血常规", "1", "85.5", "", "")
    type_line(form_page, "04", "过敏原 IgE", "1", "420", "", "07")
    type_line(form_page, "11", "小儿豉翘清热颗粒", "2", "36.8", "", "")
    type_line(form_page, "09", "布洛芬", "1", "28", "", "")
    form_page.keyboard.press("Control+Backspace")  # the sixth line, which Enter began
    assert form_page.inner_text("#total") == "907.10"

    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_url(RECEIPT)

    stored = Bill.objects.get()
    assert (stored.billed_fen, stored.plan_fen, stored.member_fen) == (907_10, 487_10, 420_00)
    assert [line["category"] for line in stored.lines] == ["02", "04", "04", "11", "09"]


def test_the_preview_appears_while_typing(form_page: Any) -> None:
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300", "2")

    form_page.wait_for_selector("#preview .decision")

    assert "300.00" in form_page.inner_text("#preview .shares")
    assert Bill.objects.count() == 0


def test_a_double_click_sends_once(form_page: Any) -> None:
    sent = sends_of(form_page)
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300")

    form_page.dblclick("#send")
    form_page.wait_for_url(RECEIPT)

    assert len(sent) == 1
    assert Bill.objects.count() == 1


def test_a_bill_sent_offline_goes_out_when_the_line_is_back(form_page: Any) -> None:
    sent = sends_of(form_page)
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300")

    form_page.context.set_offline(True)
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_selector("#again:visible")
    assert "没有收到答复" in form_page.inner_text("#said")
    form_page.context.set_offline(False)
    form_page.wait_for_url(RECEIPT)

    assert len(set(sent)) == 1
    assert Bill.objects.count() == 1


def test_a_lost_reply_is_repeated_under_the_same_key_and_recorded_once(form_page: Any) -> None:
    sent = sends_of(form_page)
    lost: list[str] = []

    def lose_the_first_reply(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().text())  # the server answers, and nobody hears it
            route.abort()
        else:
            route.continue_()

    form_page.route("**/bills/", lose_the_first_reply)
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300")
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_url(RECEIPT)

    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert Bill.objects.count() == 1
    assert Visit.objects.get().ref in lost[0]


def test_a_refused_line_is_marked_and_nothing_typed_is_lost(form_page: Any) -> None:
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300", "2", "")
    type_line(form_page, "09", "布洛芬", "1", "10.125")
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_selector(".note-problem")

    assert "第 2 行的单价读不出来" in form_page.inner_text(".note-problem")
    assert form_page.evaluate("document.activeElement.value") == "10.125"
    names = form_page.locator("tr.line [name=name]").evaluate_all("fields => fields.map((field) => field.value)")
    assert names[:2] == ["儿科诊察", "布洛芬"]

    form_page.keyboard.type("10.12")
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_url(RECEIPT)
    assert Bill.objects.get().billed_fen == 310_12


def test_lines_are_pasted_from_a_spreadsheet(form_page: Any) -> None:
    paste(form_page, SHEET)
    assert form_page.inner_text("#total") == "1,400.68"

    form_page.click("#send")
    form_page.wait_for_url(RECEIPT)

    lines = [(each["category"], each["name"], each["amount_fen"], each["doctor"]) for each in Bill.objects.get().lines]
    assert lines == [("02", "诊察费", 300_00, "chief"), ("04", "血常规", 1085_50, None), ("09", "布洛芬", 15_18, None)]


def test_nothing_personal_is_stored_in_the_browser(form_page: Any, live_server: Any) -> None:
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300")
    form_page.context.set_offline(True)
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_selector("#again:visible")

    print(stored(form_page))
    [name] = [name for name in stored(form_page) if name.startswith("haixing.")]
    assert len(stored(form_page)[name]) == 36
    assert [word for word in ("林小满", "HX26", "诊察", "300") if word in str(stored(form_page))] == []

    form_page.context.set_offline(False)
    form_page.wait_for_url(RECEIPT)
    assert name not in stored(form_page)


def lose_replies(page: Any) -> None:
    """The server answers each bill, and nobody hears it."""

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/bills/", lose)


def send_one_line(page: Any, price: str) -> None:
    start_lines(page)
    type_line(page, "02", "儿科诊察", "1", price)
    page.keyboard.press("Alt+Enter")


def sent_and_closed(page: Any) -> tuple[Any, list[str]]:
    """Send a bill whose reply is lost, end the browser's session, and open the page anew with what it kept."""
    sent = sends_of(page)
    lose_replies(page)
    send_one_line(page, "300")
    page.wait_for_selector("#again:visible")
    kept, browser, url = page.context.storage_state(), page.context.browser, page.url
    page.close()
    again = browser.new_context(storage_state=kept, locale="zh-CN").new_page()
    again.goto(url)
    again.wait_for_selector("#said .said-warning")
    return again, sent


def test_the_same_bill_typed_again_after_the_browser_was_closed_is_recorded_once(form_page: Any) -> None:
    again, sent = sent_and_closed(form_page)
    resent = sends_of(again)

    send_one_line(again, "300")
    again.wait_for_url(RECEIPT)

    assert set(resent) == set(sent)
    assert Bill.objects.count() == 1
    assert [name for name in stored(again) if name.startswith("haixing.")] == []
    again.context.close()


def test_another_bill_after_the_browser_was_closed_gets_a_new_key_once_the_desk_says_so(form_page: Any) -> None:
    again, sent = sent_and_closed(form_page)
    resent = sends_of(again)

    send_one_line(again, "80")
    again.wait_for_selector("#another:visible")
    assert Bill.objects.count() == 1
    again.click("#another")
    again.wait_for_url(RECEIPT)

    assert resent[0] == sent[0]
    assert resent[1] != sent[0]
    assert Bill.objects.count() == 2
    again.context.close()


def test_two_tabs_on_one_card_never_share_a_key(form_page: Any) -> None:
    sent = sends_of(form_page)
    lose_replies(form_page)
    send_one_line(form_page, "300")
    form_page.wait_for_selector("#again:visible")

    other = form_page.context.new_page()
    other_sent = sends_of(other)
    other.goto(form_page.url)
    send_one_line(other, "80")
    other.wait_for_url(RECEIPT)

    assert set(sent).isdisjoint(other_sent)
    assert Bill.objects.count() == 2


def test_an_empty_bill_is_not_sent(form_page: Any) -> None:
    sent = sends_of(form_page)

    form_page.click("#send")

    assert "还没有填收费项目" in form_page.inner_text("#said")
    assert sent == []


def test_signing_in_again_in_another_tab_lets_the_page_go_on(form_page: Any, live_server: Any, settings: Any) -> None:
    start_lines(form_page)
    type_line(form_page, "02", "儿科诊察", "1", "300")
    form_page.context.clear_cookies()
    form_page.keyboard.press("Alt+Enter")
    form_page.wait_for_selector("#sign-in:visible")

    other = form_page.context.new_page()
    other.goto(live_server.url + reverse("account_login"))
    other.fill("#id_login", cast.sunflower_desk().username)
    other.fill("#id_password", cast.PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/desk/")
    form_page.click("#send")
    form_page.wait_for_url(RECEIPT)

    assert Bill.objects.count() == 1
