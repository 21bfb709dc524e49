"""Importing the national system's exports: the roster of households and people, and the list of villages."""

from __future__ import annotations

from collections.abc import Mapping

from fupin.access import Action, Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.models import Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.sheets.errors import SheetError
from fupin.sheets.reading import Reading
from households.domain.registration import PROFILE_FIELDS, save_profiles
from households.domain.rosters import save_roster
from households.interfaces.imports import report
from households.interfaces.roster_columns import PROFILE_BOOK, PROFILE_SHEET, ROSTER_BOOK, ROSTER_SHEET
from households.interfaces.roster_places import Places, refuse_closed, refuse_other_year
from households.interfaces.roster_plan import RosterPlan
from households.models import VillageYear
from households.validators import Problem, profile_problems

NO_ROWS = "没有数据行", "请在表头下面填写后再上传"


class RosterImporter:
    """An export of households and people of any number of villages, a row per person."""

    kind = "roster"
    label = "国家系统户和人口花名册"
    action = Action.IMPORT
    book = ROSTER_BOOK

    def onward(self, place: Place) -> tuple[str, str]:
        """To the households."""
        return "查看贫困户", place.url("households_list")

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Everything wrong with the file: places, each row, the rows of a household, and against the register."""
        checked = Checked(region=region)
        plan = RosterPlan(
            reading.rows[ROSTER_SHEET.name], region=region, year=year, actor=actor, checked=checked
        )
        if not plan.rows and not reading.errors:
            checked.errors.append(SheetError(ROSTER_SHEET.name, "", "", *NO_ROWS))
        for row, number in zip(plan.rows, plan.numbers, strict=True):
            # As households and members are told in a difference (households/queries/tellings.py).
            checked.rows_of.setdefault(number or "", row.number)
            checked.rows_of.setdefault(f"{number} {row.values.get('name')}", row.number)
        checked.plan = plan.households, plan.members
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write households and members; counts by 户 and 人."""
        # A county's rows are two hundred megabytes, and not wanted beside what is made of them.
        rows, ready, checked.plan = reading.rows.pop(ROSTER_SHEET.name), checked.plan, None
        if ready is None:
            anew = Checked(region=checked.region)
            plan = RosterPlan(rows, region=checked.region, year=year, actor=actor, checked=anew)
            refuse_since_checked(anew)
            ready = plan.households, plan.members
            del plan
        households, members = ready
        del rows, ready
        return save_roster(households=households, members=members, year=year, actor=actor)


class ProfilesImporter:
    """An export of villages, a row for each."""

    kind = "profiles"
    label = "国家系统行政村信息"
    action = Action.IMPORT
    book = PROFILE_BOOK

    def onward(self, place: Place) -> tuple[str, str]:
        """To the villages."""
        return "查看村情", place.url("villages_list")

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Everything wrong with the file: places, villages twice, counts that contradict one another."""
        checked = Checked(region=region)
        self._profiles(reading, region, year, actor, checked)
        if not reading.rows[PROFILE_SHEET.name] and not reading.errors:
            checked.errors.append(SheetError(PROFILE_SHEET.name, "", "", *NO_ROWS))
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the profiles."""
        anew = Checked(region=checked.region)
        profiles = self._profiles(reading, checked.region, year, actor, anew)
        refuse_since_checked(anew)
        return {PROFILE_SHEET.name: save_profiles(profiles=profiles, year=year, actor=actor)}

    @staticmethod
    def _profiles(
        reading: Reading, region: Region | None, year: int, actor: Actor, checked: Checked
    ) -> dict[Region, Mapping[str, object]]:
        rows = reading.rows[PROFILE_SHEET.name]
        refuse_other_year(rows, year, checked)
        villages = Places(region, actor).of_rows(rows, checked)
        refuse_closed(rows, villages, year, checked)
        found = VillageYear.objects.unscoped("the villages were scoped by their places")
        found = found.filter(year=year, region__in=[village for village in villages if village])
        stands = {row["region_id"]: row for row in found.values("region_id", *PROFILE_FIELDS)}
        profiles: dict[Region, Mapping[str, object]] = {}
        for row, village in zip(rows, villages, strict=True):
            if village is None:
                if not any(row.values.get(name) for name in ("village_code", "village_name")):
                    problem = Problem(
                        "village_name", "没有写明村", "请填写行政村或村代码", also=("village_code",)
                    )
                    report(checked, rows=[row], found=[(0, problem)])
                continue
            if village in profiles:
                problem = Problem("village_name", f"{village}出现了两行", "请只保留一行")
                report(checked, rows=[row], found=[(0, problem)])
            told = {name: row.values[name] for name in PROFILE_FIELDS if name in row.values}
            merged = {**stands.get(village.code, {}), **told}
            report(checked, rows=[row], found=((0, problem) for problem in profile_problems(merged, year)))
            profiles[village] = told
        return profiles


def refuse_since_checked(checked: Checked) -> None:
    """Raise Refused for what has become wrong between check and writing."""
    if checked.errors:
        raise Refused(f"核对后数据有变化，未写入任何数据：{checked.errors[0]} 请重新导入。")
