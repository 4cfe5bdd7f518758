"""Checks between reports."""

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from normalize.across import Across
from raingan.records import Measure, Order, Report

LONG = "ลงพื้นที่สำรวจแปลงผักริมคลองร่วมกับผู้แทนชุมชนและบันทึกจำนวนแปลงที่เพิ่มขึ้นในแต่ละเดือน"


def report(file: str, **values: Any) -> Report:
    return dataclasses.replace(Report(file, "00", None, "text", "bma-indicator"), **values)


def flags(tmp_path: Path, *reports: Report) -> list[tuple[int, str, str, dict[str, str]]]:
    with Across(tmp_path) as across:
        for index, item in enumerate(reports):
            across.add(index, item)
        found = [(index, flag.code, flag.field, dict(flag.values)) for index, flag in across.flags()]
    assert list(tmp_path.iterdir()) == []
    return found


def test_prose_of_two_reports(tmp_path: Path) -> None:
    found = flags(
        tmp_path,
        report("ก.pdf", quarters={"1": LONG}, obstacles=LONG + "อีก", definition=LONG),
        report("ข.pdf", quarters={"1": "สั้น", "2": f"1. {LONG} "}, definition=LONG),
        report("ค.pdf", quarters={"4": LONG}, obstacles=LONG + "อีก"),
        report("ง.pdf", definition=LONG),
    )
    assert found == [
        (1, "prose-repeated", "quarters.2", {"other": "ก.pdf", "section": "quarters.1", "count": "1"}),
        (2, "prose-repeated", "quarters.4", {"other": "ก.pdf", "section": "quarters.1", "count": "2"}),
    ]


def test_an_order_with_two_dates(tmp_path: Path) -> None:
    def order(day: int | None, issuer: str | None = "สำนักคลัง") -> Order:
        return Order("quarter_1", "9/2564", None if day is None else date(2021, 1, day), issuer)

    found = flags(
        tmp_path,
        report("ก.pdf", orders=(order(5),)),
        report("ข.pdf", orders=(order(None), order(6))),
        report("ค.pdf", orders=(order(7, None), order(7, "สำนักเทศกิจ"))),
    )
    values = {"number": "9/2564", "dates": "5 มกราคม 2564, 6 มกราคม 2564"}
    assert found == [(0, "order-two-dates", "orders.0", values), (1, "order-two-dates", "orders.1", values)]


def test_one_indicator_with_other_figures(tmp_path: Path) -> None:
    def made(file: str, actual: str, unit: str = "ร้อยละ", agency: str | None = "สำนักคลัง") -> Report:
        return report(
            file,
            agency=agency,
            fiscal_year=2564,
            indicator_name="ร้อยละของแปลงผัก",
            target=Measure(Decimal(80), "ร้อยละ", None, "80 (ร้อยละ)"),
            actual=Measure(Decimal(actual), unit, None, f"{actual} ({unit})"),
        )

    found = flags(
        tmp_path,
        made("ก", "82"),
        made("ข", "82.00", "%"),
        made("ค", "83"),
        made("ง", "84", agency="อื่น"),
        made("จ", "85", agency=None),
    )
    assert found == [(2, "reported-twice", "actual", {"other": "ก", "target": "80 (ร้อยละ)", "actual": "82 (ร้อยละ)"})]


def test_flags_come_in_the_order_of_the_reports(tmp_path: Path) -> None:
    reports = [
        report(
            f"{number}.pdf",
            quarters={"1": f"{LONG}{number % 7}"},
            orders=(Order("quarter_1", "1/2564", date(2021, 1, 1 + number % 3), "ก"),),
        )
        for number in range(300)
    ]
    indices = [index for index, *_ in flags(tmp_path, *reports)]
    assert indices == sorted(indices) and len(indices) == 300 + 293


def test_nothing_in_common(tmp_path: Path) -> None:
    assert flags(tmp_path) == []
    assert flags(tmp_path, report("ก"), report("ก")) == []
