"""Background jobs and imports: records of long work."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.models.region import Region
from fupin.models.user import User
from fupin.models.years import year_field
from fupin.scope import Scoped


class Job(models.Model):
    """Work that the worker does in the background; the table is the queue (docs/decisions/0006-jobs.md)."""

    class State(models.TextChoices):
        """What has become of the job."""

        WAITING = "waiting", "等待中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    actor = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="提交人")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    step = models.PositiveIntegerField("进度", default=0)
    steps = models.PositiveIntegerField("总步数", default=0)
    message = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="job_open", condition=Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (self.State.DONE, self.State.FAILED)


class ImportRun(Scoped):
    """One import: which file, by whom, for which place and year, and what came of it."""

    class State(models.TextChoices):
        """How the import ended."""

        WAITING = "waiting", "等待处理"
        DONE = "done", "已导入"
        UNCHANGED = "unchanged", "无变化"
        REFUSED = "refused", "未导入"
        FAILED = "failed", "处理失败"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="范围")
    year = year_field()
    kind = models.CharField("种类", max_length=20)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    actor = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="导入人")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="import_run")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    #: {sheet: {"new": n, "changed": n, "unchanged": n}}
    counts = models.JSONField("行数", default=dict)
    #: [{sheet, cell, value (masked), reason, remedy}]
    errors = models.JSONField("问题", default=list)
    notes = models.JSONField("提示", default=list)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["region", "-created_at"], name="import_run_recent")]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Imports of one's regions, for those who may import; a helper's villages are not among them."""
        needed = Action.IMPORT if action == Action.VIEW else action
        return super().in_scope(actor, needed)
