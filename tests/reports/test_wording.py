"""The language of wordings: figures and optional clauses, each mistake with its sentence, nothing else."""

from decimal import Decimal
from types import MappingProxyType

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from funds.models import Project
from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.figures.declare import Base, Figure, Measure
from reports.figures.measure import Listed
from reports.figures.result import Result
from reports.figures.village import NAMES
from reports.figures.window import Window
from reports.queries.summary import KINDS, words_about
from reports.queries.wordings import shipped_wording
from reports.wording.grammar import Clause, Slot, Text, parse
from reports.wording.saying import Speaker, figures_of, in_lines, with_coverage
from tests.hostile import HOSTILE, is_marked

WORDS = {"place": "甲村", "township": "", "last": "2017"}
COUNTY = Region(code="421199000000", name="云岭县", level=Level.COUNTY)
WINDOW = Window(COUNTY, 2017, 2017, 2016)


def say(text, results=(), names=NAMES, words=WORDS, listed=MappingProxyType({})):
    """The paragraphs of a wording of one section."""
    wording = parse(f"## 一\n{text}")
    speaker = Speaker(names, words, {r.figure.code: r for r in results}, WINDOW, listed)
    (section,) = wording.sections
    said = with_coverage([line for each in section.paragraphs for line in in_lines(speaker.say(each))])
    return ["".join(run.text for run in paragraph) for paragraph in said]


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
        ("{pooor:户人}", "第3行：没有“pooor”这个指标，是否应为“poor”？"),
        ("{poor:人}", "第3行：指标“poor”不能用“人”表示。"),
        ("{poor:逐年户人}", "第3行：指标“poor”不能用“逐年户人”表示。"),
        ("{exited:户人}", "第3行：指标“exited”不能用“户人”表示。"),
        ("[[{exited}]]", "第3行：指标“exited”不能用“无格式”表示。"),
        ("{profile.groups:户人}", "第3行：指标“profile.groups”不能用“户人”表示。"),
        # A number with another one's unit would be a false statement.
        ("{profile.groups:人}", "第3行：指标“profile.groups”不能用“人”表示。"),
        ("{profile.people:万元}", "第3行：指标“profile.people”不能用“万元”表示。"),
        ("{profile.people:%}", "第3行：指标“profile.people”不能用“%”表示。"),
        ("{education.share:万元}", "第3行：指标“education.share”不能用“万元”表示。"),
        ("{education.amount:户}", "第3行：指标“education.amount”不能用“户”表示。"),
        ("{posts.average:万元}", "第3行：指标“posts.average”不能用“万元”表示。"),
        ("{exited:户}", "第3行：指标“exited”不能用“户”表示。"),
        ("{poor:清单}", "第3行：指标“poor”不能用“清单”表示。"),
        ("{projects}", "第3行：指标“projects”不能用“无格式”表示。"),
        ("{projects:个}", "第3行：指标“projects”不能用“个”表示。"),
        ("{loan.enterprises:名称}", "第3行：指标“loan.enterprises”不能用“名称”表示。"),
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
    """A figure in 万元 may be said in 元, one in 元 (an average) in nothing else; bare, in its own unit."""
    base = Base("b", None, "", "", "", (), Q(), "")
    money, each = (
        Figure(code, "投入", unit, "投入", base, Measure.SUM, places=2)
        for code, unit in (("b.money", "万元"), ("b.each", "元"))
    )
    names = {"b.money": money, "b.each": each}
    wording = parse("## 一\n{b.money:万元}，{b.money:元}，{b.money}，{b.each}，{b.each:元}")
    assert figures_of(wording, names, {}, WINDOW) == [money, each]
    results = [Result(figure, Decimal("24049.995"), 1, 1, 1) for figure in (money, each)]
    assert say("{b.money:万元}，{b.money:元}，{b.money}，{b.each}，{b.each:元}", results, names) == [
        "2.4万元，24050元，2.4，24050，24050元"
    ]
    assert [str(result.shown) for result in results] == ["2.40", "24050.00"]


