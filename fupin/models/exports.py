"""The record of lists taken away as files: who, when, of which rows, what for."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.guards import no_truncate
from fupin.models.jobs import Job
from fupin.models.region import Region
from fupin.models.reveal import Reveal
from fupin.models.user import User
from fupin.models.years import year_field
from fupin.scope import Scoped


class ExportLog(Scoped):
    """One file of rows that a user took away. Written before it leaves, and never changed or deleted."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="范围", related_name="+")
    year = year_field()
    user = models.ForeignKey(User, models.PROTECT, verbose_name="导出人", related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)
    #: What the file is called.
    title = models.CharField("导出内容", max_length=200)
    #: The query in words, numbers of people masked.
    query = models.TextField("筛选条件", max_length=2000, blank=True)
    #: The headings, in their order.
    columns = models.JSONField("导出的列", default=list)
    row_count = models.PositiveIntegerField("行数")
    #: SHA-256 of the file, by which one that turns up somewhere is found here.
    digest = models.CharField("文件摘要", max_length=64)
    #: What for, where numbers of people are in full; empty where they are masked.
    purpose = models.CharField("事由", max_length=10, choices=Reveal.Purpose.choices, blank=True)
    note = models.CharField("事由说明", max_length=100, blank=True)
    #: [[label of the model, primary key]] of each row of which a number is in full.
    revealed = models.JSONField("涉及记录", default=list)
    #: That made the file in the background, if one did: an interrupted one is not recorded twice.
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="export_log")

    class Meta:
        verbose_name = verbose_name_plural = "导出记录"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["region", "-at"], name="export_log_recent")]
        constraints = [
            models.CheckConstraint(
                name="export_in_full_has_purpose",
                condition=Q(revealed=[]) | ~Q(purpose="") & ~Q(note=""),
                violation_error_message="导出完整号码须说明事由。",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user} {self.title}"

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """The records of one's regions, for those who look after them."""
        return super().in_scope(actor, Action.REVEALS if action == Action.VIEW else action)
