"""The figures of the village summary, put together; they are declared in register, kinds, people, funds and work."""

from reports.figures import funds, kinds, people, register, work
from reports.figures.agree import Agreement, Carried, Differ, Notice
from reports.figures.declare import Figure, Listing, Measure

BASES = (
    register.profile,
    register.registered,
    kinds.incomes,
    register.members,
    people.persons,
    funds.given,
    funds.holders,
    funds.gone,
    funds.partners,
    funds.entities,
    funds.works,
    work.entries,
)
CHECKS = (
    Agreement("按脱贫年度", register.poor, (register.exited, register.not_exited)),
    Agreement("按贫困户属性", register.poor, (register.general, register.dibao, register.wubao)),
    Agreement("全拆全建、部分改建", funds.houses, (funds.rebuild, funds.renovation)),
    Agreement("按改建年度", funds.houses, (funds.houses_by_year,)),
    Agreement("按脱贫年度的饮水安全户", funds.water, (funds.water_by_exit, funds.water_not_exited)),
    Differ(register.dibao.households, funds.dibao_pay.households),
    Differ(register.wubao.households, funds.wubao_pay.households),
    Carried(
        "社会保障兜底",
        funds.security,
        (register.dibao, register.wubao),
        funds.security_rest,
        funds.security_carriers,
    ),
    Differ(funds.firm_households.households, funds.loan.households),
    Notice(
        funds.gone_households,
        "另有{0}在累计期内享受过措施，期末年度已不在本村在册，未计入以上各数（金额：{1}），请核对。",
        (funds.gone_money,),
    ),
)
NAMES = {thing.name: thing for base in BASES for thing in base.declared}
#: Of a region above a village: without what one village says in words, and without lists that would name each project.
NAMES_ABOVE = {
    name: thing
    for name, thing in NAMES.items()
    if not isinstance(thing, Listing)
    and not (isinstance(thing, Figure) and thing.measure in (Measure.TEXT, Measure.NAMES))
}
