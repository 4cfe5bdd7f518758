"""Find the reports of a document and cut them into the sections of their form.

`find_reports` read from top to bottom is the story: lines become items, every form finds candidates for its headings,
the best chain of headings is chosen for the whole document, the text between headings becomes raw fields.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from extract.sections.belonging import belongs, different, labels_of
from extract.sections.doubts import doubts_in
from extract.sections.forms import Form, FormField
from extract.sections.headings import Heading, choose
from extract.sections.kinds import Content
from extract.sections.labels import Candidate, LabelIndex
from extract.sections.layout import Item, Layout, clean, read_items
from extract.sections.list_marks import opens_item
from extract.sections.misread import with_misread
from extract.sections.paragraphs import Joiner, Piece
from extract.sections.row_table import row_reports, without_lists
from extract.sections.told import told_in
from extract.sections.values import Region, ValueReader
from extract.thai.folding import fold
from raingan.model.records import Document, Flag, Kind, Line, Page, RawField, RawReport

_LISTS = frozenset((Kind.XLSX, Kind.XLS, Kind.ODS, Kind.TEXT))  # kinds whose tables may list indicators
_WHOLE = 0.85  # share of a form's headings from which no other form needs to be tried
_FIRST_GAIN = 1.25  # how much better a later form must fit than one tried before it
_LEADER = re.compile(r"[\s.\u2026_\u00b7\u2022:-]*[0-9\u0e50-\u0e59]*[\s.]*")
_LETTERS = re.compile(r"[A-Za-z\u0e01-\u0e2e]")
_TITLE_LINES = 4  # lines that the titles of a report may take
_EDGE_LINES = 3  # lines at the top and the foot of a page where its header and footer may stand
_NAME_LINES = 6  # lines that a name may take above its code


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document read by one form."""

    form: Form
    records: tuple[tuple[Heading, ...], ...]
    score: float
    junk: dict[int, int]
    found: int = 0  # different headings, before any was chosen


def find_reports(document: Document, forms: Sequence[Form]) -> tuple[RawReport, ...]:
    """Find the reports of a document; empty if there are none. Forms are tried in order, the best fit wins.

    Where none fits, a table of a sheet may have a report in each row; those of plans and minutes look alike and report
    nothing.
    """
    items = read_items(document)
    written = without_lists(items)
    reading = _best_reading(written, forms)
    if reading is None:
        return tuple(row_reports(items)) if document.kind in _LISTS else ()
    return tuple(_reports(document, written, reading))


@dataclass(frozen=True, slots=True)
class Looked:
    """A document by the form that fits best, whether or not it makes a report of it."""

    form: Form
    items: Sequence[Item]
    regions: tuple[Region, ...]
    junk: Collection[int]  # indexes of items
    reports: int


def look(document: Document, forms: Sequence[Form]) -> Looked | None:
    """Return what a form sees in a document: that of its reports, else the one with most headings; None if none has."""
    items = without_lists(read_items(document))
    reading = _best_reading(items, forms)
    if reading is None:
        readings = [_read(items, form, needed=1) for form in forms]
        reading = max(readings, key=lambda reading: reading.found, default=None)
    if reading is None or not reading.records:
        return None
    found = list(_with_ends(reading.records, len(items)))
    regions = [region for record, end in found for region in _regions(items, reading.form, record, end, reading.junk)]
    whole = [_is_report(items, reading.form, record, end, reading.junk) for record, end in found]
    return Looked(reading.form, items, tuple(regions), reading.junk.keys(), sum(whole))


def why_not_a_report(document: Document, forms: Sequence[Form]) -> tuple[str, dict[str, str]]:
    """Tell why `find_reports` gave nothing: a code of the message table and its values."""
    items = read_items(document)
    if not items:
        return "blank", {}
    items = list(without_lists(items))
    best: tuple[int, Form | None] = (0, None)
    for form in forms:
        reading = _read(items, form)
        record = max(reading.records, key=lambda record: different(form, record), default=())
        count = different(form, record) if record else reading.found
        if count >= form.headings_needed:
            if belongs(form, record):
                return "headings-only", {}
            labels = " | ".join(labels_of(form, record))
            return "another-form", {"form": form.id, "found": str(count), "labels": labels}
        if count > best[0] or best[1] is None:
            best = (count, form)
    if best[1] is None:
        return "not-a-report", {"why": "0/0"}
    return "not-a-report", {
        "why": f"{best[1].id} {best[0]}/{best[1].headings_needed}",
        "form": best[1].id,
        "found": str(best[0]),
        "needed": str(best[1].headings_needed),
    }


