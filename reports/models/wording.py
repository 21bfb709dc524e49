"""A county's own wording of its reports, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length, Right
from django.db.models.lookups import Exact, LessThanOrEqual

from fupin.audit import audited
from fupin.models import Region, User
from fupin.scope import Scoped

#: The longest wording, in characters; the shipped ones have less than a tenth of it.
TEXT_LENGTH = 20_000
NOTE_LENGTH = 200
#: The last year of the vocabulary of poverty alleviation (贫困户); then that of its consolidation (脱贫户).
LAST_OF_POVERTY = 2020


class Era(models.TextChoices):
    """Which vocabulary a report speaks: it changed when all counties had left poverty."""

    UNTIL_2020 = "until_2020", "2020年及以前的用语"
    SINCE_2021 = "since_2021", "2021年起的用语"


def era_of(year: int) -> Era:
    """The vocabulary of a report whose last year is this one."""
    return Era.UNTIL_2020 if year <= LAST_OF_POVERTY else Era.SINCE_2021


@audited()
class NarrativeTemplate(Scoped):
    """A version of a county's wording of a kind of report in an era.

    The newest version is in force. Versions are only ever added: whoever wants an older one back adds it anew, and a
    version without text says that the shipped wording was had back.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="县", db_index=False, related_name="+")
    kind = models.CharField("报告种类", max_length=20)
    era = models.CharField("用语", max_length=10, choices=Era.choices)
    version = models.PositiveIntegerField("版本")
    text = models.TextField("措辞", blank=True)
    note = models.CharField("修改说明", max_length=NOTE_LENGTH, blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="保存人", null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("保存时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告措辞"
        ordering = ["region", "kind", "era", "-version"]
        constraints = [
            # Its index also finds the newest version.
            models.UniqueConstraint(
                fields=["region", "kind", "era", "version"],
                name="wording_version_once",
                violation_error_message="有人刚刚保存了同一版本，请打开新版本核对后再保存。",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="wording_version_from_1",
                violation_error_message="版本从1开始。",
            ),
            models.CheckConstraint(
                condition=Q(era__in=Era.values),
                name="wording_era_known",
                violation_error_message="用语应为2020年及以前，或2021年起。",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Right(F("region"), 6), Value("000000"))),
                name="wording_of_a_county",
                violation_error_message="措辞按县保存，不能属于乡镇或村。",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), TEXT_LENGTH)),
                name="wording_not_too_long",
                violation_error_message=f"措辞最多{TEXT_LENGTH}个字，请删减后再保存。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.version}版"

    @property
    def is_shipped(self) -> bool:
        """Whether this version stands for the wording that comes with the portal."""
        return not self.text
