"""The project library: what is declared of a project, and the journal of its steps."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0003_partnership_household_index'),
        ('fupin', '0008_export_log'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AlterField(
            model_name='project',
            name='quantity',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=13, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='建设规模'),
        ),
        migrations.AlterField(
            model_name='projectevent',
            name='quantity',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=13, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='建设规模'),
        ),
        migrations.CreateModel(
            name='ProjectStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('kind', models.CharField(choices=[('01', '村级申报'), ('02', '乡镇审核'), ('03', '部门论证'), ('04', '县级审定入库'), ('11', '立项批复'), ('12', '确定实施方式'), ('13', '开工'), ('14', '形象进度'), ('15', '竣工'), ('16', '验收'), ('17', '结算审计'), ('18', '确权移交'), ('91', '退回'), ('92', '终止')], max_length=2, verbose_name='环节')),
                ('on', models.DateField(verbose_name='日期')),
                ('document', models.CharField(blank=True, max_length=100, verbose_name='文号或文件名称')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='金额（元）')),
                ('share', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='累计完成（%）')),
                ('way', models.CharField(blank=True, choices=[('01', '招投标'), ('02', '以工代赈'), ('03', '一事一议'), ('09', '其他方式')], max_length=2, verbose_name='实施方式')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('undone_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='撤销时间')),
                ('undone_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='撤销原因')),
            ],
            options={
                'verbose_name': '项目办理记录',
                'verbose_name_plural': '项目办理记录',
                'ordering': ['on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProjectStepEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='年度')),
                ('kind', models.CharField(choices=[('01', '村级申报'), ('02', '乡镇审核'), ('03', '部门论证'), ('04', '县级审定入库'), ('11', '立项批复'), ('12', '确定实施方式'), ('13', '开工'), ('14', '形象进度'), ('15', '竣工'), ('16', '验收'), ('17', '结算审计'), ('18', '确权移交'), ('91', '退回'), ('92', '终止')], max_length=2, verbose_name='环节')),
                ('on', models.DateField(verbose_name='日期')),
                ('document', models.CharField(blank=True, max_length=100, verbose_name='文号或文件名称')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='金额（元）')),
                ('share', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='累计完成（%）')),
                ('way', models.CharField(blank=True, choices=[('01', '招投标'), ('02', '以工代赈'), ('03', '一事一议'), ('09', '其他方式')], max_length=2, verbose_name='实施方式')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('undone_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='撤销时间')),
                ('undone_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='撤销原因')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='project',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='project',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='project',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='project',
            name='category',
            field=models.CharField(blank=True, choices=[('1101', '雨露计划培训'), ('1102', '致富带头人培训'), ('1103', '实用技术培训'), ('1201', '集中安置'), ('1202', '分散安置'), ('1301', '小额信贷贴息'), ('1302', '龙头企业贴息'), ('1303', '合作社贴息'), ('1304', '农业和人身保险'), ('1309', '其他金融扶贫'), ('1401', '种植业'), ('1402', '养殖业'), ('1403', '加工业'), ('1404', '光伏电站'), ('1405', '乡村旅游'), ('1409', '其他产业扶贫'), ('1501', '通村通组道路'), ('1502', '扩面延伸'), ('1503', '危桥改造'), ('1504', '生命安全防护'), ('1505', '安全饮水'), ('1506', '小型水利'), ('1507', '农网和通信'), ('1508', '环境整治'), ('1509', '公共服务设施'), ('1599', '其他基础设施'), ('1901', '扶贫项目管理费'), ('1999', '其他扶贫项目'), ('2101', '生产项目'), ('2102', '加工流通项目'), ('2103', '产业配套设施'), ('2104', '产业服务支撑'), ('2105', '金融保险配套'), ('2201', '务工补助'), ('2202', '就业培训'), ('2203', '创业'), ('2204', '公益性岗位项目'), ('2301', '农村道路建设'), ('2302', '农村道路扩面延伸'), ('2303', '农村危桥改造'), ('2304', '农村道路安全防护'), ('2305', '农村供水保障'), ('2306', '其他农村基础设施'), ('2307', '人居环境整治'), ('2308', '农村公共服务'), ('2401', '搬迁后续扶持'), ('2501', '住房保障'), ('2502', '教育保障'), ('2503', '健康保障'), ('2504', '综合保障'), ('2601', '乡村治理'), ('2602', '农村精神文明建设'), ('2701', '项目管理费用'), ('2999', '其他项目支出')], help_text='二级类型；申报入库的须填。', max_length=4, verbose_name='项目类型'),
        ),
        migrations.AddField(
            model_name='project',
            name='content',
            field=models.CharField(blank=True, max_length=500, verbose_name='建设内容'),
        ),
        migrations.AddField(
            model_name='project',
            name='homes',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='受益户数'),
        ),
        migrations.AddField(
            model_name='project',
            name='people',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='受益人数'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_central',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='中央资金（元）'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_county',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='县级资金（元）'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_finish',
            field=models.DateField(blank=True, null=True, verbose_name='计划完工日期'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_municipal',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='市级资金（元）'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_other',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='东西部协作、定点帮扶、社会捐赠、自筹等。', max_digits=16, null=True, verbose_name='其他资金（元）'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_provincial',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='省级资金（元）'),
        ),
        migrations.AddField(
            model_name='project',
            name='plan_start',
            field=models.DateField(blank=True, null=True, verbose_name='计划开工日期'),
        ),
        migrations.AddField(
            model_name='project',
            name='poor_homes',
            field=models.PositiveIntegerField(blank=True, help_text='2021年起为脱贫户和监测户。', null=True, verbose_name='其中贫困户数'),
        ),
        migrations.AddField(
            model_name='project',
            name='sharing',
            field=models.CharField(blank=True, help_text='产业项目申报入库的须填：务工、分红、土地流转、订单等，各带动多少户。', max_length=500, verbose_name='联农带农机制'),
        ),
        migrations.AddField(
            model_name='project',
            name='target',
            field=models.CharField(blank=True, help_text='申报入库的须填：做成什么、什么时候、惠及多少人。', max_length=500, verbose_name='绩效目标'),
        ),
        migrations.AddField(
            model_name='project',
            name='unit_in_charge',
            field=models.CharField(blank=True, max_length=60, verbose_name='责任单位'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='category',
            field=models.CharField(blank=True, choices=[('1101', '雨露计划培训'), ('1102', '致富带头人培训'), ('1103', '实用技术培训'), ('1201', '集中安置'), ('1202', '分散安置'), ('1301', '小额信贷贴息'), ('1302', '龙头企业贴息'), ('1303', '合作社贴息'), ('1304', '农业和人身保险'), ('1309', '其他金融扶贫'), ('1401', '种植业'), ('1402', '养殖业'), ('1403', '加工业'), ('1404', '光伏电站'), ('1405', '乡村旅游'), ('1409', '其他产业扶贫'), ('1501', '通村通组道路'), ('1502', '扩面延伸'), ('1503', '危桥改造'), ('1504', '生命安全防护'), ('1505', '安全饮水'), ('1506', '小型水利'), ('1507', '农网和通信'), ('1508', '环境整治'), ('1509', '公共服务设施'), ('1599', '其他基础设施'), ('1901', '扶贫项目管理费'), ('1999', '其他扶贫项目'), ('2101', '生产项目'), ('2102', '加工流通项目'), ('2103', '产业配套设施'), ('2104', '产业服务支撑'), ('2105', '金融保险配套'), ('2201', '务工补助'), ('2202', '就业培训'), ('2203', '创业'), ('2204', '公益性岗位项目'), ('2301', '农村道路建设'), ('2302', '农村道路扩面延伸'), ('2303', '农村危桥改造'), ('2304', '农村道路安全防护'), ('2305', '农村供水保障'), ('2306', '其他农村基础设施'), ('2307', '人居环境整治'), ('2308', '农村公共服务'), ('2401', '搬迁后续扶持'), ('2501', '住房保障'), ('2502', '教育保障'), ('2503', '健康保障'), ('2504', '综合保障'), ('2601', '乡村治理'), ('2602', '农村精神文明建设'), ('2701', '项目管理费用'), ('2999', '其他项目支出')], help_text='二级类型；申报入库的须填。', max_length=4, verbose_name='项目类型'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='content',
            field=models.CharField(blank=True, max_length=500, verbose_name='建设内容'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='homes',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='受益户数'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='people',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='受益人数'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_central',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='中央资金（元）'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_county',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='县级资金（元）'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_finish',
            field=models.DateField(blank=True, null=True, verbose_name='计划完工日期'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_municipal',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='市级资金（元）'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_other',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='东西部协作、定点帮扶、社会捐赠、自筹等。', max_digits=16, null=True, verbose_name='其他资金（元）'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_provincial',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='省级资金（元）'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='plan_start',
            field=models.DateField(blank=True, null=True, verbose_name='计划开工日期'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='poor_homes',
            field=models.PositiveIntegerField(blank=True, help_text='2021年起为脱贫户和监测户。', null=True, verbose_name='其中贫困户数'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='sharing',
            field=models.CharField(blank=True, help_text='产业项目申报入库的须填：务工、分红、土地流转、订单等，各带动多少户。', max_length=500, verbose_name='联农带农机制'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='target',
            field=models.CharField(blank=True, help_text='申报入库的须填：做成什么、什么时候、惠及多少人。', max_length=500, verbose_name='绩效目标'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='unit_in_charge',
            field=models.CharField(blank=True, max_length=60, verbose_name='责任单位'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='project_as_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (\n            SELECT 1 FROM new_values n JOIN old_values o USING (id)\n            WHERE (n.region_id, n.year, n.name, n.category, n.nature, n.quantity, n.unit, n.amount, n.site, n.content, n.unit_in_charge, n.target, n.sharing, n.homes, n.people, n.poor_homes, n.plan_start, n.plan_finish, n.plan_central, n.plan_provincial, n.plan_municipal, n.plan_county, n.plan_other) IS DISTINCT FROM (o.region_id, o.year, o.name, o.category, o.nature, o.quantity, o.unit, o.amount, o.site, o.content, o.unit_in_charge, o.target, o.sharing, o.homes, o.people, o.poor_homes, o.plan_start, o.plan_finish, o.plan_central, o.plan_provincial, o.plan_municipal, o.plan_county, o.plan_other) AND EXISTS (\n        SELECT 1 FROM funds_projectstep s\n        WHERE s.project_id = n.id AND s.undone_at IS NULL AND s.kind = '01'\n    )\n        ) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'project_declared', MESSAGE = '该项目已经申报，内容不能修改；需要修改的，请审核的人退回。'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM new_values n JOIN old_values o USING (id)\n            WHERE n.stage <> o.stage AND n.stage <> COALESCE((\n        SELECT CASE\n            WHEN bool_or(s.kind IN ('92')) THEN '04'\n            WHEN bool_or(s.kind IN ('15')) THEN '03'\n            WHEN bool_or(s.kind IN ('13')) THEN '02'\n            WHEN count(*) > 0 THEN '01'\n        END\n        FROM funds_projectstep s\n        WHERE s.project_id = n.id AND s.undone_at IS NULL AND s.kind <> '91'\n            AND (s.year <= n.year OR s.kind IN ('01', '02', '03', '04'))\n    ), n.stage)\n        ) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'project_stage', MESSAGE = '该项目已经申报，进度由办理环节得出，不能另填。'; END IF;\n     RETURN NULL;", hash='0f66f09cded8ec13c591fdb7f59317c79c12895c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_project_as_proposed_80c69', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectevent" ("amount", "category", "content", "homes", "id", "name", "nature", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_central", "plan_county", "plan_finish", "plan_municipal", "plan_other", "plan_provincial", "plan_start", "poor_homes", "position", "quantity", "region_id", "remark", "sharing", "site", "source", "stage", "target", "unit", "unit_in_charge", "year") SELECT new_values."amount", new_values."category", new_values."content", new_values."homes", new_values."id", new_values."name", new_values."nature", new_values."people", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."plan_central", new_values."plan_county", new_values."plan_finish", new_values."plan_municipal", new_values."plan_other", new_values."plan_provincial", new_values."plan_start", new_values."poor_homes", new_values."position", new_values."quantity", new_values."region_id", new_values."remark", new_values."sharing", new_values."site", new_values."source", new_values."stage", new_values."target", new_values."unit", new_values."unit_in_charge", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='40f1179759ae9ef88cd34a389bbaffe3fe906b71', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_83c4f', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectevent" ("amount", "category", "content", "homes", "id", "name", "nature", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_central", "plan_county", "plan_finish", "plan_municipal", "plan_other", "plan_provincial", "plan_start", "poor_homes", "position", "quantity", "region_id", "remark", "sharing", "site", "source", "stage", "target", "unit", "unit_in_charge", "year") SELECT new_values."amount", new_values."category", new_values."content", new_values."homes", new_values."id", new_values."name", new_values."nature", new_values."people", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."plan_central", new_values."plan_county", new_values."plan_finish", new_values."plan_municipal", new_values."plan_other", new_values."plan_provincial", new_values."plan_start", new_values."poor_homes", new_values."position", new_values."quantity", new_values."region_id", new_values."remark", new_values."sharing", new_values."site", new_values."source", new_values."stage", new_values."target", new_values."unit", new_values."unit_in_charge", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='db19df8130973f7993852c57e26ec2b11202db4f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e8c17', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectevent" ("amount", "category", "content", "homes", "id", "name", "nature", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_central", "plan_county", "plan_finish", "plan_municipal", "plan_other", "plan_provincial", "plan_start", "poor_homes", "position", "quantity", "region_id", "remark", "sharing", "site", "source", "stage", "target", "unit", "unit_in_charge", "year") SELECT old_values."amount", old_values."category", old_values."content", old_values."homes", old_values."id", old_values."name", old_values."nature", old_values."people", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."plan_central", old_values."plan_county", old_values."plan_finish", old_values."plan_municipal", old_values."plan_other", old_values."plan_provincial", old_values."plan_start", old_values."poor_homes", old_values."position", old_values."quantity", old_values."region_id", old_values."remark", old_values."sharing", old_values."site", old_values."source", old_values."stage", old_values."target", old_values."unit", old_values."unit_in_charge", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='87f08ab407290ccf00705ba2fb3501275097b2b5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a0367', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_project', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('category', ''), ('category__in', ['1101', '1102', '1103', '1201', '1202', '1301', '1302', '1303', '1304', '1309', '1401', '1402', '1403', '1404', '1405', '1409', '1501', '1502', '1503', '1504', '1505', '1506', '1507', '1508', '1509', '1599', '1901', '1999', '2101', '2102', '2103', '2104', '2105', '2201', '2202', '2203', '2204', '2301', '2302', '2303', '2304', '2305', '2306', '2307', '2308', '2401', '2501', '2502', '2503', '2504', '2601', '2602', '2701', '2999']), _connector='OR'), name='project_category_known', violation_error_message='项目类型不在类型目录内。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('plan_start', None), ('plan_finish', None), ('plan_finish__gte', models.F('plan_start')), _connector='OR'), name='project_plan_in_order', violation_error_message='计划完工日期早于计划开工日期。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('homes', None), ('poor_homes', None), ('poor_homes__lte', models.F('homes')), _connector='OR'), name='project_poor_homes_among_homes', violation_error_message='其中贫困户数超过受益户数。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('homes', None), ('people', None), ('people__gte', models.F('homes')), _connector='OR'), name='project_people_of_homes', violation_error_message='受益人数少于受益户数。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('plan_central', None), ('plan_county', None), ('plan_municipal', None), ('plan_other', None), ('plan_provincial', None)), models.Q(('amount__isnull', False), ('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce(models.F('plan_central'), models.Value(0), output_field=models.DecimalField()), '+', django.db.models.functions.comparison.Coalesce(models.F('plan_provincial'), models.Value(0), output_field=models.DecimalField())), '+', django.db.models.functions.comparison.Coalesce(models.F('plan_municipal'), models.Value(0), output_field=models.DecimalField())), '+', django.db.models.functions.comparison.Coalesce(models.F('plan_county'), models.Value(0), output_field=models.DecimalField())), '+', django.db.models.functions.comparison.Coalesce(models.F('plan_other'), models.Value(0), output_field=models.DecimalField())))), _connector='OR'), name='project_plan_is_amount', violation_error_message='各级资金之和与投入资金不等，请核对。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('plan_central', None), ('plan_central__gte', 0), _connector='OR'), models.Q(('plan_provincial', None), ('plan_provincial__gte', 0), _connector='OR'), models.Q(('plan_municipal', None), ('plan_municipal__gte', 0), _connector='OR'), models.Q(('plan_county', None), ('plan_county__gte', 0), _connector='OR'), models.Q(('plan_other', None), ('plan_other__gte', 0), _connector='OR')), name='project_plan_not_negative', violation_error_message='各级资金不能小于0。'),
        ),
        migrations.AddField(
            model_name='projectstep',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='funds.project', verbose_name='项目'),
        ),
        migrations.AddField(
            model_name='projectstep',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='projectstep',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddField(
            model_name='projectstep',
            name='undone_by',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.projectstep'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.project', verbose_name='项目'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fupin.region', verbose_name='村'),
        ),
        migrations.AddField(
            model_name='projectstepevent',
            name='undone_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddIndex(
            model_name='projectstep',
            index=models.Index(fields=['region', 'year'], name='projectstep_place'),
        ),
        migrations.AddIndex(
            model_name='projectstep',
            index=models.Index(fields=['project', 'kind', 'on'], name='step_of_project'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['01', '02', '03', '04', '11', '12', '13', '14', '15', '16', '17', '18', '91', '92'])), name='step_kind_known', violation_error_message='办理环节不明。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.CheckConstraint(condition=models.Q(('on__year', models.F('year'))), name='step_in_its_year', violation_error_message='办理日期不在记录的年度内。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None), models.Q(('kind__in', ['14', '91']), _negated=True)), fields=('project', 'kind'), name='step_once', violation_error_message='该项目的这一环节已经登记，请刷新页面查看。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None), ('kind', '14')), fields=('project', 'on'), name='step_progress_once_a_day', violation_error_message='该项目这一天的形象进度已经登记。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', '04'), _negated=True), models.Q(('document', ''), _negated=True), _connector='OR'), models.Q(models.Q(('kind', '11'), _negated=True), models.Q(models.Q(('document', ''), _negated=True), models.Q(('amount', None), _negated=True)), _connector='OR'), models.Q(models.Q(('kind', '12'), _negated=True), models.Q(models.Q(('way', ''), _negated=True), models.Q(('amount', None), _negated=True)), _connector='OR'), models.Q(models.Q(('kind', '14'), _negated=True), models.Q(('share', None), _negated=True), _connector='OR'), models.Q(models.Q(('kind', '16'), _negated=True), models.Q(('document', ''), _negated=True), _connector='OR'), models.Q(models.Q(('kind', '17'), _negated=True), models.Q(models.Q(('document', ''), _negated=True), models.Q(('amount', None), _negated=True)), _connector='OR'), models.Q(models.Q(('kind', '18'), _negated=True), models.Q(('document', ''), _negated=True), _connector='OR'), models.Q(models.Q(('kind', '91'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), models.Q(models.Q(('kind', '92'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR')), name='step_states_what_it_needs', violation_error_message='批复、验收、结算等环节的文号、金额、实施方式、进度等必填内容没有填写完整。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), models.Q(('share', None), ('share__lte', 100), _connector='OR')), name='step_numbers_possible', violation_error_message='金额不能小于0，进度不能超过100%。'),
        ),
        migrations.AddConstraint(
            model_name='projectstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_reason', '')), models.Q(models.Q(('undone_at', None), _negated=True), models.Q(('undone_reason', ''), _negated=True)), _connector='OR'), name='step_undone_with_reason', violation_error_message='撤销须写明原因。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='open_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM new_values) AS n ORDER BY 1, 2) AS places; RETURN NULL;', hash='1068af9e0e5c675253dbf091b8d9c9776bb07a31', level='STATEMENT', operation='INSERT', pgid='pgtrigger_open_on_insert_7ee77', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='open_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT DISTINCT region_id, year FROM old_values) AS o ORDER BY 1, 2) AS places; RETURN NULL;', hash='6704c2c12193b3d8fcf8260a96f2c42f43ae5756', level='STATEMENT', operation='DELETE', pgid='pgtrigger_open_on_delete_62b49', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='open_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM (SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b ORDER BY 1, 2) AS places; RETURN NULL;', hash='cafc87b46bafa8f11c7a9fc324ba9dbe72ff434b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_open_on_update_19f0b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='3873a91226a1b1c3ae79399028c49177527f5aa4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_342fb', table='funds_projectstep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='steps_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM 1 FROM funds_project WHERE id IN (SELECT DISTINCT project_id FROM new_values) ORDER BY id FOR NO KEY UPDATE;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM new_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN (VALUES (\'02\', \'01\'), (\'03\', \'02\'), (\'04\', \'03\'), (\'11\', \'04\'), (\'12\', \'11\'), (\'13\', \'12\'), (\'14\', \'13\'), (\'15\', \'13\'), (\'16\', \'15\'), (\'17\', \'16\'), (\'18\', \'17\')) AS needed (kind, before) ON needed.kind = s.kind\n                WHERE NOT EXISTS (\n                    SELECT 1 FROM standing b\n                    WHERE b.project_id = s.project_id AND b.kind = needed.before AND b."on" <= s."on"\n                )\n            ) OR EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM new_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        ), ranks (kind, number) AS (VALUES (\'01\', 0), (\'02\', 1), (\'03\', 2), (\'04\', 3), (\'11\', 4), (\'12\', 5), (\'13\', 6), (\'15\', 7), (\'16\', 8), (\'17\', 9), (\'18\', 10))\n                SELECT 1 FROM standing s JOIN ranks r ON r.kind = s.kind\n                JOIN standing t ON t.project_id = s.project_id JOIN ranks q ON q.kind = t.kind\n                WHERE r.number < q.number AND s."on" > t."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_order\', MESSAGE = \'前一环节还没有登记，或者日期早于前一环节，不能登记（或撤销）这一环节。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM new_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN funds_project p ON p.id = s.project_id\n                WHERE s.kind = \'01\' AND (\n                    p.category = \'\' OR p.target = \'\' OR left(p.category, 2) IN (\'14\', \'21\') AND p.sharing = \'\'\n                )\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_library\', MESSAGE = \'没有项目类型、绩效目标，或产业项目没有联农带农机制的，不能申报入库。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM new_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN standing t ON t.project_id = s.project_id\n                WHERE s.kind = \'92\' AND (\n                    t.kind = \'15\' OR t."on" > s."on"\n                ) OR s.kind = \'92\' AND NOT EXISTS (\n                    SELECT 1 FROM standing a WHERE a.project_id = s.project_id AND a.kind = \'04\'\n                ) OR s.kind = \'15\' AND t.kind = \'14\' AND t."on" > s."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_ended\', MESSAGE = \'该项目已经终止，或已竣工，不能再登记这一环节。\'; END IF;\n            UPDATE funds_project p SET stage = now.stage\n            FROM (\n                SELECT q.id, (\n        SELECT CASE\n            WHEN bool_or(s.kind IN (\'92\')) THEN \'04\'\n            WHEN bool_or(s.kind IN (\'15\')) THEN \'03\'\n            WHEN bool_or(s.kind IN (\'13\')) THEN \'02\'\n            WHEN count(*) > 0 THEN \'01\'\n        END\n        FROM funds_projectstep s\n        WHERE s.project_id = q.id AND s.undone_at IS NULL AND s.kind <> \'91\'\n            AND (s.year <= q.year OR s.kind IN (\'01\', \'02\', \'03\', \'04\'))\n    ) AS stage FROM funds_project q WHERE q.id IN (SELECT DISTINCT project_id FROM new_values)\n            ) AS now\n            WHERE p.id = now.id AND now.stage IS NOT NULL AND p.stage <> now.stage;\n         RETURN NULL;', hash='bcccb2d89901be543171c0eaea20ed92cc00a4b4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_steps_on_insert_6141b', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='steps_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM 1 FROM funds_project WHERE id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b) ORDER BY id FOR NO KEY UPDATE;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN (VALUES (\'02\', \'01\'), (\'03\', \'02\'), (\'04\', \'03\'), (\'11\', \'04\'), (\'12\', \'11\'), (\'13\', \'12\'), (\'14\', \'13\'), (\'15\', \'13\'), (\'16\', \'15\'), (\'17\', \'16\'), (\'18\', \'17\')) AS needed (kind, before) ON needed.kind = s.kind\n                WHERE NOT EXISTS (\n                    SELECT 1 FROM standing b\n                    WHERE b.project_id = s.project_id AND b.kind = needed.before AND b."on" <= s."on"\n                )\n            ) OR EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        ), ranks (kind, number) AS (VALUES (\'01\', 0), (\'02\', 1), (\'03\', 2), (\'04\', 3), (\'11\', 4), (\'12\', 5), (\'13\', 6), (\'15\', 7), (\'16\', 8), (\'17\', 9), (\'18\', 10))\n                SELECT 1 FROM standing s JOIN ranks r ON r.kind = s.kind\n                JOIN standing t ON t.project_id = s.project_id JOIN ranks q ON q.kind = t.kind\n                WHERE r.number < q.number AND s."on" > t."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_order\', MESSAGE = \'前一环节还没有登记，或者日期早于前一环节，不能登记（或撤销）这一环节。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN funds_project p ON p.id = s.project_id\n                WHERE s.kind = \'01\' AND (\n                    p.category = \'\' OR p.target = \'\' OR left(p.category, 2) IN (\'14\', \'21\') AND p.sharing = \'\'\n                )\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_library\', MESSAGE = \'没有项目类型、绩效目标，或产业项目没有联农带农机制的，不能申报入库。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN standing t ON t.project_id = s.project_id\n                WHERE s.kind = \'92\' AND (\n                    t.kind = \'15\' OR t."on" > s."on"\n                ) OR s.kind = \'92\' AND NOT EXISTS (\n                    SELECT 1 FROM standing a WHERE a.project_id = s.project_id AND a.kind = \'04\'\n                ) OR s.kind = \'15\' AND t.kind = \'14\' AND t."on" > s."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_ended\', MESSAGE = \'该项目已经终止，或已竣工，不能再登记这一环节。\'; END IF;\n            UPDATE funds_project p SET stage = now.stage\n            FROM (\n                SELECT q.id, (\n        SELECT CASE\n            WHEN bool_or(s.kind IN (\'92\')) THEN \'04\'\n            WHEN bool_or(s.kind IN (\'15\')) THEN \'03\'\n            WHEN bool_or(s.kind IN (\'13\')) THEN \'02\'\n            WHEN count(*) > 0 THEN \'01\'\n        END\n        FROM funds_projectstep s\n        WHERE s.project_id = q.id AND s.undone_at IS NULL AND s.kind <> \'91\'\n            AND (s.year <= q.year OR s.kind IN (\'01\', \'02\', \'03\', \'04\'))\n    ) AS stage FROM funds_project q WHERE q.id IN (SELECT DISTINCT project_id FROM (SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b)\n            ) AS now\n            WHERE p.id = now.id AND now.stage IS NOT NULL AND p.stage <> now.stage;\n         RETURN NULL;', hash='db5b3f487fc67df4cb47b717e5a1e0e710e8c500', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_steps_on_update_583bc', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='steps_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM 1 FROM funds_project WHERE id IN (SELECT DISTINCT project_id FROM old_values) ORDER BY id FOR NO KEY UPDATE;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM old_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN (VALUES (\'02\', \'01\'), (\'03\', \'02\'), (\'04\', \'03\'), (\'11\', \'04\'), (\'12\', \'11\'), (\'13\', \'12\'), (\'14\', \'13\'), (\'15\', \'13\'), (\'16\', \'15\'), (\'17\', \'16\'), (\'18\', \'17\')) AS needed (kind, before) ON needed.kind = s.kind\n                WHERE NOT EXISTS (\n                    SELECT 1 FROM standing b\n                    WHERE b.project_id = s.project_id AND b.kind = needed.before AND b."on" <= s."on"\n                )\n            ) OR EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM old_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        ), ranks (kind, number) AS (VALUES (\'01\', 0), (\'02\', 1), (\'03\', 2), (\'04\', 3), (\'11\', 4), (\'12\', 5), (\'13\', 6), (\'15\', 7), (\'16\', 8), (\'17\', 9), (\'18\', 10))\n                SELECT 1 FROM standing s JOIN ranks r ON r.kind = s.kind\n                JOIN standing t ON t.project_id = s.project_id JOIN ranks q ON q.kind = t.kind\n                WHERE r.number < q.number AND s."on" > t."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_order\', MESSAGE = \'前一环节还没有登记，或者日期早于前一环节，不能登记（或撤销）这一环节。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM old_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN funds_project p ON p.id = s.project_id\n                WHERE s.kind = \'01\' AND (\n                    p.category = \'\' OR p.target = \'\' OR left(p.category, 2) IN (\'14\', \'21\') AND p.sharing = \'\'\n                )\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_library\', MESSAGE = \'没有项目类型、绩效目标，或产业项目没有联农带农机制的，不能申报入库。\'; END IF;\n            IF EXISTS (\n                WITH standing AS (\n            SELECT s.* FROM funds_projectstep s\n            WHERE s.project_id IN (SELECT DISTINCT project_id FROM old_values) AND s.undone_at IS NULL AND s.kind <> \'91\'\n        )\n                SELECT 1 FROM standing s JOIN standing t ON t.project_id = s.project_id\n                WHERE s.kind = \'92\' AND (\n                    t.kind = \'15\' OR t."on" > s."on"\n                ) OR s.kind = \'92\' AND NOT EXISTS (\n                    SELECT 1 FROM standing a WHERE a.project_id = s.project_id AND a.kind = \'04\'\n                ) OR s.kind = \'15\' AND t.kind = \'14\' AND t."on" > s."on"\n            ) THEN RAISE EXCEPTION USING ERRCODE = \'check_violation\', CONSTRAINT = \'step_ended\', MESSAGE = \'该项目已经终止，或已竣工，不能再登记这一环节。\'; END IF;\n            UPDATE funds_project p SET stage = now.stage\n            FROM (\n                SELECT q.id, (\n        SELECT CASE\n            WHEN bool_or(s.kind IN (\'92\')) THEN \'04\'\n            WHEN bool_or(s.kind IN (\'15\')) THEN \'03\'\n            WHEN bool_or(s.kind IN (\'13\')) THEN \'02\'\n            WHEN count(*) > 0 THEN \'01\'\n        END\n        FROM funds_projectstep s\n        WHERE s.project_id = q.id AND s.undone_at IS NULL AND s.kind <> \'91\'\n            AND (s.year <= q.year OR s.kind IN (\'01\', \'02\', \'03\', \'04\'))\n    ) AS stage FROM funds_project q WHERE q.id IN (SELECT DISTINCT project_id FROM old_values)\n            ) AS now\n            WHERE p.id = now.id AND now.stage IS NOT NULL AND p.stage <> now.stage;\n         RETURN NULL;', hash='e859cf7d3d4caacf12c0ae1fe0b8b6dde31efca9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_steps_on_delete_ee635', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectstepevent" ("amount", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reason", "recorded_at", "recorded_by_id", "region_id", "share", "undone_at", "undone_by_id", "undone_reason", "way", "year") SELECT new_values."amount", new_values."document", new_values."id", new_values."kind", new_values."on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."project_id", new_values."reason", new_values."recorded_at", new_values."recorded_by_id", new_values."region_id", new_values."share", new_values."undone_at", new_values."undone_by_id", new_values."undone_reason", new_values."way", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ead8a3aebe00d88a9399114c86fb8d1c72c1d7c0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b8655', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectstepevent" ("amount", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reason", "recorded_at", "recorded_by_id", "region_id", "share", "undone_at", "undone_by_id", "undone_reason", "way", "year") SELECT new_values."amount", new_values."document", new_values."id", new_values."kind", new_values."on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."project_id", new_values."reason", new_values."recorded_at", new_values."recorded_by_id", new_values."region_id", new_values."share", new_values."undone_at", new_values."undone_by_id", new_values."undone_reason", new_values."way", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='089ef37f557f1ce8347f289fe809add8378318d7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_58dab', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstep',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_projectstepevent" ("amount", "document", "id", "kind", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reason", "recorded_at", "recorded_by_id", "region_id", "share", "undone_at", "undone_by_id", "undone_reason", "way", "year") SELECT old_values."amount", old_values."document", old_values."id", old_values."kind", old_values."on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."project_id", old_values."reason", old_values."recorded_at", old_values."recorded_by_id", old_values."region_id", old_values."share", old_values."undone_at", old_values."undone_by_id", old_values."undone_reason", old_values."way", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d76bef7023cd872da285c529351192790d8de915', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7424d', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_projectstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstepevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='2f59aea28db46e59fa27946b2984385ff2108caf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_f1e63', table='funds_projectstepevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectstepevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='50445a33bb4a833ffa8ec274cce56f8207841619', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c39b7', table='funds_projectstepevent', when='BEFORE')),
        ),
    ])