def _best_reading(items: Sequence[Item], forms: Sequence[Form]) -> _Reading | None:
    best: _Reading | None = None
    for form in forms:
        reading = _read(items, form)
        kept = tuple(
            record
            for record, end in _with_ends(reading.records, len(items))
            if _is_report(items, form, record, end, reading.junk)
        )
        if not kept:
            continue
        score = sum(heading.candidate.score for record in kept for heading in record)
        if best is None or score > best.score * _FIRST_GAIN:
            best = _Reading(form, reading.records, score, reading.junk)
        if best is not None and all(different(form, record) >= _whole(form) for record in kept):
            break  # hardly a heading is missing: no other form can fit as well
    return best


def _whole(form: Form) -> int:
    """Number of headings from which a record of a form is as good as whole."""
    return math.ceil(_WHOLE * sum(field.place == "body" for field in form.fields))


def _read(items: Sequence[Item], form: Form, needed: int | None = None) -> _Reading:
    """Choose the headings of a form in the items, where as many different ones are found as are `needed`."""
    index = _index(form)
    junk: dict[int, int] = {}
    candidates: list[Candidate] = []
    tops = [at for at, item in enumerate(items) if item.page_top] + [len(items)]
    edges = {at + more for at in tops for more in range(-_EDGE_LINES, _EDGE_LINES)}
    for at in range(len(items)):
        if at in junk:
            continue
        found_junk = index.junk(items, at)
        if found_junk and form.junk[found_junk[0]].edge and at not in edges:
            beside = at - 1 in junk or (at + 1 < len(items) and index.junk(items, at + 1))
            found_junk = found_junk if beside else None
        if found_junk:
            junk |= dict.fromkeys(range(at, at + found_junk[1]), found_junk[0])
        else:
            known = index.candidates(items, at)
            if items[at].line.confidence is not None:
                known = with_misread(index, items, at, known)
            candidates.extend(known)
    candidates = [candidate for candidate in candidates if candidate.end_line not in junk]
    candidates = _with_names(form, items, candidates)
    found = len({candidate.field for candidate in candidates if form.fields[candidate.field].place == "body"})
    if found < (form.headings_needed if needed is None else needed):
        return _Reading(form, (), 0.0, junk, found)
    layout = Layout(
        items,
        frozenset(candidate.line for candidate in candidates if candidate.start == 0) | junk.keys(),
        frozenset(junk),
    )
    full = frozenset(
        candidate.line
        for candidate in candidates
        if candidate.line
        and candidate.line - 1 not in junk
        and not items[candidate.line - 1].line.paragraph_end
        and items[candidate.line - 1].line.cell == items[candidate.line].line.cell
        and layout.is_full(candidate.line - 1, items[candidate.line].text)
    )
    headings = choose(form, candidates, full, _places_for_titles(items, form, junk))
    records: list[list[Heading]] = []
    for heading in headings:
        if heading.new_record or not records:
            records.append([])
        records[-1].append(heading)
    return _Reading(form, tuple(map(tuple, records)), 0.0, junk)


def _places_for_titles(items: Sequence[Item], form: Form, junk: dict[int, int]) -> frozenset[int]:
    """Lines where titles may stand though the section before them is prose: page tops, and behind a closing line."""
    tops = [at for at, item in enumerate(items) if item.page_top]
    tops += [at + 1 for at, number in junk.items() if form.junk[number].ends]
    return frozenset(at + more for at in tops for more in range(_TITLE_LINES))


@lru_cache(maxsize=64)
def _index(form: Form) -> LabelIndex:
    return LabelIndex(form)


