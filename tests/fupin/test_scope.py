"""Scope on every queryset: it refuses unasked, and shows each persona exactly the rows of their regions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from funds.models import Appropriation, AppropriationEntry, Benefit, FundSum, Loan, Partnership
from fupin.access import SYSTEM, Action, Role, outermost
from fupin.models import Attachment, ImportRun, Ledger, Region, RegionYear, RoleAssignment
from fupin.scope import Scoped, ScopedManager, ScopeNotChosen, prefix_q
from households.models import (
    Act,
    Correction,
    Helper,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Pairing,
    Person,
    VillageYear,
)
from reports.models import ReportMove, Seal, SealedFile, VillageFigure, VillageFold
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import ROUTES, Village, furnish, texts_of

ROWS = HouseholdYear.objects


def everything() -> Any:
    """A queryset whose scope was chosen."""
    return ROWS.unscoped("tests")


def homes() -> Any:
    """Rows to hold a subquery about households."""
    return Household.objects.unscoped("tests")


#: Every way to rows, or to a fact about them, from a queryset whose scope was not chosen.
DOORS: dict[str, Callable[[], Any]] = {
    "iteration": lambda: list(ROWS.all()),
    "len": lambda: len(ROWS.all()),
    "bool": lambda: bool(ROWS.all()),
    "contains": lambda: ROWS.contains(everything()[0]),
    "in": lambda: everything()[0] in ROWS.all(),
    "index": lambda: ROWS.all()[0],
    "slice": lambda: list(ROWS.all()[:1]),
    "count": lambda: ROWS.count(),
    "exists": lambda: ROWS.exists(),
    "aggregate": lambda: ROWS.aggregate(n=Count("pk")),
    "get": lambda: ROWS.get(year=YEAR),
    "first": lambda: ROWS.first(),
    "last": lambda: ROWS.last(),
    "earliest": lambda: ROWS.earliest("pk"),
    "latest": lambda: ROWS.latest("pk"),
    "iterator": lambda: list(ROWS.iterator(chunk_size=10)),
    "values": lambda: list(ROWS.values("remark")),
    "values_list": lambda: list(ROWS.values_list("pk", flat=True)),
    "dates": lambda: list(ROWS.dates("registered_on", "year")),
    "in_bulk": lambda: ROWS.in_bulk(),
    "distinct": lambda: list(ROWS.distinct()),
    "select_for_update": lambda: list(ROWS.select_for_update()),
    "explain": lambda: ROWS.all().explain(),
    "raw": lambda: list(ROWS.raw("SELECT * FROM households_householdyear")),
    "sql": lambda: str(ROWS.all().query),
    "update": lambda: ROWS.update(remark="x"),
    "bulk_update": lambda: ROWS.bulk_update(list(everything()), ["remark"]),
    "delete": lambda: ROWS.all().delete(),
    "raw_delete": lambda: ROWS.all()._raw_delete("default"),
    "get_or_create": lambda: ROWS.get_or_create(year=YEAR),
    "update_or_create": lambda: ROWS.update_or_create(year=YEAR, defaults={"remark": "x"}),
    "pk__in": lambda: list(everything().filter(pk__in=ROWS.all())),
    "pk__in query": lambda: list(everything().filter(pk__in=ROWS.all().query)),
    "pk__in values": lambda: list(homes().filter(pk__in=ROWS.values("household"))),
    "exclude": lambda: list(everything().exclude(pk__in=ROWS.all())),
    "Exists": lambda: list(homes().filter(Exists(ROWS.filter(household=OuterRef("pk"))))),
    "Subquery": lambda: list(homes().annotate(r=Subquery(ROWS.filter(household=OuterRef("pk")).values("region")[:1]))),
    "or": lambda: list(everything().filter(year=1999) | ROWS.all()),
    "or after nothing": lambda: list(everything().none() | ROWS.all()),
    "and": lambda: list(everything() & ROWS.all()),
    "xor": lambda: list(everything().none() ^ ROWS.all()),
    "union": lambda: list(everything().union(ROWS.all())),
    "prefetch": lambda: list(everything().prefetch_related("members")),
    "related manager": lambda: list(everything()[0].members.all()),
    "related count": lambda: everything()[0].members.count(),
    "related over two": lambda: list(homes()[0].years.filter(year=YEAR)),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_no_door_opens_unasked(door: str, world: Any) -> None:
    before = list(everything().order_by("pk").values())
    with pytest.raises(ScopeNotChosen), transaction.atomic():
        DOORS[door]()
    assert list(everything().order_by("pk").values()) == before


@pytest.mark.parametrize(
    "door", sorted(set(DOORS) - {"delete", "raw_delete", "get", "get_or_create", "update_or_create"})
)
def test_every_door_leaks_with_a_plain_manager(
    door: str, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the guard off, each of these does read or write rows of all villages."""
    monkeypatch.setattr("fupin.scope.ScopedQuery.refuse_unscoped", lambda self: None)
    monkeypatch.setattr("fupin.scope.ScopedQuerySet.raw", models.QuerySet.raw)
    DOORS[door]()


