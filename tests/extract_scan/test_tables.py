"""Tables of scans: rules found in ink, with faint places, breaks and a little slant, make the same cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from extract.page.tables import Grid, grids_of
from extract.reading.scan.ruling import find_rules

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

BODY = 22.0  # pixels of letters at 200 dpi
POINTS = 72 / 200
XS, YS = (100, 400, 700, 1000), (100, 220, 340, 460)


def drawn(thickness: int = 3) -> Pixels:
    """The rules of a table with a head cell over two columns and a label over two rows."""
    ink = np.zeros((700, 1200), np.uint8)
    for y in YS:
        ink[y : y + thickness, XS[0] : XS[-1] + thickness] = 1
    ink[YS[2] : YS[2] + thickness, XS[0] + 4 : XS[1] - 4] = 0
    for x in XS:
        ink[YS[0] : YS[-1], x : x + thickness] = 1
    ink[YS[0] + 4 : YS[1] - 4, XS[2] : XS[2] + thickness] = 0
    return ink


def grids(ink: Pixels) -> list[Grid]:
    rules = find_rules(ink, BODY)

    def points(found: tuple[tuple[float, float, float], ...]) -> list[tuple[float, float, float]]:
        return [(at * POINTS, start * POINTS, end * POINTS) for at, start, end in found]

    text = (XS[0] * POINTS, 600 * POINTS, XS[1] * POINTS, 620 * POINTS)
    return grids_of(points(rules.upright), points(rules.level), [text])


SPANS = [(1, 1, 1, 1), (1, 2, 1, 2), (2, 1, 2, 1), (2, 2, 1, 1), (2, 3, 1, 1), (3, 2, 1, 1), (3, 3, 1, 1)]


def spans(found: list[Grid]) -> list[list[tuple[int, int, int, int]]]:
    return [[(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells] for grid in found]


@pytest.mark.parametrize("thickness", [2, 3, 6])
def test_spans_of_a_scanned_table(thickness: int) -> None:
    assert spans(grids(drawn(thickness))) == [SPANS]


def test_breaks_and_lost_pixels_change_no_cell() -> None:
    ink = drawn()
    lost = np.random.default_rng(1).random(ink.shape) < 0.03
    ink[lost] = 0
    ink[YS[1] : YS[1] + 3, 520:545] = 0  # a body height of a rule gone
    ink[180:200, XS[0] : XS[0] + 3] = 0
    assert spans(grids(ink)) == [SPANS]


def test_a_little_slant_changes_no_cell() -> None:
    ink = drawn()
    slanted = np.zeros_like(ink)
    for x in range(ink.shape[1]):
        slanted[:, x] = np.roll(ink[:, x], x // 300)
    assert spans(grids(slanted)) == [SPANS]


def test_two_tables_of_a_scan_are_apart() -> None:
    ink = drawn()
    for y in (520, 600):
        ink[y : y + 3, 100:1000] = 1
    for x in (100, 250, 997):
        ink[520:603, x : x + 3] = 1
    found = spans(grids(ink))
    assert found == [SPANS, [(1, 1, 1, 1), (1, 2, 1, 1)]]


def test_lines_to_write_on_are_no_table() -> None:
    ink = np.zeros((700, 1200), np.uint8)
    for y in range(100, 600, 80):
        ink[y : y + 3, 300:1000] = 1
    assert grids(ink) == []
