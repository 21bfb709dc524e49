"""The recount of a household's people, planned by what is there and without joins."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0012_correction_of_member'),
    ]

    operations = together([
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='people_on_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='people_on_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='people_on_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='people_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        EXECUTE $people$\n            SELECT 1 FROM households_householdyear WHERE id = ANY (ARRAY(SELECT DISTINCT * FROM (SELECT household_year_id FROM new_values) n)) ORDER BY id FOR NO KEY UPDATE\n        $people$;\n        EXECUTE $people$\n            UPDATE households_householdyear h SET people = (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n            WHERE h.id = ANY (ARRAY(SELECT DISTINCT * FROM (SELECT household_year_id FROM new_values) n)) AND h.people <> (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n        $people$;\n        RETURN NULL;\n    ', hash='f86b5c838ddcf349a7d0dcfee53d8c1590b9aea5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_people_on_insert_6f0d2', referencing='REFERENCING NEW TABLE AS new_values ', table='households_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='people_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        EXECUTE $people$\n            SELECT 1 FROM households_householdyear WHERE id = ANY (ARRAY(SELECT DISTINCT * FROM (SELECT household_year_id FROM old_values) o)) ORDER BY id FOR NO KEY UPDATE\n        $people$;\n        EXECUTE $people$\n            UPDATE households_householdyear h SET people = (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n            WHERE h.id = ANY (ARRAY(SELECT DISTINCT * FROM (SELECT household_year_id FROM old_values) o)) AND h.people <> (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n        $people$;\n        RETURN NULL;\n    ', hash='a493ca5084705ca69d3848fa15448172fea583d2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_people_on_delete_65951', referencing='REFERENCING OLD TABLE AS old_values ', table='households_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='people_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        EXECUTE $people$\n            SELECT 1 FROM households_householdyear WHERE id = ANY (ARRAY(SELECT household_year_id FROM new_values UNION SELECT household_year_id FROM old_values)) ORDER BY id FOR NO KEY UPDATE\n        $people$;\n        EXECUTE $people$\n            UPDATE households_householdyear h SET people = (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n            WHERE h.id = ANY (ARRAY(SELECT household_year_id FROM new_values UNION SELECT household_year_id FROM old_values)) AND h.people <> (SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present)\n        $people$;\n        RETURN NULL;\n    ', hash='83492b5f24a385bed686cd98c682dfe07dbe230a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_people_on_update_87d8b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='households_membership', when='AFTER')),
        ),
    ])
