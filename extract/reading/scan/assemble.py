"""From readings back to lines: characters become rows of the levelled page in points, rows become lines.

Reading order, table cells and columns are decided by the same code that serves text layers (`extract.page.pieces`).
`Line.box` is in points of the levelled page, where lines of one column end alike; `Line.shown` and the boxes of
figures are on the page as shown, which may lean, be turned or be a photograph.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extract.page.glyphs import Glyph
from extract.page.line_text import clean
from extract.page.pieces import Piece, RuledLines, arrange, box_of
from extract.page.rows import Base, Row
from extract.page.symbols import EMPTY, TICKED
from extract.reading.scan.figures import Judge, doubtful_part, figures_of, line_picture, ticks_of
from extract.reading.scan.garbage import is_remains
from extract.reading.scan.handover import LineCut, PageLayout, Picture, ReadGlyph, Reading, Straight, TickBox
from extract.reading.scan.levels import percentiles
from extract.reading.scan.looks import told_apart
from extract.thai.letters import MARK_CLASS, SARA_AM, repair_text
from raingan.model.records import Box, Line, ReadToken, Table

_POINTS = 72.0  # an inch
_BODY = 0.52  # height of a letter without marks, of the type size; Thai faces have 0.42 to 0.6
_SAME_LINE = 0.30  # type sizes between baselines of one row, as in text layers
_INK = 0.45  # of the way from the paper to the darkest of a cut; worn prints have no black
_LEAST_CONTRAST = 40  # levels of grey
_GAP = 0.8  # type sizes of bare paper that are a space whether one was read or not
_PART_GAP = 0.12  # type sizes between parts of a line that were cut apart: at a space, where their print differs
_LONG = 8  # characters that no dirt is read as
_SURE_END = 0.8  # a sign at a line's end that is less probable may be a speck


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand: pixels of the levelled page, its points, and points of the page as shown."""

    straight: Straight
    size: tuple[float, float]  # width and height of the picture as decoded, pixels
    across: float  # points a pixel of it
    down: float

    @classmethod
    def of(cls, picture: Picture, straight: Straight) -> Frame:
        """Return the frame of a picture; without a size and a resolution, letters tell the scale."""
        height, width = picture.pixels.shape[:2]
        usual = _POINTS / (picture.dpi or straight.dpi)
        return cls(
            straight,
            (float(width), float(height)),
            picture.width / width if picture.width else usual,
            picture.height / height if picture.height else usual,
        )

    @property
    def scale(self) -> float:
        """Points a pixel of the levelled page."""
        return _POINTS / self.straight.dpi

    @property
    def level(self) -> tuple[float, float]:
        """Width and height of the levelled page, points."""
        height, width = self.straight.pixels.shape[:2]
        return round(width * self.scale, 2), round(height * self.scale, 2)

    def shown(self, box: Box) -> Box:
        """Take a box in points of the levelled page to the page as shown: the box around its four corners."""
        x0, top, x1, bottom = (side / self.scale for side in box)
        corners = np.array([[(x0, top), (x1, top), (x0, bottom), (x1, bottom)]], np.float64)
        there = cv2.perspectiveTransform(corners, self.straight.back)[0]
        # A line cut by the paper's edge ends there.
        inside = np.clip(there, 0.0, self.size) * (self.across, self.down)
        (left, upper), (right, lower) = inside.min(axis=0), inside.max(axis=0)
        return round(float(left), 2), round(float(upper), 2), round(float(right), 2), round(float(lower), 2)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The lines of a page, and what was taken for remains of stamps, signatures and dirt."""

    lines: tuple[Line, ...]
    remains: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    aside: tuple[Line, ...] = ()  # boxed notes in the page's margin


def assemble(frame: Frame, layout: PageLayout, readings: Sequence[Reading], number: int, judge: Judge) -> Assembled:
    """Return what was read as lines in reading order; `readings` are those of the layout's cuts."""
    read: list[ReadGlyph] = []  # every character kept; a glyph's index is its place here
    rows: list[Row] = []
    remains: list[Line] = []
    read_in = [[glyph for glyph in reading.glyphs if glyph.text] for reading in readings]
    seen = [
        (cut, glyphs)
        for cut, glyphs in zip(layout.cuts, read_in, strict=True)
        if any(glyph.text.strip() for glyph in glyphs)
    ]
    text_from, text_to = _ends_of_text(seen)
    for cut, glyphs in seen:
        beside_text = cut.box[2] < text_from or cut.box[0] > text_to
        if is_remains(glyphs, beside_text):
            remains.append(_remains(frame, cut, glyphs, number))
        else:
            _add(rows, _row_of(frame.scale, cut, glyphs, read))
    for tick in layout.ticks:
        _add_tick(rows, tick, frame.scale, read)
    for row in rows:
        row.bases.sort(key=lambda base: (base.glyph.x0, base.glyph.index))
        _space(row)
    rows.sort(key=lambda row: row.y)
    arranged = arrange(rows, _rules(layout, frame.scale))
    lines, aside = (
        tuple(line for piece in pieces if (line := _line(frame, piece, read, number, judge)) is not None)
        for pieces in (arranged.pieces, arranged.aside)
    )
    return Assembled(lines, tuple(remains), arranged.tables, aside)


