"""Files that belong to rows."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import transaction

from fupin.access import Action, Actor
from fupin.audit import acting
from fupin.models import Attachment
from fupin.refusals import Refused
from fupin.scope import Scoped

MAX_BYTES = 10 * 1024 * 1024
#: Characters kept of a file's name, before its ending.
MAX_NAME = 190
#: What may be attached, by ending, with the bytes such a file begins with.
KINDS: dict[str, tuple[bytes, ...]] = {
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".pdf": (b"%PDF-",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
}


def attach_file(*, target: Scoped, file: File, actor: Actor) -> Attachment:
    """Attach an uploaded file to a row on which the actor may do so.

    Raises Refused for a row out of reach, a kind of file not in KINDS, content that belies its name, or more
    than MAX_BYTES. The same file attached twice to a row is one attachment.
    """
    model = type(target)
    if model not in Attachment.targets:
        raise Refused("这类记录不能上传附件。")
    if not model.objects.visible_to(actor, Action.ATTACH).filter(pk=target.pk).exists():
        raise Refused("您没有为该记录上传附件的权限。")
    name = PurePath(file.name or "").name
    ending = PurePath(name).suffix.lower()
    name = name.removesuffix(PurePath(name).suffix)[:MAX_NAME] + ending
    if ending not in KINDS:
        raise Refused(f"不支持“{ending or '无扩展名'}”文件，请上传照片（jpg、png）、pdf、docx 或 xlsx。")
    if file.size > MAX_BYTES:
        raise Refused("文件超过10MB，请压缩后再上传。")
    content = file.read()
    if not content.startswith(KINDS[ending]):
        raise Refused("文件内容与扩展名不符，请上传原始文件。")
    digest = hashlib.sha256(content).hexdigest()
    file.seek(0)
    with acting(actor, via="form"), transaction.atomic():
        attachment, created = Attachment.objects.unscoped("the target was checked above").get_or_create(
            content_type=ContentType.objects.get_for_model(model),
            object_id=target.pk,
            sha256=digest,
            defaults={
                "region_id": target.region_id,  # type: ignore[attr-defined]
                "name": name,
                "size": file.size,
                "uploaded_by": None if actor.is_system else actor,
            },
        )
        if created:
            attachment.file.save(name, file)
    return attachment
