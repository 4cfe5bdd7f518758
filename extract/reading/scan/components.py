"""The ink of a page, its connected parts, and the size of its letters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from extract.reading.scan.blobs import find_blobs
from extract.reading.scan.levels import level_counts

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.int32]

MOST_PARTS = 20_000  # a dense page of prose has about 4,000; what is smaller is left to the picture's grey
INK_LEVEL = 0.42  # of the way from paper to ink: thin strokes at 150 dpi still hold together


@dataclass(slots=True)
class Components:
    """Connected parts of the ink; index 0 is the paper."""

    labels: Labels  # (height, width): number of the part at each pixel
    x0: Floats
    y0: Floats
    x1: Floats  # one past the last pixel
    y1: Floats
    area: Floats

    @property
    def width(self) -> Floats:
        return self.x1 - self.x0

    @property
    def height(self) -> Floats:
        return self.y1 - self.y0


def paper_level(pixels: Pixels) -> int:
    """Tell the grey of the paper, 0..255."""
    return int(np.median(pixels[::4, ::4])) if pixels.size else 255


def find_ink(pixels: Pixels) -> Pixels:
    """Tell ink (1) from paper (0); a page more dark than light has no ink that could be read."""
    paper = paper_level(pixels)
    if paper < 100:
        return np.zeros_like(pixels)
    counts = level_counts(pixels)[: paper - 60]
    count = int(counts.sum())
    if not count:
        return np.zeros_like(pixels)
    ink = float((counts * np.arange(len(counts))).sum() / count)
    # Whole levels compare as bytes, eight times as fast as with a fraction.
    return np.less(pixels, np.uint8(math.ceil(paper - INK_LEVEL * (paper - ink)))).view(np.uint8)


def find_components(ink: Pixels) -> Components:
    """Find the 8-connected parts; of very many, the smaller ones are left out (their boxes become empty)."""
    labels, stats = find_blobs(ink)
    numbers = stats.astype(np.float64)
    area = numbers[:, 4].copy()
    area[0] = 0
    area[area < 3] = 0
    if np.count_nonzero(area) > MOST_PARTS:
        order = np.argsort(-area, kind="stable")
        area[order[MOST_PARTS:]] = 0
    x0, y0 = numbers[:, 0], numbers[:, 1]
    return Components(labels, x0, y0, x0 + numbers[:, 2], y0 + numbers[:, 3], area)


def body_height(parts: Components, dpi: float) -> float:
    """Judge the height of letters without marks, pixels, as most of the page has them."""
    least, most = max(5.0, 0.035 * dpi), max(12.0, 0.25 * dpi)
    height, width = parts.height, parts.width
    fit = (parts.area > 0) & (height >= least) & (height <= most) & (width >= 0.3 * height) & (width <= 3 * height)
    if not fit.any():
        return 0.09 * dpi
    counts = np.bincount(height[fit].astype(np.int64), weights=height[fit])
    smooth = np.convolve(counts, [1, 2, 3, 2, 1], mode="same")
    peak = int(smooth.argmax())
    near = fit & (np.abs(height - peak) <= max(1.0, 0.08 * peak))
    return float(height[near].mean()) if near.any() else float(peak)
