"""Which line of a document a form takes for what: what whoever writes a form file has to see.

`claims` looks at a document as `find_reports` does, and tells of each line which field took it, whether it was the
label or the value, and which lines no field took. It also tells of documents that are no report of any form: there
those headings are shown that were found, which is where the work on a form begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from extract.sections.find import Looked, look
from extract.sections.forms import Form, FormField
from raingan.model.records import Document


class Part(StrEnum):
    """What a line is to a form."""

    LABEL = "label"  # a heading, with what stands behind it on the line
    VALUE = "value"
    JUNK = "junk"  # printed by the form, belongs to no field
    NONE = "none"  # no field took it


@dataclass(frozen=True, slots=True)
class Claim:
    """One line that was read, and what took it."""

    page: int  # from 1
    text: str
    part: Part
    fields: tuple[str, ...] = ()  # names of the fields; several where labels share a line


@dataclass(frozen=True, slots=True)
class Claims:
    """A document by one form."""

    form: str | None  # id; None where no form has any heading here
    reports: int  # that were found by it
    lines: tuple[Claim, ...] = ()


def field_name(field: FormField) -> str:
    """Return how a field is called here: its key, or its first label where it has no value."""
    return field.key or field.labels[0]


def claims(document: Document, forms: Sequence[Form]) -> Claims:
    """Tell of each line of a document what took it, by the form that fits best."""
    looked = look(document, forms)
    if looked is None:
        return Claims(None, 0)
    labels: dict[int, list[str]] = {}
    values: dict[int, str] = {}
    for region in looked.regions:
        name, candidate = field_name(region.field), region.heading.candidate
        for at in range(candidate.line, candidate.end_line + 1):
            labels.setdefault(at, []).append(name)
        if region.field.kind.read is not None:
            all_lines = region.field.kind.whole or region.field.cells  # a table's cells may stand on lines of their own
            own = region.pieces if all_lines else region.pieces[:2]
            values.update((piece.at, name) for piece in own if piece.at > candidate.end_line)
    lines = [_claim(looked, at, labels, values) for at in range(len(looked.items))]
    return Claims(looked.form.id, looked.reports, tuple(lines))


def _claim(looked: Looked, at: int, labels: dict[int, list[str]], values: dict[int, str]) -> Claim:
    item = looked.items[at]
    page, text = item.line.page, item.line.text
    if at in labels:
        return Claim(page, text, Part.LABEL, tuple(dict.fromkeys(labels[at])))
    if at in looked.junk:
        return Claim(page, text, Part.JUNK)
    if at in values:
        return Claim(page, text, Part.VALUE, (values[at],))
    return Claim(page, text, Part.NONE)
