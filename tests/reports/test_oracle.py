"""Random villages: every figure equals a recount in plain Python, and changes when that one changes."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fupin.models import Ledger, Level
from households.enums import Departure, PovertyCategory, PovertyStatus, Relation
from households.models import HouseholdYear, Membership, VillageYear
from reports.figures.measure import measure, measure_places
from reports.figures.village import BASES
from reports.queries.summary import window_of
from tests import factories as make
from tests.long import lasting
from tests.reports import oracle
from tests.reports.support import region

pytestmark = pytest.mark.django_db

YEAR = make.YEAR
VILLAGES = ("421199103206", "421199103207", "421199103208")
#: Not in the township that is measured: its rows must never be counted there.
ELSEWHERE = "421199104201"
STATUSES = (
    PovertyStatus.EXITED_THIS_YEAR,
    PovertyStatus.EXITED_BEFORE,
    PovertyStatus.NOT_EXITED,
    PovertyStatus.RETURNED,
)

# The database is rolled back after each example by `rolled_back`, not by the fixture.
examples = settings(
    max_examples=lasting(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.none() | st.integers(0, 3000)
areas = st.none() | st.decimals(0, 99999, places=2)
words = st.sampled_from(["", "南部", "花生、水稻", "{poor:户人}"])


@st.composite
def profiles(draw):
    people, labour = draw(numbers), draw(numbers)
    values = {
        "people": people,
        "labour": labour,
        # Within the whole, where the whole is known: the database refuses the rest.
        "agricultural_people": draw(st.none() | st.integers(0, 3000 if people is None else people)),
        "away_labour": draw(st.none() | st.integers(0, 3000 if labour is None else labour)),
        "is_key_village": draw(st.none() | st.booleans()),
    }
    for name in ("groups", "hamlets", "households", "party_members", "secretaries", "deputy_directors",
                 "family_planning_officers"):  # fmt: skip
        values[name] = draw(numbers)
    for name in ("territory", "farmland", "forest", "water"):
        values[name] = draw(areas)
    return values | {name: draw(words) for name in ("position", "main_industries", "main_income")}


@st.composite
def exits(draw, year):
    status = draw(st.sampled_from(STATUSES))
    exit_year = {
        PovertyStatus.EXITED_THIS_YEAR: st.just(year),
        PovertyStatus.EXITED_BEFORE: st.integers(2012, year - 1),
    }.get(status, st.none())
    return {"status": status, "exit_year": draw(exit_year)}


@st.composite
def households(draw):
    year = draw(st.sampled_from([YEAR, YEAR, YEAR, YEAR - 1, YEAR + 1]))
    return {
        "year": year,
        "category": draw(st.sampled_from(PovertyCategory.values)),
        "on_roll": draw(st.sampled_from([True, True, True, False])),
        **draw(exits(year)),
        "members": draw(st.lists(st.sampled_from([True, True, False]), max_size=4)),
    }


villages = st.fixed_dictionaries(
    {
        "profile": st.none() | profiles(),
        "households": st.lists(households(), max_size=7),
        "nil": st.sets(st.sampled_from(["profile", "households"])),
    }
)
sinces = st.integers(2012, YEAR)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build(code, drawn):
    """Write a drawn village, its neighbours' years too."""
    place = make.village(code, f"村{code[-3:]}")
    for year in (YEAR - 1, YEAR + 1):
        make.village(code, "", year=year)
    if drawn["profile"] is not None:
        make.VillageYearFactory(region=place, **drawn["profile"])
        make.VillageYearFactory(region=place, year=YEAR - 1, **drawn["profile"])
    for values in drawn["households"]:
        present = values["members"]
        row = make.HouseholdYearFactory(region=place, **{k: v for k, v in values.items() if k != "members"})
        for index, is_present in enumerate(present):
            member(row, present=is_present, relation=Relation.HEAD if index == 0 else Relation.OTHER)
    for kind in drawn["nil"]:
        # A village that has rows cannot say that it has none.
        Ledger.objects.unscoped("tests").get_or_create(
            region=place, year=YEAR, kind=kind, defaults={"state": Ledger.State.NIL}
        )
    return place


def member(row, *, present=True, relation=Relation.OTHER):
    departure = "" if present else Departure.OTHER
    return make.MembershipFactory(household_year=row, relation=relation, present=present, departure=departure)


def measured(place, since):
    window = window_of(place, first=YEAR, last=YEAR, since=since)
    results = measure([f for base in BASES for f in base.all_figures(window)], window)
    return {code: (result.value, result.rows) for code, result in results.items()}


def changed(before, after):
    return {code for code in before if before[code][0] != after[code][0]}


