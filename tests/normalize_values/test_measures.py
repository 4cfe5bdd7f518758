"""Targets and actuals: what is printed, and the value, unit, operator and doubt that it must give."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.measures import parse_measure
from tests.counting import Growth, of_pieces

AMBIGUOUS, DOUBTFUL, UNREADABLE = "value-ambiguous", "value-doubtful", "value-unreadable"
CHANGED = "value-changed"

# (printed, unit in the label) -> value, unit, operator, upper, code of the flag
CASES: dict[tuple[str, str | None], tuple[str | None, str | None, str | None, str | None, str | None]] = {
    ("5 (ระดับ)", None): ("5", "ระดับ", None, None, None),
    ("5.00 (ระดับ)", None): ("5.00", "ระดับ", None, None, None),
    ("5(ระดับ)", None): ("5", "ระดับ", None, None, None),
    ("= 5.00 (ระดับ).", None): ("5.00", "ระดับ", None, None, None),
    ("5 (ระดับ", None): ("5", "ระดับ", None, None, None),
    ("5 ระดับ)", None): ("5", "ระดับ", None, None, None),
    # Words of no table, with a bracket whose partner is lost.
    ("5 (ฌาปนสถาน", None): ("5", "ฌาปนสถาน", None, None, None),
    ("5 ฌาปนสถาน)", None): ("5", "ฌาปนสถาน", None, None, None),
    ("5 ฌาปนสถาน", None): ("5", "ฌาปนสถาน", None, None, None),
    ("5 (ฌาปนสถาน)", None): ("5", "ฌาปนสถาน", None, None, None),
    ("1 (ชุด (ใหม่))", None): ("1", "ชุด (ใหม่)", None, None, None),
    ("5 ระดับ (ผ่านเกณฑ์)", None): ("5", "ระดับ", None, None, None),
    ("5 จากปีที่ผ่านมา", None): ("5", None, None, None, None),
    ("งบประมาณ 5 ล้านบาท", None): ("5", "ล้านบาท", None, None, None),
    ("ไม่น้อยกว่าเดือนละ 2 ครั้ง", None): ("2", "ครั้ง", ">=", None, None),
    ("สูงกว่าปีที่แล้วร้อยละ 5", None): ("5", "ร้อยละ", None, None, None),
    ("ไม่ต่ำกว่าระดับ 3", None): ("3", "ระดับ", ">=", None, None),
    ("จำนวนไม่น้อยกว่า 3 แห่ง", None): ("3", "แห่ง", ">=", None, None),
    ("พื้นที่ 5 ไร่", None): ("5", "ไร่", None, None, None),
    ("รุ่นที่ 2 จำนวน 40 คน", None): ("40", "คน", None, None, None),
    ("ไม่ น้อยกว่าร้อยละ 80", None): ("80", "ร้อยละ", ">=", None, None),
    ("ไม่ให้เกินร้อยละ 3", None): ("3", "ร้อยละ", "<=", None, None),
    ("5\n(ระดับ )", None): ("5", "ระดับ", None, None, None),
    ("๑๐ (ชมรม)", None): ("10", "ชมรม", None, None, None),
    ("๘๐.๕๐ (ร้อยละ)", None): ("80.50", "ร้อยละ", None, None, None),
    ("1,000,000.50 (บาท)", None): ("1000000.50", "บาท", None, None, None),
    ("10 (คน/ปี)", None): ("10", "คน/ปี", None, None, None),
    ("1 (=1+1)", None): ("1", "=1+1", None, None, None),
    ("80 (ไม่น้อยกว่าร้อยละ 80)", None): ("80", "ร้อยละ", ">=", None, None),
    ("5 (ระดับ 5)", None): ("5", "ระดับ", None, None, None),
    ("0 (ไม่มี)", None): ("0", None, None, None, None),
    ("0.00 (ร้อยละ)", None): ("0.00", "ร้อยละ", None, None, None),
    ("ร้อยละ 80", None): ("80", "ร้อยละ", None, None, None),
    ("ร้อยละ80", None): ("80", "ร้อยละ", None, None, None),
    ("80 %", None): ("80", "%", None, None, None),
    ("ไม่น้อยกว่าร้อยละ 20", None): ("20", "ร้อยละ", ">=", None, None),
    ("≥ 80 (ร้อยละ)", None): ("80", "ร้อยละ", ">=", None, None),
    (">=80%", None): ("80", "%", ">=", None, None),
    ("ไม่เกิน 3 วัน", None): ("3", "วัน", "<=", None, None),
    ("มากกว่า 3 แห่ง", None): ("3", "แห่ง", ">", None, None),
    ("น้อยกว่าร้อยละ 2.5", None): ("2.5", "ร้อยละ", "<", None, None),
    ("ประมาณ 5 แห่ง", None): ("5", "แห่ง", "~", None, None),
    ("30 คนขึ้นไป", None): ("30", "คน", ">=", None, None),
    ("80 ขึ้นไป", "ร้อยละ"): ("80", "ร้อยละ", ">=", None, None),
    ("ลดลงร้อยละ 5 จากปีที่ผ่านมา", None): ("5", "ร้อยละ", None, None, None),
    ("5 จากปีที่ผ่านมา", "ลดลงร้อยละ"): ("5", "ร้อยละ", None, None, None),
    ("20 ของประชาชนทั้งหมด", "ร้อยละ"): ("20", "ร้อยละ", None, None, None),
    ("100", "ไม่น้อยกว่าร้อยละ"): ("100", "ร้อยละ", ">=", None, None),
    ("100.0000", "ร้อยละ"): ("100.0000", "ร้อยละ", None, None, None),
    ("1,407.52", "ร้อยละ"): ("1407.52", "ร้อยละ", None, None, None),
    ("(5.20)", "ร้อยละ"): ("-5.20", "ร้อยละ", None, None, None),
    ("-5", "ร้อยละ"): ("-5", "ร้อยละ", None, None, None),
    ("−5.5 (ร้อยละ)", None): ("-5.5", "ร้อยละ", None, None, None),
    ("+5 (ร้อยละ)", None): ("5", "ร้อยละ", None, None, None),
    (".5 (ร้อยละ)", None): ("0.5", "ร้อยละ", None, None, None),
    ("80 - 90", "ร้อยละ"): ("80", "ร้อยละ", "..", "90", None),
    ("ร้อยละ 20 ถึงร้อยละ 30", None): ("20", "ร้อยละ", "..", "30", None),
    ("5 ระดับ", None): ("5", "ระดับ", None, None, None),
    ("ระดับ 5", None): ("5", "ระดับ", None, None, None),
    ("ระดับที่ 5", None): ("5", "ระดับ", None, None, None),
    ("ระดับความสำเร็จ 5", None): ("5", "ระดับ", None, None, None),
    ("ห้าระดับ", None): ("5", "ระดับ", None, None, None),
    ("สามสิบ (แห่ง)", None): ("30", "แห่ง", None, None, None),
    ("2 ล้านบาท", None): ("2", "ล้านบาท", None, None, None),
    ("1 ฐานข้อมูล", None): ("1", "ฐานข้อมูล", None, None, None),
    ("3 ปฏิทินงาน", None): ("3", "ปฏิทินงาน", None, None, None),
    ("ไม่น้อยกว่าร้อยละ 80 ภายในปี 2564", None): ("80", "ร้อยละ", ">=", None, None),
    ("0", None): ("0", None, None, None, None),
    ("80.", None): ("80", None, None, None, None),
    ("≥.5 (ร้อยละ)", None): ("0.5", "ร้อยละ", ">=", None, None),
    ("187.6 ล้านบาท จากปีก่อน", None): ("187.6", "ล้านบาท", None, None, None),
    ("มีนาคม 2564 จำนวน 5 แห่ง", None): ("5", "แห่ง", None, None, None),
    ("10km", None): ("10", "km", None, None, None),
    ("ระดับห้า", None): ("5", "ระดับ", None, None, None),
    ("80 (คะแนนเต็ม 100)", "คะแนน"): ("80", "คะแนน", None, None, None),
    # nothing printed
    ("", None): (None, None, None, None, None),
    ("-", "ระดับ"): (None, "ระดับ", None, None, None),
    ("...............", None): (None, None, None, None, None),
    ("N/A", None): (None, None, None, None, None),
    ("ไม่มี", None): (None, None, None, None, None),
    # in doubt
    ("80 90", "ร้อยละ"): ("80", "ร้อยละ", None, None, AMBIGUOUS),
    ("4 ใน 5", None): ("4", None, None, None, AMBIGUOUS),
    ("1:20", None): ("1", None, None, None, AMBIGUOUS),
    ("100 (5 ระดับ)", None): ("100", None, None, None, AMBIGUOUS),
    ("120 แห่ง (ร้อยละ 80)", None): ("120", "แห่ง", None, None, AMBIGUOUS),
    ("ร้อยละ 80.00 ของจำนวน 120 แห่ง", None): ("80.00", "ร้อยละ", None, None, AMBIGUOUS),
    ("10 (ชมรม) 11 (ชมรม)", None): ("10", "ชมรม", None, None, AMBIGUOUS),
    ("1 000", "คน"): ("1000", "คน", None, None, DOUBTFUL),
    ("- 5 (ระดับ)", None): ("5", "ระดับ", None, None, DOUBTFUL),
    ("ร้อยละ (80)", None): ("80", "ร้อยละ", None, None, DOUBTFUL),
    ("5 ระดับ", "ร้อยละ"): ("5", "ร้อยละ", None, None, DOUBTFUL),
    ("ปี 2564", None): ("2564", None, None, None, DOUBTFUL),
    ("2399", None): ("2399", None, None, None, None),
    ("2400", None): ("2400", None, None, None, DOUBTFUL),
    ("2699", None): ("2699", None, None, None, DOUBTFUL),
    ("2700", None): ("2700", None, None, None, None),
    ("5O (ร้อยละ)", None): ("5", "ร้อยละ", None, None, DOUBTFUL),
    ("PM2.5", None): ("2.5", None, None, None, DOUBTFUL),
    ("80 (ปรับจาก 90)", None): ("80", None, None, None, CHANGED),
    ("12,34", "ร้อยละ"): ("12.34", "ร้อยละ", None, None, DOUBTFUL),
    ("90 - 80", "ร้อยละ"): ("90", "ร้อยละ", None, None, AMBIGUOUS),
    # no figure
    ("รอผล", "ระดับ"): (None, "ระดับ", None, None, UNREADABLE),
    ("ครบทุกแห่ง", None): (None, None, None, None, UNREADABLE),
    ("1.234.567", "บาท"): (None, "บาท", None, None, UNREADABLE),
    ("9" * 60, None): (None, None, None, None, UNREADABLE),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_measure(case: tuple[str, str | None]) -> None:
    measure, flags = parse_measure(*case, field="target")
    shown = [None if value is None else f"{value:f}" for value in (measure.value, measure.upper)]
    code = flags[0].code if flags else None
    assert (shown[0], measure.unit, measure.operator, shown[1], code) == CASES[case]
    assert len(flags) <= 1 and all(flag.field == "target.value" for flag in flags)
    assert measure.text == (case[0].strip() or None)


def test_the_flag_says_what_was_printed_and_what_was_taken() -> None:
    (flag,) = parse_measure(" 80 90 ", "ร้อยละ", "target")[1]
    assert dict(flag.values) == {"text": "80 90", "value": "80"}
    (flag,) = parse_measure("รอผล", "ร้อยละ", "target")[1]
    assert dict(flag.values) == {"text": "รอผล", "value": ""}


@given(st.text(max_size=80), st.none() | st.text(max_size=12))
@settings(max_examples=100, deadline=None)
def test_anything_may_be_printed(text: str, hint: str | None) -> None:
    measure, flags = parse_measure(text, hint, "actual")
    assert measure.value is None or measure.value.is_finite()
    assert measure.text == (text.strip() or None)
    if measure.value is not None and measure.operator == "..":
        assert measure.upper is not None or flags


@given(st.text(alphabet="0123456789,.-() ๕ระดับร้อยละ%ถึง", max_size=30))
@settings(max_examples=100, deadline=None)
def test_two_figures_never_pass_in_silence(text: str) -> None:
    """A value without a flag or a range comes from print with one figure, or from equal ones."""
    measure, flags = parse_measure(text)
    if measure.value is not None and not flags and measure.operator != "..":
        digits = "".join(character for character in f"{abs(measure.value):f}" if character.isdigit()).strip("0")
        assert digits in "".join(character for character in text.replace("๕", "5") if character.isdigit())


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["{} (ร้อยละ)", "ร้อยละ {}", "ไม่น้อยกว่า {} แห่ง", "{}", "เท่ากับ {} (ระดับ)"]),
)
@settings(max_examples=100, deadline=None)
def test_a_printed_figure_comes_back(value: Decimal, template: str) -> None:
    measure, flags = parse_measure(template.format(f"{value:,f}"))
    assert (measure.value, flags) == (value, [])


HOSTILE = ("5 ", "(", "5 (ระดับ) ", "ร้อยละ", "1,", "-", "สิบ", "5-6 ")
GROWTH = of_pieces(lambda text: parse_measure(text, text[: len(text) // 50]), HOSTILE)


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()
