"""The village workbook with its ledgers: once, again, changed, wrong on each sheet, and with sheets left out."""

from __future__ import annotations

import pytest

from funds.models import Benefit, Enterprise, Partnership, Project
from fupin.domain.jobs import run_next_job
from households.models import LedgerEntry
from reports.models import SectionText
from tests.imports.cases import cell, copied_row, renamed_sheet, without_column, without_row
from tests.imports.support import command, lines_on_page, notes_on_page, state_of_database, upload

REGISTER = {"村情": 1, "户": 66, "人": 156}
LEDGERS = {"工作台账": 18, "措施与资金": 503, "项目": 10, "市场主体": 107, "下一步": 4}
MODELS = {
    "工作台账": LedgerEntry, "措施与资金": Benefit, "项目": Project, "市场主体": Partnership, "下一步": SectionText,
}  # fmt: skip
UNCHANGED = "与现有数据完全一致，没有写入任何数据。"


def rows(model):
    return model.objects.unscoped("tests")


def all_new(sheets: dict[str, int]) -> list[str]:
    return [f"{sheet}：新增{count}，变更0，未变0" for sheet, count in sheets.items()]


def all_unchanged(sheets: dict[str, int]) -> list[str]:
    return [f"{sheet}：新增0，变更0，未变{count}" for sheet, count in sheets.items()]


@pytest.fixture
def imported(office, whole, tmp_path):
    """The whole workbook, imported; at hand to edit."""
    ended = command(whole.save(tmp_path / "first.xlsx"), office)
    assert (ended.status, ended.out, ended.err) == (0, all_new(REGISTER | LEDGERS), [])
    return whole


# --- once, and again ---


def test_all_eight_sheets_are_imported_and_the_same_file_again_writes_nothing(office, imported, tmp_path):
    village = {"region": office.village}
    assert {sheet: rows(model).filter(**village).count() for sheet, model in MODELS.items()} == LEDGERS
    assert {sheet: rows(model).count() for sheet, model in MODELS.items()} == LEDGERS
    assert rows(Enterprise).filter(**village).count() == rows(Enterprise).count() == 8
    before = state_of_database()

    ended = command(imported.save(tmp_path / "again.xlsx"), office)

    assert ended.out == [*all_unchanged(REGISTER | LEDGERS), UNCHANGED]
    assert (ended.status, ended.err) == (0, [])
    assert state_of_database() == before


@pytest.mark.parametrize(
    ("sheet", "address", "value"),
    [
        ("工作台账", "E4", 62),
        ("措施与资金", "J4", 2671),
        ("项目", "G4", 10.5),
        ("市场主体", "G4", "新签协议"),
        ("下一步", "C6", "一是巩固{poor:户人}。"),
    ],
)
def test_an_edited_cell_of_a_ledger_is_one_change(office, imported, tmp_path, sheet, address, value):
    before = {name: set(rows(model).values_list()) for name, model in MODELS.items()}
    imported[sheet][address].value = value

    ended = command(imported.save(tmp_path / "b.xlsx"), office)

    expected = dict(zip(REGISTER | LEDGERS, all_unchanged(REGISTER | LEDGERS), strict=True))
    expected[sheet] = f"{sheet}：新增0，变更1，未变{LEDGERS[sheet] - 1}"
    assert (ended.status, ended.out, ended.err) == (0, [*expected.values()], [])
    after = {name: set(rows(model).values_list()) for name, model in MODELS.items()}
    changed = {name: (len(before[name] - after[name]), len(after[name] - before[name])) for name in MODELS}
    assert changed == dict.fromkeys(MODELS, (0, 0)) | {sheet: (1, 1)}


# --- wrong on each sheet ---

#: What a cell of each ledger is changed to, and the line that says so; in the order of the tabs.
WRONG = {
    "工作台账_A4": ("会议", "工作台账!A4 “会议”：“会议”的含义不明确。请写明是“场子会”“院子会”还是“户主会”。"),
    "措施与资金_B4": (
        "4299999999", "措施与资金!B4 “4299999999”：本村没有这个户编号。请核对户编号；只能填写本村登记的户。",
    ),
    "项目_I4": ("快了", "项目!I4 “快了”：没有“快了”这一项。可填：规划中、实施中、已完成、已终止。"),
    "市场主体_E5": (
        "4299999999", "市场主体!E5 “4299999999”：本村没有这个户编号。请核对户编号；只能填写本村登记的户。",
    ),
    "下一步_C6": (
        "共{pooor:户人}。", "下一步!C6 “共{pooor:户人}。”：第1行：没有“pooor”这个指标，是否应为“poor”？请改正内容。",
    ),
}  # fmt: skip


