"""Styles in which a certificate speaks in sentences: addressee, sentence, members, issuers.

Called by `drawing`. A style takes a canvas, the words and a factor for its sizes, and returns the lowest y that it used.
"""

from __future__ import annotations

from samples.cards import portrait
from samples.population.certificates import ornaments
from samples.population.certificates.canvas import GOLD, INK, RED, Canvas, font_size
from samples.population.certificates.words import Words
from samples.population.lexicon import data, happens, pick

_FACES = ("kai", "song", "ming", "hei")


def members_line(c: Canvas, w: Words, box: tuple[float, float, float], size: float, style: str) -> float:
    """The members in one paragraph."""
    return c.paragraph(box, f"{w.member_label}：" + "、".join(w.members), size, style, 1.5) if w.members else box[1]


def members_columns(c: Canvas, w: Words, box: tuple[float, float, float], size: float, style: str) -> float:
    """The members in columns below a label."""
    left, y, right = box
    if not w.members:
        return y
    y = c.text(left, y, f"{w.member_label}：", size, "hei_bold")
    columns = 4 if max(len(name) for name in w.members) < 5 else 2
    for index, name in enumerate(w.members):
        c.text(left + size + (index % columns) * (right - left - size) / columns, y + (index // columns) * size * 1.6, name, size, style)
    return y + ((len(w.members) + columns - 1) // columns) * size * 1.6


def _body(c: Canvas, w: Words, box: tuple[float, float, float], size: float, style: str) -> float:
    """Addressee, sentence and members."""
    left, y, right = box
    y = c.paragraph((left, y, right), w.addressee, size * 1.06, style, 1.5, indent=0)
    y = c.paragraph((left, y + size * 0.2, right), w.sentence, size, style)
    members = members_columns if len(w.members) > 4 and happens(0.3, c.rng) else members_line
    return members(c, w, (left, y + size * 0.2, right), size * 0.84, style)


def _number(c: Canvas, w: Words, x: float, y: float, size: float = 28, anchor: str = "l") -> None:
    if w.number:
        mark = "" if w.number_label.endswith(".") else "：" if "：" not in w.number_label else ""
        c.text(x, y, f"{w.number_label}{mark}{w.number}", size, pick(("song", "hei"), c.rng), anchor=anchor)


def classic(c: Canvas, w: Words, k: float) -> float:
    """Across the page, heading wide, border of any kind."""
    ornaments.border(c)
    style = pick(_FACES, c.rng)
    heading, gap = pick(("song_bold", "hei_bold", "kai"), c.rng), c.rng.uniform(0.2, 1.0) if len(w.heading) > 2 else c.rng.uniform(0.8, 2.2)
    c.spaced(c.width / 2, 210, w.heading, 104, float(gap), heading)
    y = _body(c, w, (210, 330, c.width - 210), 52 * k, style)
    y = c.signed(w.issuers, w.date, (180, max(y + 60 * k, 800), c.width - 210), 42 * k, style)
    if happens(0.5, c.rng) and w.number:
        _number(c, w, c.width - 150, 125, 26, "r")
    else:
        _number(c, w, 200, max(y, 1090), 28)
        y = max(y, 1090) + 40
    return y + 70


def award(c: Canvas, w: Words, k: float) -> float:
    """奖状: upright on yellow, star above."""
    ornaments.double_line(c, (200, 40, 36), 60)
    ornaments.star_emblem(c, c.width / 2, 250, 84)
    heading: str = pick(data("wordings")["headings"]["award"], c.rng)
    c.spaced(c.width / 2, 410, heading, 140, 1.0 if len(heading) == 2 else 0.3, "song_bold")
    style = pick(("song", "kai"), c.rng)
    y = _body(c, w, (170, 560, c.width - 170), 52 * k, style)
    y = c.signed(w.issuers, w.date, (150, max(y + 110 * k, 1180), c.width - 170), 42 * k, style)
    _number(c, w, 170, y + 10, 28)
    return y + 130


def portrait_sheet(c: Canvas, w: Words, k: float) -> float:
    """Upright, number below the heading."""
    ornaments.border(c)
    style = pick(_FACES, c.rng)
    heading, ink = pick(("song_bold", "hei_bold"), c.rng), pick((RED, INK, (34, 60, 122)), c.rng)
    c.spaced(c.width / 2, 270, w.heading, 110, 0.6 if len(w.heading) > 2 else 1.6, heading, ink)
    _number(c, w, c.width / 2, 370, 30, "m")
    y = _body(c, w, (170, 480, c.width - 170), 48 * k, style)
    return c.signed(w.issuers, w.date, (140, max(y + 110 * k, 1200), c.width - 170), 42 * k, style) + 120


def big_grade(c: Canvas, w: Words, k: float) -> float:
    """A government office's: the grade large in red on a line of its own, where there is one."""
    c.rectangle((40, 40, c.width - 40, c.height - 40), None, 6, (186, 30, 34))
    c.rectangle((40, 40, c.width - 40, 72), (186, 30, 34))
    c.spaced(c.width / 2, 180, w.heading, 96, 0.5 if len(w.heading) > 2 else 1.4, "song_bold")
    y = c.paragraph((200, 290, c.width - 200), w.addressee, 48 * k, "song_bold", 1.6, indent=0)
    project = f"完成的“{w.project}”项目，" if w.project else "经评审，"
    closing = "：" if w.grade else "，特予表彰。"
    y = c.paragraph((200, y + 10, c.width - 200), f"{project}荣获“{w.title}”{closing}", 46 * k, "song")
    if w.grade:
        c.spaced(c.width / 2, y + 60 * k, w.grade, 84 * k, 0.35, "song_bold")
        y += 130 * k
    y = members_line(c, w, (200, y + 8, c.width - 200), 38 * k, "song")
    y = c.signed(w.issuers, w.date, (180, max(y + 50 * k, 850), c.width - 210), 42 * k, "song")
    _number(c, w, 200, y, 28)
    return y + 90


def folder(c: Canvas, w: Words, k: float) -> float:
    """An opened folder: the heading on the left leaf, across or down, the words on the right one."""
    cover = pick(((160, 22, 30), (140, 18, 40), (30, 50, 110)), c.rng)
    c.rectangle((0, 0, c.width, c.height), cover)
    for left in (36, c.width / 2 + 20):
        c.rectangle((left, 36, left + c.width / 2 - 56, c.height - 36), (252, 246, 236))
    middle = c.width / 4 + 8
    if happens(0.5, c.rng):
        c.vertical(middle, 330, w.heading, 140, 0.35, "song_bold")
    else:
        c.spaced(middle, 560, w.heading, 120, 0.4, pick(("song_bold", "kai"), c.rng))
        c.text(middle, 660, pick(data("wordings")["english"], c.rng), 40, "song", GOLD, "m")
    style, left, right = pick(("kai", "song"), c.rng), c.width / 2 + 90, c.width - 100
    y = _body(c, w, (left, 160, right), 44 * k, style)
    size, y = 38 * k, max(y + 70 * k, 780)
    for index, name in enumerate(w.issuers):
        c.text((left + right) / 2, y + index * size * 1.6, name, font_size(c, name, size, right - left, style), style, anchor="m")
    c.seal(w.issuers[0], (left + right) / 2 + c.rng.uniform(-30, 30), y + size * 0.6)
    y += len(w.issuers) * size * 1.6
    c.text((left + right) / 2, y + 12, w.date, size, style, anchor="m")
    _number(c, w, left, c.height - 110, 28)
    return y + size * 2 + (120 if w.number else 60)


def vertical_panel(c: Canvas, w: Words, k: float) -> float:
    """A coloured panel at the left with the heading from top to bottom, the words beside it."""
    panel = pick(((176, 28, 34), (24, 60, 120), (186, 146, 64)), c.rng)
    c.rectangle((0, 0, 400, c.height), panel)
    c.vertical(200, 300 if len(w.heading) > 2 else 430, w.heading, 150, 0.3, "hei_bold", (255, 246, 220))
    style = pick(_FACES, c.rng)
    y = _body(c, w, (500, 200, c.width - 130), 48 * k, style)
    y = c.signed(w.issuers, w.date, (480, max(y + 80 * k, 760), c.width - 130), 40 * k, style)
    _number(c, w, 500, y, 26)
    return y + 80


def bilingual(c: Canvas, w: Words, k: float) -> float:
    """Chinese with English lines below."""
    ornaments.border(c)
    style = pick(("song", "hei"), c.rng)
    c.spaced(c.width / 2, 180, w.heading, 92, 0.5 if len(w.heading) > 2 else 1.4, "song_bold")
    c.text(c.width / 2, 250, pick(data("wordings")["english"], c.rng), 40, "song", GOLD, "m")
    y = _body(c, w, (210, 350, c.width - 210), 46 * k, style)
    year = w.date[:4] if w.date[:4].isdigit() else ""
    english = f"This is to certify that the above has won the honor {year}".strip() + "."
    y = c.paragraph((210, y + 10, c.width - 210), english, 28 * k, "song", indent=0)
    y = c.signed(w.issuers, w.date, (180, max(y + 50 * k, 820), c.width - 210), 40 * k, style)
    _number(c, w, 210, y, 26)
    return y + 90


def with_photo(c: Canvas, w: Words, k: float) -> float:
    """A personal title with the holder's photograph at the left."""
    ornaments.border(c)
    photo = portrait(happens(0.4, c.rng), int(c.rng.integers(40))).resize((c.px(250), c.px(350)))
    c.image.paste(photo, (c.px(200), c.px(400)))
    c.spaced(c.width / 2, 200, w.heading, 100, 0.5 if len(w.heading) > 2 else 1.6, "song_bold")
    style = pick(("song", "kai"), c.rng)
    y = _body(c, w, (520, 400, c.width - 190), 48 * k, style)
    y = c.signed(w.issuers, w.date, (520, max(y + 70 * k, 820), c.width - 200), 40 * k, style)
    _number(c, w, 200, 780, 26)
    return max(y, 860) + 80
