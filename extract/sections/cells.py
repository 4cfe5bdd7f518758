"""Tables of figures: a cell is its place. Where only the order of the cells is known, blank ones may be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extract.thai.folding import fold, unfolded_at

if TYPE_CHECKING:
    from extract.sections.forms import FormField

CELL_NAMES = ("value", "assessment", "scores")
"""What the cells of a table may be. Scores hold a stroke, the others never do."""

_D = "0-9\u0e50-\u0e59\uff10-\uff19"
_FIGURE = rf"[-+]?[{_D}][{_D},]*(?:\.[{_D}]+)?"
_SCORES = re.compile(rf"{_FIGURE}(?:\s*/\s*{_FIGURE})+%?")
_CELL = re.compile(rf"{_SCORES.pattern}|[(\[]?{_FIGURE}[)\]]?%?[*+]*|[^\s{_D}|]+(?:\s[^\s{_D}|]+)*")
_BRACKET = re.compile(r"\(([^()]{1,60})\)")
_ROW_SCORE = re.compile(
    r"([0-9\u0e50-\u0e59])\s*[:\uff1a]\s*([0-9\u0e50-\u0e59][0-9\u0e50-\u0e59.,]*)?(?![0-9\u0e50-\u0e59])"
)
_ROW_NUMBER = re.compile(r"[^0-9]*([0-9]+)[^0-9]*")
_LONGEST_ROW_LABEL = 16  # folded: the word for quarter with its number
_MOST_CELLS = 64  # cells looked at in one table; four rows of four cells are 16
_LONGEST_MARK = 20  # what stands in a cell for a figure: "waiting for the result"


Place = tuple[int, int, int, int]
"""Page, table on the page, row and column: rows are counted anew on the page that a table goes on over."""

Pieces = Sequence[tuple[Place | None, str]]


class Cell(NamedTuple):
    """One cell: its row and name, its text, and the pieces that it stood in."""

    row: str
    name: str
    text: str
    numbers: tuple[int, ...]
    unsure: bool = False  # its place is not known: it may be another cell of its row


class Table(NamedTuple):
    """The cells that are filled, the unit of the header, and rows of the form that are not printed between others."""

    cells: list[Cell]
    unit: str | None
    missing: tuple[str, ...] = ()


def read_scores(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of row and score from "... 1: 5.00 ... 2: ..."; rows without a score are left out."""
    for found in _ROW_SCORE.finditer(text):
        if found[2]:
            yield fold(found[1]), found[2].rstrip(".,")


def read_table(field: FormField, pieces: Pieces) -> Table:
    """Read the cells of a table from its pieces (place if it has rules, text)."""
    unit, body = _without_headers(field, pieces)
    placed = _read_by_place(field, pieces)
    if placed is not None:
        cells, rows = placed
        printed = [field.rows.index(row) for row in rows]
        between = field.rows[: max(printed) + 1]
        return Table(cells, unit, tuple(row for row in between if row not in rows))
    tokens = [token for number in body for token in _tokens(field, pieces[number][1], number)][:_MOST_CELLS]
    return Table(_read_by_order(field, tokens), unit)


def _without_headers(field: FormField, pieces: Pieces) -> tuple[str | None, list[int]]:
    unit: str | None = None
    body = []
    headers = [fold(header) for header in field.headers]
    unit_header = fold(field.unit_header) if field.unit_header else None
    for number, (_, text) in enumerate(pieces):
        folded = fold(text)
        if unit is None and unit_header and (place := folded.find(unit_header)) >= 0:
            found = _BRACKET.match(text[unfolded_at(text, place + len(unit_header)) :].lstrip(" *"))
            unit = found[1].strip(" *") or None if found else None
            if (
                unit is None
                and number + 1 < len(pieces)
                and (found := _BRACKET.fullmatch(pieces[number + 1][1].strip()))
            ):
                unit = found[1].strip(" *")
        if not any(header in folded for header in headers):
            body.append(number)
    return unit, body


# --- cells by their place --------------------------------------------------------------------------


class _Row(NamedTuple):
    table: tuple[int, int]
    columns: dict[int, list[int]]  # column -> numbers of its pieces


