"""Pages of a PDF as pictures, rendered as finely as what they show was scanned."""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any

from extract.reading.pdf.layer import Drawn, corners_of
from raingan.model.records import Limits

if TYPE_CHECKING:
    from extract.reading.scan.handover import Picture

_USUAL_DPI = 200.0  # of pages that are drawn, not scanned
_LEAST_DPI, _MOST_DPI = 100.0, 300.0  # the recogniser gains nothing from more
_LEAST_SHARE = 0.02  # of the page; smaller pictures are seals and logos
_BYTES_A_PIXEL = 3


class TooManyPixels(Exception):
    """A picture on the page is too large to be decoded."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.size = f"{width} x {height}"


def picture_of(page: Any, drawn: list[Drawn], limits: Limits) -> Picture:
    """Render a page as shown (rotation and crop box applied); raise `TooManyPixels` before anything is decoded."""
    from extract.reading.scan.handover import Picture

    width, height = page.get_size()
    dpi = min(max(_scanned_dpi(page.raw, drawn, width * height, limits) or _USUAL_DPI, _LEAST_DPI), _MOST_DPI)
    scale = min(dpi / 72, math.sqrt(limits.page_pixels / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=True)
    try:
        pixels = without_needless_colour(bitmap.to_numpy())
    finally:
        bitmap.close()
    return Picture(pixels, scale * 72, width, height)


def without_needless_colour(pixels: Any) -> Any:
    """Copy pixels out of PDFium's buffer: one channel where all say the same."""
    import numpy as np

    if pixels.ndim == 3 and (pixels.shape[2] == 1 or _is_grey(pixels)):
        return np.ascontiguousarray(pixels[:, :, 0])
    return np.ascontiguousarray(pixels[:, :, :3] if pixels.ndim == 3 else pixels)


def _is_grey(pixels: Any) -> bool:
    import numpy as np

    # Rows far apart first: a page in colour shows it there.
    for some in (pixels[::61], pixels):
        red, green, blue = (some[:, :, channel] for channel in range(3))
        if not (np.array_equal(red, green) and np.array_equal(green, blue)):
            return False
    return True


def check_pictures(page: Any, drawn: list[Drawn], limits: Limits) -> None:
    """Raise `TooManyPixels` where a page holds a picture too large to be decoded."""
    _scanned_dpi(page, drawn, math.inf, limits)


def _scanned_dpi(page: Any, drawn: list[Drawn], area: float, limits: Limits) -> float | None:
    """Resolution of the finest picture that covers something of the page; None where there is none."""
    import pypdfium2.raw as pdfium

    finest = None
    for item, kind, outer in drawn:
        if kind != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        across, down = ctypes.c_uint(), ctypes.c_uint()
        if not pdfium.FPDFImageObj_GetImagePixelSize(item, across, down):
            continue
        if across.value * down.value * _BYTES_A_PIXEL > limits.picture_bytes:
            raise TooManyPixels(across.value, down.value)
        corners = corners_of(item, outer)
        if corners is None:
            continue
        (ax, ay), (bx, by) = corners
        covered = abs(bx - ax) * abs(by - ay)
        if covered > _LEAST_SHARE * area:
            dpi = 72 * math.sqrt(across.value * down.value / covered)
            finest = max(finest or 0.0, dpi)
    return finest
