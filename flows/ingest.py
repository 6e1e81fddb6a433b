"""The main job on one screen: inbox → take in → receive → read → classify … judge → load → what came out.

`ingest_files` begins the reading at once; the Prefect flow `ingest` then waits for it file by file (`read_and_load`), judges everything
that is in (`judge`) and leaves a summary that a person can read. What happens to one file between reading and loading stands in
`pipeline/process.py`. Called by `cli` and `watch`.

Prefect is told ids only, never a name or a value: what it is given lands in its database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.exceptions import TerminationSignal
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.console import Progress
from flows.fault_injection import reached
from flows.inbox import SHANGHAI, Found
from flows.intake import left_over, take_in
from flows.orchestration import Orchestration
from flows.original_archive import OriginalArchive
from flows.read_ahead import ReadAhead
from flows.reading_jobs import FileUnreachable
from flows.reading_pool import ReadingPool
from flows.receive import Arrival, Delivery, Ledger, Receiver, rejected
from flows.rejudge import registers_for_run
from flows.snapshots import Publisher
from flows.stages import documents_or_other
from flows.summary import RunSummary, summarise
from flows.work_folder import work_folder
from pipeline.process import judge_everything
from pipeline.rulebook import load_rulebook
from schemas.errors import GongjiangError, RejectedFile
from schemas.records import Document, Failure, FileRecord, Id, Registers, stable_id
from schemas.rules import Rulebook
from schemas.settings import Settings
from warehouse.connection import Warehouse, open_warehouse
from warehouse.decisions import decisions, decisions_made
from warehouse.editions import store_edition, store_field_titles
from warehouse.load import load_file, load_judgement
from warehouse.read import filed_documents, first_copy, known_file
from warehouse.recording import take_up_journal

log = logging.getLogger(__name__)


@dataclass
class Run:
    """What the tasks of one run share inside this process."""

    began: float
    warehouse: Warehouse
    rulebook: Rulebook
    registers: Registers
    delivery: Delivery
    arrivals: dict[Id, Arrival]
    reading: ReadAhead
    progress: Progress
    judging: bool
    ended: dict[Id, FileRecord] = field(default_factory=dict)


RUNS: dict[str, Run] = {}


def ingest_files(
    files: Sequence[Found],
    received_at: datetime | None,
    settings: Settings,
    pool: ReadingPool,
    orchestration: Orchestration,
    progress: Progress,
    *,
    judging: bool = True,
) -> RunSummary:
    """One run over the files and everything inside them, and over what an earlier run took in and could not finish.

    Without `judging` what is loaded awaits the judgement of a later run.

    Raises:
        GongjiangError: the run could not be done (warehouse, disk, rulebook, registers, models, Prefect); what was taken in stays taken
            in, what was loaded before stays loaded.
    """
    began = time.monotonic()
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    archive = OriginalArchive(settings.originals_dir)
    with open_warehouse(settings.warehouse) as warehouse, Publisher(warehouse, settings), work_folder(settings.cache_dir) as work:
        take_up_journal(warehouse)
        registers = registers_for_run(warehouse, settings.registers_dir)
        store_edition(warehouse, rulebook.edition, datetime.now(SHANGHAI))
        store_field_titles(warehouse, rulebook.findings.field_titles)
        delivery = _delivery(files, received_at, warehouse, archive, pool, work)
        arrivals = {arrival.record.file_id: arrival for arrival in delivery.arrivals}
        progress.begin(len(arrivals), delivery.known)
        reading = ReadAhead(pool, delivery.arrivals)
        with _shared(Run(began, warehouse, rulebook, registers, delivery, arrivals, reading, progress, judging)) as run_id:
            orchestration.wait_until_ready()
            try:
                return ingest(run_id)
            except TerminationSignal as signal:
                raise KeyboardInterrupt from signal


def _delivery(
    files: Sequence[Found], received_at: datetime | None, warehouse: Warehouse, archive: OriginalArchive, pool: ReadingPool, work: Path
) -> Delivery:
    """Everything that must be read: first what was left over, so that it keeps the place that it had when it came.

    Nothing is read before everything is safe in the archive.
    """
    ledger = Ledger(lambda path, sha256: known_file(warehouse, path, sha256), lambda sha256: first_copy(warehouse, sha256))
    receiver = Receiver(pool, ledger, work)
    archive.sweep()
    unfinished = left_over(warehouse, archive)
    taken = take_in(files, received_at, warehouse, archive)
    receiver.receive(unfinished.originals, archive.location)
    delivery = receiver.receive(taken.originals, archive.location)
    given = {original.path for original in taken.originals}
    delivery.unreadable += taken.refused + [refused for refused in unfinished.refused if refused[0] not in given]
    return delivery


@contextmanager
def _shared(run: Run) -> Iterator[str]:
    run_id = stable_id(*sorted(run.arrivals), time.time_ns())
    RUNS[run_id] = run
    try:
        yield run_id
    finally:
        del RUNS[run_id]


WAITING: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=4)  # the tasks mostly wait for the reading pool


@flow(name="ingest", persist_result=False, validate_parameters=False, task_runner=WAITING)  # type: ignore[arg-type]
def ingest(run_id: str) -> RunSummary:
    """Load every arrival, then judge everything that is in. A container is loaded after its members: if it is there, they are."""
    run = RUNS[run_id]
    loads: dict[Id, PrefectFuture[str]] = {}
    for file_id, arrival in run.arrivals.items():
        if not arrival.container:
            loads[file_id] = read_and_load.submit(run_id, file_id)
    for file_id, arrival in reversed(run.arrivals.items()):
        if arrival.container:
            members = [loads[other] for other, member in run.arrivals.items() if member.record.parent_file_id == file_id]
            loads[file_id] = read_and_load.submit(run_id, file_id, wait_for=members, return_state=False)
    try:
        for load in loads.values():
            load.result()  # the first failure that is no file's fault ends the run
    except BaseException:
        run.reading.cancel()  # or Prefect would wait for the tasks, and the tasks for the last page
        raise
    loaded_at = time.monotonic()
    if run.judging:
        judge(run_id)
    judged_at = time.monotonic()
    summary = summarise(
        run.warehouse,
        run.ended.values(),
        known=run.delivery.known,
        unreadable=run.delivery.unreadable,
        seconds=judged_at - run.began,
        judging_seconds=judged_at - loaded_at,
    )
    create_markdown_artifact(key="ingest", markdown=summary.markdown(), description="收件与形式审查结果")
    return summary


def trying_again_can_help(_task: Any, _task_run: Any, state: Any) -> bool:
    """Whether the error that ended a task says that a retry can help."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, GongjiangError) and error.retryable


