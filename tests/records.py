"""A report as one file alone gives it, in the form that outputs take."""

from __future__ import annotations

from raingan.model.json_record import report_to_json
from raingan.model.records import Report
from raingan.model.stages import ReviewedReport, ToldReport, promoted
from raingan.telling import told_report


def record_of(report: Report) -> dict[str, object]:
    """Return the JSON record of a report that was compared with no other and that nobody has reviewed."""
    return report_to_json(told(report))


def told(report: Report) -> ToldReport:
    """Return it as the outputs have it."""
    return told_report(promoted(ReviewedReport, report, report_index=0), "en")
