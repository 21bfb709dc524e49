"""What all tests share: the database, and a small world of two villages and the people who work there."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.urls import Resolver404, resolve

from fupin import embedded
from tests.reader import Nursery

#: Tests of reading files.
SHEETS = Path(__file__).parent / "sheets"

if not os.environ.get("DATABASE_URL"):
    # Before Django reads its settings: a test run has a server of its own, never the demo's.
    os.environ.setdefault("FUPIN_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))

# The collector of cycles looks through all of Django and of pytest's six thousand tests at every turn: a quarter of the
# suite's time. It is called seldom, and never again for what is there once the tests are collected.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """Take what lives as long as the run out of the collector's way."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server, unless DATABASE_URL names another."""
    embedded.ensure_database(Path(os.environ["FUPIN_VAR"]))


#: Modules that take a process longest, the longest first.
LONGEST = (
    "tests/bench/test_bench.py",
    "tests/reports/test_reference_summary.py",
    "tests/browser/",
    "tests/fupin/test_scope.py",
    "tests/fupin/test_routes.py",
    "tests/reports/",
    "tests/literal/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that no process is left alone with one at the end."""

    def turn(item: pytest.Item) -> int:
        return next((i for i, long in enumerate(LONGEST) if item.nodeid.startswith(long)), len(LONGEST))

    items.sort(key=turn)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let the test database empty its tables, which the guards forbid everywhere else."""
    from django.db import connection

    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER DATABASE \"{connection.settings_dict['NAME']}\" SET fupin.may_truncate = 'on'"
            )
        connection.close()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where children that read workbooks come from."""
    made = Nursery()
    yield made
    made.end()


@pytest.fixture(autouse=True)
def _quick_reader(request: pytest.FixtureRequest, nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks are read by a process that need not start, but where the reading itself is tested."""
    if not request.path.is_relative_to(SHEETS):
        monkeypatch.setattr("fupin.sheets.process.subprocess", nursery)


@contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """A transaction around many tests: what is made at its beginning stands there for each of them, as it was made.

    For fixtures of a whole module in which no test empties tables. Each test has a transaction of its own inside.
    """
    from django.db import transaction

    whole = transaction.atomic()
    with blocker.unblock():
        whole.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@dataclass
class World:
    """Two villages of one township, and a third elsewhere in the county; each with a household of two."""

    county: object
    township: object
    a: object
    b: object
    far: object
    household_a: object
    household_b: object
    household_far: object


#: Village codes of the world.
A, B, FAR = "421199103206", "421199103207", "421199104201"


@pytest.fixture
def world(db: None) -> World:
    """Villages A and B in one township, a far one in another; a household in each."""
    return make_world()


def make_world() -> World:
    """The rows of the world."""
    from households.models import VillageYear
    from tests import factories as make

    county, township, a, b, _, far = make.regions(
        {
            "421199000000": "云岭县",
            "421199103000": "七里坪镇",
            A: "甲村",
            B: "乙村",
            "421199104000": "松坡镇",
            FAR: "远村",
        }
    )
    villages = [a, b, far]
    VillageYear.objects.bulk_create(make.VillageYearFactory.build(region=place) for place in villages)
    return World(county, township, *villages, *make.households(villages))


@pytest.fixture
def personas(world: World) -> dict[str, object]:
    """Who works in the world, by persona; None is a stranger who is not logged in."""
    return make_personas(world)


def make_personas(world: World) -> dict[str, object]:
    """The users of the world."""
    from fupin.access import Role
    from households.models import Pairing
    from tests import factories as make

    people = make.users(
        {
            "clerk_a": (Role.CLERK, world.a),
            "clerk_b": (Role.CLERK, world.b),
            "team": (Role.TEAM, world.a),
            "helper": (Role.HELPER, world.a),
            "township": (Role.TOWNSHIP, world.township),
            "department": (Role.DEPARTMENT, world.county),
            "county": (Role.COUNTY, world.county),
            "leader": (Role.LEADER, world.county),
            "auditor": (Role.AUDITOR, world.county),
            "administrator": (Role.ADMINISTRATOR, world.county),
        }
    )
    Pairing.objects.create(
        region=world.a,
        household=world.household_a.household,
        helper=make.HelperFactory(region=world.a, user=people["helper"]),
        starts_on=date(2017, 1, 1),
    )
    return {"anonymous": None, **people}


@cache
def _handler() -> ClientHandler:
    """The portal's middleware, for all clients; most of a client's own was the search for static files."""
    return ClientHandler(enforce_csrf_checks=False)


@receiver(setting_changed)
def _forget_middleware(setting: str, **_: Any) -> None:
    # It has read its settings once. Where files are kept is none of them.
    if setting != "STORAGES":
        _handler.cache_clear()


class FormClient(Client):
    """A client that opens the page of a form before it posts, as a browser does, and sends the page's stamp.

    A test about stamps posts one of its own (`_page`), or "" for none.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not options:
            self.handler = _handler()

    def post(self, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Post, with the stamp of the page if there is one."""
        if isinstance(data, dict | None) and "_page" not in (data or {}) and self._is_stamped(path):
            data = {**(data or {}), **self.stamp(path)}
        return super().post(path, data, *args, **kwargs)

    def stamp(self, path: str) -> dict[str, str]:
        """The hidden field of a page just opened; nothing where there is none."""
        from fupin.resource import editing

        # What the page would be rendered with is enough, and thousands of tests post: rendering is most of a page.
        given: dict[str, Any] = {}

        def keep(request: Any, _template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
            given.update(context)
            # What was said before is said on this page, as if it had been rendered.
            list(get_messages(request))
            return HttpResponse(status=status)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(editing, "render", keep)
            page = self.get(path).content.decode()
        if given.get("stamp"):
            return {"_page": str(given["stamp"])}
        answer = {name: str(value) for name, value in given.get("answer", ())}
        return answer or dict(re.findall(r'name="(_page)" value="([^"]+)"', page))

    @staticmethod
    def _is_stamped(path: str) -> bool:
        # Once the settings are read, which this module prepares.
        from fupin.resource.editing import StampedPage

        try:
            return issubclass(resolve(urlsplit(path).path).func.view_class, StampedPage)
        except Resolver404:
            return False


def logged_in(user: Any) -> FormClient:
    """A client logged in as a user; None stays a stranger."""
    client = FormClient()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client_of() -> Callable[[Any], FormClient]:
    """A client logged in as a user; None stays a stranger."""
    return logged_in


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages tell their context and render nothing, which is most of their time: for tests that read no page."""

    def tell(template: Template, context: Context) -> str:
        template_rendered.send(sender=template, template=template, context=context)
        return ""

    monkeypatch.setattr(Template, "_render", tell)
