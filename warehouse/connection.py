"""Opening the warehouse: one ordinary DuckDB file, one writer at a time.

Comes in: a path. Goes out: a `Warehouse`, migrated (for writing) or verified (read-only), through which every other module of this
package works. Called by `flows` and by the readers here.

While a process holds the file for writing no other can open it. Never open, copy or hash the file inside that process: closing any second
handle drops its POSIX lock, and another writer would get in unseen. Never fork with a warehouse open.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from schemas.errors import GongjiangError, WarehouseBusy, WarehouseDamaged, WarehouseUnavailable
from warehouse.migrate import applied_migrations, migrate, verify

# No SQL of ours touches another file or the network; a value that became SQL by mistake shall not either.
CLOSED_WORLD: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# Somebody's quick query may hold the file for a moment; a longer lock is reported at once.
LOCK_PATIENCE_SECONDS = 1.0


class Warehouse:
    """An open warehouse. A context manager: leaving it writes everything into the file and lets go of it.

    Threads may share it; each transaction holds the warehouse for itself, against other openings in this process as well.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._turn = threading.RLock()
        self._writing = _writers_turn(path)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def execute(self, sql: str, parameters: Sequence[object] | dict[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows. A failing disk is a `WarehouseUnavailable`, a damaged file a `WarehouseDamaged`."""
        with self._turn, self._disk_errors_explained():
            return self._connection.execute(sql, parameters).fetchall()

    def table(self, sql: str, parameters: Sequence[object] | None = None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Run one query and return its column names and all its rows. Errors as for `execute`."""
        with self._turn, self._disk_errors_explained():
            result = self._connection.execute(sql, parameters)
            return tuple(column[0] for column in result.description or ()), result.fetchall()

    @contextmanager
    def transaction(self) -> Iterator[Warehouse]:
        """All statements inside happen, or none of them."""
        with self._writing, self._turn:
            self._connection.begin()
            try:
                yield self
            except BaseException:
                self._roll_back()
                raise
            with self._disk_errors_explained():
                self._connection.commit()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Everything is in the file itself, and nobody in this process writes, while this lasts: the moment to copy the file."""
        with self._writing, self._turn:
            if not self.read_only:
                with self._disk_errors_explained():
                    self._connection.execute("CHECKPOINT")
            yield

    def close(self) -> None:
        """Write the log into the file (so that a copy of the one file is whole) and close it. Closing twice is harmless."""
        with self._writing, self._turn:
            try:
                if not self.read_only:
                    with self._disk_errors_explained():
                        self._connection.execute("CHECKPOINT")
            except duckdb.ConnectionException:
                return  # closed before
            finally:
                self._connection.close()

    def _roll_back(self) -> None:
        # After a full disk DuckDB may have ended the transaction itself; that must not hide the error on its way up.
        with suppress(duckdb.Error):
            self._connection.rollback()

    @contextmanager
    def _disk_errors_explained(self) -> Iterator[None]:
        # Other packages do not know DuckDB: what a user can remedy reaches them in our words. Mistakes of ours stay as they are.
        try:
            yield
        except duckdb.Error as error:
            if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.SerializationException) or _is_full_disk(error):
                raise _explained(error, self.path) from error
            raise


# The watch and the review page of one process each have the warehouse open; who writes has it for himself, whoever opened it.
_WRITERS: dict[Path, threading.RLock] = {}
_WRITERS_TURN = threading.Lock()


def _writers_turn(path: Path) -> threading.RLock:
    with _WRITERS_TURN:
        return _WRITERS.setdefault(path.resolve(), threading.RLock())


def open_warehouse(path: Path) -> Warehouse:
    """Open for writing, create if absent, and bring the structure up to date.

    Raises:
        WarehouseUnavailable: another process has it open, or it may not be written.
        WarehouseDamaged: not a DuckDB file, damaged, or made by a newer version.
    """
    if not path.parent.is_dir():
        raise WarehouseUnavailable("存放仓库的文件夹不存在。", "请先建立该文件夹，或改用 --warehouse 指定别的位置。", path=str(path))
    connection = _connect(path, read_only=False)
    try:
        migrate(connection)
    except BaseException as error:
        connection.close()
        raise _explained(error, path) from error
    return Warehouse(connection, path, read_only=False)


def open_as_it_is(path: Path, *, read_only: bool) -> Warehouse:
    """Open an existing warehouse without bringing its structure up to date: a backup keeps what is there, of whatever version.

    Raises:
        WarehouseUnavailable: absent, or open in another process.
        WarehouseDamaged: not a DuckDB file, damaged, or no warehouse of ours.
    """
    if not path.is_file():
        raise WarehouseUnavailable("还没有仓库文件。", "请先用 gongjiang ingest 读入材料，或用 --warehouse 指定仓库文件。", path=str(path))
    connection = _connect(path, read_only=read_only)
    try:
        if applied_migrations(connection) is None:
            raise WarehouseDamaged("这个文件不是质量工匠申报材料的仓库。", "请检查 --warehouse 指向的文件是否正确。")
    except BaseException as error:
        connection.close()
        raise _explained(error, path) from error
    return Warehouse(connection, path, read_only=read_only)


def open_read_only(path: Path) -> Warehouse:
    """Open for reading; several processes may do so at once.

    Raises:
        WarehouseUnavailable: absent, being written by another process, or not yet upgraded.
        WarehouseDamaged: as for `open_warehouse`.
    """
    connection = connect_read_only(path)
    try:
        verify(connection)
    except BaseException as error:
        connection.close()
        raise _explained(error, path) from error
    return Warehouse(connection, path, read_only=True)


def connect_read_only(path: Path, **settings: str) -> duckdb.DuckDBPyConnection:
    """A bare read-only connection that can reach no other file; `settings` are DuckDB's. Errors as for `open_read_only`."""
    if not path.is_file():
        raise WarehouseUnavailable("还没有仓库文件。", "请先用 gongjiang ingest 读入材料，或用 --warehouse 指定仓库文件。", path=str(path))
    return _connect(path, read_only=True, **settings)


def _connect(path: Path, *, read_only: bool, **settings: str) -> duckdb.DuckDBPyConnection:
    give_up = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config={**CLOSED_WORLD, **settings})
            connection.execute("SET TimeZone = 'Asia/Shanghai'")
            return connection
        except duckdb.Error as error:
            explained = _explained(error, path)
            if not (_is_lock(error) and time.monotonic() < give_up):
                raise explained from error
            time.sleep(0.2)


def _is_lock(error: BaseException) -> bool:
    text = str(error)
    return "lock on file" in text or "being used by another process" in text


def _is_full_disk(error: BaseException) -> bool:
    return any(sign in str(error) for sign in ("No space left", "Could not write", "File too large", "disk is full"))


def _explained(error: BaseException, path: Path) -> BaseException:
    """The error as a sentence with a remedy; what is no fault of the file passes unchanged."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, GongjiangError):
        error.path = error.path or str(path)
        return error
    if not isinstance(error, duckdb.Error):
        return error
    if _is_lock(error):
        return WarehouseBusy(
            "仓库正被另一个程序占用，暂时打不开。",
            "请等正在运行的 gongjiang 结束，或关闭打开了该文件的数据库工具，然后重试。",
            path=str(path),
        )
    if isinstance(error, duckdb.ConnectionException) and "different configuration" in text:
        return WarehouseUnavailable("本程序已经以另一种方式打开了这个仓库。", "请先关闭它再打开。", path=str(path))
    if any(sign in text for sign in ("Permission denied", "Read-only file system", "Is a directory", "No such file", "Cannot open file")):
        return WarehouseUnavailable("没有权限打开或写入仓库文件。", f"请检查该位置的读写权限（{text}）。", path=str(path))
    if _is_full_disk(error):
        return WarehouseUnavailable("磁盘空间不足，无法写入仓库。", "请清理磁盘后重试；已入库的内容没有丢失。", path=str(path))
    return WarehouseDamaged(
        "仓库文件已损坏，或者不是 DuckDB 文件。",
        f"请不要改动它，用 gongjiang restore 从备份恢复（损坏的文件会另存，不会删除）；没有备份时可换一个新文件重新读入材料（{text}）。",
        path=str(path),
    )
