"""`gongjiang backup` and `gongjiang restore`, also while a watch has the warehouse.

Comes in: the settings and the folders that a person named. Goes out: a backup (or a request that the watch honours as soon as its batch is
done), or the restored warehouse. Called by `commands.safekeeping` and, for requests and the daily backup, by `serve`.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

from flows.inbox import SHANGHAI
from flows.watch_state import BackupAnswer, BackupRequest, Desk
from schemas.base import Frozen
from schemas.errors import GongjiangError, WarehouseUnavailable
from schemas.settings import Settings
from warehouse.backup import Backup, BackupFailed, back_up, backups, copy_missing, newest, prune, restore
from warehouse.connection import open_as_it_is

log = logging.getLogger(__name__)
_ORIGINALS = "originals"
# How long a person waits at the terminal for a watch in the middle of a batch; then they are told that the backup will be made.
PATIENCE_SECONDS = 5.0


class Asked(Frozen):
    """What `backup` came to: a finished backup, or a request that the watch will honour (`backup` is None)."""

    backup: Backup | None
    originals: int = 0
    folder: Path


class Restored(Frozen):
    """What `restore` did: the backup, where the warehouse that stood there before is kept, how many originals came back."""

    backup: Backup
    kept: Path | None
    originals: int


def backup_folder(settings: Settings) -> Path:
    """Where backups go: as set, or beside the warehouse."""
    return settings.backup_dir or settings.warehouse.absolute().with_name(f"{settings.warehouse.stem}-backups")


def make_backup(settings: Settings, target: Path | None, originals: Path | None, patience: float = PATIENCE_SECONDS) -> Asked:
    """Make a backup now, or ask the watch that has the warehouse to make it.

    Raises:
        WarehouseUnavailable: the warehouse is absent, or held by something that takes no requests.
        WarehouseDamaged, BackupFailed: there is no new backup; the earlier ones are untouched.
    """
    folder = (target or backup_folder(settings)).absolute()
    try:
        return _backed_up(settings, folder, originals)
    except WarehouseUnavailable:
        desk = Desk(settings)
        if desk.watched() is None:
            raise
        return _asked(desk, folder, originals, patience)


def honour_request(settings: Settings) -> None:
    """Make the backup that somebody asked for; called by the watch when it does not have the warehouse open. Never raises."""
    desk = Desk(settings)
    request = desk.request()
    if request is None:
        return
    try:
        asked = _backed_up(settings, request.folder, request.originals)
        answer = BackupAnswer(id=request.id, folder=None if asked.backup is None else asked.backup.folder)
    except GongjiangError as error:
        answer = BackupAnswer(id=request.id, error=str(error))
    try:
        desk.reply(answer)
    except OSError as error:
        log.warning("a backup was made but not reported: %s", error)


def daily_backup(settings: Settings, now: datetime) -> Backup | None:
    """A backup if the last one is older than `settings.backup_hours` and the warehouse has changed since; None if none was due.

    Raises: as for `make_backup`.
    """
    if settings.backup_hours == 0 or not settings.warehouse.is_file():
        return None
    changed_at = datetime.fromtimestamp(settings.warehouse.stat().st_mtime, SHANGHAI)
    made = backups(backup_folder(settings))
    last = made[0].manifest.made_at if made else None
    if last is not None and (now - last < timedelta(hours=settings.backup_hours) or changed_at <= last):
        return None
    return _backed_up(settings, backup_folder(settings), None).backup


def restore_backup(settings: Settings, place: Path, originals: Path | None) -> Restored:
    """Put a backup in the place of the warehouse, and the originals that are missing back into their archive.

    Raises:
        BackupUnusable, WarehouseUnavailable, BackupFailed: see `warehouse.backup`; a running watch must be stopped first.
    """
    if Desk(settings).watched() is not None:
        raise WarehouseUnavailable(
            "监视正在使用这个仓库，不能恢复。",
            "请先停止 gongjiang watch 或 gongjiang serve（服务），再运行一次。",
            path=str(settings.warehouse),
        )
    backup = newest(place)
    kept = restore(backup, settings.warehouse, datetime.now(SHANGHAI))
    archive = backup.folder.parent / _ORIGINALS
    returned = copy_missing(archive, originals) if originals is not None and archive.is_dir() else 0
    return Restored(backup=backup, kept=kept, originals=returned)


def _backed_up(settings: Settings, folder: Path, originals: Path | None) -> Asked:
    if originals is not None and not originals.is_dir():
        raise BackupFailed("没有找到原件档案文件夹。", "请检查 --originals 指向的位置。", path=str(originals))
    # The originals first: what the warehouse then names is among them.
    copied = 0 if originals is None else copy_missing(originals, folder / _ORIGINALS)
    with open_as_it_is(settings.warehouse, read_only=False) as warehouse:
        made = back_up(warehouse, folder, datetime.now(SHANGHAI), _version())
    prune(folder, settings.backup_keep)
    return Asked(backup=made, originals=copied, folder=folder)


def _asked(desk: Desk, folder: Path, originals: Path | None, patience: float) -> Asked:
    request = BackupRequest(id=uuid.uuid4().hex, folder=folder, originals=originals and originals.absolute())
    try:
        desk.ask(request)
    except OSError as error:
        raise BackupFailed(f"无法通知正在运行的监视（{error.strerror}）。", "请检查工作文件夹的权限，或停止监视后再备份。") from error
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        answer = desk.answer()
        if answer is not None and answer.id == request.id:
            if answer.folder is None:
                raise BackupFailed(answer.error or "备份没有做成。")
            return Asked(backup=newest(answer.folder), folder=folder)
        time.sleep(0.1)
    return Asked(backup=None, folder=folder)


def _version() -> str:
    try:
        return metadata.version("gongjiang")
    except metadata.PackageNotFoundError:  # run from a checkout
        return "checkout"
