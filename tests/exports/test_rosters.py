"""Rosters out in the order of the national system's exports, and in again without a change."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from fupin.models import ExportLog, ImportRun
from households.interfaces.roster_columns import ROSTER_2019, ROSTER_2022
from households.models import Membership
from tests.imports.conftest import office, reference, reference_content  # noqa: F401 - fixtures
from tests.imports.support import YEAR, compared, imported

WHY = {"purpose": "forms", "note": "核对花名册"}
ORDERS = {2019: ROSTER_2019, 2022: ROSTER_2022}


def url_of(place, edition, more=""):
    return f"/{place.village.code}/{YEAR}/members/export/{edition}/{more}"


@pytest.mark.parametrize("edition", ORDERS)
def test_a_roster_in_an_official_order_goes_in_again_unchanged(edition, office, reference, tmp_path):  # noqa: F811
    client = office.client("township")
    imported(client, office, reference.save(tmp_path / "a.xlsx"))

    answer = client.post(url_of(office, edition, "full/"), WHY)

    assert answer.status_code == 200
    page = load_workbook(io.BytesIO(answer.content)).active
    assert tuple(cell.value for cell in page[3]) == tuple(header for header, _ in ORDERS[edition])
    at = [header for header, _ in ORDERS[edition]].index("户编号")
    there = [row for row in page.iter_rows(min_row=4, values_only=True) if row[at]]
    assert len(there) == Membership.objects.unscoped("tests").filter(region=office.village).count() == 156
    assert all(isinstance(cell, str) for row in there for cell in row if cell is not None)
    path = tmp_path / "roster.xlsx"
    path.write_bytes(answer.content)
    url = compared(client, office, path, kind="")
    run = ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))
    assert (run.kind, run.state, run.errors) == ("roster", ImportRun.State.UNCHANGED, [])
    log = ExportLog.objects.unscoped("tests").order_by("-pk").first()
    assert (log.row_count, log.note) == (156, "核对花名册")


def test_without_a_purpose_numbers_are_masked(office, reference, tmp_path):  # noqa: F811
    imported(office.client("township"), office, reference.save(tmp_path / "a.xlsx"))

    answer = office.client().get(url_of(office, 2019) + "?relation=01")

    page = load_workbook(io.BytesIO(answer.content)).active
    numbers = [row[7] for row in page.iter_rows(min_row=4, values_only=True) if row[7]]
    assert len(numbers) == 66  # what the list shows: the heads
    assert not any(re.fullmatch(r"\d{17}[\dX]", number) for number in numbers)
