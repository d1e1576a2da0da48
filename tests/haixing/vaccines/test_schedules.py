"""The files are read strictly: a misspelt limit must not silently be no limit."""

from collections.abc import Mapping

import pytest

from haixing.vaccines import queries
from haixing.vaccines.facts import ScheduleUnreadable, Vaccine, timeline, vaccines
from haixing.vaccines.facts.schedules import FOLDER, joined, read_edition, read_vaccines
from tests import cast

TEXT = (FOLDER / "nip-2026.yaml").read_text(encoding="utf-8")
VACCINES = (FOLDER / "vaccines.yaml").read_text(encoding="utf-8")

# age | vaccine | dose: domain 4.1 and 4.2, whole.
NIP_2021 = """
24小时内 | 卡介苗 | 第1剂
24小时内 | 乙肝疫苗 | 第1剂
1月龄 | 乙肝疫苗 | 第2剂
2月龄 | 脊灰灭活疫苗 | 第1剂
3月龄 | 百白破疫苗 | 第1剂
3月龄 | 脊灰灭活疫苗 | 第2剂
4月龄 | 百白破疫苗 | 第2剂
4月龄 | 脊灰减毒活疫苗 | 第3剂
5月龄 | 百白破疫苗 | 第3剂
6月龄 | 乙肝疫苗 | 第3剂
6月龄 | A群流脑多糖疫苗 | 第1剂
8月龄 | 麻腮风疫苗 | 第1剂
8月龄 | 乙脑减毒活疫苗 | 第1剂
9月龄 | A群流脑多糖疫苗 | 第2剂
18月龄 | 百白破疫苗 | 第4剂
18月龄 | 麻腮风疫苗 | 第2剂
18月龄 | 甲肝减毒活疫苗 | 第1剂
2周岁 | 乙脑减毒活疫苗 | 第2剂
3周岁 | A群C群流脑多糖疫苗 | 第3剂
4周岁 | 脊灰减毒活疫苗 | 第4剂
6周岁 | 白破疫苗 | 第1剂
6周岁 | A群C群流脑多糖疫苗 | 第4剂
"""
NIP_2026 = """
24小时内 | 卡介苗 | 第1剂
24小时内 | 乙肝疫苗 | 第1剂
1月龄 | 乙肝疫苗 | 第2剂
2月龄 | 百白破疫苗 | 第1剂
2月龄 | 脊灰灭活疫苗 | 第1剂
3月龄 | 脊灰灭活疫苗 | 第2剂
4月龄 | 百白破疫苗 | 第2剂
4月龄 | 脊灰减毒活疫苗 | 第3剂
6月龄 | 乙肝疫苗 | 第3剂
6月龄 | 百白破疫苗 | 第3剂
6月龄 | A群流脑多糖疫苗 | 第1剂
8月龄 | 麻腮风疫苗 | 第1剂
8月龄 | 乙脑减毒活疫苗 | 第1剂
9月龄 | A群流脑多糖疫苗 | 第2剂
18月龄 | 百白破疫苗 | 第4剂
18月龄 | 麻腮风疫苗 | 第2剂
18月龄 | 甲肝减毒活疫苗 | 第1剂
2周岁 | 乙脑减毒活疫苗 | 第2剂
3周岁 | A群C群流脑多糖疫苗 | 第3剂
4周岁 | 脊灰减毒活疫苗 | 第4剂
6周岁 | 百白破疫苗 | 第5剂
6周岁 | A群C群流脑多糖疫苗 | 第4剂
13周岁 | 双价 HPV 疫苗 | 第1剂
13周岁 | 双价 HPV 疫苗 | 第2剂
"""


@pytest.mark.parametrize(("edition", "printed"), [("nip-2021", NIP_2021), ("nip-2026.20260617", NIP_2026)])
def test_an_edition_is_the_published_table(edition: str, printed: str) -> None:
    _schedule, groups = queries.free_table(day=cast.TODAY, edition=edition)

    rows = [f"{group.label.zh} | {row.name.zh} | {row.dose.zh}" for group in groups for row in group.rows]
    assert rows == printed.strip().splitlines()


def test_an_amendment_changes_only_what_it_names() -> None:
    first, dtap, hpv, _later = timeline()

    assert [code for code in dtap.series if dtap.series[code] != first.series.get(code)] == ["dtp"]
    assert [code for code in hpv.series if hpv.series[code] != dtap.series.get(code)] == ["hpv"]


def test_every_free_vaccine_is_in_a_schedule_and_no_paid_one_is_its_usual_dose() -> None:
    usual = {
        vaccine
        for schedule in timeline()
        for series in schedule.series.values()
        for slot in next(iter(series.routes.values()))
        for vaccine in slot.vaccines
    }

    assert usual == {code for code, one in vaccines().items() if one.is_free}


def test_nothing_in_the_files_is_a_price() -> None:
    data = "\n".join(line for line in VACCINES.splitlines() if not line.startswith("#"))

    assert [word for word in ("元", "￥", "¥", "price", "yuan", "RMB") if word in data] == []


def test_the_age_bands_cut_the_table_without_loss() -> None:
    whole = [row for group in queries.paid_table() for row in group.rows]
    parts = [row for band in queries.AGE_BANDS for group in queries.paid_table(band=band.code) for row in group.rows]

    assert parts == whole


def _edition(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("after: 28 d", "aftr: 28 d", "not known here: aftr"),
        ("after: 28 d", "after: 28", "after is not written as wanted"),
        ("after: 28 d", "after: 28 days", "'28 days' is no length of time"),
        ("vaccine: bcg", "vaccine: bgc", "'bgc' is no vaccine"),
        ("instead: penta}", "instead: pentta}", "'pentta' is no vaccine"),
        ("age: 6 m, after: 60 d, before: 12 m", "age: 6 m, after: 60 d, before: 5 m", "before the age from which"),
        ("only: girls", "only: boys", "only: girls is known"),
        ("from: 2026-06-17", "from: soon", "from is not written as wanted"),
        ("edition: nip-2026", "edition: nip-2026\nedition: nip-2027", "written twice: ['edition']"),
        ("name: {zh: 乙肝, en: Hepatitis B}", "name: {zh: 乙肝}", "en is missing"),
        ("- title:", "- tittle:", "not known here: tittle"),
    ],
)
def test_a_mistake_in_an_edition_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(ScheduleUnreadable) as refused:
        read_edition(_edition(old, new), file="x.yaml", vaccines=vaccines())

    assert told in str(refused.value)


def _read(text: str) -> Mapping[str, Vaccine]:
    return read_vaccines(text, file="vaccines.yaml")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("free: true", "free: yes please", "free is not written as wanted"),
        ("  sources: &nip", "  price: 100\n  sources: &nip", "not known here: price"),
        ("  prevents: {zh: 乙型病毒性肝炎, en: Hepatitis B}\n", "", "prevents is missing"),
    ],
)
def test_a_mistake_in_the_vaccines_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(ScheduleUnreadable) as refused:
        _read(VACCINES.replace(old, new, 1))

    assert told in str(refused.value)


def test_editions_stand_in_the_order_of_their_days() -> None:
    with pytest.raises(ScheduleUnreadable, match="later than the last"):
        joined(list(reversed(timeline())))
