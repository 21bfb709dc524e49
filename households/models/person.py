"""People: the identity that lasts, and their place in a household in a year."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Right

from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.fields import NumberKeyField, NumberTailField, PersonalNumberField
from fupin.masking import shown
from fupin.models import Placed
from fupin.numbers import age
from fupin.refusals import BY_HAND
from fupin.scope import Scoped
from households.enums import (
    Departure,
    Education,
    Ethnicity,
    Health,
    LabourSkill,
    Relation,
    School,
    Sex,
    WorkPlace,
)
from households.guards import counts_people
from households.models.conditions import Particulars
from households.models.household import HouseholdYear, of_assigned_households


@audited(exclude=("name_pieces",))
class Person(Scoped):
    """A person, the same over the years; visible only through the years in which they are a member somewhere."""

    name = models.CharField("姓名", max_length=50)
    pinyin = models.CharField("拼音", max_length=120, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=30, blank=True, editable=False)
    id_number = PersonalNumberField("证件号码")
    id_number_key = NumberKeyField(of="id_number")
    id_number_tail = NumberTailField(of="id_number")
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    birth_date = models.DateField("出生日期")
    #: Every one and two characters of the name that stand together: what a part of a name is found by. The database
    #: keeps it, so that it is right after COPY and raw SQL too.
    name_pieces = models.GeneratedField(
        verbose_name="姓名检索片段",
        expression=Func("name", function="households_name_pieces"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["pinyin", "pk"]
        indexes = [
            # The database's collation is C: a plain index serves what begins with a text. With the id in it a township's
            # search reads the index alone of the county's people who sound alike, and their rows only where they are its own.
            models.Index(fields=["pinyin"], include=["id"], name="person_pinyin"),
            models.Index(fields=["initials"], include=["id"], name="person_initials"),
            GinIndex(fields=["name_pieces"], name="person_name_pieces"),
            models.Index(fields=["id_number_tail"], name="person_tail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_key"],
                name="person_number_once",
                violation_error_message="该证件号码已在本县他处登记。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_number(self) -> str:
        """The number as it is shown: 420***********1234."""
        return shown(self, "id_number")

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """A person is seen through their memberships."""
        rows = Membership.objects.visible_to(actor, action)
        return Q(pk__in=rows.values("person"))


# A foreign key over three columns, made in a migration (0002_member_lies_with_household).
BY_HAND["member_lies_with_household"] = "家庭成员的村和年度应与所在户一致。"


@audited()
class Membership(Particulars, Placed):
    """A person's place in a household in a year (national forms AB01, AB02). They leave with an act, never by deletion."""

    household_year = models.ForeignKey(
        HouseholdYear, models.PROTECT, verbose_name="户", related_name="members"
    )
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人员", related_name="memberships")
    relation = models.CharField("与户主关系", max_length=2, choices=Relation.choices)
    ethnicity = models.CharField("民族", max_length=2, choices=Ethnicity.choices, blank=True)
    education = models.CharField("文化程度", max_length=2, choices=Education.choices, blank=True)
    school = models.CharField("在校生状况", max_length=2, choices=School.choices, blank=True)
    health = models.CharField("健康状况", max_length=2, choices=Health.choices, blank=True)
    labour_skill = models.CharField("劳动技能", max_length=2, choices=LabourSkill.choices, blank=True)
    work_place = models.CharField("务工情况", max_length=2, choices=WorkPlace.choices, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    present = models.BooleanField("在户", default=True, editable=False)
    departure = models.CharField(
        "减少原因", max_length=2, choices=Departure.choices, blank=True, editable=False
    )

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "家庭成员"
        ordering = ["region", "household_year", "relation", "pk"]
        triggers = [*Placed.Meta.triggers, *counts_people()]
        indexes = [*Placed.Meta.indexes, models.Index(Right("phone", 4), name="member_phone_tail")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"],
                name="member_once_a_year",
                violation_error_message="此人这一年度已在本县他处登记。",
            ),
            models.UniqueConstraint(
                fields=["household_year"],
                condition=Q(relation=Relation.HEAD, present=True),
                name="one_head_per_household",
                violation_error_message="一户只能有一名户主。",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values),
                name="member_relation_known",
                violation_error_message="与户主关系不在国家编码表内。",
            ),
            models.CheckConstraint(
                condition=Q(work_months=None) | Q(work_months__gte=0, work_months__lte=12),
                name="member_work_months_in_year",
                violation_error_message="务工时间应在0至12个月之间。",
            ),
            models.CheckConstraint(
                condition=Q(post_months=None) | Q(post_months__gte=0, post_months__lte=12) & ~Q(post_kind=""),
                name="member_post_months_in_year",
                violation_error_message="公益岗时间应在0至12个月之间，并须填写公益岗类型。",
            ),
            models.CheckConstraint(
                condition=Q(disability_grade="") | ~Q(disability_kind=""),
                name="member_disability_has_kind",
                violation_error_message="填了残疾等级的，须填残疾类别。",
            ),
            models.CheckConstraint(
                condition=Q(present=True, departure="") | Q(present=False) & ~Q(departure=""),
                name="member_leaves_with_reason",
                violation_error_message="人员减少须填写原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_relation_display()}）"

    @property
    def age(self) -> int:
        """Full years at the end of the year the row belongs to; never as of today."""
        return age(self.person.birth_date, date(self.year, 12, 31))

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the members of the households assigned."""
        return of_assigned_households(actor, "household_year__household")
