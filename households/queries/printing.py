"""What printed sheets say of households: read in so many statements for one household as for a village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch

from fupin.access import Actor
from fupin.models import Attachment
from fupin.scope import ScopedQuerySet
from households.models import Act, HouseholdYear, Membership, Pairing, live
from households.queries.income import with_items


def with_family(rows: ScopedQuerySet, actor: Actor) -> ScopedQuerySet:
    """HouseholdYear rows with township, village, and the members present in the form's order: `family`."""
    family = Membership.objects.visible_to(actor).filter(present=True)
    family = family.select_related("person").order_by("relation", "pk")
    return rows.select_related("household", "region__parent").prefetch_related(
        Prefetch("members", family, to_attr="family")
    )


def with_what_happened(rows: ScopedQuerySet, actor: Actor, year: int) -> ScopedQuerySet:
    """Rows with the household's helpers, `household.helpers`, and what happened to it up to a year, `household.journal`."""
    helpers = Pairing.objects.visible_to(actor).select_related("helper").order_by("starts_on", "pk")
    journal = live(Act.objects.visible_to(actor)).filter(year__lte=year)
    journal = journal.select_related("person", "other_household", "other_region").order_by("on", "pk")
    return rows.prefetch_related(
        Prefetch("household__pairings", helpers, to_attr="helpers"),
        Prefetch("household__acts", journal, to_attr="journal"),
    )


def with_year_before(rows: ScopedQuerySet, actor: Actor, year: int) -> ScopedQuerySet:
    """Rows of a year, read with_family, with the year rows before: `household.before`, and of members `person.before`.

    Each is a list of one, or empty: where nobody the actor sees had it on the roll then. Those of the household are
    rows of with_items().
    """
    homes = HouseholdYear.objects.visible_to(actor).filter(year=year - 1)
    members = Membership.objects.visible_to(actor).filter(year=year - 1)
    return rows.prefetch_related(
        Prefetch("household__years", with_items(homes.order_by()), to_attr="before"),
        Prefetch("family__person__memberships", members.order_by(), to_attr="before"),
    )


def files_of(rows: Sequence[HouseholdYear], actor: Actor) -> dict[int, list[Attachment]]:
    """The files of household rows, by the row's key, the oldest first."""
    kind = ContentType.objects.get_for_model(HouseholdYear)
    files = Attachment.objects.visible_to(actor).filter(
        content_type=kind, object_id__in=[row.pk for row in rows]
    )
    found = defaultdict(list)
    for file in files.order_by("uploaded_at", "pk"):
        found[file.object_id].append(file)
    return found
