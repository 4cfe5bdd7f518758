"""The table of hard spellings, and what is typed around a figure: its value stays the same."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.checks import thai_day
from normalize.measures import parse_measure
from normalize.report import normalize_report
from raingan.model.records import Measure, Quantity, RawField, RawReport, Report

TABLE = Path(__file__).with_name("spellings.tsv")
SHARE = 0.99


class Row(NamedTuple):
    """One spelling with its right answer."""

    kind: str
    text: str
    right: str
    source: str


@cache
def rows() -> tuple[Row, ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(Row(*map(_seen, line.split("\t"))) for line in lines if not line.startswith("#"))


def _seen(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def report_of(key: str, text: str) -> Report:
    fields = (RawField("fiscal_year", ("2566",), "2566"), RawField(key, (text,), text))
    return normalize_report(RawReport("f", 1, 1, fields), "a.txt", "0" * 64, "text")


def answer(row: Row) -> tuple[str, bool]:
    """Return what is read of a row, as the table writes it, and whether anything of it is flagged."""
    report = report_of("target" if row.kind == "measure" else "quarters.2", row.text)
    if row.kind == "measure":
        told, places = [_written(report.target, report.target.change)], ("target.value",)
    elif row.kind == "quantity":
        told, places = [_written(item) for item in report.quantities if item.value is not None], ("quantities",)
    elif row.kind == "time":
        told = [f"{item.time}{f'..{item.until}' if item.until else ''}" for item in report.quantities if item.time]
        places = ("quantities",)
    else:
        found = [(item.start, item.end) for item in report.dates if item.start is not None]
        told = [str(start) if start == end else f"{start}..{end}" for start, end in found]
        places = ("dates", "quarters.2")
    flagged = any(flag.field.startswith(places) for flag in report.flags)
    return (", " if row.kind == "quantity" else " ").join(filter(None, told)) or "none", flagged


def _written(item: Measure | Quantity, change: str | None = None) -> str:
    if item.value is None:
        return ""
    value = f"{item.value:f}" + ("" if item.upper is None else f"..{item.upper:f}")
    operator = None if item.operator == ".." else item.operator
    return " ".join(filter(None, (change, operator, value, item.unit)))


def test_the_table_is_large_and_names_its_sources() -> None:
    named = set(re.findall(r"^# source (\w+): \S", TABLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(rows()) >= 400 and len({(row.kind, row.text) for row in rows()}) == len(rows())
    assert {row.source for row in rows()} == named


def test_hard_spellings_are_read_and_what_is_not_is_flagged() -> None:
    wrong = [(row, *answer(row)) for row in rows() if answer(row)[0] != row.right]
    assert len(wrong) <= (1 - SHARE) * len(rows()), wrong
    assert all(flagged for _, _, flagged in wrong), [row for row, _, flagged in wrong if not flagged]


# --- what is typed around a figure -----------------------------------------------------------------

DOTS = st.sampled_from(["", "...", ".....", "…", "……", "____", "..........", "· · ·", ". . . "])
SPACES = st.sampled_from(["", " ", "  ", "\u00a0", "\u2009"])
MARKS = st.sampled_from(["", "*", '"', "“", "”", "†", "'", "[", "]", "✓", "•"])
DIGITS = st.sampled_from(["0123456789", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"])
FIGURES = st.decimals(min_value=0, max_value=10**7, places=2) | st.integers(min_value=0, max_value=10**7).map(Decimal)
UNITS = st.sampled_from(["คน", "(ร้อยละ)", "ร้อยละ", "(ล้านบาท)", "ไร่", "(ระดับ)"])


@st.composite
def around(draw: st.DrawFn, marks: bool = True) -> tuple[str, str]:
    """What stands before and behind a figure: marks, spaces, a dotted line."""
    parts = [draw(DOTS), draw(SPACES), draw(MARKS) if marks else ""]
    return "".join(parts), "".join((draw(MARKS) if marks else "", draw(SPACES), draw(DOTS)))


@given(FIGURES, UNITS, around(), DIGITS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_measure_stays_what_it_is(
    value: Decimal, unit: str, typed: tuple[str, str], digits: str, grouped: bool
) -> None:
    figure = (f"{value:,f}" if grouped else f"{value:f}").translate(str.maketrans("0123456789", digits))
    plain, _ = parse_measure(f"{figure} {unit}")
    wrapped, _ = parse_measure(f"{typed[0]}{figure}{typed[1]} {unit}")
    assert (plain.value, wrapped.value) == (value, value)
    assert wrapped.unit == plain.unit


@given(FIGURES, st.sampled_from(["คน", "บาท", "ไร่", "แห่ง"]), around(marks=False), DIGITS)
@settings(max_examples=40, deadline=None)
def test_a_quantity_stays_what_it_is(value: Decimal, unit: str, typed: tuple[str, str], digits: str) -> None:
    figure = f"{value:,f}".translate(str.maketrans("0123456789", digits))
    (found,) = report_of("quarters.2", f"ดำเนินการ {typed[0]}{figure}{typed[1]} {unit} แล้ว").quantities
    assert (found.value, found.unit) == (value, unit)


@given(st.dates(date(2022, 10, 1), date(2023, 9, 30)), around(marks=False), around(marks=False), DIGITS)
@settings(max_examples=40, deadline=None)
def test_a_day_stays_what_it_is(day: date, first: tuple[str, str], second: tuple[str, str], digits: str) -> None:
    number, month, year = thai_day(day).translate(str.maketrans("0123456789", digits)).split()
    text = f"วันที่{first[0]}{number}{first[1]}{month}{second[0]}{year}{second[1]}"
    (found,) = report_of("quarters.2", text).dates
    assert (found.start, found.end) == (day, day)


@given(
    FIGURES.filter(lambda value: value > 0), st.sampled_from(["-", "–", "—"]), SPACES, st.sampled_from(["คน", "แห่ง"])
)
@settings(max_examples=40, deadline=None)
def test_dashes_on_both_sides_are_no_minus(value: Decimal, dash: str, space: str, unit: str) -> None:
    for text in (f"{dash}{space}{value:f}{space}{dash} {unit}", f"จำนวน {dash}{space}{value:f}{space}{dash} {unit}"):
        measure, _ = parse_measure(text)
        assert (measure.value, measure.unit) == (value, unit)
