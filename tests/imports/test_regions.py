"""The list of regions: with it an empty portal begins."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from fupin.access import SYSTEM, Role
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.imports.support import import_workbook, state_of_database

COUNTY = [
    ("421199000000", "云岭县"),
    ("421199103000", "七里坪镇"),
    ("421199103206", "万田畈村"),
    ("421199103207", "石桥畈村"),
]


def workbook(path, rows, *, header=("区划代码", "名称"), sheet="区划"):
    book = Workbook()
    book.active.title = sheet
    for row in (header, *rows):
        book.active.append(row)
    book.save(path)
    return path


def regions():
    found = Region.objects.unscoped("tests").order_by("code")
    return list(found.values_list("code", "name", "level", "parent_id"))


@pytest.mark.django_db
def test_empty_portal_begins_with_its_regions(tmp_path):
    path = workbook(tmp_path / "regions.xlsx", reversed(COUNTY))

    ended = import_workbook(path, "--year", 2017)

    assert (ended.status, ended.out, ended.err) == (0, ["区划：新增4，变更0，未变0"], [])
    assert regions() == [
        ("421199000000", "云岭县", Level.COUNTY, None),
        ("421199103000", "七里坪镇", Level.TOWNSHIP, "421199000000"),
        ("421199103206", "万田畈村", Level.VILLAGE, "421199103000"),
        ("421199103207", "石桥畈村", Level.VILLAGE, "421199103000"),
    ]


@pytest.mark.django_db
def test_village_follows_its_regions_on_an_empty_portal(reference, tmp_path):
    import_workbook(workbook(tmp_path / "regions.xlsx", COUNTY), "--year", 2017)
    open_years(villages=Region.objects.unscoped("tests").filter(level=Level.VILLAGE), year=2017, actor=SYSTEM)

    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", WANTIANFAN.year)

    assert ended.out == ["村情：新增1，变更0，未变0", "户：新增66，变更0，未变0", "人：新增156，变更0，未变0"]
    assert ended.status == 0


@pytest.mark.django_db
def test_again_changes_nothing_and_a_new_name_is_one_change(tmp_path):
    path = workbook(tmp_path / "a.xlsx", COUNTY)
    import_workbook(path, "--year", 2017)
    before = state_of_database()

    again = import_workbook(path, "--year", 2017)
    assert again.out == ["区划：新增0，变更0，未变4", "与现有数据完全一致，没有写入任何数据。"]
    assert state_of_database() == before

    renamed = import_workbook(
        workbook(tmp_path / "b.xlsx", [*COUNTY[:3], ("421199103207", "石桥村")]), "--year", 2017
    )
    assert renamed.out == ["区划：新增0，变更1，未变3"]


@pytest.mark.django_db
def test_codes_as_numbers_and_a_title_above_are_read(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        [("区划代码", "名称", "城乡分类"), (421199000000, "云岭县", 111), ("421199103000", "七里坪镇", 121)],
        header=("云岭县行政区划", None),
        sheet="行政区划",
    )

    ended = import_workbook(path, "--year", 2017)

    assert (ended.status, ended.err) == (0, ["工作表“区划”中没有用到的列：城乡分类。"])
    assert [code for code, *_ in regions()] == ["421199000000", "421199103000"]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [*COUNTY, ("42119910320", "短")],
            ["区划!A6 “42119910320”：区划代码应为12位数字。请按统计用区划代码填写，并设为文本。"],
        ),
        (
            [*COUNTY, ("４２１１９９１０３２０８", "全角")],
            ["区划!A6 “４２１１９９１０３２０８”：区划代码应为12位数字。请按统计用区划代码填写，并设为文本。"],
        ),
        ([*COUNTY, ("000000000000", "零")], ["区划!A6 “000000000000”：区划代码 000000000000 不是有效的12位代码。请核对区划代码。"]),
        (
            [*COUNTY, ("421199104201", "松坡村")],
            ["区划!A6 “421199104201”：上级区划 421199104000 不在本表，也没有登记。请核对区划代码，或补上上级区划。"],
        ),
        (
            [*COUNTY, COUNTY[2]],
            [
                "区划!A4 “421199103206”：区划代码在本表出现多次。每个代码只能有一行，请删去重复的行。",
                "区划!A6 “421199103206”：区划代码在本表出现多次。每个代码只能有一行，请删去重复的行。",
            ],
        ),
        ([*COUNTY, ("421199103208", None)], ["区划!B6：“名称”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。"]),
        ([], ["区划：没有数据行。请在表头下面填写后再上传。"]),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_mistake_has_its_line_and_nothing_is_written(rows, lines, tmp_path):
    before = state_of_database()

    ended = import_workbook(workbook(tmp_path / "a.xlsx", rows), "--year", 2017)

    assert ended.err == [*lines, f"共{len(lines)}处问题，未写入任何数据。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before


@pytest.mark.django_db
def test_parent_that_is_registered_need_not_be_in_the_file(tmp_path):
    save_regions(regions=COUNTY[:2], actor=SYSTEM)

    ended = import_workbook(workbook(tmp_path / "a.xlsx", COUNTY[2:]), "--year", 2017)

    assert (ended.status, ended.out) == (0, ["区划：新增2，变更0，未变0"])


def test_administrator_reaches_only_the_own_county(office, tmp_path):
    make.user(Role.ADMINISTRATOR, office.village.parent, username="admin")
    path = workbook(tmp_path / "a.xlsx", [("421199103208", "枫树坳村"), ("421199104000", "松坡镇")])
    before = state_of_database()

    ended = import_workbook(path, "--year", 2017, "--user", "admin")

    assert ended.err == [
        "区划!A3 “421199104000”：不是您可以管理的区划。请核对区划代码，或联系上级调整权限。",
        "共1处问题，未写入任何数据。",
    ]
    assert state_of_database() == before
    path = workbook(tmp_path / "b.xlsx", [("421199103208", "枫树坳村")])
    assert import_workbook(path, "--year", 2017, "--user", "admin").status == 0


def test_who_imports_villages_may_not_import_regions(office, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [("421199103208", "枫树坳村")])

    ended = import_workbook(path, "--year", 2017, "--user", "township")

    assert (ended.status, ended.err) == (1, ["您没有导入“行政区划”的权限。"])
    with pytest.raises(Refused, match="您没有在万田畈村导入“行政区划”的权限。"):
        import_file(
            path, importer=IMPORTERS["regions"], region=office.village, year=2017, actor=office.township
        )


def test_without_the_guard_the_township_would_write_regions(office, tmp_path, monkeypatch):
    """The negative control of the right that each kind names."""
    path = workbook(tmp_path / "a.xlsx", [("421199103208", "枫树坳村")])
    for module in ("fupin.domain.imports", "fupin.domain.regions", "fupin.interfaces.regions"):
        monkeypatch.setattr(f"{module}.may", lambda *_: True)

    assert import_workbook(path, "--year", 2017, "--user", "township").status == 0
