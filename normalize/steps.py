"""Measures of several steps and times of day: "4-2-0 ไร่", "2 ชั่วโมง 30 นาที", "16.00 - 22.00 น.", "ครึ่งวัน"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

import msgspec
import regex

from normalize.figures import SPACES, Token, skip
from normalize.tables import alternatives, is_thai_letter, table
from normalize.units import unit_at
from normalize.value_figures import fraction_of, part_sign

# What is measured in parts; three of four people are a share.
_PARTED_KINDS = ("area", "length", "weight", "volume", "duration", "money")


class Found(msgspec.Struct, frozen=True, gc=False):
    """A figure with its unit and place."""

    start: int
    end: int
    value: Decimal | None
    unit: str | None
    operator: str | None = None
    upper: Decimal | None = None
    time: str | None = None  # of day, "13:30"
    until: str | None = None


# --- land -----------------------------------------------------------------------------------------


@cache
def _land_pattern() -> regex.Pattern[str]:
    data = table("figures")["land"]
    before, after = alternatives(data["before"]), alternatives(data["after"])
    dash = r"\s?+[-–]\s?+"
    return regex.compile(
        rf"(?:(?<before>{before})\s{{0,3}}+)?+(?<![\d/.,-])"
        rf"(?<large>\d{{1,7}}+(?:,\d{{3}})*+){dash}(?<middle>\d{{1,3}}+){dash}(?<small>\d{{1,3}}+(?:\.\d{{1,4}}+)?+)"
        rf"(?![\d/])(?!{dash}\d)\s{{0,3}}+(?<after>{after})?+"
    )


def find_land(text: str) -> Iterator[Found]:
    """Find areas as rai-ngan-wa with dashes: "4-2-0 ไร่", "เนื้อที่ 4-2-0"."""
    data, compound = table("figures")["land"], table("figures")["compound"][0]
    factors = [Decimal(factor) for _, factor in compound["steps"]]
    for match in _land_pattern().finditer(text):
        before, after = match.group("before"), match.group("after")
        if after is None and (before is None or before in data["needs_unit"]):
            continue
        parts = [Decimal(match.group(name).replace(",", "")) for name in ("large", "middle", "small")]
        sound = parts[1] * factors[1] < factors[0] and parts[2] * factors[2] < factors[1]
        total = sum((part * factor for part, factor in zip(parts, factors, strict=True)), Decimal(0))
        end = match.end() if after is not None else match.end("small")
        yield Found(match.start("large"), end, total / compound["whole"] if sound else None, compound["unit"])


# --- times of day ---------------------------------------------------------------------------------


@cache
def _clock_pattern() -> regex.Pattern[str]:
    data = table("figures")["clock"]
    to = alternatives(table("figures")["between"]["to"])
    clock = r"\d{1,2}+[.:]\d{2}+(?![\d.:,])"
    after, before = alternatives(data["after"]), alternatives(data["before"])
    return regex.compile(
        rf"(?:(?<before>{before})\s{{0,3}}+)?+(?<![\d.,:/])(?<first>{clock})"
        rf"(?:\s{{0,2}}+(?:{after})?+\s{{0,2}}+{to}\s{{0,2}}+(?<second>{clock}))?+(?:\s{{0,2}}+(?<after>{after}))?+"
    )


def find_clocks(text: str) -> Iterator[Found]:
    """Find times of day: "09.30 น.", "08:30-16:30 น.", "เวลา 16.00 - 22.00"."""
    unit = table("figures")["clock"]["unit"]
    for match in _clock_pattern().finditer(text):
        after = match.group("after")
        if after is not None and is_thai_letter(after[-1]) and is_thai_letter(text[match.end() : match.end() + 1]):
            after = None  # the letter begins a word
        if after is None and (match.group("before") is None or _is_span_of_time(text, match)):
            continue
        second = match.group("second")
        end = match.end("after") if after is not None else match.end("second" if second is not None else "first")
        operator = ".." if second is not None else None
        first, until = _clock(match.group("first")), _clock(second)
        yield Found(match.start("first"), end, None, unit, operator, None, first, until)


def _is_span_of_time(text: str, match: regex.Match[str]) -> bool:
    """Tell whether the word for time speaks of how long ("ใช้เวลา 2.30 ชั่วโมง"), not of the hour."""
    lasting = tuple(table("figures")["clock"]["lasting"])
    return text.endswith(lasting, 0, match.end("before")) or unit_at(text, skip(text, match.end())) is not None


def _clock(text: str | None) -> str | None:
    """Return hours and minutes; None where the clock has no such time."""
    if text is None:
        return None
    hours, minutes = text.replace(":", ".").split(".")
    if int(hours) > 24 or int(minutes) > 59:
        return None
    return f"{int(hours):02}:{minutes}"


# --- halves and compound measures -----------------------------------------------------------------


def _half_words() -> tuple[list[str], tuple[str, ...]]:
    words = table("numerals")["words"]
    return words["half"], tuple(words["half_of"])


def half_after(text: str, end: int) -> int | None:
    """Return where the half of "สองชั่วโมงครึ่ง" ends, or None if none stands there."""
    halves, others = _half_words()
    for word in halves:
        if text.startswith(word, end) and not text.startswith(others, end + len(word)):
            return end + len(word)
    return None


_PARTS = regex.compile(
    r"(?<![\d.,/])(?:(?<whole>\d{1,6}) )?(?<part>\d{1,2}) ?/ ?(?<parts>\d{1,2})(?![\d.,/])"
    r"|(?<![\d.,/])(?<whole>\d{1,6})? ?(?<sign>[\u00bc-\u00be\u2150-\u215e])"
)


def find_parts(text: str) -> Iterator[Found]:
    """Find fractions of what is measured: "2 1/4 ไร่", "3/4 ไร่", "2½ ชั่วโมง"."""
    for match in _PARTS.finditer(text):
        unit = unit_at(text, skip(text, match.end()))
        value = part_sign(match["sign"]) if match["sign"] else fraction_of(int(match["part"]), int(match["parts"]))
        if unit is not None and unit[0].kind in _PARTED_KINDS and value is not None:
            yield Found(match.start(), unit[1], value + int(match["whole"] or 0), unit[0].name)


def find_halves(text: str) -> Iterator[Found]:
    """Find halves without a figure: "ครึ่งวัน", "ครึ่งชั่วโมง"."""
    halves, others = _half_words()
    for word in halves:
        position = text.find(word)
        while position >= 0:
            located = unit_at(text, position + len(word))
            measured = located is not None and located[0].kind in ("duration", "length", "area", "weight")
            if measured and located is not None and not text.startswith(others, located[1]):
                yield Found(position, located[1], Decimal("0.5"), located[0].name)
            position = text.find(word, position + len(word))


@cache
def _compounds() -> dict[str, list[tuple[dict[str, Decimal], str, int]]]:
    """Compound measures by each unit that can begin one: the factors of its steps, the record's unit and its size."""
    by_unit: dict[str, list[tuple[dict[str, Decimal], str, int]]] = {}
    for compound in table("figures")["compound"]:
        factors = {name: Decimal(factor) for name, factor in compound["steps"]}
        for name in list(factors)[:-1]:
            by_unit.setdefault(name, []).append((factors, compound["unit"], compound["whole"]))
    return by_unit


def join_steps(text: str, tokens: Sequence[Token], index: int, found: Found) -> Found:
    """Join measures of several steps: "4 ไร่ 2 งาน 50 ตารางวา", "5 บาท 50 สตางค์", "2 ชั่วโมง 30 นาที"."""
    if found.value is None or found.operator == "..":
        return found
    for factors, unit, whole in _compounds().get(found.unit or "", ()):
        steps = list(factors)
        rank = steps.index(found.unit or "")
        total, end = found.value * factors[steps[rank]], found.end
        for token in tokens[index + 1 : index + 1 + len(steps)]:
            if token.start < end:
                continue
            located = unit_at(text, skip(text, token.end))
            name = located[0].name if located is not None else None
            if text[end : token.start].strip(SPACES) or token.value is None or name not in steps[rank + 1 :]:
                break
            part = token.value * factors[name] if name is not None else Decimal(0)
            if located is None or part >= factors[steps[rank]]:
                break
            total, end, rank = total + part, located[1], steps.index(located[0].name)
        if end > found.end:
            return Found(found.start, end, total / whole, unit, found.operator)
    return found
