"""Reader of Word files (.docx): paragraphs, tables, automatic numbers, tick boxes, text boxes.

Text is taken as a print would show it: insertions stand, deletions and hidden text do not, fields show their
result. A print has pages that the file does not know, so everything is page 1.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from xml.etree.ElementTree import Element

from extract.intake.triage import look
from extract.page.line_text import make_line
from extract.page.told import hidden_text, note_here, part_not_read, with_told, wording
from extract.reading.docx.drawings import diagram_texts
from extract.reading.docx.numbering import Numbering, Styles, integer, is_on, value_of, without_table_styles
from extract.reading.docx.pictures import FEW_CHARACTERS, HungPicture, PictureReader
from extract.reading.docx.runs import TOO_DEEP, Fields, Inline, is_prompt, lines_of, read_inline
from extract.reading.docx.xml_parts import Package, R, Relation, W, parse
from extract.reading.scan.engines import EngineMaker
from extract.reading.text.read import plain_page, read_text
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Line, Problem, Source

READER = "docx/1"

_OLE = b"\xd0\xcf\x11\xe0"
_TRANSPARENT = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_MARGIN_PARTS = ("header", "footer")

Cell = tuple[int, int, int]
_Part = Line | Problem | HungPicture


def read_docx(source: Source, limits: Limits, engine: EngineMaker | None = None, depth: int = 0) -> Document:
    """Read a Word file, or one inserted in another; raise `InputError` if it is broken or has a password.

    Without an engine its pictures are told and not read.
    """
    if source.data.startswith(_OLE):
        raise InputError("password")
    package = Package(source.data, limits)
    try:
        reader = _Reader(package, limits, depth)
        parts = list(reader.body())
        pictures = [part for part in parts if isinstance(part, HungPicture)]
        known = PictureReader(package, limits, engine)
        if pictures and sum(len(part.text) for part in parts if isinstance(part, Line)) < FEW_CHARACTERS:
            lines = with_told(part for part in parts if not isinstance(part, HungPicture))
            pages, problems = known.as_pages(lines, pictures)
            return Document(Kind.DOCX, READER, tuple(pages), (*reader.problems, *problems))
        lines = with_told(
            one for part in parts for one in (known.in_text(part) if isinstance(part, HungPicture) else (part,))
        )
        margins = with_told(part for part in reader.margins() if not isinstance(part, HungPicture))
    finally:
        package.close()
    page = dataclasses.replace(plain_page(lines), margins=tuple(margins))
    return Document(kind=Kind.DOCX, reader=READER, pages=(page,), problems=tuple(reader.problems))


class _Reader:
    """Walks the parts of one file in the order of reading."""

    def __init__(self, package: Package, limits: Limits, depth: int) -> None:
        self._package = package
        self._depth = depth  # Word files around this one
        self._limits = limits
        self.problems: list[Problem] = []
        self._name = package.main_part()
        self._relations = self._optional_relations()
        self._styles = Styles(self._related("styles", without_table_styles))
        self._numbering = Numbering(lambda: self._related("numbering"), self._styles)
        self._notes = {kind: self._notes_of(kind) for kind in ("footnote", "endnote")}
        self._comments = {one.get(f"{W}id", ""): _text_of(one) for one in self._related("comments") or ()}
        self._tables = 0
        self._characters = 0
        self._fields = Fields()
        self._kept_back: Inline | None = None  # paragraphs whose end mark was deleted: they join the next one

        root = package.part(self._name)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            raise InputError("broken-file", error=f"{self._name} is missing or has no body")
        self._body = body

    def body(self) -> Iterator[_Part]:
        """Yield the lines of the body, with what is told and where pictures stand."""
        self._fields = Fields.of(self._body)
        yield from self._blocks(self._body, None, 0)

    def margins(self) -> Iterator[_Part]:
        """Yield the lines of headers and footers, the same way."""
        yield from self._margins(self._body)

    def _blocks(self, parent: Element, cell: Cell | None, depth: int) -> Iterator[_Part]:
        """Yield the lines of paragraphs and tables, whatever wraps them."""
        self._check_depth(depth)
        for element in parent:
            if element.tag == f"{W}p":
                yield from self._paragraph(element, cell, depth)
            elif element.tag == f"{W}tbl":
                yield from self._table(element, cell, depth)
            elif element.tag == f"{W}altChunk":
                yield from self._inserted(element)
            elif element.tag in _TRANSPARENT and not is_prompt(element):
                yield from self._blocks(element, cell, depth + 1)
        if self._kept_back is not None:  # a deleted end mark without a paragraph to join
            found, self._kept_back = self._kept_back, None
            yield from lines_of(found, "", cell)

    def _paragraph(self, paragraph: Element, cell: Cell | None, depth: int) -> Iterator[_Part]:
        properties = paragraph.find(f"{W}pPr")
        style = value_of(properties, "pStyle") or self._styles.default
        found, self._kept_back = self._kept_back or Inline(), None
        before = len(found.parts)
        read_inline(paragraph, found, self._fields, self._styles, style, self._limits.xml_depth - depth)
        self._characters += sum(map(len, found.parts[before:]))
        if self._characters > self._limits.text_chars:
            raise InputError("too-large", what="characters", size=self._characters, limit=self._limits.text_chars)
        boxes, notes, found.boxes, found.notes = found.boxes, found.notes, [], []
        behind = self._hung(found)
        has_text = any(part.strip() for part in found.parts)
        if _mark_has(properties, "del"):
            self._kept_back = found
        elif has_text or not _mark_has(properties, "vanish"):
            list_id = value_of(properties, "numPr/numId")
            mark = self._numbering.mark(list_id, integer(value_of(properties, "numPr/ilvl")), style)
            yield from lines_of(found, mark if has_text else "", cell)
        for part in behind:
            yield dataclasses.replace(part, cell=cell) if isinstance(part, Line) else part
        for box in boxes:
            yield from self._blocks(box, cell, depth + 1)
        for kind, note in notes:
            element = self._notes[kind].pop(note, None)
            if element is not None:
                yield from self._blocks(element, cell, depth + 1)

    def _hung(self, found: Inline) -> list[Line | HungPicture]:
        """Tell of what hangs on the places of a paragraph; return what stands behind it."""
        behind: list[Line | HungPicture] = []
        for hung in found.hung:
            kind, name, told = hung.kind, hung.name, None
            if kind in ("comment", "footnote", "endnote"):
                text = self._comments.get(name, "") if kind == "comment" else _text_of(self._notes[kind].get(name))
                told = note_here(text) if text.strip() else None
            elif kind == "diagram":
                data = self._optional(self._target(name))
                texts = diagram_texts(data) if data is not None else []
                lines = [line for text in texts if (line := make_line(text, paragraph_end=True)) is not None]
                told = Problem("drawing-read") if lines else part_not_read("a-drawing")
                behind += lines
            elif kind == "picture":
                behind.append(HungPicture(self._target(name), hung.width))
            else:
                told = part_not_read(kind)
            if told is not None:
                found.told.append((hung.at, told))
        found.hung = []
        return behind

    def _inserted(self, chunk: Element) -> Iterator[_Part]:
        """Read what another program put in as a part of its own kind: a web page, a text, a Word file."""
        data = self._package.bytes_of(self._target(chunk.get(f"{R}id", ""))) or b""
        inner = inserted_lines(data, self._limits, self._depth)
        if inner is None:
            yield part_not_read("an-inserted-part")
            return
        tables = self._tables
        for line in inner:
            if line.cell is None:
                yield line
            else:
                self._tables = max(self._tables, tables + line.cell[0])
                yield dataclasses.replace(line, cell=(tables + line.cell[0], *line.cell[1:]))

    def _target(self, name: str) -> str:
        relation = self._relations.get(name)
        return "" if relation is None else relation.target

    def _table(self, table: Element, outer: Cell | None, depth: int) -> Iterator[_Part]:
        self._tables += 1
        number = self._tables
        row_number = 0
        for row in _wrapped(table, f"{W}tr", self._limits.xml_depth):
            properties = row.find(f"{W}trPr")
            left_out = _left_out(row, properties)
            if left_out is not None:
                yield from left_out
                continue
            row_number += 1
            column = 1 + (integer(value_of(properties, "gridBefore")) or 0)
            for cell in _wrapped(row, f"{W}tc", self._limits.xml_depth):
                about = cell.find(f"{W}tcPr")
                merged = None if about is None else about.find(f"{W}vMerge")
                if merged is None or merged.get(f"{W}val") == "restart":
                    yield from self._blocks(cell, (number, row_number, column), depth + 1)
                column += max(integer(value_of(about, "gridSpan")) or 1, 1)

    def _margins(self, body: Element) -> Iterator[_Part]:
        """Yield the lines of every header and footer that a section uses, each part once."""
        seen: set[str] = set()
        for kind in _MARGIN_PARTS:
            for reference in body.iter(f"{W}{kind}Reference"):
                relation = self._relations.get(reference.get(f"{R}id", ""))
                if relation is None or relation.target in seen:
                    continue
                seen.add(relation.target)
                root = self._optional(relation.target)
                if root is not None:
                    self._fields = Fields.of(root)
                    yield from self._blocks(root, None, 0)

    def _notes_of(self, kind: str) -> dict[str, Element]:
        root = self._related(f"{kind}s")
        notes = root.iterfind(f"{W}{kind}") if root is not None else ()
        return {note.get(f"{W}id", ""): note for note in notes if note.get(f"{W}type") in (None, "normal")}

    def _optional_relations(self) -> dict[str, Relation]:
        try:
            return self._package.relations(self._name)
        except InputError:
            self._lost_something()
            return {}

    def _related(self, kind: str, shorten: Callable[[bytes], bytes] | None = None) -> Element | None:
        """Return the part of a kind that the text relates to."""
        target = next((relation.target for relation in self._relations.values() if relation.kind == kind), None)
        return None if target is None else self._optional(target, shorten)

    def _optional(self, name: str, shorten: Callable[[bytes], bytes] | None = None) -> Element | None:
        """Return a part that the text can be read without; its loss is a problem, not the end."""
        try:
            data = self._package.bytes_of(name)
            return None if data is None else parse(data if shorten is None else shorten(data), name)
        except InputError:
            self._lost_something()
            return None

    def _lost_something(self) -> None:
        problem = Problem("truncated-file")
        if problem not in self.problems:
            self.problems.append(problem)

    def _check_depth(self, depth: int) -> None:
        if depth > self._limits.xml_depth:
            raise InputError("broken-file", error=TOO_DEEP)


def _left_out(row: Element, properties: Element | None) -> list[Problem] | None:
    """Return what is told of a row that an open change deleted, or that is not shown; None where it is read."""
    kinds = [name for name in ("del", "hidden") if properties is not None and properties.find(W + name) is not None]
    if not kinds:
        return None
    text = " ".join(part.text or "" for part in row.iter() if part.tag in (f"{W}t", f"{W}delText"))
    if not any(character.isdigit() for character in text):
        return []
    if kinds[0] == "hidden":
        return [hidden_text(text)]
    return [Problem("change-open", values={"deleted": wording(text), "inserted": ""})]


def _text_of(element: Element | None) -> str:
    """Return the text of a note or comment."""
    paragraphs = element.iter(f"{W}p") if element is not None else ()
    return " ".join("".join(text.text or "" for text in one.iter(f"{W}t")) for one in paragraphs)


_DEEPEST_PART = 3  # Word files inserted in Word files


def inserted_lines(data: bytes, limits: Limits, depth: int) -> Sequence[Line] | None:
    """Return the lines of an inserted part, None where it is of no kind that is read here."""
    source = Source("part", data, "")
    kind = look(source).kind if data else Kind.UNKNOWN
    if kind is Kind.DOCX and depth < _DEEPEST_PART:
        return read_docx(source, limits, None, depth + 1).pages[0].lines
    if kind is Kind.HTML:
        from extract.reading.html.read import read_html

        return read_html(source, limits).pages[0].lines
    return read_text(source, limits).pages[0].lines if kind is Kind.TEXT else None


def _wrapped(parent: Element, tag: str, depth: int) -> Iterator[Element]:
    """Yield rows of a table or cells of a row, also those inside content controls."""
    if depth <= 0:
        return
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _TRANSPARENT:
            inside = _wrapped(element, tag, depth - 1)
            yield from map(_emptied, inside) if is_prompt(element) else inside


def _emptied(element: Element) -> Element:
    """Return a cell that nobody filled in: it keeps its place."""
    kept = Element(element.tag)
    kept.extend(element.findall(f"{W}tcPr"))
    return kept


def _mark_has(properties: Element | None, name: str) -> bool:
    """Say whether the mark at a paragraph's end has a property, such as being deleted or hidden."""
    mark = None if properties is None else properties.find(f"{W}rPr")
    found = None if mark is None else mark.find(W + name)
    return found is not None and is_on(found.get(f"{W}val"))
