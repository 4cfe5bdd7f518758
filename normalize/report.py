"""One report: from raw sections to typed values, with their origin and what an auditor should look at.

RawReport -> short fields -> measures -> prose -> dates, orders, quantities -> checks -> Report
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from normalize.checks import check_report
from normalize.dates import DateContext, FoundDate, infer_fiscal_year, locate_dates
from normalize.dates.years import fiscal_span
from normalize.digits import to_arabic
from normalize.direction import with_direction
from normalize.doubts import confidence_of, flag_doubts
from normalize.measures import parse_measure
from normalize.names import clean_agency, clean_line, clean_person, clean_prose, parse_fiscal_year, split_number
from normalize.orders import Citation, find_citations
from normalize.quantities import find_quantities
from normalize.section_findings import Prose
from normalize.snap import snap, snapped_words, understand
from normalize.strategy import STEPS, parse_strategy
from normalize.writing import Understood
from raingan.model.records import (
    DateMention,
    Flag,
    Measure,
    Order,
    Origin,
    Quantity,
    QuarterResult,
    RawField,
    RawReport,
    Report,
    section_field,
)
from raingan.model.report_fields import report_fields

QUARTERS = ("1", "2", "3", "4")

# Characters of a target or an actual with all that stands below it; what is longer is prose of another section.
_LONGEST_FIELD = 2_000


def normalize_report(
    raw: RawReport,
    file: str,
    sha256: str,
    read_by: str,
    document_flags: Sequence[Flag] = (),
    has_pages: bool = True,
) -> Report:
    """Turn one report's raw sections into typed values; what is unsure is flagged. Raises nothing of its own."""
    flags = [*document_flags, *raw.flags, *(flag for field in raw.fields for flag in field.flags)]
    flags += [Flag("missing-section", key, {"section": key}) for key in raw.missing]

    report = Report(
        file=file,
        sha256=sha256,
        pages=(raw.first_page, raw.last_page) if has_pages else None,
        read_by=read_by,
        form=raw.form,
        origin=_origin(raw, has_pages),
        confidence=confidence_of(raw),
        **_short_fields(raw, flags),
    )
    report = _with_name(report, raw)
    report = _with_figures(report, raw, flags)
    report = _with_prose(report, raw)
    report, sections = _with_findings(report, raw, flags)
    direction, found = with_direction(report)
    report = dataclasses.replace(report, direction=direction)
    flags += found
    flags += check_report(report, _cited_dates(sections))
    # One picture for each doubt, even where two figures of a field were read alike.
    doubts = flag_doubts(report, raw, sections)
    return dataclasses.replace(report, flags=(*_distinct(_repairs_told_once(flags)), *doubts))


# --- short fields ---------------------------------------------------------------------------------


def _fields(raw: RawReport, key: str) -> list[RawField]:
    return [field for field in raw.fields if field.key == key]


def _line(raw: RawReport, key: str) -> str | None:
    """Return the paragraphs of a one-line field in one; of a field that stands twice the first that says something."""
    for field in _fields(raw, key):
        line = " ".join(field.paragraphs).strip()
        if line:
            return line
    return None


def _option(raw: RawReport, key: str) -> str | None:
    return next((field.option for field in _fields(raw, key) if field.option is not None), None)


def _origin(raw: RawReport, has_pages: bool) -> dict[str, Origin]:
    origin: dict[str, Origin] = {}
    for field in raw.fields:
        page, box = (field.page, field.box) if has_pages else (None, None)
        origin.setdefault(field.key, Origin(page, box, field.text, field.confidence))
        if field.key == "indicator_name":
            origin.setdefault("indicator_number", origin[field.key])
    return origin


# How the line behind a label is read, by the kind of its field. What is named has a way of its own.
_LINES: Mapping[str, Callable[[str | None], str | None]] = {
    "line": clean_line,
    "code": clean_line,
    "person": clean_person,
}
_LINES_OF_FIELDS: Mapping[str, Callable[[str | None], str | None]] = {"agency": clean_agency}
_READ_TOGETHER = ("indicator_number", "indicator_name")


