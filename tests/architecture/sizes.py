"""Measures the product's modules and functions against the house's limits; `python -m tests.architecture.sizes` prints what breaks them.

Comes in: the source files of the five packages. Goes out: a list of sentences, empty when every limit is kept. Called by `make check` and
by `test_sizes`. The limits come from the architecture: they hold for everything, there is no list of exemptions.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "extractors", "pipeline", "warehouse", "flows")
MODULE_MEDIAN, MODULE_MAX = 200, 600
FUNCTION_P90, FUNCTION_MAX = 40, 60
VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})


@dataclass(frozen=True)
class Module:
    """One source file: where it lies, its lines, its syntax tree."""

    path: Path
    lines: int
    tree: ast.Module

    def functions(self) -> Iterator[tuple[str, int]]:
        """Name and length in lines (decorators left out) of every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def modules(root: Path) -> list[Module]:
    """Every module of the five packages below `root`, in path order."""
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            found.append(Module(path.relative_to(root), len(source.splitlines()), ast.parse(source)))
    return found


def p90(values: list[int]) -> float:
    """The 90th percentile; 0 for fewer than two values."""
    return statistics.quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else 0.0


def faults(found: list[Module]) -> list[str]:
    """What breaks the limits, a sentence each."""
    wrong = []
    sizes = [module.lines for module in found]
    lengths = [(module.path, name, length) for module in found for name, length in module.functions()]
    if sizes and statistics.median(sizes) > MODULE_MEDIAN:
        wrong.append(f"modules: median {statistics.median(sizes):.0f} lines, at most {MODULE_MEDIAN}")
    if p90([length for *_, length in lengths]) > FUNCTION_P90:
        wrong.append(f"functions: p90 {p90([length for *_, length in lengths]):.0f} lines, at most {FUNCTION_P90}")
    wrong += [f"{module.path}: {module.lines} lines, at most {MODULE_MAX}" for module in found if module.lines > MODULE_MAX]
    wrong += [f"{path}: {name} has {length} lines, at most {FUNCTION_MAX}" for path, name, length in lengths if length > FUNCTION_MAX]
    for module in found:
        if ast.get_docstring(module.tree) is None:
            wrong.append(f"{module.path}: no module docstring (what comes in, what goes out, who calls it)")
        if module.path.stem in VAGUE_NAMES or module.path.parent.name in VAGUE_NAMES:
            wrong.append(f"{module.path}: a name that says nothing")
        wrong += [f"{module.path}: {name} has no docstring" for name in _undocumented(module.tree)]
    return wrong


def _undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions and classes at module level without a docstring."""
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ):
            yield node.name


def main() -> int:
    """Print what breaks the limits and the figures; 1 when anything does."""
    found = modules(ROOT)
    wrong = faults(found)
    lengths = [length for module in found for _, length in module.functions()]
    sizes = [module.lines for module in found] or [0]
    print(
        f"{len(found)} modules, median {statistics.median(sizes):.0f} and at most {max(sizes)} lines; "
        f"{len(lengths)} functions, p90 {p90(lengths):.0f} and at most {max(lengths, default=0)} lines"
    )
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
