"""Form files: what a kind of report prints, as data. The format is told in `docs/forms.md`.

Mistakes are told by code, with the line: `FormError`, its sentences in `raingan/model/form_errors.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from extract.sections.cells import CELL_NAMES
from extract.sections.kinds import VALUE_KINDS, ValueKind
from extract.thai.folding import fold
from raingan.model.errors import FormError
from raingan.model.report_fields import report_fields

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Option:
    """One printed choice and the value it stands for."""

    value: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """One label of a form and what stands behind it."""

    labels: tuple[str, ...]
    kind: ValueKind
    key: str | None = None  # None for a heading without a value
    number: str | None = None  # printed before the label, Arabic digits: "6.1"
    start: bool = False  # a report begins here
    required: bool = False
    place: str = "body"  # "before": a title line above the record start
    colon: str = "usual"  # "needed", "usual", "none"
    inline: bool = False  # may follow on the same line as the field before it
    alone: bool = False  # counts only where it has the line for itself
    glued: bool = False  # the value may follow the label without a space
    repeats: bool = False  # may stand several times
    unit_in_label: bool = False  # "label unit : value"
    printed: str = "ticked"  # options: "ticked" (all are printed) or "chosen" (only one is)
    options: tuple[Option, ...] = ()
    roles: tuple[str, ...] = ()  # printed beside a signature, no part of the name
    code_key: str | None = None
    shape: str | None = None  # of a code, # for each digit
    rows: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    unit_header: str | None = None


@dataclass(frozen=True, slots=True)
class Junk:
    """A printed line that belongs to no field."""

    text: str  # # stands for any number
    match: str = "whole"  # "whole", "start", "inside"
    ends: bool = False  # closes the field before it
    edge: bool = False  # counts only near the top or the foot of a page, or beside other junk


_HEADINGS_NEEDED = 4  # where a form file says nothing


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of report, as its form file tells it. Fields stand in printed order."""

    id: str
    title: str
    language: str
    fields: tuple[FormField, ...]
    junk: tuple[Junk, ...] = ()
    headings_needed: int = _HEADINGS_NEEDED  # different headings that make a report
    empty: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    path: str = ""


def load_forms(extra: Sequence[str] = ()) -> tuple[Form, ...]:
    """Load the user's form files, then the bundled ones; a user's form replaces a bundled one of its id.

    Raises FormError.
    """
    return forms_of([(path, read_form(path)) for path in extra])


def forms_of(extra: Sequence[tuple[str, str]]) -> tuple[Form, ...]:
    """Do what `load_forms` does for form files already read: (path for messages, text) of each."""
    own: list[Form] = []
    for path, text in extra:
        form = parse_form(text, path)
        if other := next((item for item in own if item.id == form.id), None):
            raise FormError("form-id-taken", path, 1, id=form.id, other=other.path)
        own.append(form)
    taken = {form.id for form in own}
    return (*own, *(form for form in _bundled() if form.id not in taken))


@cache
def _bundled() -> tuple[Form, ...]:
    folder = files("extract.sections").joinpath("forms")
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(parse_form(item.read_text(encoding="utf-8"), item.name) for item in found)


