"""What a plan must prove of itself: no rule that is never reached, no case without an answer, no overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benefits.terms import vocabulary
from benefits.terms.plan import SiteRule, Wait


class _SiteCase(NamedTuple):
    """One kind of hospital, billed in one way: there are few enough to try them all."""

    site_class: str
    network: bool
    inpatient: bool
    level: int | None
    channel: str

    @property
    def hospitals(self) -> str:
        if self.site_class == "public":
            return f"public hospitals of level {self.level}" if self.level else "public hospitals without a level"
        if not self.network:
            return "private hospitals outside the network"
        return f"private network hospitals {'' if self.inpatient else 'not '}named for inpatient care"


def _all_site_cases() -> Iterator[_SiteCase]:
    for channel in vocabulary.CHANNELS:
        yield _SiteCase("private", network=False, inpatient=False, level=None, channel=channel)
        for inpatient in (False, True):
            yield _SiteCase("private", network=True, inpatient=inpatient, level=None, channel=channel)
        for level in (None, *vocabulary.LEVELS):
            yield _SiteCase("public", network=False, inpatient=False, level=level, channel=channel)


_SITE_CASES = tuple(_all_site_cases())


def _matched(rule: SiteRule) -> set[_SiteCase]:
    return {case for case in _SITE_CASES if rule.matches(**case._asdict())}


def site_rule_is_shadowed(rule: SiteRule, earlier: Sequence[SiteRule]) -> bool:
    """Tell whether the earlier rules answer for every case that this one would match."""
    answered = set(itertools.chain.from_iterable(map(_matched, earlier)))
    return _matched(rule) <= answered


def unanswered_sites(rules: Sequence[SiteRule]) -> list[str]:
    """Describe every kind of hospital, and where it matters the channel, for which no rule answers."""
    answered = set(itertools.chain.from_iterable(map(_matched, rules)))
    channels: dict[str, list[str]] = {}
    for case in _SITE_CASES:
        if case not in answered:
            channels.setdefault(case.hospitals, []).append(case.channel)
    return [
        hospitals if len(missing) == len(vocabulary.CHANNELS) else f"{hospitals} with channel {missing[0]}"
        for hospitals, missing in channels.items()
    ]


def range_problems(first: int, last: int | None, *, expected: int, after_open_end: bool) -> Iterator[str]:
    """Describe what keeps a range of visits from following the one before it (``expected`` is the next visit)."""
    shown = f"{first}-{last or ''}"
    if last is not None and last < first:
        yield f"the range {shown} ends before it begins: write the lower number first"
    elif after_open_end:
        fix = f"give it one, such as 1-{max(first - 1, 1)}"
        yield f"the range {shown} is never reached: the range above has no end; {fix}"
    elif first < expected:
        yield f"the range {shown} overlaps the one above: start it at {expected}"
    elif first > expected:
        until = f" to {first - 1}" if first - 1 > expected else ""
        yield f"nothing is said of visit {expected}{until}: start this range at {expected}"


def wait_is_inside(wait: Wait, other: Wait, *, other_is_below: bool) -> bool:
    """Tell whether a wait never shows because another one holds at least as long for all that it holds for.

    Of two that hold for the same, as long, the lower one is the one too many.
    """
    if (other.days, other.care, other.surgeries) == (wait.days, wait.care, wait.surgeries):
        return not other_is_below
    includes = other.surgeries is None or (wait.surgeries is not None and wait.surgeries <= other.surgeries)
    return other.days >= wait.days and wait.care <= other.care and includes
