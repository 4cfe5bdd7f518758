"""A report as plain JSON values: the record of the JSON Lines file.

Its keys are those of the table of fields, in that order; then its flags, where each field was read, and what people
decided. The record holds what a reader of the file needs, so three things of a `Report` are not in it: the parameters
of a flag (its sentence is), the picture beside it, and the wording of an order (`origin` has the section's).
Everything else can be read back from it, as the tests do.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from typing import Any

from raingan.model.kinds import Way
from raingan.model.made_functions import made_function
from raingan.model.records import Origin, Review, Trace
from raingan.model.report_fields import ReportField, report_fields
from raingan.model.stages import ToldReport

# Separators that some readers of lines take for the end of a line.
_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SURROGATE = re.compile("[\ud800-\udfff]")
# Stands around a number that only Decimal holds while the line is made. No text of a report can hold it, because
# every surrogate is replaced before.
_MARK = "\ud800"
_MARKED = re.compile(f'"{_MARK}([^"{_MARK}]*){_MARK}"')


def report_to_json(report: ToldReport) -> dict[str, object]:
    """Return the record: str, int, float, list, dict, None, and Decimal for a number that no float holds exactly.

    `reviews` and `trail` are there where people reviewed the report. Every text encodes to UTF-8.
    """
    record: dict[str, object] = _clean(_record(report))
    return record


def _record(report: ToldReport) -> dict[str, object]:
    record: dict[str, object] = _fields_to_json()(report)
    record["flags"] = [{"code": flag.code, "field": flag.field, "message": flag.message} for flag in report.flags]
    record["origin"] = {key: _origin(origin) for key, origin in report.origin.items()}
    if report.reviews:
        record["reviews"] = [_row(review) for review in report.reviews]
    if report.trail:
        record["trail"] = [_row(trace) for trace in report.trail]
    return record


def to_line(report: ToldReport) -> str:
    """Return the record as one line of JSON, without its line end; encodes to UTF-8 whatever the report holds."""
    line = _dumped(_record(report))
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a text that does not encode, or the mark of a number: both are rare
        line = _MARKED.sub(r"\1", _dumped(report_to_json(report)))
    for character, escape in _LINE_ENDS.items():
        if character in line:
            line = line.replace(character, escape)
    return line


def _dumped(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, default=_marked, allow_nan=False)


def _clean(value: Any) -> Any:
    """Replace what no text may hold, in every text of a record."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(below) for key, below in value.items()}
    return [_clean(below) for below in value] if isinstance(value, list) else value


def _marked(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a record")
    return f"{_MARK}{value}{_MARK}"


# --- the fields of the table ----------------------------------------------------------------------


@cache
def _fields_to_json() -> Way:
    return _record_to_json(report_fields().fields.values())


def _record_to_json(parts: Collection[ReportField]) -> Way:
    """Return what makes an object of a record, its attributes written out: there are dozens of records in a report."""
    known: dict[str, object] = {}
    told = {part.key: _told(part, known) for part in parts if part.json != "never"}
    lines = ["told = {" + ", ".join(f"{part.key!r}: {told[part.key]}" for part in parts if part.json == "always") + "}"]
    for part in parts:
        if part.json == "there":
            lines += [f"if record.{part.key} is not None:", f"    told[{part.key!r}] = {told[part.key]}"]
    return made_function("record", [*lines, "return told"], known)


def _told(part: ReportField, known: dict[str, object]) -> str:
    """Return the expression of a part's value; `known` gets the name that it uses."""
    way = _to_json(part)
    if way is None:
        return f"record.{part.key}"
    known[f"json_of_{part.key}"] = way
    return f"json_of_{part.key}(record.{part.key})"


def _to_json(entry: ReportField) -> Way | None:
    """Return how the values of an entry go; None where they are plain already."""
    if entry.kind is None:
        return _records_to_json(entry, _record_to_json(entry.parts.values()))
    plain = entry.kind.to_json
    if not entry.by:
        return plain
    one = plain or _as_it_is
    return lambda values: {key: one(values.get(key)) for key in entry.by}  # every key, also one without a value


def _records_to_json(entry: ReportField, to_json: Way) -> Way:
    if entry.listed:
        return lambda values: [to_json(value) for value in values]
    if entry.by:
        return lambda values: {key: to_json(values[key]) for key in sorted(values)}
    return lambda value: None if value is None else to_json(value)


def _as_it_is(value: object) -> object:
    return value


# --- origin, reviews -----------------------------------------------------------------------


def _origin(origin: Origin) -> dict[str, object]:
    return {
        "page": origin.page,
        "box": None if origin.box is None else list(origin.box),
        "text": origin.text,
        "confidence": origin.confidence,
    }


def _row(row: Review | Trace) -> dict[str, object]:
    """Return a row of a review by the names of its fields."""
    values = ((field.name, getattr(row, field.name)) for field in dataclasses.fields(row))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}
