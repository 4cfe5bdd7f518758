"""Signs that look alike are told apart by their neighbours; letters and figures stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.reading.scan.looks import told_apart


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("80 {ร้อยละ)", "80 (ร้อยละ)"),
        ("5.00 [ระดับ)", "5.00 (ระดับ)"),
        ("(ระดับ] 3", "(ระดับ) 3"),
        ("5713\u20130026", "5713-0026"),
        ("2 ธ,ค. 2562", "2 ธ.ค. 2562"),
        ("[x] ผลผลิต (Output)", "[x] ผลผลิต (Output)"),
        ("ตุลาคม \u2013 ธันวาคม", "ตุลาคม \u2013 ธันวาคม"),
        ("แดง,ดำ", "แดง,ดำ"),
        ("เมื่อวันที่ ๑๕. ๒๒ และ ๒๙ มกราคม", "เมื่อวันที่ ๑๕, ๒๒ และ ๒๙ มกราคม"),
        ("1. 22 และ 29 มกราคม", "1. 22 และ 29 มกราคม"),
        ("ข้อ 3. 12 คน", "ข้อ 3. 12 คน"),
        ("{ก} [ข]", "{ก} [ข]"),
    ],
)
def test_signs_are_told_apart(read: str, meant: str) -> None:
    assert told_apart(read) == meant


@given(st.text("[]{}()0123456789\u2013\u0e01\u0e02,.- ", max_size=40))
@settings(deadline=None, max_examples=150)
def test_only_signs_change(text: str) -> None:
    told = told_apart(text)
    assert len(told) == len(text)
    assert [a for a in text if a.isalnum()] == [a for a in told if a.isalnum()]
    assert told_apart(told) == told
