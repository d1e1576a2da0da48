from hypothesis import given
from hypothesis import strategies as st

from benefits.adjudication import ordinals

taken_ordinals = st.sets(st.integers(1, 80))


def _bits(taken: set[int]) -> int:
    return ordinals.from_ranges((ordinal, ordinal) for ordinal in taken)


@given(taken_ordinals)
def test_a_new_visit_takes_the_lowest_that_nobody_holds(taken: set[int]) -> None:
    assert ordinals.lowest_free(_bits(taken)) == min(set(range(1, 82)) - taken)


@given(taken_ordinals, st.integers(1, 80))
def test_taking_and_giving_back_touches_one_slot(taken: set[int], ordinal: int) -> None:
    assert ordinals.with_taken(_bits(taken), ordinal) == _bits(taken | {ordinal})
    assert ordinals.with_freed(_bits(taken), ordinal) == _bits(taken - {ordinal})


@given(taken_ordinals)
def test_ranges_read_back(taken: set[int]) -> None:
    assert ordinals.from_ranges(ordinals.to_ranges(_bits(taken))) == _bits(taken)


def test_ranges_are_as_long_as_they_can_be() -> None:
    assert ordinals.to_ranges(_bits({1, 2, 3, 4, 5, 7})) == [[1, 5], [7, 7]]
