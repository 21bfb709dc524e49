"""The language of wordings: figures and optional clauses, each mistake with its sentence, nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from fupin.access import Role
from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.figures.declare import Base, Figure, Measure, Window
from reports.figures.measure import Result
from reports.figures.village import NAMES
from reports.queries.summary import KINDS, shipped_wording, words_about
from reports.wording.grammar import Clause, Slot, Text, parse
from reports.wording.saying import Speaker, figures_of, said
from tests import factories as make
from tests.reports.support import write_report

WORDS = {"place": "甲村", "township": "", "last": "2017"}
COUNTY = Region(code="421199000000", name="云岭县", level=Level.COUNTY)
WINDOW = Window(COUNTY, 2017, 2017, 2016)


def say(text, results=(), names=NAMES, words=WORDS):
    """The paragraphs of a wording of one section."""
    wording = parse(f"## 一\n{text}")
    speaker = Speaker(names, words, {r.figure.code: r for r in results}, WINDOW)
    (section,) = wording.sections
    return ["".join(run.text for run in speaker.say(paragraph)) for paragraph in section.paragraphs]


def result(name, value, **more):
    figure = NAMES[name]
    assert isinstance(figure, Figure)
    return Result(figure, value, 1, more.get("covered", 1), more.get("villages", 1))


def both(name, households, people):
    return [Result(f, v, 1, 1, 1) for f, v in zip(NAMES[name], (households, people), strict=True)]


def test_a_wording_is_read():
    wording = parse(
        "# {place}总结\n\n## 一、村情\n {place}有[[小组{profile.groups:个}，]]等。 \n\n## 二\n\n{poor:户人}"
    )
    assert wording.title == (Slot("place", ""), Text("总结"))
    assert [(section.title, section.paragraphs) for section in wording.sections] == [
        (
            "一、村情",
            (
                (
                    Slot("place", ""),
                    Text("有"),
                    Clause((Text("小组"), Slot("profile.groups", "个"), Text("，"))),
                    Text("等。"),
                ),
            ),
        ),
        ("二", ((Slot("poor", "户人"),),)),
    ]
    assert [(slot.name, slot.line) for slot in wording.slots()] == [
        ("place", 1),
        ("place", 4),
        ("profile.groups", 4),
        ("poor", 8),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("有[[小组{profile.groups:个}。", "第3行：“[[”没有用“]]”结束。"),
        ("有[[小组[[{profile.groups:个}]]]]。", "第3行：可省略部分“[[”里不能再有“[[”。"),
        ("有小组{profile.groups:个}]]。", "第3行：多了一个“]]”。"),
        ("有{poor:户人。", "第3行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        ("有poor:户人}。", "第3行：“}”不是完整的指标，应写成“{指标:单位}”。"),
        ("有{}。", "第3行：“{}”不是完整的指标，应写成“{指标:单位}”。"),
        ("有{poor:}。", "第3行：“{poor:}”不是完整的指标，应写成“{指标:单位}”。"),
        ("有{ poor:户人 }。", "第3行：“{ poor:户人 }”不是完整的指标，应写成“{指标:单位}”。"),
        ("有{贫困户}。", "第3行：“{贫困户}”不是完整的指标，应写成“{指标:单位}”。"),
        ("有{{poor:户人}}。", "第3行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        ("{{ 7*7 }}", "第3行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        ("{% load static %}", "第3行：“{% load static %}”不是完整的指标，应写成“{指标:单位}”。"),
        ("{poor!r:>9}", "第3行：“{poor!r:>9}”不是完整的指标，应写成“{指标:单位}”。"),
        ("{poor[0]}", "第3行：“{poor[0]}”不是完整的指标，应写成“{指标:单位}”。"),
        ("# 又一个标题", "第3行：标题“# ”只能有一个。"),
    ],
)
def test_a_mistake_of_form_has_its_sentence(line, sentence):
    with pytest.raises(Refused) as refused:
        parse(f"# 总结\n## 一\n{line}\n正确的一行。")
    assert str(refused.value) == sentence


def test_words_before_any_heading_are_refused():
    with pytest.raises(Refused) as refused:
        parse("# 总结\n\n全村有党员。\n## 一")
    assert str(refused.value) == "第3行：还没有小标题，请先写“## 小标题”。"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{rich:户人}", "第3行：没有“rich”这个指标，请从指标表中选择。"),
        (
            "[[{poor.households.__class__}]]",
            "第3行：没有“poor.households.__class__”这个指标，请从指标表中选择。",
        ),
        ("{profile.groups.base.model}", "第3行：没有“profile.groups.base.model”这个指标，请从指标表中选择。"),
        ("{poor}", "第3行：指标“poor”不能用“无格式”表示。"),
        ("{poor:户}", "第3行：指标“poor”不能用“户”表示。"),
        ("{poor:逐年户人}", "第3行：指标“poor”不能用“逐年户人”表示。"),
        ("{exited:户人}", "第3行：指标“exited”不能用“户人”表示。"),
        ("[[{exited}]]", "第3行：指标“exited”不能用“无格式”表示。"),
        ("{profile.groups:户人}", "第3行：指标“profile.groups”不能用“户人”表示。"),
        # A number with another one's unit would be a false statement.
        ("{profile.groups:人}", "第3行：指标“profile.groups”不能用“人”表示。"),
        ("{profile.people:万元}", "第3行：指标“profile.people”不能用“万元”表示。"),
        ("{profile.position:个}", "第3行：指标“profile.position”不能用“个”表示。"),
        ("{place:个}", "第3行：指标“place”不能用“个”表示。"),
    ],
)
def test_a_mistake_of_meaning_has_its_sentence(line, sentence):
    for text in (f"# 总结\n## 一\n{line}", f"\n\n# {line}\n## 一\n有。"):
        with pytest.raises(Refused) as refused:
            figures_of(parse(text), NAMES, WORDS, WINDOW)
        assert str(refused.value) == sentence


def test_figures_are_wanted_once_in_the_order_of_reading():
    wording = parse(
        "# {poor:户人}\n## 一\n{exited:逐年户人}[[{profile.groups:个}]]{poor:户人}{profile.groups}{last}"
    )
    assert [figure.code for figure in figures_of(wording, NAMES, WORDS, WINDOW)] == [
        "poor.households", "poor.people",
        "exited.before_2016.households", "exited.before_2016.people",
        "exited.2016.households", "exited.2016.people",
        "exited.2017.households", "exited.2017.people",
        "profile.groups",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_wordings_hold(kind):
    figures = figures_of(shipped_wording(kind), KINDS[kind].names, words_about(WINDOW), WINDOW)
    assert [figure for figure in figures if figure.base not in KINDS[kind].bases] == []


# --- saying -------------------------------------------------------------------------------------------------


def test_numbers_are_said_with_their_units():
    results = [result("profile.groups", 7), result("profile.territory", 9720.5), *both("poor", 66, 156)]
    text = "小组{profile.groups:个}（{profile.groups}），{profile.territory:亩}，{poor:户人}，{place}{last}年"
    assert say(text, results) == ["小组7个（7），9720.5亩，66户156人，甲村2017年"]


def test_money_is_said_in_yuan_or_ten_thousands():
    base = Base("b", None, "", "", "", "", lambda window: None, "")
    money = Figure("b.money", "投入", "元", "投入", base, Measure.SUM, places=2)
    names = {"b.money": money}
    wording = parse("## 一\n{b.money:万元}，{b.money:元}，{b.money}")
    assert figures_of(wording, names, {}, WINDOW) == [money]
    assert [said(Result(money, Decimal("24049.995"), 1, 1, 1), unit) for unit in ("万元", "元", "")] == [
        "2.4万元",
        "24050元",
        "24050",
    ]


@pytest.mark.parametrize(
    ("text", "results", "words"),
    [
        (
            "有[[，属{profile.key_village}]]。",
            [result("profile.key_village", "重点贫困村")],
            "有，属重点贫困村。",
        ),
        ("有[[，属{profile.key_village}]]。", [result("profile.key_village", None)], "有。"),
        ("有[[，小组{profile.groups:个}]]。", [result("profile.groups", 0)], "有。"),
        ("有，小组{profile.groups:个}。", [result("profile.groups", 0)], "有，小组0个。"),
        ("有[[，{poor:户人}]]。", both("poor", 0, 0), "有。"),
        ("有[[，{poor:户人}]]。", both("poor", None, None), "有。"),
        ("有[[，{poor:户人}]]。", both("poor", 1, 0), "有，1户0人。"),
        ("有[[，在{township}]]。", [], "有。"),
        ("有[[，在{place}]]。", [], "有，在甲村。"),
        ("有[[一句话]]。", [], "有一句话。"),
        # A clause is said whole or not at all.
        (
            "有[[，小组{profile.groups:个}、湾{profile.hamlets:个}]]。",
            [result("profile.groups", 7), result("profile.hamlets", None)],
            "有。",
        ),
    ],
)
def test_a_clause_is_said_or_left_out(text, results, words):
    assert say(text, results) == [words]


HOSTILE = "<script>alert(1)</script> __class__ {{ 7*7 }} {% load static %} {poor:户人} [[x]] %s & \"'"


def test_hostile_words_of_a_wording_are_words():
    text = "<script>alert(1)</script> __class__ poor.households %s %(x)s \\1 ${x} &amp; [x] (x)".replace(
        "${x}", "$x"
    )
    assert say(text) == [text]


@pytest.mark.django_db
def test_hostile_words_of_a_village_are_words(client_of):
    """What a village writes of itself is said as it stands, and never read as a wording or as markup."""
    make.region("421199103000", "七里坪镇")
    village = make.village("421199103206", "<b>甲</b>{place}")
    make.VillageYearFactory(region=village, main_industries=HOSTILE)
    window = {"period": "2017"}
    text = write_report(village.code, format="text", **window)
    line = next(line for line in text.splitlines() if line.startswith("村版图面积"))
    assert (
        line == f"村版图面积约暂无数据，其中耕地暂无数据、林地暂无数据、水面暂无数据。主导产业为{HOSTILE}。"
    )
    assert text.splitlines()[0] == "<b>甲</b>{place}精准扶贫工作总结"
    client = client_of(make.user(Role.CLERK, village))
    page = client.get(f"/{village.code}/2017/summary/village/").content.decode()
    for written in (page, write_report(village.code, format="html", **window)):
        tree = html.fromstring(written)
        assert [p.text_content() for p in tree.iter("p") if p.text_content().startswith("村版图")] == [line]
        assert [s.text for s in tree.iter("script") if s.text] == []
        assert "<b>甲" not in written


# --- any text -----------------------------------------------------------------------------------------------

#: Texts full of the grammar's own marks.
marked = st.text(
    st.sampled_from("{}[]:#. \n\t甲a户人_")
    | st.characters(exclude_categories=["Cs"])
) | st.lists(
    st.sampled_from(["{poor:户人}", "{place}", "[[", "]]", "{", "}", "# ", "## ", "\n", "甲", "{exited:逐年户人}"])
).map("".join)  # fmt: skip


@given(marked)
def test_reading_any_text_refuses_or_reads(text):
    try:
        wording = parse(text)
    except Refused:
        return
    for slot in wording.slots():
        assert slot.name


@given(marked)
def test_asking_any_wording_for_its_figures_refuses_or_answers(text):
    try:
        figures = figures_of(parse(f"## 一\n{text}"), NAMES, WORDS, WINDOW)
    except Refused:
        return
    speaker = Speaker(NAMES, WORDS, {f.code: Result(f, 1, 1, 1, 1) for f in figures}, WINDOW)
    for section in parse(f"## 一\n{text}").sections:
        for paragraph in section.paragraphs:
            speaker.say(paragraph)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}")))
def test_a_text_without_slots_is_said_unchanged(text):
    lines = [line.strip() for line in text.replace("[[", "").replace("]]", "").splitlines()]
    lines = [
        line for line in lines if line and not line.startswith("#") and "[[" not in line and "]]" not in line
    ]
    assert say("\n".join(lines)) == lines
