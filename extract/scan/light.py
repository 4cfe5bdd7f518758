"""Even light: each channel divided by the paper around, so that shadows, yellow paper and grey grounds become white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.scan.parts import Pixels

_DARKEST = 24  # of a ground that can be made paper: what is darker is a photograph
_REDUCED = 5  # the paper is looked for on a picture so many times smaller


def flattened(pixels: Pixels, body: float) -> Pixels:
    """Return the page with paper at 255 everywhere; shape as given. `body` is the height of letters in pixels."""
    if is_bilevel(pixels):
        return pixels
    size = (max(1, pixels.shape[1] // _REDUCED), max(1, pixels.shape[0] // _REDUCED))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    reach = max(3, int(1.6 * body / _REDUCED) | 1)
    paper = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    paper = cv2.medianBlur(paper, min(2 * reach + 1, 31) | 1)
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 2)
    ground = cv2.resize(
        np.maximum(paper, np.uint8(_DARKEST)), (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR
    )
    return np.asarray(cv2.divide(pixels, ground, scale=255), np.uint8)


def is_bilevel(pixels: Pixels) -> bool:
    """Tell whether a grey picture holds black and white alone, as a fax does."""
    if pixels.ndim == 3:
        return False
    sample = pixels[::3, ::3]
    return bool(((sample < 8) | (sample > 247)).mean() > 0.995)
