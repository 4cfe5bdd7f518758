"""Loads the word tables of `normalize/data`. The code that uses them knows no Thai."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """Return a table of `normalize/data` by its file name without suffix."""
    return tomllib.loads(files("normalize").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, the longest first."""
    ordered = sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in ordered) + ")"


def by_word(groups: dict[str, list[str]]) -> dict[str, str]:
    """Turn {meaning: [word, ...]} round: word -> meaning, the longest words first."""
    pairs = [(word, meaning) for meaning, words in groups.items() for word in words]
    return dict(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def is_thai_letter(character: str) -> bool:
    """Tell whether a character is a Thai consonant, vowel or tone mark (no digit, no baht sign)."""
    return "\u0e01" <= character <= "\u0e3a" or "\u0e40" <= character <= "\u0e4e"


class Words:
    """Words with meanings, looked up at a place of a text: the longest wins, in a few steps whatever their number."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: dict[str, list[int]] = {}
        self._by_last: dict[str, list[int]] = {}
        self._words = frozenset(words)
        for word in sorted(self._words, key=lambda word: (-len(word), word)):
            for index, character in ((self._by_first, word[0]), (self._by_last, word[-1])):
                lengths = index.setdefault(character, [])
                if len(word) not in lengths:
                    lengths.append(len(word))

    def before(self, text: str, end: int) -> str | None:
        """Return the longest word that ends at a position, or None."""
        for length in self._by_last.get(text[end - 1 : end], ()):
            if length <= end and (word := text[end - length : end]) in self._words:
                return word
        return None

    def all_at(self, text: str, start: int) -> Iterator[str]:
        """Yield the words that begin at a position, the longest first."""
        for length in self._by_first.get(text[start : start + 1], ()):
            if (word := text[start : start + length]) in self._words:
                yield word

    def at(self, text: str, start: int) -> str | None:
        """Return the longest word that begins at a position, or None."""
        return next(self.all_at(text, start), None)
