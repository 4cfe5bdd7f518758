"""Makers of small files, in memory."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

from extract.reading.document import read_document
from raingan.model.records import Document, Limits, Line, Source

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def source_of(data: bytes, name: str = "file") -> Source:
    return Source(name, data, hashlib.sha256(data).hexdigest())


def read_bytes(data: bytes, name: str = "file", limits: Limits | None = None) -> Document:
    """Read bytes as a file of that name."""
    return read_document(source_of(data, name), limits or Limits())


def all_lines(document: Document) -> list[Line]:
    return [line for page in document.pages for line in page.lines]


def zip_of(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of names and contents."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx_of(body: str, **parts: str) -> bytes:
    """Make a Word file of the XML inside its body, and of other parts by their short names."""
    roots = {name: name for name in ("styles", "numbering", "footnotes", "comments")} | {"header1": "hdr"}
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{_OFFICE}/{name.rstrip("1")}" Target="{name}.xml"/>' for name in parts
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{_OFFICE}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
    }
    for name, content in parts.items():
        members[f"word/{name}.xml"] = f"<w:{roots[name]} {_NAMESPACES}>{content}</w:{roots[name]}>"
    return zip_of(members)
