"""Small rows for tests, free of any surprising behaviour. Everybody is invented; numbers have valid check digits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from funds.enums import EnterpriseKind, FundChange, FundLevel, LoanUse, Measure, ProjectNature, ProjectStage
from funds.library import ProjectCategory, StepKind
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
from fupin.access import Role
from fupin.domain.regions import level_of
from fupin.models import Level, Region, RegionYear, RoleAssignment, User, parent_code
from fupin.numbers import check_character
from households.enums import PovertyCategory, PovertyStatus, Relation, Sex
from households.income import IncomeKind, LineKind
from households.models import (
    Correction,
    Helper,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Person,
    PovertyLine,
    VillageYear,
)
from households.work import WorkKind
from reports.models import BlankForm, SectionText

YEAR = 2017
PASSWORD = "correct horse battery"


def id_number(sequence: int, born: date = date(1970, 1, 1), prefix: str = "421199") -> str:
    """A valid 18-digit number: even sequences are women's."""
    first = f"{prefix}{born:%Y%m%d}{sequence % 1000:03d}"
    return first + check_character(first)


def region(code: str, name: str) -> Region:
    """A region and, above it, the regions it needs."""
    found = Region.objects.unscoped("tests").filter(code=code).first()
    if found:
        return found
    level = level_of(code)
    above = parent_code(code, level)
    parent = region(above, f"{above}地区") if above and level > Level.COUNTY else None
    return Region.objects.create(code=code, name=name, level=level, parent=parent)


def regions(names: dict[str, str]) -> list[Region]:
    """Regions by code, those above first, with the year open in villages; in one statement for each table."""
    made: dict[str, Region] = {}
    for code, name in names.items():
        level = level_of(code)
        made[code] = Region(
            code=code, name=name, level=level, parent=made.get(parent_code(code, level) or "")
        )
    Region.objects.bulk_create(made.values())
    RegionYear.objects.bulk_create(
        RegionYear(region=place, year=YEAR) for place in made.values() if place.level == Level.VILLAGE
    )
    return list(made.values())


def village(code: str, name: str, *, year: int = YEAR) -> Region:
    """A village whose year is open."""
    place = region(code, name)
    RegionYear.objects.unscoped("tests").get_or_create(region=place, year=year)
    return place


class UserFactory(DjangoModelFactory):
    """A user who has changed the first password."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.django.Password(PASSWORD)
    must_change_password = False


def user(role: Role, place: Region, **values: Any) -> User:
    """A user with one role in a region."""
    made = UserFactory(**values)
    RoleAssignment.objects.create(user=made, role=role, region=place)
    return made


def users(posts: dict[str, tuple[Role, Region]]) -> dict[str, User]:
    """Users by name, each with one role in a region, in one statement for each table."""
    people = User.objects.bulk_create(UserFactory.build(username=name) for name in posts)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=person, role=role, region=place)
        for person, (role, place) in zip(people, posts.values(), strict=True)
    )
    return {person.username: person for person in people}


class VillageYearFactory(DjangoModelFactory):
    """A village's profile."""

    class Meta:
        model = VillageYear

    year = YEAR
    groups = 3
    households = 120
    people = 400


class HouseholdFactory(DjangoModelFactory):
    """The identity of a household."""

    class Meta:
        model = Household

    number = factory.Sequence(lambda n: f"42{n:08d}")


class HouseholdYearFactory(DjangoModelFactory):
    """A household in a year, without members."""

    class Meta:
        model = HouseholdYear

    household = factory.SubFactory(HouseholdFactory)
    year = YEAR
    category = PovertyCategory.GENERAL
    status = PovertyStatus.NOT_EXITED
    registered_on = date(2014, 5, 1)


