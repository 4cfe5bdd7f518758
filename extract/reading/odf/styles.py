"""Names of OpenDocument's XML, and what its styles say of text: hidden, struck out, raised, numbers of lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.reading.docx.xml_parts import Package
from extract.reading.list_numerals import format_number
from raingan.model.errors import InputError

_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = f"{_ODF}office:1.0}}", f"{_ODF}text:1.0}}", f"{_ODF}table:1.0}}"
STYLE, DRAW, NUMBER = f"{_ODF}style:1.0}}", f"{_ODF}drawing:1.0}}", f"{_ODF}datastyle:1.0}}"
FORM, SVG = f"{_ODF}form:1.0}}", f"{_ODF}svg-compatible:1.0}}"
FO = f"{_ODF}xsl-fo-compatible:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
MANIFEST = "META-INF/manifest.xml"

_LONGEST_CHAIN = 50
_POSITION = re.compile(r"(super|sub|-?\d{1,3}(?:\.\d+)?%)")
_LEVELS = 10
# Formats of numbers in lists: ODF writes the first one.
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_THAI_ONE, _THAI_KO = "\u0e51", "\u0e01"


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a piece of text."""

    hidden: bool = False
    struck: bool = False
    height: int = 0  # 1 raised, -1 lowered
    font: str = ""


@dataclass(slots=True)
class _Style:
    parent: str | None = None
    struck: bool | None = None
    hidden: bool | None = None
    height: int | None = None
    font: str | None = None
    list_style: str | None = None


@dataclass(slots=True)
class _Level:
    style: str
    before: str = ""
    behind: str = ""
    shown: int = 1  # levels whose numbers are written
    start: int = 1


@dataclass(slots=True)
class ListCount:
    """How far one list has been counted."""

    counters: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Styles:
    """The styles of a document, as far as they matter for its text."""

    def __init__(self, roots: list[Element]) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._lists: dict[str, dict[int, _Level]] = {}
        self._looks: dict[tuple[Look, str, str | None], Look] = {}
        fonts: dict[str, str] = {}
        for root in roots:
            for face in root.iter(f"{STYLE}font-face"):
                fonts[face.get(f"{STYLE}name", "")] = face.get(f"{SVG}font-family", "").strip("'\"")
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                key = (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", ""))
                self._styles[key] = _style_of(style, fonts)
            for one in root.iter(f"{TEXT}list-style"):
                self._lists[one.get(f"{STYLE}name", "")] = _levels_of(one)

    def look(self, around: Look, family: str, name: str | None) -> Look:
        """Return the look of text in a style, inside of what looks like `around`."""
        if name is None:
            return around
        key = (around, family, name)
        found = self._looks.get(key)
        if found is None:
            chain = self._chain(family, name)
            found = Look(
                hidden=next((one.hidden for one in chain if one.hidden is not None), around.hidden),
                struck=next((one.struck for one in chain if one.struck is not None), around.struck),
                height=next((one.height for one in chain if one.height is not None), around.height),
                font=next((one.font for one in chain if one.font is not None), around.font),
            )
            self._looks[key] = found
        return found

    def list_of(self, paragraph_style: str | None) -> str | None:
        """Return the list style that a paragraph's style names."""
        chain = self._chain("paragraph", paragraph_style or "")
        return next((one.list_style for one in chain if one.list_style is not None), None)

    def mark(self, name: str | None, level: int, count: ListCount, start: int | None) -> str:
        """Count one item of a list, and return what stands before it: "1.2 ", "- " or nothing."""
        levels = self._lists.get(name or "", {})
        about = levels.get(level)
        at = min(level, _LEVELS) - 1
        before = count.counters[at]
        first = 1 if about is None else about.start
        count.counters[at] = start if start is not None else first if before is None else before + 1
        for below in range(at + 1, _LEVELS):
            count.counters[below] = None
        if about is None:
            return ""
        if about.style == "bullet":
            return _bullet(about.before)
        numbers = []
        for above in range(max(level - about.shown, 0), level):
            value = count.counters[above]
            known = levels.get(above + 1, about)
            numbers.append(format_number(known.start if value is None else value, known.style))
        text = ".".join(number for number in numbers if number)
        return f"{about.before}{text}{about.behind} " if text else ""

    def _chain(self, family: str, name: str) -> list[_Style]:
        chain: list[_Style] = []
        known: str | None = name
        while known is not None and len(chain) < _LONGEST_CHAIN:
            style = self._styles.get((family, known))
            if style is None:
                break
            chain.append(style)
            known = style.parent
        return chain


def _style_of(style: Element, fonts: dict[str, str]) -> _Style:
    found = _Style(parent=style.get(f"{STYLE}parent-style-name"), list_style=style.get(f"{STYLE}list-style-name"))
    about = style.find(f"{STYLE}text-properties")
    if about is None:
        return found
    lines = [about.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type")]
    if any(line is not None for line in lines):
        found.struck = any(line not in (None, "none") for line in lines)
    if about.get(f"{TEXT}display") is not None:
        found.hidden = about.get(f"{TEXT}display") == "none"
    position = _POSITION.match(about.get(f"{STYLE}text-position", ""))
    if position is not None:
        raised = position[1] == "super" or (position[1] != "sub" and float(position[1][:-1]) > 0)
        lowered = position[1] == "sub" or position[1].startswith("-")
        found.height = 1 if raised else -1 if lowered else 0
    name = about.get(f"{STYLE}font-name")
    if name is not None or about.get(f"{FO}font-family") is not None:
        found.font = fonts.get(name or "", name or "") or about.get(f"{FO}font-family", "").strip("'\"")
    return found


def _levels_of(style: Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for level in style:
        number = _count(level.get(f"{TEXT}level"), 0)
        if not 1 <= number <= _LEVELS:
            continue
        if level.tag == f"{TEXT}list-level-style-bullet":
            found[number] = _Level("bullet", level.get(f"{TEXT}bullet-char", "-"))
        elif level.tag == f"{TEXT}list-level-style-number":
            found[number] = _Level(
                _number_format(level.get(f"{STYLE}num-format", "")),
                level.get(f"{STYLE}num-prefix", ""),
                level.get(f"{STYLE}num-suffix", ""),
                _count(level.get(f"{TEXT}display-levels"), 1),
                _count(level.get(f"{TEXT}start-value"), 1),
            )
    return found


def _number_format(first: str) -> str:
    if first.startswith(_THAI_ONE):
        return "thaiNumbers"
    if first.startswith(_THAI_KO):
        return "thaiLetters"
    return _FORMATS.get(first[:1], "none" if not first else "decimal")


def _bullet(glyph: str) -> str:
    shown = glyph.translate(symbols.CHARACTERS).strip()
    return f"{shown} " if shown in (symbols.TICKED, symbols.EMPTY) else "- "


def _count(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def refuse_password(package: Package) -> None:
    """Raise `InputError` for a file whose parts are encrypted."""
    if b"encryption-data" in (package.bytes_of(MANIFEST) or b""):
        raise InputError("password")
