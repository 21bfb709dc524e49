"""Which text fields there are, found from the models, and where what stands in each is tested."""

from __future__ import annotations

from django import forms
from django.apps import apps
from django.db import models

from funds.interfaces.resources import RESOURCES as OF_FUNDS
from fupin.resource import Resource
from households.interfaces.resources import RESOURCES as OF_HOUSEHOLDS
from reports.interfaces.resources import TEXTS
from tests.structure.sources import ROOMS

RESOURCES: dict[str, Resource] = {r.name: r for r in (*OF_HOUSEHOLDS, *OF_FUNDS, TEXTS)}

#: Fields in which no text of a person's choice can stand, with the reason.
CLOSED = {
    "fupin.Region.code": "twelve digits",
    "fupin.User.password": "a hash",
    "fupin.Attachment.file": "a path made of the digest",
    "fupin.Attachment.sha256": "a digest",
    "fupin.Ledger.kind": "a kind that an app declares",
    "fupin.Job.kind": "a kind that an app declares",
    "fupin.Job.arguments": "codes, years, paths and queries; of an export also its title and purpose, as in ExportLog",
    "fupin.SentForm.digest": "a digest",
    "fupin.SentForm.url": "a path of ours",
    "fupin.Draft.form": "a resource's name and a key of ours",
    "fupin.Draft.base": "what a form showed; compared, and said on its page as the field itself",
    "fupin.Draft.typed": "what a form was sent, shown in that form alone: tests/editing/test_drafts.py",
    "fupin.ImportRun.kind": "a kind that an app declares",
    "fupin.ImportRun.digest": "a digest",
    "fupin.ImportRun.counts": "numbers by the names of our own sheets",
    "fupin.ImportRun.stored": "a path made of the digest",
    "fupin.ImportRun.shown": "a digest",
    "fupin.ImportRun.shown_of": "names of our tables and numbers",
    "reports.VillageFigure.code": "a figure's code",
    "reports.BlankForm.file": "a path made of the digest",
    "reports.BlankForm.sha256": "a digest",
    "reports.BlankForm.said": "headings as compared, shown nowhere, and figures' codes",
    "reports.VillageFold.digest": "a digest",
    "fupin.ImportLine.label": "the names of our own rows",
    "fupin.ColumnMatch.kind": "a kind that an app declares",
    "fupin.ColumnMatch.sheet": "the name of a sheet of ours",
    "fupin.ColumnMatch.shape": "a digest",
    "fupin.ColumnMatch.columns": "headers as compared, shown nowhere; the page shows the run's own",
    "fupin.SavedView.list": "the name of a resource",
    "fupin.SavedView.query": "an address's query, written anew; test_views.py",
    "fupin.ExportLog.query": "labels of ours, and what was asked for as a list's own box of search has it",
    "fupin.ExportLog.columns": "headings of ours",
    "fupin.ExportLog.digest": "a digest",
    "fupin.ExportLog.revealed": "names of models and keys",
    "fupin.Reveal.rows": "names of models and keys",
    "households.Household.number": "4 to 20 digits, Latin letters and hyphens",
    "households.Person.pinyin": "Latin letters made of the name",
    "households.Person.initials": "Latin letters made of the name",
    "households.Person.id_number": "18, 20 or 22 characters with a check",
    "households.Person.id_number_key": "a hash",
    "households.Person.id_number_tail": "four characters of the number",
    "households.HouseholdYear.phone": "a checked number",
    "households.HouseholdYear.bank_account": "8 to 30 digits",
    "households.Membership.phone": "a checked number",
    "households.Helper.phone": "a checked number",
    "households.Act.rows": "codes, ids and dates of ours; shown nowhere",
    "funds.FundSum.at": "nine digits",
    "funds.FundSum.owner": "twelve digits",
    "funds.FundSum.category": "two digits",
    "funds.FundSum.source": "written by the database alone: what stands in Project.source",
    "reports.NarrativeTemplate.kind": "a kind of report",
    "reports.Report.kind": "a kind of report",
    "reports.Report.part": "a half-year or a quarter",
    "reports.Report.approved": "a digest",
    "reports.Seal.digest": "a digest",
    "reports.Seal.events": "names of our tables and numbers",
    "reports.SealedFile.format": "a code of ours",
    "reports.SealedFile.name": "the report's title, as the live file is called; test_files.py",
    "reports.YearFigures.digest": "a digest",
    "reports.YearFigures.events": "names of our tables and numbers",
}


def label_of(field: models.Field) -> str:
    """A field as the tables above name it."""
    return f"{field.model._meta.label}.{field.name}"


def holds_text(field: models.Field) -> bool:
    """Whether a text can stand in a field, but for one of a list."""
    kinds = (models.CharField, models.TextField, models.FileField, models.JSONField)
    return isinstance(field, kinds) and not field.choices


def text_fields() -> set[str]:
    """The fields of the product's models that hold text, audit tables apart."""
    own = (m for m in apps.get_models() if m._meta.app_label in ROOMS and not hasattr(m, "pgh_tracked_model"))
    return {label_of(field) for model in own for field in model._meta.concrete_fields if holds_text(field)}


def typed_in(resource: Resource) -> list[models.Field]:
    """The text fields of a resource's model that its form lets a user fill."""
    if resource.form_class is None:
        return []
    fields = resource.form_class.base_fields
    return [
        field
        for field in resource.model._meta.concrete_fields
        if holds_text(field) and type(fields.get(field.name)) is forms.CharField
        and label_of(field) not in CLOSED
    ]  # fmt: skip


#: The resources with a form that takes text, and their fields.
TYPED = {name: fields for name, resource in RESOURCES.items() if (fields := typed_in(resource))}