def _with_names(form: Form, items: Sequence[Item], candidates: list[Candidate]) -> list[Candidate]:
    """Make one candidate of a name's code and of the lines that may stand above the name."""
    number = next((number for number, field in enumerate(form.fields) if field.kind.code_behind), None)
    if number is None:
        return candidates
    codes = [c for c in candidates if c.field == number and not c.expected]
    labels = {c.line: c for c in candidates if c.field == number and c.expected}
    other = {c.line for c in candidates if c.field != number}
    merged = []
    for code in codes:
        label: Candidate | None = None
        first = code.line
        for line in range(code.line - 1, max(-1, code.line - 1 - _NAME_LINES), -1):
            if line in labels:
                label = label or labels[line]
                first = line
                labels.pop(line)
            elif label is not None or line in other:
                break
        if label is not None:
            merged.append(msgspec.structs.replace(label, line=first, end_line=label.line, score=code.score + 1.0))
        else:
            merged.append(code)
    taken = {line for candidate in merged for line in range(candidate.line, candidate.end_line + 1)}
    rest = [c for c in candidates if c.field != number or (c.expected and c.line in labels and c.line not in taken)]
    return sorted([*rest, *merged], key=lambda candidate: (candidate.line, candidate.start, candidate.field))


def _with_ends(
    records: Sequence[Sequence[Heading]], count: int
) -> Iterator[tuple[tuple[Heading, ...], tuple[int, int]]]:
    """Each record with the place where the next one begins: (item, character)."""
    for number, record in enumerate(records):
        following = records[number + 1][0].candidate if number + 1 < len(records) else None
        yield tuple(record), (following.line, following.start) if following else (count, 0)


def _is_report(
    items: Sequence[Item], form: Form, record: Sequence[Heading], end: tuple[int, int], junk: dict[int, int]
) -> bool:
    """Tell whether a record has the headings of its form, is one of this form, and says anything."""
    return (
        different(form, record) >= form.headings_needed
        and belongs(form, record)
        and _has_content(items, form, record, end, junk)
    )


def _has_content(
    items: Sequence[Item], form: Form, record: Sequence[Heading], end: tuple[int, int], junk: dict[int, int]
) -> bool:
    """Tell whether a record says anything beyond its headings; dot leaders and page numbers do not count."""
    for region in _regions(items, form, record, end, junk):
        content = region.field.kind.content
        if content is Content.NONE or region.field.place == "before":
            continue
        for piece in region.pieces:
            text = piece.text.strip()
            if content is Content.FIGURES and re.search(r"[0-9\u0e50-\u0e59]", text):
                if not _LEADER.fullmatch(text) or text[0].isdigit():
                    return True
            elif not _LEADER.fullmatch(text) and len(_LETTERS.findall(text)) >= 2:
                return True
    return False


def _regions(
    items: Sequence[Item], form: Form, record: Sequence[Heading], end: tuple[int, int], junk: dict[int, int]
) -> list[Region]:
    places = [(heading.candidate.line, heading.candidate.start) for heading in record[1:]] + [end]
    regions = []
    for heading, (last, cut) in zip(record, places, strict=True):
        candidate = heading.candidate
        pieces = []
        for at in range(candidate.end_line, min(last + 1, len(items))):
            if at in junk:
                if form.junk[junk[at]].ends:
                    break
                continue
            text = items[at].text
            begin = candidate.end if at == candidate.end_line else 0
            if at == last:
                text = text[:cut]
            if begin < len(text):
                pieces.append(Piece(at, text[begin:], begin))
        regions.append(Region(form.fields[candidate.field], heading, tuple(pieces)))
    return regions


def _reports(document: Document, items: Sequence[Item], reading: _Reading) -> Iterator[RawReport]:
    form, junk = reading.form, reading.junk
    records = [
        (record, _regions(items, form, record, end, junk))
        for record, end in _with_ends(reading.records, len(items))
        if _is_report(items, form, record, end, junk)
    ]
    begins = {heading.candidate.line for record, _ in records for heading in record}
    marks = {at for at, item in enumerate(items) if opens_item(item.text)}
    banners = {h.candidate.line for record, _ in records for h in record if form.fields[h.candidate.field].key is None}
    layout = Layout(items, frozenset(begins | marks | junk.keys()), frozenset(banners | junk.keys()))
    prose = [region.pieces for _, regions in records for region in regions if region.field.kind.wraps]
    reader = ValueReader(form, items, Joiner(layout, prose))
    reports = [_report(items, form, record, regions, reader) for record, regions in records]
    if any(item.line.told for item in items):
        reports = [
            dataclasses.replace(report, flags=told_in(items, regions, is_first=report is reports[0]))
            for report, (_, regions) in zip(reports, records, strict=True)
        ]
    yield from _with_titles(document, items, form, reports)


