"""Text to ink: HarfBuzz (through Pillow's Raqm) sets a line; symbols that a face lacks come from a symbol face."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

_MEASURED_AT = 200  # pixels a type size
# Looped consonants without ascender: their upper edge and baseline are the body that a line picture is scaled by.
_BODY_LETTERS = "\u0e01\u0e1a\u0e19\u0e23\u0e2a\u0e17\u0e27\u0e1e\u0e2d\u0e21"
_SYMBOL_FACE = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_ROOM_ABOVE, _ROOM_BELOW = 2.0, 1.4  # body heights around the baseline; stacked marks reach 1.6 above the body's middle


class Typeface:
    """A font file with the measures of its Thai letters."""

    def __init__(self, path: Path) -> None:
        if not features.check("raqm"):
            raise RuntimeError(
                "Pillow has no Raqm here: Thai marks would stand wrong. On Debian: apt install libfribidi0"
            )
        from fontTools.ttLib import TTFont

        self.path = path
        with TTFont(path, lazy=True) as font:
            self._codes = set(font.getBestCmap())
        boxes = [self._font(_MEASURED_AT).getbbox(letter, anchor="ls") for letter in _BODY_LETTERS]
        self.top = (
            -float(np.median([box[1] for box in boxes])) / _MEASURED_AT
        )  # of a body, type sizes over the baseline
        self.bottom = -float(np.median([box[3] for box in boxes])) / _MEASURED_AT
        self.body = self.top - self.bottom

    def runs(self, text: str) -> list[tuple[bool, str]]:
        """Cut a text into parts that the face has and parts for the symbol face: (own, text)."""
        runs: list[tuple[bool, str]] = []
        for letter in text:
            own = ord(letter) in self._codes or letter == " "
            if runs and runs[-1][0] == own:
                runs[-1] = (own, runs[-1][1] + letter)
            else:
                runs.append((own, letter))
        return runs

    def can_set(self, text: str) -> bool:
        """Tell whether the face and the symbol face together have every character; Thai only from the face itself."""
        return all(
            own or all(ord(letter) in _symbols() and not "\u0e00" <= letter <= "\u0e7f" for letter in part)
            for own, part in self.runs(text)
        )

    def ink(self, text: str, body: float) -> tuple[NDArray[np.uint8], float, float]:
        """Set a line: (ink as bytes 0..255, row of the body's middle, true body height in pixels)."""
        size = max(8, round(body / self.body))
        true = size * self.body
        parts = [(self._font(size) if own else _symbol_font(size), part) for own, part in self.runs(text)]
        widths = [font.getlength(part) for font, part in parts]
        boxes = [font.getbbox(part, anchor="ls") for font, part in parts]
        left = int(max(0.0, -boxes[0][0])) + 4
        above = int(max(_ROOM_ABOVE * true, *(-box[1] for box in boxes))) + 4
        below = int(max(_ROOM_BELOW * true, *(box[3] for box in boxes))) + 4
        ends = [sum(widths[:at]) + box[2] for at, box in enumerate(boxes)]
        canvas = Image.new("L", (left + int(max(*ends, sum(widths))) + 8, above + below), 0)
        draw = ImageDraw.Draw(canvas)
        at = float(left)
        for (font, part), width in zip(parts, widths, strict=True):
            draw.text((at, above), part, font=font, fill=255, anchor="ls")
            at += width
        return np.asarray(canvas), above - (self.top + self.bottom) / 2 * size, true

    def _font(self, size: int) -> ImageFont.FreeTypeFont:
        return _font(self.path, size)


@cache
def _symbols() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(_SYMBOL_FACE, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _symbol_font(size: int) -> ImageFont.FreeTypeFont:
    return _font(_SYMBOL_FACE, max(6, round(size * 0.75)))


_FONTS_KEPT = 400
_fonts: dict[tuple[Path, int], ImageFont.FreeTypeFont] = {}


def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    key = (path, size)
    if key not in _fonts:
        if len(_fonts) > _FONTS_KEPT:
            _fonts.clear()
        _fonts[key] = ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.RAQM)
    return _fonts[key]
