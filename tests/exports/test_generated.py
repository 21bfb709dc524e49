"""A generated village out and in again, by each kind: nothing changes. By `make fuzz` thousands of rows."""

from __future__ import annotations

import pytest

from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import ImportRun, Region
from fupin.sheets.writing import write_workbook
from households.models import Membership
from reports.domain.county import write_grants, write_village
from reports.reference.county import PlannedVillage, compose_villages, grants_of
from reports.reference.facts import NEIGHBOURS, QILIPING
from tests.imports.conftest import office  # noqa: F401 - a fixture
from tests.imports.support import YEAR
from tests.long import lasting

HOUSEHOLDS = lasting(30)
WHY = {"purpose": "forms", "note": "核对花名册"}
#: Where each kind comes out.
FILES = {
    "income": "income/export/", "benefits": "benefits/export/", "projects": "projects/export/",
    "partners": "partners/export/", "work": "work/export/",
}  # fmt: skip


@pytest.fixture
def generated(office):  # noqa: F811
    """A village of the reference village's township, with all that was invented for it."""
    place = NEIGHBOURS[1]
    save_regions(regions=[(place.code, place.name)], actor=SYSTEM)
    region = Region.objects.unscoped("tests").get(code=place.code)
    open_years(villages=[region], year=YEAR, actor=SYSTEM)
    village = PlannedVillage(place, QILIPING, HOUSEHOLDS, 4_900_000_000)
    write_grants(grants_of([village], seed=HOUSEHOLDS, year=YEAR))
    [(_, rows)] = compose_villages([village], seed=HOUSEHOLDS, year=YEAR)
    write_village(region, village, rows, year=YEAR)
    return region, rows


def taken(path, kind, region):
    outcome = import_file(path, importer=IMPORTERS[kind], region=region, year=YEAR, actor=SYSTEM)
    assert [str(error) for error in outcome.errors] == []
    assert outcome.state == ImportRun.State.UNCHANGED, (kind, outcome.counts)
    return sum(written.unchanged for written in outcome.counts.values())


def test_a_generated_village_goes_out_and_in_again_unchanged(generated, office, tmp_path):  # noqa: F811
    region, rows = generated
    client, place = office.client("township"), f"/{region.code}/{YEAR}/"
    people = Membership.objects.unscoped("tests").filter(region=region, present=True).count()
    assert people == len(rows.members) > HOUSEHOLDS
    whole = tmp_path / "village.xlsx"
    write_workbook(IMPORTERS["village"].book, rows.by_sheet(), whole)
    assert taken(whole, "village", region) > people

    for edition in (2019, 2022):
        path = tmp_path / f"{edition}.xlsx"
        path.write_bytes(client.post(f"{place}members/export/{edition}/full/", WHY).content)
        assert taken(path, "roster", region.parent) == people + HOUSEHOLDS

    for kind, url in FILES.items():
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(client.get(place + url).content)
        assert taken(path, kind, region) > 0
