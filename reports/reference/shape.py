"""The shape of a village's declared facts: one dataclass per section of its summary.

Sections 三 to 七 are what the village's ledgers hold; a village whose ledgers nobody speaks of has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.enums import Batch, EnterpriseKind, ProjectNature, ProjectStage
from households.enums import PovertyCategory
from households.work import WorkKind
from reports.chapters import Chapter

from .marginals import Count

FIRST_REGISTRATION_YEAR = 2014  # 建档立卡 was done nationwide in that year; nobody left poverty before it


@dataclass(frozen=True)
class Place:
    """A region: its 12-digit code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Hamlet:
    """A natural hamlet 自然湾, and the number of the villager group it belongs to."""

    name: str
    group: int


@dataclass(frozen=True)
class Profile:
    """Section 一, 村基本情况. Areas in 亩."""

    is_key_village: bool
    position: str
    groups: int
    hamlets: tuple[Hamlet, ...]
    households: int
    people: int
    agricultural_people: int
    labour: int
    away_labour: int
    territory: Decimal
    farmland: Decimal
    forest: Decimal
    water: Decimal
    main_industries: tuple[str, ...]
    main_income: tuple[str, ...]
    party_members: int
    secretaries: int
    deputy_directors: int
    family_planning_officers: int


@dataclass(frozen=True)
class Registered:
    """Section 二, 精准扶贫基本情况; exit year None counts those who have not left poverty."""

    total: Count
    by_exit_year: Mapping[int | None, Count]
    by_category: Mapping[PovertyCategory, Count]
    # Read from section 三, where the measures are: they decide who lives in these households.
    with_pupils: Count | None = None
    wage_workers: int | None = None


@dataclass(frozen=True)
class Firm:
    """An enterprise or cooperative, and how many registered households it brings along."""

    name: str
    kind: EnterpriseKind
    business: str
    households: int


@dataclass(frozen=True)
class Batches:
    """Section 三, “五个一批”情况. No household is with two market entities, or in two cooperatives.

    Every household of the categories 低保 and 五保 is under social security; by_batch says how many are in all.
    """

    by_batch: Mapping[Batch, Count]
    houses_by_year: Mapping[int, int]  # 危旧房改建, each household once
    water_by_exit_year: Mapping[int, int]  # 饮水安全, by the year in which the household left poverty
    market_entities: tuple[Firm, ...]
    cooperatives: tuple[Firm, ...]
    own_businesses: int  # the households with cattle or bees, and others where there are more


@dataclass(frozen=True)
class Project:
    """Section 四, 到村资金落实情况: a project of the village; amount in 元. A planned one stands in section 七."""

    name: str
    year: int
    amount: Decimal | None
    quantity: Decimal | None = None
    unit: str | None = None
    nature: ProjectNature | None = None
    stage: ProjectStage = ProjectStage.DONE
    site: str | None = None


@dataclass(frozen=True)
class Paid:
    """How many households have had a measure since the work began, and all they were paid, in 元."""

    households: int
    total: Decimal


@dataclass(frozen=True)
class Yearly:
    """How many households have had a measure, and what one of them got in a year on average, in 元."""

    households: int
    a_year: Decimal


@dataclass(frozen=True)
class Loans:
    """金融扶贫: a loan to each household, put into enterprises, and all that these have paid out; in 元."""

    households: int
    each: Decimal
    enterprises: tuple[str, ...]
    dividends: Decimal


@dataclass(frozen=True)
class Measures:
    """Section 五, 到户资金落实情况, since the work began. No household has two of solar power, cattle and bees."""

    dibao: Paid
    wubao: Paid
    rebuilt: Paid
    renovated: Paid
    education: int
    posts: Yearly
    loans: Loans
    solar: Yearly
    cattle: int
    bees: int
    breeding: Decimal  # incentives for cattle and bees together


@dataclass(frozen=True)
class Meeting:
    """Section 六: an entry of the work ledger, how many came, and what was handed out."""

    kind: WorkKind
    on: date
    title: str
    attendance: int
    pieces: int | None = None


@dataclass(frozen=True)
class Words:
    """Sections 六 and 七: a paragraph in the village's own words, with places for figures as in a wording."""

    chapter: Chapter
    text: str


@dataclass(frozen=True)
class Ledgers:
    """Sections 三 to 七; projects and words in the order in which they are told."""

    batches: Batches
    projects: tuple[Project, ...]
    measures: Measures
    meetings: tuple[Meeting, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True)
class VillageFacts:
    """Everything a summary of one village states, at the end of its year."""

    year: int
    regions_above: tuple[Place, ...]  # province, city, county, township
    village: Place
    first_household_number: int
    profile: Profile
    registered: Registered
    ledgers: Ledgers | None = None

    @property
    def township(self) -> Place:
        """The township the village lies in."""
        return self.regions_above[-1]

    @property
    def county(self) -> Place:
        """The county whose portal this is."""
        return self.regions_above[-2]
