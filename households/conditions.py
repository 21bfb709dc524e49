"""The further code lists of the official household form: living conditions, relocation, work, guarantees.

The lists by which figures are counted are in households/enums.py. Numbers are those of the 国家扶贫开发信息系统
where it has any; a list that it does not number says so.
"""

from fupin.codes import CodeList, code

__all__ = [
    "Affiliation",
    "Dibao",
    "DisabilityGrade",
    "DisabilityKind",
    "DropoutReason",
    "EmploymentChannel",
    "ExitFlag",
    "Fuel",
    "HouseStructure",
    "HouseholdType",
    "Housing",
    "NotExitedReason",
    "Party",
    "PostKind",
    "RecognitionStandard",
    "Relocation",
    "Resettlement",
    "ResettlementPlace",
    "ResidentRole",
    "Road",
    "Tekun",
]


class RecognitionStandard(CodeList):
    """识别标准: 扶贫手册, AAC005. The form does not number them; the numbers are our own."""

    NATIONAL = code("01", "国家标准", "国定标准", "国标")
    PROVINCE = code("02", "省定标准", "省级标准", "省标")
    COUNTY = code("03", "市(县)定标准", "市定标准", "县定标准", "市县定标准")


class NotExitedReason(CodeList):
    """未脱贫原因: 国家扶贫开发信息系统, 01 to 10."""

    GUARANTEES = code("01", "收入达标但“两不愁三保障”未实现", "收入超线但两不愁三保障未达", "三保障未达标")
    MEASURES = code("02", "帮扶措施成效不显著", "措施成效不显著")
    REVIEWED = code("03", "“回头看”新纳入", "回头看新纳入")
    DISABILITY = code("04", "因残无固定收入")
    ILLNESS = code("05", "大病治疗中", "患大病治疗中")
    SPENDING = code("06", "因病因学支出明显大于收入")
    UNSTEADY = code("07", "收入未稳定超过贫困线", "收入未稳定超线")
    WUBAO = code("08", "五保户", "五保")
    DIBAO_FIRST = code("09", "一类低保户", "一类低保")
    RELOCATION = code("10", "易地搬迁未拿到钥匙", "搬迁未拿钥匙")


class Fuel(CodeList):
    """主要燃料: 国家扶贫开发信息系统."""

    FIREWOOD = code("01", "柴草", "柴", "草", "木柴")
    DUNG = code("02", "干畜粪", "畜粪")
    COAL = code("03", "煤炭", "煤", "蜂窝煤")
    CLEAN = code("04", "清洁能源", "电", "天然气", "液化气", "沼气", "太阳能")
    OTHER = code("05", "其他", "其它")


class Road(CodeList):
    """入户路类型: 国家扶贫开发信息系统, AAC316."""

    EARTH = code("01", "泥土路", "土路")
    GRAVEL = code("02", "砂石路", "沙石路", "石子路")
    CONCRETE = code("03", "水泥路", "混凝土路")
    ASPHALT = code("04", "沥青路", "柏油路")


class Housing(CodeList):
    """住房安全: 扶贫手册, after the grades of 农村危险房屋鉴定. The form has no numbers; these are our own."""

    SAFE = code("01", "有安全住房", "安全住房", "安全", "A级", "B级", "A", "B", "非危房")
    DANGEROUS_C = code("02", "C级危房", "C级", "C", "危房C级")
    DANGEROUS_D = code("03", "D级危房", "D级", "D", "危房D级")

    __unclear__ = {
        "危房": "请写明是“C级危房”还是“D级危房”。",
        "是": "请写明“有安全住房”“C级危房”或“D级危房”：“是”可以指安全，也可以指危房。",
        "否": "请写明“有安全住房”“C级危房”或“D级危房”：“否”可以指不安全，也可以指不是危房。",
        "无房": "本表只记住房等级，请填实际居住房屋的等级，并在备注中写明“无房”。",
    }


