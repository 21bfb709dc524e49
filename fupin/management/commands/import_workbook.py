"""Import a workbook from the command line: exit status 0 done, 1 refused with the errors, 2 wrong call."""

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from fupin.commands import WRONG_CALL, year
from fupin.commands import Command as RegisterCommand
from fupin.domain.imports import IMPORTERS, import_file, recognise
from fupin.models import ImportRun
from fupin.refusals import Refused
from fupin.sheets.errors import FileRefused

logger = logging.getLogger(__name__)


class Command(RegisterCommand):
    help = "Import a workbook: everything is checked first, then all of it is written, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=year, required=True)
        parser.add_argument("--kind", choices=sorted(IMPORTERS), help="found from the file where left out")
        parser.add_argument(
            "--region",
            metavar="CODE",
            help="where the rows must lie; anywhere within one's reach where left out",
        )
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}", returncode=WRONG_CALL)
        actor = self.actor(options["user"])
        region = self.region(options["region"]) if options["region"] else None
        try:
            importer = IMPORTERS[options["kind"]] if options["kind"] else recognise(file)
            outcome = import_file(
                file,
                importer=importer,
                region=region,
                year=options["year"],
                actor=actor,
                dry_run=options["dry_run"],
            )
        except FileRefused as refused:
            self.refuse(f"{file.name}：{refused}")
        except Refused as refused:
            self.refuse(refused)
        except DatabaseError as error:
            # Its message may hold whole rows, personal numbers among them.
            logger.error(
                "import of a workbook: %s %s", type(error).__name__, getattr(error.__cause__, "pgcode", "")
            )
            self.refuse("写入时数据库出错，未写入任何数据。请稍后重试，或联系系统管理员。")
        self.tell(*outcome.notes)
        if outcome.state == ImportRun.State.REFUSED:
            self.refuse(*outcome.errors, f"共{len(outcome.errors)}处问题，未写入任何数据。")
        for sheet, written in outcome.counts.items():
            self.stdout.write(f"{sheet}：新增{written.new}，变更{written.changed}，未变{written.unchanged}")
        if outcome.state == ImportRun.State.UNCHANGED:
            self.stdout.write("与现有数据完全一致，没有写入任何数据。")
        elif options["dry_run"]:
            self.stdout.write("试运行：没有写入任何数据。")
