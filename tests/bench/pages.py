"""What a village's summary, as a page and as files, and its lists cost while the rest of the county grows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html

from funds.models import Benefit, Project
from fupin.models import Region, User
from households.enums import PovertyCategory
from households.models import HouseholdYear, VillageYear
from reports.queries.summary import build_summary, window_of
from reports.reference.facts import COUNTY, QILIPING, WANTIANFAN
from tests.bench.measuring import Call, Line, Read, interleaved, ratio, read_by, told
from tests.bench.scratch import Scratch
from tests.bench.world import TOY, YEAR, Size

SUMMARY, SUMMARY_PAGE, DOCX, XLSX = "summary", "summary page", "summary as docx", "summary as xlsx"
LIST, TOWNSHIP_LIST, OVERVIEW = "household list, village", "household list, township", "overview, county"
BY_CODE, HOUSEHOLD = "household list, township, by code", "household page"
INITIALS, TAIL = "search by initials, township", "search by the end of a number, township"
COUNTY_INITIALS, COUNTY_TAIL = "search by initials, county", "search by the end of a number, county"
SEARCHES = (INITIALS, TAIL, COUNTY_INITIALS, COUNTY_TAIL)
PROJECTS, COUNTY_PROJECTS = "project list, township", "project list, county"
BENEFITS, COUNTY_BENEFITS = "benefit list, township", "benefit list, county"
MONEY, COUNTY_MONEY = "fund overview, township", "fund overview, county"
#: What of the money is compared with a tenth of the rows, county by county: lists and overview of a township, and of all.
OF_MONEY = (PROJECTS, COUNTY_PROJECTS, BENEFITS, COUNTY_BENEFITS, MONEY, COUNTY_MONEY)
PAGES = (
    SUMMARY,
    SUMMARY_PAGE,
    DOCX,
    XLSX,
    LIST,
    TOWNSHIP_LIST,
    BY_CODE,
    HOUSEHOLD,
    *SEARCHES,
    OVERVIEW,
    *OF_MONEY,
)
#: What must not grow with the rest of the county: the rows read by any page of a village or township, and the blocks
#: of the summary. The blocks of a list and of a page's frame are told alone: each row found by an index costs a block
#: more for every level that the index grows.
BLOCKS_AIMS = {SUMMARY: 1.2}
#: What is used all day stays as quick in a county of 300,000 households as in one of 3,000, in blocks and in time.
DAILY = (LIST, TOWNSHIP_LIST, BY_CODE, HOUSEHOLD, *SEARCHES)
DAILY_AIM = 2
BLOCKS_AIMS |= dict.fromkeys((*DAILY, *OF_MONEY), DAILY_AIM)
#: Four digits of a number are those of ten times as many people in a county ten times as large, and of each a row is
#: shown, fifty at most: what this search reads is compared by the row shown.
BY_ROW_SHOWN = frozenset({COUNTY_TAIL})
TIME_AIMS = dict.fromkeys((*DAILY, *OF_MONEY), DAILY_AIM)
ROWS_AIMS = dict.fromkeys((SUMMARY, SUMMARY_PAGE, DOCX, XLSX, LIST, TOWNSHIP_LIST), 1.2)


#: What the table says of each county before its pages.
COUNTED = {"villages": VillageYear, "households": HouseholdYear, "projects": Project, "benefits": Benefit}


def base_of(page: str, county: str, counties: Sequence[str]) -> str:
    """The smaller county with which a page's cost in a county is compared."""
    return counties[counties.index(county) - 1] if page in OF_MONEY else "1x"


