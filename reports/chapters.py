"""The parts of a village summary to which a village adds words of its own."""

from fupin.codes import CodeList, code


class Chapter(CodeList):
    """The sections of the village summary, by their numbers: 村年度总结, 一 to 七."""

    BASICS = code("1", "一、村基本情况", "一", "基本情况", "村基本情况")
    REGISTERED = code("2", "二、精准扶贫基本情况", "二", "精准扶贫基本情况", "贫困户情况")
    BATCHES = code("3", "三、“五个一批”情况", "三", "五个一批", "五个一批情况")
    VILLAGE_FUNDS = code("4", "四、到村资金落实情况", "四", "到村资金", "到村资金落实情况")
    HOUSEHOLD_FUNDS = code("5", "五、到户资金落实情况", "五", "到户资金", "到户资金落实情况")
    SPIRIT = code("6", "六、抓精神脱贫激发内生动力", "六", "精神脱贫", "抓精神脱贫激发内生动力")
    NEXT_STEPS = code("7", "七、今后工作努力的方向", "七", "下一步", "下一步打算", "今后工作努力的方向")