def test_a_wrong_row_on_each_ledger_has_its_line_in_the_order_of_the_tabs(office, whole, tmp_path):
    lines = [line for _, line in WRONG.values()]
    cell(**{place: value for place, (value, _) in WRONG.items()})(whole)
    path = whole.save(tmp_path / "wrong.xlsx")
    client = office.client()
    before = state_of_database()

    ended = command(path, office)

    assert ended.err == [*lines, "共5处问题，未写入任何数据。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before

    url = upload(client, office, path)
    run_next_job()
    assert lines_on_page(client, url) == lines
    assert state_of_database() == before


@pytest.mark.parametrize("place", WRONG)
def test_one_wrong_row_of_one_ledger_keeps_everything_out(office, whole, tmp_path, place):
    value, line = WRONG[place]
    cell(**{place: value})(whole)
    before = state_of_database()

    ended = command(whole.save(tmp_path / "wrong.xlsx"), office)

    assert (ended.status, ended.out) == (1, [])
    assert ended.err == [line, "共1处问题，未写入任何数据。"]
    assert state_of_database() == before


# --- what is said once is not said again beside it ---


def test_enterprises_of_a_sheet_that_was_not_read_are_not_missed(office, whole, tmp_path):
    """The benefits name three of them, the register knows none."""
    assert {line[0].value for line in whole["措施与资金"]["K4:K506"]} - {None} == {
        "杉宝生态农业",
        "将军红山茶油",
    }
    without_column("市场主体", "市场主体名称")(whole)

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert ended.err == [
        "市场主体!第3行：缺少“市场主体名称”列。请在表头中加上“市场主体名称”，没有数据可留空列；或下载空白模板填写。",
        "共1处问题，未写入任何数据。",
    ]


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (
            cell(市场主体_B5=None),
            "市场主体!B5：“市场主体名称”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。",
        ),
        (
            lambda book: book["市场主体"].delete_rows(3),
            "市场主体：前 10 行中没有找到表头。请检查表头是否有“带动年度、市场主体名称、类型、主营、户编号”等列名，或下载空白模板填写。",
        ),
    ],
)  # fmt: skip
def test_a_broken_sheet_of_enterprises_is_one_line(office, whole, tmp_path, edit, line):
    edit(whole)

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert ended.err == [line, "共1处问题，未写入任何数据。"]


@pytest.mark.parametrize("first", [True, False])
def test_a_row_with_a_cell_that_was_not_read_repeats_no_other(office, whole, tmp_path, first):
    """Of two rows that would be alike, one has a cell that is refused, and the other has it blank."""
    for sheet, row, column, value in (
        ("工作台账", 4, "C", "会" * 61), ("措施与资金", 4, "G", "去年"), ("下一步", 6, "A", "第八章"),
    ):  # fmt: skip
        copied_row(sheet, row, **{column: None if first else value})(whole)
        whole[sheet][f"{column}{row}"].value = value if first else None

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert [line.partition("：")[0] for line in ended.err] == [
        f"工作台账!C{4 if first else 22} “{'会' * 39}…”", f"措施与资金!G{4 if first else 507} “去年”",
        f"下一步!A{6 if first else 8} “第八章”", "共3处问题，未写入任何数据。",
    ]  # fmt: skip


def test_rows_that_are_alike_are_told_at_the_second(office, whole, tmp_path):
    """Negative control of the test above: the same rows with nothing that could not be read."""
    for sheet, row in (("工作台账", 4), ("措施与资金", 4), ("项目", 4), ("市场主体", 4), ("下一步", 6)):
        copied_row(sheet, row)(whole)

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert [line.split(" ")[0] for line in ended.err] == [
        "工作台账!C22", "措施与资金!D507", "项目!C14", "市场主体!E111", "下一步!B8", "共5处问题，未写入任何数据。",
    ]  # fmt: skip


# --- sheets left out, hidden, renamed ---


