"""bulk.upsert: what it writes equals what it was given, whatever the values, and whoever writes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fupin.domain.bulk import MANY, Written, upsert
from fupin.models import RegionYear
from fupin.refusals import Refused
from households.enums import Cause, PovertyCategory, PovertyStatus
from households.models import Act, Household, HouseholdYear, Person, VillageYear
from tests import factories as make
from tests.database.rows import all_rows
from tests.database.tools import PATIENCE, blockers_of, fetch, run, sessions
from tests.long import lasting

YEAR = make.YEAR


def households(*numbers: str) -> list[dict[str, Any]]:
    return [{"number": number} for number in numbers]


def year_row(world: Any, household: Household, **values: Any) -> dict[str, Any]:
    return {
        "household_id": household.pk, "region_id": world.a.code, "year": YEAR,
        "category": PovertyCategory.GENERAL.value, "status": PovertyStatus.NOT_EXITED.value, **values,
    }  # fmt: skip


def write_year(world: Any, *rows: dict[str, Any], **options: Any) -> Written:
    return upsert(HouseholdYear, rows, key=["household_id", "year"], **options)


# --- counting and keeping ----------------------------------------------------------------------------------


def test_new_changed_and_unchanged_are_counted(world: Any) -> None:
    one, two, three = (make.HouseholdFactory() for _ in range(3))
    assert write_year(world, year_row(world, one), year_row(world, two)) == Written(2, 0, 0)
    assert write_year(world, year_row(world, one), year_row(world, two)) == Written(0, 0, 2)
    rows = [year_row(world, h, remark="改" if h is two else "") for h in (one, two, three)]
    assert write_year(world, *rows) == Written(1, 1, 1)
    assert write_year(world, *rows) == Written(0, 0, 3)
    assert write_year(world) == Written(0, 0, 0)


def test_what_is_kept_is_written_on_insert_only(db: None) -> None:
    place = make.region("421199103206", "甲村")
    row = {"region_id": place.code, "year": YEAR, "state": "open"}
    assert upsert(RegionYear, [row], key=["region_id", "year"], keep=["state"]) == Written(1, 0, 0)
    row["state"] = "closed"
    assert upsert(RegionYear, [row], key=["region_id", "year"], keep=["state"]) == Written(0, 0, 1)
    assert fetch("SELECT state FROM fupin_regionyear") == [("open",)]
    assert upsert(RegionYear, [row], key=["region_id", "year"]) == Written(0, 1, 0)
    assert fetch("SELECT state FROM fupin_regionyear") == [("closed",)]


def test_a_column_that_only_has_a_default_is_not_overwritten(world: Any) -> None:
    household = make.HouseholdFactory()
    write_year(world, year_row(world, household))
    stored = all_rows(HouseholdYear).filter(household=household)
    defaults = {"on_roll": True, "hamlet": "", "other_causes": [], "people": 0, "group": None}
    assert stored.values(*defaults).get() == defaults
    said = {"on_roll": False, "hamlet": "下湾", "other_causes": ["01"], "people": 4, "group": 7}
    stored.update(**said)
    assert write_year(world, year_row(world, household)) == Written(0, 0, 1)
    assert write_year(world, year_row(world, household, remark="改")) == Written(0, 1, 0)
    assert stored.values(*said).get() == said


def test_without_a_key_a_row_that_stands_there_is_left_out(world: Any) -> None:
    act = {
        "region_id": world.a.code, "year": YEAR, "household_id": world.household_a.household_id,
        "person_id": None, "kind": "registered", "on": date(2017, 1, 1),
    }  # fmt: skip
    assert upsert(Act, [act], key=[]) == Written(1, 0, 0)
    assert upsert(Act, [act, {**act, "on": date(2017, 1, 2)}], key=[]) == Written(1, 0, 1)


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remark", ["", "改"])
def test_a_key_that_comes_twice_is_refused_in_a_sentence(world: Any, remark: str) -> None:
    """Also where one of the two equals what stands there: the last would win, or the database say no."""
    household = make.HouseholdFactory()
    write_year(world, year_row(world, household))
    rows = [year_row(world, household, remark=""), year_row(world, household, remark=remark)]
    for order in (rows, rows[::-1]):
        with pytest.raises(Refused) as refused:
            write_year(world, *order)
        assert str(refused.value) == "要写入的户年度信息中有重复的行，未写入任何数据。请删去重复的行后再试。"
    with pytest.raises(Refused):
        upsert(Household, households("5000000001", "5000000001"), key=["number"])
    assert all_rows(HouseholdYear).get(household=household).remark == ""


def test_keys_without_a_value_do_not_collide(db: None) -> None:
    person = {
        "name": "甲", "id_number": "", "id_number_key": None, "sex": "1", "birth_date": date(2017, 1, 1),
    }  # fmt: skip
    assert upsert(Person, [person, person], key=["id_number_key"]) == Written(2, 0, 0)


def test_rows_of_different_columns_are_a_mistake_of_the_caller(world: Any) -> None:
    one, two = make.HouseholdFactory(), make.HouseholdFactory()
    for rows in (
        [year_row(world, one, remark="甲"), year_row(world, two)],
        [year_row(world, one), year_row(world, two, remark="甲")],
    ):
        with pytest.raises(TypeError, match="same columns"):
            write_year(world, *rows)
    with pytest.raises(TypeError, match=r"no columns \['head'\]"):
        write_year(world, year_row(world, one, head="甲"))
    with pytest.raises(TypeError, match="no COPY form for float"):
        write_year(world, year_row(world, one, farmland=1.5))


def test_what_the_columns_do_not_hold_is_an_error_of_django(world: Any) -> None:
    for values in ({"remark": "长" * 201}, {"farmland": Decimal(10) ** 12}, {"group": 1 << 40}):
        with pytest.raises(DatabaseError), transaction.atomic():
            write_year(world, year_row(world, make.HouseholdFactory(), **values))


# --- values ------------------------------------------------------------------------------------------------

TEXTS = [
    "", " ", "\t", "\n", "\r\n", "\\", "\\N", "\\.", "\\t", "'", '"', "\"'\\\"", "{}", "{a,b}", "NULL", "null",
    "😀👨‍👩‍👧", "𠮷𡈽㐂", "王\u3000小", "a,b;c|d", "%s %(x)s", "-- ;", "\x01\x7f\u0085\u2028", "e\u0301", "\ufeff头",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_was(world: Any, text: str) -> None:
    household = make.HouseholdFactory()
    assert write_year(world, year_row(world, household, remark=text)) == Written(1, 0, 0)
    assert all_rows(HouseholdYear).get(household=household).remark == text
    assert write_year(world, year_row(world, household, remark=text)) == Written(0, 0, 1)


def test_a_lone_mark_of_the_end_does_not_end_the_copy(db: None) -> None:
    """A line that reads \\. ends a COPY; here it is the only column of the table."""
    assert upsert(Household, households("\\.", "5000000002"), key=["number"]) == Written(2, 0, 0)
    numbers = all_rows(Household).order_by("pk").values_list("number", flat=True)
    assert sorted(numbers) == ["5000000002", "\\."]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("water_safe", [None, True, False]),
        ("group", [None, 0, 1, 99]),
        ("farmland", [None, Decimal(0), Decimal("0.01"), Decimal("1E+3"), Decimal("9999999999.99")]),
        ("registered_on", [None, date(1, 1, 1), date(2014, 2, 28), date(9999, 12, 31)]),
        ("exit_year", [None]),
        ("other_causes", [[], ["01"], ["01", "99"]]),
        ("main_cause", ["", "01"]),
    ],
)
def test_empty_no_and_nought_stay_three_values(world: Any, column: str, values: list[Any]) -> None:
    """Every change from one of them to another is a change, and the same again is none."""
    household = make.HouseholdFactory()
    write_year(world, year_row(world, household, **{column: values[0]}))
    for before in values:
        for after in values:
            write_year(world, year_row(world, household, **{column: before}))
            written = write_year(world, year_row(world, household, **{column: after}))
            assert written == (Written(0, 0, 1) if before == after else Written(0, 1, 0))
            stored = getattr(all_rows(HouseholdYear).get(household=household), column)
            assert (stored, stored is None) == (after, after is None)


def test_a_number_is_compared_as_it_is_stored(world: Any) -> None:
    """Three decimals are rounded by the column: the same row again is no change for ever."""
    household = make.HouseholdFactory()
    row = year_row(world, household, farmland=Decimal("1.005"), other_causes=(Cause.ILLNESS,))
    assert [write_year(world, row), write_year(world, row)] == [Written(1, 0, 0), Written(0, 0, 1)]
    stored = all_rows(HouseholdYear).get(household=household)
    assert (stored.farmland, stored.other_causes) == (Decimal("1.01"), ["01"])


@contextmanager
def scratch() -> Iterator[Any]:
    """A table of wide columns, as a model; the register's own columns are narrow."""
    from django.contrib.postgres.fields import ArrayField
    from django.db import models

    class Scratch(models.Model):
        key = models.IntegerField(unique=True)
        text = models.TextField(null=True)
        number = models.DecimalField(max_digits=20, decimal_places=4, null=True)
        whole = models.BigIntegerField(null=True)
        day = models.DateField(null=True)
        moment = models.DateTimeField(null=True)
        yes = models.BooleanField(null=True)
        words = ArrayField(models.TextField(null=True), null=True)

        class Meta:
            app_label = "scratch"

    with connection.schema_editor() as editor:
        editor.create_model(Scratch)
    try:
        yield Scratch
    finally:
        from django.apps import apps

        apps.all_models.pop("scratch", None)
        apps.clear_cache()


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
ANY_TEXT = st.one_of(WORDS, st.sampled_from(TEXTS))
ROW = st.fixed_dictionaries(
    {
        "text": st.none() | ANY_TEXT,
        "number": st.none() | st.decimals(-(10**15), 10**15, places=4, allow_nan=False, allow_infinity=False),
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "day": st.none() | st.dates(),
        "moment": st.none()
        | st.datetimes(
            min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone is given below
            max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the zone is given below
            timezones=st.just(UTC),
        ),
        "yes": st.none() | st.booleans(),
        "words": st.none() | st.lists(st.none() | ANY_TEXT, max_size=4),
    }
)


