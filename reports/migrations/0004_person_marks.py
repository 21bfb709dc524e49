"""Who corrects a person's sex or birth date marks the villages in which they are a member: docs/decisions/0026-figure-cache.md."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

MARKS = Path(__file__).with_name("person_marks.sql").read_text(encoding="utf-8")
DROP_MARKS = "DROP TRIGGER figures_on_update ON households_person; DROP FUNCTION reports_mark_people();"


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0013_people_planned_afresh'),
        ('reports', '0003_figure_cache'),
    ]

    operations = [
        migrations.AddField(
            model_name='villagemark',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='households.person', verbose_name='人员'),
        ),
        migrations.RunSQL(MARKS, DROP_MARKS),
    ]
