import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0003_tables_are_not_emptied'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='act',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='household',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='householdyear',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='pairing',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='person',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='villageyear',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='act',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_actevent" ("household_id", "id", "kind", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "year") SELECT new_values."household_id", new_values."id", new_values."kind", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='59a277fcfda1a643495e0b342440dcf49ace1af5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b410f', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_act', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='household',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_householdevent" ("id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='3092506ba78ffa0254e01109c935ee53cee5295e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_d279e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='householdyear',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_householdyearevent" ("category", "exit_year", "farmland", "forest", "group", "hamlet", "house_area", "household_id", "housing", "id", "main_cause", "on_roll", "other_causes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "region_id", "registered_on", "remark", "status", "water_safe", "year") SELECT new_values."category", new_values."exit_year", new_values."farmland", new_values."forest", new_values."group", new_values."hamlet", new_values."house_area", new_values."household_id", new_values."housing", new_values."id", new_values."main_cause", new_values."on_roll", new_values."other_causes", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."region_id", new_values."registered_on", new_values."remark", new_values."status", new_values."water_safe", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."category" IS DISTINCT FROM (new_values."category") OR old_values."exit_year" IS DISTINCT FROM (new_values."exit_year") OR old_values."farmland" IS DISTINCT FROM (new_values."farmland") OR old_values."forest" IS DISTINCT FROM (new_values."forest") OR old_values."group" IS DISTINCT FROM (new_values."group") OR old_values."hamlet" IS DISTINCT FROM (new_values."hamlet") OR old_values."house_area" IS DISTINCT FROM (new_values."house_area") OR old_values."household_id" IS DISTINCT FROM (new_values."household_id") OR old_values."housing" IS DISTINCT FROM (new_values."housing") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."main_cause" IS DISTINCT FROM (new_values."main_cause") OR old_values."on_roll" IS DISTINCT FROM (new_values."on_roll") OR old_values."other_causes" IS DISTINCT FROM (new_values."other_causes") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."region_id" IS DISTINCT FROM (new_values."region_id") OR old_values."registered_on" IS DISTINCT FROM (new_values."registered_on") OR old_values."remark" IS DISTINCT FROM (new_values."remark") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."water_safe" IS DISTINCT FROM (new_values."water_safe") OR old_values."year" IS DISTINCT FROM (new_values."year")) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='f34c01cfe41bd13003ceee5e12d41313ada4674e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7ab0e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_householdyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_membershipevent" ("departure", "education", "ethnicity", "health", "household_year_id", "id", "labour_skill", "medical_insurance", "pension", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "present", "region_id", "relation", "remark", "school", "work_months", "work_place", "year") SELECT new_values."departure", new_values."education", new_values."ethnicity", new_values."health", new_values."household_year_id", new_values."id", new_values."labour_skill", new_values."medical_insurance", new_values."pension", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."present", new_values."region_id", new_values."relation", new_values."remark", new_values."school", new_values."work_months", new_values."work_place", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='ca01b654a42bb795e4fcf1a27e1dbb25507261a6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e8420', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pairing',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_pairingevent" ("ends_on", "helper_id", "household_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "starts_on") SELECT new_values."ends_on", new_values."helper_id", new_values."household_id", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."starts_on" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='5f0a5078b8aac7deb5a7a733fdf25005ca59a2db', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_03d58', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_pairing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_personevent" ("birth_date", "id", "id_number", "id_number_key", "id_number_tail", "initials", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "sex") SELECT new_values."birth_date", new_values."id", new_values."id_number", new_values."id_number_key", new_values."id_number_tail", new_values."initials", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."pinyin", new_values."sex" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='4a93afc4b893ea2032c41fda77134da6c299d119', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5a79e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='villageyear',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "households_villageyearevent" ("agricultural_people", "away_labour", "deputy_directors", "family_planning_officers", "farmland", "forest", "groups", "hamlets", "households", "id", "is_key_village", "labour", "main_income", "main_industries", "party_members", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "region_id", "secretaries", "territory", "water", "year") SELECT new_values."agricultural_people", new_values."away_labour", new_values."deputy_directors", new_values."family_planning_officers", new_values."farmland", new_values."forest", new_values."groups", new_values."hamlets", new_values."households", new_values."id", new_values."is_key_village", new_values."labour", new_values."main_income", new_values."main_industries", new_values."party_members", new_values."people", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."position", new_values."region_id", new_values."secretaries", new_values."territory", new_values."water", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='75a87116c575b627c371121a23f5ff448096430d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b018b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_villageyear', when='AFTER')),
        ),
    ]
