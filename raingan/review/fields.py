"""The values of a report in the order of the form, each with its place and its flags; and values laid back into it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from raingan.model.records import DateMention, Flag, Measure, Origin, QuarterResult, Report, Strategy, section_field
from raingan.review.decisions import Field, FieldKind

_Record = TypeVar("_Record")

_LEVELS = ("output", "outcome")
_OPERATORS = (">=", "<=", ">", "<", "~", "..")
_PROSE_BEFORE = ("definition", "calculation")
_PROSE_AFTER = ("year_summary", "supporting_factors", "obstacles", "evidence", "responsible_person", "position")
_QUARTERS = ("1", "2", "3", "4")
_LISTS = ("dates", "orders", "quantities")
_ORIGIN = Origin(None, None, "")
_FIGURE_DIGITS = 100  # no figure of a report has more
_DAYS = "/"  # between the first and the last day of a date


def fields_of(report: Report) -> tuple[Field, ...]:
    """Return every value of a report that a person can judge; each of its flags stands in exactly one of them."""
    bare = [*_of_form(report), *_of_lists(report)]
    by_path = {field.path: index for index, field in enumerate(bare)}
    flags: list[list[Flag]] = [[] for _ in bare]
    for flag in report.flags:
        index = _holder(flag.field, by_path)
        if index is None:
            index = by_path[flag.field] = len(bare)
            bare.append(Field(flag.field, FieldKind.NOTICE, None))
            flags.append([])
        flags[index].append(flag)
    return tuple(_placed(report, field, tuple(own)) for field, own in zip(bare, flags, strict=True))


def _of_form(report: Report) -> Iterator[Field]:
    text, number = FieldKind.TEXT, FieldKind.NUMBER
    yield Field("agency", text, report.agency)
    yield Field("fiscal_year", FieldKind.YEAR, None if report.fiscal_year is None else str(report.fiscal_year))
    for key in ("indicator_number", "indicator_name", "indicator_code", "indicator_type"):
        yield Field(key, text, getattr(report, key))
    yield Field("level", FieldKind.CHOICE, report.level, choices=_LEVELS)
    strategy = report.strategy or Strategy()
    for step in ("issue", "sub", "goal"):
        item = getattr(strategy, step)
        if item is not None or any(flag.field.startswith(f"strategy.{step}") for flag in report.flags):
            # The text first: a flag on the whole step is about what it says.
            yield Field(f"strategy.{step}.text", text, item and item.text)
            yield Field(f"strategy.{step}.code", text, item and item.code)
    for key in _PROSE_BEFORE:
        yield Field(key, text, getattr(report, key))
    for key in ("target", "actual"):
        yield from _of_measure(report, key)
    for quarter in _QUARTERS:
        yield Field(f"quarters.{quarter}", text, report.quarters.get(quarter))
        result = report.quarter_results.get(quarter)
        if result is not None:
            yield Field(f"quarter_results.{quarter}.value", number, _number(result.value))
            yield Field(f"quarter_results.{quarter}.assessment", number, _number(result.assessment))
            scores = " / ".join(_number(score) or "" for score in result.scores)
            yield Field(f"quarter_results.{quarter}.scores", text, scores or None)
    for key in _PROSE_AFTER:
        yield Field(key, text, getattr(report, key))


def _of_measure(report: Report, key: str) -> Iterator[Field]:
    measure: Measure = getattr(report, key)
    flagged = {flag.field for flag in report.flags}
    yield Field(f"{key}.value", FieldKind.NUMBER, _number(measure.value))
    if measure.upper is not None or f"{key}.upper" in flagged:
        yield Field(f"{key}.upper", FieldKind.NUMBER, _number(measure.upper))
    if measure.operator is not None or f"{key}.operator" in flagged:
        yield Field(f"{key}.operator", FieldKind.CHOICE, measure.operator, choices=_OPERATORS)
    yield Field(f"{key}.unit", FieldKind.TEXT, measure.unit)


def _of_lists(report: Report) -> Iterator[Field]:
    for index, mention in enumerate(report.dates):
        yield Field(
            f"dates.{index}",
            FieldKind.DATE,
            _days(mention),
            printed=mention.text,
            section=section_field(mention.section),
        )
    for index, order in enumerate(report.orders):
        path, section, printed = f"orders.{index}", section_field(order.section), order.text or order.number
        day = None if order.date is None else order.date.isoformat()
        yield Field(f"{path}.number", FieldKind.TEXT, order.number, printed=printed, section=section)
        yield Field(f"{path}.date", FieldKind.DAY, day, printed=printed, section=section)
        yield Field(f"{path}.issuer", FieldKind.TEXT, order.issuer, printed=printed, section=section)
    for index, quantity in enumerate(report.quantities):
        path, section, printed = f"quantities.{index}", section_field(quantity.section), quantity.text
        yield Field(f"{path}.value", FieldKind.NUMBER, _number(quantity.value), printed=printed, section=section)
        yield Field(f"{path}.unit", FieldKind.TEXT, quantity.unit, printed=printed, section=section)


def _holder(path: str, by_path: dict[str, int]) -> int | None:
    """Return the field that a flag belongs to: the one of its path, the first below it, the nearest above it."""
    if path in by_path:
        return by_path[path]
    below = next((index for known, index in by_path.items() if known.startswith(f"{path}.")), None)
    while below is None and "." in path:
        path = path.rpartition(".")[0]
        below = by_path.get(path)
    return below


def _placed(report: Report, field: Field, flags: tuple[Flag, ...]) -> Field:
    origin = _origin(report, field.section or field.path)
    printed = field.printed
    if printed is None:
        measure = {"target": report.target, "actual": report.actual}.get(field.path.partition(".")[0])
        printed = (measure.text if measure is not None else None) or origin.text or None
    page = origin.page
    if page is None and report.pages is not None:
        page = _told_page(flags, report.pages) or report.pages[0]
    return dataclasses.replace(
        field, printed=printed, page=page, box=origin.box, confidence=origin.confidence, flags=flags
    )


def _told_page(flags: tuple[Flag, ...], pages: tuple[int, int]) -> int | None:
    """Return the page that a flag on the whole report tells of."""
    for flag in flags:
        told = flag.values.get("page", "")
        if told.isascii() and told.isdecimal() and pages[0] <= int(told) <= pages[1]:
            return int(told)
    return None


def _origin(report: Report, path: str) -> Origin:
    while path:
        found = report.origin.get(path)
        if found is not None:
            return found
        path = path.rpartition(".")[0]
    return _ORIGIN


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    if not value.is_finite() or abs(value.adjusted()) > _FIGURE_DIGITS:  # written out it would be long
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(mention: DateMention) -> str | None:
    start, end = mention.start, mention.end
    if start is None or end is None:
        return None
    return start.isoformat() if start == end else f"{start.isoformat()}{_DAYS}{end.isoformat()}"


# --- values laid into a report


def with_value(report: Report, path: str, value: str | None) -> Report:
    """Return the report with a canonical value at a field's path; raises ValueError where it does not fit there."""
    head, _, rest = path.partition(".")
    if head in ("target", "actual"):
        return _change(report, head, _with_part(getattr(report, head), rest, value))
    if head == "strategy":
        step, _, part = rest.partition(".")
        strategy = report.strategy
        item = getattr(strategy, step, None) if strategy is not None else None
        if strategy is None or item is None or part not in ("code", "text"):
            raise ValueError(path)
        return _change(report, head, _change(strategy, step, _change(item, part, value)))
    if head == "quarters":
        if rest not in _QUARTERS:
            raise ValueError(path)
        return _change(report, head, {**report.quarters, rest: value})
    if head == "quarter_results":
        return _with_result(report, rest, value)
    if head in _LISTS:
        return _with_item(report, head, rest, value)
    if head == "fiscal_year":
        return _change(report, head, None if value is None else _year(value))
    if rest or head not in _TEXTS or (head == "level" and value not in (*_LEVELS, None)):
        raise ValueError(path)
    return _change(report, head, value)


