"""From characters as read to `Line`s: what cannot be seen is removed, spaces are spaces, Thai is repaired."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extract.page import symbols
from raingan.model.records import Line

# Tab, no-break and typographic spaces.
_SPACES = {0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000}
# Zero-width, direction and byte order marks, soft hyphen, and code points that are no characters.
_INVISIBLE = {0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF}
_NO_CHARACTERS = {0xFFFE, 0xFFFF, *range(0xFDD0, 0xFDF0)}
_CONTROLS = {*range(0x01, 0x09), *range(0x0A, 0x20), *range(0x7F, 0xA0)}  # line and page breaks are gone before this
_SURROGATES = range(0xD800, 0xE000)

_TABLE: dict[int, str] = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_INVISIBLE | _NO_CHARACTERS | _CONTROLS, ""),
    **dict.fromkeys(_SURROGATES, "\ufffd"),
    **symbols.CHARACTERS,
}
# Some text layers hold NUL for a lost nikhahit: it is removed after the repair, which knows it.
_NUL = "\0"


def _any_of(codes: Iterable[int]) -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(codes)) + "]")


_ODD = _any_of({0, *_TABLE})
_LOST = _any_of({0, *_CONTROLS, *_NO_CHARACTERS, *_SURROGATES})


def clean(text: str) -> str:
    """Give tick boxes and spaces one form and remove what cannot be seen; length may change.

    >>> clean("a\\tb\\u200bc\\u00a0\\uf0fe")
    'a bc ☑'
    """
    return text.translate(_TABLE) if _ODD.search(text) else text


def make_line(
    read: str,
    page: int = 1,
    *,
    paragraph_end: bool = False,
    cell: tuple[int, int, int] | None = None,
) -> Line | None:
    """Clean and repair one line as read; None if nothing can be seen on it."""
    is_odd = _ODD.search(read) is not None
    text = (read.translate(_TABLE) if is_odd else read).strip()
    if not text:
        return None
    repaired = text
    repairs: tuple[str, ...] = ()
    if not text.isascii():
        from extract.thai.letters import repair_text

        repaired, repairs = repair_text(text)
    raw = text if repaired != text else None
    if is_odd and _LOST.search(read):
        raw, repairs = read.strip(), (*repairs, "control-characters")
        repaired = repaired.replace(_NUL, "")
    repaired = repaired.strip()
    return Line(repaired, page, raw=raw, repairs=repairs, paragraph_end=paragraph_end, cell=cell) if repaired else None
