"""Opening hours as clinics print them: each line is a way that they are written, and what it says."""

import datetime

import opening_hours
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from haixing.lib import opening
from haixing.lib.chinese_hours import ParseStatus, read_hours
from haixing.lib.clock import SHANGHAI
from haixing.lib.working_days import DayKind, kind_of
from tests import cast

PRINTED: list[tuple[str, dict[str, str], str]] = [
    ("周一至周日 9:00-18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一至周五 9:00-19:00 周六日 9:00-18:00", {"outpatient": "Mo-Fr 09:00-19:00; Sa-Su 09:00-18:00"}, "read"),
    ("周一至周日 8:30-19:00 (保险不包括主任及主任级别以上费用)", {"outpatient": "Mo-Su 08:30-19:00"}, "read"),
    ("周一到周五: 09:00-18:30 周六/日: 09:00-17:30", {"outpatient": "Mo-Fr 09:00-18:30; Sa-Su 09:00-17:30"}, "read"),
    ("周一到周五 8:00-19:00; 周六/日 9:00-17:00", {"outpatient": "Mo-Fr 08:00-19:00; Sa-Su 09:00-17:00"}, "read"),
    ("周一到周五9:00-19:00周六9:00-17:00", {"outpatient": "Mo-Fr 09:00-19:00; Sa 09:00-17:00"}, "read"),
    (
        "24小时急诊 周一至周日：9：00-18：00 夜门诊 18:00之后",
        {"emergency": "24/7", "outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00+"},
        "read",
    ),
    ("24小时急诊 门诊 周一至周日 8:00-20:00", {"emergency": "24/7", "outpatient": "Mo-Su 08:00-20:00"}, "read"),
    ("周一到周六 9:00-12:00 13:30-18:00 周日休息", {"outpatient": "Mo-Sa 09:00-12:00,13:30-18:00; Su off"}, "read"),
    ("周一至周五 8:30-19:30 周末 9:00-17:00", {"outpatient": "Mo-Fr 08:30-19:30; Sa-Su 09:00-17:00"}, "read"),
    ("周一至周六 9:00-17:30", {"outpatient": "Mo-Sa 09:00-17:30"}, "read"),
    (
        "周一—周五\u3000８：００—１７：００，周六、周日\u3000９：００—１６：００",
        {"outpatient": "Mo-Fr 08:00-17:00; Sa-Su 09:00-16:00"},
        "read",
    ),
    ("周一－周日 08：30－20：00", {"outpatient": "Mo-Su 08:30-20:00"}, "read"),
    ("周一~周五 9:00~18:00；双休日 9:00~17:00", {"outpatient": "Mo-Fr 09:00-18:00; Sa-Su 09:00-17:00"}, "read"),
    ("星期一至星期五 8:30-17:30 星期六 9:00-12:00", {"outpatient": "Mo-Fr 08:30-17:30; Sa 09:00-12:00"}, "read"),
    ("每天 9:00-21:00", {"outpatient": "Mo-Su 09:00-21:00"}, "read"),
    ("每日9:00-21:00", {"outpatient": "Mo-Su 09:00-21:00"}, "read"),
    ("全年无休 9:00-18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一至周日 9:00-18:00（节假日除外）", {"outpatient": "Mo-Su 09:00-18:00; PH off"}, "read"),
    ("周一至周五 9:00-18:00，节假日除外", {"outpatient": "Mo-Fr 09:00-18:00; PH off"}, "read"),
    (
        "周一至周五 9:00-18:00 周末及节假日 9:00-17:00",
        {"outpatient": "Mo-Fr 09:00-18:00; Sa-Su,PH 09:00-17:00"},
        "read",
    ),
    ("工作日 8:30-17:30", {"outpatient": "Mo-Fr 08:30-17:30; PH off"}, "read"),
    (
        "工作日9:00-18:00，周末9:00-17:00，法定节假日休息",
        {"outpatient": "Mo-Fr 09:00-18:00; Sa-Su 09:00-17:00; PH off"},
        "read",
    ),
    ("周一至周五 9:00-18:00 午休12:00-13:00", {"outpatient": "Mo-Fr 09:00-12:00,13:00-18:00"}, "read"),
    ("周一至周五 9:00-18:00（12:00-13:30午休）", {"outpatient": "Mo-Fr 09:00-12:00,13:30-18:00"}, "read"),
    ("周一至周日 8:00-12:00，13:30-17:30", {"outpatient": "Mo-Su 08:00-12:00,13:30-17:30"}, "read"),
    ("周一至周五 上午8:30-11:30 下午1:30-5:00", {"outpatient": "Mo-Fr 08:30-11:30,13:30-17:00"}, "read"),
    ("周一至周五 上午8点至下午5点", {"outpatient": "Mo-Fr 08:00-17:00"}, "read"),
    ("周一至周五 8点半-17点", {"outpatient": "Mo-Fr 08:30-17:00"}, "read"),
    ("9:00-18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("24小时", {"outpatient": "24/7"}, "read"),
    ("24小时营业", {"outpatient": "24/7"}, "read"),
    ("全天24小时", {"outpatient": "24/7"}, "read"),
    ("急诊：24小时；门诊：周一至周五 8:00-17:00", {"emergency": "24/7", "outpatient": "Mo-Fr 08:00-17:00"}, "read"),
    ("门诊：周一至周五 8:00-17:00 急诊：24小时", {"emergency": "24/7", "outpatient": "Mo-Fr 08:00-17:00"}, "read"),
    ("门急诊 周一至周日 8:00-20:00", {"emergency": "Mo-Su 08:00-20:00", "outpatient": "Mo-Su 08:00-20:00"}, "read"),
    (
        "门诊 周一至周日 9:00-17:30 急诊 18:00-次日8:00",
        {"emergency": "Mo-Su 18:00-08:00", "outpatient": "Mo-Su 09:00-17:30"},
        "read",
    ),
    ("急诊 17:30-8:00", {"emergency": "Mo-Su 17:30-08:00"}, "read"),
    ("夜门诊 18:00-22:00 门诊 9:00-18:00", {"outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00-22:00"}, "read"),
    (
        "门诊：9:00-18:00；夜诊：18:00-21:00；疫苗接种：周二、周四 9:00-11:30",
        {"outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00-21:00", "vaccination": "Tu,Th 09:00-11:30"},
        "read",
    ),
    ("疫苗：周一、三、五 8:30-11:00", {"vaccination": "Mo,We,Fr 08:30-11:00"}, "read"),
    ("周一三五 9:00-12:00 周二四 13:00-17:00", {"outpatient": "Mo,We,Fr 09:00-12:00; Tu,Th 13:00-17:00"}, "read"),
    ("周二至周日 9:00-18:00 周一休息", {"outpatient": "Tu-Su 09:00-18:00; Mo off"}, "read"),
    ("周一至周六 9:00-18:00 周日停诊", {"outpatient": "Mo-Sa 09:00-18:00; Su off"}, "read"),
    ("周一至周日 9:00-18:00 节假日照常", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一至周日 9:00-次日2:00", {"outpatient": "Mo-Su 09:00-02:00"}, "read"),
    ("周一至周日 18:00-02:00", {"outpatient": "Mo-Su 18:00-02:00"}, "read"),
    ("周五 周六 9:00-21:00 周日至周四 9:00-18:00", {"outpatient": "Fr-Sa 09:00-21:00; Mo-Th,Su 09:00-18:00"}, "read"),
    ("周日-周四 9:00-18:00", {"outpatient": "Mo-Th,Su 09:00-18:00"}, "read"),
    ("请致电预约", {}, "unread"),
    ("以医院公告为准", {}, "unread"),
    ("周一至周五 8:00-5:00", {}, "unread"),
    ("周一至周五", {}, "unread"),
    ("周一至周五 25:00-26:00", {}, "unread"),
    ("门诊 周一至周五 8:00-17:00 急诊 8:00-20:00", {"outpatient": "Mo-Fr 08:00-17:00"}, "partly"),
    (
        "周一至周五 门诊8:00-17:00 夜门诊17:00-21:00",
        {"outpatient": "Mo-Fr 08:00-17:00", "night": "Mo-Fr 17:00-21:00"},
        "read",
    ),
    ("营业时间：周一至周日9:00-18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("营业时间 9:00—20:00（全年无休）", {"outpatient": "Mo-Su 09:00-20:00"}, "read"),
    ("周一至周日 9:00 - 18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一至周日 9:00 至 18:00", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一到周日，上午9：00到晚上8：00", {"outpatient": "Mo-Su 09:00-20:00"}, "read"),
    ("周一至周五 AM 9:00-12:00 PM 1:00-5:00", {"outpatient": "Mo-Fr 09:00-12:00,13:00-17:00"}, "read"),
    (
        "周一至周五9:00-19:00；周六9:00-17:00；周日9:00-12:00",
        {"outpatient": "Mo-Fr 09:00-19:00; Sa 09:00-17:00; Su 09:00-12:00"},
        "read",
    ),
    ("周一至周五:9.00-18.00", {"outpatient": "Mo-Fr 09:00-18:00"}, "read"),
    ("预约制", {}, "unread"),
    ("周末休息 周一至周五 9:00-18:00", {"outpatient": "Sa-Su off; Mo-Fr 09:00-18:00"}, "read"),
    ("周一至周五 9:00-18:00 周六周日休息", {"outpatient": "Mo-Fr 09:00-18:00; Sa-Su off"}, "read"),
    ("周一至周五 9:00-18:00 双休休息", {"outpatient": "Mo-Fr 09:00-18:00; Sa-Su off"}, "read"),
    ("周一至周日 0:00-24:00", {"outpatient": "Mo-Su 00:00-24:00"}, "read"),
    ("18:00之后", {"outpatient": "Mo-Su 18:00+"}, "read"),
    ("夜间急诊 18:00-次日08:00", {"emergency": "Mo-Su 18:00-08:00"}, "read"),
    ("周一至周日 9:00-18:00 中午不休", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("除节假日外 周一至周五 9:00-17:00", {"outpatient": "Mo-Fr 09:00-17:00; PH off"}, "read"),
    ("儿保 周三 9:00-11:00", {}, "unread"),
    ("周一至周五 8:00-17:00 儿保 周三 9:00-11:00", {"outpatient": "Mo-Fr 08:00-17:00"}, "partly"),
    ("Mon-Fri 9:00-18:00", {}, "unread"),
    ("周一至周日 9:00-18:00 国庆节除外", {}, "unread"),
    ("9:00-18:00 每天", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("9:00-18:00（周一至周日）", {"outpatient": "Mo-Su 09:00-18:00"}, "read"),
    ("周一至周日 7*24小时", {"outpatient": "24/7"}, "read"),
    (
        "周一至周五 9:00-18:00 周六 9:00-12:00 周日及节假日休息",
        {"outpatient": "Mo-Fr 09:00-18:00; Sa 09:00-12:00; Su off; PH off"},
        "read",
    ),
    ("周一至周五 9:00-12:00/13:00-18:00", {"outpatient": "Mo-Fr 09:00-12:00,13:00-18:00"}, "read"),
    ("周一至周日 9:00-18:00 最后预约17:30", {}, "unread"),
]


@pytest.mark.parametrize(("printed", "hours", "status"), PRINTED)
def test_what_is_printed_is_read_or_left_alone(printed: str, hours: dict[str, str], status: str) -> None:
    read = read_hours(printed)

    assert (read.hours, read.status) == (hours, status)


def test_every_text_that_is_written_is_osm_syntax() -> None:
    written = [text for _printed, hours, _status in PRINTED for text in hours.values()]

    assert [text for text in written if not opening_hours.validate(text)] == []


def test_nothing_printed_is_not_a_riddle() -> None:
    assert read_hours("  ").status == ParseStatus.EMPTY


def test_a_bracketed_remark_is_kept_as_a_note() -> None:
    read = read_hours("周一至周日 8:30-19:00 (保险不包括主任及主任级别以上费用)")

    assert (read.status, read.notes) == (ParseStatus.READ, ("保险不包括主任及主任级别以上费用",))


def test_the_samples_hours_by_hand_are_what_the_reader_reads() -> None:
    sites = yaml.safe_load((cast.PLANS.parent / "sample" / "network.yaml").read_text(encoding="utf-8"))["sites"]

    read = {site["code"]: read_hours(site["hours_raw"]).hours for site in sites if site.get("hours_raw")}

    assert read == {site["code"]: site["hours"] for site in sites if site.get("hours_raw")}


@settings(deadline=None)
@given(
    printed=st.sampled_from([text for _printed, hours, _status in PRINTED for text in hours.values()]),
    day=st.dates(min_value=datetime.date(2026, 1, 1), max_value=datetime.date(2026, 12, 31)),
    time=st.times(),
)
def test_on_ordinary_days_the_library_says_open_and_closed_like_us(
    printed: str, day: datetime.date, time: datetime.time
) -> None:
    if any(kind_of(one) in {DayKind.HOLIDAY, DayKind.MAKE_UP} for one in (day, day - datetime.timedelta(days=1))):
        return
    moment = datetime.datetime.combine(day, time)

    ours = opening.at(printed, moment.replace(tzinfo=SHANGHAI)).state

    theirs = opening_hours.OpeningHours(printed)
    assert (ours != opening.State.CLOSED) == (not theirs.is_closed(moment))
