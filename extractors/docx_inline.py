"""What stands in one paragraph of a Word file, as a reader of the printed page sees it.

Comes in: a paragraph element. Goes out: `Inline`: the text with its soft line breaks, and the text boxes and pictures anchored in it.
Called by `docx_body`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from extractors import ticks
from extractors.wordml import MC, A, M, R, V, W, checkbox_mark, is_on, shows_placeholder, value, words
from schemas.layout import CHECKED, UNCHECKED

# Deleted and moved-away text, properties, and the reading aid above a character (pinyin over a rare name).
_PASSED_OVER = words("pPr rPr sdtPr sdtEndPr del moveFrom delText delInstrText rt proofErr ffData annotationRef lastRenderedPageBreak")
_PLAIN: dict[str, str] = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_OVERLAY = re.compile(r"\\o\s*(?:\\a[cdlr]\s*)*\(([^()]*)[,，;；]([^()]*)\)", re.IGNORECASE)
_SYMBOL = re.compile(r"\s*SYMBOL\s+(0x[0-9a-f]+|\d+)(?:.*\\f\s*\"?([^\"\\]+))?", re.IGNORECASE)
_CIRCLED = {str(n): chr(0x2460 + n - 1) for n in range(1, 21)}


@dataclass
class Inline:
    """The content of a paragraph.

    `doubtful` when an unresolved entity stands in it. Boxes are `w:txbxContent` elements, pictures relation ids.
    """

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    doubtful: bool = False

    def lines(self) -> list[str]:
        """The text at its line breaks, lines without ink left out."""
        return [line.strip() for line in "".join(self.pieces).split("\n") if line.strip()]

    def size(self) -> tuple[int, int, int]:
        return len(self.pieces), len(self.boxes), len(self.pictures)


@dataclass
class _Field:
    """A complex field: its instruction until `separate`, then its result; dropped where the instruction already said what is seen."""

    phase: Literal["instruction", "result", "replaced"] = "instruction"
    instruction: list[str] = field(default_factory=list)
    said: bool = False


def read_paragraph(paragraph: etree._Element) -> Inline:
    """Walk one paragraph (or any run-level element)."""
    walker = _Walker()
    walker.children(paragraph)
    return walker.inline


class _Walker:
    """Walks run-level content.

    Fields live within a paragraph here: an instruction that never ends must not swallow the rest of the file.
    """

    def __init__(self) -> None:
        self.inline = Inline()
        self._fields: list[_Field] = []
        self._font = ""

    def children(self, element: etree._Element) -> None:
        for child in element:
            self._node(child)

    def _node(self, element: etree._Element) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _PASSED_OVER:
            return
        if tag in _PLAIN:
            self._say(_PLAIN[tag])
            return
        handler = _HANDLERS.get(tag)
        if handler is None:
            self.children(element)
        else:
            handler(self, element)

    def _say(self, text: str) -> None:
        for depth in reversed(self._fields):
            if depth.phase == "instruction":
                depth.instruction.append(text)
                return
            if depth.phase == "replaced":
                return
        self.inline.pieces.append(text)

    def _run(self, run: etree._Element) -> None:
        properties = run.find(f"{W}rPr")
        if is_on(properties, "vanish"):
            return
        fonts = None if properties is None else properties.find(f"{W}rFonts")
        names = [] if fonts is None else [fonts.get(W + script, "") for script in ("ascii", "hAnsi", "eastAsia", "cs")]
        outer, self._font = self._font, next((name for name in names if ticks.is_symbol_font(name)), "")
        self.children(run)
        self._font = outer

    def _text(self, element: etree._Element) -> None:
        text = element.text or ""
        for child in element:  # only entities are left there: comments are removed by the parser
            self.inline.doubtful = True
            text += (child.text or "") + (child.tail or "")
        self._say(ticks.in_symbol_font(self._font, text) if self._font else text.replace("\u00ad", "").replace("\n", " "))

    def _instruction(self, element: etree._Element) -> None:
        # Never seen on paper: outside a field that is being given its instruction it is the debris of one.
        if self._fields and self._fields[-1].phase == "instruction":
            self._text(element)

    def _symbol(self, element: etree._Element) -> None:
        code = element.get(f"{W}char", "")
        if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
            self._say(ticks.glyph(element.get(f"{W}font", ""), int(code, 16)))

    def _field_mark(self, element: etree._Element) -> None:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            form = _form_value(element.find(f"{W}ffData"))
            if form is not None:
                self._say(form)
            self._fields.append(_Field(said=form is not None))
        elif kind == "separate" and self._fields:
            self._finish_instruction(self._fields[-1])
        elif kind == "end" and self._fields:
            self._finish_instruction(self._fields[-1])
            self._fields.pop()

    def _finish_instruction(self, current: _Field) -> None:
        """What some instructions draw has no result run: 带圈字符 (EQ) and SYMBOL."""
        if current.phase != "instruction":
            return
        current.phase = "result"
        drawn = None if current.said else _drawn("".join(current.instruction))
        if drawn is not None:
            self._say(drawn)
        if current.said or drawn is not None:
            current.phase = "replaced"

    def _control(self, sdt: etree._Element) -> None:
        mark = checkbox_mark(sdt)
        content = sdt.find(f"{W}sdtContent")
        if mark is not None:
            self._say(mark)
        elif content is not None and not shows_placeholder(sdt):
            self.children(content)

    def _alternatives(self, element: etree._Element) -> None:
        """The first choice that draws something, else the fallback: Word writes a text box twice, and an emoji's fallback only."""
        for branch in element:
            before = self.inline.size()
            spoken = sum(len(f.instruction) for f in self._fields)
            self.children(branch)
            if self.inline.size() != before or sum(len(f.instruction) for f in self._fields) != spoken:
                return

    def _box(self, element: etree._Element) -> None:
        self.inline.boxes.append(element)

    def _picture(self, element: etree._Element) -> None:
        relation = element.get(f"{R}embed") or element.get(f"{R}id")
        if relation:
            self.inline.pictures.append(relation)

    def _word_art(self, element: etree._Element) -> None:
        self._say(element.get("string", ""))

    def _ruby(self, element: etree._Element) -> None:
        base = element.find(f"{W}rubyBase")
        if base is not None:
            self.children(base)


