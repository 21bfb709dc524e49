"""What is kept for good: a sealed report with its files, and the figures of a year that was closed. Append-only."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils import timezone

from fupin.guards import no_truncate
from fupin.models import Region, User, year_field
from fupin.scope import Scoped
from reports.models.report import Report


def _kept() -> list[pgtrigger.Trigger]:
    """Whoever writes such a row writes it once, raw SQL too."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(),
    ]


class Seal(Scoped):
    """A report as it was when it was sealed: its words, every figure with rows and coverage, and the digests of its files."""

    report = models.OneToOneField(Report, models.PROTECT, verbose_name="报告", related_name="seal")
    #: JSON, as reports/interfaces/sealing.py lays it out; kept as the very text of which `digest` is the SHA-256.
    content = models.TextField("封存内容")
    digest = models.CharField("摘要", max_length=64)
    #: The last event of each table of the audit: what has a later one was written since.
    events = models.JSONField("修改记录的位置", default=dict)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="封存人", null=True, related_name="+")
    at = models.DateTimeField("封存时间", default=timezone.now)

    region_path = "report__region__code"

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        triggers = _kept()

    def __str__(self) -> str:
        return f"{self.report}（{self.digest[:8]}）"


class SealedFile(Scoped):
    """A file of a sealed report, byte for byte."""

    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name="封存", related_name="files")
    #: A code of FORMATS.
    format = models.CharField("格式", max_length=10)
    name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件内容")

    region_path = "seal__report__region__code"

    class Meta:
        verbose_name = verbose_name_plural = "封存件"
        triggers = _kept()
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "format"],
                name="sealed_file_once",
                violation_error_message="这一格式的封存件已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class YearFigures(Scoped):
    """What a region's figures of a year came to when the year was closed; closed again, they are kept again."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="单位", db_index=False, related_name="+")
    year = year_field()
    #: JSON of every figure, as in a sealed report; kept as the very text of which `digest` is the SHA-256.
    content = models.TextField("指标")
    digest = models.CharField("摘要", max_length=64)
    #: As in Seal.
    events = models.JSONField("修改记录的位置", default=dict)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="关账人", null=True, related_name="+")
    at = models.DateTimeField("关账时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "关账时的指标"
        indexes = [models.Index(fields=["region", "year", "-at"], name="year_figures_latest")]
        triggers = _kept()

    def __str__(self) -> str:
        return f"{self.region}{self.year}年度（{self.digest[:8]}）"
