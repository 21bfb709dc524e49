"""What the tests of reports share: a report as each of its formats states it."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from django.core.management import call_command
from lxml import html
from openpyxl import load_workbook

from fupin.models import Region

#: A number with its unit. Years carry 年 and groups 组, and are no figures.
NUMBER = re.compile(r"(\d+(?:\.\d+)?)(万元|公里|平方米|%|[^\W\d_年月日组])")
HEADER_ROW = 3


def write_report(region: str, *, period: str, since: int | None = None, format: str = "json") -> str:
    """What the command prints, as the system."""
    out = io.StringIO()
    call_command("write_report", "village", region, period=period, since=since, format=format, stdout=out)
    return out.getvalue()


def report(region: str, **window: Any) -> dict[str, Any]:
    return json.loads(write_report(region, **window))


def numbers_in(text: str) -> list[tuple[str, str]]:
    return NUMBER.findall(text)


def numbers_of(figures: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The figures' numbers as a sentence would write them."""
    return [(f"{f['value']:.12g}", f["unit"]) for f in figures if isinstance(f["value"], int | float)]


def sections_of_text(text: str) -> list[tuple[str, str]]:
    """Heading and words of each section of the plain text."""
    _title, *sections = text.rstrip("\n").split("\n\n")
    return [(heading, words) for heading, _, words in (section.partition("\n") for section in sections)]


def sections_of_html(page: str, heading: str) -> list[tuple[str, str]]:
    """Heading and words of each section of a page, whose headings are elements of this name."""
    found = []
    for title in html.fromstring(page).iter(heading):
        words = []
        for element in title.itersiblings():
            if element.tag == heading:
                break
            words.append(element.text_content())
        found.append((title.text_content(), "\n".join(words)))
    return found


def sheet_of(page: str) -> str:
    """The part of the portal's page that is the report itself."""
    return html.tostring(html.fromstring(page).get_element_by_id("sheet"), encoding="unicode")


def listed(page: str) -> tuple[int, int | None]:
    """How many rows a list page says it has, and how many people, if it sums them."""
    tree = html.fromstring(page)
    text = tree.text_content()
    people = re.search(r"人数：\s*(\d+)", text)
    rows = 0 if tree.find_class("empty") else int(re.search(r"共 (\d+) 条", text)[1])
    return rows, int(people[1]) if people else None


def exported(content: bytes) -> list[dict[str, Any]]:
    """The rows of an exported list by column header."""
    sheet = load_workbook(io.BytesIO(content)).active
    _title, _units, header, *rows = sheet.iter_rows(values_only=True)
    records = [dict(zip(header, row, strict=True)) for row in rows]
    assert str(records[-1]["序号"]).startswith("填报人")
    rows = [record for record in records[:-1] if record["序号"] != "合计"]
    assert [record.pop("序号") for record in rows] == list(range(1, len(rows) + 1))
    return rows


def region(code: str) -> Region:
    return Region.objects.unscoped("tests").select_related("parent").get(code=code)
