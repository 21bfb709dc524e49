"""What a county's dashboard and summary cost as pages: while its households grow in the same villages, and while its villages grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.conf import settings

from fupin.models import Level, Region
from households.models import VillageYear
from reports.domain.folding import fold_some
from reports.reference.facts import COUNTY, QILIPING
from tests.bench.measuring import Call, Line, Read, interleaved, ratio, read_by, told
from tests.bench.multiply import multiply
from tests.bench.pages import page_of
from tests.bench.scratch import Scratch, settle
from tests.bench.world import Size

DASHBOARD, SUMMARY = "dashboard, county", "summary, county"
#: Times as many households in the same villages; the dashboard against the same page with all measured live; villages a
#: village more.
FLAT_AIM, LIVE_AIM, LINEAR_AIM = 1.3, 0.05, 1


def board_calls() -> dict[str, Call]:
    """The pages of the database that the connection is in."""
    return {
        DASHBOARD: page_of("county", "dashboard", COUNTY.code),
        SUMMARY: page_of("county", "summary", COUNTY.code, {"since": 2014}, kind="region"),
    }


def measure_boards(scratch: Scratch, grown: Mapping[int, str], size: Size) -> Iterator[Line]:
    """Blocks and times of both pages in counties with so many times the households, and of the last one's dashboard live."""
    counties = {f"{times} a household": name for times, name in grown.items()}
    first, *_, last = counties
    blocks, times = _measured(scratch, counties, size)
    for page in (DASHBOARD, SUMMARY):
        for what, unit, found in (("blocks read", "blocks", blocks), ("median time", "ms", times)):
            yield from (told(f"{page}: {what}, {county}", found[page, county], unit) for county in counties)
            yield ratio(
                f"{page}: {what}, {last} / {first}", found[page, last] / found[page, first], at_most=FLAT_AIM
            )
    scratch.enter(counties[last])
    call = board_calls()[DASHBOARD]
    settings.FUPIN_FIGURE_CACHE = False
    live = interleaved({"live": call}, rounds=1)["live"] * 1000
    settings.FUPIN_FIGURE_CACHE = True
    yield told(f"{DASHBOARD}: time, live, {last}", live, "ms")
    yield ratio(f"{DASHBOARD}: kept / live, {last}", times[DASHBOARD, last] / live, at_most=LIVE_AIM)


def measure_villages(scratch: Scratch, county: str, size: Size) -> Iterator[Line]:
    """The same of counties with ten times as many villages, each as it was: at most so many times the cost."""
    counties: dict[str, str] = {}
    for times in size.multiplied:
        name = scratch.copy(county, f"villages{times}")
        scratch.enter(name)
        sources = Region.objects.unscoped("bench").filter(level=Level.VILLAGE).exclude(parent=QILIPING.code)
        multiply(list(sources.order_by("code").values_list("code", flat=True)), range(1, times))
        fold_and_settle()
        counties[f"{times} times the villages"] = name
        yield told(f"villages, {times} times", VillageYear.objects.unscoped("bench").count(), "rows")
    (few, many), (less, more) = counties, size.multiplied
    blocks, times_ = _measured(scratch, counties, size)
    for page in (DASHBOARD, SUMMARY):
        for what, unit, found in (("blocks read", "blocks", blocks), ("median time", "ms", times_)):
            yield from (told(f"{page}: {what}, {name}", found[page, name], unit) for name in counties)
            share = found[page, many] / found[page, few] * less / more
            yield ratio(f"{page}: {what}, {many} / {more // less} x {less}", share, at_most=LINEAR_AIM)
    for name in counties.values():
        scratch.drop(name)


def fold_and_settle() -> None:
    """Keep every village's figures."""
    settle()  # what was copied is not analysed yet
    while fold_some():
        pass
    settle()


def _measured(
    scratch: Scratch, counties: Mapping[str, str], size: Size
) -> tuple[dict[Any, float], dict[Any, float]]:
    """Blocks, and milliseconds, by page and county."""
    read: dict[tuple[str, str], Read] = {}
    for county, name in counties.items():
        scratch.enter(name)
        read |= {(page, county): read_by(call) for page, call in board_calls().items()}
    current: dict[str, Call] = {}

    def enter(page: str, county: str) -> None:
        scratch.enter(counties[county])
        current.update(board_calls())
        for _ in range(size.looks):
            current[page]()

    times: dict[Any, float] = {}
    for page in (DASHBOARD, SUMMARY):
        found = interleaved(
            {county: partial(_again, current, page) for county in counties},
            rounds=size.rounds_of_sizes,
            repeat=size.repeat,
            prepare=partial(enter, page),
        )
        times |= {(page, county): seconds * 1000 for county, seconds in found.items()}
    return {key: float(each.blocks) for key, each in read.items()}, times


def _again(current: Mapping[str, Call], page: str) -> Any:
    return current[page]()
