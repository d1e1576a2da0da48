from django.test import Client

from tests.haixing.card.at_home import page, said


def test_a_newcomer_reads_the_four_steps_and_finds_both_ways_in(db: None) -> None:
    html = page(Client(), "guide")

    assert html.count("<li>") == 4
    assert "24 小时" in said(html)
    assert 'href="/bind/"' in html
    assert 'href="/sign-in/"' in html


def test_a_signed_in_guardian_is_taken_to_the_cards(mother: Client) -> None:
    assert mother.get("/").headers["Location"] == "/cards/"


def test_a_signed_in_guardian_may_read_the_guide_again(mother: Client) -> None:
    assert "打开我的卡" in said(page(mother, "guide", guide=""))
