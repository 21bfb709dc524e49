"""Wording: sentences apart from code, in a language of figures and optional clauses only.

    {poor:户人}                 a figure (or pair) in a format; the unit follows the number
    {place} {township} {last}   what the report is about
    [[，属{profile.key_village}]]  a clause that vanishes where one of its figures has nothing to say

A heading begins with "# " (title) or "## " (section); every other line that is not empty is a paragraph. There
are no conditions, calls or attributes: whoever may edit the wording can do nothing else with it.
"""
