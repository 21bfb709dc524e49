"""A member's place and year are those of its household's year row: a foreign key over all three columns.

Django has no such key, so that it stands here; households/models/person.py names it.
"""

from django.db import migrations

ADD = """
ALTER TABLE households_householdyear
    ADD CONSTRAINT household_year_with_place UNIQUE (id, region_id, year);
ALTER TABLE households_membership
    ADD CONSTRAINT member_lies_with_household FOREIGN KEY (household_year_id, region_id, year)
    REFERENCES households_householdyear (id, region_id, year) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""
DROP = """
ALTER TABLE households_membership DROP CONSTRAINT member_lies_with_household;
ALTER TABLE households_householdyear DROP CONSTRAINT household_year_with_place;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial")]

    operations = [migrations.RunSQL(ADD, DROP)]
