"""What is remembered of forms on their way: which have been saved already, and what was typed into the others."""

from __future__ import annotations

from django.db import models

from fupin.models.user import User


class SentForm(models.Model):
    """A page's form that has been saved, and where that led: the same page sent again is answered with it."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", db_index=False)
    token = models.UUIDField("页面编号")
    digest = models.CharField("内容摘要", max_length=64)
    url = models.CharField("保存结果", max_length=200)
    at = models.DateTimeField("保存时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "已提交的表单"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token"],
                name="sent_form_once",
                violation_error_message="这张表已经提交过。",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Draft(models.Model):
    """What a user has typed into a form and not saved yet. Nobody else sees it."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", db_index=False)
    #: Route, and row or place: "households_edit/12", "work_create/421199103206/2017".
    form = models.CharField("表单", max_length=100)
    #: The page that it was typed into; another page of the same form does not write over it.
    token = models.UUIDField("页面编号")
    #: What the page had shown (fupin/resource/stamp.py).
    base = models.JSONField("页面原有内容")
    #: {field: [texts]}, as a browser sends them.
    typed = models.JSONField("填写内容")
    saved_at = models.DateTimeField("暂存时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form"], name="draft_once", violation_error_message="这张表已有草稿。"
            ),
        ]

    def __str__(self) -> str:
        return self.form
