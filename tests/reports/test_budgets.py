"""Statements of every page as literal numbers, the same at 3 rows and at 30; every column orders both ways."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.enums import (
    EnterpriseKind,
    FundChange,
    FundLevel,
    LoanUse,
    Measure,
    ProjectNature,
    ProjectStage,
)
from funds.library import LIFE, StepKind, TenderWay
from fupin.access import SYSTEM, Role
from fupin.audit import acting
from fupin.domain.attachments import attach_file
from fupin.models import ImportRun, Job, RegionYear, Reveal, RoleAssignment, SavedView
from fupin.resource import Resource
from households.conditions import ResidentRole
from households.enums import (
    MAIN_CAUSES,
    ActKind,
    Cause,
    Education,
    Health,
    LabourSkill,
    PovertyCategory,
    PovertyStatus,
    Relation,
)
from households.income import IncomeKind
from households.interfaces.resources import PairingResource
from households.models import Act, Helper, HouseholdYear, Membership, Pairing, Person, VillageYear
from households.work import WorkKind
from reports.queries.bundles import JOB
from tests import factories as make
from tests.conftest import standing
from tests.library.walk import take

pytestmark = pytest.mark.django_db

YEAR = make.YEAR
VILLAGE, TOWNSHIP = "421199103206", "421199103000"

#: Who opens which page, and how many statements it takes. Beside session, user and roles (3) each page of the
#: register reads its place, and the frame around it the years there are (once, however many parts it is drawn in).
BUDGETS = [
    ("clerk", "overview", {}, 11),
    ("clerk", "places", {}, 6),
    ("clerk", "import", {}, 6),
    ("clerk", "import_run", {"key": "run"}, 9),
    ("clerk", "summary", {"kind": "village"}, 22),
    ("clerk", "definitions", {}, 5),
    ("clerk", "villages_list", {}, 8),
    ("clerk", "villages_detail", {"key": "profile"}, 6),
    ("clerk", "villages_edit", {"key": "profile"}, 7),
    ("clerk", "villages_history", {"key": "profile"}, 9),
    ("clerk", "villages_export", {}, 7),
    ("clerk", "households_list", {}, 10),
    ("clerk", "households_detail", {"key": "household"}, 19),
    ("clerk", "households_edit", {"key": "household"}, 7),
    ("clerk", "households_history", {"key": "household"}, 26),
    ("clerk", "households_export", {}, 7),
    ("clerk", "acts_list", {}, 12),
    ("clerk", "acts_detail", {"key": "act"}, 8),
    ("clerk", "acts_export", {}, 7),
    ("clerk", "acts_menu", {"key": "household"}, 8),
    ("clerk", "members_list", {}, 8),
    ("clerk", "members_detail", {"key": "member"}, 6),
    ("clerk", "members_edit", {"key": "member"}, 7),
    ("clerk", "members_history", {"key": "member"}, 11),
    ("clerk", "members_export", {}, 7),
    ("clerk", "helpers_list", {}, 8),
    ("clerk", "helpers_detail", {"key": "helper"}, 7),
    ("township", "helpers_edit", {"key": "helper"}, 10),
    ("clerk", "income_list", {}, 10),
    ("clerk", "income_detail", {"key": "household"}, 8),
    ("clerk", "income_edit", {"key": "household"}, 9),
    ("clerk", "income_history", {"key": "household"}, 7),
    ("clerk", "income_export", {}, 7),
    ("clerk", "lines_list", {}, 8),
    ("clerk", "pairings_list", {}, 8),
    ("clerk", "pairings_detail", {"key": "pairing"}, 7),
    ("clerk", "pairings_history", {"key": "pairing"}, 11),
    ("clerk", "work_list", {}, 9),
    ("clerk", "work_detail", {"key": "entry"}, 7),
    ("clerk", "work_edit", {"key": "entry"}, 8),
    ("clerk", "work_create", {}, 7),
    ("clerk", "work_history", {"key": "entry"}, 9),
    ("clerk", "work_export", {}, 7),
    ("clerk", "work_remove", {"key": "entry"}, 6),
    ("clerk", "benefits_list", {}, 10),
    ("clerk", "benefits_detail", {"key": "benefit"}, 8),
    ("clerk", "benefits_edit", {"key": "benefit"}, 10),
    ("clerk", "benefits_create", {}, 9),
    ("clerk", "benefits_history", {"key": "benefit"}, 12),
    ("clerk", "benefits_export", {}, 7),
    ("clerk", "benefits_remove", {"key": "benefit"}, 6),
    ("clerk", "benefits_ledgers", {}, 6),
    ("clerk", "benefits_check", {}, 8),
    ("clerk", "benefits_shape_production", {}, 9),
    ("clerk", "claims_list", {}, 9),
    ("clerk", "claims_export", {}, 7),
    ("clerk", "loans_list", {}, 9),
    ("clerk", "loans_detail", {"key": "loan"}, 6),
    ("clerk", "loans_edit", {"key": "loan"}, 10),
    ("clerk", "loans_create", {}, 7),
    ("clerk", "loans_export", {}, 7),
    ("clerk", "projects_list", {}, 9),
    ("clerk", "projects_detail", {"key": "project"}, 11),
    ("clerk", "projects_detail", {"key": "library"}, 11),
    ("clerk", "projects_edit", {"key": "project"}, 7),
    ("clerk", "projects_create", {}, 6),
    ("clerk", "projects_export", {}, 7),
    ("clerk", "projects_remove", {"key": "project"}, 6),
    ("township", "projects_step", {"key": "library", "kind": "14"}, 7),
    ("clerk", "steps_list", {}, 8),
    ("clerk", "steps_detail", {"key": "step"}, 7),
    ("clerk", "steps_export", {}, 7),
    ("clerk", "partners_list", {}, 9),
    ("clerk", "partners_detail", {"key": "partnership"}, 7),
    ("clerk", "partners_edit", {"key": "partnership"}, 9),
    ("clerk", "partners_create", {}, 8),
    ("clerk", "partners_export", {}, 7),
    ("clerk", "partners_remove", {"key": "partnership"}, 6),
    ("clerk", "enterprises_list", {}, 8),
    ("clerk", "enterprises_detail", {"key": "enterprise"}, 6),
    ("clerk", "enterprises_edit", {"key": "enterprise"}, 7),
    ("clerk", "enterprises_create", {}, 6),
    ("county", "money", {}, 10),
    ("clerk", "money", {}, 13),
    ("county", "money_checks", {}, 15),
    ("county", "money_checks_export", {}, 15),
    ("county", "appropriations_list", {}, 9),
    ("county", "appropriations_detail", {"key": "appropriation"}, 8),
    ("county", "appropriations_edit", {"key": "appropriation"}, 7),
    ("county", "appropriations_create", {}, 6),
    ("county", "appropriations_export", {}, 7),
    ("clerk", "appropriations_list", {}, 9),
    ("county", "changes_list", {}, 9),
    ("county", "changes_detail", {"key": "change"}, 6),
    ("county", "changes_create", {}, 7),
    ("county", "changes_export", {}, 7),
    ("clerk", "allocations_list", {}, 9),
    ("clerk", "allocations_detail", {"key": "allocation"}, 7),
    ("township", "allocations_create", {}, 8),
    ("clerk", "allocations_export", {}, 7),
    ("clerk", "allocations_subsidies", {}, 7),
    ("clerk", "payments_list", {}, 9),
    ("clerk", "payments_detail", {"key": "payment"}, 7),
    ("township", "payments_create", {}, 7),
    ("clerk", "payments_export", {}, 7),
    ("clerk", "texts_list", {}, 8),
    ("clerk", "texts_detail", {"key": "text"}, 6),
    ("clerk", "texts_edit", {"key": "text"}, 7),
    ("clerk", "texts_create", {}, 7),
    ("clerk", "texts_export", {}, 7),
    ("clerk", "texts_remove", {"key": "text"}, 6),
    ("clerk", "figure_rows", {"code": "poor.people"}, 12),
    ("clerk", "figure_export", {"code": "poor.people"}, 7),
    ("clerk", "figure_rows", {"code": "profile.people"}, 10),
    ("clerk", "figure_rows", {"code": "production.people"}, 12),
    ("clerk", "figure_rows", {"code": "production.share"}, 13),
    ("clerk", "figure_rows", {"code": "firms"}, 11),
    ("clerk", "figure_rows", {"code": "projects.1.amount"}, 13),
    ("clerk", "figure_rows", {"code": "work.meetings.times"}, 11),
    ("clerk", "figure_export", {"code": "production.people"}, 7),
    ("clerk", "figure_export", {"code": "projects.1.amount"}, 9),
    ("township", "overview", {}, 13),
    ("township", "ledger", {"kind": "roster"}, 8),
    ("township", "places", {}, 6),
    ("township", "bundles", {}, 6),
    ("township", "bundle", {"key": "bundle"}, 6),
    ("clerk", "blanks", {}, 6),
    ("clerk", "blank", {"key": "blank"}, 8),
    ("clerk", "proof", {}, 23),
    ("township", "proof", {}, 33),
    ("county", "proof", {}, 30),
    ("township", "yearbook", {}, 7),
    ("township", "villages_list", {}, 8),
    ("township", "villages_export", {}, 7),
    ("township", "households_list", {}, 10),
    ("township", "pairings_create", {}, 8),
    ("township", "figure_rows", {"code": "profile.people"}, 10),
    ("township", "benefits_list", {}, 9),
    ("township", "enterprises_list", {}, 8),
    ("county", "years", {}, 10),
    ("township", "reports", {}, 8),
    ("county", "closing", {}, 55),
    ("clerk", "progress", {}, 10),
    ("township", "progress", {}, 8),
    ("county", "progress", {}, 8),
    ("county", "wording", {"kind": "village"}, 9),
    ("helper", "households_list", {}, 10),
    ("helper", "households_detail", {"key": "household"}, 19),
    ("helper", "benefits_list", {}, 10),
    ("county", "reveals", {}, 7),
    ("county", "exports", {}, 7),
    ("township", "jobs", {}, 6),
    ("administrator", "users", {}, 7),
    ("administrator", "user", {"key": "user"}, 5),
    ("administrator", "regions", {}, 5),
]  # fmt: skip


#: Pages that this process has shown already.
WARM: set[tuple[str, str]] = set()


class Rows:
    """A world with so many of everything that a page lists."""

    def __init__(self, count: int) -> None:
        self.township = make.region(TOWNSHIP, "七里坪镇")
        self.village = make.village(VILLAGE, "甲村")
        for index in range(count):
            other = make.village(f"4211991033{index:02d}", f"{index}村")
            make.VillageYearFactory(
                region=other, households=index, people=100 + index, labour=10 + index, away_labour=index,
                farmland=index, groups=index, main_industries=f"第{index}种", is_key_village=index % 2,
            )  # fmt: skip
        RegionYear.objects.unscoped("tests").filter(region=other).update(state=RegionYear.State.CLOSED)
        self.profile = make.VillageYearFactory(region=self.village)
        self.households = [self.add_household(index) for index in range(count)]
        self.household = self.households[0]
        for _ in range(count):
            make.MembershipFactory(household_year=self.household)
        self.member = Membership.objects.unscoped("tests").filter(household_year=self.household).first()
        self.users = {
            role: make.user(role, self.village.parent.parent if role == Role.COUNTY else place)
            for role, place in (
                (Role.CLERK, self.village),
                (Role.TOWNSHIP, self.township),
                (Role.HELPER, self.village),
                (Role.COUNTY, self.village),
                (Role.ADMINISTRATOR, self.township.parent),
            )
        }
        for index in range(count):
            self.add_happenings(index)
            self.add_ledgers(index)
        # Whether the nation's lines are still there depends on the tests before: the county has one of its own.
        make.PovertyLineFactory(region=self.township.parent)
        self.user = self.colleague
        self.helper = Helper.objects.unscoped("tests").filter(user=self.colleague).first()
        self.pairing = Pairing.objects.unscoped("tests").filter(household=self.household.household).first()
        self.run = ImportRun.objects.unscoped("tests").first()
        self.bundle = Job.objects.filter(actor=self.users[Role.TOWNSHIP]).first()

    def add_household(self, index: int) -> HouseholdYear:
        """One of ever another kind."""
        has_left = index % 2
        row = make.household(
            self.village, size=2, group=index, category=PovertyCategory.values[index % 3],
            status=PovertyStatus.EXITED_BEFORE if has_left else PovertyStatus.NOT_EXITED,
            exit_year=2000 + index % 17 if has_left else None, main_cause=MAIN_CAUSES[index % 5],
            other_causes=[Cause.OTHER],
        )  # fmt: skip
        for i, of_it in enumerate(Membership.objects.unscoped("tests").filter(household_year=row)):
            of_it.education = Education.values[(index + i) % 6]
            of_it.health = Health.values[(index + i) % 4]
            of_it.labour_skill = LabourSkill.values[(index + i) % 4]
            of_it.relation = Relation.values[0 if i == 0 else 1 + index % 9]
            of_it.save()
            born = date(1940 + 3 * index, 1, 1 + i)
            Person.objects.unscoped("tests").filter(pk=of_it.person_id).update(birth_date=born)
        return row

    def add_happenings(self, index: int) -> None:
        """A colleague with two roles, and what each did: a change, an import, a file, a pairing, an act."""
        self.colleague = make.user(Role.TEAM, self.village, unit=f"第{index}局", is_active=bool(index % 2))
        RoleAssignment.objects.create(user=self.colleague, role=Role.HELPER, region=self.township)
        day = date(YEAR, 1, 1) + timedelta(days=index)
        with acting(self.colleague, via="form"):
            for model, pk in (
                (HouseholdYear, self.household.pk), (Membership, self.member.pk), (VillageYear, self.profile.pk),
            ):  # fmt: skip
                field = "position" if model is VillageYear else "remark"
                model.objects.unscoped("tests").filter(pk=pk).update(**{field: f"第{index}次"})
            file = ContentFile(b"\x89PNG\r\n\x1a\n%d" % index, name=f"{index}.png")
            attach_file(target=self.household, file=file, actor=SYSTEM)
            for account, home in (
                (self.users[Role.HELPER], self.households[index]), (self.colleague, self.household),
            ):  # fmt: skip
                helper, _ = Helper.objects.unscoped("tests").get_or_create(
                    region=self.village, user=account,
                    defaults={
                        "name": f"帮{account.pk}", "unit": f"第{index}局", "position": f"{index}级", "sex": str(1 + index % 2),
                        "phone": f"138710{index:05d}", "resident_role": ResidentRole.values[index % 3],
                    },
                )  # fmt: skip
                pairing = Pairing.objects.create(
                    region=self.village, household=home.household, helper=helper, starts_on=day,
                    ends_on=day + timedelta(days=4000),
                )  # fmt: skip
                Pairing.objects.unscoped("tests").filter(pk=pairing.pk).update(ends_on=None)
            self.act = Act.objects.create(
                region=self.village, year=YEAR, household=self.household.household, person=self.member.person,
                kind="corrected", on=day, reason=f"第{index}次", change=index - 3,
                other_household=self.households[index].household, recorded_by=self.colleague,
            )  # fmt: skip
            Act.objects.create(
                region=self.village, year=YEAR, household=self.households[index].household,
                kind=ActKind.values[index % 8], on=day,
            )  # fmt: skip
        Reveal.objects.create(
            region=self.village, user=self.colleague, purpose="check", note=f"第{index}次", page="户", rows=[]
        )
        SavedView.objects.create(user=self.users[Role.CLERK], list="households", name=f"视图{index}")
        ImportRun.objects.create(
            region=self.village, year=YEAR, kind="village", file_name=f"{index}.xlsx", actor=self.colleague
        )
        years = {"first": YEAR, "last": YEAR, "since": YEAR}
        Job.objects.create(
            kind=JOB, actor=self.users[Role.TOWNSHIP], state=Job.State.DONE,
            arguments={"region": TOWNSHIP, **years, "formats": ["docx"], "villages": [VILLAGE] * index},
        )  # fmt: skip

    def add_ledgers(self, index: int) -> None:
        """A row of each ledger, of ever another household, person and enterprise."""
        home, place = self.households[index], {"region": self.village}
        make.IncomeItemFactory(
            household_year=self.household,
            kind=IncomeKind.values[index % len(IncomeKind)],
            amount=1000 + index,
        )
        if index:
            make.IncomeItemFactory(household_year=home, kind=IncomeKind.PENSION, amount=index)
        member = Membership.objects.unscoped("tests").filter(household_year=home).last()
        firm = make.EnterpriseFactory(**place, business=f"第{index}种", kind=EnterpriseKind.values[index % 4])
        measure, day = list(Measure)[index % len(Measure)], date(YEAR, 1, 1) + timedelta(days=index)
        self.benefit = make.BenefitFactory(
            **place, household=self.household.household, person=member.person, measure=measure, on=day,
            enterprise=firm, amount=index, quantity=index, unit="个", standard=index, tranche=f"第{index}批",
        )  # fmt: skip
        self.loan = make.loan(
            self.village, home, on=day, person=member.person, enterprise=firm, amount=50_000 + index,
            bank=f"第{index}行", use=LoanUse.values[index % 2], lent_on=day, due_on=date(YEAR + index % 3, 6, 1 + index % 28),
            extended_to=date(YEAR + 4, 1, 1) + timedelta(days=index) if index % 5 == 0 else None,
        )  # fmt: skip
        make.BenefitFactory(**place, household=home.household, measure=measure)
        self.project = make.ProjectFactory(
            **place, position=index, amount=index, quantity=index, unit="个", stage=ProjectStage.values[index % 4],
            nature=ProjectNature.values[index % 4], source=f"第{index}笔", site=f"{index}组",
        )  # fmt: skip
        if index == 0:
            self.library = make.LibraryProjectFactory(**place)
            for kind in LIFE[: LIFE.index(StepKind.STARTED) + 1]:
                take(self.library, kind)
        self.step = make.ProjectStepFactory(
            **place, project=self.library, kind=StepKind.PROGRESS, on=date(YEAR, 3, 1) + timedelta(days=index),
            document=f"{index}号", amount=index, share=index, way=TenderWay.values[index % 4], recorded_by=self.colleague,
        )  # fmt: skip
        self.add_money(index, day)
        for other in self.households[: index + 1]:
            self.partnership = make.PartnershipFactory(
                **place, household=other.household, enterprise=firm, remark=f"第{index}户"
            )
        self.enterprise = firm
        self.entry = make.LedgerEntryFactory(
            **place, on=day, household=home.household, attendance=index, households=index, people=index,
            pieces=index, amount=index, kind=list(WorkKind)[index % len(WorkKind)],
        )  # fmt: skip
        self.text = make.SectionTextFactory(**place, chapter=str(1 + index % 7), text=f"第{index}段")
        self.blank = make.BlankFormFactory(region=self.village, name=f"第{index}张")
        arguments = {
            "form": self.blank.pk,
            "region": self.village.code,
            "year": YEAR,
            "name": self.blank.name,
        }
        for _ in range(index):
            Job.objects.create(kind="blank_form", actor=self.users[Role.CLERK], arguments=arguments)

    def add_money(self, index: int, day: date) -> None:
        """An appropriation of the county, what became of it, and what was paid of it for the project."""
        self.appropriation = make.AppropriationFactory(
            region=self.township.parent, amount=900_000 + index, level=FundLevel.values[index % 5], issued_on=day,
        )  # fmt: skip
        self.change = make.AppropriationEntryFactory(
            appropriation=self.appropriation, kind=FundChange.values[index % 3], amount=100 + index, on=day,
            document=f"{index}号", reason=f"第{index}次",
        )  # fmt: skip
        self.allocation = make.AllocationFactory(
            appropriation=self.appropriation, project=self.library, amount=10_000 + 3 * index, on=day
        )
        self.payment = make.PaymentFactory(
            allocation=self.allocation,
            amount=5_000 + index,
            on=day + timedelta(days=90),
            payee=f"第{index}公司",
        )

    def url(self, persona: str, route: str, kwargs: dict[str, str]) -> str:
        """The route's URL at the persona's place."""
        named = {
            "household": self.household.household_id,
            "code": kwargs.get("code"),
            "village": "village",
            "roster": "households",
        }
        values: dict[str, Any] = {
            name: named[said]
            if said in named
            else said
            if name in ("code", "kind")
            else getattr(self, said).pk
            for name, said in kwargs.items()
        }
        place = {"clerk": VILLAGE, "helper": VILLAGE, "township": TOWNSHIP, "county": "421199000000"}
        if persona in place:
            values |= {"region": place[persona], "year": YEAR}
        return reverse(route, kwargs=values)


def client_for(rows: Rows, persona: str) -> Client:
    client = Client()
    client.force_login(rows.users[Role(persona)], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="module")
def rows(request, django_db_setup, django_db_blocker):
    """The world with so many of everything, made once for all tests that want it."""
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            made = Rows(request.param)
        yield made


few_and_many = pytest.mark.parametrize("rows", [3, 30], indirect=True, scope="module")


@few_and_many
def test_pages_take_their_statements(rows):
    taken = []
    for persona, route, kwargs, _statements in BUDGETS:
        client, url = client_for(rows, persona), rows.url(persona, route, kwargs)
        if (route, str(kwargs)) not in WARM:  # what is read once per process has been read
            assert client.get(url).status_code == 200
            WARM.add((route, str(kwargs)))
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
            b"".join(response)
        assert response.status_code == 200
        taken.append((persona, route, kwargs, len(captured)))
    assert taken == BUDGETS


def test_a_summary_takes_no_more_than_25():
    taken = {route: statements for _, route, _, statements in BUDGETS}
    assert taken["summary"] <= 25


@few_and_many
def test_one_more_statement_a_row_is_noticed(rows, monkeypatch):
    """The list without its joins: what the budgets are there to find."""
    monkeypatch.setattr(
        PairingResource,
        "rows",
        lambda self, actor, place: Resource.rows(self, actor, place).select_related(None),
    )
    client, url = client_for(rows, "clerk"), rows.url("clerk", "pairings_list", {})
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    ((budget,),) = [[n for _, route, _, n in BUDGETS if route == "pairings_list"]]
    assert len(captured) > budget + len(rows.households)


# --- order ---------------------------------------------------------------------------------------------------

#: Lists and the columns that order them.
ORDERED = [
    ("clerk", "households_list", {},
     ["household", "people", "region", "group", "category", "status", "exit_year", "main_cause"]),
    ("clerk", "members_list", {},
     ["person", "sex", "age", "relation", "household", "region", "education", "health", "labour_skill"]),
    ("clerk", "pairings_list", {}, ["household", "helper", "starts_on", "ends_on"]),
    ("clerk", "helpers_list", {},
     ["name", "sex", "unit", "position", "resident_role", "phone", "region", "households"]),
    ("clerk", "acts_list", {}, ["on", "kind", "person", "household", "region", "change"]),
    ("clerk", "work_list", {},
     ["on", "kind", "title", "region", "household_number", "attendance", "households", "people", "pieces", "amount"]),
    ("clerk", "benefits_list", {},
     ["household_number", "person_name", "region", "measure", "year", "on", "tranche", "quantity", "standard",
      "amount", "enterprise_name"]),
    ("clerk", "claims_list", {},
     ["household_number", "person_name", "region", "measure", "amount", "on", "quantity", "standard", "year", "tranche"]),
    ("clerk", "loans_list", {},
     ["household_number", "person_name", "region", "amount", "left", "overdue", "due_on", "bank", "use", "enterprise_name"]),
    ("clerk", "projects_list", {},
     ["position", "name", "region", "year", "category", "nature", "quantity", "amount", "source", "stage", "reached"]),
    ("clerk", "partners_list", {}, ["enterprise_name", "kind", "household_number", "region", "remark"]),
    ("clerk", "enterprises_list", {}, ["name", "kind", "business", "region", "households"]),
    ("county", "appropriations_list", {},
     ["document", "level", "region", "amount", "effective", "arrived", "allocated", "paid", "left"]),
    ("county", "changes_list", {}, ["on", "kind", "amount", "source", "level", "region", "document", "reason"]),
    ("clerk", "allocations_list", {},
     ["project_name", "region", "level", "source", "on", "amount", "paid", "unpaid"]),
    ("clerk", "payments_list", {},
     ["on", "project_name", "region", "payee", "voucher", "amount", "level", "source"]),
    ("clerk", "texts_list", {}, ["chapter", "position", "region"]),
    ("clerk", "figure_rows", {"code": "poor.people"},
     ["household", "people", "region", "group", "category", "status", "exit_year", "main_cause"]),
    ("township", "villages_list", {},
     ["region", "is_key_village", "groups", "households", "people", "labour", "away_labour", "farmland",
      "main_industries"]),
    ("county", "years", {}, ["region", "year", "state", "due_on"]),
    ("county", "progress", {}, ["region", "township", "state", "moved_at", "due_on"]),
    ("administrator", "users", {}, ["username", "name", "unit", "is_active", "last_login"]),
    ("administrator", "regions", {}, ["code", "name", "level", "parent", "valid_to"]),
]  # fmt: skip
#: Columns whose cells are shown in the very order they sort by; codes and names sort by number and pinyin.
NUMBERS = {"people", "group", "exit_year", "groups", "households", "labour", "away_labour", "age"}
#: Columns in which this world's rows are alike.
SAME = {
    "households_list.region", "members_list.region", "figure_rows.region", "pairings_list.ends_on", "helpers_list.region", "acts_list.region",
    "years.year", "regions.valid_to", "work_list.region", "benefits_list.region", "projects_list.region",
    "appropriations_list.region", "changes_list.region", "allocations_list.region", "payments_list.region",
    "allocations_list.project_name", "payments_list.project_name",
    "partners_list.region", "enterprises_list.region", "texts_list.region", "benefits_list.year",
    "claims_list.region", "claims_list.year", "loans_list.region",
    "projects_list.year", "years.due_on", "progress.township", "progress.moved_at", "progress.due_on",
}  # fmt: skip


@pytest.mark.parametrize("rows", [12], indirect=True, scope="module")
@pytest.mark.parametrize(
    ("persona", "route", "kwargs", "columns"), ORDERED, ids=lambda value: str(value)[:20]
)
def test_every_column_orders_both_ways(rows, persona, route, kwargs, columns, unrendered):
    client, url = client_for(rows, persona), rows.url(persona, route, kwargs)
    table = client.get(url).context["table"]
    assert [column.name for column in table.columns if column.orderable] == columns
    for name in columns:
        up, down = (shown(client.get(url, {"sort": sign + name}), name) for sign in ("", "-"))
        assert up == down[::-1]
        assert (len(set(up)) == 1) == (f"{route}.{name}" in SAME)
        if name in NUMBERS:
            numbers = [cell for cell in up if isinstance(cell, int)]
            assert numbers == sorted(numbers)


def shown(response, name):
    """The cells of a column, from top to bottom."""
    assert response.status_code == 200
    return [row.get_cell_value(name) for row in response.context["table"].rows]
