"""The moment of which an import's difference was told."""

from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0008_export_log'),
    ]

    operations = together([
        migrations.AddField(
            model_name='importrun',
            name='shown_of',
            field=models.JSONField(default=dict, verbose_name='比较时点'),
        ),
    ])
