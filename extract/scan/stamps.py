"""Coloured ink: stamps and pens go, the dark strokes under them stay, and lines printed in colour stay too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from extract.scan.parts import Pixels

_COLOURED = 38  # difference of the strongest and the weakest channel of flattened pixels; JPEG makes 20 of black text
_LEAST_SHARE = 0.0004  # of the page; less is noise of the camera
_PALE, _SOLID = 0.42, 0.62  # shares of white: dark strokes under a stamp lie below, the stamp alone above
_TALL = 3.2  # bodies; parts of a stamp's frame and of signatures are taller, letters in colour are not
_OVERLAP = 0.12  # share of dark ink in the place of a coloured group that makes it something laid over text


def without_stamps(flat: Pixels, body: float) -> Pixels:
    """Return a flattened page as grey; `body` is the height of letters in pixels."""
    if flat.ndim == 2:
        return flat
    strongest, weakest = flat.max(2), flat.min(2)
    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY), np.uint8)
    chroma = cv2.blur(cv2.subtract(strongest, weakest), (3, 3))
    coloured = (chroma > _COLOURED).astype(np.uint8)
    if np.count_nonzero(coloured) < _LEAST_SHARE * coloured.size:
        return grey
    laid_over = _laid_over(coloured, strongest, body)
    if not laid_over.any():
        return np.asarray(np.where(coloured, cv2.min(grey, weakest), grey), np.uint8)
    # What is left of a stamp's pixel is its strongest channel, stretched so that the stamp itself becomes paper.
    left = np.clip((strongest.astype(np.float32) / 255 - _PALE) / (_SOLID - _PALE), 0, 1)
    kept = np.minimum(strongest, 255).astype(np.float32)
    cleaned = kept + (255 - kept) * left
    weight = cv2.blur(laid_over.astype(np.float32), (3, 3))
    weight = np.maximum(weight, laid_over.astype(np.float32))
    # Text printed in colour is as dark as its weakest channel says.
    dark = np.where(coloured & ~laid_over, cv2.min(grey, weakest), grey).astype(np.float32)
    return np.asarray(np.clip(dark * (1 - weight) + cleaned * weight, 0, 255), np.uint8)


def _laid_over(coloured: Pixels, strongest: Pixels, body: float) -> NDArray[np.bool_]:
    """Pixels of stamps and pens: groups of colour with parts taller than letters, or with dark ink in their place."""
    joined = cv2.dilate(coloured, np.ones((max(3, int(0.9 * body)), max(3, int(1.5 * body))), np.uint8))
    count, groups = cv2.connectedComponents(joined, connectivity=8)
    parts, labels, stats, _ = cv2.connectedComponentsWithStats(coloured, connectivity=8)
    first = _group_of_parts(labels, groups, stats, parts)
    tall = np.zeros(count, bool)
    is_tall = (stats[:, 3] > _TALL * body) | (stats[:, 4] > 12 * body * body)
    is_tall[0] = False
    np.logical_or.at(tall, first[is_tall], True)
    dark = (strongest < 0.45 * 255).astype(np.uint8)
    area = np.bincount(groups.ravel(), minlength=count).astype(np.float64)
    own = np.bincount(groups[coloured > 0].ravel(), minlength=count).astype(np.float64)
    under = np.bincount(groups[dark > 0].ravel(), minlength=count).astype(np.float64)
    over = tall | ((under > _OVERLAP * np.maximum(own, 1)) & (area > 30 * body * body))
    over[0] = False
    return np.asarray(over[groups] & (coloured > 0), np.bool_)


def _group_of_parts(labels: Any, groups: Any, stats: Any, parts: int) -> NDArray[np.int64]:
    """The group that each coloured part lies in, by its first pixel in the order of rows."""
    found = np.zeros(parts, np.int64)
    flat = labels.ravel()
    numbers, places = np.unique(flat, return_index=True)
    found[numbers] = groups.ravel()[places]
    found[0] = 0
    return found
