"""The workbooks of appropriations and payments: what they bring, what is told row by row, and the difference first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from funds.domain.money import record_entry
from funds.interfaces.money_sheets import APPROPRIATION_SHEET, PAYMENT_SHEET
from funds.models import Appropriation, Payment
from fupin.access import SYSTEM
from fupin.domain.bulk import Written
from fupin.domain.imports import IMPORTERS, Outcome, import_file, importers_for, recognise
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from fupin.place import Place
from fupin.refusals import Refused
from fupin.sheets.writing import write_workbook
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import written
from tests.imports.support import step
from tests.money.conftest import Money

pytestmark = pytest.mark.django_db

DOCUMENT = f"财农〔{YEAR}〕15号"
GRANTED = {
    "year": YEAR, "level": "01", "document": f"财农[{YEAR}] 15号", "title": "关于下达资金的通知",
    "issued_on": date(YEAR, 1, 20), "amount": Decimal("500000.01"),
}  # fmt: skip
PAID = {
    "on": date(YEAR, 4, 1), "voucher": "记-15", "payee": "某建筑公司", "amount": Decimal("30000.50"),
    "village_name": "甲村", "project_name": "路灯", "source_document": DOCUMENT,
}  # fmt: skip


def book(path: Path, kind: str, *rows: dict[str, Any]) -> Path:
    importer = IMPORTERS[kind]
    values = {"place": "云岭县", "year": YEAR, "date": ""}
    write_workbook(importer.book, {importer.book.sheets[0].name: rows}, path, title_values=values)
    return path


def bring(path: Path, kind: str, *rows: dict[str, Any], at: Any, actor: Any = SYSTEM) -> Outcome:
    return import_file(
        book(path / "x.xlsx", kind, *rows), importer=IMPORTERS[kind], region=at, year=YEAR, actor=actor
    )


def told(outcome: Outcome) -> list[tuple[str, str]]:
    return [(error.cell, error.reason) for error in outcome.errors]


@pytest.fixture
def given(money: Money) -> Any:
    """30 of the county's 50 万元 are allocated to the lamps."""
    Appropriation.objects.unscoped("tests").filter(pk=money.appropriation.pk).update(document=DOCUMENT)
    money.appropriation.refresh_from_db()
    return make.AllocationFactory(appropriation=money.appropriation, project=money.project, amount=100_000)


# --- what they bring ----------------------------------------------------------------------------------------------


def test_appropriations_come_by_workbook_and_come_again_unchanged(
    world: Any, personas: Any, client_of: Any, tmp_path: Path
) -> None:
    rows = [
        GRANTED, {**GRANTED, "batch": "第二批", "amount": 20_000}, {**GRANTED, "region_name": "七里坪镇", "item": "2130599"},
    ]  # fmt: skip
    outcome = bring(tmp_path, "appropriations", *rows, at=world.county, actor=personas["county"])
    assert (outcome.state, outcome.counts) == (ImportRun.State.DONE, {"指标台账": Written(3, 0, 0)}), told(
        outcome
    )
    found = Appropriation.objects.unscoped("tests").order_by("pk")
    assert [(row.region, row.document, row.batch, row.amount, row.item) for row in found] == [
        (world.county, DOCUMENT, "", Decimal("500000.01"), ""), (world.county, DOCUMENT, "第二批", 20_000, ""),
        (world.township, DOCUMENT, "", Decimal("500000.01"), "2130599"),
    ]  # fmt: skip
    before = written()
    path = tmp_path / "list.xlsx"
    url = Place(world.county, YEAR).url("appropriations_export")
    path.write_bytes(client_of(personas["county"]).get(url).getvalue())
    # What has become of each is told, and is no column of the file.
    again = import_file(
        path, importer=recognise(path), region=world.county, year=YEAR, actor=personas["county"]
    )
    assert (again.state, again.counts) == (ImportRun.State.UNCHANGED, {"指标台账": Written(0, 0, 3)}), told(
        again
    )
    assert any("没有用到的列：现额（元）、到位（元）" in note for note in again.notes)
    assert written() == before
    changed = bring(tmp_path, "appropriations", {**GRANTED, "amount": 600_000}, at=world.county)
    assert changed.counts == {"指标台账": Written(0, 1, 0)}


