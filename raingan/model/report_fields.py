"""The table of fields of a report (`report_fields.toml`), and the one walk over key paths.

A key path leads from a report to one of its values: "target.value", "quarters.2", "dates.3.start",
"quarter_results.1.scores". Whoever shows, writes or takes values of a report asks here which there are, what they are
called, and for the value itself; adding a field is one entry of the table and its place in `records.Report`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import Any, NamedTuple, TypeVar, cast

from raingan.model.kinds import KINDS, Kind
from raingan.model.records import AnyReport, Report, section_name
from raingan.model.words import Entry, entry_of, fill, rows

_Record = TypeVar("_Record")

_NAMES = ("name", "item_name", "part_name", "sheet_name", "sheet_item_name")
_INDEX_DIGITS = 9  # paths may come from foreign files
_PATHS_KEPT = 4096  # a report has some hundred, and those of the next are mostly the same


@dataclass(frozen=True, slots=True)
class ReportField:
    """A field of a report or a part of one, as its entry tells it; `report_fields.toml` says what each thing means."""

    key: str
    kind: Kind | None  # of a single value; None for a record
    parts: Mapping[str, ReportField] = field(default_factory=dict)  # of a record, in its order
    judged: tuple[str, ...] = ()
    whole: Kind | None = None
    printed: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    listed: bool = False
    missing: bool = False
    name: Entry | None = None
    item_name: Entry | None = None
    part_name: Entry | None = None
    sheet_name: Entry | None = None
    sheet_item_name: Entry | None = None
    sheet: str | None = None
    group: str | None = None
    label: str | None = None
    choices: tuple[str, ...] = ()
    words: str | None = None
    form: tuple[str, ...] = ()
    unknown: str | None = None
    json: str = "always"
    page: str = "always"
    record: str | None = None  # name of its dataclass

    @property
    def several(self) -> bool:
        """Whether it stands several times, under keys or in a list."""
        return self.listed or bool(self.by)

    @property
    def typed(self) -> Kind | None:
        """The kind of what people type in its place; None where nobody may change it."""
        kind = self.whole or self.kind
        return kind if kind is not None and kind.typed is not None else None


class Step(NamedTuple):
    """One step of a key path: to a field, to a part of a record, or (with its number) to one of several."""

    path: str  # from the report to here
    field: ReportField
    number: str | None = None  # key or index
    judged: bool = True  # False for a part that people do not judge

    @property
    def of_several(self) -> bool:
        """Whether all of them are meant and not one."""
        return self.field.several and self.number is None

    def take(self, value: Any) -> Any:
        """Return what lies a step below a value; `NOTHING` where it has no such thing."""
        if value is None:
            return NOTHING
        if self.number is None:
            return getattr(value, self.field.key, NOTHING)
        if self.field.by:
            return value.get(self.number, NOTHING)
        return value[int(self.number)] if int(self.number) < len(value) else NOTHING

    def put(self, value: Any, new: object) -> Any:
        """Return a value with something else a step below."""
        if self.number is None:
            return _changed(value, {self.field.key: new})
        if self.field.by:
            return {**value, self.number: new}
        index = int(self.number)
        return (*value[:index], new, *value[index + 1 :])


NOTHING: Any = object()
"""Stands for what a report does not have; None is a value that is not known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A value of a report that people can judge, as its canonical text."""

    path: str
    field: ReportField
    kind: Kind
    value: str | None
    printed: str | None = None  # where the record of the value tells it
    section: str | None = None  # of an item of a list: the section that it was found in


class FieldTable:
    """The fields of a report, in the order of the record; built from a table as `report_fields.toml` has it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._shapes: Mapping[str, Any] = data.get("shape", {})
        self.fields: Mapping[str, ReportField] = {item["key"]: self._field(item) for item in data["field"]}
        self.walk: Callable[[str], tuple[Step, ...]] = lru_cache(_PATHS_KEPT)(self._walk)

    def _field(self, item: Mapping[str, Any]) -> ReportField:
        """Build an entry and, from the shape of its kind, its parts."""
        told = _plain(item)
        name: str = told.pop("kind")
        if name in self._shapes:
            shape = _plain(self._shapes[name])
            parts = {part["key"]: self._field(part) for part in shape.pop("part")}
            whole = shape.pop("whole", None)
            told |= {**shape, "kind": None, "parts": parts, "whole": None if whole is None else KINDS[whole]}
        else:
            told["kind"] = KINDS[name]
        form = told.pop("form", True)
        if form is True:
            form = tuple(f"{told['key']}.{number}" for number in told.get("by", ())) or (told["key"],)
        return ReportField(**told, form=form or ())

    def _walk(self, path: str) -> tuple[Step, ...]:
        """Return the steps of a key path, as far as the table knows it; numbers may be left out ("dates.start")."""
        steps: list[Step] = []
        below = self.fields
        for part in path.split("."):
            here = f"{steps[-1].path}.{part}" if steps else part
            last = steps[-1] if steps else None
            if last is not None and last.of_several and _is_number(part, last.field):
                steps.append(Step(here, last.field, part))
            elif part in below:
                judged = last is None or (last.judged and part in last.field.judged)
                steps.append(Step(here, below[part], judged=judged))
                below = below[part].parts
            else:
                break
        return tuple(steps)

    def find(self, path: str) -> Step | None:
        """Return the last step of a key path; None where the table does not know all of it."""
        steps = self.walk(path)
        return steps[-1] if steps and steps[-1].path == path else None

    # --- values of a report

    def take(self, report: Report, path: str) -> Any:
        """Return the value at a key path; `NOTHING` where the report has none there."""
        steps = self.walk(path)
        return _taken(report, steps)[-1] if steps and steps[-1].path == path else NOTHING

    def known_path(self, report: Report, path: str) -> str:
        """Return a key path, or its longest beginning that the report has."""
        steps = self.walk(path)
        taken = [step.path for step, value in zip(steps, _taken(report, steps), strict=True) if value is not NOTHING]
        return taken[-1] if taken else ""

    def with_value(self, report: AnyReport, path: str, value: str | None) -> AnyReport:
        """Return the report with a canonical text at the path of a judged value; ValueError where it does not fit."""
        steps = self.walk(path)
        if not steps or steps[-1].path != path or not steps[-1].judged or steps[-1].of_several:
            raise ValueError(path)
        held = [report, *_taken(report, steps)]
        last = steps[-1].field
        may_be_missing = bool(last.by) and last.kind is not None
        if held[-2] is None or held[-2] is NOTHING or (held[-1] is NOTHING and not may_be_missing):
            raise ValueError(path)
        new = _parsed(last, held[-1], value)
        for step, above in zip(reversed(steps), reversed(held[:-1]), strict=True):
            new = step.put(above, new)
        changed: AnyReport = new
        return changed

    def judged(self, report: Report, flagged: Sequence[str] = ()) -> Iterator[Judged]:
        """Yield every value that people can judge in the order of the form; `flagged` are the paths of its flags."""
        marked = frozenset(flagged)
        about = marked | {path[:end] for path in marked for end in range(len(path)) if path[end] == "."}
        for by, several in groupby(self.fields.values(), key=lambda entry: entry.by):
            if not by:
                for entry in several:
                    yield from _judged_of(entry, entry.key, getattr(report, entry.key), about)
                continue
            together = list(several)  # quarter by quarter
            for number in by:
                for entry in together:
                    value = getattr(report, entry.key).get(number, NOTHING if entry.kind is None else None)
                    yield from _judged_one(entry, f"{entry.key}.{number}", value, about)

    # --- names

    def name(self, path: str, language: str, sheet: bool = False) -> str:
        """Return the name of a key path for people: "quarters.2" -> "quarter 2"; an unknown path as it is.

        With `sheet` as the sheets have it.
        """
        for step in reversed(self.walk(path)):
            named = _name_of(step, sheet)
            if named is not None:
                number = step.number or ""
                number = str(int(number) + 1) if step.field.listed and number else number
                shown = fill(named.in_(language), {"n": number})
                below = () if sheet else path[len(step.path) :].split(".")
                return " ".join([shown, *(str(int(part) + 1) for part in below if _is_index(part))])
        return path

    def full_name(self, path: str, language: str) -> str:
        """Return a name that no other value of the report has: "target · unit"."""
        step = self.find(path)
        name = self.name(path, language)
        part = None if step is None else step.field.part_name
        return name if part is None else f"{name} · {part.in_(language)}"

    def label(self, path: str) -> str | None:
        """Return the label on the printed form behind which a value stands."""
        return next((step.field.label for step in reversed(self.walk(path)) if step.field.label), None)

    # --- what the table says of all fields together

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The sections of prose in the order of the form, as `dates[].section` names them."""
        prose = [entry for entry in self.fields.values() if entry.kind is KINDS["prose"]]
        paths = (path for entry in prose for path in ([f"{entry.key}.{n}" for n in entry.by] or [entry.key]))
        return tuple(map(section_name, paths))

    @cached_property
    def form_keys(self) -> tuple[str, ...]:
        """Key paths that a form may fill; # stands for the number of a quarter."""
        return tuple(key for entry in self.fields.values() for key in entry.form)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The fields that are a figure with its unit."""
        return tuple(entry.key for entry in self.fields.values() if entry.record == "Measure")


@cache
def report_fields() -> FieldTable:
    """Return the table of the package."""
    return FieldTable(rows("raingan.model", "report_fields.toml"))


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    return plain | {key: entry_of(plain[key]) for key in _NAMES if key in plain}


def _is_number(part: str, entry: ReportField) -> bool:
    return part in entry.by if entry.by else _is_index(part)


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= _INDEX_DIGITS


def _taken(report: Report, steps: Sequence[Step]) -> list[Any]:
    """Return what lies at each step."""
    values: list[Any] = []
    value: Any = report
    several = False
    for step in steps:  # of several none is meant where the number is left out
        value = NOTHING if value is NOTHING or (several and step.number is None) else step.take(value)
        several = step.of_several
        values.append(value)
    return values


def _name_of(step: Step, sheet: bool) -> Entry | None:
    entry = step.field
    if step.number is not None:
        return (entry.sheet_item_name if sheet else None) or entry.item_name
    return (entry.sheet_name if sheet else None) or entry.name


# --- values that people judge


def _judged_of(entry: ReportField, path: str, value: Any, flagged: Container[str]) -> Iterator[Judged]:
    if not entry.listed:
        yield from _judged_one(entry, path, value, flagged)
        return
    for index, item in enumerate(value):
        yield from _judged_one(entry, f"{path}.{index}", item, flagged, section=item.section)


def _judged_one(
    entry: ReportField,
    path: str,
    value: Any,
    flagged: Container[str],
    printed: str | None = None,
    section: str | None = None,
) -> Iterator[Judged]:
    """Yield a value, or those of a record; `printed` and `section` are those of the record that it is a part of."""
    if value is NOTHING or (entry.page == "there" and value is None and path not in flagged):
        return
    if entry.printed:
        printed = next((text for name in entry.printed if (text := getattr(value, name))), None)
    kind = entry.typed
    if kind is not None:
        yield Judged(path, entry, kind, None if value is None else kind.to_text(value), printed, section)
        return
    for name in entry.judged:
        below = None if value is None else getattr(value, name)
        yield from _judged_one(entry.parts[name], f"{path}.{name}", below, flagged, printed, section)


def _parsed(entry: ReportField, old: Any, text: str | None) -> Any:
    """Return the value of a canonical text; a record that is judged as a whole with the text's values in its parts."""
    kind = entry.typed
    if kind is None or (text is not None and entry.choices and text not in entry.choices):
        raise ValueError(text)
    value = kind.empty if text is None else kind.from_text(text)
    if kind.parts:
        return _changed(old, dict(zip(kind.parts, value, strict=True)))
    return entry.unknown if value is None else value


def _changed(record: _Record, values: Mapping[str, object]) -> _Record:
    changed: _Record = dataclasses.replace(cast(Any, record), **values)
    return changed
