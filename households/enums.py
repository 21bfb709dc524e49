"""The code lists of households and their members.

Numbers are those that applications exchange with the national system; a number of our own is said to be one, and
is never exported as an official one.
"""

from fupin.codes import CodeList, code

__all__ = [
    "FINAL_GRADES",
    "MAIN_CAUSES",
    "NEXT_GRADE",
    "ActKind",
    "Cause",
    "Departure",
    "Education",
    "Ethnicity",
    "Health",
    "LabourSkill",
    "PovertyCategory",
    "PovertyStatus",
    "Relation",
    "School",
    "Sex",
    "WorkPlace",
]


class PovertyCategory(CodeList):
    """贫困户属性: 国家扶贫开发信息系统, AAC006."""

    GENERAL = code("01", "一般贫困户", "一般贫困", "一般贫困农户", "建档立卡一般贫困户")
    DIBAO = code("04", "低保贫困户", "低保户", "低保", "低保农户", "扶贫低保户", "农村低保户")
    WUBAO = code(
        "06",
        "五保贫困户",
        "五保户",
        "五保",
        "特困供养户",
        "特困供养人员",
        "特困户",
        "特困人员",
        "特困",
        "分散供养",
        "集中供养",
    )

    __unclear__ = {
        # 2014's forms call a registered poor household so, exports since 2021 one that was never poor.
        "一般农户": "贫困户请填“一般贫困户”；从未建档立卡的农户不在本表登记。",
        "一般户": "贫困户请填“一般贫困户”；从未建档立卡的农户不在本表登记。",
        "贫困户": "请写明是“一般贫困户”“低保贫困户”还是“五保贫困户”。",
        "建档立卡户": "请写明是“一般贫困户”“低保贫困户”还是“五保贫困户”。",
    }


_EXITED_WHEN = "请写明：本年度脱贫填“新脱贫”，以前年度脱贫填“历史已脱贫”。"


class PovertyStatus(CodeList):
    """脱贫状态: 国家扶贫开发信息系统."""

    RETURNED = code("02", "返贫", "返贫户", "已返贫")
    EXITED_BEFORE = code(
        "03", "历史已脱贫", "历史脱贫", "历年脱贫", "以前年度脱贫", "以前年度已脱贫", "往年脱贫", "往年已脱贫"
    )
    NOT_EXITED = code("04", "未脱贫", "未脱贫户", "尚未脱贫", "没有脱贫")
    EXITED_THIS_YEAR = code(
        "05", "新脱贫", "新脱贫户", "本年脱贫", "本年度脱贫", "当年脱贫", "当年新脱贫", "今年脱贫"
    )

    __unclear__ = {
        "已脱贫": _EXITED_WHEN,
        "已脱贫户": _EXITED_WHEN,
        "脱贫": _EXITED_WHEN,
        "脱贫户": _EXITED_WHEN,
        # The column 脱贫标志 of other exports: 0 未脱贫, 1 已脱贫, 3 返贫. A bare 3 would turn one into the other.
        "3": "请写名称：“返贫”或“历史已脱贫”。有的导出表用3表示返贫。",
        "1": _EXITED_WHEN,
        "0": "请写名称，如“未脱贫”。",
    }


class Cause(CodeList):
    """致贫原因: 国家扶贫开发信息系统指标解释 2014-15. The numbers 12 and 99 are our own."""

    ILLNESS = code("01", "因病", "因病致贫", "疾病", "生病")
    DISABILITY = code("02", "因残", "因残致贫", "残疾")
    SCHOOLING = code("03", "因学", "因学致贫", "上学")
    DISASTER = code("04", "因灾", "因灾致贫", "自然灾害", "因自然灾害")
    NO_LAND = code("05", "缺土地", "缺地", "缺少土地")
    NO_WATER = code("06", "缺水", "缺少水源")
    NO_TECHNIQUE = code("07", "缺技术", "缺少技术", "无技术")
    NO_LABOUR = code("08", "缺劳动力", "缺劳力", "缺少劳动力", "缺劳", "无劳力")
    NO_FUNDS = code("09", "缺资金", "缺少资金", "缺钱")
    TRAFFIC = code("10", "交通条件落后", "交通落后", "交通不便")
    NO_MOTIVATION = code(
        "11", "自身发展动力不足", "自身发展能力不足", "自身发展力不足", "发展动力不足", "缺动力"
    )
    MARRIAGE = code("12", "因婚", "因婚致贫")
    OTHER = code("99", "其他", "其它", "其他原因")


