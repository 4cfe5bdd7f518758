"""Reader of saved web pages. Nothing is fetched, no script is run, what a browser would not show is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.intake.encodings import decode, detect_encoding
from extract.page import symbols
from extract.page.line_text import make_line
from extract.reading.html.list_numbers import LISTS, ListState, list_of
from extract.reading.html.mhtml import is_mhtml, main_page
from extract.reading.html.table_rows import TableState
from extract.reading.html.tokenizer import Token, tokens
from extract.reading.text.read import check_length, encoding_problems, plain_page
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Line, Source

READER = "html/1"

_DECLARED = re.compile(rb"(?:charset|encoding)\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_:-]{2,40})")
_DECLARED_WITHIN = 4096


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    "script style title template noscript select datalist svg object audio video canvas iframe noembed noframes"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_BLOCKS = _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul caption xmp"
)
_CELL_TAGS = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot", "table"))
# What ends an element whose end tag may be left out: (start tags, end tags); blocks in blocks do not count.
_IMPLIED_END: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "p": (_BLOCKS, _BLOCKS),
    "li": (frozenset(("li",)), LISTS),
    "td": (frozenset(("td", "th", "tr")), _CELL_TAGS),
    "th": (frozenset(("td", "th", "tr")), _CELL_TAGS),
    "tr": (frozenset(("tr",)), _CELL_TAGS - {"td", "th", "tr"}),
    "select": (frozenset(("select", "input", "textarea", "td", "tr")), _CELL_TAGS),
}
_CONTAINERS = LISTS | {"table"}

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)", re.IGNORECASE)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_FONT_STYLE = re.compile(r"font-family\s*:\s*([^;,]{1,60})", re.IGNORECASE)
_REVERSED = re.compile(r"<ol\s[^>]{0,200}?reversed", re.IGNORECASE)
_WHITE = re.compile("[ \t\n\f\r\u00a0]+")
_NEWLINE = re.compile("\r\n?|\n")
_TICK_ALT = re.compile(
    r"\W{0,3}(?:(un|not)[ -]?)?(?:checked|ticked|selected|check|tick|yes|checkbox)\W{0,3}", re.IGNORECASE
)
_OUTSIDE_SIGHT = 32  # open elements looked through for the one that an end tag means

_TEXT_INPUTS = frozenset(("text", "number", "date", "month", "time", "datetime-local", "email", "search", "tel", "url"))


def read_html(source: Source, limits: Limits) -> Document:
    """Read a saved web page, also one saved as a single MHTML file."""
    data, declared = main_page(source.data) if is_mhtml(source.data) else (source.data, None)
    named = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    encoding = detect_encoding(data, declared or (named[1].decode("ascii") if named else None))
    if encoding is None:
        raise InputError("broken-file", error="not text in any known encoding")
    page = decode(data, encoding)
    check_length(page, limits)
    return Document(
        kind=Kind.HTML,
        reader=READER,
        pages=(plain_page(html_lines(page, limits)),),
        problems=encoding_problems(page, encoding),
        encoding=encoding.name,
    )


def html_lines(page: str, limits: Limits) -> list[Line]:
    """Read the visible text of a page, one line per line that the page itself ends."""
    # Only a list that counts backwards needs to know what follows; other pages are not kept as tokens.
    kept = list(tokens(page)) if _REVERSED.search(page) else ()
    builder = _Builder(limits)
    for index, (kind, text, attributes) in enumerate(kept or tokens(page)):
        if kind == "text":
            builder.text(text)
        elif kind == "end":
            builder.end(text)
        else:
            builder.start(text, attributes, kept, index)
    builder.flush()
    return builder.lines


class _Effect:
    """An open element that changes how the text in it is read."""

    __slots__ = ("block", "font", "name", "pre")

    def __init__(self, name: str, pre: bool, font: str | None, block: bool) -> None:
        self.name = name
        self.pre = pre
        self.font = font
        self.block = block


class _Builder:
    """Turns tags and text into lines, keeping no tree: a page may nest as deep as it likes."""

    def __init__(self, limits: Limits) -> None:
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._keeps_spaces = False
        self._depth_limit = limits.xml_depth
        self._effects: list[_Effect] = []
        self._lists: list[ListState] = []
        self._mark = ""  # number or bullet that the next line begins with
        self._tables = TableState(limits.xml_depth)
        self._raised = False  # inside <sup>
        self._hidden: str | None = None  # element whose content is not shown
        self._hidden_depth = 0  # of elements of that name in it
        self._hidden_containers = 0

    def text(self, text: str) -> None:
        """Take text as written in the page."""
        if self._hidden is not None or not text:
            return
        effect = self._effects[-1] if self._effects else None
        if self._raised:
            text = symbols.raised(text)
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
        if self._hidden is not None and not self._shown_again_at_start(name):
            return
        if name in _DROPPED or _is_hidden(attributes):
            if name in _BLOCKS:
                self.flush()
            if name not in _VOID:
                self._hidden, self._hidden_depth, self._hidden_containers = name, 1, 0
            return
        self._raised = name == "sup" or (self._raised and name not in _BLOCKS)
        if name in _BLOCKS or name == "br":
            self.flush()
        if name in _BLOCKS:
            self._close_paragraph()
        if name == "input":
            self._input(attributes)
        elif name == "img":
            self._parts.append(_tick_of_picture(attributes.get("alt", "")))
        elif name == "li":
            self._item(attributes)
        elif name in LISTS:
            if len(self._lists) < self._depth_limit:
                self._lists.append(list_of(name, attributes, found, index))
        elif name in _CELL_TAGS:
            self._tables.start(name, attributes)
        if name not in _VOID:
            self._open(name, attributes)

    def end(self, name: str) -> None:
        """Take an end tag; one that nothing opened does no harm."""
        if self._hidden is not None and not self._shown_again_at_end(name):
            return
        self._raised = self._raised and name != "sup" and name not in _BLOCKS
        if name in _BLOCKS or name == "br":
            self.flush()
        if name in LISTS:
            if self._lists:
                self._lists.pop()
            self._mark = ""
        elif name == "li":
            self._mark = ""
        elif name in _CELL_TAGS:
            self._tables.end(name)
        self._close(name)

    def flush(self, *, paragraph_end: bool = True) -> None:
        """End the line that is being read."""
        if not self._parts:
            return
        read = "".join(self._parts)
        self._parts.clear()
        if not self._keeps_spaces:
            read = _WHITE.sub(" ", read)
        self._keeps_spaces = False
        if not read.strip():
            return
        if self._mark:
            read = _marked(self._mark, read.strip())
        line = make_line(read, paragraph_end=paragraph_end, cell=self._tables.cell)
        if line is not None:
            self.lines.append(line)
            self._mark = ""

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        """Remember an element that changes how its text is read, unless too many are open."""
        style = attributes.get("style", "")
        above = self._effects[-1] if self._effects else None
        font = _font_of(name, attributes, style)
        pre = name in ("pre", "listing", "xmp", "textarea") or (":" in style and _PRE_STYLE.search(style) is not None)
        block = name not in _BLOCKS and ":" in style and _BLOCK_STYLE.search(style) is not None
        if block:
            self.flush()
        if not (font is not None or pre or block) or len(self._effects) >= self._depth_limit:
            return
        if font is None:
            font = None if above is None else above.font
        elif not symbols.is_symbol_font(font):
            font = None
        self._effects.append(_Effect(name, pre or (above is not None and above.pre), font, block))

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

    def _shown_again_at_start(self, name: str) -> bool:
        """Count start tags inside what is hidden; say whether this one ends it."""
        hidden = self._hidden or ""
        starts = _IMPLIED_END.get(hidden, (frozenset(), frozenset()))[0]
        if not self._hidden_containers and name in starts:
            self._hidden = None
            return True
        if name in _CONTAINERS:
            self._hidden_containers += 1
        if name == hidden:
            self._hidden_depth += 1
        return False

    def _shown_again_at_end(self, name: str) -> bool:
        """Count end tags inside what is hidden; say whether this one lies outside of it."""
        hidden = self._hidden or ""
        ends = _IMPLIED_END.get(hidden, (frozenset(), frozenset()))[1]
        if name == hidden:
            self._hidden_depth -= 1
            if self._hidden_depth == 0:
                self._hidden = None
            return self._hidden is None
        if not self._hidden_containers and name in ends:
            self._hidden = None
            return True
        if name in _CONTAINERS and self._hidden_containers:
            self._hidden_containers -= 1
        return False


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or ("style" in attributes and _HIDDEN_STYLE.search(attributes["style"]) is not None)


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
