"""Styles without sentences: labelled entries, tables, centred lines, plaques, electronic and document-like certificates.

Called by `drawing`. A style takes a canvas, the words and a factor for its sizes, and returns the lowest y that it used.
"""

from __future__ import annotations

from samples.population.certificates import ornaments
from samples.population.certificates.canvas import INK, RED, Canvas, font_size
from samples.population.certificates.sentences import members_columns, members_line
from samples.population.certificates.words import Words
from samples.population.lexicon import data, happens, pick


def _pairs(w: Words) -> list[tuple[str, str]]:
    """Labels and values of a certificate with labelled entries."""
    if w.team:
        pairs = [("小组名称" if "组" in w.team else "班组名称", w.recipient), ("课题名称", w.project)]
    else:
        pairs = [(w.person_label, w.recipient), ("所在单位", w.employer), ("成果名称", w.project)]
    return [(label, value) for label, value in pairs if value]


def labelled(c: Canvas, w: Words, k: float) -> float:
    """证书 with labelled entries and the honour in a closing sentence."""
    ornaments.border(c)
    ink = pick((RED, (34, 60, 122), INK), c.rng)
    c.spaced(c.width / 2, 270, w.heading, 118, 0.5 if len(w.heading) > 2 else 1.6, "song_bold", ink)
    if w.number:
        c.text(c.width / 2, 360, f"证书编号：{w.number}", 32, "song", anchor="m")
    y, size = 490.0, 40 * k
    for label, value in _pairs(w):
        c.text(170, y, f"{label}：", size, "hei")
        y = c.paragraph((170 + size * 5.4, y, c.width - 160), value, size, "song", 1.5, indent=0) + 12
    y = members_line(c, w, (170, y, c.width - 160), size, "song") if w.members else y
    verb = pick(("荣获", "被评为", "获得"), c.rng)
    y = c.paragraph((170, y + 30, c.width - 160), f"{verb}“{w.title}”{w.grade}，特颁此证。", 46 * k, "song")
    return c.signed(w.issuers, w.date, (150, max(y + 100 * k, 1180), c.width - 170), 40 * k, "song") + 120


def tabular(c: Canvas, w: Words, k: float) -> float:
    """A certificate that is a ruled table."""
    c.spaced(c.width / 2, 210, w.heading, 96, 0.5 if len(w.heading) > 2 else 1.6, "hei_bold", pick((RED, INK), c.rng))
    rows = [("奖项名称", w.title), ("获奖等级", w.grade), *_pairs(w)]
    rows += [(w.member_label, "、".join(w.members)), ("证书编号", w.number)]
    y, size, left, middle, right = 340.0, 38 * k, 150.0, 400.0, c.width - 150.0
    top = y
    c.line((left, y, right, y), INK, 3)
    for label, value in [row for row in rows if row[1]]:
        c.text((left + middle) / 2, y + 24, label, size, "hei", anchor="m")
        y = max(c.paragraph((middle + 24, y + 24, right - 16), value, size, "song", 1.5, indent=0) + 10, y + 60)
        c.line((left, y, right, y), INK, 2)
    for x in (left, middle, right):
        c.line((x, top, x, y), INK, 2)
    return c.signed(w.issuers, w.date, (150, y + 130 * k, right), 40 * k, "song") + 110


def centred(c: Canvas, w: Words, k: float) -> float:
    """Every line in the middle; the honour large in red."""
    ornaments.border(c)
    c.spaced(c.width / 2, 190, w.heading, 100, 0.5 if len(w.heading) > 2 else 1.8, "song_bold")
    room, middle = c.width - 300, c.width / 2
    y = c.text(middle, 320, w.recipient, font_size(c, w.recipient, 60 * k, room, "kai"), "kai", anchor="m")
    if not w.team:
        y = c.text(middle, y, w.employer, font_size(c, w.employer, 36 * k, room, "song"), "song", anchor="m")
    if w.project:
        y = c.text(middle, y, f"课题：{w.project}", font_size(c, f"课题：{w.project}", 36 * k, room, "song"), "song", anchor="m")
    y = c.text(middle, y + 10, pick(("荣获", "被授予", "荣 获"), c.rng), 44 * k, "kai", anchor="m")
    y = c.text(middle, y + 8, w.title, font_size(c, w.title, 66 * k, room, "song_bold"), "song_bold", RED, "m")
    if w.grade:
        y = c.text(middle, y, w.grade, 66 * k, "song_bold", RED, "m")
    if w.members:
        y = members_line(c, w, (180, y + 6, c.width - 180), 34 * k, "song")
    y = c.signed(w.issuers, w.date, (170, max(y + 50 * k, 830), c.width - 200), 40 * k, "song")
    if w.number:
        c.text(170, y, f"证书编号：{w.number}", 26, "song")
    return y + 90


