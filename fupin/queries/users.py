"""Which users an administrator keeps."""

from __future__ import annotations

from django.db.models import QuerySet

from fupin.access import Action, Actor
from fupin.models import RoleAssignment, User
from fupin.scope import prefix_q


def users_kept_by(actor: Actor) -> QuerySet[User]:
    """Users without a role, and those whose every role lies where the actor hands out rights.

    A township's administrator who could set the county office's password would have its rights.
    """
    prefixes = actor.prefixes(Action.USERS)
    users = User.objects.order_by("username")
    if "" in prefixes:
        return users
    if not prefixes:
        return users.none()
    elsewhere = RoleAssignment.objects.exclude(prefix_q("region__code", prefixes))
    return users.exclude(pk__in=elsewhere.values("user"))
