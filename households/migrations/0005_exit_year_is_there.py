"""An empty exit year fits no status of exit; the check let it pass, since it compared as unknown."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0004_audit_plans_afresh'),
        ('households', '0004_audit_plans_afresh'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='householdyear',
            name='household_exit_fits_status',
        ),
        migrations.AddConstraint(
            model_name='householdyear',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('exit_year', models.F('year')), ('exit_year__isnull', False), ('status', '05')), models.Q(('exit_year__isnull', False), ('exit_year__lt', models.F('year')), ('status', '03')), models.Q(('exit_year', None), ('status__in', ['04', '02'])), _connector='OR'), name='household_exit_fits_status', violation_error_message='脱贫年度与脱贫状态不符：新脱贫应为本年度，历史已脱贫应早于本年度，未脱贫和返贫不填。'),
        ),
    ]
