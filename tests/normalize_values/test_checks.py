"""Each check: what it flags, and what it must leave alone."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from normalize.checks import check_report, quarter_end
from normalize.dates.years import fiscal_span
from raingan.model.messages import message_kinds
from raingan.model.records import (
    DateKind,
    DateMention,
    Flag,
    Measure,
    Order,
    Quantity,
    QuarterResult,
    Report,
)


def percent(value: str | None, unit: str | None = "ร้อยละ", operator: str | None = None) -> Measure:
    return Measure(None if value is None else Decimal(value), unit, operator, value or "-")


def flags(cited: frozenset[int] = frozenset(), **values: Any) -> list[Flag]:
    plain = Measure(text="-")
    report = Report("ก.pdf", "00", None, "text", "bma-indicator", agency="สำนักคลัง", fiscal_year=2564)
    report = dataclasses.replace(report, target=plain, actual=plain)
    return check_report(dataclasses.replace(report, **values), cited)


def codes(**values: Any) -> list[str]:
    return [flag.code for flag in flags(**values)]


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        (percent("80"), percent("82"), []),
        (percent("80"), percent("82", "%"), []),
        (percent("80"), percent("82", "เปอร์เซ็นต์"), []),
        (percent("80"), percent("82", None), []),
        (percent(None, None), percent(None, None), []),
        (percent("80"), percent(None), ["target-without-actual"]),
        (percent(None), percent("82"), ["actual-without-target"]),
        (percent("80"), percent("82", "แห่ง"), ["units-differ"]),
        (percent("5", "ระดับ"), percent("100", "ระดับ"), ["value-out-of-range", "actual-far-from-target"]),
        (percent("5", "ระดับ"), percent("5.00", "ระดับ"), []),
        (percent("80"), percent("120"), ["value-unusual"]),
        (percent("0"), percent("100"), ["target-zero"]),
        (percent("60"), percent("0"), ["actual-far-from-target"]),
        (percent("10", "แห่ง"), percent("25", "แห่ง"), []),
        (percent("10", "แห่ง"), percent("60", "แห่ง"), ["actual-far-from-target"]),
        (percent("10", "วัน", "<="), percent("1", "วัน"), []),
    ],
)
def test_target_and_actual(target: Measure, actual: Measure, expected: list[str]) -> None:
    assert codes(target=target, actual=actual) == expected


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("ร้อยละของแปลงผัก", "ร้อยละ", []),
        ("ร้อยละของแปลงผัก", "%", []),
        ("ร้อยละของแปลงผัก", "ระดับ", ["unit-against-name"]),
        ("ระดับความสำเร็จของงาน", "ร้อยละ", ["unit-against-name"]),
        ("ร้อยละของแปลงผัก", None, []),
        ("จำนวนแปลงผัก", "แปลง", []),
    ],
)
def test_unit_and_name(name: str, unit: str | None, expected: list[str]) -> None:
    measure = percent("4", unit)
    assert codes(indicator_name=name, target=measure, actual=measure) == expected


def results(*values: str | None) -> dict[str, QuarterResult]:
    return {
        str(number): QuarterResult(None if value is None else Decimal(value)) for number, value in enumerate(values, 1)
    }


@pytest.mark.parametrize(
    ("values", "actual", "expected"),
    [
        (("25", "50", "75", "100"), "100", []),
        (("25", "50", None, "100.00"), "100", []),
        (("57.50", "56.66", "0.00", None), "56.66", ["quarter-falling", "quarter-falling"]),
        (("10", "20", "30", "1407.52"), "1", ["quarter-against-year"]),
        (("10", "20", "30", None), "80", []),
        (("30", "20", "25", "5"), "80", []),
    ],
)
def test_quarters_and_year(values: tuple[str | None, ...], actual: str, expected: list[str]) -> None:
    measure = Measure(Decimal(actual), "แห่ง")
    assert codes(quarter_results=results(*values), target=measure, actual=measure) == expected


def test_the_range_of_a_unit_holds_for_quarters_too() -> None:
    found = flags(quarter_results=results("3", "100"), target=percent("5", "ระดับ"), actual=percent("5", "ระดับ"))
    assert [(flag.code, flag.field) for flag in found] == [("value-out-of-range", "quarter_results.2.value")]


@pytest.mark.parametrize(
    ("summary", "figure", "actual", "expected"),
    [
        ("ได้ 8 แห่ง คิดเป็นร้อยละ 76.30", "76.30", "76.3", []),
        ("ได้ 8 แห่ง คิดเป็นร้อยละ 76.30", "76.30", "67.30", ["summary-against-actual"]),
        ("สูงกว่าปีก่อนร้อยละ 3.48", "3.48", "67.30", []),
    ],
)
def test_summary(summary: str, figure: str, actual: str, expected: list[str]) -> None:
    quantity = Quantity("year_summary", f"ร้อยละ {figure}", Decimal(figure), "ร้อยละ")
    measure = percent(actual)
    assert codes(year_summary=summary, quantities=(quantity,), target=measure, actual=measure) == expected


def day(section: str, *parts: int, kind: DateKind = DateKind.DAY) -> DateMention:
    start = date(*parts)
    return DateMention(section, "วันที่", kind, start, start)


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        (day("quarter_1", 2020, 11, 5), []),
        (day("quarter_1", 2021, 1, 20), []),
        (day("quarter_1", 2021, 1, 31), []),
        (day("quarter_1", 2021, 2, 1), ["date-after-quarter"]),
        (day("quarter_1", 2021, 3, 5), ["date-after-quarter"]),
        (day("quarter_4", 2020, 11, 5), []),
        (day("quarter_2", 2019, 11, 5), ["date-outside-fiscal-year"]),
        (day("quarter_2", 2064, 2, 5), ["year-far"]),
        (day("evidence", 2036, 12, 31), []),
        (day("evidence", 2037, 1, 1), ["year-far"]),
        (day("definition", 1961, 1, 1), []),
        (day("definition", 1960, 12, 31), ["year-far"]),
        (day("evidence", 2061, 1, 1, kind=DateKind.YEAR), []),
        (day("evidence", 2062, 1, 1, kind=DateKind.YEAR), ["year-far"]),
        (day("definition", 1871, 1, 1, kind=DateKind.YEAR), []),
        (day("definition", 1870, 1, 1, kind=DateKind.YEAR), ["year-far"]),
        (day("evidence", 2019, 11, 5), []),
        (day("definition", 2017, 1, 1), []),
        (day("quarter_2", 2017, 1, 1, kind=DateKind.YEAR), []),
    ],
)
def test_days_and_their_year(mention: DateMention, expected: list[str]) -> None:
    assert codes(dates=(mention,)) == expected


def test_the_date_of_a_cited_paper_may_be_old() -> None:
    assert flags(frozenset({0}), dates=(day("quarter_2", 2015, 1, 1),)) == []


def test_fiscal_year_and_quarters() -> None:
    assert fiscal_span(2564) == (date(2020, 10, 1), date(2021, 9, 30))
    assert [quarter_end(2564, quarter) for quarter in (1, 2, 3, 4)] == [
        date(2020, 12, 31),
        date(2021, 3, 31),
        date(2021, 6, 30),
        date(2021, 9, 30),
    ]


def order(issuer: str | None, *parts: int) -> Order:
    return Order("quarter_1", "9/2564", date(*parts) if parts else None, issuer)


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ((order("ก", 2021, 1, 5), order("ก", 2021, 1, 5)), []),
        ((order("ก", 2021, 1, 5), order("ก")), []),
        ((order("ก", 2021, 1, 5), order("ข", 2021, 2, 5)), []),
        ((order("ก", 2021, 1, 5), order("ก", 2021, 2, 5)), ["order-two-dates"]),
        ((order("ก", 2021, 1, 5), order(None, 2021, 2, 5)), ["order-two-dates"]),
        ((order(None, 2021, 1, 5), order(None, 2021, 2, 5)), ["order-two-dates"]),
        ((order("สำนัก คลัง", 2021, 1, 5), order("สำนักคลัง", 2021, 2, 5)), ["order-two-dates"]),
        ((order("ก", 2021, 1, 5), order("ข", 2021, 1, 5), order(None, 2021, 2, 5)), ["order-two-dates"]),
        ((order("ก", 2021, 1, 5), order("ข", 2021, 1, 6), order(None, 2021, 2, 5)), ["order-two-dates"] * 2),
    ],
)
def test_an_order_has_one_date(orders: tuple[Order, ...], expected: list[str]) -> None:
    assert codes(orders=orders) == expected


def test_dates_of_an_order_are_shown_as_people_write_them() -> None:
    (flag,) = flags(orders=(order("ก", 2021, 1, 5), order("ก", 2021, 12, 31)))
    assert (flag.field, flag.values) == ("orders.1", {"number": "9/2564", "dates": "5 มกราคม 2564, 31 ธันวาคม 2564"})


LONG = "ลงพื้นที่สำรวจแปลงผักริมคลองร่วมกับผู้แทนชุมชนและบันทึกจำนวนแปลงที่เพิ่มขึ้นในแต่ละเดือน"


def test_prose_of_two_quarters() -> None:
    assert codes(quarters={"1": f"1. {LONG}", "2": "ประชุม\n2. " + LONG.replace("และ", " และ "), "3": LONG + "อีก"}) == [
        "quarter-repeated"
    ]
    assert codes(quarters={"1": "ดำเนินการต่อเนื่อง", "2": "ดำเนินการต่อเนื่อง"}) == []
    assert codes(quarters={"1": f"{LONG}\n{LONG}", "2": None}) == []


def test_a_figure_that_could_not_be_read() -> None:
    assert codes(quantities=(Quantity("quarter_1", "12,34 บาท", None, "บาท"),)) == ["value-unreadable"]


def test_every_code_has_its_sentences() -> None:
    from pathlib import Path

    import regex

    import normalize

    known = {kind.code for kind in message_kinds()}
    folder = Path(normalize.__path__[0])
    used = {
        code
        for path in sorted(folder.rglob("*.py"))
        for code in regex.findall(r'Flag\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used and used <= known


def test_a_report_without_figures_says_so_unless_it_prints_that_it_has_none() -> None:
    assert codes(target=Measure(), actual=Measure()) == ["no-figures"]
    assert codes(target=Measure(text="-"), actual=Measure()) == []


def test_a_missing_agency_is_told_with_the_one_issuer_of_the_orders() -> None:
    def cited(*issuers: str | None) -> list[tuple[str, str]]:
        orders = tuple(Order("evidence", f"{n}/2564", None, issuer) for n, issuer in enumerate(issuers, 1))
        return [(flag.code, flag.values.get("issuer", "")) for flag in flags(agency=None, orders=orders)]

    assert cited() == [("agency-unknown", "")]
    assert cited("สำนักเทศกิจ", None, "สำนักเทศกิจ") == [("agency-suggested", "สำนักเทศกิจ")]
    assert cited("สำนักเทศกิจ", "สำนักคลัง") == [("agency-unknown", "")]


@pytest.mark.parametrize(
    ("text", "printed", "unit", "expected"),
    [
        ("ปลูกแล้วสะสม 14.90 กิโลเมตร", "14.90 กิโลเมตร", "กิโลเมตร", ["quarter-cumulated"]),
        ("ปลูกแล้วสะสมจำนวน 14.90 กิโลเมตร", "14.90 กิโลเมตร", "กิโลเมตร", ["quarter-cumulated"]),
        ("ปลูกแล้วสะสม 14.90 กิโลเมตร", "14.90 กิโลเมตร", "แห่ง", []),
        ("ปลูกเพิ่ม 14.90 กิโลเมตร", "14.90 กิโลเมตร", "กิโลเมตร", []),
    ],
)
def test_a_result_so_far_in_prose_is_proposed(text: str, printed: str, unit: str, expected: list[str]) -> None:
    quantity = Quantity("quarter_2", printed, Decimal("14.90"), "กิโลเมตร")
    measure = Measure(Decimal("20"), unit, None, "20")
    made: dict[str, Any] = {"quarters": {"2": text}, "quantities": (quantity,), "target": measure, "actual": measure}
    assert codes(**made) == expected
    assert codes(**made, quarter_results={"2": QuarterResult(Decimal("14.9"))}) == []
    assert codes(**made, quarter_results={"2": QuarterResult()}) == expected