def measure_pages(scratch: Scratch, counties: dict[str, str], size: Size) -> Iterator[Line]:
    """Blocks, rows and times of each page by county, and their ratios to the small one."""
    read: dict[tuple[str, str], Read] = {}
    shown: dict[tuple[str, str], int] = {}
    for county, name in counties.items():
        scratch.enter(name)
        for label, model in COUNTED.items():
            yield told(f"{label} in the database, {county}", model.objects.unscoped("bench").count(), "rows")
        for page, call in _calls().items():
            read[page, county] = read_by(call)
            if page in BY_ROW_SHOWN:
                shown[page, county] = len(html.fromstring(call().content).xpath("//tbody/tr"))
    times: dict[tuple[str, str], float] = {}
    for page in PAGES:
        found = interleaved(
            {county: partial(_again, page) for county in counties},
            rounds=size.rounds,
            repeat=size.repeat,
            prepare=partial(_enter, scratch, counties, page, size.looks),
        )
        times |= {(page, county): seconds * 1000 for county, seconds in found.items()}
    larger = [county for county in counties if county not in (TOY, "1x")]
    for page in PAGES:
        bases = {county: base_of(page, county, [*counties]) for county in larger}
        for what, aims in (("blocks", BLOCKS_AIMS), ("rows", ROWS_AIMS)):
            found_in = {county: getattr(read[page, county], what) for county in counties}
            yield from (told(f"{page}: {what} read, {c}", found_in[c], what) for c in counties)
            label = f"{page}: {what} read"
            if page in BY_ROW_SHOWN:
                label += " by row shown"
                found_in = {county: value / shown[page, county] for county, value in found_in.items()}
                yield from (told(f"{page}: rows shown, {c}", shown[page, c], "rows") for c in counties)
            for c in larger:
                yield ratio(
                    f"{label}, {c} / {bases[c]}", found_in[c] / found_in[bases[c]], at_most=aims.get(page)
                )
        yield from (told(f"{page}: median time, {c}", times[page, c], "ms") for c in counties)
        yield from (
            ratio(
                f"{page}: median time, {c} / {bases[c]}",
                times[page, c] / times[page, bases[c]],
                at_most=TIME_AIMS.get(page),
            )
            for c in larger
        )


_current: dict[str, Call] = {}


def _enter(scratch: Scratch, counties: dict[str, str], page: str, looks: int, county: str) -> None:
    """Enter the county and look at the page: a new connection's first page is slower than all that follow."""
    scratch.enter(counties[county])
    _current.update(_calls())
    for _ in range(looks):
        _current[page]()


def _again(page: str) -> Any:
    return _current[page]()


def _calls() -> dict[str, Call]:
    """The pages of the database that the connection is in."""
    village = WANTIANFAN.village.code
    return {
        **{page: call_of(page, "village", village) for page in (SUMMARY, SUMMARY_PAGE, DOCX, XLSX)},
        LIST: page_of("village", "households_list", village),
        TOWNSHIP_LIST: page_of("township", "households_list", QILIPING.code),
        BY_CODE: page_of(
            "township", "households_list", QILIPING.code, {"category": PovertyCategory.WUBAO.value}
        ),
        HOUSEHOLD: page_of("village", "households_detail", village, key=_household()),
        INITIALS: _search("township", QILIPING.code, "wx"),
        TAIL: _search("township", QILIPING.code, "0017"),
        COUNTY_INITIALS: _search("county", COUNTY.code, "wx"),
        COUNTY_TAIL: _search("county", COUNTY.code, "0017"),
        OVERVIEW: page_of("county", "overview", COUNTY.code),
        PROJECTS: page_of("township", "projects_list", QILIPING.code),
        COUNTY_PROJECTS: page_of("county", "projects_list", COUNTY.code),
        BENEFITS: page_of("township", "benefits_list", QILIPING.code),
        COUNTY_BENEFITS: page_of("county", "benefits_list", COUNTY.code),
        MONEY: page_of("township", "money", QILIPING.code),
        COUNTY_MONEY: page_of("county", "money", COUNTY.code),
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
    return page_of(username, "summary", village, query, kind="village")


def _household() -> int:
    """The first household of the reference village."""
    rows = HouseholdYear.objects.unscoped("bench").filter(region=WANTIANFAN.village.code, year=YEAR)
    return rows.order_by("household__number").values_list("household", flat=True)[0]


def _search(user: str, region: str, text: str) -> Call:
    """A search from the frame's box, and the page of what it found."""
    client = Client()
    client.force_login(User.objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("find", kwargs={"region": region, "year": YEAR})

    def find() -> Any:
        response = client.post(url, {"q": text}, follow=True)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        return response

    return find


def page_of(user: str, route: str, region: str, query: dict[str, Any] | None = None, **more: Any) -> Call:
    """A page of a region as a user asks for it; anything but an answer of 200 raises."""
    client = Client()
    client.force_login(User.objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(route, kwargs={"region": region, "year": YEAR, **more})

    def get() -> Any:
        response = client.get(url, query)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        return response

    return get