def test_a_pair_is_said_in_households_and_people_or_in_households_alone():
    assert say("{poor:户人}，{poor:户}", both("poor", 66, 156)) == ["66户156人，66户"]
    assert say("{poor:户人}，{poor:户}", both("poor", None, None)) == ["暂无数据，暂无数据"]


def test_the_villages_behind_numbers_are_said_once_where_they_are_the_same():
    partial = [Result(f, v, 1, 17, 20) for f, v in zip(NAMES["poor"], (66, 156), strict=True)]
    whole = result("profile.hamlets", 8, covered=20, villages=20)
    fewer = result("profile.groups", 9, covered=16, villages=20)
    silent = result("profile.groups", None, covered=0, villages=20)
    # At the end of the first paragraph with a number; a dash for what is not known is none.
    once = ["概况。", "66户156人（本节数字覆盖17/20村）。", "有66户，暂无数据"]
    assert say("概况。\n{poor:户人}。\n有{poor:户}，{profile.groups:个}", [*partial, silent]) == once
    assert say("{poor:户人}，{poor:户}", partial) == ["66户156人，66户（本节数字覆盖17/20村）"]
    assert say("{poor:户人}。", partial) == ["66户156人（覆盖17/20村）。"]
    # Not the same: behind each; what all villages stand behind says nothing.
    assert say("{poor:户人}，{profile.groups:个}。", [*partial, fewer]) == [
        "66户156人（覆盖17/20村），9个（覆盖16/20村）。"
    ]
    assert say("{poor:户人}。\n{profile.hamlets:个}。", [*partial, whole]) == [
        "66户156人（覆盖17/20村）。",
        "8个。",
    ]
    assert say("{profile.hamlets:个}，{profile.hamlets:个}。", [whole]) == ["8个，8个。"]
    # The same in a sentence, or in all of a paragraph's: once at its end.
    said = say(
        "扶持{poor:户人}，{poor:户}；另有{profile.groups:个}。共{profile.hamlets:个}。",
        [*partial, fewer, whole],
    )
    assert said == ["扶持66户156人，66户（均覆盖17/20村）；另有9个（覆盖16/20村）。共8个。"]
    said = say("{poor:户人}；{poor:户}。\n{profile.groups:个}", [*partial, fewer])
    assert said == ["66户156人；66户（本段数字覆盖17/20村）。", "9个（覆盖16/20村）"]
    # Beside a number of all villages each is told by itself.
    assert say("{poor:户人}，{profile.hamlets:个}。", [*partial, whole]) == [
        "66户156人（覆盖17/20村），8个。"
    ]


def by_year(name, **households):
    """Results of a family: as many people as ten times the households."""
    found = []
    for pair in NAMES[name].pairs(WINDOW):
        count = households[pair.name.removeprefix(f"{name}.").removesuffix("_2016")]
        people = None if count is None else 10 * count
        found += [Result(pair.households, count, 1, 1, 1), Result(pair.people, people, 1, 1, 1)]
    return found


@pytest.mark.parametrize(
    ("numbers", "with_people", "alone"),
    [
        ((0, 10, 6), "2016年10户100人、2017年6户60人", "2016年10户、2017年6户"),
        # A year with none is told with the people, and passed over without them.
        ((0, 0, 6), "2016年0户0人、2017年6户60人", "2017年6户"),
        ((2, 0, 6), "2015年及以前2户20人、2016年0户0人、2017年6户60人", "2015年及以前2户、2017年6户"),
        ((0, 0, 0), "2016年0户0人、2017年0户0人", "无"),
        ((None, None, None), "暂无数据", "暂无数据"),
    ],
)  # fmt: skip
def test_a_family_is_said_year_by_year(numbers, with_people, alone):
    results = by_year("rebuilt", **dict(zip(("before", "2016", "2017"), numbers, strict=True)))
    assert NAMES["rebuilt"].said == "{years}"
    assert say("{rebuilt:逐年户人}|{rebuilt:逐年户}", results) == [f"{with_people}|{alone}"]


