"""The invented county: counted again from its rows in plain Python, and from the database."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Sum

from funds.models import (
    Allocation,
    Appropriation,
    AppropriationEntry,
    Benefit,
    Enterprise,
    Partnership,
    Payment,
    Project,
    ProjectStep,
)
from fupin.access import SYSTEM
from fupin.models import Ledger, Level, Region, RegionYear
from fupin.numbers import clean_personal_number
from households.enums import ActKind, PovertyCategory, PovertyStatus, Relation
from households.models import (
    Act,
    Household,
    HouseholdYear,
    LedgerEntry,
    Membership,
    Person,
    VillageYear,
)
from households.validators import household_problems, member_problems, roster_problems
from reports.domain.county import make_county
from reports.domain.reference import load_reference_village
from reports.queries.summary import build_summary, window_of
from reports.reference import county
from reports.reference.compose import compose
from reports.reference.contradictions import contradictions
from reports.reference.county import ImpossibleCounty, compose_villages, plan_county
from reports.reference.facts import COUNTY, WANTIANFAN
from reports.reference.shape import VillageFacts

HOUSEHOLDS, VILLAGES, SEED = 90, 5, 7


def everything(households=1_500, villages=31, seed=3, year=2017):
    """The rows of all villages of a plan, village by village."""
    plan = plan_county(households=households, villages=villages, seed=seed, year=year)
    return plan, list(compose_villages(plan.villages, seed=seed, year=year))


def make(households=HOUSEHOLDS, villages=VILLAGES, seed=SEED, **more):
    """Run the command; what it printed."""
    out = StringIO()
    call_command("make_county", households=households, villages=villages, seed=seed, stdout=out, **more)
    return out.getvalue().splitlines()


def rows_of(model):
    """The county's made rows of a model."""
    return model.objects.unscoped("tests")


