"""A whole report: raw sections in, typed record out."""

import pickle
from collections.abc import Sequence
from decimal import Decimal

import pytest

from normalize.report import normalize_report
from raingan.model.records import Flag, Origin, QuarterResult, RawField, RawReport, Report, Strategy, StrategyItem
from tests.counting import Growth

FIELDS: dict[str, str | Sequence[str]] = {
    "agency": "หน่วยงาน : สำนักงานเขตบางรัก",
    "indicator_name": "๒.๑. ร้อยละของแปลงผักริมคลอง",
    "indicator_type": "ตัวชี้วัดงานประจำ",
    "strategy.issue": "ด้านที่ ๒ -เมืองสีเขียว : Green City",
    "strategy.sub": "๒.๑ - สวนในเมือง",
    "strategy.goal": "๒.๑.๓ คนเมืองปลูกผักกินเอ",
    "definition": ["แปลงผัก หมายถึง พื้นที่ปลูกผักไม่น้อยกว่า ๓๐ ตารางเมตร"],
    "calculation": ["จำนวนแปลงที่ปลูก หารด้วยจำนวนแปลงทั้งหมด คูณ 100"],
    "target": "ไม่น้อยกว่าร้อยละ ๘๐",
    "actual": "82.50 (ร้อยละ)",
    "quarters.1": [
        "1. สำรวจแปลง วันที่ 5 พ.ย. 63 พบ 24 แห่ง",
        "2. ตั้งคณะทำงาน ตามคำสั่งสำนักงานเขตบางรัก ที่ ๗/๒๕๖๓ ลงวันที่ ๘ ธันวาคม ๒๕๖๓",
    ],
    "quarters.2": ["อบรมผู้ปลูกผัก วันที่ 3 มีนาคม 2564 จำนวน 60 คน"],
    "quarters.3": ["-"],
    "quarters.4": ["เก็บผลผลิต วันที่ 9 สิงหาคม 2564 ใช้งบประมาณ 48,500 บาท"],
    "year_summary": ["ปลูกได้ 33 แปลง จาก 40 แปลง คิดเป็นร้อยละ 82.50"],
    "supporting_factors": ["::"],
    "obstacles": [],
    "evidence": ["หนังสือฝ่ายปกครอง ที่ กท 4902/55 ลงวันที่ 9 กันยายน 2564"],
    "responsible_person": "นายใจดี มีสุข",
    "position": "........",
}


def raw_report(changes: dict[str, str | Sequence[str] | None] | None = None, **options: object) -> RawReport:
    fields = []
    for key, value in {**FIELDS, **(changes or {})}.items():
        if value is not None:
            paragraphs = ((value,) if value else ()) if isinstance(value, str) else tuple(value)
            fields.append(RawField(key, paragraphs, "\n".join(paragraphs), page=1, box=(1.0, 2.0, 3.0, 4.0)))
    fields.append(RawField("level", (), "", option="output", page=1))
    return RawReport("bma-indicator", 1, 2, tuple(fields), **options)  # type: ignore[arg-type]


def report_of(changes: dict[str, str | Sequence[str] | None] | None = None, **options: object) -> Report:
    return normalize_report(raw_report(changes, **options), "ก.pdf", "00", "text")


def codes(report: Report) -> list[tuple[str, str]]:
    return [(flag.code, flag.field) for flag in report.flags]


def test_short_fields() -> None:
    report = report_of()
    assert (report.agency, report.indicator_number) == ("สำนักงานเขตบางรัก", "2.1")
    assert (report.indicator_name, report.indicator_type) == ("ร้อยละของแปลงผักริมคลอง", "ตัวชี้วัดงานประจำ")
    assert (report.level, report.pages, report.read_by, report.form) == ("output", (1, 2), "text", "bma-indicator")
    assert (report.responsible_person, report.position) == ("นายใจดี มีสุข", None)
    assert report.strategy == Strategy(
        StrategyItem("2", "เมืองสีเขียว : Green City"),
        StrategyItem("2.1", "สวนในเมือง"),
        StrategyItem("2.1.3", "คนเมืองปลูกผักกินเอ"),
    )
    assert (report.target.value, report.target.unit, report.target.operator) == (Decimal(80), "ร้อยละ", ">=")
    assert report.target.text == "ไม่น้อยกว่าร้อยละ ๘๐"
    assert (report.actual.value, report.actual.unit) == (Decimal("82.50"), "ร้อยละ")


def test_prose_has_arabic_digits_and_its_origin_does_not() -> None:
    report = report_of()
    assert report.definition == "แปลงผัก หมายถึง พื้นที่ปลูกผักไม่น้อยกว่า 30 ตารางเมตร"
    assert report.origin["definition"] == Origin(1, (1.0, 2.0, 3.0, 4.0), FIELDS["definition"][0])
    assert report.origin["indicator_number"].text == "๒.๑. ร้อยละของแปลงผักริมคลอง"
    assert list(report.quarters) == ["1", "2", "3", "4"] and report.quarters["3"] is None
    assert (report.supporting_factors, report.obstacles) == (None, None)


