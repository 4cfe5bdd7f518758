"""The workbook's zip file: no clock in it, and rows streamed into the sheets that openpyxl prepared.

openpyxl makes every part of the workbook but the rows and the pictures; `SheetRows` says where the rows of a sheet
wait on disk, and `Pictures` hands its parts out one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import canonicalize
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from export.pictures import DRAWING_END, DRAWING_HEAD, Pictures, drawing_name

# The first time that a zip can name; Excel shows no time of a part.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o600 << 16
_UNIX = 3
_CHUNK = 1 << 20
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# openpyxl's own names itself "Microsoft Excel Compatible", and LibreOffice then trusts the file to bring the height
# of every row: wrapped texts would overlap.
_APPLICATION = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Raingan</Application></Properties>"
)
_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_EMPTY_ROWS = "<sheetData></sheetData>"


@dataclass(frozen=True, slots=True)
class SheetRows:
    """What goes into one sheet: rows, and the cells that are links, as XML on disk."""

    rows: Path
    links: Path  # <hyperlink/> elements; may be empty
    targets: Path  # <Relationship/> elements of the links that lead outside; may be empty
    area: str  # "A1:K20"
    drawn: bool = False  # whether `targets` names a drawing, as "pictures"


class Package(ZipFile):
    """A zip file that is the same whenever and wherever it is written."""

    def __init__(self, path: Path, sheets: Mapping[str, SheetRows], pictures: Pictures) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, allowZip64=True)
        self._sheets = sheets
        self._pictures = pictures

    def writestr(self, name: Any, data: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Write a small part; XML in canonical form, so that it does not matter which XML library made it."""
        text = _canonical(_APPLICATION if name == "docProps/app.xml" else data)
        if name == _CONTENT_TYPES and self._pictures.drawings:  # openpyxl's last part
            self._write_pictures()
            text = _with_types(text, self._pictures)
        sheet = self._sheets.get(str(name).replace("_rels/", "").removesuffix(".rels")) if "_rels" in name else None
        head, end = _split_before(text, ("</Relationships>",)) if sheet is not None else (text, "")
        with self.open(_entry(name), "w") as part:
            part.write(head.encode())
            if sheet is not None:
                _copy(sheet.targets, part)
            part.write(end.encode())

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Write a sheet: openpyxl's part, with our rows and links in their places."""
        sheet = self._sheets[arcname]
        head, tail = _canonical(Path(filename).read_bytes()).split(_EMPTY_ROWS)
        head = head.replace("<sheetViews>", f'<dimension ref="{sheet.area}"></dimension><sheetViews>', 1)
        links = sheet.links.stat().st_size
        before_links, after_links = _split_before(tail, ("<printOptions", "<pageMargins"))
        before_parts, parts = _split_before(after_links, ("<drawing", "<tableParts", "</worksheet>"))

        entry = _entry(arcname)
        entry.file_size = sheet.rows.stat().st_size + links + len(head) + len(tail)  # decides on zip64, no more
        with self.open(entry, "w") as part:
            part.write(f"{head}<sheetData>".encode())
            _copy(sheet.rows, part)
            part.write(f"</sheetData>{before_links}".encode())
            if links:
                part.write(f'<hyperlinks xmlns:r="{_OFFICE}">'.encode())
                _copy(sheet.links, part)
                part.write(b"</hyperlinks>")
            # Codes such as 2564 are texts on purpose: no green corners.
            ignored = f'<ignoredErrors><ignoredError sqref="{sheet.area}" numberStoredAsText="1"/></ignoredErrors>'
            drawing = f'<drawing xmlns:r="{_OFFICE}" r:id="pictures"/>' if sheet.drawn else ""
            part.write(f"{before_parts}{ignored}{drawing}{parts}".encode())

    def _write_pictures(self) -> None:
        for name, data in self._pictures.media():
            with self.open(_entry(name, ZIP_STORED), "w") as part:  # a PNG is compressed already
                part.write(data)
        for drawing in self._pictures.drawings:
            drawing.close()
            name = drawing_name(drawing.number)
            folder, _, file = name.rpartition("/")
            for entry, head, body, end in (
                (name, DRAWING_HEAD, drawing.anchors, DRAWING_END),
                (f"{folder}/_rels/{file}.rels", _RELATIONS, drawing.relations, "</Relationships>"),
            ):
                with self.open(_entry(entry), "w") as part:
                    part.write(head.encode())
                    _copy(body, part)
                    part.write(end.encode())


def _with_types(text: str, pictures: Pictures) -> str:
    head, tail = _split_before(text, ("<Default", "<Override"))
    overrides = "".join(
        f'<Override PartName="/{drawing_name(drawing.number)}" ContentType="{_DRAWING_TYPE}"></Override>'
        for drawing in pictures.drawings
    )
    tail = tail.replace("</Types>", overrides + "</Types>")
    return f'{head}<Default Extension="png" ContentType="image/png"></Default>{tail}'


def _canonical(data: str | bytes) -> str:
    return str(canonicalize(data.decode("utf-8") if isinstance(data, bytes) else data))


def _split_before(text: str, marks: tuple[str, ...]) -> tuple[str, str]:
    place = min(found for mark in marks if (found := text.find(mark)) >= 0)
    return text[:place], text[place:]


def _entry(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, FIXED_TIME)
    entry.compress_type = compression
    entry.external_attr = _MODE
    entry.create_system = _UNIX
    return entry


def _copy(path: Path, part: IO[bytes]) -> None:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            part.write(chunk)
