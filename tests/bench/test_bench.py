"""The benchmarks run, in a tiny size: which lines there are and what shape they have, never how fast."""

from __future__ import annotations

import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.bench import boards, cached, exports, measuring, pages, sizes, yearbook
from tests.bench.multiply import OWN
from tests.bench.world import QUICK
from tests.bench.writing import TABLES

COUNTIES = QUICK.counties
LARGER = ("10x",)
LARGER_VILLAGES = tuple(itertools.pairwise(QUICK.sizes))


def expected_names() -> list[str]:
    """The names of all lines, in order."""
    names = [f"{what} in the database, {c}" for c in COUNTIES for what in pages.COUNTED]
    for page in pages.PAGES:
        for what in ("blocks read", "rows read", "median time"):
            names += [f"{page}: {what}, {c}" for c in COUNTIES]
            label = what
            if page in pages.BY_ROW_SHOWN and what != "median time":
                names += [f"{page}: rows shown, {c}" for c in COUNTIES]
                label += " by row shown"
            names += [f"{page}: {label}, {c} / {pages.base_of(page, c, COUNTIES)}" for c in LARGER]
    names += [f"village of {households} households: benefits" for households in QUICK.sizes]
    for page in sizes.PAGES:
        told = [f"{{}}, {households} households" for households in QUICK.sizes]
        ratios = [f"{{}}, {more} households / {more // less} x {less}" for less, more in LARGER_VILLAGES]
        for what, templates in (
            ("blocks read", told), ("rows read", [*told, *ratios]), ("median time", [*told, *ratios]),
        ):  # fmt: skip
            names += [f"{page}: {template.format(what)}" for template in templates]
    asked = (f"{cached.COUNTYS}, kept", f"{cached.COUNTYS}, live", f"{cached.COUNTYS}, {cached.MARKED} villages marked",
             f"{cached.TOWNSHIPS}, kept", f"{cached.TOWNSHIPS}, live")  # fmt: skip
    grown = [f"{times} a household" for times in QUICK.grown]
    names += [f"{cached.COUNTYS}: households, {county}" for county in grown]
    names += [f"{what}, {county}: median time" for county in grown for what in asked]
    for what in (cached.COUNTYS, cached.TOWNSHIPS):
        names += [f"{what}, kept, {grown[-1]} / {grown[0]}", f"{what}, kept / live, {grown[-1]}"]
    for page in (boards.DASHBOARD, boards.SUMMARY):
        for what in ("blocks read", "median time"):
            names += [f"{page}: {what}, {county}" for county in grown]
            names.append(f"{page}: {what}, {grown[-1]} / {grown[0]}")
    names += [f"{boards.DASHBOARD}: time, live, {grown[-1]}", f"{boards.DASHBOARD}: kept / live, {grown[-1]}"]
    names += [f"household's save, {how}: median time" for how in ("marked", "unmarked")]
    names.append("household's save, marked / unmarked")
    less, more = QUICK.multiplied
    names += [f"villages, {times} times" for times in QUICK.multiplied]
    for page in (boards.DASHBOARD, boards.SUMMARY):
        for what in ("blocks read", "median time"):
            names += [f"{page}: {what}, {times} times the villages" for times in QUICK.multiplied]
            names.append(f"{page}: {what}, {more} times the villages / {more // less} x {less}")
    names.append(f"{yearbook.YEARBOOK}: villages")
    names += [f"{yearbook.YEARBOOK}, {what}: median time" for what in ("measured", "written", "floor")]
    names.append(f"{yearbook.YEARBOOK}, written / floor")
    for label in ("reference workbook", "larger workbook"):
        names += [
            f"import, {label}: members",
            f"import, {label}: median time",
            f"floor, {label}: median time",
            f"import / floor, {label}: median time",
            f"import, difference shown first / floor, {label}: median time",
        ]
    names += [f"import, {label}: statements" for label in ("larger workbook", "one of twice as many")]
    names.append("import, twice as many / larger: statements")
    for people in QUICK.rosters:
        names += [
            f"roster of {people} people: {what}"
            for what in (
                "shown and taken, time", "floor, time", "shown and taken / floor", "worker's peak memory / 512 MB",
                "reading process's peak memory / 512 MB",
            )
        ]  # fmt: skip
    names.append("roster, larger / smaller: time per row")
    names.append("roster, django-import-export: time per 1,000 rows")
    names.append("roster, django-import-export, twice as many / once: time per row")
    for people, scaled in zip(QUICK.rosters, ("", " (scaled up)"), strict=True):
        names.append(f"roster of {people} people: shown and taken / django-import-export{scaled}")
    names.append("set: rows")
    timed = ("bulk_create", "upsert, all new", "upsert, none changed", "upsert, all changed")
    timed += ("update, first of its session", "update, after one of no row")
    names += [f"set, {label}: median time" for label in timed]
    names += [
        "set, upsert / bulk_create, all new",
        "set, upsert, none changed / all new",
        "set, upsert, all changed / all new",
        "set, update, after one of no row / first",
    ]
    writers = ["export", "openpyxl write-only"]
    if importlib.util.find_spec(exports.FASTEST):
        writers.append("fastest writer")
    list_ = "list as a workbook"
    names += [f"{list_}: rows of 30 columns", *(f"{list_}, {writer}: median time" for writer in writers)]
    names += [f"{list_}, export / {writer}" for writer in writers[1:]]
    return [*names, f"{list_}: peak memory / 512 MB"]


