"""A page drawn as viewers show it: in grey, with annotations and filled fields, all of it or without some objects."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from raingan.model.records import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

DPI = 100.0  # letters of 10 points are some 7 pixels high; PDFium draws a page in 1.5 to 3 ms
_MOST_PIXELS = 4_000_000  # a poster is drawn smaller; a page has 1 million
_PAPER = 0xFFFFFFFF


class PageDrawing:
    """Draws one open page."""

    def __init__(self, page: Any, form: Any, width: float, height: float) -> None:
        """Take a page, its form environment or None, and its size as shown, points."""
        import pypdfium2.raw as pdfium

        self._pdfium, self._page, self._form, self._size = pdfium, page, form, (width, height)
        self.scale = min(DPI / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        # Even numbers: the audit looks at two by two pixels.
        self.across = max(2 * round(width * self.scale / 2), 2)
        self.down = max(2 * round(height * self.scale / 2), 2)

    def draw(self, annotations: bool = True) -> Grey:
        """Return the page as (height, width): 0 ink .. 255 paper."""
        return self._drawn((self.across, self.down), (0, 0, self.across, self.down), annotations)

    def _drawn(self, size: tuple[int, int], place: tuple[int, int, int, int], annotations: bool) -> Grey:
        """Draw the page at a place (left, top, width, height) of a picture (width, height)."""
        import numpy as np

        pdfium = self._pdfium
        pixels = np.full((size[1], size[0]), 255, np.uint8)
        buffer = ctypes.c_void_p(pixels.ctypes.data)
        bitmap = pdfium.FPDFBitmap_CreateEx(*size, pdfium.FPDFBitmap_Gray, buffer, size[0])
        if not bitmap:
            raise ValueError("no bitmap")
        try:
            area = (*place, 0, pdfium.FPDF_ANNOT if annotations else 0)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, *area)
            if annotations and self._form:
                pdfium.FPDF_FFLDraw(self._form, bitmap, self._page, *area)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return pixels

    def draw_part(self, box: Box, dpi: float) -> Grey:
        """Return a part of the page (points) as finely as asked for."""
        scale = dpi / 72
        x0, top, x1, bottom = (round(side * scale) for side in box)
        size = (max(x1 - x0, 1), max(bottom - top, 1))
        whole = (round(self._size[0] * scale), round(self._size[1] * scale))
        if size[0] * size[1] > _MOST_PIXELS:
            raise ValueError("too large a part")
        return self._drawn(size, (-x0, -top, *whole), True)

    def draw_without(self, objects: Iterable[Any], annotations: bool = True) -> Grey:
        """Return the page as if it had not these objects."""
        switch = self._pdfium.FPDFPageObj_SetIsActive
        off = [item for item in objects if switch(item, False)]
        try:
            return self.draw(annotations)
        finally:
            for item in off:
                switch(item, True)
