"""The ledgers of money: what a village keeps, declares nil, or does not keep, kind by kind.

Measures of one kind that a township keeps in one book are one ledger: a county whose list of 光伏 was not imported
must not print 光伏0户 because some other measure has rows.
"""

from django.db.models import TextChoices


class LedgerKind(TextChoices):
    """Kinds of fupin.models.Ledger rows."""

    PROJECTS = "projects", "到村项目"
    PARTNERS = "partners", "市场主体"
    PRODUCTION = "production", "产业奖补与创业"
    SOLAR = "solar", "光伏扶贫"
    FINANCE = "finance", "金融扶贫"
    RELOCATION = "relocation", "易地扶贫搬迁"
    ECOLOGY = "ecology", "生态补偿"
    EDUCATION = "education", "教育资助"
    DIBAO = "dibao", "低保"
    WUBAO = "wubao", "五保供养"
    INSURANCE = "insurance", "养老、残补与救助"
    HOUSING = "housing", "危旧房改造"
    WATER = "water", "饮水安全"
    POSTS = "posts", "公益性岗位"
    YULU = "yulu", "雨露计划"
    DIVIDENDS = "dividends", "资产收益与分红"
    EMPLOYMENT = "employment", "务工补贴"
