"""The same material with and without a network gives the same tables: `python -m tests.soak.without_network [FILE…]`.

Comes in: files to read, or a handful of the sample inbox. Goes out: how many rows of each table were compared and
how many differ; status 1 if any does. Where nobody may have an empty network of his own this says so and ends with status 0.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INBOX = ROOT / "samples" / "inbox"
TABLES = ("files", "documents", "fields", "applicants", "honours", "findings")
_RECEIVED = "2024-03-20T10:00:00+08:00"
_PICTURES = 3  # pages are what takes time; whether they are recognised does not depend on how many there are


def main() -> int:
    """Run twice and compare."""
    empty = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*empty, "true"], capture_output=True).returncode != 0:
        print("skipped: this system lets nobody have a network of his own")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = [Path(argument) for argument in sys.argv[1:]] or _handful()
        inbox = folder / "inbox"
        inbox.mkdir()
        for number, path in enumerate(given):
            shutil.copy2(path, inbox / f"{number}-{path.name}")
        print(f"{len(given)} files", flush=True)
        usual = _tables(inbox, folder / "usual", [])
        without = _tables(inbox, folder / "without", empty)
    differing = 0
    for table in TABLES:
        wrong = [row for row in usual[table] if row not in without[table]] + [row for row in without[table] if row not in usual[table]]
        print(f"{table}: {len(usual[table])} rows with a network, {len(without[table])} without, {len(wrong)} differ")
        differing += len(wrong)
    return 1 if differing or not usual["fields"] else 0


def _handful() -> list[Path]:
    """One file of each kind that is in the sample inbox, and some pictures."""
    files = sorted(path for path in INBOX.rglob("*") if path.is_file())
    kinds = {suffix: [path for path in files if path.suffix.lower() == suffix] for suffix in (".docx", ".pdf", ".eml", ".jpg", ".png")}
    chosen = [min(found, key=lambda path: path.stat().st_size) for found in kinds.values() if found]
    pictures = sorted(kinds[".jpg"], key=lambda path: path.stat().st_size)[:_PICTURES]
    return list(dict.fromkeys([*chosen, *pictures]))


def _tables(inbox: Path, home: Path, prefix: list[str]) -> dict[str, list[str]]:
    """The rows of every table after one run, each as text, in a cache of its own."""
    home.mkdir()
    environment = {**os.environ, "GONGJIANG_CACHE_DIR": str(home / "cache"), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    environment = {name: value for name, value in environment.items() if not name.startswith("PREFECT_")}
    command = [*prefix, sys.executable, "-m", "flows.cli"]
    warehouse = home / "gongjiang.duckdb"
    arguments = ["ingest", str(inbox), "--received-at", _RECEIVED, "--warehouse", str(warehouse)]
    subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    rows = {}
    for table in TABLES:
        query = ["query", f"SELECT * FROM review.{table}", "--format", "json", "--warehouse", str(warehouse)]
        said = subprocess.run([*command, *query], cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
        rows[table] = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in json.loads(said))
    return rows


if __name__ == "__main__":
    sys.exit(main())
