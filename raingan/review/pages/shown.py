"""What is shown of a file beside its fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from raingan.model.records import Box


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file of the listing: where to find its bytes, and which bytes they must be."""

    name: str  # as it stands in the records: "2564/q1.pdf", "archive.zip/member/name.txt"
    path: str | None  # of the file on disk (the archive's for a member), or an address
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page that has a picture."""

    number: int  # from 1
    width: float  # points, as the boxes of the records
    height: float
    turned: int = 0  # degrees clockwise by which a person would turn it to read it: 0, 90, 180, 270


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a source without pages, as it was read."""

    text: str
    fields: tuple[str, ...] = ()  # key paths of the fields that were read here


@dataclass(frozen=True, slots=True)
class Shown:
    """How a report can be shown: pages with pictures, or lines of text. One of the two is empty."""

    sheets: tuple[Sheet, ...] = ()
    lines: tuple[TextLine, ...] = ()
    places: dict[str, tuple[int, Box]] = field(default_factory=dict)  # page and box of fields the record has none for


@dataclass(frozen=True, slots=True)
class Image:
    """A page's picture."""

    data: bytes = field(repr=False)
    media_type: str  # "image/png", "image/jpeg", "image/webp"
    width: int  # pixels
    height: int
