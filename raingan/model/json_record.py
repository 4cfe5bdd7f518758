"""A report as plain JSON values and back: the record of the JSON Lines file.

The record holds what a reader of the file needs, so three things of a `Report` are not in it: the parameters of a
flag (its sentence is), the picture beside it, and the wording of an order (`origin` has the section's). Everything
else survives the way there and back.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from raingan.model.records import (
    Box,
    DateKind,
    DateMention,
    Flag,
    Measure,
    Order,
    Origin,
    Quantity,
    QuarterResult,
    Report,
    Review,
    ReviewState,
    Strategy,
    StrategyItem,
    Trace,
)

QUARTERS = ("1", "2", "3", "4")

# A double keeps 15 significant digits; JSON itself sets no limit, so longer numbers are written digit by digit.
_FLOAT_DIGITS = 15
_FLOAT_EXPONENT = 300
_SURROGATE = re.compile("[\ud800-\udfff]")
# Separators that some readers of lines take for the end of a line.
_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_LINE_END = re.compile("[\u0085\u2028\u2029]")
# Stands around a number that only Decimal holds while the line is made. No text of a report can hold it, because
# every surrogate is replaced before.
_MARK = "\ud800"
_MARKED = re.compile(f'"{_MARK}([^"{_MARK}]*){_MARK}"')


def report_to_json(report: Report) -> dict[str, object]:
    """Return the record: str, int, float, list, dict, None, and Decimal for a number that no float holds exactly.

    `reviews` and `trail` are there where people reviewed the report.
    """
    record: dict[str, object] = {
        "file": _text(report.file),
        "sha256": report.sha256,
        "pages": None if report.pages is None else list(report.pages),
        "read_by": report.read_by,
        "confidence": report.confidence,
        "form": report.form,
        "agency": _optional(report.agency),
        "fiscal_year": report.fiscal_year,
        "indicator_number": _optional(report.indicator_number),
        "indicator_name": _optional(report.indicator_name),
        "indicator_code": _optional(report.indicator_code),
        "indicator_type": _optional(report.indicator_type),
        "level": report.level,
        "strategy": _strategy(report.strategy),
        "definition": _optional(report.definition),
        "calculation": _optional(report.calculation),
        "target": _measure(report.target),
        "actual": _measure(report.actual),
        "quarters": {quarter: _optional(report.quarters.get(quarter)) for quarter in QUARTERS},
        "quarter_results": {
            key: _quarter_result(report.quarter_results[key]) for key in sorted(report.quarter_results)
        },
        "year_summary": _optional(report.year_summary),
        "supporting_factors": _optional(report.supporting_factors),
        "obstacles": _optional(report.obstacles),
        "evidence": _optional(report.evidence),
        "responsible_person": _optional(report.responsible_person),
        "position": _optional(report.position),
        "dates": [_date_mention(mention) for mention in report.dates],
        "orders": [_order(order) for order in report.orders],
        "quantities": [_quantity(quantity) for quantity in report.quantities],
        "flags": [{"code": flag.code, "field": flag.field, "message": _text(flag.message)} for flag in report.flags],
        "origin": {_text(key): _origin(origin) for key, origin in report.origin.items()},
    }
    if report.reviews:
        record["reviews"] = [_plain(review) for review in report.reviews]
    if report.trail:
        record["trail"] = [_plain(trace) for trace in report.trail]
    return record


def report_from_json(data: Mapping[str, Any]) -> Report:
    """Return the report of a record; raises KeyError, TypeError or ValueError where it is not one."""
    strategy = data["strategy"]
    return Report(
        file=data["file"],
        sha256=data["sha256"],
        pages=None if data["pages"] is None else (data["pages"][0], data["pages"][1]),
        read_by=data["read_by"],
        confidence=_share_from(data.get("confidence")),
        form=data["form"],
        agency=data["agency"],
        fiscal_year=data["fiscal_year"],
        indicator_number=data["indicator_number"],
        indicator_name=data["indicator_name"],
        indicator_code=data["indicator_code"],
        indicator_type=data["indicator_type"],
        level=data["level"],
        strategy=None
        if strategy is None
        else Strategy(*(_strategy_item_from(strategy[step]) for step in ("issue", "sub", "goal"))),
        definition=data["definition"],
        calculation=data["calculation"],
        target=_measure_from(data["target"]),
        actual=_measure_from(data["actual"]),
        quarters=dict(data["quarters"]),
        quarter_results={key: _quarter_result_from(item) for key, item in data["quarter_results"].items()},
        year_summary=data["year_summary"],
        supporting_factors=data["supporting_factors"],
        obstacles=data["obstacles"],
        evidence=data["evidence"],
        responsible_person=data["responsible_person"],
        position=data["position"],
        dates=tuple(_date_mention_from(item) for item in data["dates"]),
        orders=tuple(
            Order(item["section"], item["number"], _day_from(item["date"]), item["issuer"]) for item in data["orders"]
        ),
        quantities=tuple(_quantity_from(item) for item in data["quantities"]),
        flags=tuple(Flag(item["code"], item["field"], message=item["message"]) for item in data["flags"]),
        origin={key: _origin_from(item) for key, item in data["origin"].items()},
        reviews=tuple(_review_from(item) for item in data.get("reviews", ())),
        trail=tuple(Trace(**{**item, "codes": tuple(item["codes"])}) for item in data.get("trail", ())),
    )


def to_line(report: Report) -> str:
    """Return the record as one line of JSON, without its line end; encodes to UTF-8 whatever the report holds."""
    line = json.dumps(report_to_json(report), ensure_ascii=False, default=_marked, allow_nan=False)
    if _MARK in line:
        line = _MARKED.sub(r"\1", line)
    return _LINE_END.sub(lambda found: _LINE_ENDS[found.group()], line)


def from_line(line: str) -> Report:
    """Return the report of one line of JSON; no digit of a number is lost."""
    return report_from_json(json.loads(line, parse_float=Decimal))


def _marked(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a record")
    return f"{_MARK}{value}{_MARK}"


def _text(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _optional(text: str | None) -> str | None:
    return None if text is None else _SURROGATE.sub("\ufffd", text)


def _number(value: Decimal | None) -> int | float | Decimal | None:
    """5 -> 5, 5.00 -> 5.0, 57.25 -> 57.25; what neither int nor float holds exactly stays a Decimal."""
    if value is None or not value.is_finite():
        return None
    exponent = int(value.as_tuple().exponent)
    if abs(value.adjusted()) > _FLOAT_EXPONENT or exponent < -_FLOAT_EXPONENT:
        return value
    if exponent >= 0:
        return int(value)
    return float(value) if len(value.as_tuple().digits) <= _FLOAT_DIGITS else value


def _number_from(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value) if isinstance(value, float) else value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_from(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _strategy(strategy: Strategy | None) -> dict[str, object] | None:
    if strategy is None:
        return None
    return {
        step: None if item is None else {"code": _optional(item.code), "text": _optional(item.text)}
        for step, item in (("issue", strategy.issue), ("sub", strategy.sub), ("goal", strategy.goal))
    }


def _strategy_item_from(item: Mapping[str, Any] | None) -> StrategyItem | None:
    return None if item is None else StrategyItem(item["code"], item["text"])


def _measure(measure: Measure) -> dict[str, object]:
    record: dict[str, object] = {
        "value": _number(measure.value),
        "unit": _optional(measure.unit),
        "operator": measure.operator,
        "text": _optional(measure.text),
    }
    if measure.upper is not None:
        record["upper"] = _number(measure.upper)
    return record


def _measure_from(item: Mapping[str, Any]) -> Measure:
    return Measure(
        _number_from(item["value"]), item["unit"], item["operator"], item["text"], _number_from(item.get("upper"))
    )


def _quarter_result(result: QuarterResult) -> dict[str, object]:
    return {
        "value": _number(result.value),
        "assessment": _number(result.assessment),
        "scores": [_number(score) for score in result.scores],
    }


def _quarter_result_from(item: Mapping[str, Any]) -> QuarterResult:
    scores = (_number_from(score) for score in item["scores"])
    return QuarterResult(
        _number_from(item["value"]),
        _number_from(item["assessment"]),
        tuple(score for score in scores if score is not None),
    )


def _date_mention(mention: DateMention) -> dict[str, object]:
    return {
        "section": mention.section,
        "text": _text(mention.text),
        "kind": mention.kind.value,
        "start": _day(mention.start),
        "end": _day(mention.end),
    }


def _date_mention_from(item: Mapping[str, Any]) -> DateMention:
    return DateMention(
        item["section"], item["text"], DateKind(item["kind"]), _day_from(item["start"]), _day_from(item["end"])
    )


def _order(order: Order) -> dict[str, object]:
    return {
        "section": order.section,
        "number": _text(order.number),
        "date": _day(order.date),
        "issuer": _optional(order.issuer),
    }


def _quantity(quantity: Quantity) -> dict[str, object]:
    """`operator` and `upper` stand only where the report has them: "at least 5", "5 to 7"."""
    record: dict[str, object] = {
        "section": quantity.section,
        "text": _text(quantity.text),
        "value": _number(quantity.value),
        "unit": _optional(quantity.unit),
    }
    if quantity.operator is not None:
        record["operator"] = quantity.operator
    if quantity.upper is not None:
        record["upper"] = _number(quantity.upper)
    return record


def _quantity_from(item: Mapping[str, Any]) -> Quantity:
    return Quantity(
        item["section"],
        item["text"],
        _number_from(item["value"]),
        item["unit"],
        item.get("operator"),
        _number_from(item.get("upper")),
    )


def _origin(origin: Origin) -> dict[str, object]:
    return {
        "page": origin.page,
        "box": None if origin.box is None else list(origin.box),
        "text": _text(origin.text),
        "confidence": origin.confidence,
    }


def _origin_from(item: Mapping[str, Any]) -> Origin:
    box: Box | None = None
    if item["box"] is not None:
        x0, top, x1, bottom = (float(edge) for edge in item["box"])
        box = (x0, top, x1, bottom)
    return Origin(item["page"], box, item["text"], _share_from(item["confidence"]))


def _plain(row: Review | Trace) -> dict[str, object]:
    """Return a row of a review by the names of its fields."""
    plain: dict[str, object] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        value = list(value) if isinstance(value, tuple) else value
        plain[field.name] = _text(value) if isinstance(value, str) else value
    return plain


def _review_from(item: Mapping[str, Any]) -> Review:
    return Review(**{**item, "codes": tuple(item["codes"]), "state": ReviewState(item["state"])})


def _share_from(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
