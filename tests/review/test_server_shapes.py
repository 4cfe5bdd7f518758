"""Fields as the page gets them: proposals that may be taken, places, flags."""

from __future__ import annotations

import pytest

from raingan.model.records import Flag, Report
from raingan.review.server.shapes import Reader, Shape, field_shape, find
from raingan.review.settle import standings
from tests.review.made import REPORT, decision, report


def shape(whole: Report, path: str, **more: object) -> Shape:
    standing = find(standings(whole, ()), path)
    assert standing is not None
    return field_shape(whole, REPORT, standing, Reader("reviewer-1", "en"), **more)  # type: ignore[arg-type]


def proposing(path: str, read: str, other: str) -> Report:
    told = {"text": read, "proposal": other, "confidence": "0.80", "others": f"{other}, 1", "reason": ""}
    return report(flags=(Flag("figure-alternative", path, told, picture=b"\x89PNG\r\n\x1a\n"),))


@pytest.mark.parametrize(
    ("path", "read", "other", "expected"),
    [
        ("actual.value", "85.50", "86.50", "86.5"),
        ("actual.value", "\u0e58\u0e55.\u0e55\u0e50", "\u0e58\u0e56.\u0e55\u0e50", "86.5"),
        ("fiscal_year", "2564", "2565", "2565"),
        # The flag is about another figure of the same field: it must not take the value's place.
        ("actual.value", "500", "600", None),
        ("fiscal_year", "64", "65", None),
        ("dates.0", "15", "16", None),
        # Prose keeps its other words.
        ("quarters.1", "first", "2,500", "2,500"),
        ("indicator_name", "canals", "drains", "length of drains"),
        ("indicator_name", "n", "m", None),  # which of the two?
        ("indicator_name", "x", "y", None),
        ("actual.value", "85.50", "85.5", None),  # the same value
        ("actual.value", "85.50", "eighty", None),
        ("actual.value", "85.50", "", None),
    ],
)
def test_only_what_can_stand_for_the_value_is_proposed(path: str, read: str, other: str, expected: str | None) -> None:
    proposal = shape(proposing(path, read, other), path)["proposal"]
    assert (proposal and proposal["value"]) == expected


def test_a_flag_tells_what_was_read_and_shows_its_line() -> None:
    (flag,) = shape(proposing("actual.value", "85.50", "86.50"), "actual.value")["flags"]
    assert flag["read"] == "85.50" and flag["others"] == "86.50, 1" and flag["reason"] is None and flag["open"]
    assert flag["picture"] == f"/flag/{REPORT}/0" and flag["severity"] == 1


def test_a_code_of_another_version_is_shown_by_itself() -> None:
    (flag,) = shape(report(flags=(Flag("new-code", "actual.value"),)), "actual.value")["flags"]
    assert flag["message"] == "new-code" and flag["severity"] == 2


def test_places_fill_in_where_the_record_has_none() -> None:
    places = {"target.value": (3, (1.0, 2.0, 3.0, 4.0)), "actual.value": (9, (0.0, 0.0, 1.0, 1.0))}
    target, actual = (shape(report(), path, places=places) for path in places)
    assert (target["page"], target["box"]) == (3, [1.0, 2.0, 3.0, 4.0])
    assert (actual["page"], actual["box"]) == (3, [10, 20, 30, 40]) and actual["confidence"] == 0.9


def test_every_field_has_a_group() -> None:
    groups = {
        path: shape(report(), path)["group"] for path in ("agency", "strategy.goal.text", "quarter_results.1.value")
    }
    assert groups == {
        "agency": "indicator",
        "strategy.goal.text": "indicator",
        "quarter_results.1.value": "quarters",
    }
    assert {shape(report(), path)["group"] for path in ("pages", "dates.0", "orders.0.date", "quantities.0.unit")} == {
        "notice",
        "dates",
        "orders",
        "quantities",
    }


def test_a_decision_on_a_field_that_is_gone_is_told() -> None:
    lost = decision("dates.9", machine="2021-01-01", value="2021-01-02", number=4)
    standing = find(standings(report(), (lost,)), "dates.9")
    assert standing is not None
    told = field_shape(report(), REPORT, standing, Reader("reviewer-1", "th"))
    assert told["state"] == "stale" and told["decision"]["number"] == 4 and told["decision"]["mine"]
    assert [flag["code"] for flag in told["flags"]] == ["review-stale"]


def test_a_decision_of_this_session_is_mine_under_whatever_name() -> None:
    made = decision("dates.0", machine="2021-01-01", value="2021-01-02", number=4, session="s1")
    standing = find(standings(report(), (made,)), "dates.0")
    assert standing is not None
    for reader, mine in (("reviewer-1", "s2"), True), (("other", "s1"), True), (("other", "s2"), False):
        told = field_shape(report(), REPORT, standing, Reader(reader[0], "en", reader[1]))
        assert told["decision"]["mine"] is mine
