"""Load the reference village 万田畈村, or write its workbook to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fupin.models import ImportRun
from reports.domain.reference import load_reference_village, make_demo_users, write_village_workbook
from reports.reference.facts import WANTIANFAN


class Command(BaseCommand):
    help = (
        "Load the reference village 万田畈村 with its regions and demo users; a second run changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--workbook", type=Path, metavar="FILE", help="only write the village's workbook to FILE"
        )

    def handle(self, *args: Any, workbook: Path | None, **options: Any) -> None:
        if workbook:
            write_village_workbook(WANTIANFAN, workbook)
            self.stdout.write(f"{WANTIANFAN.village.name}：{workbook}")
            return
        outcome = load_reference_village()
        for error in outcome.errors:
            self.stderr.write(str(error))
        if outcome.state == ImportRun.State.REFUSED:
            raise SystemExit(1)
        for sheet, written in outcome.counts.items():
            self.stdout.write(f"{sheet}：新增{written.new}，变更{written.changed}，未变{written.unchanged}")
        make_demo_users()
