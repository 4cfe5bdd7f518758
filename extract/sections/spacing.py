"""Whether a space stood where a line was broken between two words.

A break takes the space with it, and Thai writes most words without one. Characters decide first (figures, brackets,
Latin letters), then the words on both sides: how writers usually set them off, and how this document does elsewhere.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from extract.sections.broken_figures import figure_over
from extract.sections.join_words import wording
from extract.thai.words import first_word, is_word, last_word, seam

_D = "0-9\u0e50-\u0e59"
_SHORTENS, _REPEATS = "\u0e2f", "\u0e46"  # paiyannoi, mai yamok
_ABBREVIATION = re.compile(r"[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e4e]{0,3}\.")
_MEASURE_END = re.compile(rf"[{_D}]\s?$")
_RARE = -1.4  # log odds of a space between two words of which nothing is known: one in five
_PAIR = 6  # letters of two words from which they are looked for side by side: shorter ones stand inside others
_SIDE_BY_SIDE = 3.0
_SURE, _NEVER = 5.0, -6.0


class Spacing:
    """Log odds of a space at a line end; `text` is the document's prose, to see how it spaces words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._habit = lru_cache(maxsize=2048)(self._count_habit)

    def odds(self, left: str, right: str, anywhere: bool) -> float:
        """Above 0 if a space more likely stood there; `anywhere` if lines were broken inside words too."""
        by_characters = _by_characters(left, right, anywhere)
        return self._by_words(left, right, anywhere) if by_characters is None else by_characters

    def _by_words(self, left: str, right: str, anywhere: bool) -> float:
        words = wording()
        odds = _RARE
        if anywhere:
            found = seam(left, right)
            if found.split:
                return _NEVER
            last, first = found.last, found.first
            if not (found.left_known and found.right_known):
                odds -= 1.0
        else:
            last, first = last_word(left), first_word(right[:40])
            if is_word(last + first) or words.units.fullmatch(last + first):
                return _NEVER
            odds -= 1.0 * (not is_word(last)) + 1.0 * (not is_word(first))
        if first in words.space_before:
            odds += 2.6
        elif first in words.space_sometimes_before:
            odds += 1.0
        elif first in words.no_space_before:
            odds -= 2.0
        if last in words.space_after:
            odds += 3.0
        elif last in words.no_space_after:
            odds -= 2.5
        if last and last not in words.no_space_after and _MEASURE_END.search(left[: -len(last)]):
            odds += 2.0  # a figure with its unit ends there
        return odds + self._habit(first, True) + self._habit(last, False) + self._seen(last, first)

    def _seen(self, last: str, first: str) -> float:
        """How this document writes the two words where they stand side by side within a line, as log odds."""
        if len(last) + len(first) < _PAIR or not last or not first:
            return 0.0
        spaced, together = self._text.count(f"{last} {first}"), self._text.count(last + first)
        return 0.0 if bool(spaced) == bool(together) else _SIDE_BY_SIDE if spaced else -_SIDE_BY_SIDE

    def _count_habit(self, word: str, before: bool) -> float:
        """How this document spaces a word elsewhere, as log odds against the usual."""
        if len(word) < 3:
            return 0.0
        text = self._text
        spaced = text.count(f" {word}") if before else text.count(f"{word} ")
        at_line_ends = text.count(f"\n{word}") if before else text.count(f"{word}\n")
        together = text.count(word) - spaced - at_line_ends
        if spaced + together < 2:
            return 0.0
        return max(-2.0, min(2.5, math.log((spaced + 0.25) / (together + 1.0)) - _RARE))


def _by_characters(left: str, right: str, anywhere: bool) -> float | None:
    """Odds from the characters beside the break, None if they tell nothing."""
    a, b = left[-1], right[0]
    if anywhere and figure_over(left, right):
        return _NEVER
    if a.isdigit() and b.isdigit():
        return _SURE
    if a in ",;":
        return _SURE
    if b in "-\u2013" or (a in "-\u2013" and left[-2:-1].isspace()):
        return _SURE if right[1:2].isspace() or a in "-\u2013" else _RARE + 1.0
    if a in "-/\u2013":
        return _NEVER
    if b in "(\u201c[\u2018" or a in ")\u201d]" or a.isdigit() != b.isdigit() or a == ".":
        return _SURE
    if a.isascii() and b.isascii():
        return -1.0 if anywhere and a.isalnum() and b.isalnum() else _SURE
    if a.isascii() != b.isascii():
        return _SURE
    and_so_on = wording().and_so_on
    if right.startswith(and_so_on[1:]) or (b == _SHORTENS and not right.startswith(and_so_on)):
        return _NEVER
    if b in (_REPEATS, _SHORTENS) or a in (_REPEATS, _SHORTENS) or _ABBREVIATION.match(right):
        return 1.5
    return None
