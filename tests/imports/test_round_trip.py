"""The village workbook in, again, changed, a year later; and out: exports, the template, the record of an import."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from fupin.access import SYSTEM
from fupin.domain.bulk import Written
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.years import open_years
from fupin.models import ImportRun
from households.enums import Relation
from households.models import Act, Household, HouseholdYear, Membership, Person, VillageYear
from tests import factories as make
from tests.imports.support import YEAR, Edited, import_workbook, state_of_database


def bring_in(path, *, year=YEAR, region=None):
    """Import a village's workbook as the system."""
    return import_file(path, importer=IMPORTERS["village"], region=region, year=year, actor=SYSTEM)


def rows(model):
    return model.objects.unscoped("tests")


@pytest.fixture
def imported(office, reference, tmp_path):
    """The reference village, imported; its workbook at hand to edit."""
    bring_in(reference.save(tmp_path / "first.xlsx"))
    return reference


# --- once, and again ---


def test_reference_village_is_imported(office, reference, tmp_path):
    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", YEAR, "--user", "clerk")

    assert ended.out == [
        "村情：新增1，变更0，未变0",
        "户：新增66，变更0，未变0",
        "人：新增156，变更0，未变0",
    ]
    assert (ended.status, ended.err) == (0, [])
    village = {"region": office.village, "year": YEAR}
    assert [rows(model).filter(**village).count() for model in (VillageYear, HouseholdYear, Membership)] == [
        1,
        66,
        156,
    ]
    assert rows(Membership).filter(**village, relation=Relation.HEAD).count() == 66


def test_same_file_again_writes_nothing_and_says_so(imported, tmp_path):
    before = state_of_database()

    ended = import_workbook(imported.save(tmp_path / "again.xlsx"), "--year", YEAR)

    assert ended.out == [
        "村情：新增0，变更0，未变1",
        "户：新增0，变更0，未变66",
        "人：新增0，变更0，未变156",
        "与现有数据完全一致，没有写入任何数据。",
    ]
    assert (ended.status, ended.err) == (0, [])
    assert state_of_database() == before


def test_dry_run_counts_and_writes_nothing(office, reference, tmp_path):
    before = state_of_database()

    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", YEAR, "--dry-run")

    assert ended.out == [
        "村情：新增1，变更0，未变0",
        "户：新增66，变更0，未变0",
        "人：新增156，变更0，未变0",
        "试运行：没有写入任何数据。",
    ]
    assert (ended.status, ended.err) == (0, [])
    assert state_of_database() == before


def test_clerk_needs_to_name_neither_kind_nor_region(office, reference, tmp_path):
    """A region that is left out means wherever the file says, within the user's reach."""
    path = reference.save(tmp_path / "a.xlsx")

    assert import_workbook(path, "--year", YEAR, "--user", "clerk").status == 0
    assert import_workbook(path, "--year", YEAR, "--user", "township", "--region", "421199103000").status == 0


def test_hidden_sheets_and_unknown_columns_are_told_on_the_way(office, reference, tmp_path):
    reference["户"].sheet_state = "hidden"
    reference["人"]["Q3"].value = "银行账号"

    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", YEAR)

    assert ended.err == ["工作表“户”是隐藏的。", "工作表“人”中没有用到的列：银行账号。"]
    assert ended.status == 0


# --- changes ---


def changed_rows(before, model):
    """The ids of rows that are not as they were."""
    return {pk for pk, row in state(model).items() if before[pk] != row}


def state(model):
    return {row["id"]: row for row in rows(model).values()}


def test_changed_cells_change_exactly_their_rows(imported, tmp_path):
    household = rows(HouseholdYear).get(household__number="4203206002")
    member = rows(Membership).get(person__name="阎䶮")
    before = {model: state(model) for model in (VillageYear, HouseholdYear, Membership, Person, Household)}
    imported["户"]["N5"].value = 88.5
    imported["户"]["R5"].value = "翻修"
    imported["人"]["I7"].value = "七年级"
    imported["村情"]["S4"].value = 37

    outcome = bring_in(imported.save(tmp_path / "b.xlsx"))

    assert dict(outcome.counts) == {
        "村情": Written(0, 1, 0),
        "户": Written(0, 1, 65),
        "人": Written(0, 1, 155),
    }
    assert changed_rows(before[HouseholdYear], HouseholdYear) == {household.pk}
    assert changed_rows(before[Membership], Membership) == {member.pk}
    assert changed_rows(before[Person], Person) == set()
    assert changed_rows(before[Household], Household) == set()
    household.refresh_from_db()
    member.refresh_from_db()
    assert (str(household.house_area), household.remark, member.school) == ("88.50", "翻修", "04")
    assert rows(VillageYear).get().party_members == 37


