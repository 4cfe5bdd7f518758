"""Numbers of lists, written as Word and browsers write them. Formats have the names of Office Open XML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# Thai letters of a list leave out the two obsolete consonants, and kho rakhang, ru and lu (ECMA-376, 17.18.59).
_THAI_LETTERS = "".join(
    map(chr, (0x0E01, 0x0E02, 0x0E04, *range(0x0E07, 0x0E24), 0x0E25, *range(0x0E27, 0x0E2F))),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LONGEST = 20  # letters; Word itself repeats them up to 30 times
_THAI_DIGITS = {ord("0") + digit: 0x0E50 + digit for digit in range(10)}


def format_number(number: int, style: str) -> str:
    """Write a number of a list.

    >>> format_number(14, "lowerRoman"), format_number(28, "lowerLetter"), format_number(12, "decimalZero")
    ('xiv', 'bb', '12')
    """
    if style in ("none", "bullet"):
        return ""
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "thaiNumbers":
        return str(number).translate(_THAI_DIGITS)
    if style == "numberInDash":
        return f"- {number} -"
    if style == "decimalEnclosedParen":
        return f"({number})"
    if style == "decimalEnclosedFullstop":
        return f"{number}."
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if style == "ordinal":
        return f"{number}{_ordinal_ending(number)}"
    if style in ("lowerRoman", "upperRoman") and 1 <= number < 5000:
        return _in_case(_roman(number), style)
    if style in ("lowerLetter", "upperLetter") and number >= 1:
        return _in_case(_letters(number, _LETTERS), style)
    if style == "thaiLetters" and number >= 1:
        return _letters(number, _THAI_LETTERS)
    if style == "thaiCounting" and 0 <= number < 1_000_000:
        return _thai_words(number)
    return str(number)


def _in_case(text: str, style: str) -> str:
    return text.upper() if style.startswith("upper") else text


def _roman(number: int) -> str:
    written = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written.append(letters * count)
    return "".join(written)


def _letters(number: int, alphabet: str) -> str:
    """Letters are repeated, not counted up: after z comes aa, then bb."""
    repeats, index = divmod(number - 1, len(alphabet))
    return alphabet[index] * min(repeats + 1, _LONGEST)


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _thai_words(number: int) -> str:
    """Count in Thai: one is read differently after tens, two and one differently before ten."""
    words = _counting()
    if number == 0:
        return words["zero"]
    written = []
    for place in (5, 4, 3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            continue
        if place == 1 and digit <= 2:
            written.append(words["tens"][digit - 1])
        elif place == 0 and digit == 1 and number > 1:
            written.append(words["one_after_tens"])
        else:
            written.append(words["digits"][digit - 1] + words["places"][place])
    return "".join(written)


@cache
def _counting() -> Mapping[str, str]:
    return tomllib.loads(files("extract.reading").joinpath("thai_counting.toml").read_text(encoding="utf-8"))
