"""Typing a name or a phone as people do finds the same child, and never another one."""

import pytest

from haixing.policies.queries import PhoneUnreadable, name_index, normal_name, normal_phone, phone_index

SAME_NAME = [
    ("林小满", "林 小满"),
    ("林小满", " 林小满\u3000"),
    ("林小满", "林小满\ufe00"),
    ("林小满", "林\u200b小满"),
    ("林小满", "\ufeff林小满"),
    ("阿依古丽·买买提", "阿依古丽•买买提"),
    ("阿依古丽·买买提", "阿依古丽・买买提"),
    ("阿依古丽·买买提", "阿依古丽‧买买提"),
    ("阿依古丽·买买提", "阿依古丽∙买买提"),
    ("阿依古丽·买买提", "阿依古丽･买买提"),
    ("阿依古丽·买买提", "阿依古丽．买买提"),
    ("阿依古丽·买买提", "阿依古丽 · 买买提"),
    ("Anna Lee", "ANNA LEE"),
    ("Anna Lee", "Ａｎｎａ　Ｌｅｅ"),
    ("José", "Jose\u0301"),
    ("𠮷雨辰", "𠮷 雨辰"),
    ("邉", "邉\U000e0101"),
]
OTHER_NAME = [("𠮷雨辰", "吉雨辰"), ("林小满", "林晓满"), ("阿依古丽·买买提", "阿依古丽买买提"), ("José", "Jose")]


@pytest.mark.parametrize(("printed", "typed"), SAME_NAME)
def test_a_name_typed_another_way_is_the_same_name(printed: str, typed: str) -> None:
    assert normal_name(typed) == normal_name(printed)
    assert name_index(typed) == name_index(printed)


@pytest.mark.parametrize(("one", "other"), OTHER_NAME)
def test_two_names_that_differ_stay_two_names(one: str, other: str) -> None:
    assert name_index(one) != name_index(other)


def test_a_rare_character_outside_the_basic_plane_is_kept() -> None:
    assert normal_name("𠮷 雨辰") == "𠮷雨辰"


@pytest.mark.parametrize(
    "typed",
    [
        "13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "１３８００００００01",
        "+8613800000001",
        "+86 138 0000 0001",
        "＋86-138-0000-0001",
        "0086 13800000001",
        "8613800000001",
        "(+86) 13800000001",
        "\u202d13800000001\u202c",
    ],
)
def test_a_mainland_mobile_is_read_however_it_is_typed(typed: str) -> None:
    assert normal_phone(typed) == "+8613800000001"
    assert phone_index(typed) == phone_index("13800000001")


def test_a_phone_from_abroad_needs_its_country_code() -> None:
    assert normal_phone("+852 5123 4567") == "+85251234567"
    assert normal_phone("00852 5123 4567") == "+85251234567"
    with pytest.raises(PhoneUnreadable):
        normal_phone("5123 4567")


@pytest.mark.parametrize(
    "typed",
    ["", " ", "1380000000", "138000000011", "12800000001", "021-80000000", "+86 021 80000000", "一三八", "1380000000a"],
)
def test_what_is_no_mobile_is_answered_with_what_to_write(typed: str) -> None:
    with pytest.raises(PhoneUnreadable) as refusal:
        normal_phone(typed)

    assert str(refusal.value) == "这个手机号读不出来：大陆手机号是 1 开头的 11 位数字，境外手机号请加上“+”和国家区号。"


def test_the_index_of_a_phone_does_not_show_the_phone() -> None:
    assert "13800000001" not in phone_index("13800000001")
    assert len(phone_index("13800000001")) == 64
