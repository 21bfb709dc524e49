"""The reference village's rows, counted again in plain Python against the declared facts."""

import dataclasses
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fupin.numbers import check_character, clean_personal_number, clean_phone
from households.conditions import Housing
from households.enums import (
    Cause,
    Education,
    Health,
    LabourSkill,
    PovertyCategory,
    PovertyStatus,
    Relation,
    School,
    Sex,
)
from households.validators import household_problems, member_problems, roster_problems
from reports.reference.compose import VillageRows, compose
from reports.reference.contradictions import contradictions
from reports.reference.facts import WANTIANFAN
from reports.reference.marginals import Count
from reports.reference.shape import Hamlet, VillageFacts
from tests.reports.other_village import OTHER_VILLAGE

VILLAGE_KEYS = [
    "village_code", "village_name", "township_name", "is_key_village", "position", "groups", "hamlets",
    "households", "people", "agricultural_people", "labour", "away_labour", "territory", "farmland",
    "forest", "water", "main_industries", "main_income", "party_members", "secretaries",
    "deputy_directors", "family_planning_officers",
]  # fmt: skip
HOUSEHOLD_KEYS = [
    "household_number", "group", "hamlet", "head_name", "people", "category", "status", "exit_year",
    "registered_on", "main_cause", "other_causes", "phone", "housing", "house_area", "water_safe",
    "farmland", "forest", "remark",
]  # fmt: skip
MEMBER_KEYS = [
    "household_number", "name", "id_number", "birth_date", "sex", "relation", "ethnicity", "education",
    "school", "health", "labour_skill", "work_place", "work_months", "medical_insurance", "pension",
    "remark",
]  # fmt: skip

MALE_RELATIONS = {
    Relation.SON,
    Relation.SON_IN_LAW,
    Relation.GRANDSON,
    Relation.DAUGHTERS_SON,
    Relation.FATHER,
}
FEMALE_RELATIONS = {
    Relation.DAUGHTER,
    Relation.DAUGHTER_IN_LAW,
    Relation.GRANDDAUGHTER,
    Relation.DAUGHTERS_DAUGHTER,
    Relation.MOTHER,
}
CHILDREN = {Relation.SON, Relation.DAUGHTER}
CHILDREN_IN_LAW = {Relation.SON_IN_LAW, Relation.DAUGHTER_IN_LAW}
GRANDCHILDREN = {
    Relation.GRANDSON,
    Relation.GRANDDAUGHTER,
    Relation.DAUGHTERS_SON,
    Relation.DAUGHTERS_DAUGHTER,
}


def random_facts(seed: int) -> VillageFacts:
    """Facts which hold because they are counted from households drawn first."""
    rng = random.Random(seed)
    year = rng.randint(2014, 2020)
    years = [*range(2014, year + 1), None]
    drawn = [
        (rng.choice(years), rng.choice(list(PovertyCategory)[:3]), min(rng.choice((1, 1, 2, 3, 4, 5, 9)), 9))
        for _ in range(rng.choice((1, 2, 7, 40, 150)))
    ]
    by_exit_year: dict[int | None, Count] = defaultdict(lambda: Count(0, 0))
    by_category: dict[PovertyCategory, Count] = defaultdict(lambda: Count(0, 0))
    for exit_year, category, size in drawn:
        by_exit_year[exit_year] += Count(1, size)
        by_category[category] += Count(1, size)
    total = Count(len(drawn), sum(size for _, _, size in drawn))
    groups = rng.randint(1, 9)
    people = total.people + rng.randint(0, 2000)
    profile = dataclasses.replace(
        WANTIANFAN.profile,
        groups=groups,
        hamlets=tuple(Hamlet(f"第{number}湾", number) for number in range(1, groups + 1)),
        households=total.households + rng.randint(0, 500),
        people=people,
        agricultural_people=people,
        labour=people // 2,
        away_labour=people // 3,
        party_members=people // 20,
    )
    registered = dataclasses.replace(
        WANTIANFAN.registered,
        total=total,
        by_exit_year=dict(by_exit_year),
        by_category=dict(by_category),
        with_pupils=None,
        wage_workers=None,
    )
    return dataclasses.replace(WANTIANFAN, year=year, profile=profile, registered=registered, ledgers=None)


