"""The letters of a page, counted on a small copy: how large they are and where their edges lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.blobs import find_blobs
from extract.reading.scan.light import flatten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.scan.handover import Pixels

SKETCH_SIDE = 1760
"""Longer side of the small copy: A4 at 150 dpi, where marks and dots can still be told from noise."""

_INK = 150  # of 255 on the flattened copy; print at 150 dpi lies at 20-120, show-through above 190
_FEW = 12  # letters below which a size is no more than chance


@dataclass(frozen=True, slots=True)
class Sketch:
    """A small flat copy of a page with the boxes of its blobs of ink."""

    grey: Pixels  # flattened
    scale: float  # pixels here for one pixel of the picture
    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]  # (n, 5) x, y, width, height, area; row 0 is the paper
    lettered: NDArray[np.bool_]  # which blobs have the size of a letter


def sketch(grey: Pixels) -> Sketch:
    """Reduce a grey page to SKETCH_SIDE at most and find its blobs."""
    scale = min(1.0, SKETCH_SIDE / max(grey.shape))
    if scale < 1:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    flat = flatten(grey)
    ink = cv2.threshold(flat, _INK, 1, cv2.THRESH_BINARY_INV)[1]
    labels, boxes = find_blobs(np.asarray(ink, np.uint8))
    width, height, area = boxes[:, 2], boxes[:, 3], boxes[:, 4]
    longer = np.maximum(width, height)
    # Not a rule (long and thin), not a picture or a border; noise has few pixels. A joined word is up to 12 high.
    lettered = (longer >= 5) & (longer <= 110) & (np.minimum(width, height) >= 3) & (area >= 10)
    lettered &= area < 0.9 * width * height + 12
    lettered[0] = False
    return Sketch(flat, scale, labels, boxes, lettered)


def letter_height(page: Sketch, sideways: bool = False) -> float | None:
    """Find the commonest height of letters without marks, in pixels of the sketch; None where there are too few.

    Marks are lower and letters joined to marks are higher, so the peak of the heights is the letters' own.
    """
    boxes = page.boxes[page.lettered]
    tall, wide = (boxes[:, 2], boxes[:, 3]) if sideways else (boxes[:, 3], boxes[:, 2])
    heights = tall[(wide >= 0.35 * tall) & (wide <= 6 * tall)]
    if len(heights) < _FEW:
        return None
    # Weighted by height: a fax has more marks, dots and crumbs than letters.
    counts = np.bincount(heights, minlength=112).astype(np.float64) * np.arange(max(112, heights.max() + 1))
    smooth = np.convolve(counts, (0.5, 1.0, 0.5), mode="same")
    peak = int(smooth.argmax())
    near = slice(max(0, peak - 1), peak + 2)
    return float((counts[near] * np.arange(len(counts))[near]).sum() / max(counts[near].sum(), 1e-9))
