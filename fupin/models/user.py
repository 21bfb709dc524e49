"""Users and the roles they hold in regions."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone

from fupin.access import MAY, NARROWED, Action, Role, outermost
from fupin.audit import audited
from fupin.models.region import Region


class UserManager(BaseUserManager["User"]):
    """Finds users by name."""


@audited(exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """A person who logs in. What they may do is said by their role assignments alone."""

    username = models.CharField(
        "登录名",
        max_length=50,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "登录名已被使用，请换一个。"},
    )
    name = models.CharField("姓名", max_length=50)
    unit = models.CharField("单位", max_length=100, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    is_system = False

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def live_assignments(self) -> list[RoleAssignment]:
        """The assignments in force today, with their regions. Read once per request."""
        return list(
            self.assignments.select_related("region")
            .filter(models.Q(expires_on=None) | models.Q(expires_on__gte=timezone.localdate()))
            .order_by("region_id", "role")
        )

    @cached_property
    def _prefixes(self) -> dict[tuple[tuple[Action, ...], bool], tuple[str, ...]]:
        # A page asks sixty times, of a dozen actions.
        return {}

    def prefixes(self, *actions: Action, narrowed: bool = False) -> tuple[str, ...]:
        """Region prefixes where this user may do any of the actions (see fupin.access.Actor)."""
        if not self.is_active:
            return ()
        if (found := self._prefixes.get((actions, narrowed))) is None:
            found = self._prefixes[actions, narrowed] = outermost(
                assignment.region.prefix
                for assignment in self.live_assignments
                if (Role(assignment.role) in NARROWED) == narrowed
                and not MAY[Role(assignment.role)].isdisjoint(actions)
            )
        return found

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Forget the remembered assignments too."""
        self.__dict__.pop("live_assignments", None)
        self.__dict__.pop("_prefixes", None)
        super().refresh_from_db(*args, **kwargs)


@audited()
class RoleAssignment(models.Model):
    """A user's role in a region and everything below it, until a date if one is set."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="assignments")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="管辖区划")
    #: Why rows are not scoped (fupin/checks.py): the scope itself is made of them.
    unscoped_because = (
        "the scope of every user is made of these rows; pages show them to administrators alone"
    )

    expires_on = models.DateField("有效期至", null=True, blank=True, help_text="留空表示长期有效。")

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["user", "region", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                name="role_assignment_once",
                violation_error_message="该用户在此区划已有这一角色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}（{self.region}）"
