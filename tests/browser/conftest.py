"""A real browser before a real server, with a worker beside it; nobody of them leaves the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished, request_started
from django.db import connections
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Route,
    expect,
    sync_playwright,
)

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import Region, User
from reports.domain.reference import load_reference_village, write_village_workbook
from reports.reference.facts import NEIGHBOURS, WANTIANFAN
from tests import factories as make

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "static" / "dist"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: A page that takes longer than this is broken, also on a busy machine.
PATIENCE_MS = 30_000
FLAGS = (
    "--no-sandbox",  # the suite may run as root, where Chromium has none
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No name is looked up but those of this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    folder = Path(__file__).parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _cannot(reason: str) -> None:
    """Fail where a browser is required (CI), else skip so that nobody overlooks it."""
    reason = f"NO BROWSER TESTS: {reason}"
    if os.environ.get("FUPIN_BROWSER_REQUIRED") == "1" or os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    _missing.append(reason)
    pytest.skip(reason)


_missing: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that the browser's tests were left out: a lone "s" is overlooked."""
    for reason in dict.fromkeys(_missing):
        terminalreporter.write_line(f"*** {reason} ***", red=True, bold=True)


@pytest.fixture(scope="package")
def program() -> str:
    """The browser's program; no browser is ever downloaded."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        _cannot(f"none of {', '.join(PROGRAMS)} is installed (apt-get install chromium)")
    assert found
    return found


@pytest.fixture(scope="package")
def bundle() -> Path:
    """The built script and style of the pages."""
    if not all((BUNDLE / name).is_file() for name in ("app.js", "app.css", "charts.js")):
        npm = shutil.which("npm")
        if npm is None or not (ROOT / "node_modules").is_dir():
            _cannot("the pages' bundle is not built (make setup)")
        assert npm
        subprocess.run([npm, "run", "--silent", "build"], cwd=ROOT, check=True)
    return BUNDLE


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver. It runs an event loop in this thread, in which Django would refuse its models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MS)
        with sync_playwright() as driver:
            yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright, program: str, bundle: Path) -> Iterator[Browser]:
    """Headless Chromium."""
    running = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
    yield running
    running.close()


@dataclass
class Watch:
    """What must not happen in any page: requests to elsewhere, script errors, refusals by the content policy."""

    host: str
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    #: Statuses that a test provokes on purpose; the browser's console calls them errors.
    expected: set[int] = field(default_factory=set)

    def attach(self, context: BrowserContext) -> None:
        """Look at everything that a context does."""
        context.route("**/*", self._pass)
        context.on(
            "weberror", lambda error: self.errors.append(f"{error.page and error.page.url}: {error.error}")
        )
        context.on("console", self._console)

    def _pass(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == self.host or address.scheme in ("data", "blob"):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def _console(self, message) -> None:
        if message.type != "error":
            return
        if any(f"status of {status}" in message.text for status in self.expected):
            return
        self.errors.append(f"{message.page and message.page.url}: {message.text}")


@pytest.fixture
def watch(live_server) -> Iterator[Watch]:
    """The watch over every page of the test."""
    kept = Watch(urlsplit(live_server.url).netloc)
    yield kept
    assert kept.elsewhere == []
    assert kept.errors == []


class Requests:
    """What the server is answering. A page that is closed still sends what was typed (static/src/drafts.js):
    its rows must not be emptied away while that is being saved, or the two block each other."""

    #: For as long no request may come before the server counts as quiet.
    QUIET_SECONDS = 0.2

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._last = time.monotonic()

    def _count(self, step: int) -> None:
        with self._lock:
            self._open += step
            self._last = time.monotonic()

    def started(self, **_signal: object) -> None:
        """A request came."""
        self._count(1)

    def finished(self, **_signal: object) -> None:
        """A request was answered."""
        self._count(-1)

    def wait(self) -> None:
        """Return when the server has been quiet for a moment; fail if it never is."""
        give_up = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < give_up:
            with self._lock:
                if self._open <= 0 and time.monotonic() - self._last > self.QUIET_SECONDS:
                    return
            time.sleep(0.02)
        pytest.fail(f"{self._open} requests were still open when the test ended")


@pytest.fixture
def requests(live_server) -> Iterator[Requests]:
    """The requests of the test; it ends when all are answered."""
    counted = Requests()
    request_started.connect(counted.started)
    request_finished.connect(counted.finished)
    yield counted
    try:
        counted.wait()
    finally:
        request_started.disconnect(counted.started)
        request_finished.disconnect(counted.finished)


@pytest.fixture
def open_context(
    browser: Browser, live_server, watch: Watch, requests: Requests
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a fresh browser profile; options as Playwright's new_context() has them."""
    opened = []

    def make_context(**options) -> BrowserContext:
        options = {"base_url": live_server.url, "viewport": {"width": 1366, "height": 768}, **options}
        context = browser.new_context(locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        opened.append(context)
        return context

    yield make_context
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context) -> Page:
    """A page 1366 pixels wide, with script."""
    return open_context().new_page()


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    """The worker, in a thread with a connection of its own."""
    stop = threading.Event()
    died: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                if run_next_job() is None:
                    stop.wait(0.1)
        except BaseException as error:
            died.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield
    stop.set()
    thread.join(PATIENCE_MS / 1000)
    assert not thread.is_alive()
    assert died == []


@dataclass
class Office:
    """The reference village's place and the people who log in there; all have the factories' password."""

    village: Region
    clerk: User
    workbook: Path

    @property
    def path(self) -> str:
        """Where the village's pages of its year begin."""
        return f"/{self.village.code}/{WANTIANFAN.year}/"


@pytest.fixture
def office(live_server, settings, tmp_path) -> Office:
    """The village without rows, its year open, a clerk, and the workbook on disk."""
    storages = {**settings.STORAGES}
    storages["default"] = {
        **storages["default"],
        "OPTIONS": {"location": tmp_path / "files", "base_url": None},
    }
    settings.STORAGES = storages
    places = (*WANTIANFAN.regions_above, WANTIANFAN.village, *NEIGHBOURS[:1])
    save_regions(regions=[(place.code, place.name) for place in places], actor=SYSTEM)
    regions = Region.objects.unscoped("tests").in_bulk()
    village, neighbour = regions[WANTIANFAN.village.code], regions[NEIGHBOURS[0].code]
    open_years(villages=[village, neighbour], year=WANTIANFAN.year, actor=SYSTEM)
    # Rows next door: what is counted here must not count them.
    make.household(neighbour)
    clerk = make.user(Role.CLERK, village, username="clerk", name="王文书")
    workbook = tmp_path / "万田畈村.xlsx"
    write_village_workbook(WANTIANFAN, workbook)
    return Office(village, clerk, workbook)


@pytest.fixture
def filled(office: Office) -> Office:
    """The village with its rows."""
    load_reference_village()
    return office


def log_in(page: Page, username: str, password: str = make.PASSWORD) -> None:
    """Log in through the page."""
    page.goto("/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
