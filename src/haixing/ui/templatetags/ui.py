"""What every page needs to print: money, days, two-language texts, codes of the plan language, icons."""

import datetime
from collections.abc import Mapping
from typing import Protocol

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from benefits.terms import vocabulary
from haixing.lib import clock

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """Print an amount in fen as yuan with thousands apart: 123450 → ``1,234.50``. Nothing for no amount."""
    if fen is None:
        return ""
    sign, whole, rest = "-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100
    return f"{sign}{whole:,}.{rest:02}"


@register.filter
def thousands(amount: str) -> str:
    """Set the thousands of an amount of a decision apart, as ``yuan`` does: 99700.00 → ``99,700.00``."""
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}"


class TwoLanguages(Protocol):
    """A text of the plan language, in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


@register.filter
def spoken(text: TwoLanguages | Mapping[str, str] | str | None) -> str:
    """Pick the reader's language; Chinese, the source language, where the other is missing."""
    if text is None or isinstance(text, str):
        return text or ""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    texts = text if isinstance(text, Mapping) else {"zh": text.zh, "en": text.en}
    return texts.get(language) or texts.get("zh") or ""


@register.filter
def care_name(code: str) -> str:
    """The name of a kind of care: ``outpatient`` → 门诊."""
    return _term(vocabulary.CARES, code)


@register.filter
def category_name(code: str) -> str:
    """The name of a fee category: ``02`` → 诊察费."""
    return _term(vocabulary.CATEGORIES, code)


@register.filter
def nature_name(code: str | None) -> str:
    """The name of what a line was for, where it is one of the plan's exclusions."""
    return _term(vocabulary.NATURES, code) if code else ""


@register.filter
def doctor_name(code: str | None) -> str:
    """The name of a doctor's grade."""
    return _term(vocabulary.DOCTOR_GRADES, code) if code else ""


@register.filter
def surgery_name(code: str | None) -> str:
    """The name of a surgery that plans have a term about."""
    return _term(vocabulary.SURGERIES, code) if code else ""


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """Print a day as the card does, YYYY-MM-DD; a moment by its Shanghai day."""
    if isinstance(value, datetime.datetime):
        value = clock.day_of(value)
    return value.isoformat() if value else ""


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """Print a moment in Shanghai time, YYYY-MM-DD HH:MM."""
    return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def clock_time(value: datetime.datetime | None) -> str:
    """Print the time of day in Shanghai with seconds, HH:MM:SS."""
    return value.astimezone(clock.SHANGHAI).strftime("%H:%M:%S") if value else ""


@register.filter
def grouped(code: str) -> str:
    """Print a ten-character code as it is read aloud: three, three, four."""
    return " ".join(part for part in (code[:3], code[3:6], code[6:]) if part)


@register.filter
def language_tag(code: str) -> str:
    """The language as HTML and screen readers name it: ``zh-hans`` → ``zh-Hans``."""
    return "zh-Hans" if code.lower().startswith("zh") else code


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite: decoration unless it has a ``label``."""
    source = f"{static('vendor/tabler-icons/icons.svg')}#{name}"
    if not label:
        return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', source)
    return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, source)


def _term(table: Mapping[str, TwoLanguages], code: str) -> str:
    """The spoken name of a code of the plan language; the code itself for one the language no longer has."""
    return spoken(table.get(code)) or code
