"""Bad input, edit by edit: what is done to the reference workbook, and the lines that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fupin.models import RegionYear
from households.models import Household
from reports.reference.facts import NEIGHBOURS
from tests import factories as make
from tests.imports.support import Edit, Edited

OTHER = NEIGHBOURS[0]


@dataclass(frozen=True)
class Case:
    """An edited workbook, who imports it where, what the register holds before, and the lines expected."""

    name: str
    edit: Edit
    lines: Sequence[str]
    user: str = "clerk"
    prepare: Callable[..., None] = lambda office: None
    notes: Sequence[str] = ()


def cell(**values: object) -> Edit:
    """Set cells, named by sheet and address: 户_A4."""

    def edit(book: Edited) -> None:
        for place, value in values.items():
            sheet, address = place.split("_")
            book[sheet][address].value = value

    return edit


def without_row(sheet: str, row: int) -> Edit:
    return lambda book: book[sheet].delete_rows(row)


def without_column(sheet: str, header: str) -> Edit:
    def edit(book: Edited) -> None:
        for line in book[sheet][f"{book.columns(sheet)[header]}3:{book.columns(sheet)[header]}200"]:
            line[0].value = None

    return edit


def without_sheet(name: str) -> Edit:
    return lambda book: book.book.remove(book[name])


def renamed_sheet(old: str, new: str) -> Edit:
    def edit(book: Edited) -> None:
        book[old].title = new

    return edit


def copied_row(sheet: str, row: int, **changes: object) -> Edit:
    """Append a copy of a row, with some cells (by column letter) changed."""

    def edit(book: Edited) -> None:
        page = book[sheet]
        new = page.max_row + 1
        while page.cell(new - 1, 1).value is None:
            new -= 1
        for old in page[row]:
            page.cell(new, old.column).value = changes.get(old.column_letter, old.value)

    return edit


# --- what the register holds before ---


def year_closed(office) -> None:
    RegionYear.objects.unscoped("tests").filter(region=office.village).update(state="closed")


def year_submitted(office) -> None:
    RegionYear.objects.unscoped("tests").filter(region=office.village).update(state="submitted")


def year_not_opened(office) -> None:
    RegionYear.objects.unscoped("tests").filter(region=office.village).delete()


def household_elsewhere(office) -> None:
    make.household(office.neighbour, household=Household.objects.create(number="4203206001"))


def person_elsewhere(office) -> None:
    home = make.household(office.neighbour)
    person = make.PersonFactory(id_number="421199194412130018", birth_date=date(1944, 12, 13))
    make.MembershipFactory(household_year=home, person=person)


def person_in_another_household(office) -> None:
    home = make.household(office.village, household=Household.objects.create(number="4203206002"), size=0)
    person = make.PersonFactory(id_number="421199194412130018", birth_date=date(1944, 12, 13))
    make.MembershipFactory(household_year=home, person=person)


CASES = (
    Case(
        "sheet missing",
        without_sheet("人"),
        [
            "人：缺少工作表“人”，文件里有：村情、户、收入、工作台账、措施与资金、项目、市场主体、下一步。请把相应的工作表改名为“人”，或下载空白模板填写。"
        ],
    ),
    Case(
        "sheet renamed",
        renamed_sheet("户", "户口本"),
        [
            "户：缺少工作表“户”，文件里有：村情、户口本、人、收入、工作台账、措施与资金、项目、市场主体、下一步。请把相应的工作表改名为“户”，或下载空白模板填写。"
        ],
    ),
    Case(
        "column missing",
        without_column("人", "证件号码"),
        ["人!第3行：缺少“证件号码”列。请在表头中加上“证件号码”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column renamed",
        cell(户_F3="贫困类别"),
        ["户!第3行：缺少“贫困户属性”列。请在表头中加上“贫困户属性”，没有数据可留空列；或下载空白模板填写。"],
        notes=["工作表“户”中没有用到的列：贫困类别。"],
    ),
    Case(
        "column nearly named",
        cell(户_F3="贫困户类别"),
        [
            "户!F3 “贫困户类别”：缺少“贫困户属性”列，这一列的表头与它相近。如果就是这一列，请把表头改为“贫困户属性”；否则请补上该列。"
        ],
        notes=["工作表“户”中没有用到的列：贫困户类别。"],
    ),
    Case(
        "column far renamed",
        cell(户_G3="情况"),
        ["户!第3行：缺少“脱贫状态”列。请在表头中加上“脱贫状态”，没有数据可留空列；或下载空白模板填写。"],
        notes=["工作表“户”中没有用到的列：情况。"],
    ),
    Case(
        "check digit",
        cell(人_C4="421199194412130017"),
        [
            "人!C4 “421***********0017”：证件号码的校验码不符，有数字录错或颠倒。请对照证件逐位核对后重新填写。"
        ],
    ),
    Case(
        "15 digits",
        cell(人_C4="421199441213001"),
        ["人!C4 “421***********3001”：这是15位的旧身份证号，已停止使用。请填写18位的新号码。"],
    ),
    Case(
        "two heads",
        cell(人_F6="户主"),
        ["人!F6 “户主”：一户有两名户主。只保留一名户主，其余改为与户主的实际关系。"],
    ),
    Case(
        "no head",
        cell(人_F5="其他"),
        ["户!D5 “崔桂佳”：人表中该户没有户主。请把户主的与户主关系填为“本人或户主”。"],
    ),
    Case(
        "household without members",
        without_row("人", 4),
        ["户!A4 “4203206001”：人表中没有这一户的成员。请在人表中补上成员。"],
    ),
    Case(
        "unknown household",
        cell(人_A6="4203206999"),
        ["人!A6 “4203206999”：户表中没有这个户编号。请核对户编号，或在户表中补上该户。"],
    ),
    Case(
        "member twice",
        copied_row("人", 6),
        [
            "人!C6 “421***********0010”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
            "人!C160 “421***********0010”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
        ],
    ),
    Case(
        "member twice by certificate",
        copied_row("人", 6, C="42119919860624001032", A="4203206001", F="其他"),
        [
            "人!C6 “421***********0010”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
            "人!C160 “421***********0010”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
        ],
    ),
    Case(
        "household number twice",
        cell(户_A5="4203206001"),
        [
            "户!A4 “4203206001”：户编号在本表出现多次。每户只能有一行，请删去重复的行。",
            "户!A5 “4203206001”：户编号在本表出现多次。每户只能有一行，请删去重复的行。",
        ],
    ),
    Case(
        "household number odd",
        cell(户_A5="42-03/2"),
        ["户!A5 “42-03/2”：户编号应为4至20位数字或字母。请核对户编号。"],
    ),
    Case(
        "unknown category",
        cell(户_F4="特殊户"),
        [
            "户!F4 “特殊户”：没有“特殊户”这一项。是否应为“五保贫困户”？可填：一般贫困户、低保贫困户、五保贫困户。"
        ],
    ),
    Case(
        "ambiguous status",
        cell(户_G5="已脱贫"),
        ["户!G5 “已脱贫”：“已脱贫”的含义不明确。请写明：本年度脱贫填“新脱贫”，以前年度脱贫填“历史已脱贫”。"],
    ),
    Case(
        "exit year",
        cell(户_H4=2016),
        ["户!H4 “2016”：脱贫状态为新脱贫，脱贫年度应为2017。请核对脱贫状态和脱贫年度。"],
    ),
    Case(
        "exit year of one who has not left",
        cell(户_G4="未脱贫"),
        ["户!H4 “2017”：未脱贫或返贫的户不应有脱贫年度。请删去脱贫年度，或改正脱贫状态。"],
    ),
    Case(
        "cause repeated",
        cell(户_K4="缺劳动力"),
        ["户!K4 “缺劳动力”：其他致贫原因与主要致贫原因相同。请删去相同的一项。"],
    ),
    Case(
        "cause not main",
        cell(户_J4="因婚"),
        ["户!J4 “因婚”：该项不能作为主要致贫原因。请从国家编码表01至11中选择。"],
    ),
    Case(
        "ID as a number",
        cell(人_C4=4.2119919441213e17),
        [
            "人!C4 “421***********0000”：号码以数字形式保存，末位已丢失。请把单元格设为文本后重新填写，不要在原来的数字上改。"
        ],
    ),
    Case(
        "impossible date",
        cell(户_I4="2017-02-30"),
        ["户!I4 “2017-02-30”：没有这一天。请核对年月日，如 2025-05-06。"],
    ),
    Case(
        "registered after leaving",
        cell(户_I5=date(2016, 5, 1)),
        ["户!I5 “2016-05-01”：识别时间晚于脱贫年度。请核对识别时间和脱贫年度。"],
    ),
    Case("people", cell(户_E5=4), ["户!E5 “4”：人数为4，人表中该户有3人。请核对后改成一致。"]),
    Case(
        "head name",
        cell(户_D5="崔桂家"),
        ["户!D5 “崔桂家”：户主姓名与人表中的户主不同。请核对后改成一致。"],
    ),
    Case(
        "sex and birth",
        cell(人_D4="女", 人_E4=date(1944, 12, 14)),
        [
            "人!E4 “1944-12-14”：出生日期与证件号码不符。证件号码表示1944-12-13，请核对。",
            "人!D4 “女”：性别与证件号码不符。证件号码表示男，请核对。",
        ],
    ),
    Case(
        "newborn",
        cell(人_E12=None),
        ["人!E12：没有证件号码的人员须填出生日期。请填写出生日期，或填写证件号码。"],
    ),
    Case(
        "newborn twice",
        copied_row("人", 12),
        ["人!B160 “彭正林”：该户有两名同名同生日、无证件号码的成员。请删去重复的行，或填写证件号码。"],
    ),
    Case(
        "born later",
        cell(人_E12=date(2018, 1, 2)),
        ["人!E12 “2018-01-02”：出生年份晚于2017年度。请核对号码、日期和年度。"],
    ),
    Case(
        "formula error",
        lambda book: book["户"].__setitem__("P4", "#DIV/0!"),
        ["户!P4 “#DIV/0!”：单元格是公式错误 #DIV/0!。请改正公式，或直接填写数值。"],
    ),
    Case(
        "more farmers than people", cell(村情_J4=979), ["村情!J4 “979”：农业人口多于总人口。请核对这两列。"]
    ),
    Case(
        "more away than labour",
        cell(村情_L4=466),
        ["村情!L4 “466”：外出务工劳动力多于劳动力。请核对这两列。"],
    ),
    Case(
        "too many",
        cell(村情_S4=2147483648),
        ["村情!S4 “2147483648”：大于最大值 1000000。请填写0 到 1000000 之间的整数，并核对单位。"],
    ),
    Case(
        "too wide",
        cell(村情_M4=12345678901),
        [
            "村情!M4 “12345678901”：大于最大值 10000000。请填写0 到 10000000 之间的数字，最多 2 位小数，并核对单位。"
        ],
    ),
    Case(
        "village name",
        cell(村情_C4="万田贩村"),
        ["村情!C4 “万田贩村”：与村代码不符，该代码是万田畈村。请核对村名和村代码。"],
    ),
    Case(
        "village out of scope",
        cell(村情_A4=OTHER.code, 村情_C4=OTHER.name),
        ["村情!A4 “421199103207”：不是您可以导入的村。请核对村代码；如需导入其他村，请联系上级调整权限。"],
    ),
    Case(
        "village unknown",
        cell(村情_A4="421199103999"),
        ["村情!A4 “421199103999”：不是您可以导入的村。请核对村代码；如需导入其他村，请联系上级调整权限。"],
    ),
    Case(
        "township for a village",
        cell(村情_A4="421199103000"),
        ["村情!A4 “421199103000”：不是您可以导入的村。请核对村代码；如需导入其他村，请联系上级调整权限。"],
        user="township",
    ),
    Case(
        "village outside the region",
        cell(村情_A4=OTHER.code, 村情_C4=OTHER.name),
        ["村情!A4 “421199103207”：该村不在万田畈村。请在页面上方选择石桥畈村后再导入，或核对村代码。"],
        user="township",
    ),
    Case(
        "two villages",
        copied_row("村情", 4, A=OTHER.code, C=OTHER.name),
        ["村情!A5 “421199103207”：只能有一个村。每个村使用单独的文件。"],
    ),
    Case("no village", without_row("村情", 4), ["村情：没有数据行。请在表头下面填写后再上传。"]),
    Case(
        "year closed",
        cell(),
        ["村情!A4 “421199103206”：万田畈村2017年度已关账，不能导入。请核对年度，或联系县级办公室。"],
        prepare=year_closed,
    ),
    Case(
        "year submitted",
        cell(),
        ["村情!A4 “421199103206”：万田畈村2017年度已提交，不能导入。请核对年度，或联系县级办公室。"],
        prepare=year_submitted,
    ),
    Case(
        "year not opened",
        cell(),
        ["村情!A4 “421199103206”：万田畈村2017年度尚未开设，不能导入。请核对年度，或联系县级办公室。"],
        prepare=year_not_opened,
    ),
    Case(
        "household elsewhere",
        cell(),
        ["户!A4 “4203206001”：该户编号已在本县他处登记。请核对户编号。"],
        prepare=household_elsewhere,
    ),
    Case(
        "person elsewhere",
        cell(),
        ["人!C4 “421***********0018”：此人已在本县他处登记。请核对证件号码，或先办理转出。"],
        prepare=person_elsewhere,
    ),
    Case(
        "person in another household",
        cell(),
        ["人!A4 “4203206001”：此人已登记在本村户编号 4203206002。请核对户编号，或办理户间变动。"],
        prepare=person_in_another_household,
    ),
)