def test_dates_orders_and_quantities_are_in_reading_order() -> None:
    report = report_of()
    assert [(item.section, item.start and item.start.isoformat()) for item in report.dates] == [
        ("quarter_1", "2020-11-05"),
        ("quarter_1", "2020-12-08"),
        ("quarter_2", "2021-03-03"),
        ("quarter_4", "2021-08-09"),
        ("evidence", "2021-09-09"),
    ]
    assert report.dates[1].text == "วันที่ ๘ ธันวาคม ๒๕๖๓"
    (order,) = report.orders
    assert (order.section, order.number, order.issuer) == ("quarter_1", "7/2563", "สำนักงานเขตบางรัก")
    assert order.date is not None and order.date.isoformat() == "2020-12-08"
    assert [(item.section, item.value, item.unit) for item in report.quantities] == [
        ("definition", Decimal(30), "ตารางเมตร"),
        ("quarter_1", Decimal(24), "แห่ง"),
        ("quarter_2", Decimal(60), "คน"),
        ("quarter_4", Decimal(48500), "บาท"),
        ("year_summary", Decimal(33), "แปลง"),
        ("year_summary", Decimal(40), "แปลง"),
        ("year_summary", Decimal("82.50"), "ร้อยละ"),
    ]


def test_a_sound_report_is_flagged_for_its_inferred_year_only() -> None:
    report = report_of()
    assert report.fiscal_year == 2564
    assert codes(report) == [("fiscal-year-inferred", "fiscal_year")]
    assert codes(report_of({"fiscal_year": "ประจำปีงบประมาณ พ.ศ. ๒๕๖๔"})) == []


def test_the_year_that_is_printed_wins_and_a_conflict_is_flagged() -> None:
    report = report_of({"fiscal_year": "พ.ศ. 2560"})
    assert report.fiscal_year == 2560
    assert ("fiscal-year-conflict", "fiscal_year") in codes(report)
    undated = dict.fromkeys(("quarters.1", "quarters.2", "quarters.4", "evidence"))
    assert codes(report_of(dict(undated))) == [("fiscal-year-unknown", "fiscal_year")]


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ("วันที่ 5 พ.ย. 63", "", False),
        ("วันที่ 5 พ.ย. 63", "วันที่ 3 มีนาคม 2564", True),
        ("วันที่ 5 พ.ย. 62", "วันที่ 3 มีนาคม 2564", False),
    ],
    ids=["one day of another year", "two days", "two days, and one of them in the printed year"],
)
def test_days_of_quarters_contradict_the_printed_year_together(first: str, second: str, conflict: bool) -> None:
    dated: dict[str, str | Sequence[str] | None] = {"fiscal_year": "พ.ศ. 2563", "evidence": None, "quarters.4": None}
    report = report_of({**dated, "quarters.1": f"สำรวจ {first}", "quarters.2": f"อบรม {second}"})
    assert (("fiscal-year-conflict", "fiscal_year") in codes(report)) is conflict


def test_a_source_without_pages_has_none() -> None:
    report = normalize_report(raw_report(), "ก.txt", "00", "text", has_pages=False)
    assert report.pages is None
    assert report.origin["target"] == Origin(None, None, "ไม่น้อยกว่าร้อยละ ๘๐")


def test_flags_of_every_stage_are_kept_once_and_in_order() -> None:
    cut = Flag("text-cut", "strategy.goal")
    raw = raw_report(
        missing=("obstacles",), flags=(Flag("section-order", "evidence", {"section": "evidence"}), cut, cut)
    )
    report = normalize_report(raw, "ก.pdf", "00", "text", document_flags=(Flag("needs-ocr", "pages"),))
    assert [code for code, _ in codes(report)] == [
        "needs-ocr",
        "section-order",
        "text-cut",
        "missing-section",
        "fiscal-year-inferred",
    ]


def test_quarter_figures() -> None:
    report = report_of(
        {
            "quarter_results.1.value": "25.00",
            "quarter_results.1.assessment": "100",
            "quarter_results.1.scores": "100 / 99.5",
            "quarter_results.2.value": "1,407.52",
            "quarter_results.3.value": "",
            "quarter_results.4.value": "รอผล",
        }
    )
    assert report.quarter_results == {
        "1": QuarterResult(Decimal("25.00"), Decimal(100), (Decimal(100), Decimal("99.5"))),
        "2": QuarterResult(Decimal("1407.52")),
        "3": QuarterResult(),
        "4": QuarterResult(),
    }
    assert ("value-unreadable", "quarter_results.4.value") in codes(report)


def test_a_section_that_stands_twice_keeps_all_its_wording() -> None:
    raw = raw_report()
    again = RawField("obstacles", ("ฝนตกหนัก",), "ฝนตกหนัก", page=2)
    more = RawField("obstacles", ("ดินไม่ดี",), "ดินไม่ดี", page=2)
    report = normalize_report(RawReport(raw.form, 1, 2, (*raw.fields, again, more)), "ก.pdf", "00", "text")
    assert report.obstacles == "ฝนตกหนัก\nดินไม่ดี"


def test_a_report_of_nothing() -> None:
    empty = normalize_report(RawReport("bma-indicator", 1, 1, ()), "ก.pdf", "00", "text")
    assert (empty.indicator_name, empty.strategy, empty.target.value, empty.fiscal_year) == (None, None, None, None)


def noise(count: int) -> dict[str, str | Sequence[str] | None]:
    return {key: "(๑/-,.๕ ที่ ร้อยละ" * count for key in FIELDS}


GROWTH = [Growth("a report of noise", noise, report_of, 40, 400)]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()


def test_the_same_input_gives_the_same_report_and_it_pickles() -> None:
    report = report_of()
    assert report == report_of() == pickle.loads(pickle.dumps(report))
