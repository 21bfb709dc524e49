import pickle

import pytest
from django.db import models
from django.db.migrations.writer import MigrationWriter

from fupin.codes import CodeList, UnknownCode, YesNo, code
from households import conditions, enums
from households.conditions import Housing
from households.enums import (
    MAIN_CAUSES,
    Cause,
    Ethnicity,
    LabourSkill,
    PovertyCategory,
    PovertyStatus,
    Relation,
    Sex,
)

LISTS = [
    thing
    for module in (enums, conditions)
    for thing in map(vars(module).get, module.__all__)
    if isinstance(thing, type)
]
MEMBERS = [member for codes in LISTS for member in codes]


class Grade(CodeList):
    """A list for these tests."""

    FIRST = code("01", "甲等", "甲", until=2016)
    SECOND = code("02", "乙等", "乙")
    THIRD = code("03", "丙等", "丙", since=2018, until=2020)

    __unclear__ = {"丁": "请写明“甲等”或“乙等”。"}


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_every_number_name_and_alias_reads_to_its_member(member):
    codes = type(member)

    for word in (member.value, member.label, *member.aliases):
        assert codes.read(word) is member
        assert codes.read(f" {word}\u3000") is member
    if member.value.isdecimal():
        assert codes.read(f"{member.value} {member.label}") is member


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)
def test_a_list_is_sound(codes):
    words = [word for member in codes for word in {member.value, member.label, *member.aliases}]
    assert len(words) == len(set(words)), "an alias stands for two members"
    assert not set(words) & set(codes.__unclear__), "a text is both known and unclear"
    assert codes.__doc__
    assert len({len(value) for value in codes.values if value.isdecimal()}) <= 1


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)
def test_an_unknown_text_is_refused_with_what_is_allowed(codes):
    with pytest.raises(UnknownCode) as refusal:
        codes.read("没有的东西")

    assert "没有的东西" in refusal.value.reason
    assert codes.labels[0] in refusal.value.remedy


@pytest.mark.parametrize(
    ("codes", "term"), [(codes, term) for codes in LISTS for term in codes.__unclear__], ids=str
)
def test_an_unclear_text_is_never_guessed(codes, term):
    with pytest.raises(UnknownCode) as refusal:
        codes.read(term)

    assert refusal.value.remedy == codes.__unclear__[term]


def test_official_numbers():
    assert PovertyCategory.values == ["01", "04", "06"]
    assert PovertyStatus.values == ["02", "03", "04", "05"]
    assert [cause.value for cause in MAIN_CAUSES] == [f"{n:02}" for n in range(1, 12)]
    assert Relation.values == [f"{n:02}" for n in range(1, 25)] + ["99"]
    assert Ethnicity.values == [f"{n:02}" for n in range(1, 57)] + ["97"]
    assert Ethnicity("15").label == "土家族"
    assert Sex.choices == [("1", "男"), ("2", "女")]


@pytest.mark.parametrize(
    ("codes", "text", "member"),
    [
        (PovertyCategory, "1", PovertyCategory.GENERAL),
        (PovertyCategory, "０１", PovertyCategory.GENERAL),
        (PovertyCategory, "'01", PovertyCategory.GENERAL),
        (PovertyCategory, "01 一般贫困户", PovertyCategory.GENERAL),
        (PovertyCategory, "01-一般贫困户", PovertyCategory.GENERAL),
        (PovertyCategory, "01.一般贫困户", PovertyCategory.GENERAL),
        (PovertyCategory, "1、一般贫困户", PovertyCategory.GENERAL),
        (PovertyCategory, "（01）一般贫困户", PovertyCategory.GENERAL),
        (PovertyCategory, "一般贫困户（01）", PovertyCategory.GENERAL),
        (PovertyCategory, "06五保户", PovertyCategory.WUBAO),
        (PovertyCategory, "一般 贫困户\u200b", PovertyCategory.GENERAL),
        (PovertyCategory, "特困供养户", PovertyCategory.WUBAO),
        (Housing, "Ｃ级", Housing.DANGEROUS_C),
        (Housing, "d级危房", Housing.DANGEROUS_D),
        (Housing, "A级", Housing.SAFE),
        (Ethnicity, "土家", Ethnicity.TUJIA),
        (Ethnicity, "土", Ethnicity.TU),
        (Cause, "因婚", Cause.MARRIAGE),
    ],
)
def test_the_ways_people_write_a_code(codes, text, member):
    assert codes.read(text) is member


