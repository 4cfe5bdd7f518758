"""Workbooks of Excel 97 to 2003 (.xls), by xlrd, which tells formats, struck fonts, hidden rows and notes.

python-calamine reads them faster and tells none of these: struck "80" and live "90" come as 8090.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from extract.intake.encodings import looks_like_cp874
from extract.page.told import hidden_text, note_here, struck_out
from extract.reading.sheets.lines import Counter, SheetCell, sheet_page
from extract.reading.sheets.values import number_text
from extract.reading.sheets.xlsx import serial_date
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Page, Problem, Source

READER = "xls/1"

_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = 1, 2, 3, 4, 5  # xlrd's kinds of cells
_PASSWORD = "encrypted"


def read_xls(source: Source, limits: Limits) -> Document:
    """Read a workbook, a page for each sheet that is shown; raise `InputError` if it is broken or has a password."""
    book = _opened(source.data)
    try:
        pages = tuple(_pages(book, limits))
    except InputError:
        raise
    except Exception as error:  # xlrd raises what comes, on the sheet that is broken
        raise InputError("broken-file", error=f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        book.release_resources()
    return Document(kind=Kind.XLS, reader=READER, pages=pages)


def _opened(data: bytes) -> Any:
    import xlrd

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
            if book.biff_version < 80 and book.encoding not in ("cp874", "utf_16_le"):
                # Windows in Thai wrote its own bytes under whatever code page the program took for granted.
                names = " ".join(book.sheet_names()).encode(book.encoding, "ignore")
                if looks_like_cp874(names) or book.codepage in (None, 1252, 1200, 367):
                    book = xlrd.open_workbook(
                        file_contents=data,
                        formatting_info=True,
                        on_demand=True,
                        encoding_override="cp874",
                        logfile=io.StringIO(),
                    )
            return book
    except xlrd.XLRDError as error:
        if _PASSWORD in str(error).lower():
            raise InputError("password") from error
        raise InputError("broken-file", error=str(error)[:200]) from error
    except Exception as error:
        raise InputError("broken-file", error=f"{type(error).__name__}: {error}"[:200]) from error


def _pages(book: Any, limits: Limits) -> Iterator[Page]:
    counter = Counter(limits)
    sheets = [book.sheet_by_index(index) for index in range(min(book.nsheets, limits.pages))]
    hidden: list[Problem] = [hidden_text(sheet.name) for sheet in sheets if sheet.visibility]
    number = 0
    for sheet in sheets:
        if not sheet.visibility:
            number += 1
            yield sheet_page(_cells(book, sheet), number, counter, hidden if number == 1 else ())


def _cells(book: Any, sheet: Any) -> Iterator[SheetCell]:
    columns = {index for index, about in sheet.colinfo_map.items() if about.hidden}
    rows = {index for index, about in sheet.rowinfo_map.items() if about.hidden}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = _cell(book, sheet, row, column)
            if cell is not None:
                cell.hidden = row in rows or column in columns
                yield cell


def _cell(book: Any, sheet: Any, row: int, column: int) -> SheetCell | None:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    note = sheet.cell_note_map.get((row, column))
    if kind not in (_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR) and note is None:
        return None
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    found = SheetCell(row + 1, column + 1, "")
    if kind == _TEXT:
        found.text, struck = _shown(book, sheet, row, column, value)
        found.told += [struck_out(struck)] if struck.strip() else []
    elif kind in (_NUMBER, _DATE):
        known = book.format_map.get(style.format_key)
        code = "General" if known is None else known.format_str
        if kind == _DATE:
            found.text, told = serial_date(value, code, bool(book.datemode))
            found.told += told
        else:
            found.text = number_text(int(value) if value == int(value) else value, code)
    elif kind == _TRUTH:
        found.text = "TRUE" if value else "FALSE"
    elif kind == _ERROR:
        name = f"{_letters(column)}{row + 1}"
        found.told.append(Problem("formula-without-value", values={"cell": name}))
    if book.font_list[style.font_index].struck_out and found.text.strip():
        found.told, found.text = [struck_out(found.text)], ""
    if note is not None and note.text.strip():
        found.told.append(note_here(note.text))
    return found if found.text.strip() or found.told else None


def _shown(book: Any, sheet: Any, row: int, column: int, text: str) -> tuple[str, str]:
    """Return a text without its struck parts, and these."""
    runs = sheet.rich_text_runlist_map.get((row, column))
    if not runs:
        return text, ""
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    shown: list[str] = []
    struck: list[str] = []
    at, font = 0, style.font_index
    for start, following in [*runs, (len(text), font)]:
        (struck if book.font_list[font].struck_out else shown).append(text[at:start])
        at, font = start, following
    return "".join(shown), "".join(struck)


def _letters(column: int) -> str:
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