@pytest.mark.slow
def test_a_quick_run_tells_every_line(tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--quick", "--output", str(output)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = json.loads(output.read_text(encoding="utf-8"))
    assert [line["name"] for line in lines] == expected_names()
    for line in lines:
        assert list(line) == ["name", "value", "unit", "aim", "holds"]
        assert type(line["value"]) in (int, float) and line["value"] > 0, line
        assert line["unit"] in ("rows", "blocks", "ms", "ratio", "statements"), line
        if line["aim"] is None:
            assert line["holds"] is None, line
        else:
            assert line["unit"] == "ratio", line
            assert line["holds"] is (line["value"] <= float(line["aim"].removeprefix("<= "))), line
    *table, last = done.stdout.splitlines()
    assert [row.split("  ")[0] for row in table] == expected_names()
    aims = [line["holds"] for line in lines if line["aim"]]
    assert last.startswith(f"{aims.count(False)} of {len(aims)} aims do not hold; ")


@pytest.mark.django_db(transaction=True)
def test_databases_are_dropped_whatever_happens() -> None:
    from django.db import connection

    from tests.bench.scratch import scratch

    def databases() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall()}

    before, home = databases(), connection.settings_dict["NAME"]
    with pytest.raises(ZeroDivisionError), scratch() as made:
        made.enter(made._create("left"))
        assert databases() - before == {made.made[0]}
        raise ZeroDivisionError
    assert (databases(), connection.settings_dict["NAME"]) == (before, home)


def test_ratios_are_judged_as_they_are_shown() -> None:
    assert measuring.ratio("r", 1.2004, at_most=1.2) == measuring.Line("r", 1.2, "ratio", "<= 1.2", True)
    assert measuring.ratio("r", 1.201, at_most=1.2) == measuring.Line("r", 1.201, "ratio", "<= 1.2", False)
    assert measuring.ratio("r", 9) == measuring.Line("r", 9, "ratio", None, None)


def test_times_are_interleaved_medians(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.accumulate([0, 1, 0, 10, 0, 3, 0, 30, 0, 2, 0, 20])
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: next(clock))
    ran: list[str] = []
    calls = {"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}
    assert measuring.interleaved(calls, rounds=3) == {"a": 2, "b": 20}
    assert ran == ["a", "b", "a", "b", "a", "b"]


@pytest.mark.django_db
def test_what_is_read_is_counted_with_what_is_thrown_away() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE read_me AS SELECT generate_series(1, 100) AS n")

    def call() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT n FROM read_me WHERE n = %s", [7])

    assert measuring.read_by(call).rows == 100


@pytest.mark.parametrize("tables", [TABLES, tuple(OWN)], ids=["floor", "copies"])
def test_parents_are_copied_before_their_children(tables: tuple[Any, ...]) -> None:
    for index, model in enumerate(tables):
        parents = {f.related_model for f in model._meta.concrete_fields if f.is_relation} - {model}
        assert parents & set(tables) <= set(tables[:index]), model


@pytest.mark.django_db
def test_a_copy_states_what_its_source_states_and_two_in_one_village_twice_as_much() -> None:
    from django.db import connection

    from fupin.models import Region
    from reports.domain.reference import load_reference_village
    from reports.figures.declare import Measure
    from reports.figures.funds import entities
    from reports.figures.measure import measure
    from reports.figures.register import profile
    from reports.figures.village import BASES
    from reports.queries.summary import window_of
    from reports.reference.facts import WANTIANFAN
    from tests.bench.multiply import SIZES_TOWNSHIP, Copy, write_copies

    load_reference_village()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    source, parent = WANTIANFAN.village.code, f"{SIZES_TOWNSHIP}000"
    once, twice = f"{SIZES_TOWNSHIP}100", f"{SIZES_TOWNSHIP}101"
    write_copies(
        [Copy(source, 1, once, parent), Copy(source, 2, twice, parent), Copy(source, 3, twice, parent, 1)]
    )

    def stated(code: str) -> dict[str, Any]:
        window = window_of(Region.objects.unscoped("tests").get(code=code), first=2016, last=2017, since=2014)
        figures = [figure for base in BASES for figure in base.all_figures(window)]
        return measure(figures, window)

    found = stated(source)
    of_one, of_two = ({name: result.value for name, result in stated(code).items()} for code in (once, twice))
    assert of_one == {name: result.value for name, result in found.items()}
    assert of_one["poor.households"] == 66
    # The village's profile is one, an enterprise one in the county; shares and words are the same.
    alike = (Measure.TEXT, Measure.NAMES, Measure.RATIO)
    times = {
        name: 1 if result.figure.base in (profile, entities) or result.figure.measure in alike else 2
        for name, result in found.items()
    }
    assert of_two == {
        name: value if value is None or times[name] == 1 else times[name] * value
        for name, value in of_one.items()
    }
