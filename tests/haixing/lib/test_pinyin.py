import pytest

from haixing.lib import pinyin


@pytest.mark.parametrize(
    ("written", "spelt", "first"),
    [
        ("长宁区", "changningqu", "cnq"),
        ("唯儿诺儿科", "weiernuoerke", "wenek"),
        ("厦门", "xiamen", "xm"),
        ("重庆和睦家", "chongqinghemujia", "cqhmj"),
        ("莘庄", "xinzhuang", "xz"),
        ("ABC诊所", "abczhensuo", "abczs"),
    ],
)
def test_a_name_is_spelt_as_people_type_it(written: str, spelt: str, first: str) -> None:
    assert (pinyin.syllables(written), pinyin.initials(written)) == (spelt, first)
