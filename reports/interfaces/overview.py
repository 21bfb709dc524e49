"""A place's first page."""

from __future__ import annotations

from typing import Any

from fupin.access import Action, Actor, may
from fupin.ledgers import LEDGERS, LISTS
from fupin.models import ImportRun, Ledger, RegionYear
from fupin.place import Place
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
        ("贫困户", place.url("households_list"), Action.VIEW),
        ("家庭成员", place.url("members_list"), Action.VIEW),
        ("到户措施与资金", place.url("benefits_list"), Action.VIEW),
        ("到村项目", place.url("projects_list"), Action.VIEW),
        ("工作台账", place.url("work_list"), Action.VIEW),
        ("导入工作簿", place.url("import"), Action.IMPORT),
    ]
    if place.region.is_village:
        links.insert(0, ("村年度总结", place.url("summary", kind="village"), Action.REPORT))
    return {
        "tiles": tiles,
        "todos": _todos(place, actor),
        "ledgers": _ledgers(place, actor),
        "links": [{"label": label, "url": url} for label, url, action in links if may(actor, action, code)],
    }


def _todos(place: Place, actor: Actor) -> list[dict[str, Any]]:
    """What waits: villages whose year is not opened or without a roster, imports that were refused."""
    code = place.region.code
    todos = []
    if place.region.is_village and may(actor, Action.EDIT, code):
        state = RegionYear.objects.visible_to(actor).filter(region=place.region, year=place.year).first()
        if state is None:
            todos.append(
                {
                    "label": f"{place.year}年度尚未开设，请联系县级办公室",
                    "url": place.url("places"),
                    "count": None,
                }
            )
        elif state.state != RegionYear.State.OPEN:
            todos.append(
                {
                    "label": f"{place.year}年度{state.get_state_display()}，不能修改",
                    "url": place.url("overview"),
                    "count": None,
                }
            )
    if may(actor, Action.IMPORT, code):
        refused = ImportRun.objects.visible_to(actor).filter(
            place.holds(ImportRun),
            year=place.year,
            state=ImportRun.State.REFUSED,
            actor=getattr(actor, "pk", None),
        )
        if count := refused.count():
            todos.append({"label": "有问题未导入的文件", "url": place.url("import"), "count": count})
    return todos


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
    can_declare = may(actor, Action.EDIT, place.region.code)
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
