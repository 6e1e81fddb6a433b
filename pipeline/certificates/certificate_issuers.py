"""Who conferred the honour: the organisations printed at a certificate's end, and those whose seals hide their printed names.

Comes in: the text of one certificate and its title. Goes out: `honour_issuer`, joint issuers joined by 、 in their order on the page.
Called by `read_certificate`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio, ratio

from pipeline.catalogue.issuers import (
    RECOGNISED,
    is_known_issuer,
    issuer_containing,
    looks_like_issuer,
    registered_names,
    resembles_issuer,
    resolve_issuer,
    split_issuers,
)
from pipeline.certificates.certificate_holder import HolderReading
from pipeline.certificates.certificate_text import WEAK, CertificateText, Span, TextLine, overlapping
from pipeline.certificates.certificate_title import TitleReading
from pipeline.certificates.issuer_readings import lifted, strange, unprinted
from pipeline.text.normal_forms import find_dates, squeeze
from schemas.layout import Box, Mark
from schemas.records import FieldValue

_NAME_REMAINS = 5  # characters of a half-hidden name that still tell whose it is
_HIDDEN_HEAD = 2  # characters that a seal's edge hides at a name's start
_SCRAP = 6  # characters: a longer line between issuers ends their list, a shorter one may be a seal's
_GAP = 3.0  # in line heights: organisations further apart than this are not one list of issuers
_SAME_NAME = 85.0  # per cent of likeness between a name on a ring and the printed one
_REMAINS_OF_NAME = 70.0  # per cent: less alike, a line is no remainder of a name that a seal hides
_OTHER_NAME = re.compile(r"[\u4e00-\u9fff()]{5,24}")
_SUNK = 0.2  # share of its height: printed lines overlap less
_ROW = 0.04  # page fraction: names less far apart in height stand side by side


class _Named(NamedTuple):
    """An issuer's name, whether it is in doubt, and where it stands."""

    name: str
    doubtful: bool
    box: Box | None


def read_issuers(text: CertificateText, title: TitleReading | None, holder: HolderReading) -> list[FieldValue]:
    """The issuers: the organisations at the end, else a registered one elsewhere on the page (weak), and what the seals say besides."""
    lines = _without_employers(text, _issuer_lines(text, title), holder)
    factor = 1.0
    if not lines:
        lines, factor = _stray_issuers(text, title), WEAK
    printed = [named for line in lines for named in _printed_names(text, line)] if lines else []
    # A name broken over two lines shows only when the lines are split together.
    whole = split_issuers("\n".join(_without_date(text, line) for line in lines), text.rulebook) if lines else ()
    if len(whole) != len(printed):
        printed = [_checked(text, name, lines[0].box) for name in whole]
    sealed = [(named, mark) for _, mark in text.seals if (named := _named_by_seal(text, mark)) is not None]
    missing = [(named, mark) for named, mark in sealed if not any(_same_name(named.name, other.name) for other in printed)]
    if printed:
        # As many names as seals: another name on a seal contradicts the print, it does not complete it. The rule weighs that.
        missing = missing if len(text.seals) > len(printed) else []
        return [_stated(text, printed, missing, [_issuer_span(text, line) for line in lines], factor)]
    if not missing:
        return []
    return [_sealed_only(text, missing, WEAK if _names_somebody_else(text, title, [named.name for named, _ in missing]) else 1.0)]


def _names_somebody_else(text: CertificateText, title: TitleReading | None, sealed: Sequence[str]) -> bool:
    """Whether words stand where the issuer is printed that are not what is left of a sealed name: then the seal alone proves nothing."""
    closing = max((match.end() for match in text.wordings.closing.finditer(text.text)), default=0)
    floor = max(title.end if title is not None else 0, closing)
    rest = [line.text for line in text.lines if line.start >= floor and line.role == "text" and not text.in_entry(line.start)]
    words = [line for line in rest if _OTHER_NAME.fullmatch(line)]
    return any(all(partial_ratio(line, name) < _REMAINS_OF_NAME for name in sealed) for line in words)


def _printed_names(text: CertificateText, line: TextLine) -> list[_Named]:
    return [_checked(text, name, line.box) for name in split_issuers(_without_date(text, line), text.rulebook)]


def _checked(text: CertificateText, name: str, box: Box | None) -> _Named:
    """A printed name with its hidden end completed from the seals or a single misread character put right; what only resembles a
    registered name is in doubt."""
    completed = _completed(text, name)
    restored = lifted(completed, [mark for _, mark in text.seals], text.rulebook)
    if restored:
        return _Named(restored, True, box)
    beheaded = _beheaded(text, completed)
    if beheaded:
        return _Named(beheaded[0] if len(beheaded) == 1 else completed, True, box)
    verdict = resolve_issuer(completed, "", None, text.rulebook)
    doubtful = (
        verdict.repaired
        or (verdict.how == "unresolved" and resembles_issuer(completed, text.rulebook))
        or (verdict.how == "pattern" and strange(completed, text.rulebook))
    )
    return _Named(verdict.name if verdict.repaired and verdict.name else completed, doubtful, box)


