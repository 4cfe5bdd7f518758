"""The ink audit: does every character that is read have ink of its own, and is every piece of ink a character's?

All characters of a page at once, by sums over rectangles (an integral image) of the drawn page. What comes out are
suspicions: `unseen` proves them, `loose` looks at ink that no character explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from extract.page.glyphs import Shape
from extract.reading.pdf.witness.letters import Letters
from extract.thai.letters import MARK_CLASS, SARA_AM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.drawing import Grey

    Flags = NDArray[np.bool_]
    Sums = NDArray[np.int32]
    Cells = NDArray[np.int64]

INK = 200  # grey level below which a pixel is ink; thin strokes of 10 points reach 120 to 160
_LIGHT = 200  # a pixel lighter than this is no ink
_BESIDE = 2  # cells of two pixels on both sides of a letter, where the ground is seen
_SAME_PLACE = 0.35  # share of the smaller of two letters that lies on the other: neighbours overlap by 0.1 at most
_NEIGHBOURS = 4  # letters of one row looked at behind each, sorted by their middles
_CLUSTER = 8  # characters that one drawn glyph stands for, at most
_ROWS = 6.0  # points; letters whose middles are this near may lie on each other


@dataclass(frozen=True, slots=True)
class Audit:
    """What the comparison of a page with its layer gives."""

    doubted: Flags  # (letters,) those whose ink has to be proved
    earlier: Cells  # pairs of letters that lie on each other: the first of each pair, as places in `Letters`
    later: Cells
    differ: Flags  # (pairs,) whether the two say different things; the same letter twice is bold
    loose: Flags  # (rows, columns) of cells of four by four pixels with ink that is no letter's and no shape's


def audit(grey: Grey, scale: float, letters: Letters, shapes: Sequence[Shape]) -> Audit:
    """Compare a drawn page (even sides) with its characters."""
    # The darkest of two rows first: a quarter of the memory is touched.
    ink = np.ascontiguousarray(np.minimum(grey[0::2], grey[1::2]) < INK).view(np.uint16) != 0
    cells = cells_of(letters, scale / 2, ink.shape)
    left, top, right, bottom = cells
    thin = (right - left <= 1).astype(np.int64)  # the ink of an I may stand a pixel beside its box
    bare = ~_any_in(ink, np.stack([np.maximum(left - thin, 0), top, np.minimum(right + thin, ink.shape[1]), bottom]))
    # Only letters are looked at for ground: a row of hyphens has none.
    quarter = (bottom - top) // 4
    rows, columns = ink.shape
    band = np.stack(
        [
            np.maximum(left - _BESIDE, 0),
            top + quarter,
            np.minimum(right + _BESIDE, columns),
            np.minimum(np.maximum(bottom - quarter, top + quarter + 1), rows),  # of a letter below the page: nothing
        ]
    )
    base = is_base(letters)
    full = base & ~_any_in(~ink, band)
    if full.any():  # cells in which anything is dark: bold print has such bands, too
        full[full] = ~_has_light(grey, 2 * band[:, full])
    earlier, later = _on_each_other(letters)
    # Points and marks are too small to tell; they go with the letters beside them.
    doubted = (bare & base) | full
    differ = letters.code[earlier] != letters.code[later]
    coarse = _quartered(ink)
    explained = [reach(cells) // 2 + np.array([[0], [0], [1], [1]]), _cells_of_shapes(shapes, scale / 4, coarse.shape)]
    return Audit(doubted, earlier, later, differ, coarse & ~_covered(np.concatenate(explained, axis=1), coarse.shape))


def reach(cells: Cells) -> Cells:
    """Let letters reach as far as their marks may stand: PDFium gives those of a cluster no ink of their own."""
    if not cells.shape[1]:
        return cells
    body = np.median(cells[3] - cells[1])
    more = np.array([[-2], [-body * _MARKS_ABOVE - 2], [2], [body * _MARKS_BELOW + 2]]).astype(np.int64)
    reached: Cells = cells + more
    return reached


def cells_of(letters: Letters, scale: float, shape: tuple[int, ...]) -> Cells:
    """Return left, top, right and bottom (exclusive) of the letters' ink in cells, clipped to the page; (4, n)."""
    rows, columns = shape
    left = np.floor(letters.x0 * scale)
    top = np.floor(letters.top * scale)
    right = np.maximum(np.ceil(letters.x1 * scale), left + 1)
    bottom = np.maximum(np.ceil(letters.bottom * scale), top + 1)
    return _clipped(np.stack([left, top, right, bottom]), rows, columns)


