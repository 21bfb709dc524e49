"""What tests of exports share: two households with numbers, and a storage of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.finding.conftest import Homes, homes  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path


__all__ = ["Homes"]