def listed(*rows, covered=1):
    """The projects of a village in a listing: (name, quantity, unit, amount in 元)."""
    listing = NAMES["projects"]
    items = [
        listing.item(number, Project(name=name, quantity=quantity, unit=unit, amount=amount))
        for number, (name, quantity, unit, amount) in enumerate(rows, start=1)
    ]
    found = {
        figure.code: Result(figure, getattr(item.row, figure.expression), 1, covered, 1)
        for item in items
        for figure in (item.quantity, item.amount)
        if figure
    }
    return {"projects": Listed(items, found, covered)}


@pytest.mark.parametrize(
    ("rows", "all_of_it", "names"),
    [
        (
            [("便民小道", 2800, "米", 100_000), ("垃圾治理", None, "", 40_000), ("路灯", 80, "盏", None), ("讲堂", None, "", None)],
            "便民小道2800米，投入10万元；垃圾治理，投入4万元；路灯80盏；讲堂",
            "便民小道、垃圾治理、路灯、讲堂",
        ),
        # To four places in 万元, which are whole 元, so that 16元 is not lost.
        (
            [("舞台", Decimal("2.80"), "公里", 16), ("亭", 0, "个", 0), ("路", 1, "条", Decimal("12345.50"))],
            "舞台2.8公里，投入0.0016万元；亭0个，投入0万元；路1条，投入1.2346万元",
            "舞台、亭、路",
        ),
        ([], "无", "无"),
    ],
)  # fmt: skip
def test_a_listing_is_said_row_by_row_or_by_its_names(rows, all_of_it, names):
    assert say("{projects:清单}|{projects:名称}", listed=listed(*rows)) == [f"{all_of_it}|{names}"]
    # A clause of a listing stands while it has rows.
    assert say("有[[：{projects:名称}]]。", listed=listed(*rows)) == [f"有：{names}。" if rows else "有。"]


def test_a_long_list_above_a_village_is_read_line_by_line():
    """A mark that follows ends its last line; what comes after begins another."""
    rows = listed(*((f"路{number}", number, "公里", 10_000) for number in range(1, 7)), covered=1)
    lines = [f"{number}. 路{number}" for number in range(1, 7)]
    marked = [f"{line}；" for line in lines[:-1]]
    assert say("已完6个[[：{projects:名称}]]；没完0个。", listed=rows) == [
        "已完6个：", *marked, f"{lines[-1]}；", "没完0个。",
    ]  # fmt: skip
    assert say("{projects:清单}。\n后。", listed=rows)[-2:] == ["6. 路66公里，投入1万元。", "后。"]
    five = listed(*((f"路{number}", None, "", None) for number in range(1, 6)))
    assert say("{projects:名称}。", listed=five) == ["路1、路2、路3、路4、路5。"]
    # A village's stays a sentence.
    village = Window(Region(code="421199103206", name="甲村", level=Level.VILLAGE), 2017, 2017, 2016)
    (section,) = parse("## 一\n{projects:名称}。").sections
    (runs,) = in_lines(Speaker(NAMES, WORDS, {}, village, rows).say(section.paragraphs[0]))
    assert "".join(run.text for run in runs) == "路1、路2、路3、路4、路5、路6。"


def test_a_listing_without_its_ledger_has_no_data():
    assert say("{projects:清单}|{projects:名称}", listed=listed(covered=0)) == ["暂无数据|暂无数据"]


def test_each_number_of_a_listing_leads_to_its_row():
    rows = listed(("便民小道", 2800, "米", 100_000), ("垃圾治理", None, "", 40_000))
    (section,) = parse("## 一\n{projects:清单}").sections
    runs = Speaker(NAMES, WORDS, {}, WINDOW, rows).say(section.paragraphs[0])
    assert [(run.text, [result.figure.code for result in run.results]) for run in runs] == [
        ("便民小道", []), ("2800米", ["projects.1.quantity"]), ("，投入", []), ("10万元", ["projects.1.amount"]),
        ("；垃圾治理", []), ("，投入", []), ("4万元", ["projects.2.amount"]),
    ]  # fmt: skip


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


def test_hostile_words_of_a_wording_are_words():
    words = [text for text in HOSTILE if not is_marked(text) and not text.startswith("#")]
    assert say("\n".join(words)) == words


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
