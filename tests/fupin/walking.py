"""All routes of the portal, with what they want, for tests that walk them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from funds.enums import Measure
from funds.interfaces.shapes import SHAPES
from funds.models import (
    Allocation,
    Appropriation,
    AppropriationEntry,
    Benefit,
    Enterprise,
    Loan,
    Partnership,
    Payment,
    Project,
    ProjectStep,
)
from fupin.access import SYSTEM
from fupin.domain.attachments import attach_file
from fupin.domain.job_files import path_of
from fupin.models import (
    Attachment,
    ExportLog,
    ImportRun,
    Job,
    Move,
    Region,
    Reveal,
    SavedView,
    User,
    YearMove,
)
from fupin.resource.exports import JOB as EXPORT
from households.domain.member_acts import add_member
from households.enums import ActKind, Relation
from households.models import (
    Act,
    Correction,
    Helper,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Pairing,
    PovertyLine,
    VillageYear,
)
from reports.models import (
    BlankForm,
    Era,
    NarrativeTemplate,
    Reopening,
    Report,
    ReportMove,
    Seal,
    SealedFile,
    SectionText,
    YearFigures,
)
from reports.models.report import ReportMoveKind
from reports.queries.blanks import JOB as FILLING
from reports.queries.bundles import JOB, Bundle
from reports.queries.yearbooks import KINDS as YEARBOOKS
from tests import factories as make
from tests.factories import YEAR

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@dataclass
class Village:
    """A village's rows, one of each kind that a route names."""

    region: Region
    household: HouseholdYear
    member: Membership
    profile: VillageYear
    pairing: Pairing
    attachment: Attachment
    run: ImportRun
    benefit: Benefit
    #: A loan without its terms, and one with them.
    unlent: Benefit
    loan: Loan
    project: Project
    #: The proposal of another project.
    step: ProjectStep
    partnership: Partnership
    enterprise: Enterprise
    #: Of the township's money for a third project: what arrived of it, what was allocated, and what of that was paid.
    change: AppropriationEntry
    allocation: Allocation
    payment: Payment
    #: A second allocation, of which nothing is paid.
    unpaid: Allocation
    entry: LedgerEntry
    income: IncomeItem
    #: The county's own, for both villages of a county.
    line: PovertyLine
    text: SectionText
    #: Asked for by the system's own user of the furnishing.
    correction: Correction
    #: Of the household's head: their papers were written down wrongly.
    act: Act
    #: Of the year before, sealed.
    report: Report
    #: That the township's cadre asked for; its routes lie at the township.
    bundle: Job
    #: A form of the level above that is kept at the village, and what that cadre has had filled in of it.
    blank: BlankForm
    filling: Job
    #: Exports of the same cadre: one that waits, and one with its file.
    waiting: Job
    exported: Job
    #: The township's yearbook, with its file, of the same cadre.
    yearbook: Job
    #: Of the user below, and nobody else's.
    view: SavedView
    reveal: Reveal
    #: Someone whose page an administrator may open.
    user: Any

    @cached_property
    def unused(self) -> Appropriation:
        """Money of the township that pays for nothing yet."""
        return make.AppropriationFactory(region=self.region.parent)


