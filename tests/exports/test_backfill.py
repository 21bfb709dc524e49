"""回填清单: exactly the cells in which the register has gone on since the file was exported."""

from __future__ import annotations

import io
import os
import random

from openpyxl import load_workbook

from fupin.domain.jobs import run_next_job
from fupin.models import ExportLog, ImportRun
from fupin.views.import_backfill import BackfillView
from households.domain.registration import save_households, save_members
from households.enums import Education, Health, LabourSkill
from households.interfaces.roster_columns import RENAMED, ROSTER_2019
from households.models import HouseholdYear, Membership
from tests.imports.conftest import office, reference, reference_content  # noqa: F401 - fixtures
from tests.imports.support import YEAR, compared, imported
from tests.long import lasting

EDITS = lasting(50)
OF_HOUSEHOLD = {"hamlet", "phone", "water_safe", "water_shortage"}
OF_MEMBER = {"education", "health", "labour_skill", "illness_insurance"}
HEADERS = {name: header for header, name in ROSTER_2019 if name}


def roster(client, village, path):
    """The register as the export of 2019 has it: household, head and name, and each cell by its column."""
    answer = client.post(
        f"/{village.code}/{YEAR}/members/export/2019/full/", {"purpose": "forms", "note": "核对花名册"}
    )
    path.write_bytes(answer.content)
    page = load_workbook(io.BytesIO(answer.content)).active
    headers = [cell.value for cell in page[3]]
    rows = [
        dict(zip(headers, row, strict=True)) for row in page.iter_rows(min_row=4, values_only=True) if row[4]
    ]
    heads = {row["户编号"]: row["姓名"] for row in rows if row["与户主关系"] == "本人或户主"}
    cells = {}
    for row in rows:
        for name in OF_HOUSEHOLD | OF_MEMBER:
            who = f"{row['户编号']} {heads[row['户编号']] if name in OF_HOUSEHOLD else row['姓名']}"
            model = HouseholdYear if name in OF_HOUSEHOLD else Membership
            label = str(model._meta.get_field(name).verbose_name)
            cells[who, label] = row[HEADERS[name]]
    return cells


def edit_at_random(village, actor, randomly):
    """Change a cell of a household or of a member, as a form does."""
    homes = HouseholdYear.objects.unscoped("tests").filter(region=village, year=YEAR)
    home = randomly.choice(list(homes.order_by("pk").select_related("household")))
    number = {"household_number": home.household.number}
    place = {"region": village, "year": YEAR, "actor": actor}
    if randomly.random() < 0.5:
        name = randomly.choice(sorted(OF_HOUSEHOLD))
        value = {
            "hamlet": f"{randomly.choice('东西南北')}湾",
            "phone": f"1387100{randomly.randrange(10_000):04}",
        }.get(name, randomly.choice([True, False]))
        kept = {n: getattr(home, n) for n in ("category", "status", "exit_year", "registered_on")}
        save_households(rows=[{**number, **kept, name: value}], **place)
        return
    member = randomly.choice(
        list(
            Membership.objects.unscoped("tests")
            .filter(household_year=home)
            .select_related("person")
            .order_by("pk")
        )
    )
    person = member.person
    name = randomly.choice(sorted(OF_MEMBER))
    value = {
        "education": randomly.choice(Education.values[:4]), "health": randomly.choice(Health.values[:3]),
        "labour_skill": randomly.choice(LabourSkill.values[:3]), "illness_insurance": randomly.choice([True, False]),
    }[name]  # fmt: skip
    row = {**number, "name": person.name, "id_number": person.id_number, "sex": person.sex,
           "birth_date": person.birth_date, "relation": member.relation, name: value}  # fmt: skip
    save_members(rows=[row], **place)


