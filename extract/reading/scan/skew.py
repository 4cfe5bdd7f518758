"""How far the lines of a page lean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.reading.scan.handover import Matrix as Points
    from extract.reading.scan.letters import Sketch

WIDEST = 6.0
"""Degrees to both sides that are tried."""

_COARSE_POINTS = 7_000
_FINE_POINTS = 30_000


def edge_points(page: Sketch, sideways: bool = False) -> Points:
    """List (x, y) of the lower edges of ink, centred; with `sideways` the page is looked at turned by a quarter.

    Lower edges stand on the baseline, so their profile has the sharpest peaks. Rules, borders and pictures are left
    out where there are letters enough.
    """
    chosen = page.lettered if np.count_nonzero(page.lettered) >= 40 else np.arange(len(page.lettered)) > 0
    ink = chosen.view(np.uint8)[page.labels]
    if sideways:
        ink = np.asarray(cv2.transpose(ink), np.uint8)
    rows, columns = np.divmod(np.flatnonzero(ink[:-1] > ink[1:]), ink.shape[1])
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    return np.asarray(points - (ink.shape[1] / 2, ink.shape[0] / 2), np.float64)


def coarse_lean(points: Points) -> tuple[float, float]:
    """Find the angle to 0.25 degrees (positive: lines fall to the right), and how sharp the lines are at it."""
    if len(points) < 60:
        return 0.0, 0.0
    few = points[:: max(1, len(points) // _COARSE_POINTS)]
    angles = np.arange(-WIDEST, WIDEST + 0.01, 0.25)
    scores = np.array([_sharpness(few, float(angle)) for angle in angles])
    return float(angles[int(scores.argmax())]), float(scores.max() / max(float(np.median(scores)), 1e-9))


def fine_lean(points: Points, near: float) -> float:
    """Find the angle to 0.02 degrees round one found coarsely."""
    if len(points) < 60:
        return near
    many = points[:: max(1, len(points) // _FINE_POINTS)]
    best = near
    for step in (0.08, 0.025):
        angles = best + step * np.arange(-4, 5)
        scores = np.array([_sharpness(many, float(angle)) for angle in angles])
        at = int(np.clip(scores.argmax(), 2, len(angles) - 3))
        # A parabola through five: the top of three is flat where the rows of pixels are level themselves.
        bend, slope, _ = np.polyfit(np.arange(-2.0, 3.0), scores[at - 2 : at + 3], 2)
        offset = float(np.clip(-slope / (2 * bend), -2, 2)) if bend < 0 else float(scores.argmax() - at)
        best = float(angles[at]) + offset * step
    return best


def _sharpness(points: Points, angle: float) -> float:
    heights = points[:, 1] - points[:, 0] * float(np.tan(np.radians(angle)))
    heights -= heights.min()
    places = heights.astype(np.int64)
    part = heights - places
    # Shared between two rows, or the score would leap at every angle that moves a point into the next row.
    size = int(places.max()) + 2
    profile = np.bincount(places, 1 - part, minlength=size) + np.bincount(places + 1, part, minlength=size)
    return float((profile * profile).sum())
