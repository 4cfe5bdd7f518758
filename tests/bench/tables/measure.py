"""Cells of ruled tables: our geometry, pdfplumber's on the same rulings, and pdfplumber's on its own parse.

    python tests/bench/tables/measure.py FOLDER [--wrong]

FOLDER holds PDFs, each with NAME.tables.json beside it (`make.py` writes both): tables in reading order, each a list of
`[row, column, row span, column span, text]`. A cell is right when all five agree and its table is one table. Letters
come from our reading whoever finds the cells, so that only the geometry differs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from extract.page.carried import with_tables_carried
from extract.page.pieces import RuledLines, rules_of
from extract.page.rows import Row
from extract.page.second import boxes_of, edges_of
from extract.reading.pdf import read_pdf
from extract.reading.pdf.layer import TextPage, drawn_objects, shapes
from extract.reading.pdf.repair import rows_of
from raingan.model.records import Box, Limits, Page, Source, Table

Cell = tuple[int, int, int, int, str]


@dataclass(frozen=True)
class Seen:
    """What stands on a page: its letters with their middles, and its rules."""

    letters: list[tuple[float, float, str]]
    rules: RuledLines
    page: Page


@dataclass
class Score:
    """What one way of finding cells got right."""

    right: int = 0
    wrong: int = 0
    more: int = 0  # cells with text that are none
    seconds: float = 0.0
    by_kind: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print a table of the ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="name the files with wrong cells")
    arguments = parser.parse_args()
    scores = {name: Score() for name in WAYS}
    kinds: Counter[str] = Counter()
    files = sorted(arguments.folder.glob("*.tables.json"))
    for gold_path in files:
        pdf = gold_path.with_name(gold_path.name.replace(".tables.json", ".pdf"))
        gold = [[tuple(cell) for cell in table] for table in json.loads(gold_path.read_text(encoding="utf-8"))]
        kind = pdf.stem.split("-", 1)[-1] if pdf.stem[0].isdigit() else pdf.stem
        kinds.update({part: sum(map(len, gold)) for part in kind.split("-")})
        seen = list(_pages(pdf))
        for name, way in WAYS.items():
            began = time.process_time()
            found = way(pdf, seen)
            scores[name].seconds += time.process_time() - began
            right = _compare(gold, found, scores[name])
            scores[name].by_kind.update({part: right for part in kind.split("-")})
            if arguments.wrong and right < sum(map(len, gold)):
                print(f"{pdf.stem}: {name} {right} of {sum(map(len, gold))}")
    _print(scores, kinds, len(files))


def _print(scores: dict[str, Score], kinds: Counter[str], files: int) -> None:
    print(f"{files} files\n\n| way | cells right | wrong | no cells | ms a file |\n| --- | ---: | ---: | ---: | ---: |")
    for name, score in scores.items():
        share = 100 * score.right / max(score.right + score.wrong, 1)
        ms = 1000 * score.seconds / max(files, 1)
        print(f"| {name} | {score.right} ({share:.1f} %) | {score.wrong} | {score.more} | {ms:.1f} |")
    print(f"\n| kind | cells | {' | '.join(scores)} |\n| --- | ---: |{' ---: |' * len(scores)}")
    for kind, cells in sorted(kinds.items()):
        print(f"| {kind} | {cells} | {' | '.join(f'{100 * s.by_kind[kind] / cells:.1f}' for s in scores.values())} |")


def _compare(gold: list[list[Cell]], found: list[list[Cell]], score: Score) -> int:
    """Give every table the found one that shares most cells with it; return how many are right."""
    left = list(found)
    right = 0
    for table in gold:
        wanted = {(*cell[:4], _bare(cell[4])) for cell in table}
        best = max(left, key=lambda other: len(wanted & set(other)), default=None)
        same = len(wanted & set(best)) if best is not None else 0
        if best is not None and same:
            left.remove(best)
            score.more += len(best) - same
        right += same
        score.wrong += len(wanted) - same
    score.right += right
    score.more += sum(map(len, left))
    return right


def _bare(text: str) -> str:
    return "".join(text.split())


# --- what stands on the pages


def _pages(path: Path) -> Iterator[Seen]:
    document = read_pdf(Source(path.name, path.read_bytes(), ""), Limits())
    with pypdfium2.PdfDocument(path) as pdf:
        for number, page in enumerate(document.pages):
            opened = pdf[number]
            with TextPage(opened.raw) as layer:
                rows = rows_of(layer.glyphs(layer.text()))
                rules = rules_of(shapes(opened.raw, drawn_objects(opened.raw, Limits().page_objects)))
            yield Seen(list(_letters(rows)), rules, page)


def _letters(rows: list[Row]) -> Iterator[tuple[float, float, str]]:
    for row in rows:
        for base in row.bases:
            yield (base.glyph.x0 + base.glyph.x1) / 2, row.y - 0.3 * row.size, _bare(base.text + "".join(base.marks))


def _filled(boxes: list[tuple[tuple[int, int, int, int], Box]], seen: Seen) -> list[Cell]:
    texts: dict[tuple[int, int, int, int], str] = {}
    for x, y, text in seen.letters:
        around = [place for place, box in boxes if box[0] <= x < box[2] and box[1] <= y < box[3]]
        if around:
            texts[around[0]] = texts.get(around[0], "") + text
    return [(*place, text) for place, text in texts.items() if text]


# --- the ways


def _own(_: Path, seen: list[Seen]) -> list[list[Cell]]:
    tables: list[list[Cell]] = []
    below = 0
    for page in seen:
        for table in page.page.tables:
            boxes = [((c.row, c.column, c.row_span, c.column_span), c.box) for c in table.cells]
            cells = _filled(boxes, page)
            if table.continues:
                tables[-1] += [(row + below, column, high, wide, text) for row, column, high, wide, text in cells]
            else:
                tables.append(cells)
                below = 0
            below += _rows(table)
    return tables


def _rows(table: Table) -> int:
    return max(cell.row + cell.row_span for cell in table.cells) - 1


def _on_our_rulings(_: Path, seen: list[Seen]) -> list[list[Cell]]:
    return [_filled(_placed(boxes), page) for page in seen for boxes in _boxes(page)]


def _boxes(seen: Seen) -> list[list[Box]]:
    return boxes_of(edges_of(seen.rules.upright, seen.rules.level))


def _joined(_: Path, seen: list[Seen]) -> list[list[Cell]]:
    """pdfplumber's cells on our rulings, carried over pages by our code."""
    pages = []
    for page in seen:
        tables = []
        for number, boxes in enumerate(_boxes(page), 1):
            cells = tuple(_cell(place, box) for place, box in _placed(boxes))
            xs, ys = [b for box in boxes for b in box[::2]], [b for box in boxes for b in box[1::2]]
            tables.append(Table(number, (min(xs), min(ys), max(xs), max(ys)), cells))
        lines = tuple(line for line in page.page.lines if line.cell is None)
        pages.append(Page(page.page.number, lines, tables=tuple(tables)))
    carried = with_tables_carried(pages)
    return _own(Path(), [Seen(page.letters, page.rules, other) for page, other in zip(seen, carried, strict=True)])


