"""Levels of grey counted instead of sorted: the same percentiles as numpy's, in a tenth of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from extract.reading.scan.handover import Pixels


def level_counts(pixels: Pixels) -> NDArray[np.int64]:
    """Count the pixels of each level: 256 numbers."""
    if pixels.size >= _EXACT:  # OpenCV counts in floats
        return np.bincount(pixels.ravel(), minlength=256).astype(np.int64, copy=False)
    return np.asarray(cv2.calcHist([pixels], [0], None, [256], [0, 256]), np.float32).ravel().astype(np.int64)


_EXACT = 1 << 24  # whole numbers that a float holds


def percentiles(pixels: Pixels, shares: Sequence[float]) -> list[float]:
    """Give percentiles (0-100) of the pixels, between two levels in proportion, as numpy.percentile does."""
    upto = np.cumsum(level_counts(pixels))
    found = []
    for share in shares:
        place = share / 100 * (pixels.size - 1)
        below = int(place)
        part = place - below
        low = int(np.searchsorted(upto, below, side="right"))
        high = int(np.searchsorted(upto, min(below + 1, pixels.size - 1), side="right"))
        # numpy counts from the nearer of the two, so that both ends come out exactly.
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
    return found
