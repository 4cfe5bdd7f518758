"""Records as bytes."""

from __future__ import annotations

from typing import TypeVar

Record = TypeVar("Record")


def pack(value: object) -> bytes:
    """Return a record as bytes."""
    raise NotImplementedError


def unpack(kind: type[Record], data: bytes) -> Record:
    """Return the record; raises ValueError for anything that `pack` did not write for this type."""
    raise NotImplementedError
