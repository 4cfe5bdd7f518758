"""What people decided, as values of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from export.filling import Cells
from export.layout import Words, columns_of_path, plans
from export.styles import REVIEWED
from export.text import plain_number, shortened
from raingan.model.records import BUDDHIST_ERA, Review, ReviewState, Trace
from raingan.model.report_fields import report_fields
from raingan.model.stages import ToldReport

_VALUE_LENGTH = 2_000  # characters of a text in the trail; the whole stands in the sheet of sections or in JSON
_COUNTS, _GONE = "counts", "gone"
NO_EARLIER: Cells = dict.fromkeys(("earlier_state", "earlier_value", "earlier_reviewer", "earlier_at"))


def counting(report: ToldReport) -> dict[str, Review]:
    """Return the reviews that count, by the field's key path."""
    return {review.field: review for review in report.reviews if review.state is ReviewState.SETTLED}


def review_columns(report: ToldReport, words: Words) -> Cells:
    """Return the cells of the reports table that tell of its review; all None where nobody reviewed it."""
    cells = _nothing_decided().copy()
    if report.dossier is not None:
        cells["dossier"] = words.say("text", "open_dossier")
    if not report.reviews:
        return cells
    found = counting(report)
    for key, (path, says) in _decided().items():
        if path in found:
            cells[key] = typed(path, getattr(found[path], says), words)
    people = dict.fromkeys(name for one in found.values() for name in (one.reviewer, one.confirmed_by) if name)
    times = [moment(at) for one in found.values() for at in (one.at, one.confirmed_at) if at]
    cells["reviewed_fields"] = len(found)
    cells["reviewers"] = ", ".join(people) or None
    cells["reviewed_at"] = max((at for at in times if isinstance(at, datetime)), default=None)
    return cells


@cache
def _nothing_decided() -> Cells:
    return dict.fromkeys((*_decided(), "reviewed_fields", "reviewers", "reviewed_at", "dossier"))


@cache
def _decided() -> Mapping[str, tuple[str, str]]:
    """Return the columns that show what was decided of a field: its key path, and which value of the decision."""
    columns = plans()["reports"].columns
    return {c.key: (c.decision_on, c.says) for c in columns if c.decision_on is not None and c.says is not None}


def review_marks(table: str, report: ToldReport) -> Mapping[int, int]:
    """Return the columns of a table whose value a person decided, marked so."""
    if not report.reviews:
        return {}
    return {column: REVIEWED for path in counting(report) for column in columns_of_path(table, path)}


def earlier_columns(report: ToldReport, path: str, words: Words) -> Cells:
    """Return what a person decided of a flagged field that does not count."""
    waiting = {review.field: review for review in report.reviews if review.state is not ReviewState.SETTLED}
    if not waiting:
        return NO_EARLIER
    heads = [path.rsplit(".", count)[0] for count in range(1, path.count(".") + 1)]
    found = (waiting.get(key) for key in (path, *_first_part(path), *heads))
    review = next((one for one in found if one is not None), None)
    if review is None:
        return NO_EARLIER
    value = typed(review.field, review.value, words)
    return {
        "earlier_state": review.state.value,
        "earlier_value": plain_number(value, ",") if isinstance(value, Decimal) else value,
        "earlier_reviewer": review.reviewer,
        "earlier_at": moment(review.at),
    }


def _first_part(path: str) -> Sequence[str]:
    """Return what a flag on the whole of a value is about: its first part."""
    step = report_fields().find(path)
    return () if step is None else [f"{path}.{name}" for name in step.field.judged[:1]]


def review_rows(number: int, report: ToldReport, words: Words) -> Iterator[Cells]:
    """Yield the rows of the trail; `number` is the report's, from 1."""
    by_field = {review.field: review for review in report.reviews}
    for trace in report.trail:
        review = by_field.get(trace.field)
        own = review if review is not None and _is_of(trace, review) else None
        yield {
            "report": number,
            "file": report.file,
            "field": words.field_name(trace.field),
            "action": trace.action,
            "standing": _standing(trace, own),
            "machine": typed(trace.field, trace.machine, words),
            "value": typed(trace.field, trace.value, words),
            "reviewer": trace.reviewer,
            "at": moment(trace.at),
            "note": trace.note or None,
            "confirmed_by": None if own is None else own.confirmed_by,
            "confirmed_at": None if own is None or own.confirmed_at is None else moment(own.confirmed_at),
            "codes": ", ".join(trace.codes) or None,
            "source": trace.source,
            "row": trace.number,
            "about": trace.about,
            "path": trace.field,
        }


def _is_of(trace: Trace, review: Review) -> bool:
    return (trace.action, trace.at, trace.reviewer) == (review.action, review.at, review.reviewer)


def _standing(trace: Trace, review: Review | None) -> str:
    if trace.counts:
        return _COUNTS
    return review.state.value if review is not None and review.state is not ReviewState.SETTLED else _GONE


def typed(path: str, value: str | None, words: Words) -> str | Decimal | None:
    """Return a canonical value as a cell should hold it: numbers as numbers, days in words, texts as they are.

    A year stays text, so that no column of figures shows it as 2,564.
    """
    if value is None:
        return None
    step = report_fields().find(path)
    kind = None if step is None else step.field.typed
    if step is None or kind is None:
        return shortened(value, _VALUE_LENGTH)
    if kind.typed == "number":
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    if kind.typed in ("day", "date"):
        return " – ".join(_day(day, words) for day in value.split("/"))
    return words.of(step.field.words, value) if step.field.words else shortened(value, _VALUE_LENGTH)


def moment(at: str) -> datetime | str:
    """Return a moment as the reviewer's clock showed it; spreadsheets know no zones. One that is none stays text."""
    try:
        return datetime.fromisoformat(at).replace(tzinfo=None)
    except ValueError:
        return at


def _day(text: str, words: Words) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {words.months()[day.month - 1]} {day.year + BUDDHIST_ERA}"
