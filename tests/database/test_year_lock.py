"""RegionYear is the one lock: whichever way a row is written, it is refused in a year that is not open."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from fupin.access import SYSTEM
from fupin.domain.bulk import upsert
from fupin.domain.years import close_years, declare_nil, reopen_years
from fupin.models import ImportRun, Ledger, Placed, RegionYear
from fupin.refusals import Refused, explain
from households.domain.registration import save_households, save_members, save_profile
from households.enums import ActKind, PovertyCategory, PovertyStatus, Relation
from households.models import Act, HouseholdYear, Membership, VillageYear
from tests import factories as make
from tests.conftest import A, B
from tests.database.tools import PATIENCE, blockers_of, copy_in, dump, fetch, insert_sql, run, sessions
from tests.database.workbooks import import_book, small_rows, write_book

YEAR = make.YEAR
FUNCTIONS = Path(__file__).resolve().parents[2] / "fupin" / "migrations" / "functions.sql"
INTERLEAVINGS = int(os.environ.get("FUPIN_INTERLEAVINGS", "30"))
WHY = "tests"

SENTENCES = {
    "submitted": f"2017年度已提交审核（区划代码 {A}），不能修改。如需修改，请联系县级办公室。",
    "accepted": f"2017年度已审核通过（区划代码 {A}），不能修改。如需修改，请联系县级办公室。",
    "closed": f"2017年度已关账（区划代码 {A}），不能修改。如需修改，请联系县级办公室。",
    "missing": f"2017年度尚未开设（区划代码 {A}），不能写入。请联系县级办公室开设年度。",
}


def put(village: Any, state: str, year: int = YEAR) -> None:
    """Bring a village's year into a state; "missing" removes its row."""
    rows = RegionYear.objects.unscoped(WHY).filter(region=village, year=year)
    if state == "missing":
        rows.delete()
    else:
        rows.update(state=state)


# --- every model, every way of writing ---------------------------------------------------------------------

Fresh = Callable[[Any, int], Placed]


def bare(village: Any, year: int) -> HouseholdYear:
    """A household's year without members; it is not yet saved, its household is."""
    return HouseholdYear(
        household=make.HouseholdFactory(), region=village, year=year,
        category=PovertyCategory.GENERAL, status=PovertyStatus.NOT_EXITED,
    )  # fmt: skip


def new_member(village: Any, year: int) -> Membership:
    home = HouseholdYear.objects.unscoped(WHY).filter(region=village, year=year).order_by("pk").first()
    return Membership(
        household_year=home, person=make.PersonFactory(), region=village, year=year, relation=Relation.OTHER
    )


def new_act(village: Any, year: int) -> Act:
    return Act(
        household=make.HouseholdFactory(),
        region=village,
        year=year,
        kind=ActKind.CORRECTED,
        on=date(year, 6, 1),
    )


#: An unsaved row of each model that a village's year may take.
FRESH: dict[type[Placed], Fresh] = {
    VillageYear: lambda village, year: VillageYear(region=village, year=year),
    HouseholdYear: bare,
    Membership: new_member,
    Act: new_act,
    Ledger: lambda village, year: Ledger(region=village, year=year, kind="school", state="nil"),
}
#: A column that an update changes, and to what.
CHANGE: dict[type[Placed], tuple[str, Any]] = {
    VillageYear: ("groups", 9),
    HouseholdYear: ("remark", "改"),
    Membership: ("remark", "改"),
    Act: ("reason", "改"),
    Ledger: ("state", "rows"),
}


def all_rows(model: type[Placed]) -> Any:
    return model.objects.unscoped(WHY)


def by_save(row: Placed) -> None:
    row.save()


def by_bulk_create(row: Placed) -> None:
    type(row).objects.bulk_create([row])


def by_raw_insert(row: Placed) -> None:
    run(*insert_sql(row))


def by_upsert_insert(row: Placed) -> None:
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    upsert(type(row), [{f.attname: f.pre_save(row, True) for f in fields}], key=[])


INSERTS = [by_save, by_bulk_create, by_raw_insert, by_upsert_insert, copy_in]


def update_save(row: Placed, name: str, value: Any) -> None:
    setattr(row, name, value)
    row.save()


def update_queryset(row: Placed, name: str, value: Any) -> None:
    all_rows(type(row)).filter(pk=row.pk).update(**{name: value})


