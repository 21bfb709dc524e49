"""Money: projects, measures, benefits, and the enterprises that take part."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The room of money."""

    name = "funds"
    verbose_name = "资金"

    def ready(self) -> None:
        """Register what this room shows and reads."""
        # ruff: noqa: PLC0415 - apps must be loaded first
        from funds import guards, money_guards
        from funds.interfaces.allocations import project_allocations, project_payments
        from funds.interfaces.benefits import benefits_panel
        from funds.interfaces.money_imports import IMPORTERS
        from funds.interfaces.parts import BenefitPart, PartnershipPart, ProjectPart
        from funds.interfaces.printing import benefits_on_card
        from funds.interfaces.projects import PROJECTS
        from funds.interfaces.resources import OF_MONEY, RESOURCES
        from funds.ledgers import LedgerKind
        from funds.models import Payment, Project, ProjectStep
        from funds.queries.tellings import tell_money
        from funds.queries.trails import trails_in_ledgers
        from fupin.access import Action
        from fupin.domain.imports import register_importer
        from fupin.ledgers import register_ledgers
        from fupin.menu import Entry, add_entry
        from fupin.models import Attachment
        from fupin.refusals import BY_HAND
        from households.interfaces.imports import add_part
        from households.interfaces.printing import MORE_GRIDS
        from households.interfaces.resources import HOUSEHOLDS

        Attachment.targets.extend((Project, ProjectStep, Payment))
        BY_HAND.update(guards.SENTENCES | money_guards.SENTENCES)
        lists = {kind.value: ("benefits_list", f"ledger={kind.value}") for kind in LedgerKind}
        lists |= {
            LedgerKind.PROJECTS.value: ("projects_list", ""),
            LedgerKind.PARTNERS.value: ("partners_list", ""),
        }
        register_ledgers({kind.value: str(kind.label) for kind in LedgerKind}, lists)
        for part in (BenefitPart(), ProjectPart(), PartnershipPart()):
            add_part(part)
        for importer in IMPORTERS:
            register_importer(importer)
        tell_money()
        add_entry("资金", Entry("资金总览", "money", Action.VIEW))
        for resource in RESOURCES:
            heading = "资金" if resource in OF_MONEY else "台账"
            add_entry(heading, Entry(resource.label, f"{resource.name}_list", Action.VIEW))
        add_entry("资金", Entry("资金勾稽", "money_checks", Action.VIEW))
        PROJECTS.extra_panels += [project_allocations, project_payments]
        HOUSEHOLDS.extra_panels.append(benefits_panel)
        HOUSEHOLDS.extra_trails.append(trails_in_ledgers)
        MORE_GRIDS.append(benefits_on_card)
