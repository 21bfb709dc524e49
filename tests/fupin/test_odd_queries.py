"""What a browser, a mistyped link or an attacker may put into a URL: a page or a plain refusal, never a 500."""

import pytest
from django.test import Client

HUGE = "9" * 30
ODD = [
    "places/?q=%00", "places/?q=' OR 1=1 --", "places/?q=" + "长" * 500, f"households/{HUGE}/", f"members/{HUGE}/",
    f"import/{HUGE}/", "households/?q=%00", "households/?q=%25_", "households/?q=" + "a" * 5000,
    f"households/?exit_year={HUGE}", "households/?exit_year=1e300", "households/?exit_year=NaN",
    "households/?group=-5", "households/?page=99999&sort=nothing", "households/?sort=-people&page=x",
    "households/?category=zz", "members/?q=%F0%A0%80%80", "members/?q=4211990000000000000",
    "summary/village/?first=1e5&last=x", "summary/village/?first=2018&last=2017",
    "summary/village/?first=2000&last=2100&since=2000", "summary/nothing/", "summary/village/?format=exe",
    "figures/poor.households/?first=2000&last=2100&since=2000", "figures/no.such/",
    "figures/exited.9999.households/", "import/template/nothing/",
    "benefits/?q=%00", "benefits/?measure=zz&ledger=zz&batch=zz", "benefits/?sort=-quantity&page=x",
    f"benefits/{HUGE}/", f"benefits/{HUGE}/remove/", f"benefits/new/?household={HUGE}&amount=%00",
    "benefits/new/?household=abc&person=x&on=x", "work/?month=13&kind=zz", "work/?q=" + "长" * 500,
    "projects/?stage=zz&q=%25_", "partners/?kind=zz&q=%00", "enterprises/?q=%00&kind=zz", "texts/?q=%00",
    "texts/new/?chapter=%00&position=x",
]  # fmt: skip


@pytest.mark.parametrize("path", ODD)
@pytest.mark.parametrize("who", ["clerk_a", "county"])
def test_no_url_breaks_a_page(world, personas, who: str, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(personas[who], backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(f"/{world.a.code}/2017/{path}")

    assert response.status_code in (200, 302, 403, 404), response.content[:200]


@pytest.mark.parametrize(
    "path", ["/users/?q=%00", f"/users/{HUGE}/", f"/attachments/{HUGE}/", "/regions/?page=x"]
)
def test_no_url_breaks_the_administrators_pages(world, personas, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(personas["administrator"], backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(path).status_code in (200, 404)
