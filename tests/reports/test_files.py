"""The formats of a report, and the tables behind it."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook

from funds.enums import Measure, ProjectStage
from fupin.access import SYSTEM, Role
from reports.figures.window import Window
from reports.interfaces.files import FORMATS, file_name, issuer_of, report_date, tables_of
from reports.queries.summary import build_summary
from tests import factories as make
from tests.reports.documents import summary_of

pytestmark = pytest.mark.django_db

HEADERS = {
    "到村项目": ["实施年度", "排列号", "项目名称", "建设性质", "建设规模", "单位", "投入资金（万元）", "资金来源", "进度",
             "实施地点", "备注"],
    "到户措施与资金": ["享受年度", "户编号", "户主姓名", "帮扶措施", "享受人姓名", "日期", "数量", "单位", "金额（元）",
                "投放主体", "备注"],
}  # fmt: skip


def built(
    village: Any, actor: Any = SYSTEM, *, first: int = 2016, last: int = 2017, since: int = 2014
) -> Any:
    return build_summary(kind="village", window=Window(village, first, last, since), actor=actor)


def given(world: Any, **values: Any) -> Any:
    home = values.pop("home", world.household_a)
    return make.BenefitFactory(**{"region": home.region, "household": home.household} | values)


def open_years(village: Any, *years: int) -> None:
    from fupin.models import RegionYear

    for year in years:
        RegionYear.objects.unscoped("tests").get_or_create(region=village, year=year)


def test_there_are_five_formats_in_this_order():
    assert [(f.code, f.label, f.ending, f.content_type, f.is_text) for f in FORMATS.values()] == [
        ("text", "文本", ".txt", "text/plain; charset=utf-8", True),
        ("json", "JSON", ".json", "application/json; charset=utf-8", True),
        ("html", "网页", ".html", "text/html; charset=utf-8", True),
        ("docx", "Word", ".docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
        ("xlsx", "Excel", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
    ]  # fmt: skip
    assert list(FORMATS) == [f.code for f in FORMATS.values()]


@pytest.mark.parametrize(
    ("today", "on"),
    [
        (date(2017, 6, 5), date(2017, 6, 5)), (date(2017, 12, 31), date(2017, 12, 31)),
        (date(2018, 1, 1), date(2017, 12, 31)), (date(2026, 7, 1), date(2017, 12, 31)),
        (date(2016, 7, 1), date(2016, 7, 1)),
    ],
)  # fmt: skip
def test_a_report_bears_the_last_day_of_its_years_or_today(world, today, on):
    assert report_date(Window(world.a, 2016, 2017, 2014), today) == on


def test_a_village_signs_with_its_township(world):
    assert (issuer_of(world.a), issuer_of(world.township)) == ("七里坪镇甲村", "七里坪镇")


def test_a_file_is_called_after_its_report():
    assert file_name(summary_of([], title="万田畈村总结"), FORMATS["xlsx"]) == "万田畈村总结.xlsx"
    # A county's wording may have no title.
    assert file_name(summary_of([], title=""), FORMATS["docx"]) == "万田畈村年度总结.docx"


def test_the_word_file_is_signed_and_dated(world):
    document = Document(io.BytesIO(FORMATS["docx"].render(built(world.a), SYSTEM)))
    assert [p.text for p in document.paragraphs][-2:] == ["七里坪镇甲村", "2017年12月31日"]


def test_the_tables_of_the_workbook(world):
    open_years(world.a, 2013, 2014, 2015, 2016)
    make.ProjectFactory(region=world.a, name="早的", year=2015, amount=1)
    make.ProjectFactory(
        region=world.a, name="路灯", year=2016, quantity=80, unit="盏", amount=115_000, position=2
    )
    make.ProjectFactory(region=world.a, name="公厕", year=2017, amount=80_000, stage=ProjectStage.UNDER_WAY)
    make.ProjectFactory(region=world.b, name="邻村的路", amount=1)
    given(world, year=2013, amount=1)
    given(world, year=2014, amount="1430.50")
    given(world, year=2017, measure=Measure.EDUCATION)
    given(world, home=world.household_b, amount=1)
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(built(world.a), SYSTEM)))
    assert book.sheetnames[-3:] == [*HEADERS, "指标口径"]
    for name, header in HEADERS.items():
        assert [cell.value for cell in book[name][3]] == header
    rows = {
        name: [list(row) for row in book[name].iter_rows(min_row=4, values_only=True)] for name in HEADERS
    }
    number = world.household_a.household.number
    head = rows["到户措施与资金"][0][2]
    assert rows == {
        "到村项目": [
            [2016, 2, "路灯", None, 80, "盏", 11.5, None, "已完成", None, None],
            [2017, None, "公厕", None, None, None, 8, None, "实施中", None, None],
            ["合计", *[None] * 5, 19.5, *[None] * 4],
        ],
        "到户措施与资金": [
            [2017, number, head, "教育资助", *[None] * 7],
            [2014, number, head, "低保金", *[None] * 4, 1430.5, None, None],
            ["合计", *[None] * 7, 1430.5, None, None],
        ],
    }
    assert head.startswith("试")


def test_the_last_line_is_the_sum_that_the_text_states(world):
    """What is only planned, and what is lent, stands in the table and not in the sum; the line says so."""
    make.ProjectFactory(region=world.a, amount=100_000)
    make.ProjectFactory(region=world.a, amount=5_000_000, stage=ProjectStage.PLANNED)
    make.ProjectFactory(region=world.a, amount=7_000_000, stage=ProjectStage.STOPPED)
    given(world, amount=300)
    given(world, amount=50_000, measure=Measure.LOAN)
    summary = built(world.a)
    projects, benefits = tables_of(summary, SYSTEM)
    stated = {result.figure.code: result.value for result in summary.results}
    assert stated["projects.amount"] == Decimal(100_000)
    assert (len(projects.rows), projects.totals) == (
        3, {"amount": Decimal(100_000), "name": "不含规划中和已终止"},
    )  # fmt: skip
    assert (len(benefits.rows), benefits.totals) == (
        2, {"amount": Decimal(300), "remark": "不含扶贫小额信贷"},
    )  # fmt: skip


def test_a_sum_of_no_amounts_is_empty_and_not_0(world):
    make.ProjectFactory(region=world.a)
    (projects,) = tables_of(built(world.a), SYSTEM)
    assert projects.totals == {"amount": None}


def test_a_table_without_rows_is_left_out(world):
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(built(world.a), SYSTEM)))
    assert book.sheetnames == ["指标", "正文", "指标口径"]
    given(world, amount=1)
    assert [table.title for table in tables_of(built(world.a), SYSTEM)] == ["到户措施与资金"]


def test_a_household_that_has_left_is_not_listed(world):
    """As in the figures: only those on the roll at the end."""
    gone = make.household(world.a, on_roll=False)
    given(world, home=gone, amount=7)
    given(world, amount=1)
    (benefits,) = tables_of(built(world.a), SYSTEM)
    assert [row["household_number"] for row in benefits.rows] == [world.household_a.household.number]
    assert benefits.totals == {"amount": Decimal(1)}


@pytest.mark.parametrize(
    ("persona", "tables"),
    [
        ("clerk_a", 2), ("team", 2), ("township", 2), ("department", 2), ("county", 2), ("auditor", 2), ("leader", 0),
    ],
)  # fmt: skip
def test_rows_are_had_with_the_right_to_export_alone(world, personas, persona, tables):
    """A leader reads the summary and the rows behind it on the page, but takes no list away."""
    make.ProjectFactory(region=world.a, amount=1)
    given(world, amount=1)
    actor = personas[persona]
    assert len(tables_of(built(world.a, actor), actor)) == tables


def test_tables_are_in_the_actors_scope(world):
    """A summary that somebody else may read gives no rows of his to one who may not."""
    make.ProjectFactory(region=world.a, amount=1)
    stranger = make.user(Role.CLERK, world.b)
    assert tables_of(built(world.a), stranger) == []


# --- on the page -------------------------------------------------------------------------------------------------


def test_the_page_gives_the_files(world, personas, client_of):
    client, url = client_of(personas["clerk_a"]), "/421199103206/2017/summary/village/"
    page = html.fromstring(client.get(url, {"first": 2016}).content.decode())
    buttons = [(a.text_content(), a.get("href")) for a in page.find_class("heading")[0].iter("a")]
    assert buttons == [
        ("下载Word", "?first=2016&format=docx"), ("下载Excel", "?first=2016&format=xlsx"),
        ("下载文本", "?first=2016&format=text"), ("下载JSON", "?first=2016&format=json"),
    ]  # fmt: skip
    summary, user = built(world.a, personas["clerk_a"]), personas["clerk_a"]
    for (_, query), code in zip(buttons, ("docx", "xlsx", "text", "json"), strict=True):
        answer = client.get(url + query)
        assert answer.content == FORMATS[code].render(summary, user)
        assert answer["Content-Type"] == FORMATS[code].content_type
        assert answer["Content-Disposition"] == (
            "attachment; filename*=UTF-8''%E7%94%B2%E6%9D%91%E7%B2%BE%E5%87%86%E6%89%B6%E8%B4%AB%E5%B7%A5%E4%BD%9C"
            f"%E6%80%BB%E7%BB%93{FORMATS[code].ending}"
        )


@pytest.mark.parametrize("format", ["html", "exe", "", "DOCX"])
def test_another_format_is_the_page(world, personas, client_of, format):
    url = "/421199103206/2017/summary/village/"
    answer = client_of(personas["clerk_a"]).get(url, {"format": format})
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Disposition" not in answer
