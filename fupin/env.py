"""Reads what a county may change from the environment, and keeps the keys the portal makes for itself.

Free of Django, since the launcher reads its settings before Django is set up.
"""

import os
import secrets
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


class BadSetting(Exception):
    """An environment variable, or a key file, that cannot be used; the message names it."""


def env_str(name: str, default: str) -> str:
    """Return the variable without surrounding blanks, or the default where it is unset."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool) -> bool:
    """Return a switch: 1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise BadSetting(f"{name}={value!r} is neither yes (1, true, yes, on) nor no (0, false, no, off).")
    return word in TRUE


def env_int(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number within bounds."""
    value = env_str(name, "")
    if not value:
        return default
    # isdecimal() alone would let １２ and ٣ pass, and int() reads 1_000.
    if not (value.isascii() and value.isdecimal()):
        raise BadSetting(f"{name}={value!r} is not a whole number.")
    number = int(value)
    if number < least or (most is not None and number > most):
        limits = f"at least {least}" if most is None else f"between {least} and {most}"
        raise BadSetting(f"{name}={value!r} must be {limits}.")
    return number


def env_list(name: str, default: list[str]) -> list[str]:
    """Return the comma-separated words of the variable, empty ones left out."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def env_path(name: str, default: Path) -> Path:
    """Return an absolute path; a relative one counts from the folder the command was called in."""
    value = os.environ.get(name, "")
    if not value.strip():
        return default
    if "\0" in value or "\n" in value:
        raise BadSetting(f"{name}={value!r} is not a path.")
    return Path(value).expanduser().absolute()


def var_folder() -> Path:
    """Return the folder of the embedded database, the files and the keys."""
    return env_path("FUPIN_VAR", BASE_DIR / "var")


def secret_file(var: Path, name: str) -> str:
    """Return the key kept in this file of the var folder; make it on first use.

    The key is linked into place whole, so two processes that start at once end up with the same one, and a
    process killed half-way leaves no short key behind.
    """
    path = var / name
    try:
        if not path.exists():
            var.mkdir(parents=True, exist_ok=True)
            _publish(path, secrets.token_urlsafe(48))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"The key file {path} cannot be read or made ({error}). Start as the user it belongs to, or set "
            "FUPIN_VAR to a folder of your own."
        ) from error
    if len(key) < 32:
        raise BadSetting(f"The key file {path} is damaged: restore it from a backup.")
    return key


def _publish(path: Path, text: str) -> None:
    """Write a private file that appears whole or not at all, and never replaces one that is there."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        if os.geteuid() == 0:  # root in a normal user's folder: the key stays theirs
            os.fchown(descriptor, path.parent.stat().st_uid, -1)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        os.unlink(draft)
