"""Write a report from live rows: exit status 0 done, 1 refused, 2 wrong call."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from fupin.commands import WRONG_CALL, year
from fupin.commands import Command as RegisterCommand
from fupin.refusals import Refused
from reports.interfaces.periods import parse_period
from reports.interfaces.renderers import as_html, as_json, as_text
from reports.queries.summary import KINDS, build_summary, window_of

FORMATS = {"text": as_text, "json": as_json, "html": as_html}


class Command(RegisterCommand):
    help = "Write a report of a region and a period from live rows."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("region", metavar="REGION", help="12-digit code")
        parser.add_argument(
            "--period", required=True, help="2017 or 2016..2017; the register is read in its last year"
        )
        parser.add_argument(
            "--since", type=year, help="year since which things accumulate; the period's first if left out"
        )
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, kind: str, region: str, **options: Any) -> None:
        place = self.region(region)
        try:
            first, last = parse_period(options["period"])
            window = window_of(place, first=first, last=last, since=options["since"])
        except Refused as refused:
            raise CommandError(str(refused), returncode=WRONG_CALL) from None
        try:
            summary = build_summary(kind=kind, window=window, actor=self.actor(options["user"]))
        except Refused as refused:
            self.refuse(refused)
        written = FORMATS[options["format"]](summary)
        if options["output"] is None:
            self.stdout.write(written, ending="")
            return
        try:
            options["output"].write_text(written, encoding="utf-8")
        except OSError as error:
            sentence = f"不能写入 {options['output']}：{error.strerror}。"
            raise CommandError(sentence, returncode=WRONG_CALL) from None