def _read_by_place(field: FormField, pieces: Pieces) -> tuple[list[Cell], list[str]] | None:
    """Cells by the columns of a drawn table, and the rows that are printed; None if no row has its place.

    A row without a label belongs to the label above it: that one reaches over two rows.
    """
    names: dict[int, tuple[str, ...]] = {}
    rows: dict[str, dict[int, list[int]]] = {}
    label: str | None = None
    for row in _rows(pieces):
        headed = _names_of_headers(field, pieces, row)
        if headed:
            names, label = headed, None
            continue
        first = min(names, default=min(row.columns) + 1) - 1
        if first in row.columns:
            label = _row_of(field, " ".join(pieces[number][1] for number in row.columns[first]))
        if label is None:
            continue
        held = rows.setdefault(label, {})
        for column, numbers in row.columns.items():
            if column > first:
                held.setdefault(column - first, []).extend(numbers)
    if not rows:
        return None
    begin = min(names, default=1) - 1 if names else 0
    by_offset = {column - begin: own for column, own in names.items()} or _names_by_order(field, rows)
    cells = [
        cell
        for row_label, held in rows.items()
        for own, numbers in _by_names(by_offset, held)
        for cell in _named(row_label, own, [(pieces[number][1].strip(), number) for number in numbers])
    ]
    return cells, list(rows)


def _rows(pieces: Pieces) -> list[_Row]:
    found: dict[tuple[int, int, int], dict[int, list[int]]] = {}
    for number, (place, text) in enumerate(pieces):
        if place is not None and text.strip():
            found.setdefault(place[:3], {}).setdefault(place[3], []).append(number)
    return [_Row(place[:2], columns) for place, columns in found.items()]


def _names_of_headers(field: FormField, pieces: Pieces, row: _Row) -> dict[int, tuple[str, ...]]:
    """Which cells stand in which column, by the headers of a row; empty where it has none beside that of the labels.

    The last header is that of all cells that are left: the form prints assessment and scores below one.
    """
    headers = [fold(header) for header in field.headers]
    texts = {column: fold("".join(pieces[n][1] for n in numbers)) for column, numbers in row.columns.items()}
    found: dict[int, tuple[str, ...]] = {}
    for column, text in sorted(texts.items()):
        at = next((at for at, header in enumerate(headers) if header in text), None)
        if at is not None and at > 0:
            found[column] = field.cells[at - 1 :] if at == len(headers) - 1 else field.cells[at - 1 : at]
    labelled = len(headers) > 0 and any(headers[0] in text for text in texts.values())
    return found if labelled or len(found) > 1 else {}


def _names_by_order(field: FormField, rows: dict[str, dict[int, list[int]]]) -> dict[int, tuple[str, ...]]:
    """Names of columns without headers, by their order; the last one has all cells that are left."""
    last = max((column for held in rows.values() for column in held), default=0)
    names = {column: field.cells[column - 1 : column] for column in range(1, min(last, len(field.cells)) + 1)}
    if 1 < last < len(field.cells):
        names[last] = field.cells[last - 1 :]
    return names


