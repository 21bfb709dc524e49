"""Views of lists that users have saved: filters, columns and order under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fupin.audit import audited
from fupin.models.user import User


@audited()
class SavedView(models.Model):
    """A user's own way to look at a list: what stands behind the question mark of its address."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="saved_views")
    #: Name of the resource.
    list = models.CharField("列表", max_length=30)
    name = models.CharField("视图名称", max_length=20)
    query = models.TextField("条件、列和排序", blank=True, max_length=2000)
    is_default = models.BooleanField("默认视图", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "保存的视图"
        ordering = ["list", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "name"],
                name="saved_view_name_once",
                violation_error_message="已经有同名的视图，请换一个名称。",
            ),
            models.UniqueConstraint(
                fields=["user", "list"],
                condition=Q(is_default=True),
                name="saved_view_one_default",
                violation_error_message="一个列表只能有一个默认视图。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
