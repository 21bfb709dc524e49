"""A way to the steps that state a document, which is asked about at each save of one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0008_fund_sums'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='projectstep',
            index=models.Index(condition=models.Q(('document', ''), _negated=True), fields=['document'], name='step_by_document'),
        ),
    ]
