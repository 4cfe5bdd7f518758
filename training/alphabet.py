"""The symbols that the recogniser can output, and the one form that a text has to have to be learnt.

Index 0 is the blank of the alignment; symbol `ALPHABET[i]` has index i + 1.
"""

from __future__ import annotations

import re
import unicodedata

_THAI = [*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E4F), *range(0x0E50, 0x0E5C)]
_ASCII = range(0x20, 0x7F)
# Bullet, ellipsis, multiplication, degree, dashes, quotes, tick boxes and marks, signs of comparison, superscripts.
_OTHERS = (
    "\u2022\u2026\u00d7\u00b0\u2013\u2014\u2018\u2019\u201c\u201d\u2610\u2611\u2612\u2713\u2717\u25cb\u25cf\u25a1\u25a0"
)
_OTHERS += "\u00b1\u2265\u2264\u2260\u00f7\u00b2\u00b3\u00bd\u2192\u00a9\u00ae\u00a7\u00b7"
ALPHABET = "".join(map(chr, (*_ASCII, *_THAI))) + _OTHERS

BLANK = 0
SYMBOLS = len(ALPHABET) + 1

_INDEX = {symbol: index + 1 for index, symbol in enumerate(ALPHABET)}
_LEADER = re.compile(r"[.\u2026]*(?:\.{3}|\u2026)[.\u2026]*")
_SPACES = re.compile(r"[ \u00a0]+")
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")


def one_form(text: str) -> str:
    """Fold what looks the same on paper: two SARA E, nikhahit with SARA AA, a run of dots (to an ellipsis)."""
    text = unicodedata.normalize("NFC", text).replace("\u0e40\u0e40", "\u0e41")
    text = _SARA_AM.sub("\\1\u0e33", text)
    return _SPACES.sub(" ", _LEADER.sub("\u2026", text)).strip()


def encode(text: str) -> list[int] | None:
    """Return the indices of a text in its one form; None where a character is not in the alphabet."""
    indices = [_INDEX.get(symbol) for symbol in one_form(text)]
    return None if None in indices else [index for index in indices if index is not None]


def decode(indices: list[int]) -> str:
    """Return the text of indices without blanks."""
    return "".join(ALPHABET[index - 1] for index in indices)
