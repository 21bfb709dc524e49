"""Forms of the level above that a county fills in year after year."""

from __future__ import annotations

from django.db import models

from fupin.audit import audited
from fupin.models import Region, User
from fupin.scope import Scoped

NAME_LENGTH = 60


def kept_at(form: BlankForm, _filename: str) -> str:
    """A path that says nothing: the file's name is the form's, in its row."""
    return f"blanks/{form.sha256[:2]}/{form.sha256}"


@audited(exclude=("told",))
class BlankForm(Scoped):
    """A workbook with headings and gaps (上级报表), kept to be filled in for any year.

    `told` is what was read of the file when it came, as `reports.blanks.grid` tells it; `said` what users have said that
    its headings mean: a figure's code by the heading's key, "" for no figure.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="单位", related_name="+")
    name = models.CharField("报表名称", max_length=NAME_LENGTH)
    file = models.FileField("空白报表", upload_to=kept_at, max_length=200)
    sha256 = models.CharField(max_length=64)
    told = models.JSONField("表中内容", default=list)
    said = models.JSONField("指标对应", default=dict, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "上级报表"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="blank_form_name_once",
                violation_error_message="已有同名的报表，请换一个名称，或先删除原来的。",
            )
        ]

    def __str__(self) -> str:
        return self.name
