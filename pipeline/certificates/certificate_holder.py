"""To whom a certificate was given: a person, or a team and its members.

Comes in: a `CertificateText` and where its title stands. Goes out: a `HolderReading` with the stretches each part was read from. Called
by `read_certificate`. Ways in use: labelled entries (获奖者：…), a salutation (张三同志：), 授予张三同志 “…”, 张三同志荣获 …, 张三等完成的
《…》, a line above or below the title of a plaque."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.catalogue.honour_language import find_phrases
from pipeline.catalogue.issuers import looks_like_issuer
from pipeline.certificates.certificate_text import WEAK, CertificateText, Entry, Span, TextLine
from pipeline.certificates.certificate_title import TitleReading
from pipeline.certificates.person_names import (
    HolderKind,
    holder_kind,
    is_plain_name,
    mended_dots,
    name_behind_attribute,
    plain_dots,
    split_names,
    without_others,
)
from pipeline.certificates.title_stretch import QUOTES, names_holder
from pipeline.text.normal_forms import find_dates, squeeze
from schemas.rules import CertificateWording

_CLAUSE_START = re.compile(r"在|于|经|因|凭|以|由|为|根据|按照|依据|鉴于|感谢|参加|参与|完成|发布|申报|撰写|的|被|荣|获")
# 张三、李四等完成的《…》
_DONE_BY = re.compile(r"(?P<who>[^,。;:《]{2,60}?)(?:共同|联合|合作)?(?:完成|申报|撰写|发布|提交|创造|开展|编写|实施|攻关)的")
_SKIPPED = ("heading", "number", "noise", "date", "issuer")
_SALUTATION = 60  # characters
_GIVEN_TO = ":,为" + QUOTES  # what may stand between the recipient and the title


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
        raw = text.raw((entry.start, entry.end))
        names, whole = split_names(raw, words, listed_in_columns=True)
        members += names
        spans.append((entry.start, entry.end))
        sure &= whole and not _breaks_off(text, entry) and mended_dots(raw, words) == raw
    ways = (_labelled, _salutation, _in_sentence, _beside_title)
    reading = next((found for way in ways if (found := way(text, title)) is not None and found.recipients), HolderReading())
    return replace(reading, members=tuple(dict.fromkeys(members)), member_spans=tuple(spans), member_factor=1.0 if sure else WEAK)


def _breaks_off(text: CertificateText, entry: Entry) -> bool:
    """Whether a list of names ends although the next line is as close as its own lines and says nothing that is known: it may go on."""
    last = text.line_at(entry.end - 1)
    following = next((line for line in text.lines if line.index == last.index + 1), None)
    if following is None or following.role != "text" or following.box is None or last.box is None:
        return False
    near = abs(following.box.y0 - last.box.y0) < 2 * last.box.height
    known = text.wordings.conferring.search(following.text) or text.wordings.closing.search(following.text)
    named = looks_like_issuer(following.text, text.rulebook) or text.known_issuers(text.raw((following.start, following.end)))
    addressed = following.text.endswith(":") or holder_kind(following.text, text.wordings.words) == "team"
    return near and not known and not named and not addressed


def _labelled(text: CertificateText, _title: TitleReading | None) -> HolderReading | None:
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
        return HolderReading(reading.recipients or (name,), span, name, span)
    if persons:
        return _named(text, (persons[0].start, persons[0].end))
    if organisations and not _has_salutation(text):
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
        if line.role in _SKIPPED or line.role == "label" or text.in_entry(line.start):
            start = line.end
            continue
        colon = line.text.find(":")
        if colon < 0 or not _addresses(text, line.text[:colon], line.text[colon + 1 :]):
            continue
        span = (start, line.start + colon)
        # What stands above the addressee may be the name of the award.
        span = span if span[1] - span[0] <= _SALUTATION and not _holds_award(text, (start, line.start)) else (line.start, span[1])
        return _named(text, span) if span[0] < span[1] and span[1] - span[0] <= _SALUTATION else None
    return None


def _holds_award(text: CertificateText, span: Span) -> bool:
    return any(phrase.label == "AWARD" for phrase in find_phrases(text.text[span[0] : span[1]], text.rulebook))


def _addresses(text: CertificateText, before: str, after: str) -> bool:
    """Whether a colon ends a salutation: at the end of its line, behind an honorific or a team's name, or before the sentence of conferral.

    Anything else before a colon is a label, perhaps one that was misread (获局者：).
    """
    words = text.wordings.words
    if before.endswith(words.giving):
        return False
    return not after or before.endswith((*words.honorifics, *words.team_suffixes)) or text.wordings.conferring.search(after) is not None


def _in_sentence(text: CertificateText, title: TitleReading | None) -> HolderReading | None:
    """The recipient within the sentence: behind 授予, before 荣获, or before 完成的."""
    if title is None:
        return None
    if title.after_giving:
        verb = next(match for match in text.wordings.conferring.finditer(text.text, title.verb_start))
        stretch = text.text[verb.end() : title.start].rstrip(_GIVEN_TO)
        if stretch.strip(_GIVEN_TO) and stretch.strip(_GIVEN_TO) not in text.wordings.words.addresses:
            return _named(text, (verb.end(), verb.end() + len(stretch)))
    start = 0
    for line in text.lines:
        if line.end <= title.verb_start and (line.role in _SKIPPED or text.in_entry(line.start)):
            start = line.end
    addressed = _honorific_lines(text, start, title.verb_start)
    if addressed is not None:
        return addressed
    found = re.compile(r"[^,。;:]+").finditer(text.text, start, title.verb_start)
    clauses = [_before_entries(text, match.span()) for match in found if not text.in_entry(match.start())]
    for read in (_of_clause, _of_author):
        for clause in clauses:
            reading = read(text, clause, title.verb_start)
            if reading is not None:
                return reading
    return None


def _before_entries(text: CertificateText, clause: Span) -> Span:
    """The clause up to a labelled entry in it: `…汽机本体班(班组长:` is followed by a member."""
    labels = [entry.label_start for entry in text.entries if clause[0] < entry.label_start < clause[1]]
    end = min(labels, default=clause[1])
    return clause[0], end - (text.text[end - 1] == "(")


def _honorific_lines(text: CertificateText, start: int, end: int) -> HolderReading | None:
    """Several persons, each on a line of their own: `戴维同志 / 温岚同志`."""
    words = text.wordings.words
    lines = [line for line in text.lines if start <= line.start and line.end <= end and line.text.endswith(words.honorifics)]
    if len(lines) < 2 or any(second.index != first.index + 1 for first, second in pairwise(lines)):
        return None
    named = [_named(text, (line.start, line.end)) for line in lines]
    return HolderReading(tuple(name for one in named for name in one.recipients), (lines[0].start, lines[-1].end))


def _of_clause(text: CertificateText, clause: Span, verb_start: int) -> HolderReading | None:
    """The recipient at the start of a clause, before 在 / 于 / 完成 or the verb; None where the clause does not start with one."""
    words = text.wordings.words
    content = text.text[clause[0] : clause[1]]
    if content.startswith(words.addresses) and not content.endswith(words.team_suffixes):
        return None
    for honorific in words.honorifics:
        place = content.find(honorific)
        if 2 <= place <= 40:
            return _named(text, (clause[0], clause[0] + place + len(honorific)))
    cut = _CLAUSE_START.search(content)
    if cut and cut.start() == 0:
        return None
    addressed = next(
        (line.start for line in text.lines if clause[0] < line.start < clause[1] and line.text.startswith(words.addresses)), None
    )
    if addressed is not None and (cut is None or addressed < clause[0] + cut.start()):
        return _named(text, (clause[0], addressed))
    end = clause[0] + cut.start() if cut and cut.start() > 0 else clause[1]
    if end == clause[1] and clause[1] != verb_start:
        # A name between two commas: 上海某某公司刘一鸣，在2022年…中，…被授予.
        return _named(text, clause) if names_holder(text, clause) else None
    reading = _named(text, (clause[0], end))
    kinds = {holder_kind(squeeze(name), words) for name in reading.recipients}
    if not kinds or "unknown" in kinds:
        return None
    # 刘备荣获: a name of two to four characters right before a verb is a name only if nothing else says so; a person must look.
    plain = all(is_plain_name(squeeze(name), words) for name in reading.recipients)
    sure = kinds != {"person"} or plain or text.line_at(clause[0]).start == clause[0]
    return reading if sure else _doubtful(reading)


def _of_author(text: CertificateText, clause: Span, _verb_start: int) -> HolderReading | None:
    """`张三、李四等完成的《…》`."""
    match = _DONE_BY.search(text.text, *clause)
    if match is None or match["who"].startswith(text.wordings.words.addresses):
        return None
    reading = _named(text, match.span("who"))
    kinds = {holder_kind(squeeze(name), text.wordings.words) for name in reading.recipients}
    return reading if kinds and "unknown" not in kinds else None


def _beside_title(text: CertificateText, title: TitleReading | None) -> HolderReading | None:
    """A line above or below the title that names a person, team or organisation and nothing else: plaques, ornamental certificates."""
    if title is None:
        return None
    phrases = find_phrases(text.text, text.rulebook)
    giving = text.wordings.words.giving
    known = [one for one in phrases if one.label in ("AWARD", "ISSUER") and not text.line_at(one.start).text.startswith(giving)]
    above = [line for line in text.lines if line.end <= title.verb_start]
    first = min(end for _, end in title.spans)
    below = [
        line for line in text.lines if line.start >= first and not any(line.start < end and start < line.end for start, end in title.spans)
    ]
    candidates = [*reversed(above), *below[:2]]
    for wanted in ({"team", "person"}, {"organisation"}):
        for line in candidates:
            if line.role != "text" or text.in_entry(line.start) or any(line.start <= phrase.start < line.end for phrase in known):
                continue
            reading = _named(text, (_employer_above(text, line), line.end))
            kinds = {holder_kind(squeeze(name), text.wordings.words) for name in reading.recipients}
            strange = kinds == {"person"} and not _shows_person(text, line, reading)
            if kinds & wanted and "unknown" not in kinds and not strange and not (wanted == {"organisation"} and _is_last_name(text, line)):
                return reading if _stands_sure(text, line, kinds, line in above) else _doubtful(reading)
    return None


def _employer_above(text: CertificateText, line: TextLine) -> int:
    """Where a team's name starts: with its employer, if that alone stands on the line above."""
    above = text.lines[line.index - 1] if line.index else None
    if above is None or above.role != "text" or holder_kind(line.text, text.wordings.words) != "team" or _has_employer(text, line):
        return line.start
    return (
        above.start
        if above.text.endswith(text.wordings.words.employer_suffixes) and names_holder(text, (above.start, above.end))
        else line.start
    )


