"""Print the demo's accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print the accounts of the demo, if this folder has one."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.FUPIN_VAR / "accounts.txt"
        if path.exists():
            self.stdout.write(path.read_text(encoding="utf-8"))
