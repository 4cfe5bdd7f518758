"""Numbers: as printed with digits, and as written in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import regex

from normalize.tables import alternatives, table

MILLION = 1_000_000

# 1,234,567.89 with correct groups of three, or digits without any comma.
_WELL_FORMED = regex.compile(r"(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?|\.\d++")

# A figure longer than this is a code or noise: an account number has 10 to 16 digits, a state budget 13.
LONGEST_FIGURE = 24


def printed_number(text: str) -> Decimal | None:
    """Return the value of one printed number with Arabic digits; None if its commas or points are odd."""
    if len(text) > LONGEST_FIGURE or not text.isascii() or _WELL_FORMED.fullmatch(text) is None:
        return None
    return Decimal(text.replace(",", ""))


@cache
def _words() -> tuple[dict[str, int], dict[str, int], regex.Pattern[str], regex.Pattern[str]]:
    """Return digits, places, the pattern of one numeral word, and of words that only begin like one."""
    data = table("numerals")
    digits = {**data["digits"], **data["tens"], **data["last"]}
    places: dict[str, int] = data["places"]
    point = data["words"]["point"]
    token = regex.compile(alternatives([*digits, *places, *point]))
    others = regex.compile(alternatives(data["words"]["not_numerals"]))
    return digits, places, token, others


@cache
def _names() -> regex.Pattern[str]:
    """Names made of numeral words alone: a province is no figure, unless a digit word stands before it."""
    return regex.compile(alternatives(table("numerals")["words"]["names"]))


def parse_numeral(text: str) -> Decimal | None:
    """Return the value of a number in words ("two hundred and fifty" in Thai); None if it is none."""
    digits, places, token, _ = _words()
    tokens = token.findall(text)
    if not tokens or "".join(tokens) != text.strip().replace(" ", ""):
        return None
    point = table("numerals")["words"]["point"][0]
    if point in tokens:
        index = tokens.index(point)
        whole, fraction = _whole(tokens[:index], digits, places), tokens[index + 1 :]
        if whole is None or not fraction or any(word not in digits for word in fraction):
            return None
        return Decimal(f"{whole}." + "".join(str(digits[word]) for word in fraction))
    value = _whole(tokens, digits, places)
    return None if value is None else Decimal(value)


def _whole(tokens: list[str], digits: dict[str, int], places: dict[str, int]) -> int | None:
    """Add up the words of a whole number; None where their order is not a number's."""
    if not tokens:
        return None
    total = group = 0
    pending: int | None = None  # a digit that waits for its place
    last_place = MILLION  # places must fall within a group
    for index, word in enumerate(tokens):
        if word in digits:
            if pending is not None or not _digit_fits(word, tokens, index):
                return None
            pending = digits[word]
            continue
        place = places[word]
        if place == MILLION:
            group += pending or 0
            if total + group == 0 and (pending == 0 or index > 0):
                return None
            total = (total + group or 1) * MILLION
            group, pending, last_place = 0, None, MILLION
            continue
        if place >= last_place or pending == 0 or (pending is None and place > 10 and index > 0):
            return None
        group += place * (1 if pending is None else pending)
        pending, last_place = None, place
    return total + group + (pending or 0)


def _digit_fits(word: str, tokens: list[str], index: int) -> bool:
    """The words for two before ten and for one after a larger place stand nowhere else."""
    data = table("numerals")
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if word in data["tens"]:
        return following is not None and data["places"].get(following) == 10
    if word in data["last"]:
        return index > 0 and (following is None or data["places"].get(following) == MILLION)
    if data["digits"][word] == 0:
        return len(tokens) == 1 or table("numerals")["words"]["point"][0] in tokens
    return True


def find_numerals(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield (start, end, value) of numbers in words, the longest run of words each.

    Thai has no spaces between words: a run that goes on as another word ("three" begins the word for
    "able") still comes, and the caller has to ask for a unit behind it.
    """
    _, _, token, others = _words()
    names = _names()
    position = 0
    while (first := token.search(text, position)) is not None:
        start, ends = first.start(), list[int]()
        end = start
        if names.match(text, start) is None:
            while (
                len(ends) < LONGEST_FIGURE
                and (match := token.match(text, end)) is not None
                and others.match(text, end) is None
            ):
                end = match.end()
                ends.append(end)
        position = max(end, first.end())
        if start and text[start - 1].isdigit():
            continue
        for stop in reversed(ends):
            value = parse_numeral(text[start:stop])
            if value is not None:
                yield start, stop, value
                break


def multiplier_at(text: str, position: int) -> tuple[int, int] | None:
    """Return (factor, end) of "thousand", "million", "hundred million" ... written behind a figure; None if none."""
    _, places, token, others = _words()
    factor, end = 1, position
    for _ in range(3):  # "แสนล้านล้าน" is more than any budget
        match = None if others.match(text, end) is not None else token.match(text, end)
        place = places.get(match.group()) if match is not None else None
        if match is None or place is None or (end > position and place != MILLION):
            break
        factor *= place
        end = match.end()
    return (factor, end) if end > position else None


def times(value: Decimal, factor: int) -> Decimal:
    """Multiply by a place; 187.6 million is the whole number 187600000, not 187600000.0."""
    if factor == 1:
        return value
    product = value * factor
    return product.to_integral_value() if product == product.to_integral_value() else product
