"""The parts that a case of an honour is made of, each with its truth, known because of how it was made.

Comes in: a seeded `random.Random`. Goes out: issuers as printed, dates as written, titles, people. Called by `compose`. Nothing here reads
the rulebook or calls the product: names, years and look-alikes are listed from public knowledge, dates are compared day by day.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from rapidfuzz.distance import Levenshtein

Answer = Literal["yes", "no", "unclear"]
IssuerKind = Literal["government", "caq", "saq", "other", "unclear"]

WINDOW_2024 = (date(2019, 3, 25), date(2024, 3, 25))

DISTRICTS = (
    *("黄浦区", "徐汇区", "长宁区", "静安区", "普陀区", "虹口区", "杨浦区", "浦东新区", "闵行区", "宝山区"),
    *("嘉定区", "金山区", "松江区", "青浦区", "奉贤区", "崇明区"),
)
ABOLISHED = ("闸北区", "卢湾区", "南汇区", "崇明县", "南市区")
PROVINCES = (
    *("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省", "福建省"),
    *("江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省", "云南省"),
    *("陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区", "西藏自治区"),
)
CITIES = ("苏州市", "南京市", "杭州市", "宁波市", "合肥市", "青岛市", "广州市", "深圳市", "成都市", "武汉市", "昆山市", "海宁市", "太仓市")
LOOK_ALIKES = (
    *("中国质量检验协会", "上海市质量检测协会", "上海市质量检验协会", "中国水利电力质量管理协会", "中国机械工业质量管理协会"),
    *("中国电子质量管理协会", "中国航空工业质量管理协会", "中国化工质量管理协会", "中国质量认证中心", "中国质量万里行促进会"),
    *(
        "中国检验检测学会",
        "中国认证认可协会",
        "中国标准化协会",
        "中国计量协会",
        "中国计量测试学会",
        "中国设备管理协会",
        "中国品牌建设促进会",
    ),
    *("上海市质量技术监督协会", "上海市设备管理协会", "上海市标准化协会", "上海市计量协会", "上海市品牌建设促进会", "上海市企业联合会"),
    *("上海市浦东新区质量协会", "上海市闵行区质量技术协会", "上海市汽车行业质量协会", "上海市建设工程质量安全协会", "上海市物流协会"),
    *("中国建筑业协会", "中国施工企业管理协会", "中国电力企业联合会", "中国船舶工业行业协会", "冶金工业质量管理协会"),
    *("珠海市质量协会", "威海市质量协会", "上饶市质量协会", "北海市质量管理协会", "美国质量协会", "日本质量管理学会"),
    *("上海市市场监督管理学会", "中国消费者协会", "上海市消费者权益保护委员会", "国家工商行政管理总局", "上海市工商行政管理局"),
    *("上海市药品监督管理局", "上海市知识产权局", "上海市科学技术委员会", "上海市住房和城乡建设管理委员会", "上海市应急管理局"),
    *("上海质量管理科学研究院", "上海市质量监督检验技术研究院", "上海市计量测试技术研究院", "中国质量新闻网", "中国质量报社"),
)
PARTNERS = (
    *("上海市总工会", "共青团上海市委员会", "上海市妇女联合会", "上海市科学技术协会", "上海市经济和信息化委员会", "中华全国总工会"),
    *("中华全国妇女联合会", "中国科学技术协会", "上海市宝山区总工会", "上海市人力资源和社会保障局", "团市委", "市总工会", "市妇联"),
)
COMPANIES = (
    *("上海申达机床有限公司", "上海电气集团股份有限公司", "中国宝武钢铁集团有限公司", "上海沪东船舶制造有限公司", "上海浦江医疗器械厂"),
    *("上海建工二建集团有限公司", "国网上海市电力公司", "上海汽车集团股份有限公司乘用车分公司", "中铁二十四局集团有限公司"),
)
DEPARTMENTS = ("质量部", "质量管理部", "工会", "质量保证部", "团委", "技术质量部")


@dataclass(frozen=True)
class IssuerPart:
    """One issuer as printed: its class, whether its honours count, and what kind of case it is. `awards`: it counts for these only."""

    printed: str
    issuer_class: IssuerKind
    kind: str
    first: date = date.min
    last: date = date.max
    quality_award_only: bool = False
    tolerated: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class DatePart:
    """A date as written, and the first and last day it may mean; `days` is None where nothing can be made of it."""

    written: str
    days: tuple[date, date] | None
    kind: str

    def inside(self, window: tuple[date, date] = WINDOW_2024) -> Answer:
        """Whether it lies in the window, both days in."""
        if self.days is None:
            return "unclear"
        if self.days[1] < window[0] or self.days[0] > window[1]:
            return "no"
        return "yes" if window[0] <= self.days[0] and self.days[1] <= window[1] else "unclear"


def recognised(rng: Random) -> IssuerPart:
    """An issuer that counts, under a name that is in use."""
    district, place = rng.choice(DISTRICTS), rng.choice(PROVINCES + CITIES)
    return rng.choice(
        [
            IssuerPart(rng.choice(("国家市场监督管理总局", "市场监管总局", "国家市场监管总局")), "government", "国家局", date(2018, 4, 10)),
            IssuerPart(
                rng.choice(("上海市市场监督管理局", "市市场监管局", "上海市市场监管局", "市市场监督管理局")),
                "government",
                "市局",
                date(2018, 12, 1),
            ),
            IssuerPart(f"上海市{district}市场监督管理局", "government", "区局", date(2015, 11, 5)),
            IssuerPart(f"{district}{rng.choice(('市场监督管理局', '市场监管局'))}", "government", "区局简称", date(2015, 11, 5)),
            IssuerPart(f"{place}市场监督管理局", "government", "外地局", date(2019, 1, 1)),
            IssuerPart(
                rng.choice(("中国质量协会", "中质协", "中国质协", "中 国 质 量 协 会", "中國質量協會")), "caq", "中质协", date(2002, 1, 1)
            ),
            IssuerPart(rng.choice(("中国质量协会石油分会", "中国质量协会用户工作委员会", "中国质量协会冶金工业分会")), "caq", "中质协分会"),
            IssuerPart(rng.choice(("上海市质量协会", "市质协", "上海市质协", "上海质量协会", "上海市质量协会（盖章）")), "saq", "市质协"),
            IssuerPart("上海市质量管理协会", "saq", "市质协曾用名"),
            IssuerPart(
                rng.choice(("上海市质量协会用户委员会", "上海市质量协会会员与质量推进部", "上海市质量协会秘书处")), "saq", "市质协部门"
            ),
            IssuerPart(f"上海市{district}市场监督管理局质量发展科", "government", "区局科室", date(2016, 8, 1)),
            IssuerPart("全国用户委员会", "caq", "用户委员会"),
        ]
    )


def refused(rng: Random) -> IssuerPart:
    """An issuer that certainly does not count."""
    place = rng.choice(PROVINCES + CITIES)
    return rng.choice(
        [
            IssuerPart(rng.choice(LOOK_ALIKES), "other", "名称相近"),
            IssuerPart(rng.choice(LOOK_ALIKES), "other", "名称相近"),
            IssuerPart(place + rng.choice(("质量协会", "质量管理协会", "质量检验协会", "质协")), "other", "外地协会"),
            IssuerPart(rng.choice(COMPANIES) + rng.choice(("", *DEPARTMENTS)), "other", "企业"),
            IssuerPart(rng.choice(PARTNERS), "other", "群团"),
        ]
    )


def undecided(rng: Random) -> IssuerPart:
    """An issuer of which nobody can say whether it counts."""
    return rng.choice(
        [
            IssuerPart(rng.choice(("质量协会", "市场监督管理局", "质量技术监督局")), "unclear", "没有地名"),
            IssuerPart(rng.choice(("上海市质量工作领导小组办公室", "市质量办")), "unclear", "协调机构"),
            IssuerPart(rng.choice(("上海质量品牌故事大赛组委会", "上海市优秀质量管理小组评审委员会")), "unclear", "组委会"),
            IssuerPart(f"上海市{rng.choice(DISTRICTS)}质量发展局", "unclear", "挂牌机构"),
            IssuerPart(
                rng.choice(("国家认证认可监督管理委员会", "国家标准化管理委员会", "上海出入境检验检疫局")), "unclear", "其他质量机关"
            ),
            IssuerPart(
                rng.choice(("中国质量协会咨询有限公司", "上海市质量协会用户评价中心", "中国质量协会培训中心")), "unclear", "协会所办"
            ),
            IssuerPart(rng.choice(("中国质量检协会", "上海市质量测协会", "中国质协会量", "上海市协质会")), "unclear", "残缺"),
        ]
    )


def expired(rng: Random) -> tuple[IssuerPart, date]:
    """An authority that had been abolished, and the last day of its name."""
    place = rng.choice(PROVINCES)
    name, last = rng.choice(
        [
            ("上海市质量技术监督局", date(2018, 12, 31)),
            (rng.choice(("国家质量监督检验检疫总局", "国家质检总局", "质检总局")), date(2018, 4, 10)),
            (f"{place}质量技术监督局", date(2019, 3, 31)),
            (f"上海市{rng.choice(DISTRICTS)}质量技术监督局", date(2015, 6, 30)),
            (f"上海市{rng.choice(('闸北区', '崇明县'))}市场监督管理局", date(2016, 7, 31)),
            ("国家质量技术监督局", date(2001, 4, 30)),
        ]
    )
    return IssuerPart(name, "government", "已撤销", last=last), last


# What recognisers take for one another; the rare ones on the right stand in no organisation's name, the common ones might.
_RARE_SLIPS = {"量": "昰", "协": "恊", "会": "佥", "国": "囯", "管": "菅", "督": "瞀", "质": "貭", "监": "覧", "市": "巿", "检": "撿"}
_COMMON_SLIPS = {
    **{
        "质": "盾",
        "理": "埋",
        "监": "蓝",
        "场": "扬",
        "海": "诲",
        "上": "土",
        "中": "申",
        "国": "图",
        "协": "办",
        "会": "合",
        "量": "重",
        "市": "布",
    },
    **{"总": "忌", "局": "屈", "管": "官", "督": "替"},
}


def slipped(rng: Random) -> IssuerPart:
    """A recognised name with one misread or lost character. It may be put right or left open, but it is never somebody else's."""
    name, kind = rng.choice(
        [
            ("上海市质量协会", "saq"), ("中国质量协会", "caq"),
            ("上海市市场监督管理局", "government"), ("国家市场监督管理总局", "government"),
            (f"上海市{rng.choice(DISTRICTS)}市场监督管理局", "government"), ("上海市质量管理协会", "saq"),
        ]
    )  # fmt: skip
    roll = rng.random()
    if roll < 0.15:
        place = rng.randrange(len(name))
        return IssuerPart(name[:place] + name[place + 1 :], kind, "识别缺字", date(2018, 12, 1), tolerated=("yes", "unclear"))  # type: ignore[arg-type]
    table = _RARE_SLIPS if roll < 0.6 else _COMMON_SLIPS
    places = [index for index, char in enumerate(name) if char in table]
    spoiled = _with_slip(name, rng.choice(places), table)
    return IssuerPart(spoiled, kind, "识别笔误", date(2018, 12, 1), tolerated=("yes", "unclear"))  # type: ignore[arg-type]


