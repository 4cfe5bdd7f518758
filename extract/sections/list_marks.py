"""Recognise the marks of list items at the beginning of lines: "1." "1)" "(1)" "1.1" "-" a bullet, a letter.

A number at the beginning of a line is a mark only if it fits: the first of a list, the one after the last, or
standing after a line that was not full. Decimals, dates and counts that a wrap has put there are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.sections.join_words import wording
from extract.thai.folding import fold
from extract.thai.words import first_word

_D = "0-9\u0e50-\u0e59"
_BULLET = re.compile(
    r"[\u2022\u25cf\u25aa\u25e6\u2023\u25cb\u25a0\u25a1\u25ba\u25b6\u27a2\u2713\u2756\uf0b7\uf0a7\uf0d8](?=\s|\S)"
)
_DASH = re.compile(r"[-\u2013\u2014](?=\s+\S|[\u0e01-\u0e2e\u0e40-\u0e44])")
_NUMBER = re.compile(rf"\(?([{_D}]{{1,3}}(?:\.[{_D}]{{1,2}}){{0,3}})(\.\)|[.)])(?=\s|[^\s{_D}.,)]|$)")
_SUB_NUMBER = re.compile(rf"([{_D}]{{1,2}}(?:\.[{_D}]{{1,2}}){{1,3}})(?=\s+[^\s{_D}]|[\u0e01-\u0e2e\u0e40-\u0e44])")
_LETTER = re.compile(r"\(?([\u0e01-\u0e2e])[.)](?=\s)")
_LATIN_LETTER = re.compile(r"\(?([A-Za-z]|[ivx]{2,4})[.)](?=\s)")
_ENDS_IN_DIGIT = re.compile(rf"[{_D}]$")


@dataclass
class ListState:
    """Lists of one section, as far as it has been read."""

    paths: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)  # last path by style and depth
    dashes: bool = False
    letters: dict[str, int] = field(default_factory=dict)  # last letter by style

    def mark(self, text: str, before: str | None, full: bool, open_bracket: bool) -> bool:
        """Tell whether `text` begins with a mark, and remember it.

        `before` is the line above (None at the beginning of a section), `full` whether a wrap may have put the text
        there, `open_bracket` whether the paragraph above has a bracket still to close.
        """
        if _BULLET.match(text):
            return True
        if _DASH.match(text):
            return self._dash(text, before, full, open_bracket)
        if found := _NUMBER.match(text):
            style = text[0] * (text[0] == "(") + found[2]
            return self._number(_path(found[1]), style, before, full, sure=True)
        if found := _SUB_NUMBER.match(text):
            rest = text[found.end() :].lstrip()
            if full and wording().units.match(rest):
                return False
            return self._number(_path(found[1]), ".", before, full, sure=False)
        if found := _LETTER.match(text):
            return self._letter(wording().letters, found[1], text, before, full)
        return False

    def _dash(self, text: str, before: str | None, full: bool, open_bracket: bool) -> bool:
        rest = text[1:].lstrip()
        if before is not None and (full or open_bracket):
            left = before.endswith(wording().range_words) or _ENDS_IN_DIGIT.search(before)
            right = rest.startswith(wording().range_words) or rest[:1].isdigit()
            if (left and right) or (full and open_bracket and not self.dashes):
                return False
        if not text[1:2].isspace() and not (self.dashes or before is None or not full):
            return False
        self.dashes = True
        return True

    def _number(self, path: tuple[int, ...], style: str, before: str | None, full: bool, sure: bool) -> bool:
        key = (style, len(path))
        last = self.paths.get(key)
        fits = before is None and sure
        if last is not None and last[:-1] == path[:-1] and path[-1] == last[-1] + 1:
            fits = True
        elif path[-1] == 1:
            parent = path[:-1]
            fits = fits or not parent or any(known == parent for known in self.paths.values())
        elif sure and not full and len(path) == 1 and path[0] <= 40:
            fits = True
        if not fits:
            return False
        self.paths[key] = path
        for other in [known for known in self.paths if known[1] > len(path)]:
            del self.paths[other]
        return True

    def _letter(self, letters: tuple[str, ...], letter: str, text: str, before: str | None, full: bool) -> bool:
        style = text[: text.index(letter)] + text[text.index(letter) + 1]
        if letter not in letters:
            return False
        place = letters.index(letter)
        if place != 0 and self.letters.get(style) != place - 1:
            return False
        self.letters[style] = place
        return True


def _path(printed: str) -> tuple[int, ...]:
    return tuple(int(part) for part in fold(printed).split("."))


def opens_item(text: str) -> bool:
    """Tell roughly, without context, whether a line begins with the mark of a list item."""
    return bool(_BULLET.match(text) or _DASH.match(text) or _NUMBER.match(text) or _LETTER.match(text))


def unit_follows(text: str) -> bool:
    """Tell whether a line begins with a unit or classifier as a word of its own."""
    found = wording().units.match(text)
    return bool(found) and len(first_word(text[:40])) <= (found.end() if found else 0)
