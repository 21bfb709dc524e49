"""A place's first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils import timezone

from funds.interfaces.projects import waiting_for as projects_waiting_for
from fupin.access import Action, Actor, may
from fupin.ledgers import LEDGERS, LISTS
from fupin.models import ImportRun, Ledger, Level, Move
from fupin.models.review import WITH
from fupin.place import Place
from fupin.queries.review import steps_for, waiting_for, year_of
from fupin.resource.buttons import Button
from reports.figures import register
from reports.figures.measure import measure
from reports.queries.ledgers import ledgers_kept
from reports.queries.summary import window_of
from reports.wording.saying import coverage, said

#: Tiles: a pair is told in households with its people as the note.
TILES = (register.poor, register.not_exited, register.general, register.dibao, register.wubao)


def overview_context(place: Place, actor: Actor) -> dict[str, Any]:
    """Tiles, things to do, ledgers and links for a place, by what the actor may do."""
    code = place.region.code
    year = year_of(actor, place) if place.region.is_village else None
    tiles = []
    if may(actor, Action.REPORT, code):
        window = window_of(place.region, first=place.year, last=place.year)
        results = measure([figure for pair in TILES for figure in pair], window)
        for pair in TILES:
            households, people = (results[figure.code] for figure in pair)
            tiles.append(
                {
                    "label": pair.households.label.removesuffix("户数"),
                    "value": said(households, ""),
                    "unit": "户" if households.value is not None else "",
                    "note": said(people, "人") + coverage(people) if people.value is not None else "",
                    "url": place.url("figure_rows", code=pair.households.code)
                    if households.value is not None
                    else "",
                }
            )
    links = [
        ("数据看板", place.url("dashboard"), Action.REPORT),
        ("贫困户", place.url("households_list"), Action.VIEW),
        ("家庭成员", place.url("members_list"), Action.VIEW),
        ("到户措施与资金", place.url("benefits_list"), Action.VIEW),
        ("到村项目", place.url("projects_list"), Action.VIEW),
        ("工作台账", place.url("work_list"), Action.VIEW),
        ("导入工作簿", place.url("import"), Action.IMPORT),
    ]
    if place.region.is_village:
        links.insert(0, ("村年度总结", place.url("summary", kind="village"), Action.REPORT))
    if place.region.level in (Level.TOWNSHIP, Level.COUNTY):
        links.insert(0, ("年度总结", place.url("summary", kind="region"), Action.REPORT))
        links.insert(1, ("项目建设总结", place.url("summary", kind="projects"), Action.REPORT))
    return {
        "tiles": tiles,
        "todos": _todos(place, actor, year),
        "year": _year(place, year),
        "ledgers": _ledgers(place, actor),
        "links": [{"label": label, "url": url} for label, url, action in links if may(actor, action, code)],
    }


#: Imports that wait for whoever uploaded them.
WAITING_IMPORTS = {
    ImportRun.State.READY: "已比较、待确认写入的文件",
    ImportRun.State.REFUSED: "有问题未导入的文件",
}


def _todos(place: Place, actor: Actor, year: Any) -> list[dict[str, Any]]:
    """What waits for the actor: years to submit, review or accept, imports that were refused."""
    code = place.region.code
    todos = []
    progress = place.url("progress")
    if place.region.is_village:
        todos += _todos_of_village(place, actor, progress, year)
    todos += [
        {"label": waiting.label, "url": f"{progress}?state={waiting.state}", "count": waiting.count}
        for waiting in waiting_for(actor, place)
    ]
    todos += [
        {"label": f"{words}的项目", "url": url, "count": count}
        for words, count, url in projects_waiting_for(actor, place)
    ]
    if may(actor, Action.IMPORT, code):
        runs = ImportRun.objects.visible_to(actor).filter(
            place.holds(ImportRun),
            year=place.year,
            state__in=WAITING_IMPORTS,
            actor=getattr(actor, "pk", None),
        )
        found = dict(runs.order_by().values_list("state").annotate(Count("pk")))
        todos += [
            {"label": label, "url": place.url("import"), "count": found[state]}
            for state, label in WAITING_IMPORTS.items()
            if state in found
        ]
    return todos


def _todos_of_village(place: Place, actor: Actor, url: str, year: Any) -> Iterator[dict[str, Any]]:
    """What waits at a village: its own year for the clerk, what the clerk submitted for the township, and so on."""
    if not place.lock and may(actor, Action.EDIT, place.region.code):
        yield {"label": f"{place.year}年度尚未开设，请联系县级办公室", "url": url, "count": None}
    if year is None:
        return
    moves = {step.move for step in steps_for(actor, year)}
    due = f"，{year.due_on:%Y-%m-%d}前提交" if year.due_on else ""
    if Move.SUBMIT in moves:
        back = year.move in (Move.RETURN, Move.SEND_BACK)
        label = f"{place.year}年度被退回，请修改后再提交" if back else f"{place.year}年度录入中，完成后请提交"
        late = "（已逾期）" if year.is_late(timezone.localdate()) else ""
        yield {"label": f"{label}{due}{late}", "url": url, "count": None}
    if Move.PASS_ON in moves:
        yield {"label": f"{place.year}年度已提交，待审核", "url": url, "count": None}
    if Move.ACCEPT in moves:
        yield {"label": f"{place.year}年度已上报，待审核", "url": url, "count": None}


def _year(place: Place, year: Any) -> dict[str, Any] | None:
    """Where a village's year lies and what was said of it last."""
    if year is None:
        return None
    return {
        "state": year.get_state_display() + ("（乡镇审核中）" if year.review_opened_at else ""),
        "lies_with": WITH[year.state],
        "moved_at": year.moved_at,
        "is_late": year.is_late(timezone.localdate()),
        "due_on": year.due_on,
        "remark": year.remark,
        "by": year.moved_by,
        "url": place.url("progress"),
    }


def _ledgers(place: Place, actor: Actor) -> list[dict[str, Any]]:
    """The state of each ledger of a village, with the button that declares it nil; above, how many have it."""
    if not place.region.is_village:
        villages, kept = ledgers_kept(actor, place)
        return [
            {
                "label": label,
                "state": f"{kept.get(kind, 0)}/{villages}村",
                "url": place.url("ledger", kind=kind),
                "action": None,
            }
            for kind, label in LEDGERS.items()
        ]
    states = dict(
        Ledger.objects.visible_to(actor)
        .filter(region=place.region, year=place.year)
        .values_list("kind", "state")
    )
    can_declare = may(actor, Action.EDIT, place.region.code) and not place.why_locked
    return [
        {
            "label": label,
            "state": Ledger.State(states[kind]).label if kind in states else "无数据",
            "url": _list_of(place, kind) if states.get(kind) == Ledger.State.ROWS else "",
            "action": Button("零报告", place.url("declare_nil", kind=kind), method="post")
            if kind not in states and can_declare
            else None,
        }
        for kind, label in LEDGERS.items()
    ]


def _list_of(place: Place, kind: str) -> str:
    """Where the rows of a ledger are listed."""
    route, query = LISTS[kind]
    return f"{place.url(route)}?{query}" if query else place.url(route)