def _by_names(
    names: dict[int, tuple[str, ...]], held: dict[int, list[int]]
) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Pieces of a row by the header above them; a column without one belongs to that on its left."""
    joined: dict[tuple[str, ...], list[int]] = {}
    for column in sorted(held):
        own = max((other for other in names if other <= column), default=None)
        if own is not None:
            joined.setdefault(names[own], []).extend(held[column])
    yield from joined.items()


def _named(row: str, names: tuple[str, ...], lines: list[tuple[str, int]]) -> Iterator[Cell]:
    """The cells of one place: alone all of its text; of several, scores have a stroke and the others stand before."""
    if len(names) == 1:
        yield Cell(row, names[0], " ".join(text for text, _ in lines), tuple(number for _, number in lines))
        return
    plain = [name for name in names if name != "scores"]
    for text, number in lines:
        found = _SCORES.search(text) if "scores" in names else None
        rest = (text if found is None else text[: found.start()] + text[found.end() :]).strip(" |")
        if rest and plain:
            yield Cell(row, plain.pop(0), rest, (number,))
        if found is not None:
            yield Cell(row, "scores", found[0], (number,))


def _row_of(field: FormField, text: str) -> str | None:
    """The row of the form that a label names: its number, with words for it or without."""
    label = fold(text)
    if label in field.rows:
        return label
    found = _ROW_NUMBER.fullmatch(label) if len(label) <= _LONGEST_ROW_LABEL else None
    return found[1] if found and found[1] in field.rows else None


# --- cells by their order --------------------------------------------------------------------------


def _tokens(field: FormField, text: str, number: int) -> list[tuple[str, int]]:
    """Cells of a line: all of it, or several with room between; words behind a figure are its unit."""
    plain = text.strip(" |\t")
    words = _CELL.sub("", plain).strip(" %|\t")
    if words or len(re.sub(rf"[{_D}.,/%*+()\s-]", "", plain)) > _LONGEST_MARK:
        return []
    found: list[str] = []
    for match in _CELL.finditer(plain):
        if found and match[0][0].isalpha() and len(found) > 1 and found[-1][-1:].isdigit():
            found[-1] += f" {match[0]}"
        else:
            found.append(match[0])
    if len(found) == 2 and found[0][0].isalpha():
        found = [plain]  # a word and its figure: "level 2"
    elif len(found) > len(field.cells) + 1:
        word = next((at for at in range(1, len(found) - 1) if found[at][0].isalpha()), None)
        if word is not None:
            found[word : word + 2] = [" ".join(found[word : word + 2])]
    if len(found) == 2 and found[1][0].isalpha() and "/" not in found[0]:
        found = [plain] if len(found[0]) > 1 else found  # "310 points"; a row's number before a word
    return [(part, number) for part in found]


def _read_by_order(field: FormField, tokens: Sequence[tuple[str, int]]) -> list[Cell]:
    """Cells by the order of the figures: each row begins with its label, then come the cells that are not blank.

    Of all ways to cut the figures into rows the one is taken that uses most of them and gives most rows the same cells.
    """
    best: tuple[tuple[int, int, int], list[list[Cell]]] = ((-1, 0, 0), [])
    for starts in _row_starts(field, tokens):
        rows: list[list[Cell]] = []
        used = 0
        for (row, begin), (_, end) in pairwise([*starts, ("", len(tokens))]):
            cells = _cells_of(field, row, tokens[begin + 1 : end])
            rows.append(cells)
            used += 1 + len(cells)
        shapes = [tuple(cell.name for cell in cells) for cells in rows]
        common = max(map(shapes.count, shapes), default=0)
        rank = (len(starts), used, common)
        if rank > best[0]:
            best = (rank, rows)
    return [cell for cells in best[1] for cell in _doubted(field, cells, best[1])]


def _row_starts(field: FormField, tokens: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Ways to find the row labels in order among the figures, each row at most one longer than its cells."""
    longest = len(field.cells) + 1
    texts = [fold(text) for text, _ in tokens]
    found: list[list[tuple[str, int]]] = [
        [(field.rows[0], at)] for at, text in enumerate(texts[:4]) if text == field.rows[0]
    ]
    for row in field.rows[1:]:
        longer = [
            [*starts, (row, at)]
            for starts in found
            for at in range(starts[-1][1] + 1, min(len(texts), starts[-1][1] + 1 + longest))
            if texts[at] == row
        ]
        yield from found
        # A row that is not printed: the rows behind it are still theirs.
        found = (longer or found)[:64]
    yield from found


def _cells_of(field: FormField, row: str, tokens: Sequence[tuple[str, int]]) -> list[Cell]:
    """Name the cells of one row: one with a stroke is the scores, the others take the plain cells in order."""
    plain = [name for name in field.cells if name != "scores"]
    cells = []
    for text, number in tokens:
        if _SCORES.fullmatch(text) and ("scores" in field.cells):
            cells.append(Cell(row, "scores", text, (number,)))
        elif plain:
            cells.append(Cell(row, plain.pop(0), text, (number,)))
    return cells[: len(field.cells)]


def _doubted(field: FormField, cells: list[Cell], rows: Sequence[list[Cell]]) -> Iterator[Cell]:
    """The cells of a row; where one is left out, its figure goes where the others of its kind are written like it.

    "100" among assessments of 100 and 90 and results of 25.00 and 75.00 is an assessment. What could be either is
    unsure.
    """
    plain = [name for name in field.cells if name != "scores"]
    whole = [row for row in rows if sum(cell.name in plain for cell in row) == len(plain)]
    own = [cell for cell in cells if cell.name in plain]
    if not whole or not own or len(own) == len(plain):
        yield from cells
        return
    looks = {name: {_look(cell.text) for row in whole for cell in row if cell.name == name} for name in plain}
    for cell in cells:
        fitting = [name for name in plain if _look(cell.text) in looks[name]]
        if cell.name not in plain:
            yield cell
        elif len(fitting) == 1 and len(own) == 1:
            yield cell._replace(name=fitting[0])
        else:
            yield cell._replace(unsure=True)


def _look(text: str) -> int:
    """How many decimals a figure is written with; -1 for what is none."""
    return len(text.partition(".")[2]) if text[:1].isdigit() else -1
