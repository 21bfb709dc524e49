"""What reaches households: further measures, standard, batch and grade of a benefit, the terms of loans."""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0004_project_library'),
        ('fupin', '0008_export_log'),
        ('households', '0012_correction_of_member'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = together([
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank', models.CharField(max_length=60, verbose_name='放贷银行')),
                ('purpose', models.CharField(blank=True, max_length=100, verbose_name='贷款用途')),
                ('use', models.CharField(choices=[('01', '户贷户用'), ('02', '户贷企用')], max_length=2, verbose_name='使用方式')),
                ('lent_on', models.DateField(verbose_name='放款日期')),
                ('due_on', models.DateField(verbose_name='到期日期')),
                ('rate', models.DecimalField(blank=True, decimal_places=2, help_text='如：4.35。', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='年利率（%）')),
                ('subsidised', models.BooleanField(blank=True, null=True, verbose_name='财政贴息')),
                ('extended_to', models.DateField(blank=True, null=True, verbose_name='展期至')),
                ('repaid', models.DecimalField(blank=True, decimal_places=2, help_text='已还的本金合计。', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='已还金额（元）')),
                ('repaid_on', models.DateField(blank=True, help_text='最近一次还款的日期。', null=True, verbose_name='还款日期')),
            ],
            options={
                'verbose_name': '小额信贷',
                'verbose_name_plural': '小额信贷',
                'ordering': ['lent_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LoanEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('bank', models.CharField(max_length=60, verbose_name='放贷银行')),
                ('purpose', models.CharField(blank=True, max_length=100, verbose_name='贷款用途')),
                ('use', models.CharField(choices=[('01', '户贷户用'), ('02', '户贷企用')], max_length=2, verbose_name='使用方式')),
                ('lent_on', models.DateField(verbose_name='放款日期')),
                ('due_on', models.DateField(verbose_name='到期日期')),
                ('rate', models.DecimalField(blank=True, decimal_places=2, help_text='如：4.35。', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='年利率（%）')),
                ('subsidised', models.BooleanField(blank=True, null=True, verbose_name='财政贴息')),
                ('extended_to', models.DateField(blank=True, null=True, verbose_name='展期至')),
                ('repaid', models.DecimalField(blank=True, decimal_places=2, help_text='已还的本金合计。', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='已还金额（元）')),
                ('repaid_on', models.DateField(blank=True, help_text='最近一次还款的日期。', null=True, verbose_name='还款日期')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='ledger_on_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='ledger_on_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='ledger_on_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='benefit',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='benefit',
            name='benefit_measure_known',
        ),
        migrations.AddField(
            model_name='benefit',
            name='grade',
            field=models.CharField(blank=True, choices=[('02', 'C级'), ('03', 'D级')], help_text='只用于危旧房改造。', max_length=2, verbose_name='危房等级'),
        ),
        migrations.AddField(
            model_name='benefit',
            name='standard',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='补助标准（元）'),
        ),
        migrations.AddField(
            model_name='benefit',
            name='tranche',
            field=models.CharField(blank=True, help_text='分批发放的填写，如：第一批。', max_length=20, verbose_name='批次'),
        ),
        migrations.AddField(
            model_name='benefitevent',
            name='grade',
            field=models.CharField(blank=True, choices=[('02', 'C级'), ('03', 'D级')], help_text='只用于危旧房改造。', max_length=2, verbose_name='危房等级'),
        ),
        migrations.AddField(
            model_name='benefitevent',
            name='standard',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='补助标准（元）'),
        ),
        migrations.AddField(
            model_name='benefitevent',
            name='tranche',
            field=models.CharField(blank=True, help_text='分批发放的填写，如：第一批。', max_length=20, verbose_name='批次'),
        ),
        migrations.AlterField(
            model_name='benefit',
            name='measure',
            field=models.CharField(choices=[('101', '光伏扶贫'), ('102', '养牛奖补'), ('103', '养蜂奖补'), ('104', '种植奖补'), ('106', '其他产业奖补'), ('105', '自主创业'), ('111', '扶贫小额信贷'), ('112', '金融扶贫分红'), ('113', '资产收益分红'), ('114', '其他分红'), ('201', '易地扶贫搬迁'), ('301', '生态补偿'), ('401', '教育资助'), ('402', '雨露计划'), ('501', '低保金'), ('502', '五保供养金'), ('503', '城乡居民养老保险'), ('504', '残疾人两项补贴'), ('505', '医疗救助'), ('506', '临时救助'), ('601', '全拆全建'), ('602', '部分改建'), ('603', '饮水安全改造'), ('604', '公益性岗位'), ('605', '务工补贴')], max_length=3, verbose_name='帮扶措施'),
        ),
        migrations.AlterField(
            model_name='benefitevent',
            name='measure',
            field=models.CharField(choices=[('101', '光伏扶贫'), ('102', '养牛奖补'), ('103', '养蜂奖补'), ('104', '种植奖补'), ('106', '其他产业奖补'), ('105', '自主创业'), ('111', '扶贫小额信贷'), ('112', '金融扶贫分红'), ('113', '资产收益分红'), ('114', '其他分红'), ('201', '易地扶贫搬迁'), ('301', '生态补偿'), ('401', '教育资助'), ('402', '雨露计划'), ('501', '低保金'), ('502', '五保供养金'), ('503', '城乡居民养老保险'), ('504', '残疾人两项补贴'), ('505', '医疗救助'), ('506', '临时救助'), ('601', '全拆全建'), ('602', '部分改建'), ('603', '饮水安全改造'), ('604', '公益性岗位'), ('605', '务工补贴')], max_length=3, verbose_name='帮扶措施'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='ledger_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN\n            (SELECT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END FROM new_values n) FOR KEY SHARE;\n        INSERT INTO fupin_ledger (region_id, year, kind, state)\n        SELECT DISTINCT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END, 'rows' FROM new_values n\n        WHERE NOT EXISTS (\n            SELECT 1 FROM fupin_ledger l\n            WHERE l.region_id = n.region_id AND l.year = n.year AND l.kind = CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END AND l.state = 'rows'\n        )\n        ON CONFLICT (region_id, year, kind) DO UPDATE SET state = 'rows';\n     RETURN NULL;", hash='d1061dcb350e1384de27b61deece95b2588096f4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_ledger_on_insert_d1818', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='ledger_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN\n            (SELECT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END FROM new_values n) FOR KEY SHARE;\n        INSERT INTO fupin_ledger (region_id, year, kind, state)\n        SELECT DISTINCT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END, 'rows' FROM new_values n\n        WHERE NOT EXISTS (\n            SELECT 1 FROM fupin_ledger l\n            WHERE l.region_id = n.region_id AND l.year = n.year AND l.kind = CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END AND l.state = 'rows'\n        )\n        ON CONFLICT (region_id, year, kind) DO UPDATE SET state = 'rows';\n    \n            PERFORM 1 FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN (SELECT o.region_id, o.year, CASE WHEN o.measure IN ('101') THEN 'solar' WHEN o.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN o.measure IN ('111', '112') THEN 'finance' WHEN o.measure IN ('113', '114') THEN 'dividends' WHEN o.measure IN ('201') THEN 'relocation' WHEN o.measure IN ('301') THEN 'ecology' WHEN o.measure IN ('401') THEN 'education' WHEN o.measure IN ('402') THEN 'yulu' WHEN o.measure IN ('501') THEN 'dibao' WHEN o.measure IN ('502') THEN 'wubao' WHEN o.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN o.measure IN ('601', '602') THEN 'housing' WHEN o.measure IN ('603') THEN 'water' WHEN o.measure IN ('604') THEN 'posts' WHEN o.measure IN ('605') THEN 'employment' END FROM old_values o EXCEPT SELECT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END FROM new_values n) ORDER BY l.id FOR UPDATE;\n            DELETE FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN (SELECT o.region_id, o.year, CASE WHEN o.measure IN ('101') THEN 'solar' WHEN o.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN o.measure IN ('111', '112') THEN 'finance' WHEN o.measure IN ('113', '114') THEN 'dividends' WHEN o.measure IN ('201') THEN 'relocation' WHEN o.measure IN ('301') THEN 'ecology' WHEN o.measure IN ('401') THEN 'education' WHEN o.measure IN ('402') THEN 'yulu' WHEN o.measure IN ('501') THEN 'dibao' WHEN o.measure IN ('502') THEN 'wubao' WHEN o.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN o.measure IN ('601', '602') THEN 'housing' WHEN o.measure IN ('603') THEN 'water' WHEN o.measure IN ('604') THEN 'posts' WHEN o.measure IN ('605') THEN 'employment' END FROM old_values o EXCEPT SELECT n.region_id, n.year, CASE WHEN n.measure IN ('101') THEN 'solar' WHEN n.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN n.measure IN ('111', '112') THEN 'finance' WHEN n.measure IN ('113', '114') THEN 'dividends' WHEN n.measure IN ('201') THEN 'relocation' WHEN n.measure IN ('301') THEN 'ecology' WHEN n.measure IN ('401') THEN 'education' WHEN n.measure IN ('402') THEN 'yulu' WHEN n.measure IN ('501') THEN 'dibao' WHEN n.measure IN ('502') THEN 'wubao' WHEN n.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN n.measure IN ('601', '602') THEN 'housing' WHEN n.measure IN ('603') THEN 'water' WHEN n.measure IN ('604') THEN 'posts' WHEN n.measure IN ('605') THEN 'employment' END FROM new_values n) AND NOT EXISTS (\n                SELECT 1 FROM funds_benefit t\n                WHERE t.region_id = l.region_id AND t.year = l.year AND CASE WHEN t.measure IN ('101') THEN 'solar' WHEN t.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN t.measure IN ('111', '112') THEN 'finance' WHEN t.measure IN ('113', '114') THEN 'dividends' WHEN t.measure IN ('201') THEN 'relocation' WHEN t.measure IN ('301') THEN 'ecology' WHEN t.measure IN ('401') THEN 'education' WHEN t.measure IN ('402') THEN 'yulu' WHEN t.measure IN ('501') THEN 'dibao' WHEN t.measure IN ('502') THEN 'wubao' WHEN t.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN t.measure IN ('601', '602') THEN 'housing' WHEN t.measure IN ('603') THEN 'water' WHEN t.measure IN ('604') THEN 'posts' WHEN t.measure IN ('605') THEN 'employment' END = l.kind\n            );\n         RETURN NULL;", hash='a27aaa9f4237f123441edc8611600b8f3b601306', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_ledger_on_update_9ad4c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='ledger_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM 1 FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN (SELECT o.region_id, o.year, CASE WHEN o.measure IN ('101') THEN 'solar' WHEN o.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN o.measure IN ('111', '112') THEN 'finance' WHEN o.measure IN ('113', '114') THEN 'dividends' WHEN o.measure IN ('201') THEN 'relocation' WHEN o.measure IN ('301') THEN 'ecology' WHEN o.measure IN ('401') THEN 'education' WHEN o.measure IN ('402') THEN 'yulu' WHEN o.measure IN ('501') THEN 'dibao' WHEN o.measure IN ('502') THEN 'wubao' WHEN o.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN o.measure IN ('601', '602') THEN 'housing' WHEN o.measure IN ('603') THEN 'water' WHEN o.measure IN ('604') THEN 'posts' WHEN o.measure IN ('605') THEN 'employment' END FROM old_values o) ORDER BY l.id FOR UPDATE;\n            DELETE FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN (SELECT o.region_id, o.year, CASE WHEN o.measure IN ('101') THEN 'solar' WHEN o.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN o.measure IN ('111', '112') THEN 'finance' WHEN o.measure IN ('113', '114') THEN 'dividends' WHEN o.measure IN ('201') THEN 'relocation' WHEN o.measure IN ('301') THEN 'ecology' WHEN o.measure IN ('401') THEN 'education' WHEN o.measure IN ('402') THEN 'yulu' WHEN o.measure IN ('501') THEN 'dibao' WHEN o.measure IN ('502') THEN 'wubao' WHEN o.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN o.measure IN ('601', '602') THEN 'housing' WHEN o.measure IN ('603') THEN 'water' WHEN o.measure IN ('604') THEN 'posts' WHEN o.measure IN ('605') THEN 'employment' END FROM old_values o) AND NOT EXISTS (\n                SELECT 1 FROM funds_benefit t\n                WHERE t.region_id = l.region_id AND t.year = l.year AND CASE WHEN t.measure IN ('101') THEN 'solar' WHEN t.measure IN ('102', '103', '104', '106', '105') THEN 'production' WHEN t.measure IN ('111', '112') THEN 'finance' WHEN t.measure IN ('113', '114') THEN 'dividends' WHEN t.measure IN ('201') THEN 'relocation' WHEN t.measure IN ('301') THEN 'ecology' WHEN t.measure IN ('401') THEN 'education' WHEN t.measure IN ('402') THEN 'yulu' WHEN t.measure IN ('501') THEN 'dibao' WHEN t.measure IN ('502') THEN 'wubao' WHEN t.measure IN ('503', '504', '505', '506') THEN 'insurance' WHEN t.measure IN ('601', '602') THEN 'housing' WHEN t.measure IN ('603') THEN 'water' WHEN t.measure IN ('604') THEN 'posts' WHEN t.measure IN ('605') THEN 'employment' END = l.kind\n            );\n         RETURN NULL;", hash='47c9ad4299a92259846f33844b06c104ceb6e9ed', level='STATEMENT', operation='DELETE', pgid='pgtrigger_ledger_on_delete_c3bf0', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_benefitevent" ("amount", "enterprise_id", "grade", "household_id", "id", "measure", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "region_id", "remark", "standard", "tranche", "unit", "year") SELECT new_values."amount", new_values."enterprise_id", new_values."grade", new_values."household_id", new_values."id", new_values."measure", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."quantity", new_values."region_id", new_values."remark", new_values."standard", new_values."tranche", new_values."unit", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='0b9d145da10e2650a36328766bff638e3d9e8cfd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_bc53c', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_benefitevent" ("amount", "enterprise_id", "grade", "household_id", "id", "measure", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "region_id", "remark", "standard", "tranche", "unit", "year") SELECT new_values."amount", new_values."enterprise_id", new_values."grade", new_values."household_id", new_values."id", new_values."measure", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."quantity", new_values."region_id", new_values."remark", new_values."standard", new_values."tranche", new_values."unit", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='48939814ee937f371ad5a0d612a6b02dc46ceced', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_956c7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_benefitevent" ("amount", "enterprise_id", "grade", "household_id", "id", "measure", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "region_id", "remark", "standard", "tranche", "unit", "year") SELECT old_values."amount", old_values."enterprise_id", old_values."grade", old_values."household_id", old_values."id", old_values."measure", old_values."on", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."quantity", old_values."region_id", old_values."remark", old_values."standard", old_values."tranche", old_values."unit", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='56672fc9423c10ac209fb3083a033f83e366d919', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4a4d8', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_benefit', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='benefit',
            constraint=models.CheckConstraint(condition=models.Q(('measure__in', ['101', '102', '103', '104', '106', '105', '111', '112', '113', '114', '201', '301', '401', '402', '501', '502', '503', '504', '505', '506', '601', '602', '603', '604', '605'])), name='benefit_measure_known', violation_error_message='帮扶措施不在措施目录内。'),
        ),
        migrations.AddConstraint(
            model_name='benefit',
            constraint=models.CheckConstraint(condition=models.Q(('standard', None), ('standard__gte', 0), _connector='OR'), name='benefit_standard_not_negative', violation_error_message='补助标准不能小于0。'),
        ),
        migrations.AddConstraint(
            model_name='benefit',
            constraint=models.CheckConstraint(condition=models.Q(('grade', ''), models.Q(('grade__in', ['02', '03']), ('measure__in', ('601', '602'))), _connector='OR'), name='benefit_grade_of_house', violation_error_message='危房等级只填在全拆全建、部分改建上，应为C级或D级。'),
        ),
        migrations.AddField(
            model_name='loan',
            name='benefit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='loan', to='funds.benefit', verbose_name='贷款'),
        ),
        migrations.AddField(
            model_name='loanevent',
            name='benefit',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='funds.benefit', verbose_name='贷款'),
        ),
        migrations.AddField(
            model_name='loanevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='loanevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='funds.loan'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('use__in', ['01', '02'])), name='loan_use_known', violation_error_message='使用方式应为户贷户用或户贷企用。'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('lent_on'))), name='loan_due_after_lent', violation_error_message='到期日期应晚于放款日期。'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('extended_to', None), ('extended_to__gt', models.F('due_on')), _connector='OR'), name='loan_extended_after_due', violation_error_message='展期至的日期应晚于到期日期。'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('repaid', None), ('repaid_on', None)), models.Q(('repaid__gt', 0), ('repaid__isnull', False), ('repaid_on__isnull', False)), _connector='OR'), name='loan_repaid_on_a_day', violation_error_message='已还金额应大于0，并与还款日期一起填写；没有还款的都留空。'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('repaid_on', None), ('repaid_on__gte', models.F('lent_on')), _connector='OR'), name='loan_repaid_after_lent', violation_error_message='还款日期不能早于放款日期。'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('rate', None), models.Q(('rate__gte', 0), ('rate__lte', 100)), _connector='OR'), name='loan_rate_is_percent', violation_error_message='年利率应在0至100之间，单位是%。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='terms_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT DISTINCT b.region_id, b.year FROM funds_benefit b WHERE b.id IN (SELECT benefit_id FROM new_values) ORDER BY 1, 2) AS places; RETURN NULL;', hash='d47f8a5805078b3b0d77301e74426beb1522b28e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_terms_on_insert_a0de4', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='terms_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT DISTINCT b.region_id, b.year FROM funds_benefit b WHERE b.id IN (SELECT benefit_id FROM old_values) ORDER BY 1, 2) AS places; RETURN NULL;', hash='67c0e99fbec1d4b1c6abefd01115882b7ebcadf3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_terms_on_delete_c87ea', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='terms_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_require_open(region_id, year) FROM (SELECT DISTINCT b.region_id, b.year FROM funds_benefit b WHERE b.id IN (SELECT n.benefit_id FROM old_values o JOIN new_values n ON n.id = o.id WHERE (o.benefit_id, o.bank, o.purpose, o.lent_on, o.due_on, o.rate, o.subsidised, o.use) IS DISTINCT FROM (n.benefit_id, n.bank, n.purpose, n.lent_on, n.due_on, n.rate, n.subsidised, n.use) UNION SELECT o.benefit_id FROM old_values o JOIN new_values n ON n.id = o.id WHERE (o.benefit_id, o.bank, o.purpose, o.lent_on, o.due_on, o.rate, o.subsidised, o.use) IS DISTINCT FROM (n.benefit_id, n.bank, n.purpose, n.lent_on, n.due_on, n.rate, n.subsidised, n.use)) ORDER BY 1, 2) AS places; RETURN NULL;', hash='9b5b0bd607f36f23c24d4f3e2d7f38fc35216da4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_terms_on_update_57bd7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='11e242021c04e7cb32c6b887cd4c5c3112759017', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_29ba1', table='funds_loan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_loanevent" ("bank", "benefit_id", "due_on", "extended_to", "id", "lent_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "rate", "repaid", "repaid_on", "subsidised", "use") SELECT new_values."bank", new_values."benefit_id", new_values."due_on", new_values."extended_to", new_values."id", new_values."lent_on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."purpose", new_values."rate", new_values."repaid", new_values."repaid_on", new_values."subsidised", new_values."use" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8bdfeebfaac52bc4cc9c063355a3c2c9e0cdc46a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_3b63e', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='EXECUTE $audit$WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_loanevent" ("bank", "benefit_id", "due_on", "extended_to", "id", "lent_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "rate", "repaid", "repaid_on", "subsidised", "use") SELECT new_values."bank", new_values."benefit_id", new_values."due_on", new_values."extended_to", new_values."id", new_values."lent_on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."purpose", new_values."rate", new_values."repaid", new_values."repaid_on", new_values."subsidised", new_values."use" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context;$audit$; RETURN NULL;', hash='91fcb4c7a21d16ce33225afe7e14c04d33807a29', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_55c27', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "funds_loanevent" ("bank", "benefit_id", "due_on", "extended_to", "id", "lent_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "rate", "repaid", "repaid_on", "subsidised", "use") SELECT old_values."bank", old_values."benefit_id", old_values."due_on", old_values."extended_to", old_values."id", old_values."lent_on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."purpose", old_values."rate", old_values."repaid", old_values."repaid_on", old_values."subsidised", old_values."use" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c91b7d7ff55cba23c988642dd2d5885972f1013c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_ca31c', referencing='REFERENCING OLD TABLE AS old_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loanevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;', hash='7de7b3c785dbc03383439c46fe84c8d3acf2dcdf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b0ef0', table='funds_loanevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loanevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fe65a0467770fbc92c641099aa3fb66ba27d1433', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bfe7f', table='funds_loanevent', when='BEFORE')),
        ),
    ])
