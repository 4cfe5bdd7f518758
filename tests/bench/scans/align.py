"""Lays what was read beside what stands on the page: errors by character, by digit and by figure.

Spaces do not count. What a page says is laid beside the reading as a whole first; a paragraph that does not fit there
(another reading order) is looked for by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

THAI = "".join(chr(code) for code in range(0x0E50, 0x0E5A))
ARABIC = "0123456789"
FIGURE = re.compile(rf"[{ARABIC}{THAI}]+(?:[.,/:][{ARABIC}{THAI}]+)*")
_IGNORED = re.compile("[\\s\u2610\u2611]+")
_LOST = 0.3  # share of a paragraph's characters that are wrong, from which it is looked for elsewhere
_LONG = 8  # characters of a paragraph that can be looked for by itself


@dataclass(frozen=True)
class FigurePair:
    """A figure on the page and what was read in its place."""

    printed: str
    right: bool
    read: str  # what stands in its place
    span: tuple[int, int]  # of that, in the reading without spaces


@dataclass
class Score:
    """Errors of a reading; scores of several readings add up."""

    characters: int = 0
    errors: int = 0
    thai: int = 0
    thai_wrong: int = 0
    arabic: int = 0
    arabic_wrong: int = 0
    figures: list[FigurePair] = field(default_factory=list)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Score) -> None:
        """Take another score in."""
        for name in ("characters", "errors", "thai", "thai_wrong", "arabic", "arabic_wrong"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.figures += other.figures
        self.confusions += other.confusions

    def cer(self) -> float:
        """Errors per character printed."""
        return self.errors / max(self.characters, 1)

    def figures_right(self) -> float:
        """Share of figures that are wholly right."""
        return sum(pair.right for pair in self.figures) / max(len(self.figures), 1)


def plain(text: str) -> str:
    """Return a text without what does not count: spaces and tick boxes."""
    return _IGNORED.sub("", text)


def compare(printed: str, read: str) -> Score:
    """Score a reading of a text; paragraphs of the text are its lines."""
    lines = [line for line in printed.splitlines() if plain(line)]
    whole, hypothesis = plain(printed), plain(read)
    steps = Levenshtein.editops(whole, hypothesis)
    total, start = Score(), 0
    for line in lines:
        paragraph = plain(line)
        end = start + len(paragraph)
        mine = [step for step in steps if start <= step.src_pos < end or (step.src_pos == end == len(whole))]
        score = _score(line, hypothesis, [(s.tag, s.src_pos - start, s.dest_pos) for s in mine], start, steps)
        if len(mine) > _LOST * len(paragraph) and len(paragraph) >= _LONG:
            elsewhere = _found(line, hypothesis)
            score = elsewhere if elsewhere is not None and elsewhere.errors < score.errors else score
        total.add(score)
        start = end
    return total


def _found(line: str, hypothesis: str) -> Score | None:
    paragraph = plain(line)
    place = fuzz.partial_ratio_alignment(paragraph, hypothesis)
    if place is None:
        return None
    begin = place.dest_start
    steps = Levenshtein.editops(paragraph, hypothesis[begin : place.dest_end])
    return _score(line, hypothesis, [(s.tag, s.src_pos, s.dest_pos + begin) for s in steps], 0, None, begin)


def _score(
    line: str,
    hypothesis: str,
    steps: list[tuple[str, int, int]],
    start: int,
    every: Iterable[Any] | None = None,
    begin: int | None = None,
) -> Score:
    """Score one paragraph by the steps that turn it into its reading; `begin` is where that starts."""
    if begin is None:
        begin = start + sum(_gain(s.tag) for s in every or () if s.src_pos < start)
    text = plain(line)
    score = Score(len(text), len(steps))
    wrong = {at: "" if tag == "delete" else hypothesis[to] for tag, at, to in steps if tag != "insert"}
    added: dict[int, str] = {}
    score.confusions.update(("", hypothesis[to]) for tag, _, to in steps if tag == "insert")
    # What was put in between two paragraphs may stand beside a figure of either.
    around = steps if every is None else [(s.tag, s.src_pos - start, s.dest_pos) for s in every]
    for tag, at, to in around:
        if tag == "insert":
            added[at] = added.get(at, "") + hypothesis[to]
    for at, letter in enumerate(text):
        if letter in THAI:
            score.thai += 1
            score.thai_wrong += at in wrong
        elif letter in ARABIC:
            score.arabic += 1
            score.arabic_wrong += at in wrong
        if at in wrong:
            score.confusions[letter, wrong[at]] += 1
    for found in FIGURE.finditer(line):
        first = len(plain(line[: found.start()]))
        score.figures.append(_pair(found[0], first, wrong, added, steps, begin, hypothesis))
    return score


def _pair(
    printed: str,
    first: int,
    wrong: dict[int, str],
    added: dict[int, str],
    steps: list[tuple[str, int, int]],
    begin: int,
    hypothesis: str,
) -> FigurePair:
    last = first + len(printed)
    inside = any(at in wrong for at in range(first, last)) or any(at in added for at in range(first + 1, last))
    beside = added.get(first, "")[-1:] + added.get(last, "")[:1]
    right = not inside and not any(letter in THAI + ARABIC + ".," for letter in beside)
    low = begin + first + sum(_gain(tag) for tag, at, _ in steps if at < first or (at == first and tag == "insert"))
    high = begin + last + sum(_gain(tag) for tag, at, _ in steps if at < last)
    return FigurePair(printed, right, hypothesis[low:high], (low, max(high, low)))


def _gain(tag: str) -> int:
    return {"insert": 1, "delete": -1}.get(tag, 0)
