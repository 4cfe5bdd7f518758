"""Characters that a font gives no code, or one that cannot be meant: what they are is seen in the picture alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from extract.page.placed import Told
from extract.page.symbols import CHARACTERS
from extract.page.told import wording
from extract.reading.pdf.witness.letters import Letters
from extract.reading.pdf.witness.seen import NOT_READ, Seen, box_of
from extract.thai.letters import PRIVATE_USE, SARA_AA, TONES
from raingan.model.records import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.pdf.witness.eye import Eye

    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

_RING = re.compile(f"\x00(?=[{TONES}]?{SARA_AA})")
_LEAST_HEIGHT = 0.6  # of a line's letters: marks are lower
_OFF_LINE = 0.25  # of a letter's height between its foot and the baseline: marks stand off it
_ODD = (*range(0xC0, 0x250), *range(0x370, 0x530))  # letters of other scripts, which damaged fonts say for digits
_TOUCHES = 0.35  # of a letter's height between letters of one word
_SURE = 0.5
_SURE_OF_ODD = 0.9  # it may be the name of a foreign place
_ONE_LINE = 0.6  # points between baselines of one line
_MOST_ROWS = 60  # of a page; more is no page with a few digits lost
_AROUND = 12  # characters told on both sides


def name(seen: Seen, letters: Letters, eye: Callable[[], Eye | None]) -> None:
    """Read characters without a code from the picture, put them into the text and tell it; those unread, too."""
    doubted = _nameless(letters)
    if doubted.any():
        # Before an aa it is the ring of an am, which the repair of the text knows.
        doubted &= ~np.isin(letters.at, [match.start() for match in _RING.finditer(seen.text)])
    if not doubted.any():
        return
    kept = list(seen.text)
    looker = eye()
    for row in rows_of(letters, np.flatnonzero(doubted))[:_MOST_ROWS]:
        chosen = row[doubted[row]]
        named = _named(letters, row, chosen, looker)
        for at in chosen.tolist():
            code = int(letters.code[at])
            kept[int(letters.at[at])] = named.get(at, "\ufffd" if _is_nameless()[min(code, 0xFFFF)] else chr(code))
        without = [
            at for at in chosen.tolist() if at not in named and _is_nameless()[min(int(letters.code[at]), 0xFFFF)]
        ]
        if not named and not without:
            continue
        first, last = int(letters.at[chosen[0]]), int(letters.at[chosen[-1]])
        part = "".join(kept[max(first - _AROUND, 0) : last + 1 + _AROUND]).replace(NOT_READ, " ").replace("\n", " ")
        told = "characters-unnamed" if without else "characters-seen"
        seen.told.append(Told(Problem(told, values={"text": wording(part)}), box_of(letters, chosen.tolist())))
    seen.text = "".join(kept)


def _named(letters: Letters, row: Indices, chosen: Indices, eye: Eye | None) -> dict[int, str]:
    """Return what the picture shows in the places of some letters of a row, where that is sure enough."""
    if eye is None:
        return {}
    from extract.reading.pdf.witness.eye import said_at

    spots = eye.read_line(letters, row)
    named = {}
    for at in chosen.tolist():
        spot = said_at(spots, float(letters.x0[at]), float(letters.x1[at]))
        is_odd = not _is_nameless()[min(int(letters.code[at]), 0xFFFF)]
        if spot is None or spot.confidence < (_SURE_OF_ODD if is_odd else _SURE) or len(spot.text) != 1:
            continue
        if not is_odd or spot.text.isdigit():
            named[at] = spot.text
    return named


def _nameless(letters: Letters) -> Flags:
    """Mark characters without a usable code that stand on their line like a letter."""
    codes = np.minimum(letters.code, 0xFFFF)
    maybe: Flags = _is_nameless()[codes] | _is_odd()[codes]
    if not maybe.any():
        return maybe
    height = letters.y - letters.top
    known = ~maybe & (height > 0)
    usual = float(np.median(height[known])) if known.any() else 0.0
    maybe &= (height >= _LEAST_HEIGHT * usual) & (np.abs(letters.bottom - letters.y) <= _OFF_LINE * max(usual, 1.0))
    certain = (letters.code == 0) | (letters.code == 0xFFFD) | (letters.code == 0xFFFE)
    if (maybe & ~certain).any():
        maybe &= certain | _in_a_word(letters, maybe, usual)
    return maybe


def _in_a_word(letters: Letters, doubted: Flags, usual: float) -> Flags:
    """Tell which doubted letters touch a known one: a private sign that stands alone is a bullet or an icon.

    Letters of other scripts count only beside a digit.
    """
    codes = np.minimum(letters.code, 0xFFFF)
    digit = ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x0E50) & (codes <= 0x0E59))
    letter = digit | ((codes >= 0x0E01) & (codes <= 0x0E2E))
    found = np.zeros(len(letters), bool)
    for at in np.flatnonzero(doubted).tolist():
        beside = digit if _is_odd()[codes[at]] else letter
        near = beside & (np.abs(letters.y - letters.y[at]) < 0.6)
        gap = np.maximum(letters.x0[near] - letters.x1[at], letters.x0[at] - letters.x1[near])
        found[at] = bool(len(gap)) and float(gap.min()) < _TOUCHES * usual
    return found


def rows_of(letters: Letters, chosen: Indices) -> list[Indices]:
    """Return all letters of each line on which a chosen one stands, from left to right."""
    rows = []
    for y in sorted({round(float(y), 1) for y in letters.y[chosen]}):
        row = np.flatnonzero(np.abs(letters.y - y) < _ONE_LINE)
        rows.append(row[np.argsort(letters.x0[row], kind="stable")])
    return rows


@cache
def _is_nameless() -> Flags:
    table = np.zeros(0x10000, bool)
    table[[0x00, 0xFFFD, 0xFFFE, *range(0xE000, 0xF900)]] = True
    table[[code for code in (*PRIVATE_USE, *CHARACTERS) if 0xE000 <= code < 0xF900]] = False
    table[range(0xF000, 0xF030)] = False  # signs of symbol fonts
    table[range(0xF03A, 0xF100)] = False
    return table


@cache
def _is_odd() -> Flags:
    table = np.zeros(0x10000, bool)
    table[list(_ODD)] = True
    table[[0xD7, 0xF7]] = False  # times and divided by
    return table
