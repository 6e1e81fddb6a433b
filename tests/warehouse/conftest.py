"""An empty warehouse, and one with a small season in it: two units, four applicants, an e-mail, a zip, a rejected and a duplicate file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.codes import DocType, FileStatus, IssuerClass, Severity, Source, Truth, Verdict
from schemas.errors import RejectionCode
from schemas.layout import Method
from schemas.records import Evidence, Failure, RecommendingUnit, Registers
from tests.warehouse import records as make
from warehouse.connection import Warehouse, open_warehouse
from warehouse.editions import store_edition
from warehouse.load import load_file, load_judgement
from warehouse.registers import store_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the warehouse of a test lies."""
    return tmp_path / "gongjiang.duckdb"


@pytest.fixture(scope="session")
def masters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty and a filled warehouse, both closed, to be copied: migrating anew for every test takes most of its time."""
    folder = tmp_path_factory.mktemp("masters")
    open_warehouse(folder / "empty.duckdb").close()
    with open_warehouse(folder / "season.duckdb") as opened:
        load_season(opened)
    return folder


@pytest.fixture
def warehouse(path: Path, masters: Path) -> Iterator[Warehouse]:
    """An empty, migrated warehouse, open for writing."""
    shutil.copy(masters / "empty.duckdb", path)
    with open_warehouse(path) as opened:
        yield opened


@pytest.fixture
def season_path(path: Path, masters: Path) -> Path:
    """A closed warehouse with something in every table."""
    return Path(shutil.copy(masters / "season.duckdb", path))


@pytest.fixture
def season(season_path: Path) -> Iterator[Warehouse]:
    """A warehouse with something in every table, open for writing."""
    with open_warehouse(season_path) as opened:
        yield opened


def load_season(warehouse: Warehouse) -> list[bool | int]:
    """Load the small season; returns what each load said, so that a second loading can be compared with the first."""
    email = make.a_file("区工会.eml", media_type="message/rfc822", pages=None, received_at=make.RECEIVED - timedelta(days=1))
    inside = make.a_file("区工会.eml!/李四.docx", parent=email, pages=2, received_at=email.received_at)
    archive = make.a_file("汇总.zip", media_type="application/zip", pages=None)
    locked = make.a_file("汇总.zip!/扫描.pdf", parent=archive, rejection=RejectionCode.ENCRYPTED, pages=None)
    scan = make.a_file("张三/整卷扫描.pdf", pages=5)
    copy = make.a_file("张三/整卷扫描（副本）.pdf", content=scan.path, status=FileStatus.DUPLICATE, duplicate_of=scan.file_id, pages=5)
    form = make.a_document(
        scan,
        DocType.APPLICATION_FORM,
        make.a_value("name", "张三"),
        make.a_value("phone", "13800000001", confidence=0.71, needs_review=True),
        make.a_value("honour_title", "质量技术奖", row=1),
        pages=(1, 2),
    )
    cards = make.a_document(scan, DocType.ID_CARD, make.a_value("id_number", "310101198506010016", page=3), pages=(3, 3))
    union = make.a_document(scan, DocType.UNION_CARD, make.a_value("card_number", "3100001", page=3), pages=(3, 3))
    certificate = make.a_document(scan, DocType.CERTIFICATE, make.a_value("honour_title", "质量技术奖", page=4), pages=(4, 4))
    blank = make.a_document(scan, DocType.BLANK, pages=(5, 5))
    word = make.a_document(
        inside,
        DocType.APPLICATION_FORM,
        make.a_value("name", "李四", page=None, method=Method.DOCX, confidence=1.0),
        pages=(None, None),
        source=Source.ELECTRONIC,
    )
    picture = make.a_document(inside, DocType.OTHER, pages=(2, 2))
    said: list[bool | int] = [
        load_file(warehouse, email),
        load_file(warehouse, inside, [word, picture]),
        load_file(warehouse, archive),
        load_file(warehouse, locked),
        load_file(
            warehouse, scan, [form, cards, union, certificate, blank], [Failure(kind="field", record="{}", error="字段名未知", page=2)]
        ),
        load_file(warehouse, copy),
    ]
    zhang = make.an_applicant("张三", verdict=Verdict.REVIEW)
    others = (
        make.an_applicant("李四", "上海市徐汇区总工会", verdict=Verdict.INCOMPLETE, qualifying_honours=0),
        make.an_applicant("王五", verdict=Verdict.EXCLUDED, qualifying_honours=0),
        make.an_applicant("赵六", None, verdict=Verdict.READY),
    )
    government = make.an_honour(others[2], "政府质量奖", conferred_on="2020").model_copy(
        update={"issuer_class": IssuerClass.GOVERNMENT, "qualifies": Truth.UNCLEAR}
    )
    judgement = make.a_judgement(
        (zhang, *others),
        (make.an_honour(zhang, certificate=certificate), make.an_honour(others[0], "不详的奖", conferred_on=None), government),
        (
            make.a_finding(others[0]),
            make.a_finding(others[1], "NOT_IN_SERVICE", message="申报人已退休。"),
            make.a_finding(
                zhang,
                "LOW_CONFIDENCE",
                severity=Severity.WARNING,
                evidence=(Evidence(document_id=form.document_id, page=1, value="13800000001"),),
            ),
            make.a_finding(None, "UNKNOWN_DOCUMENT", severity=Severity.INFO),
        ),
        {
            form.document_id: zhang,
            cards.document_id: zhang,
            union.document_id: zhang,
            certificate.document_id: zhang,
            word.document_id: others[0],
        },
    )
    said.append(load_judgement(warehouse, judgement))
    store_edition(warehouse, make.an_edition(), make.RECEIVED)
    said.append(store_register(warehouse, "units", Registers(units=(RecommendingUnit(name=make.UNIT),)), "units.csv", make.RECEIVED))
    return said


def dump(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every base table, in a fixed order: equal dumps mean that not one row changed."""
    tables = warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' ORDER BY table_name")
    return {name: warehouse.execute(f"FROM core.{name} ORDER BY ALL") for (name,) in tables}


@pytest.fixture
def held() -> Iterator[Callable[[Path], None]]:
    """Call it with a warehouse that another process is to hold open for writing until the test ends."""
    holders: list[subprocess.Popen[str]] = []

    def hold(path: Path) -> None:
        program = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
        holder = subprocess.Popen([sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holders.append(holder)
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"

    yield hold
    for holder in holders:
        holder.communicate("", timeout=20)
