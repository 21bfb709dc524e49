"""Regions: the code is the tree."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Left, RPad

from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.scope import Scoped, prefix_q

CODE_DIGITS = 12


class Level(models.IntegerChoices):
    """Administrative level; the value is the number of leading digits that name a subtree (2+2+2+3+3)."""

    PROVINCE = 2, "省"
    CITY = 4, "市"
    COUNTY = 6, "县"
    TOWNSHIP = 9, "乡镇"
    VILLAGE = 12, "村"

    @property
    def above(self) -> Level | None:
        """The level above, None above a province."""
        levels = list(Level)
        place = levels.index(self)
        return levels[place - 1] if place else None


#: The leading digits that the level's number counts.
_PREFIX = Left("code", F("level"))  # type: ignore[arg-type]  # any expression will do; the stubs know two kinds


@audited(exclude=("prefix",))
class Region(Scoped):
    """A place of the statistical division code (统计用区划代码).

    The code is the primary key and never changes: a recode is a new row, and the old one names its successor.
    """

    code = models.CharField(
        "区划代码",
        primary_key=True,
        max_length=CODE_DIGITS,
        db_collation="C",
        validators=[RegexValidator(r"^\d{12}$", "区划代码应为12位数字。")],
    )
    name = models.CharField("名称", max_length=50)
    level = models.PositiveSmallIntegerField("级别", choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级", null=True, blank=True, related_name="children"
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, verbose_name="现用代码", null=True, blank=True, related_name="predecessors"
    )
    valid_from = models.PositiveSmallIntegerField("启用年度", null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField("停用年度", null=True, blank=True)
    #: What the codes of the subtree begin with. Never found by stripping zeros: a code may end in real ones.
    prefix = models.GeneratedField(
        expression=_PREFIX,
        output_field=models.CharField(max_length=CODE_DIGITS, db_collation="C"),
        db_persist=True,
    )

    region_path = "code"

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{12}$"),
                name="region_code_is_12_digits",
                violation_error_message="区划代码应为12位数字。",
            ),
            models.CheckConstraint(
                condition=Q(code=RPad(_PREFIX, CODE_DIGITS, Value("0"))),
                name="region_code_fits_level",
                violation_error_message="区划代码与级别不符：本级以下各位应为0。",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="region_level_known",
                violation_error_message="级别应为省、市、县、乡镇或村。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_village(self) -> bool:
        """Whether the region is a village, the only level at which rows are entered."""
        return self.level == Level.VILLAGE

    @property
    def level_label(self) -> str:
        """The level in Chinese."""
        return Level(self.level).label

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Regions where the actor has any right at all, or the given one if it is not plain viewing."""
        wanted = tuple(Action) if action == Action.VIEW else (action,)
        prefixes = actor.prefixes(*wanted) + actor.prefixes(*wanted, narrowed=True)
        return prefix_q("code", prefixes)


def parent_code(code: str, level: Level) -> str:
    """The code of the region above: "421199103206", VILLAGE -> "421199103000"; "" above a province."""
    above = level.above
    return code[: above.value].ljust(CODE_DIGITS, "0") if above else ""
