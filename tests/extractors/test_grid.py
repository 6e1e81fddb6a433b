"""Cells of ruled forms: places and spans that must not shift, whatever the scanner did to the rulings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors import grid
from extractors.grid import RuledTable
from extractors.raster import Image, Rectangle, dark_of, grey_of, ink_of
from tests.extractors.paper_pictures import noisy, ruled, sheet

TEXT_HEIGHT = 30.0
# Three columns at 100/250/450/700, rows at 100/160/220/340; the last row spans columns 1-2, the first cell spans rows 0-1.
RULINGS = [
    (100, 100, 700, 100),
    (250, 160, 700, 160),
    (100, 220, 700, 220),
    (100, 340, 700, 340),
    (100, 100, 100, 340),
    (250, 100, 250, 340),
    (450, 100, 450, 220),
    (700, 100, 700, 340),
]
PLACES = [(0, 0, 2, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 2)]


def tables_on(image: Image, text: list[Rectangle] | None = None) -> list[RuledTable]:
    return grid.find_tables(ink_of(grey_of(image)), TEXT_HEIGHT, text or [])


def places(table: RuledTable) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.col, cell.row_span, cell.col_span) for cell in table.cells]


def rotated(image: Image, degrees: float) -> Image:
    matrix = cv2.getRotationMatrix2D((image.shape[1] / 2, image.shape[0] / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[1::-1], borderValue=(240, 240, 240)), dtype=np.uint8)


def test_merged_cells_come_once_with_their_spans() -> None:
    (table,) = tables_on(ruled(sheet(), RULINGS))
    assert (table.rows, table.cols) == (3, 3)
    assert places(table) == PLACES


def test_heavy_strokes_of_a_title_in_a_tight_row_part_no_cell() -> None:
    header = [*RULINGS, (100, 60, 700, 60), (100, 60, 100, 100), (250, 60, 250, 100), (450, 60, 450, 100), (700, 60, 700, 100)]
    strokes = [(x, 60, x, 100) for x in (290, 330, 370, 410)]
    title = Rectangle(280, 64, 420, 96)
    (table,) = tables_on(ruled(sheet(), [*header, *strokes]), [title])
    assert places(table)[:3] == [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)]
    (parted,) = tables_on(ruled(sheet(), [*header, *strokes]))
    assert len(parted.cells) > len(table.cells)


def test_a_ruling_that_goes_on_below_is_kept_though_a_text_line_crosses_it() -> None:
    (table,) = tables_on(ruled(sheet(), RULINGS), [Rectangle(380, 105, 520, 155)])
    assert places(table) == PLACES


@pytest.mark.parametrize("degrees", [-0.3, 0.25])
def test_rulings_that_still_lean_a_little_keep_their_cells(degrees: float) -> None:
    (table,) = tables_on(noisy(rotated(ruled(sheet(), RULINGS), degrees)))
    assert places(table) == PLACES


def test_worn_ruling_with_gaps_keeps_its_cells() -> None:
    image = ruled(sheet(), RULINGS)
    for x in range(120, 700, 60):
        image[98:103, x : x + 5] = 240
    (table,) = tables_on(image)
    assert places(table) == PLACES


def test_curled_page_keeps_its_columns() -> None:
    image = ruled(sheet(), RULINGS)
    shift = np.round(12 * np.sin(np.linspace(0, np.pi, image.shape[0]))).astype(int)
    curled = np.stack([np.roll(row, by, axis=0) for row, by in zip(image, shift, strict=True)])
    (table,) = tables_on(np.ascontiguousarray(curled))
    assert places(table) == PLACES


def test_two_tables_on_a_page_are_kept_apart_and_in_order() -> None:
    second = [(x0, y0 + 400, x1, y1 + 400) for x0, y0, x1, y1 in RULINGS]
    tables = tables_on(ruled(ruled(sheet(), RULINGS), second))
    assert [places(table) for table in tables] == [PLACES, PLACES]
    assert tables[0].box.y1 < tables[1].box.y0


def test_frame_around_a_certificate_is_no_table() -> None:
    frame = [(40, 40, 760, 40), (760, 40, 760, 960), (40, 960, 760, 960), (40, 40, 40, 960)]
    inner = [(60, 60, 740, 60), (740, 60, 740, 940), (60, 940, 740, 940), (60, 60, 60, 940)]
    assert tables_on(ruled(ruled(sheet(), frame), inner)) == []


def test_strokes_of_a_large_character_are_no_table() -> None:
    # 田 as a title: four closed regions within one text line.
    image = sheet()
    for line in [
        (300, 200, 400, 200),
        (300, 250, 400, 250),
        (300, 300, 400, 300),
        (300, 200, 300, 300),
        (350, 200, 350, 300),
        (400, 200, 400, 300),
    ]:
        ruled(image, [line], thickness=6)
    assert tables_on(image, [Rectangle(290, 185, 410, 315)]) == []


def test_vertical_strokes_of_characters_do_not_cut_a_row() -> None:
    image = ruled(sheet(), RULINGS)
    for x in range(270, 440, 24):  # a row of upright strokes, nearly as high as the row
        ruled(image, [(x, 112, x, 148)], thickness=3)
    (table,) = tables_on(image)
    assert places(table) == PLACES


def test_page_without_rulings_has_no_table() -> None:
    assert tables_on(noisy(sheet())) == []


def test_ruling_of_one_low_row_only_is_kept_though_a_text_line_crosses_it() -> None:
    # 职　务 | 班组长: the detector takes both for one line, and no ruling above or below goes on from the one between them.
    rulings = [
        (100, 100, 700, 100),
        (100, 140, 700, 140),
        (100, 180, 700, 180),
        (100, 220, 700, 220),
        (100, 100, 100, 220),
        (700, 100, 700, 220),
    ]
    image = ruled(sheet(), [*rulings, (300, 140, 300, 180), (460, 140, 460, 180)])
    (table,) = tables_on(image, [Rectangle(310, 143, 560, 179)])
    assert places(table) == [(0, 0, 1, 3), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 3)]


def test_ruling_that_text_beside_it_hides_still_parts_header_and_first_row() -> None:
    # In a dim photograph the neighbourhood of a ruling between two rows of print is as dark as the ruling, and local contrast loses it.
    image = ruled(sheet(), RULINGS)
    ink = ink_of(grey_of(image))
    ink[150:170, 290:410] = 0
    (parted,) = grid.find_tables(ink, TEXT_HEIGHT, [], dark_of(grey_of(image)))
    assert places(parted) == PLACES
    (merged,) = grid.find_tables(ink, TEXT_HEIGHT, [])
    assert len(merged.cells) < len(PLACES)


def test_ruling_is_not_carried_on_into_a_merged_cell_by_the_text_in_it() -> None:
    image = ruled(sheet(), [line for line in RULINGS if line != (250, 160, 700, 160)])
    ruled(image, [(450, 160, 700, 160)])
    for x in range(258, 440, 12):  # a line of text half way up the merged cell, in line with the ruling beside it
        image[148:172, x : x + 6] = 40
    (table,) = grid.find_tables(ink_of(grey_of(image)), TEXT_HEIGHT, [Rectangle(255, 145, 445, 175)], dark_of(grey_of(image)))
    assert (0, 1, 2, 1) in places(table)


def test_crease_through_a_row_is_not_completed_to_a_ruling() -> None:
    image = ruled(sheet(), RULINGS)
    image[279:281, :] = 190
    image[279:282, 252:500] = 90
    (table,) = grid.find_tables(ink_of(grey_of(image)), TEXT_HEIGHT, [], dark_of(grey_of(image)))
    assert places(table) == PLACES


@pytest.mark.parametrize("ground", [(52, 52, 52), (170, 170, 170), (60, 60, 170)])
def test_characters_on_a_coloured_card_are_not_taken_for_a_table_that_cuts_the_number(ground: tuple[int, int, int]) -> None:
    card = sheet()
    cv2.rectangle(card, (80, 150), (760, 420), ground, -1)
    light = (235, 235, 235) if sum(ground) < 400 else (20, 20, 20)
    lines = []
    for row, text in enumerate(("6210 3100 3467 3000", "TANG WENFEI 1111", "HHIIL 4711 LIGHT 1")):
        y = 220 + 70 * row
        cv2.putText(card, text, (110, y), cv2.FONT_HERSHEY_SIMPLEX, 1.3, light, 3, cv2.LINE_AA)
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.3, 3)
        lines.append(Rectangle(106, y - height - 4, 114 + width, y + 6))
    grey = grey_of(card)
    assert grid.find_tables(ink_of(grey), TEXT_HEIGHT, lines, dark_of(grey)) == []