#: A household's main cause is one of these; 因婚 and 其他 can only be further ones.
MAIN_CAUSES = tuple(cause for cause in Cause if cause not in (Cause.MARRIAGE, Cause.OTHER))


class Relation(CodeList):
    """与户主关系: 国家扶贫开发信息系统, AAB006. The numbers 21 to 24, additions of 2022, are our own."""

    HEAD = code("01", "本人或户主", "户主", "本人", "户主本人")
    SPOUSE = code("02", "配偶", "之配偶", "妻子", "丈夫", "妻", "夫", "之妻", "之夫", "爱人")
    SON = code("03", "之子", "子", "儿子", "长子", "次子", "三子", "独生子", "养子")
    DAUGHTER = code("04", "之女", "女", "女儿", "长女", "次女", "三女", "独生女", "养女")
    DAUGHTER_IN_LAW = code("05", "之儿媳", "儿媳", "儿媳妇")
    SON_IN_LAW = code("06", "之女婿", "女婿")
    GRANDSON = code("07", "之孙子", "孙子", "之孙")
    GRANDDAUGHTER = code("08", "之孙女", "孙女")
    DAUGHTERS_SON = code("09", "之外孙子", "外孙子", "外孙", "之外孙")
    DAUGHTERS_DAUGHTER = code("10", "之外孙女", "外孙女")
    FATHER = code("11", "之父", "父亲", "父", "之父亲")
    MOTHER = code("12", "之母", "母亲", "母", "之母亲")
    WIFES_FATHER = code("13", "之岳父", "岳父")
    WIFES_MOTHER = code("14", "之岳母", "岳母")
    HUSBANDS_FATHER = code("15", "之公公", "公公")
    HUSBANDS_MOTHER = code("16", "之婆婆", "婆婆")
    GRANDFATHER = code("17", "之祖父", "祖父", "爷爷")
    GRANDMOTHER = code("18", "之祖母", "祖母", "奶奶")
    MOTHERS_FATHER = code("19", "之外祖父", "外祖父", "外公", "姥爷")
    MOTHERS_MOTHER = code("20", "之外祖母", "外祖母", "外婆", "姥姥")
    GREAT_GRANDSON = code("21", "之曾孙子", "曾孙子", "曾孙", since=2022)
    GREAT_GRANDDAUGHTER = code("22", "之曾孙女", "曾孙女", since=2022)
    SIBLING = code(
        "23", "之兄弟姐妹", "兄弟姐妹", "之兄弟", "之姐妹", "哥哥", "弟弟", "姐姐", "妹妹", since=2022
    )
    BROTHERS_WIFE = code("24", "之兄弟媳妇", "兄弟媳妇", "嫂子", "弟媳", since=2022)
    OTHER = code("99", "其他", "其它", "其他关系")

    __unclear__ = {
        "孙子女": "请写明是“之孙子”还是“之孙女”。",
        "父母": "请写明是“之父”还是“之母”。",
        "媳妇": "请写明是“配偶”还是“之儿媳”。",
        "子女": "请写明是“之子”还是“之女”。",
    }


