"""Background jobs: records of long work."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from fupin.models.user import User


class Job(models.Model):
    """Work that the worker does in the background; the table is the queue (docs/decisions/0006-jobs.md)."""

    class State(models.TextChoices):
        """What has become of the job."""

        WAITING = "waiting", "等待中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        CANCELLED = "cancelled", "已取消"

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
    #: Whoever asked for it wants it ended; a running job looks when it reports its progress.
    cancel_requested = models.BooleanField("要求取消", default=False)

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
        return self.state not in (self.State.WAITING, self.State.RUNNING)
