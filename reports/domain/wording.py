"""A county's wording of its reports: checked, then added as a new version."""

from __future__ import annotations

import re

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.models import Level, Region
from fupin.refusals import Refused, said_plainly
from reports.models import Era, NarrativeTemplate
from reports.models.wording import NOTE_LENGTH, TEXT_LENGTH
from reports.queries.catalogue import sample_window
from reports.queries.summary import KINDS, words_about
from reports.queries.wordings import newest_version, parsed, shipped_text
from reports.wording.grammar import Wording
from reports.wording.saying import figures_of

#: What neither a page nor a Word file can show, and what only looks like the marks of the language.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOOKALIKES = re.compile(r"[｛｝]|［［|］］")


class Overtaken(Refused):
    """Somebody saved another version since this one was opened."""

    def __init__(self, newest: NarrativeTemplate) -> None:
        super().__init__(
            f"您打开之后，{newest.created_by or '系统'}保存了{newest}，您的文字还没有保存。"
            f"请先查看{newest}，把要保留的内容并到下面的文字里，再点“保存”；{newest}仍留在版本记录里。"
        )
        self.newest = newest


def save_wording(
    *, region: Region, kind: str, era: Era, text: str, note: str = "", based_on: int, actor: Actor
) -> NarrativeTemplate | None:
    """Add a version with this text, written over version `based_on` (0: the shipped wording).

    Returns None where the text is the one in force already. Raises Refused without the right, for a text that does
    not hold (with its line), and Overtaken if there is a newer version than the one it was written over.
    """
    check_wording(text, kind=kind)
    text = plain_lines(text)
    # Who saves the shipped wording as it is gets it, and what is shipped later too.
    text = "" if text == plain_lines(shipped_text(kind, era)) else text
    return _add(region, kind, era, text, note, based_on, actor)


def restore_shipped(
    *, region: Region, kind: str, era: Era, based_on: int, actor: Actor
) -> NarrativeTemplate | None:
    """Have the shipped wording back, as a version without text. None where it is in force already."""
    return _add(region, kind, era, "", "恢复系统自带措辞", based_on, actor)


def restore_version(*, version: NarrativeTemplate, based_on: int, actor: Actor) -> NarrativeTemplate | None:
    """Have an older version back, as a new one with its text. None where that text is in force already."""
    if version.text:
        check_wording(version.text, kind=version.kind)
    note = f"恢复{version}"
    return _add(version.region, version.kind, Era(version.era), version.text, note, based_on, actor)


def check_wording(text: str, *, kind: str) -> Wording:
    """Read a text as a wording of this kind. Raises Refused with the line of the first mistake."""
    if kind not in KINDS:
        raise Refused(f"没有“{kind}”这种报告，可选：{'、'.join(KINDS)}。")
    if unseen := _UNSEEN.search(text):
        number = text.count("\n", 0, unseen.start()) + 1
        raise Refused(f"第{number}行：有看不见的控制字符，请删去这一行，重新输入。")
    text = plain_lines(text)
    if len(text) > TEXT_LENGTH:
        raise Refused(f"措辞有{len(text)}个字，最多{TEXT_LENGTH}个字，请删减。")
    for number, line in enumerate(text.split("\n"), start=1):
        _check_line(line.strip(), number)
    wording = parsed(text)
    if not wording.title:
        raise Refused("缺少标题，请在第一行写“# 标题”（“#”后面有一个空格）。")
    if not any(section.paragraphs for section in wording.sections):
        raise Refused(
            "还没有正文，请写“## 小标题”，再在下面写文字；要用系统自带措辞，请点“恢复系统自带措辞”。"
        )
    window = sample_window()
    figures_of(wording, KINDS[kind].names, words_about(window), window)
    return wording


def plain_lines(text: str) -> str:
    """A text as it is kept: one kind of line break, no blanks at the ends of lines, no empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def _check_line(line: str, number: int) -> None:
    if line.startswith("#") and not line.startswith(("# ", "## ")):
        raise Refused(f"第{number}行：标题写作“# 标题”，小标题写作“## 小标题”，“#”后面要有一个空格。")
    if line.startswith("## ") and re.search(r"[{}]|\[\[|\]\]", line):
        raise Refused(f"第{number}行：小标题里不能放指标和“[[ ]]”，请写到下面的正文里。")
    if found := _LOOKALIKES.search(line):
        raise Refused(f"第{number}行：“{found[0]}”是全角符号，指标和可省略部分要用半角的“{{ }}”“[[ ]]”。")


def _add(
    region: Region, kind: str, era: Era, text: str, note: str, based_on: int, actor: Actor
) -> NarrativeTemplate | None:
    if region.level != Level.COUNTY:
        raise Refused(f"措辞按县保存，{region}不是县。")
    if not may(actor, Action.WORDING, region.code):
        raise Refused(f"您没有编辑{region}措辞的权限。")
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        newest = newest_version(region.code, kind, era)
        if text == (newest.text if newest else ""):
            return None
        if newest is not None and newest.version != based_on:
            raise Overtaken(newest)
        # Two at once: the second waits for the first at the unique index, and is refused by it.
        return NarrativeTemplate.objects.create(
            region=region, kind=kind, era=era, version=(newest.version if newest else 0) + 1, text=text,
            note=note.strip()[:NOTE_LENGTH], created_by=None if actor.is_system else actor,
        )  # fmt: skip
