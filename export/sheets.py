"""Sheets on their way to disk: rows are written as they come, so that memory stays flat.

A sheet that is full continues in another, "name 2"; each part is a sheet and a table of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO

from export.cells import Look, cell
from export.heights import capacity, fixed_height, row_height
from export.layout import TablePlan, Words
from export.package import SheetRows
from export.pictures import DRAWING_RELATION, Drawing, PictureLimits, Pictures, Placing, drawing_name
from export.styles import Styles
from export.text import quoted

_FIRST_PLACES = 5
_BUFFER = 1 << 17
_ONE_LINE = frozenset(
    {"integer", "identifier", "year", "number", "share", "percent", "date", "moment", "picture", "token", "typed"}
)
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_NO_MARKS: Mapping[int, int] = {}
_NO_LINKS: Mapping[int, Link] = {}


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """Excel's, of one sheet, and our own for pictures."""

    rows: int = 1_048_576
    links: int = 65_530
    pictures: PictureLimits = field(default_factory=PictureLimits)


EXCEL_LIMITS = WorkbookLimits()


@dataclass(frozen=True, slots=True)
class Link:
    """Where a cell leads: an address outside, or a place in this workbook."""

    target: str | None = None
    location: str | None = None


@dataclass(slots=True)
class Notes:
    """What could not be written as it was: how often, and the first cells."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def add(self, sheet: str, code: str, reference: str) -> None:
        """Count one cell."""
        self.counts[code] += 1
        first = self.places.setdefault(code, [])
        if len(first) < _FIRST_PLACES:
            first.append(f"{sheet}!{reference}")


def column_letters(count: int) -> tuple[str, ...]:
    """Return "A", "B" ... "AA" ..."""
    from openpyxl.utils import get_column_letter

    return tuple(get_column_letter(index) for index in range(1, count + 1))


class Part:
    """One sheet of the workbook, open for rows."""

    def __init__(self, folder: Path, name: str, title: str, columns: int, notes: Notes) -> None:
        self.title = title
        self.letters = column_letters(columns)
        self.rows = 0
        self.links = 0
        self.drawing: Drawing | None = None
        self.note = partial(notes.add, title)
        self._paths = [folder / f"{name}.{kind}" for kind in ("rows", "links", "targets")]
        self._rows, self._links, self._targets = (_open(path) for path in self._paths)

    def write(
        self,
        cells: Iterable[tuple[int, object, Look]],
        cut_mark: str,
        height: float | None = None,
        fixed: bool = False,
    ) -> int:
        """Write the next row from column index, value and look; return its number.

        A `fixed` height is kept by programs that would fit the row to its texts.
        """
        self.rows += 1
        number = str(self.rows)
        letters, note = self.letters, self.note
        row = "".join([cell(letters[index] + number, value, look, cut_mark, note) for index, value, look in cells])
        size = "" if height is None else f' ht="{height}"'
        if fixed:
            size += ' customHeight="1"'
        self._rows.write(f'<row r="{number}"{size}>{row}</row>')
        return self.rows

    def link(self, column: int, link: Link) -> None:
        """Make a cell of the row just written a link."""
        self.links += 1
        reference = f"{self.letters[column]}{self.rows}"
        if link.target is None:
            self._links.write(f'<hyperlink ref="{reference}" location={quoted(link.location or "A1")}/>')
            return
        self._links.write(f'<hyperlink ref="{reference}" r:id="link{self.links}"/>')
        self._targets.write(
            f'<Relationship Id="link{self.links}" Type="{_HYPERLINK}" TargetMode="External" '
            f"Target={quoted(link.target)}/>"
        )

    def draw(self, pictures: Pictures, placing: Placing, description: str) -> None:
        """Put a picture into the row just written."""
        if self.drawing is None:
            self.drawing = pictures.drawing()
            self._targets.write(
                f'<Relationship Id="pictures" Type="{DRAWING_RELATION}" Target="/{drawing_name(self.drawing.number)}"/>'
            )
        pictures.write(self.drawing, placing, self.rows, description)

    def close(self) -> SheetRows:
        """End the part, if it is not ended, and say where its rows are."""
        for stream in (self._rows, self._links, self._targets):
            stream.close()
        rows, links, targets = self._paths
        area = f"A1:{self.letters[-1]}{max(self.rows, 1)}"
        return SheetRows(rows, links, targets, area, self.drawing is not None)


def _open(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="\n", buffering=_BUFFER)


class TableSheet:
    """A table: one header row, then rows in the order of the plan's columns."""

    def __init__(
        self, folder: Path, plan: TablePlan, words: Words, styles: Styles, notes: Notes, limits: WorkbookLimits
    ) -> None:
        self.plan = plan
        self.titles = [words.pick(column.title) for column in plan.columns]
        self.parts: list[Part] = []
        self.count = 0
        self._folder, self._words, self._styles, self._notes, self._limits = folder, words, styles, notes, limits
        self._kinds = [c.type for c in plan.columns]
        self._looks = [styles.look(kind) for kind in self._kinds]
        self._word_columns = [(i, c.words, dict[str, str]()) for i, c in enumerate(plan.columns) if c.words]
        repeated = plan.table in ("reports", "quarters", "sections")
        self._cut_mark = words.say("text", "cut_mark" if repeated else "cut_mark_elsewhere")
        self._percents = [i for i, kind in enumerate(self._kinds) if kind == "percent"]
        # What is folded away makes no row higher.
        seen = [(i, c) for i, c in enumerate(plan.columns) if c.group not in plan.shut]
        self._rooms = [(i, capacity(c.width)) for i, c in seen if c.type not in _ONE_LINE]
        self._begin()

    def append(
        self,
        values: Sequence[object],
        marks: Mapping[int, int] = _NO_MARKS,
        links: Mapping[int, Link] = _NO_LINKS,
        least_height: float | None = None,
    ) -> tuple[str, int]:
        """Write a row; return the sheet's title and the row's number. `marks` is severity by column index.

        With `least_height`, in points, the row keeps its height whatever its texts are.
        """
        part = self.parts[-1]
        # A link too many would have to stand as text: the sheet is as full as one without a free row.
        if part.rows >= self._limits.rows or part.links + len(links) > self._limits.links:
            self._begin()
            self._notes.add(part.title, "sheet-continued", f"A{part.rows}")
            part = self.parts[-1]
        looks: Sequence[Look] = self._looks
        if marks:
            looks = [
                self._styles.look(self._kinds[i], marks[i]) if i in marks else look for i, look in enumerate(looks)
            ]
        if self._word_columns:
            values = self._in_words(values)
        if self._percents:
            values = self._of_one(values)
        height = row_height(values, self._rooms)
        if least_height is not None:
            height = fixed_height(height, least_height)
        row = part.write(
            zip(range(len(looks)), values, looks, strict=True), self._cut_mark, height, least_height is not None
        )
        for column, link in links.items():
            part.link(column, link)
        self.count += 1
        return part.title, row

    def finish(self) -> None:
        """Give an empty table the one row that Excel asks of every table."""
        if self.count == 0:
            none = self._words.say("text", "no_rows")
            self.parts[-1].write([(0, none, self._styles.look("label"))], self._cut_mark)

    def _begin(self) -> None:
        title, number = self._words.pick(self.plan.title), len(self.parts) + 1
        if number > 1:
            title = self._words.say("text", "continued_sheet", name=title, number=number)
        part = Part(self._folder, f"{self.plan.table}-{number}", title, len(self.titles), self._notes)
        header = self._styles.look("header")
        rooms = [(index, capacity(column.width) - 3) for index, column in enumerate(self.plan.columns)]
        cells = [(index, text, header) for index, text in enumerate(self.titles)]
        part.write(cells, self._cut_mark, row_height(self.titles, rooms))
        self.parts.append(part)

    def _of_one(self, values: Sequence[object]) -> list[object]:
        """Return a row with its figures out of 100 as shares of 1, which Excel shows in percent."""
        shown = list(values)
        for index in self._percents:
            figure = shown[index]
            if isinstance(figure, Decimal):
                shown[index] = figure.scaleb(-2)
        return shown

    def _in_words(self, values: Sequence[object]) -> list[object]:
        shown = list(values)
        for index, name, known in self._word_columns:
            code = shown[index]
            if isinstance(code, str):
                word = known.get(code)
                if word is None:
                    word = self._words.of(name or "", code)
                    if len(known) < 1000:  # codes are few; a damaged record must not fill the memory
                        known[code] = word
                shown[index] = word
        return shown
