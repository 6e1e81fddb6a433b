"""How long a replay takes: a judged warehouse multiplied to many applicants with names and numbers of their own, then judged again.

Run as `python -m benchmarks.replay WAREHOUSE [--applicants 1000]`; WAREHOUSE is what `make run` leaves behind. Titles and issuers repeat
from copy to copy; in a real season, too, a few hundred awards are all there are.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from stdnum.cn import ric

from flows.rejudge import replay
from pipeline.process import judge_everything
from pipeline.rulebook import load_rulebook
from schemas.codes import FileStatus
from schemas.records import Applicant, FiledDocument, FileRecord, stable_id
from schemas.settings import Settings
from warehouse.connection import open_read_only, open_warehouse
from warehouse.judged import stored_judgement
from warehouse.load import load_file, load_judgement
from warehouse.read import filed_documents
from warehouse.registers import stored_registers

_GIVEN = "安邦宝斌博才昌超晨诚春聪达丹德东栋恩发帆飞峰福刚高光广贵国海浩恒弘宏洪华辉惠佳健杰金锦晶景静军俊凯康可坤磊立力丽良亮林玲龙"


def main() -> None:
    """Multiply, replay, print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--applicants", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many = Path(folder) / "many.duckdb"
        documents = multiply(options.warehouse, many, options.applicants)
        began, cpu = time.monotonic(), time.process_time()
        result = replay(Settings(warehouse=many, edition="2025"), apply=False).replay
        spent, busy = time.monotonic() - began, time.process_time() - cpu
    print(f"{result.applicants} applicants, {documents} documents: {spent:.1f} s wall, {busy:.1f} s CPU; {len(result.flips)} verdicts flip")


def multiply(source: Path, target: Path, applicants: int) -> int:
    """Fill `target` with so many copies of the material in `source`, judged; returns the number of documents."""
    settings = Settings()
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file)
    with open_read_only(source) as warehouse:
        filed, people = filed_documents(warehouse), stored_judgement(warehouse).applicants
        registers = stored_registers(warehouse)
    copies = -(-applicants // len(people))
    files: dict[str, list[FiledDocument]] = {}
    for number in range(copies):
        for document in _copy(number, filed, people):
            files.setdefault(document.document.file_id, []).append(document)
    with open_warehouse(target) as warehouse:
        for file_id, documents in files.items():
            pages = max(one.document.page_to or 1 for one in documents)
            record = FileRecord(
                file_id=file_id,
                path=documents[0].path,
                sha256=file_id * 4,
                media_type="application/octet-stream",
                received_at=documents[0].received_at,
                status=FileStatus.LOADED,
                pages=pages,
            )
            load_file(warehouse, record, [one.document for one in documents])
        everything = filed_documents(warehouse)
        load_judgement(warehouse, judge_everything(everything, registers, rulebook, {}))
    return len(everything)


def _copy(number: int, filed: list[FiledDocument], people: tuple[Applicant, ...]) -> Iterator[FiledDocument]:
    """The material with other people in it."""
    other = _substitutes(number, people)

    def said(text: str) -> str:
        for old, new in other.items():
            text = text.replace(old, new)
        return text

    for one in filed:
        document = one.document
        fields = tuple(value.model_copy(update={"value": said(value.value), "raw": said(value.raw)}) for value in document.fields)
        ids = {"document_id": stable_id(number, document.document_id), "file_id": stable_id(number, document.file_id)}
        parent = None if one.parent_file_id is None else stable_id(number, one.parent_file_id)
        moved = {
            "document": document.model_copy(update={**ids, "fields": fields}),
            "path": f"{number:04d}/{one.path}",
            "parent_file_id": parent,
        }
        yield one.model_copy(update=moved)


def _substitutes(number: int, people: tuple[Applicant, ...]) -> dict[str, str]:
    chance = random.Random(number)
    other: dict[str, str] = {}
    for person in people:
        other[person.name] = person.name[:-1] + chance.choice(_GIVEN) + chance.choice(_GIVEN)
        if person.id_number and len(person.id_number) == 18:
            stem = f"{person.id_number[:14]}{chance.randrange(1000):03d}"
            other[person.id_number] = stem + str(ric.calc_check_digit(stem + "0"))
        for text in filter(None, (person.phone, person.union_card_number)):
            other[text] = f"{text[:-6]}{chance.randrange(1_000_000):06d}"
        if person.recommending_unit:
            unit = person.recommending_unit
            other[unit] = unit[:2] + _GIVEN[number % len(_GIVEN)] + _GIVEN[number * 7 % len(_GIVEN)] + unit[2:]
    return other


if __name__ == "__main__":
    main()
