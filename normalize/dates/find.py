"""Find the dates of a section."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from normalize.dates.chains import Span
from normalize.dates.grammar import Reader
from normalize.dates.resolve import resolve_span
from normalize.dates.tokens import tokenize
from normalize.dates.years import DateContext
from normalize.tables import table
from normalize.writing import plain_signs
from raingan.model.records import DateMention, Flag


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and where it stands: positions in the section's text."""

    mention: DateMention
    start: int
    end: int
    flags: tuple[Flag, ...] = ()


def locate_dates(text: str, section: str, context: DateContext) -> list[FoundDate]:
    """Return the dates of a section with their positions."""
    plain = plain_signs(text)
    found: list[FoundDate] = []
    offset = 0
    for paragraph in plain.split("\n"):
        for span in _spans(paragraph):
            item = _found(span, text, offset, section, context)
            if item is not None:
                found.append(item)
        offset += len(paragraph) + 1
    return found


@lru_cache(maxsize=256)  # a report's paragraphs: read once more when its fiscal year is known
def _spans(paragraph: str) -> tuple[Span, ...]:
    tokens = tokenize(paragraph)
    reader = Reader(paragraph, tokens)
    spans: list[Span] = []
    index = 0
    while index < len(tokens):
        read = reader.read_at(index)
        if read is None:
            index += 1
            continue
        spans.extend(read[0])
        index = max(read[1], index + 1)
    return tuple(span for span in spans if not _recurs(span, paragraph))


def _recurs(span: Span, paragraph: str) -> bool:
    """Tell whether a day without a year is one of every year: "5 ธันวาคม ของทุกปี"."""
    if span.first.year is not None:
        return False
    return paragraph[span.end :].lstrip(" ").startswith(tuple(table("dates")["words"]["every_year"]))


def _found(span: Span, text: str, offset: int, section: str, context: DateContext) -> FoundDate | None:
    start, end = offset + span.start, offset + span.end
    printed = text[start:end].strip()
    resolved = resolve_span(span, printed, context)
    if resolved is None:
        return None
    mention = DateMention(section, printed, span.kind, resolved.start, resolved.end)
    return FoundDate(mention, start, end, resolved.flags)
