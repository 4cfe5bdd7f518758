"""Figures that can be misread, or that compete with the value, are never taken without a flag."""

from __future__ import annotations

from decimal import Decimal

import pytest

from normalize.measures import parse_measure
from normalize.report import normalize_report
from raingan.model.records import RawField, RawReport


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("100.00 (ปรับจาก 90)", "value-changed"),
        ("100.00 (ร้อยละ) (ปรับจาก 90)", "value-changed"),
        ("O.5", "value-doubtful"),
        ("l00 (ร้อยละ)", "value-doubtful"),
        ("5O (ร้อยละ)", "value-doubtful"),
        ("80 ½", "value-doubtful"),
        ("±5 (ร้อยละ)", "value-doubtful"),
        ("1.200 (คน)", "value-doubtful"),
        ("2564", "value-doubtful"),
        ("ภายในเดือนกันยายน 2564", "value-doubtful"),
    ],
)
def test_a_figure_in_doubt_is_flagged(text: str, code: str) -> None:
    _, flags = parse_measure(text, field="target")
    assert [flag.code for flag in flags] == [code]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("80 (ร้อยละ) ปี 2564", "80", "ร้อยละ"),
        ("80 (ร้อยละ) ต่อปี", "80", "ร้อยละ"),
        ("4.51 (คะแนนเต็ม 5)", "4.51", "คะแนนเต็ม 5"),
        ("2564 (คน)", "2564", "คน"),
        ("10 km", "10", "km"),
        ("1,200.0000 (คน)", "1200", "คน"),
    ],
)
def test_a_plain_figure_stays_plain(text: str, value: str, unit: str) -> None:
    measure, flags = parse_measure(text)
    assert (measure.value, measure.unit, flags) == (Decimal(value), unit, [])


def _codes(target_text: str) -> list[str]:
    field = RawField("target", ("80 (ร้อยละ)",), target_text, "เป้าหมาย")
    report = normalize_report(RawReport("bma-indicator", 1, 1, (field,)), "a.txt", "0" * 64, "text")
    return [flag.code for flag in report.flags if flag.field == "target.value"]


def test_a_second_figure_below_the_target_is_told() -> None:
    assert _codes("80 (ร้อยละ)\n: เป้าหมาย = 90 (ร้อยละ)") == ["value-ambiguous"]


def test_a_date_or_the_same_figure_below_the_target_is_no_second_one() -> None:
    assert _codes("80 (ร้อยละ)\nข้อมูล ณ วันที่ 30 กันยายน 2564\n80.00 (ร้อยละ)") == []
