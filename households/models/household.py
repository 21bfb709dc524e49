"""Households: the identity that lasts, what is known of it in a year, and who looks after it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Right
from django.utils import timezone

from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.guards import keeps_ledger
from fupin.models import Placed, Region, year_field
from fupin.scope import Scoped, ScopedQuerySet
from households.enums import Cause, PovertyCategory, PovertyStatus
from households.ledgers import LedgerKind
from households.models.conditions import Conditions
from households.models.helper import Helper
from households.validators import MAX_OTHER_CAUSES


@audited()
class Household(Scoped):
    """A registered household, the same over the years. It is never deleted: it leaves the roll, with an act."""

    number = models.CharField(
        "户编号",
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Za-z-]{4,20}$", "户编号应为4至20位数字或字母。")],
        error_messages={"unique": "该户编号已在本县登记。"},
    )

    class Meta:
        verbose_name = verbose_name_plural = "户"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """A household is seen through its year rows."""
        rows = HouseholdYear.objects.visible_to(actor, action)
        return Q(pk__in=rows.values("household"))


def of_assigned_households(actor: Actor, path: str) -> Q:
    """Rows of the households that a helper looks after today; `path` leads to the household's id."""
    return Q(**{f"{path}__in": Pairing.current_for(actor).values("household")})


class YearsOfHousehold(models.ForeignObject):
    """The year rows of the household that a row is about: a relation without a column, for queries alone.

    The way over the household itself would look every one of them up in the whole county's table, to no use.
    """

    many_to_one, one_to_many = False, True
    requires_unique_target = False

    def __init__(self) -> None:
        super().__init__(
            HouseholdYear, models.DO_NOTHING, from_fields=["household"], to_fields=["household"],
            related_name="+", editable=False, serialize=False,
        )  # fmt: skip

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = True, **options: Any) -> None:
        """Be known to queries, and to nothing that goes through a model's fields or a row's attributes."""
        super().contribute_to_class(cls, name, private_only=private_only, **options)
        delattr(cls, name)


@audited(exclude=("people",))
class HouseholdYear(Conditions, Placed):
    """A household in a year: its version in that year's register (national form AC01, AC08, AC30, AC31)."""

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户编号", related_name="years")
    on_roll = models.BooleanField("在册", default=True, help_text="整户退出或清退后不再在册，行仍保留。")
    group = models.PositiveSmallIntegerField("村民小组", null=True, blank=True)
    hamlet = models.CharField("自然湾", max_length=30, blank=True)
    category = models.CharField("贫困户属性", max_length=2, choices=PovertyCategory.choices)
    status = models.CharField("脱贫状态", max_length=2, choices=PovertyStatus.choices)
    exit_year = year_field("脱贫年度", null=True, blank=True)
    registered_on = models.DateField("识别时间", null=True, blank=True)
    main_cause = models.CharField("主要致贫原因", max_length=2, choices=Cause.choices, blank=True)
    other_causes = ArrayField(
        models.CharField(max_length=2, choices=Cause.choices),
        verbose_name="其他致贫原因",
        blank=True,
        default=list,
        size=MAX_OTHER_CAUSES,
    )
    remark = models.CharField("备注", max_length=200, blank=True)
    #: What the year's income refers to; empty means the calendar year; others are in use.
    income_from = models.DateField("收入起始日期", null=True, blank=True)
    income_to = models.DateField("收入截止日期", null=True, blank=True)
    #: Members present in the year. Kept by a statement trigger on Membership, so that it is right after COPY
    #: and raw SQL too; never written by the application, and not audited beside the members themselves.
    people = models.PositiveSmallIntegerField("人数", default=0, editable=False)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "户年度信息"
        ordering = ["region", "household__number"]
        triggers = [*Placed.Meta.triggers, *keeps_ledger(LedgerKind.HOUSEHOLDS)]
        indexes = [*Placed.Meta.indexes, models.Index(Right("phone", 4), name="household_phone_tail")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="household_year_once",
                violation_error_message="该户这一年度的信息已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(category__in=PovertyCategory.values),
                name="household_category_known",
                violation_error_message="贫困户属性应为一般贫困户、低保贫困户或五保贫困户。",
            ),
            models.CheckConstraint(
                # Without IS NOT NULL an empty exit year compares as unknown, which a check lets pass.
                condition=(
                    Q(status=PovertyStatus.EXITED_THIS_YEAR, exit_year__isnull=False, exit_year=F("year"))
                    | Q(status=PovertyStatus.EXITED_BEFORE, exit_year__isnull=False, exit_year__lt=F("year"))
                    | Q(status__in=[PovertyStatus.NOT_EXITED, PovertyStatus.RETURNED], exit_year=None)
                ),
                name="household_exit_fits_status",
                violation_error_message="脱贫年度与脱贫状态不符：新脱贫应为本年度，历史已脱贫应早于本年度，未脱贫和返贫不填。",
            ),
            models.CheckConstraint(
                condition=~Q(other_causes__contains=[F("main_cause")]) | Q(main_cause=""),
                name="household_causes_differ",
                violation_error_message="其他致贫原因不能与主要致贫原因相同。",
            ),
            models.CheckConstraint(
                # NULL would let a check pass.
                condition=Q(relocated__isnull=False, relocated=True)
                | Q(
                    relocation="",
                    resettlement="",
                    resettlement_place="",
                    moved_in_on=None,
                    relocation_difficulty="",
                ),
                name="household_relocation_of_relocated",
                violation_error_message="不是易地搬迁户的，搬迁的各项不填。",
            ),
            models.CheckConstraint(
                condition=Q(rebuilt_year=None) | Q(rebuilt_year__lte=F("year")),
                name="household_rebuilt_by_then",
                violation_error_message="危房改造年度不能晚于本年度。",
            ),
            models.CheckConstraint(
                condition=Q(road_distance=None) | Q(road_distance__gte=0),
                name="household_road_distance_positive",
                violation_error_message="与村主干路距离不能小于0。",
            ),
            models.CheckConstraint(
                condition=Q(income_to=None) | Q(income_from=None) | Q(income_to__gte=F("income_from")),
                name="household_income_period_runs_forward",
                violation_error_message="收入截止日期不能早于起始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"户 {self.household}（{self.year}年）"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the households assigned."""
        return of_assigned_households(actor, "household")


@audited()
class Pairing(Scoped):
    """A helper and a household, from a day to a day; those of an account's helpers are what its scope is made of."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="pairings")
    helper = models.ForeignKey(Helper, models.PROTECT, verbose_name="帮扶责任人", related_name="pairings")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结对帮扶"
        ordering = ["region", "household__number", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "helper", "starts_on"],
                name="pairing_once",
                violation_error_message="这一结对已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="pairing_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper} — {self.household}"

    @classmethod
    def current_for(cls, actor: Actor) -> ScopedQuerySet:
        """The pairings of a user that hold today (a right is a matter of today, unlike any figure)."""
        today = timezone.localdate()
        pairings = cls.objects.unscoped("these rows are what the scope of a helper is made of")
        return pairings.filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            # An actor without a key is nobody, and not whoever has no account.
            helper__user=getattr(actor, "pk", None) or 0,
            starts_on__lte=today,
        )

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the pairings of the households assigned."""
        return of_assigned_households(actor, "household")