_HANDLERS: dict[str, Callable[[_Walker, etree._Element], None]] = {
    f"{W}r": _Walker._run,
    f"{M}r": _Walker.children,
    f"{W}t": _Walker._text,
    f"{M}t": _Walker._text,
    f"{W}instrText": _Walker._instruction,
    f"{W}sym": _Walker._symbol,
    f"{W}fldChar": _Walker._field_mark,
    f"{W}sdt": _Walker._control,
    f"{W}ruby": _Walker._ruby,
    f"{W}txbxContent": _Walker._box,
    f"{MC}AlternateContent": _Walker._alternatives,
    f"{A}blip": _Walker._picture,
    f"{V}imagedata": _Walker._picture,
    f"{V}textpath": _Walker._word_art,
}


def _form_value(data: etree._Element | None) -> str | None:
    """What a legacy form field shows: a tick box or the chosen entry of a list. None for a text field, whose result is in the text."""
    if data is None:
        return None
    box, choices = data.find(f"{W}checkBox"), data.find(f"{W}ddList")
    if box is not None:
        decided = "checked" if box.find(f"{W}checked") is not None else "default"
        return CHECKED if is_on(box, decided) else UNCHECKED
    if choices is not None:
        entries = [value(entry) for entry in choices.iterfind(f"{W}listEntry")]
        chosen = choices.find(f"{W}result")
        index = value(chosen if chosen is not None else choices.find(f"{W}default"), "0")
        return entries[int(index)] if index.isdecimal() and int(index) < len(entries) else ""
    return None


def _drawn(instruction: str) -> str | None:
    """The text that a field instruction draws by itself; None where the field has a result instead."""
    symbol = _SYMBOL.match(instruction)
    if symbol:
        code = int(symbol.group(1), 0)
        return ticks.glyph((symbol.group(2) or "").strip(), code) if code <= 0x10FFFF else ""
    if not instruction.strip().upper().startswith("EQ"):
        return None
    overlay = _OVERLAY.search(instruction)
    if overlay is None:
        return None
    frame, inner = overlay.group(1).strip(), overlay.group(2).strip()
    if frame in {"○", "〇"}:
        return _CIRCLED.get(inner, inner)
    return frame + inner if frame in {"□", "☐"} and inner in {"√", "✓", "✔", "×", "✗"} else inner or frame
