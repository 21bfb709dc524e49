"""The cache of villages' figures, and the marks of what was written since: docs/decisions/0026-figure-cache.md.

The triggers lie on tables of the rooms below, which know nothing of figures: they are made here, and a test compares them with
what the declared figures read (tests/reports/test_figure_marks.py).
"""

from pathlib import Path

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from fupin.together import together

MARKS = Path(__file__).with_name("figure_marks.sql").read_text(encoding="utf-8")
DROP_MARKS = "DROP FUNCTION reports_mark_villages(); DROP FUNCTION reports_mark_everywhere();"
#: What figures are made of, village by village.
TABLES = (
    "households_villageyear", "households_householdyear", "households_membership", "households_ledgerentry",
    "households_incomeitem", "funds_benefit", "funds_partnership", "funds_project",
)  # fmt: skip
REFERENCING = {"insert": "NEW TABLE AS new_values", "delete": "OLD TABLE AS old_values"}
REFERENCING["update"] = f"{REFERENCING['delete']} {REFERENCING['insert']}"
ADD_TRIGGERS = "".join(
    f"CREATE TRIGGER figures_on_{event} AFTER {event} ON {table} REFERENCING {tables}"
    " FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_villages();\n"
    for table in TABLES
    for event, tables in REFERENCING.items()
)
ADD_TRIGGERS += (
    f"CREATE TRIGGER figures_on_update AFTER UPDATE ON funds_enterprise REFERENCING {REFERENCING['update']}"
    " FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_everywhere();"
)
DROP_TRIGGERS = "".join(
    f"DROP TRIGGER figures_on_{event} ON {table};\n" for table in TABLES for event in REFERENCING
)
DROP_TRIGGERS += "DROP TRIGGER figures_on_update ON funds_enterprise;"


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0008_export_log'),
        ('funds', '0006_money'),
        ('households', '0013_people_planned_afresh'),
        ('reports', '0002_section_text'),
    ]

    operations = [
        *together([
        migrations.CreateModel(
            name='VillageFold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='报告年度')),
                ('digest', models.CharField(max_length=64, verbose_name='口径摘要')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村')),
            ],
            options={
                'verbose_name': '已汇总的村年度',
                'verbose_name_plural': '已汇总的村年度',
            },
        ),
        migrations.CreateModel(
            name='VillageMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='fupin.region', verbose_name='村')),
            ],
            options={
                'verbose_name': '待重新汇总的村年度',
                'verbose_name_plural': '待重新汇总的村年度',
            },
        ),
        migrations.CreateModel(
            name='VillageFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='报告年度')),
                ('since', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='起始年度')),
                ('code', models.CharField(max_length=80, verbose_name='指标代码')),
                ('value', models.DecimalField(decimal_places=6, max_digits=36, null=True, verbose_name='数值')),
                ('rows', models.IntegerField(verbose_name='记录数')),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None, verbose_name='所计对象')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村')),
            ],
            options={
                'verbose_name': '村级指标',
                'verbose_name_plural': '村级指标',
                'constraints': [models.UniqueConstraint(fields=('region', 'year', 'since', 'code'), include=('value', 'rows'), name='village_figure_once', violation_error_message='该村这一年度的指标已经汇总。')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='villagefigure',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='f3267c5ff76b3b3625c58107520291d040a2a238', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_fed09', table='reports_villagefigure', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='villagefold',
            constraint=models.UniqueConstraint(fields=('region', 'year'), name='village_fold_once', violation_error_message='该村这一年度已经汇总。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='villagefold',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='30c43891824fc1b1584c6cafdf156d073d2eff77', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2b60e', table='reports_villagefold', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='villagemark',
            index=models.Index(fields=['region', 'year'], name='village_mark_place'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='villagemark',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='4360f45e8dc84e9ca9e4cc2ee694064342540965', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_63749', table='reports_villagemark', when='BEFORE')),
        ),
        ]),
        migrations.RunSQL(MARKS, DROP_MARKS),
        migrations.RunSQL(ADD_TRIGGERS, DROP_TRIGGERS),
    ]
