"""Numbers of lists in the formats of Office Open XML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.list_numerals import format_number


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("decimal", ["1", "2", "10", "21", "112"]),
        ("decimalZero", ["01", "02", "10", "21", "112"]),
        ("upperRoman", ["I", "II", "X", "XXI", "CXII"]),
        ("lowerLetter", ["a", "b", "j", "u", "hhhhh"]),
        ("ordinal", ["1st", "2nd", "10th", "21st", "112th"]),
        ("thaiNumbers", ["๑", "๒", "๑๐", "๒๑", "๑๑๒"]),
        ("thaiLetters", ["ก", "ข", "ญ", "ธ", "มมม"]),
        ("thaiCounting", ["หนึ่ง", "สอง", "สิบ", "ยี่สิบเอ็ด", "หนึ่งร้อยสิบสอง"]),
        ("decimalEnclosedCircle", ["①", "②", "⑩", "21", "112"]),
        ("numberInDash", ["- 1 -", "- 2 -", "- 10 -", "- 21 -", "- 112 -"]),
        ("bullet", ["", "", "", "", ""]),
        ("ideographDigital", ["1", "2", "10", "21", "112"]),
    ],
)
def test_formats(style: str, expected: list[str]) -> None:
    assert [format_number(number, style) for number in (1, 2, 10, 21, 112)] == expected


def test_obsolete_letters_are_left_out() -> None:
    letters = [format_number(number, "thaiLetters") for number in range(1, 42)]
    assert len(set(letters)) == 41
    assert not {"ฃ", "ฅ", "ฤ", "ฦ"} & set(letters)
    assert letters[-1] == "ฮ"
    assert format_number(42, "thaiLetters") == "กก"


@given(st.integers(-(10**9), 10**9), st.sampled_from(["lowerRoman", "upperLetter", "thaiLetters", "thaiCounting"]))
def test_every_number_is_written_briefly(number: int, style: str) -> None:
    assert 0 < len(format_number(number, style)) < 80
