"""The record of lists taken away as files; jobs that are cancelled."""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0007_difference_first'),
    ]

    operations = together([
        migrations.AddField(
            model_name='job',
            name='cancel_requested',
            field=models.BooleanField(default=False, verbose_name='要求取消'),
        ),
        migrations.AlterField(
            model_name='job',
            name='state',
            field=models.CharField(choices=[('waiting', '等待中'), ('running', '进行中'), ('done', '已完成'), ('failed', '未完成'), ('cancelled', '已取消')], default='waiting', max_length=10, verbose_name='状态'),
        ),
        migrations.CreateModel(
            name='ExportLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ('title', models.CharField(max_length=200, verbose_name='导出内容')),
                ('query', models.TextField(blank=True, max_length=2000, verbose_name='筛选条件')),
                ('columns', models.JSONField(default=list, verbose_name='导出的列')),
                ('row_count', models.PositiveIntegerField(verbose_name='行数')),
                ('digest', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('purpose', models.CharField(blank=True, choices=[('check', '核对身份信息'), ('payment', '核对补贴发放账户'), ('contact', '联系群众'), ('forms', '填报上级要求的表格'), ('other', '其他')], max_length=10, verbose_name='事由')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='事由说明')),
                ('revealed', models.JSONField(default=list, verbose_name='涉及记录')),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='export_log', to='fupin.job')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='范围')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导出人')),
            ],
            options={
                'verbose_name': '导出记录',
                'verbose_name_plural': '导出记录',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['region', '-at'], name='export_log_recent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('revealed', []), models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='export_in_full_has_purpose', violation_error_message='导出完整号码须说明事由。')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportlog',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6b4cd7131f63ad1d2854dbc2bb1a27944773450c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_226dd', table='fupin_exportlog', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportlog',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='f4a4a50b1c5d49ef8dce114f170cea781fc7ceaf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e38b0', table='fupin_exportlog', when='BEFORE')),
        ),
    ])
