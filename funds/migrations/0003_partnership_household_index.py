"""Partnerships are read by place and year: an index by household led summaries astray in a large county."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0002_benefit_household_index'),
        ('households', '0011_covering_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='partnership',
            name='household',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='households.household', verbose_name='户'),
        ),
    ]
