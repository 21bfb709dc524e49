"""Write a report from live rows: exit status 0 done, 1 refused, 2 wrong call."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from fupin.commands import WRONG_CALL, year
from fupin.commands import Command as RegisterCommand
from fupin.refusals import Refused
from reports.interfaces.files import FORMATS
from reports.interfaces.periods import parse_period
from reports.queries.reports import report_of
from reports.queries.summary import KINDS, build_summary, window_of


class Command(RegisterCommand):
    help = "Write a report of a region and a period from live rows."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("region", metavar="REGION", help="12-digit code")
        parser.add_argument(
            "--period",
            required=True,
            help="2017, 2017H1, 2017Q2 or 2016..2017; the register is read in its last year",
        )
        parser.add_argument(
            "--since", type=year, help="year since which things accumulate; the period's first if left out"
        )
        parser.add_argument("--format", choices=list(FORMATS), required=True)
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="without it, to where the command's output goes"
        )

    def handle(self, *args: Any, kind: str, region: str, **options: Any) -> None:
        format, output = FORMATS[options["format"]], options["output"]
        if output is None and not format.is_text and self.stdout.isatty():
            sentence = f"{format.label}文件不能显示在终端里，请用 --output 指定文件，或把输出转到文件。"
            raise CommandError(sentence, returncode=WRONG_CALL)
        place = self.region(region)
        actor = self.actor(options["user"])
        try:
            first, last, part = parse_period(options["period"])
            window = window_of(place, first=first, last=last, since=options["since"], part=part)
            KINDS[kind].check_period(window)
        except Refused as refused:
            raise CommandError(str(refused), returncode=WRONG_CALL) from None
        try:
            summary = build_summary(kind=kind, window=window, actor=actor)
        except Refused as refused:
            self.refuse(refused)
        if summary.notice:
            self.tell(summary.notice)
        report = report_of(kind, window)
        if report is not None and report.is_sealed:
            self.tell("这份报告已封存，这里按现在的数据生成；封存件请在“报告办理”页下载。")
        content = format.render(summary, actor)
        if output is not None:
            try:
                output.write_bytes(content)
            except OSError as error:
                sentence = f"不能写入 {output}：{error.strerror}。"
                raise CommandError(sentence, returncode=WRONG_CALL) from None
        elif format.is_text:
            self.stdout.write(content.decode(), ending="")
        else:
            self.stdout.buffer.write(content)
            self.stdout.flush()
