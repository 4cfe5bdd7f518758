"""The text inside one Word paragraph: runs, fields, tick boxes, and what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.page.line_text import make_line
from extract.page.told import hidden_text, off_the_line, struck_out, wording
from extract.reading.docx.drawings import read_drawing
from extract.reading.docx.equations import M, equation_text
from extract.reading.docx.looks import Look, said_of
from extract.reading.docx.numbering import Styles, integer, is_on, value_of
from extract.reading.docx.xml_parts import MC, W14, W
from raingan.model.errors import InputError
from raingan.model.records import Line, Problem

# Elements that only wrap runs.
_WRAPPERS = frozenset(
    W + name for name in ("hyperlink", "smartTag", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby")
) | {f"{W}rubyBase", f"{MC}Choice", f"{MC}Fallback"}
_INSERTED = frozenset((f"{W}ins", f"{W}moveTo"))
_DELETED = frozenset((f"{W}del", f"{W}moveFrom"))
_PICTURES = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
TOO_DEEP = "its elements are nested too deep"

_BREAKS = frozenset((f"{W}br", f"{W}cr"))
_TEXTS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
_SHIFTED = 4  # half points between a mark and the line, where the type stays as large as it is
_LONGEST_MARK = 4  # characters of such a mark; whole words are shifted for looks
_FIGURE = re.compile(r"[-+\u2212]?\d[\d.,/ ]*%?")
_LONGEST_FIGURE = 20
_NEAR_FIGURE = 25  # characters before a note's mark in which a digit stands


@dataclass(frozen=True, slots=True)
class Hung:
    """What hangs on a place of a paragraph."""

    at: int  # parts of text before it
    kind: str  # "comment", "footnote", "endnote", "picture", "diagram", or the reason why it is not read
    name: str  # id of the note, or of the relation to the part
    width: float | None = None  # of a picture as shown, points


@dataclass(slots=True)
class Inline:
    """What one paragraph holds."""

    parts: list[str] = field(default_factory=list)  # text; "\n" where the line is broken by hand
    boxes: list[Element] = field(default_factory=list)  # contents of text boxes anchored here
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("footnote" or "endnote", id)
    hung: list[Hung] = field(default_factory=list)
    told: list[tuple[int, Problem]] = field(default_factory=list)  # with the number of parts before it
    struck: list[tuple[int, str]] = field(default_factory=list)  # runs of struck text, in the same way
    inserted: list[str] = field(default_factory=list)  # by changes that nobody has accepted yet
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # text that is not shown
    position: int = 0  # of the last run on the line, half points
    is_inserted: bool = False  # inside such a change

    def tail(self) -> str:
        """Return the end of what was read so far."""
        return "".join(self.parts[-4:])[-_NEAR_FIGURE:]

    def tell(self, problem: Problem) -> None:
        """Tell something of this place."""
        self.told.append((len(self.parts), problem))

    def all_told(self) -> list[tuple[int, Problem]]:
        """Return what is told of the paragraph, with the number of parts before each."""
        joined: list[tuple[int, str]] = []
        for at, text in self.struck:
            if joined and joined[-1][0] == at:
                joined[-1] = (at, joined[-1][1] + text)
            else:
                joined.append((at, text))
        found = [*self.told, *((at, struck_out(text)) for at, text in joined if text.strip())]
        changes = "".join(self.inserted + self.deleted)
        if any(character.isdigit() for character in changes):
            values = {"deleted": wording("".join(self.deleted)), "inserted": wording("".join(self.inserted))}
            found.append((len(self.parts), Problem("change-open", values=values)))
        unseen = "".join(self.hidden)
        if any(character.isdigit() for character in unseen):
            found.append((len(self.parts), hidden_text(unseen)))
        return found


@dataclass(slots=True)
class Fields:
    """Open fields, which may reach over paragraphs: first their instruction is read, which is no text."""

    is_instruction: list[bool] = field(default_factory=list)  # of each open field
    instructions: int = 0
    sound: bool = True  # False where beginnings and ends do not match: then all text is taken

    @classmethod
    def of(cls, root: Element) -> Fields:
        """Look whether every field of a part that begins also ends."""
        kinds = [mark.get(f"{W}fldCharType") for mark in root.iter(f"{W}fldChar")]
        return cls(sound=kinds.count("begin") == kinds.count("end"))

    @property
    def hides(self) -> bool:
        """Whether text at this place belongs to an instruction."""
        return self.sound and self.instructions > 0


def read_inline(parent: Element, found: Inline, fields: Fields, styles: Styles, style: str | None, depth: int) -> None:
    """Collect the text of a paragraph in its stored order."""
    if depth <= 0:
        raise InputError("broken-file", error=TOO_DEEP)
    for element in parent:
        tag = element.tag
        if tag == f"{W}r":
            _read_run(element, found, fields, styles, style, depth - 1)
        elif tag == f"{W}sdt":
            _read_control(element, found, fields, styles, style, depth - 1)
        elif tag in _WRAPPERS:
            read_inline(element, found, fields, styles, style, depth - 1)
        elif tag in _INSERTED:
            outer, found.is_inserted = found.is_inserted, True
            read_inline(element, found, fields, styles, style, depth - 1)
            found.is_inserted = outer
        elif tag in _DELETED:
            found.deleted.extend(text.text or "" for text in element.iter() if text.tag in (f"{W}delText", f"{W}t"))
        elif tag == f"{MC}AlternateContent":
            chosen = _chosen(element)
            if chosen is not None:
                read_inline(chosen, found, fields, styles, style, depth - 1)
        elif tag.startswith(M):
            _read_equation(element, found)


def _read_equation(element: Element, found: Inline) -> None:
    text, joins_figures = equation_text(element)
    if text[:1].isdigit() and found.tail()[-1:].isdigit():
        text = f" {text}"
    if joins_figures:
        found.tell(Problem("equation-read", values={"text": wording(text)}))
    found.parts.append(text)


def _read_run(run: Element, found: Inline, fields: Fields, styles: Styles, style: str | None, depth: int) -> None:
    look = styles.look(said_of(run.find(f"{W}rPr")), style)
    for element in run:
        tag = element.tag
        if tag == f"{W}fldChar":
            _read_field_mark(element, found, fields)
        elif tag == f"{MC}AlternateContent":
            chosen = _chosen(element)
            if chosen is not None and not look.hidden and depth > 0:
                _read_run(chosen, found, fields, styles, style, depth - 1)
        elif look.hidden or fields.hides:
            if look.hidden and tag == f"{W}t" and not fields.hides:
                found.hidden.append(element.text or "")
        elif tag == f"{W}t":
            _read_text(element.text or "", look, found)
        elif tag in _BREAKS:
            found.parts.append("\n")
        elif tag in _TEXTS:
            found.parts.append(_TEXTS[tag])
        elif tag == f"{W}sym":
            found.parts.append(_symbol(element))
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
            found.notes.append((kind, element.get(f"{W}id", "")))
            if any(character.isdigit() for character in found.tail()):
                found.hung.append(Hung(len(found.parts), kind, element.get(f"{W}id", "")))
        elif tag == f"{W}commentReference":
            found.hung.append(Hung(len(found.parts), "comment", element.get(f"{W}id", "")))
        elif tag in _PICTURES:
            _read_drawing(element, found, fields, styles, depth)
        elif tag == f"{W}ruby":
            read_inline(element, found, fields, styles, style, depth - 1)


def _read_drawing(element: Element, found: Inline, fields: Fields, styles: Styles, depth: int) -> None:
    """Take a text box of one line that stands in the line as part of it; what else a drawing holds comes behind."""
    drawing = read_drawing(element)
    width = None if drawing.size is None else drawing.size[0]
    found.hung.extend(
        Hung(len(found.parts), kind, name, width)
        for kind, name in drawing.hung
        if kind != "picture" or not drawing.is_small
    )
    for box in drawing.boxes:
        paragraphs = [paragraph for paragraph in box if any(text.text for text in paragraph.iter(f"{W}t"))]
        is_line = len(paragraphs) == 1 and paragraphs[0].tag == f"{W}p"
        if is_line and depth > 0 and (drawing.is_in_line or (found.tail().strip() and _is_figure(paragraphs[0]))):
            style = value_of(paragraphs[0].find(f"{W}pPr"), "pStyle") or styles.default
            found.parts.append(" ")
            read_inline(paragraphs[0], found, fields, styles, style, depth - 1)
            found.parts.append(" ")
        else:
            found.boxes.append(box)


def _is_figure(paragraph: Element) -> bool:
    """Tell an answer that was laid over the line, in a box that floats: nothing but a figure."""
    text = "".join(part.text or "" for part in paragraph.iter(f"{W}t")).strip()
    return len(text) <= _LONGEST_FIGURE and _FIGURE.fullmatch(text) is not None


def _read_text(text: str, look: Look, found: Inline) -> None:
    """Take the text of a run as it looks."""
    text = symbols.in_symbol_font(text, look.font) if symbols.is_symbol_font(look.font) else text
    if look.struck:
        found.struck.append((len(found.parts), text))
        return
    if found.is_inserted:
        found.inserted.append(text)
    height = look.height or _shift(text, look, found)
    told = off_the_line(found.tail(), text, height)
    if told is not None:
        found.tell(told)
    text = symbols.raised(text) if height > 0 else symbols.lowered(text) if height < 0 else text
    found.parts.append(text)


def _shift(text: str, look: Look, found: Inline) -> int:
    """Tell a mark by its place above or below the run before it; return 0 for text that only stands higher."""
    before, found.position = found.position, look.position
    tail = found.tail()
    if not tail or look.position == before or len(text) > _LONGEST_MARK or tail[-1:].isspace() or text[:1].isspace():
        return 0
    if abs(look.position - before) < _SHIFTED:
        return 0
    found.position = before
    return 1 if look.position > before else -1


def _read_control(
    control: Element, found: Inline, fields: Fields, styles: Styles, style: str | None, depth: int
) -> None:
    """A content control: a tick box by its state, a prompt that nobody filled in as nothing, others as text."""
    properties = control.find(f"{W}sdtPr")
    box = None if properties is None else properties.find(f"{W14}checkbox")
    if box is not None:
        checked = box.find(f"{W14}checked")
        is_checked = checked is not None and is_on(checked.get(f"{W14}val"))
        found.parts.append(symbols.TICKED if is_checked else symbols.EMPTY)
    elif is_prompt(control):
        return
    else:
        content = control.find(f"{W}sdtContent")
        if content is not None:
            read_inline(content, found, fields, styles, style, depth)


def is_prompt(element: Element) -> bool:
    """Say whether an element is a content control that nobody filled in: what it shows asks for an answer."""
    shows = element.find(f"{W}sdtPr/{W}showingPlcHdr") if element.tag == f"{W}sdt" else None
    return shows is not None and is_on(shows.get(f"{W}val"))


def _read_field_mark(mark: Element, found: Inline, fields: Fields) -> None:
    kind = mark.get(f"{W}fldCharType")
    if kind == "begin":
        if not fields.hides:
            found.parts.append(_form_field(mark))
        fields.is_instruction.append(True)
        fields.instructions += 1
    elif kind == "separate" and fields.is_instruction:
        fields.instructions -= fields.is_instruction[-1]
        fields.is_instruction[-1] = False
    elif kind == "end" and fields.is_instruction:
        fields.instructions -= fields.is_instruction.pop()


def _form_field(mark: Element) -> str:
    """Tick boxes and drop-down lists of old forms show a state that is no text."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        state = box.find(f"{W}default") if state is None else state
        return symbols.TICKED if state is not None and is_on(state.get(f"{W}val")) else symbols.EMPTY
    choices = mark.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [entry.get(f"{W}val", "") for entry in choices.iterfind(f"{W}listEntry")]
        chosen = integer(value_of(choices, "result")) or integer(value_of(choices, "default")) or 0
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""


def _symbol(element: Element) -> str:
    code = element.get(f"{W}char", "")
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return symbols.in_symbol_font(character, element.get(f"{W}font") or "Wingdings")


def _chosen(alternatives: Element) -> Element | None:
    """A text box stands in a file twice, for new programs and for old ones; one of them is read."""
    choice = alternatives.find(f"{MC}Choice")
    return alternatives.find(f"{MC}Fallback") if choice is None else choice


def lines_of(found: Inline, mark: str, cell: tuple[int, int, int] | None) -> Iterator[Line | Problem]:
    """Yield the lines of a paragraph, each with what is told of it behind it; its number goes before the first."""
    waiting = sorted(found.all_told(), key=lambda item: item[0])
    breaks = [at for at, part in enumerate(found.parts) if "\n" in part] if waiting else []
    text = "".join(found.parts)
    read = (mark + text.lstrip() if mark else text).split("\n")
    for number, one in enumerate(read):
        line = make_line(one, paragraph_end=True, cell=cell)
        if line is not None:
            yield line
        while waiting and (number + 1 == len(read) or number >= len(breaks) or waiting[0][0] <= breaks[number]):
            yield waiting.pop(0)[1]