def read_form(path: str) -> str:
    """Return the text of a form file; raises FormError."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FormError("form-missing", path) from error
    except OSError as error:
        raise FormError("form-unreadable", path, error=error) from error
    except UnicodeDecodeError as error:
        raise FormError("form-not-utf8", path) from error


def parse_form(text: str, path: str) -> Form:
    """Parse the text of a form file; `path` is for messages. Raises FormError."""
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        raise FormError("form-not-toml", path, line, error=error) from error
    except RecursionError as error:
        raise FormError("form-too-deep", path) from error
    return _Reader(text, path).form(table)


_OLD_NEEDED = "evidence"  # as forms of 0.1.0 write `headings_needed`; read for good
_FORM_KEYS = {"id", "title", "language", "headings_needed", _OLD_NEEDED, "empty", "lead", "cut", "field", "junk"}
_FIELD_KEYS = ({item.name for item in fields(FormField)} - {"options"}) | {"option"}
_CHOICES = {
    "kind": tuple(VALUE_KINDS),
    "place": ("body", "before"),
    "colon": ("usual", "needed", "none"),
    "printed": ("ticked", "chosen"),
    "match": ("whole", "start", "inside"),
}


class _Reader:
    """Turns the parsed table into a Form and knows the lines of the text for its messages."""

    def __init__(self, text: str, path: str) -> None:
        self.lines, self.path = text.split("\n"), path
        self._mistakes: list[FormError] = []

    def form(self, table: Mapping[str, Any]) -> Form:
        """Return the form; raises FormError with all mistakes that can be told at once, in the order of their lines."""
        last: list[FormError] = []  # what nothing more could be read behind
        try:
            form = self._form(table)
        except FormError as mistake:
            last.append(mistake)
        mistakes = [*sorted(self._mistakes, key=lambda mistake: mistake.line or 0), *last]
        if mistakes:
            mistakes[0].others = tuple(mistakes[1:])
            raise mistakes[0]
        return form

    def _form(self, table: Mapping[str, Any]) -> Form:
        self._no_strangers(table, _FORM_KEYS, "", -1)
        for key in ("id", "field"):
            if key not in table:
                raise FormError(f"form-no-{key}", self.path, 1)
        form_id = self._text(table, "id", "", -1)
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", form_id):
            self._fail("form-id-letters", "id", id=form_id)
        blocks = self._blocks(table, "field")
        read = {number: self._tried(self._field, item, number) for number, item in enumerate(blocks)}
        known = {number: field for number, field in read.items() if field is not None}
        self._check_fields(known, whole=len(known) == len(blocks))
        junk = [self._tried(self._junk, item, number) for number, item in enumerate(self._blocks(table, "junk"))]
        headings_needed = self._tried(self._headings_needed, table, len(blocks))
        texts = {name: self._tried(self._texts, table, name, "", -1) or () for name in ("empty", "lead", "cut")}
        return Form(
            id=form_id,
            title=self._text(table, "title", "", -1, form_id),
            language=self._text(table, "language", "", -1, "th"),
            fields=tuple(known.values()),
            junk=tuple(item for item in junk if item is not None),
            headings_needed=headings_needed or _HEADINGS_NEEDED,
            path=self.path,
            **texts,
        )

    def _tried(self, read: Callable[..., _Part], *given: object) -> _Part | None:
        """Read a part of the file; a mistake in it is kept, so that all can be told at once."""
        try:
            return read(*given)
        except FormError as mistake:
            self._mistakes.append(mistake)
            return None

    def _headings_needed(self, table: Mapping[str, Any], most: int) -> int:
        if "headings_needed" in table and _OLD_NEEDED in table:
            self._fail("form-two-names", _OLD_NEEDED, old=_OLD_NEEDED, key="headings_needed")
        key = _OLD_NEEDED if _OLD_NEEDED in table else "headings_needed"
        needed: int = table.get(key, _HEADINGS_NEEDED)
        if not isinstance(needed, int) or isinstance(needed, bool) or not 1 <= needed <= most:
            self._fail("form-headings-needed", key, key=key, most=most)
        return needed

    def _field(self, item: Mapping[str, Any], number: int) -> FormField:
        self._no_strangers(item, _FIELD_KEYS, "field", number)
        values: dict[str, Any] = {}
        for name in ("labels", "roles", "rows", "cells", "headers"):
            values[name] = self._texts(item, name, "field", number)
        for name in ("key", "number", "code_key", "shape", "unit_header"):
            values[name] = self._text(item, name, "field", number) if name in item else None
        for name in ("start", "required", "inline", "alone", "glued", "repeats", "unit_in_label"):
            values[name] = self._switch(item, name, "field", number)
        for name, default in (("place", "body"), ("colon", "usual"), ("printed", "ticked")):
            values[name] = self._choice(item, name, "field", number, default)
        if "kind" not in item:
            self._fail("form-no-kind", "", "field", number, known=", ".join(VALUE_KINDS))
        values["kind"] = VALUE_KINDS[self._choice(item, "kind", "field", number, "prose")]
        options = item.get("option", [])
        if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
            self._fail("form-options", "option", "field", number)
        values["options"] = tuple(self._option(option, number) for option in options)
        result = FormField(**values)
        known, cells = ", ".join(report_fields().form_keys), ", ".join(CELL_NAMES)
        for code, key, test in (*_RULES, *result.kind.rules):
            if test(result):
                self._note(code, key, "field", number, key=result.key, known=known, cells=cells)
        return result

    def _option(self, item: Mapping[str, Any], number: int) -> Option:
        self._no_strangers(item, {"value", "labels"}, "field", number)
        value, labels = item.get("value"), self._texts(item, "labels", "field", number)
        if not isinstance(value, str) or not value or not labels:
            self._fail("form-option-parts", "option", "field", number)
        return Option(str(value), labels)

    def _junk(self, item: Mapping[str, Any], number: int) -> Junk:
        self._no_strangers(item, {"text", "match", "ends", "edge"}, "junk", number)
        text = self._text(item, "text", "junk", number)
        if len(fold(text)) < 3:
            self._fail("form-junk-short", "text", "junk", number)
        match = self._choice(item, "match", "junk", number, "whole")
        ends, edge = (self._switch(item, key, "junk", number) for key in ("ends", "edge"))
        return Junk(text, match, ends, edge)

    def _check_fields(self, known: Mapping[int, FormField], whole: bool) -> None:
        """Check what no field can tell alone; whether one is the start only where the `whole` file could be read."""
        if whole and not any(item.start for item in known.values()):
            self._note("form-no-start", "", "field", 0)
        keys: dict[str, int] = {}
        labels: dict[tuple[str, str | None, str], int] = {}
        for number, item in known.items():
            if item.key:
                first = keys.setdefault(item.key, number)
                if first != number:
                    line = self._line("key", "field", first)
                    self._note("form-key-twice", "key", "field", number, key=item.key, first=line)
            for label in item.labels:
                first = labels.setdefault((fold(label), item.number, item.place), number)
                if first != number:
                    line = self._line("labels", "field", first)
                    self._note("form-label-twice", "labels", "field", number, label=label, first=line)

    def _blocks(self, table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        blocks = table.get(name, [])
        if not isinstance(blocks, list) or not all(isinstance(item, dict) for item in blocks):
            self._fail("form-blocks", name, key=name)
        return list(blocks)

    def _text(self, item: Mapping[str, Any], key: str, block: str, number: int, default: str | None = None) -> str:
        value = item.get(key, default)
        if not isinstance(value, str) or not value.strip():
            self._fail("form-text", key, block, number, key=key)
        return str(value)

    def _texts(self, item: Mapping[str, Any], key: str, block: str, number: int) -> tuple[str, ...]:
        value = item.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, str) and part.strip() for part in value):
            self._fail("form-texts", key, block, number, key=key)
        return tuple(value)

    def _switch(self, item: Mapping[str, Any], key: str, block: str, number: int) -> bool:
        value = item.get(key, False)
        if not isinstance(value, bool):
            self._fail("form-switch", key, block, number, key=key)
        return bool(value)

    def _choice(self, item: Mapping[str, Any], key: str, block: str, number: int, default: str) -> str:
        value = item.get(key, default)
        if value not in _CHOICES[key]:
            self._fail("form-choice", key, block, number, key=key, value=value, known=", ".join(_CHOICES[key]))
        return str(value)

    def _no_strangers(self, item: Mapping[str, Any], known: Iterable[str], block: str, number: int) -> None:
        for key in item:
            if key not in known:
                self._note("form-stranger", key, block, number, key=key, known=", ".join(sorted(known)))

    def _note(self, code: str, at: str, block: str = "", number: int = -1, /, **values: object) -> None:
        """Keep a mistake in the line of the key `at`, with which the rest can still be read; see `_line`."""
        self._mistakes.append(FormError(code, self.path, self._line(at, block, number), **values))

    def _fail(self, code: str, at: str, block: str = "", number: int = -1, /, **values: object) -> None:
        """Tell of a mistake in the line of the key `at`; see `_line`."""
        raise FormError(code, self.path, self._line(at, block, number), **values)

    def _line(self, key: str, block: str, number: int) -> int:
        """Line of a key inside the `number`-th [[block]] (of its header if the key is not written there).

        With `number` -1 the key is one of the file itself.
        """
        if number < 0:
            pattern = rf"\s*(?:\[\[?\s*)?[\"']?{re.escape(key)}\b"
            return next((line for line, text in enumerate(self.lines, 1) if re.match(pattern, text)), 1)
        header, current = 1, -1
        for line, text in enumerate(self.lines, 1):
            name = _HEADER.match(text)
            if name and name[1] == block:
                current += 1
                header = line if current == number else header
            if current == number and key:
                written = name[1] == f"{block}.{key}" if name else _key_of(text) == key
                if written:
                    return line
        return header


_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")


def _key_of(text: str) -> str | None:
    found = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[=.]", text)
    return found[1] if found else None


# Code of the sentence, key whose line is named, what is wrong.
_RULES: tuple[tuple[str, str, Callable[[FormField], bool]], ...] = (
    ("form-key-unknown", "key", lambda item: item.key is not None and item.key not in report_fields().form_keys),
    ("form-key-missing", "key", lambda item: item.key is None and item.kind.read is not None),
    ("form-key-of-heading", "key", lambda item: item.key is not None and item.kind.read is None),
    ("form-no-labels", "labels", lambda item: not item.labels),
    ("form-label-short", "labels", lambda item: any(len(fold(label)) < 3 for label in item.labels)),
    ("form-label-long", "labels", lambda item: any(len(fold(label)) > 200 for label in item.labels)),
    (
        "form-number",
        "number",
        lambda item: item.number is not None and not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", item.number),
    ),
    ("form-code-key", "code_key", lambda item: item.code_key not in (None, *report_fields().form_keys)),
    ("form-cells", "cells", lambda item: any(cell not in CELL_NAMES for cell in item.cells)),
    ("form-cell-twice", "cells", lambda item: len(set(item.cells)) < len(item.cells)),
    ("form-start-before", "place", lambda item: item.start and item.place == "before"),
)
