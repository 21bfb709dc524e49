"""Every file of rows is recorded before it leaves; with numbers in full, by right and purpose alone."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from fupin.domain.exports import record_export
from fupin.models import ExportLog
from fupin.numbers import mask_phone, masked
from fupin.refusals import Refused
from tests import factories as make
from tests.factories import YEAR
from tests.finding.conftest import Homes, head_of
from tests.fupin.walking import rows_of

pytestmark = pytest.mark.django_db

WHY = {"purpose": "forms", "note": "报送县办花名册"}


def url(name: str, region: Any, **more: Any) -> str:
    return reverse(name, kwargs={"region": region.code, "year": YEAR, **more})


def log() -> ExportLog:
    return ExportLog.objects.unscoped("tests").get()


def text_of(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)


@pytest.fixture
def clerk(homes: Homes, personas: Any, client_of: Any) -> Any:
    return client_of(personas["clerk_a"])


def test_an_export_is_recorded_as_it_was_taken(homes: Homes, clerk: Any, personas: Any) -> None:
    query = {"q": "村", "category": "01", "group_to": "9", "cols": "household,people", "sort": "-people"}
    response = clerk.get(url("households_export", homes.a.region), query)
    told = log()
    assert (told.user, told.region, told.year) == (personas["clerk_a"], homes.a.region, YEAR)
    assert told.title == f"{homes.a.region}{YEAR}年贫困户"
    assert told.query == "户编号、姓名或证件尾号：村；贫困户属性：一般贫困户；村民小组到：9；排序：-people"
    assert told.columns == ["户编号", "人数"]
    assert told.row_count == len(rows_of(response)) - 1
    assert told.digest == hashlib.sha256(response.content).hexdigest()
    assert (told.purpose, told.note, told.revealed, told.job) == ("", "", [], None)


def test_nothing_leaves_that_is_not_recorded(homes: Homes, clerk: Any, monkeypatch: Any) -> None:
    def refuse(**_: Any) -> None:
        raise Refused("没有记下。")

    monkeypatch.setattr("fupin.resource.exports.record_export", refuse)
    with pytest.raises(Refused):
        clerk.get(url("households_export", homes.a.region))


def test_a_full_number_in_the_address_goes_no_further(homes: Homes, clerk: Any) -> None:
    number = head_of(homes.a).person.id_number
    for verb in ("export", "export_full"):
        response = clerk.get(url(f"households_{verb}", homes.a.region), {"q": number})
        assert (response.status_code, response["Location"].split("?")[0]) == (
            302,
            url("households_list", homes.a.region),
        )
    assert ExportLog.objects.unscoped("tests").count() == 0


def test_numbers_are_in_full_after_a_purpose_and_recorded_with_it(homes: Homes, clerk: Any) -> None:
    head, at = head_of(homes.a), homes.a.region
    plain = text_of(clerk.get(url("members_export", at)).content)
    assert head.person.id_number not in plain and masked(head.person.id_number) in plain
    target = url("members_export_full", at)
    for data in ({}, {"purpose": "forms"}, {**WHY, "note": " "}, {**WHY, "purpose": "x"}):
        assert clerk.post(target, data).status_code == 422
    assert ExportLog.objects.unscoped("tests").count() == 1
    full = text_of(clerk.post(target, WHY).content)
    assert head.person.id_number in full and masked(head.person.id_number) not in full
    told = ExportLog.objects.unscoped("tests").first()
    assert (told.purpose, told.note) == ("forms", WHY["note"])
    assert ["households.Person", head.person_id] in told.revealed
    # Again masked afterwards: the purpose was this file's.
    assert head.person.id_number not in text_of(clerk.get(url("members_export", at)).content)


def test_telephones_of_households_too_and_in_columns_that_were_chosen(homes: Homes, clerk: Any) -> None:
    at, phone = homes.a.region, homes.a.phone
    for query in ("", "?cols=household,phone"):
        assert mask_phone(phone) in text_of(clerk.get(url("households_export", at) + query).content)
        assert phone in text_of(clerk.post(url("households_export_full", at) + query, WHY).content)


def test_the_button_is_shown_to_whoever_may(homes: Homes, personas: Any, client_of: Any) -> None:
    for persona, shown in (("clerk_a", True), ("team", False), ("auditor", False), ("township", True)):
        page = client_of(personas[persona]).get(url("members_list", homes.a.region)).content.decode()
        assert ("导出完整号码" in page) == shown
        assert "导出Excel" in page


def test_the_domain_asks_for_the_rights_itself(homes: Homes, personas: Any) -> None:
    own = {"region": homes.a.region, "year": YEAR, "title": "x", "row_count": 1, "digest": "0" * 64}
    seen = {("households.Person", 1)}
    for persona, more, why in (
        ("leader", {}, "导出"), ("team", {"revealed": seen, **WHY}, "完整号码"), ("clerk_b", {}, "导出"),
        ("clerk_a", {"revealed": seen}, "说明事由"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            record_export(actor=personas[persona], **own, **more)
    record_export(actor=personas["clerk_a"], **own, revealed=seen, **WHY)


def test_the_record_is_never_changed_and_wants_a_purpose(homes: Homes, clerk: Any) -> None:
    clerk.get(url("households_export", homes.a.region))
    for statement in ("DELETE FROM fupin_exportlog", "UPDATE fupin_exportlog SET row_count = 0"):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            connection.cursor().execute(statement)
    told = log()
    with pytest.raises(IntegrityError, match="export_in_full_has_purpose"), transaction.atomic():
        ExportLog.objects.create(
            region=told.region,
            year=YEAR,
            user=told.user,
            title="x",
            row_count=1,
            digest="0",
            revealed=[["x", 1]],
        )
    # Negative control: without its trigger the record gives way.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'fupin_exportlog'::regclass AND tgname LIKE '%append%'"
        )
        [[trigger]] = cursor.fetchall()
        cursor.execute(f"ALTER TABLE fupin_exportlog DISABLE TRIGGER {trigger}")
        cursor.execute("DELETE FROM fupin_exportlog")
        assert cursor.rowcount == 1


def test_the_record_is_read_by_county_and_audit(
    homes: Homes, clerk: Any, personas: Any, client_of: Any
) -> None:
    clerk.get(url("households_export", homes.a.region))
    clerk.post(url("households_export_full", homes.a.region), WHY)
    client_of(personas["county"]).get(url("members_export", homes.b.region))

    def titles(persona: str, at: Any, **query: str) -> list[tuple[str, str]]:
        page = client_of(personas[persona]).get(url("exports", at), query)
        return [(row.title, row.note) for row in page.context["table"].data]

    county = homes.a.region.parent.parent
    a, b = f"{homes.a.region}{YEAR}年贫困户", f"{homes.b.region}{YEAR}年家庭成员"
    assert titles("county", county) == titles("auditor", county) == [(b, ""), (a, WHY["note"]), (a, "")]
    assert titles("auditor", homes.a.region) == [(a, WHY["note"]), (a, "")]
    assert titles("auditor", county, full="true") == [(a, WHY["note"])]
    assert titles("auditor", county, who=personas["county"].username) == [(b, "")]
    digest = ExportLog.objects.unscoped("tests").first().digest
    assert titles("auditor", county, digest=digest) == [(b, "")]


def test_a_summary_as_a_workbook_is_recorded_for_whoever_gets_its_rows(
    homes: Homes, personas: Any, client_of: Any
) -> None:
    page = url("summary", homes.a.region, kind="village")
    for persona, count in (("leader", 0), ("clerk_a", 1)):
        response = client_of(personas[persona]).get(page, {"format": "xlsx"})
        assert response.status_code == 200
        assert ExportLog.objects.unscoped("tests").count() == count
    assert log().digest == hashlib.sha256(response.content).hexdigest()


def test_sums_are_those_of_the_list(homes: Homes, clerk: Any) -> None:
    for people in (2, 3, 4):
        make.household(homes.a.region, people=people)
    page = clerk.get(url("households_list", homes.a.region))
    people = next(item["value"] for item in page.context["summary"] if item["label"] == "人数")
    for query in ("", "?cols=household,people"):
        sheet = load_workbook(
            io.BytesIO(clerk.get(url("households_export", homes.a.region) + query).content)
        ).active
        header = [cell.value for cell in sheet[3]]
        at = next(place for place, head in enumerate(header) if "人数" in str(head))
        [total] = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] == "合计"]
        assert total[at] == people
