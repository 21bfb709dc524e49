"""A corpus of personal numbers, all invented: what is accepted, in which form, and why the rest is refused."""

import pickle
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.numbers import (
    BadNumber,
    age,
    birth_date,
    check_character,
    clean_personal_number,
    clean_phone,
    id_part,
    mask_in_text,
    mask_phone,
    masked,
    number_key,
    sex,
    tail,
)


def number(first17: str) -> str:
    return first17 + check_character(first17)


def ending_in_x(region_and_birth: str) -> str:
    return next(n for n in (number(f"{region_and_birth}{i:03}") for i in range(1, 99)) if n.endswith("X"))


MAN = number("42111919900101123")
WOMAN = number("42111919851230246")
WITH_X = ending_in_x("42111919700515")
NOT_X = number("42111919700515004")
LEAP = number("42111920000229001")

ACCEPTED = [
    (MAN, MAN),
    (WOMAN, WOMAN),
    (WITH_X, WITH_X),
    (WITH_X.lower(), WITH_X),
    (f"{WITH_X[:-1]}Ｘ", WITH_X),
    (f"{WITH_X[:-1]}ｘ", WITH_X),
    (MAN.translate({ord("0") + i: ord("０") + i for i in range(10)}), MAN),
    (MAN[:6].translate({ord("0") + i: ord("０") + i for i in range(10)}) + MAN[6:], MAN),
    *((f"{mark}{MAN}", MAN) for mark in ("'", "’", "‘", "`", "＇", "´", " '", "\ufeff'")),
    *(
        (f"{space}{MAN}{space}", MAN)
        for space in (" ", "\u3000", "\u00a0", "\u2002", "\u2009", "\t", "\n", "\r\n")
    ),
    *(
        (f"{mark}{MAN}{mark}", MAN)
        for mark in ("\u200b", "\u200c", "\u200d", "\u200e", "\ufeff", "\u2060", "\u202c")
    ),
    *(
        (f"{MAN[:6]}{gap}{MAN[6:14]}{gap}{MAN[14:]}", MAN)
        for gap in (" ", "-", "－", "—", "‑", "–", "−", "\u3000", "\u00a0", "\u200b", " - ")
    ),
    (" ".join(MAN), MAN),
    (LEAP, LEAP),
    (number("42111919960229001"), number("42111919960229001")),
    (number("42111919000101001"), number("42111919000101001")),
    (number("42111921001231001"), number("42111921001231001")),
    # Regions nobody knows, and those of residence permits.
    *(
        (number(f"{region}19900101001"),) * 2
        for region in ("810000", "820000", "830000", "999999", "100000", "000000")
    ),
    # Disability certificates.
    *((f"{MAN}{kind}{grade}",) * 2 for kind in "1234567" for grade in "14"),
    (f"{WITH_X}23", f"{WITH_X}23"),
    (f"{WITH_X.lower()}23", f"{WITH_X}23"),
    (f"{MAN} 4 2", f"{MAN}42"),
    (f"{MAN}42B1", f"{MAN}42B1"),
    (f"{MAN}42b1", f"{MAN}42B1"),
    (f"{MAN}42 Ｂ２", f"{MAN}42B2"),
    (f"{WITH_X}11B3", f"{WITH_X}11B3"),
]

