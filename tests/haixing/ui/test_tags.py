import datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from haixing.lib.clock import SHANGHAI


def _rendered(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("fen", "printed"),
    [(0, "0.00"), (5, "0.05"), (123450, "1,234.50"), (10_000_000, "100,000.00"), (-70000, "-700.00"), (None, "")],
)
def test_fen_are_printed_as_yuan(fen: int | None, printed: str) -> None:
    assert _rendered("{{ fen|yuan }}", fen=fen) == printed


def test_a_text_in_two_languages_is_printed_in_the_readers() -> None:
    text = {"zh": "已赔付", "en": "Paid"}

    assert _rendered("{{ text|spoken }}", text=text) == "已赔付"
    with translation.override("en"):
        assert _rendered("{{ text|spoken }}", text=text) == "Paid"
        assert _rendered("{{ text|spoken }}", text={"zh": "只有中文"}) == "只有中文"


def test_codes_of_the_plan_language_are_printed_by_name() -> None:
    source = "{{ care|care_name }} {{ category|category_name }} {{ nature|nature_name }} {{ grade|doctor_name }}"
    codes = {"care": "outpatient", "category": "02", "nature": "tcm", "grade": "chief"}

    assert _rendered(source, **codes) == "门诊 诊察 中医 主任医师"
    assert _rendered("{{ 'unheard-of'|care_name }}") == "unheard-of"
    assert _rendered("{{ none|nature_name }}", none=None) == ""


def test_days_and_moments_are_shanghai_ones() -> None:
    late = datetime.datetime(2026, 11, 21, 16, 30, tzinfo=datetime.UTC)

    assert _rendered("{{ at|day }}", at=late) == "2026-11-22"
    assert _rendered("{{ at|moment }}", at=late) == "2026-11-22 00:30"
    assert _rendered("{{ at|clock_time }}", at=late.astimezone(SHANGHAI)) == "00:30:00"
    assert _rendered("{{ at|day }}", at=datetime.date(2026, 5, 10)) == "2026-05-10"
    assert _rendered("{{ at|day }}{{ at|moment }}{{ at|clock_time }}", at=None) == ""


def test_a_code_is_grouped_as_it_is_read_aloud() -> None:
    assert _rendered("{{ code|grouped }}", code="7K3MPQ42XY") == "7K3 MPQ 42XY"


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in _rendered('{% icon "phone" %}')
    assert 'aria-label="电话"' in _rendered('{% icon "phone" "电话" %}')
