"""Forms of this room's year rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from fupin.access import Actor, Role
from fupin.models import User
from fupin.place import Place
from fupin.queries.users import with_role_near
from fupin.resource import RowForm
from households.card import HOUSEHOLD_FIELDS, HOUSEHOLD_PARTS, MEMBER_FIELDS, MEMBER_PARTS
from households.domain.registration import PROFILE_FIELDS
from households.doubts import family_doubts, household_doubts, member_doubts
from households.enums import Cause
from households.models import Helper, Household, HouseholdYear, LedgerEntry, Membership, Pairing, VillageYear
from households.queries.register import family_of, households_of
from households.validators import (
    WORK_COUNTS,
    Problem,
    household_problems,
    particulars_problems,
    work_problems,
)
from households.work import WORK


def who(member: Membership) -> dict[str, Any]:
    """Who a member is, as the rules take it."""
    person = member.person
    return {"id_number": person.id_number, "sex": person.sex, "birth_date": person.birth_date}


class RuledForm(RowForm):
    """A form that keeps the same rules as the row's sheet in the workbook, and says them beside the fields."""

    #: The form's field for a column of the sheet, where their names differ.
    fields_of: ClassVar[dict[str, str]] = {}

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """What is wrong with the values, by column of the sheet."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """The fields' own rules, then those between them."""
        values = super().clean() or {}
        for problem in self.problems(values):
            name = self.fields_of.get(problem.name, problem.name)
            if name not in self.errors:
                self.add_error(name, f"{problem.reason}。{problem.remedy}。")
        return values

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """What is unlikely of the values."""
        return ()

    def doubts(self) -> Iterator[tuple[str, str]]:
        """What is unlikely of what was typed here; what stood there before and is left alone is not asked about."""
        changed = set(self.changed_data)
        for doubt in self.doubtful(self.cleaned_data):
            if doubt.name in self.fields and changed & {doubt.name, *doubt.also}:
                yield doubt.name, f"{doubt.reason}。{doubt.remedy}。"


class LedgerForm(RuledForm):
    """A row of a village's ledger: a new one lies at the place, and households to choose are the village's."""

    fields_of: ClassVar[dict[str, str]] = {"household_number": "household"}

    def __init__(self, *args: Any, place: Place, actor: Actor, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or self._meta.model(region=place.region, year=place.year)
        super().__init__(*args, place=place, actor=actor, instance=instance, **kwargs)
        if home := self.fields.get("household"):
            home.label_from_instance = lambda row: f"{row.number} {row.head_name or ''}"
            home.error_messages["invalid_choice"] = "本村没有登记这一户，请重新选择。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Households that the village has registered in any year, with their heads."""
        chosen = super().choices_of(queryset)
        return households_of(self.instance.region, chosen) if queryset.model is Household else chosen


class VillageForm(RowForm):
    """The village's profile."""

    fieldsets_spec = (
        ("概况", ("is_key_village", "position", "groups", "hamlets", "main_industries", "main_income")),
        ("户与人", ("households", "people", "agricultural_people", "labour", "away_labour")),
        ("土地（亩）", ("territory", "farmland", "forest", "water")),
        ("党员与村干部", ("party_members", "secretaries", "deputy_directors", "family_planning_officers")),
    )

    class Meta:
        model = VillageYear
        fields = PROFILE_FIELDS


class HouseholdForm(RuledForm):
    """What is known of a household in a year."""

    other_causes = forms.TypedMultipleChoiceField(
        label="其他致贫原因", choices=Cause.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    fieldsets_spec = HOUSEHOLD_PARTS

    class Meta:
        model = HouseholdYear
        fields = HOUSEHOLD_FIELDS

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Contradictions within the row."""
        return household_problems(values, self.instance.year)

    def family(self) -> list[dict[str, Any]]:
        """Those who belong to the household, as the rules take them."""
        return list(family_of(self.instance, self.actor).values("health", "school", "disability_kind"))

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Sizes that are hardly true, causes that nobody in the household has."""
        members = self.family()
        return [*household_doubts(values, len(members)), *family_doubts(values, members)]


class MemberForm(RuledForm):
    """What is known of a member in a year; who they are is changed by a correction, not here."""

    fieldsets_spec = MEMBER_PARTS

    class Meta:
        model = Membership
        fields = MEMBER_FIELDS

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Contradictions within the row."""
        return particulars_problems(values)

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Age, labour and relation that hardly fit."""
        return member_doubts({**values, **who(self.instance)}, self.instance.year)


class PairingForm(RowForm):
    """Which helper looks after which household."""

    class Meta:
        model = Pairing
        fields = ("household", "helper", "starts_on", "ends_on")

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Households and helpers of the place."""
        if queryset.model is Household:
            rows = HouseholdYear.objects.visible_to(self.actor).filter(self.place.holds(HouseholdYear))
            return super().choices_of(queryset).filter(pk__in=rows.values("household"))
        if queryset.model is Helper:
            return super().choices_of(queryset).filter(self.place.holds(Helper)).select_related("region")
        return super().choices_of(queryset)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = self.place.region.is_village
        self.fields["helper"].label_from_instance = lambda row: "　".join(
            filter(None, (row.name, row.unit, "" if whole else str(row.region)))
        )
        self.fields["helper"].help_text = "名单上没有的，先在“帮扶责任人”中新增。"


class HelperForm(RowForm):
    """A person who looks after households of the village."""

    fieldsets_spec = (
        ("基本情况", ("name", "sex", "party", "education", "phone", "specialty")),
        ("单位与职务", ("unit", "affiliation", "position", "resident_role")),
        ("账号", ("user",)),
    )

    class Meta:
        model = Helper
        fields = (
            "name", "sex", "party", "education", "phone", "specialty", "unit", "affiliation", "position",
            "resident_role", "user",
        )  # fmt: skip

    def __init__(self, *args: Any, place: Place, actor: Actor, instance: Any = None, **kwargs: Any) -> None:
        super().__init__(
            *args, place=place, actor=actor, instance=instance or Helper(region=place.region), **kwargs
        )

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Accounts are those of helpers somewhere that touches the place."""
        if queryset.model is User:
            return with_role_near(Role.HELPER, self.instance.region)
        return super().choices_of(queryset)


def _kinds_with(count: str) -> str:
    """Which kinds of work have a count, or have not, whichever is shorter to say."""
    kinds = {
        uses: [kind.label for kind in WORK if (count in WORK[kind].uses) == uses] for uses in (True, False)
    }
    if not kinds[False]:
        return ""
    if len(kinds[True]) <= len(kinds[False]):
        return f"只用于：{'、'.join(kinds[True])}。"
    return f"{'、'.join(kinds[False])}不填。"


class WorkForm(LedgerForm):
    """An entry of the work ledger; its kind decides which counts it has."""

    fieldsets_spec = (
        ("工作", ("kind", "on", "title")),
        ("人数与数量", ("attendance", "household", "households", "people", "pieces", "amount")),
        ("其他", ("remark",)),
    )

    class Meta:
        model = LedgerEntry
        fields = (
            "kind", "on", "title", "household", "attendance", "households", "people", "pieces", "amount", "remark",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].help_text = "类别决定填哪些数，见下面各栏的说明。"
        self.fields["title"].help_text = "同一天几场同类活动的，写不同的主题。"
        for column in WORK_COUNTS:
            name = self.fields_of.get(column, column)
            self.fields[name].help_text = _kinds_with(name)

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Counts that the kind has not, a day of another year."""
        household = values.get("household")
        row = {**values, "household_number": household.number if household else None}
        return work_problems(row, self.instance.year)
