#!/usr/bin/env python3
"""Django's command line; starts the embedded database first where no other is set."""

import os
import sys

# These answer without a row: they must work where no server can be started, as while a bundle is built.
WITHOUT_DATABASE = {
    "help",
    "version",
    "--help",
    "-h",
    "--version",
    "collectstatic",
    "findstatic",
    "compilemessages",
}


def main() -> None:
    """Start what is needed, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupin.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - the reason for a failure is told below

        from fupin import embedded  # noqa: PLC0415 - as above
        from fupin.env import BadSetting, var_folder  # noqa: PLC0415 - as above
    except ImportError as error:
        sys.exit(f"{error}. Run `make setup`, then .venv/bin/python manage.py …")
    try:
        if len(sys.argv) > 1 and not WITHOUT_DATABASE & {sys.argv[1], *sys.argv[2:3]}:
            embedded.ensure_database(var_folder())
        execute_from_command_line(sys.argv)
    except (BadSetting, embedded.DatabaseRefused) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
