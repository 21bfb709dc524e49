from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.words import half_up, initials, pinyin, plain, typed_keys, wan_yuan


@pytest.mark.parametrize(
    ("name", "full", "letters"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("单雄", "shanxiong", "sx"),
        ("仇和平", "qiuheping", "qhp"),
        ("区大海", "oudahai", "odh"),
        ("解放", "xiefang", "xf"),
        ("曾重阳", "zengchongyang", "zcy"),
        ("查小单", "zhaxiaodan", "zxd"),
        ("任我行", "renwoxing", "rwx"),
        ("朴树", "piaoshu", "ps"),
        ("缪小红", "miaoxiaohong", "mxh"),
        ("翟志刚", "zhaizhigang", "zzg"),
        ("欧阳春", "ouyangchun", "oyc"),
        ("尉迟春", "yuchichun", "ycc"),
        ("单于春", "chanyuchun", "cyc"),
        ("万俟春", "moqichun", "mqc"),
        ("万春", "wanchun", "wc"),
        ("吕布衣", "lvbuyi", "lby"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("解·放", "jiefang", "jf"),
        ("曾𬱖", "zengdi", "zd"),
        ("王〇", "wangling", "wl"),
        (" 王 小 明 ", "wangxiaoming", "wxm"),
        ("Nguyen Thi Hoa", "nguyenthihoa", "nth"),
        ("王A", "wanga", "wa"),
        ("？·1", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_found_by_its_sound(name, full, letters):
    assert pinyin(name) == full
    assert initials(name) == letters


@given(st.text())
def test_pinyin_is_plain_letters_whatever_the_name(name):
    assert pinyin(name) == "" or (
        pinyin(name).isascii() and pinyin(name).isalpha() and pinyin(name).islower()
    )
    assert len(initials(name)) <= len(pinyin(name))


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("0.125", 2, "0.13"),
        ("0.1249999", 2, "0.12"),
        ("86.3636", 1, "86.4"),
        ("1" * 40 + ".5", 0, "1" * 39 + "2"),
    ],
)
def test_half_goes_up(value, places, rounded):
    assert half_up(Decimal(value), places) == Decimal(rounded)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("87.90"), "87.9"),
        (Decimal("1E+3"), "1000"),
        (Decimal("100"), "100"),
        (Decimal("100.00"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("-1.50"), "-1.5"),
        (30, "30"),
        (0, "0"),
    ],
)
def test_numbers_are_shown_plainly(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        ("879000", 2, "87.9"),
        ("143000.00", 2, "14.3"),
        ("1000000", 2, "100"),
        ("50", 2, "0.01"),
        ("49.99", 2, "0"),
        ("-50", 2, "-0.01"),
        ("123456.78", 4, "12.3457"),
        ("0", 2, "0"),
    ],
)
def test_wan_yuan(amount, places, text):
    assert wan_yuan(Decimal(amount), places) == text


@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("01 一般贫困户", ["01", "ybpkh", "yibanpinkunhu"]),
        ("07 解决吃水", ["07", "jjcs", "jiejuechishui"]),
        ("4203206002 王小明", ["4203206002", "wxm", "wangxiaoming"]),
        ("是", ["s", "shi"]),
        ("---------", []),
    ],
)
def test_typed_keys(label, keys):
    assert typed_keys(label) == keys