class Ethnicity(CodeList):
    """民族: GB/T 3304, with its romanised names."""

    HAN = code("01", "汉族", "汉")
    MONGOL = code("02", "蒙古族", "蒙古", "蒙族")
    HUI = code("03", "回族", "回")
    ZANG = code("04", "藏族", "藏")
    UYGHUR = code("05", "维吾尔族", "维吾尔", "维族")
    MIAO = code("06", "苗族", "苗")
    YI = code("07", "彝族", "彝")
    ZHUANG = code("08", "壮族", "壮")
    BUYEI = code("09", "布依族", "布依")
    CHOSON = code("10", "朝鲜族", "朝鲜")
    MAN = code("11", "满族", "满")
    DONG = code("12", "侗族", "侗")
    YAO = code("13", "瑶族", "瑶")
    BAI = code("14", "白族", "白")
    TUJIA = code("15", "土家族", "土家")
    HANI = code("16", "哈尼族", "哈尼")
    KAZAK = code("17", "哈萨克族", "哈萨克")
    DAI = code("18", "傣族", "傣")
    LI = code("19", "黎族", "黎")
    LISU = code("20", "傈僳族", "傈僳")
    VA = code("21", "佤族", "佤")
    SHE = code("22", "畲族", "畲")
    GAOSHAN = code("23", "高山族", "高山")
    LAHU = code("24", "拉祜族", "拉祜")
    SUI = code("25", "水族", "水")
    DONGXIANG = code("26", "东乡族", "东乡")
    NAXI = code("27", "纳西族", "纳西")
    JINGPO = code("28", "景颇族", "景颇")
    KIRGIZ = code("29", "柯尔克孜族", "柯尔克孜")
    TU = code("30", "土族", "土")
    DAUR = code("31", "达斡尔族", "达斡尔")
    MULAO = code("32", "仫佬族", "仫佬")
    QIANG = code("33", "羌族", "羌")
    BLANG = code("34", "布朗族", "布朗")
    SALAR = code("35", "撒拉族", "撒拉")
    MAONAN = code("36", "毛南族", "毛南")
    GELAO = code("37", "仡佬族", "仡佬")
    XIBE = code("38", "锡伯族", "锡伯")
    ACHANG = code("39", "阿昌族", "阿昌")
    PUMI = code("40", "普米族", "普米")
    TAJIK = code("41", "塔吉克族", "塔吉克")
    NU = code("42", "怒族", "怒")
    UZBEK = code("43", "乌孜别克族", "乌孜别克")
    RUSSIAN = code("44", "俄罗斯族", "俄罗斯")
    EWENKI = code("45", "鄂温克族", "鄂温克")
    DEANG = code("46", "德昂族", "德昂")
    BONAN = code("47", "保安族", "保安")
    YUGUR = code("48", "裕固族", "裕固")
    GIN = code("49", "京族", "京")
    TATAR = code("50", "塔塔尔族", "塔塔尔")
    DERUNG = code("51", "独龙族", "独龙")
    OROQEN = code("52", "鄂伦春族", "鄂伦春")
    HEZHEN = code("53", "赫哲族", "赫哲")
    MONBA = code("54", "门巴族", "门巴")
    LHOBA = code("55", "珞巴族", "珞巴")
    JINO = code("56", "基诺族", "基诺")
    OTHER = code("97", "其他", "其它", "未识别民族", "其他民族")


class Education(CodeList):
    """文化程度, asked of those who are not at school: 国家扶贫开发信息系统, AAB008.

    Exports of 2023 split 大专及以上; their parts are read as the whole, since no numbers of theirs are known.
    """

    ILLITERATE = code(
        "01", "文盲或半文盲", "文盲", "半文盲", "文盲半文盲", "文盲、半文盲", "文盲/半文盲", "未上过学"
    )
    PRIMARY = code("02", "小学", "小学文化", "小学毕业")
    JUNIOR = code("03", "初中", "初中文化", "初中毕业")
    HIGH = code(
        "04", "高中", "高中文化", "高中毕业", "中专", "中职", "高中及中专", "高中(中专)", "高中或中专"
    )
    COLLEGE = code(
        "05",
        "大专及以上",
        "大专",
        "大专以上",
        "高职高专",
        "大学",
        "大学本科",
        "本科",
        "本科及以上",
        "研究生",
        "硕士及以上",
    )
    PRESCHOOL = code("06", "学龄前儿童", "学龄前")


