"""Which users: those an administrator keeps, those who hold a role near a place."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupin.access import Action, Actor, Role
from fupin.models import Region, RoleAssignment, User
from fupin.queries.places import path_to
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


def with_role_near(role: Role, region: Region) -> QuerySet[User]:
    """Users in service who hold a role in the region, above it or below it."""
    above = [place.code for place in path_to(region)]
    near = Q(region__code__startswith=region.prefix) | Q(region__in=above)
    return User.objects.filter(
        is_active=True, pk__in=RoleAssignment.objects.filter(near, role=role).values("user")
    )
