"""The same roster by django-import-export: in bulk, tuned as its documentation advises, and with what it reads kept in memory.

Four resources over one dataset, since a row of the export is a household, its year, a person and their year. No check of a
cell but its widget's, no acts, no difference. The database's guards and audit are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, IntegerWidget, Widget
from tablib import Dataset

from fupin.access import SYSTEM
from fupin.audit import acting
from fupin.fields import key_of
from fupin.models import Region
from households.domain.registration import identity_of
from households.enums import PovertyStatus
from households.interfaces.roster_columns import ROSTER_SHEET
from households.models import Household, HouseholdYear, Membership, Person
from tests.bench.roster_files import TITLES
from tests.bench.world import YEAR

OF_HOUSEHOLD = {"贫困户属性": "category", "主要致贫原因": "main_cause"}
OF_MEMBER = {
    "与户主关系": "relation", "民族": "ethnicity", "文化程度": "education", "在校生状况": "school", "健康状况": "health",
    "劳动技能": "labour_skill", "务工状况": "work_place",
}  # fmt: skip
EXITS = {"未脱贫": PovertyStatus.NOT_EXITED, "返贫": PovertyStatus.RETURNED}


class YesNo(BooleanWidget):
    """是 or 否."""

    TRUE_VALUES, FALSE_VALUES, NULL_VALUES = ["是"], ["否"], ["", None]


class Code(Widget):
    """An official name as its number."""

    def __init__(self, column: str) -> None:
        super().__init__()
        codes = ROSTER_SHEET.by_name[column].codes  # type: ignore[attr-defined]
        self.values = {str(code.label): code.value for code in codes}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Its number."""
        return self.values[value] if value else ""


class Text(Widget):
    """A text; blank where there is none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The text."""
        return value or ""


class Among(Widget):
    """A row of another table by what the file says of it; all are read at once."""

    def __init__(self, found: Callable[[], Mapping[Any, Any]]) -> None:
        super().__init__()
        self.read = found

    @cached_property
    def found(self) -> Mapping[Any, Any]:
        """The rows by what they are told by."""
        return self.read()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The row."""
        return self.found[value]


class Bulk:
    """As the documentation's chapter on bulk imports advises."""

    use_bulk = True
    batch_size = 1000
    skip_diff = True
    skip_html_diff = True
    report_skipped = False
    use_transactions = True
    instance_loader_class = CachedInstanceLoader


class Resource(ModelResource):
    """Looks rows up in the year, whosever they are."""

    year: int | None = YEAR

    def get_queryset(self) -> Any:
        """The rows that may be there."""
        rows = self._meta.model.objects.unscoped("bench")
        return rows.filter(year=self.year) if self.year else rows


class Households(Resource):
    """户编号."""

    year = None
    number = Field("number", "户编号")

    class Meta(Bulk):
        model = Household
        fields = import_id_fields = ("number",)


class People(Resource):
    """Identities; what follows from a number and a name is made in before_import_row()."""

    year = None
    name = Field("name", "姓名")
    id_number = Field("id_number", "证件号码")
    pinyin = Field("pinyin", "pinyin")
    initials = Field("initials", "initials")
    id_number_key = Field("id_number_key", "id_number_key")
    id_number_tail = Field("id_number_tail", "id_number_tail")
    sex = Field("sex", "sex")
    birth_date = Field("birth_date", "birth_date")

    class Meta(Bulk):
        model = Person
        import_id_fields = ("id_number_key",)
        fields = (
            "name", "id_number", "pinyin", "initials", "id_number_key", "id_number_tail", "sex", "birth_date",
        )  # fmt: skip

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Add the columns that follow from others."""
        rows = [{"name": row["姓名"], "id_number": row["证件号码"]} for row in dataset.dict]
        made = [identity_of(row, key_of(row["id_number"])) for row in rows]
        for name in ("pinyin", "initials", "id_number_key", "id_number_tail", "sex", "birth_date"):
            dataset.append_col([one[name] for one in made], header=name)


def _regions() -> Mapping[Any, Any]:
    villages = Region.objects.unscoped("bench").filter(children=None).select_related("parent")
    return {(village.parent.name, village.name): village for village in villages}


def _households() -> Mapping[Any, Any]:
    return {home.number: home for home in Household.objects.unscoped("bench")}


def _years() -> Mapping[Any, Any]:
    homes = HouseholdYear.objects.unscoped("bench").filter(year=YEAR).select_related("household")
    return {home.household.number: home for home in homes}


def _people() -> Mapping[Any, Any]:
    return {person.id_number: person for person in Person.objects.unscoped("bench")}


class _OfYear(Resource):
    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """What the columns say together."""
        row["region"], row["year"] = (row["乡镇"], row["行政村"]), YEAR
        said = row["脱贫属性"]
        this_year = row["脱贫年度"] == str(YEAR)
        exited = PovertyStatus.EXITED_THIS_YEAR if this_year else PovertyStatus.EXITED_BEFORE
        row["status"] = EXITS.get(said, exited).value
        row["housing"] = {"否": "01"}.get(row["是否危房户"], "")


class HouseholdYears(_OfYear):
    """A household in the year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields |= {
            "household": Field("household", "户编号", widget=Among(_households)),
            "region": Field("region", "region", widget=Among(_regions)),
            "year": Field("year", "year"),
            "hamlet": Field("hamlet", "自然村", widget=Text()),
            "status": Field("status", "status"),
            "exit_year": Field("exit_year", "脱贫年度", widget=IntegerWidget()),
            "phone": Field("phone", "联系电话", widget=Text()),
            "housing": Field("housing", "housing"),
            "water_safe": Field("water_safe", "是否饮水安全", widget=YesNo()),
            "water_shortage": Field("water_shortage", "是否饮水困难", widget=YesNo()),
            **{name: Field(name, header, widget=Code(name)) for header, name in OF_HOUSEHOLD.items()},
        }

    class Meta(Bulk):
        model = HouseholdYear
        fields = ()
        import_id_fields = ("household",)


class Memberships(_OfYear):
    """A person in the year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields |= {
            "person": Field("person", "证件号码", widget=Among(_people)),
            "household_year": Field("household_year", "户编号", widget=Among(_years)),
            "region": Field("region", "region", widget=Among(_regions)),
            "year": Field("year", "year"),
            "work_months": Field("work_months", "务工时间", widget=IntegerWidget()),
            "illness_insurance": Field("illness_insurance", "是否参加大病医疗", widget=YesNo()),
            **{name: Field(name, header, widget=Code(name)) for header, name in OF_MEMBER.items()},
        }

    class Meta(Bulk):
        model = Membership
        fields = ()
        import_id_fields = ("person",)


def import_roster(path: Path) -> None:
    """Read the file by tablib and write its rows, in one transaction each as the resources do."""
    with path.open("rb") as file:
        rows = Dataset().load(file, format="xlsx", skip_lines=len(TITLES))
    seen: set[str] = set()
    at = rows.headers.index("户编号")
    homes = Dataset(headers=rows.headers)
    for row in rows:
        if row[at] not in seen:
            seen.add(row[at])
            homes.append(row)
    with acting(SYSTEM, via="import"):
        for resource, dataset in (
            (Households(), homes), (People(), rows), (HouseholdYears(), homes), (Memberships(), rows),
        ):  # fmt: skip
            result = resource.import_data(dataset, raise_errors=True)
            if result.has_errors() or result.has_validation_errors():
                raise RuntimeError(f"{type(resource).__name__}: {result.invalid_rows[:1]}")
