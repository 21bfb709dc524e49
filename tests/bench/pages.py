"""What a village's summary and lists cost while the rest of the county grows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from fupin.models import Region, User
from households.models import HouseholdYear
from reports.queries.summary import build_summary, window_of
from reports.reference.facts import COUNTY, QILIPING, WANTIANFAN
from tests.bench.measuring import Call, Line, blocks_read, interleaved, ratio, told
from tests.bench.scratch import Scratch
from tests.bench.world import YEAR, Size

SUMMARY, SUMMARY_PAGE = "summary", "summary page"
LIST, TOWNSHIP_LIST, OVERVIEW = "household list, village", "household list, township", "overview, county"
PAGES = (SUMMARY, SUMMARY_PAGE, LIST, TOWNSHIP_LIST, OVERVIEW)
#: What must not grow with the rest of the county: blocks against those of the smallest one.
AIMS = {SUMMARY: 1.2, SUMMARY_PAGE: 1.2, LIST: 1.2, TOWNSHIP_LIST: 1.2}


def measure_pages(scratch: Scratch, counties: dict[int, str], size: Size) -> Iterator[Line]:
    """Blocks and times of each page by size of the county, and their ratios to the smallest."""
    blocks: dict[tuple[str, int], int] = {}
    for factor, name in counties.items():
        scratch.enter(name)
        yield told(
            f"households in the database, {factor}x", HouseholdYear.objects.unscoped("bench").count(), "rows"
        )
        for page, call in _calls().items():
            blocks[page, factor] = blocks_read(call)
    times = {}
    for page in PAGES:
        named = {str(factor): partial(_again, page) for factor in counties}
        times[page] = interleaved(
            named, rounds=size.rounds, repeat=size.repeat, prepare=partial(_change, scratch, counties, page)
        )
    for page in PAGES:
        for factor in counties:
            yield told(f"{page}: blocks read, {factor}x", blocks[page, factor], "blocks")
        for factor in list(counties)[1:]:
            value = blocks[page, factor] / blocks[page, 1]
            yield ratio(f"{page}: blocks read, {factor}x / 1x", value, at_most=AIMS.get(page))
        for factor in counties:
            yield told(f"{page}: median time, {factor}x", times[page][str(factor)] * 1000, "ms")
        for factor in list(counties)[1:]:
            yield ratio(f"{page}: median time, {factor}x / 1x", times[page][str(factor)] / times[page]["1"])


_current: dict[str, Call] = {}


def _change(scratch: Scratch, counties: dict[int, str], page: str, factor: str) -> None:
    """Enter the county and look at the page once: a new connection's first page is slower than all that follow."""
    scratch.enter(counties[int(factor)])
    _current.update(_calls())
    for _ in range(2):
        _current[page]()


def _again(page: str) -> Any:
    return _current[page]()


def _calls() -> dict[str, Call]:
    """The pages of the database that the connection is in."""
    village = Region.objects.unscoped("bench").select_related("parent").get(code=WANTIANFAN.village.code)
    window = window_of(village, first=YEAR - 1, last=YEAR, since=2014)

    def summary() -> Any:
        # A request finds out anew what its user may do.
        return build_summary(kind="village", window=window, actor=User.objects.get(username="village"))

    period = {"first": window.first, "last": window.last, "since": window.since}
    return {
        SUMMARY: summary,
        SUMMARY_PAGE: _page("village", "summary", WANTIANFAN.village.code, period, kind="village"),
        LIST: _page("village", "households_list", WANTIANFAN.village.code),
        TOWNSHIP_LIST: _page("township", "households_list", QILIPING.code),
        OVERVIEW: _page("county", "overview", COUNTY.code),
    }


def _page(user: str, route: str, region: str, query: dict[str, Any] | None = None, **more: Any) -> Call:
    client = Client()
    client.force_login(User.objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(route, kwargs={"region": region, "year": YEAR, **more})

    def get() -> Any:
        response = client.get(url, query)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        # The client closes no connection, but signals its end; keep the one the next call uses.
        connection.ensure_connection()
        return response

    return get
