"""What the pages about a county's wording share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from fupin.access import Action, may
from fupin.models import Level, Region
from fupin.queries.places import path_to
from fupin.views.base import PlacedView
from reports.models import Era, era_of
from reports.queries.summary import KINDS, Kind


class WordingPage(PlacedView):
    """A page about the wording of the county that the place lies in, in the vocabulary of one era."""

    action = Action.WORDING
    county: Region
    kind: Kind
    era: Era

    def enter(self) -> None:
        """Find the kind, the era (of the URL or the query, else of the place's year) and the county."""
        super().enter()
        said = self.kwargs.get("era") or self.request.GET.get("era", "")
        if self.kwargs["kind"] not in KINDS or ("era" in self.kwargs and said not in Era.values):
            raise Http404
        self.kind = KINDS[self.kwargs["kind"]]
        self.era = Era(said) if said in Era.values else era_of(self.place.year)
        county = next((r for r in path_to(self.place.region) if r.level == Level.COUNTY), None)
        if county is None:
            raise PermissionDenied("措辞按县编辑，请先选择一个县。")
        if not may(self.request.user, Action.WORDING, county.code):
            raise PermissionDenied
        self.county = county

    @property
    def wording(self) -> dict[str, Any]:
        """Whose wording it is, as the domain asks for it."""
        return {
            "region": self.county,
            "kind": self.kind.code,
            "era": self.era,
            "actor": self.request.user,
        }

    @property
    def editor_url(self) -> str:
        """The page on which this wording is edited."""
        return f"{self.place.url('wording', kind=self.kind.code)}?era={self.era}"

    def version_url(self, version: int) -> str:
        """The page of a version; 0 is the shipped wording."""
        return self.place.url("wording_version", kind=self.kind.code, era=self.era.value, version=version)
