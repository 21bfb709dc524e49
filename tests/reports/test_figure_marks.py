"""Every table that kept figures read leaves marks when it is written: read from the figures' own statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Q

from funds.models import Enterprise
from fupin.models import Level, Placed
from households.models import Person
from reports.figures import cache
from reports.figures.declare import Figure, Measure
from reports.figures.funds import holders
from reports.figures.register import registered
from reports.figures.statements import columns_read, statement
from reports.figures.village import BASES
from reports.figures.window import Window
from tests.structure.test_models import triggers_of

YEARS = (2014, 2017, 2021)
#: Tables without a village that figures read: what a change of them calls, and the columns that it looks at.
SHARED: dict[type[models.Model], tuple[str, set[str]]] = {
    Enterprise: ("reports_mark_everywhere()", {"id", "kind"}),
    Person: ("reports_mark_people()", {"id", "sex", "birth_date"}),
}


def statements() -> list[str]:
    """Every statement by which a kept figure is measured."""
    return [cache._statement_of(part)[0] for year in YEARS for part in cache.parts_of(year)]


def read_by(sql: str) -> dict[type[models.Model], set[str]]:
    """The tables that a statement reads, by model, with the columns named of them, whatever alias they have."""
    tables = {model._meta.db_table: model for model in apps.get_models()}
    return {tables[table]: columns for table, columns in columns_read(sql).items()}


READ: dict[type[models.Model], set[str]] = {}
for _sql in statements():
    for _model, _columns in read_by(_sql).items():
        READ.setdefault(_model, set()).update(_columns)


def test_the_statements_are_understood() -> None:
    """Every base's own table is among those read, and so are those that it joins."""
    assert {base.model for base in cache.KEPT_BASES} <= set(READ)
    assert {model.__name__ for model in READ} == {
        "VillageYear", "HouseholdYear", "Membership", "Benefit", "Partnership", "Enterprise", "Project", "LedgerEntry",
        "IncomeItem", "Person",
    }  # fmt: skip
    assert all("region_id" in READ[base.model] for base in cache.KEPT_BASES)


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(READ, key=lambda m: m.__name__), ids=lambda m: m.__name__)
def test_what_figures_read_leaves_a_mark(model: type[models.Model]) -> None:
    found = {name: text for name, text in triggers_of(model).items() if name.startswith("figures_on_")}
    if issubclass(model, Placed):
        assert set(found) == {"figures_on_insert", "figures_on_update", "figures_on_delete"}
        assert all(
            "reports_mark_villages()" in text and "FOR EACH STATEMENT" in text for text in found.values()
        )
    else:
        # A row that nothing refers to yet, or any more, is in no figure.
        called, looked_at = SHARED[model]
        assert set(found) == {"figures_on_update"} and called in found["figures_on_update"]
        assert READ[model] <= looked_at, f"mark villages when this column changes, too ({called})"


def test_a_table_that_a_new_figure_joins_would_be_seen() -> None:
    """Negative control: a condition on the benefit's person."""

    figure = Figure("x", "x", "", "", holders, Measure.ENTITIES, Q(person__name="x", enterprise__name="y"))
    window = Window(cache._NOWHERE, 2017, 2017, 2014)
    found = read_by(statement(holders, [figure], window, Level.VILLAGE, ["0" * 12])[0])
    for model in (Person, Enterprise):
        assert not found[model] <= SHARED[model][1]


def test_every_figure_of_years_is_kept_or_told_apart() -> None:
    """What a county's report asks of a usual window is all kept, but for ratios, which follow."""
    for since in (2014, 2017):
        window = Window(cache._NOWHERE, 2017, 2017, since)
        figures = [f for base in BASES for f in base.all_figures(window) if not f.parts]
        kept, others = cache.split(figures, window, Level.COUNTY)
        assert others == []
        assert sum(map(len, kept.values())) == len(figures) > 100
    odd = Window(cache._NOWHERE, 2016, 2017, 2015)
    _, others = cache.split([f for base in BASES for f in base.all_figures(odd)], odd, Level.COUNTY)
    assert {f.base.code for f in others} >= {"given", "works", "work"}


def values_of(condition: Any) -> Iterator[Any]:
    """What the leaves of a condition compare with."""
    for child in condition.children:
        if isinstance(child, tuple):
            yield child[1]
        elif hasattr(child, "children"):
            yield from values_of(child)


def test_processes_agree_on_the_digest() -> None:
    """A set has another order in each process: none of them would take what the others keep."""
    conditions = [f.where for year in YEARS for part in cache.parts_of(year) for f in part.figures.values()]
    values = [v for q in (*conditions, *(base.counts for base in cache.KEPT_BASES)) for v in values_of(q)]
    assert [value for value in values if isinstance(value, set | frozenset)] == []
    assert len(values) > 100


def test_a_changed_declaration_changes_the_digest(monkeypatch: Any) -> None:

    before = cache.digest_of(2017)
    monkeypatch.setattr(cache, "digest_of", cache.digest_of.__wrapped__)
    monkeypatch.setattr(cache, "parts_of", cache.parts_of.__wrapped__)
    assert cache.digest_of(2017) == before
    object.__setattr__(registered, "counts", Q(on_roll=True, group=1))
    try:
        assert cache.digest_of(2017) != before
    finally:
        object.__setattr__(registered, "counts", Q(on_roll=True))
    assert cache.digest_of(2017) == before