@examples
@given(drawn=villages, beside=villages, since=sinces)
def test_every_figure_equals_a_recount(db, drawn, beside, since):
    with rolled_back():
        place = build(VILLAGES[0], drawn)
        build(VILLAGES[1], beside)
        assert measured(place, since) == oracle.count([place.code], last=YEAR, since=since)


@examples
@given(drawn=st.tuples(villages, villages, villages), elsewhere=villages, since=sinces)
def test_a_townships_figures_are_the_sums_of_its_villages(db, drawn, elsewhere, since):
    with rolled_back():
        places = [build(code, village) for code, village in zip(VILLAGES, drawn, strict=True)]
        build(ELSEWHERE, elsewhere)
        township = region("421199103000")
        counted = oracle.count(list(VILLAGES), last=YEAR, since=since)
        assert measured(township, since) == counted

        window = window_of(township, first=YEAR, last=YEAR, since=since)
        alone = {place.code: measured(place, since) for place in places}
        for base in BASES:
            figures = list(base.all_figures(window))
            # Coverage counts the villages that keep the ledger or have declared it nil.
            covered = Ledger.objects.unscoped("tests").filter(
                region__in=VILLAGES, year=YEAR, kind=base.ledger
            )
            states = {(r.covered, r.villages) for r in measure(figures, window).values()}
            assert states == {(covered.count(), len(VILLAGES))}
            by_village = measure_places(figures, window, Level.VILLAGE)
            with_rows = {
                row["region_id"]
                for row in oracle.rows_of(base.model)
                if row["year"] == YEAR and row["region_id"] in VILLAGES and row.get("on_roll", True)
            }
            assert set(by_village) == with_rows
            for code, found in by_village.items():
                for figure in figures:
                    value, rows = found[figure.code]
                    # Raw values: neither "0, for the ledger is kept" nor 暂无数据 has been said yet.
                    assert (value or None, rows) == (alone[code][figure.code][0] or None, rows)
            (whole,) = measure_places(figures, window, Level.TOWNSHIP).values() or [{}]
            for figure in figures:
                if figure.unit and whole:
                    parts = [found[figure.code] for found in by_village.values()]
                    assert (whole[figure.code][0] or 0) == sum(value or 0 for value, _ in parts)
                    assert whole[figure.code][1] == sum(rows for _, rows in parts)


EDITS = st.sampled_from(["profile", "category", "exit", "on_roll", "add", "leave", "return", "other field"])


@settings(examples, max_examples=lasting(80))
@given(drawn=villages, since=sinces, edit=EDITS, data=st.data())
def test_an_edit_changes_the_figures_that_a_recount_says(db, drawn, since, edit, data):
    with rolled_back():
        place = build(VILLAGES[0], drawn)
        before, counted_before = measured(place, since), oracle.count([place.code], last=YEAR, since=since)
        change(place, edit, data)
        after, counted_after = measured(place, since), oracle.count([place.code], last=YEAR, since=since)
        assert changed(before, after) == changed(counted_before, counted_after)
        assert after == counted_after


def change(place, edit, data):
    """One change of one row, as a form, an import or a hand in the database makes it."""
    if edit == "profile":
        rows = VillageYear.objects.unscoped("tests").filter(region=place, year=YEAR)
        assume(rows)
        name = data.draw(st.sampled_from([*oracle.COUNTED, *oracle.SAID, "is_key_village"]))
        value = data.draw(profiles())[name]
        wholes = {"people": "agricultural_people", "labour": "away_labour"}
        parts = {part: whole for whole, part in wholes.items()}
        row = rows.get()
        if name in wholes and None not in (value, getattr(row, wholes[name])):
            value = max(value, getattr(row, wholes[name]))
        if name in parts and None not in (value, getattr(row, parts[name])):
            value = min(value, getattr(row, parts[name]))
        rows.update(**{name: value})
        return
    rows = list(HouseholdYear.objects.unscoped("tests").filter(region=place).order_by("pk"))
    assume(rows)
    row = data.draw(st.sampled_from(rows))
    one = HouseholdYear.objects.unscoped("tests").filter(pk=row.pk)
    members = Membership.objects.unscoped("tests").filter(household_year=row)
    if edit == "category":
        one.update(category=data.draw(st.sampled_from(PovertyCategory.values)))
    elif edit == "exit":
        one.update(**data.draw(exits(row.year)))
    elif edit == "on_roll":
        one.update(on_roll=not row.on_roll)
    elif edit == "other field":
        one.update(farmland=Decimal("1.5"), water_safe=False, remark="改")
    elif edit == "add":
        member(row)
    elif edit == "leave":
        chosen = members.filter(present=True).order_by("pk")[:1]
        members.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
            present=False, departure=Departure.DIED
        )
    else:
        members.filter(present=False).update(present=True, departure="", relation=Relation.OTHER)
