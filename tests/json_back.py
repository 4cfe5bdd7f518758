"""A report read back from its JSON record: nothing that a record tells is lost in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from raingan.model import records
from raingan.model.records import Box, DateKind, Origin, Review, ReviewState, Trace
from raingan.model.report_fields import ReportField, report_fields
from raingan.model.stages import ToldFlag, ToldReport

Way = Callable[[Any], Any]


def from_line(line: str) -> ToldReport:
    """Return the report of one line of JSON; no digit of a number is lost."""
    return report_from_json(json.loads(line, parse_float=Decimal))


def report_from_json(data: Mapping[str, Any]) -> ToldReport:
    """Return the report of a record; raises KeyError, TypeError or ValueError where it is not one."""
    return ToldReport(
        **{entry.key: way(data[entry.key]) for entry, way in _ways()},
        flags=tuple(ToldFlag(item["code"], item["field"], message=item["message"]) for item in data["flags"]),
        origin={key: _origin(item) for key, item in data["origin"].items()},
        report_index=0,  # the record does not tell
        reviews=tuple(_review(item) for item in data.get("reviews", ())),
        trail=tuple(Trace(**{**item, "codes": tuple(item["codes"])}) for item in data.get("trail", ())),
    )


@cache
def _ways() -> tuple[tuple[ReportField, Way], ...]:
    return tuple((entry, _way(entry)) for entry in report_fields().fields.values())


def _way(entry: ReportField) -> Way:
    one = _record(entry) if entry.kind is None else _KINDS.get(entry.kind.name, lambda value: value)
    if entry.listed:
        return lambda values: tuple(one(value) for value in values)
    if entry.by:
        return lambda values: {key: one(value) for key, value in values.items()}
    return one


def _record(entry: ReportField) -> Way:
    kind = getattr(records, entry.record or "")
    ways = [(part, _way(part)) for part in entry.parts.values() if part.json != "never"]

    def from_json(told: Mapping[str, Any] | None) -> Any:
        if told is None:
            return None
        return kind(**{p.key: way(told[p.key]) for p, way in ways if p.json == "always" or p.key in told})

    return from_json


def _number(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value) if isinstance(value, float) else value)


def _share(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)


_KINDS: dict[str, Way] = {
    "figure": _number,
    "figures": lambda values: tuple(map(_number, values)),
    "day": lambda text: None if text is None else date.fromisoformat(text),
    "date-kind": DateKind,
    "pages": lambda values: None if values is None else (values[0], values[1]),
    "share": _share,
}


def _origin(item: Mapping[str, Any]) -> Origin:
    box: Box | None = None
    if item["box"] is not None:
        x0, top, x1, bottom = (float(edge) for edge in item["box"])
        box = (x0, top, x1, bottom)
    return Origin(item["page"], box, item["text"], _share(item["confidence"]))


def _review(item: Mapping[str, Any]) -> Review:
    return Review(**{**item, "codes": tuple(item["codes"]), "state": ReviewState(item["state"])})
