"""A page drawn as viewers show it: in grey, with annotations and filled fields, all of it or without some objects."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

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

        self._pdfium, self._page, self._form = pdfium, page, form
        self.scale = min(DPI / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        # Even numbers: the audit looks at two by two pixels.
        self.across = max(2 * round(width * self.scale / 2), 2)
        self.down = max(2 * round(height * self.scale / 2), 2)

    def draw(self, annotations: bool = True) -> Grey:
        """Return the page as (height, width): 0 ink .. 255 paper."""
        import numpy as np

        pdfium = self._pdfium
        pixels = np.full((self.down, self.across), 255, np.uint8)
        place = ctypes.c_void_p(pixels.ctypes.data)
        bitmap = pdfium.FPDFBitmap_CreateEx(self.across, self.down, pdfium.FPDFBitmap_Gray, place, self.across)
        if not bitmap:
            raise ValueError("no bitmap")
        try:
            area = (0, 0, self.across, self.down, 0, pdfium.FPDF_ANNOT if annotations else 0)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, *area)
            if annotations and self._form:
                pdfium.FPDF_FFLDraw(self._form, bitmap, self._page, *area)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return pixels

    def draw_without(self, objects: Iterable[Any], annotations: bool = True) -> Grey:
        """Return the page as if it had not these objects."""
        switch = self._pdfium.FPDFPageObj_SetIsActive
        off = [item for item in objects if switch(item, False)]
        try:
            return self.draw(annotations)
        finally:
            for item in off:
                switch(item, True)
