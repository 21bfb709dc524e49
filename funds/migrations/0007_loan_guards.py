"""A loan belongs to a benefit of its measure, and no more is paid back than was lent; rows that stand are not looked at."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from fupin.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0006_money'),
    ]

    operations = together([
        pgtrigger.migrations.AddTrigger(
            model_name='benefit',
            trigger=pgtrigger.compiler.Trigger(name='lent_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (SELECT 1 FROM \n        new_values b JOIN old_values o ON o.id = b.id JOIN funds_loan l ON l.benefit_id = b.id\n        WHERE o.measure = '111' AND (b.measure, b.amount) IS DISTINCT FROM (o.measure, o.amount)\n     AND b.measure <> '111') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_of_its_measure', MESSAGE = '只有“扶贫小额信贷”才有贷款条款；已登记条款的，帮扶措施不能改成别的。'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM \n        new_values b JOIN old_values o ON o.id = b.id JOIN funds_loan l ON l.benefit_id = b.id\n        WHERE o.measure = '111' AND (b.measure, b.amount) IS DISTINCT FROM (o.measure, o.amount)\n     AND l.repaid IS NOT NULL AND (b.amount IS NULL OR l.repaid > b.amount)\n        ) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_repaid_within_amount', MESSAGE = '已还金额大于贷款金额，或者这笔贷款没有登记金额，未写入。请核对金额。'; END IF;\n     RETURN NULL;", hash='8a328f7f0897732b9718ebd7e324e8b85c22d5c8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_lent_on_update_b6b36', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_benefit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='lent_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM funds_benefit WHERE id IN (SELECT benefit_id FROM new_values) ORDER BY id FOR SHARE;\n        \n        IF EXISTS (SELECT 1 FROM new_values l JOIN funds_benefit b ON b.id = l.benefit_id WHERE true AND b.measure <> '111') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_of_its_measure', MESSAGE = '只有“扶贫小额信贷”才有贷款条款；已登记条款的，帮扶措施不能改成别的。'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM new_values l JOIN funds_benefit b ON b.id = l.benefit_id WHERE true AND l.repaid IS NOT NULL AND (b.amount IS NULL OR l.repaid > b.amount)\n        ) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_repaid_within_amount', MESSAGE = '已还金额大于贷款金额，或者这笔贷款没有登记金额，未写入。请核对金额。'; END IF;\n    \n     RETURN NULL;", hash='cc7f55cc346df2fd52035d5a8c12112356146503', level='STATEMENT', operation='INSERT', pgid='pgtrigger_lent_on_insert_f3482', referencing='REFERENCING NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loan',
            trigger=pgtrigger.compiler.Trigger(name='lent_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM 1 FROM funds_benefit WHERE id IN (SELECT benefit_id FROM new_values) ORDER BY id FOR SHARE;\n        \n        IF EXISTS (SELECT 1 FROM new_values l JOIN funds_benefit b ON b.id = l.benefit_id WHERE true AND b.measure <> '111') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_of_its_measure', MESSAGE = '只有“扶贫小额信贷”才有贷款条款；已登记条款的，帮扶措施不能改成别的。'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM new_values l JOIN funds_benefit b ON b.id = l.benefit_id WHERE true AND l.repaid IS NOT NULL AND (b.amount IS NULL OR l.repaid > b.amount)\n        ) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_repaid_within_amount', MESSAGE = '已还金额大于贷款金额，或者这笔贷款没有登记金额，未写入。请核对金额。'; END IF;\n    \n     RETURN NULL;", hash='901f8c03fbcbb3d478844091232f27acf8093595', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_lent_on_update_43c22', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='funds_loan', when='AFTER')),
        ),
    ])
