"""The size check itself is checked: a limit that nothing can break guards nothing."""

from pathlib import Path

import pytest

from tests.architecture.sizes import ROOT, faults, modules


def _house(tmp_path: Path, source: str, name: str = "reader.py") -> Path:
    package = tmp_path / "extractors"
    package.mkdir(exist_ok=True)
    (package / name).write_text(source, encoding="utf-8")
    return tmp_path


def test_the_product_stays_small_enough_to_read() -> None:
    assert faults(modules(ROOT)) == []


def test_a_module_within_the_limits_is_not_complained_about(tmp_path: Path) -> None:
    source = '"""What it is."""\n\n\ndef read() -> int:\n    """Read."""\n    return 1\n'
    assert faults(modules(_house(tmp_path, source))) == []


@pytest.mark.parametrize(
    ("source", "name", "complaint"),
    [
        ('"""Doc."""\n' + "x = 1\n" * 601, "reader.py", "602 lines"),
        ('"""Doc."""\ndef read() -> None:\n    """Read."""\n' + "    x = 1\n" * 60, "reader.py", "read has 62 lines"),
        ("x = 1\n", "reader.py", "no module docstring"),
        ('"""Doc."""\ndef read() -> None:\n    pass\n', "reader.py", "read has no docstring"),
        ('"""Doc."""\n', "utils.py", "a name that says nothing"),
    ],
)
def test_a_broken_limit_would_be_noticed(tmp_path: Path, source: str, name: str, complaint: str) -> None:
    found = faults(modules(_house(tmp_path, source, name)))
    assert any(complaint in sentence for sentence in found)
