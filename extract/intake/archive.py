"""Zip files, read in memory and never unpacked to disk. Word files are zips too.

Nothing that an archive says of itself is believed: names are decoded and checked, sizes are counted while
inflating, and the directory is measured before it is read.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from extract.intake.encodings import looks_like_cp874
from raingan.model.errors import InputError
from raingan.model.records import Limits

# Below this a member is harmless however well it packs: a page of spaces reaches any ratio.
_BOMB_BYTES = 2**20
# Inflating is bounded by zlib; zipfile gives bzip2 and LZMA no bound, so they get small bites.
_CHUNK, _SMALL_CHUNK = 2**18, 2**12
_DIRECTORY_ENTRY = 46 + 512  # bytes, with a long name in Thai stored twice

_END = struct.Struct("<4s4H2LH")
_END_64_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,  # zipfile's word for many things; NotImplementedError is one
)

_DRIVE = re.compile(r"[A-Za-z]:")
_UNICODE_PATH = 0x7075  # extra field of Info-ZIP: the name in UTF-8


@dataclass(slots=True)
class Budget:
    """What all archives inside one archive may still cost together."""

    members: int
    unpacked: int  # bytes

    @classmethod
    def of(cls, limits: Limits) -> Budget:
        """Start with everything the limits allow."""
        return cls(limits.zip_members, limits.zip_bytes)


def open_archive(file: bytes | BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Read the directory of a zip; raise `InputError` if it is broken or too long."""
    stream: BinaryIO = io.BytesIO(file) if isinstance(file, bytes) else file
    try:
        directory = _directory_bytes(stream)
        if directory > limits.zip_members * _DIRECTORY_ENTRY:
            raise InputError("too-large", what="members", size=directory // 46, limit=limits.zip_members)
        return zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise InputError("broken-file", error=_say(error)) from error


def files_in(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return (name, entry) of every member that is no folder, sorted by name."""
    named = [(decoded_name(entry), entry) for entry in archive.infolist()]
    return sorted(
        ((name, entry) for name, entry in named if not name.endswith(("/", "\\"))),
        key=lambda item: (item[0], item[1].header_offset),
    )


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Say whether a member is a symbolic link or a device, as Unix archivers store them."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return entry.create_system == 3 and kind not in (0, stat.S_IFREG)


def overlapping(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return the header offsets of members that reach into the next one: what the densest bombs do."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    return frozenset(
        entry.header_offset
        for entry, following in pairwise(entries)
        if entry.header_offset + 30 + entry.compress_size > following.header_offset
    )


def read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, budget: Budget) -> bytes:
    """Inflate one member within the limits; raise `InputError` with the reason if that cannot be done."""
    if entry.flag_bits & 0x1:
        raise InputError("password")
    _check_size(entry, entry.file_size, limits, budget)
    step = _CHUNK if entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else _SMALL_CHUNK
    chunks = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(step):
                size += len(chunk)
                _check_size(entry, size, limits, budget)
                chunks.append(chunk)
    except _BROKEN as error:
        raise InputError("broken-file", error=_say(error)) from error
    except MemoryError as error:  # LZMA takes at once what the member says it needs, up to 4 GB
        raise InputError("broken-file", error="it asks for more memory than there is") from error
    budget.unpacked -= size
    return b"".join(chunks)


def bomb_ratio(entry: zipfile.ZipInfo, size: int, limits: Limits) -> int | None:
    """Return how many times a member grows, or None where that is within the limits."""
    ratio = size // max(entry.compress_size, 1)
    return ratio if size > _BOMB_BYTES and ratio > limits.zip_ratio else None


def _check_size(entry: zipfile.ZipInfo, size: int, limits: Limits, budget: Budget) -> None:
    ratio = bomb_ratio(entry, size, limits)
    if ratio is not None:
        raise InputError("zip-bomb", ratio=ratio)
    if size > limits.file_bytes:
        raise InputError("too-large", what="bytes", size=size, limit=limits.file_bytes)
    if size > budget.unpacked:
        raise InputError("too-large", what="bytes of all members", size=limits.zip_bytes, limit=limits.zip_bytes)


def decoded_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name as its maker meant it, NFC, separators as stored.

    Windows in Thai writes cp874 and says nothing of it; others write UTF-8 and do not say so either.
    """
    if entry.flag_bits & 0x800:
        return unicodedata.normalize("NFC", entry.orig_filename)
    raw = entry.orig_filename.encode("cp437", "replace")
    return _name_in_extra(entry.extra, raw) or decoded_file_name(raw)


def decoded_file_name(raw: bytes) -> str:
    """Decode a file name whose encoding nobody noted: UTF-8, else cp874 where it reads as Thai, else cp437."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp874" if looks_like_cp874(raw) else "cp437", "replace")
    return unicodedata.normalize("NFC", name)


def shown_name(name: str) -> str:
    """Return a name from a disk or a store as text, NFC; one that is no UTF-8 is read as archives' names are."""
    if not is_text(name):
        return printable(decoded_file_name(os.fsencode(name)))
    return printable(unicodedata.normalize("NFC", name))


def is_text(name: str) -> bool:
    """Say whether a name can be written as UTF-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def safe_name(name: str) -> tuple[str, bool]:
    """Return a name to show, below the archive, and whether the stored one pointed outside of it.

    >>> safe_name("../../evil.txt")
    ('_/_/evil.txt', True)
    """
    slashed = name.replace("\\", "/")
    unsafe = slashed.startswith("/") or _DRIVE.match(slashed) is not None or "\0" in name
    parts = []
    for part in slashed.split("/"):
        if part == "..":
            unsafe = True
            parts.append("_")
        elif part not in ("", "."):
            parts.append(part.replace(":", "_") if _DRIVE.match(part) else part)
    return printable("/".join(parts)) or "_", unsafe


def printable(name: str) -> str:
    """Replace what cannot be printed on one line: controls, direction marks, lone surrogates."""
    if name.isprintable():
        return name
    return "".join(
        character if character.isprintable() or unicodedata.category(character) in ("Zs", "Co") else "\ufffd"
        for character in name
    )


def _name_in_extra(extra: bytes, raw: bytes) -> str | None:
    """Find Info-ZIP's Unicode name, valid only for the stored name whose checksum it carries."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and 5 < size <= len(extra) - 4:
            version, checksum = struct.unpack_from("<BL", extra, 4)
            if version == 1 and checksum == zlib.crc32(raw):
                return unicodedata.normalize("NFC", extra[9 : 4 + size].decode("utf-8", "replace"))
        extra = extra[4 + size :]
    return None


def _directory_bytes(stream: BinaryIO) -> int:
    """Return the size of the directory as the end record tells it, before zipfile reads all of it."""
    end = stream.seek(0, io.SEEK_END)
    start = max(0, end - _END.size - 0xFFFF)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise zipfile.BadZipFile("its directory is missing")
    size: int = _END.unpack_from(tail, at)[5]
    locator = start + at - _END_64_LOCATOR.size
    if locator < 0:
        return size
    stream.seek(locator)
    signature, _, offset, _ = _END_64_LOCATOR.unpack(stream.read(_END_64_LOCATOR.size))
    if signature != b"PK\6\7" or offset > end - _END_64.size:
        return size
    stream.seek(offset)
    record = _END_64.unpack(stream.read(_END_64.size))
    size_64: int = record[8]
    return max(size if size != 0xFFFFFFFF else 0, size_64)


def _say(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
