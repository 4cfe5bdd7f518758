"""Figures and doubtful words among the characters read, and the small picture that an auditor sees beside them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from extract.reading.scan.handover import PixelBox, ReadGlyph
from extract.thai.letters import repair_text

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

DIGIT = "0-9\u0e50-\u0e59"
_LETTER = "A-Za-z\u0e01-\u0e4e"
# From the first digit to the last, with what joins digits (dots, commas, slashes, hyphens), a sign that begins the
# word and a percent sign behind. Letters end a figure: Thai is written without spaces, and a word may hold several.
_FIGURE = re.compile(rf"(?:(?<![^(\[])[-+\u2212\u2013])?[{DIGIT}]+(?:[^\s{DIGIT}{_LETTER}]{{1,3}}[{DIGIT}]+)*%?")
# A word holding a character less probable than this is doubtful.
_DOUBTFUL = 0.5
_LONGEST = 24  # characters of a doubtful word shown; Thai writes whole sentences without a space

PICTURE_HEIGHT = 32  # pixels
_WIDEST = 1600  # pixels; a line across a page is about 1,300 at that height
_GREYS = 8
_FEW_LEVELS = np.round(np.arange(256, dtype=np.float32) * ((_GREYS - 1) / 255)).astype(np.uint8)
_PACKING = 6  # of zlib; 9 makes pictures 3 % smaller and takes three times as long
_OPPOSITE = {"\u2611": "\u2610", "\u2610": "\u2611"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as read."""

    text: str
    confidence: float
    others: tuple[tuple[str, float], ...]
    first: int  # its characters, in the word
    last: int


Judge = Callable[[Sequence[ReadGlyph]], tuple[float, tuple[tuple[str, float], ...]]]
"""Tells of characters how probably all are right, and what else they might say."""


def figures_of(word: Sequence[ReadGlyph], judge: Judge) -> list[Figure]:
    """Find the figures in the characters of a word without spaces."""
    text = "".join(glyph.text for glyph in word)
    if len(text) != len(word):  # a reading that stands for several characters: make one place for each
        word = [glyph for glyph in word for _ in glyph.text]
    found = []
    for match in _FIGURE.finditer(text):
        glyphs = word[match.start() : match.end()]
        confidence, others = judge(glyphs)
        found.append(Figure(match[0], confidence, others, match.start(), match.end() - 1))
    return found


def ticks_of(word: Sequence[ReadGlyph]) -> list[Figure]:
    """Find the tick boxes in the characters of a word: the only other thing that one may say is its opposite."""
    return [
        Figure(glyph.text, glyph.confidence, ((_OPPOSITE[glyph.text], round(1 - glyph.confidence, 6)),), at, at)
        for at, glyph in enumerate(word)
        if glyph.text in _OPPOSITE
    ]


def doubtful_part(word: Sequence[ReadGlyph]) -> str | None:
    """Return a word that holds an improbable character, cut to some letters around it; None if all are probable."""
    weakest = min(range(len(word)), key=lambda at: word[at].confidence)
    if word[weakest].confidence >= _DOUBTFUL:
        return None
    first = max(0, min(weakest - _LONGEST // 2, len(word) - _LONGEST))
    text = "".join(glyph.text for glyph in word[first : first + _LONGEST])
    return repair_text(text)[0]


def line_picture(pixels: Pixels, box: PixelBox) -> bytes | None:
    """Return a small PNG of a line: grey, in few levels."""
    from PIL import Image

    height, width = pixels.shape[:2]
    margin = 0.15 * (box[3] - box[1])
    x0, x1 = max(int(box[0] - 2 * margin), 0), min(int(box[2] + 2 * margin) + 1, width)
    top, bottom = max(int(box[1] - margin), 0), min(int(box[3] + margin) + 1, height)
    if x1 - x0 < 2 or bottom - top < 2:
        return None
    cut = np.ascontiguousarray(pixels[top:bottom, x0:x1])
    scale = min(PICTURE_HEIGHT / (bottom - top), _WIDEST / (x1 - x0))
    size = (max(round((x1 - x0) * scale), 1), max(round((bottom - top) * scale), 1))
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    levels = _FEW_LEVELS[small]
    image = Image.frombytes("P", size, levels.tobytes())
    image.putpalette([level * 255 // (_GREYS - 1) for level in range(_GREYS) for _ in range(3)])
    stream = io.BytesIO()
    image.save(stream, "PNG", bits=4, compress_level=_PACKING)
    return stream.getvalue()