def test_corrected_name_is_a_changed_row(imported, tmp_path):
    before = state(Membership)
    imported["人"]["B6"].value = "阎斌强强"

    outcome = bring_in(imported.save(tmp_path / "b.xlsx"))

    assert outcome.state == ImportRun.State.DONE
    assert dict(outcome.counts) == {
        "村情": Written(0, 0, 1),
        "户": Written(0, 0, 66),
        "人": Written(0, 1, 155),
    }
    assert changed_rows(before, Membership) == set()
    person = rows(Person).get(id_number="421199198606240010")
    assert (person.name, person.pinyin) == ("阎斌强强", "yanbinqiangqiang")


def test_corrected_name_and_row_of_one_member_are_one_change(imported, tmp_path):
    imported["人"]["B6"].value = "阎斌强强"
    imported["人"]["M6"].value = 7

    assert bring_in(imported.save(tmp_path / "b.xlsx")).counts["人"] == Written(0, 1, 155)


def test_emptied_cells_are_emptied(imported, tmp_path):
    for address in ("B5", "C5", "J5", "K5", "L5", "O5", "P5"):
        imported["户"][address].value = None

    bring_in(imported.save(tmp_path / "b.xlsx"))

    row = rows(HouseholdYear).get(household__number="4203206002")
    assert (row.group, row.hamlet, row.main_cause, row.other_causes, row.phone, row.water_safe, row.farmland) == (
        None, "", "", [], "", None, None,
    )  # fmt: skip


def test_rows_left_out_are_kept_and_told(imported, tmp_path):
    before = state_of_database()
    imported["户"].delete_rows(4)
    imported["人"].delete_rows(4)

    ended = import_workbook(imported.save(tmp_path / "b.xlsx"), "--year", YEAR)

    assert ended.err == ["系统中有、文件中没有的：1户、1名有证件号码的成员，未作改动。"]
    assert ended.status == 0
    assert state_of_database() == before


def test_newborn_gets_a_number_and_stays_the_same_person(imported, tmp_path):
    newborn = rows(Person).get(name="彭正林")
    number = make.id_number(501, date(2017, 11, 7))
    imported["人"]["C12"].value = number

    outcome = bring_in(imported.save(tmp_path / "b.xlsx"))

    assert outcome.counts["人"] == Written(0, 1, 155)
    assert rows(Person).get(name="彭正林").pk == newborn.pk
    assert rows(Person).get(pk=newborn.pk).id_number == number
    assert bring_in(imported.save(tmp_path / "b.xlsx")).state == ImportRun.State.UNCHANGED


def test_sex_of_a_newborn_is_corrected(imported, tmp_path):
    imported["人"]["D12"].value = "女"

    outcome = bring_in(imported.save(tmp_path / "b.xlsx"))

    assert outcome.counts["人"] == Written(0, 1, 155)
    assert rows(Person).get(name="彭正林").sex == "2"


# --- the next year ---


def next_year(book: Edited) -> None:
    """Last year's workbook carried on: who left in 2017 has left before, and one household leaves now."""
    for row in range(4, 70):
        if book["户"][f"G{row}"].value == "新脱贫":
            book["户"][f"G{row}"].value = "历史已脱贫"
    book["户"]["G4"].value, book["户"]["H4"].value = "新脱贫", 2018


def test_next_year_keeps_households_and_people(office, reference, tmp_path):
    reference["户"]["G4"].value, reference["户"]["H4"].value = "未脱贫", None
    bring_in(reference.save(tmp_path / "2017.xlsx"))
    households, people = state(Household), state(Person)
    open_years(villages=[office.village], year=2018, actor=SYSTEM)
    next_year(reference)

    outcome = bring_in(reference.save(tmp_path / "2018.xlsx"), year=2018)

    assert dict(outcome.counts) == {
        "村情": Written(1, 0, 0),
        "户": Written(66, 0, 0),
        "人": Written(156, 0, 0),
    }
    assert state(Household) == households
    assert state(Person) == people
    assert rows(HouseholdYear).filter(region=office.village).values_list("year").distinct().count() == 2
    # The journal tells only what is new: one household has left poverty, none was registered again.
    assert [
        (act.household.number, act.kind, act.on)
        for act in rows(Act).filter(year=2018).select_related("household")
    ] == [("4203206001", "left_poverty", date(2018, 12, 31))]
    assert rows(HouseholdYear).filter(year=2017, region=office.village, exit_year=2018).count() == 0


# --- out and in again ---


