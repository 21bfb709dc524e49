"""Forms of the level above: which there are, what of them is filled in, and with which numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from fupin.access import Action, Actor
from fupin.domain.job_files import keep_files
from fupin.models import Job, Level, Region, User
from fupin.place import Place
from fupin.queries.places import regions_below
from fupin.scope import ScopedQuerySet
from fupin.sheets.cells import Cell, Kind
from fupin.words import plain
from reports.blanks.grid import At, Grid, grids_of
from reports.blanks.names import Found, Vocabulary
from reports.blanks.plan import NAMED, Places, Plan, Target, plan_of
from reports.figures.declare import Figure, Measure
from reports.figures.measure import figures_of_places
from reports.figures.result import Result
from reports.figures.village import BASES
from reports.figures.window import year_window
from reports.models import BlankForm
from reports.wording.saying import NO_DATA

#: The job that fills one in.
JOB = "blank_form"
keep_files(JOB, folder="filled", ending=".xlsx")

Measured = dict[Target, dict[str, Result]]


def forms_of(actor: Actor, place: Place) -> ScopedQuerySet:
    """The forms that are kept at a place."""
    return BlankForm.objects.visible_to(actor, Action.IMPORT).filter(region=place.region)


def fillings_of(actor: User, form: BlankForm) -> QuerySet[Job]:
    """The actor's own fillings of a form, the newest first."""
    return Job.objects.filter(kind=JOB, actor=actor, arguments__form=form.pk).order_by("-pk")


def vocabulary(place: Place) -> Vocabulary:
    """All figures that a form may ask for at a place."""
    window = year_window(place.region, place.year)
    return Vocabulary([figure for base in BASES for figure in base.all_figures(window)], window)


def plan_for(form: BlankForm, place: Place) -> Plan:
    """Which cells of a form want which figure. One query."""
    below = (
        regions_below(Region.objects.unscoped("names of places are no secret"), place.region, place.year)
        .select_related("parent")
        .order_by("code")
    )
    return plan_of(
        grids_of(form.told), vocabulary(place), Places(place.region, list(below), place.year), form.said
    )


def measured_for(plan: Plan, place: Place) -> Measured:
    """The figures of everything that a form's rows and columns are for. The caller has checked the right to report."""
    figures = _asked(plan)
    own = Target(place.region, place.year)
    targets = plan.targets | ({own} if any(plan.worded.values()) else set())
    measured: Measured = {}
    for year in sorted({target.year for target in targets}):
        wanted = [target for target in targets if target.year == year]
        for level in sorted({target.region.level for target in wanted}):
            found = figures_of_places(figures, year_window(place.region, year), Level(level))
            measured |= {
                target: found[target.region.prefix]
                for target in wanted
                if target.region.level == level and target.region.prefix in found
            }
    return measured


def _asked(plan: Plan) -> list[Figure]:
    """The figures that a plan wants, in cells and amid words."""
    known = plan.known.by_code
    worded = {
        code for cells in plan.worded.values() for text in cells.values() for code in NAMED.findall(text)
    }
    return list(dict.fromkeys([*plan.figures, *(known[code] for code in sorted(worded & known.keys()))]))


@dataclass(frozen=True)
class Filled:
    """What is put into a form, and how many of its gaps stay empty for want of data."""

    cells: dict[str, dict[At, Cell]]
    count: int
    gaps: int


def filled(form: BlankForm, plan: Plan, measured: Measured, place: Place) -> Filled:
    """The cells of a form with their numbers. Where there is 暂无数据, a cell stays as it is: it is not 0."""
    cells: dict[str, dict[At, Cell]] = {}
    gaps = 0
    own = measured.get(Target(place.region, place.year), {})
    for grid in grids_of(form.told):
        here: dict[At, Cell] = {}
        for at, wanted in plan.cells.get(grid.name, {}).items():
            result = measured.get(wanted.target, {}).get(wanted.found.figure.code)
            cell = _cell(wanted.found, result, grid, at)
            if cell is None:
                gaps += 1
            else:
                here[at] = cell
        for at, text in plan.worded.get(grid.name, {}).items():
            here[at] = Cell(Kind.TEXT, NAMED.sub(lambda code: _said(own.get(code[1]), code[0]), text))
        cells[grid.name] = here
    return Filled(cells, sum(map(len, cells.values())), gaps)


def _cell(found: Found, result: Result | None, grid: Grid, at: At) -> Cell | None:
    """A number (or words) as it is written into a cell; a share as the cell's format wants it."""
    if result is None or result.value is None:
        return None
    if isinstance(result.value, str):
        return Cell(Kind.TEXT, result.value)
    number = found.number(result.value)
    if found.figure.measure is Measure.RATIO and found.figure.unit == "%" and at in grid.percent:
        number /= 100
    return Cell(Kind.NUMBER, format(number, "f"))


def _said(result: Result | None, written: str) -> str:
    """A figure amid words; what is none stays as it was written."""
    if result is None:
        return written
    return (
        NO_DATA
        if result.shown is None
        else result.shown
        if isinstance(result.shown, str)
        else plain(result.shown)
    )
