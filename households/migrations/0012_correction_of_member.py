"""A correction may be of one member of the household."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0011_covering_indexes'),
    ]

    operations = together([
        pgtrigger.migrations.RemoveTrigger(
            model_name='correction',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='correction',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='correction',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='correction',
            name='member',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='households.membership', verbose_name='成员'),
        ),
        migrations.AddField(
            model_name='correctionevent',
            name='member',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='households.membership', verbose_name='成员'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "member_id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."applied_at", new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."household_year_id", new_values."id", new_values."member_id", new_values."new", new_values."old", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='53334fcff2f85fcdd720bc9a116481c0308d99ea', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aa2df', referencing='REFERENCING NEW TABLE AS new_values ', table='households_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "member_id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."applied_at", new_values."asked_at", new_values."asked_by_id", new_values."consented", new_values."decided_at", new_values."decided_by_id", new_values."household_year_id", new_values."id", new_values."member_id", new_values."new", new_values."old", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='6e2cdf1111ebcaf1720601bcaabf5137f368fbeb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_87591', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_correctionevent" ("applied_at", "asked_at", "asked_by_id", "consented", "decided_at", "decided_by_id", "household_year_id", "id", "member_id", "new", "old", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT old_values."applied_at", old_values."asked_at", old_values."asked_by_id", old_values."consented", old_values."decided_at", old_values."decided_by_id", old_values."household_year_id", old_values."id", old_values."member_id", old_values."new", old_values."old", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."region_id", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='61ac3b8f93b1ca8e5c2e2b0ca7e56f890dc3ddf6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_60c2e', referencing='REFERENCING OLD TABLE AS old_values ', table='households_correction', when='AFTER')),
        ),
    ])
