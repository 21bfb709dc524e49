"""The ledgers of this room in the village workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from funds.domain.claims import doubts_if_imported
from funds.domain.ledgers import save_benefits, save_partnerships, save_projects
from funds.enums import EnterpriseKind
from funds.interfaces.project_sheet import PROJECT_SHEET
from funds.interfaces.sheets import BENEFIT_SHEET, PARTNERSHIP_SHEET
from funds.models import Enterprise
from funds.models.project import DECLARED
from funds.queries.projects import proposed, usual_amounts
from funds.validators import benefit_problems, odd_amounts, partnership_problems, project_problems
from fupin.access import Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.models import Region
from fupin.sheets.reading import Row
from fupin.words import plain, wan_yuan
from households.interfaces.imports import closed_reasons
from households.interfaces.parts import household_found, problems_of_rows, repeated_rows
from households.queries.roster import Roster
from households.validators import Problem

Found = Iterator[tuple[int, Problem]]

#: So many doubtful rows of a workbook are told one by one; the others are on the page of doubts.
TOLD_DOUBTS = 20

#: The columns by which a row names a person.
WHOM = ("household_number", "person_name", "person_number")


class PartnershipPart:
    """市场主体: enterprises and cooperatives with their households."""

    kind = "partners"
    label = "市场主体带动台账"
    sheet = PARTNERSHIP_SHEET
    route = "partners_list"
    rank = 10

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Found:
        """A year to come, a household twice with one enterprise, households of elsewhere."""
        yield from problems_of_rows(rows, partnership_problems, year)
        yield from household_found(rows, roster)
        for index in repeated_rows(rows, ("enterprise_name", "household_number", "year")):
            yield index, Problem("household_number", "该户与该市场主体重复", "请删去重复的行")

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """An enterprise of another kind than the county has registered, or than an earlier row says."""
        names = {row.values.get("enterprise_name") for row in rows} - {None}
        enterprises = Enterprise.objects.unscoped("one in the whole county; what it is, is no secret")
        known = {enterprise.name: enterprise for enterprise in enterprises.filter(name__in=names)}
        kinds = {name: enterprise.kind for name, enterprise in known.items()}
        roster.brought[self.kind] |= names
        if any("enterprise_name" in row.unread for row in rows):
            roster.unread.add(self.kind)
        told = set()
        for row in rows:
            name, kind, business = (row.values.get(n) for n in ("enterprise_name", "kind", "business"))
            if name and kind and kinds.setdefault(name, kind) != kind:
                reason, remedy = f"“{name}”在本表有两种类型", "请改成一致"
                if name in known:
                    reason = f"该市场主体已登记为{EnterpriseKind(kinds[name]).label}"
                    remedy = "请核对类型和名称"
                checked.errors.append(row.error("kind", reason, remedy))
            if name in known and business not in (None, known[name].business) and name not in told:
                told.add(name)
                checked.notes.append(
                    f"工作表“{self.sheet.name}”{row.cells['business']}：“{name}”的主营已有登记，未作改动；"
                    "如需修改，请到“市场主体”页面。"
                )

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write enterprises and partnerships."""
        return save_partnerships(region=region, rows=rows, actor=actor)