def _short_fields(raw: RawReport, flags: list[Flag]) -> dict[str, Any]:
    """Return the fields of one line, one choice or one figure."""
    values: dict[str, Any] = {}
    for key, entry in report_fields().fields.items():
        if not entry.form or entry.kind is None or key in _READ_TOGETHER:
            continue
        kind = entry.kind.name
        if kind in _LINES:
            values[key] = _LINES_OF_FIELDS.get(key, _LINES[kind])(_line(raw, key))
        elif kind == "choice":
            values[key] = _option(raw, key)
        elif kind == "figure":
            values[key] = _figure(raw, key, flags)
    return values


def _figure(raw: RawReport, key: str, flags: list[Flag]) -> Decimal | None:
    """Return a figure that stands without its unit."""
    measure, found = parse_measure(_line(raw, key) or "")
    flags += [dataclasses.replace(flag, field=key) for flag in found]
    return measure.value


def _with_name(report: Report, raw: RawReport) -> Report:
    printed = clean_line(_line(raw, "indicator_name"))
    if printed is None:
        return report
    number, name = split_number(printed)
    number = clean_line(_line(raw, "indicator_number")) or number
    return dataclasses.replace(report, indicator_number=number, indicator_name=name)


def _with_figures(report: Report, raw: RawReport, flags: list[Flag]) -> Report:
    """Add target, actual and the like, quarter figures and the strategy's codes."""
    strategy, found = parse_strategy({step: _line(raw, f"strategy.{step}") or "" for step in STEPS})
    flags += found
    measures: dict[str, Measure] = {}
    for key in report_fields().measures:
        field = next((item for item in _fields(raw, key) if item.paragraphs), None) or raw.get(key)
        if field is None:
            measures[key] = Measure()
            continue
        measures[key], found = _measure(field, flags)
        flags += found or _other_figures(field, measures[key])
    changes: dict[str, Any] = {**measures, "strategy": strategy, "quarter_results": _quarter_results(raw, flags)}
    return dataclasses.replace(report, **changes)


def _measure(field: RawField, flags: list[Flag]) -> tuple[Measure, list[Flag]]:
    printed = " ".join(field.paragraphs)
    if field.confidence is None:
        return parse_measure(printed, field.unit, field.key)
    snapped = snap(printed)
    measure, found = parse_measure(snapped.text, field.unit, field.key)
    flags += _snapped_flags(field.key, [snapped])
    return dataclasses.replace(measure, text=printed.strip() or None), found


def _snapped_flags(key: str, texts: Iterable[Understood], code: str = "word-snapped") -> list[Flag]:
    """Tell which misread words beside figures were understood."""
    return [Flag(code, key, {"text": read, "value": word}) for read, word in snapped_words(texts)]


def _other_figures(field: RawField, measure: Measure) -> list[Flag]:
    """Flag a figure printed below the one that was taken: a second target, a line that continues the value."""
    if measure.value is None or len(field.text) > _LONGEST_FIELD:
        return []
    for line in field.text.split("\n"):
        other, _ = parse_measure(line)
        if other.value is not None and other.value not in (measure.value, measure.upper):
            values = {"text": " ".join(field.text.split()), "value": f"{measure.value:f}"}
            return [Flag("value-ambiguous", f"{field.key}.value", values)]
    return []


def _quarter_results(raw: RawReport, flags: list[Flag]) -> dict[str, QuarterResult]:
    results: dict[str, QuarterResult] = {}
    for quarter in QUARTERS:
        keys = {part: f"quarter_results.{quarter}.{part}" for part in ("value", "assessment", "scores")}
        if not any(_fields(raw, key) for key in keys.values()):
            continue
        value, assessment = (_figure(raw, keys[part], flags) for part in ("value", "assessment"))
        scores = []
        for index, printed in enumerate((_line(raw, keys["scores"]) or "").split("/")):
            score, found = parse_measure(printed)
            flags += [dataclasses.replace(flag, field=f"{keys['scores']}.{index}") for flag in found]
            if score.value is not None:
                scores.append(score.value)
        results[quarter] = QuarterResult(value, assessment, tuple(scores))
    return results


