"""The documentation says what the code says: columns, rights, commands, settings, terms, links."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands

from tests.docs.tables import DOCS, ROOT, TABLES, written

ROOMS = ("fupin", "households", "funds", "reports")
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("mark", TABLES, ids=lambda mark: mark[0])
def test_generated_tables_are_those_of_the_declarations(mark: tuple[str, str]) -> None:
    assert written(*mark) == TABLES[mark](), "run: python -m tests.docs.tables"


def test_the_readme_names_every_command() -> None:
    ours = {name for name, room in get_commands().items() if room in ROOMS}
    told = set(re.findall(r"manage\.py (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert ours == told & ours
    assert told == ours, "the README names a command that does not exist"


def settings_read() -> set[str]:
    """The environment variables that the portal reads through fupin/env.py."""
    names = set()
    for path in (ROOT / "fupin").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id.startswith("env_") and isinstance(first, ast.Constant):
                    names.add(first.value)
    return names


def test_every_setting_is_described_and_no_other() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert "FUPIN_VAR" in settings_read()
    assert described == settings_read()


def rows_of(page: str) -> Iterator[list[str]]:
    for line in page.splitlines():
        if line.startswith("| ") and not line.startswith("| term |"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


GLOSSARY = list(rows_of((DOCS / "glossary.md").read_text(encoding="utf-8")))


def found(path: str, name: str) -> Any:
    """What a glossary row names."""
    thing: Any = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    for part in filter(None, name.split(".")):
        annotations = getattr(thing, "__annotations__", {})
        thing = annotations[part] if part in annotations and not hasattr(thing, part) else named(thing, part)
    return thing


def named(thing: Any, part: str) -> Any:
    if hasattr(thing, "_meta"):
        names = {field.name: field for field in thing._meta.get_fields()}
        if part in names:
            return names[part]
    return getattr(thing, part)


def test_every_term_names_code_that_is_there() -> None:
    assert len(GLOSSARY) > 100
    for row in GLOSSARY:
        assert len(row) == 4, row
        place = re.fullmatch(r"`([\w/.]+)`(?: `([\w.]+)`)?", row[3])
        assert place, f"the last cell names no code: {row}"
        path, name = place[1], place[2]
        assert (ROOT / path).is_file(), row
        if name:
            assert found(path, name) is not None, row


def test_every_model_field_and_code_list_is_a_term() -> None:
    places = [re.findall(r"`([^`]+)`", row[3]) for row in GLOSSARY]
    things = (found(*place) for place in places if len(place) == 2)
    told = {thing for thing in things if thing.__hash__}  # a catalogue is a table, and no model or field
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ROOMS and not hasattr(model, "pgh_tracked_model")
    ]
    fields = {
        field
        for model in models
        if model._meta.app_label != "fupin"
        for field in model._meta.concrete_fields
        if field.name not in ("id", "region", "year")
    }
    lists = {
        thing
        for name in ("households.enums", "households.conditions", "funds.enums")
        for thing in map(vars(importlib.import_module(name)).get, importlib.import_module(name).__all__)
        if isinstance(thing, type)
    }
    assert {*models, *fields, *lists} - told == set()


def links_of(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_is_broken(page: Path) -> None:
    assert [target for target in links_of(page) if not (page.parent / target).exists()] == []


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in links_of(page)}
    pictures = set((DOCS / "images").glob("*"))
    assert pictures - shown == set()
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_every_code_path_in_the_pages_exists() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in PAGES
        for path in re.findall(r"`((?:fupin|households|reports|funds|tests|templates|static)/[\w/.-]+\.\w+)`",
                               page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]  # fmt: skip
    assert missing == []
