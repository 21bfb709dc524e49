"""Corrections of a closed year, and the door in the guard that one of them opens while it is applied."""

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


# In place of fupin's own, which lets nothing pass: consented to by a second person, not yet applied, and for the
# village and year that are written.
DOOR = """
CREATE OR REPLACE FUNCTION fupin_door(place varchar, of_year integer) RETURNS boolean
LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT 1 FROM households_correction c
        WHERE c.id = nullif(current_setting('fupin.correction', true), '')::bigint
          AND c.region_id = place AND c.year = of_year AND c.consented AND c.applied_at IS NULL
    )
$$;
"""
SHUT = """
CREATE OR REPLACE FUNCTION fupin_door(place varchar, of_year integer) RETURNS boolean
LANGUAGE sql AS $$ SELECT false $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0005_review'),
        ('households', '0004_official_form'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('old', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='原值')),
                ('new', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='新值')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='决定时间')),
                ('consented', models.BooleanField(null=True, verbose_name='同意')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='更正时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('household_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='households.householdyear', verbose_name='户')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村')),
            ],
            options={
                'verbose_name': '更正',
                'verbose_name_plural': '更正',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CorrectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('old', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='原值')),
                ('new', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='新值')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='决定时间')),
                ('consented', models.BooleanField(null=True, verbose_name='同意')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='更正时间')),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('household_year', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='households.householdyear', verbose_name='户')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='households.correction')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='村')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='correction_by_two', violation_error_message='更正须由申请人以外的另一个人决定。'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consented', None), ('decided_at', None), ('decided_by', None)), models.Q(('consented__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='correction_decided_whole', violation_error_message='更正的决定须写明谁、何时、是否同意。'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('applied_at', None), ('consented', True), _connector='OR'), name='correction_applied_with_consent', violation_error_message='没有同意的更正不能办理。'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_by', None)), fields=('household_year',), name='correction_open_once', violation_error_message='该户这一年度已有一项更正在等待决定。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='e431489b9d10a40c50845e18f37a48b98f679307', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3426f', table='households_correction', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."applied_at", new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."household_year_id", new_values."id", new_values."new", new_values."old", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a3d0045180eb66df571ddc2139f590dea6587bcb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aa2df', referencing='REFERENCING NEW TABLE AS new_values ', table='households_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."applied_at", new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."household_year_id", new_values."id", new_values."new", new_values."old", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='e42e44a8815fce1c8bc90132b7b91f6ee0116de7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_87591', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT old_values."applied_at", old_values."asked_at", old_values."asked_by_id", old_values."consented", old_values."decided_at", old_values."decided_by_id", old_values."household_year_id", old_values."id", old_values."new", old_values."old", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."region_id", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='fd95d463b86ce6ef1c726ebe78b47228fdd65198', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_60c2e', referencing='REFERENCING OLD TABLE AS old_values ', table='households_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correctionevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='f7a8f8b49f5d3601a60d2d36f8147c413d4b070c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3a99c', table='households_correctionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correctionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='13be298619b281d46cdf696b6ed9aac0edb0e0b6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b90b7', table='households_correctionevent', when='BEFORE')),
        ),
        migrations.RunSQL(DOOR, SHUT),
    ])
