"""The township's project summary: the paper's numbers of 2018, entered as 19 projects, in every format."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from funds.library import ProjectCategory, StepKind, TenderWay
from funds.models import Project, ProjectStep
from fupin.access import SYSTEM
from fupin.models import RegionYear
from fupin.place import Place
from fupin.refusals import Refused
from reports.interfaces.files import FORMATS
from reports.queries.summary import build_summary, window_of
from tests import factories as make

pytestmark = pytest.mark.django_db
K, C = StepKind, ProjectCategory
#: Days of the steps in the half-year.
DAYS = {
    K.PROPOSED: (1, 8), K.CHECKED: (1, 12), K.ASSESSED: (1, 20), K.ADMITTED: (2, 1), K.APPROVED: (2, 20),
    K.TENDERED: (3, 10), K.STARTED: (3, 20), K.COMPLETED: (6, 20), K.ACCEPTED: (7, 15),
}  # fmt: skip


def a_project(
    village: Any, name: str, category: str, length: str | None, wan: str, last: StepKind, **more: Any
) -> Project:
    """A project of 2018 with its steps up to one, written as a set."""
    project = make.LibraryProjectFactory(
        region=village, year=2018, name=name, category=category, quantity=length and Decimal(length),
        unit="公里" if length else "", amount=Decimal(wan) * 10_000, plan_start=None, plan_finish=None, **more,
    )  # fmt: skip
    kinds = list(DAYS)
    ProjectStep.objects.bulk_create(
        ProjectStep(
            project=project, region=village, year=2018, kind=kind, on=date(2018, *DAYS[kind]), document="云扶〔2018〕1号",
            amount=project.amount, way=TenderWay.TENDER,
        )
        for kind in kinds[: kinds.index(last) + 1]
    )  # fmt: skip
    return project


@pytest.fixture
def paper(world: Any) -> Any:
    """17 projects of 10.536 km and 933.87 万元: 3 extensions, 2 bridges, 12 others; and 2 roads made safe."""
    for village in (world.a, world.b):
        RegionYear.objects.create(region=village, year=2018)
    for number, (length, wan) in enumerate((("0.5", "20"), ("0.408", "16.32"), ("0.4", "16")), start=1):
        a_project(world.a, f"第{number}段扩面延伸", C.ROAD_EXTENSION, length, wan, K.COMPLETED)
    for number, wan in enumerate(("150", "140"), start=1):
        a_project(world.b, f"第{number}座危桥改造", C.BRIDGES, None, wan, K.COMPLETED)
    for number in range(1, 12):
        a_project(world.b, f"第{number}条通组路", C.ROADS, "0.75", "50", K.COMPLETED)
    a_project(
        world.a, "道路加宽硬化", C.ROADS, "0.978", "41.55", K.STARTED, site="村主干道至三组、四组"
    )  # 9.228 km and 591.55 万元 of others
    a_project(world.a, "甲村道路防护", C.ROAD_SAFETY, "1.5", "22.5", K.COMPLETED)
    a_project(world.b, "乙村道路防护", C.ROAD_SAFETY, "1.028", "15.4", K.COMPLETED)
    # Neither has landed in the half-year.
    a_project(world.a, "待实施的桥", C.BRIDGES, None, "7", K.APPROVED)
    return window_of(world.township, first=2018, last=2018, since=2018, part="H1")


WORDS = (
    "七里坪镇2018年上半年到村项目建设情况总结",
    "2018年上半年，从项目库落地项目17个，里程10.536公里，投资933.87万元。",
    "其中，道路扩面延伸3个，1.308公里，投资52.32万元。",
    "危桥改造2个，投资290万元。",
    "实行招投标的17个，占落地项目的100%。",
    "截至2018年6月底，落地项目中已竣工16个，在建1个。",
    "在建的项目：道路加宽硬化（甲村，村主干道至三组、四组）0.978公里，投资41.55万元。",
    "2018年上半年，实施生命安全防护工程2个，里程2.528公里，投资37.9万元，已竣工2个。",
    "（一）调整项目库。已入库待实施的项目1个：待实施的桥（甲村）。",
    "（二）抓好在建项目。待竣工的项目1个：道路加宽硬化（甲村，村主干道至三组、四组）。",
    "（三）组织验收和审计。待验收的项目18个：",
)


def test_the_papers_numbers_stand_in_every_format(paper: Any) -> None:
    summary = build_summary(kind="projects", window=paper, actor=SYSTEM)
    files = {code: format.render(summary, SYSTEM) for code, format in FORMATS.items()}
    word = "\n".join(p.text for p in Document(io.BytesIO(files["docx"])).paragraphs)
    texts = {
        "text": files["text"].decode(),
        "json": json.dumps(json.loads(files["json"]), ensure_ascii=False),
        "docx": word,
    }
    for words in WORDS:
        for code, text in texts.items():
            if code != "json" or words != WORDS[0]:
                assert words in text, (code, words, text)
    document = json.loads(files["json"])
    assert document["period"] == "2018H1"
    figures = {f["code"]: f for section in document["sections"] for f in section["figures"]}
    assert {code: (figures[code]["value"], figures[code]["rows"]) for code in (
        "landed.count", "landed.length", "landed.amount", "extension.length", "safety.amount", "unfinished.count",
    )} == {
        "landed.count": (17, 17), "landed.length": (10.536, 17), "landed.amount": (933.87, 17),
        "extension.length": (1.308, 3), "safety.amount": (37.9, 2), "unfinished.count": (1, 1),
    }  # fmt: skip
    assert summary.remarks == []
    # Sixteen are read line by line, village by village; a name that says the village does not say it twice.
    assert "已竣工的项目：\n1. 第1段扩面延伸（甲村）；\n2. 第2段扩面延伸（甲村）；" in texts["docx"]
    assert "甲村道路防护；" in texts["text"] and "甲村道路防护（甲村）" not in texts["text"]
    beginning = next(p for p in Document(io.BytesIO(files["docx"])).paragraphs if p.text == "已竣工的项目：")
    assert beginning.paragraph_format.keep_with_next
    book = load_workbook(io.BytesIO(files["xlsx"]))
    heads = [cell.value for cell in book["到村项目"][3]]
    assert heads[:2] == ["乡镇", "行政村"] and "项目类型" in heads and "绩效目标" not in heads
    told = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {"933.87", "10.536", "37.9"} <= set(told)
    page = files["html"].decode()
    assert all(number in page for number in ("10.536公里", "933.87万元", "2.528公里"))


def test_a_number_leads_to_its_rows(paper: Any, personas: Any, client_of: Any, world: Any) -> None:
    client = client_of(personas["township"])
    place = Place(world.township, 2018)
    query = "?first=2018&last=2018&since=2018&part=H1"
    page = client.get(place.url("summary", kind="projects") + query)
    assert "落地项目" in page.content.decode() and "累计" not in page.content.decode()
    assert list(page.context["form"].fields) == ["first", "last", "part"]
    village = client.get(Place(world.a, 2017).url("summary", kind="village"))
    assert list(village.context["form"].fields) == ["first", "last", "since"]
    for code, rows in (
        ("landed.count", 17),
        ("safety.count", 2),
        ("to_accept.count", 18),
        ("waiting.count", 1),
    ):
        listed = client.get(place.url("figure_rows", code=code) + query)
        assert listed.status_code == 200
        assert len(listed.context["table"].rows) == rows, code


def test_what_happened_later_is_not_known_at_the_end(paper: Any, world: Any) -> None:
    project = Project.objects.unscoped("tests").get(name="道路加宽硬化")
    ProjectStep.objects.create(
        project=project, region=world.a, year=2018, kind=K.COMPLETED, on=date(2018, 7, 1), document="x"
    )
    half = build_summary(kind="projects", window=paper, actor=SYSTEM)
    whole = build_summary(
        kind="projects", window=window_of(world.township, first=2018, last=2018), actor=SYSTEM
    )
    values = [{r.figure.code: r.value for r in summary.results} for summary in (half, whole)]
    assert [v["unfinished.count"] for v in values] == [1, 0]
    second = window_of(world.township, first=2018, last=2018, part="H2")
    later = build_summary(kind="projects", window=second, actor=SYSTEM)
    assert {r.figure.code: r.value for r in later.results}["landed.count"] == 0


def test_a_half_year_is_for_what_counts_by_day(world: Any) -> None:
    with pytest.raises(Refused, match="村年度总结按整年编写，期间请写成 2017 或 2016..2017。"):
        build_summary(
            kind="village", window=window_of(world.a, first=2017, last=2017, part="Q2"), actor=SYSTEM
        )
    with pytest.raises(Refused, match="半年和季度只能是一个年度的"):
        window_of(world.a, first=2016, last=2017, part="Q2")
    with pytest.raises(Refused, match="项目建设总结按乡镇、县编写"):
        build_summary(kind="projects", window=window_of(world.a, first=2017, last=2017), actor=SYSTEM)


def test_the_villages_behind_the_numbers_are_said_once_a_section(
    paper: Any, personas: Any, client_of: Any, world: Any
) -> None:
    whole = build_summary(kind="projects", window=paper, actor=SYSTEM)
    make.village("421199103208", "丙村", year=2018)
    summary = build_summary(kind="projects", window=paper, actor=SYSTEM)
    # 生命安全防护 and the others alike: every figure is of the same ledger.
    assert [section.text.count("覆盖") for section in summary.sections] == [1, 1, 1, 1]
    first = summary.sections[0].text.splitlines()[0]
    assert (
        first == "2018年上半年，从项目库落地项目17个，里程10.536公里，投资933.87万元（本节数字覆盖2/3村）。"
    )
    without = [section.text.replace("（本节数字覆盖2/3村）", "") for section in summary.sections]
    assert without == [section.text for section in whole.sections]
    links = [[run.results for p in s.paragraphs for run in p if run.results] for s in summary.sections]
    assert [len(each) for each in links] == [
        len([run for p in section.paragraphs for run in p if run.results]) for section in whole.sections
    ]
    url = Place(world.township, 2018).url("summary", kind="projects")
    page = client_of(personas["township"]).get(f"{url}?first=2018&last=2018&part=H1").content.decode()
    assert page.count("覆盖2/3村") == 5 and "点数字看明细。数字覆盖2/3村。" in page
