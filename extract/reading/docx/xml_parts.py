"""The parts of a Word file: a zip of XML, parsed without entities and within limits."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from extract.intake.archive import Budget, open_archive, read_member
from raingan.model.errors import InputError
from raingan.model.records import Limits

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# "Strict" files use other names for the same things.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_LARGEST_PART = 64 * 2**20  # bytes of XML; a 1,000-page document has about 30 million
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})")
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to: the last word of the relation's type, and the part."""

    kind: str
    target: str


class Package:
    """An open Word file. Parts are read when they are asked for."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._archive = open_archive(data, limits)
        self._budget = Budget.of(limits)
        self._names = {_key(name): entry for name, entry in self._archive.NameToInfo.items()}

    def bytes_of(self, name: str) -> bytes | None:
        """Return a part as stored, None if there is none."""
        entry: zipfile.ZipInfo | None = self._names.get(_key(name))
        if entry is None:
            return None
        if entry.file_size > _LARGEST_PART:
            raise InputError("too-large", what="bytes of XML", size=entry.file_size, limit=_LARGEST_PART)
        return read_member(self._archive, entry, self._limits, self._budget)

    def part(self, name: str) -> Element | None:
        """Return the root of an XML part, None if there is none; raise `InputError` if it is broken."""
        data = self.bytes_of(name)
        return None if data is None else parse(data, name)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return the relations of a part ("" for the package itself) by their ids."""
        folder, _, file = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{file}.rels".lstrip("/"))
        found: dict[str, Relation] = {}
        for relation in root if root is not None else ():
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External" and relation.get("Id"):
                full = target if target.startswith("/") else posixpath.join("/", folder, target)
                kind = relation.get("Type", "").rpartition("/")[2]
                found[relation.get("Id", "")] = Relation(kind, posixpath.normpath(full).lstrip("/"))
        return found

    def main_part(self, usual: str = "word/document.xml") -> str:
        """Return the name of the part that holds the text, the usual one where the package does not say."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.target
        return usual

    def close(self) -> None:
        """Let the file go."""
        self._archive.close()


def parse(data: bytes, name: str) -> Element:
    """Parse a part; one with declarations of its own, which Office never writes, is refused unread."""
    check_declarations(data, name)
    try:
        return ElementTree.fromstring(as_usual(data))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError("broken-file", error=f"{name}: {error}"[:200]) from error


def as_usual(data: bytes) -> bytes:
    """Give the names of "strict" files the form that others have."""
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    return data


def check_declarations(data: bytes, name: str) -> None:
    """Raise `InputError` for XML that declares entities or an encoding that Office does not write."""
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"utf-16", b"us-ascii"):
        raise InputError("broken-file", error=f"{name}: encoding")
    if any(mark.encode(codec) in data for mark in _DECLARATIONS for codec in _codecs(data)):
        raise InputError("broken-file", error=f"{name}: declares entities")


def _codecs(data: bytes) -> tuple[str, ...]:
    return ("utf-8", "utf-16-le", "utf-16-be") if b"\0" in data[:64] else ("utf-8",)


def _key(name: str) -> str:
    """Part names do not tell capitals from small letters."""
    return name.lower().lstrip("/")
