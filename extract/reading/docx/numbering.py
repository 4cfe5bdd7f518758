"""Automatic numbers of Word lists, which stand nowhere in the text.

A paragraph names a list (`numId`) and a level; the list takes its levels from an abstract list, and may restart
or replace some. Lists of one abstract list go on counting together. A style may name the list instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.reading.docx.looks import Look, Said, character_style, look_of, said_of
from extract.reading.docx.xml_parts import W
from extract.reading.list_numerals import format_number

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST_CHAIN = 50  # of styles based on styles
_MOST_LOOKS = 1_000  # kept; a document has some dozens


@dataclass(slots=True)
class Level:
    """One level of a list."""

    start: int = 1
    style: str = "decimal"
    text: str = ""  # "%1.%2."
    suffix: str = " "
    restart: int | None = None  # number of the level (from 1) after which it begins anew; 0 is never
    legal: bool = False  # all numbers in Arabic digits
    font: str = ""
    paragraph_style: str | None = None


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int] = field(default_factory=dict)  # level -> number to begin with, once


@dataclass(slots=True)
class ParagraphStyle:
    """What a style says of lists and of the look of its text."""

    based_on: str | None = None
    list_id: str | None = None
    level: int | None = None
    said: Said = field(default_factory=dict)


class Styles:
    """The styles of a document, as far as they matter for its text."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, ParagraphStyle] = {}
        self._looks: dict[tuple[object, ...], Look] = {}
        self.default: str | None = None
        for style in root.iter(f"{W}style") if root is not None else ():
            name = style.get(f"{W}styleId")
            if name is None:
                continue
            self._styles[name] = _paragraph_style(style)
            if style.get(f"{W}type") == "paragraph" and is_on(style.get(f"{W}default", "0")):
                self.default = name

    def list_of(self, name: str | None) -> tuple[str | None, int | None]:
        """Return list and level that a style or the styles it is based on give."""
        list_id = level = None
        for style in self._chain(name):
            list_id = style.list_id if list_id is None else list_id
            level = style.level if level is None else level
        return list_id, level

    def look(self, own: Said, paragraph_style: str | None) -> Look:
        """Return the look of a run in a paragraph of a style, from what its own properties say."""
        key = (*own.items(), paragraph_style)
        found = self._looks.get(key)
        if found is None:
            if len(self._looks) > _MOST_LOOKS:
                self._looks.clear()
            found = look_of(own, self._said(character_style(own)), self._said(paragraph_style))
            self._looks[key] = found
        return found

    def _said(self, name: str | None) -> Said:
        """Return what a style and those it is based on say of the look; what is nearer decides."""
        said: Said = {}
        for style in reversed(self._chain(name)):
            said.update(style.said)
        return said

    def _chain(self, name: str | None) -> list[ParagraphStyle]:
        chain: list[ParagraphStyle] = []
        while name is not None and name in self._styles and len(chain) < _LONGEST_CHAIN:
            chain.append(self._styles[name])
            name = chain[-1].based_on
        return chain


class Numbering:
    """Counts the lists of one document, in the order of its paragraphs."""

    def __init__(self, read_part: Callable[[], Element | None], styles: Styles) -> None:
        self._styles = styles
        self._read_part = read_part
        self._read: dict[str, _List] | None = None
        self._counters: dict[str, list[int | None]] = {}  # by abstract list
        self._begun: set[tuple[str, int]] = set()

    @property
    def _lists(self) -> dict[str, _List]:
        """The lists of the document, read when the first paragraph names one."""
        if self._read is None:
            root = self._read_part()
            self._read = {} if root is None else _lists(root, self._styles)
        return self._read

    def mark(self, list_id: str | None, level: int | None, style: str | None) -> str:
        """Count one paragraph and return what Word prints before it: "1.2 ", "- " or nothing."""
        from_style, level_of_style = self._styles.list_of(style)
        if list_id is None:
            list_id = from_style
            level = level if level is not None else self._level_for_style(list_id, style, level_of_style)
        found = None if list_id is None else self._lists.get(list_id)
        if found is None:
            return ""
        number = min(max(level or 0, 0), _LEVELS - 1)
        self._count(list_id or "", found, number)
        return self._written(found, number)

    def _level_for_style(self, list_id: str | None, style: str | None, otherwise: int | None) -> int | None:
        """A list may tie its levels to styles; that link decides."""
        found = None if list_id is None else self._lists.get(list_id)
        for number, level in found.levels.items() if found is not None else ():
            if level.paragraph_style is not None and level.paragraph_style == style:
                return number
        return otherwise

    def _count(self, list_id: str, found: _List, number: int) -> None:
        counters = self._counters.setdefault(found.abstract, [None] * _LEVELS)
        for above in range(number):
            if counters[above] is None:
                counters[above] = self._start(list_id, found, above)
        before = counters[number]
        restart = found.restarts.get(number)
        if restart is not None and (list_id, number) not in self._begun:
            self._begun.add((list_id, number))
            counters[number] = restart
        else:
            counters[number] = self._start(list_id, found, number) if before is None else before + 1
        for below in range(number + 1, _LEVELS):
            rule = found.levels.get(below, Level()).restart
            if rule is None or (rule != 0 and number < rule):
                counters[below] = None

    def _start(self, list_id: str, found: _List, number: int) -> int:
        if number in found.restarts:
            self._begun.add((list_id, number))
            return found.restarts[number]
        return found.levels.get(number, Level()).start

    def _written(self, found: _List, number: int) -> str:
        level = found.levels.get(number)
        if level is None:
            return ""
        if level.style == "bullet":
            return _bullet(level)
        counters = self._counters[found.abstract]

        def value(place: re.Match[str]) -> str:
            index = int(place[1]) - 1
            shown = found.levels.get(index, Level())
            style = "decimal" if level.legal and shown.style != "none" else shown.style
            return format_number(counters[index] or 0, style) if index <= number else ""

        text = _PLACE.sub(value, level.text)
        return text + level.suffix if text.strip() else ""


