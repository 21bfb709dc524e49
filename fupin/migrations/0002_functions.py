"""The functions that the guards' triggers call."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("functions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("fupin", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SQL,
            "DROP FUNCTION fupin_require_open(varchar, integer); DROP FUNCTION fupin_refuse_truncate(text);",
        )
    ]
