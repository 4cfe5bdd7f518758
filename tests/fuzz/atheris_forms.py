"""Coverage-guided fuzzing of form files and of finding reports by forms (needs atheris):

python tests/fuzz/atheris_forms.py -max_total_time=120
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

try:
    import atheris
except ImportError:  # the target itself can be imported, and is run by the tests
    atheris = None


@cache
def _forms() -> tuple[object, ...]:
    from extract.sections.forms import load_forms

    return load_forms()


def one_input(data: bytes) -> None:
    """Take the bytes for a form file, then for the lines of a document, with labels of the forms among them."""
    from extract.sections.find import find_reports, why_not_a_report
    from extract.sections.forms import parse_form
    from raingan.model.errors import FormError
    from raingan.model.records import Document, Kind, Line, Page

    text = data.decode("utf-8", "ignore")
    try:
        parse_form(text, "any.toml")
    except FormError as error:
        assert str(error)
    labels = [label for form in _forms() for field in form.fields for label in field.labels]  # type: ignore[attr-defined]
    lines = []
    for at, part in enumerate(text.split("\n")[:16]):
        label = labels[ord(part[0]) % len(labels)] if part and ord(part[0]) % 3 else ""
        lines.append(Line(f"{label} {part}".strip() or "-", 1, cell=(1, at, 1) if at % 5 == 0 else None))
    document = Document(Kind.TEXT, "made/1", (Page(1, tuple(lines)),))
    for report in find_reports(document, _forms()):  # type: ignore[arg-type]
        assert len({field.key for field in report.fields}) == len(report.fields)
    assert why_not_a_report(document, _forms())[0]  # type: ignore[arg-type]


if __name__ == "__main__":
    with atheris.instrument_imports():
        pass
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