def _ends_of_text(seen: Sequence[tuple[LineCut, list[ReadGlyph]]]) -> tuple[float, float]:
    """Where text begins and ends across the page, pixels: short pieces may be dirt on the margin."""
    boxes = [cut.box for cut, glyphs in seen if len(glyphs) >= _LONG]
    return min((box[0] for box in boxes), default=0.0), max((box[2] for box in boxes), default=math.inf)


def _rules(layout: PageLayout, scale: float) -> RuledLines:
    def in_points(rules: Sequence[tuple[float, float, float]]) -> tuple[tuple[float, float, float], ...]:
        return tuple(sorted((at * scale, start * scale, end * scale) for at, start, end in rules))

    return RuledLines(in_points(layout.upright), in_points(layout.level))


def _row_of(scale: float, cut: LineCut, glyphs: list[ReadGlyph], read: list[ReadGlyph]) -> Row:
    """Make a row of what one cut says, in points of the levelled page."""
    y = (cut.y + cut.body_bottom) * scale
    size = max(cut.body_bottom - cut.body_top, 1.0) * scale / _BODY
    top, bottom = cut.box[1] * scale, cut.box[3] * scale
    bases: list[Base] = []
    space = False
    for cluster in _clusters(glyphs):
        text = clean("".join(glyph.text for glyph in cluster))
        if not text.strip():
            space = space or bool(bases)
            continue
        x0 = (cut.x + min(glyph.x0 for glyph in cluster)) * scale
        x1 = (cut.x + max(glyph.x1 for glyph in cluster)) * scale
        first = len(read)
        read += cluster
        glyph = Glyph(text, x0, y, x0, top, x1, bottom, size, first, len(read) - 1, text)
        bases.append(Base(glyph, text, space_before=space))
        space = False
    _set_to_ink(bases, cut, scale, size)
    return Row(y, size, bases)


def _clusters(glyphs: Sequence[ReadGlyph]) -> Iterator[list[ReadGlyph]]:
    """Yield letters with the marks behind them; an am counts as a mark, since its ring stands over the letter."""
    cluster: list[ReadGlyph] = []
    for glyph in glyphs:
        if cluster and cluster[-1].text.strip() and (MARK_CLASS.match(glyph.text) or glyph.text == SARA_AM):
            cluster.append(glyph)
            continue
        if cluster:
            yield cluster
        cluster = [glyph]
    if cluster:
        yield cluster


