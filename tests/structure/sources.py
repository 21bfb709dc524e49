"""The product's sources, read as syntax trees."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("fupin", "households", "funds", "reports")


@cache
def modules() -> dict[str, Path]:
    """Every module of the product by dotted name; migrations apart, which Django writes."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(name: str, path: Path, known: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Each module of the product that a module imports, with the line; also inline and for types only."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # `from . import facts` stands for the package that the module lies in.
            above = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
            base = ".".join(above[: len(above) - node.level + 1]) if node.level else ""
            origin = ".".join(filter(None, (base, node.module)))
            # `from fupin.sheets import cells` names a module, `from fupin.models import Region` does not.
            targets = [
                f"{origin}.{alias.name}" if f"{origin}.{alias.name}" in known else origin
                for alias in node.names
            ]
        else:
            continue
        for target in targets:
            if target.split(".")[0] in ROOMS:
                yield target, node.lineno


def code_lines(path: Path) -> int:
    """Lines that say something: no blank line, comment or docstring."""
    text = path.read_text(encoding="utf-8")
    lines: set[int] = set()
    silent = {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
    }  # fmt: skip
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree_of(path)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return len(lines)


def templates() -> list[Path]:
    """Every template."""
    return sorted((ROOT / "templates").rglob("*.*"))


NOQA = re.compile(r"#\s*(?:ruff:\s*)?noqa:[^-\n]*PLC0415(?P<reason>.*)")
