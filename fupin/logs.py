"""Logs hold no personal numbers, and nobody writes a line of them but the program."""

import logging
import re

from fupin.numbers import mask_in_text

#: What ends a line, moves a terminal's cursor or turns the direction of what follows.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class MaskNumbers(logging.Filter):
    """Masks whatever looks like a personal number, card or phone before a record is written, as one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's message by its masked form, control characters written out; keep every record."""
        record.msg, record.args = one_line(mask_in_text(record.getMessage())), None
        return True


def one_line(text: str) -> str:
    """A text for a log or a terminal, with control characters written out: 甲\\n乙."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
