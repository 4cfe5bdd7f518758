"""Dust, salt and pepper, black edges of the scanner and punch holes: painted over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.blobs import find_blobs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.scan.handover import Matrix, Pixels

    Counts = NDArray[np.int32]
    Flags = NDArray[np.bool_]

_INK = 165
_SPECK = 0.115  # side of a speck in body heights; the dot of a full stop is 0.16 and more, in faint fax print 0.13
_CRUMB = 0.30  # side of a blob that must have neighbours to be print
_SMALLEST_PRINT, _SMALL_PRINT = 0.45, 0.8  # body heights of letters in smaller print on the page
_UNDER = 0.7  # body heights between a mark and its letter, at most
_BEHIND, _LEVEL = 0.3, 0.12  # body heights between a letter and its point: across, and between their feet
_MANY = 2000  # specks painted one by one, with their grey rim
_HOLE = (1.3, 6.0)  # diameter of punch holes in body heights: 5-8 mm beside letters of 2-4 mm; bullets have 0.8 at most


def remove_specks(grey: Pixels, body: float) -> Pixels:
    """Paint specks of a flat page white, in place; marks, full stops and leader dots stay."""
    ink = cv2.threshold(grey, _INK, 1, cv2.THRESH_BINARY_INV)[1]
    labels, boxes = find_blobs(np.asarray(ink, np.uint8))
    longer = np.maximum(boxes[:, 2], boxes[:, 3])
    specks = (boxes[:, 4] <= max(1.0, (_SPECK * body) ** 2)) & (longer <= max(2.0, 0.2 * body))
    specks[_marks_of_small_print(boxes, labels, specks, body)] = False
    crumbs = ~specks & (longer <= _CRUMB * body)
    specks[0] = crumbs[0] = False
    if crumbs.any():
        alone = ~_accompanied(np.asarray(boxes[~specks], np.int32), body)
        specks[np.flatnonzero(~specks)[alone & crumbs[~specks]]] = True
    blobs = np.flatnonzero(specks)
    if len(blobs) > _MANY:
        grey[specks[labels]] = 255
        return grey
    for blob in blobs.tolist():
        x, y, w, h = boxes[blob, :4].tolist()
        around = np.s_[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
        found = labels[around]
        grey[around][(found == 0) | (found == blob)] = 255
    return grey


def _marks_of_small_print(boxes: Counts, labels: Counts, specks: Flags, body: float) -> Counts:
    """Find specks that are marks over letters of small print, or points behind them.

    They are as large beside these as marks and points are beside other letters.
    """
    longer = np.maximum(boxes[:, 2], boxes[:, 3])
    least = _SMALLEST_PRINT * body
    found = np.flatnonzero(specks & (boxes[:, 4] > (_SPECK * least) ** 2) & (longer > 0.2 * least))
    high = boxes[:, 3]
    small = (high >= least) & (high <= _SMALL_PRINT * body) & (boxes[:, 2] <= 2 * body)
    small[0] = False
    marks = []
    for blob in found[:_MANY].tolist():
        x, y, w, h = boxes[blob, :4].tolist()
        under = labels[y + h : y + h + round(_UNDER * body), max(0, x - 1) : x + w + 1]
        before = labels[y : y + h, max(0, x - round(_BEHIND * body)) : x]
        feet = boxes[before[small[before]], 1] + boxes[before[small[before]], 3]
        marks += [blob] if small[under].any() or (np.abs(feet - y - h) <= _LEVEL * body).any() else []
    return np.array(marks, dtype=np.int64)


def _accompanied(boxes: Counts, body: float) -> Flags:
    """Tell which blobs have ink of another blob within about 1.6 body heights, counted on a grid."""
    cell = max(2.0, 1.6 * body)
    x, y, w, h = (boxes[:, column] for column in range(4))
    first_column, last_column = (x / cell).astype(np.int64), ((x + w) / cell).astype(np.int64)
    first_row, last_row = (y / cell).astype(np.int64), ((y + h) / cell).astype(np.int64)
    grid = np.zeros((int(last_row.max()) + 3, int(last_column.max()) + 3), np.float32)
    small = (first_column == last_column) & (first_row == last_row)
    np.add.at(grid, (first_row[small] + 1, first_column[small] + 1), 1)
    for blob in np.flatnonzero(~small)[1:].tolist():  # the first is the paper
        grid[first_row[blob] + 1 : last_row[blob] + 2, first_column[blob] + 1 : last_column[blob] + 2] += 1
    around = cv2.boxFilter(grid, -1, (3, 3), normalize=False)
    return np.asarray(around[first_row + 1, first_column + 1] > 1.5)


def find_edges(dark: Pixels, body: float, shape: tuple[int, int]) -> tuple[Pixels | None, Pixels | None]:
    """Mask black borders of the scanner with punch holes, and the borders alone, on a page of that shape.

    `dark` is the page before flattening, smaller; None where there are none.
    """
    height, width = dark.shape
    scale = shape[1] / width
    ink = cv2.threshold(dark, 0.45 * float(np.percentile(dark, 75)), 1, cv2.THRESH_BINARY_INV)[1]
    side = max(3, round(0.5 * body / scale))
    padded = cv2.copyMakeBorder(ink, side, side, side, side, cv2.BORDER_REPLICATE)
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))[side:-side, side:-side]
    if not thick.any():
        return None, None
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    x, y, w, h, area = (boxes[:, column].astype(np.float64) for column in range(5))
    touching = (x <= 1) | (y <= 1) | (x + w >= width - 1) | (y + h >= height - 1)
    borders = touching & ((np.maximum(w, h) > 4 * body / scale) | (area > 4 * (body / scale) ** 2))
    holes = _holes(x, y, w, h, area, width, height, body / scale)
    borders[0] = holes[0] = False

    def mask_of(chosen: Flags) -> Pixels | None:
        if not chosen.any():
            return None
        mask = cv2.dilate(chosen.astype(np.uint8)[labels], np.ones((5, 5), np.uint8))
        return np.asarray(cv2.resize(mask, shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)

    return mask_of(borders | holes), mask_of(borders)


def _holes(
    x: Matrix,
    y: Matrix,
    w: Matrix,
    h: Matrix,
    area: Matrix,
    width: int,
    height: int,
    body: float,
) -> Flags:
    size = (w + h) / 2
    round_ = (np.abs(w - h) <= 0.2 * size) & (np.abs(area / np.maximum(w * h, 1) - 0.8) < 0.14)
    fits = (size >= _HOLE[0] * body) & (size <= _HOLE[1] * body)
    margin = np.minimum(np.minimum(x, width - x - w), np.minimum(y, height - y - h)) < 0.08 * width
    return np.asarray(round_ & fits & margin)
