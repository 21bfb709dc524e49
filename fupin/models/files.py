"""Attachments: files that belong to a row and are seen exactly by those who see the row."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.models.region import Region
from fupin.models.user import User
from fupin.scope import Scoped


def upload_path(attachment: Attachment, filename: str) -> str:
    """A path that says nothing: the name given by the user is kept in the row, never on the disk."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


@audited()
class Attachment(Scoped):
    """A file of a row (a photo, a scanned form). Whoever sees the row sees the file; nobody else does."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村")
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    file = models.FileField("文件", upload_to=upload_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", null=True)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    #: Models that may carry attachments; an app adds its own when it is ready.
    targets: list[type[Scoped]] = []

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            # Its index also finds the files of a row.
            models.UniqueConstraint(
                fields=["content_type", "object_id", "sha256"],
                name="attachment_once",
                violation_error_message="该文件已经上传。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Files whose row is in scope: the row's own condition decides, not a copy of it."""
        visible = Q(pk__in=[])
        for model in cls.targets:
            rows = model.objects.visible_to(actor, action).values("pk")
            visible |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=rows)
        return visible
