"""Records as bytes and back: how results are kept, and how they come from the processes that read.

    record -> MessagePack -> zlib, behind a head of five bytes

No pickle anywhere: a ledger may come from somebody else, and reading it must never run code, nor fill the memory.
msgspec encodes the dataclasses and checks each value against its type hint when they come back; a `float` comes back
as one, also where it held a whole number. The head holds the form and a mark of the type's shape, so that bytes written
for other fields are refused instead of misread.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import typing
import zlib
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import msgspec

Record = TypeVar("Record")

_FIRST_FORM = b"\x01"  # rows of JSON, which were read by another version
_MESSAGE_PACK = b"\x02"
# What MessagePack cannot hold goes as JSON: lone surrogates, which come out of broken PDFs and must not end a run, and
# whole numbers of more than 64 bits. It takes three times as long.
_JSON = b"\x03"
_FORMS = (_FIRST_FORM, _MESSAGE_PACK, _JSON)
_MARK_BYTES = 4
_HEAD_BYTES = 1 + _MARK_BYTES

# A text of 20 million characters (the limit of one document) takes 60 MB; no report comes near.
_BYTES_AT_MOST = 64 * 2**20

# Level 3 packs a report to 2.2 KB in 85 us; level 1 takes 76 us for 2.7 KB, level 6 takes 143 us for 2.0 KB.
_LEVEL = 3

_ENCODER = msgspec.msgpack.Encoder()


class OtherShape(ValueError):
    """Bytes of a record as another version wrote it: not damaged, and not to be read by this one."""


def pack(value: object) -> bytes:
    """Return a record as bytes; raises ValueError where it is larger than `unpack` takes back."""
    kind: Any = type(value)
    form = _MESSAGE_PACK
    try:
        data = _ENCODER.encode(value)
    except (UnicodeEncodeError, OverflowError):
        form = _JSON
        data = json.dumps(msgspec.to_builtins(value), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(data) > _BYTES_AT_MOST:
        raise ValueError(f"a record of {len(data)} bytes is more than is read back ({_BYTES_AT_MOST})")
    return form + _shape_mark(kind) + zlib.compress(data, _LEVEL)


def unpack(kind: type[Record], data: bytes) -> Record:
    """Return the record; raises ValueError for anything that `pack` did not write for this type (`OtherShape` where
    another version may have).
    """
    known: Any = kind
    form = data[:1]
    if form not in _FORMS or len(data) < _HEAD_BYTES:
        raise ValueError(f"not a {kind.__name__}")
    if form == _FIRST_FORM or data[1:_HEAD_BYTES] != _shape_mark(known):
        raise OtherShape(f"not a {kind.__name__} as this version writes it")
    plain = _inflated(data[_HEAD_BYTES:])
    try:
        if form == _MESSAGE_PACK:
            value: Record = _decoder(known).decode(plain)
        else:
            value = msgspec.convert(json.loads(plain.decode("utf-8", "surrogatepass")), kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def _inflated(data: bytes) -> bytes:
    """Decompress no more than the limit: a bomb is refused before it grows."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, _BYTES_AT_MOST)
    except zlib.error as error:
        raise ValueError(f"not compressed data: {error}") from error
    if not stream.eof or stream.unused_data:
        raise ValueError("cut off, too large, or followed by something else")
    return text


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


def mark_of(kind: Any) -> bytes:
    """Return what changes when records of this type are written in another way, or have other fields."""
    return _MESSAGE_PACK + _shape_mark(kind)


@cache
def _shape_mark(kind: Any) -> bytes:
    return zlib.crc32(_shape(kind).encode()).to_bytes(_MARK_BYTES, "big")


def _shape(hint: Any) -> str:
    """Return what decides how a type is written, in words: its fields with their types, and so on down."""
    if dataclasses.is_dataclass(hint):
        kind = typing.cast(type, hint)
        # The last argument keeps a field named `date` from hiding the type of that name.
        hints = typing.get_type_hints(kind, vars(sys.modules[kind.__module__]), {})
        fields = (f"{field.name}:{_shape(hints[field.name])}" for field in dataclasses.fields(kind))
        return f"{kind.__name__}<{','.join(fields)}>"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"{hint.__name__}({','.join(str(member.value) for member in hint)})"
    inside = typing.get_args(hint)
    name = getattr(typing.get_origin(hint) or hint, "__name__", str(hint))
    return f"{name}[{','.join(map(_shape, inside))}]" if inside else name
