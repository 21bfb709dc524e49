"""What is said of a report and of a year's reopening, and what was sealed: kept and shown to the letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pgtrigger
import pytest

from fupin.access import SYSTEM, Role
from fupin.domain.years import close_years
from fupin.place import Place
from reports.domain.reports import begin_report, move_report
from reports.figures.window import year_window
from reports.models import Reopening, Report, ReportMove, Seal, YearFigures
from reports.models.report import ReportMoveKind
from tests import factories as make
from tests.factories import YEAR
from tests.hostile import UNSEEN
from tests.literal.conftest import TEXTS
from tests.literal.pages import packs, page_of, seen, token

pytestmark = pytest.mark.django_db

COVERS = (
    "reports.ReportMove.remark",
    "reports.Reopening.reason",
    "reports.Seal.content",
    "reports.YearFigures.content",
)
AT = datetime(2017, 5, 6, tzinfo=UTC)


def test_what_is_said_with_a_return(world: Any, personas: Any, client_of: Any) -> None:
    report = begin_report(kind="village", window=year_window(world.a, YEAR), actor=SYSTEM)
    client, url = client_of(personas["township"]), Place(world.a, YEAR).url("report", key=report.pk)
    lines = ReportMove.objects.unscoped("tests").filter(report=report)
    for typed, kept in [*((text, text) for text in packs(TEXTS, 500)), *UNSEEN.items()]:
        move_report(report=report, move=ReportMoveKind.SUBMIT, actor=SYSTEM)
        assert client.post(url, {"what": "return", "remark": typed}).status_code == 302
        assert lines.latest("pk").remark == kept
    line = ReportMove.objects.create(report=report, move=ReportMoveKind.RETURN, at=AT, remark=token(0))
    client.get(url)  # says what was done
    before = page_of(client.get(url))
    assert token(0) in before
    for text in packs(TEXTS, 500):
        with pgtrigger.ignore("reports.ReportMove:append_only"):
            lines.filter(pk=line.pk).update(remark=text)
        assert seen(page_of(client.get(url))) == seen(before, {token(0): text})


def test_why_a_year_is_opened_again(world: Any, personas: Any, client_of: Any) -> None:
    close_years(region=world.a, year=YEAR, actor=SYSTEM)
    client, url = client_of(personas["county"]), Place(world.a, YEAR).url("closing")
    rows = Reopening.objects.unscoped("tests")
    for typed, kept in [*((text, text) for text in packs(TEXTS, 500)), *UNSEEN.items()]:
        assert client.post(url, {"what": "ask", "reason": typed}).status_code == 302
        assert rows.get().reason == kept
        rows.all().delete()
    row = Reopening.objects.create(
        region=world.a, year=YEAR, reason=token(0), asked_at=AT, asked_by=make.user(Role.COUNTY, world.county)
    )
    client.get(url)  # says what was done
    before = page_of(client.get(url))
    assert token(0) in before
    for text in packs(TEXTS, 500):
        rows.filter(pk=row.pk).update(reason=text)
        assert seen(page_of(client.get(url))) == seen(before, {token(0): text})


def test_what_was_kept(world: Any, personas: Any, client_of: Any) -> None:
    """A sealed report on its page, and figures of a closed year beside those of now."""
    place, client = Place(world.a, YEAR), client_of(personas["clerk_a"])
    report = Report.objects.create(
        region=world.a,
        kind="village",
        year=YEAR,
        first=YEAR,
        since=2014,
        state="sealed",
        wording=0,
        approved="x",
    )
    seal = Seal.objects.create(report=report, content=content(token(0)), digest="x", at=AT)
    kept = YearFigures.objects.create(region=world.a, year=YEAR, content=content(token(0)), digest="x", at=AT)
    urls = (
        place.url("report", key=report.pk),
        place.url("report_since", key=report.pk),
        place.url("closing_since"),
    )
    before = {url: page_of(client.get(url)) for url in urls}
    assert all(token(0) in page for page in before.values())
    for text in packs(TEXTS, 200):
        with pgtrigger.ignore("reports.Seal:append_only", "reports.YearFigures:append_only"):
            Seal.objects.unscoped("tests").filter(pk=seal.pk).update(content=content(text))
            YearFigures.objects.unscoped("tests").filter(pk=kept.pk).update(content=content(text))
        for url in urls:
            assert seen(page_of(client.get(url))) == seen(before[url], {token(0): text})


def content(text: str) -> str:
    """What was kept of a village's words."""
    figure = {
        "key": "profile.main_industries", "label": "主要产业", "definition": "村填报", "value": text, "said": text,
        "rows": 1, "covered": 1, "villages": 1,
    }  # fmt: skip
    sections = [{"title": "一、村情", "paragraphs": [text]}]
    return json.dumps(
        {
            "title": "总结",
            "subtitle": "",
            "sections": sections,
            "remarks": [text],
            "figures": [figure],
            "files": {},
        }
    )
