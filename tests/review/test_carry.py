"""A year opened with what lasts of the year before: recomputed in plain Python, done again, raced, left alone."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from funds.models import Benefit
from fupin.access import SYSTEM
from fupin.domain import opening
from fupin.domain.jobs import run_next_job
from fupin.domain.opening import open_village, queue_opening
from fupin.domain.years import open_years
from fupin.matters import open_matters
from fupin.models import Job, Ledger, Placed, RegionYear
from fupin.place import Place
from fupin.refusals import Refused
from households.conditions import PostKind
from households.domain.carry import CARRIED
from households.enums import (
    Cause,
    Departure,
    Education,
    Health,
    PovertyCategory,
    PovertyStatus,
    Relation,
    School,
    WorkPlace,
)
from households.models import Act, HouseholdYear, LedgerEntry, Membership, VillageYear
from tests import factories as make
from tests.conftest import A, B
from tests.database.tools import PATIENCE, Audit, blockers_of, dump, sessions
from tests.factories import YEAR

pytestmark = pytest.mark.django_db
concurrent = pytest.mark.django_db(transaction=True)

NEXT = YEAR + 1
COPIED = (VillageYear, HouseholdYear, Membership)


def rows(model: type[Placed], village: Any, year: int) -> list[Any]:
    return list(model.objects.unscoped("tests").filter(region=village, year=year).order_by("pk"))


# --- the declaration ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", COPIED)
def test_every_field_says_whether_it_carries_over(model: type[Placed]) -> None:
    carry = CARRIED[model]
    declared = [*carry.lasts, *carry.blank, *carry.moves, *carry.own]
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields - set(declared) == set(), "say in households/domain/carry.py: lasts, blank or moves?"
    assert set(declared) - fields == set(), "these fields are no more"
    assert len(declared) == len(set(declared))


def test_what_is_of_its_year_is_not_carried() -> None:
    """Of the models of a village's year, those that are copied; a new one is entered here, on purpose."""
    placed = {model.__name__ for model in apps.get_models() if issubclass(model, Placed)}
    assert {model.__name__ for model in CARRIED} == {"VillageYear", "HouseholdYear", "Membership"}
    assert placed - {model.__name__ for model in CARRIED} == {
        "Act", "IncomeItem", "Ledger", "LedgerEntry", "Benefit", "Project", "Partnership", "SectionText",
        "ProjectStep", "Allocation", "Payment",
    }  # fmt: skip


# --- a second way ------------------------------------------------------------------------------------------


def furnish(village: Any, seed: int) -> None:
    """Households and members of every kind in a village's year, beside those that the world gave it."""
    rng = random.Random(seed)
    for index in range(12):
        status = PovertyStatus(rng.choice(PovertyStatus.values))
        exit_year = {PovertyStatus.EXITED_THIS_YEAR: YEAR, PovertyStatus.EXITED_BEFORE: YEAR - 2}.get(status)
        home = make.HouseholdYearFactory(
            region=village, status=status, exit_year=exit_year, on_roll=rng.random() > 0.2,
            category=rng.choice(PovertyCategory.values), other_causes=[Cause.OTHER] * rng.randint(0, 1),
            main_cause=rng.choice([Cause.ILLNESS, ""]), group=index, hamlet=f"{index}湾", remark=f"备注{index}",
            house_area=Decimal(index) or None, water_safe=rng.choice([True, False, None]),
            out_of_pocket=Decimal(index), address=f"{index}号", relocated=rng.choice([None, False]),
        )  # fmt: skip
        for place in range(rng.randint(0, 4)):
            present = rng.random() > 0.2
            make.MembershipFactory(
                household_year=home, relation=Relation.HEAD if place == 0 else Relation.SON,
                school=rng.choice(["", *School.values]), education=rng.choice(Education.values),
                health=rng.choice(Health.values), work_place=rng.choice(["", *WorkPlace.values]),
                work_months=rng.choice([None, Decimal("6.5")]), medical_insurance=rng.choice([True, None]),
                employer="鞋厂", post_kind=rng.choice(PostKind.values), post_months=rng.choice([None, Decimal(3)]),
                remark="在外", present=present, departure="" if present else Departure.DIED,
            )  # fmt: skip


#: Written by hand, apart from the declaration.
GRADES = {
    "七年级": "八年级", "八年级": "九年级", "九年级": "", "高中一年级": "高中二年级", "高中二年级": "高中三年级",
    "高中三年级": "", "中职一年级": "中职二年级", "中职二年级": "中职三年级", "中职三年级": "",
    "高职(高专)一年级": "高职(高专)二年级", "高职(高专)二年级": "高职(高专)三年级", "高职(高专)三年级": "",
}  # fmt: skip