def update_bulk(row: Placed, name: str, value: Any) -> None:
    setattr(row, name, value)
    all_rows(type(row)).bulk_update([row], [name])


def update_raw(row: Placed, name: str, value: Any) -> None:
    run(f"UPDATE {row._meta.db_table} SET {name} = %s WHERE id = %s", [value, row.pk])


def update_without_change(row: Placed, name: str, value: Any) -> None:
    run(f"UPDATE {row._meta.db_table} SET year = year WHERE id = %s", [row.pk])


UPDATES = [update_save, update_queryset, update_bulk, update_raw, update_without_change]


def delete_instance(row: Placed) -> None:
    row.delete()


def delete_queryset(row: Placed) -> None:
    all_rows(type(row)).filter(pk=row.pk).delete()


def delete_raw(row: Placed) -> None:
    run(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


DELETES = [delete_instance, delete_queryset, delete_raw]
MODELS = sorted(FRESH, key=lambda model: model.__name__)


def test_every_placed_model_is_tried() -> None:
    placed = {model for model in apps.get_models() if issubclass(model, Placed)}
    assert set(FRESH) == placed == set(CHANGE)


def existing(model: type[Placed], village: Any) -> Placed:
    """A row that stands in the village's year, and on which no other one hangs."""
    if model is VillageYear:
        return all_rows(model).get(region=village, year=YEAR)
    row = FRESH[model](village, YEAR)
    row.save()
    return row


def refusal_of(write: Callable[[], Any]) -> str | None:
    """What the portal says of the database's refusal; None where it doesn't refuse."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError as error:
        return explain(error) or f"not explained: {error}"
    return None


@pytest.mark.parametrize("state", SENTENCES)
@pytest.mark.parametrize("model", MODELS)
def test_no_way_of_writing_passes_a_year_that_is_not_open(
    world: Any, model: type[Placed], state: str
) -> None:
    row = existing(model, world.a)
    name, value = CHANGE[model]
    if model is VillageYear:  # one a year: the new one takes the place of a deleted one
        existing(Ledger, world.a)
        fresh = None
    else:
        fresh = FRESH[model](world.a, YEAR)
        if model is Ledger:
            fresh.kind = "farm"
    put(world.a, state)
    before = dump(*MODELS)
    said = {}
    for write in INSERTS:
        if fresh is not None:
            said[write.__name__] = refusal_of(lambda w=write: w(fresh))
            fresh.pk = None
    for write in UPDATES:
        said[write.__name__] = refusal_of(lambda w=write: w(row, name, value))
    for write in DELETES:
        key = row.pk
        said[write.__name__] = refusal_of(lambda w=write: w(row))
        row.pk = key
    ways = [*(INSERTS if fresh is not None else []), *UPDATES, *DELETES]
    assert said == {write.__name__: SENTENCES[state] for write in ways}
    assert dump(*MODELS) == before


@pytest.mark.parametrize("model", MODELS)
def test_every_way_of_writing_passes_in_an_open_year(world: Any, model: type[Placed]) -> None:
    name, value = CHANGE[model]
    row = existing(model, world.a)
    assert [refusal_of(lambda w=write: w(row, name, value)) for write in UPDATES] == [None] * len(UPDATES)
    assert dump(model)[model._meta.label][row.pk][name] == value
    for write in DELETES:
        if all_rows(model).filter(pk=row.pk).exists():
            assert refusal_of(lambda w=write, r=row: w(r)) is None
        row = FRESH[model](world.a, YEAR)
        assert refusal_of(row.save) is None
    row.delete()
    for write in INSERTS:
        fresh = FRESH[model](world.a, YEAR)
        count = all_rows(model).count()
        assert refusal_of(lambda w=write, f=fresh: w(f)) is None
        assert all_rows(model).count() == count + 1
        if model in (VillageYear, Ledger):
            all_rows(model).filter(region=world.a, **({"kind": "school"} if model is Ledger else {})).delete()


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_moved_neither_into_a_closed_year_nor_out_of_it(world: Any, model: type[Placed]) -> None:
    inside, outside = existing(model, world.a), existing(model, world.b)
    if model is Ledger:  # one of a kind a year: the one that moves in is of another
        all_rows(Ledger).filter(pk=outside.pk).update(kind="farm")
    if model is VillageYear:  # one a year: the one that moves in comes from a year before
        all_rows(VillageYear).filter(pk=outside.pk).update(year=2016)
    table = model._meta.db_table

    def move(row: Placed, change: str) -> str | None:
        return refusal_of(lambda: run(f"UPDATE {table} SET {change} WHERE id = %s", [row.pk]))

    if model is Membership:  # a member goes where the household goes
        table = HouseholdYear._meta.db_table
        inside, outside = inside.household_year, outside.household_year
    put(world.a, "closed")
    before = dump(*MODELS)
    assert [
        move(inside, f"region_id = '{B}', year = 2015"),
        move(inside, "year = 2016"),
        move(outside, f"region_id = '{A}'"),
    ] == [SENTENCES["closed"]] * 3
    assert dump(*MODELS) == before
    put(world.a, "open")
    assert move(outside, f"region_id = '{A}'") is None
    assert dump(*MODELS) != before


def test_other_villages_and_years_go_on(world: Any) -> None:
    make.village(A, "甲村", year=2018)
    put(world.a, "closed")
    rows = [bare(world.b, YEAR), bare(world.far, YEAR), bare(world.a, 2018)]
    assert [refusal_of(row.save) for row in rows] == [None, None, None]
    # One statement that touches an open and a closed village writes neither.
    before = dump(HouseholdYear)
    pair = [bare(world.b, YEAR), bare(world.a, YEAR)]
    assert refusal_of(lambda: HouseholdYear.objects.bulk_create(pair)) == SENTENCES["closed"]
    assert dump(HouseholdYear) == before


def test_years_before_the_first_are_a_baseline_of_it(world: Any) -> None:
    make.village(A, "甲村", year=2019)
    baseline, gap, later = bare(world.a, 2014), bare(world.a, 2018), bare(world.a, 2020)
    said = [refusal_of(row.save) for row in (baseline, gap, later)]
    not_opened = "{}年度尚未开设（区划代码 421199103206），不能写入。请联系县级办公室开设年度。"
    assert said == [None, not_opened.format(2018), not_opened.format(2020)]
    put(world.a, "closed")
    said = [refusal_of(row.save) for row in (bare(world.a, 2015), baseline, bare(world.a, 2019))]
    assert said == [SENTENCES["closed"], SENTENCES["closed"], None]


# --- the ways of the portal --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", SENTENCES)
def test_domain_functions_are_refused(world: Any, state: str) -> None:
    put(world.a, state)
    households, members = small_rows()
    before = dump(*MODELS)
    place = {"region": world.a, "year": YEAR, "actor": SYSTEM}
    home = world.household_a.household.number
    writes = [
        lambda: save_profile(values={"groups": 9}, **place),
        lambda: save_households(rows=households, **place),
        lambda: save_members(rows=[{**members[1], "household_number": home}], **place),
    ]
    assert [refusal_of(write) for write in writes] == [SENTENCES[state]] * len(writes)
    with pytest.raises(Refused) as refused:
        declare_nil(region=world.a, year=YEAR, kind="school", actor=SYSTEM)
    assert str(refused.value) == SENTENCES[state]
    assert dump(*MODELS) == before


@pytest.mark.parametrize("state", SENTENCES)
def test_forms_are_refused_in_a_sentence(
    world: Any, personas: dict[str, Any], client_of: Any, state: str
) -> None:
    all_rows(Ledger).filter(region=world.a, kind="households").delete()
    put(world.a, state)
    client = client_of(personas["clerk_a"])
    member = all_rows(Membership).filter(household_year=world.household_a).first()
    posts = {
        f"/{A}/{YEAR}/villages/{all_rows(VillageYear).get(region=world.a).pk}/edit/": {"groups": 9},
        f"/{A}/{YEAR}/households/{world.household_a.household_id}/edit/": {
            "category": "01", "status": "04", "remark": "改",
        },
        f"/{A}/{YEAR}/members/{member.pk}/edit/": {"relation": "01", "remark": "改"},
    }  # fmt: skip
    before = dump(*MODELS)
    for url, values in posts.items():
        response = client.post(url, values)
        assert response.status_code == 422
        assert response.context["form"].non_field_errors() == [SENTENCES[state]]
    response = client.post(f"/{A}/{YEAR}/nil/households/", follow=True)
    assert [str(message) for message in response.context["messages"]] == [SENTENCES[state]]
    assert dump(*MODELS) == before
    if state != "missing":  # the same posts are good ones, once the year is open
        put(world.a, "open")
        for url, values in posts.items():
            assert client.post(url, values).status_code == 302
        assert dump(*MODELS) != before


@pytest.mark.parametrize("state", SENTENCES)
def test_imports_are_refused(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows())
    put(world.a, state)
    before = dump(*MODELS)
    outcome = import_book(path, world.a, SYSTEM)
    states = {"submitted": "已提交", "accepted": "已通过", "closed": "已关账", "missing": "尚未开设"}
    assert (outcome.state, [error.reason for error in outcome.errors]) == (
        ImportRun.State.REFUSED,
        [f"甲村2017年度{states[state]}，不能导入"],
    )
    # The year may be closed between the check and the write: then the database says it.
    put(world.a, "open") if state != "missing" else RegionYear.objects.create(region=world.a, year=YEAR)
    importer = type(import_book.__globals__["IMPORTERS"]["village"])
    write = importer.write

    def close_then_write(self: Any, *args: Any, **kwargs: Any) -> Any:
        put(world.a, state)
        return write(self, *args, **kwargs)

    monkeypatch.setattr(importer, "write", close_then_write)
    outcome = import_book(path, world.a, SYSTEM)
    assert (outcome.state, [error.reason for error in outcome.errors]) == (
        ImportRun.State.REFUSED,
        [SENTENCES[state]],
    )
    assert dump(*MODELS) == before


@pytest.mark.parametrize("state", ["open", *SENTENCES])
@pytest.mark.parametrize("model", MODELS)
def test_tables_are_not_truncated(world: Any, model: type[Placed], state: str) -> None:
    put(world.a, state)
    before = dump(*MODELS)
    with pytest.raises(DatabaseError, match="TRUNCATE of"), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would refuse it first
        run("SET LOCAL fupin.may_truncate = 'off'")
        run(f"TRUNCATE {model._meta.db_table} CASCADE")
    assert dump(*MODELS) == before


# --- closer against writer on two connections --------------------------------------------------------------

concurrent = pytest.mark.django_db(transaction=True)


def write_row(village: Any) -> int:
    """Insert a household's year as an importer would; the transaction is the caller's."""
    row = bare(village, YEAR)
    row.save()
    return row.pk


def close_by_domain(village: Any) -> int:
    return close_years(region=village, year=YEAR, actor=SYSTEM)


def close_by_sql(village: Any) -> int:
    return run(
        "UPDATE fupin_regionyear SET state = 'closed' WHERE region_id = %s AND year = %s",
        [village.code, YEAR],
    )


CLOSERS = [close_by_domain, close_by_sql]


def keys_in(village: Any) -> list[int]:
    rows = all_rows(HouseholdYear).filter(region=village, year=YEAR)
    return sorted(rows.values_list("pk", flat=True))


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_closer_waits_for_a_writer_and_sees_its_row(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        writer.begin()
        closer.begin()
        key = writer.do(write_row, world.a)
        assert key not in closer.do(keys_in, world.a)
        closing = closer.start(close, world.a)
        assert blockers_of(closer, closing) == [writer.pid]
        writer.commit()
        assert closing.result(PATIENCE) == 1
        assert closer.do(keys_in, world.a) == sorted([world.household_a.pk, key])
        closer.commit()
    assert refusal_of(lambda: write_row(world.a)) == SENTENCES["closed"]


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_closer_that_will_not_wait_gets_an_error(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        writer.begin()
        writer.do(write_row, world.a)
        closer.do(run, "SET lock_timeout = '20ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            closer.do(close, world.a)
        writer.rollback()
        assert closer.do(close, world.a) == 1


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_writer_waits_for_a_closer_and_is_refused(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        closer.begin()
        assert closer.do(close, world.a) == 1
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [closer.pid]
        closer.commit()
        assert writing.result(PATIENCE) == SENTENCES["closed"]
    assert keys_in(world.a) == [world.household_a.pk]


@concurrent
def test_a_writer_goes_on_after_a_closer_gave_up(world: Any) -> None:
    with sessions(2) as (writer, closer):
        closer.begin()
        closer.do(close_by_domain, world.a)
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [closer.pid]
        closer.rollback()
        assert writing.result(PATIENCE) is None
    assert len(keys_in(world.a)) == 2


@concurrent
def test_a_writer_after_reopening_goes_on(world: Any) -> None:
    close_by_domain(world.a)
    with sessions(2) as (writer, opener):
        opener.begin()
        assert opener.do(reopen_years, region=world.a, year=YEAR, actor=SYSTEM) == 1
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [opener.pid]
        opener.commit()
        assert writing.result(PATIENCE) is None


@contextmanager
def plain_check() -> Any:
    """The guard as a plain check, without its lock."""
    sql = FUNCTIONS.read_text(encoding="utf-8")
    assert sql.count("FOR SHARE;") == 1
    run(sql.replace("FOR SHARE;", ";").replace("%", "%%"), [])
    try:
        yield
    finally:
        run(sql.replace("%", "%%"), [])


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_without_its_lock_the_guard_is_a_race(world: Any, close: Callable) -> None:
    """Negative control of the tests above: a row gets into the closed year."""
    with plain_check(), sessions(2) as (writer, closer):
        writer.begin()
        key = writer.do(write_row, world.a)
        closing = closer.start(close, world.a)
        assert blockers_of(closer, closing) == []
        seen = closer.do(keys_in, world.a)
        writer.commit()
        assert set(keys_in(world.a)) - set(seen) == {key}
    assert refusal_of(lambda: write_row(world.a)) == SENTENCES["closed"]


def interleave(village: Any, seed: int) -> tuple[list[int], list[int]]:
    """Writers and a closer at random; the rows at the closing and those at the end."""
    rng = random.Random(seed)
    plans = [[(rng.randint(1, 4), rng.random() < 0.2) for _ in range(rng.randint(3, 12))] for _ in range(3)]
    after = rng.randint(0, 12)
    written = threading.Semaphore(0)
    close = rng.choice(CLOSERS)

    def write(plan: list[tuple[int, bool]]) -> None:
        for size, give_up in plan:
            try:
                with transaction.atomic():
                    HouseholdYear.objects.bulk_create([bare(village, YEAR) for _ in range(size)])
                    if give_up:
                        transaction.set_rollback(True)
            except IntegrityError as error:
                assert explain(error) == SENTENCES["closed"]
            written.release()

    def finish() -> list[int]:
        for _ in range(after):
            written.acquire(timeout=PATIENCE)
        with transaction.atomic():
            close(village)
            return keys_in(village)

    with sessions(4) as crew:
        writing = [session.start(write, plan) for session, plan in zip(crew, plans, strict=False)]
        closing = crew[-1].start(finish)
        for _ in range(after):
            written.release()  # the plans may be shorter than the closer's patience
        at_close = closing.result(PATIENCE)
        for future in writing:
            future.result(PATIENCE)
    return at_close, keys_in(village)


@concurrent
def test_no_row_is_committed_after_the_close(world: Any) -> None:
    survivors = []
    for seed in range(INTERLEAVINGS):
        put(world.a, "open")
        at_close, at_end = interleave(world.a, seed)
        assert at_close == at_end, f"seed {seed}"
        survivors.append(len(at_end))
    assert survivors[-1] > 1, "nothing was written at all"


@concurrent
def test_writers_of_two_villages_in_opposite_order_do_not_wait(world: Any) -> None:
    with sessions(2) as (one, two):
        one.begin()
        two.begin()
        one.do(write_row, world.a)
        two.do(write_row, world.b)
        first, second = one.start(write_row, world.b), two.start(write_row, world.a)
        assert (blockers_of(one, first), blockers_of(two, second)) == ([], [])
        one.commit()
        two.commit()
    assert (len(keys_in(world.a)), len(keys_in(world.b))) == (3, 3)


@concurrent
def test_writers_of_many_villages_and_a_closer_do_not_deadlock(world: Any) -> None:
    """One statement takes its places in order, and so does the closer, whatever the order of the rows."""

    def write(order: list[Any]) -> str | None:
        return refusal_of(lambda: HouseholdYear.objects.bulk_create([bare(v, YEAR) for v in order]))

    with sessions(3) as (one, two, closer):
        for _ in range(10):
            for village in (world.a, world.b):
                put(village, "open")
            futures = [
                one.start(write, [world.b, world.a]),
                two.start(write, [world.a, world.b]),
                closer.start(close_years, region=world.county, year=YEAR, actor=SYSTEM),
            ]
            said = [future.result(PATIENCE) for future in futures]
            # Refused or written, never a deadlock: that would be an error without a sentence of ours.
            assert {str(sentence) for sentence in said[:2]} <= {"None", SENTENCES["closed"]}
    assert fetch("SELECT count(*) FROM fupin_regionyear WHERE state = 'closed'") == [(3,)]
    assert connection.in_atomic_block is False
