"""Declared figures: complete, of stable codes, and measured in one statement per base."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fupin.ledgers import LEDGERS
from fupin.models import Level
from households.models import HouseholdYear
from reports.figures.declare import Figure, Measure
from reports.figures.funds import entities, given, holders, partners
from reports.figures.measure import measure, measure_places
from reports.figures.register import profile, registered
from reports.figures.statements import CHUNK
from reports.figures.village import BASES, CHECKS, NAMES
from reports.queries.summary import figure_by_code, window_of
from tests import factories as make
from tests.reports.support import region

pytestmark = pytest.mark.django_db

CODES = [
    "profile.villages", "profile.key_villages", "profile.groups", "profile.hamlets", "profile.households",
    "profile.people", "profile.agricultural_people", "profile.labour", "profile.away_labour",
    "profile.territory", "profile.farmland", "profile.forest", "profile.water", "profile.party_members",
    "profile.secretaries", "profile.deputy_directors", "profile.family_planning_officers", "profile.position",
    "profile.main_industries", "profile.main_income", "profile.key_village", "poor.households", "poor.people",
    "exited.before_2016.households", "exited.before_2016.people", "exited.2016.households",
    "exited.2016.people", "exited.2017.households", "exited.2017.people", "not_exited.households",
    "not_exited.people", "general.households", "general.people", "dibao.households", "dibao.people",
    "wubao.households", "wubao.people", "status.returned.households", "status.returned.people",
    "status.exited_before.households", "status.exited_before.people", "status.not_exited.households",
    "status.not_exited.people", "status.exited_this_year.households", "status.exited_this_year.people",
    "left.households", "left.people", "left.share", "cause.illness.households", "cause.illness.people",
    "cause.disability.households", "cause.disability.people", "cause.schooling.households",
    "cause.schooling.people", "cause.disaster.households", "cause.disaster.people",
    "cause.no_land.households", "cause.no_land.people", "cause.no_water.households", "cause.no_water.people",
    "cause.no_technique.households", "cause.no_technique.people", "cause.no_labour.households",
    "cause.no_labour.people", "cause.no_funds.households", "cause.no_funds.people",
    "cause.traffic.households", "cause.traffic.people", "cause.no_motivation.households",
    "cause.no_motivation.people", "cause.blank.households", "cause.blank.people", "size.0.households",
    "size.0.people", "size.1.households", "size.1.people", "size.2.households", "size.2.people",
    "size.3.households", "size.3.people", "size.4.households", "size.4.people", "size.5.households",
    "size.5.people", "size.many.households", "size.many.people", "income.under_3000.households",
    "income.under_3000.people", "income.from_3000_to_4000.households", "income.from_3000_to_4000.people",
    "income.from_4000_to_6000.households", "income.from_4000_to_6000.people",
    "income.from_6000_to_10000.households", "income.from_6000_to_10000.people",
    "income.from_10000.households", "income.from_10000.people", "income.blank.households",
    "income.blank.people", "workers", "members.count", "schooling.illiterate", "schooling.primary",
    "schooling.junior", "schooling.high", "schooling.college", "schooling.preschool", "schooling.blank",
    "health.healthy", "health.chronic", "health.serious", "health.disabled", "health.blank", "skill.ordinary",
    "skill.skilled", "skill.lost", "skill.none", "skill.weak", "skill.blank", "working.township",
    "working.county", "working.province", "working.other_province", "working.other", "working.blank",
    "school.preschool", "school.primary", "school.junior", "school.high", "school.vocational",
    "school.higher_vocational", "school.college", "school.none", "school.blank", "months.from_0_to_2",
    "months.from_3_to_5", "months.from_6_to_8", "months.from_9_to_12", "months.blank", "sex.male",
    "sex.female", "age.under_6", "age.from_6_to_15", "age.from_16_to_35", "age.from_36_to_59",
    "age.from_60_to_79", "age.from_80", "production.households", "production.people", "relocation.households",
    "relocation.people", "ecology.households", "ecology.people", "education.households", "education.people",
    "security.households", "security.people", "production.share", "relocation.share", "ecology.share",
    "education.share", "security.share", "security_rest.households", "security_rest.people",
    "security_rest.dibao.households", "security_rest.dibao.people", "security_rest.wubao.households",
    "security_rest.wubao.people", "security_rest.old_age.households", "security_rest.old_age.people",
    "security_rest.disability.households", "security_rest.disability.people",
    "security_rest.medical.households", "security_rest.medical.people", "security_rest.relief.households",
    "security_rest.relief.people", "houses.households", "houses.people", "rebuilt.before_2016.households",
    "rebuilt.before_2016.people", "rebuilt.2016.households", "rebuilt.2016.people", "rebuilt.2017.households",
    "rebuilt.2017.people", "water.households", "water.people", "water_exited.before_2016.households",
    "water_exited.before_2016.people", "water_exited.2016.households", "water_exited.2016.people",
    "water_exited.2017.households", "water_exited.2017.people", "water_not_exited.households",
    "water_not_exited.people", "own_business.households", "own_business.people", "dibao_pay.households",
    "dibao_pay.people", "dibao_pay.amount", "wubao_pay.households", "wubao_pay.people", "wubao_pay.amount",
    "rebuild.households", "rebuild.people", "rebuild.amount", "renovation.households", "renovation.people",
    "renovation.amount", "education.amount", "posts.households", "posts.people", "posts.amount",
    "posts.years", "posts.average", "loan.households", "loan.people", "loan.amount", "loan.each",
    "dividend.households", "dividend.people", "dividend.amount", "solar.households", "solar.people",
    "solar.amount", "solar.years", "solar.average", "cattle.households", "cattle.people", "bees.households",
    "bees.people", "livestock.amount", "household_funds.amount", "loan.enterprises", "education.pupils",
    "posts.holders", "gone.households", "gone.amount", "firm_households.households", "firm_households.people",
    "cooperative_households.households", "cooperative_households.people", "firms", "cooperatives",
    "projects.count", "projects.amount", "projects.done", "planned.count", "stage.planned.count",
    "stage.planned.amount", "stage.under_way.count", "stage.under_way.amount", "stage.done.count",
    "stage.done.amount", "stage.stopped.count", "stage.stopped.amount", "work.field_meeting.times",
    "work.field_meeting.attendance", "work.yard_meeting.times", "work.yard_meeting.attendance",
    "work.heads_meeting.times", "work.heads_meeting.attendance", "work.policy.times",
    "work.policy.attendance", "work.contest.times", "work.contest.attendance", "work.stories.times",
    "work.stories.attendance", "work.training.times", "work.training.attendance", "work.visit.times",
    "work.party_day.times", "work.party_day.attendance", "work.cleaning.times", "work.cleaning.attendance",
    "work.other.times", "work.other.attendance", "work.meetings.times",
]  # fmt: skip
#: Names of a wording whose figures are those of single rows.
LISTINGS = ["projects", "planned"]


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
        kept = [LEDGERS[kind] for kind in figure.ledgers]
        assert kept != []
        for words in (figure.label, figure.definition, figure.base.description, *kept):
            assert words.strip() == words != ""
            assert re.findall(r"[{}%]|None", words) == []
        assert bool(figure.unit) == (figure.measure not in (Measure.TEXT, Measure.NAMES))
    labels = Counter(figure.label for figure in all_figures(window))
    assert [label for label, times in labels.items() if times > 1] == []


def test_names_of_a_wording_lead_to_every_figure(window):
    named = [figure.code for thing in NAMES.values() for figure in thing.figures(window)]
    assert named == CODES
    assert [name for name, thing in NAMES.items() if not thing.figures(window)] == LISTINGS
    assert [name for name, thing in NAMES.items() if name != thing.name] == []


def test_checks_speak_of_declared_figures(window):
    for check in CHECKS:
        codes = [figure.code for figure in check.figures(window)]
        assert codes != []
        assert [code for code in codes if code not in CODES] == []


def test_a_ratio_is_of_declared_figures_of_which_the_first_has_its_rows(window):
    ratios = [figure for figure in all_figures(window) if figure.measure is Measure.RATIO]
    assert {figure.code: tuple(part.code for part in figure.parts) for figure in ratios} == {
        "left.share": ("left.households", "poor.households"),
        "production.share": ("production.households", "poor.households"),
        "relocation.share": ("relocation.households", "poor.households"),
        "ecology.share": ("ecology.households", "poor.households"),
        "education.share": ("education.households", "poor.households"),
        "security.share": ("security.households", "poor.households"),
        "posts.average": ("posts.amount", "posts.years"),
        "loan.each": ("loan.amount", "loan.households"),
        "solar.average": ("solar.amount", "solar.years"),
    }
    for figure in ratios:
        part, _whole = figure.parts
        assert (figure.base, figure.where, figure.ledgers) == (part.base, part.where, part.ledgers)


def test_one_statement_measures_a_base(window):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        measure(all_figures(window), window)
    read = [re.findall(r'FROM "((?:households|funds|fupin)_\w+)"', q["sql"]) for q in captured]
    # The names of enterprises are looked up within the statement that finds their keys.
    tables = [next(table for table in found if table != "funds_enterprise") for found in read]
    assert sum("funds_enterprise" in found for found in read) == 1
    assert sorted(tables) == [
        "funds_benefit", "funds_benefit", "funds_benefit",  # of households, of people, of who has left
        "funds_partnership", "funds_partnership",  # households, and enterprises
        "funds_project",
        "fupin_ledger",
        "fupin_region",
        "households_householdyear",
        "households_incomeitem",  # in the statement that reads the register a second time
        "households_ledgerentry",
        "households_membership",
        "households_person",  # in the statement that reads the members a second time
        "households_villageyear",
    ]  # fmt: skip


def many(count):
    """Figures by exit year and category; declared nowhere."""
    return [
        Figure(
            f"many.{i}", f"第{i}个", "户", "测试", registered, [Measure.ENTITIES, Measure.SIZES][i % 2],
            Q(exit_year=2000 + i % 20) | Q(category="01"), ledgers=registered.ledgers,
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
        Figure(
            f"sum.{i}",
            f"第{i}个",
            "人",
            "测试",
            profile,
            Measure.SUM,
            expression="people",
            ledgers=("profile",),
        )
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


@pytest.mark.parametrize("base", [given, holders, partners, entities], ids=lambda base: base.code)
def test_a_row_meets_the_year_of_its_household_directly(base, window):
    """The relation is for queries alone: no field of the model, no attribute of a row."""
    rows = base.narrow(base.model.objects.unscoped("tests"), window).order_by()
    assert re.findall(r'JOIN "(\w+)"', str(rows.query)) == ["households_householdyear"]
    assert "household_years" not in {field.name for field in base.model._meta.fields}
    assert not hasattr(base.model, "household_years")
