"""Removing everything about one applicant, and proving that nothing is left.

Comes in: the settings and whom a person named. Goes out: originals, page pictures, rows, journal entries, backups and log lines removed; a
`Protocol` of what went, what stays because others need it, and where a search of all our folders still finds the person. Called by
`commands.privacy`.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from flows.applicant import applicants_called
from flows.backups import backup_folder, make_backup
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from flows.rejudge import replay
from flows.snapshots import Publisher
from flows.watch_state import Desk
from schemas.base import Frozen
from schemas.errors import GongjiangError, WarehouseUnavailable
from schemas.settings import Settings
from warehouse.backup import backups
from warehouse.connection import open_as_it_is, open_read_only, open_warehouse
from warehouse.erase import Trace, erase, rewrite_file, tables_with, trace
from warehouse.journal import Entry, FindingEntry, NoticeEntry, ValueEntry, journal_of, rewrite
from warehouse.recording import take_up_journal

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_REGISTERS = frozenset({"prior_titles", "bans", "recommending_units", "registers"})
_DEEPEST, _LARGEST = 4, 200 * 2**20  # containers within containers; bytes unpacked of one member
_REMOVED = "［已删除］"


class Protocol(Frozen):
    """What was done. `found` are places (where, which of the person's data) that other people's material explains; `remains` are not."""

    originals: int
    pages: int
    rows_files: int
    backups: tuple[str, ...]
    new_backup: str
    journal: int
    logs: int
    shared: tuple[str, ...]
    paths: tuple[str, ...]
    searched: int
    found: tuple[str, ...]
    remains: tuple[str, ...]


def planned(settings: Settings, typed: str) -> Trace:
    """What there is of the one person that `typed` names. Raises ApplicantNotFound, WarehouseUnavailable."""
    with open_read_only(settings.warehouse) as warehouse:
        found = applicants_called(warehouse, typed)
        return trace(warehouse, [one.applicant_id for one in found], found[0].name)


def purge_applicant(settings: Settings, plan: Trace) -> Protocol:
    """Remove and search. Raises WarehouseUnavailable where a watch or a page has the warehouse; nothing is removed then."""
    if Desk(settings).watched() is not None:
        raise WarehouseUnavailable("监视正在使用这个仓库，不能删除。", "请先停止 gongjiang watch 或 gongjiang serve，再运行一次。")
    # The rows last: a purge that was cut short finds by them what is left, when it is run again.
    with open_warehouse(settings.warehouse) as warehouse:
        take_up_journal(warehouse)
        originals, pages = _remove_contents(settings, plan)
        removed = _remove_backups(settings, plan)
        logs = _clean_texts(settings, plan)
        journal = rewrite(journal_of(settings.warehouse), lambda entry: _without(entry, plan))
        erase(warehouse, plan)
    replay(settings, apply=True)
    rewrite_file(settings.warehouse)
    _publish_anew(settings)
    made = make_backup(settings, None, None).backup if removed else None
    searched, found, remains = _search(settings, plan)
    return Protocol(
        originals=originals,
        pages=pages,
        rows_files=len(plan.file_ids),
        backups=tuple(removed),
        new_backup="" if made is None else str(made.folder),
        journal=journal,
        logs=logs,
        shared=tuple(path for path, _ in plan.shared),
        paths=plan.paths,
        searched=searched,
        found=tuple(found),
        remains=tuple(remains),
    )


def plan_lines(plan: Trace) -> Iterator[str]:
    """What would go, in words."""
    yield f"申报人 {plan.name}（编号 {'、'.join(plan.applicant_ids)}）：文件 {len(plan.file_ids)} 个，材料 {len(plan.document_ids)} 份。"
    yield f"将删除原件 {len(plan.originals)} 个，以及库中记录、页面图像、人工决定、审查意见和含有此人的备份。"
    yield from (f"与他人共用、不能分割的原件：{path}" for path, _ in plan.shared)


def protocol_lines(done: Protocol) -> Iterator[str]:
    """The protocol, in words."""
    yield f"已删除：原件 {done.originals} 个，页面图像 {done.pages} 张。"
    yield f"已删除：收件记录 {done.rows_files} 条，决定记录 {done.journal} 条，日志 {done.logs} 个文件。"
    yield "仓库文件已重写，删除的记录不再留在文件里；其余申报人已重新审查。"
    yield from (f"已删除备份：{name}" for name in done.backups)
    if done.new_backup:
        yield f"已另做一份新备份：{done.new_backup}"
    yield from (f"保留（与他人共用）：{path}" for path in done.shared)
    yield f"核查：逐字节查找姓名、证件号、电话，共 {done.searched} 个文件（压缩包、Word、邮件展开后查找）。"
    yield "图像和 PDF 里的字不能这样查找，按文件和页删除。"
    yield from (f"另有出现（他人材料、同名或名册，未改动）：{one}" for one in done.found)
    yield from (f"仍有残留：{one}" for one in done.remains)
    nothing = "除上面列出的共用原件和他人材料外，没有残留。" if done.shared or done.found else "没有残留。"
    yield "仍有残留，请处理后再运行一次。" if done.remains else nothing
    yield "收件文件夹、邮箱和别处的副本不归本程序管理，请自行删除，否则再次读入时会重新入库："
    yield from (f"  {path}" for path in done.paths)


def _without(entry: Entry, plan: Trace) -> Entry | None:
    """A journal entry as it may stay."""
    if isinstance(entry, NoticeEntry):
        asked = tuple(one for one in entry.asked if one.applicant_id not in plan.applicant_ids)
        gone = {*plan.finding_ids, *(one.finding_id for one in entry.asked if one not in asked)}
        ids = tuple(one for one in entry.finding_ids if one not in gone)
        return entry.model_copy(update={"asked": asked, "finding_ids": ids})
    if isinstance(entry, ValueEntry):
        return None if entry.document_id in plan.document_ids else entry
    if isinstance(entry, FindingEntry):
        return None if entry.applicant_id in plan.applicant_ids or entry.finding_id in plan.finding_ids else entry
    subject = entry.subject if entry.kind == "copies" else entry.applicant_id
    return None if subject in plan.applicant_ids else entry


def _remove_contents(settings: Settings, plan: Trace) -> tuple[int, int]:
    archive, store = OriginalArchive(settings.originals_dir), PageStore(settings.pages_dir)
    backed_up = OriginalArchive(backup_folder(settings) / "originals")
    originals = pages = 0
    for sha256 in plan.originals:
        for place in (archive.location(sha256), backed_up.location(sha256)):
            originals += place.exists()
            place.unlink(missing_ok=True)
    for sha256 in plan.pages:
        folder = store.location(sha256, 1).parent
        pages += len(list(folder.glob("*.jpg")))
        shutil.rmtree(folder, ignore_errors=True)
    for sha256, page in plan.shared_pages:
        pages += store.location(sha256, page).exists()
        store.location(sha256, page).unlink(missing_ok=True)
    return originals, pages


def _remove_backups(settings: Settings, plan: Trace) -> list[str]:
    """Backups, snapshots and set-aside files that know the person, or cannot be read to say that they do not."""
    removed = []
    for backup in backups(backup_folder(settings)):
        if _knows(backup.folder / "warehouse.duckdb", plan):
            shutil.rmtree(backup.folder)
            removed.append(str(backup.folder))
    aside = settings.warehouse.parent.glob(f"{settings.warehouse.stem}-停用-*")
    for path in [*aside, *_snapshots(settings)]:
        path.unlink()
        removed.append(str(path))
    return removed


def _publish_anew(settings: Settings) -> None:
    """The snapshot from the rewritten file: one made while rows were being removed still holds their bytes."""
    for path in _snapshots(settings):
        path.unlink()
    if settings.snapshot_seconds > 0:
        with open_warehouse(settings.warehouse) as warehouse:
            Publisher(warehouse, settings).publish()


def _snapshots(settings: Settings) -> list[Path]:
    """The published snapshot, and what a publishing that was cut short left beside it."""
    name, folder = settings.snapshot_file.name, settings.snapshot_file.parent
    return [*folder.glob(f"{name}*"), *folder.glob(f".{name}*")]


def _knows(path: Path, plan: Trace) -> bool:
    try:
        with open_as_it_is(path, read_only=True) as copy:
            ids = list(plan.applicant_ids)
            if copy.execute("SELECT 1 FROM core.applicants WHERE list_contains(?::VARCHAR[], applicant_id)", [ids]):
                return True
            return any(tables_with(copy, token).keys() - _REGISTERS for token in plan.tokens)
    except GongjiangError:
        return True


def _clean_texts(settings: Settings, plan: Trace) -> int:
    """Log files and the status page: the person's data replaced by a word. Returns how many files changed."""
    changed = 0
    page = settings.status_page
    for path in [*(settings.cache_dir / "logs").glob("*"), *([page] if page and page.is_file() else [])]:
        text = before = path.read_text(encoding="utf-8", errors="surrogateescape") if path.is_file() else ""
        for token in plan.tokens:
            text = text.replace(token, _REMOVED)
        if text != before:
            path.write_text(text, encoding="utf-8", errors="surrogateescape")
            changed += 1
    return changed


def _search(settings: Settings, plan: Trace) -> tuple[int, list[str], list[str]]:
    """Look for the person in the tables, then in the bytes of every file of ours: (files, explained places, unexplained ones)."""
    found: list[str] = []
    remains: list[str] = []
    in_tables: set[str] = set()
    with open_read_only(settings.warehouse) as warehouse:
        for token in plan.tokens:
            for table, rows in tables_with(warehouse, token).items():
                explained = table in _REGISTERS or token == plan.name
                in_tables.add(token)
                (found if explained else remains).append(f"库表 {table}，{_kind(token, plan)} {rows} 处")
    shared = {sha256 for _, sha256 in plan.shared}
    searched = 0
    for path in _our_files(settings):
        searched += 1
        tokens = {token for token in plan.tokens for data in _unpacked(path.read_bytes()) if _holds(data, token)}
        for token in sorted(tokens):
            others = path.name in shared or (token == plan.name and path.is_relative_to(settings.originals_dir))
            same_rows = token in in_tables and path.suffix == ".duckdb"
            (found if others or same_rows else remains).append(f"文件 {path}，{_kind(token, plan)}")
    return searched, found, remains


def _our_files(settings: Settings) -> Iterator[Path]:
    folders = [settings.originals_dir, settings.pages_dir, backup_folder(settings), settings.work_dir, settings.cache_dir / "logs"]
    beside = [path for path in settings.warehouse.absolute().parent.glob(f"*{settings.warehouse.stem}*") if path.is_file()]
    databases = [path for path in settings.cache_dir.rglob("*.db*") if path.is_file()]  # Prefect's records
    inside = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    yield from sorted(
        {*beside, *databases, *inside, *([settings.status_page] if settings.status_page and settings.status_page.is_file() else [])}
    )


def _holds(data: bytes, token: str) -> bool:
    return any(token.encode(encoding) in data for encoding in _ENCODINGS)


def _unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes themselves, and those of everything packed in them: zip and Office files, attachments of e-mails."""
    yield data
    if depth == _DEEPEST:
        return
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    if member.file_size <= _LARGEST and not member.flag_bits & 1:
                        yield member.filename.encode("utf-8", "surrogateescape")
                        yield from _unpacked(archive.read(member), depth + 1)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, EOFError, UnicodeError):
            return
    elif b"\nMIME-Version:" in data[:65536] or data[:5] == b"From:":
        for part in message_from_bytes(data).walk():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _unpacked(content, depth + 1)


def _kind(token: str, plan: Trace) -> str:
    """Which of the person's data it is; the data itself does not go into the protocol."""
    return "姓名" if token == plan.name else "证件号" if len(token) >= 15 else "电话等号码"
