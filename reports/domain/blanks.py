"""Keeping forms of the level above, saying what their headings mean, asking for one to be filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from fupin.access import Action, may
from fupin.audit import acting
from fupin.domain.jobs import queue_once
from fupin.models import Job, Region, User
from fupin.place import Place
from fupin.refusals import Refused
from fupin.sheets.errors import FileRefused
from reports.blanks.grid import LIMITS, read_form
from reports.models import BlankForm
from reports.models.blank import NAME_LENGTH
from reports.queries.blanks import JOB, vocabulary


def keep_form(*, upload: File, name: str, region: Region, actor: User) -> BlankForm:
    """Keep a blank form, called as its file if no name is given.

    Raises Refused without the right, for a name that is taken, and for a file that is no .xlsx, is too large (LIMITS) or
    cannot be read.
    """
    _may_or_refuse(actor, region)
    if upload.size > LIMITS.file_bytes:
        raise Refused(f"文件超过{LIMITS.file_bytes // 1024 // 1024}MB，请上传上级下发的空白报表。")
    try:
        told = read_form(cast("IO[bytes]", upload))
    except FileRefused as refused:
        raise Refused(str(refused)) from refused
    upload.seek(0)
    digest = hashlib.sha256(upload.read()).hexdigest()
    form = BlankForm(
        region=region, name=(name or PurePath(upload.name or "").stem)[:NAME_LENGTH], sha256=digest, told=told,
        uploaded_by=actor,
    )  # fmt: skip
    try:
        form.full_clean(exclude=["file"])
    except ValidationError as error:
        raise Refused("".join(error.messages)) from error
    upload.seek(0)
    with acting(actor, via="form"), transaction.atomic():
        form.file.save("", upload, save=True)
    return form


def say_headings(*, form: BlankForm, said: Mapping[str, str], year: int, actor: User) -> BlankForm:
    """Keep what headings mean: a figure's code by the heading's key, "" for none; it holds for every year.

    `year` is the one whose figures were chosen from. Raises Refused without the right, or for a code that there is not.
    """
    _may_or_refuse(actor, form.region)
    known = vocabulary(Place(form.region, year)).by_code
    wrong = next((code for code in said.values() if code and code not in known), None)
    if wrong is not None:
        raise Refused(f"没有“{wrong}”这个指标，请从列表中选择。")
    with acting(actor, via="form"), transaction.atomic():
        locked = BlankForm.objects.visible_to(actor, Action.IMPORT).select_for_update().get(pk=form.pk)
        locked.said = {**locked.said, **said}
        locked.save(update_fields=["said"])
    return locked


def drop_form(*, form: BlankForm, actor: User) -> None:
    """Delete a form; what was filled in of it stays where it was taken to. Raises Refused without the right."""
    _may_or_refuse(actor, form.region)
    storage, name = form.file.storage, str(form.file.name)
    with acting(actor, via="form"), transaction.atomic():
        form.delete()
    storage.delete(name)  # each form has a file of its own, also of the same content


def queue_filling(*, form: BlankForm, year: int, actor: User) -> Job:
    """Ask for a form to be filled in for a year; the worker does it. Raises Refused without the right."""
    _may_or_refuse(actor, form.region)
    arguments = {"form": form.pk, "region": form.region_id, "year": year, "name": form.name}
    return queue_once(kind=JOB, arguments=arguments, actor=actor)


def _may_or_refuse(actor: User, region: Region) -> None:
    if not all(may(actor, action, region.code) for action in (Action.IMPORT, Action.EXPORT, Action.REPORT)):
        raise Refused(f"您没有填写{region}上级报表的权限。")
