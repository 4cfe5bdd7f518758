"""Tables of figures whose cells may each stand on a line of their own, blank ones left out."""

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

_D = "0-9\u0e50-\u0e59"
_TOKEN = re.compile(rf"[-+]?[{_D}][{_D},]*(?:\.[{_D}]+)?(?:\s*/\s*[{_D}][{_D},]*(?:\.[{_D}]+)?)*%?")
_BRACKET = re.compile(r"\(([^()]{1,60})\)")
_ROW_SCORE = re.compile(
    r"([0-9\u0e50-\u0e59])\s*[:\uff1a]\s*([0-9\u0e50-\u0e59][0-9\u0e50-\u0e59.,]*)?(?![0-9\u0e50-\u0e59])"
)
_MOST_CELLS = 64  # figures looked at in one table; four rows of four cells are 16


Place = tuple[int, int, int, int]
"""Page, table on the page, row and column: rows are counted anew on the page that a table goes on over."""


class Table(NamedTuple):
    """Values as (row, cell name, text, number of the piece it stood in), and the unit of the header."""

    values: list[tuple[str, str, str, int]]
    unit: str | None


def read_scores(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of row and score from "... 1: 5.00 ... 2: ..."; rows without a score are left out."""
    for found in _ROW_SCORE.finditer(text):
        if found[2]:
            yield fold(found[1]), found[2].rstrip(".,")


def read_table(field: FormField, pieces: Sequence[tuple[Place | None, str]]) -> Table:
    """Read the cells of a table from its pieces (place if it has rules, text)."""
    unit, body = _without_headers(field, pieces)
    by_place = _read_by_place(field, pieces, body)
    if by_place is not None:
        return Table(by_place, unit)
    tokens = [
        (token[0], number)
        for number in body
        if _TOKEN.sub("", pieces[number][1]).strip(" %|\t") == ""
        for token in _TOKEN.finditer(pieces[number][1])
    ][:_MOST_CELLS]
    return Table(_read_by_order(field, tokens), unit)


def _without_headers(field: FormField, pieces: Sequence[tuple[Place | None, str]]) -> tuple[str | None, list[int]]:
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


def _read_by_place(
    field: FormField, pieces: Sequence[tuple[Place | None, str]], body: Sequence[int]
) -> list[tuple[str, str, str, int]] | None:
    """Values by the columns of a drawn table; None if the cells' places are not known or do not fit."""
    rows: dict[tuple[int, int, int], dict[int, tuple[str, int]]] = {}
    for number in body:
        place, text = pieces[number]
        if place is not None:
            rows.setdefault(place[:3], {})[place[3]] = (text.strip(), number)
    values = []
    for columns in rows.values():
        first = min(columns)
        label = fold(columns[first][0])
        if label not in field.rows:
            continue
        for column, (text, number) in columns.items():
            if column != first and column - first <= len(field.cells) and _TOKEN.fullmatch(text):
                values.append((label, field.cells[column - first - 1], text, number))
    wrong = any((name == "scores") != ("/" in text) for _, name, text, _ in values)
    return values if values and not wrong else None


def _read_by_order(field: FormField, tokens: Sequence[tuple[str, int]]) -> list[tuple[str, str, str, int]]:
    """Values by the order of the figures: each row begins with its label, then come the cells that are not blank.

    Of all ways to cut the figures into rows the one is taken that uses most of them and gives most rows the same cells.
    """
    best: tuple[tuple[int, int, int], list[tuple[str, str, str, int]]] = ((-1, 0, 0), [])
    for starts in _row_starts(field, tokens):
        values: list[tuple[str, str, str, int]] = []
        shapes = []
        used = 0
        for (row, begin), (_, end) in pairwise([*starts, ("", len(tokens))]):
            cells = _cells_of(field, tokens[begin + 1 : end])
            shapes.append(tuple(name for name, _, _ in cells))
            values.extend((row, name, text, number) for name, text, number in cells)
            used += 1 + len(cells)
        common = max(map(shapes.count, shapes), default=0)
        rank = (len(starts), used, common)
        if rank > best[0]:
            best = (rank, values)
    return best[1]


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
        found = longer[:64]
    yield from found


def _cells_of(field: FormField, tokens: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Name the figures of one row: one with a stroke is the scores, the others take the plain cells in order."""
    plain = [name for name in field.cells if name != "scores"]
    cells = []
    for text, number in tokens:
        if "/" in text:
            if "scores" in field.cells:
                cells.append(("scores", text, number))
        elif plain:
            cells.append((plain.pop(0), text, number))
    return cells[: len(field.cells)]
