"""The kinds of value that a form's field may have: what a kind takes from the lines, what it gives, how it is checked.

A kind is said here once. Whoever looks for headings or cuts a document asks its traits and never its name.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from extract.sections.cells import read_scores, read_table
from extract.sections.choices import read_choice
from extract.sections.doubts import holding
from extract.sections.values import NOTHING, digits_changed, renamed
from extract.thai.folding import fold, unfolded_at
from raingan.model.records import Flag, RawField

if TYPE_CHECKING:
    from extract.sections.forms import FormField
    from extract.sections.values import Region, ValueReader

_DOTS = re.compile(r"[.\u2026_]{3,}|\u2026")
_YEAR = re.compile(r"[0-9\u0e50-\u0e59]{4}")
_BRACKETED = re.compile(r"\(([^()]*)\)")


class Content(Enum):
    """What behind a heading of this kind shows that a report was filled in, and is not the bare form."""

    NONE = auto()  # printed in an empty form too
    WORDS = auto()  # two letters
    FIGURES = auto()  # a digit, or two letters


class AfterColon(Enum):
    """What can stand behind a label of this kind alone, so that a picture's lost colon is believed."""

    NONE = auto()
    FIGURE = auto()  # the sign itself may have become a letter
    CODE = auto()


Rule = tuple[str, str, Callable[["FormField"], bool]]
"""The code of the sentence, the key of the form file that is wrong, and the test that finds it."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueKind:
    """One kind of value. There is one object of each, so that a form with its fields is quickly told from another."""

    name: str  # in form files
    read: Callable[[ValueReader, Region], list[RawField]] | None  # None: nothing stands behind such a heading
    content: Content = Content.WORDS
    whole: bool = False  # all lines up to the next heading are its own, not the first alone
    keeps_both: bool = False  # of two with one key both texts are kept
    wraps: bool = False  # its paragraphs show how the document breaks lines
    one_line: bool = False  # takes one line, so that a title may follow it
    in_titles: bool = False  # its label counts in the middle of a title line, with the value right behind it
    first_in_bracket: bool = False  # a bracket may open the value: a tick
    code_behind: bool = False  # a code ends it, known by its shape; its labels may stand above
    after_colon: AfterColon = AfterColon.NONE
    rules: tuple[Rule, ...] = ()  # what else has to hold for a field of this kind


def _prose(reader: ValueReader, region: Region) -> list[RawField]:
    pieces = reader.unmarked(region.pieces)
    joined = reader.joiner.join(pieces)
    flags = [*reader.unknown_labels(region, pieces), *reader.left_blank(region)]
    values = [{"left": left, "right": right} for left, right in joined.wrapped]
    flags += [Flag("figure-wrapped", str(region.field.key), value) for value in values]
    return [reader.field(region, pieces, reader.filled(joined.paragraphs), flags)]


def _text(reader: ValueReader, region: Region) -> list[RawField]:
    pieces = reader.unmarked(region.pieces)
    joined = reader.joiner.join(pieces, one_paragraph=True)
    return [reader.field(region, pieces, reader.filled(joined.paragraphs), reader.left_blank(region))]


def _line(reader: ValueReader, region: Region) -> list[RawField]:
    pieces = reader.first_paragraph(reader.unmarked(region.pieces))
    value = " ".join(reader.joiner.join(pieces, one_paragraph=True).paragraphs)
    return [reader.field(region, pieces, reader.filled((_DOTS.sub(" ", value).strip(),)))]


def _year(reader: ValueReader, region: Region) -> list[RawField]:
    pieces, key = region.pieces[:1], str(region.field.key)
    found = _YEAR.search(pieces[0].text) if pieces else None
    if not found:
        return []
    labels = tuple(map(fold, region.field.labels))
    others = [
        text for piece in region.pieces[1:6] if (text := fold(piece.text)) and any(map(text.__contains__, labels))
    ]
    years = {year for text in others for year in _YEAR.findall(text)}
    flags = [Flag("section-repeated", key, {"section": key})] if years - {fold(found[0])} else []
    return [reader.field(region, pieces, (found[0],), flags)]


def _measure(reader: ValueReader, region: Region) -> list[RawField]:
    pieces = reader.unmarked(region.pieces)
    pieces = reader.row_of_one_figure(pieces) or reader.first_paragraph(pieces)
    joined = reader.joiner.join(pieces, one_paragraph=True)
    flags = []
    value = " ".join(joined.paragraphs)
    if joined.figures or any(digits_changed(reader.items[piece.at], piece.text) for piece in pieces):
        flags.append(Flag("figure-repaired", f"{region.field.key}.value", {"raw": reader.printed(pieces)}))
    found = reader.field(region, pieces, reader.filled((value,)), flags)
    return [dataclasses.replace(found, text=reader.printed(region.pieces))]  # with what stands below the figure


def _coded(reader: ValueReader, region: Region) -> list[RawField]:
    pieces = reader.unmarked(region.pieces)
    value = " ".join(reader.joiner.join(pieces, one_paragraph=True).paragraphs)
    value, cut = reader.without_cut_mark(value)
    if value and (cut or reader.is_cut(value, pieces)):
        return [reader.field(region, pieces, reader.filled((value,)), [Flag("text-cut", str(region.field.key))])]
    return [reader.field(region, pieces, reader.filled((value,)))]


def _options(reader: ValueReader, region: Region) -> list[RawField]:
    field = region.field
    pieces = region.pieces[:4] if field.printed == "ticked" else reader.first_paragraph(region.pieces)
    text = " ".join(piece.text for piece in pieces).strip()
    choice = read_choice(text, field.options, field.printed == "ticked")
    flags = [Flag(choice.problem, str(field.key), {"field": str(field.key)})] if choice.problem else []
    return [reader.field(region, pieces, (text,) if text else (), flags, option=choice.value)]


def _person(reader: ValueReader, region: Region) -> list[RawField]:
    text = " ".join(reader.joiner.join(region.pieces[:5], one_paragraph=True).paragraphs)
    folded = fold(text)
    for role in sorted(map(fold, region.field.roles), key=len, reverse=True):
        place = folded.find(role)
        if place >= 0:
            text = text[: unfolded_at(text, place + 1) - 1] + " " + text[unfolded_at(text, place + len(role)) :]
            folded = fold(text)
    bracketed = [inner for inner in _BRACKETED.findall(text) if not NOTHING.fullmatch(inner)]
    name = bracketed[-1] if bracketed else text
    name = _DOTS.sub(" ", name)
    name = re.sub(r"\(\s*\)", " ", name).strip(" .\u2026_-:()")
    return [reader.field(region, region.pieces[:5], reader.filled((" ".join(name.split()),)))]


def _named_code(reader: ValueReader, region: Region) -> list[RawField]:
    value = " ".join(reader.joiner.join(reader.unmarked(region.pieces), one_paragraph=True).paragraphs)
    code_at = re.search(_shape_pattern(region.field.shape or "#"), value)
    name = value[: code_at.start()] if code_at else value
    name = name.rstrip(" :\uff1a")
    found = [reader.field(region, region.pieces, reader.filled((name,)))]
    if code_at and region.field.code_key:
        code = renamed(reader.field(region, region.pieces[-1:], (code_at[1],)), region.field.code_key)
        own = holding(code.tokens, code_at[1])
        kept = tuple(token for token in found[0].tokens if token not in own)
        found = [dataclasses.replace(found[0], tokens=kept), dataclasses.replace(code, tokens=own)]
    return found


def _scores(reader: ValueReader, region: Region) -> list[RawField]:
    found = []
    for row, score in read_scores(" ".join(piece.text for piece in region.pieces[:8])):
        key = str(region.field.key).replace("#", row)
        raw = renamed(reader.field(region, region.pieces, (score,)), key)
        found.append(dataclasses.replace(raw, tokens=holding(raw.tokens, score)))
    return found


def _table(reader: ValueReader, region: Region) -> list[RawField]:
    lines = [reader.items[piece.at].line for piece in region.pieces]
    places = [None if line.cell is None else (line.page, *line.cell) for line in lines]
    table = read_table(region.field, [(place, piece.text) for place, piece in zip(places, region.pieces, strict=True)])
    found = []
    for cell in table.cells:
        key = f"{region.field.key}.{cell.row}.{cell.name}"
        flags = [Flag("cell-unsure", key, {"text": cell.text})] if cell.unsure else []
        raw = reader.field(region, [region.pieces[number] for number in cell.numbers], (cell.text,))
        raw = renamed(raw, key, table.unit if cell.name == "value" else None)
        if cell.unsure:
            raw = dataclasses.replace(raw, paragraphs=())
        found.append(dataclasses.replace(raw, flags=(*raw.flags, *flags)))
    for row in table.missing:
        key = f"{region.field.key}.{row}.value"
        raw = renamed(reader.field(region, region.pieces[:1], ()), key)
        found.append(dataclasses.replace(raw, text="", flags=(Flag("row-missing", key, {"row": row}),)))
    return found


def _shape_pattern(shape: str) -> str:
    return r"[\s:\uff1a]+(" + re.escape(shape).replace(r"\#", "#").replace("#", r"[0-9\u0e50-\u0e59]") + r")\s*$"


_NEEDS_OPTIONS: Rule = ("form-no-options", "option", lambda item: not item.options)
_NEEDS_SHAPE: Rule = ("form-shape", "shape", lambda item: "#" not in (item.shape or ""))
_NEEDS_CODE_KEY: Rule = ("form-code-key", "code_key", lambda item: item.code_key is None)
_NEEDS_CELLS: Rule = ("form-table", "cells", lambda item: not (item.cells and item.rows))

VALUE_KINDS: dict[str, ValueKind] = {
    kind.name: kind
    for kind in (
        ValueKind("prose", _prose, whole=True, keeps_both=True, wraps=True),
        ValueKind("text", _text, whole=True, keeps_both=True),
        ValueKind("line", _line, one_line=True),
        ValueKind("year", _year, Content.NONE, one_line=True, in_titles=True),
        ValueKind("measure", _measure, Content.FIGURES, after_colon=AfterColon.FIGURE),
        ValueKind("coded", _coded, whole=True, after_colon=AfterColon.CODE),
        ValueKind("options", _options, Content.NONE, one_line=True, first_in_bracket=True, rules=(_NEEDS_OPTIONS,)),
        ValueKind("person", _person, one_line=True),
        ValueKind("heading", None, Content.NONE),
        ValueKind("named-code", _named_code, code_behind=True, rules=(_NEEDS_SHAPE, _NEEDS_CODE_KEY)),
        ValueKind("scores", _scores),
        ValueKind("table", _table, Content.FIGURES, rules=(_NEEDS_CELLS,)),
    )
}
