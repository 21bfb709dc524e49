"""Every main page on a wide and on a narrow screen: it fits, its script is silent, its policy holds, all can use it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from funds.models import Benefit
from fupin.access import Role
from fupin.domain.import_jobs import compare
from fupin.domain.import_runs import start_import
from fupin.models import ImportRun, Region
from households.models import Household, Membership
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import ROOT, log_in

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {"phone": {"width": 360, "height": 740}, "office": {"width": 1366, "height": 768}}


def main_pages(office) -> dict[str, str]:
    """The pages of the village by name; the last import is one that was refused."""
    place = {"region": office.village.code, "year": YEAR}
    household = Household.objects.unscoped("tests").get(number="4203206002").pk
    member = Membership.objects.unscoped("tests").get(person__name="阎䶮").pk
    run = ImportRun.objects.unscoped("tests").get().pk
    benefit = Benefit.objects.unscoped("tests").filter(household=household, year=YEAR)[0].pk
    named = {
        "home": ("overview", {}),
        "places": ("places", {}),
        "villages": ("villages_list", {}),
        "village": ("villages_detail", {"key": office.profile}),
        "households": ("households_list", {}),
        "household": ("households_detail", {"key": household}),
        "numbers in full": ("households_reveal", {"key": household}),
        "found": ("find", {}),
        "household card": ("households_card", {"key": household}),
        "collection sheet": ("households_collect", {"key": household}),
        "household form": ("households_edit", {"key": household}),
        "history": ("households_history", {"key": household}),
        "helpers": ("helpers_list", {}),
        "members": ("members_list", {}),
        "member": ("members_detail", {"key": member}),
        "incomes": ("income_list", {}),
        "income form": ("income_edit", {"key": household}),
        "acts": ("acts_list", {}),
        "acts menu": ("acts_menu", {"key": household}),
        "act form": ("acts_record", {"key": household, "kind": "member_born"}),
        "act choice": ("acts_record", {"key": household, "kind": "split"}),
        "work": ("work_list", {}),
        "work form": ("work_create", {}),
        "benefits": ("benefits_list", {}),
        "benefit": ("benefits_detail", {"key": benefit}),
        "benefit form": ("benefits_edit", {"key": benefit}),
        "delete": ("benefits_remove", {"key": benefit}),
        "projects": ("projects_list", {}),
        "project form": ("projects_create", {}),
        "partners": ("partners_list", {}),
        "partner form": ("partners_create", {}),
        "enterprises": ("enterprises_list", {}),
        "texts": ("texts_list", {}),
        "text form": ("texts_create", {}),
        "summary": ("summary", {"kind": "village"}),
        "rows": ("figure_rows", {"code": "poor.households"}),
        "definitions": ("definitions", {}),
        "upload": ("import", {}),
        "import": ("import_run", {"key": run}),
    }
    urls = {name: reverse(route, kwargs={**place, **more}) for name, (route, more) in named.items()}
    # With the panel of further conditions open, and columns that the list does not have by itself.
    return {
        **urls,
        "all conditions": f"{urls['members']}?medical_insurance=true&cols=person,remark,work_months",
    }


@pytest.fixture
def furnished(filled, tmp_path):
    """The village with rows, a refused import, and the clerk's session."""
    from households.models import VillageYear

    filled.profile = VillageYear.objects.unscoped("tests").get(region=filled.village).pk
    refused_import(filled, tmp_path / "wrong.xlsx")
    return filled


def refused_import(office, path: Path) -> None:
    """An import of a workbook with errors, done without the worker."""
    from django.core.files import File
    from openpyxl import load_workbook

    book = load_workbook(office.workbook)
    for row in range(4, 20):
        book["户"][f"F{row}"] = "一种名称特别长、哪张表里都没有的贫困户属性"
    book["户"]["P25"] = 12.5  # a good row with something new: the good ones may be written
    book.save(path)
    with path.open("rb") as file:
        run = start_import(
            upload=File(file, name=path.name),
            kind="village",
            region=office.village,
            year=YEAR,
            actor=office.clerk,
        )
    compare(run.job)
    run.refresh_from_db()
    assert run.may_be_taken  # the button of the most words is on the page
    run.job.state = "done"
    run.job.save()


#: How far the page can be scrolled sideways, and what sticks out.
OVERHANG = """() => {
  const root = document.scrollingElement;
  return root.scrollWidth > root.clientWidth ? [root.scrollWidth, root.clientWidth] : null;
}"""


