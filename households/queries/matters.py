"""What is still open in a village's register before its year is submitted."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from fupin.scope import ScopedQuerySet
from households.enums import FINAL_GRADES, Relation
from households.models import Membership


def without_head(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Of these HouseholdYear rows, those on the roll that have no head present."""
    heads = Membership.objects.unscoped("the household's own head; the row itself was scoped").filter(
        household_year=OuterRef("pk"), relation=Relation.HEAD, present=True
    )
    return rows.filter(~Exists(heads), on_roll=True)


def out_of_grades(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Of these Membership rows, those who were in a final grade a year ago and of whom nothing is said since."""
    before = Membership.objects.unscoped("the same person, whose row was scoped").filter(
        person=OuterRef("person"), year=OuterRef("year") - 1, school__in=FINAL_GRADES
    )
    return rows.filter(Exists(before), present=True, school="")
