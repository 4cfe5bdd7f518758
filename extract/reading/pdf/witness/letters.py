"""The characters of a text layer as arrays: what each says, and where its ink should stand."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extract.reading.pdf.calls import calls
from extract.reading.pdf.coordinates import move
from extract.reading.pdf.layer import TextPage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]
    Codes = NDArray[np.uint32]
    Flags = NDArray[np.bool_]

_AT_ONCE = 256  # few: a new process copies the memory of each pointer that it touches
# Codes that draw nothing: spaces, what joins and parts letters, directions.
_BARE = (
    *range(0x01, 0x21),
    *(0x7F, 0xA0, 0xAD, 0x1680, 0x3000, 0xFEFF),
    *range(0x2000, 0x2010),
    *range(0x2028, 0x2030),
    *range(0x205F, 0x2070),
)


@dataclass(frozen=True, slots=True)
class Letters:
    """Drawn characters in the order of the file; boxes are in points from the top left of the page as shown."""

    at: Places  # (n,) their places in the layer's text
    code: Codes  # (n,) what they say
    x: Numbers  # (n,) origins
    y: Numbers
    x0: Numbers  # (n,) edges of their ink
    top: Numbers
    x1: Numbers
    bottom: Numbers

    def __len__(self) -> int:
        return len(self.at)

    def none(self) -> Letters:
        """No letters, for a page without its text."""
        return Letters(*(getattr(self, name)[:0] for name in Letters.__slots__))


def letters_of(layer: TextPage, text: str) -> Letters:
    """Ask PDFium for the places of all characters that should have ink; those without a box are left out."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    inked = np.flatnonzero(~_bare()[np.minimum(codes, 0xFFFF)])
    if layer.places is None:
        layer.places = _places_of_all(layer, len(text))  # the reading of every character asks for the same
    found = layer.places[:, inked]
    if layer.moved:
        move(found, inked.tolist(), layer.moved)
    x, y, left, right, bottom, top = found
    kept = (right > left) & (top > bottom) & np.isfinite(found).all(axis=0)
    at, code = inked[kept], codes[inked[kept]]
    x, y, left, right, bottom, top = found[:, kept]
    if len(at):
        left, right = _whole(left, right, (x, y, bottom, top))
    shown = layer.to_page
    if shown is None:
        height = layer.height
        return Letters(at, code, x, height - y, left, height - top, right, height - bottom)
    on_all: Any = shown  # it only adds and takes away: arrays go through it as numbers do
    (ax, ay), (bx, by), (ox, oy) = on_all(left, top), on_all(right, bottom), on_all(x, y)
    edges = (np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by))
    return Letters(at, code, np.asarray(ox), np.asarray(oy), *edges)


def _places_of_all(layer: TextPage, count: int) -> Numbers:
    import numpy as np

    handle = ctypes.c_void_p(ctypes.cast(layer.handle, ctypes.c_void_p).value)
    found = np.empty((6, count))
    numbers, pointers = _buffers()
    for start in range(0, count, _AT_ONCE):
        chunk = range(start, min(start + _AT_ONCE, count))
        deque(map(calls().origin, repeat(handle), chunk, *pointers[:2]), maxlen=0)
        deque(map(calls().box, repeat(handle), chunk, *pointers[2:]), maxlen=0)
        found[:, start : start + len(chunk)] = numbers[:, : len(chunk)]
    return found


def is_digit(letters: Letters) -> Flags:
    """Mark digits, Thai and Arabic ones."""
    code = letters.code
    digit: Flags = ((code >= 0x30) & (code <= 0x39)) | ((code >= 0x0E50) & (code <= 0x0E59))
    return digit


def _whole(left: Numbers, right: Numbers, same: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Give each of several characters that one drawn glyph stands for the glyph's box; PDFium gives slices of it."""
    import numpy as np

    begins = np.ones(len(left), bool)
    begins[1:] = np.any([numbers[1:] != numbers[:-1] for numbers in same], axis=0)
    starts = np.flatnonzero(begins)
    number = np.cumsum(begins) - 1
    return np.minimum.reduceat(left, starts)[number], np.maximum.reduceat(right, starts)[number]


@cache
def _buffers() -> tuple[Any, list[list[Any]]]:
    """Six rows of numbers (the origin, the box's left, right, bottom and top), and a pointer to every place."""
    import numpy as np

    numbers = np.empty((6, _AT_ONCE))
    rows = [(ctypes.c_double * _AT_ONCE).from_buffer(numbers[row]) for row in range(6)]
    return numbers, [[ctypes.byref(row, 8 * at) for at in range(_AT_ONCE)] for row in rows]


@cache
def _bare() -> Flags:
    import numpy as np

    table = np.zeros(0x10000, bool)
    table[list(_BARE)] = True
    return table