def sums_in(mask: Flags, cells: Cells) -> Sums:
    """Count what is set in each of many rectangles (4, n)."""
    return _sum_in(_sums(mask), *cells)


def _clipped(edges: NDArray[np.float64], rows: int, columns: int) -> Cells:
    limits = np.array([[columns], [rows], [columns], [rows]])
    clipped: Cells = np.clip(edges, 0, limits).astype(np.int64)
    return clipped


def _sums(mask: Flags) -> Sums:
    """Sums of all that is left of and above each corner, columns first: (columns + 1, rows + 1).

    Sums along rows are five times as fast as down columns, so the second ones are made lying on their side.
    """
    rows, columns = mask.shape
    sums = np.zeros((columns + 1, rows + 1), np.int32)
    np.cumsum(np.ascontiguousarray(np.cumsum(mask, axis=1, dtype=np.int32).T), axis=1, out=sums[1:, 1:])
    return sums


def _sum_in(sums: Sums, left: Cells, top: Cells, right: Cells, bottom: Cells) -> Sums:
    counted: Sums = sums[right, bottom] - sums[right, top] - sums[left, bottom] + sums[left, top]
    return counted


def _any_in(mask: Flags, cells: Cells) -> Flags:
    """Tell for each of many rectangles whether anything is set in it.

    A few looks tell it of nearly all; sums over the whole page would take twice as long.
    """
    left, top, right, bottom = cells
    found = np.zeros(len(left), bool)
    rest = np.flatnonzero((right > left) & (bottom > top))
    for across, down in _LOOKS:
        column = left[rest] + ((right[rest] - left[rest]) * across).astype(np.int64)
        row = top[rest] + ((bottom[rest] - top[rest]) * down).astype(np.int64)
        seen = mask[row, column]
        found[rest[seen]] = True
        rest = rest[~seen]
    for at in rest.tolist():
        found[at] = mask[top[at] : bottom[at], left[at] : right[at]].any()
    return found


# Shares of a rectangle's sides: strokes of letters stand in the middle or at the sides, ground shows everywhere.
_LOOKS = ((0.5, 0.5), (0.2, 0.5), (0.8, 0.5), (0.5, 0.8), (0.5, 0.2), (0.3, 0.3), (0.7, 0.7), (0.0, 0.9), (0.95, 0.1))


def _has_light(grey: Grey, cells: Cells) -> Flags:
    """Tell in which rectangles any pixel is light; they are few, so sums over the page would not pay off."""
    if cells.shape[1] > _MANY:
        return sums_in(grey > _LIGHT, cells) > 0
    return np.array([int(grey[y0:y1, x0:x1].max(initial=0)) > _LIGHT for x0, y0, x1, y1 in cells.T.tolist()], bool)


_MANY = 1_000


def _covered(cells: Cells, shape: tuple[int, ...]) -> Flags:
    """Mark all cells of many rectangles, which may reach over the page's edges."""
    rows, columns = shape
    left, right = np.clip(cells[[0, 2]], 0, columns)
    top, bottom = np.clip(cells[[1, 3]], 0, rows)
    steps = np.zeros((columns + 1, rows + 1), np.int32)
    one = np.int32(1)
    np.add.at(steps, (left, top), one)
    np.add.at(steps, (right, bottom), one)
    np.subtract.at(steps, (right, top), one)
    np.subtract.at(steps, (left, bottom), one)
    # Sums along rows are the fast ones: the first are made with the page on its side.
    down = np.ascontiguousarray(steps.cumsum(axis=1, dtype=np.int32).T)
    covered: Flags = down.cumsum(axis=1, dtype=np.int32)[:rows, :columns] > 0
    return covered


