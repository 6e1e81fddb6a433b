"""The names of WordprocessingML and its neighbours (ECMA-376), and how its on/off values are read. Used by the `docx` modules."""

from __future__ import annotations

import re

from docx.oxml.ns import nsmap
from lxml import etree

from extractors import ticks
from schemas.layout import CHECKED, UNCHECKED, UNCLEAR

W, W14, R, A, M = (f"{{{nsmap[prefix]}}}" for prefix in ("w", "w14", "r", "a", "m"))
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"


def words(names: str, namespace: str = W) -> frozenset[str]:
    """Several element names in Clark notation."""
    return frozenset(namespace + name for name in names.split())


def value(element: etree._Element | None, default: str = "") -> str:
    """The `w:val` of an element."""
    return default if element is None else element.get(f"{W}val", default)


def is_on(parent: etree._Element | None, name: str) -> bool:
    """An on/off property (`w:vanish` alone means on; `w:val` may be 0, false or off)."""
    element = None if parent is None else parent.find(W + name)
    return element is not None and value(element, "1").lower() not in {"0", "false", "off"}


def number(element: etree._Element | None, default: int) -> int:
    """A small count (a span); nonsense counts as the default."""
    try:
        return min(max(int(value(element, str(default))), 0), 1024)
    except ValueError:
        return default


def checkbox_mark(sdt: etree._Element) -> str | None:
    """The tick box that a content control is (`w14:checkbox`): `CHECKED`, `UNCHECKED`; None if it is something else.

    `UNCLEAR` where its state and the sign that stands in it contradict each other: a program has changed one of the two.
    """
    box = sdt.find(f"{W}sdtPr/{W14}checkbox")
    if box is None:
        return None
    state = box.find(f"{W14}checked")
    mark = CHECKED if state is not None and state.get(f"{W14}val", "1").lower() in {"1", "true", "on"} else UNCHECKED
    shown = "".join(text.text or "" for text in sdt.iter(f"{W}t")).strip()
    for symbol in sdt.iter(f"{W}sym"):
        code = symbol.get(f"{W}char", "")
        shown += ticks.glyph(symbol.get(f"{W}font", ""), int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else ""
    seen = ticks.normalise([shown])[0]
    return UNCLEAR if seen in {CHECKED, UNCHECKED} and seen != mark else mark


def shows_placeholder(sdt: etree._Element) -> bool:
    """Whether a content control shows its prompt.

    Nobody has filled it in. A drop-down list that stands on an entry without value is such a prompt too.
    """
    properties = sdt.find(f"{W}sdtPr")
    if is_on(properties, "showingPlcHdr"):
        return True
    prompts = [
        item.get(f"{W}displayText", "")
        for kind in ("dropDownList", "comboBox")
        for item in ([] if properties is None else properties.iterfind(f"{W}{kind}/{W}listItem"))
        if not item.get(f"{W}value")
    ]
    return bool(prompts) and "".join(text.text or "" for text in sdt.iter(f"{W}t")).strip() in prompts
