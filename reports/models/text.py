"""A village's own words in its summary."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from fupin.audit import audited
from fupin.models import Placed
from reports.chapters import Chapter

#: The longest paragraph, in characters.
PARAGRAPH_LENGTH = 2000


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
