"""The values of a report in the order of the form, each with its place and its flags."""

from __future__ import annotations

from raingan.records import Report
from raingan.review.parts import Field


def fields_of(report: Report) -> tuple[Field, ...]:
    """Return every value of a report that a person can judge; each of its flags stands in exactly one of them."""
    raise NotImplementedError