REFUSED = [
    *((text, "没有填写") for text in ("", " ", "\u3000", "\u200b", "'", "--")),
    ("421119900101123", "15位"),
    ("４２１１１９９００１０１１２３", "15位"),
    ("421119000229123", "15位"),
    # Lengths.
    (MAN[:-1], "有17位"),
    (MAN[1:], "有17位"),
    (f"{MAN}4", "有19位"),
    (f"{MAN}421", "有21位"),
    (f"{MAN}42B", "字母|有21位"),
    (f"{MAN}42B12", "有23位"),
    (f"{MAN}42111", "有23位"),
    (MAN * 2, "有36位"),
    ("1", "有1位"),
    ("4211191990010112", "有16位"),
    ("6222021234567890123", "有19位"),
    # Dates.
    ("0" * 18, "日期"),
    (number("42111919000229001"), "日期"),
    (number("42111920010229001"), "日期"),
    (number("42111921000229001"), "日期"),
    (number("42111919901301001"), "日期"),
    (number("42111919900001001"), "日期"),
    (number("42111919900100001"), "日期"),
    (number("42111919900132001"), "日期"),
    (number("42111919900431001"), "日期"),
    (number("42111900000101001"), "日期"),
    (number("42111918991231001"), "1900至2100"),
    (number("42111921010101001"), "1900至2100"),
    (number("42111902190101001"), "1900至2100"),
    # Check character.
    *((f"{MAN[:-1]}{last}", "校验码") for last in "0123456789X" if last != MAN[-1]),
    (f"{NOT_X[:-1]}X", "校验码"),
    (f"{MAN[:14]}{MAN[15]}{MAN[14]}{MAN[16:]}", "校验码"),
    # Certificates.
    *((f"{MAN}{kind}1", "第19位") for kind in "089"),
    *((f"{MAN}1{grade}", "第20位") for grade in "056789"),
    (f"{MAN}80B1", "第19位"),
    (f"{MAN}1X", "X只能"),
    (f"{MAN[:-1]}{'1' if MAN[-1] != '1' else '2'}11", "校验码"),
    (f"{MAN}4211", "补发"),
    (f"{MAN}42BB", "补发"),
    (f"{MAN}421B", "补发"),
    # X and other letters.
    (f"{WITH_X[:8]}X{WITH_X[9:]}", "X只能"),
    (f"X{MAN[1:]}", "X只能"),
    (f"{MAN[:-2]}XX", "X只能"),
    (f"{MAN[:5]}O{MAN[6:]}", "字母"),
    (f"{MAN[:5]}l{MAN[6:]}", "字母"),
    (f"{MAN[:5]}I{MAN[6:]}", "字母"),
    (f"{MAN[:-1]}Y", "字母"),
    ("ABCDEFGHIJKLMNOPQR", "字母"),
    ("E12345678", "字母"),
    ("none", "字母"),
    # Characters that are neither.
    ("无", "字符“无”"),
    ("不详", "字符“不”"),
    ("/", "字符“/”"),
    (f"{MAN}、{WOMAN}", "字符“、”"),
    (f"{MAN}/{WOMAN}", "字符“/”"),
    (f"{MAN}（残）", "字符“\\(”"),
    ("#N/A", "字符“#”"),
    ("=A1", "字符“=”"),
    (f"{MAN[:6]}********{MAN[14:]}", "字符“\\*”"),
    (f"{MAN[:-1]}٣", "字符"),
    (f"{MAN[:-1]}Х", "字符"),  # a Cyrillic letter
    (f"{MAN[:-1]}三", "字符“三”"),
    # What a spreadsheet makes of a number.
    *(
        (text, "科学计数法")
        for text in (
            "4.2E+17",
            "4.2e+17",
            "4.20111199001011E+17",
            "4.21119199001011E17",
            "1e17",
            "1E+17",
            "４.2Ｅ+17",
            "421119199001011234.0",
            "4.2E+19",
            " 4.2E+17",
        )
    ),
]

CORPUS = len(ACCEPTED) + len(REFUSED)


def test_the_corpus_is_large():
    assert CORPUS >= 120


@pytest.mark.parametrize(("text", "clean"), ACCEPTED)
def test_a_good_number_gets_its_one_written_form(text, clean):
    assert clean_personal_number(text) == clean
    assert clean_personal_number(clean) == clean


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_bad_number_is_refused_with_its_own_reason(text, reason):
    with pytest.raises(BadNumber, match=reason) as refusal:
        clean_personal_number(text)

    assert re.search(reason, refusal.value.reason)
    assert refusal.value.reason.endswith("。")
    assert refusal.value.remedy.endswith("。")
    # Seven digits is what a mask may show; a sentence about a number shows fewer.
    assert not re.search(r"\d{5}", str(refusal.value))


