"""Figures: a number of a report, declared once.

The declaration (declare.py) gives the number (measure.py), the list behind it, its definition, and its place
in a sentence (reports/wording). docs/figures.md explains the shape.
"""
