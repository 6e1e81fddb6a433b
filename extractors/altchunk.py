"""Foreign content inside a Word file (`w:altChunk`): web pages and saved web archives, as office systems write them when they "export to
Word".

Comes in: the bytes of the part. Goes out: `Line` and `Table` blocks. Called by `docx`.
"""

from __future__ import annotations

from email import message_from_bytes, policy

from lxml import etree, html

from extractors import ticks
from schemas.layout import Cell, Line, Table

Block = Line | Table

_INLINE = frozenset(
    {"a", "b", "big", "em", "font", "i", "label", "s", "small", "span", "strike", "strong", "sub", "sup", "u", "code", "mark"}
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "select"})


def read_chunk(data: bytes) -> list[Block]:
    """The visible text of an HTML or MHTML chunk; lines and tables (spans included). Empty for a kind that is neither."""
    text = _html_of(data)
    if "<" not in text:
        return []
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    return _blocks(root)


def _html_of(data: bytes) -> str:
    """The page itself, decoded; from a web archive its first HTML part."""
    if data[:64].lstrip().lower().startswith((b"mime-version", b"content-type", b"from:")):
        for part in message_from_bytes(data, policy=policy.compat32).walk():
            payload = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
            if isinstance(payload, bytes):
                return _decoded(payload)
        return ""
    return _decoded(data) if b"<" in data[:512] or data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ""


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _blocks(element: etree._Element) -> list[Block]:
    """Runs of inline text between block elements are lines; tables stay tables."""
    found: list[Block] = []
    pending: list[str] = []

    def end_line() -> None:
        text = " ".join("".join(pending).split())
        pending.clear()
        if text:
            found.append(Line(text=ticks.normalise([text])[0]))

    def walk(node: etree._Element) -> None:
        pending.append(node.text or "")
        for child in node:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "table":
                end_line()
                found.append(_table(child))
            elif tag == "br":
                end_line()
            elif tag in _INLINE:
                walk(child)
            elif tag and tag not in _UNSEEN:
                end_line()
                walk(child)
                end_line()
            pending.append(child.tail or "")

    walk(element)
    end_line()
    return found


def _table(table: etree._Element) -> Table:
    """Rows and cells with their spans, by the algorithm of the HTML standard: a cell takes the first free place of its row."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for at, row in enumerate(rows):
        col = 0
        for element in row.iterchildren("td", "th"):
            while (at, col) in taken:
                col += 1
            down, across = _span(element, "rowspan", len(rows) - at), _span(element, "colspan", 100)
            taken.update((at + i, col + j) for i in range(down) for j in range(across))
            inner = _blocks(element)
            lines = tuple(block for block in inner if isinstance(block, Line))
            tables = tuple(block for block in inner if isinstance(block, Table))
            cells.append(Cell(row=at, col=col, row_span=down, col_span=across, lines=lines, tables=tables))
            col += across
    return Table(rows=len(rows), cols=max((c.col + c.col_span for c in cells), default=0), cells=tuple(cells))


def _span(element: etree._Element, name: str, most: int) -> int:
    stated = element.get(name, "1").strip()
    return min(max(int(stated), 1), most) if stated.isdecimal() else 1