def furnish(household: HouseholdYear, *, helper: Any, user: Any, file_name: str = "照片.png") -> Village:
    """Give a household's village whatever a route can name."""
    place = household.region
    of_account, _ = Helper.objects.unscoped("tests").get_or_create(
        region=place, user=helper, defaults={"name": helper.name}
    )
    pairing, _ = Pairing.objects.unscoped("tests").get_or_create(
        region=place, household=household.household, helper=of_account, starts_on=date(2017, 1, 1)
    )
    word_the_county(place)
    partnership = make.PartnershipFactory(region=place, household=household.household)
    paid = make.LibraryProjectFactory(region=place)
    appropriation = make.AppropriationFactory(region=place.parent)
    allocation = make.AllocationFactory(appropriation=appropriation, project=paid)
    YearMove.objects.create(region=place, year=YEAR, move=Move.OPEN)
    Reopening.objects.unscoped("tests").get_or_create(
        region=place, year=YEAR, defaults={"reason": "漏报一户", "asked_by": helper}
    )
    ExportLog.objects.create(
        region=place, year=YEAR, user=helper, title="贫困户", columns=["户编号"], row_count=1, digest="0" * 64
    )
    return Village(
        region=place,
        household=household,
        member=Membership.objects.unscoped("tests").filter(household_year=household).order_by("pk")[0],
        profile=VillageYear.objects.unscoped("tests").get(region=place, year=YEAR),
        pairing=pairing,
        attachment=attach_file(target=household, file=ContentFile(PNG, name=file_name), actor=SYSTEM),
        run=ImportRun.objects.create(
            region=place,
            year=YEAR,
            kind="village",
            file_name=file_name.replace(".png", ".xlsx"),
            state=ImportRun.State.REFUSED,
            errors=[{"sheet": "户", "cell": "B4", "value": "", "reason": "没有填写", "remedy": "请填写"}],
            stored=default_storage.save("imports/walked", ContentFile(b"a,b\n1,2\n")),
            shown="0" * 64,
            columns=[{"sheet": "户", "position": 1, "header": "户号", "column": "", "proposed": ""}],
        ),
        benefit=make.BenefitFactory(
            region=place,
            household=household.household,
            amount=100,
            enterprise=make.EnterpriseFactory(region=place),
        ),  # fmt: skip
        unlent=make.BenefitFactory(
            region=place, household=household.household, measure=Measure.LOAN, on=date(YEAR, 4, 1)
        ),
        loan=make.loan(place, household, amount=60_000),
        project=make.ProjectFactory(region=place),
        step=make.ProjectStepFactory(region=place),
        change=make.AppropriationEntryFactory(appropriation=appropriation),
        allocation=allocation,
        payment=make.PaymentFactory(allocation=allocation),
        unpaid=make.AllocationFactory(appropriation=appropriation, project=paid, amount=50_000),
        partnership=partnership,
        enterprise=partnership.enterprise,
        entry=make.LedgerEntryFactory(region=place, household=household.household),
        income=make.IncomeItemFactory(household_year=household),
        line=a_line(place),
        text=make.SectionTextFactory(region=place),
        correction=make.CorrectionFactory(household_year=household, asked_by=helper),
        act=an_act(household),
        report=sealed_report(place),
        bundle=bundle_of(place),
        blank=(blank := make.BlankFormFactory(region=place)),
        filling=filling_of(blank),
        waiting=export_of(place),
        exported=export_of(place, done=True),
        yearbook=yearbook_of(place),
        view=SavedView.objects.create(user=user, list="households", name="低保户", query="category=04"),
        reveal=Reveal.objects.create(
            region=place,
            user=user,
            purpose=Reveal.Purpose.CHECK,
            note="核对",
            page="贫困户：一户",
            rows=[["households.Person", 1]],
        ),
        user=user,
    )


def a_line(place: Region) -> PovertyLine:
    """The line of a village's county."""
    lines = PovertyLine.objects.unscoped("tests").filter(region=place.parent.parent)
    return lines.first() or make.PovertyLineFactory(region=place.parent.parent)


def an_act(household: HouseholdYear) -> Act:
    """That somebody moved into the household, the only act of it."""
    return add_member(
        household=household.household, year=YEAR, kind=ActKind.MEMBER_MOVED_IN, on=date(YEAR, 5, 4), actor=SYSTEM,
        identity={"name": "来人", "sex": "1", "birth_date": date(1990, 2, 3)}, relation=Relation.OTHER, reason="投靠",
    )  # fmt: skip


def sealed_report(place: Region) -> Report:
    """A summary of the village's year before as if it had been sealed; and as if the figures of this year had been kept."""
    report, is_new = Report.objects.unscoped("tests").get_or_create(
        region=place, kind="village", year=YEAR - 1, first=YEAR - 1, since=2014,
        defaults={"state": Report.State.SEALED, "wording": 0, "approved": "0" * 64},
    )  # fmt: skip
    if is_new:
        content = {"title": "总结", "subtitle": "", "sections": [], "remarks": [], "figures": [], "files": {}}
        seal = Seal.objects.create(report=report, content=json.dumps(content), digest="0" * 64)
        SealedFile.objects.create(seal=seal, format="docx", name="总结.docx", content=PNG)
        ReportMove.objects.create(report=report, move=ReportMoveKind.SEAL)
        YearFigures.objects.create(
            region=place, year=YEAR, content=json.dumps({"figures": []}), digest="0" * 64
        )
    return report