# --- prose ----------------------------------------------------------------------------------------


def _paragraphs(raw: RawReport, key: str) -> tuple[str, ...]:
    """Return a section's paragraphs; a section that stands twice keeps all its wording, each paragraph once."""
    fields = _fields(raw, key)
    if len(fields) == 1:
        return fields[0].paragraphs
    return tuple(dict.fromkeys(paragraph for field in fields for paragraph in field.paragraphs))


def _with_prose(report: Report, raw: RawReport) -> Report:
    changes: dict[str, Any] = {}
    for key, entry in report_fields().fields.items():
        if entry.kind is not None and entry.kind.name == "prose":
            texts = {number: clean_prose(_paragraphs(raw, f"{key}.{number}")) for number in entry.by}
            changes[key] = texts if entry.by else clean_prose(_paragraphs(raw, key))
    return dataclasses.replace(report, **changes)


def _with_findings(report: Report, raw: RawReport, flags: list[Flag]) -> tuple[Report, list[Prose]]:
    """Add fiscal year, dates, orders and quantities. Dates may need the year, and the year may need the dates."""
    printed_year, year_flags = parse_fiscal_year(_line(raw, "fiscal_year"))
    flags += year_flags
    sections = [
        _with_dates(_prose(raw, name, printed), printed_year)
        for name in report_fields().sections
        if (printed := _printed(report, raw, name)) is not None
    ]
    for section in sections:
        if section.understood is not None:
            code = "word-snapped" if section.picture else "month-misspelt"
            flags += _snapped_flags(section_field(section.name), [section.understood], code)
    inferred = infer_fiscal_year(_mentions(sections))
    if printed_year is None and inferred is not None:
        sections = [_with_dates(section, inferred) for section in sections]
        flags.append(Flag("fiscal-year-inferred", "fiscal_year", {"fiscal_year": str(inferred)}))
    elif printed_year is None:
        flags.append(Flag("fiscal-year-unknown", "fiscal_year"))
    elif inferred is not None and inferred != printed_year and _points_elsewhere(_mentions(sections), printed_year):
        values = {"fiscal_year": str(printed_year), "other": str(inferred)}
        flags.append(Flag("fiscal-year-conflict", "fiscal_year", values))
    sections = [_with_citations(section) for section in sections]
    dates = [found for section in sections for found in section.dates]
    flags += [
        dataclasses.replace(flag, field=f"dates.{index}") for index, found in enumerate(dates) for flag in found.flags
    ]
    return _joined(report, printed_year or inferred, sections), sections


def _mentions(sections: Iterable[Prose]) -> list[DateMention]:
    return [found.mention for section in sections for found in section.dates]


def _points_elsewhere(mentions: Iterable[DateMention], printed_year: int) -> bool:
    """Tell whether at least two days of the quarters' prose lie outside the printed year, and none inside.

    One date of another year is ordinary (a paper, a plan); the quarters' own days all in another year are not.
    """
    first, last = fiscal_span(printed_year)
    days = [item.start for item in mentions if item.section.startswith("quarter_") and item.start is not None]
    return len(days) > 1 and not any(first <= day <= last for day in days)


def _printed(report: Report, raw: RawReport, name: str) -> str | None:
    """Return a section's text letter for letter as in the record, but with the digits that were printed."""
    text = report.section(name)
    if text is None:
        return None
    lines = (" ".join(paragraph.split()) for paragraph in _paragraphs(raw, section_field(name)))
    printed = "\n".join(line for line in lines if line)
    return printed if to_arabic(printed) == text else text


def _prose(raw: RawReport, name: str, printed: str) -> Prose:
    """A section, understood: without the lines that figures are typed on, misread words of a picture as meant."""
    picture = any(field.confidence is not None for field in _fields(raw, section_field(name)))
    found = understand(printed, picture)
    return Prose(name, printed, understood=found if found.edits else None, picture=picture)