ids = st.builds(
    lambda region, born, serial: number(f"{region:06}{born:%Y%m%d}{serial:03}"),
    st.integers(110000, 839999),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.integers(0, 999),
)


@given(ids)
def test_every_well_made_number_is_accepted(good):
    assert clean_personal_number(good) == good


@given(ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_noticed(good, position, wrong):
    bad = good[:position] + wrong + good[position + 1 :]
    if bad == good:
        return

    with pytest.raises(BadNumber):
        clean_personal_number(bad)


@given(ids, st.integers(0, 15))
def test_two_neighbours_swapped_are_noticed(good, position):
    bad = good[:position] + good[position + 1] + good[position] + good[position + 2 :]
    if bad == good:
        return

    with pytest.raises(BadNumber):
        clean_personal_number(bad)


@given(st.text())
def test_any_text_is_accepted_or_refused_in_words(text):
    try:
        assert re.fullmatch(r"\d{17}[\dX](\d\d([A-Z]\d)?)?", clean_personal_number(text))
    except BadNumber as refusal:
        assert refusal.reason
        assert refusal.remedy


def test_published_examples():
    assert clean_personal_number("11010519491231002X") == "11010519491231002X"
    assert check_character("44052418800101001") == "4"


def test_what_a_number_tells():
    assert birth_date(MAN) == date(1990, 1, 1)
    assert sex(MAN) == "1"
    assert sex(WOMAN) == "2"
    assert id_part(f"{MAN}42B1") == MAN
    assert tail(MAN) == tail(f"{MAN}42B1") == MAN[-4:]


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1990, 5, 6), date(2017, 5, 5), 26),
        (date(1990, 5, 6), date(2017, 5, 6), 27),
        (date(2000, 2, 29), date(2017, 2, 28), 16),
        (date(2000, 2, 29), date(2017, 3, 1), 17),
        (date(2000, 2, 29), date(2016, 2, 29), 16),
        (date(2017, 12, 31), date(2017, 12, 31), 0),
        (date(1917, 12, 31), date(2017, 12, 31), 100),
        (date(2018, 1, 1), date(2017, 12, 31), -1),
    ],
)
def test_age_is_in_full_years(born, on, years):
    assert age(born, on) == years


def test_the_key_matches_a_certificate_to_its_holder():
    key = number_key(MAN, b"secret")

    assert re.fullmatch(r"[0-9a-f]{32}", key)
    assert number_key(f"{MAN}42B1", b"secret") == key
    assert number_key(WOMAN, b"secret") != key
    assert number_key(MAN, b"other") != key
    assert number_key(MAN, b"x" * 100) != number_key(MAN, b"x" * 101)
    with pytest.raises(ValueError, match="without a key"):
        number_key(MAN, b"")


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        (MAN, f"421***********{MAN[-4:]}"),
        (f"{MAN}42", f"421***********{MAN[-4:]}"),
        (f"{MAN}42B1", f"421***********{MAN[-4:]}"),
        (f"'{MAN[:6]} {MAN[6:]}", f"421***********{MAN[-4:]}"),
        ("421119900101123", "421***********1123"),
        ("12345678", "*" * 18),
        ("无", "*" * 18),
        ("", ""),
        (" ", ""),
    ],
)
def test_masked(text, mask):
    assert masked(text) == mask