class School(CodeList):
    """在校生状况, asked of those at school: 国家扶贫开发信息系统, AAB009."""

    NONE = code("01", "非在校生", "非在校", "不在校", "未在校")
    PRESCHOOL = code("02", "学前教育", "幼儿园", "学前班")
    PRIMARY = code("03", "小学", "小学在校", "小学在读", "小学生")
    GRADE_7 = code("04", "七年级", "初一", "初中一年级")
    GRADE_8 = code("05", "八年级", "初二", "初中二年级")
    GRADE_9 = code("06", "九年级", "初三", "初中三年级")
    HIGH_1 = code("07", "高中一年级", "普通高中一年级", "高一")
    HIGH_2 = code("08", "高中二年级", "普通高中二年级", "高二")
    HIGH_3 = code("09", "高中三年级", "普通高中三年级", "高三")
    VOCATIONAL_1 = code("10", "中职一年级", "中专一年级", "中职一")
    VOCATIONAL_2 = code("11", "中职二年级", "中专二年级", "中职二")
    VOCATIONAL_3 = code("12", "中职三年级", "中专三年级", "中职三")
    HIGHER_VOCATIONAL_1 = code("13", "高职(高专)一年级", "高职一年级", "高专一年级", "高职高专一年级")
    HIGHER_VOCATIONAL_2 = code("14", "高职(高专)二年级", "高职二年级", "高专二年级", "高职高专二年级")
    HIGHER_VOCATIONAL_3 = code("15", "高职(高专)三年级", "高职三年级", "高专三年级", "高职高专三年级")
    COLLEGE = code(
        "16", "大专及以上", "大专", "大专以上", "大学", "大学生", "本科", "本科及以上", "研究生", "硕士及以上"
    )

    __unclear__ = {
        "初中": "请写明年级：七年级、八年级或九年级。",
        "高中": "请写明年级：高中一年级、二年级或三年级。",
        "中职": "请写明年级：中职一年级、二年级或三年级。",
        "中专": "请写明年级：中职一年级、二年级或三年级。",
        "高职": "请写明年级：高职(高专)一年级、二年级或三年级。",
        "高职高专": "请写明年级：高职(高专)一年级、二年级或三年级。",
        "技师学院": "请按所读年级填中职或高职(高专)的年级。",
        "学龄前儿童": "已上幼儿园的填“学前教育”，没有上的填“非在校生”。",
    }


#: The grade a year later; "" where school ends, or another one begins that nobody knows yet. Grades of several years
#: (学前教育, 小学, 大专及以上) stay.
NEXT_GRADE: dict[str, str] = {
    School.GRADE_7: School.GRADE_8,
    School.GRADE_8: School.GRADE_9,
    School.GRADE_9: "",
    School.HIGH_1: School.HIGH_2,
    School.HIGH_2: School.HIGH_3,
    School.HIGH_3: "",
    School.VOCATIONAL_1: School.VOCATIONAL_2,
    School.VOCATIONAL_2: School.VOCATIONAL_3,
    School.VOCATIONAL_3: "",
    School.HIGHER_VOCATIONAL_1: School.HIGHER_VOCATIONAL_2,
    School.HIGHER_VOCATIONAL_2: School.HIGHER_VOCATIONAL_3,
    School.HIGHER_VOCATIONAL_3: "",
}
#: After these somebody must say what came next.
FINAL_GRADES = tuple(grade for grade, following in NEXT_GRADE.items() if not following)


_ONE_HEALTH = "健康状况只填一项，请填影响最大的一项。"


class Health(CodeList):
    """健康状况: 国家扶贫开发信息系统, AAB017."""

    HEALTHY = code("01", "健康", "良好", "身体健康")
    CHRONIC = code("02", "长期慢性病", "慢性病", "患有长期慢性病", "长期慢性疾病")
    SERIOUS = code("03", "患有大病", "大病", "重病", "患大病", "重大疾病")
    DISABLED = code("04", "残疾", "残疾人", "患有残疾")

    __unclear__ = {
        # Exports since 2023 combine; here the first form's rule holds, one value a person.
        "长期慢性病,残疾": _ONE_HEALTH,
        "残疾,长期慢性病": _ONE_HEALTH,
        "患有大病,残疾": _ONE_HEALTH,
        "残疾,患有大病": _ONE_HEALTH,
        "长期慢性病,患有大病": _ONE_HEALTH,
        "死亡": "去世的成员请登记“成员去世”的变动，不在健康状况中填写。",
        "05": "去世的成员请登记“成员去世”的变动，不在健康状况中填写。",
    }


