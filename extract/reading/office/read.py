"""Readers of old Office files (.doc, .rtf): LibreOffice makes a .docx of them, and that is read.

It also lays out what has no pages of its own, for people to look at.
"""

from __future__ import annotations

import dataclasses

from extract.intake.archive import Budget, files_in, open_archive, read_member
from extract.reading.docx.read import read_docx
from extract.reading.office.soffice import convert
from extract.reading.pace import begin_page
from extract.reading.scan.engines import EngineMaker
from raingan.model.errors import InputError
from raingan.model.records import Document, Kind, Limits, Source

READER = "office/1"

_MANIFEST = "META-INF/manifest.xml"
_FIRST_SECTOR = 512  # of an OLE file, where Word puts its document's head
_WORD_HEAD = b"\xec\xa5"
_ENCRYPTED = 0x01  # bit of the byte 11 bytes into that head


def read_doc(source: Source, limits: Limits, engine: EngineMaker | None = None) -> Document:
    """Read a file of Word 97 to 2003; raise `InputError` as `read_rtf` does."""
    return _read(source, Kind.DOC, limits, engine)


def read_rtf(source: Source, limits: Limits, engine: EngineMaker | None = None) -> Document:
    """Read Rich Text Format; raise `InputError` where LibreOffice is missing or cannot make it a .docx."""
    return _read(source, Kind.RTF, limits, engine)


def laid_out(source: Source, kind: Kind, limits: Limits, inside: str) -> bytes:
    """Return a Word file, or one of the old kinds, as a PDF made in a folder; raise `InputError` as its reader does."""
    if kind is Kind.DOCX:
        read_docx(source, limits)  # which knows bombs and passwords
    _refuse(source, kind, limits)
    return convert(source.data, f".{kind.value}", limits, ".pdf", inside)


def _refuse(source: Source, kind: Kind, limits: Limits) -> None:
    """Raise `InputError` for passwords and bombs, which are known before LibreOffice starts."""
    if kind is Kind.DOC:
        head = source.data[_FIRST_SECTOR : _FIRST_SECTOR + 12]
        if head.startswith(_WORD_HEAD) and head[11] & _ENCRYPTED:
            raise InputError("password")
    if kind is not Kind.ODT:
        return
    archive = open_archive(source.data, limits)
    try:
        budget = Budget.of(limits)
        for name, entry in files_in(archive):
            content = read_member(archive, entry, limits, budget)
            if name == _MANIFEST and b"encryption-data" in content:
                raise InputError("password")
    finally:
        archive.close()


def _read(source: Source, kind: Kind, limits: Limits, engine: EngineMaker | None) -> Document:
    _refuse(source, kind, limits)
    begin_page(1)
    converted = convert(source.data, f".{kind.value}", limits)
    begin_page(1)  # the time that LibreOffice took is not the reader's
    document = read_docx(dataclasses.replace(source, data=converted), limits, engine)
    return dataclasses.replace(document, kind=kind, reader=f"{READER}+{document.reader}")