def _has_employer(text: CertificateText, line: TextLine) -> bool:
    return any(suffix in line.text for suffix in text.wordings.words.employer_suffixes)


def _shows_person(text: CertificateText, line: TextLine, reading: HolderReading) -> bool:
    """Whether a line by itself shows that it names persons: by surname or honorific. 照片 has the length of a name."""
    words = text.wordings.words
    return line.text.rstrip(":").endswith(words.honorifics) or all(is_plain_name(squeeze(name), words) for name in reading.recipients)


def _stands_sure(text: CertificateText, line: TextLine, kinds: set[HolderKind], above: bool) -> bool:
    if kinds == {"team"}:
        return above or names_holder(text, (line.start, line.end))
    return kinds == {"organisation"} and above


def _is_last_name(text: CertificateText, line: TextLine) -> bool:
    """Whether no organisation stands further down: then this one is the issuer, not the recipient."""
    below = (other for other in text.lines if other.index > line.index and other.role in ("text", "issuer"))
    return not any(holder_kind(other.text, text.wordings.words) == "organisation" or _ends_as_issuer(text, other) for other in below)


def _ends_as_issuer(text: CertificateText, line: TextLine) -> bool:
    dates = find_dates(line.text)
    name = line.text[: dates[0][0]] if dates else line.text
    return name.rstrip("()盖章公").endswith(text.rulebook.issuers.organisation_suffixes)


