"""The published snapshot: what reviewers see while files are loaded is one committed state, whole, under the name that they know."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from schemas.errors import WarehouseBusy
from warehouse import copying
from warehouse import snapshot as snapshots
from warehouse.connection import Warehouse, open_read_only, open_warehouse
from warehouse.query import run_query
from warehouse.snapshot import SnapshotFailed, publish, query_newest, snapshot_of

NOW = datetime(2024, 3, 20, 4, 31, 5, tzinfo=UTC)
# A reader in a process of its own, as reviewers are: opens whatever is published, asks twice in one opening, tells what it saw.
_READER = """
import sys, time, duckdb
target, until = sys.argv[1], time.time() + float(sys.argv[2])
while time.time() < until:
    connection = duckdb.connect(target, read_only=True)
    files, fields = connection.execute("SELECT count(*) FROM review.files WHERE path LIKE 'wave-%'").fetchone()[0], 0
    fields = connection.execute("SELECT count(*) FROM review.fields WHERE document_id LIKE 'wave-%'").fetchone()[0]
    again = connection.execute("SELECT count(*) FROM review.files WHERE path LIKE 'wave-%'").fetchone()[0]
    print(files, fields, again, connection.execute("SELECT files FROM review.snapshot").fetchone()[0])
    connection.close()
