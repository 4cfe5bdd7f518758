"""Reader of OpenDocument texts (.odt): what a print would show, with what it leaves out told.

Not by odfpy or odfdo: both give deleted text among the live one, or leave it out without a sign, tell no struck text
and leave out numbers of lists and all formulas. What is needed of the format stands in the modules here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.page.formula import mathml_text
from extract.page.told import hidden_text, note_here, off_the_line, part_not_read, with_told, wording
from extract.reading.docx.pictures import FEW_CHARACTERS, HungPicture, PictureReader
from extract.reading.docx.runs import TOO_DEEP, Inline, lines_of
from extract.reading.docx.xml_parts import Package
from extract.reading.odf.styles import (
    DRAW,
    FORM,
    LOEXT,
    OFFICE,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    XLINK,
    ListCount,
    Look,
    Styles,
    refuse_password,
)  # fmt: skip
from extract.reading.scan.engines import EngineMaker
from extract.reading.text.read import plain_page
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Line, Problem, Source

READER = "odt/1"

_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_SILENT = frozenset((f"{OFFICE}forms", f"{TEXT}tracked-changes", f"{TEXT}placeholder", f"{TEXT}ruby-text")) | {
    f"{TEXT}{name}"
    for name in (
        *("note-citation", "script", "sequence-decls", "variable-decls", "user-field-decls"),
        *("dde-connection-decls", "table-of-content-source", "index-title-template"),
    )
}
_ROWS = tuple(f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group"))
_GROUPS = frozenset(
    f"{TEXT}{name}"
    for name in ("section", "index-body", "table-of-content", "index-title", "alphabetical-index", "numbered-paragraph")
)
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MOST_REPEATED = 200
_MOST_SPACES = 200
_UNITS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0}

Cell = tuple[int, int, int]
_Part = Line | Problem | HungPicture


def read_odt(source: Source, limits: Limits, engine: EngineMaker | None = None) -> Document:
    """Read an OpenDocument text; raise `InputError` if it is broken or has a password."""
    package = Package(source.data, limits)
    try:
        refuse_password(package)
        reader = _Reader(package, limits)
        parts = list(reader.body())
        pictures = [part for part in parts if isinstance(part, HungPicture)]
        known = PictureReader(package, limits, engine)
        if pictures and sum(len(part.text) for part in parts if isinstance(part, Line)) < FEW_CHARACTERS:
            lines = with_told(part for part in parts if not isinstance(part, HungPicture))
            pages, problems = known.as_pages(lines, pictures)
            return Document(Kind.ODT, READER, tuple(pages), tuple(problems))
        lines = with_told(
            one for part in parts for one in (known.in_text(part) if isinstance(part, HungPicture) else (part,))
        )
        margins = with_told(part for part in reader.margins() if not isinstance(part, HungPicture))
    finally:
        package.close()
    return Document(Kind.ODT, READER, (dataclasses.replace(plain_page(lines), margins=tuple(margins)),))


class _Reader:
    """Walks the text of one file in the order of reading."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        content = package.part("content.xml")
        self._text = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
        if content is None or self._text is None:
            raise InputError("broken-file", error="content.xml is missing or has no text")
        self._common = package.part("styles.xml")
        self._styles = Styles([root for root in (self._common, content) if root is not None])
        self._deleted = _deletions(self._text)
        self._boxes = _check_boxes(self._text)
        self._tables = 0
        self._characters = 0
        self._counts: dict[str, ListCount] = {}

    def body(self) -> Iterator[_Part]:
        """Yield the lines of the text, with what is told and where pictures stand."""
        assert self._text is not None
        yield from self._blocks(self._text, None, 0, "")

    def margins(self) -> Iterator[_Part]:
        """Yield the lines of headers and footers."""
        for name in ("header", "footer"):
            for part in self._common.iter(f"{STYLE}{name}") if self._common is not None else ():
                yield from self._blocks(part, None, 0, "")

    def _blocks(self, parent: Element, cell: Cell | None, depth: int, mark: str) -> Iterator[_Part]:
        """Yield the lines of what stands in a block; `mark` goes before the first paragraph."""
        if depth > self._limits.xml_depth:
            raise InputError("broken-file", error=TOO_DEEP)
        for element in parent:
            tag = element.tag
            if tag in _PARAGRAPHS:
                yield from self._paragraph(element, cell, depth, mark)
                mark = ""
            elif tag == f"{TABLE}table":
                yield from self._table(element, depth)
            elif tag == f"{TEXT}list":
                yield from self._list(element, cell, depth, 1, None)
            elif tag in _SILENT:
                continue
            elif tag in _GROUPS:
                if element.get(f"{TEXT}display") == "none":
                    text = "".join(element.itertext())
                    if any(character.isdigit() for character in text):
                        yield hidden_text(text)
                else:
                    yield from self._blocks(element, cell, depth + 1, mark)
            elif tag == f"{DRAW}frame" or tag.startswith(DRAW):
                found = Inline()
                behind = self._drawing(element, found, Look(), depth)
                yield from lines_of(found, "", cell)
                yield from behind

    def _list(self, element: Element, cell: Cell | None, depth: int, level: int, outer: str | None) -> Iterator[_Part]:
        name = element.get(f"{TEXT}style-name") or outer
        if (
            level == 1
            and element.get(f"{TEXT}continue-numbering") != "true"
            and element.get(f"{TEXT}continue-list") is None
        ):
            self._counts[name or ""] = ListCount()
        count = self._counts.setdefault(name or "", ListCount())
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            first = next(iter(item), None)
            mark = ""
            if item.tag == f"{TEXT}list-item" and first is not None and first.tag in _PARAGRAPHS:
                told = item.get(f"{TEXT}start-value", "")
                start = int(told) if told.isascii() and told.isdigit() and len(told) < 8 else None
                own = name or self._styles.list_of(first.get(f"{TEXT}style-name"))
                mark = self._styles.mark(own, level, count, start)
            for part in item:
                if part.tag == f"{TEXT}list":
                    if depth + level > self._limits.xml_depth:
                        raise InputError("broken-file", error=TOO_DEEP)
                    yield from self._list(part, cell, depth + 1, level + 1, name)
                elif part.tag in _PARAGRAPHS:
                    yield from self._paragraph(part, cell, depth, mark)
                    mark = ""

    def _paragraph(self, paragraph: Element, cell: Cell | None, depth: int, mark: str) -> Iterator[_Part]:
        look = self._styles.look(Look(), "paragraph", paragraph.get(f"{TEXT}style-name"))
        found = Inline()
        behind = self._inline(paragraph, found, look, depth)
        self._characters += sum(map(len, found.parts))
        if self._characters > self._limits.text_chars:
            raise InputError("too-large", what="characters", size=self._characters, limit=self._limits.text_chars)
        yield from lines_of(found, mark if any(part.strip() for part in found.parts) else "", cell)
        yield from (dataclasses.replace(part, cell=cell) if isinstance(part, Line) else part for part in behind)

    def _inline(self, parent: Element, found: Inline, look: Look, depth: int) -> list[_Part]:
        """Collect the text of a paragraph; return what stands behind it: notes, text boxes, pictures."""
        if depth > self._limits.xml_depth:
            raise InputError("broken-file", error=TOO_DEEP)
        behind: list[_Part] = []
        self._take(parent.text, found, look)
        for element in parent:
            behind += self._element(element, found, look, depth)
            self._take(element.tail, found, look)
        return behind

    def _element(self, element: Element, found: Inline, look: Look, depth: int) -> list[_Part]:
        tag = element.tag
        if tag == f"{TEXT}span":
            style = element.get(f"{TEXT}style-name")
            return self._inline(element, found, self._styles.look(look, "text", style), depth + 1)
        if tag == f"{TEXT}s":
            told = element.get(f"{TEXT}c", "1")
            found.parts.append(" " * min(int(told) if told.isascii() and told.isdigit() else 1, _MOST_SPACES))
        elif tag == f"{TEXT}tab":
            found.parts.append(" ")
        elif tag == f"{TEXT}line-break":
            found.parts.append("\n")
        elif tag == f"{TEXT}note":
            return self._note(element, found, depth)
        elif tag == f"{OFFICE}annotation":
            text = _text_of(element)
            found.told += [(len(found.parts), note_here(text))] if text.strip() else []
        elif tag == f"{TEXT}change":
            found.deleted.append(self._deleted.get(element.get(f"{TEXT}change-id", ""), ""))
        elif tag in (f"{TEXT}change-start", f"{TEXT}change-end"):
            found.is_inserted = tag == f"{TEXT}change-start"
        elif tag in (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph") or tag in _SILENT:
            return []
        elif tag == f"{LOEXT}content-control":
            return self._control(element, found, look, depth)
        elif tag == f"{DRAW}control":
            found.parts.append(self._boxes.get(element.get(f"{DRAW}control", ""), ""))
        elif tag.startswith(DRAW) and tag != f"{DRAW}a":
            return self._drawing(element, found, look, depth)
        else:
            return self._inline(element, found, look, depth + 1)
        return []

    def _control(self, element: Element, found: Inline, look: Look, depth: int) -> list[_Part]:
        if element.get(f"{LOEXT}checkbox") == "true":
            is_ticked = element.get(f"{LOEXT}checked") == "true"
            found.parts.append(symbols.TICKED if is_ticked else symbols.EMPTY)
            return []
        if element.get(f"{LOEXT}showing-place-holder") == "true":
            return []
        return self._inline(element, found, look, depth + 1)

    def _note(self, element: Element, found: Inline, depth: int) -> list[_Part]:
        body = element.find(f"{TEXT}note-body")
        if body is None:
            return []
        if any(character.isdigit() for character in found.tail()):
            found.tell(note_here(_text_of(body)))
        return list(self._blocks(body, None, depth + 1, ""))

    def _drawing(self, element: Element, found: Inline, look: Look, depth: int) -> list[_Part]:
        """Take what a frame or shape holds: a text box in the line or behind it, a formula, a picture."""
        box = element.find(f"{DRAW}text-box")
        held = element.find(f"{DRAW}object")
        image = element.find(f"{DRAW}image")
        if box is not None or element.tag == f"{DRAW}custom-shape":
            inside = element if box is None else box
            paragraphs = [one for one in inside if one.tag in _PARAGRAPHS and _text_of(one, whole=True).strip()]
            others = any(one.tag in (f"{TABLE}table", f"{TEXT}list") for one in inside)
            if element.get(f"{TEXT}anchor-type") == "as-char" and len(paragraphs) == 1 and not others:
                found.parts.append(" ")
                behind = self._inline(paragraphs[0], found, look, depth + 1)
                found.parts.append(" ")
                return behind
            return list(self._blocks(inside, None, depth + 1, ""))
        if held is not None:
            self._object(held, found)
        elif element.find(f"{DRAW}object-ole") is not None:
            found.tell(part_not_read("an-embedded-file"))
        elif image is not None:
            width, height = (_points(element.get(f"{SVG}{name}", "")) for name in ("width", "height"))
            name = image.get(f"{XLINK}href", "").removeprefix("./")
            if name and "://" not in name and min(width, height) >= _SMALL and width * height >= _LEAST_AREA:
                return [HungPicture(name, width)]
        elif element.tag in (f"{DRAW}g", f"{DRAW}frame"):
            if depth > self._limits.xml_depth:
                raise InputError("broken-file", error=TOO_DEEP)
            return [part for one in element for part in self._drawing(one, found, look, depth + 1)]
        return []

    def _object(self, element: Element, found: Inline) -> None:
        """Read a formula that stands in the line; tell of a chart or a sheet."""
        name = element.get(f"{XLINK}href", "").removeprefix("./").rstrip("/")
        own = next((one for one in element if one.tag.endswith("}math")), None)
        try:
            root = own if own is not None else self._package.part(f"{name}/content.xml") if name else None
        except InputError:
            root = None
        if root is not None and root.tag.endswith("}math"):
            text, joins_figures = mathml_text(root)
            if text[:1].isdigit() and found.tail()[-1:].isdigit():
                text = f" {text}"
            if joins_figures:
                found.tell(Problem("equation-read", values={"text": wording(text)}))
            found.parts.append(text)
        elif root is not None and root.find(f"{OFFICE}body/{OFFICE}chart") is not None:
            found.tell(part_not_read("a-chart"))
        else:
            found.tell(part_not_read("an-embedded-file"))

    def _take(self, text: str | None, found: Inline, look: Look) -> None:
        """Take text as it looks; runs of white space are one space."""
        if not text or look.hidden:
            return
        flat = " ".join(text.split())
        text = f"{' ' * text[:1].isspace()}{flat}{' ' * (text[-1:].isspace() and bool(flat))}"
        if look.struck:
            found.struck.append((len(found.parts), text))
            return
        if found.is_inserted:
            found.inserted.append(text)
        if symbols.is_symbol_font(look.font):
            text = symbols.in_symbol_font(text, look.font)
        told = off_the_line(found.tail(), text, look.height)
        if told is not None:
            found.tell(told)
        text = symbols.raised(text) if look.height > 0 else symbols.lowered(text) if look.height < 0 else text
        found.parts.append(text)

    def _table(self, table: Element, depth: int) -> Iterator[_Part]:
        self._tables += 1
        number, row = self._tables, 0
        for element in _rows(table, self._limits.xml_depth):
            row += 1
            if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
                continue
            column = 1
            for cell in element:
                if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                    continue
                if cell.tag == f"{TABLE}table-cell":
                    yield from self._blocks(cell, (number, row, column), depth + 1, "")
                told = cell.get(f"{TABLE}number-columns-repeated", "1")
                column += min(int(told) if told.isascii() and told.isdigit() else 1, _MOST_REPEATED)


_SMALL = 70.0  # points of the shorter side, as in Word files
_LEAST_AREA = 200.0 * 100.0


def _rows(parent: Element, depth: int) -> Iterator[Element]:
    for element in parent:
        if element.tag == f"{TABLE}table-row":
            yield element
        elif element.tag in _ROWS and depth > 0:
            yield from _rows(element, depth - 1)


def _deletions(text: Element) -> dict[str, str]:
    """Return what open changes deleted, by their ids."""
    found: dict[str, str] = {}
    changes = text.find(f"{TEXT}tracked-changes")
    for region in changes if changes is not None else ():
        deletion = region.find(f"{TEXT}deletion")
        if deletion is not None:
            name = region.get(f"{TEXT}id") or region.get(_ID) or ""
            found[name] = _text_of(deletion)
    return found


def _check_boxes(text: Element) -> dict[str, str]:
    """Return the state of tick boxes, and what fields and list boxes of a form show, by their ids."""
    found: dict[str, str] = {}
    for forms in text.iter(f"{OFFICE}forms"):
        for control in forms.iter():
            name = control.get(f"{FORM}id") or control.get(_ID) or ""
            if control.tag in (f"{FORM}checkbox", f"{FORM}radio"):
                state = control.get(f"{FORM}current-state") or control.get(f"{FORM}current-selected") or ""
                found[name] = symbols.TICKED if state in ("checked", "true") else symbols.EMPTY
            elif control.tag in (f"{FORM}text", f"{FORM}textarea", f"{FORM}combobox", f"{FORM}formatted-text"):
                found[name] = control.get(f"{FORM}current-value") or control.get(f"{FORM}value") or ""
            elif control.tag == f"{FORM}listbox":
                chosen = [one for one in control if one.get(f"{FORM}current-selected") == "true"]
                found[name] = ", ".join(one.get(f"{FORM}label", "") for one in chosen)
    return found


def _text_of(element: Element, whole: bool = False) -> str:
    """Return the text of paragraphs in an element, or of one itself."""
    paragraphs = [element] if whole else [one for one in element.iter() if one.tag in _PARAGRAPHS]
    return " ".join("".join(one.itertext()) for one in paragraphs)


def _points(length: str) -> float:
    for unit, points in _UNITS.items():
        if length.endswith(unit):
            try:
                return float(length[: -len(unit)]) * points
            except ValueError:
                return 0.0
    return 0.0
