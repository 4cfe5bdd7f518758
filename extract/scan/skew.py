"""How far lines of text are from level, and whether they run up or down the page instead of across."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.scan.parts import Pixels

_MOST = 5.0  # degrees; a scanner's feeder reaches 3
_COARSE, _FINE = 0.5, 0.05  # degrees
_WIDTH = 700  # pixels of the picture that is sheared
_TURNED = 1.6  # how much sharper the rows of a turned page are than its columns; tables of upright pages reach 0.9


def skew_of(ink: Pixels) -> float:
    """Degrees by which a page has to be rotated counter-clockwise for its lines to run level."""
    letters = _letters(ink)
    if np.count_nonzero(letters) < 200:
        return 0.0
    scale = min(1.0, _WIDTH / letters.shape[1])
    small = cv2.resize(letters * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    coarse = np.arange(-_MOST, _MOST + _COARSE / 2, _COARSE)
    best = float(coarse[int(np.argmax([_sharpness(small, angle) for angle in coarse]))])
    for step in (0.1, _FINE):
        near = best + step * np.arange(-5, 6)
        best = float(near[int(np.argmax([_sharpness(small, angle) for angle in near]))])
    return 0.0 if abs(best) >= _MOST + 0.4 else round(best, 3)


def is_turned(ink: Pixels) -> bool:
    """Tell whether lines run up and down: then columns of the picture change more sharply than its rows."""
    letters = _letters(ink)
    if np.count_nonzero(letters) < 200:
        return False
    scale = min(1.0, _WIDTH / max(letters.shape))
    small = cv2.resize(letters * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    across = max(_periodicity(small, angle) for angle in (-1.5, -0.75, 0.0, 0.75, 1.5))
    upward = np.ascontiguousarray(np.rot90(small, -1))
    down = max(_periodicity(upward, angle) for angle in (-1.5, -0.75, 0.0, 0.75, 1.5))
    return down > _TURNED * across


def _letters(ink: Pixels) -> Pixels:
    """Ink of the size of letters: rules, frames and pictures say little about lines."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    most = max(40, ink.shape[0] // 25)
    kept = (area >= 6) & (height <= most) & (width <= 4 * most) & (height >= 3)
    kept[0] = False
    return np.asarray(kept[labels], np.uint8)


def _sharpness(picture: Any, degrees: float) -> float:
    """Sum of squared steps of the profile of rows after a shear."""
    height, width = picture.shape
    slope = np.tan(np.deg2rad(degrees))
    matrix = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float64)
    rows = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_NEAREST).sum(1, dtype=np.float64)
    return float((np.diff(rows) ** 2).sum())


def _periodicity(picture: Any, degrees: float) -> float:
    """Sharpness by the ink that makes it, so that portrait and landscape compare."""
    ink = float(picture.sum(dtype=np.float64)) or 1.0
    return _sharpness(picture, degrees) / ink / (picture.shape[1] or 1)
