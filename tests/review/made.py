"""Reports and decisions for the tests of the review."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path

from raingan.model.records import (
    DateKind,
    DateMention,
    Flag,
    Measure,
    Order,
    Origin,
    Quantity,
    QuarterResult,
    Strategy,
    StrategyItem,
)
from raingan.model.stages import ComparedReport
from raingan.review.decisions import Action, Decision, Field, ReportId, seen_of
from raingan.review.settle import standings

CONTENT = "ab" * 32
REPORT = ReportId(CONTENT, 0)
SAMPLES = Path(__file__).parent.parent.parent / "samples"


def report(**changes: object) -> ComparedReport:
    """Return a report that has something of everything; three of its fields are flagged."""
    whole = ComparedReport(
        report_index=0,
        file="a.pdf",
        sha256=CONTENT,
        pages=(2, 3),
        read_by="text",
        form="bma-indicator",
        agency="office",
        fiscal_year=2564,
        indicator_name="length of canals",
        level="output",
        strategy=Strategy(goal=StrategyItem("5.2.1", "clean canals")),
        target=Measure(Decimal("80"), "percent", ">=", ">= 80"),
        actual=Measure(Decimal("85.50"), "percent", None, "85.50"),
        quarters={"1": "first", "2": "second"},
        quarter_results={"1": QuarterResult(Decimal(1), None, (Decimal("2.5"), Decimal(3)))},
        dates=(DateMention("quarter_1", "15 - 17", DateKind.DAY_RANGE, date(2021, 3, 15), date(2021, 3, 17)),),
        orders=(Order("quarter_2", "12/2564", date(2021, 3, 1), "office", "order 12/2564"),),
        quantities=(Quantity("quarter_1", "3 days", Decimal(3), "days"),),
        flags=(
            Flag("value-doubtful", "actual.value", {"text": "85.50"}),
            Flag("text-cut", "strategy.goal"),
            Flag("remains", "pages", {"page": "2"}),
        ),
        origin={
            "actual": Origin(3, (10, 20, 30, 40), "85.50", 0.9),
            "quarters.1": Origin(2, (1, 2, 3, 4), "first as printed"),
        },
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def decision(path: str, action: Action = Action.ACCEPT, **changes: object) -> Decision:
    """Return a decision on a field of `report`; `number` has to be told where it matters."""
    plain = Decision(REPORT, path, action, "reviewer-1", "2026-11-23T10:00:00+07:00")
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def settles(whole: ComparedReport, path: str, value: str | None = None, **changes: object) -> Decision:
    """Return the decision that settles a field as it is read now: accepted, or corrected to a value."""
    item = field_of(whole, path)
    action = Action.ACCEPT if value is None else Action.CORRECT
    codes = tuple(flag.code for flag in item.flags)
    known = {"machine": item.value, "codes": codes, "seen": seen_of(item)}
    told: dict[str, object] = {"value": value or item.value, **known, **changes}
    return decision(path, action, **told)


def field_of(whole: ComparedReport, path: str) -> Field:
    """Return a field of a report."""
    return next(standing.field for standing in standings(whole, ()) if standing.field.path == path)