FACTS = {"万田畈村": WANTIANFAN, "大塘坳村": OTHER_VILLAGE} | {
    f"random {seed}": random_facts(seed) for seed in range(20)
}


@pytest.fixture(scope="module", params=FACTS, name="case")
def composed(request) -> tuple[VillageFacts, VillageRows]:
    facts = FACTS[request.param]
    return facts, compose(facts, seed=7)


def families(rows: VillageRows) -> dict[str, list[dict]]:
    result = defaultdict(list)
    for member in rows.members:
        result[member["household_number"]].append(member)
    return result


def test_the_rows_have_exactly_the_columns_of_the_sheets(case):
    _, rows = case
    assert [list(row) for row in rows.village] == [VILLAGE_KEYS]
    assert {tuple(row) for row in rows.households} == {tuple(HOUSEHOLD_KEYS)}
    assert {tuple(row) for row in rows.members} == {tuple(MEMBER_KEYS)}


def test_both_classifications_hold_in_households_and_people(case):
    facts, rows = case
    lived_in = Counter(member["household_number"] for member in rows.members)
    for key, declared in (
        ("exit_year", facts.registered.by_exit_year),
        ("category", facts.registered.by_category),
    ):
        households, people = Counter(), Counter()
        for row in rows.households:
            households[row[key]] += 1
            people[row[key]] += lived_in[row["household_number"]]
        counted = {value: Count(households[value], people[value]) for value in households}
        assert counted == {value: count for value, count in declared.items() if count.households}
    assert Count(len(rows.households), len(rows.members)) == facts.registered.total


def test_the_facts_of_the_other_sections_hold(case):
    facts, rows = case
    if facts.registered.with_pupils is not None:
        with_pupil = {m["household_number"] for m in rows.members if m["school"] != School.NONE}
        people = sum(m["household_number"] in with_pupil for m in rows.members)
        assert Count(len(with_pupil), people) == facts.registered.with_pupils
    if facts.registered.wage_workers is not None:
        assert sum(m["work_place"] is not None for m in rows.members) == facts.registered.wage_workers
    assert {row["housing"] for row in rows.households} == {Housing.SAFE}
    assert all(row["water_safe"] is True for row in rows.households)


@pytest.mark.parametrize("facts", [WANTIANFAN, OTHER_VILLAGE], ids=lambda facts: facts.village.name)
def test_the_profile_states_the_declared_figures(facts):
    (row,) = compose(facts, seed=1).village
    declared = dataclasses.asdict(facts.profile) | {
        "hamlets": len(facts.profile.hamlets),
        "main_industries": "、".join(facts.profile.main_industries),
        "main_income": "、".join(facts.profile.main_income),
        "village_code": facts.village.code,
        "village_name": facts.village.name,
        "township_name": facts.township.name,
    }
    assert row == declared


def test_the_reference_village_is_the_paper_s():
    (row,) = compose(WANTIANFAN, seed=1).village
    assert [row[key] for key in VILLAGE_KEYS[1:]] == [
        "万田畈村", "七里坪镇", False, "南部", 7, 8, 266, 978, 978, 465, 300, Decimal(4500), Decimal(1350), Decimal(2000),
        Decimal(110), "花生、水稻", "务农、外出务工", 36, 1, 1, 1,
    ]  # fmt: skip
    registered = WANTIANFAN.registered
    assert str(registered.total) == "66户156人"
    assert list(map(str, registered.by_exit_year.values())) == ["1户5人", "8户23人", "11户38人", "46户90人"]
    assert list(map(str, registered.by_category.values())) == ["26户89人", "20户47人", "20户20人"]


