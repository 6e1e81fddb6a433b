"""`python -m tests.honour_cases --seed 1 --count 1000`: the confusion matrix of one seed, and the cases that went wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.rulebook import load_rulebook
from tests.honour_cases.compose import cases
from tests.honour_cases.prose import prose
from tests.honour_cases.score import score, score_prose, score_series
from tests.honour_cases.series import series

_ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print the matrix and up to `--show` wrong cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    rulebook = load_rulebook(_ROOT / "rulebook", _ROOT / "editions" / "2024.yaml")
    result = score(cases(options.seed, options.count), rulebook)
    print(result.table())
    print(
        f"verdicts right: {result.accuracy:.2%}; false yes: {len(result.false_yes)}; false no: {len(result.false_no)}; "
        f"{dict(result.other_wrong)}"
    )
    for index, case, said in result.wrong[: options.show]:
        print(f"--- {options.seed}/{index} {case.name} {case.kinds}\n{case.sheets}\n{case.claims}\n{said}")
    several = score_series(series(options.seed, options.count // 3), rulebook)
    print(several.table())
    print(f"series wrong: {len(several.wrong_series)} of {options.count // 3}; {dict(several.other_wrong)}")
    for index, one, said in several.wrong_series[: options.show]:
        print(
            f"--- series/{options.seed}/{index} {one.name} {one.kind}\n{one.claims}\n{[(s.path, s.text[:60]) for s in one.scans]}\n{said}"
        )
    total, wrong, parts = score_prose(prose(options.seed, options.count // 2), rulebook)
    print(f"honours in running text: {total}, read wrongly in {len(wrong)} places; {dict(parts)}")
    for index, text, said in wrong[: options.show]:
        print(f"--- prose/{options.seed}/{index} {text.text!r}\n{said}")


if __name__ == "__main__":
    main()
