"""The workbook of regions: with it a county's portal begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from django.urls import reverse

from fupin.access import Action, Actor, may
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.domain.regions import level_of, save_regions
from fupin.models import Region, parent_code
from fupin.place import Place
from fupin.refusals import Refused
from fupin.sheets.columns import TextColumn
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import Reading

CODE = re.compile(r"\d{12}", re.ASCII)

REGION_SHEET = Sheet(
    name="区划",
    aliases=("行政区划", "区划代码"),
    title="行政区划代码表",
    columns=(
        TextColumn(
            name="code",
            label="区划代码",
            aliases=("统计用区划代码", "代码"),
            required=True,
            max_length=12,
            width=16,
            help="12位统计用区划代码，设为文本；省、市、县、乡镇、村各一行。",
            example="421199103206",
        ),
        TextColumn(
            name="name", label="名称", aliases=("区划名称",), required=True, max_length=50, example="万田畈村"
        ),
    ),
)
REGION_BOOK = Book(kind="regions", title="行政区划代码表", sheets=(REGION_SHEET,))


class RegionImporter:
    """The sheet 区划: codes and names; the tree follows from the codes."""

    kind = "regions"
    label = "行政区划"
    book = REGION_BOOK
    action = Action.REGIONS

    def onward(self, place: Place) -> tuple[str, str]:
        """To the tree."""
        return "查看行政区划", reverse("regions")

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Each code by itself, then those that stand there twice or whose parent is missing."""
        checked = Checked(region=region)
        rows = reading.rows[REGION_SHEET.name]
        if not rows and not reading.errors:
            checked.errors.append(
                SheetError(REGION_SHEET.name, "", "", "没有数据行", "请在表头下面填写后再上传")
            )
        codes = [row.values.get("code") or "" for row in rows]
        counts = Counter(codes)
        known = set(Region.objects.unscoped("parents may lie above the actor").values_list("code", flat=True))
        top = min((level for _, level in _levels([*known, *codes])), default=None)
        for row, code in zip(rows, codes, strict=True):
            if not code:
                continue  # its cell was refused
            problem = _problem(code, region, actor)
            if problem is None and counts[code] > 1:
                problem = "区划代码在本表出现多次", "每个代码只能有一行，请删去重复的行"
            if problem is None:
                level = level_of(code)
                parent = parent_code(code, level)
                if level != top and parent not in known and parent not in counts:
                    problem = f"上级区划 {parent} 不在本表，也没有登记", "请核对区划代码，或补上上级区划"
            if problem is not None:
                checked.errors.append(row.error("code", *problem))
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the regions."""
        rows = [row.values for row in reading.rows[REGION_SHEET.name]]
        regions = [(row["code"], row["name"]) for row in rows]
        return {REGION_SHEET.name: save_regions(regions=regions, actor=actor)}


def _levels(codes: list[str]) -> Iterator[tuple[str, int]]:
    for code in codes:
        if CODE.fullmatch(code) and code.strip("0"):
            yield code, level_of(code)


def _problem(code: str, region: Region | None, actor: Actor) -> tuple[str, str] | None:
    """What is wrong with a code by itself: reason and remedy."""
    if not CODE.fullmatch(code):
        return "区划代码应为12位数字", "请按统计用区划代码填写，并设为文本"
    try:
        level_of(code)
    except Refused as refused:
        return str(refused), "请核对区划代码"
    if not may(actor, Action.REGIONS, code) or (region is not None and not code.startswith(region.prefix)):
        return "不是您可以管理的区划", "请核对区划代码，或联系上级调整权限"
    return None
