"""From the cut of a line to the picture that the model was trained on: one height, one body, one contrast.

Training calls the same functions, so that a line of a page and a line of the training look alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.levels import level_counts, percentiles

if TYPE_CHECKING:
    from extract.reading.scan.handover import LineCut, Pixels
    from extract.reading.scan.model_data import LineModel

INK_PERCENTILE, PAPER_PERCENTILE = 1.5, 80.0  # of a line's pixels: the darkest strokes, and safely paper
LEAST_CONTRAST = 50.0  # grey levels; a fainter line is stretched no further, or noise would turn into ink
SOFTEN_BELOW, SOFTNESS = 0.8, 0.4  # shrinking by more is preceded by a blur of this many target pixels
LARGEST_SCALE = 12.0  # a body of less than two pixels holds no letters
PIECE = 8_192  # columns warped at once; OpenCV addresses at most 32,767


def normalised(grey: Pixels) -> Pixels:
    """Stretch a grey line picture so that paper is 0 and ink 255."""
    dark, light = percentiles(np.ascontiguousarray(grey[:, ::2]), (INK_PERCENTILE, PAPER_PERCENTILE))
    span = max(light - dark, LEAST_CONTRAST)
    stretched = (np.float32(light) - grey.astype(np.float32)) * np.float32(255 / span)
    pixels: Pixels = np.clip(stretched, 0, 255).astype(np.uint8)
    return pixels


def scale_of(cut: LineCut, model: LineModel) -> float:
    """Return how many columns of the model's picture one column of the cut takes."""
    body = cut.body_bottom - cut.body_top
    if not body > 0:
        # The cutter saw no body: a line is about three bodies high with its marks.
        body = max(1.0, cut.pixels.shape[0] / 3)
    return float(min(LARGEST_SCALE, model.body / body))


def prepare(cut: LineCut, model: LineModel) -> Pixels:
    """Scale a cut to the model's height and body, 0 paper .. 255 ink; (height, width), width 0 for an empty cut."""
    rows, columns = cut.pixels.shape[:2]
    if rows == 0 or columns == 0:
        return np.zeros((model.height, 0), np.uint8)
    scale = scale_of(cut, model)
    middle = (cut.body_top + cut.body_bottom) / 2
    if not 0 <= middle <= rows:
        middle = rows / 2  # no body was seen
    # Only the rows that can reach the picture are touched: a cut may be a whole page high.
    reach = 4 / scale + 4
    first = min(max(0, int(middle - model.above / scale - reach)), rows - 1)
    last = max(min(rows, int(middle + (model.height - model.above) / scale + reach) + 1), first + 1)
    grey = cut.pixels[first:last]
    if scale < SOFTEN_BELOW:
        grey = cv2.GaussianBlur(grey, (0, 0), SOFTNESS / scale).astype(np.uint8, copy=False)
    return normalised(_warped(grey, scale, model.above - scale * (middle - first), model.height))


def _warped(grey: Pixels, scale: float, shift: float, height: int) -> Pixels:
    """Scale rows and columns alike and move the rows by `shift`; edges of pixels, not their middles, are at 0."""
    paper = _paper(grey)
    width = max(1, round(grey.shape[1] * scale))
    result = np.empty((height, width), np.uint8)
    how = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    for start in range(0, width, PIECE):
        stop = min(width, start + PIECE)
        left = max(0, int(start / scale) - 4)
        source = np.ascontiguousarray(grey[:, left : int(stop / scale) + 5])
        half = (scale - 1) / 2
        matrix = np.array([[scale, 0, left * scale - start + half], [0, scale, shift + half]], np.float64)
        result[:, start:stop] = cv2.warpAffine(
            source, matrix, (stop - start, height), flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
        )
    return result


def _paper(grey: Pixels) -> int:
    """Return the level that 85 % of the pixels do not exceed; counting levels is faster than sorting pixels."""
    return int(np.searchsorted(np.cumsum(level_counts(grey)), 0.85 * grey.size))
