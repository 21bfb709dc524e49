"""Workbooks in and out: a column is declared once, and reads, writes and documents itself.

The package knows no model. Nothing is imported here on purpose: `fupin.sheets.child` runs in a process of its own
that must start fast and without Django.
"""
