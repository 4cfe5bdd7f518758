"""What the steps of reading a picture hand each other.

    Picture -> Straight -> Layout(LineCut) -> Reading(ReadGlyph) -> Page(Line)
       straighten    segment           engine            assemble

Pixels are numpy arrays of bytes. A place on a page is in pixels from the top left of the straightened page, until
`assemble` takes it back to points of the page as shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

PixelBox = tuple[float, float, float, float]
"""(x0, top, x1, bottom) in pixels of the straightened page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as decoded, any way up."""

    pixels: Pixels  # (height, width) grey or (height, width, 3) RGB; 255 is paper
    dpi: float | None = None  # as the file tells, None where it does not
    width: float | None = None  # of the page as shown, points; None where the file tells no size
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Straight:
    """A page upright, level and flat, without stamps and shadows."""

    pixels: Pixels  # (height, width) grey: 0 ink .. 255 paper
    dpi: float  # as told, or judged by the size of the letters
    back: Matrix  # 3 x 3: homogeneous pixel here -> pixel of the picture as decoded
    turned: int = 0  # degrees clockwise by which the picture was turned: 0, 90, 180, 270
    plain: Pixels | None = None  # the same with coloured ink left in, where there is any
    outside: Pixels | None = None  # 1 where a dark border was: what lies behind the paper


@dataclass(frozen=True, slots=True)
class LineCut:
    """The picture of one line, or of the part of it that stands in one cell."""

    pixels: Pixels  # (height, width) grey: 0 ink .. 255 paper; ink of other lines, rules and tick boxes is taken out
    x: float  # place of its left top pixel on the straightened page
    y: float
    body_top: float  # rows of this picture between which letters without marks stand (upper edge and baseline)
    body_bottom: float
    box: PixelBox  # of the ink, on the straightened page
    parts: tuple[LineCut, ...] = ()  # the same cut where the size of its letters changes, if it does
    ruled: LineCut | None = None  # the same with the rule left in that runs through its letters or close under them


@dataclass(frozen=True, slots=True)
class TickBox:
    """A tick box found as a drawing."""

    box: PixelBox
    ticked: bool
    confidence: float  # that it is ticked or empty as said


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What stands on a page, before it is read."""

    cuts: tuple[LineCut, ...]  # from the top, from the left
    upright: tuple[tuple[float, float, float], ...] = ()  # ruling lines: (x, top, bottom)
    level: tuple[tuple[float, float, float], ...] = ()  # (y, left, right)
    ticks: tuple[TickBox, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadGlyph:
    """One character as read."""

    text: str
    x0: float  # columns of the cut's picture
    x1: float
    confidence: float  # probability of this character here
    others: tuple[tuple[str, float], ...] = ()  # likely others: (character or "" for none, probability), best first


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine read in one cut, in logical order; empty where it is no text."""

    glyphs: tuple[ReadGlyph, ...]


class Engine(Protocol):
    """The seam between page work and whatever reads letters."""

    name: str  # with its version, "line/1"

    def read(self, cuts: Sequence[LineCut]) -> list[Reading]:
        """Read line pictures; one reading for each, in the same order."""
