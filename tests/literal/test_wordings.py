"""The wording of a county: words are words, and what looks like more of it than figures is refused as it was typed."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from docx import Document
from lxml import html

from reports.models import Era, NarrativeTemplate
from tests.conftest import A
from tests.hostile import BROKEN, HOSTILE, SAID, UNSEEN, is_marked
from tests.literal.conftest import TEXTS
from tests.literal.pages import ENOUGH, packs, page_of, put_in, seen, shape, token
from tests.literal.test_rows import cells
from tests.reports.support import sections_of_text, write_report
from tests.reports.test_wording_pages import (
    COUNTY,
    TEXT,
    editor,
    errors,
    field,
    kept,
    posted,
    typed,
    version_page,
)

pytestmark = pytest.mark.django_db

COVERS = ("reports.NarrativeTemplate.text", "reports.NarrativeTemplate.note")

#: What only looks like marks of the language is refused as such. A line that begins with # is a heading, or none.
ALIKE = "｛poor:户人｝"
WORDS = [text for text in TEXTS if not is_marked(text) and text != ALIKE and not text.startswith("#")]
MARKED = [text for text in TEXTS if (is_marked(text) or text == ALIKE) and text not in SAID | {"{text.7}"}]
BEGUN = ["# x", "#N/A"]
SUMMARY = f"/{A}/2017/summary/village/"
COUNTED = "全村在册{poor:户人}。"


@pytest.fixture
def county(world: Any, personas: dict[str, Any], client_of: Any) -> Any:
    """The county office's client."""
    return client_of(personas["county"])


def wording(texts: list[str]) -> str:
    """Each text as a heading and as a paragraph; the first as the title."""
    lines = [f"# {texts[0]}", *(f"## {text}\n{text}" for text in texts), COUNTED]
    return "\n".join(lines)


def test_words_are_words_wherever_they_are_read(county: Any, personas: Any, client_of: Any) -> None:
    """As title, heading, paragraph and note: in every format and on every page."""
    clerk, note = client_of(personas["clerk_a"]), packs(WORDS, 200)[0]

    def said(texts: list[str], note: str, version: int) -> dict[str, Any]:
        text = wording(texts)
        preview = page_of(
            county.post(editor(), posted(text, what="preview", note=note, based_on=str(version - 1)))
        )
        assert county.post(editor(), posted(text, note=note, based_on=str(version - 1))).status_code == 302
        assert kept()[-1] == ("until_2020", version, text, note)
        word = county.get(f"{SUMMARY}?format=docx").content
        return {
            "preview": seen(preview),
            "text": write_report(A, period="2017", format="text"),
            "json": json.loads(write_report(A, period="2017", format="json")),
            "html": seen(write_report(A, period="2017", format="html")),
            "docx": [(p.style.name, p.text) for p in Document(io.BytesIO(word)).paragraphs],
            "xlsx": cells(county.get(f"{SUMMARY}?format=xlsx").content),
            "page": seen(page_of(clerk.get(SUMMARY))),
        }

    harmless = said([token(number) for number in range(len(WORDS))], token(900), 1)
    pages = [page_of(county.get(url)) for url in (editor(), version_page(1))]
    NarrativeTemplate.objects.unscoped("tests").all().delete()
    hostile = said(WORDS, note, 1)

    words = {token(number): text for number, text in enumerate(WORDS)} | {token(900): note}
    assert len(WORDS) > ENOUGH
    for format in harmless:
        assert hostile[format] == put_in(harmless[format], words), format
    last = len(WORDS) - 1
    assert sections_of_text(hostile["text"])[:last] == [(text, text) for text in WORDS[:last]]
    shown = [page_of(county.get(url)) for url in (editor(), version_page(1))]
    for page, before in zip(shown, pages, strict=True):
        assert seen(page) == seen(before, words)
    assert html.fromstring(shown[1]).xpath("//pre")[0].text_content() == wording(WORDS)
    assert field(county.get(editor()), "text").text.lstrip("\r\n").replace("\r\n", "\n") == wording(WORDS)


@pytest.mark.parametrize("what", ["save", "preview"])
def test_marks_that_are_no_figure_are_refused_and_shown_as_typed(what: str, county: Any) -> None:
    """A line of the text, and the title."""
    assert len(MARKED) > 20
    harmless = shape(page_of(county.post(editor(), posted(f"{TEXT}\n{{", what=what)), 422))
    for words in MARKED if what == "save" else MARKED[::6]:
        for text in (f"{TEXT}\n{words}", f"# {words}\n## 一\n甲"):
            page = county.post(editor(), posted(text, what=what))
            assert (words, page.status_code, len(errors(page)), kept()) == (words, 422, 1, [])
            assert typed(page) == text
            assert shape(page.content.decode()) == harmless
    for words in BEGUN:
        page = county.post(editor(), posted(f"{TEXT}\n{words}", what=what))
        assert (words, page.status_code, len(errors(page)), kept()) == (words, 422, 1, [])
        assert typed(page) == f"{TEXT}\n{words}"


def test_marks_that_nobody_sees_are_refused(county: Any) -> None:
    for words in ("甲\x00乙", "\x1b[31m", "甲\x0b乙", "甲\x7f乙", "甲\ufffe乙"):
        page = county.post(editor(), posted(f"{TEXT}\n{words}"))
        assert (words, page.status_code, len(errors(page)), kept()) == (words, 422, 1, [])


def test_a_note_is_kept_without_marks_that_nobody_sees_and_in_one_line(county: Any) -> None:
    told = []
    for version, (note, text) in enumerate(UNSEEN.items(), start=1):
        answer = county.post(editor(), posted(f"{TEXT}{version}", note=note, based_on=str(version - 1)))
        assert answer.status_code == 302
        told.append(text)
    assert [note for *_, note in kept()] == told
    for note in BROKEN:
        page = county.post(editor(), posted(TEXT, note=note, based_on=str(len(told))))
        assert (page.status_code, list(page.context["form"].errors), len(kept())) == (
            422,
            ["note"],
            len(told),
        )
        if "\x00" not in note:
            assert field(page, "note").get("value") == note.replace("\r\n", "\n")


@pytest.mark.parametrize("words", MARKED[::3])
def test_marks_that_got_into_the_database_are_not_executed(
    words: str, county: Any, personas: Any, client_of: Any
) -> None:
    """Past the check, as by hand in the database: the report falls back to the shipped wording, the page shows it."""
    NarrativeTemplate.objects.create(
        region_id=COUNTY, kind="village", era=Era.UNTIL_2020, version=1, text=f"# 总结\n## 一\n{words}"
    )
    assert typed(county.get(editor())).splitlines()[-1] == words
    response = client_of(personas["clerk_a"]).get(f"{SUMMARY}?format=json")
    sections = json.loads(response.content)["sections"]
    # Full-width brackets are words to whoever did not write them in the editor.
    assert [s["title"] for s in sections][0] == ("一" if words == ALIKE else "一、村基本情况")
    assert "49" not in sections[0]["text"]


def test_nothing_of_the_list_is_left_out() -> None:
    left = set(HOSTILE) - {*WORDS, *MARKED, *BEGUN}
    assert left == SAID | {"{text.7}", "## x"}
