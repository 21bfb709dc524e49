"""Declared figures: complete, of stable codes, and measured in one statement per base."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fupin.models import Level
from households.models import HouseholdYear
from reports.figures.declare import Figure, Measure
from reports.figures.measure import CHUNK, measure, measure_places
from reports.figures.village import AGREEMENTS, BASES, NAMES, profile, registered
from reports.queries.summary import figure_by_code, window_of
from tests import factories as make
from tests.reports.support import region

pytestmark = pytest.mark.django_db

CODES = [
    "profile.groups", "profile.hamlets", "profile.households", "profile.people",
    "profile.agricultural_people", "profile.labour", "profile.away_labour", "profile.territory",
    "profile.farmland", "profile.forest", "profile.water", "profile.party_members",
    "profile.secretaries", "profile.deputy_directors", "profile.family_planning_officers",
    "profile.position", "profile.main_industries", "profile.main_income", "profile.key_village",
    "poor.households", "poor.people",
    "exited.before_2016.households", "exited.before_2016.people",
    "exited.2016.households", "exited.2016.people",
    "exited.2017.households", "exited.2017.people",
    "not_exited.households", "not_exited.people",
    "general.households", "general.people",
    "dibao.households", "dibao.people",
    "wubao.households", "wubao.people",
]  # fmt: skip


def all_figures(window):
    return [figure for base in BASES for figure in base.all_figures(window)]


@pytest.fixture
def window(world):
    return window_of(world.a, first=2017, last=2017, since=2016)


def test_codes_are_stable(window):
    """Links, caches and sealed reports name figures by code: one that changes breaks them."""
    assert [figure.code for figure in all_figures(window)] == CODES
    assert max(Counter(CODES).values()) == 1


def test_every_figure_is_found_by_its_code_alone(window):
    for figure in all_figures(window):
        found = figure_by_code(figure.code, window)
        assert (found.code, found.label) == (figure.code, figure.label)
        kwargs = {"region": "421199103206", "year": 2017, "code": figure.code}
        assert reverse("figure_rows", kwargs=kwargs).endswith(f"/figures/{figure.code}/")
    assert figure_by_code("exited.2015.households", window) is None


def test_every_figure_is_explained(window):
    for figure in all_figures(window):
        for words in (figure.label, figure.definition, figure.base.description, figure.base.ledger.label):
            assert words.strip() == words != ""
            assert re.findall(r"[{}%]|None", words) == []
        assert bool(figure.unit) == (figure.measure is not Measure.TEXT)
    labels = Counter(figure.label for figure in all_figures(window))
    assert [label for label, times in labels.items() if times > 1] == []


def test_names_of_a_wording_lead_to_every_figure(window):
    named = [figure.code for thing in NAMES.values() for figure in thing.figures(window)]
    assert named == CODES


def test_agreements_speak_of_declared_figures(window):
    for agreement in AGREEMENTS:
        for pair in (agreement.total, *agreement.pairs(window)):
            assert [figure.code for figure in pair if figure.code not in CODES] == []


def test_one_statement_measures_a_base(window):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        measure(all_figures(window), window)
    tables = [re.search(r'FROM \(?.*?"(households_\w+|fupin_\w+)"', q["sql"])[1] for q in captured]
    assert sorted(tables) == [
        "fupin_ledger",
        "fupin_region",
        "households_householdyear",
        "households_villageyear",
    ]


def many(count):
    """Figures by exit year and category; declared nowhere."""
    return [
        Figure(
            f"many.{i}", f"第{i}个", "户", "测试", registered, [Measure.ENTITIES, Measure.SIZES][i % 2],
            Q(exit_year=2000 + i % 20) | Q(category="01"),
        )
        for i in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "statements"), [(1, 1), (CHUNK, 1), (CHUNK + 1, 2), (3 * CHUNK, 3)])
def test_more_figures_than_a_select_holds_are_measured_in_chunks(world, window, count, statements):
    make.household(world.a, size=4, status="03", exit_year=2016, category="04")
    figures = many(count)
    with CaptureQueriesContext(connection) as captured:
        results = measure(figures, window)
    assert sum("households_householdyear" in query["sql"] for query in captured) == statements
    # World's household of two is 01, so in each; that of four left in 2016.
    assert {i: results[f"many.{i}"].value for i in range(count)} == {
        i: ([2, 6] if i % 20 == 16 else [1, 2])[i % 2] for i in range(count)
    }
    with CaptureQueriesContext(connection) as captured:
        places = measure_places(figures, window, Level.VILLAGE)
    assert len(captured) == statements
    assert {place: len(found) for place, found in places.items()} == {world.a.prefix: count}


def test_figures_of_a_base_fill_the_widest_select(world, window):
    """CHUNK sums are the widest statement: two columns each inside, two outside."""
    figures = [
        Figure(f"sum.{i}", f"第{i}个", "人", "测试", profile, Measure.SUM, expression="people")
        for i in range(CHUNK)
    ]
    results = measure(figures, window)
    assert {result.value for result in results.values()} == {400}


def test_a_region_without_rows_is_measured(db):
    empty = make.village("421199103299", "空村")
    window = window_of(empty, first=2017, last=2017, since=2016)
    results = measure(all_figures(window), window)
    assert {code: (r.value, r.rows, r.covered, r.villages) for code, r in results.items()} == dict.fromkeys(
        CODES, (None, 0, 0, 1)
    )
    township = window_of(region("421199103000"), first=2017, last=2017, since=2016)
    assert measure_places(list(registered.all_figures(township)), township, Level.VILLAGE) == {}


def test_text_is_a_villages_alone(world):
    """With one profile in the whole township, its position is still not the township's."""
    from households.models import VillageYear

    VillageYear.objects.unscoped("tests").exclude(region=world.a).delete()
    VillageYear.objects.unscoped("tests").update(position="南部")
    for place, said in ((world.a, "南部"), (world.township, None)):
        window = window_of(place, first=2017, last=2017)
        result = measure(profile.all_figures(window), window)["profile.position"]
        assert (result.value, result.rows) == (said, 1)


def test_places_of_two_levels(world):
    make.household(world.b, size=3)
    window = window_of(world.county, first=2017, last=2017)
    figures = list(NAMES["poor"].figures(window))

    def at(level):
        return {
            place: [found[figure.code] for figure in figures]
            for place, found in measure_places(figures, window, level).items()
        }

    assert at(Level.VILLAGE) == {
        "421199103206": [(1, 1), (2, 1)],
        "421199103207": [(2, 2), (5, 2)],
        "421199104201": [(1, 1), (2, 1)],
    }
    assert at(Level.TOWNSHIP) == {"421199103": [(3, 3), (7, 3)], "421199104": [(1, 1), (2, 1)]}
    assert at(Level.COUNTY) == {"421199": [(4, 4), (9, 4)]}


def test_rows_behind_a_figure_are_those_it_counts(world, window):
    gone = make.household(world.a, on_roll=False)
    kept = make.household(world.a, category="06")
    rows = HouseholdYear.objects.unscoped("tests")
    behind = {
        f.code: [r.pk for r in f.rows(rows, window).order_by("pk")] for f in registered.all_figures(window)
    }
    assert behind["poor.households"] == [world.household_a.pk, kept.pk]
    assert behind["wubao.people"] == [kept.pk]
    assert gone.pk not in {pk for pks in behind.values() for pk in pks}