@given(st.one_of(ids, st.text(alphabet="0123456789X '１２", max_size=40)))
def test_a_mask_shows_at_most_three_and_four(text):
    mask = masked(text)

    assert mask == "" or len(mask) == 18
    assert mask == "" or set(mask[3:14]) == {"*"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"证件号码{MAN}重复", f"证件号码421***********{MAN[-4:]}重复"),
        (f"证件号码{WITH_X.lower()}重复", f"证件号码421***********{WITH_X[-4:]}重复"),
        (f"{MAN}，{WOMAN}", f"421***********{MAN[-4:]}，421***********{WOMAN[-4:]}"),
        (f"{MAN}42B1。", f"421***********{MAN[-4:]}。"),
        (f"{WITH_X}42。", f"421***********{WITH_X[-4:]}。"),
        (f"{MAN[:6]} {MAN[6:14]} {MAN[14:]}", f"421***********{MAN[-4:]}"),
        ("旧号421119900101123。", "旧号421***********1123。"),
        ("卡号6222021234567890123。", "卡号622***********9012。"),
        ("卡号6222 0212 3456 7890 123。", "卡号622***********9012。"),
        ("卡号6222-0212-3456-7890。", "卡号622***********7890。"),
        ("电话13812345678。", "电话138****5678。"),
        ("电话１３８１２３４５６７８。", "电话138****5678。"),
        ("电话138-1234-5678或13987654321", "电话138****5678或139****4321"),
        ("电话+86 13812345678", "电话138****5678"),
        ("电话138\u200b12345678", "电话138****5678"),
        ("4.20111199001011E+17", "4.2***********11E+"),
        # What is no number stays as written, full-width signs too.
        ("２０１７年１２月，Ｎo.1：村421199103206", "２０１７年１２月，Ｎo.1：村421199103206"),
        ("2017-01-01 2018-01-01 12:30:45,123", "2017-01-01 2018-01-01 12:30:45,123"),
        ("户编号4219000001，金额12345678.90元", "户编号4219000001，金额12345678.90元"),
        ("", ""),
    ],
)
def test_numbers_in_a_text_are_masked(text, shown):
    assert mask_in_text(text) == shown
    assert mask_in_text(shown) == shown


@given(ids, st.text(alphabet="证件号 ：，x\u3000", max_size=5), st.text(alphabet="重复 。X\n", max_size=5))
def test_no_number_comes_through(good, before, after):
    assert "*" in mask_in_text(f"{before}{good}{after}")
    assert not re.search(r"\d{5}", mask_in_text(f"{before}{good}{after}"))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("'13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("\u200b13812345678\u00a0", "13812345678"),
        ("19912345678", "19912345678"),
        ("0719-1234567", "0719-1234567"),
        ("07191234567", "0719-1234567"),
        ("（0719）1234567", "0719-1234567"),
        ("0719—12345678", "0719-12345678"),
        ("0719 1234567", "0719-1234567"),
        ("010-12345678", "010-12345678"),
        ("02712345678", "027-12345678"),
    ],
)
def test_a_telephone_number_gets_its_one_written_form(text, clean):
    assert clean_phone(text) == clean
    assert clean_phone(clean) == clean


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填写"),
        ("1381234567", "10位"),
        ("138123456789", "12位"),
        ("12812345678", "不是手机号码"),
        ("11012345678", "不是手机号码"),
        ("1234567", "区号"),
        ("12345678", "区号"),
        ("071-12345678", "不是手机号码"),
        ("0719-123456", "不是手机号码"),
        ("13812345678/13987654321", "不止一个"),
        ("13812345678、13987654321", "不止一个"),
        ("13812345678 13987654321", "不止一个"),
        ("1.3812345678E10", "科学计数法"),
        ("13812345678.0", "科学计数法"),
        ("无", "不是手机号码"),
        ("1381234567八", "不是手机号码"),
    ],
)
def test_what_is_no_telephone_number_is_refused(text, reason):
    with pytest.raises(BadNumber, match=reason) as refusal:
        clean_phone(text)

    assert refusal.value.remedy.endswith("。")


@pytest.mark.parametrize(
    ("phone", "mask"),
    [
        ("13812345678", "138****5678"),
        ("0719-1234567", "071****4567"),
        ("1234567", "*" * 11),
        ("", ""),
    ],
)
def test_mask_phone(phone, mask):
    assert mask_phone(phone) == mask


def test_a_refusal_survives_the_way_between_processes():
    refusal = pickle.loads(pickle.dumps(BadNumber("有错。", "请改。")))

    assert (refusal.reason, refusal.remedy) == ("有错。", "请改。")
