"""To whom a certificate was given: a person, or a team and its members.

Comes in: a `CertificateText` and where its title stands. Goes out: a `HolderReading` with the stretches each part was read from. Called
by `certificates`. Ways in use: labelled entries (获奖者：…), a salutation (张三同志：), 授予张三同志 “…”, 张三同志荣获 …, a plaque's line
above the title."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pipeline.catalogue.honour_language import find_phrases
from pipeline.certificates.certificate_text import WEAK, CertificateText, Span
from pipeline.certificates.certificate_title import TitleReading
from pipeline.text.normal_forms import squeeze
from schemas.rules import CertificateWording

HolderKind = Literal["person", "team", "organisation", "unknown"]
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,10}(?:·[\u3400-\u9fff]{1,10})+")
_DOTS = str.maketrans(dict.fromkeys("•．・‧∙⋅", "·"))
_CLAUSE_START = re.compile(r"在|于|经|因|凭|以|参加|参与|完成|发布|申报|撰写|的")


@dataclass(frozen=True)
class HolderReading:
    """Who holds the honour. `recipients` are persons, or the one team or organisation; each list comes with the stretch it was read
    from."""

    recipients: tuple[str, ...] = ()
    recipient_span: Span | None = None
    team: str = ""
    team_span: Span | None = None
    members: tuple[str, ...] = ()
    member_spans: tuple[Span, ...] = ()
    factor: float = 1.0
    member_factor: float = 1.0


def read_holder(text: CertificateText, title: TitleReading | None) -> HolderReading:
    """Recipient, team and members as far as the certificate states them."""
    words = text.wordings.words
    members: list[str] = []
    spans: list[Span] = []
    sure = True
    for entry in text.entries_of("member"):
        names, whole = split_names(text.raw((entry.start, entry.end)), words)
        members += names
        spans.append((entry.start, entry.end))
        sure &= whole
    reading = _labelled(text) or _salutation(text, title) or _in_sentence(text, title) or _above_title(text, title) or HolderReading()
    return HolderReading(
        recipients=reading.recipients,
        recipient_span=reading.recipient_span,
        team=reading.team,
        team_span=reading.team_span,
        members=tuple(dict.fromkeys(members)),
        member_spans=tuple(spans),
        factor=reading.factor,
        member_factor=1.0 if sure else WEAK,
    )


def holder_kind(text: str, words: CertificateWording) -> HolderKind:
    """What a squeezed text names: a person, a team, an organisation; `unknown` if it can be neither told nor guessed."""
    bare = text.translate(_DOTS)
    for honorific in words.honorifics:
        if bare.endswith(honorific) and _NAME.fullmatch(bare.removesuffix(honorific)):
            return "person"
    if bare.endswith(words.team_suffixes) and len(bare) > 2:
        return "team"
    if bare.endswith(words.employer_suffixes):
        return "organisation"
    return "person" if _NAME.fullmatch(bare) else "unknown"


def split_names(raw: str, words: CertificateWording) -> tuple[list[str], bool]:
    """The persons' names in a list as printed, and whether every piece of it was one.

    Names are separated by 、 and the like, or stand in columns; 张 三 is one name; a name may be broken over two lines. What stands in
    brackets (组长) is left out; 等 at the end makes the list incomplete but is no name."""
    text = unicodedata.normalize("NFKC", raw).translate(_DOTS)
    text = re.sub(r"[(\[][^)\]]*[)\]]", "", text)
    lines = [line for line in re.split(r"\n", text) if line.strip()]
    listed = any(re.search(r"[、,;/]", line) for line in lines)
    pieces: list[str] = []
    open_ended = True
    for line in lines:
        parts = [part for chunk in re.split(r"[、,;/:]", line) for part in _spaced_names(chunk, words)]
        if listed and pieces and parts and not open_ended and not re.match(r"\s*[、,;/]", line) and _one_name(pieces[-1], parts[0], words):
            pieces[-1] += parts.pop(0)
        pieces += parts
        open_ended = bool(re.search(r"[、,;/]\s*$", line))
    names = [_without_others(piece.strip("。. "), words) for piece in pieces]
    good = [name for name in names if _NAME.fullmatch(name)]
    return good, len(good) == len([name for name in names if name])


def is_incomplete(raw: str, words: CertificateWording) -> bool:
    """Whether a list of names says that it leaves some out (张三等5人)."""
    bare = squeeze(raw)
    return any(re.search(rf"{re.escape(word)}(?:\d+|[一二三四五六七八九十两]+)?(?:人|名|位|同志)?。?$", bare) for word in words.and_others)


def _spaced_names(chunk: str, words: CertificateWording) -> list[str]:
    """The names in a stretch without separators: columns are set apart by white space, and so are the two characters of a short name."""
    tokens = chunk.split()
    if tokens and all(len(token) == 1 for token in tokens) and len(tokens) <= 4:
        return ["".join(tokens)]
    names: list[str] = []
    single = ""
    for token in tokens:
        if len(token) == 1 and "\u3400" <= token <= "\u9fff":
            names, single = ([*names, single + token], "") if single else (names, token)
        else:
            names += [single] if single else []
            names.append(token)
            single = ""
    return [*names, single] if single else names


def _one_name(left: str, right: str, words: CertificateWording) -> bool:
    """Whether the end of one line and the start of the next are one broken name rather than two."""
    right = _without_others(right, words)
    joined = left + right
    if len(left) == 1 or len(right) == 1 or left.endswith("·") or right.startswith("·"):
        return bool(_NAME.fullmatch(joined))
    return len(joined) == 4 and joined[:2] in words.compound_surnames and len(left) == 2


def _without_others(piece: str, words: CertificateWording) -> str:
    for word in words.and_others:
        piece = re.sub(rf"{re.escape(word)}(?:\d+|[一二三四五六七八九十两]+)?(?:人|名|位|同志)?$", "", piece)
    for role in words.roles_in_brackets:
        piece = piece.removesuffix(role) if len(piece) > len(role) + 1 else piece
    return piece


def _labelled(text: CertificateText) -> HolderReading | None:
    persons, teams, organisations = text.entries_of("person"), text.entries_of("team"), text.entries_of("organisation")
    if teams:
        team = teams[0]
        reading = _named(text, (team.start, team.end))
        # A label says that it is a team, whatever its name ends in.
        name = reading.team or (reading.recipients[0] if reading.recipients else squeeze(text.text[team.start : team.end]))
        span = (team.start, team.end)
        if persons:
            names, whole = split_names(text.raw((persons[0].start, persons[0].end)), text.wordings.words)
            return HolderReading(tuple(names), (persons[0].start, persons[0].end), name, span, factor=1.0 if whole else WEAK)
        return HolderReading((name,), span, name, span)
    if persons:
        reading = _named(text, (persons[0].start, persons[0].end))
        return reading if reading.recipients else None
    if organisations and not any(entry.kind == "member" for entry in text.entries) and not _has_salutation(text):
        return _named(text, (organisations[0].start, organisations[0].end))
    return None


def _has_salutation(text: CertificateText) -> bool:
    return any(line.role == "text" and line.text.endswith(":") and not text.in_entry(line.start) for line in text.lines)


def _salutation(text: CertificateText, title: TitleReading | None) -> HolderReading | None:
    """`张三同志：` or `某公司匠心QC小组：` on the lines before the sentence of conferral."""
    limit = title.verb_start if title is not None else len(text.text)
    start = 0
    for line in text.lines:
        if line.start >= limit:
            break
        if line.role in ("heading", "number", "noise", "date", "issuer") or text.in_entry(line.start):
            start = line.end
            continue
        colon = line.text.find(":")
        if colon < 0 or not _addresses(text, line.text[:colon], line.text[colon + 1 :]):
            continue
        span = (start, line.start + colon)
        return _named(text, span) if span[0] < span[1] and span[1] - span[0] <= 60 else None
    return None


def _addresses(text: CertificateText, before: str, after: str) -> bool:
    """Whether a colon ends a salutation: at the end of its line, behind an honorific or a team's name, or before the sentence of conferral.

    Anything else before a colon is a label, perhaps one that was misread (获局者：).
    """
    words = text.wordings.words
    return not after or before.endswith((*words.honorifics, *words.team_suffixes)) or text.wordings.conferring.search(after) is not None


def _in_sentence(text: CertificateText, title: TitleReading | None) -> HolderReading | None:
    """The recipient within the sentence: behind 授予, or before 荣获."""
    if title is None:
        return None
    if title.after_giving:
        verb = next(match for match in text.wordings.conferring.finditer(text.text, title.verb_start))
        return _named(text, (verb.end(), title.start)) if verb.end() < title.start else None
    start = 0
    for line in text.lines:
        if line.end <= title.verb_start and (line.role in ("heading", "number", "noise", "date", "issuer") or text.in_entry(line.start)):
            start = line.end
    clauses = [match.span() for match in re.compile(r"[^,。;:]+").finditer(text.text, start, title.verb_start)]
    for clause in clauses:
        reading = _of_clause(text, clause, title.verb_start)
        if reading is not None:
            return reading
    return None


def _of_clause(text: CertificateText, clause: Span, verb_start: int) -> HolderReading | None:
    """The recipient at the start of a clause, before 在 / 于 / 完成 or the verb; None where the clause does not start with one."""
    content = text.text[clause[0] : clause[1]]
    if content.startswith(text.wordings.words.addresses) and not content.endswith(text.wordings.words.team_suffixes):
        return None
    for honorific in text.wordings.words.honorifics:
        place = content.find(honorific)
        if 2 <= place <= 40:
            return _named(text, (clause[0], clause[0] + place + len(honorific)))
    cut = _CLAUSE_START.search(content)
    end = clause[0] + cut.start() if cut and cut.start() > 0 else clause[1]
    if end == clause[1] and clause[1] != verb_start:
        return None
    if cut and cut.start() == 0:
        return None
    reading = _named(text, (clause[0], end))
    kinds = {holder_kind(squeeze(name), text.wordings.words) for name in reading.recipients}
    if not kinds or "unknown" in kinds:
        return None
    # 刘备荣获: a name of two to four characters right before a verb is a name only if nothing else says so; a person must look.
    return reading if kinds != {"person"} or text.line_at(clause[0]).start == clause[0] else _doubtful(reading)


def _above_title(text: CertificateText, title: TitleReading | None) -> HolderReading | None:
    """A line above (or just below) the title that names a person or team and nothing else: plaques and ornamental certificates."""
    if title is None:
        return None
    known = [phrase for phrase in find_phrases(text.text, text.rulebook) if phrase.label in ("AWARD", "ISSUER")]
    above = [line for line in text.lines if line.end <= title.verb_start]
    below = [line for line in text.lines if line.start >= title.end]
    for line in [*reversed(above), *below[:2]]:
        if line.role != "text" or text.in_entry(line.start) or any(line.start <= phrase.start < line.end for phrase in known):
            continue
        reading = _named(text, (line.start, line.end))
        kinds = {holder_kind(squeeze(name), text.wordings.words) for name in reading.recipients}
        if kinds & {"team", "person"} and "unknown" not in kinds:
            return reading if kinds == {"team"} and line in above else _doubtful(reading)
    return None


def _doubtful(reading: HolderReading) -> HolderReading:
    return HolderReading(reading.recipients, reading.recipient_span, reading.team, reading.team_span, factor=WEAK)


def _named(text: CertificateText, span: Span) -> HolderReading:
    """What a stretch names: persons, or a team without its employer's name, or an organisation; doubtful if it can be none of them."""
    words = text.wordings.words
    raw = text.raw(span)
    bare = squeeze(raw).translate(_DOTS).strip(':,。;“”"')
    for verb in sorted(words.giving, key=len, reverse=True):
        bare = bare.removeprefix(verb)
    for address in sorted(words.addresses, key=len, reverse=True):
        bare = bare.removeprefix(address) or bare
    bare = _without_honorific(bare, words)
    names, whole = split_names(_strip_honorifics(raw, words), words)
    if names and whole and all(holder_kind(name, words) == "person" for name in names):
        return HolderReading(tuple(names), span)
    if not bare:
        return HolderReading()
    employer, holder = _without_employer(bare, words)
    kind = holder_kind(holder, words)
    if kind == "person":
        return HolderReading((holder,), span)
    if kind == "team":
        # The recipient is whoever is addressed, employer included; the team goes by its own name.
        return HolderReading((bare,), span, holder, span)
    listed, all_names = split_names(_strip_honorifics(holder, words), words)
    if listed and all_names:
        return HolderReading(tuple(listed), span)
    if kind == "organisation" or employer == bare:
        return HolderReading((bare,), span)
    return HolderReading((bare,), span, factor=WEAK)


def _without_employer(bare: str, words: CertificateWording) -> tuple[str, str]:
    """(employer, holder): the name of the employer that stands before a person's or team's name is split off; ('', bare) if there is
    none."""
    ends = "|".join(sorted(map(re.escape, words.employer_suffixes), key=len, reverse=True))
    match = re.fullmatch(rf"(.*(?:{ends}))(.+)", bare)
    if match is None or match[2] in words.team_suffixes or len(match[2]) < 2:
        return "", bare
    return match[1], match[2]


def _without_honorific(bare: str, words: CertificateWording) -> str:
    for honorific in sorted(words.honorifics, key=len, reverse=True):
        if bare.endswith(honorific) and len(bare) > len(honorific) + 1:
            return bare.removesuffix(honorific)
    return bare


def _strip_honorifics(raw: str, words: CertificateWording) -> str:
    text = unicodedata.normalize("NFKC", raw).strip(" :,。;\n")
    for honorific in words.honorifics:
        text = re.sub(rf"\s*{re.escape(honorific)}\s*(?=$|[、,;/\n])", "", text)
    return text
