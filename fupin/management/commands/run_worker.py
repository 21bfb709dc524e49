"""Do background jobs, one after another, until told to stop."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from fupin.domain.job_files import remove_old_files
from fupin.domain.jobs import run_next_job, work_between_jobs

logger = logging.getLogger(__name__)
#: How often an idle worker looks for files that are kept no longer.
TIDY_SECONDS = 3_600


class Command(BaseCommand):
    help = (
        "Do background jobs, one after another, until told to stop (SIGTERM ends it after the job in hand)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the queue is empty")
        parser.add_argument(
            "--pause", type=float, default=1.0, help="seconds between looks at an empty queue"
        )

    def handle(self, *args: Any, once: bool, pause: float, **options: Any) -> None:
        self.stopping, self.next_tidying = False, 0.0
        if not once:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, self.stop)
        while not self.stopping:
            close_old_connections()
            try:
                done = run_next_job()
                is_more = work_between_jobs()
            except (OperationalError, InterfaceError):
                if once:
                    raise
                # It is being started again, as after a power cut; the job in hand is taken up again.
                logger.warning("the database cannot be reached, or broke off; trying again")
                done, is_more = None, False
            if done is None and not is_more:
                if once:
                    return
                self.tidy()
                time.sleep(pause)

    def tidy(self) -> None:
        """Remove files that are kept no longer, now and then."""
        if time.monotonic() < self.next_tidying:
            return
        self.next_tidying = time.monotonic() + TIDY_SECONDS
        try:
            remove_old_files()
        except (OperationalError, InterfaceError):
            logger.warning("old files are removed another time: the database broke off")

    def stop(self, *_: Any) -> None:
        self.stopping = True
