"""Page work before reading: upright, level, flat, in letters of a useful size, without stamps and shadows.

Estimates (light, skew, outline of a photographed sheet, size of letters) are made on reduced pictures; then one warp
and one pass over colours make the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.light import flattened
from extract.scan.outline import find_sheet
from extract.scan.parts import Straight
from extract.scan.skew import is_turned, skew_of
from extract.scan.stamps import without_stamps

if TYPE_CHECKING:
    from extract.scan.parts import Matrix, Picture, Pixels

cv2.setNumThreads(1)  # the batch runs one process for each core

_BODY = 21.0  # pixels a letter's body is brought down to; the recogniser's line pictures have 18
_LARGE_BODY = 26.0  # smaller letters are left as they are: each reduction costs sharpness
_MOST_PIXELS = 24_000_000  # of the straightened page: A3 at 300 dpi has 17 million
_ESTIMATE = 1400  # pixels of the longer side of the picture that estimates are made on
_LEAST_SKEW = 0.04  # degrees; less moves no line by a pixel
_BODY_POINTS = 6.5  # a body of 14-point Thai type is about as high: gives a resolution where none is told


def straighten(picture: Picture) -> Straight:
    """Turn, level, flatten and clean a page; `back` leads from its pixels to those of the picture."""
    pixels = np.ascontiguousarray(picture.pixels)
    back: Matrix = np.eye(3)
    if pixels.shape[0] * pixels.shape[1] > 4 * _MOST_PIXELS:
        pixels, back = _resized(pixels, back, (4 * _MOST_PIXELS / (pixels.shape[0] * pixels.shape[1])) ** 0.5)
    sheet = find_sheet(pixels)
    if sheet is not None:
        size, to_picture = sheet
        back = back @ to_picture
        pixels = _warped(pixels, np.asarray(to_picture), size)
    small, _ = _resized(pixels, np.eye(3), min(1.0, _ESTIMATE / max(pixels.shape[:2])))
    ink = _ink(small)
    turned = 90 if is_turned(ink) else 0
    if turned:
        height = pixels.shape[0]
        pixels, ink = np.ascontiguousarray(np.rot90(pixels, -1)), np.ascontiguousarray(np.rot90(ink, -1))
        back = back @ np.array([[0, 1, 0], [-1, 0, height - 1], [0, 0, 1]], np.float64)
    body = letter_body(ink) * max(pixels.shape[:2]) / max(small.shape[:2])
    scale = _BODY / body if body > _LARGE_BODY else 1.0
    scale = min(scale, (_MOST_PIXELS / (pixels.shape[0] * pixels.shape[1])) ** 0.5)
    if scale < 0.97:
        pixels, back = _resized(pixels, back, scale)
    angle = skew_of(ink)
    if abs(angle) >= _LEAST_SKEW:
        pixels, back = _rotated(pixels, back, angle)
    grey = without_stamps(flattened(pixels, body * scale), body * scale)
    dpi = picture.dpi * scale if picture.dpi else body * scale * 72.0 / _BODY_POINTS
    return Straight(_without_edges(grey, body * scale), float(dpi), back, turned)


def letter_body(ink: Pixels) -> float:
    """Judge the height of letters without marks, in pixels of the picture of ink (1 ink, 0 paper)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    letters = height[(height >= 5) & (height <= 80) & (width >= 0.3 * height) & (width <= 2.5 * height)]
    if len(letters) < 8:
        return 16.0
    counts = np.bincount(letters, weights=letters.astype(np.float64), minlength=90)
    return float(np.convolve(counts, [1, 2, 3, 2, 1], mode="same").argmax())


def _ink(pixels: Pixels) -> Pixels:
    """Ink of a reduced picture: darker than what is around it."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    around = cv2.medianBlur(cv2.dilate(grey, np.ones((7, 7), np.uint8)), 31)
    return ((around.astype(np.int16) - grey) > 45).astype(np.uint8)


def _resized(pixels: Pixels, back: Matrix, scale: float) -> tuple[Pixels, Matrix]:
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return pixels, back
    across, down = width / size[0], height / size[1]
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # Centres of pixels lie at half numbers.
    step = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]], np.float64)
    return np.asarray(small, np.uint8), back @ step


def _rotated(pixels: Pixels, back: Matrix, angle: float) -> tuple[Pixels, Matrix]:
    """Rotate by `angle` degrees (counter-clockwise lines come level), the page growing so that no corner is lost."""
    height, width = pixels.shape[:2]
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    wide, tall = int(np.ceil(width * cosine + height * sine)), int(np.ceil(height * cosine + width * sine))
    turn[0, 2] += (wide - width) / 2
    turn[1, 2] += (tall - height) / 2
    to_before = np.linalg.inv(turn)
    return _warped(pixels, to_before, (wide, tall)), back @ to_before


def _warped(pixels: Pixels, to_before: NDArray[Any], size: tuple[int, int]) -> Pixels:
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(pixels, to_before, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _without_edges(grey: Pixels, body: float) -> Pixels:
    """Wipe the black rims that a scanner leaves where the paper ended: thick dark parts that touch the edge."""
    dark = (grey < 110).astype(np.uint8)
    rim = np.ones_like(dark)
    depth = max(2, int(0.3 * body))
    rim[depth:-depth, depth:-depth] = 0
    if np.count_nonzero(dark & rim) < 4 * body:
        return grey
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((max(3, int(0.45 * body)),) * 2, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    height, width = grey.shape
    x0, y0, wide, tall = (stats[:, at] for at in range(4))
    touches = (x0 <= depth) | (y0 <= depth) | (x0 + wide >= width - depth) | (y0 + tall >= height - depth)
    chosen = touches & (np.maximum(wide, tall) > 3 * body)
    chosen[0] = False
    if count < 2 or not chosen.any():
        return grey
    mask = cv2.dilate(chosen[labels].astype(np.uint8), np.ones((int(0.4 * body) | 1,) * 2, np.uint8))
    cleaned = grey.copy()
    cleaned[mask > 0] = 255
    return cleaned