class BenefitPart:
    """措施与资金: what households and people were given."""

    kind = "benefits"
    label = "到户措施与资金台账"
    sheet = BENEFIT_SHEET
    route = "benefits_list"
    rank = 20

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Found:
        """Contradictions in a row, a measure twice for somebody on a day, somebody not in the village."""
        yield from problems_of_rows(rows, benefit_problems, year)
        yield from household_found(rows, roster)
        for index, row in enumerate(rows):
            yield from ((index, problem) for problem in _person_problems(row, roster))
        names = ("household_number", "person_name", "person_number", "measure", "year", "on")
        for index in repeated_rows([_as_known(row, roster) for row in rows], names):
            reason = "同一户（人）同一年度、同一日期的这项措施重复"
            yield index, Problem("measure", reason, "请删去重复的行，或填写不同的日期")

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """Enterprises that nobody has registered; and, of rows with nothing wrong, a word on those that are doubtful."""
        self._enterprises(rows, roster, checked)
        if not checked.errors and not any(row.refused for row in rows):
            checked.notes += self._doubts(rows, roster, village)

    def _doubts(self, rows: Sequence[Row], roster: Roster, village: Region) -> Iterator[str]:
        """What is written all the same, and should be looked at again."""
        found = doubts_if_imported(region=village, rows=[row.values for row in rows], roster=roster)
        for index in sorted(found)[:TOLD_DOUBTS]:
            row, told = rows[index], (kind.told for kind in found[index])
            who = row.values.get("person_name") or row.values["household_number"]
            what = f"{who}的“{row.values['measure'].label}”"
            said = "；".join(f"{reason}，{remedy}" for reason, remedy in told)
            yield f"工作表“{self.sheet.name}”{row.cells.get('measure', '')}：{what}：{said}。"
        if len(found) > TOLD_DOUBTS:
            yield f"工作表“{self.sheet.name}”另有{len(found) - TOLD_DOUBTS}行有疑点，导入后见“到户资金疑点”页。"

    @staticmethod
    def _enterprises(rows: Sequence[Row], roster: Roster, checked: Checked) -> None:
        """Enterprises that nobody has registered."""
        if PartnershipPart.kind in roster.unread:
            return
        named = {name for row in rows if (name := row.values.get("enterprise_name"))}
        known = Enterprise.objects.unscoped("one in the whole county; only whether")
        there = (
            set(known.filter(name__in=named).values_list("name", flat=True))
            | roster.brought[PartnershipPart.kind]
        )
        for row in rows:
            name = row.values.get("enterprise_name")
            if name and name not in there:
                remedy = "请在“市场主体”表中填写，或先登记该市场主体"
                checked.errors.append(row.error("enterprise_name", f"没有登记“{name}”", remedy))

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the benefits."""
        return save_benefits(region=region, rows=rows, actor=actor)


class ProjectPart:
    """项目: projects of the village."""

    kind = "projects"
    label = "到村项目台账"
    sheet = PROJECT_SHEET
    route = "projects_list"
    rank = 30

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Found:
        """Contradictions in a row, a project twice in a year."""
        yield from problems_of_rows(rows, project_problems, year)
        for index in repeated_rows(rows, ("name", "year")):
            yield index, Problem("name", "同一年度有两个同名项目", "请合并，或写明不同的地点、标段")

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """What was proposed and says otherwise here; and a word on amounts that look as if 元 and 万元 were mixed up."""
        for row, name in proposed_otherwise(rows, village):
            reason = "该项目已经申报，内容和进度不能用表格修改"
            remedy = "请改回系统中的内容，或请审核的人退回后再改"
            checked.errors.append(row.error(name, reason, remedy))
        if any(row.values.get("year") == year + 1 for row in rows):
            ahead = closed_reasons([village], year + 1)[village.code]
            for row in rows if ahead else ():
                if row.values.get("year") == year + 1:
                    remedy = f"请填{year}年度，计划开工、完工日期填{year + 1}年的；或等县级办公室开设{year + 1}年度后再导入"
                    checked.errors.append(row.error("year", ahead, remedy))
        here = [row.values.get("amount") for row in rows]
        there = usual_amounts(village, {row.values.get("name") for row in rows})
        for index in odd_amounts([*here, *there]):
            if index < len(here):
                row, amount = rows[index], here[index]
                checked.notes.append(
                    f"工作表“{self.sheet.name}”{row.cells.get('amount', '')}：“{row.values.get('name')}”投入资金"
                    f"{plain(amount)}元（{wan_yuan(amount, 6)}万元），与其他项目相差悬殊，请核对单位是元还是万元。"
                )

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the projects."""
        return save_projects(region=region, rows=rows, actor=actor)


def proposed_otherwise(rows: Sequence[Row], village: Region) -> Iterator[tuple[Row, str]]:
    """Rows of projects that were proposed, with the first column in which they say something else. One query."""
    known = {(project.name, project.year): project for project in proposed(village)}
    for row in rows:
        project = known.get((row.values.get("name"), row.values.get("year")))
        for name in (*DECLARED, "stage") if project else ():
            if name in row.values and (row.values[name] or None) != (getattr(project, name) or None):
                yield row, name
                break


def _person_problems(row: Row, roster: Roster) -> Iterator[Problem]:
    """A person whom the household does not have, or has twice."""
    household, name, number = (row.values.get(column) for column in WHOM)
    if not (name or number) or row.unread & set(WHOM) or not roster.knows_family(household):
        return
    found = roster.find(household, name, number)
    column = "person_name" if name else "person_number"
    if not found:
        yield Problem(column, f"户编号 {household} 中没有这名成员", "请核对姓名、证件号码和户编号")
    elif len(found) > 1:
        yield Problem(column, "该户有同名成员", "请填写享受人证件号码")


def _as_known(row: Row, roster: Roster) -> Row:
    """The row with its person named as the roster names them: by name in one row and by number in another is one."""
    household, name, number = (row.values.get(column) for column in WHOM)
    found = roster.find(household, name, number) if household and (name or number) else []
    if len(found) != 1:
        return row
    said = {"person_name": found[0].name, "person_number": found[0].key}
    return replace(row, values={**row.values, **said})
