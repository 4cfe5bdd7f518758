"""What a form sees, for whoever writes one: the lines of a file with what took them, the fields over a folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from extract.sections.claims import Claims, Part, field_name
from extract.sections.forms import Form
from raingan.model.messages import talk
from raingan.progress import cut_to, padded

_NAME_CELLS = 26  # of the column that names the field; the longest key is shorter
_EXAMPLES = 2
_EXAMPLE_CELLS = 48
_UNCLAIMED = 12  # kinds of lines that no field took, the most frequent first
_DIGITS = re.compile(r"[0-9\u0e50-\u0e59]+")
_SIGNS = {Part.LABEL: "*", Part.VALUE: " ", Part.JUNK: "#", Part.NONE: "?"}


def marked_lines(claims: Claims, language: str) -> Iterator[str]:
    """Yield the lines of a file, each behind the field that took it; `*` a label, `?` nobody's, `#` of the form."""
    if claims.form is None:
        yield talk("claims-none", language)
        return
    yield talk("claims-form", language, form=claims.form, count=claims.reports)
    page = 0
    for line in claims.lines:
        if line.page != page:
            page = line.page
            yield talk("claims-page", language, page=page)
        name = cut_to(", ".join(line.fields), _NAME_CELLS)
        yield f"{_SIGNS[line.part]} {padded(name, _NAME_CELLS)} | {line.text}"


@dataclass(slots=True)
class FormCheck:
    """Fields of the forms over many files: in how many each was found, with examples, and what nobody took."""

    files: int = 0
    taken: Counter[str] = field(default_factory=Counter)  # files by the form that took them
    found: dict[tuple[str, str], int] = field(default_factory=dict)  # (form, field): files
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    unclaimed: Counter[str] = field(default_factory=Counter)  # lines with their figures alike: files

    def add(self, claims: Claims) -> None:
        """Count one file."""
        self.files += 1
        if claims.form is None or not claims.reports:
            return
        self.taken[claims.form] += 1
        seen: set[str] = set()
        nobodys: set[str] = set()
        for line in claims.lines:
            if line.part is Part.NONE:
                nobodys.add(_DIGITS.sub("#", " ".join(line.text.split())))
            elif line.part in (Part.LABEL, Part.VALUE):
                seen.update(line.fields)
                for name in line.fields:
                    shown = self.examples.setdefault((claims.form, name), [])
                    if len(shown) < _EXAMPLES and line.text not in shown:
                        shown.append(line.text)
        for name in seen:
            self.found[claims.form, name] = self.found.get((claims.form, name), 0) + 1
        self.unclaimed.update(nobodys)

    def told(self, forms: Sequence[Form], language: str) -> Iterator[str]:
        """Yield what was counted, form by form, the fields in printed order."""
        for form in forms:
            files = self.taken[form.id]
            yield talk("check-form", language, form=form.id, count=files, files=self.files)
            if not files:
                continue
            for name, required in _fields(form):
                count = self.found.get((form.id, name), 0)
                key = "check-required" if required and count < files else "check-field"
                yield talk(key, language, name=padded(cut_to(name, _NAME_CELLS), _NAME_CELLS), count=count, files=files)
                for example in self.examples.get((form.id, name), ()):
                    yield "      " + cut_to(example, _EXAMPLE_CELLS)
        if self.unclaimed:
            yield talk("check-unclaimed", language)
            for text, count in self.unclaimed.most_common(_UNCLAIMED):
                yield talk("check-line", language, count=count, text=cut_to(text, _EXAMPLE_CELLS))


def _fields(form: Form) -> Iterable[tuple[str, bool]]:
    """Return the names of a form's fields, once each, and whether one of that name is required."""
    named: dict[str, bool] = {}
    for one in form.fields:
        named[field_name(one)] = named.get(field_name(one), False) or one.required
    return named.items()
