"""The log: whatever is typed, a record is one line, and no line of it was written by a user."""

from __future__ import annotations

import io
import logging
import logging.config
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest

from fupin.logs import one_line
from tests.hostile import BROKEN, HOSTILE, UNSEEN

TYPED = [text for text in (*HOSTILE, *UNSEEN, *BROKEN) if "\x00" not in text]


@pytest.fixture
def log(settings: Any, monkeypatch: Any) -> tuple[io.StringIO, logging.Handler]:
    """What the portal's own log writes, by its own settings."""
    target = io.StringIO()
    kept = deepcopy(settings.LOGGING)
    configurator = logging.config.DictConfigurator(kept)
    formatter = configurator.configure_formatter(kept["formatters"]["line"])
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    for name in kept["handlers"]["console"]["filters"]:
        handler.addFilter(configurator.configure_filter(kept["filters"][name]))
    # Alone: a filter changes the record for every handler behind its own.
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    return target, handler


def lines(text: str) -> list[str]:
    """The lines of a log as a terminal or another program parts them."""
    return text.splitlines()


def test_a_record_is_one_line_whatever_it_quotes(log: Any) -> None:
    target, _ = log
    for text in (*HOSTILE, *UNSEEN, *BROKEN):
        logging.getLogger("fupin.test").warning("cannot read %s, %r", text, text)
    assert len(lines(target.getvalue())) == len(HOSTILE) + len(UNSEEN) + len(BROKEN)
    assert [line for line in lines(target.getvalue()) if " WARNING fupin.test cannot read " not in line] == []


def test_without_the_filter_there_are_more_lines(log: Any) -> None:
    """Negative control."""
    target, handler = log
    handler.filters.clear()
    for text in BROKEN:
        logging.getLogger("fupin.test").warning("cannot read %s", text)
    assert len(lines(target.getvalue())) > len(BROKEN)


@pytest.mark.django_db
def test_who_logs_in_and_what_is_asked_for_writes_no_line_of_its_own(client: Any, log: Any) -> None:
    target, _ = log
    for number, text in enumerate(TYPED):
        where = f"10.2.{number // 250}.{number % 250}"
        for _ in range(6 if text in BROKEN else 1):  # until it is locked, which is told in the log
            client.post(
                "/login/", {"username": text, "password": "x"}, REMOTE_ADDR=where, HTTP_USER_AGENT=text
            )
        client.get(f"/{quote(text)}", {"q": text}, HTTP_REFERER=quote(text))
    told = lines(target.getvalue())
    assert len(told) > len(TYPED)
    assert [line for line in told if not line[:10].replace("-", "").isdigit() or "ERROR" in line[:40]] == []


def test_what_is_typed_stands_in_the_log_to_the_letter_but_for_what_moves_a_cursor() -> None:
    assert [one_line(text) for text in HOSTILE] == list(HOSTILE)
    assert one_line("甲\r\n乙\x1b[2J\u202e丙\u2028丁\x85") == "甲\\r\\n乙\\x1b[2J\\u202e丙\\u2028丁\\x85"
