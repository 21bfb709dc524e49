"""RegionYear is the one lock: whichever way a row is written, it is refused in a year that is not open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from funds.models import Allocation, Payment, ProjectStep
from fupin.access import SYSTEM
from fupin.domain.years import declare_nil
from fupin.models import ImportRun, Ledger, Placed, RegionYear
from fupin.refusals import Refused
from households.domain.registration import save_households, save_members, save_profile
from households.models import HouseholdYear, IncomeItem, LedgerEntry, Membership, VillageYear
from tests import factories as make
from tests.conftest import A, B
from tests.database.rows import (
    CHANGE,
    FRESH,
    INSERTS,
    SENTENCES,
    YEAR,
    all_rows,
    bare,
    put,
    refusal_of,
)
from tests.database.tools import dump, run
from tests.database.workbooks import import_book, small_rows, write_book

# --- every model, every way of writing ---------------------------------------------------------------------


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
#: Their day lies in their year.
DATED = (LedgerEntry, ProjectStep, Allocation, Payment)


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

    def into(year: int) -> str:  # an entry's day lies in its year
        return f"year = {year}" + (f", \"on\" = '{year}-03-15'" if model in DATED else "")

    def move(row: Placed, change: str) -> str | None:
        return refusal_of(lambda: run(f"UPDATE {table} SET {change} WHERE id = %s", [row.pk]))

    if model in (Membership, IncomeItem):  # these go where the household goes
        table = HouseholdYear._meta.db_table
        inside, outside = inside.household_year, outside.household_year
    put(world.a, "closed")
    before = dump(*MODELS)
    assert [
        move(inside, f"region_id = '{B}', {into(2015)}"),
        move(inside, into(2016)),
        move(outside, f"region_id = '{A}'"),
    ] == [SENTENCES["closed"]] * 3
    assert dump(*MODELS) == before
    put(world.a, "open")
    assert move(outside, f"region_id = '{A}'") is None
    assert dump(*MODELS) != before
    if model in (Allocation, Payment):  # its key would hold it back at the end of the transaction
        assert move(outside, f"region_id = '{B}'") is None


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
    client = client_of(personas["clerk_a"])
    member = all_rows(Membership).filter(household_year=world.household_a).first()
    posts = {
        f"/{A}/{YEAR}/villages/{all_rows(VillageYear).get(region=world.a).pk}/edit/": {"groups": 9},
        f"/{A}/{YEAR}/households/{world.household_a.household_id}/edit/": {
            "category": "01", "status": "04", "remark": "改",
        },
        f"/{A}/{YEAR}/members/{member.pk}/edit/": {"relation": "01", "remark": "改"},
    }  # fmt: skip
    stamps = {url: client.stamp(url) for url in posts}
    put(world.a, state)
    before = dump(*MODELS)
    for url, values in posts.items():
        response = client.post(url, {**values, **stamps[url]})
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
    states = {
        "submitted": "已提交", "passed": "已上报", "accepted": "已通过", "closed": "已关账",
        "missing": "尚未开设",
    }  # fmt: skip
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
