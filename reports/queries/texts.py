"""A village's own words: read for its summary, with the figures in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from fupin.refusals import Refused
from reports.chapters import Chapter
from reports.figures.window import Window
from reports.models import SectionText
from reports.wording.grammar import OWN_WORDS, Paragraph, Text, WordedSection, Wording, paragraph
from reports.wording.saying import Names, figures_of

#: The name of each section's own words in a wording.
OWN = {f"{OWN_WORDS}{chapter.value}": chapter for chapter in Chapter}


def paragraphs_of(text: str, names: Names, words: Mapping[str, str], window: Window) -> list[Paragraph]:
    """A text's lines as paragraphs. Raises Refused for a figure that there is not, or a clause left open.

    A village's own words have no place for a village's own words.
    """
    words = {name: word for name, word in words.items() if name not in OWN}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    read = [paragraph(line, number) for number, line in enumerate(lines, start=1)]
    figures_of(Wording((), (WordedSection("", tuple(read)),)), names, words, window)
    return read


def own_words(window: Window, names: Names, words: Mapping[str, str]) -> dict[str, list[Paragraph]]:
    """A village's paragraphs by the name of their place. One query; none above a village.

    What no longer holds (a figure that was taken away) is said as it stands.
    """
    found: dict[str, list[Paragraph]] = defaultdict(list)
    if not window.region.is_village:
        return found
    rows = SectionText.objects.unscoped("the right to report was checked").filter(
        region=window.region, year=window.last
    )
    for chapter, text in rows.values_list("chapter", "text"):
        try:
            read = paragraphs_of(text, names, words, window)
        except Refused:
            read = [(Text(line),) for line in text.splitlines() if line.strip()]
        found[f"{OWN_WORDS}{chapter}"] += read
    return found
