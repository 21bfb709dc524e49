"""Importing appropriations and payments: each row is tried as the form would write it, and told what is wrong with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from funds.domain.money import GRANTED_TO
from funds.domain.money_rows import Brought, bring_appropriations, bring_payments
from funds.interfaces.doubts import unit_doubt
from funds.interfaces.money_sheets import APPROPRIATION_SHEET, PAYMENT_SHEET
from funds.models import Allocation, Appropriation, Payment
from funds.queries.money import usual_of
from funds.validators import tidy_document
from fupin.access import Action, Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.models import Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import Reading, Row
from households.interfaces.imports import closed_reasons, report
from households.interfaces.roster_places import Places
from households.interfaces.rosters import NO_ROWS, refuse_since_checked
from households.interfaces.tables import money
from households.validators import Problem

#: So many doubtful rows are told one by one.
TOLD_DOUBTS = 20
#: Each row is written by itself: a file with more is one of the whole county and of years.
MOST_ROWS = 2_000


class Planned(list[tuple[Row, dict[str, Any]]]):
    """Rows of the file, each with what is to be written of it; and what is doubted of them."""

    def __init__(self) -> None:
        super().__init__()
        self.doubts: list[str] = []


class MoneyImporter:
    """A workbook of one sheet whose rows are money."""

    kind = label = route = ""
    action: Action
    sheet: Sheet
    book: Book
    #: What the amounts are called, and what they are held against.
    what = others = ""
    #: Where it is told what is wrong with a row as a whole.
    told_at = ""

    def onward(self, place: Place) -> tuple[str, str]:
        """To the list."""
        return f"查看{self.label}", place.url(self.route)

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """What no row can be placed by; then what the domain says of each, tried and taken back."""
        checked = Checked(region=region)
        rows = reading.rows[self.sheet.name]
        if not rows and not reading.errors:
            checked.errors.append(SheetError(self.sheet.name, "", "", *NO_ROWS))
        planned = self.plan(rows, region, actor, checked)
        with transaction.atomic():
            brought = self.bring([values for _, values in planned], actor)
            transaction.set_rollback(True)
        for index, refused in brought.refused.items():
            row = planned[index][0]
            name = refused.field if refused.field in self.sheet.by_name else self.told_at
            checked.errors.append(row.error(name, *_in_two(str(refused))))
        if not checked.errors and not reading.errors:
            checked.notes += self.doubts(planned, actor)
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the rows."""
        anew = Checked(region=checked.region)
        planned = self.plan(reading.rows[self.sheet.name], checked.region, actor, anew)
        refuse_since_checked(anew)
        brought = self.bring([values for _, values in planned], actor)
        for index, refused in brought.refused.items():
            raise Refused(f"第{planned[index][0].number}行：{refused}")
        return {self.sheet.name: brought.written}

    def plan(self, rows: Sequence[Row], region: Region | None, actor: Actor, checked: Checked) -> Planned:
        """The rows that can be placed, with what is to be written; of the others what is wrong is told."""
        raise NotImplementedError

    def bring(self, rows: Sequence[dict[str, Any]], actor: Actor) -> Brought:
        """Hand the rows to the domain."""
        raise NotImplementedError

    def usual(self, planned: Planned, actor: Actor) -> list[Any]:
        """Amounts that were entered before, in 元."""
        raise NotImplementedError

    def doubts(self, planned: Planned, actor: Actor) -> list[str]:
        """What is written all the same, and should be looked at again."""
        there = self.usual(planned, actor)
        here = [values["amount"] for _, values in planned]
        found = []
        for at, (row, values) in enumerate(planned):
            others = [*here[:at], *here[at + 1 :], *there]
            if told := unit_doubt(values["amount"], others, self.what, self.others):
                found.append(self.said(row, "amount", told))
        found += planned.doubts
        more = len(found) - TOLD_DOUBTS
        return [*found[:TOLD_DOUBTS], *([f"另有{more}处请核对，没有列出。"] if more > 0 else [])]

    def said(self, row: Row, name: str, text: str) -> str:
        """A word on a cell."""
        return f"工作表“{self.sheet.name}”{row.cells.get(name, '')}：{text}"


def _in_two(sentence: str) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    parts = re.fullmatch(r"(.+?)[，。；](请[^，。；]*(?:[，。；].*)?)。", sentence)
    return (parts[1], parts[2]) if parts else (sentence.removesuffix("。"), "请改正或删去这一行")