@task(name="read_and_load", retries=3, retry_delay_seconds=[1, 3, 9], retry_condition_fn=trying_again_can_help, persist_result=False)
def read_and_load(run_id: str, file_id: Id) -> str:
    """One file, from its pages to its rows: all of them in one transaction, or a recorded rejection."""
    run = RUNS[run_id]
    arrival = run.arrivals[file_id]
    try:
        return _load(run, arrival)
    except FileUnreachable as error:
        reason = str(error)
    except GongjiangError:
        raise
    except Exception as error:  # a surprise with one file must not stop the others; it is taken up again at the next run
        log.exception("file %s could not be loaded", file_id)
        reason = f"处理这个文件时程序出错（{type(error).__name__}），下次运行会再试；仍不行时请交维护人员。"
    run.delivery.unreadable.append((arrival.record.path, reason))
    return "unreachable"


def _load(run: Run, arrival: Arrival) -> str:
    record = arrival.record
    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    if arrival.container and any(path.startswith(f"{record.path}!/") for path, _ in run.delivery.unreadable):
        raise FileUnreachable("其中有文件读不到，下次运行会再试。")
    if arrival.to_read:
        try:
            layout = run.reading.layout(record.file_id)
        except RejectedFile as error:
            record = rejected(arrival, error).record
        else:
            reached("read")
            documents, failures = documents_or_other(layout, record.file_id, run.rulebook)
    reached("loading")
    load_file(run.warehouse, record, documents, failures)
    reached("loaded")
    run.reading.done(record.file_id)
    run.ended[record.file_id] = record
    run.progress.loaded(record)
    return record.status


@task(name="judge", retries=1, retry_condition_fn=trying_again_can_help, persist_result=False)
def judge(run_id: str) -> int:
    """Everything that is in, from who is who to verdicts; returns the number of rows that changed."""
    run = RUNS[run_id]
    changed = 0
    while True:
        made = decisions_made(run.warehouse)
        judgement = judge_everything(filed_documents(run.warehouse), run.registers, run.rulebook, decisions(run.warehouse))
        reached("judging")
        changed += load_judgement(run.warehouse, judgement)
        reached("judged")
        # Somebody may have decided something on the review page while this was thinking: then it thinks again.
        if decisions_made(run.warehouse) == made:
            return changed
