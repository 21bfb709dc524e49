"""What villages' figures came to, and which of them may have changed since: docs/decisions/0026-figure-cache.md.

Nothing here is said by anybody: it is measured from the rows, and measured anew where they were written. Reports read it
through reports/figures/cache.py alone; reports/domain/folding.py fills it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fupin.guards import no_truncate
from fupin.models import Region, year_field
from fupin.scope import Scoped
from households.models import Person


class VillageFigure(Scoped):
    """A figure of a region's own rows, for a report of one year: one line for each that has rows."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", db_index=False, related_name="+")
    year = year_field("报告年度")
    #: The first year of the rows: the report's year, or that since which things accumulate.
    since = year_field("起始年度")
    code = models.CharField("指标代码", max_length=80)
    #: In the rows' own unit. Empty: no row has the number, or `ids` say what is counted.
    value = models.DecimalField("数值", max_digits=36, decimal_places=6, null=True)
    #: How many rows are behind it.
    rows = models.IntegerField("记录数")
    #: Of what is shared by villages, as enterprises are: which are counted or named, so that each is one in their sum.
    ids = ArrayField(models.BigIntegerField(), verbose_name="所计对象", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "村级指标"
        triggers = [no_truncate()]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "since", "code"],
                # A county's sums are read from the index alone.
                include=["value", "rows"],
                name="village_figure_once",
                violation_error_message="该村这一年度的指标已经汇总。",
            ),
        ]


class VillageFold(Scoped):
    """That a region's figures of a year stand in VillageFigure: by which declarations. Without it they are measured live."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", db_index=False, related_name="+")
    year = year_field("报告年度")
    digest = models.CharField("口径摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "已汇总的村年度"
        triggers = [no_truncate()]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="village_fold_once",
                violation_error_message="该村这一年度已经汇总。",
            ),
        ]


class VillageMark(Scoped):
    """That somebody has written rows of a village and year: its figures of that year and later ones may have changed.

    A log that the database itself adds to, in the writer's transaction; what was folded since is taken out of it. It is never
    made unique: of two writers the second would leave no mark of its own, and its rows no trace once the first one's is
    taken out.
    """

    #: Empty: every village, or those of the person. No foreign key: the row that was written has one.
    region = models.ForeignKey(
        Region, models.DO_NOTHING, verbose_name="村", null=True, db_index=False, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    year = year_field()
    #: Whose sex or birth date was corrected: marked is where they are a member, asked when the mark is read. Who is at the
    #: writing to be seen as a member there would not do: somebody may be moving the person meanwhile.
    person = models.ForeignKey(
        Person, models.DO_NOTHING, verbose_name="人员", null=True, db_index=False, db_constraint=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "待重新汇总的村年度"
        triggers = [no_truncate()]
        indexes = [models.Index(fields=["region", "year"], name="village_mark_place")]