def test_any_rows_come_back_as_they_were(db: None) -> None:
    with scratch() as model:
        names = ["text", "number", "whole", "day", "moment", "yes", "words"]

        @settings(max_examples=lasting(60), deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(ROW, min_size=1, max_size=5), st.lists(ROW, min_size=1, max_size=5))
        def round_trip(first: list[dict], second: list[dict]) -> None:
            model.objects.all().delete()
            expected: dict[int, dict] = {}
            for rows in (first, second):
                keyed = dict(enumerate(rows))
                new = keyed.keys() - expected.keys()
                changed = {k for k in keyed.keys() & expected.keys() if keyed[k] != expected[k]}
                written = upsert(model, [{"key": k, **row} for k, row in keyed.items()], key=["key"])
                assert written == Written(len(new), len(changed), len(keyed) - len(new) - len(changed))
                expected |= keyed
                stored = {row.pop("key"): row for row in model.objects.values("key", *names)}
                assert stored == expected

        round_trip()


# --- cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 5000])
def test_statements_do_not_grow_with_the_rows(db: None, count: int) -> None:
    rows = households(*(f"6{n:09d}" for n in range(count)))
    with CaptureQueriesContext(connection) as queries:
        assert upsert(Household, rows, key=["number"]) == Written(count, 0, 0)
    assert [query["sql"].split()[0] for query in queries] == [
        "CREATE", "COPY", "INSERT", *(["ANALYZE"] if count >= MANY else []), "DROP",
    ]  # fmt: skip
    assert fetch("SELECT count(*) FROM households_householdevent WHERE number LIKE '6%%'") == [(count,)]


