"""The generator of dossiers: what its truth claims must stand in its files, and a seed must give the same files again.

No test here needs LibreOffice; the ones that draw need Debian's Chinese fonts and say so where these are missing.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from samples.degradations import KINDS
from samples.fonts import face
from samples.population.applicants import draw_unit
from samples.population.awards import draw_honour
from samples.population.certificates import STYLES, choose_words, draw_style, styles_for
from samples.population.corpus import build_corpus, draw_members, profiles
from samples.population.entries import draw_employer
from samples.population.lexicon import data
from samples.population.persons import draw_person
from samples.seal_shapes import SealLook, draw_seal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def fonts() -> None:
    """Skips a test that draws where the fonts are not installed."""
    try:
        face("song", 20)
        face("kai", 20)
    except OSError:
        pytest.skip("没有安装 Debian 的中文字体（fonts-noto-cjk、fonts-arphic-*），无法绘制页面")


def _seed_without_print(count: int) -> int:
    """A seed whose digital dossiers are Word files only: born-digital PDFs need LibreOffice."""
    profile = data("profiles")["digital"]
    return next(seed for seed in range(1, 200) if all(who.electronic != "pdf" for who in draw_members(count, profile, seed)[0]))


def _words(path: Path) -> str:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "".join(node.text or "" for node in root.iter(f"{_W}t"))


def test_a_seed_gives_the_same_files_again(tmp_path: Path) -> None:
    seed = _seed_without_print(2)
    for name in ("first", "second"):
        build_corpus(tmp_path / name, "digital", 2, seed)
    first, second = (sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("first", "second"))
    assert [path.name for path in first] == [path.name for path in second]
    assert all(left.read_bytes() == right.read_bytes() for left, right in zip(first, second, strict=True))


def test_what_the_truth_claims_stands_in_the_word_file(tmp_path: Path) -> None:
    truth = build_corpus(tmp_path, "digital", 3, _seed_without_print(3))
    as_written = {"name", "employer", "id_number", "craft_speciality", "contribution", "unit_opinion", "honour_title", "recommending_unit"}
    checked = 0
    for document in truth["documents"]:
        text = _words(tmp_path / "inbox" / document["file"])
        for entry in document["fields"]:
            if entry["field"] in as_written:
                assert entry["value"] in text, (document["file"], entry)
                checked += 1
    assert checked > 20
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")) == truth


@pytest.mark.parametrize("name", profiles())
def test_a_profile_names_only_paper_and_packing_that_exist(name: str) -> None:
    profile = data("profiles")[name]
    assert set(profile["kinds"]) <= set(KINDS)
    assert set(profile["packing"]) <= {"dossier", "loose", "unit", "digital"}
    assert set(profile["electronic"]) <= {"docx", "retyped", "pdf", "none"}
    members, units = draw_members(4, profile, 7)
    assert len({who.person.name for who in members}) == 4
    assert {who.unit for who in members} <= set(units)


def test_an_identity_number_agrees_with_birth_and_sex() -> None:
    for seed in range(60):
        person = draw_person(np.random.default_rng(seed))
        assert person.id_number[6:14] == "{:04d}{:02d}{:02d}".format(*person.birth)
        assert (int(person.id_number[16]) % 2 == 1) == (person.sex == "男")


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_certificate_of_every_style_shows_what_its_truth_says(style: str, fonts: None) -> None:
    rng = np.random.default_rng(5)
    while True:
        person, employer = draw_person(rng), draw_employer(rng)
        honour = draw_honour(person, employer.trade, employer.district, True, rng)
        if style in styles_for(honour):
            break
    words = choose_words(honour, person.name, employer.name, rng)
    drawn = draw_style(style, words, "test", 5)
    printed = "".join("".join(drawn.texts).split())
    claimed = (words.recipient, words.title, words.grade, words.date, words.number, words.team, *words.issuers, *words.members)
    missing = [text for text in claimed if "".join(text.split()) not in printed]
    assert not missing, (style, missing, printed)
    assert {seal.name for seal in drawn.seals} <= set(words.issuers)


@pytest.mark.parametrize("shape", ["round", "oval", "square"])
def test_a_seal_of_every_shape_leaves_its_ink(shape: str, fonts: None) -> None:
    seal = draw_seal(draw_unit(np.random.default_rng(3)).name, SealLook(shape, "red", 0.2, (42, 42)), 200, np.random.default_rng(1))
    ink = np.asarray(seal, dtype=np.float32)[:, :, 3] > 60
    assert 0.08 < ink.mean() < 0.6
    assert seal.width > 200
