"""What fields are called."""

from __future__ import annotations

import pytest

from raingan.model.report_fields import report_fields
from raingan.review.decisions import FieldKind
from raingan.review.fields import fields_of
from tests.review.made import report


@pytest.mark.parametrize("language", ["th", "en"])
def test_no_two_fields_have_one_name(language: str) -> None:
    names = [
        report_fields().full_name(item.path, language)
        for item in fields_of(report())
        if item.kind is not FieldKind.NOTICE
    ]
    assert len(set(names)) == len(names)


def test_parts_are_told_behind_the_name_and_the_figure_is_the_name() -> None:
    told = {
        path: report_fields().full_name(path, "en")
        for path in ("target.value", "target.unit", "orders.1.date", "unit", "some.path")
    }
    assert told == {
        "target.value": "target",
        "target.unit": "target · unit",
        "orders.1.date": "order 2 · date",
        "unit": "unit",
        "some.path": "some.path",
    }
