"""Forms of this room's year rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from fupin.access import Role
from fupin.models import User
from fupin.queries.users import with_role_near
from fupin.resource import RowForm
from households.domain.registration import HOUSEHOLD_FIELDS, MEMBER_FIELDS, PROFILE_FIELDS
from households.enums import Cause
from households.models import Household, HouseholdYear, Membership, Pairing, VillageYear
from households.validators import household_problems


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


class HouseholdForm(RowForm):
    """What is known of a household in a year."""

    other_causes = forms.TypedMultipleChoiceField(
        label="其他致贫原因", choices=Cause.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    fieldsets_spec = (
        ("住址与联系", ("group", "hamlet", "phone")),
        ("识别与脱贫", ("category", "status", "exit_year", "registered_on", "main_cause", "other_causes")),
        ("生产生活条件", ("housing", "house_area", "water_safe", "farmland", "forest")),
        ("其他", ("remark",)),
    )

    class Meta:
        model = HouseholdYear
        fields = HOUSEHOLD_FIELDS

    def clean(self) -> dict[str, Any]:
        """The same rules as in the workbook, beside the fields."""
        values = super().clean() or {}
        for problem in household_problems(values, self.instance.year):
            if problem.name not in self.errors:
                self.add_error(problem.name, f"{problem.reason}。{problem.remedy}。")
        return values


class MemberForm(RowForm):
    """What is known of a member in a year; who they are is changed by a correction, not here."""

    class Meta:
        model = Membership
        fields = MEMBER_FIELDS


class PairingForm(RowForm):
    """Which helper looks after which household."""

    class Meta:
        model = Pairing
        fields = ("household", "helper", "starts_on", "ends_on")

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Households of the place; helpers are users with that role somewhere that touches it."""
        if queryset.model is Household:
            rows = HouseholdYear.objects.visible_to(self.actor).filter(self.place.holds(HouseholdYear))
            return super().choices_of(queryset).filter(pk__in=rows.values("household"))
        if queryset.model is User:
            return with_role_near(Role.HELPER, self.place.region)
        return super().choices_of(queryset)
