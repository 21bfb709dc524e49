"""The jobs of a user."""

from __future__ import annotations

from django.db.models import QuerySet

from fupin.models import Job, User


def jobs_of(user: User) -> QuerySet[Job]:
    """What a user asked for, newest first, with the imports among them; nobody else sees it."""
    return Job.objects.filter(actor=user).select_related("import_run").order_by("-pk")