def slipped_look_alike(rng: Random) -> IssuerPart:
    """A name that does not count with one misread or lost character: it must never become one that counts."""
    name = rng.choice((*LOOK_ALIKES, *(place + "质量协会" for place in PROVINCES[:12]), *(place + "质量管理协会" for place in CITIES)))
    if rng.random() < 0.3:
        place = rng.randrange(len(name))
        spoiled = name[:place] + name[place + 1 :]
    else:
        table = rng.choice((_RARE_SLIPS, _COMMON_SLIPS))
        places = [index for index, char in enumerate(name) if char in table]
        spoiled = _with_slip(name, rng.choice(places), table) if places else name
    return IssuerPart(spoiled, "other", "相近名笔误", tolerated=("no", "unclear"))


def _with_slip(name: str, place: int, table: dict[str, str]) -> str:
    return name[:place] + table[name[place]] + name[place + 1 :]


def government(rng: Random) -> IssuerPart:
    """A people's government or congress: it counts for its quality award only."""
    place = rng.choice(("上海市", *(f"上海市{district}" for district in DISTRICTS), "浙江省", "江苏省"))
    return IssuerPart(
        place + rng.choice(("人民政府", "人民政府", "人民代表大会常务委员会")), "government", "人民政府", quality_award_only=True
    )