def bundle_of(place: Region) -> Job:
    """The township's summaries, ready to be had by its cadre."""
    job = Job.objects.create(
        kind=JOB,
        actor=User.objects.filter(username="township").first(),
        arguments={
            "region": place.parent_id, "first": YEAR, "last": YEAR, "since": 2014, "formats": ["docx"],
            "villages": [place.code],
        },
        state=Job.State.DONE,
        message="已生成1村。",
        finished_at=timezone.now(),
    )  # fmt: skip
    default_storage.save(Bundle(job).path, ContentFile(b"PK"))
    return job


def filling_of(form: BlankForm) -> Job:
    """The form filled in, as the township's cadre asked for."""
    job = Job.objects.create(
        kind=FILLING,
        actor=User.objects.filter(username="township").first(),
        arguments={"form": form.pk, "region": form.region_id, "year": YEAR, "name": form.name},
        state=Job.State.DONE,
        finished_at=timezone.now(),
    )
    default_storage.save(path_of(job), ContentFile(b"PK"))
    return job


def export_of(place: Region, *, done: bool = False) -> Job:
    """The township's households as a list, asked for by its cadre."""
    at = {"region": place.parent_id, "year": YEAR}
    job = Job.objects.create(
        kind=EXPORT,
        actor=User.objects.filter(username="township").first(),
        arguments={
            **at, "path": reverse("households_export", kwargs=at), "query": "" if done else "sort=people", "title": "贫困户",
        },
        state=Job.State.DONE if done else Job.State.WAITING,
        finished_at=timezone.now() if done else None,
    )  # fmt: skip
    if done:
        default_storage.save(path_of(job), ContentFile(b"PK"))
    return job


def yearbook_of(place: Region) -> Job:
    """The township's yearbook, ready to be had by its cadre."""
    job = Job.objects.create(
        kind=YEARBOOKS["xlsx"], actor=User.objects.filter(username="township").first(),
        arguments={"region": place.parent_id, "year": YEAR}, state=Job.State.DONE, finished_at=timezone.now(),
    )  # fmt: skip
    default_storage.save(path_of(job), ContentFile(b"PK"))
    return job


def word_the_county(place: Region) -> None:
    """Two versions of the county's wording: the routes name the first, the second is in force."""
    for version in (1, 2):
        NarrativeTemplate.objects.unscoped("tests").get_or_create(
            region=place.parent.parent, kind="village", era=Era.UNTIL_2020, version=version,
            defaults={"text": f"# {{place}}总结\n## 一、贫困户\n第{version}版：{{poor:户人}}。"},
        )  # fmt: skip


def _nothing(_: Village) -> dict[str, Any]:
    return {}


def _place(village: Village) -> dict[str, Any]:
    return {"region": village.region.code, "year": YEAR}


def _township(village: Village) -> dict[str, Any]:
    return {"region": village.region.parent_id, "year": YEAR}


def _with(**more: Callable[[Village], Any] | str) -> Callable[[Village], dict[str, Any]]:
    def kwargs(village: Village) -> dict[str, Any]:
        return {**_place(village), **{k: v if isinstance(v, str) else v(village) for k, v in more.items()}}

    return kwargs