# --- two at once -------------------------------------------------------------------------------------------


def upsert_profile(village: Any, groups: int, people: int) -> Written:
    with transaction.atomic():
        row = {"region_id": village.code, "year": YEAR, "groups": groups, "people": people}
        return upsert(VillageYear, [row], key=["region_id", "year"])


@pytest.mark.django_db(transaction=True)
def test_two_that_write_the_same_new_key_wait_and_lose_nothing(world: Any) -> None:
    all_rows(VillageYear).filter(region=world.a).delete()
    with sessions(2) as (one, two):
        one.begin()
        assert one.do(upsert_profile, world.a, 1, 10) == Written(1, 0, 0)
        second = two.start(upsert_profile, world.a, 2, 20)
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        assert second.result(PATIENCE) == Written(0, 1, 0)
        third, fourth = one.start(upsert_profile, world.a, 2, 20), two.start(upsert_profile, world.a, 2, 20)
        assert (third.result(PATIENCE), fourth.result(PATIENCE)) == (Written(0, 0, 1), Written(0, 0, 1))
    assert fetch(
        "SELECT groups, people FROM households_villageyear WHERE region_id = %s", [world.a.code]
    ) == [(2, 20)]


def upsert_people(names: dict[str, str]) -> Written:
    """People by key, in the order given."""
    with transaction.atomic():
        rows = [
            {"name": name, "id_number_key": key, "id_number": "", "sex": "1", "birth_date": date(1970, 1, 1)}
            for key, name in names.items()
        ]
        return upsert(Person, rows, key=["id_number_key"])


