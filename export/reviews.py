"""What people decided, as values of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from export.layout import Words, columns_of_path
from export.styles import REVIEWED
from export.text import plain_number, shortened
from raingan.model.records import Report, Review, ReviewState, Trace

_BUDDHIST_ERA = 543
_VALUE_LENGTH = 2_000  # characters of a text in the trail; the whole stands in the sheet of sections or in JSON
_NUMBERS = (".value", ".upper", ".assessment")
_COUNTS, _GONE = "counts", "gone"
# What a flag on the whole of a value is about: its first part.
_FIRST_PARTS = ("", ".value", ".text", ".number")
NO_EARLIER: tuple[None, ...] = (None,) * 4

Value = str | int | Decimal | datetime | None


def counting(report: Report) -> dict[str, Review]:
    """Return the reviews that count, by the field's key path."""
    return {review.field: review for review in report.reviews if review.state is ReviewState.SETTLED}


def review_columns(report: Report, words: Words) -> tuple[Value, ...]:
    """Return the values of the reports table that tell of its review; all None where nobody reviewed it."""
    if not report.reviews:
        dossier = None if report.dossier is None else words.say("text", "open_dossier")
        return (*(None,) * 7, dossier)
    found = counting(report)
    target, actual = found.get("target.value"), found.get("actual.value")
    people = dict.fromkeys(name for one in found.values() for name in (one.reviewer, one.confirmed_by) if name)
    times = [moment(at) for one in found.values() for at in (one.at, one.confirmed_at) if at]
    latest = max((at for at in times if isinstance(at, datetime)), default=None)
    return (
        None if target is None else typed("target.value", target.machine, words),
        None if target is None else typed("target.value", target.value, words),
        None if actual is None else typed("actual.value", actual.machine, words),
        None if actual is None else typed("actual.value", actual.value, words),
        len(found),
        ", ".join(people) or None,
        latest,
        None if report.dossier is None else words.say("text", "open_dossier"),
    )


def review_marks(table: str, report: Report) -> Mapping[int, int]:
    """Return the columns of a table whose value a person decided, marked so."""
    if not report.reviews:
        return {}
    return {column: REVIEWED for path in counting(report) for column in columns_of_path(table, path)}


def earlier_columns(report: Report, path: str, words: Words) -> tuple[Value, ...]:
    """Return what a person decided of a flagged field that does not count: state, value, reviewer, time."""
    waiting = {review.field: review for review in report.reviews if review.state is not ReviewState.SETTLED}
    if not waiting:
        return NO_EARLIER
    heads = [path.rsplit(".", count)[0] for count in range(1, path.count(".") + 1)]
    found = (waiting.get(key) for key in (*(path + part for part in _FIRST_PARTS), *heads))
    review = next((one for one in found if one is not None), None)
    if review is None:
        return NO_EARLIER
    value = typed(review.field, review.value, words)
    shown = plain_number(value, ",") if isinstance(value, Decimal) else value
    return review.state.value, shown, review.reviewer, moment(review.at)


def review_rows(number: int, report: Report, words: Words) -> Iterator[Sequence[Value]]:
    """Yield the values of the trail's rows; `number` is the report's, from 1."""
    by_field = {review.field: review for review in report.reviews}
    for trace in report.trail:
        review = by_field.get(trace.field)
        own = review if review is not None and _is_of(trace, review) else None
        yield (
            number,
            report.file,
            words.field_name(trace.field),
            trace.action,
            _standing(trace, own),
            typed(trace.field, trace.machine, words),
            typed(trace.field, trace.value, words),
            trace.reviewer,
            moment(trace.at),
            trace.note or None,
            None if own is None else own.confirmed_by,
            None if own is None or own.confirmed_at is None else moment(own.confirmed_at),
            ", ".join(trace.codes) or None,
            trace.source,
            trace.number,
            trace.about,
            trace.field,
        )


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
    if path.endswith(_NUMBERS):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    if path.startswith("dates.") or path.endswith(".date"):
        return " – ".join(_day(day, words) for day in value.split("/"))
    if path == "level":
        return words.of("level", value)
    return shortened(value, _VALUE_LENGTH)


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
    return f"{day.day} {words.months()[day.month - 1]} {day.year + _BUDDHIST_ERA}"
