"""Records as bytes and back: how results are kept, and how they come from the processes that read.

    record -> fields by position -> JSON -> zlib, behind a head of six bytes

No pickle anywhere: a ledger may come from somebody else, and reading it must never run code, nor fill the memory.
The way each type goes is worked out once from its type hints. The head holds the version of this format and a mark
of the type's shape, so that bytes written for other fields are refused instead of misread.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import sys
import typing
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar

Record = TypeVar("Record")

_VERSION = b"\x01"
_MARK_BYTES = 4
_HEAD_BYTES = len(_VERSION) + _MARK_BYTES

# A text of 20 million characters (the limit of one document) takes 60 MB; no report comes near.
_JSON_BYTES_AT_MOST = 64 * 2**20

# Level 3 packs a report to 2.2 KB in 85 us; level 1 takes 76 us for 2.7 KB, level 6 takes 143 us for 2.0 KB.
_LEVEL = 3

# Kinds of rows met; real records have some hundreds.
_ROWS_REMEMBERED = 10_000

_Way = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class _Ways:
    """How values of one type become plain JSON and back; None where they are plain already."""

    shape: str
    plain: frozenset[type]  # what JSON gives for it
    to_plain: _Way | None = None
    to_value: _Way | None = None  # called with one of the plain types, not with None; raises ValueError


def pack(value: object) -> bytes:
    """Return a record as bytes; raises ValueError where it is larger than `unpack` takes back."""
    kind: Any = type(value)
    ways = _ways(kind)
    plain = value if ways.to_plain is None else ways.to_plain(value)
    # Lone surrogates come out of broken PDFs and must not end a run.
    data = _ENCODER.encode(plain).encode("utf-8", "surrogatepass")
    if len(data) > _JSON_BYTES_AT_MOST:
        raise ValueError(f"a record of {len(data)} bytes is more than is read back ({_JSON_BYTES_AT_MOST})")
    return _head(kind) + zlib.compress(data, _LEVEL)


def unpack(kind: type[Record], data: bytes) -> Record:
    """Return the record; raises ValueError for anything that `pack` did not write for this type."""
    known: Any = kind
    ways = _ways(known)
    if data[:_HEAD_BYTES] != _head(known):
        raise ValueError(f"not a {kind.__name__} as this version writes it")
    try:
        plain = json.loads(_inflated(data[_HEAD_BYTES:]).decode("utf-8", "surrogatepass"))
        if type(plain) not in ways.plain:
            raise ValueError(f"a {type(plain).__name__} is no {kind.__name__}")
        value: Record = plain if ways.to_value is None or plain is None else ways.to_value(plain)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except InvalidOperation as error:
        raise ValueError("no number") from error
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def _inflated(data: bytes) -> bytes:
    """Decompress no more than the limit: a bomb is refused before it grows."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, _JSON_BYTES_AT_MOST)
    except zlib.error as error:
        raise ValueError(f"not compressed data: {error}") from error
    if not stream.eof or stream.unused_data:
        raise ValueError("cut off, too large, or followed by something else")
    return text


@cache
def _head(kind: Any) -> bytes:
    mark = zlib.crc32(_ways(kind).shape.encode())
    return _VERSION + mark.to_bytes(_MARK_BYTES, "big")


# --- the ways of each type


