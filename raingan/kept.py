"""What a file was read as, packed to be kept: its pages and their sections, and the pictures of lines, each once.

A picture of a line stands in every token of that line, and in the sections again. They are kept beside, and what is
packed has their numbers in their place.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from raingan.model.codec import pack, unpack
from raingan.model.records import Document, Found, Line, Page, RawField, ReadToken

_LENGTH = struct.Struct("<I")
_NUMBER = struct.Struct("<I")

Exchange = Callable[[bytes], bytes]
"""Puts a number in the place of a picture, or the picture back."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Each part empty where it is not kept."""

    document: bytes = dataclasses.field(default=b"", repr=False)
    pictures: bytes = dataclasses.field(default=b"", repr=False)  # of the lines of both others
    found: bytes = dataclasses.field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return bool(self.document or self.found)


NOTHING = Kept()


def keep(document: Document, found: Found | None) -> Kept:
    """Pack what one file was read as; what is larger than a record may be is left out."""
    numbers: dict[bytes, int] = {}

    def numbered(picture: bytes) -> bytes:
        return _NUMBER.pack(numbers.setdefault(picture, len(numbers)))

    try:
        packed = pack(_document(document, numbered))
        packed_found = b"" if found is None else pack(_found(found, numbered))
    except ValueError:
        return NOTHING
    return Kept(packed, _joined(numbers), packed_found)


def keep_found(found: Found, kept: Kept) -> bytes:
    """Pack sections beside pages that are kept already; empty where that cannot be done."""
    numbers = {picture: number for number, picture in enumerate(_split(kept.pictures))}
    try:
        return pack(_found(found, lambda picture: _NUMBER.pack(numbers[picture])))
    except (ValueError, KeyError):
        return b""


def document_of(kept: Kept) -> Document:
    """Return the pages; raises ValueError for anything that `keep` did not write."""
    return _document(unpack(Document, kept.document), _looked_up(kept.pictures))


def found_of(kept: Kept) -> Found:
    """Return the sections; raises ValueError for anything that `keep` did not write."""
    return _found(unpack(Found, kept.found), _looked_up(kept.pictures))


def _joined(pictures: Iterable[bytes]) -> bytes:
    return b"".join(part for picture in pictures for part in (_LENGTH.pack(len(picture)), picture))


def _split(data: bytes) -> list[bytes]:
    pictures, at = [], 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise ValueError("the pictures end within a length")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if at + length > len(data):
            raise ValueError("the pictures end within one of them")
        pictures.append(data[at : at + length])
        at += length
    return pictures


def _looked_up(data: bytes) -> Exchange:
    pictures = _split(data)

    def picture(number: bytes) -> bytes:
        try:
            place: int = _NUMBER.unpack(number)[0]
            return pictures[place]
        except (struct.error, IndexError) as error:
            raise ValueError("a picture is missing") from error

    return picture


def _document(document: Document, exchange: Exchange) -> Document:
    return dataclasses.replace(document, pages=tuple(_page(page, exchange) for page in document.pages))


def _page(page: Page, exchange: Exchange) -> Page:
    lines, margins, remains = (_lines(lines, exchange) for lines in (page.lines, page.margins, page.remains))
    return dataclasses.replace(page, lines=lines, margins=margins, remains=remains)


def _lines(lines: Sequence[Line], exchange: Exchange) -> tuple[Line, ...]:
    return tuple(
        dataclasses.replace(line, tokens=_tokens(line.tokens, exchange)) if line.tokens else line for line in lines
    )


def _tokens(tokens: Sequence[ReadToken], exchange: Exchange) -> tuple[ReadToken, ...]:
    return tuple(
        token if token.picture is None else dataclasses.replace(token, picture=exchange(token.picture))
        for token in tokens
    )


def _found(found: Found, exchange: Exchange) -> Found:
    reports = tuple(
        dataclasses.replace(report, fields=tuple(_field(field, exchange) for field in report.fields))
        for report in found.reports
    )
    return dataclasses.replace(found, reports=reports)


def _field(field: RawField, exchange: Exchange) -> RawField:
    return dataclasses.replace(field, tokens=_tokens(field.tokens, exchange)) if field.tokens else field
