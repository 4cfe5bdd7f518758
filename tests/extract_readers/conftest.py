"""Makers of small files, in memory."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

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


@pytest.fixture
def source() -> Callable[[bytes, str], Source]:
    """Make a source of bytes."""

    def make(data: bytes, name: str = "file") -> Source:
        return Source(name, data, hashlib.sha256(data).hexdigest())

    return make


@pytest.fixture
def read(source: Callable[[bytes, str], Source]) -> Callable[..., Document]:
    """Read bytes as a file of that name."""

    def read_bytes(data: bytes, name: str = "file", limits: Limits | None = None) -> Document:
        return read_document(source(data, name), limits or Limits())

    return read_bytes


@pytest.fixture
def texts() -> Callable[[Document], list[str]]:
    """Take the text of all body lines."""
    return lambda document: [line.text for line in all_lines(document)]


def all_lines(document: Document) -> list[Line]:
    return [line for page in document.pages for line in page.lines]


@pytest.fixture
def zip_of() -> Callable[..., bytes]:
    """Make a zip of names and contents."""

    def make(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return stream.getvalue()

    return make


@pytest.fixture
def docx_of(zip_of: Callable[..., bytes]) -> Callable[..., bytes]:
    """Make a Word file of the XML inside its body, and of other parts by their short names."""

    def make(body: str, **parts: str) -> bytes:
        roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "header1": "hdr"}
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

    return make
