"""Figures with their units in prose: money, percentages, land, counts, times.

The scan goes from figure to figure and looks a few letters to the left and to the right of each; a figure
without a unit is none of ours (years, addresses, numbers of orders, of telephones and of list items).

    "ไม่น้อยกว่าร้อยละ 20"    ->  20, ร้อยละ, ">="
    "187.6 ล้านบาท"           ->  187600000, บาท
    "4 ไร่ 2 งาน 50 ตารางวา"  ->  4.625, ไร่ (exact: 1 ไร่ = 4 งาน = 400 ตารางวา)
    "16.00 - 22.00 น."        ->  time 16:00 until 22:00, น., without a value
    "ชุดละ 5 คน"              ->  5, คน (the text says of what)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from normalize.figures import (
    MINUS,
    SPACES,
    Amount,
    Left,
    Token,
    amount_of,
    is_unit_here,
    may_count,
    more_than_after,
    operator_after,
    read_left,
    skip,
    tokens_of,
)
from normalize.numerals import times
from normalize.steps import Found, find_clocks, find_halves, find_land, find_parts, half_after, join_steps
from normalize.tables import is_thai_letter, table
from normalize.units import Unit, unit_at, unit_named
from normalize.writing import plain_signs, without_marks
from raingan.model.records import Quantity

# Characters before a figure in which a word may make it negative.
_LOOK_BACK = 24
# What can be negative: a count cannot, and a dash before it is a list mark.
_SIGNED_KINDS = frozenset({"money", "percent", "temperature", "ratio"})
# What can be halved in words: "สองชั่วโมงครึ่ง".
_HALVED_KINDS = frozenset({"duration", "length", "area", "weight", "volume", "money"})

# Digits typed with spaces between them, "3 4 2 หลัง", are one figure to the eye; which one, nobody can be sure.
_SET_APART = re.compile(r"(?<![\d.,/-])(?:\d ){2,}\Z")


def find_quantities(text: str, section: str, spans: Iterable[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a section in reading order; `spans` are places to leave alone (dates, orders)."""
    plain = without_marks(plain_signs(text))
    taken = bytearray(len(plain))
    for start, end in spans:
        _take(taken, start, end)
    found = [*_free(find_land(plain), taken), *_free(find_clocks(plain), taken), *_free(find_parts(plain), taken)]
    found += _amounts(plain, taken)
    found += _free(find_halves(plain), taken)
    found.sort(key=lambda item: item.start)
    return [
        Quantity(
            section,
            text[item.start : item.end].strip(),
            item.value,
            item.unit,
            item.operator,
            item.upper,
            item.time,
            item.until,
        )
        for item in _without_repetition(plain, found)
    ]


def _take(taken: bytearray, start: int, end: int) -> None:
    end = min(end, len(taken))
    if end > start:
        taken[start:end] = b"\x01" * (end - start)


def _free(items: Iterable[Found], taken: bytearray) -> list[Found]:
    """Keep what stands on free ground, and take it."""
    kept = []
    for item in items:
        if 1 not in taken[item.start : item.end]:
            _take(taken, item.start, item.end)
            kept.append(item)
    return kept


def _amounts(text: str, taken: bytearray) -> list[Found]:
    """Find every figure that has a unit."""
    tokens = tokens_of(text)
    kept: list[Found] = []
    for index, token in enumerate(tokens):
        if 1 not in taken[token.start : token.end] and (item := _amount(text, tokens, index)) is not None:
            kept += _free([join_steps(text, tokens, index, item)], taken)
    return kept


def _amount(text: str, tokens: Sequence[Token], index: int) -> Found | None:
    """Read the figure at `index` with what stands left and right of it; None if it has no unit."""
    token = tokens[index]
    if not may_count(text, token):
        return None
    left = read_left(text, token.start)
    amount = amount_of(text, tokens, index, left.percent)
    found = _unit_of(text, token, amount, left)
    if found is None:
        return None
    unit, end, more = found
    if unit is None:
        return Found(left.start, end, amount.value, None, left.operator, amount.upper)
    if (
        token.end == token.start + 1
        and (apart := _SET_APART.search(text[max(token.start - _LOOK_BACK, 0) : token.start])) is not None
    ):
        return Found(token.start - len(apart[0]), end, None, unit.name)
    start, negative = _sign(text, token, amount, left, unit)
    value = _times(amount.value, -unit.factor if negative else unit.factor)
    if value is not None and unit.kind in _HALVED_KINDS and (half_end := half_after(text, end)) is not None:
        value, end = value + Decimal("0.5"), half_end
    operator = left.operator or more
    behind_end, behind = operator_after(text, end)
    if operator in (None, "~", behind):
        operator, end = behind or operator, behind_end
    upper = _times(amount.upper, unit.factor)
    return Found(start, end, value, unit.name, ".." if upper is not None else operator, upper)


