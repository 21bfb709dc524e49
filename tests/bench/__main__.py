"""Run the benchmarks: python -m tests.bench [--quick] [--output FILE]."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import django

from fupin import embedded
from fupin.env import var_folder


def main() -> int:
    """Measure, print the table, write the JSON; the status is 0 whether the aims hold or not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Run the benchmarks.")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: only to see that everything runs")
    parser.add_argument("--output", type=Path, metavar="FILE", help="in place of bench.json in FUPIN_VAR")
    options = parser.parse_args()
    began = time.monotonic()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    embedded.ensure_database(var_folder())
    django.setup()
    from tests.bench.boards import measure_villages
    from tests.bench.cached import measure_cache
    from tests.bench.exports import measure_exports
    from tests.bench.measuring import table, write
    from tests.bench.pages import measure_pages
    from tests.bench.rosters import measure_rosters
    from tests.bench.scratch import scratch
    from tests.bench.sizes import measure_sizes
    from tests.bench.world import FULL, QUICK, make_counties
    from tests.bench.writing import empty_county, measure_imports, measure_sets
    from tests.bench.yearbook import measure_yearbook

    size = QUICK if options.quick else FULL
    with scratch() as databases:
        counties = make_counties(databases, size)
        lines = [*measure_pages(databases, counties, size)]
        # Among so many neighbours that even the largest of these villages is a small part of its county.
        lines += measure_sizes(databases, counties[size.counties[-1]], size)
        lines += measure_cache(databases, counties["1x"], size)
        lines += measure_villages(databases, counties[size.counties[0]], size)
        lines += measure_yearbook(databases, counties["1x"], size)
        empty = empty_county(databases)
        lines += measure_imports(databases, empty, size)
        lines += measure_rosters(databases, empty, size)
        databases.drop(empty)
        lines += measure_sets(databases, size)
    lines += measure_exports(size)
    write(lines, options.output or var_folder() / "bench.json")
    sys.stdout.write(f"{table(lines)}\n")
    failed = sum(line.holds is False for line in lines)
    sys.stdout.write(f"{failed} of {sum(line.holds is not None for line in lines)} aims do not hold; ")
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