#: What axe finds that keeps somebody from using the page: the rule, and the first element that breaks it.
SERIOUS = """async () => (await axe.run({resultTypes: ["violations"]})).violations
  .filter(violation => ["serious", "critical"].includes(violation.impact))
  .map(violation => [violation.id, violation.nodes[0].html.slice(0, 200)])"""


def test_pages_fit_the_screen_are_silent_and_can_be_used_by_all(furnished, open_context, watch):
    """No sideways scrolling of the page (a wide table scrolls in its frame), no script error, no policy breach.

    And nothing serious is found by axe, where it is installed. A page is opened once and looked at by all three.
    """
    axe = AXE.read_text(encoding="utf-8") if AXE.is_file() else ""
    page = open_context(viewport=SCREENS["office"]).new_page()
    page.goto("/login/")
    assert page.evaluate(OVERHANG) is None
    log_in(page, "clerk")

    found, serious = {}, {}
    for name, url in {"password": "/password/", **main_pages(furnished)}.items():
        response = page.goto(url)
        assert urlsplit(page.url).path == urlsplit(url).path
        wide = page.evaluate(OVERHANG)
        if axe:
            page.evaluate(axe)
            serious[name] = page.evaluate(SERIOUS)
        page.set_viewport_size(SCREENS["phone"])
        found[name] = (response.status, wide, page.evaluate(OVERHANG))
        page.set_viewport_size(SCREENS["office"])

    assert found == dict.fromkeys(found, (200, None, None))
    assert len(found) == 41
    assert watch.errors == []
    assert serious == {name: [] for name in serious}
    if not axe:
        pytest.skip("NO ACCESSIBILITY TEST: axe-core is not installed (npm ci)")


def test_pages_of_the_administrator_and_errors_fit_a_phone(furnished, open_context, watch):
    watch.expected = {404, 403}
    make.user(Role.ADMINISTRATOR, Region.objects.unscoped("tests").get(code="421199000000"), username="admin")
    page = open_context(viewport=SCREENS["phone"]).new_page()
    log_in(page, "admin")

    found = {}
    for url in (
        "/",
        "/users/",
        "/users/new/",
        "/regions/",
        "/password/",
        "/no-such-page/",
        "/421199103206/2017/households/",
    ):
        response = page.goto(url)
        found[url] = (response.status, page.evaluate(OVERHANG))

    assert found == {
        "/": (200, None),
        "/users/": (200, None),
        "/users/new/": (200, None),
        "/regions/": (200, None),
        "/password/": (200, None),
        "/no-such-page/": (404, None),
        "/421199103206/2017/households/": (403, None),
    }


def test_wide_page_is_noticed(furnished, open_context):
    """The negative control: something that sticks out is seen by the measure above."""
    page = open_context(viewport=SCREENS["phone"]).new_page()
    log_in(page, "clerk")
    page.evaluate("document.querySelector('main').style.width = '500px'")

    assert page.evaluate(OVERHANG) is not None


def test_axe_notices_what_keeps_somebody_out(furnished, open_context):
    """The negative control: a field without a label is found by the run above."""
    if not AXE.is_file():
        pytest.skip("NO ACCESSIBILITY TEST: axe-core is not installed (npm ci)")
    page = open_context(viewport=SCREENS["office"]).new_page()
    page.goto("/login/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert [rule for rule, _ in page.evaluate(SERIOUS)] == ["label"]


def test_requests_to_elsewhere_are_noticed(office, open_context, watch):
    """The negative control of the watch: an image from outside is refused and written down."""
    page = open_context(bypass_csp=True).new_page()
    page.goto("/login/")
    page.evaluate(
        """() => new Promise(done => {
          const image = new Image();
          image.onerror = image.onload = done;
          image.src = "http://203.0.113.7/pixel.png";
        })"""
    )

    assert watch.elsewhere == ["http://203.0.113.7/pixel.png"]
    assert len(watch.errors) == 1
    watch.elsewhere.clear()
    watch.errors.clear()


def test_policy_refuses_scripts_in_the_page(office, open_context, watch):
    """The negative control of the silence: a script in the page is refused, and the console says so."""
    page = open_context().new_page()
    page.goto("/login/")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        }"""
    )

    assert page.evaluate("window.ran") is None
    assert len(watch.errors) == 1
    watch.errors.clear()
