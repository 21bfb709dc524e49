"""The project package as a Django app: everything built once."""

from django.apps import AppConfig


class FupinConfig(AppConfig):
    """Registers the system checks, the menu's own entries and the workbook of regions."""

    name = "fupin"
    verbose_name = "平台"

    def ready(self) -> None:
        """Load the checks (importing them registers them), and register what this room shows."""
        # ruff: noqa: PLC0415 - apps must be loaded first
        from fupin import checks  # noqa: F401
        from fupin.access import Action
        from fupin.domain import import_jobs, opening  # noqa: F401 - the worker knows their kinds of job
        from fupin.domain.imports import register_importer
        from fupin.interfaces import jobs  # noqa: F401 - the page of jobs knows this room's kinds
        from fupin.interfaces.regions import RegionImporter
        from fupin.menu import Entry, add_entry

        register_importer(RegionImporter())
        add_entry("数据", Entry("导入工作簿", "import", Action.IMPORT))
        add_entry("数据", Entry("审核进度", "progress", Action.VIEW))
        add_entry("管理", Entry("年度管理", "years", Action.YEARS))
        add_entry("数据", Entry("后台任务", "jobs", Action.VIEW))
        add_entry("管理", Entry("查看号码记录", "reveals", Action.REVEALS))
        add_entry("管理", Entry("导出记录", "exports", Action.REVEALS))
        add_entry("管理", Entry("用户与角色", "users", Action.USERS, placed=False))
        add_entry("管理", Entry("行政区划", "regions", Action.REGIONS, placed=False))
