"""Turn the lines behind a heading into raw fields, by the kind of value the form gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from extract.sections.doubts import doubts_in
from extract.sections.headings import Heading
from extract.sections.layout import Item
from extract.sections.paragraphs import Joiner, Piece
from extract.thai.folding import fold, is_thai, unfolded_at
from extract.thai.words import is_word, segment
from raingan.model.records import Box, Flag, RawField

if TYPE_CHECKING:
    from extract.sections.forms import Form, FormField

_BLANKS = re.compile(r"[.\u2026_\s]{2,}|^[.\u2026_\s]+|[.\u2026_\s]+$")
NOTHING = re.compile(r"[\s.\u2026_:*-]*")
# The form's next heading with its value behind it; a list of that many items has a first one.
_NUMBERED_LABEL = re.compile(r"[(]?([0-9]{1,2})[.)][^0-9:]{3,60}:.")
_FIRST_ITEM = re.compile(r"[(]?1[.)]")
_NOT_DIGIT = re.compile(r"[^0-9]+")


class Region(msgspec.Struct, frozen=True, gc=False):
    """A chosen heading with the pieces of text up to the next one."""

    field: FormField
    heading: Heading
    pieces: tuple[Piece, ...]


class ValueReader:
    """Reads the values of one document's regions."""

    def __init__(self, form: Form, items: Sequence[Item], joiner: Joiner) -> None:
        self.form, self.items, self.joiner = form, items, joiner
        self._empty = {fold(mark) for mark in form.empty}
        self._lead = tuple(sorted(form.lead, key=len, reverse=True))

    def read(self, region: Region) -> list[RawField]:
        """Raw fields of a region: none for a heading, several for a table."""
        read = region.field.kind.read
        return read(self, region) if read else []

    def field(
        self,
        region: Region,
        pieces: Sequence[Piece],
        paragraphs: tuple[str, ...],
        flags: Sequence[Flag] = (),
        option: str | None = None,
    ) -> RawField:
        candidate, key = region.heading.candidate, str(region.field.key)
        own = [self.items[piece.at] for piece in pieces if piece.text.strip()] or [self.items[candidate.line]]
        page = own[0].line.page
        repairs = list(dict.fromkeys(repair for item in own for repair in item.line.repairs))
        doubts = doubts_in(
            (self.items[piece.at].line, self.items[piece.at].text, piece.start, piece.text) for piece in pieces
        )
        all_flags = list(flags)
        if candidate.edits and fold(candidate.label) != fold(candidate.expected):
            values = {"label": candidate.label, "expected": candidate.expected}
            all_flags.append(Flag("label-damaged", key, values))
        if region.heading.repeated:
            all_flags.append(Flag("section-repeated", key, {"section": key}))
        if region.heading.out_of_order:
            all_flags.append(Flag("section-order", key, {"section": key}))
        if repairs:
            all_flags.append(Flag("text-repaired", key, {"repairs": ", ".join(repairs)}))
        return RawField(
            key=key,
            paragraphs=paragraphs,
            text=self.printed(pieces),
            label=candidate.label,
            unit=candidate.unit or None,
            option=option,
            page=page,
            box=_union([item.line.place for item in own if item.line.page == page]),
            confidence=doubts.confidence,
            flags=tuple(all_flags),
            tokens=doubts.tokens,
            doubtful=doubts.doubtful,
        )

    def printed(self, pieces: Sequence[Piece]) -> str:
        return "\n".join(printed for piece in pieces if (printed := _as_read(self.items[piece.at], piece.text)))

    def unmarked(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Pieces without the mark that the form prints before a value, and without empty ones at the beginning."""
        rest = list(pieces)
        while rest:
            text = rest[0].text.strip()
            if text in (":", "\uff1a", "="):  # the label's colon, wrapped
                rest.pop(0)
                continue
            for mark in self._lead:
                while text.startswith(mark):
                    text = text[len(mark) :].lstrip()
            if text:
                start = rest[0].start + len(rest[0].text.rstrip()) - len(text)
                return [Piece(rest[0].at, text, start), *rest[1:]]
            rest.pop(0)
        return rest

    def first_paragraph(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The first piece and those that a wrap has put below it."""
        rest = [piece for piece in pieces if piece.text.strip()]
        for number in range(1, len(rest)):
            if len(self.joiner.join(rest[: number + 1]).paragraphs) > 1:
                return rest[:number]
            if number >= 8:
                return rest[: number + 1]
        return rest

    def row_of_one_figure(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces in the cells of one table row, where one holds a figure and the others at most its unit."""
        cell = self.items[pieces[0].at].line.cell if pieces else None
        if cell is None:
            return []
        page = self.items[pieces[0].at].line.page
        row = []
        for piece in pieces:
            line = self.items[piece.at].line
            if line.page != page or line.cell is None or line.cell[:2] != cell[:2]:
                break
            row.append(piece)
        cells = {self.items[piece.at].line.cell for piece in row}
        figures = sum(any(letter.isdigit() for letter in piece.text) for piece in row)
        return row if len(cells) == len(row) > 1 and figures == 1 else []

    def filled(self, paragraphs: Sequence[str]) -> tuple[str, ...]:
        """Paragraphs, or none where they only say that nothing is there."""
        kept = tuple(text for text in paragraphs if text and not NOTHING.fullmatch(text))
        return () if len(kept) == 1 and fold(kept[0]) in self._empty else kept

    def left_blank(self, region: Region) -> list[Flag]:
        """Flag a required section with nothing behind its label, not even the mark of a form or a dash for nothing.

        Not in a picture: the two colons that a form prints for nothing are specks there, and may be lost.
        """
        field = region.field
        picture = self.items[region.heading.candidate.line].line.confidence is not None
        if (
            picture
            or not field.required
            or any(not NOTHING.fullmatch(text) or self._says(text) for text in _texts(region))
        ):
            return []
        return [Flag("section-empty", str(field.key), {"section": str(field.key)})]

    def _says(self, text: str) -> bool:
        return text.startswith(self._lead or ("\0",)) or (text not in (":", "\uff1a") and fold(text) in self._empty)

    def without_cut_mark(self, value: str) -> tuple[str, bool]:
        for mark in sorted(self.form.cut, key=len, reverse=True):
            if value.endswith(mark) and not value[: -len(mark)].rstrip()[-1:].isdigit():
                return value[: -len(mark)].rstrip(), True
        return value, False

    def is_cut(self, value: str, pieces: Sequence[Piece]) -> bool:
        """Tell whether a value ends in the middle of a word, or against the right edge of a page."""
        if is_thai(value[-1]) and not value[-1].isdigit():
            words = segment(value[-30:].rpartition(" ")[2])
            last = words[-1]
            if len(words) > 1 and len(last) <= 3 and not is_word(last) and last not in ("\u0e2f", "\u0e46"):
                return True
        at = pieces[-1].at if pieces else -1
        return len(pieces) == 1 and at >= 0 and self.joiner.layout.touches_edge(at)

    def unknown_labels(self, region: Region, pieces: Sequence[Piece]) -> list[Flag]:
        """Flags for lines that look like headings which the form does not list."""
        numbers = [int(field.number) for field in self.form.fields if field.number and field.number.isdigit()]
        following = str(max(numbers, default=0) + 1)
        found = []
        listed = any(_FIRST_ITEM.match(fold(piece.text.strip())) for piece in pieces)
        for number, piece in enumerate(pieces):
            text = piece.text.strip()
            next_heading = _NUMBERED_LABEL.match(fold(text[:120]))
            if next_heading and numbers and next_heading[1] == following and not listed:
                found.append(Flag("unknown-label", str(region.field.key), {"label": text.partition(":")[0].strip()}))
                continue
            if len(text) > 60 or not text.endswith((":", "\uff1a")) or text.strip(" :\uff1a") == "":
                continue
            printed = re.match(r"[(]?([0-9]{1,2})[.)]", fold(text))
            marked = number + 1 < len(pieces) and pieces[number + 1].text.startswith(self._lead or ("\0",))
            if marked or (printed and numbers and printed[1] == following):
                found.append(Flag("unknown-label", str(region.field.key), {"label": text}))
        return found


def _texts(region: Region) -> list[str]:
    return [text for piece in region.pieces if (text := piece.text.strip())]


def renamed(raw: RawField, key: str, unit: str | None = None) -> RawField:
    return RawField(
        key, raw.paragraphs, raw.text, raw.label, unit, None, raw.page, raw.box, raw.confidence,
        tuple(flag for flag in raw.flags if flag.code == "text-repaired"), raw.tokens, raw.doubtful,
    )  # fmt: skip


def _union(boxes: Sequence[Box | None]) -> Box | None:
    known = [box for box in boxes if box]
    if not known:
        return None
    lefts, tops, rights, bottoms = zip(*known, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _as_read(item: Item, text: str) -> str:
    """The piece of a line as it stood before the repair, as far as its place can be told."""
    raw = item.line.raw
    if raw is None:
        return text.strip()
    raw = raw.strip()
    place = item.text.find(text)
    if place <= 0:
        return raw
    folded = fold(item.text[:place])
    if fold(raw).startswith(folded):
        return raw[unfolded_at(raw, len(folded)) :].strip()
    colons = len(re.findall("[:：]", item.text[:place]))
    parts = re.split("[:：]", raw, maxsplit=colons)
    return parts[-1].strip() if colons and len(parts) == colons + 1 else raw


def digits_changed(item: Item, text: str) -> bool:
    """Tell whether the repair of a line changed its figures."""
    raw = item.line.raw
    return raw is not None and _NOT_DIGIT.sub("", fold(raw)) != _NOT_DIGIT.sub("", fold(item.line.text))