def told_values(row: Row, names: Sequence[str]) -> dict[str, Any]:
    """The row's values of some columns that the file has."""
    return {name: row.values[name] for name in names if name in row.values}


class AppropriationImporter(MoneyImporter):
    """指标: what documents granted a county or its townships."""

    kind = "appropriations"
    label = "资金指标"
    route = "appropriations_list"
    action = Action.FUND
    sheet = APPROPRIATION_SHEET
    book = Book(kind=kind, title="资金指标台账", sheets=(APPROPRIATION_SHEET,), rows=MOST_ROWS)
    what, others, told_at = "下达金额", "其他指标", "document"
    fields = ("year", "level", "document", "title", "batch", "issued_on", "item", "amount", "remark")

    def plan(self, rows: Sequence[Row], region: Region | None, actor: Actor, checked: Checked) -> Planned:
        """By the receiving region's name, else at the region chosen; a document twice in the file is told."""
        regions = Region.objects.visible_to(actor, Action.FUND).filter(level__in=GRANTED_TO)
        if region is not None:
            regions = regions.filter(code__startswith=region.prefix)
        named: dict[str, list[Region]] = defaultdict(list)
        for each in regions:
            named[each.name].append(each)
        planned = Planned()
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            if row.unread:
                continue
            where = self._receiver(row, region, named)
            if isinstance(where, Problem):
                report(checked, rows=[row], found=[(0, where)])
                continue
            values = {**told_values(row, self.fields), "region": where}
            values["document"] = tidy_document(values["document"])
            same = (
                where.code,
                values["document"],
                values.get("batch") or "",
                values["level"],
                values["year"],
            )
            if (first := seen.setdefault(same, row.number)) != row.number:
                reason = f"文号重复：与第{first}行是同一单位、级次、批次的同一个文件"
                problem = Problem("document", reason, "请删去重复的行；分批下达的，填写批次")
                report(checked, rows=[row], found=[(0, problem)])
                continue
            planned.append((row, values))
        return planned

    @staticmethod
    def _receiver(row: Row, region: Region | None, named: Mapping[str, list[Region]]) -> Region | Problem:
        name = row.values.get("region_name")
        if not name:
            if region is not None and region.level in GRANTED_TO:
                return region
            return Problem(
                "region_name", "没有写明接收单位", "请填写收到资金的县或乡镇，或在页面上方选择后再导入"
            )
        found = named.get(name, [])
        if len(found) == 1:
            return found[0]
        remedy = "请核对接收单位，或在页面上方选择收到资金的县或乡镇后再导入"
        if found:
            return Problem("region_name", f"有{len(found)}个单位叫“{name}”", remedy)
        return Problem("region_name", "不是您可以登记指标的县或乡镇", remedy)

    def bring(self, rows: Sequence[dict[str, Any]], actor: Actor) -> Brought:
        """Write the appropriations."""
        return bring_appropriations(rows=rows, actor=actor)

    def usual(self, planned: Planned, actor: Actor) -> list[Any]:
        """What else was granted to the same."""
        rows = Appropriation.objects.visible_to(actor)
        rows = rows.filter(region__in={values["region"] for _, values in planned})
        return usual_of(rows.exclude(document__in={values["document"] for _, values in planned}))