def test_every_fact_of_the_other_village_differs():
    def leaves(value: object, path: str = "") -> dict[str, object]:
        if dataclasses.is_dataclass(value):
            value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        if isinstance(value, dict):
            return {
                leaf: inner
                for key, item in value.items()
                for leaf, inner in leaves(item, f"{path}/{key}").items()
            }
        return {path: value}

    one, other = leaves(WANTIANFAN), leaves(OTHER_VILLAGE)
    assert {path for path in one if path in other and one[path] == other[path]} == set()
    assert WANTIANFAN.county != OTHER_VILLAGE.county


def test_households_agree_with_their_members(case):
    facts, rows = case
    of = families(rows)
    numbers = [row["household_number"] for row in rows.households]
    assert len(set(numbers)) == len(numbers)
    assert set(of) == set(numbers)
    hamlets = {hamlet.name: hamlet.group for hamlet in facts.profile.hamlets}
    for row in rows.households:
        family = of[row["household_number"]]
        heads = [member for member in family if member["relation"] == Relation.HEAD]
        assert [member["name"] for member in heads] == [row["head_name"]]
        assert row["people"] == len(family)
        assert re.fullmatch(r"\d{10}", row["household_number"])
        assert row["phone"] is None or re.fullmatch(r"154\d{8}", row["phone"])
        assert hamlets[row["hamlet"]] == row["group"]
        assert 1 <= row["group"] <= facts.profile.groups
    phones = [row["phone"] for row in rows.households if row["phone"]]
    assert len(set(phones)) == len(phones)
    assert all(clean_phone(phone) == phone for phone in phones)


def test_status_and_registration_follow_the_exit_year(case):
    facts, rows = case
    for row in rows.households:
        exit_year, registered = row["exit_year"], row["registered_on"]
        if exit_year is None:
            assert row["status"] == PovertyStatus.NOT_EXITED
        else:
            now = exit_year == facts.year
            assert row["status"] == (PovertyStatus.EXITED_THIS_YEAR if now else PovertyStatus.EXITED_BEFORE)
        assert date(2014, 1, 1) <= registered < date(min(exit_year or facts.year, facts.year), 12, 31)


def test_causes_are_borne_out_by_the_members(case):
    _, rows = case
    of = families(rows)
    for row in rows.households:
        family = of[row["household_number"]]
        causes = [row["main_cause"], *row["other_causes"]]
        assert len(row["other_causes"]) <= 2
        assert len(set(causes)) == len(causes)
        if Cause.DISABILITY in causes:
            assert any(member["health"] == Health.DISABLED for member in family)
        if Cause.ILLNESS in causes:
            assert any(member["health"] in (Health.CHRONIC, Health.SERIOUS) for member in family)
        if Cause.SCHOOLING in causes:
            assert any(member["school"] not in (School.NONE, School.PRESCHOOL) for member in family)
        if Cause.NO_LABOUR in causes:
            able = [m for m in family if m["labour_skill"] in (LabourSkill.ORDINARY, LabourSkill.SKILLED)]
            assert 2 * len(able) < len(family)
        if row["category"] == PovertyCategory.WUBAO:
            assert not any(member["work_place"] for member in family if member["relation"] == Relation.HEAD)


def test_names_and_numbers_are_valid_and_unique(case):
    facts, rows = case
    names = [member["name"] for member in rows.members]
    assert len(set(names)) == len(names)
    identities = [member["id_number"][:18] for member in rows.members if member["id_number"]]
    assert len(set(identities)) == len(identities)
    for member in rows.members:
        number, male = member["id_number"], member["sex"] == Sex.MALE
        assert member["birth_date"] <= date(facts.year, 12, 31)
        if number is None:
            assert (member["birth_date"].year, member["remark"]) == (facts.year, "新生儿，尚未上户口")
            continue
        assert clean_personal_number(number) == number
        assert number.startswith(facts.county.code[:6])
        assert number[6:14] == f"{member['birth_date']:%Y%m%d}"
        assert int(number[16]) % 2 == male
        assert number[17] == check_character(number[:17])
        assert re.fullmatch(r"\d{17}[\dX]([1-7][1-4](B1)?)?", number)
        if len(number) > 18:
            assert member["health"] == Health.DISABLED


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("facts", [WANTIANFAN, OTHER_VILLAGE], ids=lambda facts: facts.village.name)
def test_the_people_programs_trip_over_are_there(facts, seed):
    members = compose(facts, seed=seed).members
    lengths = Counter(len(member["id_number"] or "") for member in members)
    assert (lengths[20], lengths[22], lengths[0]) == (1, 1, 1)
    names = [member["name"] for member in members]
    assert sum("·" in name for name in names) == 1
    assert any("䶮" in name for name in names)
    assert any(ord(character) > 0xFFFF for name in names for character in name)


