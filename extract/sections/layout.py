"""The lines of a document as one sequence, with what a typesetter's wrapping tells about their ends.

A line is *full* when what follows would not have fitted behind it: then its end may be a mere wrap. Where the
text was set is not known, so it is measured: the widest line of a column gives its width, and the room left on
the other lines tells whether lines were broken at spaces only, between words, or anywhere.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise

import msgspec

from extract.sections.broken_figures import figure_over
from extract.thai.folding import fold, is_thai, width
from extract.thai.words import first_word, is_word, segment, splits_word
from raingan.model.records import Document, Line

_CLEAN: dict[int, str | None] = {
    code: None
    for code in (*range(0x00, 0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0), 0x200B, 0x2060, 0xFEFF)
}
_CLEAN |= dict.fromkeys(
    (*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000), " "
)
_ODD = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(_CLEAN)) + "]")
_OPENING = re.compile(r"[(\[\u201c\u2018\"']+")
_CLINGING = re.compile(r"[)\]}\u201d\u2019\"',.:;!?%\u0e2f\u0e46]+")
_ABBREVIATION = re.compile(r"(?:[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e4e]{0,4}\.)+")
_TOKEN = re.compile(r"\S+")
_WIDEST_WRAP = 140  # characters; wider plain lines are mostly whole paragraphs
_AT_EDGE = 2.5  # characters within which a line ends at the edge
_UNEVEN = 1.07  # how much wider than the average a word may be in a proportional face
_BY_CODES = 2  # line ends that only a count of codes explains, for each that only a count of columns does, and one
_WIDE_GAP = 1.35  # leading over the usual one that separates paragraphs; browsers set 1.0, paragraphs 1.4 and more


class Item(msgspec.Struct, frozen=True, gc=False):
    """A line of the document's body, cleaned."""

    line: Line
    text: str  # without control and zero-width characters, stripped
    folded: str
    page_top: bool  # first line of its page's body
    trailing_space: bool  # the source keeps a space at the end of the line
    width: int = 0  # characters that take space


class Wrap(Enum):
    """Where the lines of a column were broken."""

    SPACE = "space"
    WORD = "word"
    CHARACTER = "character"


def read_items(document: Document) -> list[Item]:
    """Lines of all pages in reading order, blank ones left out, the cells of a table row one after another."""
    items = []
    for page in document.pages:
        top = True
        for line in _by_cell(page.lines):
            text = line.text.translate(_CLEAN) if _ODD.search(line.text) else line.text
            stripped = text.strip()
            if stripped:
                items.append(Item(line, stripped, fold(stripped), top, text.endswith(" "), width(stripped)))
                top = False
    return items


def clean(text: str) -> str:
    """Text without control and zero-width characters, stripped."""
    return text.translate(_CLEAN).strip()


def _by_cell(lines: Sequence[Line]) -> Iterator[Line]:
    """Put the lines of each table row in cell order, so that a label's lines stand before its value's."""
    for in_row, group in groupby(lines, key=lambda line: line.cell[:2] if line.cell else None):
        if in_row is None:
            yield from group
        else:
            yield from sorted(group, key=lambda line: line.cell[2] if line.cell else 0)


@dataclass(frozen=True, slots=True)
class _Column:
    """Measures of the lines that share a left and right edge."""

    limit: float  # right end of the widest line: characters, or points
    unit: float  # advance of one character
    wrap: Wrap
    sure: bool  # enough lines were seen to trust the wrap
    leading: float | None  # usual distance between baselines, points
    left: float  # usual left end
    at_edge: int  # lines that end about there
    ruler: Callable[[str], int] = width  # what a plain line was measured with when it was broken


