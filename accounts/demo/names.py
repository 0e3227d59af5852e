"""Names, addresses, numbers and codes that look like those of Chinese firms and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from accounts import credit_code


@dataclass(frozen=True)
class City:
    province: str
    name: str
    division: str  # of GB/T 2260, for the credit code
    dialling: str
    districts: tuple[str, ...]
    towns: tuple[str, ...] = ()  # county-level cities that firms put before their name


EASTERN = (
    City("江苏", "苏州", "320500", "0512", ("吴中区", "相城区", "工业园区"), ("昆山", "常熟")),
    City("江苏", "无锡", "320200", "0510", ("新吴区", "惠山区", "锡山区"), ("江阴", "宜兴")),
    City("江苏", "常州", "320400", "0519", ("武进区", "新北区"), ("溧阳",)),
    City("江苏", "南通", "320600", "0513", ("通州区", "崇川区"), ("海安", "启东")),
    City("江苏", "南京", "320100", "025", ("江宁区", "浦口区", "六合区")),
    City("上海", "上海", "310000", "021", ("松江区", "嘉定区", "奉贤区", "宝山区")),
    City("浙江", "杭州", "330100", "0571", ("萧山区", "余杭区", "钱塘区")),
    City("浙江", "宁波", "330200", "0574", ("北仑区", "鄞州区", "镇海区"), ("慈溪", "余姚")),
    City("浙江", "台州", "331000", "0576", ("黄岩区", "路桥区"), ("玉环", "温岭")),
    City("浙江", "绍兴", "330600", "0575", ("柯桥区", "上虞区"), ("诸暨",)),
    City("安徽", "合肥", "340100", "0551", ("肥西县", "新站区")),
    City("安徽", "芜湖", "340200", "0553", ("鸠江区", "弋江区")),
    City("山东", "青岛", "370200", "0532", ("城阳区", "黄岛区"), ("胶州",)),
    City("山东", "烟台", "370600", "0535", ("福山区", "牟平区"), ("龙口",)),
)
SOUTHERN = (
    City("广东", "广州", "440100", "020", ("番禺区", "花都区", "增城区", "黄埔区")),
    City("广东", "深圳", "440300", "0755", ("宝安区", "龙岗区", "光明区")),
    City("广东", "佛山", "440600", "0757", ("顺德区", "南海区", "三水区")),
    City("广东", "东莞", "441900", "0769", ("长安镇", "虎门镇", "寮步镇")),
    City("广东", "中山", "442000", "0760", ("小榄镇", "火炬开发区")),
    City("福建", "厦门", "350200", "0592", ("同安区", "集美区", "海沧区")),
    City("福建", "泉州", "350500", "0595", ("晋江市", "南安市", "洛江区")),
    City("福建", "福州", "350100", "0591", ("马尾区", "长乐区"), ("福清",)),
    City("湖南", "长沙", "430100", "0731", ("望城区", "岳麓区"), ("浏阳",)),
    City("湖南", "株洲", "430200", "0731", ("天元区", "荷塘区"), ("醴陵",)),
    City("广西", "柳州", "450200", "0772", ("柳南区", "鱼峰区")),
    City("广西", "南宁", "450100", "0771", ("江南区", "邕宁区")),
)
ALL = EASTERN + SOUTHERN

PROVINCES = {"广西": "广西壮族自治区"}
# What a firm calls its trade → the industry we file it under.
TRADES = {
    "精密机械": "机械制造",
    "重型机械": "机械制造",
    "数控机床": "机床",
    "轴承": "轴承",
    "传动设备": "机械制造",
    "汽车零部件": "汽车零部件",
    "汽车底盘系统": "汽车零部件",
    "特种钢": "钢铁冶金",
    "钢管": "钢铁冶金",
    "铝业": "有色金属",
    "铜材": "有色金属",
    "纺织机械": "纺织",
    "化纤": "纺织",
    "针织印染": "纺织",
    "塑料模具": "注塑",
    "注塑科技": "注塑",
    "纸业": "造纸",
    "包装材料": "包装印刷",
    "水泥": "水泥建材",
    "陶瓷": "水泥建材",
    "港口设备": "港口物流",
    "船舶重工": "船舶",
    "风电设备": "风电",
    "电梯": "电梯",
    "食品机械": "食品",
    "矿山机械": "矿山",
    "液压件": "液压气动",
    "压缩机": "液压气动",
}
FIRST = "恒瑞泰鑫宏华金盛嘉德天新东永隆中远佳信汇锦亿凯博力源振安启晟"
SECOND = "达源丰泰隆驰锐通顺诚晟洋联科辉昌旺益康利宇祥航盈鹏腾"
ROADS = [
    "工业大道", "创业路", "科技路", "振兴路", "滨江路", "长江路",
    "兴业路", "东环路", "开发大道",
]  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘"
GIVEN = [
    "建国", "志强", "海燕", "晓东", "丽娟", "国平", "文静", "永红", "俊", "敏",
    "伟民", "秀英", "春生", "雪梅", "立新", "小军", "玉兰", "明辉", "佳怡", "子轩",
    "凤霞", "建华", "庆丰", "慧", "涛", "晨", "浩然", "婷婷", "卫东", "爱民",
    "雨欣", "长林", "金龙", "红梅", "思远", "铁军",
]  # fmt: skip


def brands(random: Random) -> Iterator[str]:
    """Two-character trade names in a random order, none twice."""
    pairs = [first + second for first in FIRST for second in SECOND if first != second]
    random.shuffle(pairs)
    return iter(pairs)


def person_name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def organisation_code(serial: str) -> str:
    """Eight digits or capitals with their check character (GB 11714), part of the credit code."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(c, 36) * w for c, w in zip(serial, weights, strict=True)) % 11
    return serial + {10: "X", 11: "0"}.get(check, str(check))


def make_credit_code(division: str, serial: str) -> str:
    """The code of an enterprise registered in that place under that serial (GB 32100-2015)."""
    first_17 = f"91{division}{organisation_code(serial)}"
    return first_17 + credit_code.check_character(first_17)


def mobile(random: Random) -> str:
    """A number beginning with 154, which no operator gives out."""
    return f"154{random.randrange(10**8):08}"


def landline(random: Random, city: City) -> str:
    """A number of the city beginning with 000, which no subscriber has."""
    return f"{city.dialling}-000{random.randrange(10**5):05}"


def address(random: Random, city: City, place: str) -> str:
    """Somewhere in a district of the city, or in the county-level city `place` of its area."""
    province = PROVINCES.get(city.province, f"{city.province}省")
    if city.province == city.name:
        province = ""
    district = random.choice(city.districts) if place == city.name else f"{place}市"
    street = f"{random.choice(ROADS)}{random.randrange(1, 999)}号"
    return f"{province}{city.name}市{district}{street}"
