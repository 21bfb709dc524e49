"""Random villages: every figure equals a recount in plain Python, and changes when that one changes."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from funds.enums import Measure as Given
from funds.enums import ProjectStage
from funds.models import Benefit, Partnership, Project
from fupin.access import SYSTEM
from fupin.models import Ledger, Level
from fupin.words import plain
from households.enums import Departure, PovertyCategory, Relation, WorkPlace
from households.models import Household, HouseholdYear, LedgerEntry, Membership, VillageYear
from reports.figures.coverage import coverage_of
from reports.figures.declare import Listing, Measure
from reports.figures.measure import list_rows, measure, measure_places
from reports.figures.village import BASES, NAMES
from reports.queries.summary import build_summary, window_of
from tests.long import lasting
from tests.reports import oracle, oracle_remarks
from tests.reports import random_villages as drawing
from tests.reports.random_villages import ELSEWHERE, VILLAGES, YEAR, rolled_back, villages, windows
from tests.reports.support import region

pytestmark = pytest.mark.django_db

LISTINGS = [thing for thing in NAMES.values() if isinstance(thing, Listing)]
#: Measured anew at each level: what is shared by villages is one in their sum, words and ratios have none.
NOT_ADDITIVE = {"firms", "cooperatives", "gone.households"}
#: A number of a remark with its unit.
TOLD = re.compile(r"\d+(?:\.\d+)?(?:万元|公里|千米|km|户|人|元|米|m)|暂无数据", re.IGNORECASE)
#: No measured number has a denominator near this; 40 digits of a quotient tell it for sure.
DENOMINATORS = 10**9


def examples(count):
    """The database is rolled back after each example by `rolled_back`, not by the fixture."""
    return settings(
        max_examples=lasting(count),
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )


@pytest.fixture
def county(db):
    return drawing.open_county()


def number(result):
    """What a figure says, to be held against a recount: the exact value, a quotient's too, and the printed one."""
    value = result.value
    if value is not None and not isinstance(value, str):
        value = Fraction(value).limit_denominator(DENOMINATORS)
        if result.figure.measure is not Measure.RATIO:
            assert value == Fraction(result.value)
    shown = result.shown
    if shown is None or isinstance(shown, str):
        shown = shown or "暂无数据"
    else:
        shown = plain(shown)
    return oracle.Number(value, result.rows, result.covered, shown)


def measured(place, window):
    """Every figure in the window's years, those of the listed rows among them."""
    window = window_of(place, last=YEAR, **window)
    figures = [figure for base in BASES for figure in base.all_figures(window)]
    coverage = coverage_of(window, [*figures, *(listing.base for listing in LISTINGS)])
    results = measure(figures, window, coverage)
    for listing in LISTINGS:
        results |= list_rows(listing, window, coverage).results
    return {code: number(result) for code, result in results.items()}


def counted(places, window):
    return oracle.count([place.code for place in places], last=YEAR, **window)


def remarked(place, window):
    """The remarks of the summary, each as its kind, its numbers and what it leads to."""
    found = []
    window = window_of(place, last=YEAR, **window)
    for remark in build_summary(kind="village", window=window, actor=SYSTEM).remarks:
        (kind,) = [kind for kind in oracle_remarks.KINDS if kind in remark.text]
        codes = tuple(result.figure.code for result in remark.results)
        found.append(oracle_remarks.Remarked(kind, tuple(TOLD.findall(remark.text)), codes))
    return found


def changed(before, after):
    values = [{code: number.value for code, number in numbers.items()} for numbers in (before, after)]
    return {code for code, _value in values[0].items() ^ values[1].items()}


@examples(40)
@given(drawn=villages, beside=villages, window=windows)
def test_every_figure_equals_a_recount(county, drawn, beside, window):
    with rolled_back():
        place = drawing.build(county, VILLAGES[0], drawn)
        drawing.build(county, VILLAGES[1], beside)
        recount = counted([place], window)
        assert measured(place, window) == recount
        rows = oracle.Rows([place.code], last=YEAR, **window)
        assert remarked(place, window) == oracle_remarks.remarks(rows, recount)