_TEXTS = frozenset(
    (
        *("agency", "indicator_number", "indicator_name", "indicator_code", "indicator_type", "level"),
        *_PROSE_BEFORE,
        *_PROSE_AFTER,
    )
)


def _with_part(measure: Measure, part: str, value: str | None) -> Measure:
    if part in ("value", "upper"):
        return _change(measure, part, _decimal(value))
    if part not in ("unit", "operator") or (part == "operator" and value not in (*_OPERATORS, None)):
        raise ValueError(part)
    return _change(measure, part, value)


def _with_result(report: Report, rest: str, value: str | None) -> Report:
    quarter, _, part = rest.partition(".")
    result = report.quarter_results.get(quarter)
    if result is None:
        raise ValueError(rest)
    changed: QuarterResult
    if part in ("value", "assessment"):
        changed = _change(result, part, _decimal(value))
    elif part == "scores":
        scores = tuple(_decimal(score.strip()) for score in (value.split("/") if value else ()))
        changed = _change(result, part, scores)
    else:
        raise ValueError(rest)
    return _change(report, "quarter_results", {**report.quarter_results, quarter: changed})


def _with_item(report: Report, head: str, rest: str, value: str | None) -> Report:
    index, _, part = rest.partition(".")
    items: tuple[Any, ...] = getattr(report, head)
    place = _index(index, items)
    item = items[place]
    if head == "dates" and not part:
        start, _, end = (value or "").partition(_DAYS)
        first = date.fromisoformat(start) if start else None
        item = dataclasses.replace(item, start=first, end=date.fromisoformat(end) if end else first)
    elif (head, part) == ("orders", "date"):
        item = _change(item, part, None if value is None else date.fromisoformat(value))
    elif (head, part) == ("quantities", "value"):
        item = _change(item, part, _decimal(value))
    elif (head, part) == ("orders", "number"):
        item = _change(item, part, value or "")
    elif (head, part) in (("orders", "issuer"), ("quantities", "unit")):
        item = _change(item, part, value)
    else:
        raise ValueError(rest)
    return _change(report, head, (*items[:place], item, *items[place + 1 :]))


def _index(text: str, items: Sequence[object]) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) >= len(items):
        raise ValueError(text)
    return int(text)


def _decimal(value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not number.is_finite() or abs(number.adjusted()) > _FIGURE_DIGITS:
        raise ValueError(value)
    return number


def _year(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) == 4):
        raise ValueError(value)
    return int(value)


def _change(item: _Record, name: str, value: object) -> _Record:
    changed: _Record = dataclasses.replace(cast(Any, item), **{name: value})
    return changed
