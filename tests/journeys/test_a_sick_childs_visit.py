"""The main job, end to end: a parent binds the card, a clinic bills the visit, the card says why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journeys.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEN_CHARACTERS = re.compile(r"\b([0-9A-Z]{3} [0-9A-Z]{3} [0-9A-Z]{4})\b")


def test_a_parent_binds_the_card_a_clinic_bills_and_the_card_says_why(demo: Demo) -> None:
    family, desk = demo.phone(), demo.desk()

    bind_the_card(demo, family)
    code = show_the_code(demo, family)
    sign_in_at_hemujia(demo, desk)
    read_the_card(demo, desk, code)
    enter_the_bill(demo, desk)
    family_sees_the_visit(demo, family)
    a_second_desk_cannot_use_the_code(demo, code)


def bind_the_card(demo: Demo, family: Any) -> None:
    family.goto(demo.url)
    demo.picture(family, "01-guide")
    family.get_by_role("link", name="关联保单").first.click()
    family.fill("[name=name]", "林 小满")  # a space too many is forgiven
    family.check("[name=gender][value=F]", force=True)
    family.fill("[name=phone]", "138 0000 0001")
    family.click("[name=send_code]")
    family.wait_for_selector("text=短信正在路上")
    family.fill("[name=code]", "000000")
    family.locator("[name=whose]").first.check(force=True)
    family.check("[name=consent]", force=True)
    submit = family.get_by_role("button", name="关联保单")
    submit.click()
    family.wait_for_selector(".said-error, .field-error, [aria-invalid=true]")
    demo.picture(family, "02-wrong-code")
    assert family.input_value("[name=name]") == "林 小满"

    family.fill("[name=code]", sms_code(demo))
    submit.click()
    family.wait_for_url("**/cards/")
    demo.picture(family, "03-cards")
    shown = family.inner_text("main")
    for label in (
        "被保险人",
        "出生日期 / D.O.B",
        "会员号 / Member#",
        "保险计划 / Policy Plan",
        "有效期 / Effective Date",
    ):
        assert label in shown


def sms_code(demo: Demo) -> str:
    """Read the code where the demo shows its messages; the worker delivers it in a moment."""
    outbox = demo.phone()
    for _ in range(40):
        outbox.goto(f"{demo.url}/demo/messages/")
        if found := re.search(r"验证码 (\d{6})", outbox.inner_text("body")):
            outbox.context.close()
            return found[1]
        outbox.wait_for_timeout(250)
    pytest.fail("no message came")


def show_the_code(demo: Demo, family: Any) -> str:
    family.get_by_role("link", name="出示卡片").first.click()
    family.wait_for_selector("text=请前台扫一扫")
    demo.picture(family, "04-code")
    found = TEN_CHARACTERS.search(family.inner_text("main"))
    assert found
    return found[1]


def sign_in_at_hemujia(demo: Demo, desk: Any) -> None:
    desk.goto(f"{demo.url}/desk/")
    desk.fill("[name=login]", "liang.mu")
    desk.fill("[name=password]", "hemujia-desk-1")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/")


def read_the_card(demo: Demo, desk: Any, code: str) -> None:
    desk.keyboard.type(code)  # the field has the focus: a scanner types as a hand does
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/cards/**")
    demo.picture(desk, "05-answer")
    shown = desk.inner_text("main")
    assert "林小满" in shown
    assert "前5次就诊,门诊就诊每次自付300元,急诊每次自付800元" in shown


def enter_the_bill(demo: Demo, desk: Any) -> None:
    desk.select_option("#care", "emergency")
    desk.locator("tr.line [name=category]").first.focus()
    for category, name, price, nature in (
        ("02", "急诊诊察", "600", ""),
        ("04", "血常规", "900", ""),
        ("14", "流感疫苗", "150", "vaccine"),
    ):
        row = desk.locator("tr.line").last
        row.locator("[name=category]").select_option(category)
        row.locator("[name=name]").fill(name)
        row.locator("[name=unit_price]").fill(price)
        if nature:
            row.locator("[name=nature]").select_option(nature)
        desk.click("#add-line")
    desk.locator("#preview", has_text="950.00").wait_for()
    demo.picture(desk, "06-bill")
    desk.dblclick("#send")  # an impatient hand sends once
    desk.wait_for_url("**/desk/visits/**")
    demo.picture(desk, "07-receipt")
    shown = desk.inner_text("main")
    for amount in ("1,650.00", "700.00", "950.00"):
        assert amount in shown


def family_sees_the_visit(demo: Demo, family: Any) -> None:
    family.wait_for_selector("text=已出示给", timeout=90_000)
    demo.picture(family, "08-shown")
    family.goto(f"{demo.url}/cards/")
    family.get_by_role("link", name="就诊记录").first.click()
    family.wait_for_selector("text=700.00")
    demo.picture(family, "09-visits")
    family.locator("main a[href*='/visits/']").first.click()
    shown = family.inner_text("main")
    demo.picture(family, "10-visit")
    assert "急诊每次自付 800 元" in shown
    assert "疫苗" in shown
    family.goto(f"{demo.url}/cards/")
    family.get_by_role("link", name="保险福利").first.click()
    assert "99,300.00" in family.inner_text("main")
    demo.picture(family, "11-benefits")
    family.get_by_role("button", name="English").click()
    demo.picture(family, "12-benefits-en")
    assert "Outpatient and emergency" in family.inner_text("main")


def a_second_desk_cannot_use_the_code(demo: Demo, code: str) -> None:
    other = demo.desk()
    other.goto(f"{demo.url}/desk/")
    other.fill("[name=login]", "lin.qian")
    other.fill("[name=password]", "sunflower-desk-1")
    other.keyboard.press("Enter")
    other.wait_for_url("**/desk/")
    other.keyboard.type(code)
    other.keyboard.press("Enter")
    other.wait_for_selector("text=请家长")
    demo.picture(other, "13-used-code")
    assert "林小满" not in other.inner_text("main")
