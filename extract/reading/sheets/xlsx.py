"""Workbooks of Excel since 2007 (.xlsx, .xlsm): cells as shown, cell by cell, row by row.

Not by openpyxl: in the mode that keeps memory flat it tells no hidden rows, no formula without a value and no struck
part of a text, and in the other memory grows with the sheet. Its table of number formats and its days are used.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from extract.page.told import hidden_text, note_here, part_not_read, struck_out
from extract.reading.docx.xml_parts import Package, R, as_usual, check_declarations
from extract.reading.sheets.lines import Counter, SheetCell, sheet_page
from extract.reading.sheets.values import date_text, format_of, number_text
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Page, Problem, Source

READER = "xlsx/1"

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OLE = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_COLUMNS = 16_384
_DRAWN_PICTURE = b"blip"


def read_xlsx(source: Source, limits: Limits) -> Document:
    """Read a workbook, a page for each sheet that is shown; raise `InputError` if it is broken or has a password."""
    if source.data.startswith(_OLE):
        raise InputError("password")
    package = Package(source.data, limits)
    try:
        pages = tuple(_Workbook(package, limits).pages())
    finally:
        package.close()
    return Document(kind=Kind.XLSX, reader=READER, pages=pages)


@dataclass(slots=True)
class _Style:
    code: str = "General"
    struck: bool = False


@dataclass(slots=True)
class _About:
    """What a sheet's own parts say of its cells."""

    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    has_pictures: bool = False


class _Workbook:
    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._name = package.main_part("xl/workbook.xml")
        root = package.part(self._name)
        if root is None:
            raise InputError("broken-file", error=f"{self._name} is missing")
        self._relations = package.relations(self._name)
        self._sheets = [sheet for sheet in root.iter(f"{S}sheet")]
        properties = root.find(f"{S}workbookPr")
        self._since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._styles = _styles_of(self._part_of("styles"))
        self._strings = _Strings(self._part_of("sharedStrings"))

    def pages(self) -> Iterator[Page]:
        counter = Counter(self._limits)
        hidden: list[Problem] = []
        shown: list[tuple[str, str]] = []
        for sheet in self._sheets:
            relation = self._relations.get(sheet.get(f"{R}id", ""))
            if relation is None or relation.kind != "worksheet":
                continue
            if sheet.get("state", "visible") != "visible":
                hidden.append(hidden_text(sheet.get("name", "")))
            else:
                shown.append((sheet.get("name", ""), relation.target))
        if len(shown) > self._limits.pages:
            raise InputError("too-large", what="pages", size=len(shown), limit=self._limits.pages)
        for number, (_, target) in enumerate(shown, start=1):
            about = self._about(target)
            page = sheet_page(self._cells(target, about), number, counter, hidden if number == 1 else ())
            yield page

    def _part_of(self, kind: str) -> Element | None:
        target = next((relation.target for relation in self._relations.values() if relation.kind == kind), None)
        return None if target is None else self._package.part(target)

    def _about(self, target: str) -> _About:
        about = _About()
        for relation in self._package.relations(target).values():
            if relation.kind == "comments":
                root = self._package.part(relation.target)
                for comment in root.iter(f"{S}comment") if root is not None else ():
                    place = _place(comment.get("ref", ""))
                    if place is not None:
                        about.comments[place] = "".join(text.text or "" for text in comment.iter(f"{S}t"))
            elif relation.kind == "drawing":
                data = self._package.bytes_of(relation.target) or b""
                about.has_pictures = about.has_pictures or _DRAWN_PICTURE in data
        return about

    def _cells(self, target: str, about: _About) -> Iterator[SheetCell]:
        data = self._package.bytes_of(target)
        if data is None:
            raise InputError("broken-file", error=f"{target} is missing")
        last: SheetCell | None = None
        for row, is_hidden, cells in _rows(data, target, about):
            column = 0
            for element in cells:
                place = _place(element.get("r", ""))
                column = place[1] if place is not None else column + 1
                cell = self._cell(element, row, column, about)
                if cell is None:
                    continue
                cell.hidden = is_hidden or any(first <= column <= end for first, end in about.hidden_columns)
                if last is not None:
                    yield last
                last = cell
        if about.has_pictures:
            last = last or SheetCell(1, 1, "")
            last.told.append(part_not_read("a-picture"))
        if last is not None:
            yield last

    def _cell(self, element: Element, row: int, column: int, about: _About) -> SheetCell | None:
        style = self._styles.get(element.get("s", "0"), _Style())
        cell = SheetCell(row, column, "")
        kind = element.get("t", "n")
        value = element.findtext(f"{S}v")
        if kind == "s":
            cell.text, struck = self._strings.at(value)
            cell.told += [struck_out(struck)] if struck else []
        elif kind == "inlineStr":
            inline = element.find(f"{S}is")
            cell.text, struck = _text_of(inline) if inline is not None else ("", "")
            cell.told += [struck_out(struck)] if struck else []
        elif kind == "e" or (not value and kind != "str" and element.find(f"{S}f") is not None):
            cell.told.append(Problem("formula-without-value", values={"cell": element.get("r", "?")}))
        elif value:
            cell.text, told = self._shown(value, kind, style)
            cell.told += told
        if style.struck and cell.text.strip():
            cell.told, cell.text = [struck_out(cell.text)], ""
        comment = about.comments.get((row, column))
        if comment is not None and comment.strip():
            cell.told.append(note_here(comment))
        return cell if cell.text.strip() or cell.told else None

    def _shown(self, value: str, kind: str, style: _Style) -> tuple[str, list[Problem]]:
        if kind == "str":
            return value, []
        if kind == "b":
            return ("TRUE" if value.strip() == "1" else "FALSE"), []
        if kind == "d":
            return _iso_date(value, style.code)
        try:
            number: int | float = int(value) if re.fullmatch(r"-?[0-9]{1,15}", value) else float(value)
        except ValueError:
            return value, []
        if not format_of(style.code).is_date:
            return number_text(number, style.code), []
        return serial_date(number, style.code, self._since_1904)


