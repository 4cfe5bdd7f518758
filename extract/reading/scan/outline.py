"""The outline of a sheet on a photo: found only where a bright four-sided sheet lies on a darker ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.resolution import halved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.scan.handover import Matrix, Pixels

_INSET = 0.992  # of the sheet is kept: its rim is shadow and table, its margin empty
_SIDE = 600  # longer side of the copy on which the sheet is looked for


def find_sheet(grey: Pixels) -> Matrix | None:
    """Find the corners of the sheet, (4, 2) from the left top clockwise, in pixels; None unless it is sure."""
    if max(grey.shape) <= _SIDE or _SIDE / max(grey.shape) * min(grey.shape) < 60:
        return None
    rough, times = halved(grey, _SIDE)
    # Most pages show no sheet, which a rough copy tells in a fifth of the time; corners come from a better one.
    if times > 1 and _corners(rough) is None:
        return None
    return _corners(grey)


def _corners(grey: Pixels) -> Matrix | None:
    scale = _SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    # Print is closed away first, or lines of letters would cut the sheet to pieces.
    closed = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 5)
    level, bright = cv2.threshold(closed, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(np.asarray(bright, np.uint8))
    if count < 2 or level > 225:
        return None
    sheet = int(boxes[1:, 4].argmax()) + 1
    area = float(boxes[sheet, 4])
    if not 0.25 <= area / (width * height) <= 0.96:
        return None
    mask = (labels == sheet).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    corners = _four_corners(np.asarray(hull, np.int32))
    if corners is None or not _sure(corners, mask, np.asarray(closed, np.uint8)):
        return None
    middle = corners.mean(axis=0)
    return np.asarray((middle + (corners - middle) * _INSET) / scale, np.float64)


def _four_corners(hull: NDArray[np.int32]) -> Matrix | None:
    length = cv2.arcLength(hull, closed=True)
    for share in (0.01, 0.02, 0.03, 0.04):
        corners = cv2.approxPolyDP(hull, share * length, closed=True).reshape(-1, 2).astype(np.float64)
        if len(corners) == 4:
            return _clockwise(corners)
    return None


def _clockwise(corners: Matrix) -> Matrix:
    around = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.asarray(np.roll(ordered, -int((ordered.sum(axis=1)).argmin()), axis=0), np.float64)


def _sure(corners: Matrix, mask: Pixels, closed: Pixels) -> bool:
    """Ask for a sheet that fills its outline, with near right angles, seen at three sides on a darker ground."""
    filled = np.zeros_like(mask)
    cv2.fillConvexPoly(filled, corners.astype(np.int32), 1)
    inside = int(np.count_nonzero(filled))
    if np.count_nonzero(mask & filled) < 0.93 * inside or np.count_nonzero(mask & ~filled & 1) > 0.04 * inside:
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    turns = sides / np.maximum(lengths[:, None], 1e-9)
    if np.any(np.abs((turns * np.roll(turns, -1, axis=0)).sum(axis=1)) > 0.42):  # 65 to 115 degrees
        return False
    if lengths.min() < 0.3 * max(mask.shape) or np.any(np.abs(np.log(lengths[:2] / lengths[2:])) > 0.5):
        return False
    height, width = mask.shape
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    clear = (middles[:, 0] > 3) & (middles[:, 0] < width - 4) & (middles[:, 1] > 3) & (middles[:, 1] < height - 4)
    if np.count_nonzero(clear) < 3:
        return False
    outside = closed[cv2.dilate(filled, np.ones((9, 9), np.uint8)) == 0]
    if outside.size < 0.01 * mask.size:
        return False
    paper = float(np.median(closed[filled > 0]))
    return bool(np.median(outside) < 0.72 * paper and np.percentile(outside, 90) < 0.92 * paper)


def to_rectangle(corners: Matrix) -> tuple[Matrix, tuple[int, int]]:
    """Give the homography (edges of pixels) that lays the sheet flat, and the size (width, height) it then has."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    width, height = round(max(lengths[0], lengths[2])), round(max(lengths[1], lengths[3]))
    # Sheets are A4 or near it: foreshortening is undone where the ratio is within a tenth of it.
    for longer, shorter in ((height, width), (width, height)):
        if 0.9 < longer / shorter / 2**0.5 < 1.1:
            if longer == height:
                height = max(height, round(width * 2**0.5))
                width = round(height / 2**0.5)
            else:
                width = max(width, round(height * 2**0.5))
                height = round(width / 2**0.5)
            break
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(matrix, np.float64), (width, height)
