"""Reports from draft to seal, what is kept of them, and the reopening of a year: docs/decisions/0028-sealed-reports.md."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from fupin.together import together

IN_HAND = Path(__file__).with_name("reports_in_hand.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0009_shown_of'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('reports', '0005_blank_forms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(IN_HAND, "DROP FUNCTION reports_require_draft(varchar, integer);"),
        *together([
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('reason', models.CharField(max_length=500, verbose_name='重新打开的原因')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='决定时间')),
                ('consented', models.BooleanField(null=True, verbose_name='同意')),
            ],
            options={
                'verbose_name': '重新打开',
                'verbose_name_plural': '重新打开',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReopeningEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('reason', models.CharField(max_length=500, verbose_name='重新打开的原因')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='决定时间')),
                ('consented', models.BooleanField(null=True, verbose_name='同意')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='报告种类')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='报告年度')),
                ('first', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='工作开始年度')),
                ('part', models.CharField(blank=True, max_length=2, verbose_name='期间')),
                ('since', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='累计开始年度')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '编写中'), ('submitted', '已提交'), ('approved', '已批准'), ('sealed', '已封存')], default='draft', max_length=10, verbose_name='状态')),
                ('wording', models.PositiveIntegerField(blank=True, null=True, verbose_name='措辞版本')),
                ('approved', models.CharField(blank=True, max_length=64, verbose_name='批准内容的摘要')),
            ],
            options={
                'verbose_name': '报告',
                'verbose_name_plural': '报告',
                'ordering': ['region', 'year', 'kind', '-version'],
            },
        ),
        migrations.CreateModel(
            name='ReportEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=20, verbose_name='报告种类')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='报告年度')),
                ('first', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='工作开始年度')),
                ('part', models.CharField(blank=True, max_length=2, verbose_name='期间')),
                ('since', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='累计开始年度')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '编写中'), ('submitted', '已提交'), ('approved', '已批准'), ('sealed', '已封存')], default='draft', max_length=10, verbose_name='状态')),
                ('wording', models.PositiveIntegerField(blank=True, null=True, verbose_name='措辞版本')),
                ('approved', models.CharField(blank=True, max_length=64, verbose_name='批准内容的摘要')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReportMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('move', models.CharField(choices=[('begin', '开始编写'), ('submit', '提交'), ('take_back', '撤回'), ('return', '退回'), ('approve', '批准'), ('seal', '封存')], max_length=10, verbose_name='事项')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='意见')),
            ],
            options={
                'verbose_name': '报告办理记录',
                'verbose_name_plural': '报告办理记录',
                'ordering': ['report', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField(verbose_name='封存内容')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('events', models.JSONField(default=dict, verbose_name='修改记录的位置')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='封存时间')),
            ],
            options={
                'verbose_name': '封存',
                'verbose_name_plural': '封存',
            },
        ),
        migrations.CreateModel(
            name='SealedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=10, verbose_name='格式')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('content', models.BinaryField(verbose_name='文件内容')),
            ],
            options={
                'verbose_name': '封存件',
                'verbose_name_plural': '封存件',
            },
        ),
        migrations.CreateModel(
            name='YearFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('content', models.TextField(verbose_name='指标')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('events', models.JSONField(default=dict, verbose_name='修改记录的位置')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='关账时间')),
            ],
            options={
                'verbose_name': '关账时的指标',
                'verbose_name_plural': '关账时的指标',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sectiontext',
            trigger=pgtrigger.compiler.Trigger(name='report_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM reports_require_draft(region_id, year) FROM (SELECT DISTINCT region_id, year FROM new_values) AS places; RETURN NULL;', hash='4b553a8114077a2c03c6e59d1968a4675414c04b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_report_on_insert_7e69a', referencing='REFERENCING NEW TABLE AS new_values ', table='reports_sectiontext', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sectiontext',
            trigger=pgtrigger.compiler.Trigger(name='report_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM reports_require_draft(region_id, year) FROM (SELECT DISTINCT region_id, year FROM (SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b) AS places; RETURN NULL;', hash='1aa2a7919ace9683b32440b9e6062fd2d3f339b5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_report_on_update_5f547', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='reports_sectiontext', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sectiontext',
            trigger=pgtrigger.compiler.Trigger(name='report_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM reports_require_draft(region_id, year) FROM (SELECT DISTINCT region_id, year FROM old_values) AS places; RETURN NULL;', hash='3fba40ed2d15e6b7403c39418832fa57757573d9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_report_on_delete_f44ab', referencing='REFERENCING OLD TABLE AS old_values ', table='reports_sectiontext', when='AFTER')),
        ),
        migrations.AddField(
            model_name='reopening',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='范围'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='asked_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='decided_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reports.reopening'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='范围'),
        ),
        migrations.AddField(
            model_name='report',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='批准人'),
        ),
        migrations.AddField(
            model_name='report',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='单位'),
        ),
        migrations.AddField(
            model_name='report',
            name='submitted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='approved_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='批准人'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reports.report'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='单位'),
        ),
        migrations.AddField(
            model_name='reportevent',
            name='submitted_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人'),
        ),
        migrations.AddField(
            model_name='reportmove',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人'),
        ),
        migrations.AddField(
            model_name='reportmove',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='reports.report', verbose_name='报告'),
        ),
        migrations.AddField(
            model_name='seal',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='封存人'),
        ),
        migrations.AddField(
            model_name='seal',
            name='report',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='reports.report', verbose_name='报告'),
        ),
        migrations.AddField(
            model_name='sealedfile',
            name='seal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reports.seal', verbose_name='封存'),
        ),
        migrations.AddField(
            model_name='yearfigures',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='关账人'),
        ),
        migrations.AddField(
            model_name='yearfigures',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='单位'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), ('consented', False), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='reopening_by_two', violation_error_message='重新打开须由申请人以外的另一个人确认。'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consented', None), ('decided_at', None), ('decided_by', None)), models.Q(('consented__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='reopening_decided_whole', violation_error_message='重新打开的决定须写明谁、何时、是否同意。'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reopening_has_reason', violation_error_message='请填写重新打开的原因。'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_by', None)), fields=('region', 'year'), name='reopening_open_once', violation_error_message='已有一项重新打开的申请在等待确认。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='ebdd83cb4885b7d384fef6c2d90b85ce00011e3b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_689b8', table='reports_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reopeningevent" ("asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c3c70682e72f328edd8a43c6b5669e5d93569b12', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_7adec', referencing='REFERENCING NEW TABLE AS new_values ', table='reports_reopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reopeningevent" ("asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='3dff6723caa253923ed100ee795f7c14a837690a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_d9289', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='reports_reopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reopeningevent" ("asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT old_values."asked_at", old_values."asked_by_id", old_values."consented", old_values."decided_at", old_values."decided_by_id", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."region_id", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='8ddba7b3eb52d8a04d0503de437f5b23e7b80006', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_74d18', referencing='REFERENCING OLD TABLE AS old_values ', table='reports_reopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopeningevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='e9b9562f4f7f0961804132df4093a0100fed51a2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_1bf67', table='reports_reopeningevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopeningevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dd2139d7a12d72edf27073b8d164b2fdb35bce21', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5cfd9', table='reports_reopeningevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('region', 'year', 'kind', 'first', 'part', 'since', 'version'), name='report_version_once', violation_error_message='有人刚刚建立了同一份报告，请刷新页面。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sealed'), _negated=True), fields=('region', 'year', 'kind', 'first', 'part', 'since'), name='report_in_hand_once', violation_error_message='这份报告还没有封存，不能另写新版本。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'approved', 'sealed'])), name='report_state_known', violation_error_message='报告状态不明。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), ('submitted_by', None), models.Q(('approved_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='report_by_two', violation_error_message='报告须由提交人以外的另一个人批准。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_by', None), ('wording', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('wording__isnull', False)), _connector='OR'), name='report_submitted_whole', violation_error_message='报告提交时须定下措辞版本。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['approved', 'sealed']), _negated=True), ('approved', ''), ('approved_by', None)), models.Q(('state__in', ['approved', 'sealed']), models.Q(('approved', ''), _negated=True)), _connector='OR'), name='report_approved_whole', violation_error_message='报告批准时须记下批准的内容。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('first__lte', models.F('year')), ('part__in', ['', 'H1', 'H2', 'Q1', 'Q2', 'Q3', 'Q4']), ('since__lte', models.F('year'))), name='report_period_holds', violation_error_message='报告的期间不对。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='54d372a07e8301fdae4961bd05e2e3de674cc73d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_9ca65', table='reports_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='sealed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'sealed\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7945126cf0fbc23803fed5322e56b7d8c67adb86', operation='UPDATE OR DELETE', pgid='pgtrigger_sealed_stays_7e6d9', table='reports_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportevent" ("approved", "approved_by_id", "first", "id", "kind", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "since", "state", "submitted_by_id", "version", "wording", "year") SELECT new_values."approved", new_values."approved_by_id", new_values."first", new_values."id", new_values."kind", new_values."part", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."since", new_values."state", new_values."submitted_by_id", new_values."version", new_values."wording", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a91c42128ff49e1bcdb9059da2bacf66d28d2c71', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_84ceb', referencing='REFERENCING NEW TABLE AS new_values ', table='reports_report', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportevent" ("approved", "approved_by_id", "first", "id", "kind", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "since", "state", "submitted_by_id", "version", "wording", "year") SELECT new_values."approved", new_values."approved_by_id", new_values."first", new_values."id", new_values."kind", new_values."part", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."since", new_values."state", new_values."submitted_by_id", new_values."version", new_values."wording", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='37804bcf02877f073eee484e049927215a4edae1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_234a9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='reports_report', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_reportevent" ("approved", "approved_by_id", "first", "id", "kind", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "since", "state", "submitted_by_id", "version", "wording", "year") SELECT old_values."approved", old_values."approved_by_id", old_values."first", old_values."id", old_values."kind", old_values."part", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."since", old_values."state", old_values."submitted_by_id", old_values."version", old_values."wording", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b88f75b8662a632fbd39bad0e2be8c42ed931f25', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6acd6', referencing='REFERENCING OLD TABLE AS old_values ', table='reports_report', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='fb8c0c4a3cb2d2052a23d6e1db9c3c88e3ee7443', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_09708', table='reports_reportevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='79709c12d5a2ece868c72f81bcfe3e43e6ab1222', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_eac1b', table='reports_reportevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportmove',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='218d8a7a7c8b7c2f80fd37a9c30025f4ffab029c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aa55d', table='reports_reportmove', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportmove',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='ca60acf53fd7f21bf5ccd23d46ffde5bd9b97cf2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_ab90b', table='reports_reportmove', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd384540a9e8e791a300aa08fb4f0bb55b1590c1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fa2cd', table='reports_seal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='ba66d0d61ac114a5783d38a27d2c7bc9b76be559', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2fb89', table='reports_seal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='sealedfile',
            constraint=models.UniqueConstraint(fields=('seal', 'format'), name='sealed_file_once', violation_error_message='这一格式的封存件已经有了。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedfile',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e9456fafc9d96ba4bf4212f35f219348cf595b28', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_eb061', table='reports_sealedfile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedfile',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='8a08efbd2eb765e2e5cf7fbc06b08fe4a33c389d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_6823c', table='reports_sealedfile', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='yearfigures',
            index=models.Index(fields=['region', 'year', '-at'], name='year_figures_latest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='yearfigures',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f1283351ce27eff5a2c2c0956af4386487d4ec70', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_04c3c', table='reports_yearfigures', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='yearfigures',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='9944f174c5a7fb30e85502be7284cee4a53d1560', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e10a9', table='reports_yearfigures', when='BEFORE')),
        ),
        ]),
    ]
