"""No audited table can be emptied by TRUNCATE, and what says who acted is append-only like the events."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


# The events refer to a context without a foreign key; one that is changed or deleted takes the actor with it.
KEEP_CONTEXTS = """
CREATE FUNCTION fupin_keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit names who acted once and for all: % of % is not allowed', TG_OP, TG_TABLE_NAME;
END $$;
CREATE FUNCTION fupin_keep_contexts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM fupin_refuse_truncate(TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION fupin_keep_context();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON pghistory_context
    FOR EACH STATEMENT EXECUTE FUNCTION fupin_keep_contexts();
"""
FORGET = """
DROP TRIGGER append_only ON pghistory_context;
DROP TRIGGER no_truncate ON pghistory_context;
DROP FUNCTION fupin_keep_context();
DROP FUNCTION fupin_keep_contexts();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0002_functions'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(KEEP_CONTEXTS, FORGET),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='88b42fb8e362e705a06cb897d21a16aa0dda8028', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e5e38', table='fupin_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='region',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='9192cf1b758eb926199adc08988f37e7a7029edf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2caa1', table='fupin_region', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regionyear',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='3800b8a4d563524fdb0991fe6247a93af16183e3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_251c7', table='fupin_regionyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roleassignment',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='3e3174868fea5571fcab3ef73fad44331a63d706', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a7f30', table='fupin_roleassignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='7a04eabe493dea8732e717177648ed60c39c2c25', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_1156b', table='fupin_user', when='BEFORE')),
        ),
    ]
