"""A year goes from hand to hand: the state 已上报, the journal of moves, the day by which a village submits."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


# Read anew: the guard's sentence tells whom to ask for the year in each state.
FUNCTIONS = Path(__file__).with_name("functions.sql").read_text(encoding="utf-8")


# Whether this transaction may write in a village's closed year. Nothing may; a room that keeps corrections says so
# by a function of its own in place of this one. Not in functions.sql: to read that again must not shut the door.
DOOR = """
CREATE FUNCTION fupin_door(place varchar, of_year integer) RETURNS boolean
LANGUAGE sql AS $$ SELECT false $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0004_forms_on_their_way'),
    ]

    operations = together([
        migrations.RunSQL(DOOR, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='YearMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('move', models.CharField(choices=[('open', '开设'), ('submit', '提交'), ('take_back', '撤回'), ('start', '开始审核'), ('return', '乡镇退回'), ('pass_on', '上报'), ('send_back', '县级退回'), ('accept', '通过'), ('close', '关账'), ('reopen', '重新打开')], max_length=10, verbose_name='事项')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='意见')),
            ],
            options={
                'verbose_name': '年度办理记录',
                'verbose_name_plural': '年度办理记录',
                'ordering': ['region', 'year', 'pk'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='regionyear',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='regionyear',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='regionyear',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='regionyear',
            name='region_year_state_known',
        ),
        migrations.AddField(
            model_name='regionyear',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='报送截止日期'),
        ),
        migrations.AddField(
            model_name='regionyear',
            name='review_opened_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='开始审核时间'),
        ),
        migrations.AddField(
            model_name='regionyearevent',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='报送截止日期'),
        ),
        migrations.AddField(
            model_name='regionyearevent',
            name='review_opened_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='开始审核时间'),
        ),
        migrations.AlterField(
            model_name='regionyear',
            name='state',
            field=models.CharField(choices=[('open', '录入中'), ('submitted', '已提交'), ('passed', '已上报'), ('accepted', '已通过'), ('closed', '已关账')], default='open', max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='regionyearevent',
            name='state',
            field=models.CharField(choices=[('open', '录入中'), ('submitted', '已提交'), ('passed', '已上报'), ('accepted', '已通过'), ('closed', '已关账')], default='open', max_length=10, verbose_name='状态'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regionyear',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_regionyearevent" ("due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "review_opened_at", "state", "year") SELECT new_values."due_on", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."review_opened_at", new_values."state", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='73c22179374a55c8f00220a9d7e09a2a87ca43bd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_051a9', referencing='REFERENCING NEW TABLE AS new_values ', table='fupin_regionyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regionyear',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_regionyearevent" ("due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "review_opened_at", "state", "year") SELECT new_values."due_on", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."review_opened_at", new_values."state", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='887d13b04022608904f4eec32f803f9573aba73e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_30d6b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_regionyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regionyear',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_regionyearevent" ("due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "review_opened_at", "state", "year") SELECT old_values."due_on", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."review_opened_at", old_values."state", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0fecd5a947022f82b777d45dac498bdd491f9108', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_de70c', referencing='REFERENCING OLD TABLE AS old_values ', table='fupin_regionyear', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='regionyear',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'passed', 'accepted', 'closed'])), name='region_year_state_known', violation_error_message='年度状态不明。'),
        ),
        migrations.AddConstraint(
            model_name='regionyear',
            constraint=models.CheckConstraint(condition=models.Q(('review_opened_at', None), ('state', 'submitted'), _connector='OR'), name='region_year_review_while_submitted', violation_error_message='只有已提交的年度才能开始审核。'),
        ),
        migrations.AddField(
            model_name='yearmove',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人'),
        ),
        migrations.AddField(
            model_name='yearmove',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddIndex(
            model_name='yearmove',
            index=models.Index(fields=['region', 'year', '-id'], name='year_move_latest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='yearmove',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f108df33cace1f11c8fe92c9a8bb5e69012fe438', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_82c7f', table='fupin_yearmove', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='yearmove',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='1fc840051f3ccff001c7a31adf402738c674d30b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_09df4', table='fupin_yearmove', when='BEFORE')),
        ),
    ])