def _with_dates(section: Prose, fiscal_year: int | None) -> Prose:
    quarter = int(section.name[-1]) if section.name.startswith("quarter_") else None
    understood = section.understood
    text = section.printed if understood is None else understood.text
    found = locate_dates(text, section.name, DateContext(fiscal_year, quarter))
    if understood is not None:
        found = [_as_read(item, understood) for item in found]
    return dataclasses.replace(section, dates=tuple(found))


def _as_read(found: FoundDate, understood: Understood) -> FoundDate:
    start, end = understood.back(found.start), understood.back(found.end)
    mention = dataclasses.replace(found.mention, text=understood.read[start:end].strip())
    return dataclasses.replace(found, mention=mention, start=start, end=end)


def _with_citations(section: Prose) -> Prose:
    citations = _citations(section)
    spans = [(item.start, item.end) for item in section.dates] + [(item.start, item.end) for item in citations]
    quantities = _quantities(section, spans)
    return dataclasses.replace(section, citations=tuple(citations), quantities=tuple(quantities))


def _citations(section: Prose) -> list[Citation]:
    understood = section.understood
    if understood is None:
        return find_citations(section.printed, section.dates)
    forward, back = understood.forward, understood.back
    dates = [dataclasses.replace(item, start=forward(item.start), end=forward(item.end)) for item in section.dates]
    return [
        dataclasses.replace(item, start=back(item.start), end=back(item.end))
        for item in find_citations(understood.text, dates)
    ]


def _quantities(section: Prose, spans: Sequence[tuple[int, int]]) -> list[Quantity]:
    understood = section.understood
    if understood is None:
        return find_quantities(section.printed, section.name, spans)
    moved = [(understood.forward(start), understood.forward(end)) for start, end in spans]
    found, cursor = [], 0
    for quantity in find_quantities(understood.text, section.name, moved):
        place = understood.text.find(quantity.text, cursor)
        if place >= 0:
            cursor = place + len(quantity.text)
            quantity = dataclasses.replace(quantity, text=understood.slice(place, cursor).strip())
        found.append(quantity)
    return found


def _joined(report: Report, fiscal_year: int | None, sections: Sequence[Prose]) -> Report:
    return dataclasses.replace(
        report,
        fiscal_year=fiscal_year,
        dates=tuple(_mentions(sections)),
        orders=tuple(
            Order(section.name, item.number, item.issued_on, item.issuer, section.printed[item.start : item.end])
            for section in sections
            for item in section.citations
            if item.kind == "order"
        ),
        quantities=tuple(quantity for section in sections for quantity in section.quantities),
    )


def _cited_dates(sections: Sequence[Prose]) -> frozenset[int]:
    """Return which dates of the report are dates of papers: an order may well be older than the year."""
    cited: set[int] = set()
    offset = 0
    for section in sections:
        inside = bytearray(len(section.printed))
        for item in section.citations:
            inside[item.start : item.end] = b"\x01" * (item.end - item.start)
        cited.update(offset + index for index, found in enumerate(section.dates) if inside[found.start])
        offset += len(section.dates)
    return frozenset(cited)


def _repairs_told_once(flags: list[Flag]) -> list[Flag]:
    """Join the fields' notes of repaired text into one of the report: twenty of them would hide what matters.

    What was repaired in which field stands in the fields' origin; a repaired figure has a flag of its own.
    """
    notes = [flag for flag in flags if flag.code == _REPAIRED]
    if not notes:
        return flags
    names = dict.fromkeys(name for flag in notes for name in flag.values["repairs"].split(", "))
    told = Flag(_REPAIRED, "pages", {"count": str(len(notes)), "repairs": ", ".join(sorted(names))})
    return [flag for flag in flags if flag.code != _REPAIRED] + [told]


_REPAIRED = "text-repaired"


def _distinct(flags: Iterable[Flag]) -> list[Flag]:
    """Keep the first of equal flags, in order."""
    seen: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()
    kept = []
    for flag in flags:
        key = (flag.code, flag.field, tuple(sorted(flag.values.items())))
        if key not in seen:
            seen.add(key)
            kept.append(flag)
    return kept
