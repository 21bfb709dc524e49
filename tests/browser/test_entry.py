"""A person with a paper form: a household of five, entered by keyboard alone."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import CDPSession, Page, expect

from households.models import Act, HouseholdYear, Membership
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in
from tests.long import lasting

pytestmark = pytest.mark.django_db(transaction=True)

#: Keys that a cadre strikes in a second, and the seconds that the household may take.
KEYS_A_SECOND, SECONDS = 4, 180
#: Milliseconds between two keys: none in the suite, those of a cadre by `make fuzz`, with drafts kept on the way.
PACE = 1000 / KEYS_A_SECOND if lasting(1) > 1 else 0


class Typist:
    """Strikes keys and counts them; an input method composes the Chinese words."""

    def __init__(self, page: Page, ime: CDPSession) -> None:
        self.page, self.ime, self.keys = page, ime, 0

    def press(self, *keys: str) -> None:
        """Keys by their names."""
        for key in keys:
            self.page.keyboard.press(key, delay=PACE)
            self.keys += 1

    def type(self, text: str) -> None:
        """Plain characters."""
        self.page.keyboard.type(text, delay=PACE)
        self.keys += len(text)

    def compose(self, sounds: str, text: str) -> None:
        """A word by its sounds, taken with the space bar; the sounds stand in the field until then."""
        for end in range(1, len(sounds) + 1):
            place = {"selectionStart": end, "selectionEnd": end}
            self.ime.send("Input.imeSetComposition", {"text": sounds[:end], **place})
            self.page.wait_for_timeout(PACE)
        self.ime.send("Input.insertText", {"text": text})
        self.keys += len(sounds) + 1

    def day(self, day: date) -> None:
        """A day, in the order of the browser's own language: Debian's Chromium knows English alone."""
        field = self.page.locator(":focus")
        self.page.keyboard.type(f"{day:%Y%m%d}")
        if field.input_value() != day.isoformat():
            field.evaluate("field => { field.value = ''; field.blur(); field.focus(); }")
            self.page.keyboard.type(f"{day:%m%d%Y}")
        assert field.input_value() == day.isoformat()
        self.keys += 8

    def fields(self, *values: str) -> None:
        """One field after another, each left with Enter."""
        for value in values:
            self.type(value)
            self.press("Enter")

    def focused(self) -> str:
        """The name of the field that has the focus."""
        return self.page.evaluate("document.activeElement.name")


#: Sounds, name, birth, 与户主关系, 民族, 文化程度, 在校生, 健康, 劳动技能, 务工情况, 务工月数, 医保, 养老 as typed.
FAMILY = (
    ("wushanquan", "吴山泉", 401, date(1975, 3, 4), "01", "01", "03", "", "02", "01", "03", "8", "s", "s"),
    ("hexiuyun", "何秀云", 402, date(1977, 5, 6), "02", "15", "02", "", "01", "01", "", "", "s", "s"),
    ("wuxiaoman", "吴小满", 403, date(2003, 2, 3), "03", "01", "", "05", "01", "", "", "", "s", ""),
    ("wuxiaohan", "吴小寒", 404, date(2006, 1, 9), "04", "01", "", "03", "01", "", "", "", "s", ""),
    ("lichunxiang", "李春香", 406, date(1948, 8, 9), "12", "01", "01", "", "04", "04", "", "", "s", "f"),
)


def test_a_household_of_five_by_keyboard_in_three_minutes(office, open_context) -> None:
    context = open_context()
    page = context.new_page()
    log_in(page, "clerk")
    page.goto(f"{office.path}households/new/")
    hands = Typist(page, context.new_cdp_session(page))
    page.locator("[name=household_number]").focus()

    hands.fields("4209002017", "3")
    hands.compose("dawan", "大湾")
    hands.press("Enter")
    hands.compose("wantianfancun", "万田畈村大湾")
    hands.press("Enter")
    hands.fields("13812345678", "", "")
    for sounds, name, serial, born, relation, *rest in FAMILY:
        assert hands.focused().endswith("-name")
        hands.compose(sounds, name)
        hands.press("Enter")
        number = make.id_number(serial, born)
        hands.type(number.lower())
        # What the number says stands there within the quarter of a second before the next key.
        row = page.locator("tr", has=page.locator(":focus"))
        expect(row.locator("[name$=birth_date]")).to_have_value(born.isoformat())
        hands.press("Enter")
        assert hands.focused().endswith("-relation"), "sex and birth date follow from the number"
        hands.fields(relation, *rest)
    hands.press("Tab")  # past 再加一行
    assert hands.focused() == "category"
    hands.fields("01", "04", "")
    hands.day(date(2014, 5, 1))
    while hands.focused() != "main_cause":
        hands.press("Enter")
    hands.type("02")
    while hands.focused() != "farmland":
        hands.press("Enter")
    hands.fields("4.5", "2", "11")
    while hands.focused() != "house_area":
        hands.press("Enter")
    hands.fields("96")
    while hands.focused() != "water_safe":
        hands.press("Enter")
    hands.fields("s", "f", "s", "s", "s")
    hands.press("Control+s")
    expect(page.get_by_text("已保存。")).to_be_visible()

    assert hands.keys <= KEYS_A_SECOND * SECONDS, f"{hands.keys} keys"
    home = HouseholdYear.objects.unscoped("tests").get(household__number="4209002017", year=WANTIANFAN.year)
    assert (home.people, home.group, home.hamlet, home.phone, home.address) == (
        5, 3, "大湾", "13812345678", "万田畈村大湾",
    )  # fmt: skip
    assert (home.category, home.status, home.registered_on, home.main_cause) == (
        "01",
        "04",
        date(2014, 5, 1),
        "02",
    )
    assert (home.farmland, home.forest, home.house_area) == (4.5, 11, 96)
    assert (home.water_safe, home.water_shortage, home.production_power, home.home_power, home.broadcast) == (
        True, False, True, True, True,
    )  # fmt: skip
    members = Membership.objects.unscoped("tests").filter(household_year=home).select_related("person")
    yes = {"s": True, "f": False, "": None}
    assert [
        (m.person.name, m.person.birth_date, m.relation, m.ethnicity, m.education, m.school, m.health, m.labour_skill,
         m.work_place, m.work_months, m.medical_insurance, m.pension)
        for m in members.order_by("relation")
    ] == [
        (name, born, *codes, int(months) if months else None, yes[medical], yes[pension])
        for _, name, _, born, *codes, months, medical, pension in FAMILY
    ]  # fmt: skip
    assert Act.objects.unscoped("tests").get(household=home.household).kind == "registered"


def test_an_input_method_keeps_its_enter(office, open_context) -> None:
    context = open_context()
    page = context.new_page()
    log_in(page, "clerk")
    page.goto(f"{office.path}households/new/")
    ime = context.new_cdp_session(page)
    page.locator("[name=hamlet]").focus()
    ime.send("Input.imeSetComposition", {"text": "dawan", "selectionStart": 5, "selectionEnd": 5})
    assert page.evaluate("document.activeElement.value") == "dawan"
    page.evaluate("""document.activeElement.dispatchEvent(
      new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, isComposing: true}))""")
    assert page.evaluate("document.activeElement.name") == "hamlet"
    ime.send("Input.insertText", {"text": "大湾"})
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "address"
    assert page.locator("[name=hamlet]").input_value() == "大湾"


def test_a_number_tells_who_is_registered_already(office, open_context) -> None:
    home = make.household(office.village, year=WANTIANFAN.year)
    person = Membership.objects.unscoped("tests").filter(household_year=home).first().person
    page = open_context().new_page()
    log_in(page, "clerk")
    page.goto(f"{office.path}households/new/")
    field = page.locator("[name=members-0-id_number]")
    field.press_sequentially(person.id_number)
    told = page.get_by_role("link", name=f"{person.name}，已登记在万田畈村户编号{home.household.number}")
    expect(told).to_be_visible()
    # A wrong digit is told at once, and what followed from the number before goes.
    expect(page.locator("[name=members-0-sex]")).to_have_value(person.sex)
    field.press("Backspace")
    field.press_sequentially("0" if person.id_number[-1] != "0" else "1")
    expect(page.locator(".told--wrong")).to_contain_text("校验码不符")
    expect(page.locator("[name=members-0-sex]")).to_have_value("")
    # Nothing is on its way any more when the test ends.
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存")
