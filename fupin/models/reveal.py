"""The record of numbers shown in full: who, when, of which rows, what for."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.guards import no_truncate
from fupin.models.region import Region
from fupin.models.user import User
from fupin.scope import Scoped


class Reveal(Scoped):
    """One page on which a user saw numbers in full. Written with the page, and never changed or deleted."""

    class Purpose(models.TextChoices):
        """What for; the words of whoever looked say it more closely."""

        CHECK = "check", "核对身份信息"
        PAYMENT = "payment", "核对补贴发放账户"
        CONTACT = "contact", "联系群众"
        FORMS = "forms", "填报上级要求的表格"
        OTHER = "other", "其他"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    user = models.ForeignKey(User, models.PROTECT, verbose_name="查看人", related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)
    purpose = models.CharField("事由", max_length=10, choices=Purpose.choices)
    note = models.CharField("事由说明", max_length=100)
    #: What was open, as its heading says it.
    page = models.CharField("页面", max_length=100)
    #: [[label of the model, primary key]] of each row of which a number was shown.
    rows = models.JSONField("涉及记录")

    class Meta:
        verbose_name = verbose_name_plural = "查看号码记录"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["region", "-at"], name="reveal_recent")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user} {self.page}"

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """The records of one's regions, for those who look after them."""
        return super().in_scope(actor, Action.REVEALS if action == Action.VIEW else action)
