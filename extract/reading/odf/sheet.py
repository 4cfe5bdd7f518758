"""Reader of OpenDocument sheets (.ods): cells as they show, row by row, none of which is kept as XML."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from extract.page.told import hidden_text, note_here, struck_out, with_told
from extract.reading.docx.xml_parts import Package, check_declarations
from extract.reading.odf.styles import OFFICE, STYLE, TABLE, TEXT, Look, Styles, refuse_password
from extract.reading.sheets.lines import Counter, SheetCell, sheet_page
from extract.reading.sheets.values import date_text, number_text
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Page, Problem, Source

READER = "ods/1"

_MOST_REPEATED = 1_000  # of a cell or row that holds something
_DEEPEST = 50  # spans in spans
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FAR_YEAR = 2400
_THAI = {0x0E50 + digit: str(digit) for digit in range(10)}


def read_ods(source: Source, limits: Limits) -> Document:
    """Read a workbook, a page for each sheet that is shown; raise `InputError` if it is broken or has a password."""
    package = Package(source.data, limits)
    try:
        refuse_password(package)
        data = package.bytes_of("content.xml")
        if data is None:
            raise InputError("broken-file", error="content.xml is missing")
        common = package.part("styles.xml")
        pages = _pages(data, common, limits)
    finally:
        package.close()
    return Document(kind=Kind.ODS, reader=READER, pages=tuple(pages))


def _pages(data: bytes, common: Element | None, limits: Limits) -> list[Page]:
    check_declarations(data, "content.xml")
    pages: list[Page] = []
    hidden: list[Problem] = []
    counter = Counter(limits)
    sheets = _Sheets(data, common)
    try:
        for name, is_hidden, cells in sheets.sheets():
            if is_hidden:
                hidden.append(hidden_text(name))
                for _ in cells:
                    pass
            else:
                if len(pages) >= limits.pages:
                    raise InputError("too-large", what="pages", size=f"> {limits.pages}", limit=limits.pages)
                pages.append(sheet_page(cells, len(pages) + 1, counter, hidden))
                hidden = []
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError("broken-file", error=f"content.xml: {error}"[:200]) from error
    if hidden and pages:
        pages[-1] = dataclasses.replace(pages[-1], lines=tuple(with_told([*pages[-1].lines, *hidden])))
    return pages


class _Sheets:
    """Goes once through the content of a workbook."""

    def __init__(self, data: bytes, common: Element | None) -> None:
        self._steps = ElementTree.iterparse(io.BytesIO(data), events=("start", "end"))
        self._common = common
        self._styles: Styles | None = None
        self._hidden_tables: frozenset[str] = frozenset()
        self._in_sheet = False

    def sheets(self) -> Iterator[tuple[str, bool, Iterator[SheetCell]]]:
        """Yield name, whether it is hidden, and the cells of each sheet; the cells have to be taken first."""
        for event, element in self._steps:
            if event == "end" and element.tag == f"{OFFICE}automatic-styles":
                roots = [element] if self._common is None else [self._common, element]
                self._styles = Styles(roots)
                self._hidden_tables = frozenset(
                    style.get(f"{STYLE}name", "")
                    for style in element.iter(f"{STYLE}style")
                    if (about := style.find(f"{STYLE}table-properties")) is not None
                    and about.get(f"{TABLE}display") == "false"
                )
            elif event == "start" and element.tag == f"{TABLE}table":
                is_hidden = element.get(f"{TABLE}style-name", "") in self._hidden_tables
                self._in_sheet = True
                cells = self._cells(element)
                yield element.get(f"{TABLE}name", ""), is_hidden, cells
                for _ in cells:
                    pass

    def _cells(self, table: Element) -> Iterator[SheetCell]:
        row = 1
        hidden: list[tuple[int, int]] = []
        column = 1
        for event, element in self._steps:
            if event != "end":
                continue
            if element is table:
                table.clear()
                return
            if element.tag == f"{TABLE}table-column":
                count = _count(element, "columns")
                if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
                    hidden.append((column, column + count - 1))
                column += count
            elif element.tag == f"{TABLE}table-row":
                count = _count(element, "rows")
                is_hidden = element.get(f"{TABLE}visibility") in ("collapse", "filter")
                yield from self._row(element, row, is_hidden, hidden)
                row += count
                element.clear()

    def _row(self, element: Element, row: int, is_hidden: bool, hidden: list[tuple[int, int]]) -> Iterator[SheetCell]:
        repeated = min(_count(element, "rows"), _MOST_REPEATED)
        for number in range(row, row + repeated):
            column, found = 1, False
            for cell in element:
                if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                    continue
                count = _count(cell, "columns")
                made = self._cell(cell, number, column) if cell.tag == f"{TABLE}table-cell" else None
                if made is not None:
                    found = True
                    for at in range(column, column + min(count, _MOST_REPEATED)):
                        out = any(first <= at <= last for first, last in hidden)
                        yield SheetCell(number, at, made.text, list(made.told), is_hidden or out)
                column += count
            if not found:
                return

    def _cell(self, element: Element, row: int, column: int) -> SheetCell | None:
        cell = SheetCell(row, column, "")
        style = element.get(f"{TABLE}style-name")
        look = Look() if self._styles is None else self._styles.look(Look(), "table-cell", style)
        shown: list[str] = []
        struck: list[str] = []
        for part in element:
            if part.tag == f"{TEXT}p":
                line: list[str] = []
                self._take(part, look, line, struck)
                shown.append("".join(line))
            elif part.tag == f"{OFFICE}annotation":
                text = " ".join("".join(one.itertext()) for one in part.iter(f"{TEXT}p"))
                cell.told += [note_here(text)] if text.strip() else []
        cell.text = "\n".join(shown)
        if "".join(struck).strip():
            cell.told.append(struck_out("".join(struck)))
        if cell.text.strip():
            self._by_value(element, cell)
        elif element.get(f"{TABLE}formula") is not None and not element.get(f"{OFFICE}value-type"):
            cell.told.append(Problem("formula-without-value", values={"cell": _name(row, column)}))
        return cell if cell.text.strip() or cell.told else None

    def _take(self, element: Element, look: Look, shown: list[str], struck: list[str], depth: int = 0) -> None:
        """Collect the text of a paragraph, struck text apart."""
        into = struck if look.struck else shown
        into.append(element.text or "")
        for part in element:
            if part.tag == f"{TEXT}s":
                into.append(" ")
            elif part.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
                into.append("\n" if part.tag.endswith("break") else " ")
            elif depth < _DEEPEST:
                style = part.get(f"{TEXT}style-name")
                inner = look if self._styles is None else self._styles.look(look, "text", style)
                self._take(part, inner, shown, struck, depth + 1)
            into.append(part.tail or "")

    def _by_value(self, element: Element, cell: SheetCell) -> None:
        """Take the kept value where the shown text hides decimals, and tell of years that cannot be."""
        kind = element.get(f"{OFFICE}value-type")
        value = element.get(f"{OFFICE}value", "")
        if kind == "date":
            found = _ISO.match(element.get(f"{OFFICE}date-value", ""))
            if found is not None and int(found[1]) >= _FAR_YEAR:
                cell.text, told = date_text(date(int(found[1]), int(found[2]), int(found[3])), "General")
                cell.told += told
        elif kind in ("float", "currency", "percentage") and value:
            cell.text = _exact(cell.text, value, kind == "percentage")
        elif cell.text.startswith(("#", "Err:")) and element.get(f"{TABLE}formula") is not None:
            cell.told.append(Problem("formula-without-value", values={"cell": _name(cell.row, cell.column)}))
            cell.text = ""


def _exact(shown: str, value: str, is_percent: bool) -> str:
    """Return a number as shown, or with all its decimals where the shown text was rounded."""
    try:
        kept = Decimal(value) * (100 if is_percent else 1)
        found = _NUMBER.search(shown.translate(_THAI))
        if found is None or not kept.is_finite():
            return shown
        if abs(Decimal(found[0].replace(",", "")) - kept) < Decimal("1e-9") * (abs(kept) + 1):
            return shown
    except InvalidOperation:
        return shown
    exact = number_text(float(kept), "#,##0" if "," in found[0] else "General")
    return shown[: found.start()] + exact + shown[found.end() :]


def _count(element: Element, what: str) -> int:
    told = element.get(f"{TABLE}number-{what}-repeated", "1")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 1


def _name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