def serial_date(number: float, code: str, since_1904: bool) -> tuple[str, list[Problem]]:
    """Write a day that is kept as the number of days since 1900 or 1904."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        day = from_excel(number, CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900)
    except (OverflowError, ValueError):
        day = None
    return (number_text(number, "General"), []) if day is None or number < 0 else date_text(day, code)


def _iso_date(value: str, code: str) -> tuple[str, list[Problem]]:
    from openpyxl.utils.datetime import from_ISO8601

    try:
        return date_text(from_ISO8601(value), code)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        return value, []


def _rows(data: bytes, name: str, about: _About) -> Iterator[tuple[int, bool, list[Element]]]:
    """Yield the rows of a sheet one by one, keeping none: number, whether it is hidden, its cells."""
    check_declarations(data, name)
    data = as_usual(data)
    number = 0
    try:
        steps = ElementTree.iterparse(io.BytesIO(data), events=("start", "end"))
        holder: Element | None = None
        for event, element in steps:
            if event == "start":
                holder = element if element.tag == f"{S}sheetData" else holder
            elif element.tag == f"{S}col" and element.get("hidden") in ("1", "true"):
                first, last = (int(element.get(key, "0")) for key in ("min", "max"))
                about.hidden_columns.append((first, min(last, _COLUMNS)))
            elif element.tag == f"{S}row":
                told = element.get("r", "")
                number = int(told) if told.isascii() and told.isdigit() and len(told) < 8 else number + 1
                yield number, element.get("hidden") in ("1", "true"), list(element)
                if holder is not None:
                    holder.clear()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError("broken-file", error=f"{name}: {error}"[:200]) from error


class _Strings:
    """The texts that cells share."""

    def __init__(self, root: Element | None) -> None:
        self._items = [] if root is None else list(root.iterfind(f"{S}si"))

    def at(self, index: str | None) -> tuple[str, str]:
        """Return a text and what of it is struck out."""
        number = int(index) if index is not None and index.strip().isdigit() and len(index) < 10 else -1
        return _text_of(self._items[number]) if 0 <= number < len(self._items) else ("", "")


def _text_of(item: Element) -> tuple[str, str]:
    shown: list[str] = []
    struck: list[str] = []
    for element in item:
        if element.tag == f"{S}t":
            shown.append(element.text or "")
        elif element.tag == f"{S}r":
            strike = element.find(f"{S}rPr/{S}strike")
            into = struck if strike is not None and strike.get("val", "1") not in ("0", "false") else shown
            into.append(element.findtext(f"{S}t") or "")
    return "".join(shown), "".join(struck)


def _styles_of(root: Element | None) -> dict[str, _Style]:
    if root is None:
        return {}
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    codes |= {one.get("numFmtId", ""): one.get("formatCode", "General") for one in root.iter(f"{S}numFmt")}
    fonts = root.find(f"{S}fonts")
    struck = [
        strike is not None and strike.get("val", "1") not in ("0", "false")
        for strike in (font.find(f"{S}strike") for font in (fonts if fonts is not None else ()))
    ]
    found: dict[str, _Style] = {}
    formats = root.find(f"{S}cellXfs")
    for number, one in enumerate(formats if formats is not None else ()):
        font = one.get("fontId", "0")
        at = int(font) if font.isascii() and font.isdigit() and len(font) < 6 else 0
        found[str(number)] = _Style(codes.get(one.get("numFmtId", "0"), "General"), at < len(struck) and struck[at])
    return found


def _place(reference: str) -> tuple[int, int] | None:
    """Row and column of "B7"."""
    found = _CELL.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