@pytest.mark.parametrize("door", ["delete", "raw_delete"])
def test_deleting_goes_as_far_as_the_database_with_a_plain_manager(
    door: str, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fupin.scope.ScopedQuery.refuse_unscoped", lambda self: None)
    Membership.objects.unscoped("tests").delete()
    with transaction.atomic():
        DOORS[door]()
    assert everything().count() == 0


def test_a_reason_is_wanted() -> None:
    with pytest.raises(ValueError, match="wants a reason"):
        ROWS.unscoped("")


def test_a_foreign_key_forward_needs_no_scope(world: Any) -> None:
    """Who sees a row sees what it points to."""
    member = Membership.objects.unscoped("tests").order_by("pk")[0]
    assert member.household_year.household == world.household_a.household


# --- who sees what -----------------------------------------------------------------------------------------

#: Which villages' rows each persona sees: of a model in the first column with the rest; A, B and F(ar).
SEEN = """
model          clerk_a clerk_b team helper township department county leader auditor administrator
VillageYear    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
HouseholdYear  A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Household      A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Membership     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Person         A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Act            A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Pairing        A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Helper         A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Ledger         A       B       A    A      AB       ABF        ABF    ABF    ABF     -
RegionYear     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Correction     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
YearMove       A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Attachment     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
LedgerEntry    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
IncomeItem     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Benefit        A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Loan           A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Project        A       B       A    A      AB       ABF        ABF    ABF    ABF     -
ProjectStep    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Partnership    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Enterprise     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Appropriation  A       B       A    A      AB       ABF        ABF    ABF    ABF     -
AppropriationEntry -   -       -    -      AB       ABF        ABF    ABF    ABF     -
Allocation     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Payment        A       B       A    A      AB       ABF        ABF    ABF    ABF     -
FundSum        -       -       -    -      AB       ABF        ABF    ABF    ABF     -
VillageFigure  A       B       A    A      AB       ABF        ABF    ABF    ABF     -
VillageFold    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
VillageMark    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
SectionText    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
BlankForm      A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Report         A       B       A    A      AB       ABF        ABF    ABF    ABF     -
ReportMove     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Seal           A       B       A    A      AB       ABF        ABF    ABF    ABF     -
SealedFile     A       B       A    A      AB       ABF        ABF    ABF    ABF     -
YearFigures    A       B       A    A      AB       ABF        ABF    ABF    ABF     -
Reopening      A       B       A    A      AB       ABF        ABF    ABF    ABF     -
ImportRun      A       B       -    -      AB       -          ABF    -      -       -
Reveal         -       -       -    -      -        -          ABF    -      ABF     -
ExportLog      -       -       -    -      -        -          ABF    -      ABF     -
"""
#: Regions are seen by whoever has any right there, by code.
TREE = ("421199000000", "421199103000", "421199103206", "421199103207", "421199104000", "421199104201")
REGIONS = {
    "clerk_a": (2,), "clerk_b": (3,), "team": (2,), "helper": (2,), "township": (1, 2, 3),
    **dict.fromkeys(("department", "county", "leader", "auditor", "administrator"), (0, 1, 2, 3, 4, 5)),
}  # fmt: skip


def scoped_models() -> list[type[Scoped]]:
    """Every model that is seen through a region."""
    return [model for model in apps.get_models() if issubclass(model, Scoped)]


def seen() -> dict[str, dict[str, str]]:
    """The table above by model and persona."""
    head, *rows = (line.split() for line in SEEN.split("\n")[1:-1])
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def test_every_scoped_model_is_in_the_table() -> None:
    # A county's wording and lines are no village's rows: who gets there is in test_routes.py and tests/income.
    others = {"Region", "NarrativeTemplate", "PovertyLine"}
    assert {model.__name__ for model in scoped_models()} == {*seen(), *others}


@pytest.fixture
def furnished(world: Any, village_a: Village, village_b: Village) -> dict[str, Village]:
    """All three villages with a row of every model."""
    helper = make.user(Role.HELPER, world.far, username="helper_far")
    far = furnish(world.household_far, helper=helper, user=helper)
    for village in (world.a, world.b, world.far):  # as if they had been folded
        VillageFigure.objects.create(region=village, year=2017, since=2017, code="poor.households", rows=1)
        VillageFold.objects.create(region=village, year=2017, digest="x")
    return {"A": village_a, "B": village_b, "F": far}


def pks_of(model: type[Scoped], village: Village) -> set[Any]:
    """The rows of a village, found without any scope."""
    household, region = village.household.household_id, village.region.pk
    condition = {
        Household: Q(pk=household),
        Person: Q(memberships__household_year=village.household),
        Loan: Q(benefit__region=region),
        # Granted to the township, for a project of the village.
        Appropriation: Q(allocations__region=region),
        AppropriationEntry: Q(appropriation__allocations__region=region),
        FundSum: Q(at=region[:9]),  # of the whole township
        ReportMove: Q(report__region=region),
        Seal: Q(report__region=region),
        SealedFile: Q(seal__report__region=region),
    }.get(model, Q(region=region))
    return set(model.objects.unscoped("tests").filter(condition).values_list("pk", flat=True))


@pytest.mark.parametrize("name", seen())
def test_each_persona_sees_the_rows_of_their_regions(
    name: str, personas: dict[str, Any], furnished: dict[str, Village]
) -> None:
    model = next(m for m in scoped_models() if m.__name__ == name)
    of = {letter: pks_of(model, village) for letter, village in furnished.items()}
    assert all(of.values()), "no row that could leak"
    assert model.objects.unscoped("tests").count() == len(of["A"] | of["B"] | of["F"])
    got, wanted = {}, {}
    for persona, letters in seen()[name].items():
        got[persona] = set(model.objects.visible_to(personas[persona]).values_list("pk", flat=True))
        wanted[persona] = {pk for letter in letters.strip("-") for pk in of[letter]}
    assert got == wanted
    assert set(model.objects.visible_to(SYSTEM).values_list("pk", flat=True)) == of["A"] | of["B"] | of["F"]


def test_each_persona_sees_the_regions_of_their_rights(personas: dict[str, Any], world: Any) -> None:
    got = {
        persona: tuple(Region.objects.visible_to(user).values_list("code", flat=True))
        for persona, user in personas.items()
        if user is not None
    }
    assert got == {persona: tuple(TREE[i] for i in places) for persona, places in REGIONS.items()}


@pytest.mark.parametrize("name", seen())
def test_all_is_seen_when_the_scope_is_off(
    name: str, personas: dict[str, Any], furnished: dict[str, Village], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control for the matrix."""
    model = next(m for m in scoped_models() if m.__name__ == name)
    monkeypatch.setattr(model, "in_scope", classmethod(lambda cls, actor, action: Q()))
    shown = set(model.objects.visible_to(personas["clerk_b"]).values_list("pk", flat=True))
    assert pks_of(model, furnished["A"]) <= shown


HELPED = [
    HouseholdYear, Household, Membership, Person, Act, Pairing, Helper, Attachment, LedgerEntry, Benefit, Partnership,
    Correction, IncomeItem,
]  # fmt: skip


@pytest.mark.parametrize("model", HELPED, ids=lambda m: m.__name__)
def test_a_helper_sees_only_paired_households(
    model: type[Scoped], personas: dict[str, Any], furnished: dict[str, Village], world: Any
) -> None:
    other = make.household(world.a)
    someone = make.user(Role.HELPER, world.a, username="someone")
    furnish(other, helper=someone, user=someone)
    mine = set(model.objects.visible_to(personas["helper"]).values_list("pk", flat=True))
    theirs = set(model.objects.visible_to(someone).values_list("pk", flat=True))
    all_of_a = set(model.objects.visible_to(personas["clerk_a"]).values_list("pk", flat=True))
    assert mine and theirs and not mine & theirs
    assert mine | theirs == all_of_a


YESTERDAY, TODAY, TOMORROW = (timezone.localdate() + timedelta(days=n) for n in (-1, 0, 1))


@pytest.mark.parametrize(("starts", "ends", "sees"), [
    (YESTERDAY, None, 1), (TODAY, TODAY, 1), (YESTERDAY, TOMORROW, 1), (YESTERDAY, YESTERDAY, 0), (TOMORROW, None, 0),
])  # fmt: skip
def test_a_pairing_holds_between_its_days(
    starts: Any, ends: Any, sees: int, personas: dict[str, Any], world: Any
) -> None:
    Pairing.objects.unscoped("tests").update(starts_on=starts, ends_on=ends)
    assert ROWS.visible_to(personas["helper"]).count() == sees


@pytest.mark.parametrize(("expires", "sees"), [(None, 1), (TODAY, 1), (TOMORROW, 1), (YESTERDAY, 0)])
@pytest.mark.parametrize("persona", ["clerk_a", "helper"])
def test_an_expired_assignment_sees_nothing(
    persona: str, expires: Any, sees: int, personas: dict[str, Any], world: Any
) -> None:
    user = personas[persona]
    RoleAssignment.objects.filter(user=user).update(expires_on=expires)
    user.refresh_from_db()
    assert [model.objects.visible_to(user).count() for model in (HouseholdYear, Region)] == [sees, sees]


@pytest.mark.parametrize("model", scoped_models(), ids=lambda m: m.__name__)
def test_an_inactive_user_and_one_without_a_role_see_nothing(
    model: type[Scoped], personas: dict[str, Any], furnished: dict[str, Village]
) -> None:
    county, nobody = personas["county"], make.UserFactory()
    assert model.objects.visible_to(county).exists()
    county.is_active = False
    assert [list(model.objects.visible_to(user)) for user in (county, nobody)] == [[], []]


# --- prefixes ----------------------------------------------------------------------------------------------

#: Codes that end in real zeros, or begin like their neighbours.
TRAPS = {
    "421199000000": "云岭县", "421198000000": "邻县",
    "421199110000": "十字镇", "421199111000": "十一镇", "421199100000": "百镇", "421199101000": "百一镇",
    "421199110200": "二百村", "421199110201": "二〇一村", "421199110210": "二一〇村", "421199110020": "二十村",
    "421199111200": "十一镇村", "421199100200": "百镇村", "421199101200": "百一镇村", "421198110200": "邻县村",
}  # fmt: skip


@pytest.mark.parametrize(("at", "codes"), [
    ("421199110200", ["421199110200"]),  # the next ones begin with its digits but the zeros
    ("421199110020", ["421199110020"]),
    ("421199110000", ["421199110020", "421199110200", "421199110201", "421199110210"]),  # not 421199111…
    ("421199100000", ["421199100200"]),  # with its zeros stripped it would take the whole county
    ("421199000000", ["421199100200", "421199101200", "421199110020", "421199110200", "421199110201",
                      "421199110210", "421199111200"]),
    ("421198000000", ["421198110200"]),
])  # fmt: skip
def test_a_subtree_is_a_prefix_of_the_level(at: str, codes: list[str], db: None) -> None:
    for code, name in TRAPS.items():
        place = make.region(code, name)
        if place.is_village:
            make.VillageYearFactory(region=make.village(code, name))
    user = make.user(Role.TOWNSHIP, Region.objects.unscoped("tests").get(code=at))
    rows = VillageYear.objects.visible_to(user).order_by("region")
    assert list(rows.values_list("region_id", flat=True)) == codes
    villages = Region.objects.visible_to(user).filter(level=12).order_by("code")
    assert list(villages.values_list("code", flat=True)) == codes


def test_stripped_zeros_would_take_neighbours(db: None) -> None:
    """Negative control: what a prefix found by stripping zeros would show."""
    for code in ("421199110200", "421199110201", "421199110210"):
        make.VillageYearFactory(region=make.village(code, code))
    rows = VillageYear.objects.unscoped("tests").filter(
        prefix_q("region__code", ("421199110200".rstrip("0"),))
    )
    assert rows.count() == 2 + 1


@pytest.mark.parametrize(("prefixes", "kept"), [
    ((), ()), (("",), ("",)), (("", "42"), ("",)), (("4211", "42"), ("42",)), (("421199110", "421199111"), ("421199110", "421199111")),
    (("421199110200", "421199110"), ("421199110",)), (("42", "42"), ("42",)),
])  # fmt: skip
def test_outermost_prefixes(prefixes: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert outermost(prefixes) == kept


# --- no page shows a row of another village -----------------------------------------------------------------

CANARY = "金丝雀"
#: Names of village B, one per kind of row; all begin with the canary.
PLANTED = (
    "金丝雀村", "金丝雀户主", "金丝雀湾", "金丝雀户备注", "金丝雀人备注", "金丝雀业", "金丝雀帮扶", "金丝雀附件",
    "金丝雀编号", "金丝雀会", "金丝雀措施", "金丝雀路", "金丝雀带动", "金丝雀社", "金丝雀段", "金丝雀因", "金丝雀行",
    "金丝雀安排", "金丝雀公司",
)  # fmt: skip


@pytest.fixture
def planted(village_b: Village) -> Village:
    """Village B, with a canary in every text."""
    HouseholdYear.objects.unscoped("tests").filter(pk=village_b.household.pk).update(
        hamlet=PLANTED[2], remark=PLANTED[3]
    )
    Household.objects.unscoped("tests").filter(pk=village_b.household.household_id).update(number=PLANTED[8])
    members = Membership.objects.unscoped("tests").filter(household_year=village_b.household)
    members.update(remark=PLANTED[4])
    Person.objects.unscoped("tests").filter(memberships__in=members.values("pk")).update(
        name=PLANTED[1], pinyin="jinsique", initials="jsq"
    )
    VillageYear.objects.unscoped("tests").filter(pk=village_b.profile.pk).update(main_industries=PLANTED[5])
    Region.objects.unscoped("tests").filter(pk=village_b.region.pk).update(name=PLANTED[0])
    for row, name, text in (
        (village_b.entry, "title", PLANTED[9]), (village_b.benefit, "remark", PLANTED[10]),
        (village_b.project, "name", PLANTED[11]), (village_b.partnership, "remark", PLANTED[12]),
        (village_b.enterprise, "name", PLANTED[13]), (village_b.text, "text", PLANTED[14]),
        (village_b.act, "reason", PLANTED[15]), (village_b.loan, "bank", PLANTED[16]),
        (village_b.allocation, "remark", PLANTED[17]), (village_b.payment, "payee", PLANTED[18]),
    ):  # fmt: skip
        type(row).objects.unscoped("tests").filter(pk=row.pk).update(**{name: text})
    return village_b


#: Queries that a reader may add to any page: searches for the canary, all years, every page and order.
QUERIES = ["", "?q=金丝雀", "?q=jsq", "?q=42", "?sort=-region&page=1", "?year=2016&on_roll=", "?first=2014&last=2017&since=2014"]  # fmt: skip


#: What a page of one row, which has nothing to search, is asked with.
OF_A_ROW = (QUERIES[0], QUERIES[-1])


def canaries(
    client: Any, planted: Village, *homes: Village, routes: Any = ROUTES, queries: Any = QUERIES
) -> set[str]:
    """Which canaries are seen anywhere: every route at each of the villages, with every query, and B's rows under A."""
    urls: dict[str, Any] = {}
    for village in homes:
        for name in routes:
            kwargs = ROUTES[name]
            if name in ("logout", "declare_nil", "households_attach"):
                continue
            own = kwargs(village)
            asked = [query for query in queries if "key" not in own or query in OF_A_ROW]
            urls[reverse(name, kwargs=own)] = asked
            if "key" in own:
                urls[reverse(name, kwargs={**own, "key": kwargs(planted)["key"]})] = asked
    found = set()
    for url, asked in sorted(urls.items()):
        for query in asked:
            response = client.get(url + query)
            said = texts_of(response) + str(response.headers)
            found |= {name for name in PLANTED if name in said.replace("%E9%87%91%E4%B8%9D%E9%9B%80", CANARY)}
            if "q=" in query and response.status_code != 200:
                break
    return found


@pytest.mark.parametrize("persona", ["clerk_a", "helper"])
def test_no_page_of_village_a_shows_a_row_of_village_b(
    persona: str, personas: dict[str, Any], village_a: Village, planted: Village, client_of: Any, world: Any
) -> None:
    assert canaries(client_of(personas[persona]), planted, village_a, planted) == set()


def test_the_canaries_are_there_to_be_seen(
    personas: dict[str, Any], village_a: Village, planted: Village, client_of: Any
) -> None:
    """The same pages, read by village B's own clerk, show every one; no search is wanted for that."""
    seen = canaries(client_of(personas["clerk_b"]), planted, planted, queries=QUERIES[:1])
    assert seen == set(PLANTED)


def test_the_canaries_are_seen_when_the_scope_is_off(
    personas: dict[str, Any],
    village_a: Village,
    planted: Village,
    client_of: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: with scope and rights off, the clerk of A reads village B."""
    monkeypatch.setattr(Scoped, "in_scope", classmethod(lambda cls, actor, action: Q()))
    for model in (Region, Attachment, ImportRun, Person, Household):
        monkeypatch.setattr(model, "in_scope", classmethod(lambda cls, actor, action: Q()))
    for module in ("fupin.views.base", "fupin.resource.base", "fupin.resource.lists", "fupin.domain.exports"):
        monkeypatch.setattr(f"{module}.may", lambda *_: True)
    lists = ("households_list", "members_export")
    seen = canaries(client_of(personas["clerk_a"]), planted, planted, routes=lists)
    assert seen >= {"金丝雀村", "金丝雀户主", "金丝雀编号"}


def test_form_choices_are_those_of_the_place(
    personas: dict[str, Any], village_a: Village, planted: Village, client_of: Any, world: Any
) -> None:
    """Households and helpers to choose are the place's; a foreign one is no choice, whoever posts it."""
    client = client_of(make.user(Role.TOWNSHIP, world.township, username="second"))
    far = make.household(world.far)
    for village, household, choices, refused in (
        (village_a, planted.household.household, {village_a.household.household_id}, ["household"]),
        # The helper works in village A alone.
        (planted, far.household, {planted.household.household_id}, ["household", "helper"]),
    ):
        url = reverse("pairings_create", kwargs={"region": village.region.code, "year": YEAR})
        form = client.get(url).context["form"]
        assert {row.pk for row in form.fields["household"].queryset} == choices
        before = Pairing.objects.unscoped("tests").count()
        data = {
            "household": household.pk,
            "helper": make.helper_of(personas["helper"]).pk,
            "starts_on": "2017-05-01",
        }
        response = client.post(url, data)
        assert (response.status_code, list(response.context["form"].errors)) == (422, refused)
        assert Pairing.objects.unscoped("tests").count() == before


def test_actions_have_scopes_of_their_own(personas: dict[str, Any], world: Any) -> None:
    """visible_to(user, action): the rows on which that action is allowed, not those that are seen."""
    counts = {
        action: ROWS.visible_to(personas["department"], action).count()
        for action in (Action.VIEW, Action.EDIT, Action.HISTORY)
    }
    assert counts == {Action.VIEW: 3, Action.EDIT: 0, Action.HISTORY: 0}
    assert isinstance(RegionYear.objects, ScopedManager) and isinstance(Ledger.objects, ScopedManager)
