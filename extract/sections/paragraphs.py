"""Join wrapped lines into paragraphs, as the typesetter had them before the wrap.

Three questions at every line end: is it the end of a paragraph? If not, was there a space? And does a figure
run over it? What the reader knows for sure (`Line.paragraph_end`) comes first, then list marks, the room that
was left on the line (`layout`), the gap to the next line, and what the words on both sides say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from extract.sections.broken_figures import cut_at, figure_over, surely_cut, year_cut
from extract.sections.join_words import wording
from extract.sections.layout import Layout, Wrap
from extract.sections.list_marks import ListState, opens_item, unit_follows
from extract.sections.spacing import Spacing
from extract.thai.folding import is_thai, takes_no_space
from extract.thai.words import last_word, seam

_SPACES = re.compile(r"\s+")
_D = "0-9\u0e50-\u0e59"
_OPENS = re.compile(r"[(\[\u201c\u2018{]")
_CLOSES = re.compile(r"[)\]\u201d\u2019}]")
_ENOUGH = 3  # continuation lines of list items needed before their fullness counts


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Text of one line that belongs to a section: all of it, or what stands behind the label."""

    at: int  # index of the item
    text: str
    start: int = 0  # its place in the item's text


class Joined(msgspec.Struct, frozen=True, gc=False):
    """Paragraphs of a section, and the figures that were put together across a line end."""

    paragraphs: tuple[str, ...]
    figures: tuple[str, ...] = ()
    wrapped: tuple[tuple[str, str], ...] = ()  # both sides of a line end that may have cut a figure, left apart


class Joiner:
    """Joins the pieces of sections of one document."""

    def __init__(self, layout: Layout, sections: Sequence[Sequence[Piece]]) -> None:
        self.layout = layout
        self._spacing = Spacing("\n".join(piece.text for pieces in sections[:400] for piece in pieces)[:60_000])
        self._sections = sections
        self._trusted: bool | None = None
        trailing = sum(item.trailing_space for item in layout.items)
        self._trailing_tells = 3 <= trailing <= 0.8 * len(layout.items)

    def join(self, pieces: Sequence[Piece], one_paragraph: bool = False) -> Joined:
        """Join the pieces of a section; with `one_paragraph` every line end counts as a wrap."""
        paragraphs: list[str] = []
        figures: list[str] = []
        wrapped: list[tuple[str, str]] = []
        lists = ListState()
        in_list = False
        current = ""
        for number, piece in enumerate(pieces):
            text = _SPACES.sub(" ", piece.text).strip()
            if not text:
                continue
            if not current:
                in_list = not one_paragraph and lists.mark(text, None, False, False)
                current = text
                continue
            before = pieces[number - 1]
            full = self.layout.is_full(before.at, text)
            open_bracket = _open_bracket(current)
            if one_paragraph:
                marked = ends = year = False
            else:
                year = year_cut(current, text, wording().before_year)
                marked = not year and lists.mark(text, before.text, full, open_bracket)
                ends = marked or (not year and self._ends(before, piece, current, full, in_list, open_bracket))
            if ends:
                if not marked and not self.layout.items[before.at].line.paragraph_end:
                    wrapped += [
                        sides
                        for sides in [cut_at(current, text)]
                        if sides and (sides[0][-1] in ".," or _counts(text, sides[1]))
                    ]
                paragraphs.append(current)
                current, in_list = text, marked
                continue
            glue = "" if year else self._glue(before, text, full)
            if glue == "" and (figure := figure_over(current, text)):
                figures.append(figure)
            if glue and (sides := cut_at(current, text)) is not None:
                wrapped.append(sides)
            current += glue + text
        if current:
            paragraphs.append(current)
        return Joined(tuple(paragraphs), tuple(figures), tuple(wrapped))

    # --- where a paragraph ends ---------------------------------------------------------------------

    def _ends(self, before: Piece, piece: Piece, current: str, full: bool, in_list: bool, open_bracket: bool) -> bool:
        layout, words = self.layout, wording()
        text = piece.text.strip()
        if layout.items[before.at].line.paragraph_end:
            return True
        if takes_no_space(text[0]):
            return False
        closes = open_bracket and bool(_CLOSES.search(text[:200]))
        surely_continues = closes or _surely_continues(current, text)
        if piece.at == before.at + 1 and layout.wide_gap(before.at) and not surely_continues:
            return True
        if full:
            if in_list or surely_continues:
                return False
            if layout.indent(piece.at) >= 2.5 and layout.indent(before.at) < 1.5 and before.text:
                return layout.items[piece.at].line.box is not None
            return _is_definition(text) and _is_definition(current)
        if surely_continues:
            return False
        if layout.wrap(before.at) is Wrap.CHARACTER and layout.sure(before.at):
            return not (in_list and not self._fullness_tells())
        if self._splits_word(before.text, text):
            return False
        if in_list:
            return self._fullness_tells()
        return not (words.often_continues.match(text) and not self._fullness_tells())

    def _fullness_tells(self) -> bool:
        """Tell whether lines of this document end early only where a paragraph ends.

        Unmarked lines below a list item continue it as a rule. If most of them follow full lines, the document
        was wrapped by machine, and a line that ends early means something.
        """
        if self._trusted is None:
            full = short = 0
            for pieces in self._sections:
                lists, in_list = ListState(), False
                for number, piece in enumerate(pieces[:400]):
                    text = piece.text.strip()
                    before = pieces[number - 1] if number else None
                    is_full = before is not None and bool(text) and self.layout.is_full(before.at, text)
                    if not text or lists.mark(text, before.text if before else None, is_full, False):
                        in_list = in_list or bool(text)
                    elif in_list and before is not None and not self.layout.items[before.at].line.paragraph_end:
                        full, short = full + is_full, short + (not is_full)
            self._trusted = full >= 3 * short if full + short >= _ENOUGH else short == 0
        return self._trusted

    def _splits_word(self, left: str, right: str) -> bool:
        if not (is_thai(left.strip()[-1:] or " ") and is_thai(right[:1])):
            return False
        found = seam(left.strip(), right)
        return found.split and not found.left_known

    # --- whether a space stood there ------------------------------------------------------------------

    def _glue(self, before: Piece, text: str, full: bool) -> str:
        left = before.text.rstrip()
        if not left:
            return ""
        if takes_no_space(text[0]) or text[0] in ")]}.,;!?%\u201d\u2019:" or left[-1] in "([{\u201c\u2018":
            return "" if not (text[0] == ":" or (text[0] == "." and len(text) > 1 and text[1] == ".")) else " "
        wrap = self.layout.wrap(before.at)
        if not full:
            return "" if surely_cut(left, text) or self._splits_word(left, text) else " "
        if self._trailing_tells:
            return " " if self.layout.items[before.at].trailing_space else ""
        if wrap is Wrap.SPACE:
            sure = self.layout.sure(before.at)
            if sure and self.layout.is_overlong(before.at, left, text):
                return " " if self._spacing.odds(left, text, anywhere=True) > 0 else ""
            return "" if surely_cut(left, text) or (not sure and self._splits_word(left, text)) else " "
        plain = self.layout.items[before.at].line.box is None
        if wrap is Wrap.CHARACTER and plain and self.layout.slack(before.at) >= _first_letters(text) - 0.1:
            return " "  # the space that stood at the edge was dropped
        return " " if self._spacing.odds(left, text, anywhere=wrap is Wrap.CHARACTER) > 0 else ""


