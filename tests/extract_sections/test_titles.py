"""Title lines of a report: agency and fiscal year in any order, on one line, or below the name."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import RawReport
from tests.extract_sections.made import document

BODY = """1. ชื่อตัวชี้วัด : ร้อยละของท่อระบายน้ำที่ได้รับการล้าง
2. ระดับความสำเร็จ : ☑ ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome)
3. คำนิยาม :
:: ท่อระบายน้ำในพื้นที่เขต
4. วิธีการคำนวณ :
:: นับความยาวท่อ
5. เป้าหมาย : 80 (ร้อยละ)
: ผลงานที่ทำได้ = 85.00 (ร้อยละ)
6. รายงานผลการดำเนินงาน (รายไตรมาส) :
(6.1) ไตรมาสที่ 1 : สำรวจท่อ""".splitlines()


def _read(lines: list[str]) -> RawReport:
    (report,) = find_reports(document(lines), load_forms())
    return report


def _value(report: RawReport, key: str) -> str:
    field = report.get(key)
    return "" if field is None else " ".join(field.paragraphs)


@pytest.mark.parametrize(
    "titles",
    [
        ["ประจำปีงบประมาณ พ.ศ. 2564", "หน่วยงาน : สำนักการระบายน้ำ"],
        ["หน่วยงาน : สำนักการระบายน้ำ", "ประจำปีงบประมาณ พ.ศ. 2564"],
        ["หน่วยงาน : สำนักการระบายน้ำ ประจำปีงบประมาณ พ.ศ. 2564"],
    ],
)
def test_titles_stand_in_any_order(titles: list[str]) -> None:
    report = _read([*titles, *BODY])
    assert (_value(report, "agency"), _value(report, "fiscal_year")) == ("สำนักการระบายน้ำ", "2564")
    assert not [flag for field in report.fields for flag in field.flags if flag.code == "section-order"]


def test_an_agency_below_the_name_is_no_part_of_it() -> None:
    report = _read([BODY[0], "หน่วยงาน : สำนักการระบายน้ำ", *BODY[1:]])
    assert _value(report, "indicator_name") == "ร้อยละของท่อระบายน้ำที่ได้รับการล้าง"
    assert _value(report, "agency") == "สำนักการระบายน้ำ"


def test_two_years_in_the_titles_are_told() -> None:
    report = _read(["แผนประจำปีงบประมาณ พ.ศ. 2563", "รายงานประจำปีงบประมาณ พ.ศ. 2564", *BODY])
    field = report.get("fiscal_year")
    assert field is not None
    assert [flag.code for flag in field.flags] == ["section-repeated"]