def without_table_styles(data: bytes) -> bytes:
    """Cut table styles out of a styles part: Word stores a hundred of them, the bulk of most files."""
    end = b"</w:style>"
    kept = []
    for chunk in data.split(end):
        start = chunk.rfind(b"<w:style ")
        is_table = start >= 0 and b'w:type="table"' in chunk[start : chunk.find(b">", start)]
        kept.append(chunk[:start] if is_table else chunk + end)
    return b"".join(kept).removesuffix(end)


def is_on(value: str | None) -> bool:
    """Read an on/off attribute; an element without one is on."""
    return value not in ("0", "false", "off", "none")


def integer(text: str | None) -> int | None:
    """Read a number of an attribute, None if it is none."""
    return int(text) if text is not None and re.fullmatch(r"[+-]?[0-9]{1,9}", text, re.ASCII) else None


def value_of(parent: Element | None, path: str) -> str | None:
    """Return `w:val` of the first element at a path of names without prefix."""
    for name in path.split("/"):  # one step at a time is several times as fast as a path
        parent = None if parent is None else parent.find(W + name)
    return None if parent is None else parent.get(f"{W}val")


def _paragraph_style(style: Element) -> ParagraphStyle:
    return ParagraphStyle(
        based_on=value_of(style, "basedOn"),
        list_id=value_of(style, "pPr/numPr/numId"),
        level=integer(value_of(style, "pPr/numPr/ilvl")),
        said=said_of(style.find(f"{W}rPr")),
    )


def _bullet(level: Level) -> str:
    """Bullets are dashes here, but for the empty and ticked boxes that are drawn as bullets."""
    glyph = symbols.in_symbol_font(level.text, level.font) if symbols.is_symbol_font(level.font) else level.text
    glyph = glyph.translate(symbols.CHARACTERS).strip()
    if glyph in (symbols.TICKED, symbols.EMPTY):
        return f"{glyph} "
    return "- " if level.text.strip() else ""


def _lists(root: Element, styles: Styles) -> dict[str, _List]:
    abstract: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}  # abstract list -> style whose list it borrows
    for element in root.iterfind(f"{W}abstractNum"):
        name = element.get(f"{W}abstractNumId", "")
        abstract[name] = _levels(element)
        style = value_of(element, "numStyleLink")
        if style is not None:
            linked[name] = style
    found: dict[str, _List] = {}
    for element in root.iterfind(f"{W}num"):
        name = value_of(element, "abstractNumId") or ""
        made = _List(name, dict(abstract.get(name, {})))
        for override in element.iterfind(f"{W}lvlOverride"):
            number = integer(override.get(f"{W}ilvl"))
            if number is None:
                continue
            made.levels.update(_levels(override))
            restart = integer(value_of(override, "startOverride"))
            if restart is not None:
                made.restarts[number] = restart
        found[element.get(f"{W}numId", "")] = made
    for made in found.values():
        if made.abstract in linked:
            real = found.get(styles.list_of(linked[made.abstract])[0] or "")
            if real is not None and real is not made:
                made.levels = {**real.levels, **made.levels}
                made.abstract = real.abstract
    found.pop("0", None)  # says "no list"
    return found


def _levels(parent: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for element in parent.iterfind(f"{W}lvl"):
        number = integer(element.get(f"{W}ilvl"))
        if number is None or not 0 <= number < _LEVELS:
            continue
        start = integer(value_of(element, "start"))
        fonts = element.find(f"{W}rPr/{W}rFonts")
        found[number] = Level(
            start=0 if start is None else start,
            style=_number_style(element),
            text=value_of(element, "lvlText") or "",
            suffix="" if value_of(element, "suff") == "nothing" else " ",
            restart=integer(value_of(element, "lvlRestart")),
            legal=element.find(f"{W}isLgl") is not None and is_on(value_of(element, "isLgl")),
            font="" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "",
            paragraph_style=value_of(element, "pStyle"),
        )
    return found


def _number_style(level: Element) -> str:
    """Newer formats stand in an alternative, with an older one for old programs."""
    for element in level.iter(f"{W}numFmt"):
        style = element.get(f"{W}val")
        if style is not None and style != "custom":
            return style
        if element.get(f"{W}format", "").startswith("0"):
            return "decimalZero"
    return "decimal"