"""
FIELDS_A_WAVE = 30


def load_wave(warehouse: Warehouse, number: int) -> None:
    """One file with its values in one transaction, in several statements: whoever sees the file sees all thirty values."""
    with warehouse.transaction():
        warehouse.execute(
            "INSERT INTO core.files BY NAME SELECT ? AS file_id, ? AS path, ? AS sha256, 'application/pdf' AS media_type, "
            "now() AS received_at, 'loaded' AS status, 1 AS pages",
            [f"wave-{number}", f"wave-{number}.pdf", str(number)],
        )
        warehouse.execute(
            "INSERT INTO core.documents BY NAME SELECT ? AS document_id, ? AS file_id, 0 AS sequence, 'other' AS doc_type, "
            "1.0 AS confidence, 'paper' AS source",
            [f"wave-{number}", f"wave-{number}"],
        )
        for ordinal in range(FIELDS_A_WAVE):
            warehouse.execute(
                "INSERT INTO core.fields BY NAME SELECT ? AS document_id, ? AS ordinal, 'name' AS field, ? AS \"row\", '值' AS \"value\", "
                "'值' AS raw, 1.0 AS confidence, 'ocr' AS method, false AS needs_review",
                [f"wave-{number}", ordinal, ordinal],
            )


def test_what_is_published_is_what_was_committed_with_every_view_and_comment(season: Warehouse) -> None:
    target = season.path.with_name("review.duckdb")
    made = publish(season, target, NOW)
    assert made is not None and snapshot_of(target, season.path) == made
    views = season.execute(
        "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE schema_name IN ('review', 'stats') ORDER BY ALL"
    )
    with duckdb.connect(str(target), read_only=True) as reader:
        reader.execute("SET TimeZone = 'Asia/Shanghai'")
        for schema, view, comment in views:
            asked = f'SELECT * FROM {schema}."{view}" ORDER BY ALL'
            assert sorted(map(str, reader.execute(asked).fetchall())) == sorted(map(str, season.execute(asked))), view
            kept = reader.execute("SELECT comment FROM duckdb_views() WHERE view_name = ?", [view]).fetchall()
            assert kept == [(comment,)], view
        columns = "SELECT count(*) FROM duckdb_columns() WHERE comment IS NOT NULL"
        assert reader.execute(f"{columns} AND table_name <> 'snapshot'").fetchone() == season.execute(columns)[0]
        (told,) = reader.execute("SELECT warehouse, taken_at, files FROM review.snapshot").fetchall()
    assert told == (season.path.name, NOW, made.files)


def test_a_snapshot_of_another_name_has_the_schemas_of_the_warehouse_and_opens_with_our_own_readers(season: Warehouse) -> None:
    target = season.path.with_name("public.duckdb")
    publish(season, target, NOW)
    with open_read_only(target) as copy:
        assert copy.execute("SELECT count(*) FROM review.applicants") == season.execute("SELECT count(*) FROM review.applicants")


def test_the_snapshot_called_review_opens_with_our_own_readers(season: Warehouse) -> None:
    target = season.path.with_name("review.duckdb")
    publish(season, target, NOW)
    with open_read_only(target) as copy:
        assert copy.execute("SELECT count(*) FROM review.applicants") == season.execute("SELECT count(*) FROM review.applicants")


def test_nothing_new_is_not_published_again_and_news_is(season: Warehouse) -> None:
    target = season.path.with_name("review.duckdb")
    assert publish(season, target, NOW) is not None
    inode = target.stat().st_ino
    assert publish(season, target, NOW) is None and target.stat().st_ino == inode
    load_wave(season, 1)
    made = publish(season, target, NOW)
    assert made is not None and target.stat().st_ino != inode
    target.unlink()
    assert publish(season, target, NOW) is not None


def test_what_another_connection_of_the_process_committed_is_published(season: Warehouse) -> None:
    target = season.path.with_name("review.duckdb")
    publish(season, target, NOW)
    with open_warehouse(season.path) as page:  # the review page beside the watch
        load_wave(page, 1)
        made = publish(season, target, NOW)
    assert made is not None
    assert run_query(target, "SELECT count(*) FROM review.files WHERE path = 'wave-1.pdf'").rows == ((1,),)


@pytest.mark.skipif(not hasattr(__import__("os"), "geteuid"), reason="file permissions as POSIX has them")
def test_who_may_not_read_the_warehouse_may_not_read_the_snapshot_and_nobody_is_let_to_write_it(season: Warehouse) -> None:
    season.path.chmod(0o640)
    target = season.path.with_name("review.duckdb")
    publish(season, target, NOW)
    assert target.stat().st_mode & 0o777 == 0o440


def test_a_copy_into_which_a_checkpoint_fell_is_never_published(season: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    target = season.path.with_name("review.duckdb")
    publish(season, target, NOW)
    before = target.read_bytes()
    load_wave(season, 1)
    whole = copying.copied
    seen: list[bool] = []

    def disturbed(source: Path, copy: Path, *, durable: bool) -> tuple[str, bool]:
        done = whole(source, copy, durable=durable)
        seen.append(done[1])
        return done[0], False

    monkeypatch.setattr(snapshots, "copied", disturbed)
    with pytest.raises(SnapshotFailed):
        publish(season, target, NOW)
    assert seen == [True] * 3 and target.read_bytes() == before
    assert sorted(path.name for path in target.parent.iterdir() if "new" in path.name) == []


def test_a_checkpoint_during_the_copy_is_noticed(season: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The child waits after its first block, as if the disk were slow; meanwhile the warehouse writes a checkpoint.
    gate = tmp_path / "gate"
    slow = copying._COPIER.replace(
        "        target.flush()\n",
        f"        import time\n        while not os.path.exists({str(gate)!r}): time.sleep(0.01)\n        target.flush()\n",
        1,
    )
    monkeypatch.setattr(copying, "_COPIER", slow)
    outcome: list[tuple[str, bool]] = []
    thread = threading.Thread(target=lambda: outcome.append(copying.copied(season.path, tmp_path / "copy")))
    thread.start()
    while not (tmp_path / "copy").exists():
        time.sleep(0.01)
    time.sleep(0.2)
    load_wave(season, 1)
    with season.still():
        gate.touch()
    thread.join()
    assert outcome[0][1] is False


def test_a_full_disk_leaves_the_earlier_snapshot(season: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    target = season.path.with_name("review.duckdb")
    publish(season, target, NOW)
    before = target.read_bytes()
    load_wave(season, 1)

    def full(*_: object, **__: object) -> tuple[str, bool]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "copied", full)
    with pytest.raises(SnapshotFailed, match="No space left"):
        publish(season, target, NOW)
    assert target.read_bytes() == before


def test_a_query_while_the_warehouse_is_held_is_answered_from_its_snapshot_and_says_so(
    season_path: Path, held: Callable[[Path], None]
) -> None:
    target = season_path.with_name("review.duckdb")
    with open_warehouse(season_path) as warehouse:
        publish(warehouse, target, NOW)
    assert query_newest(season_path, target, "SELECT 1")[1] is None
    held(season_path)
    result, snapshot = query_newest(season_path, target, "SELECT count(*) FROM review.applicants")
    assert snapshot is not None and snapshot.taken_at == NOW and result.rows[0][0] > 0
    other = season_path.with_name("other.duckdb")
    season_path.with_name("other.duckdb").write_bytes(b"")
    assert snapshot_of(target, other) is None  # the snapshot of another warehouse in the same folder is no answer


def test_a_query_while_the_warehouse_is_held_and_nothing_is_published_says_who_is_in_the_way(
    season_path: Path, held: Callable[[Path], None]
) -> None:
    held(season_path)
    with pytest.raises(WarehouseBusy):
        query_newest(season_path, season_path.with_name("review.duckdb"), "SELECT 1")


def test_eight_readers_during_a_load_meet_no_lock_and_no_half_a_file(
    warehouse: Warehouse, report_figure: Callable[[str], None], seconds: float = 4.0
) -> None:
    target = warehouse.path.with_name("review.duckdb")
    publish(warehouse, target, NOW)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READER, str(target), str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    published, number = 1, 0
    while any(reader.poll() is None for reader in readers):
        number += 1
        load_wave(warehouse, number)
        if number % 3 == 0:
            published += publish(warehouse, target, NOW) is not None
    answers = []
    for reader in readers:
        out, error = reader.communicate()
        assert reader.returncode == 0, error
        answers += [tuple(map(int, line.split())) for line in out.splitlines()]
    assert len(answers) >= 8 and published > 1
    torn = [answer for answer in answers if not (answer[1] == FIELDS_A_WAVE * answer[0] and answer[0] == answer[2] == answer[3])]
    assert torn == []
    states = {answer[0] for answer in answers}
    assert all(state % 3 == 0 for state in states)  # each is a state that was published
    report_figure(f"snapshot: 8 readers, {len(answers)} openings over {len(states)} of {published} published states, 0 errors, 0 torn")