@pytest.mark.parametrize(
    ("name", "header", "count"), [("households", "户编号", 66), ("members", "户编号", 156)]
)
def test_exported_list_opens_with_its_rows_and_masked_numbers(office, imported, name, header, count):
    url = reverse(f"{name}_export", kwargs={"region": office.village.code, "year": YEAR})

    page = load_workbook(io.BytesIO(office.client().get(url).content)).active

    body = list(page.iter_rows(min_row=4, values_only=True))
    listed = [row for row in body if row[1] and str(row[1]).startswith("42")]
    assert [page["A3"].value, page["B3"].value] == ["序号", header]
    assert len(listed) == count
    text = "\n".join(str(cell) for row in body for cell in row if cell is not None)
    full = {number for number in rows(Person).values_list("id_number", flat=True) if number}
    assert {number for number in full if number in text} == set()
    if name == "members":
        masked = [row[3] for row in listed if row[3]]
        assert len(masked) == len(
            [
                p
                for p in rows(Membership).filter(region=office.village).select_related("person")
                if p.person.id_number
            ]
        )
        assert [value for value in masked if not re.fullmatch(r"\d{3}\*{11}\d{3}[\dX]", value)] == []


def test_empty_template_is_told_to_be_empty(office, tmp_path):
    url = reverse("import_template", kwargs={"region": office.village.code, "year": YEAR, "kind": "village"})
    path = tmp_path / "template.xlsx"
    path.write_bytes(office.client().get(url).content)

    ended = import_workbook(path, "--year", YEAR, "--user", "clerk")

    assert ended.err == [
        "村情：没有数据行。请在表头下面填写后再上传。",
        "户：没有数据行。请在表头下面填写后再上传。",
        "人：没有数据行。请在表头下面填写后再上传。",
        "共3处问题，未写入任何数据。",
    ]
    assert ended.status == 1


def test_filled_template_is_imported(office, reference, tmp_path):
    url = reverse("import_template", kwargs={"region": office.village.code, "year": YEAR, "kind": "village"})
    template = Edited(office.client().get(url).content)
    for sheet in ("村情", "户", "人"):
        for line in reference[sheet].iter_rows(min_row=4):
            for cell in line:
                if cell.value is not None:
                    template[sheet][cell.coordinate].value = cell.value

    ended = import_workbook(template.save(tmp_path / "filled.xlsx"), "--year", YEAR, "--user", "clerk")

    assert ended.out == ["村情：新增1，变更0，未变0", "户：新增66，变更0，未变0", "人：新增156，变更0，未变0"]
    assert ended.status == 0


def test_profile_alone_is_imported_with_a_word(office, reference, tmp_path):
    reference["户"].delete_rows(4, 66)
    reference["人"].delete_rows(4, 156)

    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", YEAR)

    assert (ended.status, ended.err) == (0, ["户表和人表没有数据行，只读取了村情。"])
    assert ended.out == ["村情：新增1，变更0，未变0", "户：新增0，变更0，未变0", "人：新增0，变更0，未变0"]


# --- cost ---


def cut_to(book: Edited, households: int) -> None:
    """Keep the first households with their members."""
    kept = {book["户"][f"A{row}"].value for row in range(4, 4 + households)}
    book["户"].delete_rows(4 + households, 66)
    for row in range(159, 3, -1):
        if book["人"][f"A{row}"].value not in kept:
            book["人"].delete_rows(row)


@pytest.mark.parametrize("households", [3, 30])
def test_statements_do_not_grow_with_the_rows(office, reference, tmp_path, households):
    cut_to(reference, households)
    # Children without a number in each household: they have ways of their own through the register.
    page = reference["人"]
    end = max(row for row in range(4, 170) if page[f"A{row}"].value)
    for index in range(households):
        number = reference["户"][f"A{4 + index}"].value
        reference["户"][f"E{4 + index}"].value += 1
        values = {"A": number, "B": f"小{index}", "D": "女", "E": date(2017, 5, 1), "F": "之女"}
        for column, value in values.items():
            page[f"{column}{end + 1 + index}"].value = value
    path = reference.save(tmp_path / "a.xlsx")

    with CaptureQueriesContext(connection) as first:
        assert bring_in(path).counts["户"] == Written(households, 0, 0)
    with CaptureQueriesContext(connection) as again:
        assert bring_in(path).counts["户"] == Written(0, 0, households)
    for row in range(4, 4 + households):
        reference["户"][f"R{row}"].value = "改"
    for row in range(4, end + 1 + households):
        page[f"P{row}"].value = "改"
        page[f"B{row}"].value += "改"
    for row in range(4, 4 + households):
        reference["户"][f"D{row}"].value += "改"
    path = reference.save(tmp_path / "b.xlsx")
    with CaptureQueriesContext(connection) as changed:
        bring_in(path)

    assert (len(first), len(again), len(changed)) == (57, 51, 52)