class HouseStructure(CodeList):
    """住房结构: asked since 2020. The numbers are our own."""

    REINFORCED = code("01", "钢混", "钢筋混凝土", "框架", since=2018)
    BRICK_CONCRETE = code("02", "砖混", "砖混结构", since=2018)
    BRICK_WOOD = code("03", "砖木", "砖(石)木", "石木", since=2018)
    EARTH_WOOD = code("04", "土木", "土坯", "夯土", since=2018)
    WOOD = code("05", "木结构", "木", "竹木", since=2018)
    OTHER = code("99", "其他", "其它", since=2018)


class Relocation(CodeList):
    """搬迁方式: 国家扶贫开发信息系统."""

    VILLAGE = code("01", "行政村整体", "行政村整体搬迁", "整村搬迁")
    HAMLET = code("02", "自然村整体", "自然村整体搬迁")
    SINGLE = code("03", "个别搬迁", "零星搬迁", "分散搬迁")


class Resettlement(CodeList):
    """安置方式: 国家扶贫开发信息系统. The numbers are our own."""

    TOGETHER = code("01", "集中安置", "集中")
    APART = code("02", "分散安置", "分散")


class ResettlementPlace(CodeList):
    """安置地: 国家扶贫开发信息系统. The numbers are our own."""

    COUNTY_SEAT = code("01", "县城", "县城安置")
    TOWNSHIP_SEAT = code("02", "乡镇", "集镇", "乡镇政府驻地")
    OTHER_COUNTY = code("03", "县外", "跨县")
    OTHER_VILLAGE = code("04", "村外(乡内)", "村外乡内", "乡内村外")
    SAME_VILLAGE = code("05", "村内", "本村")


class Party(CodeList):
    """政治面貌: GB/T 4762, those that a village has."""

    MEMBER = code("01", "中共党员", "党员", "共产党员")
    PROBATIONARY = code("02", "中共预备党员", "预备党员")
    LEAGUE = code("03", "共青团员", "团员")
    NO_PARTY = code("12", "无党派人士", "无党派")
    MASSES = code("13", "群众", "普通群众")


class DisabilityKind(CodeList):
    """残疾类别: GB/T 26341; the 19th digit of a disability certificate."""

    SIGHT = code("1", "视力", "视力残疾", "盲")
    HEARING = code("2", "听力", "听力残疾", "聋")
    SPEECH = code("3", "言语", "言语残疾", "哑")
    LIMBS = code("4", "肢体", "肢体残疾")
    INTELLECT = code("5", "智力", "智力残疾")
    MENTAL = code("6", "精神", "精神残疾")
    MULTIPLE = code("7", "多重", "多重残疾")


class DisabilityGrade(CodeList):
    """残疾等级: GB/T 26341; the 20th digit of a disability certificate."""

    FIRST = code("1", "一级", "壹级", "1级")
    SECOND = code("2", "二级", "贰级", "2级")
    THIRD = code("3", "三级", "叁级", "3级")
    FOURTH = code("4", "四级", "肆级", "4级")


class DropoutReason(CodeList):
    """失学或辍学原因: asked since 2018 of those of school age. The numbers are our own."""

    ILLNESS = code("01", "因病", "生病", since=2018)
    DISABILITY = code("02", "因残", "残疾", since=2018)
    UNWILLING = code("03", "厌学", "不愿上学", since=2018)
    POVERTY = code("04", "家庭困难", "因贫", "经济困难", since=2018)
    WORK = code("05", "外出务工", "务工", since=2018)
    MARRIAGE = code("06", "早婚早育", "结婚", since=2018)
    OTHER = code("99", "其他", "其它", since=2018)


