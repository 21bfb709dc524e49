"""What the tests of importing share: the reference workbook to edit, the two ways in, the state of the database."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from fupin.domain.jobs import run_next_job
from fupin.management.commands.import_workbook import Command
from fupin.models import ImportRun
from fupin.sheets.errors import SheetError

HEADER_ROW = 3
YEAR = 2017

#: Tables in which an import leaves its own traces, also one that changes nothing. The audit's context (who acts)
#: is written for a statement even where it touches no row, if the planner happens to ask for it first.
TRACES = {
    "fupin_job", "fupin_importrun", "fupin_importline", "django_session", "django_migrations", "axes_accesslog", "pghistory_context",
    # What the database adds up and marks by itself: tests/money/test_sums.py, tests/reports/test_figure_cache.py.
    "funds_fundsum", "reports_villagemark", "reports_villagefigure", "reports_villagefold",
}  # fmt: skip


def state_of_database() -> dict[str, str]:
    """A digest of every table of the register and its audit: equal digests, equal rows."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - TRACES)
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                f' FROM "{table}" t'
                for table in tables
            )
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit status and what it said, line by line."""

    status: int
    out: list[str]
    err: list[str]


def import_workbook(*arguments: object) -> Ended:
    """Call the command as the shell does, but in this process and its transaction."""
    out, err = io.StringIO(), io.StringIO()
    command = Command(stdout=out, stderr=err, no_color=True)
    command._called_from_command_line = True
    parser = command.create_parser("manage.py", "import_workbook")
    status = 0
    try:
        options = vars(parser.parse_args([str(argument) for argument in arguments]))
        command.execute(*options.pop("args", ()), **options)
    except CommandError as error:
        status = error.returncode
        err.write(f"{error}\n")
    except SystemExit as end:
        status = end.code
    return Ended(status, out.getvalue().splitlines(), err.getvalue().splitlines())


@cache
def pickled(content: bytes) -> bytes:
    """A workbook as openpyxl has it in memory, which is had again in a third of the time that the file takes to read."""
    return pickle.dumps(load_workbook(io.BytesIO(content)))


class Edited:
    """A workbook in memory whose cells are named by sheet and address."""

    def __init__(self, content: bytes) -> None:
        self.book: Workbook = pickle.loads(pickled(content))

    def __getitem__(self, sheet: str) -> Worksheet:
        return self.book[sheet]

    def columns(self, sheet: str) -> dict[str, str]:
        """The letter of each column by its header, without star and unit."""
        return {
            cell.value.lstrip("*").partition("（")[0]: cell.column_letter
            for cell in self.book[sheet][HEADER_ROW]
            if cell.value
        }

    def rows_where(self, sheet: str, header: str, value: object) -> list[int]:
        """The numbers of the rows that hold a value in a column."""
        letter = self.columns(sheet)[header]
        page = self.book[sheet]
        return [
            row for row in range(HEADER_ROW + 1, page.max_row + 1) if page[f"{letter}{row}"].value == value
        ]

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path


Edit = Callable[[Edited], None]


def errors_on_page(client: Client, url: str) -> list[tuple[str, ...]]:
    """The table 需要改正 of an import's page: sheet, cell, value, reason, remedy."""
    page = html.fromstring(client.get(url).content.decode())
    rows = page.xpath("//section[h2[starts-with(., '需要改正')]]//tbody/tr")
    return [tuple(cell.text_content() for cell in row.xpath("td"))[1:] for row in rows]


def notes_on_page(client: Client, url: str) -> list[str]:
    """What an import's page says besides: hidden sheets, columns not used."""
    page = html.fromstring(client.get(url).content.decode())
    return [
        note.text_content().removeprefix("⚠ ")
        for note in page.xpath("//p[contains(@class, 'notice--warning')]")
    ]


def upload(client, office, path, *, kind="village"):
    """Upload a file at the village's page; the URL of its import."""
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})
    with path.open("rb") as file:
        response = client.post(url, {"kind": kind, "file": file})
    assert response.status_code == 302, response.content.decode()
    return response.url


def lines_on_page(client, url):
    """The errors of an import's page, worded as the shell words them."""
    return [
        str(SheetError(sheet, cell, "" if value == "（空）" else value, reason, remedy))
        for sheet, cell, value, reason, remedy in errors_on_page(client, url)
    ]


def command(path, office, *more, user="clerk"):
    arguments = ("--year", YEAR, "--user", user, "--region", office.village.code, *more)
    return import_workbook(path, *arguments)


def files_kept():
    """The uploaded files that are still there."""
    return default_storage.listdir("imports")[1] if default_storage.exists("imports") else []


def step(client, url, name, **answer):
    """Press a button of an import's page, and let the worker do what it asks for."""
    response = client.post(f"{url}{name}/", answer)
    assert response.status_code == 302, response.content.decode()
    run_next_job()
    return ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))


def compared(client, office, path, *, kind="village"):
    """Upload a file and let the worker compare it; the URL of its import."""
    url = upload(client, office, path, kind=kind)
    run_next_job()
    return url


def imported(client, office, path, *, kind="village"):
    """Upload a file, let it be compared, and take it; the URL of its import."""
    url = compared(client, office, path, kind=kind)
    step(client, url, "take")
    return url
