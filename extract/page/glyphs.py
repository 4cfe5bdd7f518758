"""What is drawn on a page, whoever saw it: characters and shapes, in points from the top left of the page as shown."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class Glyph(msgspec.Struct, gc=False):
    """One character, or several that one drawn glyph stands for; the text may be wrong until repaired.

    Made in C, and out of the collector's sight (it holds no more than texts and numbers): a page has thousands.
    """

    text: str
    x: float  # origin
    y: float  # baseline
    x0: float  # ink
    top: float
    x1: float
    bottom: float
    size: float  # of the type, points
    index: int  # in PDFium's order
    last: int = -1  # index of the last character that the glyph stands for
    raw: str = ""  # characters as the file gives them
    gap_after: bool = False  # PDFium saw room behind it, and invented a space or a line end there
    angle: int = 0  # degrees by which its line is turned from level


LARGEST_TICK = 18.0  # points; tick boxes of print are 6 to 14


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn path: its bounding box, whether it is only filled, and whether all its lines are level or upright."""

    x0: float
    top: float
    x1: float
    bottom: float
    filled: bool
    upright: bool = True  # asked for small shapes only
    segments: int = 0  # asked for small shapes only
    solid: bool = False  # only filled, and in one piece: no ring; asked for small shapes only
    dark: bool = False  # filled with a dark colour, in one piece; asked for small shapes only

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.bottom - self.top