def expected(village: Any) -> dict[str, Any]:
    """What the next year should hold, by the numbers of households and the keys of people."""
    grade = {str(member.label): member.value for member in School} | {"": ""}
    profile = rows(VillageYear, village, YEAR)[0].__dict__
    homes, people = {}, {}
    for row in rows(HouseholdYear, village, YEAR):
        if not row.on_roll:
            continue
        values = {name: value for name, value in row.__dict__.items() if name != "_state"}
        status = "03" if row.status == "05" else row.status
        homes[row.household_id] = {
            **values,
            "status": status,
            "remark": "",
            "people": 0,
            "out_of_pocket": None,
        }
        for member in rows(Membership, village, YEAR):
            if member.household_year_id != row.pk or not member.present:
                continue
            kept = {name: value for name, value in member.__dict__.items() if name != "_state"}
            label = member.get_school_display() if member.school else ""
            kept |= {
                "school": grade[GRADES.get(label, label)], "work_place": "", "work_months": None, "remark": "", "employer": "", "employment_channel": "",
                "post_kind": "", "post_months": None,
                "household_year_id": row.household_id,
            }  # fmt: skip
            people[member.person_id] = kept
            homes[row.household_id]["people"] += 1
    return {"profile": dict(profile), "homes": homes, "people": people}


