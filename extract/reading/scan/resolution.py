"""How fine a picture is, and how far it is reduced for the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.reading.scan.handover import Picture, Pixels

MOST_PIXELS = 16_000_000  # of the straightened page; A3 at 300 dpi has 17.4 million
_BODY_MOST = 23.0  # pixels; larger letters are reduced
_BODY_AIM = 20.0
_DPI = (50.0, 1300.0)
_INCHES = (3.0, 24.0)  # sides of a sheet from A6 to A2; PNG and JPEG often tell 72 or 96 dpi of anything
_BODY_INCHES = 0.073  # letters of 14-16 pt Thai print, 22 px at 300 dpi
_SHEETS = ((8.268, 11.693), (11.693, 16.535), (8.5, 14.0))  # A4, A3, legal


def told_dpi(picture: Picture) -> float | None:
    """Give the dpi that the file tells, None where it is not plausible."""
    height, width = picture.pixels.shape[:2]
    candidates = [picture.dpi]
    if picture.width and picture.height and picture.width > 0 and picture.height > 0:
        upright = (width / picture.width + height / picture.height) * 36
        if abs(width * picture.height - height * picture.width) > 0.1 * width * picture.height:
            upright = (width / picture.height + height / picture.width) * 36
        candidates.insert(0, upright)
    for dpi in candidates:
        if dpi is None or not _DPI[0] <= dpi <= _DPI[1]:
            continue
        if all(_INCHES[0] <= side / dpi <= _INCHES[1] for side in (width, height)):
            return dpi
    return None


def judged_dpi(width: int, height: int, body: float | None) -> float:
    """Judge the dpi of a picture from its letters, or from a sheet's size that agrees with them."""
    by_letters = body / _BODY_INCHES if body else None
    longer, shorter = max(width, height), min(width, height)
    for short_inches, long_inches in _SHEETS:
        dpi = longer / long_inches
        if abs(longer / shorter / (long_inches / short_inches) - 1) < 0.02 and (
            by_letters is None or 0.45 < by_letters / dpi < 2.2
        ):
            return dpi
    if by_letters is not None:
        return min(max(by_letters, _DPI[0]), _DPI[1])
    return min(max(longer / _SHEETS[0][1], _DPI[0]), _DPI[1])


def working_scale(width: int, height: int, body: float | None, dpi: float) -> float:
    """Choose how much a picture is reduced (1.0: not at all)."""
    scale = 1.0
    if body is not None:
        if body > _BODY_MOST:
            scale = _BODY_AIM / body
    elif dpi > 300:
        scale = 250 / dpi
    return float(min(scale, (MOST_PIXELS / (width * height)) ** 0.5))


def halved(pixels: Pixels, least: int) -> tuple[Pixels, int]:
    """Halve a picture as long as its longer side keeps `least` pixels; also by how much it became smaller.

    Exact halves take a twentieth of the time of other sizes. A last odd row or column is left out.
    """
    times = 1
    while max(pixels.shape[:2]) >= 2 * least and min(pixels.shape[:2]) > 1:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: 2 * height, : 2 * width]
        pixels = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        times *= 2
    return pixels, times
