"""The list behind each number of a village with rows of everything: its count, its sums, its banner, its download."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from lxml import html

from funds.enums import EnterpriseKind, Measure, ProjectStage
from fupin.access import Role
from households.enums import Education, Health, LabourSkill, PovertyStatus, WorkPlace
from households.models import HouseholdYear, Membership, Person, VillageYear
from households.work import WorkKind
from reports.queries.summary import figure_by_code, window_of
from tests import factories as make
from tests.conftest import A
from tests.reports import oracle
from tests.reports.support import exported, listed

pytestmark = pytest.mark.django_db

YEARS = {"first": 2016, "last": 2017, "since": 2016}
QUERY = "?first=2016&last=2017&since=2016"
#: Nobody can have been given something before the years that are looked at; four households have four causes, incomes and sizes.
ALWAYS_0 = {
    f"{name}.{part}"
    for name in (
        "rebuilt.before_2016", "status.returned", "size.0", "size.1", "size.many", "income.from_3000_to_4000", "income.from_6000_to_10000",
        *(
            f"cause.{cause}"
            for cause in ("disability", "disaster", "no_land", "no_water", "no_technique", "no_labour", "traffic",
                          "no_motivation")
        ),
    )
    for part in ("households", "people")
}  # fmt: skip

#: Category, status, year of exit, main cause, income in 元.
HOMES = (
    ("01", PovertyStatus.NOT_EXITED, None, "01", 5_900),
    ("01", PovertyStatus.EXITED_BEFORE, 2013, "03", 17_000),
    ("04", PovertyStatus.EXITED_BEFORE, 2016, "09", None),
    ("06", PovertyStatus.EXITED_THIS_YEAR, 2017, "", 90_000),
)


def furnish(place, size):
    """Rows of every kind and year; households of different sizes, amounts of which no two sums are alike."""
    for year in (2015, 2016, 2018):
        make.village(place.code, "", year=year)
    numbers = {
        field.name: index
        for index, field in enumerate(VillageYear._meta.concrete_fields, start=size)
        if field.null and field.name != "is_key_village"
    }
    VillageYear.objects.unscoped("tests").filter(region=place).delete()
    make.VillageYearFactory(
        region=place, is_key_village=True, position="南部", main_industries="花生", main_income="务工",
        **numbers | {"people": 900, "labour": 500},
    )  # fmt: skip
    homes = [
        make.household(
            place, size=size + index, category=category, status=status, exit_year=exit_year, main_cause=cause
        )
        for index, (category, status, exit_year, cause, _) in enumerate(HOMES)
    ]
    for row, (*_, income) in zip(homes, HOMES, strict=True):
        if income is not None:
            make.IncomeItemFactory(household_year=row, amount=income)
    left = make.household(place, size=9, on_roll=False)
    elsewhere = make.household(place, size=8, year=2016)
    people = [Membership.objects.unscoped("tests").filter(household_year=row).first().person for row in homes]
    members = (
        Membership.objects.unscoped("tests")
        .filter(household_year__in=homes)
        .select_related("person")
        .order_by("pk")
    )
    for index, member in enumerate(members):
        member.work_place = ["", *WorkPlace.values][index % 6]
        member.education = ["", *Education.values][index % 7]
        member.health = ["", *Health.values][index % 5]
        member.labour_skill = ["", *LabourSkill.values][index % 6]
        member.school = ["", "01", "02", "03", "05", "08", "11", "14", "16"][index % 9]
        member.work_months = [None, 1, 4, 7, 10][index % 5]
        member.person.birth_date = date(2017 - [3, 10, 20, 40, 70, 85][index % 6], 12, 31)
    Membership.objects.unscoped("tests").bulk_update(
        members, ["work_place", "education", "health", "labour_skill", "school", "work_months"]
    )
    Person.objects.unscoped("tests").bulk_update([member.person for member in members], ["birth_date"])
    firms = [
        make.EnterpriseFactory(region=place, kind=kind, name=f"{place.code[-1]}号{kind.label}")
        for kind in EnterpriseKind
    ]
    amount = Decimal("1234.56") + size
    for year in (2015, 2016, 2017, 2018):
        for index, row in enumerate(homes):
            for number, measure in enumerate(Measure):
                amount += Decimal("17.31")
                # Some twice in a year, the same amount: rows, household-years and households are three numbers.
                for on in (None, date(year, 5, 1))[: 1 + (number + index) % 2]:
                    make.BenefitFactory(
                        region=place, household=row.household, year=year, measure=measure, on=on, amount=amount,
                        person=people[index] if (index + year) % 3 else None,
                        enterprise=firms[index % 2] if measure == Measure.LOAN else None,
                    )  # fmt: skip
        for row in (left, elsewhere):
            amount += 1
            make.BenefitFactory(
                region=place, household=row.household, year=year, measure=Measure.CATTLE, amount=amount
            )
        for number, firm in enumerate(firms):
            for row in (*homes[number:], left):
                make.PartnershipFactory(region=place, household=row.household, year=year, enterprise=firm)
        for number, stage in enumerate((*ProjectStage, ProjectStage.DONE)):
            amount += 100
            make.ProjectFactory(
                region=place, year=year, stage=stage, name=f"{year}年第{number}段", amount=amount,
                quantity=number + size, unit="米", position=9 - number,
            )  # fmt: skip
        for number, kind in enumerate(WorkKind):
            for day in range(1, 2 + number % 2):
                make.LedgerEntryFactory(
                    region=place, year=year, kind=kind, on=date(year, 4, day), attendance=size + number + day
                )


@pytest.fixture
def village(world):
    """A and its neighbour in the same township, both with everything."""
    furnish(world.b, 5)
    furnish(world.a, 2)
    return world.a


@pytest.fixture
def client(village, client_of):
    return client_of(make.user(Role.CLERK, village))


@pytest.fixture
def counted(village):
    """What each figure must say, by a recount."""
    return oracle.count([A], **YEARS)


def path(code, verb=""):
    return f"/{A}/2017/figures/{code}/{verb}{QUERY}"


def summed(page):
    """Label and value of the sums above a list."""
    texts = (item.text_content() for item in html.fromstring(page).xpath("//dl[@class='summary']/div"))
    return dict(text.split("：", 1) for text in texts)


def yuan(value):
    """An amount as a list says it: 12,345.60元（1.2346万元）, without 分 where there is none."""
    if value is None:
        return "—"
    whole, cents = divmod(int(value * 100), 100)
    said = f"{whole:,}.{cents:02d}" if cents else f"{whole:,}"
    return f"{said}元（{oracle.plain(value / 10_000, 4)}万元）"


def test_each_number_has_rows(counted):
    """What is 0 has an empty list, whose sums prove nothing."""
    assert {code for code, number in counted.items() if not number.value} == ALWAYS_0
    assert {code for code, number in counted.items() if not number.rows} == ALWAYS_0
    listed_rows = [code for code in counted if re.fullmatch(r"(projects|planned)\.\d+\.\w+", code)]
    assert len(listed_rows) == 2 * 2 * (3 + 1)


def test_the_list_behind_each_number_is_its_rows(village, client, counted):
    window = window_of(village, **YEARS)
    homes = {home.household.number: home.people for home in registered(village)}
    for code, number in counted.items():
        figure = figure_by_code(code, window)
        page = client.get(path(code)).content.decode()
        rows, _people = listed(page)
        assert (code, rows) == (code, number.rows)
        assert (code, banner(page)) == (code, said(code, figure, counted))

        records = exported(client.get(path(code, "export/")).content)
        assert (code, len(records)) == (code, number.rows)
        sums = summed(page)
        told = TOLD[figure.base.resource](records)
        assert (code, {label: sums[label] for label in told}) == (code, told)
        assert (code, remade(code, records, homes) if records else 0) == (code, number.value)


def banner(page):
    """The number that the list is about."""
    return html.fromstring(page).xpath("//div[@class='notice']/strong")[0].text_content()


def said(code, figure, counted):
    """As the summary says it: both numbers of a pair, each with its unit."""
    name, _, part = code.rpartition(".")
    if part not in ("households", "people") or name == "profile":
        return counted[code].shown + figure.unit
    if name == "gone":
        return counted[code].shown + "户"
    return f"{counted[f'{name}.households'].shown}户{counted[f'{name}.people'].shown}人"


def registered(place):
    rows = HouseholdYear.objects.unscoped("tests").select_related("household")
    return rows.filter(region=place, year=YEARS["last"], on_roll=True)


def column(records, start):
    """The header that begins so: 金额（元）."""
    return next((name for name in records[0] if name.startswith(start)), None) if records else None


def money(records):
    """The sum of a download's amounts in 元; projects are in 万元."""
    known = [
        Fraction(str(record[name])) * (10_000 if "万元" in name else 1)
        for name in (column(records, "金额") or column(records, "投入资金"),)
        for record in records
        if record[name] is not None
    ]
    return sum(known) if known else None


