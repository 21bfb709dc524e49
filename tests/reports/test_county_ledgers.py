"""The ledgers of the invented county's villages: plausible rows, some villages without some, all of them written."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache

import pytest

from funds.enums import MEASURES, Measure, ProjectStage
from funds.ledgers import LedgerKind
from funds.models import Benefit, Enterprise, Partnership, Project
from funds.validators import benefit_doubts, benefit_problems, project_problems
from fupin.models import Ledger
from households.models import LedgerEntry
from households.validators import repeated, work_problems
from reports.domain.county import make_county
from reports.reference.compose import VillageRows
from reports.reference.county import compose_villages, plan_county
from reports.reference.facts import WANTIANFAN
from tests.reports.other_village import OTHER_VILLAGE

YEAR = 2017


@cache
def villages(households: int = 3_600, count: int = 120, seed: int = 3) -> list[VillageRows]:
    plan = plan_county(households=households, villages=count, seed=seed, year=YEAR)
    return [rows for _, rows in compose_villages(plan.villages, seed=seed, year=YEAR)]


def kept(rows: VillageRows) -> set[str]:
    """The ledgers in which a village has rows, of any year."""
    found = {MEASURES[row["measure"]].ledger.value for row in rows.benefits}
    for kind, there in (("projects", rows.projects), ("partners", rows.partnerships), ("work", rows.work)):
        found |= {kind} if there else set()
    return found


def test_rows_pass_every_rule():
    for rows in villages():
        for found, rule in (
            (rows.benefits, benefit_problems),
            (rows.projects, project_problems),
            (rows.work, work_problems),
        ):
            assert [problem for row in found for problem in rule(row, YEAR)] == []
        for found, names in (
            (rows.benefits, ("household_number", "person_name", "person_number", "measure", "year", "on")),
            (rows.projects, ("name", "year")),
            (rows.partnerships, ("enterprise_name", "household_number", "year")),
            (rows.work, ("kind", "on", "title")),
        ):
            assert list(repeated(found, names)) == []
        assert rows.texts == []


def test_rows_name_households_people_and_enterprises_of_the_village():
    kinds = defaultdict(set)
    for rows in villages():
        heads = {row["household_number"]: row["head_name"] for row in rows.households}
        since = {row["household_number"]: row["registered_on"].year for row in rows.households}
        people = {(row["household_number"], row["name"]) for row in rows.members}
        enterprises = {row["enterprise_name"] for row in rows.partnerships}
        for row in (*rows.benefits, *rows.partnerships):
            assert row["head_name"] == heads[row["household_number"]]
            assert since[row["household_number"]] <= row["year"] <= YEAR
        named = [row for row in rows.benefits if row["person_name"]]
        assert {(row["household_number"], row["person_name"]) for row in named} <= people
        assert {row["enterprise_name"] for row in rows.benefits if row["enterprise_name"]} <= enterprises
        for row in rows.partnerships:
            kinds[row["enterprise_name"]].add(row["kind"])
    assert {len(found) for found in kinds.values()} == {1}
    for facts in (WANTIANFAN, OTHER_VILLAGE):
        batches = facts.ledgers.batches
        declared = {firm.name for firm in (*batches.market_entities, *batches.cooperatives)}
        assert declared & set(kinds) == set()


#: A ledger of what few have: not every village has a pupil at a vocational school.
RARE = {LedgerKind.YULU}


def test_some_villages_keep_no_ledger_of_a_kind_and_most_keep_it():
    keeping = Counter(kind for rows in villages() for kind in kept(rows))
    assert set(keeping) == {*LedgerKind.values, "work"}
    assert all((20 if kind in RARE else 60) <= keeping[kind] < 120 for kind in keeping), keeping
    assert min(len(kept(rows)) for rows in villages()) > 0


def test_rows_look_like_a_county():
    every = villages()
    benefits = [row for rows in every for row in rows.benefits]
    projects = [row for rows in every for row in rows.projects]
    assert {row["measure"] for row in benefits} >= set(MEASURES) - {"106", "506"}
    with_standard = {row["measure"] for row in benefits if row.get("standard")}
    assert with_standard == {
        Measure.YULU,
        Measure.WORKING_AWAY,
        Measure.ASSET_DIVIDEND,
        Measure.OTHER_DIVIDEND,
    }
    assert [row for row in benefits for _ in benefit_doubts(row)] == []
    assert {row["year"] for row in benefits} == {2015, 2016, 2017}
    stages = Counter(row["stage"] for row in projects)
    assert 0.08 <= stages[ProjectStage.PLANNED] / len(projects) <= 0.25
    planned = {row["amount"] is None for row in projects if row["stage"] == ProjectStage.PLANNED}
    assert planned == {True, False}, (
        "what is planned stands in the library with its planned money, or merely in the ledger"
    )
    assert all(row["amount"] for row in projects if row["stage"] != ProjectStage.PLANNED)
    assert all(row["amount"] == row["amount"].quantize(Decimal("0.01")) for row in benefits if row["amount"])
    shared = defaultdict(set)
    for number, rows in enumerate(every):
        for row in rows.partnerships:
            shared[row["enterprise_name"]].add(number)
    assert max(len(where) for where in shared.values()) > 5, "no enterprise works in several villages"


def test_a_larger_village_has_more_rows_in_proportion():
    """Nothing is searched: what a village costs grows with its households alone."""
    per_household = [
        sum(len(rows.benefits) for rows in villages(size, 10)) / size for size in (200, 2_000, 20_000)
    ]
    assert all(3 <= rows <= 7 for rows in per_household), per_household


@pytest.mark.parametrize("year", [2014, 2019])
def test_no_row_is_older_than_the_registration_or_later_than_the_year(year):
    plan = plan_county(households=200, villages=5, seed=1, year=year)
    for _, rows in compose_villages(plan.villages, seed=1, year=year):
        years = {row["year"] for row in (*rows.benefits, *rows.projects, *rows.partnerships)}
        years |= {row["on"].year for row in rows.work}
        assert years <= set(range(max(2014, year - 2), year + 1))


@pytest.mark.django_db
def test_all_rows_are_written_and_open_their_ledgers():
    plan = plan_county(households=120, villages=8, seed=5, year=YEAR)
    make_county(plan=plan, tell=lambda line: None)
    composed = {
        village.place.code: rows for village, rows in compose_villages(plan.villages, seed=5, year=YEAR)
    }
    for model, name in (
        (Benefit, "benefits"),
        (Project, "projects"),
        (Partnership, "partnerships"),
        (LedgerEntry, "work"),
    ):
        written = Counter(model.objects.unscoped("tests").values_list("region_id", flat=True))
        assert written == {
            code: len(there) for code, rows in composed.items() if (there := getattr(rows, name))
        }
    names = {row["enterprise_name"] for rows in composed.values() for row in rows.partnerships}
    assert set(Enterprise.objects.unscoped("tests").values_list("name", flat=True)) == names
    paid = Benefit.objects.unscoped("tests").exclude(amount=None).values_list("amount", flat=True)
    assert sum(paid) == sum(row["amount"] or 0 for rows in composed.values() for row in rows.benefits)
    opened = defaultdict(set)
    ledgers = Ledger.objects.unscoped("tests").exclude(kind__in=["profile", "households"])
    for code, kind, state in ledgers.values_list("region_id", "kind", "state"):
        assert state == "rows"
        opened[code].add(kind)
    assert opened == {code: kept(rows) for code, rows in composed.items()}
    missing = {
        kind: sum(kind not in there for there in opened.values()) for kind in (*LedgerKind.values, "work")
    }
    assert any(missing.values())