def test_families_are_plausible(case):
    _, rows = case
    for family in families(rows).values():
        by_relation = defaultdict(list)
        for member in family:
            by_relation[member["relation"]].append(member)
            if member["relation"] in MALE_RELATIONS:
                assert member["sex"] == Sex.MALE
            if member["relation"] in FEMALE_RELATIONS:
                assert member["sex"] == Sex.FEMALE
        (head,) = by_relation[Relation.HEAD]
        spouses = by_relation[Relation.SPOUSE]
        assert len(spouses) <= 1
        assert all(spouse["sex"] != head["sex"] for spouse in spouses)
        assert all(abs(spouse["birth_date"].year - head["birth_date"].year) <= 8 for spouse in spouses)
        children = [member for relation in CHILDREN for member in by_relation[relation]]
        in_law = [member for relation in CHILDREN_IN_LAW for member in by_relation[relation]]
        grandchildren = [member for relation in GRANDCHILDREN for member in by_relation[relation]]
        parents = by_relation[Relation.FATHER] + by_relation[Relation.MOTHER]
        pairs = [(parent, child) for parent in (head, *spouses) for child in children]
        pairs += [(parent, head) for parent in parents]
        pairs += [(parent, child) for parent in in_law for child in grandchildren]
        for parent, child in pairs:
            assert 18 <= child["birth_date"].year - parent["birth_date"].year <= 40
        for siblings in (children, grandchildren):
            births = sorted(member["birth_date"] for member in siblings)
            assert all((b - a).days > 280 for a, b in zip(births, births[1:], strict=False))


def test_school_work_and_insurance_suit_the_age(case):
    facts, rows = case
    for member in rows.members:
        age = facts.year - member["birth_date"].year
        pupil = member["school"] != School.NONE
        assert (member["education"] is None) == pupil
        assert (member["education"] == Education.PRESCHOOL) == (age < 6 and not pupil)
        if 7 <= age <= 15:
            assert pupil
        if pupil:
            assert 3 <= age <= 22
        if member["school"] == School.PRIMARY:
            assert 6 <= age <= 12
        able = member["labour_skill"] in (LabourSkill.ORDINARY, LabourSkill.SKILLED)
        if able:
            assert 16 <= age < 66
            assert not pupil
            assert member["health"] in (Health.HEALTHY, Health.CHRONIC)
        assert (member["work_months"] is not None) == able
        assert (member["work_place"] is not None) == bool(member["work_months"])
        assert 0 <= (member["work_months"] or 0) <= 12
        assert member["medical_insurance"] in (True, False, None)
        assert member["pension"] is None or age >= 16


def test_the_same_seed_gives_the_same_village_in_every_process():
    code = (
        "from reports.reference.compose import compose; from reports.reference.facts import WANTIANFAN;"
        "import sys; sys.stdout.write(str(compose(WANTIANFAN, seed=3)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for hash_seed in ("0", "1", "2")
    }
    assert outputs == {str(compose(WANTIANFAN, seed=3)).encode()}
    assert compose(WANTIANFAN, seed=3) != compose(WANTIANFAN, seed=4)


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_consistent_facts_are_not_called_contradictory(facts):
    assert list(contradictions(facts)) == []


def test_the_portal_s_own_rules_find_nothing(case):
    facts, rows = case
    assert [p for row in rows.households for p in household_problems(row, facts.year)] == []
    assert [p for row in rows.members for p in member_problems(row, facts.year)] == []
    assert roster_problems(rows.households, rows.members) == ([], [])
