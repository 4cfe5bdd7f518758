"""Made pages of ruled tables with known cells: web pages printed by Chromium, sheets printed by LibreOffice Calc.

    python tests/bench/tables/make.py FOLDER [--count 120] [--seed 1]

Needs Chromium, soffice and playwright. Every PDF has beside it NAME.tables.json: the tables in reading order, each a
list of cells `[row, column, row span, column span, text]`. What a table goes on with on the next page counts on.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Literal

import openpyxl
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from playwright.sync_api import sync_playwright

Cell = tuple[int, int, int, int, str]

BORDERS = {
    "solid": "border-collapse:collapse|1px solid black",
    "grey": "border-collapse:collapse|0.5pt solid #999",
    "dotted": "border-collapse:collapse|1px dotted black",
    "dashed": "border-collapse:collapse|1px dashed black",
    "double": "border-collapse:collapse|3px double black",
    "thick": "border-collapse:collapse|3px solid black",
    "boxes": "border-spacing:2px;border:1px solid black|1px solid black",
    "filled": "border-collapse:collapse|1px solid black;background:#dce6f1",
    "open": "border-collapse:collapse|1px solid black",
}
LINES: dict[str, Literal["thin", "hair", "dotted", "dashed", "double", "thick"]] = {
    "solid": "thin",
    "grey": "hair",
    "dotted": "dotted",
    "dashed": "dashed",
    "double": "double",
    "thick": "thick",
}
OPEN = (
    "table.t>tbody>tr:first-child>td{border-top:none}table.t>tbody>tr:last-child>td{border-bottom:none}"
    "td.first{border-left:none}td.last{border-right:none}"
)
LAYOUTS = ("one", "stacked", "beside", "long", "wide", "framed", "distracted")


def main() -> None:
    """Make the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        sheets = []
        for number in range(arguments.count):
            border, layout = list(BORDERS)[number % len(BORDERS)], LAYOUTS[number % len(LAYOUTS)]
            name = f"{number:03d}-{border}-{layout}"
            drawn = _drawn(rng, layout)
            page.set_content(_html_page(drawn, border, layout))
            page.pdf(path=arguments.folder / f"{name}-chromium.pdf", prefer_css_page_size=True)
            _keep(arguments.folder / f"{name}-chromium", drawn)
            if border in LINES and layout != "framed":
                sheets.append(Path(scratch) / f"{name}-calc.xlsx")
                _sheet(sheets[-1], [_short(made) for made in drawn], border, layout)
                _keep(arguments.folder / f"{name}-calc", [_short(made) for made in drawn])
        browser.close()
        _convert(sheets, Path(scratch), arguments.folder)


def _short(made: Made) -> Made:
    """One line a cell: Calc makes merged cells no higher for their text, and cuts it off."""
    return replace(made, cells=[(*cell[:4], cell[4].partition(" ")[0]) for cell in made.cells])


def _keep(target: Path, drawn: list[Made]) -> None:
    tables = [[cell for cell in made.cells if cell[4]] for made in drawn]
    target.with_name(f"{target.name}.tables.json").write_text(json.dumps(tables), encoding="utf-8")


def _convert(sheets: list[Path], scratch: Path, folder: Path) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), *map(str, sheets)], check=True, capture_output=True)


@dataclass(frozen=True)
class Made:
    """One table."""

    cells: list[Cell]
    rows: int
    columns: int


def _drawn(rng: random.Random, layout: str) -> list[Made]:
    made = []
    for name in "ab" if layout in ("stacked", "beside", "framed", "distracted") else "a":
        rows = rng.randint(30, 45) if layout == "long" else rng.randint(2, 7)
        columns = rng.randint(9, 14) if layout == "wide" else rng.randint(2, 4 if layout == "beside" else 7)
        made.append(Made(_cells(rng, rows, columns, name), rows, columns))
    return made


