"""A photographed sheet: its four corners before a darker ground, and the warp that lays it flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from extract.scan.parts import Matrix, Pixels

_REDUCED = 700  # pixels of the longer side of the picture that the sheet is looked for in
_LEAST, _MOST = 0.25, 0.97  # share of the picture that a sheet covers
_DARKER = 30  # levels of grey by which the ground around has to be darker than the sheet
_SQUARE = 0.35  # how far the cosine of a corner may be from a right angle's: a photo from the side, not a fold


def find_sheet(pixels: Pixels) -> tuple[tuple[int, int], Matrix] | None:
    """Return the size of the sheet laid flat and the matrix from its pixels to the picture's; None where unsure."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _REDUCED / max(height, width))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) if small.ndim == 3 else small
    grey = cv2.medianBlur(cv2.dilate(grey, np.ones((9, 9), np.uint8)), 9)
    rim = np.concatenate([grey[:6].ravel(), grey[-6:].ravel(), grey[:, :6].ravel(), grey[:, -6:].ravel()])
    middle = float(np.median(grey[grey.shape[0] // 4 : -grey.shape[0] // 4, grey.shape[1] // 4 : -grey.shape[1] // 4]))
    if float(np.median(rim)) > middle - _DARKER:
        return None  # the paper fills the picture: a scan
    level, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if level <= 0:
        return None
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    share = cv2.contourArea(hull) / grey.size
    corners = _corners(hull)
    if not _LEAST <= share <= _MOST or corners is None or cv2.contourArea(corners) < 0.93 * cv2.contourArea(hull):
        return None
    corners = corners / scale
    wide = int(max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])))
    tall = int(max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])))
    flat = np.array([[0, 0], [wide - 1, 0], [wide - 1, tall - 1], [0, tall - 1]], np.float32)
    to_picture = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    return (wide, tall), np.asarray(to_picture, np.float64)


def _corners(hull: Any) -> NDArray[np.float32] | None:
    """The four corners of a hull from the top left clockwise; None if it is no quadrilateral with fair angles."""
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.03, 0.05, 0.08):
        found = cv2.approxPolyDP(hull, share * around, True)
        if len(found) == 4:
            break
    else:
        return None
    points = found.reshape(4, 2).astype(np.float32)
    centre = points.mean(0)
    points = points[np.argsort(np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0]))]
    for at in range(4):
        one, other = points[at - 1] - points[at], points[(at + 1) % 4] - points[at]
        if abs(float(one @ other)) > _SQUARE * float(np.linalg.norm(one) * np.linalg.norm(other)):
            return None
    return np.asarray(points, np.float32)
