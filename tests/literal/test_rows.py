"""Every text field that a page fills: what is typed there is kept, and shown as it is, wherever the row is shown."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from fupin.models import ImportRun
from fupin.numbers import mask_in_text
from fupin.queries.history import Trail, changes_of
from fupin.resource.forms import LINES_OF_TEXT
from tests.hostile import BROKEN, UNSEEN, is_marked, longest
from tests.literal.conftest import TEXTS, Shelf, chosen, reword, takes
from tests.literal.fields import RESOURCES, TYPED
from tests.literal.pages import ENOUGH, packs, page_of, put_in, seen, shape, token, typed

pytestmark = pytest.mark.django_db

#: How often a row is changed on its page; what the short fields hold besides is saved behind it.
POSTS = 18
#: What the way into the database, or another program on it, might take for nothing or for an end.
SPECIAL = ("\\N", "\\.", "\\", '""', "NULL", "{}", "()")


def form_of(shelf: Shelf, row: Any, texts: dict[str, str]) -> Any:
    """A row's form with texts put into it."""
    row = shelf.reread(row)
    return shelf.resource.form_class(
        {**shelf.data_of(row), **texts}, instance=row, place=shelf.place, actor=shelf.user
    )


def write(shelf: Shelf, row: Any, texts: dict[str, str]) -> dict[str, list[str]]:
    """Put texts into a row's form and save it; what the form says against them."""
    form = form_of(shelf, row, texts)
    if form.is_valid():
        shelf.resource.save(form=form, place=shelf.place, actor=shelf.user)
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of a workbook by sheet, none of which is a formula or leads out of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert [sheet for sheet in sheets if re.search(b"<f[ >]", sheet)] == []
    links = [dict(link.attrib) for sheet in sheets for link in etree.fromstring(sheet).iter("{*}hyperlink")]
    within = re.compile("'指标口径'!A[0-9]+")
    assert [
        link
        for link in links
        if {*link} != {"ref", "location", "tooltip"} or not within.fullmatch(link["location"])
    ] == []
    book = load_workbook(io.BytesIO(content))
    filled = [cell for page in book for row in page for cell in row if cell.value is not None]
    assert {cell.data_type for cell in filled} <= {"s", "inlineStr", "n", "d"}
    # What a spreadsheet does by itself on reading: _x005F_ is an underscore.
    return {
        page.title: [
            [unescape(value) if isinstance(value, str) else value for value in row]
            for row in page.iter_rows(values_only=True)
        ]
        for page in book
    }


@pytest.mark.parametrize("name", TYPED)
def test_a_text_is_kept_listed_and_exported_to_the_letter(name: str, shelf: Any, tmp_path: Path) -> None:
    """A row for every text; what the form takes is in the list, in the workbook, and in the workbook read again."""
    texts = chosen(name)
    rows = shelf(name, len(texts))
    harmless = rows.pages()
    exports = bool(rows.resource.export_columns)
    listed = cells(rows.client.get(rows.url("export")).getvalue()) if exports else {}

    words, wanted, taken = {}, {}, []
    for number, (row, text) in enumerate(zip(rows.rows, texts, strict=True)):
        wanted[row.pk] = {field.name: text for field in rows.fields if len(text) <= field.max_length}
        form = form_of(rows, row, wanted[row.pk])
        assert form.is_valid(), (text, form.errors)
        taken.append(form.instance)
        words |= {token(number, at): text for at, f in enumerate(rows.fields) if f.name in wanted[row.pk]}
    # One by one they are saved below.
    rows.resource.model.objects.unscoped("tests").bulk_update(taken, [field.name for field in rows.fields])
    kept = type(row).objects.unscoped("tests").in_bulk(wanted)
    assert {pk: {name: getattr(kept[pk], name) for name in texts} for pk, texts in wanted.items()} == wanted
    assert min(Counter(word[-2] for word in words).values()) >= ENOUGH, "too few texts fit into a field"

    hostile = rows.pages()
    assert hostile != harmless
    for page, before in zip(hostile, harmless, strict=True):
        assert seen(page) == seen(before, words)
    if not exports:
        return
    content = rows.client.get(rows.url("export")).getvalue()
    assert cells(content) == put_in(listed, words)
    if name in IMPORTERS:
        path = tmp_path / "again.xlsx"
        path.write_bytes(content)
        outcome = import_file(
            path, importer=IMPORTERS[name], region=rows.place.region, year=rows.place.year, actor=SYSTEM
        )
        assert [str(error) for error in outcome.errors] == []
        assert outcome.state == ImportRun.State.UNCHANGED