@cache
def _ways(hint: Any) -> _Ways:
    """Work out how values of a type hint go to JSON and back."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return _optional(hint, inside)
    if origin is tuple:
        return _many(inside[0]) if inside[1:] == (...,) else _some(inside)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*inside)
    if dataclasses.is_dataclass(hint):
        return _dataclass(typing.cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    return _SIMPLE[hint]


def _picture(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


_TEXT = frozenset((str,))
_SIMPLE = {
    str: _Ways("text", _TEXT),
    bool: _Ways("yes", frozenset((bool,))),
    int: _Ways("whole", frozenset((int,))),
    float: _Ways("number", frozenset((float, int))),  # 12 where 12.0 was meant stays 12
    NoneType: _Ways("none", frozenset((NoneType,))),
    Decimal: _Ways("decimal", _TEXT, str, Decimal),
    date: _Ways("day", _TEXT, date.isoformat, date.fromisoformat),
    bytes: _Ways("bytes", _TEXT, lambda value: base64.b64encode(value).decode("ascii"), _picture),
}


def _optional(hint: Any, inside: tuple[Any, ...]) -> _Ways:
    others = [kind for kind in inside if kind is not NoneType]
    if len(others) != 1:
        raise TypeError(f"{hint}: JSON could not tell which of these it was")
    ways = _ways(others[0])
    to_plain = ways.to_plain
    return _Ways(
        f"{ways.shape}?",
        ways.plain | {NoneType},
        None if to_plain is None else lambda value: None if value is None else to_plain(value),
        ways.to_value,
    )


def _many(item: Any) -> _Ways:
    """tuple[item, ...]"""
    ways = _ways(item)
    plain, to_plain, to_value = ways.plain, ways.to_plain, ways.to_value

    def read(values: list[Any]) -> tuple[Any, ...]:
        if not plain.issuperset(map(type, values)):
            raise ValueError(f"not {ways.shape} throughout")
        if to_value is None:
            return tuple(values)
        return tuple(
            map(to_value, values) if NoneType not in plain else [v if v is None else to_value(v) for v in values]
        )

    return _Ways(
        f"[{ways.shape}]",
        frozenset((list,)),
        list if to_plain is None else lambda values: [to_plain(value) for value in values],
        read,
    )


def _some(items: tuple[Any, ...]) -> _Ways:
    """tuple[a, b, c]"""
    each = tuple(_ways(item) for item in items)
    known: set[tuple[type, ...]] = set()
    to_plain = [way.to_plain for way in each]
    changed = [(index, way.to_value) for index, way in enumerate(each) if way.to_value is not None]

    def write(values: tuple[Any, ...]) -> list[Any]:
        if len(values) != len(each):
            raise ValueError(f"{len(values)} values where {len(each)} belong")
        return [value if way is None else way(value) for value, way in zip(values, to_plain, strict=True)]

    def read(values: list[Any]) -> tuple[Any, ...]:
        if (kinds := tuple(map(type, values))) not in known:
            _check_kinds(kinds, each, known)
        for index, way in changed:
            if values[index] is not None:
                values[index] = way(values[index])
        return tuple(values)

    return _Ways(f"({','.join(way.shape for way in each)})", frozenset((list,)), write, read)


def _mapping(key: Any, item: Any) -> _Ways:
    if key is not str:
        raise TypeError("JSON has text for keys")
    ways = _ways(item)
    plain, to_plain, to_value = ways.plain, ways.to_plain, ways.to_value

    def read(values: dict[str, Any]) -> dict[str, Any]:
        if not plain.issuperset(map(type, values.values())):
            raise ValueError(f"not {ways.shape} throughout")
        if to_value is not None:
            return {key: None if value is None else to_value(value) for key, value in values.items()}
        return values

    return _Ways(
        f"{{{ways.shape}}}",
        frozenset((dict,)),
        dict if to_plain is None else lambda values: {key: to_plain(value) for key, value in values.items()},
        read,
    )


def _enum(kind: type[Enum]) -> _Ways:
    members = {member.value: member for member in kind}

    def read(value: str) -> Enum:
        member = members.get(value)
        if member is None:
            raise ValueError(f"no {kind.__name__}: {value[:40]!r}")
        return member

    return _Ways(kind.__name__, _TEXT, attrgetter("value"), read)


def _dataclass(kind: type) -> _Ways:
    # The second argument keeps a field named `date` from hiding the type of that name.
    hints = typing.get_type_hints(kind, vars(sys.modules[kind.__module__]), {})
    names = [field.name for field in dataclasses.fields(kind)]
    each = tuple(_ways(hints[name]) for name in names)
    known: set[tuple[type, ...]] = set()
    # attrgetter gives a lone value for a lone name.
    values_of: _Way = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    written = [(index, way.to_plain) for index, way in enumerate(each) if way.to_plain is not None]
    read_back = [(index, way.to_value) for index, way in enumerate(each) if way.to_value is not None]

    def write(value: Any) -> list[Any]:
        row = list(values_of(value))
        for index, way in written:
            row[index] = way(row[index])
        return row

    def read(row: list[Any]) -> Any:
        if (kinds := tuple(map(type, row))) not in known:
            _check_kinds(kinds, each, known)
        for index, way in read_back:
            if row[index] is not None:
                row[index] = way(row[index])
        return kind(*row)

    shape = ",".join(f"{name}:{way.shape}" for name, way in zip(names, each, strict=True))
    return _Ways(f"{kind.__name__}<{shape}>", frozenset((list,)), write, read)


def _check_kinds(kinds: tuple[type, ...], each: tuple[_Ways, ...], known: set[tuple[type, ...]]) -> None:
    """Refuse a row whose values are of other types; the types of good rows are remembered, which saves the time."""
    if len(kinds) != len(each):
        raise ValueError(f"{len(kinds)} values where {len(each)} belong")
    for place, (kind, way) in enumerate(zip(kinds, each, strict=True), start=1):
        if kind not in way.plain:
            raise ValueError(f"value {place} is a {kind.__name__}, not {way.shape[:40]}")
    if len(known) < _ROWS_REMEMBERED:
        known.add(kinds)