def _report(
    items: Sequence[Item], form: Form, record: Sequence[Heading], regions: Sequence[Region], reader: ValueReader
) -> RawReport:
    fields: dict[str, RawField] = {}
    kinds = {field.key: field for field in form.fields if field.key}
    for region in regions:
        for raw in reader.read(region):
            fields[raw.key] = _merged(fields[raw.key], raw, kinds.get(raw.key)) if raw.key in fields else raw
    present = {form.fields[heading.candidate.field].key for heading in record}
    missing = tuple(
        str(field.key) for field in form.fields if field.required and field.key and field.key not in present
    )
    lines = [heading.candidate.line for heading in record]
    for region in regions:
        own = region.pieces if region.field.kind.whole else region.pieces[:1]
        lines += [piece.at for piece in own]
    pages = [items[at].line.page for at in lines]
    return RawReport(form.id, min(pages), max(pages), tuple(fields.values()), missing)


def _merged(first: RawField, second: RawField, field: FormField | None) -> RawField:
    """One field of two with the same key: prose keeps both texts, a cell of a table goes before a line about it."""
    known = {(flag.code, flag.field) for flag in first.flags}
    flags = first.flags + tuple(flag for flag in second.flags if (flag.code, flag.field) not in known)
    if field is None:
        if first.paragraphs and second.paragraphs and first.paragraphs != second.paragraphs:
            both = f"{first.paragraphs[0]}, {second.paragraphs[0]}"
            flags += (Flag("value-ambiguous", first.key, {"text": both, "value": second.paragraphs[0]}),)
        return dataclasses.replace(second if second.paragraphs else first, flags=flags)
    keeps = field.kind.keeps_both
    doubts = [first, second] if keeps else [first if first.paragraphs else second]
    return dataclasses.replace(
        first,
        paragraphs=first.paragraphs + second.paragraphs if keeps else first.paragraphs or second.paragraphs,
        text=f"{first.text}\n{second.text}".strip("\n"),
        option=first.option or second.option,
        flags=flags,
        confidence=min((raw.confidence for raw in doubts if raw.confidence is not None), default=None),
        tokens=tuple(token for raw in doubts for token in raw.tokens),
        doubtful=tuple(word for raw in doubts for word in raw.doubtful),
    )


def _with_titles(
    document: Document, items: Sequence[Item], form: Form, reports: Sequence[RawReport]
) -> Iterator[RawReport]:
    """Give the reports the title lines that stand in page margins, or once at the top of the file for all."""
    titles = [str(field.key) for field in form.fields if field.place == "before" and field.key]
    holders = {key: [report for report in reports if report.get(key) is not None] for key in titles}
    pages = {page.number: page for page in document.pages if page.margins}
    for report in reports:
        added = []
        for key in titles:
            if not holders[key]:
                own = [pages[number] for number in range(report.first_page, report.last_page + 1) if number in pages]
                added.append(_in_margins(own, form, key))
            elif len(holders[key]) == 1 and holders[key][0] is reports[0] and report is not reports[0]:
                added.append(reports[0].get(key))
        found = tuple(item for item in added if item is not None)
        yield dataclasses.replace(report, fields=found + report.fields) if found else report


def _in_margins(pages: Sequence[Page], form: Form, key: str) -> RawField | None:
    """Find a title in page headers and footers; None unless all that have it agree."""
    found: dict[str, RawField] = {}
    for page in pages:
        items = [
            Item(line, text, fold_text, False, False)
            for line in page.margins
            if (text := clean(line.text)) and (fold_text := fold(text))
        ]
        for at in range(len(items)):
            for candidate in _index(form).candidates(items, at):
                if form.fields[candidate.field].key == key and candidate.colon | (
                    form.fields[candidate.field].kind.in_titles
                ):
                    raw = _title_field(items[at].line, items[at].text, candidate, form.fields[candidate.field])
                    if raw is not None:
                        found.setdefault(raw.paragraphs[0], raw)
    return next(iter(found.values())) if len(found) == 1 else None


def _title_field(line: Line, text: str, candidate: Candidate, field: FormField) -> RawField | None:
    value = text[candidate.end :].strip()
    if field.kind.in_titles:
        year = re.match(r"[0-9\u0e50-\u0e59]{4}", value)
        value = year[0] if year else ""
    if not value:
        return None
    doubts = doubts_in([(line, text, candidate.end, text[candidate.end :])])
    return RawField(
        str(field.key), (value,), value, candidate.label, page=line.page, box=line.place,
        confidence=doubts.confidence, tokens=doubts.tokens, doubtful=doubts.doubtful,
    )  # fmt: skip
