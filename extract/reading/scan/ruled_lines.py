"""Lines that a rule runs through or close under: an underline, a line to write on, the fold of a sheet.

Taking the rule out takes a stroke or the tail of a comma with it, and leaving it in hides others. Both are read; where
they part in a figure, nobody can be sure of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from extract.reading.scan.cutting import cut_row
from extract.reading.scan.handover import Reading
from extract.reading.scan.sizes import confidence_of

if TYPE_CHECKING:
    from extract.reading.scan.components import Components, Ints
    from extract.reading.scan.handover import Engine, LineCut, Pixels, ReadGlyph
    from extract.reading.scan.line_rows import Row
    from extract.reading.scan.ruling import PageRules

_OVER, _UNDER = 0.35, 0.35  # body heights over and under the letters at which a rule still touches them
_LEAST = 1.0  # body heights of the line that the rule runs along
_MOST = 200  # lines of a page
_DOUBTED = 0.49  # confidence of what is read otherwise with the rule
_GROUP = 3  # digits between commas
_IN_FIGURES = frozenset(".,/-")


def with_rules(
    pixels: Pixels,
    parts: Components,
    owner: Ints,
    rows: list[Row],
    removed: Pixels,
    cuts: dict[int, LineCut],
    paper: int,
    rules: PageRules,
) -> dict[int, LineCut]:
    """Give each cut that a level rule touches the same cut with the rule in it; rows and cuts have the same numbers."""
    if not rules.level:
        return cuts
    for index in list(cuts)[:_MOST]:
        row, (left, _, right, _) = rows[index], cuts[index].box
        top, bottom = row.top - _OVER * row.body, row.bottom + _UNDER * row.body
        if not any(
            top < y < bottom and min(right, end) - max(left, start) > _LEAST * row.body for y, start, end in rules.level
        ):
            continue
        kept = removed.copy()
        zone = slice(max(int(top), 0), int(bottom) + 1), slice(max(int(left), 0), int(right) + 1)
        kept[zone] &= 1 - rules.mask[zone]
        members = (owner == index).nonzero()[0]
        ruled = cut_row(pixels, parts, owner, index, row, members, kept, paper)
        cuts[index] = replace(cuts[index], ruled=ruled)
    return cuts


def read_both_ways(cuts: Sequence[LineCut], readings: Sequence[Reading], engine: Engine) -> list[Reading]:
    """Return the better reading of each line that a rule touches, with what the other one says otherwise in figures."""
    touched = [at for at, cut in enumerate(cuts) if cut.ruled is not None and readings[at].glyphs]
    others = engine.read([ruled for at in touched if (ruled := cuts[at].ruled) is not None])
    found = list(readings)
    for at, other in zip(touched, others, strict=True):
        better, worse = (other, found[at]) if confidence_of(other) > confidence_of(found[at]) else (found[at], other)
        found[at] = Reading(doubted(better.glyphs, worse.glyphs))
    return found


def doubted(glyphs: Sequence[ReadGlyph], other: Sequence[ReadGlyph]) -> tuple[ReadGlyph, ...]:
    """Doubt the signs of figures that the other reading does not have."""
    found = list(glyphs)
    texts, others = [glyph.text for glyph in glyphs], [glyph.text for glyph in other]
    for kind, first, end, begin, stop in SequenceMatcher(None, texts, others, autojunk=False).get_opcodes():
        if kind == "equal" or not any(_in_figure(text) for text in (*texts[first:end], *others[begin:stop])):
            continue
        for at in range(max(first - (first == end), 0), max(end, first)):
            says = others[begin + at - first] if begin + at - first < stop and at >= first else ""
            read = found[at]
            if not _in_figure(read.text) and not (first == end or _in_figure(says)):
                continue
            if (read.text, says) == (".", ",") and _three_digits(texts[at + 1 : at + 5]):
                # What was lost is the tail of a comma.
                read, says = replace(read, text=","), "."
            confidence = min(read.confidence, _DOUBTED)
            found[at] = replace(read, confidence=confidence, others=((says, 1 - confidence), *read.others))
    return tuple(found)


def _three_digits(texts: list[str]) -> bool:
    return len(texts) >= _GROUP and all(map(str.isdigit, texts[:_GROUP])) and not "".join(texts[_GROUP:]).isdigit()


def _in_figure(text: str) -> bool:
    return text.isdigit() or text in _IN_FIGURES
