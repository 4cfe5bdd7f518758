"""Records to bytes and back: exact for whatever a record can hold, and deaf to whatever else is in the bytes."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import typing
import zlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.intake.inputs import iter_sources
from extract.sections.forms import load_forms
from raingan.model import records
from raingan.model.codec import mark_of, pack, unpack
from raingan.model.records import FileResult, Flag, Limits, Line, Measure, OcrEngine, Order, Report, Source, State
from raingan.pipeline import process
from raingan.settings import Settings
from tests.app_ledger.making import ROOT

TEXT = st.text(st.characters(exclude_categories=()), max_size=6) | st.sampled_from(
    ["\ud83d\ude00", "\udc80\ud800", "\0", "๕.๐๐", '"\\\u2028', "น้ํา"]
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=9),
    date: st.dates(),
    Decimal: st.decimals() | st.sampled_from([Decimal("5.00"), Decimal("-0"), Decimal("1E+3"), Decimal("1E-9")]),
    NoneType: st.none(),
}
# A source is a file, not a record of one: its bytes go to the process that reads it as they are.
KINDS = [
    kind
    for _, kind in inspect.getmembers(records, dataclasses.is_dataclass)
    if isinstance(kind, type) and kind is not Source
]


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a type hint."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return st.one_of([values_of(kind) for kind in inside])
    if origin is tuple and inside[1:] == (...,):
        return st.lists(values_of(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, inside))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(TEXT, values_of(inside[1]), max_size=2)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint, vars(sys.modules[hint.__module__]), {})  # type: ignore[union-attr]
        made = {field.name: values_of(hints[field.name]) for field in dataclasses.fields(hint)}
        return st.builds(typing.cast(Any, hint), **made)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return SIMPLE[hint]


def exact(value: Any) -> Any:
    """Return a value in a form that differs where anything differs: 5.0 and 5.00, 1 and 1.0, NaN and NaN are equal."""
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return type(value).__name__, [(field.name, exact(getattr(value, field.name))) for field in fields]
    if isinstance(value, tuple):
        return "tuple", [exact(item) for item in value]
    if isinstance(value, Mapping):
        return [(key, exact(item)) for key, item in value.items()]
    return type(value).__name__, repr(value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_record_comes_back_as_it_was(kind: type) -> None:
    @settings(max_examples=12, deadline=None)
    @given(values_of(kind))
    def comes_back(value: Any) -> None:
        data = pack(value)
        assert exact(unpack(kind, data)) == exact(value)
        assert pack(unpack(kind, data)) == data

    comes_back()


def test_the_samples_come_back_as_they_were() -> None:
    forms, told = load_forms(), Settings(ocr=OcrEngine.OFF)
    seen = 0
    for found in iter_sources([str(ROOT / "samples")], Limits()):
        result, reports = (found, []) if isinstance(found, FileResult) else process(found, forms, told)
        assert exact(unpack(FileResult, pack(result))) == exact(result)
        for report in reports:
            assert exact(unpack(Report, pack(report))) == exact(report)
            seen += 1
    assert seen > 10


def test_figures_keep_their_zeros() -> None:
    measure = unpack(Measure, pack(Measure(value=Decimal("5.00"))))
    assert str(measure.value) == "5.00"


def test_a_flag_keeps_its_picture() -> None:
    assert unpack(Flag, pack(Flag("a", "b", picture=b"\x89PNG\xff"))).picture == b"\x89PNG\xff"


HEAD = pack(Flag("a", "b"))[:5]
PLAIN = {"code": "a", "field": "b", "values": {}, "message": "", "picture": None}


def forged(plain: Any) -> bytes:
    return HEAD + zlib.compress(msgspec.msgpack.encode(plain))


def forged_json(text: bytes) -> bytes:
    return b"\x03" + HEAD[1:] + zlib.compress(text)


def test_what_is_forged_right_is_taken() -> None:
    """What the next test refuses, it refuses for what is wrong with it."""
    assert unpack(Flag, forged(PLAIN)) == unpack(Flag, forged_json(json.dumps(PLAIN).encode())) == Flag("a", "b")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x05N.",  # a pickle
        HEAD,
        HEAD + b"no zlib",
        HEAD + zlib.compress(b"\xff"),
        HEAD + zlib.compress(b"{"),
        HEAD + zlib.compress(msgspec.msgpack.encode(PLAIN) + b"x"),
        pack(Flag("a", "b"))[:-3],
        pack(Flag("a", "b")) + b"x",
        pack(Measure()),  # another type
        b"\x01" + pack(Flag("a", "b"))[1:],  # another form
        forged(None),
        forged({}),
        forged([]),
        forged(["a", "b", {}, "", None]),
        forged({key: value for key, value in PLAIN.items() if key != "field"}),
        *(forged({**PLAIN, key: value}) for key, value in (("code", 1), ("code", None), ("values", {"x": 1}))),
        *(forged({**PLAIN, key: value}) for key, value in (("values", []), ("picture", 5), ("picture", ["a"]))),
        *(forged_json(text) for text in (b"", b"{", b"[]", b"\xff", json.dumps({**PLAIN, "code": 1}).encode())),
        forged_json(json.dumps({**PLAIN, "picture": "no base64!"}).encode()),
        forged_json(b"[" * 100_000),
        forged_json(b"9" * 10_000),
        HEAD + zlib.compress(b"\x91" * 100_000),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(Flag, data)


@pytest.mark.parametrize(
    ("value", "field", "wrong"),
    [
        (Measure(value=Decimal(1)), "value", ["one", True, []]),
        (Order("definition", "1", date(2021, 3, 4), None), "date", ["2021-13-04", "ก", 3]),
        (FileResult("a", State.DONE), "state", ["well", 3, None]),
        (FileResult("a", State.DONE, pages=3), "pages", [3.5, True, "3"]),
        (Line("a", 1, box=(1.0, 2.0, 3.0, 4.0)), "box", [[1.0, 2.0, 3.0], [1.0] * 5, ["1"] * 4, {}]),
    ],
)
def test_values_of_another_kind_are_refused(value: Any, field: str, wrong: list[Any]) -> None:
    plain = msgspec.to_builtins(value)
    head = pack(value)[:5]
    assert unpack(type(value), head + zlib.compress(msgspec.msgpack.encode(plain))) == value
    for other in wrong:
        with pytest.raises(ValueError):
            unpack(type(value), head + zlib.compress(msgspec.msgpack.encode({**plain, field: other})))


def test_bytes_of_other_fields_are_refused() -> None:
    """The mark follows every type down to the last field: a record whose parts changed is not misread."""

    @dataclasses.dataclass(frozen=True)
    class Part:
        text: str

    def whole(part: Any) -> Any:
        return dataclasses.make_dataclass("Whole", [("parts", tuple[part, ...])], frozen=True)

    changed = dataclasses.make_dataclass("Part", [("text", str | None)], frozen=True)
    assert mark_of(whole(Part)) == mark_of(whole(Part)) != mark_of(whole(changed))
    with pytest.raises(ValueError):
        unpack(whole(changed), pack(whole(Part)((Part("a"),))))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_damage_is_told_and_nothing_else(noise: bytes, place: int) -> None:
    data = pack(Report("a.txt", "0" * 64, (1, 2), "text", "form", definition="ข้อความ", target=Measure(Decimal("1.50"))))
    damaged = data[:place] + noise + data[place + len(noise) :]
    try:
        report = unpack(Report, damaged)
    except ValueError:
        return
    assert damaged == data or isinstance(report, Report)


def test_a_bomb_is_refused_before_it_grows() -> None:
    import tracemalloc

    bomb = zlib.compressobj(9)
    data = HEAD + b"".join(bomb.compress(b" " * 2**20) for _ in range(80)) + bomb.flush()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError):
            unpack(Flag, data)
        assert tracemalloc.get_traced_memory()[1] < 200 * 2**20
    finally:
        tracemalloc.stop()


def test_what_would_not_come_back_is_not_packed() -> None:
    with pytest.raises(ValueError):
        pack(Measure(text="x" * (64 * 2**20)))
