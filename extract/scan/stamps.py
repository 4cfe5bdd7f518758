"""Coloured ink: stamps and pens go, the dark strokes under them stay, and lines printed in colour stay too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

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
    red, green, blue = cv2.split(flat)
    strongest, weakest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY), np.uint8)
    chroma = cv2.blur(cv2.subtract(strongest, weakest), (3, 3))
    coloured = (chroma > _COLOURED).astype(np.uint8)
    if np.count_nonzero(coloured) < _LEAST_SHARE * coloured.size:
        return grey
    laid_over = _laid_over(coloured, strongest, body)
    if not laid_over.any():
        return np.asarray(np.where(coloured, cv2.min(grey, weakest), grey), np.uint8)
    # Text printed in colour is as dark as its weakest channel says.
    dark = np.where((coloured > 0) & (laid_over == 0), cv2.min(grey, weakest), grey)
    near = cv2.dilate(laid_over, np.ones((3, 3), np.uint8)) > 0
    return np.asarray(np.where(near, cv2.max(grey, _LEFT[strongest]), dark), np.uint8)


def _what_is_left() -> Pixels:
    """Greys for a stamp's strongest channel, stretched so that the stamp alone becomes paper and ink under it stays."""
    strongest = np.arange(256, dtype=np.float64)
    share = np.clip((strongest / 255 - _PALE) / (_SOLID - _PALE), 0, 1)
    return np.asarray(strongest + (255 - strongest) * share, np.uint8)


_LEFT = _what_is_left()


def _laid_over(coloured: Pixels, strongest: Any, body: float) -> Pixels:
    """Pixels of stamps and pens: groups of colour with parts taller than letters, or with dark ink in their place."""
    joined = cv2.dilate(coloured, np.ones((max(3, int(0.9 * body)), max(3, int(1.5 * body))), np.uint8))
    count, groups = cv2.connectedComponents(joined, connectivity=8)
    parts, labels, stats, _ = cv2.connectedComponentsWithStats(coloured, connectivity=8)
    inked = coloured > 0
    first = np.zeros(parts, np.int64)  # the group that each part lies in
    first[labels[inked]] = groups[inked]
    tall = np.zeros(count, bool)
    is_tall = (stats[:, 3] > _TALL * body) | (stats[:, 4] > 12 * body * body)
    is_tall[0] = False
    np.logical_or.at(tall, first[is_tall], True)
    dark = (strongest < 0.45 * 255).astype(np.uint8)
    area = np.bincount(groups.ravel(), minlength=count).astype(np.float64)
    own = np.bincount(groups[inked].ravel(), minlength=count).astype(np.float64)
    under = np.bincount(groups[dark > 0].ravel(), minlength=count).astype(np.float64)
    over = tall | ((under > _OVERLAP * np.maximum(own, 1)) & (area > 30 * body * body))
    over[0] = False
    return np.asarray(over[groups] & inked, np.uint8)
