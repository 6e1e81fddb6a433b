"""Papers that are none of the required ones: professional titles, skill certificates, patents, first pages of articles, notices.

Called by `packing`. Each is a picture with the title that a person would give it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from samples.cards import portrait
from samples.dossier import Applicant
from samples.population.certificates import ornaments
from samples.population.certificates.canvas import INK, RED, Canvas
from samples.population.lexicon import happens, pick, words
from samples.records import Document, FieldValue

_TALL, _WIDE = (1240, 1754), (1754, 1240)
_OFFICE = "上海市人力资源和社会保障局"


def _day(rng: np.random.Generator) -> str:
    return f"{rng.integers(2008, 2024)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日"


def _rows(c: Canvas, rows: tuple[tuple[str, str], ...], left: float, y: float, size: float) -> float:
    for label, value in rows:
        y = c.paragraph((left, y, c.width - 150), f"{label}：{value}", size, "song", 1.7, indent=0)
    return y


def professional_title(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A certificate of a professional title (职称证书)."""
    c = Canvas(_WIDE, (250, 250, 246), rng)
    ornaments.border(c, ((150, 30, 40), (40, 70, 130)))
    title = pick(("专业技术职称证书", "职称证书", "专业技术资格证书"), rng)
    c.spaced(c.width / 2, 200, title, 80, 0.2, "song_bold", INK)
    c.image.paste(portrait(who.person.sex == "女", 12).resize((c.px(230), c.px(322))), (c.px(200), c.px(380)))
    rank = pick(("工程师", "助理工程师", "高级工程师", "质量工程师"), rng)
    rows = (
        ("姓　　名", who.person.name),
        ("身份证号", who.person.id_number),
        ("专业名称", pick(("机械工程", "质量管理", "电气工程"), rng)),
    )
    y = _rows(c, (*rows, ("资格名称", rank), ("批准日期", _day(rng)), ("证书编号", f"{rng.integers(10**9, 10**10)}")), 520, 360, 38)
    c.signed((_OFFICE,), _day(rng), (520, max(y + 30, 860), c.width - 200), 36, "song")
    return c.image, title


def skill_certificate(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A certificate of a skill level (职业技能等级证书)."""
    c = Canvas(_TALL, (252, 252, 248), rng)
    ornaments.border(c, ((30, 90, 150), (150, 110, 40)))
    title = pick(("职业技能等级证书", "职业资格证书", "中华人民共和国职业技能等级证书"), rng)
    c.text(c.width / 2, 190, title, 62, "song_bold", RED, "m")
    c.image.paste(portrait(who.person.sex == "女", 12).resize((c.px(240), c.px(336))), (c.px(500), c.px(330)))
    rows = (("姓名", who.person.name), ("证件号码", who.person.id_number), ("职业名称", pick(words()["trades"], rng)["post"]))
    y = _rows(c, (*rows, ("技能等级", pick(("二级/技师", "一级/高级技师", "三级/高级工"), rng)), ("发证日期", _day(rng))), 200, 760, 40)
    c.signed((pick((_OFFICE, "上海市职业技能鉴定中心"), rng),), _day(rng), (200, max(y + 80, 1250), c.width - 180), 38, "song")
    return c.image, title


def patent(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A patent certificate (专利证书)."""
    c = Canvas(_TALL, (255, 253, 246), rng)
    ornaments.waves(c, (176, 140, 70))
    title = pick(("实用新型专利证书", "发明专利证书"), rng)
    c.spaced(c.width / 2, 330, title, 84, 0.15, "song_bold", INK)
    trade = pick(words()["trades"], rng)
    kind = title.removesuffix("专利证书")
    rows = ((f"{kind}名称", f"一种用于{trade['product']}的{trade['craft']}装置"), ("发明人", who.person.name))
    number = f"ZL 20{rng.integers(12, 24)} 2 {rng.integers(10**6, 10**7)}.{rng.integers(10)}"
    y = _rows(
        c, (*rows, ("专利号", number), ("专利申请日", _day(rng)), ("专利权人", who.employer), ("授权公告日", _day(rng))), 190, 520, 38
    )
    c.paragraph(
        (190, y + 30, c.width - 180),
        f"国家知识产权局依照中华人民共和国专利法经过初步审查，决定授予专利权，颁发{title}并在专利登记簿上予以登记。",
        34,
        "song",
    )
    c.signed(("国家知识产权局",), _day(rng), (190, 1330, c.width - 180), 38, "song")
    return c.image, title


def article(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """The first page of an article (论文首页)."""
    c = Canvas(_TALL, (255, 255, 255), rng)
    trade = pick(words()["trades"], rng)
    title = f"{trade['techniques'][0]}在{trade['product']}质量改进中的应用"
    c.text(110, 90, f"{rng.integers(2015, 2024)}年第{rng.integers(1, 13)}期", 26, "song")
    c.text(c.width - 110, 90, pick(("质量与管理", "机械制造", "上海工艺"), rng), 26, "song", anchor="r")
    c.line((110, 135, c.width - 110, 135), INK, 2)
    size = min(50.0, (c.width - 240) / len(title))
    c.text(c.width / 2, 220, title, size, "hei_bold", anchor="m")
    c.text(c.width / 2, 320, who.person.name, 36, "kai", anchor="m")
    c.text(c.width / 2, 380, f"（{who.employer}，上海）", 26, "song", anchor="m")
    sentence = f"针对{trade['faults'][0]}问题，分析了{trade['product']}的影响因素，提出了改进措施，并在{trade['shop']}进行了验证。"
    y = c.paragraph((150, 470, c.width - 150), f"摘　要：{sentence}结果表明，不良率明显下降。", 26, "song", 1.6)
    y = c.paragraph((150, y, c.width - 150), f"关键词：{trade['craft']}；质量改进；统计分析", 26, "song", 1.6)
    for number, heading in enumerate(("引言", "现状分析", "原因分析"), start=1):
        y = c.text(110, y + 30, f"{number}　{heading}", 32, "hei_bold")
        y = c.paragraph((110, y, c.width - 110), sentence * int(rng.integers(3, 6)), 26, "song", 1.6)
    return c.image, title


def notice(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A page that has nothing to do with the application."""
    c = Canvas(_TALL, (255, 255, 255), rng)
    title = pick(("关于调整办公时间的通知", "安全生产检查记录", "设备点检计划", "会议签到须知"), rng)
    c.text(c.width / 2, 200, title, 52, "song_bold", anchor="m")
    y = 330.0
    lines = ("各部门：", "　　根据季节变化和工作需要，现将有关事项通知如下，请遵照执行。", "　　一、各岗位按照排班表执行，不得擅自离岗。")
    for line in (*lines, "　　二、交接班时应当面清点工具和材料，并做好登记。", "　　三、遇有特殊情况及时向值班负责人报告。"):
        y = c.paragraph((150, y, c.width - 150), line, 34, "song", 1.8, indent=0)
    c.text(c.width - 170, y + 80, "综合管理部", 34, "song", anchor="r")
    return c.image, title


MAKERS: tuple[Callable[[Applicant, np.random.Generator], tuple[Image.Image, str]], ...] = (
    *(professional_title, skill_certificate, patent, article, notice),
)


def other_paper(who: Applicant, rng: np.random.Generator) -> tuple[Image.Image, Document]:
    """One of the papers, with its document; only its title is in the truth."""
    makers = MAKERS[:4] if happens(0.85, rng) else MAKERS[4:]
    make = pick(makers, rng)
    picture, title = make(who, rng)
    owner = None if make is notice else who.key
    return picture, Document("other", owner, "paper", [FieldValue("title", title)], who.unit, style=make.__name__)
