"""Logs hold no personal numbers."""

import logging

from fupin.numbers import mask_in_text


class MaskNumbers(logging.Filter):
    """Masks whatever looks like a personal number, card or phone before a record is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's message by its masked form; keep every record."""
        record.msg, record.args = mask_in_text(record.getMessage()), None
        return True
