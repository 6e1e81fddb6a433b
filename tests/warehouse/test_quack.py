"""The Quack server: it answers whatever reads its role's schemas, and nothing that reaches anywhere else; live, over a real connection."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.quack_server import quack_beside, token_file
from schemas.settings import Settings
from tests.warehouse.test_snapshot import FIELDS_A_WAVE, load_wave
from warehouse.connection import Warehouse
from warehouse.quack import QuackReader, extension
from warehouse.snapshot import publish

ANSWERED = [
    "select count(*) from review.applicants",
    "with a as (select name from review.applicants) select * from a limit 1",
    "from stats.findings_by_code limit 1",
    "select upper(name), now(), row_number() over () from review.applicants where name like '%a' and length(name)+1>2 limit 2",
    "select a.name, count(*) from review.applicants a join review.findings f using (applicant_id) group by all order by 2 desc limit 1",
    "select unnest(issuers) from review.honours limit 1",
    "values (1)",
    "select x from range(3) t(x)",
    "select case when verdict in ('ready') then 1 end, received_at::date, birth_date - interval 1 day, "
    "strftime(received_at,'%Y') from review.applicants limit 1",
]
REFUSED = [
    "select 1; select 2",
    "insert into review.x values (1)",
    "from read_csv('/etc/passwd')",
    "from '/etc/passwd'",
    "select getenv('HOME')",
    "select current_setting('memory_limit')",
    "from duckdb_secrets()",
    "from duckdb_settings()",
    "from duckdb_tables",
    "from information_schema.tables",
    "from state1.core.files",
    "from core.files",
    "from query('select 1')",
    "set threads=1",
    "attach 'x' as y",
    "copy (select 1) to '/tmp/x'",
    "install httpfs",
    "load httpfs",
    "with a as (insert into x values (1) returning 1) from a",
    "prepare x as select 1",
    "execute x",
    "call quack_stop('quack:localhost:9501')",
    "from quack_query('quack:localhost','select 1')",
    "select * from glob('/*')",
    "pragma version",
    "show all tables",
    "describe review.applicants",
    "select system.main.getenv('x')",
    "select (select getenv('x'))",
    "with duckdb_tables2 as (select 1) from duckdb_tables",
    "export database 'x'",
    "detach state1",
    "drop view review.applicants",
    "create table t as select 1",
    "from read_text('/etc/passwd')",
    "select * from sqlite_master",
    "from pragma_database_list",
    "",
    "garbage",
    "from json_execute_serialized_sql('x')",
    "explain analyze select 1",
    "select content from read_blob('/etc/hosts')",
    "select which_secret('a','b')",
    "checkpoint",
    "select nextval('x')",
    "select \"getenv\"('x')",
    "select GETENV('x')",
    "select 'a'.getenv()",
    "from (from read_csv('x'))",
    "select exists(from glob('*'))",
    "select list_transform([1], lambda x: getenv('a'))",
]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def permitted(season: Warehouse, tmp_path: Path) -> Iterator[Callable[[str], object]]:
    """What the staff's server says to a query before it runs it."""
    target = season.path.with_name("review.duckdb")
    publish(season, target, now())
    folder = tmp_path / "links"
    folder.mkdir()
    reader = QuackReader(folder, ["review", "stats"], ["token-a", "token-b"])
    reader.take_up(target)
    yield lambda sql: reader._connection.execute("SELECT permitted('connection', ?)", [sql]).fetchall()[0][0]
    reader.close()


def test_every_view_of_a_role_is_answered(season: Warehouse, tmp_path: Path) -> None:
    target = season.path.with_name("review.duckdb")
    publish(season, target, now())
    reader = QuackReader(tmp_path, ["review", "stats"], ["token-a"])
    reader.take_up(target)
    views = season.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE schema_name IN ('review', 'stats')")
    for schema, view in views:
        sql = f'SELECT count(*) FROM {schema}."{view}"'
        assert reader._connection.execute(sql).fetchall() == season.execute(sql), view
        assert reader._connection.execute("SELECT permitted('connection', ?)", [sql]).fetchall() == [(True,)]
    reader.close()


