"""What a village's summary, as a page and as files, and its lists cost while the rest of the county grows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse

from fupin.models import Region, User
from households.models import HouseholdYear, VillageYear
from reports.queries.summary import build_summary, window_of
from reports.reference.facts import COUNTY, QILIPING, WANTIANFAN
from tests.bench.measuring import Call, Line, Read, interleaved, ratio, read_by, told
from tests.bench.scratch import Scratch
from tests.bench.world import TOY, YEAR, Size

SUMMARY, SUMMARY_PAGE, DOCX, XLSX = "summary", "summary page", "summary as docx", "summary as xlsx"
LIST, TOWNSHIP_LIST, OVERVIEW = "household list, village", "household list, township", "overview, county"
PAGES = (SUMMARY, SUMMARY_PAGE, DOCX, XLSX, LIST, TOWNSHIP_LIST, OVERVIEW)
#: What must not grow with the rest of the county: the rows read by any page of a village or township, and the blocks
#: of the summary. The blocks of a list and of a page's frame are told alone: each row found by an index costs a block
#: more for every level that the index grows.
BLOCKS_AIMS = {SUMMARY: 1.2}
ROWS_AIMS = dict.fromkeys((SUMMARY, SUMMARY_PAGE, DOCX, XLSX, LIST, TOWNSHIP_LIST), 1.2)


def measure_pages(scratch: Scratch, counties: dict[str, str], size: Size) -> Iterator[Line]:
    """Blocks, rows and times of each page by county, and their ratios to the small one."""
    read: dict[tuple[str, str], Read] = {}
    for county, name in counties.items():
        scratch.enter(name)
        for label, model in (("villages", VillageYear), ("households", HouseholdYear)):
            yield told(f"{label} in the database, {county}", model.objects.unscoped("bench").count(), "rows")
        for page, call in _calls().items():
            read[page, county] = read_by(call)
    times: dict[tuple[str, str], float] = {}
    for page in PAGES:
        found = interleaved(
            {county: partial(_again, page) for county in counties},
            rounds=size.rounds,
            repeat=size.repeat,
            prepare=partial(_enter, scratch, counties, page),
        )
        times |= {(page, county): seconds * 1000 for county, seconds in found.items()}
    larger = [county for county in counties if county not in (TOY, "1x")]
    for page in PAGES:
        for what, aims in (("blocks", BLOCKS_AIMS), ("rows", ROWS_AIMS)):
            found_in = {county: getattr(read[page, county], what) for county in counties}
            yield from (told(f"{page}: {what} read, {c}", found_in[c], what) for c in counties)
            for c in larger:
                value = found_in[c] / found_in["1x"]
                yield ratio(f"{page}: {what} read, {c} / 1x", value, at_most=aims.get(page))
        yield from (told(f"{page}: median time, {c}", times[page, c], "ms") for c in counties)
        yield from (
            ratio(f"{page}: median time, {c} / 1x", times[page, c] / times[page, "1x"]) for c in larger
        )


_current: dict[str, Call] = {}


def _enter(scratch: Scratch, counties: dict[str, str], page: str, county: str) -> None:
    """Enter the county and look at the page: a new connection's first page is slower than all that follow."""
    scratch.enter(counties[county])
    _current.update(_calls())
    for _ in range(2):
        _current[page]()


def _again(page: str) -> Any:
    return _current[page]()


def _calls() -> dict[str, Call]:
    """The pages of the database that the connection is in."""
    village = WANTIANFAN.village.code
    return {
        **{page: call_of(page, "village", village) for page in (SUMMARY, SUMMARY_PAGE, DOCX, XLSX)},
        LIST: _page("village", "households_list", village),
        TOWNSHIP_LIST: _page("township", "households_list", QILIPING.code),
        OVERVIEW: _page("county", "overview", COUNTY.code),
    }


def call_of(page: str, username: str, village: str) -> Call:
    """The summary of a village for a user: built alone, as its page, or downloaded from there as a file."""
    region = Region.objects.unscoped("bench").select_related("parent").get(code=village)
    window = window_of(region, first=YEAR - 1, last=YEAR, since=2014)
    if page == SUMMARY:
        # A request finds out anew what its user may do.
        return lambda: build_summary(kind="village", window=window, actor=User.objects.get(username=username))
    query: dict[str, Any] = {"first": window.first, "last": window.last, "since": window.since}
    query |= {DOCX: {"format": "docx"}, XLSX: {"format": "xlsx"}}.get(page, {})
    return _page(username, "summary", village, query, kind="village")


def _page(user: str, route: str, region: str, query: dict[str, Any] | None = None, **more: Any) -> Call:
    client = Client()
    client.force_login(User.objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(route, kwargs={"region": region, "year": YEAR, **more})

    def get() -> Any:
        response = client.get(url, query)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        return response

    return get
