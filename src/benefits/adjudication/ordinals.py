"""The slots of a visit counter: which ordinals are taken, as the bits of one whole number.

Bit 0 is the first visit. A new visit takes the lowest free ordinal and keeps it (reading A5).
"""

from __future__ import annotations

from collections.abc import Iterable


def lowest_free(taken: int) -> int:
    """Return the lowest ordinal that no visit holds, from 1."""
    return (~taken & (taken + 1)).bit_length()


def with_taken(taken: int, ordinal: int) -> int:
    """Return the slots with one more taken."""
    return taken | 1 << (ordinal - 1)


def with_freed(taken: int, ordinal: int) -> int:
    """Return the slots with one given back."""
    return taken & ~(1 << (ordinal - 1))


def to_ranges(taken: int) -> list[list[int]]:
    """Write the slots as ranges, both ends inclusive: visits 1 to 5 and 7 are ``[[1, 5], [7, 7]]``."""
    ranges: list[list[int]] = []
    for ordinal in range(1, taken.bit_length() + 1):
        if taken >> (ordinal - 1) & 1:
            if ranges and ranges[-1][1] == ordinal - 1:
                ranges[-1][1] = ordinal
            else:
                ranges.append([ordinal, ordinal])
    return ranges


def from_ranges(ranges: Iterable[Iterable[int]]) -> int:
    """Read what ``to_ranges`` wrote."""
    taken = 0
    for first, last in ranges:
        taken |= ((1 << (last - first + 1)) - 1) << (first - 1)
    return taken