@pytest.mark.django_db(transaction=True)
def test_two_that_write_the_same_rows_in_opposite_order_do_not_deadlock() -> None:
    keys = ["k1", "k2", "k3"]
    upsert_people(dict.fromkeys(keys, "甲"))
    with sessions(3) as (holder, one, two):
        holder.begin()
        holder.do(upsert_people, {"k2": "乙"})
        first = one.start(upsert_people, dict.fromkeys(keys, "丙"))
        assert blockers_of(one, first) == [holder.pid]
        second = two.start(upsert_people, dict.fromkeys(reversed(keys), "丁"))
        # It stands behind the first from the first row on; in its own order it would hold k3 and wait for k2.
        assert blockers_of(two, second) == [one.pid]
        holder.commit()
        assert (first.result(PATIENCE), second.result(PATIENCE)) == (Written(0, 3, 0), Written(0, 3, 0))
    assert fetch("SELECT DISTINCT name FROM households_person") == [("丁",)]


@pytest.mark.django_db(transaction=True)
def test_many_that_write_overlapping_sets_lose_no_row() -> None:
    def write(at: int) -> int:
        new = 0
        for round_ in range(10):
            with transaction.atomic():
                numbers = [f"7{n:09d}" for n in range(round_ * 5, round_ * 5 + 20)]
                rows = households(*(numbers if at % 2 else numbers[::-1]))
                new += upsert(Household, rows, key=["number"]).new
        return new

    with sessions(3) as crew:
        futures = [session.start(write, at) for at, session in enumerate(crew)]
        new = [future.result(PATIENCE) for future in futures]
    assert sum(new) == 65
    assert fetch("SELECT count(*), count(DISTINCT number) FROM households_household") == [(65, 65)]


@pytest.mark.django_db
def test_the_server_knows_of_a_table_that_was_filled() -> None:
    """Else it reads the whole table for each key that is checked at the commit."""
    run("SET LOCAL fupin.may_truncate = 'on'")
    run("TRUNCATE households_household CASCADE")
    run("ANALYZE households_household")
    upsert(Household, [{"number": f"{at:010}"} for at in range(MANY)], key=["number"])
    assert fetch("SELECT reltuples FROM pg_class WHERE relname = 'households_household'") == [(MANY,)]
