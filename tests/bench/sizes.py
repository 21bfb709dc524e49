"""What the summary of a village costs while the village itself grows, with all that its ledgers hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from funds.models import Benefit, Partnership
from fupin.access import SYSTEM, Role
from fupin.domain.users import assign_role
from fupin.models import Region, User
from households.models import HouseholdYear, Membership
from reports.reference.facts import WANTIANFAN
from tests.bench.measuring import Line, interleaved, ratio, read_by, told
from tests.bench.multiply import MULTIPLIED, SIZES_TOWNSHIP, Copy, write_copies
from tests.bench.pages import DOCX, SUMMARY, SUMMARY_PAGE, XLSX, call_of
from tests.bench.scratch import Scratch, settle
from tests.bench.world import Size

PAGES = (SUMMARY, SUMMARY_PAGE, DOCX, XLSX)
#: How much more than its share a larger village may cost. Less is well: part of the cost is the same for all.
LINEAR_AIM = 1.3


def measure_sizes(scratch: Scratch, county: str, size: Size) -> Iterator[Line]:
    """Blocks, rows and times of each page by the village's households, and their ratios to those of one smaller."""
    scratch.enter(county)
    villages = _make_villages(size.sizes)
    settle()
    for count, code in villages.items():
        benefits = Benefit.objects.unscoped("bench").filter(region=code)
        yield told(f"village of {count} households: benefits", benefits.count(), "rows")
    for page in PAGES:
        by_size = {count: call_of(page, f"village{count}", code) for count, code in villages.items()}
        read = {count: read_by(call) for count, call in by_size.items()}
        yield from (told(f"{page}: blocks read, {n} households", read[n].blocks, "blocks") for n in read)
        yield from (told(f"{page}: rows read, {n} households", read[n].rows, "rows") for n in read)
        for less, more in pairwise(read):
            share = read[more].rows / read[less].rows * less / more
            yield ratio(_title(page, "rows read", less, more), share, at_most=LINEAR_AIM)
        times = interleaved({str(n): call for n, call in by_size.items()}, rounds=size.rounds_of_sizes)
        yield from (told(f"{page}: median time, {n} households", times[str(n)] * 1000, "ms") for n in read)
        for less, more in pairwise(read):
            share = times[str(more)] / times[str(less)] * less / more
            yield ratio(_title(page, "median time", less, more), share, at_most=LINEAR_AIM)


def _title(page: str, what: str, less: int, more: int) -> str:
    return f"{page}: {what}, {more} households / {more // less} x {less}"


def _make_villages(sizes: Sequence[int]) -> dict[int, str]:
    """Village by number of households, each with its clerk.

    The smallest has the first households of the reference village with all that they were given, a larger one so
    many copies of them: what belongs to households, and so does what belongs to the village, grows in proportion.
    """
    villages = {count: f"{SIZES_TOWNSHIP}{100 + index}" for index, count in enumerate(sizes)}
    smallest, *larger = sizes
    k = MULTIPLIED
    write_copies([Copy(WANTIANFAN.village.code, k, villages[smallest], f"{SIZES_TOWNSHIP}000")])
    _keep_households(villages[smallest], smallest)
    copies = []
    for count in larger:
        for nth in range(count // smallest):
            k += 1
            copies.append(Copy(villages[smallest], k, villages[count], f"{SIZES_TOWNSHIP}000", nth))
    write_copies(copies)
    for count, code in villages.items():
        user = User.objects.create(username=f"village{count}", name=code, must_change_password=False)
        region = Region.objects.unscoped("bench").get(code=code)
        assign_role(user=user, role=Role.CLERK, region=region, actor=SYSTEM)
        assert HouseholdYear.objects.unscoped("bench").filter(region=code).count() == count
    return villages


def _keep_households(village: str, count: int) -> None:
    """Delete what a village's households beyond so many have, and the rows of their years."""
    rows = HouseholdYear.objects.unscoped("bench").filter(region=village).order_by("household__number")
    surplus = list(rows.values_list("household", flat=True)[count:])
    for model in (Benefit, Partnership):
        model.objects.unscoped("bench").filter(household__in=surplus).delete()
    Membership.objects.unscoped("bench").filter(household_year__household__in=surplus).delete()
    HouseholdYear.objects.unscoped("bench").filter(household__in=surplus).delete()