def test_payments_come_by_workbook_and_come_again_unchanged(
    world: Any, personas: Any, client_of: Any, given: Any, tmp_path: Path
) -> None:
    rows = [
        PAID,
        {**PAID, "voucher": "记-16", "amount": 1, "level": "01", "budget": YEAR, "township_name": "七里坪镇"},
    ]
    outcome = bring(tmp_path, "payments", *rows, at=world.township, actor=personas["township"])
    assert outcome.counts == {"资金支付台账": Written(2, 0, 0)}, told(outcome)
    first, _ = Payment.objects.unscoped("tests").order_by("pk")
    assert (first.allocation, first.region, first.year, first.amount) == (
        given,
        world.a,
        YEAR,
        Decimal("30000.50"),
    )
    path = tmp_path / "list.xlsx"
    url = Place(world.township, YEAR).url("payments_export")
    path.write_bytes(client_of(personas["township"]).get(url).getvalue())
    again = import_file(
        path, importer=recognise(path), region=world.township, year=YEAR, actor=personas["township"]
    )
    assert (again.state, again.counts) == (ImportRun.State.UNCHANGED, {"资金支付台账": Written(0, 0, 2)}), (
        told(again)
    )
    # In a village the village is known; a payment that stands is changed.
    alone = {**PAID, "village_name": None, "amount": 31_000}
    assert bring(tmp_path, "payments", alone, at=world.a).counts == {"资金支付台账": Written(0, 1, 0)}