@pytest.mark.parametrize("emptied", [False, True])
def test_without_the_ledgers_their_rows_stay(office, imported, tmp_path, emptied):
    for sheet in LEDGERS:
        if emptied:
            imported[sheet].delete_rows(4, 600)
        else:
            imported.book.remove(imported[sheet])
    imported["户"]["R5"].value = "翻修"
    before = {name: set(rows(model).values_list()) for name, model in MODELS.items()}

    ended = command(imported.save(tmp_path / "b.xlsx"), office)

    assert ended.out == ["村情：新增0，变更0，未变1", "户：新增0，变更1，未变65", "人：新增0，变更0，未变156"]
    assert (ended.status, ended.err) == (0, [])
    assert {name: set(rows(model).values_list()) for name, model in MODELS.items()} == before


def test_rows_left_out_of_a_ledger_are_kept(office, imported, tmp_path):
    for sheet in LEDGERS:
        without_row(sheet, 4)(imported)
    before = state_of_database()

    ended = command(imported.save(tmp_path / "b.xlsx"), office)

    assert ended.out == [
        *all_unchanged(REGISTER), *all_unchanged({name: n - 1 for name, n in LEDGERS.items()}), UNCHANGED
    ]  # fmt: skip
    assert state_of_database() == before


def test_a_hidden_ledger_is_read_and_told(office, whole, tmp_path):
    whole["项目"].sheet_state = "hidden"
    path = whole.save(tmp_path / "a.xlsx")

    ended = command(path, office)

    assert ended.out == all_new(REGISTER | LEDGERS)
    assert (ended.status, ended.err) == (0, ["工作表“项目”是隐藏的。"])
    client = office.client()
    url = upload(client, office, path)
    run_next_job()
    assert notes_on_page(client, url) == ["工作表“项目”是隐藏的。"]


@pytest.mark.parametrize(
    ("edit", "line", "notes"),
    [
        (
            cell(措施与资金_D3="什么"),
            "措施与资金!第3行：缺少“帮扶措施”列。请在表头中加上“帮扶措施”，没有数据可留空列；或下载空白模板填写。",
            ["工作表“措施与资金”中没有用到的列：什么。"],
        ),
        (
            cell(工作台账_B3="活动日期"),
            "工作台账!B3 “活动日期”：缺少“日期”列，这一列的表头与它相近。如果就是这一列，请把表头改为“日期”；否则请补上该列。",
            ["工作表“工作台账”中没有用到的列：活动日期。"],
        ),
        (
            cell(项目_G3="投入资金（元）"),
            "项目!G3 “投入资金（元）”：单位是元，应为万元。请把整列换算成万元，表头改为“投入资金（万元）”。",
            [],
        ),
        (
            cell(下一步_B3=None, 下一步_A3=None),
            "下一步：前 10 行中没有找到表头。请检查表头是否有“章节、段落号、内容”等列名，或下载空白模板填写。",
            [],
        ),
    ],
    ids=["unknown", "near", "unit", "none"],
)  # fmt: skip
def test_a_ledger_with_a_wrong_header_stops_the_file_with_one_line(
    office, whole, tmp_path, edit, line, notes
):
    edit(whole)
    before = state_of_database()

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert ended.err == [*notes, line, "共1处问题，未写入任何数据。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before


def test_a_village_workbook_with_a_sheet_missing_is_not_taken_for_one_of_its_ledgers(office, whole, tmp_path):
    """No kind is named: five kinds would read one sheet each and pass over the rest."""
    renamed_sheet("村情", "概况")(whole)

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert ended.err == [
        "村情：缺少工作表“村情”，文件里有：概况、户、人、收入、工作台账、措施与资金、项目、市场主体、下一步。请把相应的工作表改名为“村情”，或下载空白模板填写。",
        "共1处问题，未写入任何数据。",
    ]


def test_two_ledgers_without_the_register_are_not_half_imported(office, whole, tmp_path):
    for sheet in set(whole.book.sheetnames) - {"项目", "下一步"}:
        whole.book.remove(whole[sheet])
    path = whole.save(tmp_path / "a.xlsx")
    before = state_of_database()

    ended = command(path, office)

    assert ended.err == [
        *(
            f"{sheet}：缺少工作表“{sheet}”，文件里有：项目、下一步。请把相应的工作表改名为“{sheet}”，或下载空白模板填写。"
            for sheet in REGISTER
        ),
        "共3处问题，未写入任何数据。",
    ]
    assert state_of_database() == before
    assert command(path, office, "--kind", "projects").out == ["项目：新增10，变更0，未变0"]
    assert command(path, office, "--kind", "texts").out == ["下一步：新增4，变更0，未变0"]