_HOUSEHOLD = _with(key=lambda v: v.household.household_id)
_MEMBER = _with(key=lambda v: v.member.pk)
_PROFILE = _with(key=lambda v: v.profile.pk)
_PAIRING = _with(key=lambda v: v.pairing.pk)
_HELPER = _with(key=lambda v: v.pairing.helper_id)
_BENEFIT = _with(key=lambda v: v.benefit.pk)
_LOAN = _with(key=lambda v: v.loan.pk)
#: It is more than may be lent: a doubt.
_LOAN_BENEFIT = _with(key=lambda v: v.loan.benefit_id)
_PROJECT = _with(key=lambda v: v.project.pk)
_STEP = _with(key=lambda v: v.step.pk)
_PARTNERSHIP = _with(key=lambda v: v.partnership.pk)
_ENTERPRISE = _with(key=lambda v: v.enterprise.pk)
_APPROPRIATION = _with(key=lambda v: v.allocation.appropriation_id)
_ALLOCATION = _with(key=lambda v: v.allocation.pk)
_PAYMENT = _with(key=lambda v: v.payment.pk)
_ENTRY = _with(key=lambda v: v.entry.pk)
_LINE = _with(key=lambda v: v.line.pk)
_ACT = _with(key=lambda v: v.act.pk)
_TEXT = _with(key=lambda v: v.text.pk)


_CORRECTION = _with(key=lambda v: v.correction.pk)


def _change(village: Village) -> dict[str, Any]:
    return {**_township(village), "key": village.change.pk}


def _blank(village: Village) -> dict[str, Any]:
    return {**_place(village), "key": village.blank.pk}


def _filling(village: Village) -> dict[str, Any]:
    return {**_blank(village), "job": village.filling.pk}


def _report(village: Village, **more: Any) -> dict[str, Any]:
    return {"region": village.region.code, "year": YEAR - 1, "key": village.report.pk, **more}


def _bundle(village: Village) -> dict[str, Any]:
    return {**_township(village), "key": village.bundle.pk}


def _job(name: str) -> Callable[[Village], dict[str, Any]]:
    return lambda village: {**_township(village), "key": getattr(village, name).pk}


