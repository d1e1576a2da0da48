import pytest
from hypothesis import given
from hypothesis import strategies as st

from benefits.money import MoneyUnreadable, short_yuan, split_fen, to_fen, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("300", 30_000),
        ("12.5", 1_250),
        ("12.50", 1_250),
        ("0.01", 1),
        ("007.10", 710),
        ("9" * 12 + ".99", 10**14 - 1),
    ],
)
def test_yuan_with_at_most_two_decimals_are_read(text: str, fen: int) -> None:
    assert to_fen(text) == fen


REFUSED = """
    1.234 -1 +1 1,000 1e3 １２ ١٢ .5 5. 1..5 1_0.00 ².00 1.٠٠ nan Infinity 0x10 1234567890123 1234567890123.00
    ¥1.00 -1.00 +1.00 １2.00
""".split()


@pytest.mark.parametrize("text", [*REFUSED, "", " 1.00", "1.00 ", "1.00\n", "1 0.00", "\x001.00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MoneyUnreadable):
        to_fen(text)


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_what_is_printed_reads_back(fen: int) -> None:
    assert yuan(fen).removeprefix("-") == yuan(abs(fen))
    assert to_fen(yuan(abs(fen))) == abs(fen)


@pytest.mark.parametrize(("fen", "text"), [(-70_000, "-700.00"), (-5, "-0.05"), (0, "0.00"), (1_234_56, "1234.56")])
def test_yuan_are_printed_with_two_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(("fen", "text"), [(80_000, "800"), (25_050, "250.50"), (0, "0")])
def test_a_sentence_leaves_empty_decimals_out(fen: int, text: str) -> None:
    assert short_yuan(fen) == text


@pytest.mark.parametrize(
    ("fen", "points", "part"), [(1, 5_000, 1), (3, 5_000, 2), (101, 4_000, 40), (104, 4_000, 42), (99, 0, 0)]
)
def test_percentages_round_half_up(fen: int, points: int, part: int) -> None:
    assert split_fen(fen * points)[0] == part