@examples(10)
@given(drawn=st.tuples(villages, villages, villages), elsewhere=villages, window=windows)
def test_a_townships_figures_are_those_of_its_villages(county, drawn, elsewhere, window):
    with rolled_back():
        places = [drawing.build(county, code, village) for code, village in zip(VILLAGES, drawn, strict=True)]
        drawing.build(county, ELSEWHERE, elsewhere)
        township = region("421199103000")
        assert measured(township, window) == counted(places, window)

        whole = window_of(township, last=YEAR, **window)
        alone = {place.code: measured(place, window) for place in places}
        for base in BASES:
            figures = list(base.all_figures(whole))
            by_village = measure_places(figures, whole, Level.VILLAGE)
            by_township = measure_places(figures, whole, Level.TOWNSHIP)
            figures = [figure for figure in figures if figure.measure is not Measure.RATIO]
            for code in VILLAGES:
                for figure in figures:
                    # Raw values: neither "0, for the ledger is kept" nor 暂无数据 has been said yet.
                    value, rows = by_village.get(code, {}).get(figure.code, (None, 0))
                    there = alone[code][figure.code]
                    assert rows == there.rows
                    if figure.measure is not Measure.NAMES:
                        assert (value or None) == (there.value or None)
            for figure in figures:
                parts = [found[figure.code] for found in by_village.values()]
                value, rows = by_township.get(township.prefix, {}).get(figure.code, (None, 0))
                assert rows == sum(rows for _, rows in parts)
                if figure.unit and figure.code not in NOT_ADDITIVE:
                    assert (value or 0) == sum(value or 0 for value, _ in parts)


MODELS = {"benefit": Benefit, "partnership": Partnership, "project": Project, "work": LedgerEntry}
EDITS = st.sampled_from(
    [
        "profile", "household category", "household exit", "household roll", "household other", "household move",
        "member new", "member leave", "member return", "member work", "nil new", "nil no",
        *(f"{what} {verb}" for what in MODELS for verb in ("new", "no", "change")), "benefit change",
    ]
)  # fmt: skip


@examples(40)
@given(drawn=villages, window=windows, edit=EDITS, data=st.data())
def test_an_edit_changes_the_figures_that_a_recount_says(county, drawn, window, edit, data):
    with rolled_back():
        place = drawing.build(county, VILLAGES[0], drawn)
        before, recount_before = measured(place, window), counted([place], window)
        change(county, place, edit, data)
        after, recount_after = measured(place, window), counted([place], window)
        assert changed(before, after) == changed(recount_before, recount_after)
        assert after == recount_after


def change(county, place, edit, data):
    """One change of one row, as a form, an import or a hand in the database makes it."""
    what, _, verb = edit.partition(" ")
    if what == "profile":
        change_profile(place, data)
    elif what == "nil":
        change_nil(place, verb, data)
    elif what == "household":
        change_household(county, place, verb, data)
    elif what == "member":
        change_member(place, verb, data)
    elif verb == "new":
        add_row(county, place, what, data)
    else:
        one = one_of(MODELS[what].objects.unscoped("tests").filter(region=place), data)
        if verb == "no":
            one.delete()
        else:
            change_row(one, what, data)


