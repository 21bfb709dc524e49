"""What says who acted is append-only, like the events that refer to it."""

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
    dependencies = [("fupin", "0002_functions"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [migrations.RunSQL(KEEP_CONTEXTS, FORGET)]