def test_whatever_only_reads_is_let_through_and_every_attack_is_refused(permitted: Callable[[str], object]) -> None:
    assert [sql for sql in ANSWERED if permitted(sql) is not True] == []
    assert [sql for sql in REFUSED if permitted(sql) is not False] == []


class Client:
    """A stock DuckDB with the extension, connected as one role."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = duckdb.connect()
        for name in ("httpfs", "quack"):
            self._connection.execute(f"LOAD '{extension(name)}'")
        self._connection.execute(f"ATTACH 'quack:localhost:{port}' AS r (TOKEN '{token}')")

    def __call__(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute("FROM r.query(?)".replace("?", "'" + sql.replace("'", "''") + "'")).fetchall()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return min(int(one.getsockname()[1]), 65000)


def test_eight_readers_during_a_load_get_committed_states_each_role_its_own_and_no_file(
    season: Warehouse, report_figure: Callable[[str], None]
) -> None:
    settings = Settings(warehouse=season.path, quack_port=free_port())
    publish(season, settings.snapshot_file, now())
    with quack_beside(settings):
        tokens = json.loads(token_file(settings).read_text())
        assert token_file(settings).stat().st_mode & 0o077 == 0
        staff = Client(settings.quack_port, tokens["secretariat"])
        attacks = [
            "SELECT * FROM read_text('/etc/hostname')",
            "SELECT getenv('HOME')",
            "FROM core.files",
            "CREATE TABLE t AS SELECT 1",
            "SELECT 1; SELECT 2",
        ]
        for attack in [*attacks, "SET threads = 1", "ATTACH '/tmp/x.duckdb' AS x", "COPY (SELECT 1) TO '/tmp/x.csv'", "DETACH state1"]:
            with pytest.raises(duckdb.Error):
                staff(attack)
        analyst = Client(settings.quack_port + 1, tokens["analyst"])
        assert analyst("SELECT sum(applicants)::INTEGER FROM stats.applicants_by_unit") == staff(
            "SELECT count(*)::INTEGER FROM review.applicants"
        )
        for hidden in ("FROM review.applicants", "FROM state1.main.applicants", "FROM state1.core.applicants"):
            with pytest.raises(duckdb.Error):
                analyst(hidden)
        for port, token in (
            (settings.quack_port, tokens["analyst"]),
            (settings.quack_port + 1, tokens["reviewer"]),
            (settings.quack_port, "guess"),
        ):
            with pytest.raises(duckdb.Error):
                Client(port, token)("SELECT 1")
        answers, errors = _read_while_loading(season, settings, tokens["reviewer"], seconds=5.0)
    assert errors == [] and len(answers) >= 8
    assert [one for one in answers if one[1] != FIELDS_A_WAVE * one[0]] == []  # type: ignore[operator]
    report_figure(f"quack: 8 readers, {len(answers)} queries over {len({one[0] for one in answers})} states, 0 errors, 0 torn")


def _read_while_loading(
    warehouse: Warehouse, settings: Settings, token: str, seconds: float
) -> tuple[list[tuple[object, ...]], list[BaseException]]:
    answers: list[tuple[object, ...]] = []
    errors: list[BaseException] = []
    clients = [Client(settings.quack_port, token) for _ in range(8)]
    until = time.monotonic() + seconds

    def read(client: Client) -> None:
        try:
            while time.monotonic() < until:
                answers.extend(
                    client(
                        "SELECT (SELECT count(*) FROM review.files WHERE path LIKE 'wave-%'), "
                        "(SELECT count(*) FROM review.fields WHERE document_id LIKE 'wave-%')"
                    )
                )
        except duckdb.Error as error:
            errors.append(error)

    threads = [threading.Thread(target=read, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    number = 0
    while any(thread.is_alive() for thread in threads):
        number += 1
        load_wave(warehouse, number)
        publish(warehouse, settings.snapshot_file, now())
    return answers, errors
