"""Random decisions, killed at any moment, over a warehouse that is reloaded, restored and made anew: no acknowledged word is lost.

`python -m tests.soak.decisions [--rounds 200] [--seed 1] [--season FOLDER]` prints what was tried, acknowledged and lost; its exit status
is 0 only if nothing was lost.

A round: a child decides, corrects, takes back, registers stages and copies as the page does, as fast as it can, and is killed with SIGKILL.
A decision counts as acknowledged when the call returned and the child had written so to a file that is on the disk. Then another child
loads every file again, judges everything again, restores an older backup, or throws the warehouse away and makes it anew, and is killed as
well every third time. This process itself never opens the warehouse, so that it can fork.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.inbox import SHANGHAI
from flows.rejudge import replay
from flows.review.desk import ReviewDesk
from flows.review.lease import WarehouseLease
from pipeline.rulebook import load_rulebook
from schemas.codes import FindingStatus
from schemas.errors import GongjiangError, UnknownRecord
from schemas.rules import Rulebook
from schemas.settings import Settings
from tests.flows.review.season import everybody, make_season, record_of
from warehouse.backup import back_up, backups, restore
from warehouse.connection import open_warehouse
from warehouse.decisions import withdraw
from warehouse.journal import FindingEntry, ValueEntry, entries, journal_of
from warehouse.load import load_file
from warehouse.recording import take_up_journal

# Where a correction changes what is judged: contradictions, persons, doubts.
_FIELDS = {"employer": "上海某某有限公司", "post": "钳工", "phone": "13912345678", "name": "张建图", "honour_date": "2017-05-01"}
_HISTORIES = ("finding_decisions", "value_decisions", "stage_records", "paper_copies")


@dataclass
class Trial:
    """One warehouse with its backups, the file of acknowledgements, and the chance that rules all."""

    folder: Path
    rulebook: Rulebook
    chance: random.Random
    did: dict[str, int] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        return self.folder / "w.duckdb"

    @property
    def acknowledged(self) -> Path:
        return self.folder / "acknowledged.jsonl"

    @property
    def tried(self) -> Path:
        return self.folder / "tried.jsonl"

    def count(self, what: str) -> None:
        """Note that something was done."""
        self.did[what] = self.did.get(what, 0) + 1


def decide_until_killed(trial: Trial, number: int) -> None:
    """A reviewer's work at random; every decision bears a name of its own, by which it is found again."""
    with open_warehouse(trial.warehouse) as warehouse:
        judged = warehouse.execute("SELECT 1 FROM core.applicants LIMIT 1")
    if not judged:  # the child that made it anew was killed
        reload_files(trial)
    with WarehouseLease(Settings(warehouse=trial.warehouse)) as lease:
        desk, chance = ReviewDesk(lease.get, trial.rulebook), trial.chance
        for turn in range(100_000):
            who = f"审核员{number}-{turn}"
            people = lease.get().execute("SELECT applicant_id FROM core.applicants ORDER BY ALL")
            applicant = str(chance.choice(people)[0])
            desk.locks.seize(applicant, who)
            _note(trial.tried, who)
            with suppress(UnknownRecord):  # such as: this stage cannot be passed yet
                if _one_decision(desk, chance, applicant, who):
                    _note(trial.acknowledged, who)


def _one_decision(desk: ReviewDesk, chance: random.Random, applicant: str, who: str) -> bool:
    """Decide something; False where there was nothing to decide about."""
    view = desk.dossier(applicant)
    kind = chance.choice(("finding", "finding", "correct", "correct", "withdraw", "stage", "copies"))
    if kind == "finding":
        if not view.findings:
            return False
        desk.decide(applicant, chance.choice(view.findings).finding_id, chance.choice(list(FindingStatus)), "核实", who)
    elif kind in ("correct", "withdraw"):
        read = [(one.document_id, value) for one in view.documents for value in one.values if value.field in _FIELDS]
        if not read:
            return False
        document, value = chance.choice(read)
        if kind == "withdraw":
            withdraw(desk.warehouse, document, value.field, row=value.row, by=who, at=datetime.now(SHANGHAI))
        else:
            text = chance.choice((value.value, value.machine_value or value.value, _FIELDS[value.field]))
            desk.state(applicant, document, value.field, value.row, text, "", who)
    elif kind == "stage":
        desk.pass_stage(applicant, chance.choice((1, 1, 2)), chance.choice(("passed", "failed", "withdrawn")), "", who)
    else:
        desk.count_copies(applicant, chance.randint(0, 3), who)
    return True


def _note(path: Path, who: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(who) + "\n")
        file.flush()
        os.fsync(file.fileno())


def reload_files(trial: Trial) -> None:
    """Every file comes again, and everything is judged again."""
    with open_warehouse(trial.warehouse) as warehouse:
        take_up_journal(warehouse)
        known: dict[str, str] = dict(warehouse.execute("SELECT file_id, sha256 FROM core.files"))
        for document in everybody():
            own = document.document.file_id
            load_file(warehouse, record_of(document, known.get(own, own * 4)), [document.document])
    judge_again(trial)


def judge_again(trial: Trial) -> None:
    """A replay of everything, as after changed rules."""
    replay(Settings(warehouse=trial.warehouse), apply=True)


def make_backup(trial: Trial) -> None:
    """A backup to go back to later."""
    with open_warehouse(trial.warehouse) as warehouse:
        take_up_journal(warehouse)
        back_up(warehouse, trial.folder / "backups", datetime.now(SHANGHAI), "soak")


