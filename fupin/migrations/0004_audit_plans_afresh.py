import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0003_tables_are_not_emptied'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='attachment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ledger',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='region',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='regionyear',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='roleassignment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='user',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_attachmentevent" ("content_type_id", "file", "id", "name", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "sha256", "size", "uploaded_at", "uploaded_by_id") SELECT new_values."content_type_id", new_values."file", new_values."id", new_values."name", new_values."object_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."sha256", new_values."size", new_values."uploaded_at", new_values."uploaded_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='47811077f5e18690ed2659d6e6b93ef2241ec91a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e4803', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledger',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_ledgerevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "year") SELECT new_values."id", new_values."kind", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."state", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='d87a4a76c16ce7189e90df2b135f6a1d65f6018c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ff01c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_ledger', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='region',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_regionevent" ("code", "level", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "successor_id", "valid_from", "valid_to") SELECT new_values."code", new_values."level", new_values."name", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."code", new_values."successor_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."code") = (new_values."code") WHERE (old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."level" IS DISTINCT FROM (new_values."level") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."successor_id" IS DISTINCT FROM (new_values."successor_id") OR old_values."valid_from" IS DISTINCT FROM (new_values."valid_from") OR old_values."valid_to" IS DISTINCT FROM (new_values."valid_to")) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='6c2fd7c1ba59365dc6b776144e9cb60743810c11', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_2d813', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_region', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regionyear',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_regionyearevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "year") SELECT new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."state", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='64c220f734d16a8ea3c2f549316723cb3f94a26b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_30d6b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_regionyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roleassignment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_roleassignmentevent" ("expires_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "role", "user_id") SELECT new_values."expires_on", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='07ec2761862da15a269fa2e7d6000a230186f733', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_f37d6', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_roleassignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fupin_userevent" ("id", "is_active", "must_change_password", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "username") SELECT new_values."id", new_values."is_active", new_values."must_change_password", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."unit", new_values."username" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."must_change_password" IS DISTINCT FROM (new_values."must_change_password") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."unit" IS DISTINCT FROM (new_values."unit") OR old_values."username" IS DISTINCT FROM (new_values."username")) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='5c19ece0e3b900e71277f57781c45a3823f25f5d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_52984', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fupin_user', when='AFTER')),
        ),
    ]
