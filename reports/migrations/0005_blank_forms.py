"""Forms of the level above that are kept to be filled in."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import reports.models.blank
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0009_shown_of'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('reports', '0004_person_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='BlankForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='报表名称')),
                ('file', models.FileField(max_length=200, upload_to=reports.models.blank.kept_at, verbose_name='空白报表')),
                ('sha256', models.CharField(max_length=64)),
                ('told', models.JSONField(default=list, verbose_name='表中内容')),
                ('said', models.JSONField(blank=True, default=dict, verbose_name='指标对应')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='单位')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '上级报表',
                'verbose_name_plural': '上级报表',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='BlankFormEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='报表名称')),
                ('file', models.FileField(max_length=200, upload_to=reports.models.blank.kept_at, verbose_name='空白报表')),
                ('sha256', models.CharField(max_length=64)),
                ('said', models.JSONField(blank=True, default=dict, verbose_name='指标对应')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reports.blankform')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='单位')),
                ('uploaded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='blankform',
            constraint=models.UniqueConstraint(fields=('region', 'name'), name='blank_form_name_once', violation_error_message='已有同名的报表，请换一个名称，或先删除原来的。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankform',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='cc10270fc2d8cd38d00850e9296400d3b4608c98', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_1e4b1', table='reports_blankform', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankform',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_blankformevent" ("file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "said", "sha256", "uploaded_at", "uploaded_by_id") SELECT new_values."file", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."said", new_values."sha256", new_values."uploaded_at", new_values."uploaded_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b0ee67c945a85ba7cce95292eb5d4b709ecbac85', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_67638', referencing='REFERENCING NEW TABLE AS new_values ', table='reports_blankform', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankform',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_blankformevent" ("file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "said", "sha256", "uploaded_at", "uploaded_by_id") SELECT new_values."file", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."said", new_values."sha256", new_values."uploaded_at", new_values."uploaded_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."file" IS DISTINCT FROM (new_values."file") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."region_id" IS DISTINCT FROM (new_values."region_id") OR old_values."said" IS DISTINCT FROM (new_values."said") OR old_values."sha256" IS DISTINCT FROM (new_values."sha256") OR old_values."uploaded_at" IS DISTINCT FROM (new_values."uploaded_at") OR old_values."uploaded_by_id" IS DISTINCT FROM (new_values."uploaded_by_id")) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='b20c2a3cb554b66862528849b31a62a0baf23074', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_4730c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='reports_blankform', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankform',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "reports_blankformevent" ("file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "said", "sha256", "uploaded_at", "uploaded_by_id") SELECT old_values."file", old_values."id", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."said", old_values."sha256", old_values."uploaded_at", old_values."uploaded_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c350ab20d54e13128c718e3f945f9b370a63d03f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_e8e33', referencing='REFERENCING OLD TABLE AS old_values ', table='reports_blankform', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankformevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='26c86975f17817eb36fc235d5c2d4e8b7a0a50de', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a6ca9', table='reports_blankformevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blankformevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1334956f1169884405635580f0ec533c4bff8906', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1dad0', table='reports_blankformevent', when='BEFORE')),
        ),
    ])
