"""Word knowledge for joining lines, from PyThaiNLP. Only small windows are ever looked at."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from extract.thai.folding import is_thai, takes_no_space
from extract.thai.pythai import thai_words, words_of

_WINDOW = 18  # characters on each side of a join; the longest common Thai words have about 15
_RUN = re.compile(r"[0-9A-Za-z\u0e50-\u0e59.,/:%'+-]+")
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44"


@cache
def _longest() -> int:
    return min(24, max(map(len, thai_words()), default=24))


@lru_cache(maxsize=4096)
def segment(text: str) -> tuple[str, ...]:
    """Words of a short text (newmm)."""
    return tuple(words_of(text))


def is_word(text: str) -> bool:
    """Tell whether the text is a Thai word of more than one letter."""
    return len(text) > 1 and text in thai_words()


@lru_cache(maxsize=4096)
def first_word(text: str) -> str:
    """Longest dictionary word at the beginning of a text, else its first run or letter cluster."""
    if not text:
        return ""
    if not is_thai(text[0]) or text[0].isdigit():
        run = _RUN.match(text)
        return run[0] if run else text[0]
    words = thai_words()
    for end in range(min(_longest(), len(text)), 1, -1):
        if text[:end] in words and not (end < len(text) and takes_no_space(text[end])):
            return text[:end]
    end = 2 if text[0] in _LEADING_VOWELS else 1
    while end < len(text) and takes_no_space(text[end]):
        end += 1
    return text[:end]


class Seam(NamedTuple):
    """What words make of two pieces of text put together without a space."""

    split: bool  # a dictionary word runs over the seam
    left_known: bool  # the piece before the seam ends with a whole dictionary word
    right_known: bool  # the piece after it begins with one
    last: str  # the word before the seam
    first: str  # the word behind it


def seam(left: str, right: str) -> Seam:
    """Look at the words around a seam."""
    return _seam(left[-_WINDOW:].rpartition(" ")[2], right[:_WINDOW].partition(" ")[0])


@lru_cache(maxsize=4096)
def _seam(left: str, right: str) -> Seam:
    place, spanning, before, after = 0, "", "", ""
    for word in segment(left + right):
        end = place + len(word)
        if place < len(left) < end:
            spanning = word
        if end == len(left):
            before = word
        if place == len(left):
            after = word
        place = end
    if spanning:
        return Seam(is_word(spanning), is_word(segment(left)[-1]) if left else False, False, "", "")
    return Seam(False, is_word(before), is_word(after), before, after)


def splits_word(left: str, right: str) -> bool:
    """Tell whether a seam goes through a word and leaves a piece that is none.

    Compounds fall into words: a typesetter who breaks between words may part them, one who breaks anywhere leaves
    fragments.
    """
    found = seam(left, right)
    return found.split and not (found.left_known and is_word(first_word(right[:40])))


def last_word(text: str) -> str:
    """Last word of a text."""
    return seam(text, "").last
