"""What lasts from one year into the next, declared field by field, and its copy.

Income, benefits, the work ledger and acts are of their year: they are never copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, Expression, F, Model, OuterRef, Subquery, Value, When

from fupin.domain.bulk import insert_from
from fupin.models import Region
from households.enums import NEXT_GRADE, PovertyStatus
from households.models import HouseholdYear, Membership, VillageYear


@dataclass(frozen=True)
class Carry:
    """Of each field of a model whether it carries over. A new field is entered in one of these (a test asks)."""

    #: Copied as it stands.
    lasts: tuple[str, ...]
    #: Of the year: begins empty.
    blank: tuple[str, ...] = ()
    #: Goes on changed.
    moves: Mapping[str, Expression] = field(default_factory=dict)
    #: Written by the copy itself, or by the database.
    own: tuple[str, ...] = ("id", "region", "year")

    def columns(self, model: type[Model], **own: Any) -> dict[str, Any]:
        """What insert_from() writes: attribute names and expressions over the rows of the year before."""
        columns = {field.name: field.attname for field in model._meta.concrete_fields}
        names = [columns[name] for name in self.lasts]
        return {**{name: F(name) for name in names}, **self.moves, **own}


CARRIED: dict[type[Model], Carry] = {
    # Counts too: most villages change a few of them, and an empty profile would be no ledger.
    VillageYear: Carry(
        lasts=(
            "is_key_village", "position", "groups", "hamlets", "households", "people", "agricultural_people", "labour",
            "away_labour", "territory", "farmland", "forest", "water", "main_industries", "main_income",
            "party_members", "secretaries", "deputy_directors", "family_planning_officers",
        ),
    ),
    HouseholdYear: Carry(
        lasts=(
            "household", "on_roll", "group", "hamlet", "address", "phone", "bank", "bank_account",
            "category", "exit_year", "registered_on", "standard", "not_exited_reason", "martyr_family",
            "only_child_family", "two_daughter_family", "main_cause", "other_causes", "cause_note",
            "farmland", "irrigated", "forest", "returned_forest", "orchard", "pasture", "water_area",
            "housing", "house_area", "house_structure", "rebuilt_year",
            "water_safe", "water_shortage", "production_power", "home_power", "broadcast", "road", "road_hardened",
            "road_distance", "fuel", "toilet", "in_cooperative", "led_by_firm", "led_by_person",
            "relocated", "relocation", "resettlement", "resettlement_place", "moved_in_on", "relocation_difficulty",
        ),
        blank=("out_of_pocket", "remark", "income_from", "income_to"),
        moves={
            # Who left poverty this year has left it in an earlier one; who returned stays returned until it leaves.
            "status": Case(
                When(status=PovertyStatus.EXITED_THIS_YEAR, then=Value(PovertyStatus.EXITED_BEFORE.value)),
                default=F("status"),
            ),
        },
        own=("id", "region", "year", "people"),
    ),
    Membership: Carry(
        lasts=(
            "person", "relation", "ethnicity", "party", "phone", "id_valid_until", "in_service", "speaks_mandarin",
            "education", "dropout_reason", "health", "disability_kind", "disability_grade", "labour_skill",
            "medical_insurance", "illness_insurance", "commercial_insurance", "pension", "dibao", "tekun",
            "present", "departure",
        ),
        blank=(
            "work_place", "work_months", "employer", "employment_channel", "post_kind", "post_months", "remark",
        ),
        moves={
            "school": Case(
                *(When(school=grade, then=Value(str(following))) for grade, following in NEXT_GRADE.items()),
                default=F("school"),
            ),
        },
        own=("id", "region", "year", "household_year"),
    ),
}  # fmt: skip


class RegisterCopier:
    """Copies a village's profile, the households on its roll and their members present (fupin/domain/opening.py)."""

    def has_rows(self, village: Region, year: int) -> bool:
        """Whether the village has a profile or a household in the year."""
        return any(
            model.objects.unscoped("the right was asked for the village")
            .filter(region=village, year=year)
            .exists()
            for model in (VillageYear, HouseholdYear)
        )

    def copy(self, village: Region, year: int) -> Mapping[str, int]:
        """Copy from the year before. A household or person that is registered elsewhere in the year stays there."""
        place = {"region_id": Value(village.code), "year": Value(year)}
        households = _year_before(HouseholdYear, village, year).filter(on_roll=True)
        there = HouseholdYear.objects.unscoped("only whether, never where").filter(year=year)
        members = _year_before(Membership, village, year).filter(present=True, household_year__on_roll=True)
        taken = Membership.objects.unscoped("only whether, never where").filter(year=year)
        home = there.filter(household=OuterRef("household_year__household"), region=village).values("pk")[:1]
        return {
            "份村情": insert_from(
                VillageYear, _year_before(VillageYear, village, year), CARRIED[VillageYear].columns(VillageYear, **place)
            ),
            "户": insert_from(
                HouseholdYear,
                households.exclude(Exists(there.filter(household=OuterRef("household")))),
                CARRIED[HouseholdYear].columns(HouseholdYear, **place),
            ),
            "人": insert_from(
                Membership,
                members.alias(home=Subquery(home))
                .filter(home__isnull=False)
                .exclude(Exists(taken.filter(person=OuterRef("person")))),
                CARRIED[Membership].columns(Membership, **place, household_year_id=Subquery(home)),
            ),
        }  # fmt: skip


def _year_before(model: Any, village: Region, year: int) -> Any:
    rows = model.objects.unscoped("the right was asked for the village")
    return rows.filter(region=village, year=year - 1)