def different(records, *names):
    return len({tuple(record[column(records, name)] for name in names) for record in records})


#: The sums above a list of a resource, made again from the rows of its download.
TOLD = {
    "villages": lambda records: {},
    "members": lambda records: {},
    "households": lambda records: {
        "户数": str(len(records)), "人数": str(sum(record["人数"] for record in records)),
    },
    "benefits": lambda records: {
        "笔数": str(len(records)),
        "享受户数": str(different(records, "户编号")),
        "金额": yuan(money(records)),
    },
    "partners": lambda records: {
        "市场主体": f"{different(records, '市场主体名称')}个", "带动户数": str(different(records, "户编号")),
    },
    "projects": lambda records: {
        "项目数": str(len(records)),
        "投入资金（不含规划中和已终止）": yuan(
            money([record for record in records if record["进度"] not in ("规划中", "已终止")])
        ),
    },
    "work": lambda records: {
        "次数": str(len(records)), "参加人次": str(sum(record[column(records, "参加人数")] for record in records)),
    },
}  # fmt: skip


def remade(code, records, homes):
    """The number, made a third time from the rows of its download and the people of each household."""
    first, part = code.partition(".")[0], code.rpartition(".")[2]
    if first in ("sex", "age", "schooling", "school", "health", "skill", "working", "months"):
        return Fraction(len(records))
    households = {record[column(records, "户编号")] for record in records if column(records, "户编号")}
    match part:
        case "people" if records and "人数" in records[0]:
            return Fraction(sum(record["人数"] for record in records))
        case "people" if households:
            return Fraction(sum(homes[number] for number in households))
        case "households" if households:
            return Fraction(len(households))
        case "share":
            return Fraction(len(households), len(homes))
        case "amount":
            return money(records)
        case "years":
            return Fraction(different(records, "户编号", "享受年度"))
        case "average":
            return money(records) / different(records, "户编号", "享受年度")
        case "each":
            return money(records) / len(households)
        case "enterprises":
            return "、".join(sorted({record[column(records, "投放主体")] for record in records}))
        case "pupils" | "holders":
            return Fraction(different(records, "享受人姓名"))
        case "firms" | "cooperatives":
            return Fraction(different(records, "市场主体名称"))
        case "quantity" | "attendance":
            name = column(records, {"quantity": "建设规模", "attendance": "参加人数"}[part])
            return Fraction(str(sum(record[name] for record in records)))
        case "times" | "count" | "done" | "workers" | "villages" | "key_villages":
            return Fraction(len(records))
        case "key_village":
            return {"是": "重点贫困村"}[records[0]["重点贫困村"]]
    label = str(VillageYear._meta.get_field(part).verbose_name).partition("（")[0]
    value = records[0][column(records, label)]
    return value if isinstance(value, str) else Fraction(str(value))