def digest_of_tables():
    """A digest of every row of the register and of its audit, but for surrogate keys and moments."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in (
            Region,
            RegionYear,
            Ledger,
            VillageYear,
            Household,
            HouseholdYear,
            Person,
            Membership,
            Act,
            LedgerEntry,
            Enterprise,
            Partnership,
            Benefit,
            Project,
            ProjectStep,
            Appropriation,
            AppropriationEntry,
            Allocation,
            Payment,
        ):
            for table in (model._meta.db_table, f"{model._meta.db_table}event"):
                cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
                digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()


class TestPlan:
    @pytest.mark.parametrize(
        ("households", "villages"),
        [(1, 1), (7, 7), (90, 5), (300, 12), (999, 21), (24_000, 400), (300_000, 400)],
    )
    def test_shares_all_households_over_all_villages(self, households, villages):
        plan = plan_county(households=households, villages=villages, seed=1, year=2017)
        sizes = [village.households for village in plan.villages]
        assert (len(sizes), sum(sizes)) == (villages, households)
        assert min(sizes) >= 1
        firsts = [village.first_household_number for village in plan.villages]
        assert firsts == list(itertools.accumulate(sizes[:-1], initial=county.FIRST_HOUSEHOLD_NUMBER))

    def test_is_uneven(self):
        sizes = [
            v.households for v in plan_county(households=24_000, villages=400, seed=1, year=2017).villages
        ]
        assert max(sizes) > 2 * 60 > 60 > 2 * min(sizes)

    def test_townships_hold_ten_to_twenty_villages(self):
        plan = plan_county(households=24_000, villages=400, seed=1, year=2017)
        held = Counter(village.township.code for village in plan.villages)
        assert set(held) == {township.code for township in plan.townships}
        assert [code for code, count in held.items() if not 8 <= count <= 22] == []
        assert 10 <= sum(held.values()) / len(held) <= 20

    def test_codes_and_names_differ_from_one_another_and_from_the_reference(self):
        plan = plan_county(households=2_500, villages=2_500, seed=1, year=2017)
        places = [*plan.townships, *(village.place for village in plan.villages)]
        assert len({place.code for place in places}) == len(places)
        assert len({place.name for place in places}) == len(places)
        taken = {WANTIANFAN.village.name, WANTIANFAN.township.name, *(p.name for p in county.NEIGHBOURS)}
        assert {place.name for place in places} & taken == set()
        for village in plan.villages:
            assert village.place.code[:9] == village.township.code[:9]

    def test_every_number_of_the_call_gives_other_names(self):
        calls = [{}, {"households": 91}, {"villages": 6}, {"seed": 8}, {"year": 2016}]
        base = {"households": 90, "villages": 5, "seed": 7, "year": 2017}
        named = {tuple(v.place.name for v in plan_county(**{**base, **call}).villages) for call in calls}
        assert len(named) == len(calls)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"villages": 0}, "村数应为1至2500，不是0"),
            ({"villages": 2_501, "households": 9_000}, "村数应为1至2500，不是2501"),
            ({"households": 4}, "5个村的户数应为5至25000，不是4"),
            ({"households": 25_001}, "5个村的户数应为5至25000，不是25001"),
            ({"year": 2013}, "建档立卡始于2014年，不能生成2013年的数据"),
        ],
    )
    def test_refuses_what_cannot_be(self, wrong, sentence):
        with pytest.raises(ImpossibleCounty) as error:
            plan_county(**{"households": 90, "villages": 5, "seed": 7, "year": 2017, **wrong})
        assert str(error.value) == sentence


class TestRows:
    def test_pass_every_rule_of_the_import(self):
        _plan, villages = everything()
        for _village, rows in villages:
            problems = [p for row in rows.households for p in household_problems(row, 2017)]
            problems += [p for row in rows.members for p in member_problems(row, 2017)]
            assert problems == []
            assert roster_problems(rows.households, rows.members) == ([], [])

    def test_have_facts_without_contradictions(self, monkeypatch):
        made: list[VillageFacts] = []
        rows_of = county.rows_of
        monkeypatch.setattr(
            county, "rows_of", lambda facts, homes, rng: made.append(facts) or rows_of(facts, homes, rng)
        )
        everything()
        assert len(made) == 31
        assert [problem for facts in made for problem in contradictions(facts)] == []

    def test_give_everybody_a_number_of_their_own_beside_the_reference_village(self):
        _plan, villages = everything()
        members = [member for _, rows in villages for member in rows.members]
        reference = compose(WANTIANFAN, seed=1)
        numbers = [m["id_number"] for m in (*members, *reference.members) if m["id_number"]]
        assert [clean_personal_number(number) for number in numbers] == numbers
        assert len({number[:18] for number in numbers}) == len(numbers)
        without = [m for m in members if not m["id_number"]]
        assert {m["birth_date"].year for m in without} == {2017}
        assert len(without) < len(members) / 50

    def test_leave_the_reserved_sequences_alone(self):
        """The negative control: without the reserve the two would collide."""
        book, beside = (
            county.NumberBook("421199"),
            county.NumberBook("421199", first=county.RESERVED_SEQUENCES),
        )
        born = date(1970, 1, 1)
        ours = {book.issue(born, male=True) for _ in range(county.RESERVED_SEQUENCES)}
        theirs = {beside.issue(born, male=True) for _ in range(county.RESERVED_SEQUENCES)}
        assert ours & theirs == set()
        assert ours & {county.NumberBook("421199").issue(born, male=True)} != set()
        per_day = Counter(
            (m["birth_date"], m["sex"]) for m in compose(WANTIANFAN, seed=1).members if m["id_number"]
        )
        assert max(per_day.values()) <= county.RESERVED_SEQUENCES

    def test_look_like_a_county(self):
        _plan, villages = everything(households=4_000, villages=40)
        households = [row for _, rows in villages for row in rows.households]
        members = [row for _, rows in villages for row in rows.members]
        assert 2.2 <= len(members) / len(households) <= 2.45
        assert {row["category"] for row in households} == set(PovertyCategory)
        years = Counter(row["exit_year"] for row in households)
        assert set(years) == {None, 2014, 2015, 2016, 2017}
        assert years[2014] < years[2015] < years[2016] < years[2017]
        assert {row["status"] for row in households} == set(PovertyStatus) - {PovertyStatus.RETURNED}
        assert len({row["main_cause"] for row in households}) >= 6
        for column, least in (
            ("relation", 9),
            ("education", 6),
            ("school", 12),
            ("health", 4),
            ("labour_skill", 4),
        ):
            assert len({row[column] for row in members}) >= least, column
        ages = [2017 - row["birth_date"].year for row in members]
        assert (min(ages), max(ages) > 85) == (0, True)

    def test_do_not_depend_on_the_villages_made_before_but_for_numbers(self):
        plan, villages = everything(villages=6, households=60)
        ((_, alone),) = compose_villages(plan.villages[3:4], seed=3, year=2017)
        _, among = villages[3]
        strip = lambda rows: [{**row, "id_number": None} for row in rows]  # noqa: E731
        assert strip(alone.members) == strip(among.members)
        assert alone.households == among.households

    def test_are_the_same_again_and_others_with_another_seed(self):
        first, again, other = (everything(seed=seed)[1] for seed in (3, 3, 4))
        assert first == again
        assert [rows.members for _, rows in first] != [rows.members for _, rows in other]


@pytest.mark.django_db
class TestCommand:
    def test_counts_are_exact_and_add_up(self):
        lines = make()
        people = rows_of(Membership).count()
        assert lines == [f"云岭县：新增5村，90户，{people}人"]
        assert rows_of(Household).count() == HOUSEHOLDS
        assert rows_of(HouseholdYear).filter(year=2017, on_roll=True).count() == HOUSEHOLDS
        assert rows_of(Person).count() == people
        assert rows_of(HouseholdYear).aggregate(people=Sum("people"))["people"] == people
        assert rows_of(Region).filter(level=Level.VILLAGE).count() == VILLAGES
        assert rows_of(VillageYear).filter(year=2017).count() == VILLAGES
        assert set(rows_of(RegionYear).values_list("year", "state")) == {(2017, "open")}
        register = rows_of(Ledger).filter(kind__in=["profile", "households"])
        assert Counter(register.values_list("kind", "state")) == {
            ("profile", "rows"): VILLAGES,
            ("households", "rows"): VILLAGES,
        }
        by_village = dict(rows_of(HouseholdYear).order_by().values_list("region_id").annotate(Count("pk")))
        plan = plan_county(households=HOUSEHOLDS, villages=VILLAGES, seed=SEED, year=2017)
        assert by_village == {village.place.code: village.households for village in plan.villages}

    def test_each_household_has_one_head_and_its_acts(self):
        make()
        heads = Counter(
            rows_of(Membership)
            .filter(relation=Relation.HEAD, present=True)
            .values_list("household_year", flat=True)
        )
        assert set(heads) == set(rows_of(HouseholdYear).values_list("pk", flat=True))
        assert set(heads.values()) == {1}
        acts = defaultdict(list)
        for act in rows_of(Act).order_by("on"):
            acts[act.household_id].append((act.kind, act.on))
        for row in rows_of(HouseholdYear):
            expected = [(ActKind.REGISTERED, row.registered_on)]
            if row.exit_year:
                expected.append((ActKind.LEFT_POVERTY, date(row.exit_year, 12, 31)))
            assert acts[row.household_id] == expected

    def test_is_audited_as_the_system(self):
        make()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.metadata ->> 'user', e.pgh_label, count(*) FROM households_membershipevent e"
                " LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id GROUP BY 1, 2"
            )
            assert cursor.fetchall() == [("system", "insert", rows_of(Membership).count())]

    def test_a_second_run_changes_nothing(self):
        make()
        before = digest_of_tables()
        assert make() == ["云岭县：5村90户已在库中，没有改动"]
        assert digest_of_tables() == before

    def test_what_was_changed_since_stays(self):
        make()
        row = rows_of(HouseholdYear).order_by("pk").first()
        rows_of(HouseholdYear).filter(pk=row.pk).update(hamlet="改过的湾")
        make()
        assert rows_of(HouseholdYear).get(pk=row.pk).hamlet == "改过的湾"

    def test_goes_on_where_it_was_interrupted(self, monkeypatch):
        import reports.domain.county as domain

        plan = plan_county(households=HOUSEHOLDS, villages=VILLAGES, seed=SEED, year=2017)
        write, written = domain.write_village, []

        def write_two(region, village, rows, *, year):
            if len(written) == 2:
                raise KeyboardInterrupt
            written.append(village)
            write(region, village, rows, year=year)

        monkeypatch.setattr(domain, "write_village", write_two)
        with pytest.raises(KeyboardInterrupt):
            make_county(plan=plan, tell=lambda line: None)
        monkeypatch.undo()
        made = make_county(plan=plan, tell=lambda line: None)
        there = sum(village.households for village in written)
        assert (made.villages, made.households) == (VILLAGES - 2, HOUSEHOLDS - there)
        numbers = set(rows_of(Person).exclude(id_number="").values_list("id_number", flat=True))
        composed = compose_villages(plan.villages, seed=SEED, year=2017)
        assert numbers == {m["id_number"] for _, rows in composed for m in rows.members if m["id_number"]}

    @pytest.mark.parametrize("other", [{"seed": 8}, {"households": 91}, {"villages": 4}, {"year": 2018}])
    def test_another_county_in_its_place_is_refused(self, other):
        make()
        before = digest_of_tables()
        with pytest.raises(CommandError) as error:
            make(**other)
        assert error.value.returncode == 1
        assert str(error.value).startswith("云岭县已有另一次生成的数据（")
        assert digest_of_tables() == before

    def test_a_closed_year_is_refused(self):
        make()
        plan = plan_county(households=HOUSEHOLDS, villages=VILLAGES, seed=SEED, year=2017)
        code = plan.villages[0].place.code
        with connection.cursor() as cursor:  # a village without rows, in a year that is closed
            cursor.execute("DELETE FROM households_incomeitem WHERE region_id = %s", [code])
            cursor.execute("DELETE FROM households_membership WHERE region_id = %s", [code])
            cursor.execute("DELETE FROM households_act WHERE region_id = %s", [code])
            cursor.execute("DELETE FROM households_householdyear WHERE region_id = %s", [code])
        rows_of(RegionYear).filter(region=code).update(state="closed")
        with pytest.raises(CommandError) as error:
            make()
        assert error.value.returncode == 1
        assert (
            str(error.value)
            == f"2017年度已关账（区划代码 {code}），不能修改。如需修改，请联系县级办公室重新打开。"
        )

    def test_an_impossible_call_is_a_wrong_one(self):
        with pytest.raises(CommandError) as error:
            make(households=3)
        assert (error.value.returncode, str(error.value)) == (2, "5个村的户数应为5至25000，不是3。")

    def test_tells_how_far_it_is(self):
        lines = make(households=45, villages=41)
        assert [line.split("，")[0] for line in lines] == ["20/41村", "40/41村", "云岭县：新增41村"]

    def test_one_household_is_a_county_too(self):
        make(households=1, villages=1)
        assert rows_of(HouseholdYear).count() == 1

    def test_stands_beside_the_reference_village(self):
        load_reference_village()
        before = build_summary(
            kind="village",
            window=window_of(region_of(WANTIANFAN.village.code), first=2017, last=2017),
            actor=SYSTEM,
        )
        make()
        after = build_summary(
            kind="village",
            window=window_of(region_of(WANTIANFAN.village.code), first=2017, last=2017),
            actor=SYSTEM,
        )
        assert [r.value for r in after.results] == [r.value for r in before.results]
        assert rows_of(HouseholdYear).count() == HOUSEHOLDS + WANTIANFAN.registered.total.households
        assert region_of(COUNTY.code).name == COUNTY.name

    def test_summaries_of_its_villages_build_and_add_up(self):
        """Who was paid may differ from who is entitled, as in any county; sums may not."""
        make()
        for region in rows_of(Region).filter(level=Level.VILLAGE).select_related("parent"):
            summary = build_summary(
                kind="village", window=window_of(region, first=2016, last=2017, since=2014), actor=SYSTEM
            )
            assert [remark.text for remark in summary.remarks if "合计" in remark.text] == []
            values = {result.figure.code: result.value for result in summary.results}
            rows = rows_of(HouseholdYear).filter(region=region)
            assert values["poor.households"] == rows.count()
            assert values["poor.people"] == rows_of(Membership).filter(region=region).count()

    def test_another_year_is_made_by_the_same_rules(self):
        make(year=2019)
        assert set(rows_of(HouseholdYear).values_list("year", flat=True)) == {2019}
        assert {year for year in rows_of(HouseholdYear).values_list("exit_year", flat=True) if year} <= set(
            range(2014, 2020)
        )


def region_of(code):
    """A region with its parents."""
    return rows_of(Region).select_related("parent").get(code=code)
