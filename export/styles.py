"""Looks of cells: fonts, fills and number formats, registered once and used by number."""

from __future__ import annotations

from copy import copy
from typing import Any

from export.cells import MAX_DECIMALS, Look

# Tahoma stands on Windows and on Macs with Office, and has every Thai sign; TH Sarabun New does not.
FONT = "Tahoma"
FONT_SIZE = 10
DATE_FORMAT = "[$-107041E]d mmm yyyy"  # real dates shown in the Buddhist era: 5 มี.ค. 2564

MOMENT_FORMAT = "[$-107041E]d mmm yyyy hh:mm"

_MARGIN = "_-"  # as wide as a hyphen: keeps a figure off the text beside it

_PERCENT = {"share": "0.0%" + _MARGIN, "percent": "0.00%" + _MARGIN}  # one format a column

HEADER_FILL = "1F4E78"
_GREY = "595959"
_LINE = "D9D9D9"
_LINK_BLUE = "0563C1"
SEVERITY_FILLS = {1: "FFC7CE", 2: "FFDDB3", 3: "FFF2CC", 4: "DDEBF7"}
REVIEWED = 5
"""In the place of a severity: a value that a person decided."""
_REVIEWED_FILL = "D5EBD8"
_TYPED_FILL = "FFFBE0"

_WRAPPED = frozenset({"typed", "prose", "picture", "entry", "header", "word", "file_link", "link", "text"})
_AS_TYPED = frozenset({"text", "token", "typed"})  # what is typed there stays as it is: no date is made of "1/2"
_PLAIN_NUMBERS = frozenset({"year", "identifier"})
_CENTRED = frozenset({"year", "identifier", "date", "moment", "header"})


class Styles:
    """Makes looks on a workbook, each once."""

    def __init__(self, workbook: Any, sheet: Any) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._looks: dict[tuple[str, int], Look] = {}
        self._alignments: dict[tuple[str, bool], Any] = {}

    def look(self, kind: str, severity: int = 0) -> Look:
        """Return the look for a type of column, a "title", "heading", "header", "label", "good" or "bad" cell."""
        found = self._looks.get((kind, severity))
        if found is None:
            found = self._looks[kind, severity] = self._make(kind, severity)
        return found

    def _make(self, kind: str, severity: int) -> Look:
        plain = kind in _PLAIN_NUMBERS
        cell = self._cell(kind, severity)
        integer = _PERCENT.get(kind) or ("0" if plain else "#,##0" + _MARGIN)
        decimals = tuple(
            self._style(cell, kind, "#,##0." + "0" * count + _MARGIN if count and kind not in _PERCENT else integer)
            for count in range(MAX_DECIMALS + 1)
        )
        text = self._style(cell, kind, "@" if kind in _AS_TYPED else "General")
        return Look(
            text=text,
            quoted=self._style(cell, kind, "@" if kind in _AS_TYPED else "General", quoted=True),
            integer=self._style(cell, kind, integer),
            decimals=decimals,
            date=self._style(cell, kind, MOMENT_FORMAT if kind == "moment" else DATE_FORMAT),
            blank=text if severity or kind in ("header", "heading", "typed") else None,
        )

    def _cell(self, kind: str, severity: int) -> Any:
        """Return a cell with what all styles of a look share: openpyxl takes most of the time over these."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Border, PatternFill, Side

        cell = WriteOnlyCell(self._sheet)
        cell.font = self._font(kind)
        fill = HEADER_FILL if kind == "header" else _TYPED_FILL if kind == "typed" else SEVERITY_FILLS.get(severity)
        fill = _REVIEWED_FILL if severity == REVIEWED else fill
        if fill is not None:
            cell.fill = PatternFill("solid", start_color=fill)
        if kind == "typed":
            edge = Side("hair", color=_GREY)
            cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
        if kind in ("heading", "entry", "count"):
            cell.border = Border(bottom=Side("thin", color=_LINE))
        return cell

    def _style(self, cell: Any, kind: str, number_format: str, quoted: bool = False) -> int:
        cell._style = copy(cell._style)  # the workbook keeps the one before
        cell.alignment = self._alignment(kind, number_format not in ("General", "@"))
        cell.number_format = number_format
        cell.quotePrefix = quoted
        return int(cell.style_id)

    def _alignment(self, kind: str, numeric: bool) -> Any:
        from openpyxl.styles import Alignment

        found = self._alignments.get((kind, numeric))
        if found is None:
            centred = kind in _CENTRED
            found = self._alignments[kind, numeric] = Alignment(
                vertical="center" if kind == "header" else "top",
                horizontal="center" if centred else "right" if numeric else "fill" if kind == "token" else None,
                wrap_text=True if kind in _WRAPPED and not numeric else None,
            )
        return found

    def _font(self, kind: str) -> Any:
        from openpyxl.styles import Font

        if kind == "header":
            return Font(FONT, FONT_SIZE, bold=True, color="FFFFFF")
        if kind == "title":
            return Font(FONT, 16, bold=True, color=HEADER_FILL)
        if kind == "heading":
            return Font(FONT, 12, bold=True, color=HEADER_FILL)
        if kind == "good":
            return Font(FONT, FONT_SIZE, bold=True, color="006100")
        if kind == "bad":
            return Font(FONT, FONT_SIZE, bold=True, color="9C0006")
        if kind in ("link", "file_link"):
            return Font(FONT, FONT_SIZE, underline="single", color=_LINK_BLUE)
        return Font(FONT, FONT_SIZE, color=_GREY if kind in ("label", "picture", "token") else None)
