"""Negative controls: with escaping switched off, the comparisons of this folder fail."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.template import Context, Engine, engines
from django.utils.safestring import mark_safe

from fupin.sheets import fast
from tests.hostile import HOSTILE
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import seen, shape, token
from tests.literal.test_rows import cells

PAGE = '<main><p>{{ text }}</p><input type="text" value="{{ text }}"><a href=\'/?q={{ text|urlencode }}\'>x</a></main>'


def rendered(text: str, autoescape: bool) -> str:
    return (
        Engine(autoescape=autoescape).from_string(PAGE).render(Context({"text": text}, autoescape=autoescape))
    )


def test_escaped_a_text_is_a_text() -> None:
    harmless = rendered(token(0), True)
    for text in HOSTILE:
        assert seen(rendered(text, True)) == seen(harmless, {token(0): text})


def test_without_escaping_the_comparison_sees_it() -> None:
    harmless = rendered(token(0), False)
    missed = [t for t in HOSTILE if seen(rendered(t, False)) == seen(harmless, {token(0): t})]
    # A browser, too, takes these for text where they stand.
    assert [text for text in missed if '"' in text or "<b" in text or "<s" in text or "&" in text[:-1]] == [
        text for text in missed if text in ("A&B合作社", "http://203.0.113.7/x?a=1&b=2#c")
    ]
    assert len(HOSTILE) - len(missed) > 20
    markup = [text for text in HOSTILE if shape(rendered(text, False)) != shape(harmless)]
    assert len(markup) > 12


@pytest.mark.django_db
def test_a_page_of_the_portal_without_escaping_is_seen(shelf: Any, monkeypatch: Any) -> None:
    texts = [text for text in TEXTS if "<" in text]
    rows = shelf("projects", len(texts))
    harmless = rows.pages()
    words = reword(rows.rows, texts, "name", "unit")
    assert [seen(page) for page in rows.pages()] == [seen(page, words) for page in harmless]
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)
    monkeypatch.setattr(
        "fupin.resource.tables.localize", mark_safe
    )  # of a list, whose cells Python puts together
    assert [shape(page) for page in rows.pages()] != [shape(page) for page in harmless]


@pytest.mark.django_db
def test_a_workbook_whose_texts_become_formulas_is_seen(shelf: Any, monkeypatch: Any) -> None:
    rows = shelf("projects", len(TEXTS))
    reword(rows.rows, TEXTS, "name")
    assert cells(rows.client.get(rows.url("export")).getvalue())

    made = fast._Cells.make

    def as_a_library_does(column: Any, value: Any) -> str:
        """A text that begins like a formula becomes one."""
        if isinstance(value, str) and value.startswith("="):
            return f"{column.start}><f>{escape(value[1:])}</f></c>"
        return made(column, value)

    monkeypatch.setattr(fast._Cells, "make", as_a_library_does)
    with pytest.raises(AssertionError):
        cells(rows.client.get(rows.url("export")).getvalue())