def plain_print(c: Canvas, w: Words, k: float) -> float:
    """An office's own print: sentence, members in columns, no ornament."""
    c.spaced(c.width / 2, 250, w.heading, 82, 0.6 if len(w.heading) > 2 else 1.4, "hei_bold", INK)
    y = c.paragraph((160, 400, c.width - 150), w.addressee, 44 * k, "song", indent=0)
    y = c.paragraph((160, y + 10, c.width - 150), w.sentence, 44 * k, "song")
    y = members_columns(c, w, (160, y + 24, c.width - 150), 40 * k, "song")
    y = c.signed(w.issuers, w.date, (140, max(y + 110 * k, 1150), c.width - 160), 42 * k, "song")
    if w.number:
        c.text(160, max(y, 1560), f"{w.number_label.removesuffix('No.').removesuffix('：')}：{w.number}", 30, "song")
        y = max(y, 1560) + 40
    return y + 90


def red_header(c: Canvas, w: Words, k: float) -> float:
    """Like an official document: the issuer's name red on top, a red line, the text below."""
    head = w.issuers[0]
    c.text(c.width / 2, 170, head, font_size(c, head, 84, c.width - 260, "song_bold"), "song_bold", RED, "m")
    if w.number:
        c.text(c.width / 2, 320, w.number, 32, "song", anchor="m")
    c.line((130, 390, c.width - 130, 390), RED, 5)
    c.spaced(c.width / 2, 500, pick(("荣誉证书", "获奖证明", "表彰证书"), c.rng), 58, 0.2, "hei_bold", INK)
    y = c.paragraph((160, 590, c.width - 150), w.addressee, 40 * k, "song", 1.8, indent=0)
    y = c.paragraph((160, y, c.width - 150), w.sentence, 40 * k, "song", 1.8)
    y = members_line(c, w, (160, y, c.width - 150), 38 * k, "song")
    return c.signed(w.issuers, w.date, (140, max(y + 140 * k, 1150), c.width - 170), 40 * k, "song") + 110


def electronic(c: Canvas, w: Words, k: float) -> float:
    """An electronic certificate: pale blue ground, code square, a line that asks to scan it."""
    ornaments.fade(c, (236, 246, 255), (252, 254, 255))
    c.rectangle((30, 30, c.width - 30, c.height - 30), None, 3, (90, 140, 200))
    ornaments.code_square(c, c.width - 330, c.height - 340, 220)
    c.text(c.width - 220, c.height - 105, "扫码查验", 24, "hei", (90, 100, 120), "m")
    c.spaced(c.width / 2, 190, w.heading, 90, 0.4 if len(w.heading) > 2 else 1.4, "hei_bold", (30, 70, 140))
    y = c.paragraph((190, 310, c.width - 190), w.addressee, 44 * k, "hei", indent=0)
    y = c.paragraph((190, y + 8, c.width - 190), w.sentence, 42 * k, "hei")
    y = members_line(c, w, (190, y + 8, c.width - 190), 36 * k, "hei")
    if w.number:
        c.text(190, c.height - 110, f"证书编号：{w.number}", 28, "hei")
    return c.signed(w.issuers, w.date, (150, max(y + 50 * k, 780), c.width - 400), 38 * k, "hei") + 130


def plaque(c: Canvas, w: Words, k: float) -> float:
    """A brass plaque: widely set title, no seal, no sentence."""
    dark = (70, 40, 20)
    ornaments.fade(c, (224, 194, 120), (198, 162, 86))
    c.rectangle((30, 30, c.width - 30, c.height - 30), None, 8, (140, 100, 40))
    room, middle = c.width - 200, c.width / 2
    y = 170.0
    if happens(0.5, c.rng):
        c.spaced(middle, 190, pick(data("wordings")["headings"]["plain"], c.rng), 80, 1.0, "song_bold", RED)
        y = 310.0
    y = c.text(middle, y, w.recipient, font_size(c, w.recipient, 54 * k, room, "hei_bold"), "hei_bold", dark, "m")
    y = c.text(middle, y + 60, w.title, font_size(c, w.title, 100 * k, room, "song_bold"), "song_bold", (170, 20, 24), "m")
    if w.grade:
        y = c.text(middle, y, w.grade, 80 * k, "song_bold", (170, 20, 24), "m")
    y = max(y + 60, 640)
    for name in w.issuers:
        y = c.text(middle, y, name, font_size(c, name, 46 * k, room, "hei"), "hei", dark, "m")
    y = c.text(middle, y + 10, w.date, 44 * k, "hei", dark, "m")
    if w.number:
        c.text(90, c.height - 100, f"编号：{w.number}", 26, "hei", dark)
    return y + 100
