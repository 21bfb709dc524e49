"""Imports: the record of each, the difference it makes, and how the columns of its files were matched."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.models.jobs import Job
from fupin.models.region import Region
from fupin.models.user import User
from fupin.models.years import year_field
from fupin.scope import Scoped


class ImportRun(Scoped):
    """One import: which file, by whom, for which place and year, what it would change, and what came of it.

    A file is compared first (WAITING, then READY, REFUSED or UNCHANGED); what was seen is then written (WRITING, DONE),
    and may be taken back (UNDOING, UNDONE). See docs/decisions/0023-difference-first.md.
    """

    class State(models.TextChoices):
        """How far the import is, or how it ended."""

        WAITING = "waiting", "正在检查"
        READY = "ready", "待确认"
        WRITING = "writing", "正在写入"
        DONE = "done", "已导入"
        UNCHANGED = "unchanged", "无变化"
        REFUSED = "refused", "未导入"
        FAILED = "failed", "处理失败"
        DROPPED = "dropped", "已放弃"
        UNDOING = "undoing", "正在撤销"
        UNDONE = "undone", "已撤销"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="范围")
    year = year_field()
    kind = models.CharField("种类", max_length=20)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    #: Where the uploaded file lies, while it may still be wanted.
    stored = models.CharField("存放位置", max_length=200, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="导入人")
    #: The latest: a file is compared by one job, written by another, taken back by a third.
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="import_run")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    #: Whether only the rows without an error are to be written.
    good_only = models.BooleanField("只写入没有问题的行", default=False)
    #: {sheet: {"new": n, "changed": n, "unchanged": n, "wrong": n}}; rows of the file
    counts = models.JSONField("行数", default=dict)
    #: [{sheet, cell, value (masked), reason, remedy}]
    errors = models.JSONField("问题", default=list)
    notes = models.JSONField("提示", default=list)
    #: [{sheet, position, header, column}]: which column of the file was read as which; column "" for none.
    columns = models.JSONField("列的对应", default=list)
    #: Digest of the difference that was shown: what is written must be the same.
    shown = models.CharField("差异摘要", max_length=64, blank=True)
    #: The moment of which it was told (fupin/queries/standstill.py): if nothing was written since, it still is the same.
    shown_of = models.JSONField("比较时点", default=dict)
    #: The audit's context under which the rows were written.
    context = models.UUIDField("写入批次", null=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="撤销人", related_name="+")
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["region", "-created_at"], name="import_run_recent")]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has, or will have, to do with it."""
        return self.state in (self.State.WAITING, self.State.WRITING, self.State.UNDOING)

    @property
    def may_be_taken(self) -> bool:
        """Whether what was shown can be written now; of a file with errors only its good rows."""
        return self.state == self.State.READY or (self.state == self.State.REFUSED and bool(self.shown))

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Imports of one's regions, for those who may import; a helper's villages are not among them."""
        needed = Action.IMPORT if action == Action.VIEW else action
        return super().in_scope(actor, needed)


class ImportLine(models.Model):
    """One row that an import would change, is missing from its file, or may be there twice: a line of the difference.

    Numbers are masked. The lines of a run are made when its file is compared, and go with it.
    """

    class Kind(models.TextChoices):
        """What the line says of the row."""

        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        GONE = "gone", "删除"
        DOUBLE = "double", "疑似重复"
        ABSENT = "absent", "文件中没有"

    run = models.ForeignKey(ImportRun, models.CASCADE, verbose_name="导入记录", related_name="lines")
    position = models.PositiveIntegerField("序号")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    #: What sort of row: 户, 人, 措施与资金 …
    label = models.CharField("内容", max_length=30)
    who = models.CharField("对象", max_length=200)
    #: {"cells": [[field, old, new]]}
    cells = models.JSONField("各项", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "导入差异"
        ordering = ["position"]
        constraints = [
            # Its index also serves the pages of one kind.
            models.UniqueConstraint(
                fields=["run", "kind", "position"],
                name="import_line_once",
                violation_error_message="导入差异重复。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label} {self.who}"


class ColumnMatch(models.Model):
    """How a user matched the columns of a sheet, for the next file of the same shape: the same headers in any order."""

    kind = models.CharField("种类", max_length=20)
    sheet = models.CharField("工作表", max_length=31)
    #: Digest of the headers.
    shape = models.CharField("表头摘要", max_length=64)
    #: {header as compared: column, or "" for one that is not to be read}
    columns = models.JSONField("列的对应", default=dict)
    actor = models.ForeignKey(User, models.PROTECT, verbose_name="设定人", related_name="+")
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "列的对应"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sheet", "shape"],
                name="column_match_once",
                violation_error_message="这种表头的对应关系已经保存。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sheet}"
