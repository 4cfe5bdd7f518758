"""The two tables of the page for auditors: all fields, and the full trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from raingan.model.records import Flag, Trace
from raingan.model.report_fields import report_fields
from raingan.review.decisions import Action, Decision, Field, FieldKind, FieldState
from raingan.review.dossier.gather import Row, Settled
from raingan.review.dossier.markup import Markup, element, single
from raingan.review.dossier.sheets import data_address, row_name
from raingan.review.dossier.words import Words, severity_of
from raingan.review.values import shown

# Fields of which several stand under one name: the last part of the key path tells them apart.
_HEADS = frozenset(("target", "actual", "strategy", "quarter_results", "orders", "quantities"))
_PNG = b"\x89PNG\r\n\x1a\n"
_SHORT = 60  # characters; a longer wording that says the same as the value is not repeated
_FLAG_PICTURES = 2 * 2**20  # bytes of the lines' pictures together; some hundred
_FIELD_COLUMNS = ("number", "field", "value", "machine", "printed", "place", "flags", "decision")
_TRAIL_COLUMNS = ("row", "when", "who", "what", "field", "then", "given", "note", "settles", "source", "counts")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands in the source as it is shown."""

    name: str  # in links
    page: int | None = None


def name_of(row: Row, words: Words) -> str:
    """Return the name of a field for people: "order 2 · date"."""
    return name_of_path(row.standing.field.path, words)


def name_of_path(path: str, words: Words) -> str:
    """Return the name of a key path for people."""
    name = report_fields().name(path, words.language)
    head, _, rest = path.partition(".")
    part = rest.rpartition(".")[2]
    return f"{name} · {words.word('part', part)}" if head in _HEADS and part and not part.isdecimal() else name


def fields_table(report: Settled, names: Mapping[int, str], places: Mapping[int, Place], words: Words) -> Markup:
    """Return a row for each field; `places` are where they stand, by number."""
    pictures = _Pictures()
    rows = [_field_row(row, names[row.number], places.get(row.number), pictures, words) for row in report.rows]
    return _table("fields", _FIELD_COLUMNS, rows, words.say("table-label"), words)


def trail_table(report: Settled, names: Mapping[int, str], words: Words) -> Markup:
    """Return a row for everything that people did, what they took back too."""
    trail = report.report.trail
    if not trail:
        return element("p", words.say("trail-none"), class_="notice")
    numbers = {row.standing.field.path: row for row in report.rows}
    undone = {trace.about: trace.number for trace in trail if trace.action == Action.UNDO and trace.counts}
    rows = [_trace_row(trace, numbers.get(trace.field), undone.get(trace.number), words) for trace in trail]
    legend = element("p", words.say("trail-legend"), class_="legend")
    return Markup(legend + _table("trail", _TRAIL_COLUMNS, rows, words.say("trail-label"), words))


def _table(name: str, columns: tuple[str, ...], rows: list[Markup], label: str, words: Words) -> Markup:
    heads = (element("th", words.say(f"column-{column}"), scope="col", class_=column) for column in columns)
    # A table wider than a small screen moves inside its frame, also by keyboard.
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows), class_=name)
    return element("div", table, class_="wide", role="region", aria_label=label, tabindex="0")


# --- fields


def _field_row(row: Row, name: str, place: Place | None, pictures: _Pictures, words: Words) -> Markup:
    item, number = row.standing.field, str(row.number)
    told = words.say("to-box", number=number)
    link = number if place is None else element("a", number, href=f"#{place.name}", aria_label=told)
    section = None
    if item.section is not None:
        told = words.say("in-section", section=report_fields().name(item.section, words.language))
        section = element("span", told, class_="small")
    return element(
        "tr",
        element("td", link, class_=f"number {row.look}"),
        element("th", name, section, scope="row"),
        element("td", _value(item, row.standing.value, words), class_="value"),
        element("td", *_machine(row, words)),
        element("td", *_printed(row, words), lang="th"),
        element("td", *_place(item, place, words)),
        element("td", *(_flag(flag, row, pictures, words) for flag in row.flags)),
        element("td", *_decision(row, words)),
        id=row_name(row.number),
        class_=row.look,
    )


def _value(item: Field, value: str | None, words: Words) -> Markup:
    if value is None:
        return element("span", "–" if item.kind is FieldKind.NOTICE else words.say("no-value"), class_="small")
    language = "th" if item.kind is FieldKind.TEXT else None
    return element("span", shown(item.kind, value, words.language), lang=language)


def _machine(row: Row, words: Words) -> Iterator[Markup]:
    item = row.standing.field
    if item.value is not None and item.value == row.standing.value:
        yield element("span", words.say("same"), class_="small")
    else:
        yield _value(item, item.value, words)


def _printed(row: Row, words: Words) -> Iterator[Markup]:
    item = row.standing.field
    if item.printed and len(item.printed) > _SHORT and item.printed == row.standing.value:
        yield element("span", words.say("same"), class_="small", lang=words.language)
    elif item.printed:
        yield element("span", item.printed)


