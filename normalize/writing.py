"""Figures as they are typed: signs of other alphabets, lines of dots to write on, dashes set around a figure.

What is typed around a figure is no part of it: "......120......", "-40-" and "１２０" are 120, 40 and 120.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

from normalize.digits import to_arabic

# Signs with a twin of one character each, so that places stay: full-width forms, other dashes, other spaces.
_TWINS = {0xFF01 + place: chr(0x21 + place) for place in range(0x5E)}
_TWINS |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2015, 0x2E3A, 0xFE58, 0xFE63, 0x2043, 0x00AD), "-")
_TWINS |= dict.fromkeys((0x301C, 0x2053, 0x223C, 0x02DC), "~")
_TWINS |= dict.fromkeys((0x00A0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), " ")
_TWINS |= {0x2044: "/", 0x2215: "/", 0x201A: ",", 0x066B: ".", 0x066C: ","}
_ODD = re.compile("[" + "".join(map(re.escape, map(chr, _TWINS))) + "]")

# A line to write on: dots, underscores or ellipses. Two dots are one only where no digit stands on both sides: "12..5"
# is a slip. Dots set apart (". . . .") are one from three on.
_MAY_LEAD = re.compile(r"[.\u00b7\u2024][. \u00b7\u2024]|[\u2026_\u2025]")
_LEADERS = regex.compile(
    r" {0,4}+(?:[.\u2026_\u00b7\u2024\u2025]{3,}+|[\u2026_\u2025]++|[.\u00b7](?: {1,2}[.\u00b7]){2,}+(?!\d)"
    r"|(?<![\d.])\.\.(?=\d)|(?<=\d)\.\.(?![\d.])) {0,4}+"
)

# "-40-", "- 40 -": a figure between two dashes, and nothing that a dash could join it to on either side.
_DASHED = regex.compile(
    r"(?<![\d.,/)-] {0,2})(?:^|(?<=[ \n\t:=(]))([-\u2013\u2014\u2212]) {0,3}(\d[\d,.]*+) {0,3}"
    r"([-\u2013\u2014\u2212])(?!-)(?! {0,3}[\d(])",
    regex.MULTILINE,
)


# Marks of notes behind a figure. Ten with a raised figure is a power; so is nothing else that reports count.
_NOTE_MARKS = regex.compile(
    r"(?<=\d)(?<!(?<![\d.,])10)[\u2070\u00b9\u00b2\u00b3\u2074-\u2079*\u2020\u2021]{1,3}+(?!\d)"
)
POWER = regex.compile(r"\d[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]")
"""A figure with a raised one behind it: the mark of a note, or a power."""


def without_marks(text: str) -> str:
    """Return the text with spaces for the marks of notes behind figures."""
    return _NOTE_MARKS.sub(lambda match: " " * len(match[0]), text)


def plain_signs(text: str) -> str:
    """Return the text with Arabic digits, ASCII signs and plain spaces, every character in its place."""
    arabic = to_arabic(text)
    return _ODD.sub(lambda match: _TWINS[ord(match[0])], arabic) if _ODD.search(arabic) else arabic


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as read, and as it is understood: some places of it stand for something else."""

    read: str
    text: str
    edits: tuple[tuple[int, int, str], ...] = ()  # (begin, end, word) of what was replaced, places in `read`

    def back(self, place: int) -> int:
        """Return the place in the text as read of one in the text as understood."""
        moved = 0
        for begin, end, word in self.edits:
            if place <= begin + moved:
                break
            if place < begin + moved + len(word):
                return min(end, place - moved)
            moved += len(word) - (end - begin)
        return place - moved

    def forward(self, place: int) -> int:
        """Return the place in the text as understood of one in the text as read."""
        moved = 0
        for begin, end, word in self.edits:
            if place <= begin:
                break
            if place < end:
                return begin + moved + min(place - begin, len(word))
            moved += len(word) - (end - begin)
        return place + moved

    def slice(self, start: int, end: int) -> str:
        """Return the wording as read of a part of the text as understood."""
        return self.read[self.back(start) : self.back(end)]


def typed_around(text: str) -> list[tuple[int, int, str]]:
    """Return what is typed around figures and is none of them: lines of dots, dashes on both sides."""
    edits = [(match.start(), match.end(), " ") for match in _LEADERS.finditer(text)] if _MAY_LEAD.search(text) else []
    for match in _DASHED.finditer(text):
        for group in (1, 3):
            start, end = match.span(group)
            if not any(begin < end and start < stop for begin, stop, _ in edits):
                edits.append((start, end, " "))
    return edits


def understood(read: str, edits: list[tuple[int, int, str]]) -> Understood:
    """Return a text with places of it replaced: (begin, end, word), none over another."""
    if not edits:
        return Understood(read, read)
    ordered = tuple(sorted(edits))
    parts, cursor = [], 0
    for begin, end, word in ordered:
        parts += [read[cursor:begin], word]
        cursor = end
    return Understood(read, "".join(parts) + read[cursor:], ordered)
