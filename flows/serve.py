"""What `watch` and `serve` have in common: the watcher with everything around it, from the first look to an orderly end.

Comes in: a folder and the settings. Goes out: runs of the main job, the status page, backups, notifications, until a signal says stop.
Called by `commands.serving`; `orchestrated` by `ingest` as well.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.logs import guard_other_loggers, log_to
from schemas.errors import GongjiangError, WarehouseUnavailable
from schemas.settings import Settings

if TYPE_CHECKING:
    from flows.orchestration import Orchestration
    from flows.reading_pool import ReadingPool
    from flows.status_page import Board
    from flows.summary import RunSummary
    from flows.watch import Watcher

log = logging.getLogger(__name__)
_BACKUP_LOOK_SECONDS = 600.0  # between two questions whether a backup is due


@contextmanager
def orchestrated(settings: Settings, *, ui: bool = False) -> Iterator[tuple[Orchestration, ReadingPool]]:
    """Prefect's server starting in the background, and the reading workers; both gone at the end."""
    from flows.orchestration import Orchestration
    from flows.reading_pool import ReadingPool
    from warehouse.connection import open_read_only

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop is as orderly as Ctrl-C
    try:
        log_to(settings.cache_dir / "logs")
        settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = "请换一个可以写入的位置：仓库用 --warehouse 指定，工作文件夹用环境变量 GONGJIANG_CACHE_DIR 指定。"
        raise GongjiangError(f"无法建立文件夹 {error.filename}（{error.strerror}）。", remedy) from error
    with suppress(WarehouseUnavailable):  # absent, locked or older: not yet the time; a damaged one is told before anything is started
        open_read_only(settings.warehouse).close()
    with Orchestration(settings, ui=ui) as orchestration, ReadingPool(settings) as pool:
        # Prefect may be imported from here on. Runs bear our mark, so that the next start knows which of them lost their process.
        from prefect import tags

        from flows.prefect_runs import run_tag

        guard_other_loggers()
        with tags(run_tag()):
            yield orchestration, pool


def watch_folder(folder: Path, settings: Settings, *, ui: bool = False, review: bool = False, quack: bool = False) -> None:
    """Watch a folder until Ctrl-C or SIGTERM; with `review` the review page is served beside it, with `quack` SQL as well.

    Raises:
        GongjiangError: the watch could not begin. Once it runs, errors are told and the work is tried again.
    """
    from flows.status_page import Board

    board = Board(folder, settings)  # a page in the wrong place is told before anything starts
    with ExitStack() as stack:
        orchestration, pool = stack.enter_context(orchestrated(settings, ui=ui))
        from flows.batches import Batches
        from flows.console import complain, note
        from flows.watch import Watcher

        if review:
            from flows.review.server import served_beside

            note(f"审核页面：{stack.enter_context(served_beside(settings, pool))}")
        rounds = stack.enter_context(Rounds(settings, board))
        batches = Batches(settings, pool, orchestration, rounds.after_batch, board.progress)

        def trouble(error: GongjiangError) -> None:
            complain(error)
            board.paused(error)

        def fine_again(text: str) -> None:
            note(text)
            board.resumed()

        watcher = Watcher(folder, settings, batches, trouble, idle=batches.idle, tell=fine_again, looked=rounds.before_batch)
        stack.callback(board.stop)
        with _ended_by_signal(watcher, settings.stop_seconds):
            _set_runs_right(orchestration)
            note(f"正在监视 {folder}，按 Ctrl-C 结束。状态页：{board.page}")
            if quack:
                from flows.quack_server import quack_beside

                note(stack.enter_context(quack_beside(settings)))
            if orchestration.ui_address:
                note(f"任务页面：{orchestration.ui_address}（登录口令在 {orchestration.password_file} 里）")
            with suppress(KeyboardInterrupt):  # a batch that was cut short is taken up at the next start
                watcher.run()
            note("正在停止……")
    note("已停止监视。")


class Rounds:
    """What is done around each batch, while the warehouse is closed: the page, backups, notifications. A context manager."""

    def __init__(self, settings: Settings, board: Board) -> None:
        from flows.notify import Notifier

        self._settings = settings
        self._board = board
        self._backup_at = time.monotonic()
        self._notifier = Notifier(settings.notification, lambda text: board.notice("通知", text))

    def __enter__(self) -> Rounds:
        self._notifier.begin(self._settings.warehouse)
        return self

    def __exit__(self, *_: object) -> None:
        self._notifier.close()

    def before_batch(self, waiting: Sequence[Path]) -> None:
        """Called at each look, before anything is taken."""
        from flows.backups import honour_request

        self._board.looked(waiting)
        honour_request(self._settings)
        if time.monotonic() >= self._backup_at:
            self._back_up()

    def after_batch(self, summary: RunSummary) -> None:
        """Called after each run."""
        from flows.backups import honour_request
        from flows.console import note, show_summary

        if sys.stdout.isatty():
            show_summary(summary)
        else:
            note(f"{summary.headline()}用时 {summary.seconds:.0f} 秒。")  # a service's output is a log: no table of names
        self._board.finished()
        honour_request(self._settings)
        self._back_up()
        self._notifier.after_batch(summary, self._settings.warehouse)

    def _back_up(self) -> None:
        from flows.backups import daily_backup
        from flows.inbox import SHANGHAI

        self._backup_at = time.monotonic() + _BACKUP_LOOK_SECONDS
        try:
            made = daily_backup(self._settings, datetime.now(SHANGHAI))
        except WarehouseUnavailable as error:  # somebody is looking something up: the next look will do
            log.info("the daily backup waits: %s", error)
            self._backup_at = time.monotonic()
        except (GongjiangError, OSError) as error:
            log.warning("the daily backup failed: %s", error)
            self._board.notice("备份", f"每日备份没有做成：{error}")
        else:
            if made is not None:
                log.info("daily backup %s", made.folder.name)
                self._board.notice("备份", None)


def _set_runs_right(orchestration: Orchestration) -> None:
    """In the background: the watch does not wait for bookkeeping."""
    from flows.prefect_runs import set_right

    def run() -> None:
        try:
            orchestration.wait_until_ready()
            if count := set_right(os.environ["PREFECT_API_URL"]):
                log.info("%d runs whose process is gone were set to Crashed", count)
        except (GongjiangError, OSError, ValueError) as error:
            log.warning("runs of killed processes were not set right: %s", error)

    threading.Thread(target=run, name="set-runs-right", daemon=True).start()


@contextmanager
def _ended_by_signal(watcher: Watcher, patience: float) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) ends the watch after the batch under way, the second at once. A service manager sends no second one:
    after `patience` seconds the batch is cut short, to be taken up at the next start."""
    timers: list[threading.Timer] = []

    def stop(number: int, frame: object) -> None:
        watcher.stop()
        signal.signal(number, signal.default_int_handler)
        if number == signal.SIGTERM:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            timers.append(_timer(patience, lambda: os.kill(os.getpid(), signal.SIGINT)))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)


def _timer(seconds: float, action: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