def _set_to_ink(bases: list[Base], cut: LineCut, scale: float, size: float) -> None:
    """Let letters beside wide bare paper end where their ink does: an engine knows places to some pixels only."""
    if not bases:
        return
    darkest, paper = percentiles(cut.pixels, (1, 85))
    level = paper - _INK * max(paper - darkest, _LEAST_CONTRAST)
    # A column has ink where its darkest pixel is darker than that.
    inked = np.flatnonzero(cv2.reduce(cut.pixels, 0, cv2.REDUCE_MIN)[0] < level)
    if not len(inked):
        return
    points = (cut.x + inked) * scale
    bases[0].glyph.x0 = bases[0].glyph.x = float(points[0])
    bases[-1].glyph.x1 = max(float(points[-1]) + scale, bases[-1].glyph.x0)
    for at in np.flatnonzero(np.diff(points) > _GAP * size):
        begin, end = float(points[at]) + scale, float(points[at + 1])
        middle = (begin + end) / 2
        right = next((base for base in bases if (base.glyph.x0 + base.glyph.x1) / 2 > middle), None)
        if right is None or right is bases[0]:
            continue
        left = bases[bases.index(right) - 1]
        left.glyph.x1 = max(begin, left.glyph.x0)
        if end < right.glyph.x1:  # else the ink was too faint to be seen, and the gap is none
            right.glyph.x0 = right.glyph.x = end


def _add(rows: list[Row], new: Row) -> None:
    """Put what stands on the baseline of an earlier row into that row."""
    if not new.bases:
        return
    for row in reversed(rows):
        if abs(row.y - new.y) > _SAME_LINE * min(row.size, new.size):
            continue
        if new.x0 >= row.x1 - 0.5 * row.size or new.x1 <= row.x0 + 0.5 * row.size or _fits_between(row, new):
            if new.x0 - row.x1 > _PART_GAP * row.size:
                new.bases[0].space_before = True
            row.bases += new.bases
            row.size = max(row.size, new.size)
            return
    rows.append(new)


def _fits_between(row: Row, new: Row) -> bool:
    """Tell whether a new part stands where a row has no letters."""
    margin = 0.5 * row.size
    return not any(base.glyph.x1 - margin > new.x0 and base.glyph.x0 + margin < new.x1 for base in row.bases)


def _add_tick(rows: list[Row], tick: TickBox, scale: float, read: list[ReadGlyph]) -> None:
    """Stand a tick box on the baseline of the text behind it; a square without text is an ornament."""
    x0, top, x1, bottom = (side * scale for side in tick.box)
    middle = (top + bottom) / 2
    beside = [
        (abs(base.glyph.x0 - x1), row)
        for row in rows
        if row.y - 1.1 * row.size < middle < row.y + 0.35 * row.size
        for base in row.bases
        if -2 * row.size < base.glyph.x0 - x1 < 3 * row.size
    ]
    if not beside:
        return
    row = min(beside, key=lambda item: item[0])[1]
    text = TICKED if tick.ticked else EMPTY
    read.append(ReadGlyph(text, 0.0, 0.0, tick.confidence))
    at = len(read) - 1
    row.bases.append(Base(Glyph(text, x0, row.y, x0, top, x1, bottom, row.size, at, at, text), text))


def _space(row: Row) -> None:
    """Put a space where there is room for one, and around what was cut apart."""
    for left, right in zip(row.bases, row.bases[1:], strict=False):
        apart = right.glyph.index != left.glyph.last + 1 and right.glyph.x0 - left.glyph.x1 > 0.1 * row.size
        if apart or right.glyph.x0 - left.glyph.x1 > _GAP * row.size:
            right.space_before = True
    row.bases[0].space_before = False


