"""What each witness answers just inside and just outside of what it takes for possible."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from normalize.doubts import SURE
from normalize.places import Context, FigureSpan
from normalize.witnesses import WITNESSES
from raingan.model.records import Measure, Order, QuarterResult, ReadToken, Report

ASKED = {witness.name: witness for witness in WITNESSES}


def place_in(text: str, figure: str, confidence: float = 0.5, **more: Any) -> FigureSpan:
    start = text.rindex(figure)
    values = {"key": "quarters.1", "field": "quarters.1", "kind": "", "section": "quarter_1", **more}
    return FigureSpan(ReadToken(figure, confidence), text=text, start=start, end=start + len(figure), **values)


def answer(
    name: str, place: FigureSpan, reading: str | None = None, beside: tuple[FigureSpan, ...] = (), **fields: Any
) -> object:
    report = Report("ก.pdf", "00", None, "ocr", "bma-indicator", fiscal_year=2564)
    context = Context(dataclasses.replace(report, **fields), (place, *beside), (), SURE)
    return ASKED[name].ask(context, place, place.token.text if reading is None else reading)


@pytest.mark.parametrize(
    ("text", "figure", "expected"),
    [
        ("เวลา 23.59 น.", "23.59", None),
        ("เวลา 24.00 น.", "24.00", None),
        ("เวลา 25.00 น.", "25.00", False),
        ("เวลา 10.59 น.", "10.59", None),
        ("เวลา 10.60 น.", "10.60", False),
        ("ราคา 10.60 บาท", "10.60", None),
    ],
)
def test_hours_and_minutes_of_a_clock(text: str, figure: str, expected: bool | None) -> None:
    assert answer("clock", place_in(text, figure)) is expected


@pytest.mark.parametrize(
    ("kind", "figure", "expected"),
    [
        ("quantity", "1,234", None),
        ("quantity", "1234", None),
        ("quantity", "12,34", False),
        ("quantity", "3,5", False),
        ("date", "3,5", None),  # days in a row
        ("", "3,5", None),
        ("", "2563,2564", None),  # years in a row
        ("quantity", "1,2/3", None),  # more than one figure
    ],
)
def test_commas_part_groups_of_three_digits(kind: str, figure: str, expected: bool | None) -> None:
    assert answer("thousands", place_in(f"ก {figure}", figure, kind=kind)) is expected


@pytest.mark.parametrize(
    ("before", "mark", "behind", "expected"),
    [
        ("1. ก\n", "2", "\n3. ค", True),
        ("1. ก\n", "7", "\n3. ค", False),
        ("1. ก\n", "5", "\n6. ค", True),  # items were left out, but the next one follows
        ("1. ก\n", "5", "\n6) ค", False),  # a list of another kind says nothing of this one
        ("1. ก\n", "5", "\n1. ค", False),
        ("1) ก\n", "2", "\n3. ค", True),
        ("", "3", "\n4. ค", True),
        ("", "3", "\n5. ค", False),
        ("", "1", "", True),
        ("", "2", "", None),
    ],
)
def test_numbers_of_a_list_follow_each_other(before: str, mark: str, behind: str, expected: bool | None) -> None:
    text = f"{before}{mark}. ข{behind}"
    place = FigureSpan(ReadToken(mark, 0.5), "quarters.1", "", "", text, len(before), len(before) + len(mark))
    assert answer("list-mark", place) is expected


def quarters(*values: str) -> dict[str, QuarterResult]:
    return {str(number): QuarterResult(Decimal(value)) for number, value in enumerate(values, 1)}


@pytest.mark.parametrize(
    ("key", "reading", "values", "actual", "expected"),
    [
        ("actual", "100", ("10", "20", "30", "40"), "7", True),
        ("actual", "40", ("10", "20", "30", "40"), "7", True),
        ("actual", "99", ("10", "20", "30", "40"), "7", False),
        ("actual", "60", ("10", "20", "30"), "7", False),  # the sum of three quarters is no year's
        ("actual", "10", ("10",), "7", None),
        ("quarter_results.2.value", "20", ("10", "7", "30", "40"), "100", True),
        ("quarter_results.2.value", "21", ("10", "7", "30", "40"), "100", False),
        ("quarter_results.4.value", "100", ("10", "7", "30", "40"), "100", True),
        ("target", "100", ("10", "20", "30", "40"), "100", None),
    ],
)
def test_quarters_make_the_year(
    key: str, reading: str, values: tuple[str, ...], actual: str, expected: bool | None
) -> None:
    found = answer(
        "sum-of-quarters",
        place_in(reading, reading, key=key, kind="result"),
        quarter_results=quarters(*values),
        actual=Measure(Decimal(actual)),
    )
    assert found is expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [("2553", False), ("2554", True), ("2565", True), ("2566", False), ("54", True), ("53", False)],
)
def test_an_order_without_a_date_is_ten_years_old_at_most_and_no_year_ahead(year: str, expected: bool) -> None:
    place = place_in(f"คำสั่งที่ 9/{year}", f"9/{year}", kind="order")
    assert answer("order-year", place, orders=(Order("quarter_1", f"9/{year}", None, None),)) is expected


@pytest.mark.parametrize(
    ("year", "expected"), [("2556", False), ("2557", True), ("2571", True), ("2572", False), ("257", False)]
)
def test_a_year_lies_at_most_seven_from_the_report(year: str, expected: bool) -> None:
    assert answer("lone-year", place_in(f"ในปี {year}", year)) is expected


def test_a_figure_without_the_word_for_year_is_no_year() -> None:
    assert answer("lone-year", place_in("จำนวน 1234", "1234")) is None


@pytest.mark.parametrize(
    ("unit", "kind", "figure", "expected"),
    [
        ("ร้อยละ", "measure", "100", None),
        ("ร้อยละ", "measure", "100.01", False),
        ("ระดับ", "measure", "5", None),
        ("ระดับ", "measure", "5.01", False),
        ("แห่ง", "measure", "5000", None),
        ("ร้อยละ", "quantity", "140", None),  # of a target, in prose
    ],
)
def test_the_range_of_a_unit(unit: str, kind: str, figure: str, expected: bool | None) -> None:
    place = place_in(figure, figure, key="actual", field="actual.value", kind=kind)
    assert answer("unit-range", place, actual=Measure(Decimal(1), unit)) is expected


@pytest.mark.parametrize(("room", "figure", "expected"), [(12, "500", True), (12, "600", False), (13, "500", None)])
def test_an_amount_and_its_words_stand_close(room: int, figure: str, expected: bool | None) -> None:
    text = f"ก {figure}{' ' * room}(ห้าร้อยบาทถ้วน)"
    assert answer("in-words", place_in(text, figure)) is expected


def test_words_of_the_next_line_are_of_another_amount() -> None:
    assert answer("in-words", place_in("ก 600\n(ห้าร้อยบาทถ้วน)", "600")) is None
    assert answer("in-words", place_in("ก 600 (ห้าร้อยบาทถ้วน)\nข", "600")) is False


@pytest.mark.parametrize(
    ("figure", "confidence", "expected"), [("12", 0.99, False), ("123", 0.99, True), ("123", 0.9, False)]
)
def test_three_digits_seen_twice_are_no_chance(figure: str, confidence: float, expected: bool) -> None:
    other = place_in(f"ข {figure}", figure, confidence)
    assert answer("elsewhere", place_in(f"ก {figure}", figure), beside=(other,)) is expected


@pytest.mark.parametrize(
    ("key", "quarter", "value", "expected"),
    [
        ("actual", "4", "80", True),  # the last quarter's figure is the year's
        ("actual", "4", "81", False),
        ("quarter_results.4.value", "4", "80", False),  # its own
        ("quarter_results.4.value", "3", "80", True),
    ],
)
def test_a_figure_stands_again_in_a_quarter(key: str, quarter: str, value: str, expected: bool) -> None:
    kind = "measure" if key == "actual" else "result"
    place = place_in("80", "80", key=key, field=key, kind=kind, section="actual")
    results = {quarter: QuarterResult(Decimal(value), None, ())}
    assert bool(answer("restated", place, quarter_results=results)) is expected


@pytest.mark.parametrize(("day", "expected"), [("28", None), ("29", False), ("30", False)])
def test_a_day_that_a_month_does_not_have(day: str, expected: bool | None) -> None:
    text = f"วันที่ {day} กุมภาพันธ์ 2564"
    place = place_in(text, day, kind="date", owner=(text.index(day), len(text)))
    assert answer("calendar", place) is expected
