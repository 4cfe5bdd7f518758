"""Fields found again in the lines of a source without pages: text, Word, saved web pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_DIGITS = {0x0E50 + digit: str(digit) for digit in range(10)}  # Thai digits may have become Arabic in a repair


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field to be found: its wording as printed, and for an item of a list the key path of what it stands in."""

    path: str
    printed: str
    within: str | None = None


def find_places(lines: Sequence[str], wanted: Sequence[Wanted], begin: int = 0) -> dict[str, tuple[int, int]]:
    """Return the first and the last line (from 0) of every field that is found.

    `begin` is the line of the report's name. Fields come in the order of the document, so each is looked for behind
    the one before it, then from the name on, then before it, nearest first; short wordings ("4") would be found
    anywhere.
    """
    plain = [_plain(line) for line in lines]
    places: dict[str, tuple[int, int]] = {}
    pointer = begin
    for field in wanted:
        if field.within is not None:
            continue
        pieces = [piece for piece in map(_plain, field.printed.splitlines()) if piece]
        if not pieces:
            continue
        found = (
            _find(plain, pieces, range(pointer, len(plain)))
            or _find(plain, pieces, range(begin, pointer))
            or _find(plain, pieces, range(begin - 1, -1, -1))
        )
        if found is not None:
            places[field.path] = found
            pointer = found[0]
    _find_items(plain, wanted, places)
    return places


def _find_items(plain: Sequence[str], wanted: Sequence[Wanted], places: dict[str, tuple[int, int]]) -> None:
    """Find items inside the field that they stand in, each behind the one before."""
    behind: dict[str, int] = {}
    for item in wanted:
        if item.within is None:
            continue
        outer = places.get(item.within)
        piece = _plain(item.printed)
        if outer is None or not piece:
            continue
        first = behind.get(item.within, outer[0])
        places[item.path] = _find(plain, [piece], range(first, outer[1] + 1)) or outer
        behind[item.within] = places[item.path][0]


def _find(plain: Sequence[str], pieces: Sequence[str], lines: range) -> tuple[int, int] | None:
    """Return the lines that hold the pieces one after the other; a piece may go on in the next line."""
    for first in lines:
        if pieces[0] in plain[first] or (len(plain[first]) > _ENOUGH and plain[first] in pieces[0]):
            return first, _end(plain, "".join(pieces), first)
    return None


_ENOUGH = 12  # letters of a line that is a part of a wording; fewer stand anywhere


def _end(plain: Sequence[str], whole: str, first: int) -> int:
    """Return the last line that still is part of the wording."""
    last = first
    for index in range(first + 1, len(plain)):
        if plain[index] and plain[index] in whole:
            last = index
        elif plain[index]:
            break
    return last


def _plain(text: str) -> str:
    return _SPACES.sub("", text).translate(_DIGITS)
