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
        from fupin.domain.jobs import between_jobs
        from fupin.menu import Entry, add_entry
        from fupin.models import Level
        from fupin.views.saved import keep_views
        from households.interfaces.imports import add_part
        from reports.domain.folding import fold_some
        from reports.interfaces import blanks, bundle, closing, yearbook  # noqa: F401 - the worker knows their jobs
        from reports.interfaces.parts import TextPart
        from reports.interfaces.resources import TEXTS
        from reports.interfaces.statistics import NAME
        from reports.queries.bundles import LEVELS

        between_jobs(fold_some)
        add_part(TextPart())
        add_entry("台账", Entry(TEXTS.label, "texts_list", Action.VIEW))
        add_entry("概况", Entry("首页", "overview", Action.VIEW))
        add_entry("概况", Entry("数据看板", "dashboard", Action.REPORT))
        village = (("kind", "village"),)
        add_entry(
            "汇总", Entry("村年度总结", "summary", Action.REPORT, arguments=village, levels=(Level.VILLAGE,))
        )
        reported = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
        within = (Level.COUNTY, Level.TOWNSHIP)
        add_entry(
            "汇总",
            Entry("年度总结", "summary", Action.REPORT, arguments=(("kind", "region"),), levels=within),
        )
        add_entry(
            "汇总",
            Entry("项目建设总结", "summary", Action.REPORT, arguments=(("kind", "projects"),), levels=within),
        )
        add_entry("汇总", Entry("报告办理", "reports", Action.REPORT, levels=reported))
        keep_views(NAME, "statistics")
        add_entry("汇总", Entry("统计表", "statistics", Action.REPORT))
        add_entry("汇总", Entry("年度统计表", "yearbook", Action.REPORT, levels=within))
        add_entry("汇总", Entry("勾稽表", "proof", Action.REPORT))
        add_entry("汇总", Entry("批量总结", "bundles", Action.EXPORT, levels=LEVELS))
        add_entry("汇总", Entry("上级报表", "blanks", Action.IMPORT))
        add_entry("汇总", Entry("指标口径", "definitions", Action.REPORT))
        add_entry("管理", Entry("年度关账", "closing", Action.YEARS))
        add_entry("管理", Entry("总结措辞", "wording", Action.WORDING, arguments=village, levels=reported))
