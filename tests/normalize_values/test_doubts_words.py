"""Words beside figures with one misread letter are understood; the wording stays, and free text is left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.report import normalize_report
from normalize.snap import one_edit, snap
from raingan.model.records import RawField, RawReport, Report

SNAPPED = [
    ("วันที่ 3 ธันวาตม 2563", "วันที่ 3 ธันวาคม 2563"),
    ("๓ กรกฎคม พ.ศ. ๒๕๖๓", "๓ กรกฎาคม พ.ศ. ๒๕๖๓"),
    ("คิดเป็นร้อยสะ 82.50", "คิดเป็นร้อยละ 82.50"),
    ("5.00 (ระตับ)", "5.00 (ระดับ)"),
    ("จำนวน 60 ครัวเรอน", "จำนวน 60 ครัวเรือน"),
    ("ประจำปึงบประมาณ 2564", "ประจำปีงบประมาณ 2564"),
]
LEFT = [
    "อบรม 20 ราย",
    "ปี 2563 จำนวน 60 คน",  # a word of its own, one letter from another
    "เดือนธันวาตมของปี",  # no figure beside it
    "มีนาคม 2564",
    "มินาคม 2564",  # a spelling that the tables know
    "5 ระบบ",
    "",
]


@pytest.mark.parametrize(("read", "understood"), SNAPPED)
def test_a_misread_word_beside_a_figure_is_understood(read: str, understood: str) -> None:
    assert snap(read).text == understood


@pytest.mark.parametrize("text", LEFT)
def test_other_words_are_left(text: str) -> None:
    assert snap(text).text == text


@given(st.lists(st.sampled_from([item[0] for item in SNAPPED] + LEFT), max_size=5).map(" และ ".join))
def test_places_go_there_and_back(text: str) -> None:
    snapped = snap(text)
    assert snapped.back(len(snapped.text)) == len(text) and snapped.forward(len(text)) == len(snapped.text)
    assert [snapped.back(place) for place in range(len(snapped.text) + 1)] == sorted(
        snapped.back(place) for place in range(len(snapped.text) + 1)
    )
    assert snapped.slice(0, len(snapped.text)) == text


@pytest.mark.parametrize(
    ("read", "word", "expected"),
    [("กข", "กค", True), ("กขค", "กค", True), ("ก", "กค", True), ("กค", "กค", False), ("ขก", "กข", False)],
)
def test_one_edit(read: str, word: str, expected: bool) -> None:
    assert one_edit(read, word) is expected


def read(confidence: float | None) -> Report:
    texts = {
        "actual": "82.50 (ร้อยสะ)",
        "quarters.1": "อบรม วันที่ 3 ธันวาตม 2563 จำนวน 60 ครัวเรอน แล้ว",
        "fiscal_year": "2564",
    }
    fields = tuple(RawField(key, (text,), text, confidence=confidence) for key, text in texts.items())
    return normalize_report(RawReport("f", 1, 1, fields), "a.pdf", "0", "ocr")


def test_values_are_understood_and_the_wording_stays() -> None:
    report = read(0.98)
    assert (report.actual.value, report.actual.unit) == (Decimal("82.50"), "ร้อยละ")
    assert report.actual.text == "82.50 (ร้อยสะ)"
    assert report.quarters["1"] == "อบรม วันที่ 3 ธันวาตม 2563 จำนวน 60 ครัวเรอน แล้ว"
    assert [(item.text, item.start) for item in report.dates] == [("วันที่ 3 ธันวาตม 2563", date(2020, 12, 3))]
    (quantity,) = report.quantities
    assert (quantity.value, quantity.unit) == (Decimal(60), "ครัวเรือน") and quantity.text.endswith("60 ครัวเรอน")
    told = [(flag.field, flag.values["text"]) for flag in report.flags if flag.code == "word-snapped"]
    assert told == [("actual", "ร้อยสะ"), ("quarters.1", "ธันวาตม"), ("quarters.1", "ครัวเรอน")]


def test_in_text_only_months_between_a_day_and_its_year_are_understood() -> None:
    report = read(None)
    assert report.actual.unit != "ร้อยละ"
    assert [(item.text, item.start) for item in report.dates] == [("วันที่ 3 ธันวาตม 2563", date(2020, 12, 3))]
    told = {flag.code: (flag.field, flag.values["value"]) for flag in report.flags if "text" in flag.values}
    assert told["month-misspelt"] == ("quarters.1", "ธันวาคม") and "word-snapped" not in told
