"""The text inside one Word paragraph: runs, fields, tick boxes, and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.reading.docx.numbering import Styles, integer, is_on, value_of
from extract.reading.docx.xml_parts import MC, W14, W
from raingan.model.errors import InputError

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

# Elements that only wrap runs.
_WRAPPERS = frozenset(
    W + name
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby")
) | {f"{W}rubyBase", f"{MC}Choice", f"{MC}Fallback"}
_PICTURES = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
TOO_DEEP = "its elements are nested too deep"

_BREAKS = frozenset((f"{W}br", f"{W}cr"))
_TEXTS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}


@dataclass(slots=True)
class Inline:
    """What one paragraph holds."""

    parts: list[str] = field(default_factory=list)  # text; "\n" where the line is broken by hand
    boxes: list[Element] = field(default_factory=list)  # contents of text boxes anchored here
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("footnote" or "endnote", id)


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
        elif tag == f"{MC}AlternateContent":
            chosen = _chosen(element)
            if chosen is not None:
                read_inline(chosen, found, fields, styles, style, depth - 1)
        elif tag.startswith(_MATH):
            found.parts.extend(text.text or "" for text in element.iter(_MATH_TEXT))


def _read_run(run: Element, found: Inline, fields: Fields, styles: Styles, style: str | None, depth: int) -> None:
    properties = run.find(f"{W}rPr")
    hidden = _is_hidden(properties, styles, style)
    font = _font(properties)
    is_raised = value_of(properties, "vertAlign") == "superscript"
    for element in run:
        tag = element.tag
        if tag == f"{W}fldChar":
            _read_field_mark(element, found, fields)
        elif tag == f"{MC}AlternateContent":
            chosen = _chosen(element)
            if chosen is not None and not hidden and depth > 0:
                _read_run(chosen, found, fields, styles, style, depth - 1)
        elif hidden or fields.hides:
            continue
        elif tag == f"{W}t":
            text = element.text or ""
            text = symbols.in_symbol_font(text, font) if symbols.is_symbol_font(font) else text
            found.parts.append(symbols.raised(text) if is_raised else text)
        elif tag in _BREAKS:
            found.parts.append("\n")
        elif tag in _TEXTS:
            found.parts.append(_TEXTS[tag])
        elif tag == f"{W}sym":
            found.parts.append(_symbol(element))
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
            found.notes.append((kind, element.get(f"{W}id", "")))
        elif tag in _PICTURES:
            found.boxes.extend(_text_boxes(element))
        elif tag == f"{W}ruby":
            read_inline(element, found, fields, styles, style, depth - 1)


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
    elif properties is not None and properties.find(f"{W}showingPlcHdr") is not None:
        return
    else:
        content = control.find(f"{W}sdtContent")
        if content is not None:
            read_inline(content, found, fields, styles, style, depth)


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


def _is_hidden(properties: Element | None, styles: Styles, style: str | None) -> bool:
    vanish = None if properties is None else properties.find(f"{W}vanish")
    if vanish is not None:
        return is_on(vanish.get(f"{W}val"))
    character_style = value_of(properties, "rStyle")
    return styles.is_hidden(character_style) or styles.is_hidden(style)


def _font(properties: Element | None) -> str:
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


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


def _text_boxes(picture: Element) -> list[Element]:
    """Return the contents of the text boxes of a drawing, outermost ones only."""
    found: list[Element] = []
    waiting = [picture]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{W}txbxContent":
            found.append(element)
        elif element.tag == f"{MC}AlternateContent":
            chosen = _chosen(element)
            waiting.extend([] if chosen is None else [chosen])
        else:
            waiting.extend(reversed(element))
    return found
