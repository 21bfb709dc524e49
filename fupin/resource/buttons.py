"""Actions as objects: a button is drawn only where the role x action table allows its route."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """A link, or a form that posts, on a page."""

    label: str
    url: str
    style: str = ""
    method: str = "get"
    #: The answer is a file: the button may be pressed again.
    download: bool = False
