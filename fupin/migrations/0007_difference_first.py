"""Imports are compared before they are written, and can be taken back; how columns were matched is remembered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fupin.together import together

class Migration(migrations.Migration):

    dependencies = [
        ('fupin', '0006_views_and_reveals'),
    ]

    operations = together([
        migrations.AddField(
            model_name='importrun',
            name='columns',
            field=models.JSONField(default=list, verbose_name='列的对应'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='context',
            field=models.UUIDField(null=True, verbose_name='写入批次'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='good_only',
            field=models.BooleanField(default=False, verbose_name='只写入没有问题的行'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='shown',
            field=models.CharField(blank=True, max_length=64, verbose_name='差异摘要'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='stored',
            field=models.CharField(blank=True, max_length=200, verbose_name='存放位置'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='undone_at',
            field=models.DateTimeField(null=True, verbose_name='撤销时间'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='state',
            field=models.CharField(choices=[('waiting', '正在检查'), ('ready', '待确认'), ('writing', '正在写入'), ('done', '已导入'), ('unchanged', '无变化'), ('refused', '未导入'), ('failed', '处理失败'), ('dropped', '已放弃'), ('undoing', '正在撤销'), ('undone', '已撤销')], default='waiting', max_length=10, verbose_name='状态'),
        ),
        migrations.CreateModel(
            name='ColumnMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='种类')),
                ('sheet', models.CharField(max_length=31, verbose_name='工作表')),
                ('shape', models.CharField(max_length=64, verbose_name='表头摘要')),
                ('columns', models.JSONField(default=dict, verbose_name='列的对应')),
                ('at', models.DateTimeField(auto_now=True, verbose_name='时间')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设定人')),
            ],
            options={
                'verbose_name': '列的对应',
                'verbose_name_plural': '列的对应',
                'constraints': [models.UniqueConstraint(fields=('kind', 'sheet', 'shape'), name='column_match_once', violation_error_message='这种表头的对应关系已经保存。')],
            },
        ),
        migrations.CreateModel(
            name='ImportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='序号')),
                ('kind', models.CharField(choices=[('new', '新增'), ('changed', '变更'), ('gone', '删除'), ('double', '疑似重复'), ('absent', '文件中没有')], max_length=10, verbose_name='类别')),
                ('label', models.CharField(max_length=30, verbose_name='内容')),
                ('who', models.CharField(max_length=200, verbose_name='对象')),
                ('cells', models.JSONField(default=dict, verbose_name='各项')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='fupin.importrun', verbose_name='导入记录')),
            ],
            options={
                'verbose_name': '导入差异',
                'verbose_name_plural': '导入差异',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('run', 'kind', 'position'), name='import_line_once', violation_error_message='导入差异重复。')],
            },
        ),
    ])
