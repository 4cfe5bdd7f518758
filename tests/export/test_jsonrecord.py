"""The JSON record: what DESIGN promises, and nothing lost on the way there and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export.jsonl import write_jsonl
from raingan.model.json_record import report_to_json, to_line
from raingan.model.records import (
    DateKind,
    DateMention,
    Measure,
    Order,
    Origin,
    Quantity,
    QuarterResult,
    Strategy,
    StrategyItem,
)
from raingan.model.report_fields import report_fields
from raingan.model.stages import ToldFlag, ToldReport
from tests.export import made
from tests.json_back import from_line, report_from_json

KEYS = [
    *("file", "sha256", "pages", "read_by", "confidence", "form", "agency", "fiscal_year"),
    *("indicator_number", "indicator_name", "indicator_code", "indicator_type", "level", "strategy"),
    *("definition", "calculation", "target", "actual", "direction", "quarters", "quarter_results", "year_summary"),
    *("supporting_factors", "obstacles", "evidence", "responsible_person", "position"),
    *("dates", "orders", "quantities", "flags", "origin"),
]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
maybe_text = st.none() | texts
numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20).map(Decimal)
sections = st.sampled_from(report_fields().sections)
days = st.none() | st.dates()
measures = st.builds(Measure, numbers, maybe_text, st.sampled_from([None, ">=", ".."]), maybe_text, numbers)
items = st.none() | st.builds(StrategyItem, maybe_text, maybe_text)
boxes = st.none() | st.tuples(*[st.floats(0, 2000)] * 4)


def lists(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


reports = st.builds(
    ToldReport,
    report_index=st.just(0),
    file=texts,
    sha256=st.just("0" * 64),
    pages=st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)),
    read_by=st.sampled_from(["text", "ocr", "mixed"]),
    form=texts,
    agency=maybe_text,
    fiscal_year=st.none() | st.integers(2400, 2700),
    indicator_number=maybe_text,
    indicator_name=maybe_text,
    indicator_code=maybe_text,
    indicator_type=maybe_text,
    level=st.sampled_from([None, "output", "outcome"]),
    strategy=st.none() | st.builds(Strategy, items, items, items),
    definition=maybe_text,
    target=measures,
    actual=measures,
    quarters=st.fixed_dictionaries({key: maybe_text for key in "1234"}),
    quarter_results=st.dictionaries(
        st.sampled_from("1234"),
        st.builds(QuarterResult, numbers, numbers, lists(numbers.filter(lambda n: n is not None))),
    ),
    dates=lists(st.builds(DateMention, sections, texts, st.sampled_from(DateKind), days, days)),
    orders=lists(st.builds(Order, sections, texts, days, maybe_text)),
    quantities=lists(st.builds(Quantity, sections, texts, numbers, maybe_text, st.sampled_from([None, "<="]), numbers)),
    flags=lists(st.builds(ToldFlag, texts, texts, message=texts)),
    origin=st.dictionaries(
        texts, st.builds(Origin, st.none() | st.integers(1, 9), boxes, texts, st.none() | st.floats(0, 1))
    ),
)


@settings(max_examples=40, deadline=None)
@given(reports)
def test_a_report_survives_the_way_there_and_back(report: ToldReport) -> None:
    line = to_line(report)
    assert from_line(line) == report
    assert to_line(from_line(line)) == line
    assert line.splitlines() == [line]


@settings(max_examples=40, deadline=None)
@given(reports)
def test_the_record_itself_goes_back_without_a_line(report: ToldReport) -> None:
    assert report_from_json(report_to_json(report)) == report


def test_keys_and_shapes_are_those_of_the_design() -> None:
    record = json.loads(to_line(made.report(3)))
    assert list(record) == KEYS
    assert record["pages"] == [1, 2]
    assert record["strategy"]["goal"] == {
        "code": "2.1.3",
        "text": "กรุงเทพมหานครมีพื้นที่สีเขียวที่ประชาชนเข้าถึงได้เพิ่มขึ้นอย่างต่อเนื่อง",
    }
    assert list(record["target"]) == ["value", "unit", "operator", "text"]
    assert record["quarter_results"]["2"] == {"value": 51.0, "assessment": 100, "scores": [87.5, 90]}
    assert record["dates"][1] == {
        "section": "quarter_2",
        "text": "เดือนมีนาคม 2564",
        "kind": "month",
        "start": "2021-03-01",
        "end": "2021-03-31",
    }
    assert record["orders"] == [
        {"section": "quarter_1", "number": "9/2564", "date": "2021-01-12", "issuer": "สำนักงานเขตบางนา"}
    ]
    assert record["quantities"][0] == {"section": "quarter_1", "text": "จำนวน 1,250 ต้น", "value": 1250, "unit": "ต้น"}
    assert record["quantities"][2]["operator"] == ">="
    assert list(record["flags"][0]) == ["code", "field", "message"]
    assert list(record["origin"]["target"]) == ["page", "box", "text", "confidence"]


def test_an_empty_report_still_has_every_key() -> None:
    record = json.loads(to_line(ToldReport("a", "0", None, "text", "f", report_index=0)))
    assert list(record) == KEYS
    assert record["quarters"] == {"1": None, "2": None, "3": None, "4": None}
    assert record["quarter_results"] == {} and record["strategy"] is None and record["pages"] is None
    assert record["target"] == {"value": None, "unit": None, "operator": None, "text": None}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("5", "5"),
        ("5.00", "5.0"),
        ("57.25", "57.25"),
        ("1E+2", "100"),
        ("-0.1", "-0.1"),
        ("123456789012345678901", "123456789012345678901"),
        ("1234567890.1234567", "1234567890.1234567"),
        ("1E+999999", "1E+999999"),
        ("1E-400", "1E-400"),
        ("NaN", "null"),
        ("Infinity", "null"),
    ],
)
def test_numbers_are_json_numbers_digit_for_digit(value: str, written: str) -> None:
    report = dataclasses.replace(made.report(0), target=Measure(Decimal(value)))
    assert f'"target": {{"value": {written}, "unit"' in to_line(report)


def test_upper_stands_only_where_there_is_a_range() -> None:
    report = dataclasses.replace(made.report(0), target=Measure(Decimal(3), "ครั้ง", "..", "3-5 ครั้ง", Decimal(5)))
    assert json.loads(to_line(report))["target"]["upper"] == 5


def test_one_line_a_report_in_utf8_whatever_the_texts(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write_jsonl(path, made.hostile_reports())
    text = path.read_bytes().decode("utf-8")
    assert len(text.splitlines()) == len(made.HOSTILE_TEXTS)
    for line, original in zip(text.splitlines(), made.HOSTILE_TEXTS, strict=True):
        agency = json.loads(line)["agency"]
        assert agency == original.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    assert "ก" in text and "\\u0e" not in text


def test_a_text_cannot_pass_for_a_number() -> None:
    report = dataclasses.replace(
        made.report(0), agency="\ud800 1E+5\ud800", target=Measure(Decimal("1234567890.1234567"), '"\ud8007\ud800"')
    )
    record = json.loads(to_line(report))
    assert record["agency"] == "\ufffd 1E+5\ufffd" and record["target"]["unit"] == '"\ufffd7\ufffd"'


def test_reports_are_taken_once_and_written_as_they_come(tmp_path: Path) -> None:
    def once() -> Iterable[ToldReport]:
        yield made.report(0)

    write_jsonl(tmp_path / "a.jsonl", once())
    assert from_line((tmp_path / "a.jsonl").read_text("utf-8")).dates[0].start == date(2020, 10, 1)
