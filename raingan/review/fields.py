"""The values of a report as people judge them, each with its place and its flags; and values laid back into it."""

from __future__ import annotations

import dataclasses
from typing import Any

from raingan.model.records import AnyReport, Box, Flag, Measure, Origin, Report, section_field
from raingan.model.report_fields import Judged, report_fields
from raingan.review.decisions import Field, FieldKind

_ORIGIN = Origin(None, None, "")


def fields_of(report: Report) -> tuple[Field, ...]:
    """Return every value of a report that a person can judge; each of its flags stands in exactly one of them."""
    found: list[Judged | str] = [*report_fields().judged(report, [flag.field for flag in report.flags])]
    by_path = {judged.path: index for index, judged in enumerate(found) if isinstance(judged, Judged)}
    flags: list[list[Flag]] = [[] for _ in found]
    for flag in report.flags:
        index = _holder(flag.field, by_path)
        if index is None:
            index = by_path[flag.field] = len(found)
            found.append(flag.field)
            flags.append([])
        flags[index].append(flag)
    return tuple(_field(report, judged, tuple(own)) for judged, own in zip(found, flags, strict=True))


def with_value(report: AnyReport, path: str, value: str | None) -> AnyReport:
    """Return the report with a canonical value at a field's path; raises ValueError where it does not fit there."""
    key, _, part = path.partition(".")
    changed = report_fields().with_value(report, path, value)
    before, after = getattr(report, key, None), getattr(changed, key, None)
    if isinstance(before, Measure) and isinstance(after, Measure) and part in ("value", "unit"):
        rebased: dict[str, Any] = {key: _rebased(before, after)}
        return dataclasses.replace(changed, **rebased)
    return changed


def _rebased(before: Measure, after: Measure) -> Measure:
    """Return a measure with its value in the base unit as a person changed it; none where the unit is another."""
    if before.base is None:
        return after
    if not before.value or after.value is None or after.unit != before.unit:
        return dataclasses.replace(after, base=None, base_unit=None)
    return dataclasses.replace(after, base=after.value * (before.base / before.value))


def _holder(path: str, by_path: dict[str, int]) -> int | None:
    """Return the field that a flag belongs to: the one of its path, the first below it, the nearest above it."""
    if path in by_path:
        return by_path[path]
    below = next((index for known, index in by_path.items() if known.startswith(f"{path}.")), None)
    while below is None and "." in path:
        path = path.rpartition(".")[0]
        below = by_path.get(path)
    return below


def _field(report: Report, judged: Judged | str, flags: tuple[Flag, ...]) -> Field:
    """Return a value with its place and its flags; for a path alone a notice."""
    if isinstance(judged, str):
        origin = _origin(report, judged)
        return Field(judged, FieldKind.NOTICE, None, origin.text or None, *_place(report, origin, flags), flags)
    section = None if judged.section is None else section_field(judged.section)
    origin = _origin(report, section or judged.path)
    return Field(
        judged.path,
        FieldKind(judged.kind.typed or FieldKind.NOTICE),
        judged.value,
        judged.printed or origin.text or None,
        *_place(report, origin, flags),
        flags,
        judged.field.choices,
        section,
    )


def _place(report: Report, origin: Origin, flags: tuple[Flag, ...]) -> tuple[int | None, Box | None, float | None]:
    """Return page, box and confidence."""
    page = origin.page
    if page is None and report.pages is not None:
        page = _told_page(flags, report.pages) or report.pages[0]
    return page, origin.box, origin.confidence


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