@pytest.mark.parametrize("name", TYPED)
def test_a_text_is_shown_to_the_letter_on_the_pages_of_its_row(
    name: str, shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Form, row and history: many texts in one, since what is told there is told whole."""
    rows = shelf(name, 1)
    (row,) = rows.rows
    url, data = rows.url("edit", row), rows.data_of(row)
    texts = [text for text in TEXTS if takes(name, text)]
    packed = {field.name: packs(texts, field.max_length) for field in rows.fields}
    saved = page_of(rows.client.post(url, data, follow=True))
    detail = page_of(rows.client.get(rows.url("detail", row)))
    form = page_of(rows.client.get(url))

    was, told = {field.name: token(0, at) for at, field in enumerate(rows.fields)}, []
    label = {field.name: str(field.verbose_name) for field in rows.fields}
    for number in range(max(map(len, packed.values()))):
        now = {name: pack[number % len(pack)] for name, pack in packed.items()}
        words = {token(0, at): now[field.name] for at, field in enumerate(rows.fields)}
        if number < POSTS:
            assert seen(page_of(rows.client.post(url, {**data, **now}, follow=True))) == seen(saved, words)
            edited = page_of(rows.client.get(url))
            assert seen(edited) == seen(form, words)
            assert typed(edited).items() >= now.items()
        else:
            assert write(rows, row, now) == {}
            assert seen(page_of(rows.client.get(rows.url("detail", row)))) == seen(detail, words)
        told.append([(label[f], was[f], now[f]) for f in now if was[f] != now[f]])
        was = now

    monkeypatch.setattr("fupin.resource.history.PAGE_CHANGES", 1000)
    tree = html.fromstring(page_of(rows.client.get(rows.url("history", row))))
    entries = [
        [tuple(cell.text_content() for cell in change) for change in entry.xpath(".//tbody/tr")]
        for entry in tree.xpath("//ol[@class='history']/li")
    ]
    assert entries[: len(told)] == told[::-1]
    assert len(entries) == len(changes_of([Trail(type(row), [row.pk])], SYSTEM))
    tags = {element.tag for element in tree.xpath("//ol[@class='history']//*")}
    assert tags == set("li p strong time div table thead tbody tr th td del ins".split())  # noqa: SIM905


@pytest.mark.parametrize("name", [name for name in TYPED if name != "texts"])
def test_what_means_nothing_to_a_database_is_a_text(name: str, shelf: Any) -> None:
    rows = shelf(name, 1)
    for text in SPECIAL:
        texts = {field.name: text for field in rows.fields}
        assert write(rows, rows.rows[0], texts) == {}
        kept = rows.reread(rows.rows[0])
        assert {field: getattr(kept, field) for field in texts} == texts


@pytest.mark.parametrize("name", TYPED)
def test_marks_that_nobody_sees_are_dropped_as_in_a_workbook(name: str, shelf: Any) -> None:
    rows = shelf(name, 1)
    for text, kept in UNSEEN.items():
        fits = [field.name for field in rows.fields if len(text) <= field.max_length]
        assert write(rows, rows.rows[0], dict.fromkeys(fits, text)) == {}, text
        row = rows.reread(rows.rows[0])
        assert {field: getattr(row, field) for field in fits} == dict.fromkeys(fits, kept)


@pytest.mark.parametrize("name", [name for name in TYPED if name != "texts"])
def test_a_second_line_is_refused_and_shown_as_it_was_typed(name: str, shelf: Any) -> None:
    rows = shelf(name, 1)
    (row,) = rows.rows
    shapes = set()
    # What has room for many lines takes them (tests/ledgers/test_forms.py).
    one_line = [field.name for field in rows.fields if field.max_length < LINES_OF_TEXT]
    for number, text in enumerate(BROKEN):
        texts = dict.fromkeys(one_line, text)
        if "\x00" not in text and not number % 2:  # which no page can show
            page = page_of(rows.client.post(rows.url("edit", row), {**rows.data_of(row), **texts}), 422)
            lines = dict.fromkeys(texts, text.replace("\r\n", "\n"))  # as a browser reads them
            assert typed(page).items() >= lines.items()
            shapes.add(tuple(shape(page)))
        errors = write(rows, row, texts)
        # A form says it once, be the text too long or in two lines.
        assert set(errors) == set(texts)
    assert len(shapes) <= 2  # too long for a field, or not
    kept = rows.reread(row)
    assert {getattr(kept, field.name) for field in rows.fields} == {
        token(0, at) for at in range(len(rows.fields))
    }


@pytest.mark.parametrize("name", TYPED)
def test_what_is_too_long_is_refused_and_shown_as_it_was_typed(name: str, shelf: Any) -> None:
    rows = shelf(name, 1)
    (row,) = rows.rows
    url, data = rows.url("edit", row), rows.data_of(row)

    def refused(texts: dict[str, str]) -> str:
        page = page_of(rows.client.post(url, {**data, **texts}), 422)
        assert typed(page).items() >= texts.items()
        assert set(write(rows, row, texts)) == set(texts)
        return page

    harmless = refused({field.name: longest(field.max_length + 1) for field in rows.fields})
    everything = "、".join(text for text in TEXTS if not is_marked(text))
    hostile = refused({f.name: everything * (1 + f.max_length // len(everything)) for f in rows.fields})
    assert shape(hostile) == shape(harmless)

    fitting = {field.name: longest(field.max_length) for field in rows.fields}
    assert write(rows, row, fitting) == {}
    kept = rows.reread(row)
    assert {field: getattr(kept, field) for field in fitting} == fitting


def test_marks_of_our_language_that_do_not_hold_are_refused_in_a_text_and_shown_as_typed(shelf: Any) -> None:
    rows = shelf("texts", 1)
    (row,) = rows.rows
    refused = [text for text in TEXTS if not takes("texts", text)]
    assert len(refused) > 20
    told = {text: write(rows, row, {"text": text}) for text in refused}
    assert [text for text, errors in told.items() if len(errors.get("text", [])) != 1] == []
    harmless = page_of(rows.client.post(rows.url("edit", row), {**rows.data_of(row), "text": "{"}), 422)
    for text in refused:
        page = page_of(rows.client.post(rows.url("edit", row), {**rows.data_of(row), "text": text}), 422)
        assert typed(page)["text"] == text
        assert shape(page) == shape(harmless)
    assert rows.reread(row).text == token(0)


def test_a_text_keeps_its_lines(shelf: Any) -> None:
    rows = shelf("texts", 1)
    for text in BROKEN:
        if "\x00" in text:
            assert set(write(rows, rows.rows[0], {"text": text})) == {"text"}
        else:
            assert write(rows, rows.rows[0], {"text": text}) == {}
            lines = text.replace("\r\n", "\n").replace("\u2028", "\n")
            assert rows.reread(rows.rows[0]).text == lines


SEARCHED = [
    name
    for name, resource in RESOURCES.items()
    if resource.filterset_class and "q" in resource.filterset_class.base_filters
]


@pytest.mark.parametrize("name", SEARCHED)
def test_what_is_searched_for_is_shown_to_the_letter(name: str, shelf: Any) -> None:
    """In the query, and in the links that keep it; a text is no pattern."""
    rows = shelf(name, 1)
    harmless = page_of(rows.client.get(rows.url("list"), {"q": token(900)}))
    # A query with somebody's number is not kept at all (tests/finding/test_filters.py).
    for text in packs([text for text in TEXTS if mask_in_text(text) == text], 200):
        page = page_of(rows.client.get(rows.url("list"), {"q": text}))
        assert seen(page) == seen(harmless, {token(900): text})


@pytest.mark.parametrize(
    ("name", "fields"),
    [("enterprises", ("name", "business")), ("texts", ("text",)), ("projects", ("name", "site", "source"))],
)
def test_a_text_is_found_by_itself_and_is_no_pattern(name: str, fields: tuple[str], shelf: Any) -> None:
    rows = shelf(name, len(TEXTS))
    reword(rows.rows, TEXTS, *fields)
    for text in TEXTS:
        everything = rows.resource.rows(rows.user, rows.place)
        found = rows.resource.filterset_class({"q": text}, queryset=everything).qs
        assert {getattr(row, fields[0]) for row in found} == {t for t in TEXTS if text in t}, text
