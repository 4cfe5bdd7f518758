"""How well-formed a text's Thai is: two figures that a wrong text layer cannot both keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_CONSONANTS = frozenset(map(chr, range(0x0E01, 0x0E2F)))
_ABOVE = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d")
_BELOW = frozenset("\u0e38\u0e39\u0e3a")
_TONES = frozenset("\u0e48\u0e49\u0e4a\u0e4b")
_SILENT = "\u0e4c"
_BEHIND = frozenset("\u0e30\u0e32\u0e33\u0e45")  # vowels written behind the consonant
_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
_SARA_A, _SARA_AA, _NIKHAHIT = "\u0e30", "\u0e32", "\u0e4d"
_SILENCED_VOWELS = frozenset("\u0e34\u0e38")
_PRIVATE = frozenset(map(chr, range(0xF700, 0xF71B)))


@dataclass(frozen=True)
class Quality:
    """`ill`: impossible sequences; `known`: Thai characters inside dictionary words; both of `thai` characters."""

    thai: int
    ill: int
    known: int

    @property
    def ill_per_10000(self) -> float:
        return 10_000 * self.ill / self.thai if self.thai else 0.0

    @property
    def dictionary_share(self) -> float:
        return self.known / self.thai if self.thai else 0.0

    def __add__(self, other: Quality) -> Quality:
        return Quality(self.thai + other.thai, self.ill + other.ill, self.known + other.known)


def quality_of(text: str) -> Quality:
    """Measure a text; whitespace between a letter and its mark counts against it, as it does for a reader."""
    thai = sum(_is_thai(char) for char in text)
    return Quality(thai, count_ill_formed(text), _known_characters(text))


def count_ill_formed(text: str) -> int:
    """Count the places where Thai cannot be written so: marks on nothing, doubled or out of order, lost letters."""
    found = 0
    before = ""
    for char, after in zip(text, f"{text[1:]} ", strict=False):
        if (char in _LEADING and after not in _CONSONANTS) or not _can_follow(before, char):
            found += 1
        before = char
    return found


def _can_follow(before: str, char: str) -> bool:
    if char in _PRIVATE:
        return False
    if char in _ABOVE or char in _BELOW:
        # The halves of sara am stand before the tone as drawn, around it as decomposed.
        return before in _CONSONANTS or (char == _NIKHAHIT and before in _TONES)
    if char in _TONES:
        return before in _CONSONANTS or before in _ABOVE or before in _BELOW
    if char == _SILENT:
        return before in _CONSONANTS or before in _SILENCED_VOWELS
    if char in _BEHIND:
        parted = char == _SARA_AA and before == _NIKHAHIT  # two halves of one vowel: the same to a reader
        return before in _CONSONANTS or before in _TONES or parted or (char == _SARA_A and before == _SARA_AA)
    return True


def _is_thai(char: str) -> bool:
    return "\u0e01" <= char <= "\u0e4e" or char in _PRIVATE


@cache
def _dictionary() -> frozenset[str]:
    from pythainlp.corpus import thai_words

    return frozenset(thai_words())


def _known_characters(text: str) -> int:
    from pythainlp.tokenize import word_tokenize

    known = 0
    for line in text.splitlines():
        for word in word_tokenize(line, engine="newmm", keep_whitespace=False):
            # A single letter is in the dictionary, but a line that falls into letters says nothing.
            if len(word) > 1 and word in _dictionary():
                known += sum(map(_is_thai, word))
    return known