_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A small number in Chinese (31 → 三十一)."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + ("" if ones == 0 and tens else _DIGITS[ones])


def _chinese_year(year: int, zero: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(year)).replace("〇", zero)


_BOUNDARIES = (
    *(date(2019, 3, 24), date(2019, 3, 25), date(2024, 3, 25), date(2024, 3, 26), date(2020, 2, 29), date(2024, 2, 29), date(2019, 3, 31)),
    *(date(2019, 4, 1), date(2019, 3, 1), date(2024, 3, 31), date(2024, 3, 1), date(2016, 2, 29)),
)


def dated(rng: Random, *, day: date | None = None) -> DatePart:
    """A date in one of the forms in use, as precise as the form is; seldom an impossible one, or none."""
    if day is None and rng.random() < 0.03:
        return DatePart(rng.choice(("2021年2月30日", "2022年13月", "2023年2月29日", "")), None, "无日期")
    if day is None:
        boundary = rng.random() < 0.3
        inside = date(2019, 4, 1) + timedelta(days=rng.randrange(365 * 4 + 300))
        anywhere = date(2017, 6, 1) + timedelta(days=rng.randrange(365 * 7 + 120))
        day = rng.choice(_BOUNDARIES) if boundary else rng.choice((inside, inside, anywhere))
    year, month = day.year, day.month
    full = rng.choice(
        [
            f"{year}年{month}月{day.day}日", f"{year}年{month:02d}月{day.day:02d}日",
            f"{year}.{month}.{day.day}", f"{year}/{month:02d}/{day.day:02d}",
            f"{year}-{month:02d}-{day.day:02d}", f"{year} 年 {month} 月 {day.day} 日", f"{year}{month:02d}{day.day:02d}",
            _wide(f"{year}年{month}月{day.day}日"),
            f"{_chinese_year(year, rng.choice('〇○零OＯ'))}年{chinese(month)}月{chinese(day.day)}日",
        ]
    )  # fmt: skip
    coarse = rng.choice(
        [
            f"{year}年{month}月", f"{year}.{month}", f"{year}.{month:02d}", f"{year}/{month:02d}",
            f"{_chinese_year(year, rng.choice('〇○零OＯ'))}年{chinese(month)}月",
        ]
    )  # fmt: skip
    last = calendar.monthrange(year, month)[1]
    weights = [
        (DatePart(full, (day, day), "日"), 6),
        (DatePart(coarse, (date(year, month, 1), date(year, month, last)), "月"), 3),
        (DatePart(rng.choice([f"{year}年", f"{_chinese_year(year, '〇')}年"]), (date(year, 1, 1), date(year, 12, 31)), "年"), 1),
    ]
    return rng.choices([part for part, _ in weights], [weight for _, weight in weights])[0]


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