def _place(item: Field, place: Place | None, words: Words) -> Iterator[Markup]:
    told = item.value is not None or bool(item.flags)
    page = item.page if place is None or place.page is None else place.page
    if page is not None and (told or place is not None):
        yield element("span", str(page))
    if place is None and told and item.kind is not FieldKind.NOTICE:
        yield element("span", words.say("place-none"), class_="small")
    if item.confidence is not None:
        yield element("span", f"{words.say('column-confidence')} {_percent(item.confidence)}", class_="small")


def _percent(share: float) -> str:
    """Return a share rounded down: what is not certain is not told to be 100 %."""
    return f"{int(share * 1000) / 10:g} %"


def _flag(flag: Flag, row: Row, pictures: _Pictures, words: Words) -> Markup:
    level, is_open = severity_of(flag), any(flag is other for other in row.open_flags)
    state = words.say("flag-open" if is_open else "flag-settled")
    head = f"{words.word('severity', str(level))} · {state}"
    return element(
        "div",
        element("strong", head, class_=f"severity-{level}" if is_open else "settled"),
        element("span", words.told(flag)),
        pictures.of(flag, words),
        class_="flag",
    )


def _decision(row: Row, words: Words) -> Iterator[Markup]:
    standing = row.standing
    decision = standing.decision
    if decision is not None:
        yield element("strong", _what(standing.field, decision, words))
        who = words.say("decided-by", reviewer=decision.reviewer, at=words.moment(decision.at))
        yield element("span", who, class_="small")
        if decision.note:
            yield element("span", words.say("note-text", note=decision.note))
        if standing.confirmed is not None:
            by, at = standing.confirmed.reviewer, words.moment(standing.confirmed.at)
            yield element("span", words.say("confirmed-by", reviewer=by, at=at), class_="small")
    for note in standing.notes:
        yield element("span", words.say("note-text", note=note.note))
        who = words.say("decided-by", reviewer=note.reviewer, at=words.moment(note.at))
        yield element("span", who, class_="small")
    partly = decision is not None and standing.state is FieldState.OPEN
    state = "standing-partly" if partly else f"standing-{standing.state.value}"
    if standing.state is not FieldState.CLEAR and not (decision is not None and standing.state is FieldState.SETTLED):
        yield element("em", words.say(state))


def _what(item: Field, decision: Decision, words: Words) -> str:
    told = words.word("action", decision.action.value)
    if decision.action is not Action.CORRECT:
        return told
    return f"{told} {words.say('corrected-to', value=shown(item.kind, decision.value, words.language))}"


class _Pictures:
    """Pictures of the lines that flags are about, as long as there is room for them."""

    def __init__(self) -> None:
        self._left = _FLAG_PICTURES

    def of(self, flag: Flag, words: Words) -> Markup | None:
        """Return the picture of a flag's line."""
        picture = flag.picture
        if picture is None or not picture.startswith(_PNG) or len(picture) > self._left:
            return None
        self._left -= len(picture)
        told = words.say("flag-picture", text=flag.values.get("text", ""))
        return single("img", src=data_address("image/png", picture), alt=told)


# --- the trail


def _trace_row(trace: Trace, row: Row | None, undone_by: int | None, words: Words) -> Markup:
    kind = FieldKind.TEXT if row is None else row.standing.field.kind
    name = name_of_path(trace.field, words)
    link = name if row is None else element("a", name, href=f"#{row_name(row.number)}")
    what = words.word("action", trace.action)
    if trace.about is not None:
        what = f"{what} {words.say('action-about', number=trace.about)}"
    given = shown(kind, trace.value, words.language) if trace.action not in (Action.NOTE, Action.UNDO) else ""
    counts = _counts(trace, row, undone_by, words)
    dead = undone_by is not None or counts == words.say("replaced")
    cells: tuple[str, ...] = (
        str(trace.number),
        words.moment(trace.at),
        trace.reviewer,
        what,
        link,
        shown(kind, trace.machine, words.language),
        given,
        trace.note,
        " · ".join(trace.codes),
        words.word("source", trace.source),
    )
    struck = [element("td", element("s", cell) if dead and cell else cell) for cell in cells]
    return element("tr", *struck, element("td", counts), class_="dead" if dead else None)


def _counts(trace: Trace, row: Row | None, undone_by: int | None, words: Words) -> str:
    """Say whether a row of the trail has an effect, and if not, why."""
    if undone_by is not None:
        return words.say("undone-by", number=undone_by)
    if trace.counts:
        return words.say("counts")
    standing = None if row is None else row.standing
    if standing is not None:
        living = {other.number for other in (standing.decision, standing.confirmed) if other is not None}
        if trace.number in living and standing.state in (FieldState.STALE, FieldState.WAITING):
            return words.say(f"counts-{standing.state.value}")
    return words.say("replaced")
