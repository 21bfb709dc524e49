"""A village's own words in its summary."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from fupin.audit import audited
from fupin.guards import on_statement
from fupin.models import Placed
from fupin.refusals import BY_HAND
from reports.chapters import Chapter

#: The longest paragraph, in characters.
PARAGRAPH_LENGTH = 2000

BY_HAND["report_in_draft"] = (
    "本村这一年度的总结已提交、批准或封存，文字材料不能再改。需要修改的，请先撤回总结，或请上级退回；已封存的，请先另写新版本。"
)


def _while_in_draft() -> list[pgtrigger.Trigger]:
    """Refuse to write the words of a report that is no draft any more.

    They run after the year's own guard, which has waited for whoever submits the report: triggers go by their names.
    """
    check = "PERFORM reports_require_draft(region_id, year) FROM (SELECT DISTINCT region_id, year FROM {}) AS places;"
    both = "(SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b"
    return [
        on_statement("report_on_insert", pgtrigger.Insert, check.format("new_values")),
        on_statement("report_on_update", pgtrigger.Update, check.format(both)),
        on_statement("report_on_delete", pgtrigger.Delete, check.format("old_values")),
    ]


@audited()
class SectionText(Placed):
    """A paragraph that a village adds to a section of its summary of a year, with figures in it if it likes.

    Figures are written as in a wording: {poor:户人}. They stay live.
    """

    chapter = models.CharField(
        "章节", max_length=1, choices=Chapter.choices, default=Chapter.NEXT_STEPS.value
    )
    position = models.PositiveSmallIntegerField("序号", validators=[MinValueValidator(1)])
    text = models.TextField(
        "内容", max_length=PARAGRAPH_LENGTH, help_text="可以写指标，如 {poor:户人}，总结中是当时的数字。"
    )

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "文字材料"
        ordering = ["region", "year", "chapter", "position"]
        indexes = []  # the unique index below begins with (region, year)
        triggers = [*Placed.Meta.triggers, *_while_in_draft()]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "chapter", "position"],
                name="section_text_once",
                violation_error_message="这一章节已有这个序号的文字，请换一个序号。",
            ),
            models.CheckConstraint(
                condition=Q(chapter__in=Chapter.values),
                name="section_text_chapter_known",
                violation_error_message="章节应为一至七。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_chapter_display()}第{self.position}段"