#: Every route, and what its URL says of a village. A new route is entered here and in test_routes.py.
ROUTES: dict[str, Callable[[Village], dict[str, Any]]] = {
    "home": _nothing,
    "login": _nothing,
    "logout": _nothing,
    "password_change": _nothing,
    "users": _nothing,
    "user_create": _nothing,
    "user": lambda v: {"key": v.user.pk},
    "regions": _nothing,
    "attachment": lambda v: {"key": v.attachment.pk},
    "places": _place,
    "years": _place,
    "progress": _place,
    "ledger": _with(kind="households"),
    # The year before the first: nothing is declared there yet.
    "declare_nil": lambda v: {**_place(v), "year": YEAR - 1, "kind": "households"},
    "import": _place,
    "import_template": _with(kind="village"),
    "import_run": _with(key=lambda v: v.run.pk),
    "import_columns": _with(key=lambda v: v.run.pk),
    "import_marked": _with(key=lambda v: v.run.pk),
    "import_backfill": _with(key=lambda v: v.run.pk),
    "import_step": _with(key=lambda v: v.run.pk, step="drop"),
    "find": _place,
    "views": _place,
    "saved_view": _with(key=lambda v: v.view.pk),
    "reveals": _place,
    "exports": _place,
    "jobs": _place,
    "job": _job("waiting"),
    "job_file": _job("exported"),
    "villages_list": _place,
    "villages_detail": _PROFILE,
    "villages_history": _PROFILE,
    "villages_export": _place,
    "villages_edit": _PROFILE,
    "households_list": _place,
    "households_detail": _HOUSEHOLD,
    "households_history": _HOUSEHOLD,
    "households_export": _place,
    "households_export_full": _place,
    "households_edit": _HOUSEHOLD,
    "households_attach": _HOUSEHOLD,
    "households_create": _place,
    "households_family": _HOUSEHOLD,
    "households_number": _place,
    "households_correct": _HOUSEHOLD,
    "members_correct": _MEMBER,
    "corrections_list": _place,
    "corrections_detail": _CORRECTION,
    "corrections_decide": lambda v: {**_CORRECTION(v), "answer": "yes"},
    "households_reveal": _HOUSEHOLD,
    "households_card": _HOUSEHOLD,
    "households_cards": _place,
    "households_collect": _HOUSEHOLD,
    "households_collects": _place,
    "members_list": _place,
    "members_detail": _MEMBER,
    "members_history": _MEMBER,
    "members_export": _place,
    "members_export_full": _place,
    "members_roster_2019": _place,
    "members_roster_2019_full": _place,
    "members_roster_2022": _place,
    "members_roster_2022_full": _place,
    "members_edit": _MEMBER,
    "members_reveal": _MEMBER,
    "helpers_list": _place,
    "helpers_detail": _HELPER,
    "helpers_history": _HELPER,
    "helpers_export": _place,
    "helpers_export_full": _place,
    "helpers_edit": _HELPER,
    "helpers_create": _place,
    "helpers_reveal": _HELPER,
    "income_list": _place,
    "income_detail": _HOUSEHOLD,
    "income_history": _HOUSEHOLD,
    "income_export": _place,
    "income_edit": _HOUSEHOLD,
    "lines_list": _place,
    "lines_detail": _LINE,
    "lines_history": _LINE,
    "lines_edit": _LINE,
    "lines_create": _place,
    "pairings_list": _place,
    "pairings_detail": _PAIRING,
    "pairings_history": _PAIRING,
    "pairings_edit": _PAIRING,
    "pairings_create": _place,
    "work_list": _place,
    "work_detail": _ENTRY,
    "work_history": _ENTRY,
    "work_export": _place,
    "work_edit": _ENTRY,
    "work_create": _place,
    "work_remove": _ENTRY,
    "work_attach": _ENTRY,
    "acts_list": _place,
    "acts_detail": _ACT,
    "acts_history": _ACT,
    "acts_export": _place,
    "acts_undo": _ACT,
    "acts_menu": _HOUSEHOLD,
    "acts_record": _with(key=lambda v: v.household.household_id, kind="member_born"),
    "benefits_list": _place,
    "benefits_detail": _BENEFIT,
    "benefits_history": _BENEFIT,
    "benefits_export": _place,
    "benefits_edit": _BENEFIT,
    "benefits_create": _place,
    "benefits_remove": _BENEFIT,
    "benefits_ledgers": _place,
    "benefits_check": _place,
    **{f"benefits_shape_{shape}{more}": _place for shape in SHAPES for more in ("", "_full")},
    "claims_list": _place,
    "claims_detail": _LOAN_BENEFIT,
    "claims_history": _LOAN_BENEFIT,
    "claims_export": _place,
    "loans_list": _place,
    "loans_detail": _LOAN,
    "loans_history": _LOAN,
    "loans_export": _place,
    "loans_export_full": _place,
    "loans_edit": _LOAN,
    "loans_create": _place,
    "loans_reveal": _LOAN,
    "projects_list": _place,
    "projects_detail": _PROJECT,
    "projects_history": _PROJECT,
    "projects_export": _place,
    "projects_edit": _PROJECT,
    "projects_create": _place,
    "projects_remove": _PROJECT,
    "projects_attach": _PROJECT,
    "projects_step": _with(key=lambda v: v.project.pk, kind="01"),
    "steps_list": _place,
    "steps_detail": _STEP,
    "steps_history": _STEP,
    "steps_export": _place,
    "steps_attach": _STEP,
    "steps_back": _STEP,
    "partners_list": _place,
    "partners_detail": _PARTNERSHIP,
    "partners_history": _PARTNERSHIP,
    "partners_export": _place,
    "partners_edit": _PARTNERSHIP,
    "partners_create": _place,
    "partners_remove": _PARTNERSHIP,
    "enterprises_list": _place,
    "enterprises_detail": _ENTERPRISE,
    "enterprises_history": _ENTERPRISE,
    "enterprises_edit": _ENTERPRISE,
    "enterprises_create": _place,
    "money": _place,
    "money_checks": _place,
    "money_checks_export": _place,
    "appropriations_list": _place,
    "appropriations_detail": _APPROPRIATION,
    "appropriations_history": _APPROPRIATION,
    "appropriations_export": _place,
    "appropriations_edit": lambda v: {**_township(v), "key": v.allocation.appropriation_id},
    "appropriations_create": _township,
    "appropriations_remove": lambda v: {**_township(v), "key": v.unused.pk},
    "changes_list": _township,
    "changes_detail": _change,
    "changes_history": _change,
    "changes_export": _township,
    "changes_create": _township,
    "changes_remove": _change,
    "allocations_list": _place,
    "allocations_detail": _ALLOCATION,
    "allocations_history": _ALLOCATION,
    "allocations_export": _place,
    "allocations_subsidies": _place,
    "allocations_edit": _ALLOCATION,
    "allocations_create": _place,
    "allocations_remove": _with(key=lambda v: v.unpaid.pk),
    "payments_list": _place,
    "payments_detail": _PAYMENT,
    "payments_history": _PAYMENT,
    "payments_export": _place,
    "payments_edit": _PAYMENT,
    "payments_create": _place,
    "payments_remove": _PAYMENT,
    "payments_attach": _PAYMENT,
    "texts_list": _place,
    "texts_detail": _TEXT,
    "texts_history": _TEXT,
    "texts_export": _place,
    "texts_edit": _TEXT,
    "texts_create": _place,
    "texts_remove": _TEXT,
    "overview": _place,
    "dashboard": _place,
    "dashboard_panel": _with(panel="category"),
    "statistics": _place,
    "statistics_export": _place,
    "summary": _with(kind="village"),
    "closing": _place,
    "closing_since": _place,
    "reports": _place,
    "report": _report,
    "report_since": _report,
    "report_file": partial(_report, format="docx"),
    "bundles": _township,
    "bundle": _bundle,
    "bundle_file": _bundle,
    "blanks": _place,
    "blank": _blank,
    "blank_file": _filling,
    "proof": _place,
    "yearbook": _township,
    "yearbook_file": _job("yearbook"),
    "definitions": _place,
    "wording": _with(kind="village"),
    "wording_version": _with(kind="village", era="until_2020", version="1"),
    "figure_rows": _with(code="poor.households"),
    "figure_export": _with(code="poor.households"),
}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every route of the urlconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def url_of(name: str, village: Village) -> str:
    """The URL of a route for a village."""
    return reverse(name, kwargs=ROUTES[name](village))


