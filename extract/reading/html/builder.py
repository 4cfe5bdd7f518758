"""The visible text of a page, line by line, from its tags and text as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from extract.page import symbols
from extract.page.formula import mathml_text
from extract.page.line_text import make_line
from extract.page.told import off_the_line, struck_out, wording
from extract.reading.html.choice import Choice
from extract.reading.html.hidden import Hidden
from extract.reading.html.list_numbers import LISTS, ListState, list_of
from extract.reading.html.related import Related
from extract.reading.html.styles import (
    PLAIN,
    Sheets,
    Shown,
    counts_for_screens,
    of_attribute,
    says_something,
    sheets_of,
)
from extract.reading.html.table_rows import TableState
from extract.reading.html.tags import BLOCKS, CELL_TAGS, DROPPED, PRE, STRUCK, VOID, implied_end
from extract.reading.html.tokenizer import Token, tokens
from raingan.model.records import Limits, Line, Problem

_FONT_STYLE = re.compile(r"font-family\s*:\s*([^;,]{1,60})", re.IGNORECASE)
_REVERSED = re.compile(r"<ol\s[^>]{0,200}?reversed", re.IGNORECASE)
_WHITE = re.compile("[ \t\n\f\r\u00a0]+")
_NEWLINE = re.compile("\r\n?|\n")
_TICK_ALT = re.compile(
    r"\W{0,3}(?:(un|not)[ -]?)?(?:checked|ticked|selected|check|tick|yes|checkbox)\W{0,3}", re.IGNORECASE
)
_FRAMES = frozenset(("iframe", "frame"))
_EMPTY_IN_FORMULAS = frozenset(("mspace", "mprescripts", "none", "br"))
_MOST_FRAMES = 4  # frames in frames
_OUTSIDE_SIGHT = 32  # open elements looked through for the one that an end tag means

_TEXT_INPUTS = frozenset(("text", "number", "date", "month", "time", "datetime-local", "email", "search", "tel", "url"))


def read_parts(page: str, limits: Limits, more: Related, depth: int = 0) -> list[Line | Problem]:
    """Read a page, or one that stands in a frame of another: its lines, each with what is told of it behind it."""
    sheets = Sheets(_sheets(page, more))
    # Only a list that counts backwards needs to know what follows; other pages are not kept as tokens.
    kept = list(tokens(page)) if _REVERSED.search(page) else ()
    builder = Builder(limits, sheets if sheets.says_something else None, more, depth)
    for index, (kind, text, attributes) in enumerate(kept or tokens(page)):
        if kind == "text":
            builder.text(text)
        elif kind == "end":
            builder.end(text)
        else:
            builder.start(text, attributes, kept, index)
    builder.finish()
    return builder.lines


def _sheets(page: str, more: Related) -> Iterator[str]:
    """Yield the sheets that can matter."""
    yield from filter(says_something, more.sheets)
    if not any(map(says_something, sheets_of(page))):
        return
    counts = False
    for kind, text, attributes in tokens(page):
        if kind == "text" and counts:
            yield text
        counts = kind == "start" and text == "style" and counts_for_screens(attributes.get("media", ""))


class _Effect:
    """An open element that changes how the text in it is read."""

    __slots__ = ("after", "block", "font", "height", "level", "name", "pre", "struck")

    def __init__(self, name: str, level: int, above: _Effect | None, shown: Shown, font: str | None) -> None:
        self.name = name
        self.level = level  # lists and tables that were open when it began
        self.pre: bool = shown.pre or name in PRE or (above is not None and above.pre)
        self.font = font
        self.block = shown.block and name not in BLOCKS
        self.struck: bool = shown.struck or name in STRUCK or (above is not None and above.struck)
        self.height: int = shown.height or (0 if above is None else above.height)
        self.after = shown.after


class Builder:
    """Turns tags and text into lines, keeping no tree: a page may nest as deep as it likes."""

    def __init__(self, limits: Limits, sheets: Sheets | None, more: Related, depth: int) -> None:
        self.lines: list[Line | Problem] = []
        self._limits = limits
        self._sheets = sheets
        self._more = more
        self._frame_depth = depth
        self._parts: list[str] = []
        self._told: list[Problem] = []  # of the line that is being read
        self._struck: list[str] = []
        self._keeps_spaces = False
        self._depth_limit = limits.xml_depth
        self._effects: list[_Effect] = []
        self._lists: list[ListState] = []
        self._mark = ""  # number or bullet that the next line begins with
        self._tables = TableState(limits.xml_depth)
        self._height = 0  # inside <sup>, <sub>
        self._hidden = Hidden()
        self._choice: Choice | None = None  # the list box that is open
        self._formula: list[Element] = []  # the open elements of a formula

    def text(self, text: str) -> None:
        """Take text as written in the page."""
        if self._hidden.name is not None:
            self._hidden.text(text)
            return
        if self._choice is not None:
            self._choice.text(text)
            return
        if self._formula:
            self._formula[-1].text = (self._formula[-1].text or "") + text
            return
        if not text:
            return
        effect = self._effects[-1] if self._effects else None
        if effect is not None and effect.struck:
            self._struck.append(text)
            return
        if self._struck and text.strip():
            self._end_struck()
        height = self._height or (0 if effect is None else effect.height)
        if height:
            told = off_the_line("".join(self._parts[-4:]), text, height)
            self._told.extend([] if told is None else [told])
            text = symbols.raised(text) if height > 0 else symbols.lowered(text)
        if effect is not None and effect.font is not None:
            text = symbols.in_symbol_font(text, effect.font)
        if effect is not None and effect.pre:
            first, *others = _NEWLINE.split(text)
            self._parts.append(first)
            self._keeps_spaces = True
            for line in others:
                self.flush(paragraph_end=False)
                self._parts.append(line)
                self._keeps_spaces = True
        else:
            self._parts.append(_WHITE.sub(" ", text))

    def start(self, name: str, attributes: Mapping[str, str], found: Sequence[Token], index: int) -> None:
        """Take a start tag; `found[index]` is its token where tokens are kept."""
        if self._hidden.name is not None and not self._hidden.shown_again_at_start(name):
            return
        self._told.extend(self._hidden.told())
        if self._choice is not None and not self._chooses(name, attributes):
            return
        if self._formula or name == "math":
            self._begin_formula(name, attributes)
            return
        self._end_implied(name)
        shown = self._shown(name, attributes)
        is_hidden = shown.hidden or _is_hidden(name, attributes)
        if name in _FRAMES and not is_hidden:
            self._frame(attributes)
        if name in DROPPED or is_hidden:
            if name in BLOCKS:
                self.flush()
            if name not in VOID:
                self._hidden.begin(name)
            return
        self._height = 1 if name == "sup" else -1 if name == "sub" else 0 if name in BLOCKS else self._height
        if name in BLOCKS or name == "br":
            self.flush()
        if name in BLOCKS:
            self._close_paragraph()
        self._take(name, attributes, found, index)
        if name not in VOID:
            self._open(name, attributes, shown)
            if shown.before:
                self.text(symbols.in_icon_font(shown.before))

    def _take(self, name: str, attributes: Mapping[str, str], found: Sequence[Token], index: int) -> None:
        """Do what a tag means by its name."""
        if name == "input":
            self._input(attributes)
        elif name == "img":
            self._parts.append(_tick_of_picture(attributes.get("alt", "")))
        elif name == "li":
            self._item(attributes)
        elif name in LISTS:
            if len(self._lists) < self._depth_limit:
                self._lists.append(list_of(name, attributes, found, index))
        elif name in CELL_TAGS:
            self._tables.start(name, attributes)
        elif name == "select":
            self._choice = Choice(attributes)

    def end(self, name: str) -> None:
        """Take an end tag; one that nothing opened does no harm."""
        if self._hidden.name is not None and not self._hidden.shown_again_at_end(name):
            return
        self._told.extend(self._hidden.told())
        if self._formula and not self._end_formula(name):
            return
        if self._choice is not None:
            self._choice.end(name)
            if name in ("select", *CELL_TAGS):
                self._end_choice()
        if self._sheets is not None:
            self._sheets.end(name)
        self._height = 0 if name in ("sup", "sub") or name in BLOCKS else self._height
        closing = self._effects[-1] if self._effects else None
        if closing is not None and closing.name == name and closing.after:
            self.text(symbols.in_icon_font(closing.after))
        if name in BLOCKS or name == "br":
            self.flush()
        self._end_effects(name)
        if name in LISTS:
            if self._lists:
                self._lists.pop()
            self._mark = ""
        elif name == "li":
            self._mark = ""
        elif name in CELL_TAGS:
            self._tables.end(name)
        self._close(name)

    def _begin_formula(self, name: str, attributes: Mapping[str, str]) -> None:
        element = Element(name, dict(attributes))
        if self._formula and len(self._formula) < self._depth_limit:
            self._formula[-1].append(element)
        if len(self._formula) < self._depth_limit and name not in _EMPTY_IN_FORMULAS:
            self._formula.append(element)

    def _end_formula(self, name: str) -> bool:
        """Close elements of a formula; say whether the tag means something besides."""
        open_names = [element.tag for element in self._formula]
        if name in open_names and name != "math":
            del self._formula[len(open_names) - 1 - open_names[::-1].index(name) :]
            return False
        if name != "math" and name not in BLOCKS:
            return False
        root = self._formula[0]
        self._formula = []
        text, joins_figures = mathml_text(root)
        if text[:1].isdigit() and "".join(self._parts[-4:])[-1:].isdigit():
            text = f" {text}"
        self._parts.append(text)
        if joins_figures:
            self._told.append(Problem("equation-read", values={"text": wording(text)}))
        return name != "math"

    def finish(self) -> None:
        """Take the end of the page."""
        if self._formula:
            self._end_formula("math")
        self._told.extend(self._hidden.told())
        if self._choice is not None:
            self._end_choice()
        self.flush()

    def flush(self, *, paragraph_end: bool = True) -> None:
        """End the line that is being read."""
        self._end_struck()
        if self._parts:
            read = "".join(self._parts)
            self._parts.clear()
            if not self._keeps_spaces:
                read = _WHITE.sub(" ", read)
            self._keeps_spaces = False
            if read.strip():
                if self._mark:
                    read = _marked(self._mark, read.strip())
                line = make_line(read, paragraph_end=paragraph_end, cell=self._tables.cell)
                if line is not None:
                    self.lines.append(line)
                    self._mark = ""
        if self._told:
            self.lines.extend(self._told)
            self._told.clear()

    def _end_struck(self) -> None:
        if self._struck:
            text = "".join(self._struck)
            self._struck.clear()
            if text.strip():
                self._told.append(struck_out(text))

    def _shown(self, name: str, attributes: Mapping[str, str]) -> Shown:
        """Return what sheets and the element's own attributes say of how it is shown."""
        if self._sheets is not None:
            return self._sheets.start(name, attributes)
        style = attributes.get("style")
        return of_attribute(style) if style and says_something(style) else PLAIN

    def _open(self, name: str, attributes: Mapping[str, str], shown: Shown) -> None:
        """Remember an element that changes how its text is read, unless too many are open."""
        style = attributes.get("style", "")
        above = self._effects[-1] if self._effects else None
        font = _font_of(name, attributes, style)
        block = shown.block and name not in BLOCKS
        if block:
            self.flush()
        changes = font is not None or block or name in PRE or name in STRUCK
        if not (changes or shown.pre or shown.struck or shown.height or shown.after):
            return
        if len(self._effects) >= self._depth_limit:
            return
        if font is None:
            font = None if above is None else above.font
        elif not symbols.is_symbol_font(font):
            font = None
        self._effects.append(_Effect(name, self._level(), above, shown, font))

    def _level(self) -> int:
        return len(self._lists) + self._tables.depth

    def _end_implied(self, name: str) -> None:
        """End the effects of elements whose end tag was left out, where a tag begins that they cannot hold."""
        while (
            self._effects
            and name in implied_end(self._effects[-1].name)[0]
            and self._effects[-1].level == self._level()
        ):
            self._effects.pop()

    def _end_effects(self, name: str) -> None:
        """The same where the element around them ends."""
        while self._effects and self._effects[-1].name != name and self._effects[-1].level == self._level():
            if name not in implied_end(self._effects[-1].name)[1]:
                return
            self._effects.pop()

    def _close(self, name: str) -> None:
        """Forget the innermost open element of that name and what was left open in it."""
        for back in range(1, min(len(self._effects), _OUTSIDE_SIGHT) + 1):
            if self._effects[-back].name == name:
                if any(effect.block for effect in self._effects[-back:]):
                    self.flush()
                del self._effects[-back:]
                return

    def _close_paragraph(self) -> None:
        if self._effects and self._effects[-1].name == "p":
            self._effects.pop()

    def _item(self, attributes: Mapping[str, str]) -> None:
        self._mark = self._lists[-1].mark(attributes) if self._lists else "- "

    def _input(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "text").strip().lower()
        if kind in ("checkbox", "radio"):
            self._parts.append(f" {symbols.TICKED if 'checked' in attributes else symbols.EMPTY} ")
        elif kind in _TEXT_INPUTS:
            self._parts.append(f" {_WHITE.sub(' ', attributes.get('value', ''))} ")

    def _chooses(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Take a tag inside a list box; say whether it ends the box instead."""
        assert self._choice is not None
        if name in ("select", "input", "textarea", "td", "th", "tr"):
            self._end_choice()
            return True
        self._choice.start(name, attributes)
        return False

    def _end_choice(self) -> None:
        choice, self._choice = self._choice, None
        if choice is not None:
            self._parts.append(f" {_WHITE.sub(' ', choice.chosen())} ")

    def _frame(self, attributes: Mapping[str, str]) -> None:
        """Read the page that stands in a frame, where it was saved with the page around it."""
        inner = attributes.get("srcdoc") or self._more.frame(attributes.get("src", ""))
        if inner and self._frame_depth < _MOST_FRAMES and self._more.spend(len(inner)):
            self.flush()
            self.lines.extend(read_parts(inner, self._limits, self._more, self._frame_depth + 1))


def _is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or (name == "dialog" and "open" not in attributes)


def _font_of(name: str, attributes: Mapping[str, str], style: str) -> str | None:
    if name == "font" and "face" in attributes:
        return attributes["face"].partition(",")[0]
    found = _FONT_STYLE.search(style) if ":" in style else None
    return None if found is None else found[1].strip()


def _tick_of_picture(alt: str) -> str:
    """A picture says nothing but what its alternative text says of a tick box."""
    text = alt.strip().translate(symbols.CHARACTERS)
    if text in (symbols.TICKED, symbols.EMPTY):
        return f" {text} "
    word = _TICK_ALT.fullmatch(text) if len(text) < 40 else None
    if word is None:
        return f" {symbols.TICKED} " if text in ("✓", "✔") else ""
    return f" {symbols.EMPTY if word[1] else symbols.TICKED} "


def _marked(mark: str, text: str) -> str:
    """Put number or bullet before an item, unless the item brings its own bullet."""
    return text if mark == "- " and text[0] in "-–—•·●○▪*" else mark + text