def one_of(rows, data):
    """A drawn one of the rows, as a queryset of its own."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    assume(keys)
    return rows.filter(pk=data.draw(st.sampled_from(keys)))


def change_profile(place, data):
    rows = VillageYear.objects.unscoped("tests").filter(region=place, year=YEAR)
    assume(rows)
    name = data.draw(st.sampled_from([*oracle.COUNTED, *oracle.SAID, "is_key_village"]))
    value = data.draw(drawing.profiles())[name]
    wholes = {"people": "agricultural_people", "labour": "away_labour"}
    parts = {part: whole for whole, part in wholes.items()}
    row = rows.get()
    if name in wholes and None not in (value, getattr(row, wholes[name])):
        value = max(value, getattr(row, wholes[name]))
    if name in parts and None not in (value, getattr(row, parts[name])):
        value = min(value, getattr(row, parts[name]))
    rows.update(**{name: value})


def change_nil(place, verb, data):
    ledgers = Ledger.objects.unscoped("tests").filter(region=place)
    if verb == "no":
        one_of(ledgers.filter(state=Ledger.State.NIL), data).delete()
    else:
        kind, year = data.draw(drawing.one(drawing.a_nil))
        ledgers.get_or_create(region=place, year=year, kind=kind, defaults={"state": Ledger.State.NIL})


def change_household(county, place, verb, data):
    one = one_of(HouseholdYear.objects.unscoped("tests").filter(region=place), data)
    row = one.get()
    values = {
        "category": {"category": data.draw(st.sampled_from(PovertyCategory.values))},
        "exit": data.draw(drawing.one(drawing.an_exit, row.year)),
        "roll": {"on_roll": not row.on_roll},
        "other": {"farmland": Decimal("1.5"), "water_safe": False, "remark": "改"},
        # Its members follow by their key.
        "move": {"region": county.places[data.draw(st.sampled_from([VILLAGES[1], ELSEWHERE]))]},
    }
    one.update(**values[verb])


def change_member(place, verb, data):
    row = one_of(HouseholdYear.objects.unscoped("tests").filter(region=place), data).get()
    members = Membership.objects.unscoped("tests").filter(household_year=row)
    if verb == "new":
        drawing.member(row, relation=Relation.OTHER)
    elif verb == "leave":
        one_of(members.filter(present=True), data).update(present=False, departure=Departure.DIED)
    elif verb == "return":
        members.filter(present=False).update(present=True, departure="", relation=Relation.OTHER)
    else:
        one_of(members, data).update(work_place=data.draw(st.sampled_from(["", *WorkPlace.values])))


#: What makes a benefit this one and no other.
KEY = ("household", "measure", "year", "person", "on")


def change_row(one, what, data):
    """Change a benefit, partnership, project or entry, but not into what another one is already."""
    row = one.get()
    values = {
        "benefit": [
            {"amount": data.draw(drawing.one(drawing.an_amount))}, {"measure": data.draw(st.sampled_from(Given.values))},
            {"year": data.draw(drawing.one(drawing.a_year))}, {"enterprise": None}, {"person": None}, {"remark": "改"},
        ],
        "partnership": [{"remark": "改"}],
        "project": [
            {"amount": data.draw(drawing.one(drawing.an_amount))}, {"stage": data.draw(st.sampled_from(ProjectStage.values))},
            {"position": data.draw(st.integers(0, 3))}, {"quantity": None},
        ],
        "work": [{"attendance": data.draw(drawing.one(drawing.a_number))}],
    }  # fmt: skip
    chosen = data.draw(st.sampled_from(values[what]))
    if what == "benefit":
        key = {name: chosen.get(name, getattr(row, name)) for name in KEY}
        assume(not Benefit.objects.unscoped("tests").exclude(pk=row.pk).filter(**key).exists())
    one.update(**chosen)


def add_row(county, place, what, data):
    if what == "project":
        drawing.project(place, 6, data.draw(drawing.one(drawing.a_project))).save()
    elif what == "work":
        drawing.entry(place, 9, data.draw(drawing.one(drawing.an_entry))).save()
    else:
        at_home = HouseholdYear.objects.unscoped("tests").filter(region=place)
        household = Household.objects.unscoped("tests").get(pk=one_of(at_home, data).get().household_id)
        if what == "benefit":
            values = data.draw(drawing.one(drawing.a_benefit)) | {"is_dated": False, "person": None}
            row = drawing.benefit(county, place, drawing.Home(household), values)
            same = {
                "household": household,
                "measure": row.measure,
                "year": row.year,
                "person": None,
                "on": None,
            }
            assume(not Benefit.objects.unscoped("tests").filter(**same).exists())
            row.save()
        else:
            enterprise = county.enterprises[data.draw(st.sampled_from(list(county.enterprises)))]
            same = {"household": household, "enterprise": enterprise, "year": YEAR}
            assume(not Partnership.objects.unscoped("tests").filter(**same).exists())
            Partnership.objects.create(region=place, **same)
