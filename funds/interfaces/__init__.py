"""Sheets, forms, lists and pages of this room."""
