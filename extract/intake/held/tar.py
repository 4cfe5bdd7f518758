"""Tar archives, plain or packed by gzip, bzip2 or xz, and single files packed by gzip.

Members are read one after the other, never to disk, and what they grow to is counted before it is unpacked.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from extract.intake.archive import Budget
from extract.intake.held import Part
from raingan.model.errors import InputError
from raingan.model.records import Limits

_HARMLESS = 2**20  # bytes; below this nothing is a bomb
# A gzip whose head is cut off is a TypeError to tarfile.
_BROKEN = (
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    TypeError,
    IndexError,
    RuntimeError,
)
_STEP = 2**18


def parts_of_tar(data: bytes, name: str, limits: Limits, budget: Budget) -> list[Part]:
    """Return the members of a tar archive, or the one file that a gzip holds; raise `InputError` for a broken one."""
    is_gzip = data.startswith(b"\x1f\x8b")
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|*") as archive:
            parts = list(_members(archive, len(data), limits, budget))
    except _BROKEN as error:
        if not is_gzip:
            raise InputError("broken-file", error=str(error)[:200] or type(error).__name__) from error
        parts = []
    return parts if parts or not is_gzip else [Part(_unpacked_name(name), _unpacked(data, limits, budget))]


def _members(archive: tarfile.TarFile, packed: int, limits: Limits, budget: Budget) -> Iterator[Part]:
    total = 0
    for count, member in enumerate(archive):
        if count >= budget.members:
            raise InputError("too-large", what="members", size=f"> {count}", limit=limits.zip_members)
        total += max(member.size, 0)
        _check(total, packed, limits, budget)
        if member.isdir():
            continue
        if not member.isreg():
            yield Part(member.name, b"", error=InputError("link"))
            continue
        if member.size > limits.file_bytes:
            error = InputError("too-large", what="bytes", size=member.size, limit=limits.file_bytes)
            yield Part(member.name, b"", error=error)
            continue
        stream = archive.extractfile(member)
        yield Part(member.name, b"" if stream is None else stream.read())
    budget.unpacked -= total


def _unpacked(data: bytes, limits: Limits, budget: Budget) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    parts, size, rest = [], 0, data
    try:
        while rest and not unpacker.eof:
            part = unpacker.decompress(rest, _STEP)
            size += len(part)
            _check(size, len(data), limits, budget)
            parts.append(part)
            rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise InputError("broken-file", error=str(error)[:200]) from error
    budget.unpacked -= size
    return b"".join(parts)


def _check(size: int, packed: int, limits: Limits, budget: Budget) -> None:
    if size > _HARMLESS and size // max(packed, 1) > limits.zip_ratio:
        raise InputError("zip-bomb", ratio=size // max(packed, 1))
    if size > budget.unpacked:
        raise InputError("too-large", what="bytes of all members", size=limits.zip_bytes, limit=limits.zip_bytes)


def _unpacked_name(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in (".gz", ".gzip") else path.name
