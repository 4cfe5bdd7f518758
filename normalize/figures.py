"""Figures in prose, in digits and in words, and what stands left and right of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import msgspec
import regex

from normalize.numerals import find_numerals, multiplier_at, parse_numeral, printed_number, times
from normalize.tables import Words, by_word, is_thai_letter, table
from normalize.units import Unit, unit_at, unit_before

FIGURE = regex.compile(r"\d[\d,.]*+")
MINUS = "-\u2212\u2010\u2011\u2012\u2013"
SPACES = " \u00a0\t"

# A range's two figures stand at most this far apart ("ร้อยละ 20 ถึงร้อยละ 30").
_WIDEST_RANGE = 24
# "2 ล้าน 5 แสน 3 หมื่น 4 พัน 5 ร้อย 6 สิบ": no sum has more steps.
_MOST_STEPS = 6
# A list of a report has at most so many items.
_LONGEST_LIST = 30
# Words before a figure: a rate, an operator, a percent word, another operator at most.
_MOST_WORDS = 5


class Token(msgspec.Struct, frozen=True, gc=False):
    """A figure in digits or words."""

    start: int
    end: int
    value: Decimal | None  # None where commas or points are odd, or groups are set apart by a space
    words: bool = False


class Left(msgspec.Struct, frozen=True, gc=False):
    """What stands before a figure: where the quantity begins, a percent word, an operator, a currency."""

    start: int
    percent: Unit | None = None
    operator: str | None = None
    currency: str | None = None


class Amount(msgspec.Struct, frozen=True, gc=False):
    """A figure with its "thousand", "million" applied, or a range of two."""

    value: Decimal | None
    upper: Decimal | None
    end: int  # behind the multiplier
    figure_end: int  # behind the digits
    multiplied: bool


def skip(text: str, position: int) -> int:
    """Return the position behind at most three spaces."""
    stop = min(len(text), position + 3)
    while position < stop and text[position] in SPACES:
        position += 1
    return position


def skip_back(text: str, position: int) -> int:
    """Return the position before at most three spaces."""
    stop = max(0, position - 3)
    while position > stop and text[position - 1] in SPACES:
        position -= 1
    return position


# --- figures --------------------------------------------------------------------------------------


def tokens_of(text: str) -> list[Token]:
    """Return the figures of a text in order, in digits and in words."""
    tokens: list[Token] = []
    for start, end, value in find_numerals(text):
        token = _in_words(text, start, end, value)
        if token is not None:
            tokens.append(token)
    groups = {match.start(): match for match in _SPACED_GROUPS.finditer(text) if not _is_numbered(text, match.start())}
    end = 0
    for match in FIGURE.finditer(text):
        if match.start() < end:
            continue
        group = groups.get(match.start())
        if group is not None:
            tokens.append(Token(group.start(), group.end(), printed_number(group.group().replace(" ", ""))))
            end = group.end()
            continue
        digits = match.group().rstrip(",.")
        tokens.append(Token(match.start(), match.start() + len(digits), printed_number(digits)))
    tokens.sort(key=lambda token: token.start)
    return tokens


def _in_words(text: str, start: int, end: int, value: Decimal) -> Token | None:
    """Return the number in words that is a figure of its own, or None.

    Behind digits the first words are a multiplier ("2 ล้านห้าแสน"). A bare "hundred" that runs on from another
    word is a part of that word ("เรียบร้อย"), and "several tens" is no figure.
    """
    before = skip_back(text, start)
    factor = multiplier_at(text, start)
    if factor is not None and before and text[before - 1].isdigit():
        rest = parse_numeral(text[factor[1] : end]) if factor[1] < end else None
        return None if rest is None else Token(factor[1], end, rest, words=True)
    if value == 0 or _vague().before(text, before) is not None:
        return None  # the word for nought is that of a centre, too
    if factor is not None and factor[0] > 10 and (factor[1] == end or (start and is_thai_letter(text[start - 1]))):
        return None  # "หน่วย : ล้านบาท" names a unit
    return Token(start, end, value, words=True)


@cache
def _vague() -> Words:
    return Words(table("numerals")["words"]["vague_before"])


_SPACED_GROUPS = regex.compile(r"(?<![\d,.A-Za-z/:-])\d{1,3}(?: \d{3})+(?:\.\d+)?(?![\d,./:-])")


def has_spaced_group(text: str) -> bool:
    """Tell whether a figure of a text is set in groups with spaces, so that it may be two: "1 250"."""
    return _SPACED_GROUPS.search(text) is not None


def _is_numbered(text: str, start: int) -> bool:
    """Tell whether the first group is a number of its own: "รุ่นที่ 3 250 คน"."""
    before = skip_back(text, start)
    return _numbering().before(text, before) is not None or _places()[0].before(text, before) is not None


def may_count(text: str, token: Token) -> bool:
    """Reject figures that are part of a code, a fraction, a name or a longer figure."""
    before, after = text[token.start - 1 : token.start], text[token.end : token.end + 2]
    if token.words:
        return True
    if before and (before in "/.:" or (before.isascii() and before.isalpha())):
        return False
    if after[:1] in "/:" and after[1:].isdigit():
        return False
    return not (before and before in MINUS and token.start > 1 and text[token.start - 2].isalnum())


def amount_of(text: str, tokens: Sequence[Token], index: int, percent: Unit | None) -> Amount:
    """Apply multipliers, join "2 ล้าน 5 แสน", and take in the end of a range."""
    upper = _upper(text, tokens, index, percent)
    token, last = tokens[index], upper or tokens[index]
    factor, end = multiplier_at(text, skip(text, last.end)) or (1, last.end)
    value = None if token.value is None else times(token.value, factor)
    top = None if upper is None or upper.value is None else times(upper.value, factor)
    if upper is None and value is not None and factor > 1 and percent is None:
        for following in tokens[index + 1 : index + 1 + _MOST_STEPS]:
            if text[end : following.start].strip(SPACES) or following.start < end or following.value is None:
                break
            step, step_end = multiplier_at(text, skip(text, following.end)) or (1, following.end)
            part = times(following.value, step)
            if part >= factor or (step == 1 and not following.words):
                break
            value, end, factor = value + part, step_end, step
    return Amount(value, top, end, last.end, factor > 1 or end > last.end)


def _upper(text: str, tokens: Sequence[Token], index: int, percent: Unit | None) -> Token | None:
    """Return the figure that ends a range which this one begins, or None."""
    token = tokens[index]
    if index + 1 >= len(tokens) or token.value is None:
        return None
    following = tokens[index + 1]
    gap = text[token.end : following.start]
    if following.value is None or len(gap) > _WIDEST_RANGE or following.value <= token.value or "\n" in gap:
        return None
    between = table("figures")["between"]
    middle, words = gap.strip(SPACES), between["to"]
    if middle in words or (middle in between["and"] and _is_between(text, token.start, between["from"])):
        return following
    if percent is not None:
        unit = unit_before(middle, len(middle))
        if unit is not None and unit[0].kind == "percent" and middle[: unit[1]].strip(SPACES) in words:
            return following
    return None


def _is_between(text: str, start: int, words: Sequence[str]) -> bool:
    """Tell whether "between" stands before a figure, with or without a percent word."""
    position = skip_back(text, start)
    located = _percent_before(text, position)
    return text.endswith(tuple(words), 0, position if located is None else skip_back(text, located[1]))


# --- left and right -------------------------------------------------------------------------------


@cache
def _operators() -> tuple[Words, dict[str, str]]:
    """Words before a figure that set a bound or say "about", and what they mean; "=" are fillers."""
    meanings = by_word(table("figures")["operators"])
    return Words(meanings), meanings


@cache
def _operators_after() -> tuple[Words, dict[str, str]]:
    """Words behind a figure or its unit that set a bound, and what they mean."""
    meanings = by_word(table("figures")["operators_after"])
    return Words(meanings), meanings


@cache
def _money_before() -> tuple[Words, dict[str, str]]:
    """Signs of money before a figure, and the unit they stand for."""
    units: dict[str, str] = table("figures")["money"]["before"]
    return Words(units), units


@cache
def _longer_words() -> dict[str, tuple[str, ...]]:
    """Words that only end like an operator: "งบประมาณ" is a budget, not "about"."""
    return {word: tuple(longer) for word, longer in table("figures")["not_operators"].items()}


def read_left(text: str, start: int) -> Left:
    """Read what stands before a figure, word by word to the left."""
    begin, percent, operator, currency = start, None, None, None
    position = skip_back(text, start)
    if position == start and text[position - 1 : position] in ("(", *MINUS):
        position = skip_back(text, position - 1)
    signs, currencies = _money_before()
    sign = signs.before(text, position)
    if sign is not None:
        currency, begin = currencies[sign], position - len(sign)
        position = skip_back(text, begin)
    for _ in range(_MOST_WORDS):
        found = operator_before(text, position)
        if found is not None:
            word, meaning = found
            position -= len(word)
            if meaning != "=":
                if operator is not None:
                    break
                operator, begin = meaning, position
            position = skip_back(text, position)
            continue
        unit = _percent_before(text, position) if percent is None else None
        if unit is not None:
            percent, begin = unit
        else:
            rate = rate_before(text, position)
            if rate is None:
                break
            begin = rate
        position = skip_back(text, begin)
    return Left(begin, percent, operator, currency)


def operator_before(text: str, position: int) -> tuple[str, str] | None:
    """Return the word that ends at a position and sets a bound or only fills ("="), with its meaning."""
    words, meanings = _operators()
    word = words.before(text, position)
    if word is None or text.endswith(_longer_words().get(word, ()), 0, position):
        return None
    start, meaning = position - len(word), meanings[word]
    negation = _negations().before(text, skip_back(text, start)) if meaning in _NEGATED else None
    if negation is not None:  # "ไม่ น้อยกว่า", with a space that the layout put in, and "ไม่ให้เกิน"
        start, meaning = skip_back(text, start) - len(negation), _NEGATED[meaning]
    return text[start:position], meaning


_NEGATED = {"<": ">=", ">": "<="}


@cache
def _negations() -> Words:
    return Words(table("figures")["negations"]["words"])


def _percent_before(text: str, position: int) -> tuple[Unit, int] | None:
    """Return the percent word that ends at a position; a sign there belongs to the figure before it."""
    located = unit_before(text, position)
    if located is None or located[0].kind != "percent" or text[located[1] : position].isascii():
        return None
    return located


def rate_before(text: str, position: int) -> int | None:
    """Return where the words of a rate begin ("ชุดละ 5 คน", "วันละ 412.60 ตัน"), or None."""
    for word in table("figures")["not_a_unit"]["after_unit"]:
        if text.endswith(word, 0, position):
            located = unit_before(text, skip_back(text, position - len(word)))
            if located is not None and located[0].kind != "percent":
                return located[1]
    return None


def more_than_after(text: str, end: int) -> tuple[int, str | None]:
    """Pass over "more than" between figure and unit ("100 กว่าคน")."""
    position = skip(text, end)
    words, meanings = _operators_after()
    word = words.at(text, position)
    if word is not None and unit_at(text, skip(text, position + len(word))) is not None:
        return position + len(word), meanings[word]
    return end, None


def operator_after(text: str, end: int) -> tuple[int, str | None]:
    """Return the bound behind a unit ("๓๐ คนขึ้นไป") and where it ends."""
    position = skip(text, end)
    words, meanings = _operators_after()
    word = words.at(text, position)
    return (end, None) if word is None else (position + len(word), meanings[word])


# --- is it a count at all -------------------------------------------------------------------------


@cache
def _numbering() -> Words:
    return Words(table("figures")["numbering"]["words"])


_DIGIT_AHEAD = regex.compile(r"[ \u00a0]?+\d")
_RANGE_BEFORE = regex.compile(r"\d[\d.,]*+\s*+[-–]\s*+\Z")


def is_unit_here(text: str, token: Token, unit: Unit, end: int, multiplied: bool) -> bool:
    """Tell whether the unit behind a figure belongs to it and counts."""
    data = table("figures")["not_a_unit"]
    if text.startswith(tuple(data["after_unit"]), end):
        return False
    for word in data["ordinal"]:
        if text.startswith(word, end) and _DIGIT_AHEAD.match(text, end + len(word)):
            return False
    if unit.kind in ("percent", "money"):
        return True
    range_start = _RANGE_BEFORE.search(text, max(0, token.start - 12), token.start)
    label_end = skip_back(text, range_start.start() if range_start is not None else token.start)
    if _numbering().before(text, label_end) is not None:
        return False
    if unit.kind not in ("count", "scale") or multiplied:
        return True
    if not token.words and _is_number_of_place(text, label_end, unit):
        return False
    if unit.name in data["labels"] and not token.words and _DIGIT_AHEAD.match(text, end):
        return unit.name not in data["places"] and _has_unit(text, end)
    return token.words or not (_at_line_start(text, token.start) and _numbers_a_line(text, token, end))


@cache
def _places() -> tuple[Words, dict[str, list[str]]]:
    counted: dict[str, list[str]] = table("figures")["numbered"]
    return Words(counted), counted


def _is_number_of_place(text: str, label_end: int, unit: Unit) -> bool:
    """Tell whether a figure is the number of a floor, a room, a building: "ชั้น 4 หน่วยบริการ", but "อาคาร 2 หลัง"."""
    words, counted = _places()
    word = words.before(text, label_end)
    if word is None or unit.name in counted[word]:
        return False
    return not text[: skip_back(text, label_end - len(word))].endswith(tuple("0123456789"))


def _has_unit(text: str, position: int) -> bool:
    """Tell whether the next figure has a unit of its own: "3 ห้อง 25 คน", but not "ชั้น 2 ห้อง 201"."""
    match = FIGURE.search(text, position)
    return match is not None and unit_at(text, skip(text, match.end())) is not None


def _numbers_a_line(text: str, token: Token, unit_end: int) -> bool:
    """Tell whether a figure at the start of a line is a list's: "1.1 จุดบริการ", "1 โครงการอบรม..."."""
    if "." in text[token.start : token.end]:
        return True
    if token.value is None or token.value > _LONGEST_LIST:
        return False
    return is_thai_letter(text[unit_end : unit_end + 1]) and _operators_after()[0].at(text, unit_end) is None


def _at_line_start(text: str, position: int) -> bool:
    start = position
    while start > position - 8 and start and text[start - 1] in " \t\u00a0-–•*(":
        start -= 1
    return start == 0 or text[start - 1] == "\n"