class PersonFactory(DjangoModelFactory):
    """A person with a number of their own."""

    class Meta:
        model = Person

    class Params:
        sequence = factory.Sequence(lambda n: n)

    name = factory.LazyAttribute(lambda o: f"试{o.sequence}号")
    pinyin = factory.LazyAttribute(lambda o: f"shi{o.sequence}")
    initials = "s"
    birth_date = factory.LazyAttribute(
        lambda o: date(1950 + o.sequence // 1000 % 60, 1 + o.sequence // 60000 % 12, 1)
    )
    id_number = factory.LazyAttribute(lambda o: id_number(o.sequence, o.birth_date))
    sex = factory.LazyAttribute(lambda o: Sex.MALE if o.sequence % 2 else Sex.FEMALE)


class HelperFactory(DjangoModelFactory):
    """Somebody who looks after households of a village; without an account, unless one is given."""

    class Meta:
        model = Helper

    name = factory.Sequence(lambda n: f"帮扶{n}")


def helper_of(account: User) -> Helper:
    """The helper whose account it is."""
    return Helper.objects.unscoped("tests").get(user=account)


class MembershipFactory(DjangoModelFactory):
    """A member of a household's year, at its place."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    region = factory.LazyAttribute(lambda o: o.household_year.region)
    year = factory.LazyAttribute(lambda o: o.household_year.year)
    relation = Relation.OTHER


def household(place: Region, *, size: int = 2, year: int = YEAR, **values: Any) -> HouseholdYear:
    """A household of a head and others, at a village whose year is open."""
    row = HouseholdYearFactory(region=place, year=year, **values)
    for index in range(size):
        MembershipFactory(household_year=row, relation=Relation.HEAD if index == 0 else Relation.OTHER)
    row.refresh_from_db()
    return row


def households(places: list[Region], *, size: int = 2) -> list[HouseholdYear]:
    """A household in each of the villages, as `household` makes one, in one statement for each table."""
    identities = Household.objects.bulk_create(HouseholdFactory.build_batch(len(places)))
    rows = HouseholdYear.objects.bulk_create(
        HouseholdYearFactory.build(household=identity, region=place)
        for identity, place in zip(identities, places, strict=True)
    )
    people = iter(Person.objects.bulk_create(PersonFactory.build_batch(size * len(places))))
    Membership.objects.bulk_create(
        MembershipFactory.build(
            household_year=row, person=next(people), relation=Relation.OTHER if index else Relation.HEAD
        )
        for row in rows
        for index in range(size)
    )
    # The database has counted their people.
    counted = (
        HouseholdYear.objects.unscoped("tests")
        .select_related("household", "region")
        .in_bulk([row.pk for row in rows])
    )
    return [counted[row.pk] for row in rows]


# --- ledgers: rows of a village and year, given by their region ------------------------------------------------


class BenefitFactory(DjangoModelFactory):
    """What a household was given in a year."""

    class Meta:
        model = Benefit

    year = YEAR
    measure = Measure.DIBAO


class LoanFactory(DjangoModelFactory):
    """The terms of a loan; its benefit is given."""

    class Meta:
        model = Loan

    bank = "农商行"
    use = LoanUse.HOUSEHOLD
    lent_on = date(YEAR, 3, 1)
    due_on = date(YEAR + 2, 3, 1)


def loan(place: Region, home: HouseholdYear, *, amount: Any = 50_000, **terms: Any) -> Loan:
    """A loan of a household with its terms, in the household's year; `person` and `enterprise` are the benefit's."""
    own = {name: terms.pop(name) for name in ("person", "enterprise", "on") if name in terms}
    given = BenefitFactory(
        region=place, household=home.household, year=home.year, measure=Measure.LOAN, amount=amount, **own
    )
    return LoanFactory(benefit=given, **terms)


class ProjectFactory(DjangoModelFactory):
    """A project of a village, done."""

    class Meta:
        model = Project

    year = YEAR
    name = factory.Sequence(lambda n: f"第{n}段便民小道")
    stage = ProjectStage.DONE


class LibraryProjectFactory(ProjectFactory):
    """A project that the library takes."""

    stage = ProjectStage.PLANNED
    category = ProjectCategory.ROADS
    nature = ProjectNature.NEW
    quantity = Decimal("2.8")
    unit = "公里"
    amount = Decimal(80_000)
    content = "硬化通组道路路基"
    target = "2017年底前硬化2.8公里，受益66户"
    plan_start = date(YEAR, 3, 1)
    plan_finish = date(YEAR, 10, 31)


class ProjectStepFactory(DjangoModelFactory):
    """A step of a project, its proposal."""

    class Meta:
        model = ProjectStep

    project = factory.SubFactory(
        LibraryProjectFactory,
        region=factory.SelfAttribute("..region"),
        year=factory.SelfAttribute("..year"),
        plan_start=None,
        plan_finish=None,
    )
    year = YEAR
    kind = StepKind.PROPOSED
    on = factory.LazyAttribute(lambda step: date(step.year, 2, 1))


def approve(project: Project, on: date = date(YEAR, 1, 5)) -> None:
    """Take a project through the library to its approval, in one day, unless it has been."""
    steps = ProjectStep.objects.unscoped("tests").filter(
        project=project, kind=StepKind.APPROVED, undone_at=None
    )
    if steps.exists():
        return
    declared = {
        "category": project.category or ProjectCategory.ROADS,
        "target": project.target or "当年完工",
        "sharing": project.sharing or "务工",
    }
    Project.objects.unscoped("tests").filter(pk=project.pk).update(**declared)
    kinds = (StepKind.PROPOSED, StepKind.CHECKED, StepKind.ASSESSED, StepKind.ADMITTED, StepKind.APPROVED)
    ProjectStep.objects.bulk_create(
        ProjectStep(
            project=project, region=project.region, year=on.year, kind=kind, on=on, document="云扶办〔2017〕1号",
            amount=project.amount or 100_000,
        )
        for kind in kinds
    )  # fmt: skip


class AppropriationFactory(DjangoModelFactory):
    """Half a million from the centre."""

    class Meta:
        model = Appropriation

    year = YEAR
    level = FundLevel.CENTRAL
    document = factory.Sequence(lambda n: f"财农〔{YEAR}〕{n + 1}号")
    title = "关于下达财政专项扶贫资金的通知"
    issued_on = factory.LazyAttribute(lambda o: date(o.year, 1, 15))
    amount = 500_000


class AppropriationEntryFactory(DjangoModelFactory):
    """What became of an appropriation: a part has arrived."""

    class Meta:
        model = AppropriationEntry

    kind = FundChange.ARRIVED
    on = date(YEAR, 2, 1)
    amount = 200_000


class AllocationFactory(DjangoModelFactory):
    """A part of an appropriation for a project, at its village."""

    class Meta:
        model = Allocation

    region = factory.LazyAttribute(lambda o: o.project.region)
    year = factory.LazyAttribute(lambda o: o.on.year)
    on = date(YEAR, 3, 1)
    amount = 100_000


class PaymentFactory(DjangoModelFactory):
    """A first payment against an allocation."""

    class Meta:
        model = Payment

    region = factory.LazyAttribute(lambda o: o.allocation.region)
    year = factory.LazyAttribute(lambda o: o.on.year)
    on = date(YEAR, 6, 1)
    amount = 30_000
    payee = "云岭建筑公司"
    voucher = factory.Sequence(lambda n: f"记-{n + 1}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        approve(kwargs["allocation"].project, min(kwargs["on"], date(YEAR, 1, 5)))
        return super()._create(model_class, *args, **kwargs)


class EnterpriseFactory(DjangoModelFactory):
    """A cooperative."""

    class Meta:
        model = Enterprise

    name = factory.Sequence(lambda n: f"第{n}合作社")
    kind = EnterpriseKind.COOPERATIVE


class PartnershipFactory(DjangoModelFactory):
    """A household of a cooperative that lies in its village."""

    class Meta:
        model = Partnership

    year = YEAR
    enterprise = factory.SubFactory(EnterpriseFactory, region=factory.SelfAttribute("..region"))


class CorrectionFactory(DjangoModelFactory):
    """A correction that waits: another remark for a household, asked for by `asked_by`."""

    class Meta:
        model = Correction

    region = factory.LazyAttribute(lambda o: o.household_year.region)
    year = factory.LazyAttribute(lambda o: o.household_year.year)
    old = factory.LazyAttribute(lambda o: {"remark": o.household_year.remark})
    new = factory.LazyFunction(lambda: {"remark": "更正"})
    reason = "录入有误"


class IncomeItemFactory(DjangoModelFactory):
    """Wages of a household's year, at its place."""

    class Meta:
        model = IncomeItem

    region = factory.LazyAttribute(lambda o: o.household_year.region)
    year = factory.LazyAttribute(lambda o: o.household_year.year)
    kind = IncomeKind.WAGES
    amount = 12_000


class PovertyLineFactory(DjangoModelFactory):
    """A county's own line."""

    class Meta:
        model = PovertyLine

    year = YEAR
    kind = LineKind.POVERTY
    amount = 3300
    source = "云岭县扶贫办2017年1号文件"


class LedgerEntryFactory(DjangoModelFactory):
    """A meeting in a village."""

    class Meta:
        model = LedgerEntry

    year = YEAR
    kind = WorkKind.YARD_MEETING
    on = date(YEAR, 3, 15)
    title = factory.Sequence(lambda n: f"第{n}场")


class SectionTextFactory(DjangoModelFactory):
    """A paragraph for the last section of a village's summary."""

    class Meta:
        model = SectionText

    year = YEAR
    position = factory.Sequence(lambda n: n + 1)
    text = "继续努力。"


class BlankFormFactory(DjangoModelFactory):
    """A form of the level above with a gap for a village's own number; the file itself is none."""

    class Meta:
        model = BlankForm

    name = factory.Sequence(lambda n: f"县表{n}")
    file = "blanks/00/0"
    sha256 = "0" * 64

    @factory.lazy_attribute
    def told(self) -> list[dict[str, Any]]:
        """What would have been read of it."""
        cells = [[1, 1, "s", "村名"], [1, 2, "s", "建档立卡贫困户户数"], [2, 1, "s", self.region.name]]
        return [{"name": "表一", "cells": cells, "merged": [], "formulas": [], "percent": []}]