def test_a_carried_appropriation_is_known_again(
    world: Any, money: Money, personas: Any, client_of: Any, tmp_path: Path
) -> None:
    entry = make.AppropriationEntryFactory.build(appropriation=money.appropriation, kind="05", amount=1_000)
    record_entry(entry=entry, actor=SYSTEM)
    path = tmp_path / "list.xlsx"
    url = Place(world.county, YEAR + 1).url("appropriations_export")
    path.write_bytes(client_of(personas["county"]).get(url).getvalue())
    again = import_file(
        path, importer=recognise(path), region=world.county, year=YEAR, actor=personas["county"]
    )
    assert (again.state, again.counts) == (ImportRun.State.UNCHANGED, {"指标台账": Written(0, 0, 1)}), told(
        again
    )


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "cell", "reason"),
    [
        ([{"amount": 0}], "I4", "小于最小值 0.01"),
        ([{}, {}], "C5", "文号重复：与第4行是同一单位、级次、批次的同一个文件"),
        ([{"region_name": "甲村"}], "F4", "不是您可以登记指标的县或乡镇"),
        ([{"issued_on": date(YEAR - 2, 1, 1)}], "C4", "下达日期应在预算年度当年，提前下达的在上一年"),
        (
            [{"year": YEAR + 1, "issued_on": date(YEAR, 12, 1)}],
            "C4",
            "这个文号的指标已经登记（同一级次、同一批次）",
        ),
        ([{"amount": Decimal("99999.99")}], "I4", "指标现额将为99,999.99元，少于已安排的100,000元"),
        ([{"issued_on": date(YEAR, 3, 2)}], "G4", f"下达日期晚于已登记的到位、变动或安排（{YEAR}-03-01）"),
    ],
)
def test_what_is_wrong_with_an_appropriation_is_told_at_its_cell(
    rows: list[dict[str, Any]], cell: str, reason: str, world: Any, given: Any, tmp_path: Path
) -> None:
    pages = [{**GRANTED, **row} for row in rows]
    before = written()
    outcome = bring(tmp_path, "appropriations", *pages, at=world.county)
    assert [(at, why[: len(reason)]) for at, why in told(outcome)] == [(cell, reason)], told(outcome)
    assert written() == before


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"on": date(YEAR, 2, 1)}], [("A4", f"支付日期早于安排日期（{YEAR}-03-01）")]),
        ([{"amount": 60_000}, {"amount": 50_000, "voucher": "2"}], [("D5", "支付合计将为110,000元，超过安排金额100,000元")]),
        ([{}, {}], [("B5", "凭证号重复：与第4行是同一笔安排")]),
        ([{"project_name": "便桥"}], [("G4", "没有给“便桥”安排过资金")]),
        ([{"village_name": "丁村"}], [("F4", "不是云岭县中您可以导入的村")]),
        ([{"source_document": "财农〔2017〕99号"}], [("I4", "没有从财农〔2017〕99号给“路灯”安排过资金（安排的是")]),
        ([{"budget": YEAR - 1}], [("I4", "没有从")]),
        ([{"village_name": None}], [("F4", "没有写明村")]),
        ([{"on": date(YEAR + 1, 1, 5)}], [("A4", "甲村2018年度尚未开设，不能登记支付")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_payment_is_told_at_its_cell(
    rows: list[dict[str, Any]], found: list[tuple[str, str]], world: Any, given: Any, tmp_path: Path
) -> None:
    before = written()
    outcome = bring(tmp_path, "payments", *({**PAID, **row} for row in rows), at=world.county)
    assert [
        (at, why[: len(text)]) for (at, why), (_, text) in zip(told(outcome), found, strict=True)
    ] == found, told(outcome)
    assert written() == before


def test_nothing_is_paid_before_the_approval(world: Any, money: Money, tmp_path: Path) -> None:
    source = make.AppropriationFactory(region=world.county, document=DOCUMENT)
    make.AllocationFactory(appropriation=source, project=money.far)
    row = {**PAID, "village_name": money.far.region.name, "project_name": "便桥"}
    outcome = bring(tmp_path, "payments", row, at=world.county)
    assert told(outcome) == [("G4", "该项目没有立项批复，不能支付")]
    assert outcome.errors[0].remedy == "请先在项目的页面登记立项批复"


def test_two_allocations_of_one_document_are_asked_about(world: Any, given: Any, tmp_path: Path) -> None:
    other = make.AllocationFactory(appropriation=given.appropriation, project=given.project, amount=50_000)
    outcome = bring(tmp_path, "payments", PAID, at=world.county)
    assert [why for _, why in told(outcome)] == [f"从{DOCUMENT}给“路灯”安排过2笔，分不清付的是哪一笔"]
    # One that stands is known by its voucher.
    make.PaymentFactory(allocation=other, voucher="记-15", on=PAID["on"], amount=5)
    assert bring(tmp_path, "payments", PAID, at=world.county).counts == {"资金支付台账": Written(0, 1, 0)}


def test_units_mixed_up_and_a_voucher_of_elsewhere_are_asked_about(
    world: Any, given: Any, tmp_path: Path
) -> None:
    lamps = make.AllocationFactory(
        appropriation=given.appropriation, project=make.ProjectFactory(region=world.a, name="水渠")
    )
    make.approve(lamps.project)
    for number in range(4):
        make.PaymentFactory(allocation=lamps, voucher=f"记-{15 + number}", amount=20_000)
    outcome = bring(tmp_path, "payments", {**PAID, "amount": 5}, at=world.county)
    assert outcome.state == ImportRun.State.DONE
    first, second = outcome.notes
    assert first.startswith(
        "工作表“资金支付台账”D4：支付金额5元（0.0005万元）与其他支付相差悬殊，请核对单位是元还是万元"
    )
    assert second.startswith("工作表“资金支付台账”B4：这个凭证号已登记在“水渠”（20,000元）")
    # A header in 万元 is no column of 元.
    path = book(tmp_path / "y.xlsx", "payments", {**PAID, "voucher": "记-30", "amount": 3})
    page = load_workbook(path)
    page.active["D3"] = "支付（万元）"
    page.save(path)
    outcome = import_file(path, importer=IMPORTERS["payments"], region=world.county, year=YEAR, actor=SYSTEM)
    assert outcome.state == ImportRun.State.REFUSED and "万元" in str(outcome.errors[0])


# --- who, and how -------------------------------------------------------------------------------------------------


def test_whoever_may_fund_and_pay_imports(world: Any, personas: Any, given: Any, tmp_path: Path) -> None:
    kinds = {
        name: sorted({"appropriations", "payments"} & {each.kind for each in importers_for(personas[name], region)})
        for name, region in (
            ("county", world.county), ("township", world.township), ("clerk_a", world.a), ("department", world.county),
        )
    }  # fmt: skip
    both = ["appropriations", "payments"]
    assert kinds == {"county": both, "township": both, "clerk_a": [], "department": []}
    with pytest.raises(Refused, match="您没有在甲村导入“资金支付”的权限"):
        bring(tmp_path, "payments", PAID, at=world.a, actor=personas["clerk_a"])
    # The county's money is not the township's to grant; it may pay of it in its villages.
    outcome = bring(
        tmp_path,
        "appropriations",
        {**GRANTED, "region_name": "云岭县"},
        at=world.township,
        actor=personas["township"],
    )
    assert [why for _, why in told(outcome)] == ["不是您可以登记指标的县或乡镇"]
    assert (
        bring(tmp_path, "payments", PAID, at=world.township, actor=personas["township"]).state
        == ImportRun.State.DONE
    )


def test_a_kind_is_known_by_its_header(tmp_path: Path) -> None:
    for kind, row in (("appropriations", GRANTED), ("payments", PAID)):
        page = load_workbook(book(tmp_path / "x.xlsx", kind, row))
        page.active.title = "Sheet1"
        page.save(tmp_path / "y.xlsx")
        assert recognise(tmp_path / "y.xlsx").kind == kind


def test_the_template_has_drop_downs(world: Any, personas: Any, client_of: Any, tmp_path: Path) -> None:
    client = client_of(personas["county"])
    for kind, sheet, cell in (
        ("appropriations", APPROPRIATION_SHEET, "B4"),
        ("payments", PAYMENT_SHEET, "H4"),
    ):
        response = client.get(Place(world.county, YEAR).url("import_template", kind=kind))
        (tmp_path / "t.xlsx").write_bytes(response.content)
        page = load_workbook(tmp_path / "t.xlsx")[sheet.name]
        assert any(cell in each.sqref for each in page.data_validations.dataValidation)
    page = client.get(Place(world.county, YEAR).url("import")).content.decode()
    assert "资金指标空白模板" in page and "资金支付空白模板" in page


def test_the_difference_is_shown_first_and_can_be_taken_back(
    world: Any, personas: Any, client_of: Any, given: Any, tmp_path: Path
) -> None:
    client, place = client_of(personas["township"]), Place(world.township, YEAR)
    make.PaymentFactory(allocation=given, voucher="记-15", on=PAID["on"], amount=5, payee="某建筑公司")
    path = book(tmp_path / "x.xlsx", "payments", PAID, {**PAID, "voucher": "记-16"})
    before = written()
    with path.open("rb") as file:
        url = client.post(place.url("import"), {"kind": "", "file": file}).url
    run_next_job()
    run = ImportRun.objects.unscoped("tests").get()
    assert (run.kind, run.state) == ("payments", ImportRun.State.READY), run.errors
    lines = [(line.kind, line.label, line.who) for line in run.lines.order_by("position")]
    assert lines == [
        ("new", "资金支付", "甲村 路灯：2017-04-01 某建筑公司（记-16），30,000.50元"),
        ("changed", "资金支付", "甲村 路灯：2017-04-01 某建筑公司（记-15），30,000.50元"),
    ]  # fmt: skip
    assert run.lines.get(kind="changed").cells["cells"] == [["支付金额（元）", "5", "30000.5"]]
    assert "确认写入（新增 1 行，变更 1 行）" in client.get(url).content.decode()
    paid = Payment.objects.unscoped("tests").order_by("voucher")
    assert step(client, url, "take").state == ImportRun.State.DONE
    assert [(one.voucher, one.amount) for one in paid] == [
        ("记-15", Decimal("30000.50")),
        ("记-16", Decimal("30000.50")),
    ]
    assert step(client, url, "undo").state == ImportRun.State.UNDONE
    assert [(one.voucher, one.amount) for one in paid.all()] == [("记-15", 5)]
    assert written() > before
