"""Twenty blank forms of different shapes, as upper levels send them, each with what an official would write where."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

#: The county of the forms: code, name; townships and villages below.
COUNTY = ("421199000000", "云溪县")
TOWNS = {"421199101000": "石桥镇", "421199102000": "柳河乡"}
VILLAGES = {
    "421199101201": "上湾村", "421199101202": "新建村", "421199101203": "河口村", "421199102201": "新建村",
    "421199102202": "柳林社区",
}  # fmt: skip
U, X, H, X2, L = VILLAGES
YEAR = 2017

#: What a cell is to have: code of the figure, code of the region, year, unit ("" for the figure's own).
Expected = tuple[str, str, int, str]


@dataclass
class Shape:
    """A form, and by sheet and cell what belongs there; `open` are headings that no figure answers."""

    book: Workbook
    expected: dict[tuple[str, str], Expected] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def content(self) -> io.BytesIO:
        """The file."""
        file = io.BytesIO()
        self.book.save(file)
        file.seek(0)
        return file

    def rows(
        self, sheet: str, places: dict[int, str], columns: dict[str, tuple[str, str]], year: int = YEAR
    ) -> None:
        """Expect figures by column in rows of places."""
        for row, place in places.items():
            for column, (code, unit) in columns.items():
                self.expected[sheet, f"{column}{row}"] = (code, place, year, unit)

    def items(
        self, sheet: str, items: dict[int, tuple[str, str]], columns: dict[str, tuple[str, int]]
    ) -> None:
        """Expect figures by row in columns of places and years."""
        for row, (code, unit) in items.items():
            for column, (place, year) in columns.items():
                self.expected[sheet, f"{column}{row}"] = (code, place, year, unit)


SHAPES: dict[str, Callable[[], Shape]] = {}


def shape(build: Callable[[], Shape]) -> Callable[[], Shape]:
    """Keep a shape under its name."""
    SHAPES[build.__name__] = build
    return build


def sheet_of(rows: list[list[object]], merged: str = "", title: str = "表一") -> tuple[Workbook, Worksheet]:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    page = book.active
    page.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                page.cell(number, column, value)
    for area in merged.split():
        page.merge_cells(area)
    return book, page


POOR = {"C": ("poor.households", "户"), "D": ("poor.people", "人")}


@shape
def one_row_of_headings() -> Shape:
    book, _ = sheet_of(
        [
            ["村名", "总户数", "建档立卡贫困户户数", "建档立卡贫困户人数", "耕地面积（亩）"],
            ["上湾村"], ["河口村"], ["合计", "=SUM(B2:B3)"],
        ]
    )  # fmt: skip
    made = Shape(book)
    columns = {"B": ("profile.households", ""), **POOR, "E": ("profile.farmland", "亩")}
    made.rows("表一", {2: U, 3: H}, columns)
    made.rows("表一", {4: COUNTY[0]}, {name: columns[name] for name in "CDE"})
    return made


@shape
def two_rows_with_title_and_unit() -> Shape:
    book, _ = sheet_of(
        [
            ["云溪县2017年脱贫攻坚统计表"],
            ["填报单位：云溪县", None, None, None, None, "单位：户、人、万元"],
            ["序号", "村名", "建档立卡贫困户", None, "其中：2016年脱贫", None, "到户资金（万元）", "村主任电话"],
            [None, None, "户数", "人数", "户数", "人数"],
            [1, "上湾"], [2, "河口"], [None, "合计", "=SUM(C5:C6)", "=SUM(D5:D6)"], ["填表人：", None, None, "审核人："],
        ],
        "A1:H1 A3:A4 B3:B4 C3:D3 E3:F3 G3:G4 H3:H4",
    )  # fmt: skip
    made = Shape(book, open={"村主任电话"})
    columns = {
        "C": ("poor.households", ""), "D": ("poor.people", ""), "E": ("exited.2016.households", ""),
        "F": ("exited.2016.people", ""), "G": ("household_funds.amount", "万元"),
    }  # fmt: skip
    made.rows("表一", {5: U, 6: H}, columns)
    made.rows("表一", {7: COUNTY[0]}, {name: columns[name] for name in "EFG"})
    return made


@shape
def three_rows_with_subtotals() -> Shape:
    book, _ = sheet_of(
        [
            ["贫困人口构成情况表"],
            ["单位", None, "建档立卡贫困户", None, None, None],
            [None, None, "总规模", None, "其中：未脱贫", None],
            ["乡镇", "村", "户", "人", "户", "人"],
            ["石桥镇", "上湾村"], [None, "新建村"], [None, "小计", "=SUM(C5:C6)"],
            ["柳河乡", "新建村"], [None, "小计"], ["全县", None],
        ],
        "A1:F1 A2:B3 C2:F2 C3:D3 E3:F3 A5:A7 A8:A9 A10:B10",
    )  # fmt: skip
    made = Shape(book)
    columns = {"E": ("not_exited.households", "户"), "F": ("not_exited.people", "人")}
    rows = {5: U, 6: X, 7: "421199101000", 8: X2, 9: "421199102000", 10: COUNTY[0]}
    made.rows("表一", rows, columns | {"D": POOR["D"]})
    made.rows("表一", {row: place for row, place in rows.items() if row != 7}, {"C": POOR["C"]})
    return made


@shape
def rows_by_code() -> Shape:
    book, _ = sheet_of(
        [["区划代码", "行政村名称", "党员（人）", "村民小组（个）"], [U, "上湾"], [X2, "新建"], [L, "柳林"]],
        title="基本",
    )
    made = Shape(book)
    made.rows(
        "基本", {2: U, 3: X2, 4: L}, {"C": ("profile.party_members", "人"), "D": ("profile.groups", "个")}
    )
    return made


@shape
def names_in_full() -> Shape:
    book, _ = sheet_of(
        [
            ["单位名称", "外出务工劳动力", "林地面积（亩）", "水面面积(亩)"],
            ["上湾村民委员会"], ["河口村委会"], ["柳林社区居民委员会"], ["石桥镇"], ["总计"],
        ]
    )  # fmt: skip
    made = Shape(book)
    columns = {"B": ("profile.away_labour", ""), "C": ("profile.forest", "亩"), "D": ("profile.water", "亩")}
    made.rows("表一", {2: U, 3: H, 4: L, 5: "421199101000", 6: COUNTY[0]}, columns)
    return made


@shape
def items_by_years() -> Shape:
    book, _ = sheet_of(
        [
            ["历年情况对比表"], ["指标", "单位", "2016年", "2017年", "备注"], ["建档立卡贫困户", "户"],
            ["建档立卡贫困人口", "人"], ["脱贫率", "%"], ["小额信贷金额", "万元"], ["村集体收入", "万元"],
        ],
        "A1:E1",
    )  # fmt: skip
    made = Shape(book, open={"村集体收入 > 万元"})
    items = {
        3: ("poor.households", "户"),
        4: ("poor.people", "人"),
        5: ("left.share", "%"),
        6: ("loan.amount", "万元"),
    }
    made.items("表一", items, {"C": (COUNTY[0], 2016), "D": (COUNTY[0], 2017)})
    return made


@shape
def items_by_places() -> Shape:
    book, _ = sheet_of(
        [
            ["项目", "上湾村", "河口村", "全县"], ["因病致贫（户）"], ["因残致贫（户）"], ["缺技术（户）"], ["主要致贫原因：缺劳动力户数"],
        ]
    )  # fmt: skip
    made = Shape(book)
    items = {
        2: ("cause.illness.households", "户"), 3: ("cause.disability.households", "户"),
        4: ("cause.no_technique.households", "户"), 5: ("cause.no_labour.households", ""),
    }  # fmt: skip
    made.items("表一", items, {"B": (U, YEAR), "C": (H, YEAR), "D": (COUNTY[0], YEAR)})
    return made


@shape
def items_with_units() -> Shape:
    book, _ = sheet_of(
        [
            ["序号", "指标名称", "计量单位", "数值"], [1, "总户数", "户"], [2, "总人口", "人"], [3, "低保贫困户", "户"],
            [4, "五保贫困户", "人"], [5, "公益性岗位", "个"], [6, "教育资助", "万元"], [7, "幸福指数", "分"],
        ],
        title="指标",
    )  # fmt: skip
    made = Shape(book, open={"幸福指数 > 分"})
    items = {
        2: ("profile.households", "户"), 3: ("profile.people", "人"), 4: ("dibao.households", "户"),
        5: ("wubao.people", "人"), 6: ("posts.holders", "个"), 7: ("education.amount", "万元"),
    }  # fmt: skip
    made.items("指标", items, {"D": (COUNTY[0], YEAR)})
    return made


@shape
def a_card_with_gaps() -> Shape:
    book, _ = sheet_of(
        [
            ["县情卡"], ["建档立卡贫困户", None, "户", "贫困人口", None, "人"], ["耕地面积", None, "亩", "党员", None, "人"],
            ["到户资金", None, "万元", "县长姓名", None],
        ],
        "A1:F1",
    )  # fmt: skip
    made = Shape(book, open={"县长姓名"})
    for cell, (code, unit) in {
        "B2": ("poor.households", "户"), "E2": ("poor.people", "人"), "B3": ("profile.farmland", "亩"),
        "E3": ("profile.party_members", "人"), "B4": ("household_funds.amount", "万元"),
    }.items():  # fmt: skip
        made.expected["表一", cell] = (code, COUNTY[0], YEAR, unit)
    return made


@shape
def cells_that_name_figures() -> Shape:
    book, _ = sheet_of(
        [
            ["户数", "{poor.households}"],
            ["人数", "{poor.people}"],
            ["占比", "{left.share}"],
            ["错", "{no.such}"],
        ]
    )
    made = Shape(book)
    for cell, code in {"B1": "poor.households", "B2": "poor.people", "B3": "left.share"}.items():
        made.expected["表一", cell] = (code, COUNTY[0], YEAR, "")
    return made


@shape
def money_in_yuan() -> Shape:
    book, _ = sheet_of(
        [
            ["到户资金明细表"], ["单位：元"], ["村", "低保金", "公益性岗位金额", "到村项目金额", "到村项目数"],
            ["上湾村"], ["河口村"],
        ],
        "A1:E1 A2:E2",
    )  # fmt: skip
    made = Shape(book)
    columns = {
        "B": ("dibao_pay.amount", "元"), "C": ("posts.amount", "元"), "D": ("projects.amount", "元"),
        "E": ("projects.count", ""),
    }  # fmt: skip
    made.rows("表一", {4: U, 5: H}, columns)
    return made


@shape
def percentages() -> Shape:
    book, page = sheet_of([["村名", "脱贫率", "脱贫率（%）"], ["上湾村"], ["河口村"]])
    for row in (2, 3):
        page.cell(row, 2).number_format = "0.00%"
    made = Shape(book)
    made.rows("表一", {2: U, 3: H}, {"B": ("left.share", ""), "C": ("left.share", "%")})
    return made


@shape
def several_sheets() -> Shape:
    book, _ = sheet_of([["村名", "劳动力", "自然湾"], ["上湾村"]], title="村情")
    other = book.create_sheet("扶贫措施")
    for row in (["村名", "光伏扶贫", None, None], [None, "户数", "人数", "金额（万元）"], ["上湾村"]):
        other.append(row)
    other.merge_cells("A1:A2")
    other.merge_cells("B1:D1")
    book.create_sheet("参数").sheet_state = "hidden"
    book["参数"]["A1"] = "贫困户户数"
    made = Shape(book)
    made.rows("村情", {2: U}, {"B": ("profile.labour", ""), "C": ("profile.hamlets", "")})
    made.rows(
        "扶贫措施",
        {3: U},
        {"B": ("solar.households", ""), "C": ("solar.people", ""), "D": ("solar.amount", "万元")},
    )
    return made


@shape
def not_in_the_corner() -> Shape:
    book, page = sheet_of([])
    page["D4"] = "云溪县易地扶贫搬迁情况"
    page.merge_cells("D4:G4")
    for column, text in zip("DEFG", ("村名", "易地扶贫搬迁户数", "易地扶贫搬迁人数", "安置点"), strict=True):
        page[f"{column}6"] = text
    for row, name in ((7, "河口村"), (8, "上湾村")):
        page[f"D{row}"] = name
    page["D10"] = "注：数据截至年底。"
    made = Shape(book, open={"安置点"})
    made.rows("表一", {7: H, 8: U}, {"E": ("relocation.households", ""), "F": ("relocation.people", "")})
    return made


@shape
def two_tables_on_a_sheet() -> Shape:
    book, _ = sheet_of(
        [
            ["一、健康状况"], ["村名", "健康状况", None, None], [None, "健康", "残疾", "患有大病"], ["上湾村"], ["河口村"],
            [], ["二、文化程度"], ["村名", "文化程度", None], [None, "小学", "初中"], ["上湾村"], ["河口村"],
        ],
        "A2:A3 B2:D2 A8:A9 B8:C8",
    )  # fmt: skip
    made = Shape(book)
    made.rows(
        "表一",
        {4: U, 5: H},
        {"B": ("health.healthy", ""), "C": ("health.disabled", ""), "D": ("health.serious", "")},
    )
    made.rows("表一", {10: U, 11: H}, {"B": ("schooling.primary", ""), "C": ("schooling.junior", "")})
    return made


@shape
def last_years_numbers_in_it() -> Shape:
    book, _ = sheet_of(
        [
            ["单位", "危旧房改建户数", "饮水安全户数"],
            ["合计", 30, 40],
            ["上湾村", 10, 20],
            ["河口村", 20, "正在核实"],
        ]
    )
    made = Shape(book)
    made.rows("表一", {2: COUNTY[0], 3: U}, {"B": ("houses.households", ""), "C": ("water.households", "")})
    made.rows("表一", {4: H}, {"B": ("houses.households", "")})
    return made


@shape
def rows_of_years() -> Shape:
    book, _ = sheet_of(
        [["年度", "贫困户", None], [None, "户数", "人数"], ["2015年"], ["2016年"], [2017]], "A1:A2 B1:C1"
    )
    made = Shape(book)
    for row, year in ((3, 2015), (4, 2016), (5, 2017)):
        made.rows("表一", {row: COUNTY[0]}, {"B": ("poor.households", ""), "C": ("poor.people", "")}, year)
    return made


@shape
def strangers_and_unknown_columns() -> Shape:
    book, _ = sheet_of(
        [
            ["乡镇", "村名", "非贫困户户数", "一般贫困户户数", "低保户数", "贫困发生率"],
            ["石桥镇", "上湾村"], ["石桥镇", "大屋村"], ["柳河乡", "新建村"], ["未知乡", "新建村"],
        ]
    )  # fmt: skip
    made = Shape(book, open={"非贫困户户数", "低保户数", "贫困发生率"})
    made.rows("表一", {2: U, 4: X2}, {"D": ("general.households", "")})
    return made


@shape
def five_batches() -> Shape:
    book, _ = sheet_of(
        [
            ["“五个一批”落实情况表（累计）"],
            ["乡镇", "五个一批", None, None, None, None, None, None, None, None, None],
            [None, "发展生产脱贫", None, "易地扶贫搬迁", None, "生态补偿脱贫", None, "发展教育", None, "社会保障兜底", None],
            [None, *(["户数", "人数"] * 5)],
            ["石桥镇"], ["柳河乡"], ["合计"],
        ],
        "A1:K1 A2:A4 B2:K2 B3:C3 D3:E3 F3:G3 H3:I3 J3:K3",
    )  # fmt: skip
    made = Shape(book)
    batches = ("production", "relocation", "ecology", "education", "security")
    columns = {
        get_column_letter(2 + 2 * at + side): (f"{name}.{what}", "")
        for at, name in enumerate(batches)
        for side, what in enumerate(("households", "people"))
    }
    made.rows("表一", {5: "421199101000", 6: "421199102000", 7: COUNTY[0]}, columns)
    return made


@shape
def well_dressed() -> Shape:
    book, page = sheet_of(
        [
            ["云溪县村级基本情况一览表"], ["序号", "村名", "户数", None, "人口", "是否已公示"], [None, None, "总户数", "重点贫困村（个）", "总人口"],
            [1, "上湾村", None, None, None, "是"], [2, "河口村", None, None, None, "否"], [None, "合计", "=SUM(C4:C5)", None, "=SUM(E4:E5)"],
        ],
        "A1:F1 A2:A3 B2:B3 C2:D2 F2:F3",
    )  # fmt: skip
    thin = Side(style="thin", color="FF336699")
    for line in page["A1:F6"]:
        for cell in line:
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment("center", "center", wrap_text=True)
            cell.font = Font("仿宋", 12)
    page["A1"].font = Font("黑体", 18, bold=True, color="FFCC0000")
    page["C4"].fill = PatternFill("solid", "FFFFEECC")
    page.row_dimensions[1].height = 40
    page.column_dimensions["B"].width = 22
    page.freeze_panes = "C4"
    page.print_title_rows = "1:3"
    page.page_setup.orientation = "landscape"
    choice = DataValidation("list", formula1='"是,否"')
    choice.add("F4:F5")
    page.add_data_validation(choice)
    page.conditional_formatting.add(
        "C4:C5", CellIsRule("greaterThan", ["100"], fill=PatternFill("solid", bgColor="FFFF0000"))
    )
    chart = BarChart()
    chart.add_data(Reference(page, min_col=3, min_row=3, max_row=5), titles_from_data=True)
    page.add_chart(chart, "H2")
    book.create_sheet("说明")["A1"] = "按年底数填写。"
    made = Shape(book, open={"是否已公示"})
    made.rows(
        "表一",
        {4: U, 5: H},
        {"C": ("profile.households", ""), "D": ("profile.key_villages", "个"), "E": ("profile.people", "")},
    )
    made.rows("表一", {6: COUNTY[0]}, {"D": ("profile.key_villages", "个")})
    return made
