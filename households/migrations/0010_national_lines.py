"""The nation's lines, each with where it was read. A year of which no source is known has none: a county enters its own."""

from typing import Any

from django.db import migrations

POVERTY, MONITORING = "01", "02"

#: (year, kind, 元 a head, source)
LINES = (
    (2013, POVERTY, 2736, "国家统计局农村贫困标准（《云南调查年鉴2017》）"),
    (2014, POVERTY, 2800, "国家统计局农村贫困标准（《云南调查年鉴2017》）"),
    (2015, POVERTY, 2855, "国家统计局农村贫困标准（《云南调查年鉴2017》）"),
    (2016, POVERTY, 2952, "国家统计局农村贫困标准（《云南调查年鉴2017》）"),
    (2017, POVERTY, 2952, "2017年数据质量核查规则所用的标准；年鉴公布的可能不同，请核对"),
    (2019, POVERTY, 3218, "公开报道，未见原文，请核对"),
    (2019, MONITORING, 5000, "2019年动态管理工作通知（湖南省南县公开）"),
    (2020, POVERTY, 4000, "国务院新闻办公室2021年介绍：约4000元，请核对"),
    (2020, MONITORING, 5000, "2019年动态管理工作通知（湖南省南县公开）"),
)


def enter_lines(apps: Any, schema_editor: Any = None) -> None:
    """Enter the lines that are not there yet."""
    lines = apps.get_model("households", "PovertyLine")._base_manager
    for year, kind, amount, source in LINES:
        lines.get_or_create(region=None, year=year, kind=kind, defaults={"amount": amount, "source": source})


def strike_lines(apps: Any, schema_editor: Any = None) -> None:
    """Take the nation's lines out again."""
    apps.get_model("households", "PovertyLine")._base_manager.filter(region=None).delete()


class Migration(migrations.Migration):
    dependencies = [("households", "0009_helpers")]

    operations = [migrations.RunPython(enter_lines, strike_lines)]