def written() -> int:
    """How many rows the audit, the imports and the queue hold: it grows with every write of the portal."""
    with connection.cursor() as cursor:
        cursor.execute(_count_of_what_is_written())
        return cursor.fetchone()[0]


@cache
def _count_of_what_is_written() -> str:
    # One statement: the walkers ask a thousand times.
    events = [m for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    assert events, "nothing is audited"
    counted = [model._meta.db_table for model in (*events, ImportRun, Job, YearMove)]
    # Neither an import that is dropped nor a job that is cancelled has a row more.
    counted += [
        f"{ImportRun._meta.db_table} WHERE state = '{ImportRun.State.DROPPED}'",
        f"{Job._meta.db_table} WHERE finished_at IS NOT NULL",
    ]
    return "SELECT " + " + ".join(f"(SELECT count(*) FROM {rows})" for rows in counted)


def body_of(response: Any) -> bytes:
    """The bytes of an answer, streamed or not. (Its close() would end the test's database connection.)"""
    if not response.streaming:
        return response.content
    content = b"".join(response)
    for close in response._resource_closers:
        close()
    return content


def texts_of(response: Any) -> str:
    """All that a body says; of a workbook every part of it, as it stands in the file."""
    body = body_of(response)
    if "spreadsheetml" not in response.get("Content-Type", ""):
        return body.decode(errors="replace")
    with ZipFile(BytesIO(body)) as package:
        return "\n".join(package.read(name).decode(errors="replace") for name in package.namelist())


def rows_of(response: Any) -> list[list[Any]]:
    """The header and the rows of an exported list, without running number, 合计 and 填报人."""
    sheet = load_workbook(BytesIO(body_of(response))).worksheets[0]
    header, *rows = (list(row) for row in sheet.iter_rows(min_row=3, values_only=True))
    kept = [row for row in rows if isinstance(row[0], int)]
    assert header[0] == "序号" and [row[0] for row in kept] == list(range(1, len(kept) + 1))
    assert all(row[0] == "合计" or str(row[0]).startswith("填报人：") for row in rows[len(kept) :])
    return [row[1:] for row in (header, *kept)]
