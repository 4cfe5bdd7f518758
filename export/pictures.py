"""Pictures of lines beside the flags: kept on disk until the worst are known, then written one by one.

    report -> PictureSpool (bytes on disk) -> Pictures.place (anchors and relations on disk) -> Package

Each distinct picture is one part of the workbook, however many flags show it. Memory holds a few numbers for each.

A picture lies wholly inside its cell and moves and sizes with it (`editAs="twoCell"`): Excel then sorts it with its
row and hides it with a row that a filter hides. Anchored any other way, pictures of hidden rows would pile up on the
rows that stay.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from export.text import quoted

_SIGNATURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_HEADER = 24  # bytes, up to the end of width and height
_LARGEST_SIDE = 10_000  # pixels

_EMU = 9_525  # of Excel's unit in a pixel of 1/96 inch
_POINTS = 0.75  # in such a pixel
_CHARACTER = 7  # pixels of a digit of the default font, by which widths of columns are counted
_MARGIN = 3  # pixels between picture and cell border
# A line is read 48 pixels high; two thirds of that still tell Thai digits apart, and a full line fits its column.
_HIGHEST = 40

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DRAWING_HEAD = f'<xdr:wsDr xmlns:xdr="{_SHEET}" xmlns:a="{_DRAWING}" xmlns:r="{_OFFICE}">'
DRAWING_END = "</xdr:wsDr>"
DRAWING_RELATION = f"{_OFFICE}/drawing"
_IMAGE_RELATION = f"{_OFFICE}/image"


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Of one workbook: with more pictures Excel gets slow to open and to scroll."""

    count: int = 20_000
    bytes: int = 64 * 2**20  # all pictures together
    picture_bytes: int = 64 * 2**10  # one picture; a line takes 1 to 3 KB


@dataclass(frozen=True, slots=True)
class _Kept:
    offset: int
    length: int
    width: int  # pixels
    height: int


def png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG in pixels, None for anything else."""
    if len(data) < _HEADER or not data.startswith(_SIGNATURE):
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return (width, height) if 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE else None


class PictureSpool:
    """Pictures on disk, each once, by the hash of their bytes.

    Flags come report by report but stand worst first, so each severity may fill the limits by itself.
    """

    def __init__(self, folder: Path, limits: PictureLimits) -> None:
        self._stream: IO[bytes] = (folder / "pictures.bin").open("w+b")
        self._limits = limits
        self._index: dict[str, _Kept] = {}
        self._counts: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._end = 0

    def add(self, severity: str, data: bytes) -> str | None:
        """Keep a picture and return its key; None for one that is no PNG, is too large, or is beyond the limits."""
        key = hashlib.blake2b(data, digest_size=16).hexdigest()
        if key in self._index:
            return key
        size = png_size(data) if len(data) <= self._limits.picture_bytes else None
        if (
            size is None
            or self._counts[severity] >= self._limits.count
            or self._bytes[severity] + len(data) > self._limits.bytes
        ):
            return None
        self._counts[severity] += 1
        self._bytes[severity] += len(data)
        self._stream.write(data)
        self._index[key] = _Kept(self._end, len(data), *size)
        self._end += len(data)
        return key

    def find(self, key: str) -> _Kept:
        """Return where a picture is, and its size; raises KeyError."""
        return self._index[key]

    def read(self, key: str) -> bytes:
        """Return the bytes of a picture; raises KeyError."""
        kept = self._index[key]
        self._stream.seek(kept.offset)
        return self._stream.read(kept.length)

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a picture goes: column and row from 0, as wide and high as the cell lets it, in pixels."""

    key: str
    column: int
    width: int
    height: int

    @property
    def row_height(self) -> float:
        """Height that the row needs, in points."""
        return (self.height + 2 * _MARGIN) * _POINTS


class Drawing:
    """The pictures of one sheet: anchors and relations as XML on disk."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self.anchors = folder / f"pictures-{number}.anchors"
        self.relations = folder / f"pictures-{number}.relations"
        self._streams = [path.open("w", encoding="utf-8", newline="\n") for path in (self.anchors, self.relations)]
        self._related: set[int] = set()
        self._count = 0

    def write(self, media: int, placing: Placing, row: int, description: str) -> None:
        """Add one picture to row `row`, from 1; `media` is the number of its part."""
        anchors, relations = self._streams
        self._count += 1
        width, height, margin = placing.width * _EMU, placing.height * _EMU, _MARGIN * _EMU
        anchors.write(
            f'<xdr:twoCellAnchor editAs="twoCell">{_corner("from", placing.column, row, margin, margin)}'
            f"{_corner('to', placing.column, row, margin + width, margin + height)}"
            f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{self._count + 1}" name="Line {self._count}" '
            f"descr={quoted(description)}/>"
            '<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>'
            f'<xdr:blipFill><a:blip r:embed="picture{media}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
            f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>'
        )
        if media not in self._related:
            self._related.add(media)
            relations.write(
                f'<Relationship Id="picture{media}" Type="{_IMAGE_RELATION}" Target="/{media_name(media)}"/>'
            )

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams:
            stream.close()


class Pictures:
    """All pictures that stand in the workbook, in the order of their flags."""

    def __init__(self, folder: Path, limits: PictureLimits) -> None:
        self.spool = PictureSpool(folder, limits)
        self.drawings: list[Drawing] = []
        self._folder = folder
        self._limits = limits
        self._media: dict[str, int] = {}
        self._bytes = 0
        self._placed = 0

    def place(self, key: str, column: int, column_width: int) -> Placing | None:
        """Return how a picture fits a column of that many characters; None where the workbook has its fill."""
        kept = self.spool.find(key)
        if self._placed >= self._limits.count:
            return None
        if key not in self._media:
            if self._bytes + kept.length > self._limits.bytes:
                return None
            self._media[key] = len(self._media) + 1
            self._bytes += kept.length
        self._placed += 1
        room = column_width * _CHARACTER - 3 * _MARGIN
        scale = min(1.0, room / kept.width, _HIGHEST / kept.height)
        return Placing(key, column, max(1, round(kept.width * scale)), max(1, round(kept.height * scale)))

    def drawing(self) -> Drawing:
        """Begin the drawing of one more sheet."""
        self.drawings.append(Drawing(self._folder, len(self.drawings) + 1))
        return self.drawings[-1]

    def write(self, drawing: Drawing, placing: Placing, row: int, description: str) -> None:
        """Put a picture that was placed into a row of a sheet, from 1."""
        drawing.write(self._media[placing.key], placing, row, description)

    def media(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of each part, one at a time."""
        for key, number in self._media.items():
            yield media_name(number), self.spool.read(key)

    def close(self) -> None:
        """Let go of the files."""
        self.spool.close()
        for drawing in self.drawings:
            drawing.close()


def media_name(number: int) -> str:
    """Return the name of a picture's part."""
    return f"xl/media/line{number}.png"


def drawing_name(number: int) -> str:
    """Return the name of a drawing's part."""
    return f"xl/drawings/pictures{number}.xml"


def _corner(name: str, column: int, row: int, right: int, down: int) -> str:
    return (
        f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>{right}</xdr:colOff>"
        f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:{name}>"
    )