@pytest.mark.parametrize(
    "text", ["01 低保户", "低保户（01）", "09 低保户", "001", "01 02", "", " \u3000", "1一", "〇一"]
)
def test_contradictory_and_empty_texts_are_refused(text):
    with pytest.raises(UnknownCode) as refusal:
        PovertyCategory.read(text)

    assert "低保贫困户" in refusal.value.remedy


def test_a_near_miss_is_told():
    with pytest.raises(UnknownCode) as refusal:
        PovertyCategory.read("一般平困户")

    assert refusal.value.reason == "没有“一般平困户”这一项。"
    assert refusal.value.remedy == "是否应为“一般贫困户”？可填：一般贫困户、低保贫困户、五保贫困户。"


def test_a_long_list_is_not_told_in_full():
    with pytest.raises(UnknownCode) as refusal:
        Ethnicity.read("火星")

    assert "等57项" in refusal.value.remedy
    assert len(refusal.value.remedy) < 100


def test_a_number_in_the_wrong_column_is_not_repeated():
    with pytest.raises(UnknownCode) as refusal:
        Sex.read("420111199001011234")

    assert "19900101" not in str(refusal.value)


def test_a_code_holds_in_its_years():
    assert Grade.for_year(2016) == [("01", "甲等"), ("02", "乙等")]
    assert Grade.for_year(2017) == [("02", "乙等")]
    assert Grade.for_year(2018) == [("02", "乙等"), ("03", "丙等")]
    assert Grade.for_year(2021) == [("02", "乙等")]
    assert Grade.read("丙", 2020) is Grade.THIRD
    assert Grade.read("丙") is Grade.THIRD
    with pytest.raises(UnknownCode) as refusal:
        Grade.read("丙", 2017)
    assert refusal.value.reason == "2017年度没有“丙等”这一项（2018—2020年）。"
    assert refusal.value.remedy == "可填：乙等。"


def test_weak_labour_came_in_2018():
    assert ("05", "弱劳动力或半劳动力") not in LabourSkill.for_year(2017)
    assert LabourSkill.read("半劳动力", 2018) is LabourSkill.WEAK
    with pytest.raises(UnknownCode, match="2018年起"):
        LabourSkill.read("半劳动力", 2017)


def test_left_poverty_is_two_states():
    with pytest.raises(UnknownCode) as refusal:
        PovertyStatus.read("已脱贫", 2017)

    assert "新脱贫" in refusal.value.remedy
    assert "历史已脱贫" in refusal.value.remedy


def test_a_list_documents_itself():
    assert [tuple(row) for row in Grade.describe()] == [
        ("01", "甲等", ("甲",), "至2016年"),
        ("02", "乙等", ("乙",), ""),
        ("03", "丙等", ("丙",), "2018—2020年"),
    ]


def test_an_ambiguous_alias_is_found_at_once():
    class Bad(CodeList):
        ONE = code("1", "一等", "优")
        TWO = code("2", "二等", "优")

    with pytest.raises(TypeError, match="优"):
        Bad.read("优")


def test_a_list_is_ordinary_choices():
    field = models.CharField(choices=Sex.choices, default=Sex.MALE)

    assert "('1', '男')" in MigrationWriter.serialize(field)[0]
    assert "default='1'" in MigrationWriter.serialize(field)[0]
    assert str(Relation.HEAD) == "01"
    assert Relation("01") is Relation.HEAD
    assert pickle.loads(pickle.dumps(Relation.HEAD)) is Relation.HEAD


def test_a_refusal_survives_the_way_between_processes():
    refusal = pickle.loads(pickle.dumps(UnknownCode("没有这一项。", "可填：男、女。")))

    assert (refusal.reason, refusal.remedy) == ("没有这一项。", "可填：男、女。")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, True) for text in ("是", "有", "√", "✓", "1", "１", "Y", "y", "Ｙ", "yes", " 是 ", "TRUE")),
        *(
            (text, False)
            for text in ("否", "无", "×", "0", "０", "N", "n", "no", "没有", "否\u200b", "FALSE")
        ),
        *((text, None) for text in ("", " ", "\u3000", "\u00a0", "\u200b")),
    ],
)
def test_yes_no_and_not_collected(text, answer):
    assert YesNo.read(text) is answer


@pytest.mark.parametrize("text", ["2", "是否", "不详", "-", "是的吧", "00"])
def test_other_answers_are_refused(text):
    with pytest.raises(UnknownCode) as refusal:
        YesNo.read(text)

    assert text in refusal.value.reason
    assert "“否”" in refusal.value.remedy