def _line(frame: Frame, piece: Piece, read: list[ReadGlyph], number: int, judge: Judge) -> Line | None:
    words = list(_words(piece, read))
    drawn = " ".join("".join(glyph.text for glyph in word) for word in words)
    text, repairs = repair_text(told_apart(drawn))
    text = clean(text).strip()
    if not text:
        return None
    box = box_of(_without_specks(piece, read))
    glyphs = [glyph for word in words for glyph in word]
    doubts = [doubt for word in words if (doubt := doubtful_part(word)) is not None]
    return Line(
        text,
        number,
        box,
        raw=drawn if text != drawn else None,
        repairs=tuple(sorted(set(repairs) - {"mark-order", "doubled"})),
        edges=piece.edges,
        cell=piece.place,
        size=round(piece.row.size, 2),
        shown=frame.shown(box),
        confidence=_mean(glyphs),
        tokens=_tokens(frame, piece, read, number, judge),
        doubtful=tuple(doubts),
    )


def _without_specks(piece: Piece, read: Sequence[ReadGlyph]) -> Piece:
    """Leave out doubtful signs at both ends: a speck behind a line must not make all others of its column short."""

    def is_speck(base: Base) -> bool:
        return not any(map(str.isalnum, base.text)) and read[base.glyph.index].confidence < _SURE_END

    bases = piece.bases
    first = next((at for at, base in enumerate(bases) if not is_speck(base)), None)
    if first is None:
        return piece
    last = next(at for at in range(len(bases) - 1, -1, -1) if not is_speck(bases[at]))
    return dataclasses.replace(piece, bases=bases[first : last + 1])


def _words(piece: Piece, read: list[ReadGlyph]) -> Iterator[list[ReadGlyph]]:
    """Yield the characters between spaces."""
    for bases in _bases_of_words(piece):
        yield [glyph for base in bases for glyph in read[base.glyph.index : base.glyph.last + 1]]


def _bases_of_words(piece: Piece) -> Iterator[list[Base]]:
    word: list[Base] = []
    for base in piece.bases:
        if base.space_before and word:
            yield word
            word = []
        word.append(base)
    if word:
        yield word


def _tokens(frame: Frame, piece: Piece, read: list[ReadGlyph], number: int, judge: Judge) -> tuple[ReadToken, ...]:
    box = box_of(_without_specks(piece, read))
    tokens: list[ReadToken] = []
    picture: bytes | None = None
    for bases in _bases_of_words(piece):
        owners = [base for base in bases for glyph in read[base.glyph.index : base.glyph.last + 1] for _ in glyph.text]
        word = [glyph for base in bases for glyph in read[base.glyph.index : base.glyph.last + 1]]
        for figure in sorted((*ticks_of(word), *figures_of(word, judge)), key=lambda found: found.first):
            if not tokens:
                picture = line_picture(frame.straight.pixels, _ink_box(frame, piece))
            first, last = owners[figure.first].glyph, owners[figure.last].glyph
            place = frame.shown((first.x0, box[1], last.x1, box[3]))
            tokens.append(ReadToken(figure.text, figure.confidence, figure.others, number, place, picture))
    return tuple(tokens)


def _ink_box(frame: Frame, piece: Piece) -> Box:
    """Pixels of the levelled page around a piece, its marks too."""
    glyphs = [base.glyph for base in piece.bases]
    return (
        min(glyph.x0 for glyph in glyphs) / frame.scale,
        min(glyph.top for glyph in glyphs) / frame.scale,
        max(glyph.x1 for glyph in glyphs) / frame.scale,
        max(glyph.bottom for glyph in glyphs) / frame.scale,
    )


def _remains(frame: Frame, cut: LineCut, glyphs: list[ReadGlyph], number: int) -> Line:
    x0, top, x1, bottom = (round(side * frame.scale, 2) for side in cut.box)
    text = clean("".join(glyph.text for glyph in glyphs)).strip()
    box = (x0, top, x1, bottom)
    return Line(text, number, box, shown=frame.shown(box), confidence=_mean(glyphs))


def _mean(glyphs: Sequence[ReadGlyph]) -> float:
    """Mean confidence of the characters that can be seen."""
    return round(statistics.fmean(glyph.confidence for glyph in glyphs if glyph.text.strip()), 4)
