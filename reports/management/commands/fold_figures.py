"""Keep the figures of villages that were written since, as the worker does between its jobs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from reports.domain.folding import fold_some, forget_folds


class Command(BaseCommand):
    help = "Fold the figures of villages that were written since, as the worker does between its jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="fold every village anew")

    def handle(self, *args: Any, all: bool, **options: Any) -> None:
        if not settings.FUPIN_FIGURE_CACHE:
            self.stderr.write("FUPIN_FIGURE_CACHE=off：指标不作汇总，全部实时计算。")
            return
        if all:
            forget_folds()
        while fold_some(wait=True):
            pass
