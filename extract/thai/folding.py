"""Fold text so that labels compare in spite of what text layers and typists do to Thai.

Folding works character by character (each becomes nothing, one or two characters), so that a place in
the folded text can be taken back to the text itself with `unfolded_at`.

- spaces, zero-width characters, asterisks and dot leaders' middle dots vanish
- sara am, nikhahit + sara aa and a bare sara aa are one: text layers lose the nikhahit
- sara ae is two sara e: typists write either
- Thai and Arabic digits are one, full-width punctuation is ASCII, Latin is lower case
"""

from __future__ import annotations

import re
from functools import cache

_SARA_AM, _SARA_AA, _NIKHAHIT = "\u0e33", "\u0e32", "\u0e4d"
_SARA_AE, _SARA_E = "\u0e41", "\u0e40"
_THAI_ZERO, _FULL_WIDTH_ZERO = 0x0E50, 0xFF10
_VANISH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad*\u066d\u2217\u00b7\ufffd"
_SPACES = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_PUNCTUATION = {
    "\uff1a": ":",
    "\ufe55": ":",
    "\u2236": ":",
    "\ua789": ":",
    "\u02d0": ":",
    "\uff1d": "=",
    "\uff08": "(",
    "\uff09": ")",
    "\uff0e": ".",
    "\uff0f": "/",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2026": "...",
}


@cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys((ord(char) for char in _VANISH + _SPACES + _NIKHAHIT), None)
    table |= {ord(char): ascii_char for char, ascii_char in _PUNCTUATION.items()}
    table |= {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for digit in range(10):
        table[_THAI_ZERO + digit] = table[_FULL_WIDTH_ZERO + digit] = str(digit)
    table[ord(_SARA_AM)] = _SARA_AA
    table[ord(_SARA_AE)] = _SARA_E * 2
    return table


@cache
def _folded() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the characters that fold, and what each becomes.

    `str.translate` looks every character up in a table: that takes twice the time, for each line of every file.
    """
    folded = {chr(code): text or "" for code, text in _table().items()}
    return re.compile("[" + re.escape("".join(folded)) + "]"), folded


def fold(text: str) -> str:
    """Text as labels compare it."""
    odd, folded = _folded()
    return odd.sub(lambda match: folded[match[0]], text)


def unfolded_at(text: str, place: int) -> int:
    """Index in `text` just after the character that gave folded character number `place` (0: before all)."""
    if place <= 0:
        return 0
    odd, folded = _folded()
    gone = 0  # folded characters before `behind`
    behind = 0
    for match in odd.finditer(text):
        start = match.start()
        if gone + start - behind >= place:
            break
        gone += start - behind + len(folded[match[0]])
        behind = start + 1
        if gone >= place:
            return behind
    return min(behind + place - gone, len(text))


def is_thai(char: str) -> bool:
    """Tell whether the character stands in the Thai block."""
    return "\u0e01" <= char <= "\u0e5b"


def takes_no_space(char: str) -> bool:
    """Tell whether a Thai character is drawn above or below another one."""
    return char == "\u0e31" or "\u0e34" <= char <= "\u0e3a" or "\u0e47" <= char <= "\u0e4e"


_MARKS = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200b-\u200f\ufeff\u2060]")


def width(text: str) -> int:
    """Number of characters that take space on the line."""
    return len(text) - len(_MARKS.findall(text))