class Known:
    """What is known of the villages whose payments a file has: what was allocated there, and paid by the file's vouchers."""

    def __init__(self, rows: Sequence[Row], villages: set[Region], actor: Actor) -> None:
        there = Allocation.objects.visible_to(actor, Action.PAY).filter(region__in=villages)
        #: By village and project.
        self.given: dict[tuple[str, str], list[Allocation]] = defaultdict(list)
        for each in there.select_related("region", "project", "appropriation").order_by("pk"):
            self.given[each.region_id, each.project.name].append(each)
        vouchers = {row.values.get("voucher") for row in rows} - {None}
        paid = Payment.objects.unscoped("of allocations that the actor may pay of")
        #: By village, year and voucher.
        self.paid: dict[tuple[str, int, str], list[Payment]] = defaultdict(list)
        for one in paid.filter(allocation__in=there, voucher__in=vouchers).select_related(
            "allocation__project"
        ):
            self.paid[one.region_id, one.year, one.voucher].append(one)
        years = {row.values["on"].year for row in rows if row.values.get("on")}
        #: By year, then by village: why nothing can be written.
        self.closed = {year: closed_reasons(villages, year) for year in years}

    def same_voucher(self, row: Row, village: str) -> list[Payment]:
        """What was paid in the village and year by the row's voucher."""
        return self.paid.get((village, row.values["on"].year, row.values["voucher"]), [])

    def elsewhere(self, row: Row, allocation: Allocation) -> Payment | None:
        """A payment of the row's voucher of another allocation of the village."""
        found = self.same_voucher(row, allocation.region_id)
        return next((one for one in found if one.allocation_id != allocation.pk), None)

    def allocation(self, row: Row, village: Region | None) -> Allocation | Problem:
        """The allocation that a row means, or why there is none that can be paid of."""
        values, project = row.values, row.values["project_name"]
        if village is None:
            return Problem("village_name", "没有写明村", "请填写村，或在页面上方选择村后再导入")
        if reason := self.closed[values["on"].year][village.code]:
            return Problem("on", f"{reason}，不能登记支付", "请核对日期，或联系县级办公室")
        given = self.given.get((village.code, project))
        if not given:
            reason = f"没有给“{project}”安排过资金"
            remedy = "请核对村和项目名称；确实如此的，先登记资金安排"
            return Problem("project_name", reason, remedy, also=("village_name",))
        document = tidy_document(values["source_document"])
        fits = [
            each for each in given
            if each.appropriation.document == document
            and values.get("level") in (None, each.appropriation.level)
            and values.get("budget") in (None, each.appropriation.year)
        ]  # fmt: skip
        if not fits:
            sources = "、".join(dict.fromkeys(str(each.appropriation) for each in given))
            reason = f"没有从{document}给“{project}”安排过资金（安排的是{sources}）"
            return Problem(
                "source_document", reason, "请核对指标文号、级次和指标年度", also=("level", "budget")
            )
        if len(fits) > 1:
            known = {one.allocation_id for one in self.same_voucher(row, village.code)}
            fits = [each for each in fits if each.pk in known] or fits
        if len(fits) > 1:
            reason = f"从{document}给“{project}”安排过{len(fits)}笔，分不清付的是哪一笔"
            return Problem(
                "source_document", reason, "请补上指标年度和级次；仍分不清的，到这笔安排的页面上登记支付"
            )
        return fits[0]


class PaymentImporter(MoneyImporter):
    """支付: what was paid for projects, each against an allocation that is found by project and document."""

    kind = "payments"
    label = "资金支付"
    route = "payments_list"
    action = Action.PAY
    sheet = PAYMENT_SHEET
    book = Book(kind=kind, title="资金支付台账", sheets=(PAYMENT_SHEET,), rows=MOST_ROWS)
    what, others, told_at = "支付金额", "其他支付", "voucher"
    fields = ("on", "voucher", "payee", "amount", "remark")

    def plan(self, rows: Sequence[Row], region: Region | None, actor: Actor, checked: Checked) -> Planned:
        """The allocation of each row; a voucher twice in the file is told."""
        villages = Places(region, actor).of_rows(rows, checked)
        known = Known(rows, set(filter(None, villages)), actor)
        planned = Planned()
        seen: dict[tuple[Any, ...], int] = {}
        for row, village in zip(rows, villages, strict=True):
            if row.unread or (village is None and row.values.get("village_name")):
                continue  # that is told already
            found = known.allocation(row, village)
            if isinstance(found, Allocation):
                same = (found.pk, row.values["on"].year, row.values["voucher"])
                if (first := seen.setdefault(same, row.number)) == row.number:
                    planned.append((row, {**told_values(row, self.fields), "allocation": found}))
                    if other := known.elsewhere(row, found):
                        told = f"这个凭证号已登记在“{other.allocation.project.name}”（{money(other.amount)}元），请核对是否重复。"
                        planned.doubts.append(self.said(row, "voucher", told))
                    continue
                reason = f"凭证号重复：与第{first}行是同一笔安排"
                found = Problem("voucher", reason, "请删去重复的行，或核对凭证号")
            report(checked, rows=[row], found=[(0, found)])
        return planned

    def bring(self, rows: Sequence[dict[str, Any]], actor: Actor) -> Brought:
        """Write the payments."""
        return bring_payments(rows=rows, actor=actor)

    def usual(self, planned: Planned, actor: Actor) -> list[Any]:
        """What else was paid in these villages."""
        rows = Payment.objects.visible_to(actor)
        rows = rows.filter(region__in={values["allocation"].region_id for _, values in planned})
        return usual_of(rows.exclude(voucher__in={values["voucher"] for _, values in planned}))


IMPORTERS = (AppropriationImporter(), PaymentImporter())
