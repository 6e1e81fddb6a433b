"""The main job on one screen: inbox → receive → read → classify … judge → load → what came out.

`ingest_files` begins the reading at once; the Prefect flow `ingest` then waits for it file by file (`read_and_load`), judges everything
that is in (`judge`) and leaves a summary that a person can read. What happens to one file between reading and loading stands in
`pipeline/process.py`. Called by `cli` and `watch`.

Prefect is told ids only, never a name or a value: what it is given lands in its database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.exceptions import TerminationSignal
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.console import Progress
from flows.inbox import Found
from flows.orchestration import Orchestration
from flows.reading_jobs import FileUnreachable
from flows.reading_pool import PendingLayout, ReadingPool
from flows.receive import Arrival, Delivery, Ledger, Receiver, rejected
from flows.rejudge import registers_for_run
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
from warehouse.decisions import decisions
from warehouse.load import load_file, load_judgement
from warehouse.read import filed_documents, first_copy, known_file
from warehouse.recording import take_up_journal


@dataclass
class Run:
    """What the tasks of one run share inside this process."""

    began: float
    warehouse: Warehouse
    rulebook: Rulebook
    registers: Registers
    delivery: Delivery
    arrivals: dict[Id, Arrival]
    layouts: dict[Id, PendingLayout]
    progress: Progress
    ended: dict[Id, FileRecord] = field(default_factory=dict)


RUNS: dict[str, Run] = {}


def ingest_files(
    files: Sequence[Found],
    received_at: datetime | None,
    settings: Settings,
    pool: ReadingPool,
    orchestration: Orchestration,
    progress: Progress,
) -> RunSummary:
    """One run over the files and everything inside them.

    Raises:
        GongjiangError: the run could not be done (warehouse, rulebook, registers, models, Prefect); what was loaded before stays loaded.
    """
    began = time.monotonic()
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with open_warehouse(settings.warehouse) as warehouse, work_folder(settings.cache_dir) as work:
        take_up_journal(warehouse)
        registers = registers_for_run(warehouse, settings.registers_dir)
        ledger = Ledger(lambda path, sha256: known_file(warehouse, path, sha256), lambda sha256: first_copy(warehouse, sha256))
        delivery = Receiver(pool, ledger, work).receive(files, received_at)
        arrivals = {arrival.record.file_id: arrival for arrival in delivery.arrivals}
        layouts = {
            file_id: pool.read(arrival.location, arrival.record.sha256, arrival.record.media_type, arrival.record.pages or 1)
            for file_id, arrival in arrivals.items()
            if arrival.to_read
        }
        progress.begin(len(arrivals), delivery.known)
        with _shared(Run(began, warehouse, rulebook, registers, delivery, arrivals, layouts, progress)) as run_id:
            orchestration.wait_until_ready()
            try:
                return ingest(run_id)
            except TerminationSignal as signal:
                raise KeyboardInterrupt from signal


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
        for layout in run.layouts.values():
            layout.cancel()  # or Prefect would wait for the tasks, and the tasks for the last page
        raise
    judge(run_id)
    delivery = run.delivery
    seconds = time.monotonic() - run.began
    summary = summarise(run.warehouse, run.ended.values(), known=delivery.known, unreadable=delivery.unreadable, seconds=seconds)
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
    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    if arrival.to_read:
        try:
            layout = run.layouts[file_id].result()
        except RejectedFile as error:
            arrival = rejected(arrival, error)
        except FileUnreachable as error:
            run.delivery.unreadable.append((arrival.record.path, str(error)))
            return "unreachable"
        else:
            documents, failures = documents_or_other(layout, file_id, run.rulebook)
    load_file(run.warehouse, arrival.record, documents, failures)
    run.ended[file_id] = arrival.record
    run.progress.loaded(arrival.record)
    return arrival.record.status


@task(name="judge", retries=1, retry_condition_fn=trying_again_can_help, persist_result=False)
def judge(run_id: str) -> int:
    """Everything that is in, from who is who to verdicts; returns the number of rows that changed."""
    run = RUNS[run_id]
    judgement = judge_everything(filed_documents(run.warehouse), run.registers, run.rulebook, decisions(run.warehouse))
    return load_judgement(run.warehouse, judgement)
