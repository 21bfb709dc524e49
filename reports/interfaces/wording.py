"""The page on which a county words its reports: its form, the figures to choose from, where a preview is made."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from django import forms

from fupin.access import Action, Actor
from fupin.models import Ledger, Level, Region
from fupin.resource.forms import TypedText
from fupin.scope import ScopedQuerySet
from reports.figures.window import PROGRAMME_START, Window
from reports.models import Era, era_of
from reports.models.wording import NOTE_LENGTH
from reports.queries.catalogue import describe_names
from reports.queries.summary import window_of

#: How many versions the page lists; older ones are still reached by their number.
VERSIONS_SHOWN = 50
#: What has accumulated is told from this year on, as on the summary's own page.
FIRST_SINCE = PROGRAMME_START


class WordingForm(TypedText, forms.Form):
    """A wording as it is typed. Its length is the domain's matter: a browser would cut off what is pasted."""

    text = forms.CharField(
        label="措辞",
        strip=False,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        error_messages={"required": "请填写措辞；要用系统自带措辞，请点“恢复系统自带措辞”。"},
    )
    note = forms.CharField(
        label="修改说明",
        required=False,
        max_length=NOTE_LENGTH,
        help_text="可不填。写给以后看版本记录的人，如：按县里统一格式调整。",
    )
    village = forms.ChoiceField(label="预览用的村", required=False)
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, villages: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_township = groupby(villages, key=lambda village: village.parent.name if village.parent else "")
        self.fields["village"].choices = [
            (name, [(village.code, village.name) for village in group]) for name, group in by_township
        ]

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the text; the script then marks the line that the sentence names."""
        self.add_error("text", sentence)
        if found := re.match(r"第(\d+)行", sentence):
            self.fields["text"].widget.attrs["data-line"] = found[1]

    @property
    def wrong_line(self) -> str:
        """The line that the refusal names, as it was typed; "" if it names none."""
        number = int(self.fields["text"].widget.attrs.get("data-line", 0))
        lines = (self["text"].value() or "").splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


def preview_year(county: Region, era: Era, year: int, actor: Actor) -> int:
    """The year whose rows a preview shows: the page's own if the era speaks of it, else the newest that it does.

    Where no year of the era has rows, those of the page's year have to do.
    """
    ledgers = Ledger.objects.visible_to(actor, Action.REPORT).filter(
        region__code__startswith=county.prefix, state=Ledger.State.ROWS
    )
    filled = set(ledgers.order_by().values_list("year", flat=True).distinct())
    return max((y for y in filled if era_of(y) == era), key=lambda y: (y == year, y), default=year)


def preview_villages(county: Region, year: int, actor: Actor) -> ScopedQuerySet:
    """The villages of a county that have rows in a year."""
    ledgers = Ledger.objects.visible_to(actor, Action.REPORT).filter(year=year, state=Ledger.State.ROWS)
    villages = Region.objects.visible_to(actor, Action.REPORT).select_related("parent")
    return villages.filter(
        code__startswith=county.prefix, level=Level.VILLAGE, pk__in=ledgers.values("region")
    )


def preview_window(village: Region, year: int) -> Window:
    """What a preview looks at: one year."""
    return window_of(village, first=year, last=year, since=min(FIRST_SINCE, year))


def figure_groups(kind: str) -> list[dict[str, Any]]:
    """The names that a wording may use, by what they are made of."""
    groups = groupby(describe_names(kind), key=lambda named: named.group)
    return [{"title": title, "names": list(names)} for title, names in groups]


def era_choices(era: Era) -> list[dict[str, Any]]:
    """The eras as a choice."""
    return [{"value": e.value, "label": e.label, "current": e == era} for e in Era]
