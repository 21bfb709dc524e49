"""Databases of the benchmarks' own beside the portal's, made, copied, entered and dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


class Scratch:
    """Makes databases on the settings' server and leads the default connection into them."""

    def __init__(self) -> None:
        self.home = connection.settings_dict["NAME"]
        self.made: list[str] = []

    def create(self, name: str) -> str:
        """An empty, migrated database; its full name."""
        made = self._create(name)
        self.enter(made)
        call_command("migrate", verbosity=0)
        return made

    def copy(self, source: str, name: str) -> str:
        """A copy of a database."""
        self.enter(self.home)  # nobody may be inside the one that is copied
        return self._create(name, f' TEMPLATE "{source}"')

    def enter(self, name: str) -> None:
        """Let the default connection speak to this database from now on."""
        if connection.settings_dict["NAME"] != name:
            connection.close()
            connection.settings_dict["NAME"] = name

    def drop(self, name: str) -> None:
        """Remove a database made here."""
        self.enter(self.home)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.remove(name)

    def _create(self, name: str, options: str = "") -> str:
        self.enter(self.home)
        made = f"bench_{os.getpid()}_{name}"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{made}"{options}')
        self.made.append(made)
        return made


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Databases that are gone afterwards, whatever happened."""
    databases = Scratch()
    try:
        yield databases
    finally:
        for name in list(databases.made):
            databases.drop(name)
        connection.close()


def settle() -> None:
    """VACUUM ANALYZE: what a database that is not being loaded has done for itself."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
