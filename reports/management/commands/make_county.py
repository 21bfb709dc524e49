"""Make an invented county: exit status 0 done, 1 refused, 2 wrong call."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from fupin.commands import REFUSED, WRONG_CALL, year
from fupin.refusals import Refused, explain
from reports.domain.county import make_county
from reports.reference.county import ImpossibleCounty, plan_county
from reports.reference.facts import COUNTY, WANTIANFAN


class Command(BaseCommand):
    help = (
        f"Make an invented county ({COUNTY.name}) of registered households, beside the reference village. "
        "The same numbers and seed make the same county; a second run changes nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, required=True, metavar="N")
        parser.add_argument("--villages", type=int, required=True, metavar="M")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument("--year", type=year, default=WANTIANFAN.year)

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {name: options[name] for name in ("households", "villages", "seed", "year")}
        try:
            plan = plan_county(**wanted)
        except ImpossibleCounty as error:
            raise CommandError(f"{error}。", returncode=WRONG_CALL) from None
        try:
            made = make_county(plan=plan, tell=self._tell)
        except Refused as refused:
            raise CommandError(str(refused), returncode=REFUSED) from None
        except DatabaseError as error:
            sentence = explain(error)
            if sentence is None:
                raise
            raise CommandError(sentence, returncode=REFUSED) from None
        if made.villages:
            self._tell(f"{COUNTY.name}：新增{made.villages}村，{made.households}户，{made.people}人")
        else:
            self._tell(f"{COUNTY.name}：{len(plan.villages)}村{plan.households}户已在库中，没有改动")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
