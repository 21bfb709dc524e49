"""Appropriations, allocations and payments, and what the database allows of them.

Allocations lie in their project's village, payments where their allocation lies: foreign keys over two columns, which Django
has none of; funds/models/allocation.py names them.
"""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.db import migrations, models

from fupin.together import together

MONEY = Path(__file__).with_name("money.sql").read_text(encoding="utf-8")
DROP_MONEY = """
DROP FUNCTION funds_check_appropriations(bigint[]);
DROP FUNCTION funds_check_allocations(bigint[]);
DROP FUNCTION funds_check_region(bigint[]);
DROP FUNCTION funds_check_approval(bigint[]);
"""
PLACES = """
ALTER TABLE funds_project ADD CONSTRAINT project_with_region UNIQUE (id, region_id);
ALTER TABLE funds_allocation ADD CONSTRAINT allocation_with_region UNIQUE (id, region_id);
ALTER TABLE funds_allocation ADD CONSTRAINT allocation_lies_with_project
    FOREIGN KEY (project_id, region_id) REFERENCES funds_project (id, region_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE funds_payment ADD CONSTRAINT payment_lies_with_allocation
    FOREIGN KEY (allocation_id, region_id) REFERENCES funds_allocation (id, region_id) DEFERRABLE INITIALLY DEFERRED;
"""
DROP_PLACES = """
ALTER TABLE funds_payment DROP CONSTRAINT payment_lies_with_allocation;
ALTER TABLE funds_allocation DROP CONSTRAINT allocation_lies_with_project;
ALTER TABLE funds_allocation DROP CONSTRAINT allocation_with_region;
ALTER TABLE funds_project DROP CONSTRAINT project_with_region;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0005_benefits_and_loans'),
        ('fupin', '0008_export_log'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(MONEY, DROP_MONEY),
        *together([
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('on', models.DateField(verbose_name='安排日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位：11.5万元填115000。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='安排金额（元）')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='安排文号')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'verbose_name': '资金安排',
                'verbose_name_plural': '资金安排',
                'ordering': ['region', 'project', 'on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AllocationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('on', models.DateField(verbose_name='安排日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位：11.5万元填115000。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='安排金额（元）')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='安排文号')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Appropriation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='预算年度')),
                ('level', models.CharField(choices=[('01', '中央'), ('02', '省级'), ('03', '市级'), ('04', '县级'), ('99', '其他')], max_length=2, verbose_name='资金级次')),
                ('document', models.CharField(help_text='如：财农〔2017〕15号。', max_length=60, verbose_name='文号')),
                ('title', models.CharField(max_length=120, verbose_name='文件名称')),
                ('issued_on', models.DateField(help_text='提前下达的，日期可以在上一年。', verbose_name='下达日期')),
                ('batch', models.CharField(blank=True, help_text='如：第一批；不分批的留空。', max_length=30, verbose_name='批次')),
                ('item', models.CharField(blank=True, help_text='如：2130599。', max_length=30, verbose_name='预算科目')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位：50万元填500000。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='下达金额（元）')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'verbose_name': '资金指标',
                'verbose_name_plural': '资金指标',
                'ordering': ['-year', 'region', 'level', 'issued_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AppropriationEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('01', '到位'), ('02', '收回'), ('03', '调增'), ('04', '调减'), ('05', '结转下年')], max_length=2, verbose_name='变动')),
                ('on', models.DateField(verbose_name='日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位，填正数。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='金额（元）')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('reason', models.CharField(blank=True, help_text='收回、调增、调减的须填。', max_length=200, verbose_name='事由')),
            ],
            options={
                'verbose_name': '指标变动',
                'verbose_name_plural': '指标变动',
                'ordering': ['appropriation', 'on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AppropriationEntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('01', '到位'), ('02', '收回'), ('03', '调增'), ('04', '调减'), ('05', '结转下年')], max_length=2, verbose_name='变动')),
                ('on', models.DateField(verbose_name='日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位，填正数。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='金额（元）')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('reason', models.CharField(blank=True, help_text='收回、调增、调减的须填。', max_length=200, verbose_name='事由')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AppropriationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='预算年度')),
                ('level', models.CharField(choices=[('01', '中央'), ('02', '省级'), ('03', '市级'), ('04', '县级'), ('99', '其他')], max_length=2, verbose_name='资金级次')),
                ('document', models.CharField(help_text='如：财农〔2017〕15号。', max_length=60, verbose_name='文号')),
                ('title', models.CharField(max_length=120, verbose_name='文件名称')),
                ('issued_on', models.DateField(help_text='提前下达的，日期可以在上一年。', verbose_name='下达日期')),
                ('batch', models.CharField(blank=True, help_text='如：第一批；不分批的留空。', max_length=30, verbose_name='批次')),
                ('item', models.CharField(blank=True, help_text='如：2130599。', max_length=30, verbose_name='预算科目')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位：50万元填500000。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='下达金额（元）')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('on', models.DateField(verbose_name='支付日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='支付金额（元）')),
                ('payee', models.CharField(max_length=60, verbose_name='收款单位')),
                ('voucher', models.CharField(max_length=30, verbose_name='凭证号')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'verbose_name': '资金支付',
                'verbose_name_plural': '资金支付',
                'ordering': ['region', 'on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('on', models.DateField(verbose_name='支付日期')),
                ('amount', models.DecimalField(decimal_places=2, help_text='以元为单位。', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='支付金额（元）')),
                ('payee', models.CharField(max_length=60, verbose_name='收款单位')),
                ('voucher', models.CharField(max_length=30, verbose_name='凭证号')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='paid_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM funds_project WHERE id IN (SELECT project_id FROM old_values) ORDER BY id FOR NO KEY UPDATE;\n    PERFORM funds_check_approval(ARRAY(\n        SELECT p.id FROM funds_payment p JOIN funds_allocation l ON l.id = p.allocation_id\n        WHERE l.project_id IN (SELECT project_id FROM old_values WHERE kind = '11')\n    )); RETURN NULL;", hash='8de29f914dfec3b2e513493075b7fd913f0f772c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_paid_on_update_8f86c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='paid_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM funds_project WHERE id IN (SELECT project_id FROM old_values) ORDER BY id FOR NO KEY UPDATE;\n    PERFORM funds_check_approval(ARRAY(\n        SELECT p.id FROM funds_payment p JOIN funds_allocation l ON l.id = p.allocation_id\n        WHERE l.project_id IN (SELECT project_id FROM old_values WHERE kind = '11')\n    )); RETURN NULL;", hash='6c42fd16a320a611b5d120ff9abd334cdf4efcdf', level='STATEMENT', operation='DELETE', pgid='pgtrigger_paid_on_delete_0beb3', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_projectstep', when='AFTER')),
        ),
        migrations.AddField(
            model_name='allocation',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='funds.project', verbose_name='项目'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddField(
            model_name='allocationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='allocationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.allocation'),
        ),
        migrations.AddField(
            model_name='allocationevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.project', verbose_name='项目'),
        ),
        migrations.AddField(
            model_name='allocationevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddField(
            model_name='appropriation',
            name='carried_from',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='funds.appropriation', verbose_name='结转自'),
        ),
        migrations.AddField(
            model_name='appropriation',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='接收单位'),
        ),
        migrations.AddField(
            model_name='allocationevent',
            name='appropriation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.appropriation', verbose_name='资金指标'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='appropriation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='funds.appropriation', verbose_name='资金指标'),
        ),
        migrations.AddField(
            model_name='appropriationentry',
            name='appropriation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='funds.appropriation', verbose_name='资金指标'),
        ),
        migrations.AddField(
            model_name='appropriationentryevent',
            name='appropriation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.appropriation', verbose_name='资金指标'),
        ),
        migrations.AddField(
            model_name='appropriationentryevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='appropriationentryevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.appropriationentry'),
        ),
        migrations.AddField(
            model_name='appropriationevent',
            name='carried_from',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.appropriation', verbose_name='结转自'),
        ),
        migrations.AddField(
            model_name='appropriationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='appropriationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.appropriation'),
        ),
        migrations.AddField(
            model_name='appropriationevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='接收单位'),
        ),
        migrations.AddField(
            model_name='payment',
            name='allocation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='funds.allocation', verbose_name='资金安排'),
        ),
        migrations.AddField(
            model_name='payment',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddField(
            model_name='paymentevent',
            name='allocation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.allocation', verbose_name='资金安排'),
        ),
        migrations.AddField(
            model_name='paymentevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='paymentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.payment'),
        ),
        migrations.AddField(
            model_name='paymentevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddConstraint(
            model_name='appropriation',
            constraint=models.UniqueConstraint(condition=models.Q(('carried_from', None)), fields=('region', 'document', 'batch', 'level'), name='appropriation_once', violation_error_message='这个文号的指标已经登记（同一级次、同一批次），请核对文号；分批下达的请填写批次。'),
        ),
        migrations.AddConstraint(
            model_name='appropriation',
            constraint=models.UniqueConstraint(fields=('carried_from',), name='appropriation_carried_once', violation_error_message='这笔指标已经结转到下一年，要改金额的请先删除原来的结转，再重新结转。'),
        ),
        migrations.AddConstraint(
            model_name='appropriation',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['01', '02', '03', '04', '99'])), name='appropriation_level_known', violation_error_message='资金级次应为中央、省级、市级、县级或其他。'),
        ),
        migrations.AddConstraint(
            model_name='appropriation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='appropriation_amount_positive', violation_error_message='下达金额应大于0。'),
        ),
        migrations.AddConstraint(
            model_name='appropriation',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('issued_on')), ('year', django.db.models.expressions.CombinedExpression(django.db.models.functions.datetime.ExtractYear('issued_on'), '+', models.Value(1))), _connector='OR'), name='appropriation_issued_near', violation_error_message='下达日期应在预算年度当年，提前下达的在上一年，请核对日期和年度。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriation',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_appropriations(ARRAY(SELECT id FROM new_values)); RETURN NULL;', hash='9c5cce7461b188fd768f142d3bcb9aea3317e120', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_sum_on_update_c9fad', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_appropriation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriation',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='48855c4ecc8cc12dcc84ebf883365088b3aaf49f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b7a93', table='funds_appropriation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationevent" ("amount", "batch", "carried_from_id", "document", "id", "issued_on", "item", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "title", "year") SELECT new_values."amount", new_values."batch", new_values."carried_from_id", new_values."document", new_values."id", new_values."issued_on", new_values."item", new_values."level", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."remark", new_values."title", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2d0265fd39a222b2cba6c19dcecf60ebba7913bc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_27c22', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_appropriation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationevent" ("amount", "batch", "carried_from_id", "document", "id", "issued_on", "item", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "title", "year") SELECT new_values."amount", new_values."batch", new_values."carried_from_id", new_values."document", new_values."id", new_values."issued_on", new_values."item", new_values."level", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."remark", new_values."title", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='6442b9f8fbad5707c242de9286e40d3e4e08bd03', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_a3ef4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_appropriation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationevent" ("amount", "batch", "carried_from_id", "document", "id", "issued_on", "item", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "title", "year") SELECT old_values."amount", old_values."batch", old_values."carried_from_id", old_values."document", old_values."id", old_values."issued_on", old_values."item", old_values."level", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."remark", old_values."title", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f2127c78afafda7e60f7ee7b5e2a266a25bb46bd', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_8510a', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_appropriation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='3312515dd08d942341b0def7ea89beb673fe99b6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a9770', table='funds_allocationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e6280f774e46f4b8e9be8a55ed1d36595dc1cb19', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_445c3', table='funds_allocationevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(fields=['region', 'year'], name='allocation_place'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='allocation_amount_positive', violation_error_message='安排金额应大于0。'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('on'))), name='allocation_in_its_year', violation_error_message='资金安排的年度应是安排日期的年度。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='open_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM new_values) AS n ORDER BY 1, 2) AS places; RETURN NULL;', hash='8415a83de0e65fe0a304296c7b266990ba08540b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_open_on_insert_ae8bc', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='open_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM old_values) AS o ORDER BY 1, 2) AS places; RETURN NULL;', hash='d26cfef0ac6336018c99ff702723ed0219204a22', level='STATEMENT', operation='DELETE', pgid='pgtrigger_open_on_delete_a9d87', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='open_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b ORDER BY 1, 2) AS places; RETURN NULL;', hash='e61804c85cdfb6d685bbf41ce9f3054f2de81223', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_open_on_update_10c67', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='d5910f53db84b5af7e41abda0ab22c804894be33', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2fe7a', table='funds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_region(ARRAY(SELECT id FROM new_values));PERFORM funds_check_appropriations(ARRAY(SELECT appropriation_id FROM new_values)); RETURN NULL;', hash='3e27e5fc9c0ec565baff1e416b5083abd5021f86', level='STATEMENT', operation='INSERT', pgid='pgtrigger_sum_on_insert_9bf87', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_region(ARRAY(SELECT id FROM new_values));PERFORM funds_check_appropriations(ARRAY(SELECT appropriation_id FROM new_values));PERFORM funds_check_allocations(ARRAY(SELECT id FROM new_values)); RETURN NULL;', hash='e5511b82f5bd933502d816d94a6426f7667db6b0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_sum_on_update_bdf7c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_allocationevent" ("amount", "appropriation_id", "document", "id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "region_id", "remark", "year") SELECT new_values."amount", new_values."appropriation_id", new_values."document", new_values."id", new_values."on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."project_id", new_values."region_id", new_values."remark", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e9d22762d6fe6005e6a365bc8d7cb39d8f021a22', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0fcb7', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_allocationevent" ("amount", "appropriation_id", "document", "id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "region_id", "remark", "year") SELECT new_values."amount", new_values."appropriation_id", new_values."document", new_values."id", new_values."on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."project_id", new_values."region_id", new_values."remark", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='f76232c6e4afec148aa2d59fdfa63d93b404ca16', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_9f01d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_allocationevent" ("amount", "appropriation_id", "document", "id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "region_id", "remark", "year") SELECT old_values."amount", old_values."appropriation_id", old_values."document", old_values."id", old_values."on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."project_id", old_values."region_id", old_values."remark", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='8438bd57642e369040fdcee2206b1ec3cf29ba48', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_635bb', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_allocation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='appropriationentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['01', '02', '03', '04', '05'])), name='appropriation_entry_known', violation_error_message='指标变动应为到位、收回、调增、调减或结转下年。'),
        ),
        migrations.AddConstraint(
            model_name='appropriationentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='appropriation_entry_positive', violation_error_message='变动金额应大于0；减少的选“收回”或“调减”，仍填正数。'),
        ),
        migrations.AddConstraint(
            model_name='appropriationentry',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', '05')), fields=('appropriation',), name='appropriation_entry_carried_once', violation_error_message='这笔指标已经登记结转，要改金额的请先删除原来的结转，再重新结转。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_appropriations(ARRAY(SELECT appropriation_id FROM new_values)); RETURN NULL;', hash='5d10bd589f0e0b7cff5ade4b86ae753508680de8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_sum_on_insert_0ecb1', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_appropriations(ARRAY(SELECT appropriation_id FROM new_values UNION SELECT appropriation_id FROM old_values)); RETURN NULL;', hash='866e5b9df3918dcdcc0c5a367d8633108159d071', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_sum_on_update_20ae6', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_appropriations(ARRAY(SELECT appropriation_id FROM old_values)); RETURN NULL;', hash='d66fcc492aee47ded50a175dc692b35618a612b5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_sum_on_delete_a5330', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='efb9d8f5e35f87c989d02c18b70d25eeb6fa621e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_0e107', table='funds_appropriationentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationentryevent" ("amount", "appropriation_id", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT new_values."amount", new_values."appropriation_id", new_values."document", new_values."id", new_values."kind", new_values."on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7a81311aa08d722d520d609ec5850d847ead9692', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_fbf29', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationentryevent" ("amount", "appropriation_id", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT new_values."amount", new_values."appropriation_id", new_values."document", new_values."id", new_values."kind", new_values."on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='616bdabef11d54c84f6bf56ecab8a28bfc34af2e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b520b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_appropriationentryevent" ("amount", "appropriation_id", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT old_values."amount", old_values."appropriation_id", old_values."document", old_values."id", old_values."kind", old_values."on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c7b76606499be111071d05510d9b181e54b04e0c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_75823', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_appropriationentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentryevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='d32b4e80d3d931b6122766d827f26bf8195fb1d8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_44087', table='funds_appropriationentryevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationentryevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='535ff700ffe8202dce6247e5b87c9d15a20b9147', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bfd4d', table='funds_appropriationentryevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='3a1abd33c3b01166772a56531f075de05abce36e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_8dda1', table='funds_appropriationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appropriationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9940ac377fc0ba2cdb6c582de252d061136b2f2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0d812', table='funds_appropriationevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['region', 'year'], name='payment_place'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('allocation', 'year', 'voucher'), name='payment_once', violation_error_message='这个凭证号的支付已经登记，请核对凭证号，不要重复登记。'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_amount_positive', violation_error_message='支付金额应大于0。'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('on'))), name='payment_in_its_year', violation_error_message='支付的年度应是支付日期的年度。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='open_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM new_values) AS n ORDER BY 1, 2) AS places; RETURN NULL;', hash='924a170d972b0345011c8aa75fa0085317189530', level='STATEMENT', operation='INSERT', pgid='pgtrigger_open_on_insert_0806f', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='open_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM old_values) AS o ORDER BY 1, 2) AS places; RETURN NULL;', hash='675bfa2f029601bcbea5db288f2baa908b644c74', level='STATEMENT', operation='DELETE', pgid='pgtrigger_open_on_delete_ec74c', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='open_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b ORDER BY 1, 2) AS places; RETURN NULL;', hash='2164c4fa3fb0927effcb4794d566a6c588f14143', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_open_on_update_1462f', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='11d94d4f10110f38e0e970f258dddb1210fc0e47', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a22ac', table='funds_payment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_allocations(ARRAY(SELECT allocation_id FROM new_values));PERFORM funds_check_approval(ARRAY(SELECT id FROM new_values)); RETURN NULL;', hash='74da6c78e9ce0790bd0fa16ef6ac5244c0e7cec3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_sum_on_insert_26e26', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='sum_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM funds_check_allocations(ARRAY(SELECT allocation_id FROM new_values));PERFORM funds_check_approval(ARRAY(SELECT id FROM new_values)); RETURN NULL;', hash='6d24b4f96e3f7561e6686dbb0b3c68b4a6a001c3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_sum_on_update_219bc', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_paymentevent" ("allocation_id", "amount", "id", "on", "payee", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "voucher", "year") SELECT new_values."allocation_id", new_values."amount", new_values."id", new_values."on", new_values."payee", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."remark", new_values."voucher", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e5f655d716c6c0d272a0621f35e88253779efffd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4ea66', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_paymentevent" ("allocation_id", "amount", "id", "on", "payee", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "voucher", "year") SELECT new_values."allocation_id", new_values."amount", new_values."id", new_values."on", new_values."payee", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."remark", new_values."voucher", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='65c8a6b00ec3a6439393a900640575799c734940', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c4f50', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_paymentevent" ("allocation_id", "amount", "id", "on", "payee", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "remark", "voucher", "year") SELECT old_values."allocation_id", old_values."amount", old_values."id", old_values."on", old_values."payee", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."remark", old_values."voucher", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='94320a391c2a731adc89ff657821503d8cbd3528', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_76efa', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='e4008642c373e6a909b0eec05f97f0942bf1cc88', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_4928a', table='funds_paymentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c3ea5f1b549b664a8376601d1ad6603b3408551a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d7abd', table='funds_paymentevent', when='BEFORE')),
        ),
        ]),
        migrations.RunSQL(PLACES, DROP_PLACES),
    ]