def _beheaded(text: CertificateText, name: str) -> list[str]:
    """The registered names of which this unregistered one is all but the first characters: 海市总工会, its start hidden or worn."""
    known = {squeeze(one) for one in registered_names(text.rulebook)}
    if squeeze(name) in known or len(name) < _NAME_REMAINS:
        return []
    return sorted(full for full in known if full.endswith(name) and 0 < len(full) - len(name) <= _HIDDEN_HEAD)


def _named_by_seal(text: CertificateText, mark: Mark) -> _Named | None:
    """The registered issuer that a seal names; in doubt unless its ring was read whole and well."""
    verdict = resolve_issuer(mark.text, "", None, text.rulebook)
    # A worn 共青团上海市委员 has the form of a committee's name, but is the rest of a registered one.
    whole = issuer_containing(mark.text, text.rulebook)
    if verdict.how in ("name", "short_form") or (verdict.how == "pattern" and whole is None):
        return _Named(verdict.name or squeeze(mark.text), mark.confidence < text.rulebook.edition.review_below, mark.box)
    name = verdict.name if verdict.repaired else whole
    return _Named(name, True, mark.box) if name else None


def _stated(
    text: CertificateText, printed: Sequence[_Named], missing: Sequence[tuple[_Named, Mark]], spans: list[Span], factor: float
) -> FieldValue:
    """The printed names and those that a seal hides, in their order on the page. `raw` keeps what was read. More seals than names, or
    any name in doubt: a person must look."""
    names = _in_page_order([*printed, *(named for named, _ in missing)])
    value = text.value("honour_issuer", "、".join(dict.fromkeys(named.name for named in names)), spans, factor)
    unnamed = len(text.seals) > len(names) or unprinted([mark for _, mark in text.seals], [named.name for named in names], text.rulebook)
    return value.model_copy(
        update={
            "raw": "\n".join([value.raw, *(mark.text for _, mark in missing)]),
            "confidence": min([value.confidence, *(mark.confidence for _, mark in missing)]),
            "needs_review": value.needs_review or unnamed or any(named.doubtful for named in names),
        }
    )


def _sealed_only(text: CertificateText, sealed: Sequence[tuple[_Named, Mark]], factor: float) -> FieldValue:
    confidence = min(mark.confidence for _, mark in sealed) * factor
    names = _in_page_order([named for named, _ in sealed])
    page = next(page for page, mark in text.seals if mark is sealed[0][1])
    return FieldValue(
        field="honour_issuer",
        value="、".join(dict.fromkeys(named.name for named in names)),
        raw="\n".join(mark.text for _, mark in sealed),
        confidence=confidence,
        page=page.number,
        box=sealed[0][1].box,
        method=page.method,
        needs_review=confidence < text.rulebook.edition.review_below or any(named.doubtful for named in names),
    )


def _same_name(sealed: str, printed: str) -> bool:
    """Whether a name on a seal is the printed one, as far as a ring can be read."""
    return ratio(sealed, printed) >= _SAME_NAME


def _in_page_order(names: Sequence[_Named]) -> list[_Named]:
    """Row by row, left to right; as given where any has no place."""
    if any(named.box is None for named in names):
        return list(names)
    rows: list[list[_Named]] = []
    for named in sorted(names, key=lambda one: one.box.centre[1] if one.box else 0.0):
        height = named.box.centre[1] if named.box else 0.0
        if rows and rows[-1][0].box and height - rows[-1][0].box.centre[1] <= _ROW:
            rows[-1].append(named)
        else:
            rows.append([named])
    return [named for row in rows for named in sorted(row, key=lambda one: one.box.x0 if one.box else 0.0)]


def _completed(text: CertificateText, name: str) -> str:
    """The printed name, or the name on a seal of which it is the beginning or the end: seals hide part of what they are pressed on."""
    floor = text.rulebook.issuers.exact_reading_floor
    seals = [squeeze(mark.text) for _, mark in text.seals if mark.confidence >= floor and is_known_issuer(mark.text, text.rulebook)]
    parts = [
        seal
        for seal in dict.fromkeys(seals)
        if seal != name and (seal.startswith(name) or seal.endswith(name)) and len(name) >= _NAME_REMAINS
    ]
    return parts[0] if len(parts) == 1 and name not in seals else name