class Layout:
    """Answers about the ends of lines."""

    def __init__(
        self, items: Sequence[Item], breaks: frozenset[int] = frozenset(), odd: frozenset[int] = frozenset()
    ) -> None:
        """`breaks` are the items that surely begin something new (headings, list items).

        `odd` are items that the width of the text cannot be told from: printed banners, rules, junk.
        """
        self.items = items
        self._odd = odd
        widths = _classes(item.line.edges[1] - item.line.edges[0] for item in items if item.line.edges)
        self._keys = [_column_key(item.line, widths) for item in items]
        self._columns = {key: self._measure(key, breaks) for key in dict.fromkeys(self._keys)}

    def wrap(self, at: int) -> Wrap:
        """How the column of item `at` was broken."""
        return self._columns[self._keys[at]].wrap

    def sure(self, at: int) -> bool:
        """Tell whether enough wrapped lines were seen in the column of item `at`."""
        return self._columns[self._keys[at]].sure

    def slack(self, at: int) -> float:
        """Room behind item `at` up to the edge, in characters."""
        column = self._columns[self._keys[at]]
        return (column.limit - _extent(self.items[at], column.ruler)) / column.unit

    def is_full(self, at: int, following: str) -> bool:
        """Tell whether the beginning of `following` would not have fitted behind item `at`."""
        column = self._columns[self._keys[at]]
        room = self.slack(at)
        if column.wrap is Wrap.CHARACTER:
            return room < 2.2 if self.items[at].line.box is None else room < 3.0
        if column.wrap is Wrap.WORD:
            return room < column.ruler(_word_chunk(following)) + 1.3
        token = _TOKEN.match(following)
        needed = float(column.ruler(token[0])) if token else 0.0
        if self.items[at].line.box is None:
            return room < needed + 1
        return room < needed * _UNEVEN + 1.6

    def is_overlong(self, at: int, left: str, following: str) -> bool:
        """Tell whether item `at` may end inside a word that was too long for a line broken at spaces only."""
        column = self._columns[self._keys[at]]
        if not self.slack(at) < 1.7:
            return False
        box = self.items[at].line.box
        begin = box[0] if box else 0.0
        token = _TOKEN.match(following)
        whole = column.ruler(left.rpartition(" ")[2]) + (column.ruler(token[0]) if token else 0)
        return whole * column.unit > 0.93 * (column.limit - begin)

    def wide_gap(self, at: int) -> bool | None:
        """Tell whether more room than usual separates item `at` from the next one; None where it cannot be seen."""
        first, second = self.items[at].line, self.items[at + 1].line
        leading = self._columns[self._keys[at]].leading
        if first.box is None or second.box is None or leading is None or first.page != second.page:
            return None
        gap = second.box[3] - first.box[3]
        return gap > leading * _WIDE_GAP if gap > 0 else None

    def indent(self, at: int) -> float:
        """How far item `at` begins right of its column's usual left end, in characters; 0 where unknown."""
        box = self.items[at].line.box
        column = self._columns[self._keys[at]]
        return (box[0] - column.left) / column.unit if box else 0.0

    def touches_edge(self, at: int) -> bool:
        """Tell whether a line reaches the right end of the other lines of its column (False where unknown)."""
        own = self.items[at].line.box
        if own is None:
            return False
        column = self._columns[self._keys[at]]
        near = column.at_edge - (abs(own[2] - column.limit) < _AT_EDGE * column.unit)
        return near >= 2 and own[2] >= column.limit - 1.2 * column.unit

    def _measure(self, key: tuple[int, ...], breaks: frozenset[int]) -> _Column:
        members = [at for at, other in enumerate(self._keys) if other == key]
        even = [at for at in members if at not in self._odd] or members
        pairs = [
            (at, at + 1)
            for at in members
            if at + 1 < len(self.items)
            and at + 1 not in breaks
            and self._keys[at + 1] == key
            and not self.items[at].line.paragraph_end
        ]
        ruler = self._ruler(even, pairs) if key == () else width
        extents = sorted((_extent(self.items[at], ruler) for at in even), reverse=True)
        unit = 1.0
        boxes = [(self.items[at].line.box, self.items[at].width) for at in members]
        advances = [(box[2] - box[0]) / count for box, count in boxes if box and count >= 8]
        if advances:
            unit = max(0.5, statistics.median(advances))
        limit = extents[0]
        if key == ():
            limit = _plain_limit(extents)
        elif len(extents) >= 5 and limit - extents[1] > 2 * unit and extents[1] - extents[3] < 2.5 * unit:
            limit = extents[1]  # one line runs over the edge, the others end at it
        wrap, sure = self._kind_of_wrap(pairs, limit, unit, ruler)
        at_edge = sum(abs(extent - limit) < _AT_EDGE * unit for extent in extents)
        return _Column(limit, unit, wrap, sure, self._leading(pairs), self._left(members), at_edge, ruler)

    def _ruler(self, even: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Callable[[str], int]:
        """Tell what plain lines were measured with: columns, or codes, marks counted as letters are.

        Editors and terminals break lines at a column, programs and mails after a number of codes. Measured by the
        other ruler, lines that were broken end here and there, and many look as if more had fitted.
        """
        by_columns, by_codes = (self._explained(ruler, even, pairs) for ruler in (width, len))
        only_codes, only_columns = len(by_codes - by_columns), len(by_columns - by_codes)
        return len if only_codes >= _BY_CODES * (only_columns + 1) else width

    def _explained(
        self, ruler: Callable[[str], int], even: Sequence[int], pairs: Sequence[tuple[int, int]]
    ) -> set[int]:
        """Return the lines behind which the next piece of text would not have fitted."""
        limit = _plain_limit(sorted((float(ruler(self.items[at].text)) for at in even), reverse=True))
        found = set()
        for at, following in pairs:
            piece = self.items[following].text.partition(" ")[0]
            own = ruler(self.items[at].text)
            if own <= limit < own + 1 + ruler(piece):
                found.add(at)
        return found

    def _kind_of_wrap(
        self, pairs: Sequence[tuple[int, int]], limit: float, unit: float, ruler: Callable[[str], int]
    ) -> tuple[Wrap, bool]:
        boxed = bool(pairs) and self.items[pairs[0][0]].line.box is not None
        near = inside = far = consistent = 0
        for at, following in pairs:
            room = (limit - _extent(self.items[at], ruler)) / unit
            token = _TOKEN.match(self.items[following].text)
            if token is None or room >= ruler(token[0]) + 1.6:
                continue  # a paragraph ended here
            consistent += 1
            if room <= (2.0 if boxed else 1.05):
                near += 1
                if near <= 24:
                    left, right = self.items[at].text, self.items[following].text
                    inside += splits_word(left, right) or figure_over(left, right) is not None
            far += room > ruler(_word_chunk(self.items[following].text)) + (1.5 if boxed else 1.05)
        often = inside >= 2 and 4 * inside >= min(near, 24)
        if (often and near >= 0.55 * consistent) or (inside and near == consistent):
            return Wrap.CHARACTER, consistent >= 3
        if consistent and far <= 0.12 * consistent and (boxed or consistent >= 4):
            return Wrap.WORD, consistent >= 4
        return (Wrap.SPACE if consistent or not boxed else Wrap.WORD), consistent >= 3

    def _leading(self, pairs: Sequence[tuple[int, int]]) -> float | None:
        gaps = []
        for at, following in pairs:
            first, second = self.items[at].line, self.items[following].line
            if first.box and second.box and first.page == second.page and second.box[3] > first.box[3]:
                gaps.append(second.box[3] - first.box[3])
        return statistics.median_low(gaps) if len(gaps) >= 3 else None

    def _left(self, members: Sequence[int]) -> float:
        lefts = sorted(box[0] for at in members if (box := self.items[at].line.box))
        return lefts[len(lefts) // 3] if lefts else 0.0


def _plain_limit(extents: Sequence[float]) -> float:
    """Width at which plain lines were broken, from their widths (widest first); infinite if they were not.

    One unwrapped line must not make every other line short: if many lines are equally wide, that is the width, and a
    line that stands out alone is left aside.
    """
    counts = Counter(extents)
    for extent in sorted(counts, reverse=True):
        if counts[extent] + counts[extent - 1] >= 5 and sum(other > extent for other in extents) <= 2:
            return extent
    limit = extents[0]
    for wide, next_one in pairwise(extents[:4]):
        limit = next_one if wide > 1.2 * next_one and wide - next_one > 15 else limit
    near = sum(limit * 0.88 <= extent <= limit for extent in extents)
    return limit if near >= (2 if limit <= _WIDEST_WRAP else 5) else math.inf


def _classes(widths: Iterable[float]) -> dict[float, int]:
    """Number widths so that those that differ by a few percent have the same number."""
    classes: dict[float, int] = {}
    first, number = 0.0, 0
    for width_of_column in sorted(set(widths)):
        if width_of_column > first * 1.15:
            first, number = width_of_column, number + 1
        classes[width_of_column] = number
    return classes


def _column_key(line: Line, classes: Mapping[float, int]) -> tuple[int, ...]:
    """Lines with the same key were set to the same width."""
    if line.box is None:
        return () if line.cell is None else (0, *line.cell[:1], line.cell[2])
    if line.edges is None:
        return (1,)
    left, right = line.edges
    if line.cell is None:  # pages of one text differ a little in what their widest line happens to be
        return (2, classes[right - left])
    return (3, round(left / 3), round(right / 3))


def _extent(item: Item, ruler: Callable[[str], int]) -> float:
    """Right end of a line: points, or how long its text is by a ruler."""
    if item.line.box:
        return item.line.box[2]
    return float(item.width if ruler is width else ruler(item.text))


def _word_chunk(text: str) -> str:
    """The least that a typesetter who breaks between words has to move: a word with what clings to it."""
    opening = _OPENING.match(text)
    lead = opening[0] if opening else ""
    body = text[len(lead) : len(lead) + 40]
    abbreviation = _ABBREVIATION.match(body)
    word = abbreviation[0] if abbreviation else first_word(body)
    if not abbreviation and is_thai(word[:1]) and not is_word(word):
        word = segment(body.partition(" ")[0])[0] if body[:1].strip() else word  # a name: the whole unknown piece
    clinging = _CLINGING.match(body, len(word))
    return lead + word + (clinging[0] if clinging else "")
