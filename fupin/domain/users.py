"""Users and their roles."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from fupin.access import Action, Actor, Role, may
from fupin.audit import acting
from fupin.models import Region, RoleAssignment, User
from fupin.queries.users import users_kept_by
from fupin.refusals import Refused

#: Whoever hands out rights or audits them may not also hold the rights to records (separation of powers).
SEPARATE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

NOT_YOURS = "您没有管理该用户的权限。"


def save_user(*, user: User, first_password: str = "", actor: Actor) -> User:
    """Create or change a user. A password given here is a first one: its owner must change it at log-in.

    Raises Refused without the right, ValidationError for a bad name or password.
    """
    if not may(actor, Action.USERS):
        raise Refused(NOT_YOURS)
    if user.pk:
        _kept_or_refuse(user, actor)
    if first_password:
        validate_password(first_password, user)
        user.set_password(first_password)
        user.must_change_password = True
    elif not user.pk:
        user.set_unusable_password()
    with acting(actor, via="form"), transaction.atomic():
        user.full_clean(exclude=["password"])
        user.save()
    return user


def assign_role(
    *, user: User, role: Role, region: Region, expires_on: date | None = None, actor: Actor
) -> RoleAssignment:
    """Give a user a role in a region. Raises Refused where the actor may not, or the roles must stay apart."""
    if not may(actor, Action.USERS, region.code):
        raise Refused(f"您没有在{region}管理用户的权限。")
    _kept_or_refuse(user, actor)
    held = {Role(value) for value in user.assignments.values_list("role", flat=True)} | {role}
    if held & SEPARATE and len(held) > 1:
        raise Refused("系统管理员、审计与业务角色须由不同的人担任。")
    with acting(actor, via="form"), transaction.atomic():
        assignment = RoleAssignment(user=user, role=role, region=region, expires_on=expires_on)
        assignment.full_clean()
        assignment.save()
    return assignment


def withdraw_role(*, assignment: RoleAssignment, actor: Actor) -> None:
    """Take a role away. It acts on the user's next request."""
    if not may(actor, Action.USERS, assignment.region_id):
        raise Refused(NOT_YOURS)
    with acting(actor, via="form"), transaction.atomic():
        assignment.delete()


def password_changed(*, user: User) -> None:
    """Note that the user has chosen a password of their own."""
    with acting(user, via="form"):
        User.objects.filter(pk=user.pk).update(must_change_password=False)


def _kept_or_refuse(user: User, actor: Actor) -> None:
    if not users_kept_by(actor).filter(pk=user.pk).exists():
        raise Refused(NOT_YOURS)
