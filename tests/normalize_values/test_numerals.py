"""Numbers in words and in digits."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.numerals import find_numerals, multiplier_at, parse_numeral, printed_number

DIGITS = ["", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"]
PLACES = ["", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน"]


def spell(number: int) -> str:
    """Write a number as Thai reads it: ยี่สิบ for twenty, สิบ for ten, เอ็ด for a final one behind others."""
    if number >= 1_000_000:
        rest = number % 1_000_000
        return spell(number // 1_000_000) + "ล้าน" + (spell(rest) if rest > 1 else "เอ็ด" if rest else "")
    if number == 0:
        return "ศูนย์"
    words = []
    figures = str(number)
    for position, figure in enumerate(map(int, figures)):
        place = len(figures) - position - 1
        if figure == 0:
            continue
        if place == 1:
            words.append({1: "", 2: "ยี่"}.get(figure, DIGITS[figure]) + "สิบ")
        elif place == 0 and figure == 1 and len(figures) > 1:
            words.append("เอ็ด")
        else:
            words.append(DIGITS[figure] + PLACES[place])
    return "".join(words)


@given(st.integers(min_value=0, max_value=10**9) | st.integers(min_value=0, max_value=2_000))
@settings(max_examples=100, deadline=None)
def test_words_come_back(number: int) -> None:
    assert parse_numeral(spell(number)) == number


@given(st.integers(min_value=1, max_value=10**7))
@settings(max_examples=50, deadline=None)
def test_pythainlp_writes_what_is_read(number: int) -> None:
    from pythainlp.util import num_to_thaiword

    assert parse_numeral(num_to_thaiword(number)) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("สามร้อยห้าสิบ", "350"),
        ("สองล้านล้าน", "2000000000000"),
        ("หนึ่งหมื่นล้าน", "10000000000"),
        ("ร้อยสิบ", "110"),
        ("ล้าน", "1000000"),
        ("ห้าจุดสองห้า", "5.25"),
        ("หนึ่งร้อยหนึ่ง", "101"),
        ("ยี่สิบหนึ่ง", "21"),
    ],
)
def test_other_ways_to_say_it(words: str, number: str) -> None:
    assert parse_numeral(words) == Decimal(number)


@pytest.mark.parametrize(
    "words",
    ["", "สองสาม", "ยี่", "เอ็ด", "ยี่ร้อย", "สิบร้อย", "ร้อยพัน", "สามศูนย์", "ห้าจุด", "จุดห้า", "สามารถ", "สอง คน", "5"],
)
def test_no_number(words: str) -> None:
    assert parse_numeral(words) is None


def test_the_longest_run_is_one_number() -> None:
    assert [value for _, _, value in find_numerals("จ่ายสองพันห้าร้อยบาท และสามสิบบาท")] == [2500, 30]


def test_multipliers_multiply() -> None:
    assert multiplier_at("ร้อยล้านบาท", 0) == (100_000_000, 8)
    assert multiplier_at("พันธุ์ไม้", 0) is None
    assert multiplier_at("ร้อยละ", 0) is None


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1,234.50", "1234.50"),
        ("12,34", None),
        ("1.2.3", None),
        (".5", "0.5"),
        ("5.", None),
        ("007", "7"),
        ("", None),
        ("๕", None),
        ("9" * 40, None),
    ],
)
def test_printed_number(printed: str, value: str | None) -> None:
    assert printed_number(printed) == (None if value is None else Decimal(value))
