"""Values that people type: read as they are meant, or refused with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raingan.model.messages import LANGUAGES, talk
from raingan.review.decisions import FieldKind
from raingan.review.values import check, choice_name, shown

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
NUMBER, YEAR, DATE, DAY, CHOICE, TEXT = (
    FieldKind.NUMBER,
    FieldKind.YEAR,
    FieldKind.DATE,
    FieldKind.DAY,
    FieldKind.CHOICE,
    FieldKind.TEXT,
)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (NUMBER, "80", "80"),
        (NUMBER, " ๑,๒๕๐.๕๐ ", "1250.5"),
        (NUMBER, "−12", "-12"),
        (NUMBER, "-0", "0"),
        (NUMBER, "0.10", "0.1"),
        (NUMBER, "\u200b80", "80"),
        (YEAR, "๒๕๖๔", "2564"),
        (DATE, "15 มี.ค. 2564", "2021-03-15"),
        (DATE, "๑๕ มีนาคม พ.ศ. ๒๕๖๔", "2021-03-15"),
        (DATE, "15/3/2564", "2021-03-15"),
        (DATE, "15/3/64", "2021-03-15"),
        (DATE, "ปีงบประมาณ 64", "2020-10-01/2021-09-30"),
        (DATE, "15\xa0มี.ค.\u200b 2564", "2021-03-15"),
        (DATE, "วันจันทร์ที่ 15 มีนาคม 2564", "2021-03-15"),
        (DATE, "2021-03-15/2021-03-17", "2021-03-15/2021-03-17"),
        (DATE, "2564-03-15", "2021-03-15"),
        (DATE, "2021-03-15", "2021-03-15"),
        (DATE, "15 - 17 มี.ค. 2564", "2021-03-15/2021-03-17"),
        (DATE, "มีนาคม 2564", "2021-03-01/2021-03-31"),
        (DATE, "ปีงบประมาณ 2564", "2020-10-01/2021-09-30"),
        (DATE, "29 ก.พ. 2563", "2020-02-29"),
        (DAY, "1 ต.ค. 2563", "2020-10-01"),
        (CHOICE, "ผลลัพธ์", "outcome"),
        (CHOICE, "Output", "output"),
        (TEXT, "  a\r\nb\x00\udc80 ", "a\nb"),
        (TEXT, "=1+1", "=1+1"),
        (TEXT, "นํ้า", "น้ำ"),
    ],
)
def test_what_is_meant(kind: FieldKind, typed: str, value: str) -> None:
    found = check(kind, typed, ("output", "outcome"))
    assert (found.value, found.error) == (value, None) and found.shown


@pytest.mark.parametrize(
    ("kind", "typed", "error"),
    [
        (NUMBER, "80 %", "value-number"),
        (NUMBER, "1,23", "value-number"),
        (NUMBER, "80-90", "value-number"),
        (NUMBER, "1e5", "value-number"),
        (NUMBER, "NaN", "value-number"),
        (NUMBER, "1" * 16, "value-number-long"),
        (YEAR, "2021", "value-year-christian"),
        (YEAR, "64", "value-year"),
        (YEAR, "25640", "value-year"),
        (DATE, "30 ก.พ. 2564", "value-no-such-day"),
        (DATE, "31/4/2564", "value-no-such-day"),
        (DATE, "17 - 15 มี.ค. 2564", "value-backwards"),
        (DATE, "เมื่อ 15 มี.ค. 2564", "value-date"),
        (DATE, "15 มี.ค. 2564 และ 16 เม.ย. 2564", "value-date"),
        (DATE, "soon", "value-date"),
        (DATE, "15/3/21", "value-short-year"),
        (DATE, "15/3/00", "value-short-year"),
        (DATE, "15/3/42", "value-short-year"),
        (DATE, "15/3/99", "value-short-year"),
        (DATE, "วันศุกร์ที่ 15 มีนาคม 2564", "value-weekday"),
        (DATE, "15 มีนาคม พ.ศ. 2021", "value-era"),
        (DATE, "2021-03-17/2021-03-15", "value-backwards"),
        (DATE, "2021-02-30/2021-03-15", "value-no-such-day"),
        (DAY, "2021-03-15/2021-03-17", "value-one-day"),
        (DAY, "มีนาคม 2564", "value-one-day"),
        (CHOICE, "other", "value-choice"),
        (TEXT, " \n\t", "value-empty"),
        (TEXT, "x" * 20_001, "value-text-long"),
        (FieldKind.NOTICE, "x", "value-notice"),
    ],
)
def test_what_is_refused(kind: FieldKind, typed: str, error: str) -> None:
    found = check(kind, typed, ("output", "outcome"))
    assert (found.value, found.error) == (None, error)
    for language in LANGUAGES:
        assert "{" not in talk(error, language, **found.values)


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=3), st.sampled_from(LANGUAGES), st.booleans())
def test_numbers_come_back_as_they_are_shown(number: Decimal, language: str, thai: bool) -> None:
    value = check(NUMBER, format(number, "f")).value
    assert value is not None and Decimal(value) == number
    typed = shown(NUMBER, value, language)
    assert check(NUMBER, typed.translate(THAI_DIGITS) if thai else typed).value == value


@given(st.dates(date(1957, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.sampled_from(LANGUAGES), st.booleans())
def test_dates_come_back_as_they_are_shown(first: date, days: int, language: str, thai: bool) -> None:
    last = first + timedelta(days)
    value = first.isoformat() if first == last else f"{first}/{last}"
    typed = shown(DATE, value, language)
    assert check(DATE, typed.translate(THAI_DIGITS) if thai else typed).value == value


@given(st.text(max_size=40), st.sampled_from([kind for kind in FieldKind]))
def test_whatever_is_typed_is_a_value_or_refused(typed: str, kind: FieldKind) -> None:
    found = check(kind, typed, ("output",))
    assert (found.value is None) == (found.error is not None)
    if found.value is not None:
        assert check(kind, found.value, ("output",)).value == found.value


def test_a_damaged_value_is_shown_as_it_is() -> None:
    assert [shown(kind, "x/y") for kind in FieldKind] == ["x/y", "x/y", "x – y", "x – y", "x/y", "x/y", "x/y"]
    assert shown(NUMBER, "1" * 200) and shown(NUMBER, None) == ""


def test_choices_of_every_field_have_words() -> None:
    assert [choice_name(code, "en") for code in ("output", "less", "fall", ">=")] == [
        "output",
        "less is better",
        "falls",
        ">=",
    ]
    assert choice_name("more", "th") != "more"