def _doubtful(reading: HolderReading) -> HolderReading:
    return replace(reading, factor=WEAK)


def _named(text: CertificateText, span: Span) -> HolderReading:
    """What a stretch names: persons, or a team without its employer's name, or an organisation; doubtful if it can be none of them, or
    if a middle dot was misread."""
    read = text.raw(span)
    raw = mended_dots(_with_whole_honorifics(read, text.wordings.words), text.wordings.words)
    reading = _named_in(text, span, raw)
    return reading if read.count("·") == raw.count("·") else _doubtful(reading)


def _with_whole_honorifics(raw: str, words: CertificateWording) -> str:
    """The stretch with an honorific that was broken over two lines put together."""
    for honorific in words.honorifics:
        raw = re.sub(r"\n".join(map(re.escape, honorific)), honorific, raw)
    return raw


def _named_in(text: CertificateText, span: Span, raw: str) -> HolderReading:
    words = text.wordings.words
    bare = _bare(raw, words)
    names, whole = split_names(_strip_courtesies(raw, words), words)
    plain = all(is_plain_name(name, words) for name in names)
    if names and whole and all(holder_kind(name, words) == "person" for name in names) and (plain or len(names) != 2):
        return HolderReading(tuple(names), span)
    if not bare:
        return HolderReading()
    alone = _person_beside_employer(raw, words)
    if alone:
        return HolderReading((alone,), span)
    employer, holder = _without_employer(bare, words)
    kind = holder_kind(holder, words)
    if kind == "person" and (is_plain_name(holder, words) or _has_honorific(raw, words) or not employer):
        return HolderReading((holder,), span)
    single = name_behind_attribute(_strip_courtesies(raw, words), words)
    if single and kind != "organisation" and (kind != "team" or _has_honorific(raw, words)):
        return HolderReading((single,), span)
    if kind == "team":
        # The recipient is whoever is addressed, employer included; the team goes by its own name.
        return HolderReading((bare,), span, holder, span)
    listed, all_names = split_names(_strip_courtesies(holder, words), words)
    # 某公司焊接、装配 may be two workshops; 某公司张三、李四同志 are two people.
    if listed and all_names and (not employer or (_has_honorific(raw, words) and all(is_plain_name(name, words) for name in listed))):
        return HolderReading(tuple(listed), span)
    if kind == "organisation" or employer == bare:
        return HolderReading((bare,), span)
    if employer:
        return HolderReading((bare,), span, holder, span, factor=WEAK)
    return HolderReading((bare,), span, factor=WEAK)


