"""Load the rulebook: `rulebook/*.yaml` and one edition, checked as a whole.

Comes in: the folder of the rulebook and the file of an edition. Goes out: one frozen `Rulebook` with the version that every verdict
carries, or one `RulebookInvalid` that lists every mistake in all files. Called by `flows` at the start of a run; the only module of
`pipeline` that reads files.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from schemas.base import Frozen
from schemas.calibration import Calibration
from schemas.codes import FIELD_NAMES
from schemas.errors import RulebookInvalid
from schemas.faults import faults
from schemas.rules import Awards, Documents, Edition, Findings, Issuers, NoticeRules, Rulebook

_CALIBRATION = "calibration.json"  # JSON, which is YAML too: a program writes it
PARTS: dict[str, type[Frozen]] = {"documents": Documents, "issuers": Issuers, "awards": Awards, "findings": Findings}

MATERIAL = frozenset(
    {"application_form", "electronic_form", "paper_form", "id_card", "union_card", "certificate", "recommendation_summary"}
)
NEEDED_CLAUSES = ("window", "issuer", "recipient", "certificate")

Problem = tuple[str, str, str]  # file, path inside it, what is wrong (Chinese)


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str | int | float) and key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key}”写了两次", key_node.start_mark)
            if isinstance(key, str | int | float):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load_rulebook(rulebook_dir: Path, edition_file: Path, calibration: Path | None = None) -> Rulebook:
    """Read and check the four files of `rulebook_dir`, the edition, and the calibration: the given one, else that of `rulebook_dir`.

    A rulebook without a calibration is sound: confidences are then the readers' scores.
    Raises `RulebookInvalid` with every mistake in all files at once. The version is `<edition>-<8 hex digits>` over the files' texts, so
    that any change of a rule changes the version.
    """
    problems: list[Problem] = []
    texts: list[str] = []
    parts: dict[str, Any] = {}
    files = {name: (rulebook_dir / f"{name}.yaml", model) for name, model in PARTS.items()} | {"edition": (edition_file, Edition)}
    shipped = rulebook_dir / _CALIBRATION
    if calibration is not None or shipped.exists():
        files["calibration"] = (calibration or shipped, Calibration)
    for name, (path, model) in files.items():
        text = _read(path, problems)
        texts.append(text or "")
        parts[name] = None if text is None else _parse(path.name, text, model, problems)
    for name, check in _CHECKS.items():
        if parts[name] is not None:
            problems.extend((files[name][0].name, where, what) for where, what in check(parts[name]))
    if parts["awards"] is not None and parts["issuers"] is not None:
        problems.extend((files["awards"][0].name, where, what) for where, what in _unknown_issuers(parts["awards"], parts["issuers"]))
    if problems:
        raise _invalid(problems)
    return Rulebook(version=_version(parts["edition"], texts), **parts)


def _version(edition: Edition, texts: list[str]) -> str:
    digest = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()
    return f"{edition.edition}-{digest[:8]}"


def _invalid(problems: list[Problem]) -> RulebookInvalid:
    lines = [f"- {file}: {where}: {what}" if where else f"- {file}: {what}" for file, where, what in problems]
    return RulebookInvalid(f"规则文件有 {len(problems)} 处错误，没有加载：\n" + "\n".join(lines) + "\n", "请按上面的提示改正后重试。")


def _read(path: Path, problems: list[Problem]) -> str | None:
    try:
        # Line ends are unified so that a checkout on another system has the same version.
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        problems.append((path.name, "", "文件不存在"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append((path.name, "", f"文件无法读取（{error.__class__.__name__}），应为 UTF-8 文本"))
    return None


def _parse(file: str, text: str, model: type[Frozen], problems: list[Problem]) -> Frozen | None:
    try:
        data = yaml.load(text, Loader=_UniqueKeyLoader)  # a SafeLoader subclass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f"第{mark.line + 1}行"
        problems.append((file, where, f"YAML 语法错误：{error.problem}"))
        return None
    except (yaml.YAMLError, ValueError) as error:
        problems.append((file, "", f"YAML 语法错误：{error}"))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems.extend((file, where, what) for where, what in faults(error))
        return None


Checked = Iterator[tuple[str, str]]


def _check_edition(edition: Edition) -> Checked:
    for key in ("required_fields", "mismatch_fields", "compared_texts"):
        fields = getattr(edition, key)
        yield from _unknown(key, fields, FIELD_NAMES, "没有这个栏目")
        yield from _twice(key, fields)
    yield from _unknown("required_material", edition.required_material, MATERIAL, "没有这种材料")
    for key in NEEDED_CLAUSES:
        if key not in edition.clauses:
            yield f"clauses.{key}", "缺少条款"
    if edition.window.years < 1:
        yield "window.years", "至少为 1 年"


def _check_issuers(issuers: Issuers) -> Checked:
    yield from _twice("issuers", [issuer.id for issuer in issuers.issuers] + [pattern.id for pattern in issuers.patterns])
    named = [(issuer, name) for issuer in issuers.issuers for name in issuer.names]
    yield from _twice("issuers", [text for _, name in named for text in (name.name, *name.short_forms)])
    for issuer, name in named:
        if name.valid_from and name.valid_to and name.valid_from > name.valid_to:
            yield f"issuers.{issuer.id}.{name.name}", "启用日期晚于停用日期"
    for pattern in issuers.patterns:
        yield from _bad_regex(f"patterns.{pattern.id}", pattern.pattern)
    yield from _bad_regex("separators", issuers.separators)
    yield from _bad_regex("joint_openings", issuers.joint_openings)


def _check_awards(awards: Awards) -> Checked:
    yield from _twice("awards", [award.id for award in awards.awards])
    yield from _twice("awards", [title for award in awards.awards for title in (award.title, *award.aliases)])
    yield from _twice("grades", awards.grades)
    yield from _twice("levels", awards.levels)
    for award in awards.awards:
        if award.level is not None and award.level not in awards.levels:
            yield f"awards.{award.id}.level", f"levels 中没有“{award.level}”"
        if [era.until for era in award.eras] != sorted({era.until for era in award.eras}):
            yield f"awards.{award.id}.eras", "各时期应按年份由早到晚排列"
    for wording in awards.certificate.ranks:
        if wording.count("{n}") != 1:
            yield "certificate.ranks", f"“{wording}”应有且只有一个 {{n}}"
    yield from _unknown("level_synonyms", awards.level_synonyms, awards.levels, "levels 中没有这个级别")


def _check_documents(documents: Documents) -> Checked:
    for rule in documents.documents:
        for pattern in (*(cue.pattern for cue in rule.cues), *rule.opens):
            yield from _bad_regex(f"documents.{rule.doc_type}", pattern)
    for group in documents.fields:
        where = f"fields.{group.doc_type}"
        approvals = [
            field
            for approval in group.approvals
            for field in (approval.text_field, approval.date_field, approval.signature_field, approval.seal_field)
            if field is not None
        ]
        for kind, fields in (
            ("fields", [rule.field for rule in group.fields]),
            ("columns", [rule.field for rule in group.columns]),
            ("declarations", [rule.field for rule in group.declarations]),
            ("approvals", approvals),
            ("seal_field", [] if group.seal_field is None else [group.seal_field]),
        ):
            yield from _unknown(f"{where}.{kind}", fields, FIELD_NAMES, "没有这个栏目")


def _check_findings(findings: Findings) -> Checked:
    yield from _twice("findings", [rule.code for rule in findings.findings])
    yield from _unknown("field_titles", findings.field_titles, FIELD_NAMES, "没有这个栏目")
    for rule in findings.findings:
        for wording in (rule.message, *rule.variants.values()):
            try:
                list(string.Formatter().parse(wording))
            except ValueError as error:
                yield f"findings.{rule.code}.message", f"占位符写法有误（{error}）"
        yield from _unknown(f"findings.{rule.code}.variant_severities", rule.variant_severities, rule.variants, "没有这种情形")
    known = {rule.code for rule in findings.findings}
    for item in findings.checklist:
        yield from _unknown(f"checklist.{item.title}", item.codes, known, "没有这种意见")
    listed = {code for item in findings.checklist for code in item.codes}
    if findings.checklist and known - listed:
        yield "checklist", f"没有列入审查表：{'、'.join(sorted(known - listed))}"
    yield from _check_notice(findings.notice, known)
    comparison = findings.comparison
    for pattern in (
        *comparison.chinese_nationalities,
        *comparison.foreign_nationalities,
        comparison.phone_pattern,
        comparison.postcode_pattern,
    ):
        yield from _bad_regex("comparison", pattern)


def _check_notice(notice: NoticeRules, known: set[str]) -> Checked:
    sorted_codes = [*notice.ask, *notice.tell, *notice.ours]
    yield from _unknown("notice", sorted_codes, known, "没有这种意见")
    yield from _twice("notice", sorted_codes)
    if sorted_codes and known - set(sorted_codes):
        yield "notice", f"没有写明是否写进补正通知：{'、'.join(sorted(known - set(sorted_codes)))}"
    yield from ((f"notice.ask.{code}", "没有写明请对方做什么") for code, demand in notice.ask.items() if not demand.strip())


_CHECKS: dict[str, Callable[[Any], Checked]] = {
    "edition": _check_edition,
    "issuers": _check_issuers,
    "awards": _check_awards,
    "documents": _check_documents,
    "findings": _check_findings,
}


def _unknown_issuers(awards: Awards, issuers: Issuers) -> Checked:
    names = {name.name for issuer in issuers.issuers for name in issuer.names}
    patterns = [re.compile(pattern.pattern) for pattern in issuers.patterns if _compiles(pattern.pattern)]
    for award in awards.awards:
        for name in (*award.usual_issuers, *(name for era in award.eras for name in era.usual_issuers)):
            if name not in names and not any(pattern.search(name) for pattern in patterns):
                yield f"awards.{award.id}.usual_issuers", f"issuers.yaml 中没有“{name}”"


def _unknown(where: str, values: Iterable[str], known: Iterable[str], complaint: str) -> Checked:
    allowed = set(known)
    return ((where, f"“{value}”：{complaint}") for value in values if value not in allowed)


def _twice(where: str, values: Iterable[str]) -> Checked:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield where, f"“{value}”出现了两次"
        seen.add(value)


def _bad_regex(where: str, pattern: str) -> Checked:
    try:
        re.compile(pattern)
    except re.error as error:
        yield where, f"正则表达式“{pattern}”有误（{error}）"


def _compiles(pattern: str) -> bool:
    return next(_bad_regex("", pattern), None) is None
