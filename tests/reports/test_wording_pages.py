"""The pages on which a county words its reports: who gets there, what they show, and that no text is executed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from fupin.access import SYSTEM, Role
from fupin.models import Ledger
from reports.domain.wording import save_wording
from reports.models import Era, NarrativeTemplate
from reports.queries.catalogue import describe_names
from reports.queries.wordings import shipped_text
from tests import factories as make
from tests.conftest import FAR, A
from tests.fupin.walking import written
from tests.reports.support import sections_of_html, sheet_of

pytestmark = pytest.mark.django_db

COUNTY = "421199000000"
TEXT = "# {place}总结\n\n## 一、贫困户\n全村在册{poor:户人}。"
UNTIL, SINCE = Era.UNTIL_2020, Era.SINCE_2021


def editor(place: str = COUNTY, year: int = 2017, era: str = "", kind: str = "village") -> str:
    url = reverse("wording", kwargs={"region": place, "year": year, "kind": kind})
    return f"{url}?era={era}" if era else url


def version_page(version: int, era: str = "until_2020", place: str = COUNTY, kind: str = "village") -> str:
    kwargs = {"region": place, "year": 2017, "kind": kind, "era": era, "version": version}
    return reverse("wording_version", kwargs=kwargs)


def save(text: str = TEXT, based_on: int = 0, region: Any = None, era: Era = UNTIL, **more: Any) -> Any:
    from fupin.models import Region

    region = region or Region.objects.unscoped("tests").get(code=COUNTY)
    return save_wording(
        region=region, kind="village", era=era, text=text, based_on=based_on, **{"actor": SYSTEM, **more}
    )


def posted(text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"what": "save", "text": text, "note": "", "village": A, "based_on": "0", **more}


def kept() -> list[tuple[str, int, str, str]]:
    rows = NarrativeTemplate.objects.unscoped("tests").order_by("era", "version")
    return [(row.era, row.version, row.text, row.note) for row in rows]


def field(page: Any, name: str) -> Any:
    (found,) = html.fromstring(page.content.decode()).xpath(f"//form//*[@name='{name}'][@id]")
    return found


def typed(page: Any) -> str:
    """What stands in the text field. (A browser drops the first line break of a textarea.)"""
    return field(page, "text").text.removeprefix("\r\n").removeprefix("\n").replace("\r\n", "\n")


def errors(page: Any) -> list[str]:
    return page.context["form"].errors.get("text", [])


def told(client: Any, response: Any) -> list[str]:
    """Where an answer leads, and the message there."""
    return [str(message) for message in client.get(response["Location"]).context["messages"]]


@pytest.fixture
def county(world: Any, personas: dict[str, Any], client_of: Any) -> Any:
    """The county office's client."""
    return client_of(personas["county"])


# --- who gets there ----------------------------------------------------------------------------------------------


