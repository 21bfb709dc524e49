"""Pinyin and initials with the id in their indexes: a search of a place reads no row of anybody else."""

from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0010_national_lines'),
    ]

    operations = together([
        migrations.RemoveIndex(
            model_name='person',
            name='person_pinyin',
        ),
        migrations.RemoveIndex(
            model_name='person',
            name='person_initials',
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['pinyin'], include=('id',), name='person_pinyin'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['initials'], include=('id',), name='person_initials'),
        ),
    ])
