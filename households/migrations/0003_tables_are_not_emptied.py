"""No audited table can be emptied by TRUNCATE."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0002_member_lies_with_household'),
        ('fupin', '0003_tables_are_not_emptied'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='household',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='d8a477d882a8c540b89efb00cdf3e1258ac331a8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_195ca', table='households_household', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pairing',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='e24242bf2ee9a7a970598a3f3e015f7f5ed44e1a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_0ad22', table='households_pairing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='2e80168327ca6edfab56b9c40f59ff4e03ec91ad', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3d4cd', table='households_person', when='BEFORE')),
        ),
    ]
