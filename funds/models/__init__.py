"""Money: projects of villages, benefits of households and people, loans, and the enterprises that take part."""

from funds.models.allocation import Allocation, Payment
from funds.models.appropriation import Appropriation, AppropriationEntry
from funds.models.benefit import Benefit
from funds.models.enterprise import Enterprise, Partnership
from funds.models.loan import Loan
from funds.models.project import Project
from funds.models.step import ProjectStep
from funds.models.sums import FundSum

__all__ = [
    "Allocation",
    "Appropriation",
    "AppropriationEntry",
    "Benefit",
    "Enterprise",
    "FundSum",
    "Loan",
    "Partnership",
    "Payment",
    "Project",
    "ProjectStep",
]
