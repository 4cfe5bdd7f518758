"""The one function that makes every cell of the workbook.

Each value gets its type here and nowhere else: a text is always a string (inline, so that memory stays flat), never a
formula, an error or a link, whatever it begins with; a number is a number only if Excel keeps all its digits; a day
is a real date only where every spreadsheet counts it alike.

Cells are written as XML by ourselves, not through openpyxl's `append`, which takes three to six times as long and
would let a leading "=" become a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from export.text import clean, cut_for_cell, is_risky

Note = Callable[[str, str], None]
"""Called with a code (list `note` of `words.toml`) and the cell, when a value could not be kept as it was."""

# Excel keeps 15 significant digits; the exponents of a double reach further than this.
_DIGITS = 15
_EXPONENT = 300
_LARGEST_INTEGER = 10**_DIGITS
# Excel counts 29 February 1900, which never was: before 1 March 1900 spreadsheets disagree by a day.
_FIRST_DAY = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30).toordinal()
# Excel reads _x0041_ in a text as the character of that number; the underscore of such a text is escaped itself.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

MAX_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Look:
    """Style numbers of a cell by the type its value turns out to have."""

    text: int
    quoted: int  # the same with the mark that keeps a risky text a text when a person edits it
    integer: int
    decimals: tuple[int, ...]  # for 0, 1, 2 ... `MAX_DECIMALS` decimals
    date: int
    blank: int | None = None  # None where an empty cell need not be written


def cell(reference: str, value: object, look: Look, cut_mark: str, note: Note) -> str:
    """Return the XML of a cell; raises TypeError for a value that has no place in a workbook."""
    if value is None or value == "":
        return "" if look.blank is None else f'<c r="{reference}" s="{look.blank}"/>'
    if isinstance(value, str):
        return _text(reference, value, look, cut_mark, note)
    if isinstance(value, bool):
        raise TypeError("a truth value needs a word")
    if isinstance(value, int):
        if -_LARGEST_INTEGER < value < _LARGEST_INTEGER:
            return f'<c r="{reference}" s="{look.integer}"><v>{value}</v></c>'
        note("number-as-text", reference)
        return _text(reference, str(value), look, cut_mark, note)
    if isinstance(value, Decimal):
        return _decimal(reference, value, look, cut_mark, note)
    if isinstance(value, datetime):
        if value.date() < _FIRST_DAY:
            note("date-as-text", reference)
            return _text(reference, str(value), look, cut_mark, note)
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        serial = value.toordinal() - _DAY_ZERO + seconds / 86_400
        return f'<c r="{reference}" s="{look.date}"><v>{serial:.10f}</v></c>'
    if isinstance(value, date):
        if value >= _FIRST_DAY:
            return f'<c r="{reference}" s="{look.date}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
        note("date-as-text", reference)
        return _text(reference, value.isoformat(), look, cut_mark, note)
    raise TypeError(f"{type(value).__name__} has no place in a cell")


def _text(reference: str, value: str, look: Look, cut_mark: str, note: Note) -> str:
    text = clean(value)
    if text != value and text.count("\ufffd") != value.count("\ufffd"):
        note("characters-replaced", reference)
    text, was_cut = cut_for_cell(text, cut_mark)
    if was_cut:
        note("text-cut", reference)
    style = look.quoted if is_risky(text) else look.text
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    space = ' xml:space="preserve"' if "\n" in text or "  " in text or text != text.strip() else ""
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _decimal(reference: str, value: Decimal, look: Look, cut_mark: str, note: Note) -> str:
    if not value.is_finite():
        return _text(reference, str(value), look, cut_mark, note)
    number = value.normalize() if len(value.as_tuple().digits) <= _DIGITS * 2 else value
    _, digits, exponent = number.as_tuple()
    if len(digits) > _DIGITS or abs(number.adjusted()) > _EXPONENT or not isinstance(exponent, int):
        note("number-as-text", reference)
        return _text(reference, str(value), look, cut_mark, note)
    if not number:
        return f'<c r="{reference}" s="{look.integer}"><v>0</v></c>'
    # Two decimals at least, so that figures of a column line up: 57.50 beside 56.66.
    style = look.integer if exponent >= 0 else look.decimals[min(max(-exponent, 2), MAX_DECIMALS)]
    written = format(number, "f") if abs(number.adjusted()) <= _DIGITS else str(number)
    return f'<c r="{reference}" s="{style}"><v>{written}</v></c>'
