"""Figures of the layer held against what the recogniser reads in the same places of the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from extract.page.placed import Told
from extract.page.told import wording
from extract.reading.pdf.witness.letters import Letters, is_digit
from extract.reading.pdf.witness.nameless import rows_of
from extract.reading.pdf.witness.seen import NOT_READ, Seen, box_of
from raingan.model.records import Box, Problem

if TYPE_CHECKING:
    from extract.reading.pdf.witness.eye import Eye

_SURE = 0.98  # of another digit than the layer's; on sound prints the recogniser is wrong once in a thousand digits
_NEAR = 6.0  # points above and below a place of doubt: its line
_MOST_LINES = 400  # of one page


def compare(seen: Seen, letters: Letters, eye: Callable[[], Eye | None], places: Sequence[Box] | None) -> None:
    """Read the lines with figures, or those of some places, and tell where picture and layer say another digit."""
    digits = is_digit(letters)
    if places is not None:
        middle = (letters.top + letters.bottom) / 2
        near = np.zeros(len(letters), bool)
        for _, top, _, bottom in places:
            near |= (middle > top - _NEAR) & (middle < bottom + _NEAR)
        digits &= near
    rows = rows_of(letters, np.flatnonzero(digits))[:_MOST_LINES]
    looker = eye() if rows else None
    if looker is None:
        return
    from extract.reading.pdf.witness.eye import said_at

    for row in rows:
        spots = looker.read_line(letters, row)
        shown: dict[int, str] = {}
        for place in row[digits[row]].tolist():
            spot = said_at(spots, float(letters.x0[place]), float(letters.x1[place]))
            if spot is None or spot.confidence < _SURE or not spot.text.isdecimal():
                continue
            if seen.text[int(letters.at[place])] != NOT_READ and int(spot.text) != int(chr(letters.code[place])):
                shown[place] = spot.text
        if shown:
            _tell(seen, letters, shown)


def _tell(seen: Seen, letters: Letters, shown: dict[int, str]) -> None:
    """Tell the words around what differs, as the layer has them and as the picture shows them."""
    at = {int(letters.at[place]): says for place, says in shown.items()}
    first, last = min(at), max(at)
    while first > 0 and not seen.text[first - 1].isspace():
        first -= 1
    while last + 1 < len(seen.text) and not seen.text[last + 1].isspace():
        last += 1
    layer = seen.text[first : last + 1]
    picture = "".join(at.get(first + place, character) for place, character in enumerate(layer))
    values = {"text": wording(layer), "seen": wording(picture)}
    seen.told.append(Told(Problem("reading-differs", values=values), box_of(letters, list(shown))))