def test_the_list_names_exactly_the_cells_that_differ(office, reference, tmp_path):  # noqa: F811
    """Recomputed a second way: two rosters, exported before and after, cell by cell."""
    assert RENAMED == {"phone": "member_phone"}
    client = office.client("township")
    imported(client, office, reference.save(tmp_path / "a.xlsx"))
    before = roster(client, office.village, tmp_path / "before.xlsx")
    randomly = random.Random(int(os.environ.get("FUPIN_SEED", "5")))
    for _ in range(EDITS):
        edit_at_random(office.village, office.township, randomly)
    after = roster(client, office.village, tmp_path / "after.xlsx")

    url = compared(client, office, tmp_path / "before.xlsx", kind="roster")

    page = load_workbook(io.BytesIO(client.get(f"{url}backfill/").content)).active
    headers = [cell.value for cell in page[3]]
    listed = [
        dict(zip(headers, row, strict=True)) for row in page.iter_rows(min_row=4, values_only=True) if row[2]
    ]
    named = {(row["对象"], row["项目"]) for row in listed}
    assert named == {cell for cell in before if before[cell] != after[cell]}
    assert len(named) > EDITS / 4
    assert run_next_job() is None
    run = ImportRun.objects.unscoped("tests").order_by("-pk")[0]
    assert run.state == ImportRun.State.READY


def listed_in(answer):
    page = load_workbook(io.BytesIO(answer.content)).active
    headers = [cell.value for cell in page[3]]
    rows = (dict(zip(headers, row, strict=True)) for row in page.iter_rows(min_row=4, values_only=True))
    return [row for row in rows if row["项目"]]


def test_it_follows_the_file_and_has_numbers_in_full_for_a_purpose(office, reference, tmp_path, monkeypatch):  # noqa: F811
    """The file's households from last to first, one of them missing; two phones are newer in the register."""
    client = office.client("township")
    imported(client, office, reference.save(tmp_path / "a.xlsx"))
    roster(client, office.village, tmp_path / "roster.xlsx")
    book = load_workbook(tmp_path / "roster.xlsx")
    page = book.active
    rows = [row for row in page.iter_rows(min_row=4, values_only=True) if row[4]]
    homes = {}
    for row in rows:
        homes.setdefault(row[4], []).append(row)
    gone, *left = homes
    page.delete_rows(4, page.max_row)
    for number in reversed(left):
        for row in homes[number]:
            page.append(row)
    book.save(tmp_path / "turned.xlsx")
    newer = {left[3]: "13871001111", left[8]: "13871002222"}
    years = HouseholdYear.objects.unscoped("tests").filter(region=office.village, year=YEAR)
    for number, phone in newer.items():
        years.filter(household__number=number).update(phone=phone)
    url = compared(client, office, tmp_path / "turned.xlsx", kind="roster")
    row_of = {page.cell(at, 5).value: at for at in range(page.max_row, 3, -1)}

    masked = listed_in(client.get(f"{url}backfill/"))
    phones = [row for row in masked if row["项目"] == "联系电话"]
    assert [row["对象"].split()[0] for row in phones] == [left[8], left[3]]
    assert [row["文件行号"] for row in phones] == [row_of[left[8]], row_of[left[3]]]
    assert [row["本系统中（应填）"] for row in phones] == ["138****2222", "138****1111"]
    missing = [row["对象"] for row in masked if row["项目"] == "整行"]
    assert masked[-len(missing) :] == [row for row in masked if row["项目"] == "整行"]
    assert len(missing) == 1 + sum(bool(row[7]) for row in homes[gone])

    assert client.get(f"{url}backfill/?full=1").status_code == 200
    assert client.post(f"{url}backfill/", {"purpose": "forms"}).status_code == 422
    assert (
        not ExportLog.objects.unscoped("tests").filter(title__contains="回填").exclude(revealed=[]).exists()
    )
    full = listed_in(client.post(f"{url}backfill/", {"purpose": "forms", "note": "填写国家系统"}))
    assert [row["本系统中（应填）"] for row in full if row["项目"] == "联系电话"] == [
        "13871002222",
        "13871001111",
    ]
    assert {row["对象"].split()[-1] for row in full if row["项目"] == "整行"} >= {
        row[7] for row in homes[gone] if row[7]
    }
    log = ExportLog.objects.unscoped("tests").order_by("-pk")[0]
    assert (log.purpose, log.note, log.row_count) == ("forms", "填写国家系统", len(full))
    of_years = {pk for label, pk in log.revealed if label == HouseholdYear._meta.label}
    assert of_years == set(years.filter(household__number__in=newer).values_list("pk", flat=True))

    monkeypatch.setattr(BackfillView, "may_in_full", False)
    assert client.get(f"{url}backfill/?full=1").status_code == 403
    assert client.post(f"{url}backfill/", {"purpose": "forms", "note": "填写"}).status_code == 403
