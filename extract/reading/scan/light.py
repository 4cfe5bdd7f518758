"""Uneven light, yellow paper and grey grounds: divided away by what the paper would be without ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

STEP = 4  # the paper is judged on a copy this many times smaller
_DARKEST = 0.42  # of the page's paper: a darker ground is ink, a border or a picture, not paper in shadow
_WHITE = 0.92  # of the local paper: noise and weak show-through above it become white


def reduced(picture: Pixels) -> Pixels:
    """Make a page STEP times smaller."""
    height, width = picture.shape[:2]
    size = (max(1, width // STEP), max(1, height // STEP))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def paper(small: Pixels, reach: int) -> Pixels:
    """Judge the paper behind the ink of a page, grey or RGB, on the reduced page, and as large as that.

    Strokes up to `reach` pixels of the page wide are taken for ink. Edges of grounds stay where they are.
    """
    side = max(3, reach // STEP) | 1
    kernel = np.ones((side, side), np.uint8)
    edge = side
    padded = cv2.copyMakeBorder(small, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    closed = cv2.erode(cv2.dilate(padded, kernel), kernel)
    closed = cv2.blur(closed, (3, 3))[edge:-edge, edge:-edge]
    planes = closed.reshape(*small.shape[:2], -1)
    for plane in range(planes.shape[2]):
        least = _DARKEST * float(np.percentile(planes[::4, ::4, plane], 75))
        np.maximum(planes[:, :, plane], np.uint8(least), out=planes[:, :, plane])
    return np.asarray(closed, np.uint8)


def divide(picture: Pixels, ground: Pixels) -> Pixels:
    """Divide a page by its paper (of any size): paper becomes 255, ink keeps its share of it."""
    height, width = picture.shape[:2]
    full = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(picture, full, scale=255 / _WHITE), np.uint8)


def flatten(grey: Pixels, reach: int = 28) -> Pixels:
    """Flatten a grey page whose strokes are at most `reach` pixels wide."""
    return divide(grey, paper(reduced(grey), reach))