def found(village: Any) -> dict[str, Any]:
    """What it holds, in the same shape."""
    homes = {row.household_id: dict(row.__dict__) for row in rows(HouseholdYear, village, NEXT)}
    household = {row.pk: row.household_id for row in rows(HouseholdYear, village, NEXT)}
    people = {
        member.person_id: {**member.__dict__, "household_year_id": household[member.household_year_id]}
        for member in rows(Membership, village, NEXT)
    }
    return {"profile": dict(rows(VillageYear, village, NEXT)[0].__dict__), "homes": homes, "people": people}


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """Without what every row has of its own."""
    own = ("_state", "id", "year")

    def strip(values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in own}

    return {
        "profile": strip(found["profile"]),
        "homes": {key: strip(values) for key, values in found["homes"].items()},
        "people": {key: strip(values) for key, values in found["people"].items()},
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_copied_year_is_what_plain_python_makes_of_it(seed: int, world: Any, personas: Any) -> None:
    furnish(world.a, seed)
    furnish(world.b, seed + 10)
    make.BenefitFactory(region=world.a, household=world.household_a.household)
    make.LedgerEntryFactory(region=world.a)
    Act.objects.create(
        region=world.a,
        year=YEAR,
        household=world.household_a.household,
        kind="registered",
        on=date(YEAR, 1, 1),
    )
    before, wanted, audit = dump(*COPIED), plain(expected(world.a)), Audit()
    counts = open_village(village=world.a, year=NEXT, actor=personas["county"])
    assert plain(found(world.a)) == wanted
    assert counts == {"份村情": 1, "户": len(wanted["homes"]), "人": len(wanted["people"])}
    # The year before stands as it stood, and nothing else was written, anywhere.
    after = dump(*COPIED)
    assert {m: {pk: after[m][pk] for pk in kept} for m, kept in before.items()} == before
    assert not any(rows(model, world.b, NEXT) for model in COPIED)
    assert not any(rows(model, world.a, NEXT) for model in (Benefit, LedgerEntry, Act))
    assert {ledger.kind for ledger in rows(Ledger, world.a, NEXT)} == {"profile", "households"}
    assert (audit.discrepancies(), audit.actors()) == ([], {(personas["county"].pk, "years")})
    assert audit.told() == {
        ("RegionYear", "insert"): 1, ("VillageYear", "insert"): 1, ("Ledger", "insert"): 2,
        ("HouseholdYear", "insert"): counts["户"], ("Membership", "insert"): counts["人"],
    }  # fmt: skip


def test_whoever_is_registered_elsewhere_in_the_year_stays_there(world: Any) -> None:
    open_years(villages=[world.b], year=NEXT, actor=SYSTEM)
    moved = rows(Membership, world.a, YEAR)[1]
    home = make.HouseholdYearFactory(region=world.b, year=NEXT)
    make.MembershipFactory(household_year=home, person=moved.person)
    gone = make.household(world.a)
    make.HouseholdYearFactory(region=world.b, year=NEXT, household=gone.household)
    assert open_village(village=world.a, year=NEXT, actor=SYSTEM) == {"份村情": 1, "户": 1, "人": 1}
    assert [row.household for row in rows(HouseholdYear, world.a, NEXT)] == [world.household_a.household]
    assert moved.person_id not in {row.person_id for row in rows(Membership, world.a, NEXT)}


# --- the job ------------------------------------------------------------------------------------------------


def opened_by(client: Any, region: Any, year: int = NEXT) -> Job:
    url = reverse("years", kwargs={"region": region.code, "year": year})
    assert client.post(url, {"what": "open"}).status_code == 302
    job = Job.objects.filter(kind=opening.JOB).latest("pk")
    assert "正在处理" in (page := client.get(url).content.decode()) or "<progress" in page
    run_next_job()
    job.refresh_from_db()
    assert job.message in client.get(url).content.decode()
    return job


def test_the_county_opens_a_year_and_again_only_what_is_missing(
    world: Any, personas: Any, client_of: Any
) -> None:
    client = client_of(personas["county"])
    open_years(villages=[world.b, world.far], year=NEXT, actor=SYSTEM)
    mine = make.household(world.b, year=NEXT)
    RegionYear.objects.unscoped("tests").filter(region=world.far, year=NEXT).update(state="submitted")
    job = opened_by(client, world.county)
    assert (job.state, job.steps, job.message) == (
        Job.State.DONE, 3, "已开设3个村，为其中1个村从2017年度复制了1份村情、1户、2人。",
    )  # fmt: skip
    assert [row.pk for row in rows(HouseholdYear, world.b, NEXT)] == [mine.pk]
    assert rows(HouseholdYear, world.far, NEXT) == []
    before, audit = dump(*COPIED, RegionYear), Audit()
    # A village that was opened without a copy gets one; the others are left alone.
    RegionYear.objects.unscoped("tests").filter(region=world.far, year=NEXT).update(state="open")
    audit = Audit()
    job = opened_by(client, world.county)
    assert job.message == "已开设3个村，为其中1个村从2017年度复制了1份村情、1户、2人。"
    assert {model for model, _ in audit.told()} == {"VillageYear", "HouseholdYear", "Membership", "Ledger"}
    assert len(rows(HouseholdYear, world.far, NEXT)) == 1
    before, audit = dump(*COPIED, RegionYear), Audit()
    assert opened_by(client, world.county).message == "已开设3个村。"
    assert (dump(*COPIED, RegionYear), audit.told()) == (before, {})


def test_what_is_on_its_way_is_not_asked_for_twice(world: Any, personas: Any) -> None:
    at = {"region": world.county, "year": NEXT, "actor": personas["county"]}
    assert queue_opening(**at) == queue_opening(**at)
    assert queue_opening(**{**at, "year": NEXT + 1}) != queue_opening(**at)
    with pytest.raises(Refused, match="权限"):
        queue_opening(**{**at, "actor": personas["township"]})


def test_a_job_whose_user_has_lost_the_right_opens_nothing(world: Any, personas: Any) -> None:
    job = queue_opening(region=world.county, year=NEXT, actor=personas["county"])
    personas["county"].assignments.all().delete()
    run_next_job()
    job.refresh_from_db()
    assert not RegionYear.objects.unscoped("tests").filter(year=NEXT).exists()


def test_a_village_without_a_year_before_is_opened_empty(world: Any) -> None:
    assert open_village(village=world.a, year=NEXT + 5, actor=SYSTEM) == {}
    assert Place(world.a, NEXT + 5).lock == "open"


# --- races ------------------------------------------------------------------------------------------------------


def race(world: Any) -> int:
    """A clerk enters the first household of an opened year while it is copied; how many stand there at the end."""
    open_years(villages=[world.a], year=NEXT, actor=SYSTEM)
    with sessions(2) as (clerk, office):
        clerk.begin()
        clerk.do(make.household, world.a, year=NEXT)
        copying = office.start(open_village, village=world.a, year=NEXT, actor=SYSTEM)
        assert blockers_of(office, copying) == [clerk.pid]  # without the lock, at the ledger's state
        clerk.commit()
        copying.result(PATIENCE)
    return len(rows(HouseholdYear, world.a, NEXT))


@concurrent
def test_a_copy_waits_for_whoever_writes_and_leaves_the_rows_alone(world: Any) -> None:
    assert race(world) == 1


@concurrent
def test_without_the_lock_it_copies_beside_them(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(opening, "locked", lambda rows: list(rows.order_by("region_id")))
    assert race(world) == 2


# --- what is open in the new year ---------------------------------------------------------------------------------


def test_pupils_out_of_grades_and_households_without_a_head_are_told(world: Any, personas: Any) -> None:
    head, pupil = rows(Membership, world.a, YEAR)
    Membership.objects.unscoped("tests").filter(pk=pupil.pk).update(school=School.GRADE_9)
    Membership.objects.unscoped("tests").filter(pk=head.pk).update(present=False, departure=Departure.DIED)
    open_village(village=world.a, year=NEXT, actor=SYSTEM)
    place, number = Place(world.a, NEXT), world.household_a.household
    (copied,) = rows(Membership, world.a, NEXT)
    told = {matter.text: matter.url for matter in open_matters(place, personas["clerk_a"])}
    ledgers, *rest = told
    assert ledgers.startswith("暂无数据的台账：工作台账、")
    assert {text: told[text] for text in rest} == {
        f"户 {number} 没有户主。": place.url("households_detail", key=number.pk),
        f"{pupil.person}去年在毕业年级，在校生状况待核对。": place.url("members_detail", key=copied.pk),
    }
    assert (copied.school, A, B) == ("", world.a.code, world.b.code)
    Membership.objects.unscoped("tests").filter(pk=copied.pk).update(
        school=School.NONE, relation=Relation.HEAD
    )
    assert [matter.text for matter in open_matters(place, personas["clerk_a"])] == [ledgers]
