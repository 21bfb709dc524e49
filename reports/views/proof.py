"""The proof sheet of a place and year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.access import Action
from fupin.views.base import PlacedView
from reports.interfaces.proof import groups_of, villages_of
from reports.queries.proof import proof_of


class ProofView(PlacedView):
    """勾稽表: what must tie, whether it does, and where to look; villages in which something does not tie come first."""

    action = Action.REPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        proof = proof_of(self.place, request.user)
        villages = villages_of(proof)
        context = {
            "place": self.place,
            "groups": groups_of(proof.lines),
            "known": sum(line.is_known for line in proof.lines),
            "wrong": len(proof.wrong),
            "villages": villages,
            "looked_at": proof.villages,
            "village_lines": proof.village_lines,
        }
        return render(request, "reports/proof.html", context)
