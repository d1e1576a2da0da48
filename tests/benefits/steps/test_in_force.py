import datetime

import pytest

from tests.benefits.made import COVER, decide, steps_of

ONE_DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize("day", [COVER.effective, COVER.expires])
def test_both_printed_dates_are_covered(day: datetime.date) -> None:
    assert decide("100", day=day).plan_pays == 10_000


@pytest.mark.parametrize("day", [COVER.effective - ONE_DAY, COVER.expires + ONE_DAY])
def test_the_days_beside_them_are_the_familys(day: datetime.date) -> None:
    decision = decide("100", day=day)

    assert (decision.outcome, steps_of(decision)) == ("not-covered", [("in-force", 10_000)])


def test_the_sentence_names_the_dates_of_the_policy() -> None:
    decision = decide("100", day=COVER.expires + ONE_DAY)

    assert decision.trace[0].text(1).zh == (
        "就诊日期 2022-06-19 不在这张保单的保障期内（2021-06-19 至 2022-06-18），100 元由家庭承担。"
    )