def test_the_county_office_words_it_from_any_place_of_the_county(county, world):
    for place in (COUNTY, world.township.code, A, FAR):
        page = county.get(editor(place))
        assert (page.status_code, page.context["county"].code) == (200, COUNTY)
        assert county.post(editor(place), posted(TEXT + place, based_on=len(kept()))).status_code == 302
    assert [text for _, _, text, _ in kept()] == [
        TEXT + place for place in (COUNTY, world.township.code, A, FAR)
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_others_of_the_county_are_refused_and_those_of_another_do_not_find_it(
    world, personas, client_of, method
):
    save()
    elsewhere = make.user(Role.COUNTY, make.region("421198000000", "邻县"))
    part = make.user(Role.COUNTY, world.township)
    users = {**personas, "elsewhere": elsewhere, "part": part}
    status = {}
    for name, user in users.items():
        for url in (editor(A), version_page(1, place=A)):
            data = {**posted(TEXT + "改", based_on=1), "sure": "1"}
            response = getattr(client_of(user), method)(url, data)
            status.setdefault(name, set()).add(response.status_code)
    others = dict.fromkeys(personas, {403})
    allowed = {200} if method == "get" else {302}
    assert status == {
        **others, "anonymous": {302}, "clerk_b": {404}, "county": allowed, "elsewhere": {404}, "part": {403},
    }  # fmt: skip
    assert len(kept()) == (1 if method == "get" else 2)


def test_above_a_county_there_is_no_wording(world, client_of):
    city = make.region("421100000000", "黄冈市")
    client = client_of(make.user(Role.COUNTY, city))
    page = client.get(editor(city.code))
    assert (page.status_code, "措辞按县编辑，请先选择一个县。" in page.content.decode()) == (403, True)


@pytest.mark.parametrize(
    "url",
    [
        editor(kind="yearbook"), version_page(1, kind="yearbook"), version_page(2), version_page(2_147_483_648),
        version_page(1, era="since_1949"), version_page(1, era="since_2021"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(county, url):
    save()
    assert county.get(version_page(1)).status_code == 200
    assert county.get(url).status_code == 404


@pytest.mark.parametrize("what", ["", "delete", "restore"])
def test_an_unknown_action_does_nothing(county, what):
    assert county.post(editor(), posted(what=what)).status_code == 404
    assert kept() == []


# --- what the page shows -----------------------------------------------------------------------------------------


def test_the_editor_shows_the_wording_in_force_the_figures_and_the_versions(county, personas):
    page = county.get(editor())
    assert typed(page) == shipped_text("village", UNTIL)
    assert (field(page, "based_on").get("value"), page.context["versions"]) == ("0", [])

    save(note="第一次", actor=personas["county"])
    save(TEXT + "二。", based_on=1)

    page = county.get(editor())
    tree = html.fromstring(page.content.decode())
    assert (typed(page), field(page, "based_on").get("value")) == (TEXT + "二。", "2")
    slots = [code.text for code in tree.xpath("//*[@data-insert='id_text']//code")]
    assert slots == [slot for named in describe_names("village") for slot in named.slots]
    headings = [heading.text for heading in tree.xpath("//*[@data-insert]/h3")]
    assert headings == list(dict.fromkeys(named.group for named in describe_names("village")))
    table = tree.xpath("//*[@aria-label='版本记录']//tbody/tr")
    rows = [[" ".join(cell.text_content().split()) for cell in row.iter("td")] for row in table]
    assert [(row[0], row[1], row[3], row[4]) for row in rows] == [
        ("第2版 现用", "系统", "—", "查看"),
        ("第1版", str(personas["county"]), "第一次", "查看恢复"),
    ]


def test_the_era_is_that_of_the_year_until_another_is_chosen(county):
    save("# 甲\n## 一\n先。")
    save("# 乙\n## 一\n后。", era=SINCE)
    shown = {url: typed(county.get(url)).split()[1] for url in (
        editor(year=2020), editor(year=2021), editor(year=2020, era="since_2021"),
        editor(year=2021, era="until_2020"), editor(year=2020, era="since_1949"),
    )}  # fmt: skip
    assert list(shown.values()) == ["甲", "乙", "乙", "甲", "甲"]


def test_a_version_is_shown_as_it_was_saved(county, personas):
    save(note="第一次", actor=personas["county"])
    save(TEXT + "二。", based_on=1)
    shown = {}
    for version in (0, 1, 2):
        page = county.get(version_page(version))
        tree = html.fromstring(page.content.decode())
        shown[version] = (tree.xpath("//pre")[0].text, page.context["in_force"])
    assert shown == {
        0: (shipped_text("village", UNTIL), False),
        1: (TEXT, False),
        2: (TEXT + "二。", True),
    }


# --- saving ------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_what_the_summary_says(county, personas, client_of):
    response = county.post(editor(A), posted(note="试"))
    assert response["Location"] == editor(A, era="until_2020")
    assert told(county, response) == ["已保存为第1版，各村总结从现在起按它编写。"]
    assert kept() == [("until_2020", 1, TEXT, "试")]
    page = client_of(personas["clerk_a"]).get(f"/{A}/2017/summary/village/").content.decode()
    assert sections_of_html(sheet_of(page), "h3") == [("一、贫困户", "全村在册1户2人。")]

    response = county.post(editor(A), posted(based_on="1"))
    assert told(county, response) == ["内容没有变化，没有另存新版本。"]
    assert len(kept()) == 1


def test_what_is_saved_for_an_era_is_of_that_era(county):
    county.post(editor(era="since_2021"), posted())
    assert kept() == [("since_2021", 1, TEXT, "")]


@pytest.mark.parametrize("what", ["save", "preview"])
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("其中{general:户人。", "第5行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        ("[[其中{general:户人}。", "第5行：“[[”没有用“]]”结束。"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_lost(county, what, line, sentence):
    before = written()
    page = county.post(editor(), posted(f"{TEXT}\n{line}\n", what=what, note="说明", village=FAR))
    assert (page.status_code, errors(page)) == (422, [sentence])
    assert typed(page) == f"{TEXT}\n{line}\n"
    assert (field(page, "text").get("data-line"), field(page, "note").get("value")) == ("5", "说明")
    assert field(page, "village").xpath("./optgroup/option[@selected]/@value") == [FAR]
    tree = html.fromstring(page.content.decode())
    assert [quoted.text for quoted in tree.iter("q")] == [line]
    assert "preview" not in {section.get("id") for section in tree.iter("section")}
    assert (kept(), written()) == ([], before)


def test_an_unknown_figure_is_named_with_one_that_is_like_it(county):
    page = county.post(editor(), posted(TEXT + "\n其中{genral:户人}。"))
    assert (page.status_code, errors(page)) == (422, ["第5行：没有“genral”这个指标，是否应为“general”？"])
    assert field(page, "text").get("data-line") == "5"
    page = county.post(editor(), posted(TEXT + "\n其中{richest:户人}。"))
    assert errors(page) == ["第5行：没有“richest”这个指标，请从指标表中选择。"]


def test_no_text_is_a_mistake(county):
    page = county.post(editor(), posted("  \n"))
    assert (page.status_code, kept()) == (422, [])


def test_who_was_overtaken_keeps_the_text_and_may_save_it_the_second_time(county, personas):
    save(actor=personas["county"])
    page = county.post(editor(), posted(TEXT + "我的。", based_on="0"))
    assert page.status_code == 422
    assert errors(page) == [
        f"您打开之后，{personas['county']}保存了第1版，您的文字还没有保存。"
        "请先查看第1版，把要保留的内容并到下面的文字里，再点“保存”；第1版仍留在版本记录里。"
    ]
    assert (typed(page), field(page, "based_on").get("value")) == (TEXT + "我的。", "1")
    assert [version for _, version, *_ in kept()] == [1]
    assert county.post(editor(), posted(TEXT + "我的。", based_on="1")).status_code == 302
    assert [text for *_, text, _ in kept()] == [TEXT, TEXT + "我的。"]


def test_a_preview_does_not_bring_the_guard_to_sleep(county):
    """Whoever previews after another has saved is still told when saving."""
    save()
    page = county.post(editor(), posted(TEXT + "我的。", what="preview", based_on="0"))
    assert (page.status_code, field(page, "based_on").get("value")) == (200, "0")


# --- preview -------------------------------------------------------------------------------------------------------


def preview_of(page: Any) -> list[tuple[str, str]]:
    return sections_of_html(sheet_of(page.content.decode()), "h3")


def test_a_preview_says_the_typed_text_of_a_village_and_writes_nothing(county, world):
    make.household(world.far, size=3)
    save(TEXT + "现用。")
    before = written()
    page = county.post(
        editor(), posted(TEXT + "\n[[未脱贫{not_exited:户人}。]]", what="preview", village=FAR)
    )
    assert (page.status_code, written(), len(kept())) == (200, before, 1)
    assert preview_of(page) == [("一、贫困户", "全村在册2户5人。\n未脱贫2户5人。")]
    assert typed(page) == TEXT + "\n[[未脱贫{not_exited:户人}。]]"
    assert page.context["preview"]["village"].code == FAR


def test_a_preview_has_no_links_that_would_lose_the_text(county):
    page = county.post(editor(), posted(what="preview"))
    assert html.fromstring(sheet_of(page.content.decode())).xpath("//a") == []


def test_a_village_to_preview_is_one_of_the_county_with_rows(county, world):
    make.village("421199103208", "空村")
    make.region("421198000000", "邻县")
    other = make.village("421198103206", "邻村")
    make.household(other)
    page = county.get(editor())
    groups = [
        (group.get("label"), group.xpath("./option/text()"))
        for group in field(page, "village").xpath("./optgroup")
    ]
    assert groups == [("七里坪镇", ["甲村", "乙村"]), ("松坡镇", ["远村"])]
    for code in ("421199103208", other.code, "421199103000", "x"):
        page = county.post(editor(), posted(what="preview", village=code))
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["village"])
        assert typed(page) == TEXT


def test_the_village_of_the_page_is_the_one_to_preview(county):
    assert field(county.get(editor(FAR)), "village").xpath(".//option[@selected]/@value") == [FAR]


def test_a_preview_shows_a_year_of_its_vocabulary(county, world):
    make.village(A, "甲村", year=2022)
    make.household(world.a, year=2022, size=4)

    def year_and_words(**where: Any) -> tuple[int, str]:
        page = county.post(editor(**where), posted("# 总结\n## 一\n{last}年{poor:户人}。", what="preview"))
        return page.context["preview_year"], preview_of(page)[0][1]

    assert year_and_words(year=2017) == (2017, "2017年1户2人。")
    assert year_and_words(year=2017, era="since_2021") == (2022, "2022年1户4人。")
    assert year_and_words(year=2022, era="until_2020") == (2017, "2017年1户2人。")
    Ledger.objects.unscoped("tests").filter(year=2022).delete()
    # Without a year of its own the era is previewed on the page's.
    assert year_and_words(year=2017, era="since_2021") == (2017, "2017年1户2人。")


def test_a_county_without_rows_cannot_preview_but_save(client_of):
    county = make.region("421198000000", "邻县")
    client = client_of(make.user(Role.COUNTY, county))
    assert "暂时不能预览" in client.get(editor(county.code)).content.decode()
    data = posted(what="preview")
    del data["village"]
    page = client.post(editor(county.code), data)
    assert errors(page) == ["没有可以预览的村：请先导入一个村的数据，或选择一个已有数据的村。"]
    assert client.post(editor(county.code), {**data, "what": "save"}).status_code == 302


# --- having a wording back -----------------------------------------------------------------------------------------


def test_the_shipped_wording_is_had_back_after_asking(county):
    save()
    asked = county.post(version_page(0), {"based_on": "1", "text": "没有保存的文字"})
    assert asked.status_code == 200
    assert asked.context["title"] == "恢复系统自带措辞"
    assert asked.context["answer"] == [("sure", "1"), ("based_on", 1)]
    assert len(kept()) == 1

    response = county.post(version_page(0), {"based_on": "1", "sure": "1"})
    assert told(county, response) == ["已恢复系统自带措辞，记为第2版；各村总结从现在起按它编写。"]
    assert kept()[1:] == [("until_2020", 2, "", "恢复系统自带措辞")]
    assert typed(county.get(editor())) == shipped_text("village", UNTIL)
    response = county.post(version_page(0), {"based_on": "2", "sure": "1"})
    assert told(county, response) == ["现在用的就是系统自带措辞，没有变化。"]


def test_an_older_version_is_had_back_after_asking(county):
    save()
    save(TEXT + "二。", based_on=1)
    assert county.post(version_page(1), {"based_on": "2"}).context["title"] == "恢复第1版"
    assert len(kept()) == 2
    response = county.post(version_page(1), {"based_on": "2", "sure": "1"})
    assert told(county, response) == ["已恢复第1版，记为第3版；各村总结从现在起按它编写。"]
    assert kept()[2:] == [("until_2020", 3, TEXT, "恢复第1版")]


@pytest.mark.parametrize("based_on", ["1", "", "x", "-1", "９", "99999999999999999999"])
def test_who_has_not_seen_the_newest_version_does_not_put_it_aside(county, based_on):
    save()
    save(TEXT + "二。", based_on=1)
    response = county.post(version_page(0), {"based_on": based_on, "sure": "1"})
    assert told(county, response)[0].startswith("您打开之后，系统保存了第2版")
    assert len(kept()) == 2


# --- statements --------------------------------------------------------------------------------------------------------

#: Statements of the pages, the same for 3 versions and villages as for 30.
EDITOR, VERSION = 9, 7


@pytest.mark.parametrize("count", [3, 30])
def test_pages_take_their_statements(county, count):
    for index in range(count):
        place = make.village(f"4211991033{index:02d}", f"{index}村")
        make.VillageYearFactory(region=place)
        save(f"{TEXT}{index}", based_on=index, actor=make.user(Role.COUNTY, place.parent.parent))
    taken = []
    for url in (editor(), version_page(1)):
        assert county.get(url).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            county.get(url)
        taken.append(len(captured))
    assert taken == [EDITOR, VERSION]