# What governments confer besides, and what only sounds like a government's quality award.
OTHER_AWARDS = ("上海市科学技术奖一等奖", "上海市市长质量管理奖", "质量工作先进个人", "上海市劳动模范", "质量提升行动优秀案例", "质量金牌")
QUALITY_AWARDS = ("上海市市长质量奖", "上海市质量金奖", "区长质量奖", "政府质量奖", "浦东新区区长质量奖", "上海市政府质量奖")
TEAM_TITLES = (
    *("上海市优秀质量管理小组", "上海市质量信得过班组", "全国优秀质量管理小组", "全国质量信得过班组", "上海市重点产品质量攻关成果一等奖"),
    *("上海市现场管理创新活动成果优秀级", "上海市质量协会质量技术奖二等奖", "上海市QC小组成果擂台赛一等奖", "质量信得过班组"),
    *("上海市优秀QC小组", "产业质量攻关成果三等奖", "上海市卓越管理创新成果", "中国质量协会质量技术奖一等奖"),
)
PERSON_TITLES = (
    *("上海质量工匠", "上海市用户满意服务明星", "上海市质量管理小组活动优秀推进者", "全国质量管理小组活动卓越领导者", "质量标兵"),
    *("上海市质量协会质量技术奖一等奖", "质量先进个人", "上海质量品牌故事大赛一等奖", "上海市五一劳动奖章", "岗位技术能手"),
)


def titled(rng: Random, base: str, year: int) -> str:
    """A title with the year or session it bears, which need not be the year of conferral."""
    return rng.choice(
        [f"{year}年度{base}", f"{year}年{base}", base, f"第{chinese(rng.randint(2, 30))}届{base}", f"{_chinese_year(year, '〇')}年度{base}"]
    )


_SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "建国志强丽娟晓敏文博海涛雪梅立新振华佳怡一鸣俊杰春兰思远国平雨桐"
_RARE_NAMES = ("顾喆", "欧阳振邦", "阿依古丽·买买提", "司马翀", "陆赟", "诸葛明亮", "丁一")

_FRAGILE = set("喆翀赟·")


def people(rng: Random, count: int) -> list[str]:
    """Names of people, all different; none within one character of another."""
    names: list[str] = []
    while len(names) < count:
        rare = rng.random() < 0.12
        name = rng.choice(_RARE_NAMES) if rare else rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2, 2))))
        if all(Levenshtein.distance(name, other) > 1 for other in names):
            names.append(name)
    return names


def near_name(rng: Random, name: str) -> str:
    """Another person's name, one character off."""
    # A rare character may fall apart in recognition: a name that differs only there is rightly left open.
    place = rng.choice([index for index in range(1, len(name)) if name[index] not in _FRAGILE] or [0])
    others = [char for char in "伟磊艳静超勇霞刚" if char not in name]
    return name[:place] + rng.choice(others) + name[place + 1 :]
