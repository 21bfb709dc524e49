"""The tables of docs/ that come from declarations: `python -m tests.docs.tables` writes them anew.

A table stands between two marks in its page, so that a person reads it in place and a test compares it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MARK = "<!-- generated: {name} -->\n{body}\n<!-- end: {name} -->"


def sheets_table() -> str:
    """The columns of every workbook that can be imported."""
    from fupin.domain.imports import IMPORTERS

    lines = []
    for importer in IMPORTERS.values():
        book = importer.book.describe()
        lines += [f"### {book['title']} (`--kind {book['kind']}`)", ""]
        for sheet in book["sheets"]:
            also = f", also {'、'.join(sheet['aliases'])}" if sheet["aliases"] else ""
            lines += [f"Sheet **{sheet['name']}**{also}:", ""]
            lines += [
                "| column | also read as | name | required | kind | accepted | note |",
                "|" + "---|" * 7,
            ]
            lines += [_column_row(column) for column in sheet["columns"]]
            lines.append("")
    return "\n".join(lines).strip()


def _column_row(column: dict[str, object]) -> str:
    header = f"{column['label']}（{column['unit']}）" if column["unit"] else column["label"]
    allowed = column["allowed"]
    accepted = "、".join(allowed[:7]) + (f" … ({len(allowed)})" if len(allowed) > 7 else "")
    cells = [
        header,
        "、".join(column["aliases"]),
        f"`{column['name']}`",
        "yes" if column["required"] else "",
        column["kind"],
        "；".join(filter(None, (column["rule"], accepted))),
        column["help"],
    ]
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def roles_table() -> str:
    """Role by action, as fupin.access.MAY has it."""
    from fupin.access import MAY, Action, Role

    lines = [f"| 角色 | {' | '.join(action.label for action in Action)} |", "|---" * (len(Action) + 1) + "|"]
    for role in Role:
        cells = ("✓" if action in MAY[role] else "" for action in Action)
        lines.append(f"| {role.label} | {' | '.join(cells)} |")
    return "\n".join(lines)


#: Page and mark of each table.
TABLES = {("sheets.md", "sheets"): sheets_table, ("roles.md", "roles"): roles_table}


def written(page: str, name: str) -> str:
    """What stands between the marks of a page."""
    pattern = re.escape(MARK).replace(r"\{name\}", name).replace(r"\{body\}", "(.*?)")
    found = re.search(pattern, (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/{page} has no marks for {name}"
    return found[1]


def main() -> None:
    """Write every table into its page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    for (page, name), table in TABLES.items():
        path = DOCS / page
        old, new = (MARK.format(name=name, body=body) for body in (written(page, name), table()))
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    main()