def _person_beside_employer(raw: str, words: CertificateWording) -> str:
    """The name on a line of its own, above or below a line that is the employer's: `岑斌 / 某某有限公司`; '' where it is not so."""
    lines = [squeeze(_strip_courtesies(line, words)) for line in raw.split("\n")]
    persons = [line for line in lines if is_plain_name(line, words)]
    employers = [line for line in lines if line.endswith(words.employer_suffixes)]
    return persons[0] if len(persons) == 1 and employers and len(persons) + len(employers) == len(lines) else ""


def _bare(raw: str, words: CertificateWording) -> str:
    """The squeezed stretch without verbs, courtesies, honorifics and addresses around the name."""
    bare = plain_dots(squeeze(raw)).strip(":,。;\"'为")
    if bare.startswith("“") and bare.endswith("”") and bare.count("“") == 1:
        bare = bare.strip("“”")
    for front in (*sorted(words.giving, key=len, reverse=True), *words.courtesies):
        bare = bare.removeprefix(front).lstrip(":")
    for address in sorted(words.addresses, key=len, reverse=True):
        bare = bare.removeprefix(address) or bare
    for honorific in sorted(words.honorifics, key=len, reverse=True):
        if bare.endswith(honorific) and len(bare) > len(honorific) + 1:
            return bare.removesuffix(honorific)
    return without_others(bare, words) if "、" not in bare else bare


def _has_honorific(raw: str, words: CertificateWording) -> bool:
    return squeeze(raw).rstrip(":,。;").endswith(words.honorifics)


def _without_employer(bare: str, words: CertificateWording) -> tuple[str, str]:
    """(employer, holder): the name of the employer that stands before a person's or team's name is split off; ('', bare) if there is
    none."""
    ends = "|".join(sorted(map(re.escape, words.employer_suffixes), key=len, reverse=True))
    match = re.fullmatch(rf"(.*(?:{ends}))(.+)", bare)
    if match is None or match[2] in words.team_suffixes or len(match[2]) < 2:
        return "", bare
    return match[1], match[2]


def _strip_courtesies(raw: str, words: CertificateWording) -> str:
    """The raw stretch without what is said around names: 授予, 尊敬的, 同志."""
    text = plain_dots(raw).replace("：", ":").strip(" :,。;\n　为")
    for front in (*sorted(words.giving, key=len, reverse=True), *words.courtesies):
        text = re.sub(rf"^\s*{re.escape(front)}\s*:?\s*", "", text)
    for honorific in words.honorifics:
        text = re.sub(rf"\s*{re.escape(honorific)}\s*(?=$|[、,;/\n])", "", text)
    return text