def _halved(mask: Flags) -> Flags:
    """Set each cell of two by two pixels in which anything is set."""
    rows = mask[0::2] | mask[1::2]
    halved: Flags = np.ascontiguousarray(rows).view(np.uint16) != 0
    return halved


def _quartered(cells: Flags) -> Flags:
    """Set each cell of four by four pixels in which anything is set, of cells of two by two."""
    rows, columns = (side + side % 2 for side in cells.shape)
    even = np.zeros((rows, columns), bool)
    even[: cells.shape[0], : cells.shape[1]] = cells
    return _halved(even)


def _cells_of_shapes(shapes: Sequence[Shape], scale: float, shape: tuple[int, ...]) -> Cells:
    """Rules whole, frames by their sides, grounds of colour whole; curves are left, for they may be letters."""
    edges: list[tuple[float, float, float, float]] = []
    for drawn in shapes:
        if not drawn.upright:
            continue
        if drawn.width <= _THIN or drawn.height <= _THIN:
            edges.append((drawn.x0, drawn.top, drawn.x1, drawn.bottom))
        elif drawn.filled:
            # The outline of a letter is filled, too: it is smaller.
            if min(drawn.width, drawn.height) >= _GROUND:
                edges.append((drawn.x0, drawn.top, drawn.x1, drawn.bottom))
        else:
            edges += [
                (drawn.x0, drawn.top, drawn.x1, drawn.top),
                (drawn.x0, drawn.bottom, drawn.x1, drawn.bottom),
                (drawn.x0, drawn.top, drawn.x0, drawn.bottom),
                (drawn.x1, drawn.top, drawn.x1, drawn.bottom),
            ]
    if not edges:
        return np.zeros((4, 0), np.int64)
    found = np.array(edges).T * scale
    found[:2], found[2:] = np.floor(found[:2]) - 1, np.ceil(found[2:]) + 1
    return _clipped(found, *shape)


_THIN = 3.0  # points; what is thinner is a rule
_GROUND = 11.0  # points; a filled figure this high and wide is a ground, a bar, a bullet of a chart
_MARKS_ABOVE, _MARKS_BELOW = 1.0, 0.6  # of a letter's height


def _on_each_other(letters: Letters) -> tuple[Cells, Cells]:
    """Find pairs of letters at one place: the earlier and the later of the file."""
    base = np.flatnonzero(is_base(letters))
    x0, x1, top, bottom = letters.x0[base], letters.x1[base], letters.top[base], letters.bottom[base]
    x, y = letters.x[base], letters.y[base]
    pairs: set[tuple[int, int]] = set()
    middle = (top + bottom) / 2
    for shift in (0.0, 0.5):
        order = np.lexsort((x0 + x1, np.floor(middle / _ROWS + shift)))
        for step in range(1, _NEIGHBOURS):
            one, other = order[:-step], order[step:]
            wide = np.minimum(x1[one], x1[other]) - np.maximum(x0[one], x0[other])
            high = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
            area = np.minimum(
                (x1[one] - x0[one]) * (bottom[one] - top[one]), (x1[other] - x0[other]) * (bottom[other] - top[other])
            )
            lie = (wide > 0) & (high > 0) & (wide * high > _SAME_PLACE * area)
            # One drawn glyph that stands for several characters.
            lie &= (x[one] != x[other]) | (y[one] != y[other]) | (np.abs(base[one] - base[other]) > _CLUSTER)
            for first, second in zip(one[lie].tolist(), other[lie].tolist(), strict=True):
                pairs.add((min(first, second), max(first, second)))
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    found = np.array(sorted(pairs))
    return base[found[:, 0]], base[found[:, 1]]


def is_base(letters: Letters) -> Flags:
    """Mark letters and digits that stand on the line; marks and the am share a letter's place."""
    marked: Flags = _bases()[np.minimum(letters.code, 0xFFFF)]
    return marked


@cache
def _bases() -> Flags:
    table = np.zeros(0x10000, bool)
    # Of other letters nobody knows whether a damaged font means a mark by them.
    known = (*range(0x30, 0x7B), *range(0x0E01, 0x0E5C))
    table[[code for code in known if chr(code).isalnum() and not MARK_CLASS.match(chr(code))]] = True
    table[ord(SARA_AM)] = False
    return table
