"""Money: projects, measures, benefits, and the enterprises that take part."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The room of money."""

    name = "funds"
    verbose_name = "资金"

    def ready(self) -> None:
        """Register what this room shows and reads."""
        # ruff: noqa: PLC0415 - apps must be loaded first
        from funds.guards import SENTENCES
        from funds.interfaces.benefits import benefits_panel
        from funds.interfaces.claims import CLAIMS
        from funds.interfaces.parts import BenefitPart, PartnershipPart, ProjectPart
        from funds.interfaces.printing import benefits_on_card
        from funds.interfaces.resources import RESOURCES
        from funds.ledgers import LedgerKind
        from funds.models import Project, ProjectStep
        from funds.queries.trails import trails_in_ledgers
        from fupin.access import Action
        from fupin.ledgers import register_ledgers
        from fupin.menu import Entry, add_entry
        from fupin.models import Attachment
        from fupin.refusals import BY_HAND
        from households.interfaces.imports import add_part
        from households.interfaces.printing import MORE_GRIDS
        from households.interfaces.resources import HOUSEHOLDS

        Attachment.targets.extend((Project, ProjectStep))
        BY_HAND.update(SENTENCES)
        lists = {kind.value: ("benefits_list", f"ledger={kind.value}") for kind in LedgerKind}
        lists |= {
            LedgerKind.PROJECTS.value: ("projects_list", ""),
            LedgerKind.PARTNERS.value: ("partners_list", ""),
        }
        register_ledgers({kind.value: str(kind.label) for kind in LedgerKind}, lists)
        for part in (BenefitPart(), ProjectPart(), PartnershipPart()):
            add_part(part)
        for resource in RESOURCES:
            if resource is not CLAIMS:  # reached from the benefits
                add_entry("台账", Entry(resource.label, f"{resource.name}_list", Action.VIEW))
        HOUSEHOLDS.extra_panels.append(benefits_panel)
        HOUSEHOLDS.extra_trails.append(trails_in_ledgers)
        MORE_GRIDS.append(benefits_on_card)
