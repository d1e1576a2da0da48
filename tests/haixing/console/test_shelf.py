from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from haixing.console.shelf import Shelf, shelf

keys = st.sampled_from([f"key {number}" for number in range(30)])
values = st.tuples(st.integers() | st.none() | st.text() | st.binary() | st.booleans(), st.tuples(st.text()))


class ShelfIsADict(RuleBasedStateMachine):
    """Three at hand, the rest on disk: nobody can tell it from a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf(at_hand=3)
        self.model: dict[str, tuple[Any, ...]] = {}

    @rule(key=keys, value=values)
    def put(self, key: str, value: tuple[Any, ...]) -> None:
        self.shelf[key] = value
        self.model[key] = value

    @rule(key=keys)
    def look(self, key: str) -> None:
        assert self.shelf.get(key) == self.model.get(key)
        assert (key in self.shelf) == (key in self.model)

    def teardown(self) -> None:
        assert [self.shelf.get(key) for key in self.model] == list(self.model.values())
        self.shelf.close()


TestShelfIsADict = ShelfIsADict.TestCase


def test_what_was_put_away_can_be_written_again() -> None:
    with shelf(at_hand=2) as found:
        for number in range(100):
            found[f"k{number}"] = (number,)
        found["k0"] = ("new",)
        for number in range(100, 110):
            found[f"k{number}"] = (number,)

        assert (found["k0"], found["k1"], found["k109"]) == (("new",), (1,), (109,))


def test_a_missing_key_is_missing_before_and_after_the_first_spill() -> None:
    with shelf(at_hand=1) as found:
        assert ("a" in found, found.get("a")) == (False, None)
        found["a"], found["b"] = (1,), (2,)
        assert ("c" in found, found.get("c"), 7 in found) == (False, None, False)
        with pytest.raises(KeyError):
            found["c"]


@given(st.lists(st.text(max_size=5), unique=True, max_size=40))
def test_any_text_is_a_key(names: list[str]) -> None:
    with shelf(at_hand=4) as found:
        for number, name in enumerate(names):
            found[name] = (number,)

        assert [found[name] for name in names] == [(number,) for number in range(len(names))]


def test_a_shelf_only_takes_in() -> None:
    with shelf() as found:
        for ask in (iter, len):
            with pytest.raises(TypeError):
                ask(found)
        with pytest.raises(TypeError):
            del found["a"]