class EmploymentChannel(CodeList):
    """就业渠道: asked since 2020. The numbers are our own."""

    SELF = code("01", "自主就业", "自己找", "自谋职业", since=2020)
    FRIENDS = code("02", "亲友介绍", "亲戚朋友介绍", since=2020)
    GOVERNMENT = code("03", "政府组织", "劳务输出", "有组织输出", "点对点", since=2020)
    WORKSHOP = code("04", "帮扶车间", "扶贫车间", since=2020)
    POST = code("05", "公益性岗位", "公益岗", since=2020)
    BUSINESS = code("06", "自主创业", "创业", since=2020)
    OTHER = code("99", "其他", "其它", since=2020)


class PostKind(CodeList):
    """公益岗类型. The numbers are our own."""

    FOREST = code("01", "护林员", "生态护林员")
    ROAD = code("02", "护路员", "公路养护员", "养路员")
    CLEANING = code("03", "保洁员", "环卫工", "清洁工")
    WATER = code("04", "管水员", "水管员", "护水员", "河道巡查员")
    CARE = code("05", "护理员", "照料员", "幸福院护理员")
    OTHER = code("99", "其他", "其它")


class Dibao(CodeList):
    """享受低保: exports since 2023. The numbers are our own."""

    NONE = code("01", "未享受", "不享受", "否", "无")
    RURAL = code("02", "农村低保", "农低保", "农村")
    URBAN = code("03", "城市低保", "城低保", "城镇低保", "城市")

    __unclear__ = {"是": "请写明是“农村低保”还是“城市低保”。", "低保": "请写明是“农村低保”还是“城市低保”。"}


class Tekun(CodeList):
    """享受特困供养: exports since 2023. The numbers are our own."""

    NONE = code("01", "不享受", "未享受", "否", "无")
    RURAL = code("02", "农村特困", "农村特困供养", "农村五保", "农村")
    URBAN = code("03", "城市特困", "城市特困供养", "城市")

    __unclear__ = {"是": "请写明是“农村特困”还是“城市特困”。", "特困": "请写明是“农村特困”还是“城市特困”。"}


class Affiliation(CodeList):
    """帮扶责任人单位的隶属关系: GB/T 12404, those that send helpers."""

    CENTRAL = code("10", "中央", "中央单位", "国家")
    PROVINCE = code("20", "省(自治区、直辖市)", "省", "省直", "省级", "自治区", "直辖市")
    CITY = code("40", "市(地、州、盟)", "市", "地市", "市直", "市级", "州", "盟")
    COUNTY = code("50", "县(市、区、旗)", "县", "县直", "县级", "区", "旗")
    TOWNSHIP = code("60", "乡镇(街道)", "乡", "镇", "乡镇", "乡镇级", "街道")
    VILLAGE = code("70", "村(社区)", "村", "村级", "社区", "居委会", "村委会")
    OTHER = code("90", "其他", "其它", "企业", "社会组织")


class ResidentRole(CodeList):
    """驻村职务: 扶贫手册. The form has no numbers; these are our own."""

    LEADER = code("01", "队长", "工作队长", "驻村工作队队长")
    FIRST_SECRETARY = code("02", "第一书记", "驻村第一书记")
    MEMBER = code("03", "队员", "工作队员", "驻村工作队员")


class ExitFlag(CodeList):
    """脱贫标志, AAR010: what exports say of an exit without its year. No field holds it: it is read together with 脱贫年度."""

    NOT_EXITED = code("0", "未脱贫", "未脱贫户", "尚未脱贫")
    EXITED = code(
        "1", "已脱贫", "脱贫", "脱贫户", "已脱贫户", "已脱贫(享受政策)", "已脱贫(不享受政策)", "稳定脱贫"
    )
    RETURNED = code("3", "返贫", "返贫户", "已返贫")


class HouseholdType(CodeList):
    """户类型: exports since 2021. No field holds it: it says which rows are about households of this register."""

    GENERAL = code("0", "一般农户", "普通农户", "一般户", "非脱贫户")
    EXITED = code("1", "脱贫户", "已脱贫户")
