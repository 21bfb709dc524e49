"""Whoever submits a report against whoever writes the village's own words, on connections of their own."""

from __future__ import annotations

from typing import Any

import pytest

from fupin.access import SYSTEM
from fupin.refusals import BY_HAND
from reports.domain import reports
from reports.domain.reports import begin_report, move_report
from reports.domain.texts import save_texts
from reports.figures.window import year_window
from reports.models import Report, SectionText
from reports.models.report import ReportMoveKind
from tests.database.rows import YEAR, refusal_of
from tests.database.tools import PATIENCE, blockers_of, sessions

pytestmark = pytest.mark.django_db(transaction=True)


def write_words(village: Any, text: str) -> None:
    save_texts(region=village, year=YEAR, rows=[{"position": 1, "text": text}], actor=SYSTEM)


def submit(report: Report) -> None:
    move_report(report=report, move=ReportMoveKind.SUBMIT, actor=SYSTEM)


@pytest.fixture
def report(world: Any) -> Report:
    return begin_report(kind="village", window=year_window(world.a, YEAR), actor=SYSTEM)


def words() -> list[str]:
    return list(SectionText.objects.unscoped("tests").values_list("text", flat=True))


def test_who_submits_waits_for_who_writes(world: Any, report: Report) -> None:
    with sessions(2) as (writer, submitter):
        writer.begin()
        writer.do(write_words, world.a, "写完了。")
        submitting = submitter.start(submit, report)
        assert blockers_of(submitter, submitting) == [writer.pid]
        writer.commit()
        submitting.result(PATIENCE)
    assert words() == ["写完了。"]
    assert refusal_of(lambda: write_words(world.a, "又改。")) == BY_HAND["report_in_draft"]


def test_who_writes_waits_for_who_submits_and_is_refused(world: Any, report: Report) -> None:
    with sessions(2) as (writer, submitter):
        submitter.begin()
        submitter.do(submit, report)
        writing = writer.start(refusal_of, lambda: write_words(world.a, "还在写。"))
        assert blockers_of(writer, writing) == [submitter.pid]
        submitter.commit()
        assert writing.result(PATIENCE) == BY_HAND["report_in_draft"]
    assert words() == []


def test_without_the_lock_words_come_after_the_submission(
    world: Any, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(reports, "locked", lambda rows: None)
    with sessions(2) as (writer, submitter):
        writer.begin()
        writer.do(write_words, world.a, "还在写。")
        submitting = submitter.start(submit, report)
        assert blockers_of(submitter, submitting) == []
        submitting.result(PATIENCE)
        assert words() == []
        writer.commit()
    assert words() == ["还在写。"]
