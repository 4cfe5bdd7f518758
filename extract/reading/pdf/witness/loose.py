"""Ink that no character and no drawing explains: letters in pictures, outlines, stamps.

Needs OpenCV, so it is asked only where there is such ink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from raingan.model.records import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.drawing import Grey

    Flags = NDArray[np.bool_]
    Boxes = NDArray[np.int32]

_CELL = 4  # pixels of the drawn page in one cell
_INK = 160  # grey level; the halo of a stroke is no letter
_LOWEST, _HIGHEST = 2.5, 26.0  # points; pieces of letters from 6 to 36 points
_WIDEST = 40.0  # points; letters of a scan that touch each other
_MOST_PIECES = 20_000  # a photo has more


def letter_pieces(grey: Grey, loose: Flags, scale: float) -> Boxes:
    """Return the boxes of connected ink of letter size in loose cells: left, top, right, bottom in pixels; (n, 4)."""
    rows, columns = grey.shape
    there = np.repeat(np.repeat(loose, _CELL, axis=0), _CELL, axis=1)[:rows, :columns]
    ink = ((grey < _INK) & there).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count > _MOST_PIECES:
        return np.zeros((0, 4), np.int32)
    left, top, wide, high, _ = stats[1:].T
    chosen = (high >= _LOWEST * scale) & (high <= _HIGHEST * scale) & (wide <= _WIDEST * scale)
    left, top, wide, high = left[chosen], top[chosen], wide[chosen], high[chosen]
    boxes: Boxes = np.stack([left, top, left + wide, top + high], axis=1)
    return boxes


def parts_of(pieces: Boxes, scale: float) -> list[tuple[Box, int]]:
    """Join pieces that stand near each other to parts of the page, in points, each with the number of its pieces."""
    if not len(pieces):
        return []
    left, top, right, bottom = (pieces / scale).T
    parts: list[tuple[list[float], int]] = []
    for x0, y0, x1, y1 in sorted(
        zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), strict=True), key=lambda box: (box[1], box[0])
    ):
        box, count = [x0, y0, x1, y1], 1
        apart = []
        for other, number in parts:
            if _near(other, box):
                box = [min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])]
                count += number
            else:
                apart.append((other, number))
        parts = [*apart, (box, count)]
    return [((box[0], box[1], box[2], box[3]), count) for box, count in parts]


def _near(one: list[float], other: list[float]) -> bool:
    beside = max(one[0] - other[2], other[0] - one[2])
    apart = max(one[1] - other[3], other[1] - one[3])
    return beside < _BESIDE and apart < _LINES


_BESIDE, _LINES = 24.0, 12.0  # points between pieces of one part, along and across lines