def restore_older(trial: Trial) -> None:
    """Any of the backups takes the warehouse's place."""
    if found := backups(trial.folder / "backups"):
        restore(trial.chance.choice(found), trial.warehouse, datetime.now(SHANGHAI))


def make_anew(trial: Trial) -> None:
    """The warehouse is gone; what arrived is loaded into a new one."""
    for path in trial.folder.glob("w.duckdb*"):
        if path != journal_of(trial.warehouse):
            path.unlink()
    reload_files(trial)


BETWEEN = (reload_files, reload_files, judge_again, make_backup, make_backup, restore_older, restore_older, make_anew)


def lost(trial: Trial) -> list[str]:
    """Acknowledged decisions that the warehouse does not have, and words in force that are not the last said; empty when all is well."""
    with open_warehouse(trial.warehouse) as warehouse:
        take_up_journal(warehouse)
        kept = {row[0] for table in _HISTORIES for row in warehouse.execute(f"SELECT decided_by FROM core.{table}")}
        faults = [f"lost: {who}" for who in _names(trial.acknowledged) if who not in kept]
        last_word = {_about(one): one for one in entries(journal_of(trial.warehouse)) if isinstance(one, FindingEntry | ValueEntry)}
        findings = dict(warehouse.execute("SELECT finding_id, decided_by FROM core.decisions"))
        values = {
            tuple(row[:3]): row[3] for row in warehouse.execute('SELECT document_id, field, "row", corrected_by FROM core.corrections')
        }
    for about, said in last_word.items():
        standing = findings.get(about[0]) if isinstance(said, FindingEntry) else values.get(about)
        expected = None if isinstance(said, ValueEntry) and said.value is None else said.decided_by
        if standing != expected:
            faults.append(f"not the last word: {about}: {standing} instead of {expected}")
    return faults


def _about(entry: FindingEntry | ValueEntry) -> tuple[str | int, ...]:
    return (entry.finding_id,) if isinstance(entry, FindingEntry) else (entry.document_id, entry.field, entry.row)


def _names(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with suppress(ValueError):
            yield json.loads(line)


def in_a_child(work: Callable[[], object], log: Path, kill_after: float | None, begun: Path | None = None) -> bool:
    """Do something in a process of its own, killed after so many seconds, counted from the moment at which it wrote to `begun`, if given.

    True when it came to its end by itself.
    """
    size = begun.stat().st_size if begun and begun.exists() else 0
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with log.open("a", encoding="utf-8") as output, redirect_stdout(output):
                try:
                    work()
                    status = 0
                except BaseException:
                    traceback.print_exc(file=output)
        finally:
            os._exit(status)
    until = None if kill_after is None or begun else time.monotonic() + kill_after
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if kill_after is not None and begun and begun.exists() and begun.stat().st_size > size:
            until, begun = time.monotonic() + kill_after, None
        if ended:
            break
        if until is not None and time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            until = None
        time.sleep(0.005)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise GongjiangError("a child failed: " + log.read_text(encoding="utf-8")[-2000:], "")
    return os.WIFEXITED(status)


def run_rounds(trial: Trial, rounds: int, say: Callable[[str], None]) -> int:
    """The trial; returns the number of faults."""
    log, seed = trial.folder / "children.txt", trial.chance.random()
    for number in range(rounds):
        for what, work, kill in _round(trial, number):
            trial.chance.seed(f"{seed}-{number}-{what}")
            # Most children are killed while they decide, some while they open the warehouse.
            begun = trial.tried if what == "deciding" and number % 5 else None
            ended = in_a_child(work, log, kill, begun)
            trial.count(what if ended else f"{what} killed")
        if (number + 1) % 20 == 0:
            say(f"  {number + 1} rounds, {sum(1 for _ in _names(trial.acknowledged))} acknowledged")
    in_a_child(lambda: (trial.folder / "faults.json").write_text(json.dumps(lost(trial)), encoding="utf-8"), log, None)
    faults: list[str] = json.loads((trial.folder / "faults.json").read_text(encoding="utf-8"))
    tried, kept = (sum(1 for _ in _names(path)) for path in (trial.tried, trial.acknowledged))
    say(f"decisions: {rounds} rounds; {tried} tried, {kept} acknowledged, {len(faults)} lost; {dict(sorted(trial.did.items()))}")
    for fault in faults:
        say(f"    {fault}")
    return len(faults) + (kept == 0)


def _round(trial: Trial, number: int) -> Iterator[tuple[str, Callable[[], object], float | None]]:
    """What happens in a round: name, work, and after how many seconds it is killed (None: never)."""
    yield "deciding", lambda: decide_until_killed(trial, number), trial.chance.uniform(0.02, 3.0)
    between = trial.chance.choice(BETWEEN)
    yield between.__name__, lambda: between(trial), trial.chance.uniform(0.05, 1.5) if trial.chance.random() < 1 / 3 else None


def main() -> int:
    """Run the trial that was asked for."""
    asked = argparse.ArgumentParser(description="no acknowledged decision is ever lost")
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--season", type=Path, help="folder with the season's warehouse, to be copied; without it a new one is made")
    given = asked.parse_args()
    settings = Settings()
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(Path(name), rulebook, random.Random(given.seed))
        if given.season:
            shutil.copy(given.season / "w.duckdb", trial.warehouse)
        else:
            in_a_child(lambda: make_season(trial.warehouse), trial.folder / "children.txt", None)
        return 1 if run_rounds(trial, given.rounds, lambda line: print(line, flush=True)) else 0


if __name__ == "__main__":
    sys.exit(main())
