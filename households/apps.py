"""People: villages, households, members, year by year."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """The room of people."""

    name = "households"
    verbose_name = "户与人"

    def ready(self) -> None:
        """Say which rows may carry attachments, and register what this room shows."""
        # ruff: noqa: PLC0415 - apps must be loaded first
        from fupin.access import Action
        from fupin.domain.imports import register_importer
        from fupin.domain.opening import COPIERS
        from fupin.ledgers import register_ledgers
        from fupin.matters import CHECKS
        from fupin.menu import Entry, add_entry
        from fupin.models import Attachment
        from households.domain.carry import RegisterCopier
        from households.interfaces.acts import ACTS_LIST, journal_panel
        from households.interfaces.imports import VillageImporter, add_part
        from households.interfaces.income import LINES
        from households.interfaces.matters import households_without_head, pupils_to_check
        from households.interfaces.parts import IncomePart, WorkPart
        from households.interfaces.resources import HOUSEHOLDS, RESOURCES
        from households.interfaces.rosters import ProfilesImporter, RosterImporter
        from households.ledgers import LedgerKind
        from households.models import HouseholdYear, LedgerEntry
        from households.queries.tellings import tell_all

        Attachment.targets += [HouseholdYear, LedgerEntry]
        COPIERS.append(RegisterCopier())
        CHECKS.extend((households_without_head, pupils_to_check))
        tell_all()
        register_importer(VillageImporter())
        register_importer(RosterImporter())
        register_importer(ProfilesImporter())
        add_part(IncomePart())
        add_part(WorkPart())
        lists = {
            LedgerKind.PROFILE.value: ("villages_list", ""),
            LedgerKind.HOUSEHOLDS.value: ("households_list", ""),
            LedgerKind.WORK.value: ("work_list", ""),
        }
        register_ledgers({kind.value: str(kind.label) for kind in LedgerKind}, lists)
        HOUSEHOLDS.extra_panels.append(journal_panel)
        for resource in (*RESOURCES, ACTS_LIST):
            group = "数据" if resource is LINES else "台账"
            add_entry(group, Entry(resource.label, f"{resource.name}_list", Action.VIEW))
        add_entry("数据", Entry("更正", "corrections_list", Action.VIEW))