def _counts(text: str, figure: str) -> bool:
    """Tell whether a unit stands behind the figure that a line begins with: "2 หลัง", but not "2 ประชุม"."""
    return unit_follows(text[len(figure) :].lstrip())


def _surely_continues(current: str, text: str) -> bool:
    """Tell whether words, brackets or figures show that `text` goes on with the paragraph `current`."""
    words = wording()
    if words.continues.match(text) or current.endswith((",", " -", " \u2013", "/")):
        return True
    if current[-1].isdigit():
        return unit_follows(text) or text.startswith(words.range_words)
    if text[0].isdigit() and current.endswith(tuple(month + "." for month in words.months) + words.months):
        return not opens_item(text)
    if current.endswith(words.stays_open):
        return _ends_in_word(current, words.stays_open)
    return False


def _ends_in_word(current: str, endings: tuple[str, ...]) -> bool:
    """Tell whether one of the endings is a word of its own at the end of the text."""
    ending = max((word for word in endings if current.endswith(word)), key=len, default="")
    left = current[: len(current) - len(ending)]
    return bool(ending) and (not left or left[-1] in " (" or not is_thai(left[-1]) or last_word(current) == ending)


def _first_letters(text: str) -> int:
    """Columns that the first letter takes with what cannot be parted from it: two for one with sara am."""
    following = next((char for char in text[1:4] if not takes_no_space(char)), "")
    return 2 if following == "\u0e33" else 1


def _open_bracket(text: str) -> bool:
    tail = text[-240:]
    return len(_OPENS.findall(tail)) > len(_CLOSES.findall(tail))


def _is_definition(text: str) -> bool:
    head = text[:70]
    return any(head.find(verb) > 0 for verb in wording().definition_verbs)
