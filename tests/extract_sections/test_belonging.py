"""A report of another form that shares labels with a known one is not read as that one."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports, why_not_a_report
from extract.sections.forms import load_forms
from raingan.model.records import RawReport
from tests.extract_sections.made import HEADINGS, LIBRARY, Style, document, print_report

FORMS = load_forms()
(FORM_A,) = [form for form in FORMS if form.id == "bma-indicator"]
REQUIRED = [field for field in FORM_A.fields if field.required]


def lines_with(keys: set[str], *, numbers: bool) -> list[str]:
    """The printed report, of whose required sections only some are left."""
    wanted = []
    skipping = False
    for line in print_report(LIBRARY, Style(numbers=numbers)):
        for key, number, label, _ in HEADINGS:
            if line.startswith((f"{number} {label}", label)):
                skipping = key in {str(field.key) for field in REQUIRED} and key not in keys
        if not skipping:
            wanted.append(line)
    return wanted


def read(keys: set[str], *, numbers: bool = False) -> tuple[tuple[RawReport, ...], str]:
    made = document(lines_with(keys, numbers=numbers))
    found = find_reports(made, FORMS)
    return found, "" if found else why_not_a_report(made, FORMS)[0]


NAME = "indicator_name"
OTHERS = [str(field.key) for field in REQUIRED if field.key != NAME and field.key]
BANNERS = sum(field.key is None for field in REQUIRED)  # required headings without a value, which are always printed
HALF = len(REQUIRED) // 2 - BANNERS


@pytest.mark.parametrize("more", [0, 1])
def test_with_its_name_and_half_of_the_rest(more: int) -> None:
    found, why = read({NAME, *OTHERS[-(HALF - 1 + more) :]})
    assert len(found) == more
    assert why == ("" if more else "another-form")


@pytest.mark.parametrize("more", [0, 1])
def test_without_its_name(more: int) -> None:
    three_quarters = -(-len(REQUIRED) * 3 // 4) - BANNERS
    found, why = read(set(OTHERS[-(three_quarters - 1 + more) :]))
    assert len(found) == more
    assert why == ("" if more else "another-form")


def test_numbered_headings_make_a_report_of_what_lost_its_first_page() -> None:
    (report,), _ = read(set(OTHERS[-6:]), numbers=True)
    assert NAME in report.missing


def test_what_was_found_is_told() -> None:
    code, values = why_not_a_report(document(lines_with({NAME, *OTHERS[:4]}, numbers=False)), FORMS)
    assert code == "another-form"
    assert values["form"] == "bma-indicator"
    assert all(label in values["labels"] for _, _, label, _ in HEADINGS[:2])