def _own_parse(path: Path, seen: list[Seen]) -> list[list[Cell]]:
    import pdfplumber

    with pdfplumber.open(path) as document:
        found = [[table.cells for table in page.find_tables()] for page in document.pages]
    return [_filled(_placed(cells), page) for page, tables in zip(seen, found, strict=True) for cells in tables]


def _cell(place: tuple[int, int, int, int], box: Box) -> Any:
    from raingan.model.records import TableCell

    return TableCell(*place, box)


def _placed(boxes: list[Box]) -> list[tuple[tuple[int, int, int, int], Box]]:
    """Rows, columns and spans by the edges of a table's cells."""
    xs, ys = sorted({x for box in boxes for x in box[::2]}), sorted({y for box in boxes for y in box[1::2]})
    return [
        (
            (ys.index(b[1]) + 1, xs.index(b[0]) + 1, ys.index(b[3]) - ys.index(b[1]), xs.index(b[2]) - xs.index(b[0])),
            b,
        )
        for b in boxes
    ]


WAYS: dict[str, Callable[[Path, list[Seen]], list[list[Cell]]]] = {
    "own": _own,
    "pdfplumber, our rulings": _on_our_rulings,
    "the same, carried": _joined,
    "pdfplumber, own parse": _own_parse,
}


if __name__ == "__main__":
    main()
