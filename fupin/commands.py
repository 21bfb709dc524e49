"""What the management commands share: the actor, and the exit status 0 done, 1 refused, 2 wrong call."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fupin.access import SYSTEM, Actor
from fupin.logs import one_line
from fupin.models import Region, User

REFUSED, WRONG_CALL = 1, 2


class Command(BaseCommand):
    """A command of the register. Refusals go to stderr, a line each, with exit status 1; a wrong call is 2."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Every such command may act as a user."""
        parser.add_argument("--user", metavar="NAME", help="act as this user; without it, as the system")

    def actor(self, name: str | None) -> Actor:
        """The user of this name, or the system."""
        if name is None:
            return SYSTEM
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"没有启用的用户“{name}”。", returncode=WRONG_CALL)
        return user

    def region(self, code: str) -> Region:
        """The region of this code."""
        regions = Region.objects.unscoped("the command's call names it; what is read of it is scoped")
        region = regions.select_related("parent__parent__parent__parent").filter(code=code).first()
        if region is None:
            raise CommandError(f"没有区划代码 {code}。", returncode=WRONG_CALL)
        return region

    def refuse(self, *lines: Any) -> NoReturn:
        """Say why, a line each, and end with status 1."""
        self.tell(*lines)
        sys.exit(REFUSED)

    def tell(self, *lines: Any) -> None:
        """Say something about the call, a line each: what a file holds moves no terminal's cursor."""
        for line in lines:
            self.stderr.write(one_line(str(line)))


def year(text: str) -> int:
    """A year of the command line."""
    if not (len(text) == 4 and text.isascii() and text.isdecimal() and 2000 <= int(text) <= 2100):
        raise argparse.ArgumentTypeError(f"“{text}”不是2000至2100之间的年份")
    return int(text)
