"""Helpers: people who look after households, with or without an account; pairings name them instead of accounts."""

import django.db.models.deletion
import fupin.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


#: Each account that is or was paired in a village becomes a helper of it. Two of one name are told apart by the log-in name.
ACCOUNTS_BECOME_HELPERS = """
ALTER TABLE households_pairing DISABLE TRIGGER USER;
ALTER TABLE households_pairingevent DISABLE TRIGGER USER;
INSERT INTO households_helper
    (region_id, name, sex, party, unit, affiliation, position, education, phone, specialty, resident_role, user_id)
SELECT region_id,
    CASE WHEN count(*) OVER (PARTITION BY region_id, said) > 1 THEN left(said, 30) || left(username, 20) ELSE said END,
    '', '', left(unit, 100), '', '', '', '', '', '', id
FROM (
    SELECT DISTINCT paired.region_id, account.id, account.username, account.unit,
        left(COALESCE(NULLIF(account.name, ''), account.username), 50) AS said
    FROM (
        SELECT region_id, helper_id FROM households_pairing
        UNION SELECT region_id, helper_id FROM households_pairingevent
    ) AS paired
    JOIN fupin_user AS account ON account.id = paired.helper_id
) AS accounts;
UPDATE households_pairing AS paired SET helper_id = helper.id FROM households_helper AS helper
WHERE helper.region_id = paired.region_id AND helper.user_id = paired.helper_id;
UPDATE households_pairingevent AS paired SET helper_id = helper.id FROM households_helper AS helper
WHERE helper.region_id = paired.region_id AND helper.user_id = paired.helper_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE households_pairing ENABLE TRIGGER USER;
ALTER TABLE households_pairingevent ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
"""
#: Fails where somebody without an account is paired: there is no way back for them.
HELPERS_BECOME_ACCOUNTS = """
ALTER TABLE households_pairing DISABLE TRIGGER USER;
ALTER TABLE households_pairingevent DISABLE TRIGGER USER;
UPDATE households_pairing AS paired SET helper_id = helper.user_id FROM households_helper AS helper
WHERE helper.id = paired.helper_id;
UPDATE households_pairingevent AS paired SET helper_id = helper.user_id FROM households_helper AS helper
WHERE helper.id = paired.helper_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE households_pairing ENABLE TRIGGER USER;
ALTER TABLE households_pairingevent ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0006_views_and_reveals'),
        ('households', '0008_income'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, verbose_name='姓名')),
                ('sex', models.CharField(blank=True, choices=[('1', '男'), ('2', '女')], max_length=1, verbose_name='性别')),
                ('party', models.CharField(blank=True, choices=[('01', '中共党员'), ('02', '中共预备党员'), ('03', '共青团员'), ('12', '无党派人士'), ('13', '群众')], max_length=2, verbose_name='政治面貌')),
                ('unit', models.CharField(blank=True, max_length=100, verbose_name='单位')),
                ('affiliation', models.CharField(blank=True, choices=[('10', '中央'), ('20', '省(自治区、直辖市)'), ('40', '市(地、州、盟)'), ('50', '县(市、区、旗)'), ('60', '乡镇(街道)'), ('70', '村(社区)'), ('90', '其他')], max_length=2, verbose_name='隶属关系')),
                ('position', models.CharField(blank=True, max_length=50, verbose_name='职务或级别')),
                ('education', models.CharField(blank=True, choices=[('01', '文盲或半文盲'), ('02', '小学'), ('03', '初中'), ('04', '高中'), ('05', '大专及以上'), ('06', '学龄前儿童')], max_length=2, verbose_name='学历')),
                ('phone', fupin.fields.PhoneField(blank=True, max_length=20, verbose_name='联系电话')),
                ('specialty', models.CharField(blank=True, max_length=50, verbose_name='技术特长')),
                ('resident_role', models.CharField(blank=True, choices=[('01', '队长'), ('02', '第一书记'), ('03', '队员')], help_text='不是驻村工作队的不填。', max_length=2, verbose_name='驻村职务')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村')),
                ('user', models.ForeignKey(blank=True, help_text='用本系统的人选账号，选了才看得到自己结对的户；没有账号的不选。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='helps', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '帮扶责任人',
                'verbose_name_plural': '帮扶责任人',
                'ordering': ['region', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HelperEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=50, verbose_name='姓名')),
                ('sex', models.CharField(blank=True, choices=[('1', '男'), ('2', '女')], max_length=1, verbose_name='性别')),
                ('party', models.CharField(blank=True, choices=[('01', '中共党员'), ('02', '中共预备党员'), ('03', '共青团员'), ('12', '无党派人士'), ('13', '群众')], max_length=2, verbose_name='政治面貌')),
                ('unit', models.CharField(blank=True, max_length=100, verbose_name='单位')),
                ('affiliation', models.CharField(blank=True, choices=[('10', '中央'), ('20', '省(自治区、直辖市)'), ('40', '市(地、州、盟)'), ('50', '县(市、区、旗)'), ('60', '乡镇(街道)'), ('70', '村(社区)'), ('90', '其他')], max_length=2, verbose_name='隶属关系')),
                ('position', models.CharField(blank=True, max_length=50, verbose_name='职务或级别')),
                ('education', models.CharField(blank=True, choices=[('01', '文盲或半文盲'), ('02', '小学'), ('03', '初中'), ('04', '高中'), ('05', '大专及以上'), ('06', '学龄前儿童')], max_length=2, verbose_name='学历')),
                ('phone', fupin.fields.PhoneField(blank=True, max_length=20, verbose_name='联系电话')),
                ('specialty', models.CharField(blank=True, max_length=50, verbose_name='技术特长')),
                ('resident_role', models.CharField(blank=True, choices=[('01', '队长'), ('02', '第一书记'), ('03', '队员')], help_text='不是驻村工作队的不填。', max_length=2, verbose_name='驻村职务')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='households.helper')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='村')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, help_text='用本系统的人选账号，选了才看得到自己结对的户；没有账号的不选。', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='helper',
            constraint=models.UniqueConstraint(fields=('region', 'name', 'phone'), name='helper_once', violation_error_message='本村已经登记了姓名、电话相同的帮扶责任人。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helper',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='57640533888a1905629fe2b59266956bac0dc679', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_cb244', table='households_helper', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helper',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_helperevent" ("affiliation", "education", "id", "name", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "position", "region_id", "resident_role", "sex", "specialty", "unit", "user_id") SELECT new_values."affiliation", new_values."education", new_values."id", new_values."name", new_values."party", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone", new_values."position", new_values."region_id", new_values."resident_role", new_values."sex", new_values."specialty", new_values."unit", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1f533599754db4b87a89e92389d83f0f658e2380', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_dc948', referencing='REFERENCING NEW TABLE AS new_values ', table='households_helper', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helper',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_helperevent" ("affiliation", "education", "id", "name", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "position", "region_id", "resident_role", "sex", "specialty", "unit", "user_id") SELECT new_values."affiliation", new_values."education", new_values."id", new_values."name", new_values."party", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."position", new_values."region_id", new_values."resident_role", new_values."sex", new_values."specialty", new_values."unit", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='ca2e0b517311d12a175af87600d9eac637f68382', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_06098', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_helper', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helper',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_helperevent" ("affiliation", "education", "id", "name", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "position", "region_id", "resident_role", "sex", "specialty", "unit", "user_id") SELECT old_values."affiliation", old_values."education", old_values."id", old_values."name", old_values."party", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone", old_values."position", old_values."region_id", old_values."resident_role", old_values."sex", old_values."specialty", old_values."unit", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='5a8e199e3e64c2a2ad74cb3059976d04d8251320', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_cd5e7', referencing='REFERENCING OLD TABLE AS old_values ', table='households_helper', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helperevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='f31fe358238a47278d274b57627eded9ad04de75', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_d33b7', table='households_helperevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helperevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9ff1cd080b376e5b34d2f31a4b9f6e129d286137', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dfcbf', table='households_helperevent', when='BEFORE')),
        ),
        # The key no longer refers to accounts, but does not refer to helpers yet.
        migrations.AlterField(
            model_name="pairing",
            name="helper",
            field=models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, db_constraint=False, verbose_name="帮扶责任人", related_name="pairings"
            ),
        ),
        migrations.RunSQL(ACCOUNTS_BECOME_HELPERS, HELPERS_BECOME_ACCOUNTS),
        migrations.AlterField(
            model_name='pairing',
            name='helper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='households.helper', verbose_name='帮扶责任人'),
        ),
        migrations.AlterField(
            model_name='pairingevent',
            name='helper',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='households.helper', verbose_name='帮扶责任人'),
        ),
    ])
