"""The resource: what a model's pages are, in one class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import django_filters
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from fupin.access import Action, Actor, may
from fupin.domain.rows import remove_row
from fupin.models import Placed
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import editing, exports, lists, views
from fupin.resource.attachments import AttachView, attachments_of
from fupin.resource.buttons import Button
from fupin.resource.forms import RowForm
from fupin.resource.history import HistoryView
from fupin.resource.reveal import RevealView, reveal_buttons
from fupin.resource.tables import RowTable, table_for
from fupin.resource.values import display, exported
from fupin.scope import Scoped, ScopedQuerySet
from fupin.sheets.columns import Column


@dataclass
class Panel:
    """A part of a row's page: pairs of label and value, or a table."""

    title: str
    rows: list[tuple[str, Any, str]] = field(default_factory=list)
    table: RowTable | None = None
    html: SafeString | str = ""
    actions: list[Button] = field(default_factory=list)
    empty: str = ""
    #: Labels of the rows that take the whole width, for their text may have lines.
    wide: frozenset[str] = frozenset()


#: The resources that have pages, by name.
BY_NAME: dict[str, Resource] = {}


class Resource:
    """Pages of one model at a place. Attributes declare; methods are the seams where a model differs."""

    #: The rows' model.
    model: ClassVar[type[Scoped]]
    #: URL segment, and first half of the route names: "households" -> households_list, households_detail ...
    name: ClassVar[str]
    #: Heading and menu entry; the model's plural name if empty.
    label: ClassVar[str] = ""
    #: Field by which a URL names a row.
    lookup: ClassVar[str] = "pk"
    #: Fields of the list, when table_class is not given; the first leads to the row's page.
    list_columns: ClassVar[tuple[str, ...]] = ()
    table_class: ClassVar[type[RowTable] | None] = None
    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None
    #: Edits a row; without one there is no edit page.
    form_class: ClassVar[type[RowForm] | None] = None
    #: Its page, where it is more than the form.
    edit_view: ClassVar[type[editing.EditView]] = editing.EditView
    #: Whether rows are created on a page of their own, with form_class, or a form that asks for more.
    creates: ClassVar[bool] = False
    create_form_class: ClassVar[type[RowForm] | None] = None
    #: What is said at a place where they are not.
    created_where: ClassVar[str] = "按村登记，请先在页面上方选择一个村"
    #: Whether a row that was entered by mistake can be deleted.
    removes: ClassVar[bool] = False
    #: What is locked before a row that is saved, by attributes from the row: the order of the domain's function.
    locks_first: ClassVar[tuple[str, ...]] = ()
    #: The right to create, edit and delete.
    edit_action: ClassVar[Action] = Action.EDIT
    #: Columns of the exported list; without any there is no export.
    export_columns: ClassVar[tuple[Column, ...]] = ()
    #: Name of its sheet: what the list is imported by, where it can be.
    export_name: ClassVar[str] = "Sheet1"
    #: Those of its columns whose sum says something: an exported list has it in a 合计 row.
    summed: ClassVar[tuple[str, ...]] = ()
    #: Whether files may be attached to a row; the model is then one of Attachment.targets.
    attaches: ClassVar[bool] = False
    #: Whether a row's page may show the numbers of people in full, to those with the right and a purpose.
    reveals: ClassVar[bool] = False
    #: Sheets of paper that the list is printed on: label and route of each; what is filtered is printed.
    prints: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: Further files of the listed rows: a button's label and the route.
    takes: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: Panels that other rooms add to the row's page: functions (place, row, actor) -> Panel.
    extra_panels: ClassVar[list[Any]] = []
    #: Rows of other rooms whose changes its history tells too: functions (row, actor) -> [Trail].
    extra_trails: ClassVar[list[Any]] = []

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.label = cls.label or str(cls.model._meta.verbose_name_plural)
        cls.extra_panels, cls.extra_trails = [], []

    # --- reads ---

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """The rows at the place that the actor may see, with what list and page show of them.

        Those of the place's year, or of the years from a first to a last.
        """
        rows = self.model.objects.visible_to(actor).filter(place.holds(self.model, years))
        columns = (self.model._meta.get_field(name) for name in self.list_columns)
        related = [column.name for column in columns if column.is_relation]
        return rows.select_related(*related) if related else rows

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Label and value of the sums shown above the list; how many rows there are is said below it."""
        return []

    def above(self, actor: Actor, place: Place) -> SafeString | str:
        """What stands above the list, about the place as a whole."""
        return ""

    def record(self, row: Any) -> dict[str, Any]:
        """The row's values by column name, for the exported list; what is empty is None."""
        return {column.name: exported(row, column.name) for column in self.export_columns}

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """The parts of the row's page."""
        return [Panel("基本信息", list(self.attributes(row)))]

    def trails(self, actor: Actor, row: Any) -> list[Trail]:
        """The rows whose changes the history of a row tells: the row itself."""
        return [Trail(type(row), [row.pk])]

    def attachment_panels(self, request: HttpRequest, place: Place, row: Any) -> list[Panel]:
        """The row's files, if it may have any."""
        return [Panel("附件", html=attachments_of(request, self, place, row))] if self.attaches else []

    def attributes(self, row: Any, names: Iterable[str] = ()) -> Iterable[tuple[str, Any, str]]:
        """Label, displayed value and remark of some fields (all editable ones by default)."""
        own = [f.name for f in row._meta.concrete_fields if f.editable and not f.primary_key]
        for name in list(names) or own:
            yield str(row._meta.get_field(name).verbose_name), display(row, name), ""

    # --- writes ---

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Hand what the form says to the domain; returns the row. Raises Refused."""
        raise NotImplementedError

    def remove(self, *, row: Any, actor: Actor) -> None:
        """Delete a row that was entered by mistake. Raises Refused."""
        remove_row(row=row, actor=actor, action=self.edit_action)

    def warnings(self, row: Any) -> list[str]:
        """What whoever has saved the row should look at again."""
        return []

    # --- pages ---

    def table(self) -> type[RowTable]:
        """The list's table class."""
        return self.table_class or table_for(self.model, self.list_columns, link=self.list_columns[0])

    def key_of(self, row: models.Model) -> Any:
        """What names the row in a URL."""
        return getattr(row, self.lookup)

    def detail_url(self, place: Place, row: models.Model) -> str:
        """The row's page, in the row's own year."""
        place = Place(place.region, getattr(row, "year", place.year))
        return place.url(f"{self.name}_detail", key=self.key_of(row))

    def creates_at(self, place: Place) -> bool:
        """Whether rows are created here; those of a village in the village alone."""
        return self.creates and (place.region.is_village or not issubclass(self.model, Placed))

    def why_locked(self, place: Place, row: Any = None) -> str:
        """Why the row, or a new one, cannot be written: whoever has the village's year, in a sentence; else ""."""
        if not issubclass(self.model, Placed):
            return ""
        return (place.of(row) if row is not None and row.pk else place).why_locked

    def list_buttons(self, actor: Actor, place: Place) -> list[Button]:
        """What can be done from the list; only what the actor may do here."""
        if not self.creates_at(place) or not may(actor, self.edit_action, place.region.code):
            return []
        if self.why_locked(place):
            return []
        return [Button("新增", place.url(f"{self.name}_create"), "primary")]

    def detail_buttons(self, actor: Actor, place: Place, row: Any) -> list[Button]:
        """What can be done from the row's page; only what the actor may do here."""
        # The right is asked for the place, as the pages behind the buttons do: it covers the row's village.
        key, code = self.key_of(row), place.region.code
        buttons = []
        may_edit = may(actor, self.edit_action, code) and not self.why_locked(place, row)
        if self.form_class and may_edit:
            buttons.append(Button("修改", place.url(f"{self.name}_edit", key=key), "primary"))
        if may(actor, Action.HISTORY, code):
            buttons.append(Button("修改记录", place.url(f"{self.name}_history", key=key)))
        if self.removes and may_edit:
            buttons.append(Button("删除", place.url(f"{self.name}_remove", key=key), "danger"))
        return buttons

    def reveal_buttons(self, request: HttpRequest, place: Place, row: Any) -> list[Button]:
        """The button that shows the row's numbers in full, if it may be."""
        return reveal_buttons(request, self, place, row) if self.reveals else []

    def urls(self) -> list[URLPattern]:
        """The routes of the pages that the declaration asks for."""
        BY_NAME[self.name] = self
        base, key = f"<region:region>/<year:year>/{self.name}/", "<int:key>/"
        routes = [
            (True, "", "list", lists.ListView),
            (True, key, "detail", views.DetailView),
            (True, f"{key}history/", "history", HistoryView),
            (self.attaches, f"{key}attach/", "attach", AttachView),
            (self.reveals, f"{key}reveal/", "reveal", RevealView),
            (self.export_columns, "export/", "export", exports.ExportView),
            (self.export_columns and self.reveals, "export/full/", "export_full", exports.FullExportView),
            (self.form_class, f"{key}edit/", "edit", self.edit_view),
            (self.creates, "new/", "create", editing.CreateView),
            (self.removes, f"{key}remove/", "remove", editing.RemoveView),
        ]
        return [
            path(f"{base}{url}", view.as_view(resource=self), name=f"{self.name}_{verb}")
            for wanted, url, verb, view in routes
            if wanted
        ]
