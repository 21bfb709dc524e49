"""Money: projects, appropriations, payments, measures, benefits. Its first models arrive with the fund ledgers."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The room of money."""

    name = "funds"
    verbose_name = "资金"