class LabourSkill(CodeList):
    """劳动技能: 国家扶贫开发信息系统, AAB010. The number 05, of the value added in 2018, is our own."""

    ORDINARY = code("01", "普通劳动力", "普通劳力", "一般劳动力", "普通")
    SKILLED = code("02", "技能劳动力", "技能劳力", "技术劳动力")
    LOST = code("03", "丧失劳动力", "丧失劳力", "丧失劳动能力")
    NONE = code("04", "无劳动力", "无劳力", "无劳动能力")
    WEAK = code(
        "05", "弱劳动力或半劳动力", "弱劳动力", "半劳动力", "弱劳力", "半劳力", "弱(半)劳动力", since=2018
    )

    __unclear__ = {"有劳动力": "请写明是“普通劳动力”还是“技能劳动力”。"}


class WorkPlace(CodeList):
    """务工情况: 国家扶贫开发信息系统, AAB011. Some exports write 05 for 其他."""

    TOWNSHIP = code("01", "乡(镇)内", "乡镇内务工", "乡镇内", "乡内", "镇内", "乡(镇)内务工")
    COUNTY = code("02", "乡外县内", "乡(镇)外县内", "乡外县内务工", "乡镇外县内", "县内", "乡(镇)外县内务工")
    PROVINCE = code("03", "县外省内", "县外省内务工", "省内县外")
    OTHER_PROVINCE = code("04", "省外", "省外务工", "外省")
    OTHER = code("99", "其他", "其它", "05")

    __unclear__ = {
        "省内": "请写明是“乡(镇)内”“乡外县内”还是“县外省内”。",
        "外出": "请写明务工地点，如“县外省内”或“省外”。",
        "外出务工": "请写明务工地点，如“县外省内”或“省外”。",
        "无": "没有务工的整格留空。",
        "未务工": "没有务工的整格留空。",
    }


class Sex(CodeList):
    """性别: GB/T 2261.1."""

    MALE = code("1", "男", "男性", "M")
    FEMALE = code("2", "女", "女性", "F")


class ActKind(CodeList):
    """What happened to a household or a member: 动态管理的变动事项. Kinds of our own; no form numbers them."""

    REGISTERED = code("registered", "识别纳入", "新识别", "纳入")
    LEFT_POVERTY = code("left_poverty", "脱贫", "退出贫困")
    RETURNED = code("returned", "返贫")
    REMOVED = code("removed", "整户退出", "清退", "整户清退", "整户清除")
    MEMBER_BORN = code("member_born", "新生儿", "出生")
    MEMBER_DIED = code("member_died", "成员去世", "死亡", "去世")
    MEMBER_MARRIED_IN = code("member_married_in", "嫁入", "婚入")
    MEMBER_MARRIED_OUT = code("member_married_out", "嫁出", "婚出")
    MEMBER_MOVED_IN = code("member_moved_in", "其他转入", "迁入", "转入")
    MEMBER_RETURNED = code("member_returned", "转回", "迁回", "回户")
    MEMBER_MOVED_OUT = code("member_moved_out", "其他转出", "迁出", "转出")
    MEMBER_EMIGRATED = code("member_emigrated", "出国定居")
    MEMBER_IMPRISONED = code("member_imprisoned", "判刑收监", "收监")
    SPLIT = code("split", "分户")
    MERGED = code("merged", "并户", "合户")
    TRANSFERRED = code("transferred", "整户迁移", "整户迁出", "整户迁入")
    HEAD_CHANGED = code("head_changed", "户主变更", "变更户主")
    CORRECTED = code("corrected", "更正", "信息更正", "身份更正")
    TAKEN_BACK = code("taken_back", "撤销")


class Departure(CodeList):
    """人员减少原因: 国家扶贫开发信息系统. The numbers are our own, in the order of the form; the last is no reason of
    the form, but what becomes of the members of a household that leaves the roll."""

    DIED = code("01", "死亡", "去世", "自然死亡")
    MARRIED_OUT = code("02", "嫁出", "婚出")
    EMIGRATED = code("03", "出国定居")
    IMPRISONED = code("04", "判刑收监", "收监")
    OTHER = code("05", "其他转出", "其他", "其它", "转出", "迁出")
    WITH_HOUSEHOLD = code("06", "随户退出", "整户退出")
