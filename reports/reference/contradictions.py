"""What cannot hold at once among declared facts, before anybody is invented.

Whether there is a table of households, or a choice among them, is for the searches to say (compose.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from funds.enums import Batch, EnterpriseKind
from households.enums import PovertyCategory
from households.work import WORK

from .families import LARGEST
from .marginals import Bounded, Count
from .shape import FIRST_REGISTRATION_YEAR, Batches, Ledgers, Measures, VillageFacts

#: A name, how many, of what whole, how many that has.
Part = tuple[str, int | Decimal, str, int | Decimal]


def contradictions(facts: VillageFacts) -> Iterator[str]:
    """Yield what cannot hold at once, in words."""
    yield from _of_places(facts)
    yield from _of_register(facts)
    if facts.ledgers is not None:
        ledgers = facts.ledgers
        if ledgers.batches.by_batch.keys() != set(Batch) - {Batch.OTHER}:
            yield "the batches are not the five"
            return
        yield from _of_batches(facts, ledgers.batches)
        yield from _of_measures(facts, ledgers.batches, ledgers.measures)
        yield from _of_firms(facts, ledgers)
        yield from _of_projects(facts, ledgers)
        yield from _of_meetings(facts, ledgers)


def _of_places(facts: VillageFacts) -> Iterator[str]:
    for code in (*(place.code for place in facts.regions_above), facts.village.code):
        if len(code) != 12 or not code.isdigit():
            yield f"region code {code} has not 12 digits"
    if not facts.village.code.startswith(facts.township.code[:9]):
        yield f"village {facts.village.code} lies outside township {facts.township.code}"


def _of_register(facts: VillageFacts) -> Iterator[str]:
    """Sections 一 and 二."""
    registered, profile = facts.registered, facts.profile
    for name, counts in (("exit year", registered.by_exit_year), ("category", registered.by_category)):
        total = sum(counts.values(), Count(0, 0))
        if total != registered.total:
            yield f"by {name} there are {total}, registered are {registered.total}"
    yield from _outside(facts, "exit year", (year for year in registered.by_exit_year if year is not None))
    if {hamlet.group for hamlet in profile.hamlets} != set(range(1, profile.groups + 1)):
        yield f"the hamlets do not cover the villager groups 1-{profile.groups}"
    if len({hamlet.name for hamlet in profile.hamlets}) != len(profile.hamlets):
        yield "two hamlets have one name"
    yield from _exceeding(
        ("registered households", registered.total.households, "households", profile.households),
        ("registered people", registered.total.people, "people", profile.people),
        ("agricultural people", profile.agricultural_people, "people", profile.people),
        ("labour force", profile.labour, "people", profile.people),
        ("labour working away", profile.away_labour, "labour force", profile.labour),
        ("Party members", profile.party_members, "people", profile.people),
        (
            "farmland, forest and water",
            profile.farmland + profile.forest + profile.water,
            "territory",
            profile.territory,
        ),
        ("wage workers", registered.wage_workers or 0, "registered people", registered.total.people),
    )


def _of_batches(facts: VillageFacts, batches: Batches) -> Iterator[str]:
    """Section 三, but for its enterprises."""
    registered, total = facts.registered, facts.registered.total
    for batch, count in batches.by_batch.items():
        rest = total - count
        for part in (count, rest):
            if not Bounded(part, 1, LARGEST).holds_together():
                yield f"{batch.label}: {count} of {total} leave {part} in households of 1 to {LARGEST}"
                break
    education, pupils = batches.by_batch[Batch.EDUCATION], registered.with_pupils
    if pupils is not None and not Bounded(pupils - education, 1, LARGEST).holds_together():
        yield f"{Batch.EDUCATION.label}: {education} of {pupils} where somebody goes to school"
    general = registered.by_category.get(PovertyCategory.GENERAL, Count(0, 0))
    beyond = batches.by_batch[Batch.SECURITY] - (total - general)
    if not Bounded(beyond, 1, LARGEST).holds_together():
        yield f"{Batch.SECURITY.label}: {beyond} beyond the two categories"
    elif not Bounded(general - beyond, 1, LARGEST).holds_together():
        yield f"{Batch.SECURITY.label}: {beyond} beyond the two categories, of {general}"
    yield from _outside(facts, "year of rebuilt houses", batches.houses_by_year)
    for year, households in batches.water_by_exit_year.items():
        whole = registered.by_exit_year.get(year, Count(0, 0)).households
        yield from _exceeding(
            (f"water of those that left poverty in {year}", households, "households", whole)
        )


def _of_measures(facts: VillageFacts, batches: Batches, measures: Measures) -> Iterator[str]:
    """Section 五, and what sections 三 and 五 say of the same households."""
    production, total = batches.by_batch[Batch.PRODUCTION], facts.registered.total
    by_category = facts.registered.by_category
    houses = sum(batches.houses_by_year.values())
    if houses != measures.rebuilt.households + measures.renovated.households:
        yield (
            f"by year {houses} houses were rebuilt, by kind "
            f"{measures.rebuilt.households}+{measures.renovated.households}"
        )
    if batches.by_batch[Batch.EDUCATION].households != measures.education:
        yield f"education aid to {measures.education}, by batch {batches.by_batch[Batch.EDUCATION]}"
    breeders = measures.cattle + measures.bees
    if batches.own_businesses < breeders:
        yield f"own businesses {batches.own_businesses} are fewer than those with cattle and bees {breeders}"
    nobody = Count(0, 0)
    yield from _exceeding(
        *(
            (name, households, "production", production.households)
            for name, households in (
                ("solar power, cattle and bees", measures.solar.households + breeders),
                ("own businesses", batches.own_businesses),
                ("loans", measures.loans.households),
            )
        ),
        (
            "production",
            production.households,
            "those with a measure of it",
            measures.solar.households + batches.own_businesses + measures.loans.households,
        ),
        (
            "paid 低保金",
            measures.dibao.households,
            "低保贫困户",
            by_category.get(PovertyCategory.DIBAO, nobody).households,
        ),
        (
            "paid 五保供养金",
            measures.wubao.households,
            "五保贫困户",
            by_category.get(PovertyCategory.WUBAO, nobody).households,
        ),
        ("rebuilt houses", houses, "households", total.households),
        ("public-service posts", measures.posts.households, "households", total.households),
    )
    money = (
        *(
            paid.total
            for paid in (measures.dibao, measures.wubao, measures.rebuilt, measures.renovated)
            if paid.households
        ),
        *(yearly.a_year for yearly in (measures.posts, measures.solar) if yearly.households),
        *((measures.loans.each, measures.loans.dividends) if measures.loans.households else ()),
        *((measures.breeding,) if breeders else ()),
    )
    for amount in money:
        if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
            yield f"{amount} is no amount of money in 元 and 分"


def _of_firms(facts: VillageFacts, ledgers: Ledgers) -> Iterator[str]:
    batches, loans = ledgers.batches, ledgers.measures.loans
    firms = (*batches.market_entities, *batches.cooperatives)
    yield from _twice("enterprises", (firm.name for firm in firms))
    for firms_of_a_kind, cooperative in ((batches.market_entities, False), (batches.cooperatives, True)):
        for firm in firms_of_a_kind:
            if (firm.kind == EnterpriseKind.COOPERATIVE) != cooperative:
                yield f"{firm.name} stands among those of another kind"
            if firm.households < 1:
                yield f"{firm.name} brings nobody along"
        brought = sum(firm.households for firm in firms_of_a_kind)
        name = "members of cooperatives" if cooperative else "brought along by market entities"
        yield from _exceeding((name, brought, "households", facts.registered.total.households))
    by_name = {firm.name: firm.households for firm in batches.market_entities}
    if strangers := [name for name in loans.enterprises if name not in by_name]:
        yield f"loans are put into {strangers[0]}, which is no market entity"
    yield from _exceeding(
        (
            "loans",
            loans.households,
            "households of the enterprises they are put into",
            sum(by_name.get(name, 0) for name in loans.enterprises),
        )
    )


def _of_projects(facts: VillageFacts, ledgers: Ledgers) -> Iterator[str]:
    projects = ledgers.projects
    yield from _twice("projects", ((project.name, project.year) for project in projects))
    yield from _outside(facts, "year of a project", (project.year for project in projects))
    for project in projects:
        if (project.quantity is None) != (project.unit is None):
            yield f"{project.name} has a quantity without unit, or a unit without quantity"


def _of_meetings(facts: VillageFacts, ledgers: Ledgers) -> Iterator[str]:
    meetings = ledgers.meetings
    yield from _twice("meetings", ((meeting.kind, meeting.on, meeting.title) for meeting in meetings))
    yield from _outside(facts, "year of a meeting", (meeting.on.year for meeting in meetings))
    for meeting in meetings:
        if meeting.pieces is not None and "pieces" not in WORK[meeting.kind].uses:
            yield f"nothing is handed out at {meeting.title}"


def _exceeding(*parts: Part) -> Iterator[str]:
    for part_name, part, whole_name, whole in parts:
        if part > whole:
            yield f"{part_name} {part} exceed {whole_name} {whole}"


def _outside(facts: VillageFacts, name: str, years: Iterable[int]) -> Iterator[str]:
    for year in years:
        if not FIRST_REGISTRATION_YEAR <= year <= facts.year:
            yield f"{name} {year} is outside {FIRST_REGISTRATION_YEAR}-{facts.year}"


def _twice(name: str, keys: Iterable[object]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"of the {name}, {key} is there {times} times"
