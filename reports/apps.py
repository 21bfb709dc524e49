"""Words and numbers: figures, wording, summaries."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room of figures and reports."""

    name = "reports"
    verbose_name = "汇总"

    def ready(self) -> None:
        """Add this room to the menu."""
        # ruff: noqa: PLC0415 - apps must be loaded first
        from fupin.access import Action
        from fupin.menu import Entry, add_entry
        from fupin.models import Level

        add_entry("概况", Entry("首页", "overview", Action.VIEW))
        village = (("kind", "village"),)
        add_entry(
            "汇总", Entry("村年度总结", "summary", Action.REPORT, arguments=village, levels=(Level.VILLAGE,))
        )
        add_entry("汇总", Entry("指标口径", "definitions", Action.REPORT))
