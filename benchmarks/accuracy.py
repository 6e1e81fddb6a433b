"""Measure a release: generate material, read it as a person would, hold it against its truth, write the figures down.

    python -m benchmarks.accuracy --profiles office poor worn mixed --seeds 1000 1001 --count 12 --release 0.2.0
    python -m benchmarks.accuracy --profiles office poor worn mixed --seeds 101 --calibrate rulebook/calibration.json

Seeds 1-99 are for tuning, 100-199 for the calibration, from 1000 on for reporting only. Material and warehouses that are already in the
work folder are used as they are (`--fresh` reads again), so that a run that was broken off goes on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bars import rows
from flows.calibrate import calibrate_from_truths, show_fit
from flows.evaluate import read_truth
from pipeline.evaluation.compare_values import ComparedValue
from pipeline.evaluation.evaluate import Evaluation, compared_values, evaluate
from pipeline.rulebook import load_rulebook
from schemas.settings import Settings
from warehouse.connection import open_read_only
from warehouse.outcome import outcome

ROOT = Path(__file__).resolve().parent.parent
REPORT = Path(__file__).with_name("accuracy.md")


def main() -> None:
    """Do what the command line asks for."""
    options = _options()
    pairs = [one.split(":") if ":" in one else (one, seed) for one in options.profiles for seed in options.seeds]
    corpora = list(dict.fromkeys(options.work / f"{profile}-{seed}" for profile, seed in pairs))
    for corpus in corpora:
        _generate(corpus, options.count)
        _read(corpus, options)
    if options.calibrate is not None:
        truths = [corpus / "truth.json" for corpus in corpora]
        fitted = calibrate_from_truths([_warehouse(corpus) for corpus in corpora], truths, Settings(), _command(options))
        show_fit(fitted, options.calibrate, options.review_below)
        return
    report = _report(corpora, options.release or "unreleased", _command(options))
    print(report)
    if options.release is not None:
        REPORT.write_text(REPORT.read_text(encoding="utf-8").rstrip() + "\n\n" + report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--profiles", nargs="+", default=["office", "poor", "worn", "mixed"], help="office, or office:1001 with its own seed"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--count", type=int, default=8, help="applicants in each corpus")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "accuracy", help="where corpora <profile>-<seed> lie")
    parser.add_argument("--fresh", action="store_true", help="read the material again")
    parser.add_argument("--calibration", type=Path, help="another calibration than the shipped one")
    parser.add_argument("--calibrate", type=Path, metavar="FILE", help="fit the calibration on the material and write it there")
    parser.add_argument("--review-below", type=float, help="with --calibrate: set the threshold instead of choosing it")
    parser.add_argument("--release", help="append the figures to accuracy.md under this name")
    return parser.parse_args()


def _generate(corpus: Path, count: int) -> None:
    if (corpus / "truth.json").exists():
        return
    profile, _, seed = corpus.name.rpartition("-")
    options = ["--out", str(corpus), "--profile", profile, "--seed", seed, "--count", str(count)]
    subprocess.run([sys.executable, "-m", "samples.generate", *options], cwd=ROOT, check=True)


def _read(corpus: Path, options: argparse.Namespace) -> None:
    warehouse = _warehouse(corpus)
    if warehouse.exists() and not options.fresh:
        return
    warehouse.unlink(missing_ok=True)
    received_at = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))["received_at"]
    arguments = ["ingest", str(corpus / "inbox"), "--received-at", received_at, "--warehouse", str(warehouse)]
    if (corpus / "registers").exists():
        arguments += ["--registers", str(corpus / "registers")]
    if options.calibration is not None:
        arguments += ["--calibration", str(options.calibration.resolve())]
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "flows.cli", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (corpus / "seconds").write_text(f"{time.monotonic() - began:.0f}", encoding="utf-8")


def _warehouse(corpus: Path) -> Path:
    return corpus / "gongjiang.duckdb"


def _command(options: argparse.Namespace) -> str:
    """The command as anybody can repeat it, without this machine's folders."""
    seeds = " ".join(map(str, options.seeds)) if any(":" not in one for one in options.profiles) else ""
    what = f" --calibrate {options.calibrate.name}" if options.calibrate else f" --release {options.release}" if options.release else ""
    if options.calibrate and options.review_below is not None:
        what += f" --review-below {options.review_below}"
    chosen = f"--profiles {' '.join(options.profiles)}" + (f" --seeds {seeds}" if seeds else "")
    return f"python -m benchmarks.accuracy {chosen} --count {options.count}{what}"


def _report(corpora: list[Path], release: str, command: str) -> str:
    """The section of a release: the command, a line for each corpus, the bars pooled over all."""
    evaluations: list[Evaluation] = []
    values: list[ComparedValue] = []
    lines = []
    settings = Settings()
    comparison = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration).findings.comparison
    for corpus in corpora:
        truth = read_truth(corpus / "truth.json")
        with open_read_only(_warehouse(corpus)) as warehouse:
            loaded = outcome(warehouse)
        result = evaluate(truth, loaded, comparison)
        (corpus / "evaluation.json").write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")
        evaluations.append(result)
        values += compared_values(truth, loaded)[1]
        seconds = (corpus / "seconds").read_text(encoding="utf-8") if (corpus / "seconds").exists() else ""
        paper = result.printed_paper.exact
        lines.append(
            f"| {corpus.name} | {result.pages.total if result.pages else ''} | {seconds} | {result.values.values} "
            f"| {100 * result.values.exact.value:.2f} % | {100 * paper.value:.2f} % | {100 * result.silent_rate:.2f} % "
            f"| {100 * result.review_rate_printed:.1f} % | {result.verdicts or ''} | {result.honours or ''} |"
        )
    bars = [f"| {row.name} | {row.target} | {row.figure} | {row.count} |" for row in rows(values, evaluations)]
    head = [
        f"## {release} ({datetime.now(UTC):%Y-%m-%d})",
        "",
        f"    {command}",
        "",
        "| corpus | pages | s | values | exact | printed on paper | silent | printed to review | verdicts | honours |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *lines, "", "| bar | target | reached | of |", "|---|---|---|---|", *bars]) + "\n"


if __name__ == "__main__":
    main()