def _issuer_lines(text: CertificateText, title: TitleReading | None) -> list[TextLine]:
    """The lines at the end that name organisations, in reading order; those between the last words of the sentence and the end of the
    page."""
    closing = max((match.end() for match in text.wordings.closing.finditer(text.text)), default=0)
    floor = max(title.end if title is not None else 0, closing)
    found: list[TextLine] = []
    remainder: TextLine | None = None  # a line that is no name by itself but may end the one above it
    for line in reversed(text.lines):
        if line.start < floor:
            break
        if line.role in ("heading", "number", "date", "closing", "noise") or text.in_entry(line.start):
            if found and text.in_entry(line.start):
                break
            continue
        if found and _far_apart(line, found[0]):
            break
        below = remainder or (found[0] if found else None)
        remainder = None
        if _names_organisation(text, line):
            found.insert(0, line)
        elif below is not None and _continues(text, line, below):
            found = [_joined(line, below), *(found[1:] if found and found[0] is below else found)]
        elif found and len(line.text) > _SCRAP:
            break
        else:
            remainder = line
    return _without_doubles(text, found)


def _without_doubles(text: CertificateText, lines: list[TextLine]) -> list[TextLine]:
    """The lines without those that only repeat a part of the name printed above or below them: a seal's text read as a line."""

    def is_double(line: TextLine) -> bool:
        if line.box is None:
            return False
        near = (other for other in lines if other is not line and not _far_apart(line, other) and not _far_apart(other, line))
        others = [other for other in near if line.text in other.text and line.text != other.text and overlapping(line, other)]
        if not is_known_issuer(line.text, text.rulebook):
            return bool(others)
        # What is a name by itself (总工会) is a scrap where print cannot stand: within the height of another line.
        sealed = any(mark.box.contains(line.box.centre) for _, mark in text.seals)
        return any(_sunk(line, other) > (0 if sealed else _SUNK) for other in others)

    return [line for line in lines if not is_double(line)]


def _sunk(line: TextLine, other: TextLine) -> float:
    """The share of a line's height that lies within the height of another one; below 0 where they are apart."""
    if line.box is None or other.box is None:
        return -1.0
    return (min(line.box.y1, other.box.y1) - max(line.box.y0, other.box.y0)) / max(line.box.height, 1e-6)


def _without_employers(text: CertificateText, lines: list[TextLine], holder: HolderReading) -> list[TextLine]:
    """The lines without those that name the recipient, or the employer right below a person's name - as long as an issuer remains."""

    def is_employer(line: TextLine) -> bool:
        span = holder.recipient_span
        if span is not None and span[0] < line.end and line.start < span[1]:
            return True
        above = text.lines[line.index - 1].text if line.index else ""
        if not line.text.endswith(text.wordings.words.employer_suffixes):
            return False
        verdict = resolve_issuer(line.text, "", None, text.rulebook)
        # An authority that counts may employ somebody too, but to lose it as an issuer would decide against the applicant.
        company = verdict.how not in ("name", "short_form") and verdict.issuer_class not in RECOGNISED
        return company and any(above.strip(":") == squeeze(name) for name in holder.recipients)

    kept = [line for line in lines if not is_employer(line)]
    return kept or lines


def _names_organisation(text: CertificateText, line: TextLine) -> bool:
    content = _without_date(text, line)
    return line.role == "issuer" or looks_like_issuer(content, text.rulebook) or resembles_issuer(content, text.rulebook)


def _continues(text: CertificateText, line: TextLine, below: TextLine) -> bool:
    """Whether a line and the one below it are one name broken in two (上海市经济和信息化 / 委员会)."""
    if is_known_issuer(below.text, text.rulebook):
        return False
    joined = split_issuers(_without_date(text, _joined(line, below)), text.rulebook)
    return bool(joined) and all(is_known_issuer(name, text.rulebook) for name in joined)


def _joined(upper: TextLine, lower: TextLine) -> TextLine:
    box = upper.box.union(lower.box) if upper.box is not None and lower.box is not None else None
    return TextLine(upper.index, upper.start, lower.end, upper.text + lower.text, box, "text")


def _far_apart(upper: TextLine, lower: TextLine) -> bool:
    if upper.box is None or lower.box is None:
        return False
    return lower.box.y0 - upper.box.y1 > _GAP * max(upper.box.height, lower.box.height)


def _stray_issuers(text: CertificateText, title: TitleReading | None) -> list[TextLine]:
    """Lines elsewhere that wholly name an issuer of standing: printed at the head, for instance. Any other organisation there may be the
    employer."""
    recipient_end = title.verb_start if title is not None else 0
    return [
        line
        for line in text.lines
        if line.role == "text"
        and not text.in_entry(line.start)
        and not line.text.endswith(":")
        and resolve_issuer(_without_date(text, line), "", None, text.rulebook).issuer_class in RECOGNISED
        and (line.start >= recipient_end or line.index <= 1)
    ]


def _without_date(text: CertificateText, line: TextLine) -> str:
    """The raw line, its white space kept as a separator, without a date at its end."""
    raw = text.raw((line.start, line.end)).replace("\n", "")
    dates = find_dates(raw)
    return raw[: dates[-1][0]] if dates and len(raw.rstrip()) - dates[-1][1] <= 1 and dates[-1][0] >= 3 else raw


def _issuer_span(text: CertificateText, line: TextLine) -> Span:
    kept = len(squeeze(_without_date(text, line)))
    return line.start, min(line.end, line.start + max(kept, 1))