def _times(value: Decimal | None, factor: int) -> Decimal | None:
    return None if value is None else times(value, factor)


def _unit_of(text: str, token: Token, amount: Amount, left: Left) -> tuple[Unit | None, int, str | None] | None:
    """Return the unit of an amount, where it ends, and an operator before it; None if the figure has none.

    The unit is None for a bare "12 ล้าน": so many of something that is not said.
    """
    end, more = more_than_after(text, amount.end)
    located = unit_at(text, skip(text, end))
    if located is None and text[token.start - 1 : token.start] == "(" and text[end : end + 1] == ")":
        located = unit_at(text, skip(text, end + 1))  # "(1,234.50) บาท"
        if located is not None and located[0].kind not in _SIGNED_KINDS:
            return None
    if left.percent is not None:
        again = located is not None and located[0].kind == "percent"
        return left.percent, located[1] if located is not None and again else amount.figure_end, None
    if located is not None and is_unit_here(text, token, located[0], located[1], amount.multiplied):
        return located[0], located[1], more
    if left.currency is not None:
        return unit_named(left.currency) or Unit(left.currency, "money"), amount.end, None
    if text.startswith(_round_sums(), skip(text, amount.end)):
        return _baht(text, skip(text, amount.end) + 2)
    if amount.multiplied and not token.words and located is None and not is_thai_letter(text[amount.end :][:1]):
        return None, amount.end, None
    return None


@cache
def _round_sums() -> tuple[str, ...]:
    """The signs behind a sum without satang: "500.-"."""
    return tuple(table("figures")["money"]["round"])


def _baht(text: str, end: int) -> tuple[Unit, int, None]:
    """Return the unit of "500.-", and take in the word if it stands there as well."""
    name = table("figures")["money"]["unit"]
    located = unit_at(text, skip(text, end))
    stands_there = located is not None and located[0].name == name
    return unit_named(name) or Unit(name, "money"), located[1] if located is not None and stands_there else end, None


def _sign(text: str, token: Token, amount: Amount, left: Left, unit: Unit) -> tuple[int, bool]:
    """Return where the quantity begins, and whether a minus or parentheses around the figure make it negative."""
    before = text[token.start - 1 : token.start]
    if not before or unit.kind not in _SIGNED_KINDS:
        return left.start, False
    ahead = text[max(left.start - _LOOK_BACK, 0) : left.start].rstrip(SPACES)
    for word in table("figures")["negative"]["words"]:
        if ahead.endswith(word):
            return text.rindex(word, 0, left.start), True
    start = min(left.start, token.start - 1)
    if before == "(" and text[amount.end : amount.end + 1] == ")":
        return start, True
    apart = token.start == 1 or text[token.start - 2] in SPACES + "(" or left.start < token.start
    return (start, True) if before in MINUS and apart else (left.start, False)


def _without_repetition(text: str, found: Sequence[Found]) -> list[Found]:
    """Join what belongs together: "20% - 30%" is one range, "100,000 บาท (หนึ่งแสนบาทถ้วน)" one sum."""
    kept = list(found[:1])
    for item in found[1:]:
        before = kept[-1]
        gap = text[before.end : item.start].strip(SPACES)
        same_unit = before.unit == item.unit
        if (
            same_unit
            and before.value == item.value
            and before.time == item.time
            and gap == "("
            and text[item.end : item.end + 1] == ")"
        ):
            continue
        plain = before.operator in (None, ">=") and item.operator is None
        if same_unit and plain and gap in table("figures")["between"]["to"] and _rises(before.value, item.value):
            kept[-1] = Found(before.start, item.end, before.value, before.unit, "..", item.value)
        else:
            kept.append(item)
    return kept


def _rises(low: Decimal | None, high: Decimal | None) -> bool:
    return low is not None and high is not None and low < high