def _html_page(drawn: list[Made], border: str, layout: str) -> str:
    table_style, cell_style = BORDERS[border].split("|")
    size = "A4 landscape" if layout == "wide" else "A4"
    style = f"@page{{size:{size};margin:20mm}}body{{font:11pt sans-serif}}tr{{break-inside:avoid;height:24px}}"
    style += f"table.t{{{table_style};margin:6px 0}}table.t td{{border:{cell_style};padding:3px 5px}}"
    style += OPEN if border == "open" else ""
    bodies = [_html(made.cells) for made in drawn]
    prose = "<p>Text before what is ruled, and longer than most of its cells are wide.</p>"
    if layout == "beside":
        inner = "</td><td width=30></td><td valign=top>".join(bodies)
        body = f"<table><tr><td valign=top>{inner}</td></tr></table>"
    elif layout == "distracted":
        body = '<p>Name <u>&nbsp;&nbsp; someone &nbsp;&nbsp;</u> date <span style="border-bottom:1px dotted black">'
        body += f"&nbsp; 1 May &nbsp;</span></p>{bodies[0]}<hr>{prose}{bodies[1]}<hr>"
    else:
        body = prose.join(bodies)
    whole = f"{prose}{body}<p>Text behind it.</p>"
    if layout == "framed":
        whole = f'<div style="border:1.5px solid black;padding:14px">{whole}</div>'
    return f"<meta charset=utf-8><style>{style}</style>{whole}"


def _sheet(target: Path, drawn: list[Made], border: str, layout: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.page_setup.orientation = "landscape" if layout == "wide" else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # what is too wide would take two pages
    sheet.page_setup.fitToHeight = 0
    sheet["A1"] = "Text before what is ruled"
    side = Side(LINES[border])
    first, left = 3, 1
    for made in drawn:
        for row, column, high, wide, text in made.cells:
            top, start = first + row - 1, left + column - 1
            for down, over in product(range(high), range(wide)):
                sheet.cell(top + down, start + over).border = Border(side, side, side, side)
            sheet.cell(top, start, text)
            if high * wide > 1:
                sheet.merge_cells(None, top, start, top + high - 1, start + wide - 1)
        if layout == "beside":
            left += made.columns + 1
        else:
            first += made.rows + 2
            sheet.cell(first - 1, 1, "Text between")
    for column in range(1, 20):
        sheet.column_dimensions[get_column_letter(column)].width = 9
    book.save(target)


def _cells(rng: random.Random, rows: int, columns: int, name: str) -> list[Cell]:
    """Tile a table with cells, some of them wider or higher than one box; a few are empty."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            if (row, column) in taken:
                continue
            wide = rng.choice((1, 1, 1, 1, 2, 3))
            free = [over for over in range(wide) if column + over <= columns and (row, column + over) not in taken]
            wide = next((at for at, over in enumerate(free) if at != over), len(free))
            high = rng.choice((1, 1, 1, 1, 1, 2)) if rows < 20 and row < rows else 1
            taken |= {(row + down, column + over) for down in range(high) for over in range(wide)}
            text = f"{name}{row}.{column}" if rng.random() > 0.12 else ""
            if text and rng.random() < 0.15:
                text += " two lines"
            cells.append((row, column, high, wide, text))
    return _told_apart(cells, rows, columns)


def _told_apart(cells: list[Cell], rows: int, columns: int) -> list[Cell]:
    """Count only the rows and columns at which a cell begins: print shows no others."""
    begins = [sorted({row for row, *_ in cells}), sorted({column for _, column, *_ in cells})]
    ends = (rows + 1, columns + 1)
    number = [{place: at for at, place in enumerate([*begins[axis], ends[axis]], 1)} for axis in (0, 1)]

    def at(axis: int, place: int) -> int:
        return number[axis].get(place) or next(
            number[axis][begin] for begin in [*begins[axis], ends[axis]] if begin > place
        )

    return [
        (at(0, row), at(1, column), at(0, row + high) - at(0, row), at(1, column + wide) - at(1, column), text)
        for row, column, high, wide, text in cells
    ]


def _html(cells: list[Cell]) -> str:
    last = max(column + wide for _, column, _, wide, _ in cells)
    lines = []
    for row in range(1, max(cell[0] for cell in cells) + 1):
        tds = []
        for _, column, high, wide, text in (cell for cell in cells if cell[0] == row):
            names = f"{'first' if column == 1 else ''} {'last' if column + wide == last else ''}".strip()
            tds.append(
                f'<td rowspan={high} colspan={wide} class="{names}">{text.replace(" two", "<br>two") or "&nbsp;"}</td>'
            )
        lines.append(f"<tr>{''.join(tds)}</tr>")
    # Widths are given: a column that only wide cells cross would have none, and nobody could see it.
    columns = f"<colgroup>{'<col width=58>' * (last - 1)}</colgroup>"
    return f"<table class=t style='table-layout:fixed;width:{58 * (last - 1)}px'>{columns}{''.join(lines)}</table>"


if __name__ == "__main__":
    main()
