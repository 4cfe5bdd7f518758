"""Whether more or less is better: said by the target, the name, the definition or the calculation, or not known."""

from __future__ import annotations

import pytest

from normalize.report import normalize_report
from raingan.model.records import RawField, RawReport, Report

TOLD = frozenset({"direction-unknown", "direction-inferred", "changes-differ"})


def report(name: str, target: str, actual: str, definition: str = "", calculation: str = "") -> Report:
    texts = {
        "indicator_name": name,
        "target": target,
        "actual": actual,
        "definition": definition,
        "calculation": calculation,
        "fiscal_year": "2566",
    }
    fields = tuple(RawField(key, (text,), text) for key, text in texts.items() if text)
    return normalize_report(RawReport("f", 1, 1, fields), "a.txt", "0" * 64, "text")


def told(made: Report) -> tuple[str | None, str | None]:
    """The direction, and the code of what is told of it."""
    codes = [flag.code for flag in made.flags if flag.code in TOLD]
    assert len(codes) <= 1
    return made.direction, codes[0] if codes else None


# name, target, actual, definition, calculation -> direction, code of what is told
CASES: list[tuple[tuple[str, ...], tuple[str | None, str | None]]] = [
    (("ร้อยละของครัวเรือนที่ปลูกผัก", "80 (ร้อยละ)", "85 (ร้อยละ)"), ("more", None)),
    (("จำนวนเรือนเพาะชำ", "ไม่น้อยกว่า 8 แห่ง", "9 แห่ง"), ("more", None)),
    # the target says it
    (("จำนวนเหตุเพลิงไหม้หญ้า", "ไม่เกิน 8 ครั้ง", "5 ครั้ง"), ("less", None)),
    (("ความยาวของแนวปะการังที่เสียหาย", "น้อยกว่า 2 กม.", "1 กม."), ("less", None)),
    # the name says it
    (("อัตราป่วยด้วยโรคมือเท้าปาก (ไม่เกินร้อยละ 0.20)", "0.20 (ร้อยละ)", "0.10 (ร้อยละ)"), ("less", "direction-inferred")),
    (("ค่าเฉลี่ยของเสียง (ไม่เกินค่ามาตรฐาน)", "70 เดซิเบล", "66 เดซิเบล"), ("less", "direction-inferred")),
    (("จำนวนวันที่มีฝุ่นไม่เกิน 30 วัน", "30 วัน", "12 วัน"), ("more", None)),
    (("ร้อยละของตลาดที่มีเสียงไม่เกินเกณฑ์", "80 (ร้อยละ)", "85 (ร้อยละ)"), ("more", None)),
    (("ร้อยละของผู้รับบริการที่รอไม่เกิน 20 นาที", "90 (ร้อยละ)", "95 (ร้อยละ)"), ("more", None)),
    # definition and calculation say it
    (("อัตราการลาออกของครู", "5 (ร้อยละ)", "7 (ร้อยละ)", "ค่ายิ่งน้อยยิ่งดี"), ("less", "direction-inferred")),
    (("จำนวนกระดาษที่ใช้", "90 รีม", "80 รีม", "", "ค่าที่ได้ยิ่งต่ำ ถือว่ายิ่งดี"), ("less", "direction-inferred")),
    (("ระยะเวลาเฉลี่ยในการออกใบอนุญาต", "10 วัน", "8 วัน", "เป้าหมายไม่เกิน 10 วัน"), ("less", "direction-inferred")),
    (("ร้อยละของน้ำสูญเสีย", "25 (ร้อยละ)", "20 (ร้อยละ)", "น้อยกว่าร้อยละ 25 ถือว่าบรรลุ"), ("less", "direction-inferred")),
    (("จำนวนคดีที่ปิดได้", "10 คดี", "12 คดี", "ค่ายิ่งมากยิ่งดี"), ("more", None)),
    (("ร้อยละของเด็กที่ฟันผุ", "20 (ร้อยละ)", "18 (ร้อยละ)", "เด็กอายุไม่เกิน 12 ปี"), (None, "direction-unknown")),
    # what contradicts itself
    (("อัตราการลาออก", "ไม่น้อยกว่าร้อยละ 5", "ร้อยละ 7", "ค่ายิ่งน้อยยิ่งดี"), (None, "direction-unknown")),
    (("จำนวนครั้ง", "5 ครั้ง", "7 ครั้ง", "ค่ายิ่งน้อยยิ่งดี", "ค่ายิ่งมากยิ่งดี"), (None, "direction-unknown")),
    # what nobody wants more of
    (("จำนวนอุบัติเหตุบนทางเลียบคลอง", "12 ครั้ง", "9 ครั้ง"), (None, "direction-unknown")),
    (("อัตราการเสียชีวิตจากการจมน้ำ", "3 (ต่อประชากรแสนคน)", "2 (ต่อประชากรแสนคน)"), (None, "direction-unknown")),
    (("ร้อยละของเรื่องร้องเรียน", "5 (ร้อยละ)", "4 (ร้อยละ)"), (None, "direction-unknown")),
    (("ร้อยละของเรื่องร้องเรียนที่แก้ไขแล้วเสร็จ", "90 (ร้อยละ)", "95 (ร้อยละ)"), ("more", None)),
    (("ร้อยละของผู้ป่วยที่ได้รับการเยี่ยมบ้าน", "90 (ร้อยละ)", "95 (ร้อยละ)"), ("more", None)),
    (("ระดับความสำเร็จของการลดอุบัติเหตุ", "5 (ระดับ)", "4 (ระดับ)"), ("more", None)),
    (("จำนวนครั้งที่ระบบหยุดทำงาน", "5 ครั้ง", "7 ครั้ง"), (None, "direction-unknown")),
    (("ร้อยละของผู้ป่วยที่กลับมารักษาซ้ำ", "5 (ร้อยละ)", "7 (ร้อยละ)"), (None, "direction-unknown")),
    # definition or calculation speak of a fall, or of another bound
    (("ปริมาณการใช้กระดาษ", "500 รีม", "520 รีม", "", "วัดจากจำนวนที่ลดลงจากปีก่อน"), (None, "direction-unknown")),
    (("สัดส่วนงบบุคลากร", "35 (ร้อยละ)", "36 (ร้อยละ)", "ต้องไม่เกินร้อยละ 40"), (None, "direction-unknown")),
    (("จำนวนถังขยะที่วางผิดที่", "20 ถัง", "25 ถัง", "หากน้อยกว่าหรือเท่ากับเป้าหมายถือว่าบรรลุ"), ("less", "direction-inferred")),
    # a rise or a fall
    (("ร้อยละของขยะที่ลดลง", "10 (ร้อยละ)", "12 (ร้อยละ)"), ("more", None)),
    (("ร้อยละของเหตุเพลิงไหม้ที่ลดลง", "ลดลงร้อยละ 10", "ลดลงร้อยละ 12"), ("more", None)),
    (("ร้อยละของเหตุเพลิงไหม้ที่ลดลง", "ลดลงร้อยละ 10", "เพิ่มขึ้นร้อยละ 12"), (None, "changes-differ")),
    (("จำนวนผู้ใช้ถุงพลาสติก", "ลดลง 10 คน", "เพิ่มขึ้น 12 คน"), (None, "changes-differ")),
    (("ร้อยละของรายได้ที่เพิ่มขึ้น", "5 (ร้อยละ)", "ลดลงร้อยละ 3"), (None, "changes-differ")),
    (("จำนวนผู้ใช้ถุงพลาสติก", "ลดลงร้อยละ 10", "12 (ร้อยละ)"), (None, "direction-unknown")),
    (("จำนวนผู้เสียชีวิตลดลง", "5 ราย", "3 ราย"), (None, "direction-unknown")),
    (("จำนวนผู้เสียชีวิตลดลง", "5 (ร้อยละ)", "3 (ร้อยละ)"), ("more", None)),
    (("จำนวนผู้ชม", "สูงกว่าปีที่แล้วร้อยละ 5", "สูงกว่าปีที่แล้วร้อยละ 6"), ("more", None)),
    (("ปริมาณขยะที่คัดแยก", "ลดขยะ 10 ตัน", "12 ตัน"), ("more", None)),
    (("จำนวนสวนหย่อม", "เพิ่ม 3 แห่ง", "4 แห่ง"), ("more", None)),
    (("จำนวนจุดน้ำขัง", "ลดลงเหลือ 5 จุด", "4 จุด"), ("less", None)),
    # nothing to compare
    (("จำนวนอุบัติเหตุ", "12 ครั้ง", "-"), ("more", None)),
]  # fmt: skip


@pytest.mark.parametrize("made, expected", CASES, ids=lambda part: part[0] if isinstance(part[0], str) else None)
def test_direction(made: tuple[str, ...], expected: tuple[str | None, str | None]) -> None:
    assert told(report(*made)) == expected


def test_a_bound_that_is_not_the_target_says_nothing() -> None:
    inside = report("ค่าเฉลี่ยของเสียงในตลาด", "70 เดซิเบล", "66 เดซิเบล", "ไม่เกิน 70 เดซิเบล")
    outside = report("ค่าเฉลี่ยของเสียงในตลาด", "70 เดซิเบล", "66 เดซิเบล", "ไม่เกิน 71 เดซิเบล")
    assert (inside.direction, outside.direction) == ("less", "more")
