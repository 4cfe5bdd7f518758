"""Decisions laid over a report: nothing is overwritten, what the machine reads anew is asked anew."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from raingan.model.records import Flag, Measure, Report, ReviewState
from raingan.model.stages import ReviewedReport, promoted
from raingan.review.decisions import Action, Decision, FieldState, Standing
from raingan.review.settle import open_flags, reviewed, standings
from tests.review.made import decision, field_of, report, settles

FLAGGED = ("actual.value", "strategy.goal.text", "pages")


def of(whole: Report, path: str, *rows: Decision, four_eyes: bool = False) -> Standing:
    numbered = [dataclasses.replace(row, number=number) for number, row in enumerate(rows, 1)]
    return next(found for found in standings(whole, numbered, four_eyes) if found.field.path == path)


def test_without_decisions_a_report_stays_as_it_is() -> None:
    whole = report()
    assert reviewed(whole, ()) == promoted(ReviewedReport, whole)
    assert [found.field.path for found in standings(whole, ()) if found.state is FieldState.OPEN] == sorted(
        FLAGGED, key=[item.field.path for item in standings(whole, ())].index
    )


def test_what_is_accepted_keeps_its_value_and_loses_its_flags() -> None:
    whole = report()
    done = reviewed(whole, [settles(whole, path, number=n) for n, path in enumerate(FLAGGED, 1)])
    assert done.flags == () and done.actual == whole.actual
    assert [(item.field, item.action, item.state) for item in done.reviews] == [
        ("strategy.goal.text", "accept", ReviewState.SETTLED),
        ("actual.value", "accept", ReviewState.SETTLED),
        ("pages", "accept", ReviewState.SETTLED),
    ]


def test_a_correction_counts_and_the_machine_s_value_stands_beside_it() -> None:
    whole = report()
    done = reviewed(whole, [settles(whole, "actual.value", "85.05", number=1)])
    assert done.actual == Measure(Decimal("85.05"), "percent", None, "85.50")
    assert [flag.field for flag in done.flags] == ["strategy.goal", "pages"]
    (review,) = done.reviews
    assert (review.machine, review.value, review.reviewer) == ("85.5", "85.05", "reviewer-1")


def test_what_nobody_can_read_is_unknown() -> None:
    whole = report()
    unread = dataclasses.replace(settles(whole, "actual.value", number=1), action=Action.UNREADABLE, value=None)
    assert reviewed(whole, [unread]).actual.value is None


def test_undo_and_undo_of_undo() -> None:
    whole = report()
    first, undo = settles(whole, "actual.value", "1"), decision("actual.value", Action.UNDO, about=1)
    assert of(whole, "actual.value", first, undo).state is FieldState.OPEN
    again = decision("actual.value", Action.UNDO, about=2)
    assert of(whole, "actual.value", first, undo, again).value == "1"
    second = settles(whole, "actual.value", "2")
    back = decision("actual.value", Action.UNDO, about=2)
    assert of(whole, "actual.value", first, second).value == "2"
    assert of(whole, "actual.value", first, second, back).value == "1"


def test_another_reading_makes_a_decision_stale_and_flags_it() -> None:
    """Never a figure that a person decided about another one without a flag."""
    row = settles(report(), "actual.value", "85.05", number=1)
    later = report(actual=Measure(Decimal("83.5"), "percent", None, "83.50"), flags=())
    assert of(later, "actual.value", row).state is FieldState.STALE
    done = reviewed(later, [row])
    assert done.actual.value == Decimal("83.5")
    assert [(flag.code, flag.field) for flag in done.flags] == [("review-stale", "actual.value")]
    assert done.flags[0].values == {"reviewer": "reviewer-1", "value": "85.05", "machine": "85.5"}
    assert done.reviews[0].state is ReviewState.STALE


def test_a_machine_that_comes_to_agree_leaves_a_correction_settled() -> None:
    row = settles(report(), "actual.value", "85.05", number=1)
    later = report(actual=Measure(Decimal("85.05"), "percent", None, "85.05"))
    assert of(later, "actual.value", row).state is FieldState.SETTLED


def test_a_new_doubt_opens_the_field_again_and_keeps_the_value() -> None:
    whole = report()
    row = settles(whole, "actual.value", "85.05")
    more = report(flags=(*whole.flags, Flag("reported-twice", "actual.value")))
    found = of(more, "actual.value", row)
    assert found.state is FieldState.OPEN and found.value == "85.05"
    assert [flag.code for flag in found.open_flags] == ["reported-twice"]


def test_what_stands_at_a_place_may_be_something_else_now() -> None:
    """An item of a list is known by its place: a value decided for one is never laid over another."""
    nothing = dataclasses.replace(report().dates[0], start=None, end=None, text="some day")
    row = settles(report(dates=(nothing,)), "dates.0", "2021-03-16", number=1)
    assert of(report(dates=(nothing,)), "dates.0", row).value == "2021-03-16"
    another = dataclasses.replace(nothing, text="another day")
    assert of(report(dates=(another,)), "dates.0", row).state is FieldState.STALE
    assert reviewed(report(dates=(another,)), [row]).dates == (another,)
    elsewhere = dataclasses.replace(nothing, section="quarter_2")
    assert of(report(dates=(elsewhere,)), "dates.0", row).state is FieldState.STALE


def test_a_flag_of_the_same_code_that_says_something_else_is_a_new_doubt() -> None:
    whole = report()
    row = settles(whole, "pages")
    more = report(flags=(*whole.flags, Flag("remains", "pages", {"page": "9"})))
    assert [flag.values["page"] for flag in of(more, "pages", row).open_flags] == ["9"]
    surer = report(
        flags=tuple(dataclasses.replace(flag, values={**flag.values, "confidence": "0.5"}) for flag in whole.flags)
    )
    assert of(surer, "pages", row).state is FieldState.SETTLED


def test_a_decision_on_a_field_that_is_gone_is_told() -> None:
    row = settles(report(), "dates.0", "2021-03-16", number=1)
    later = report(dates=())
    assert of(later, "dates.0", row).state is FieldState.STALE
    assert ("review-stale", "dates.0") in {(flag.code, flag.field) for flag in reviewed(later, [row]).flags}


def test_rows_that_make_no_sense_are_stale_and_never_a_value() -> None:
    """The file of decisions may come from anybody."""
    whole = report()
    for path, value in (("actual.value", "NaN"), ("level", "other"), ("dates.0", "soon"), ("pages", "x")):
        row = decision(path, Action.CORRECT, machine=field_of(whole, path).value, value=value, number=1)
        assert of(whole, path, row).state is FieldState.STALE
        left = dataclasses.replace(reviewed(whole, [row]), flags=(), reviews=(), trail=())
        assert left == promoted(ReviewedReport, report(flags=()))


def test_four_eyes() -> None:
    whole = report()
    first = settles(whole, "actual.value", "85.05")
    confirm = decision("actual.value", Action.CONFIRM, about=1, reviewer="reviewer-2")
    own = decision("actual.value", Action.CONFIRM, about=1)
    same = settles(whole, "actual.value", "85.05", reviewer="reviewer-2")
    other = settles(whole, "actual.value", "99", reviewer="reviewer-2")

    def state(*rows: Decision) -> FieldState:
        return of(whole, "actual.value", *rows, four_eyes=True).state

    assert state(first) is state(first, own) is state(first, other) is FieldState.WAITING
    assert state(first, confirm) is state(first, same) is FieldState.SETTLED
    assert of(whole, "actual.value", first, same, four_eyes=True).decision == dataclasses.replace(first, number=1)
    undone = decision("actual.value", Action.UNDO, about=2, reviewer="reviewer-2")
    assert state(first, confirm, undone) is FieldState.WAITING
    waiting = reviewed(whole, [dataclasses.replace(first, number=1)], four_eyes=True)
    assert waiting.actual == whole.actual
    assert waiting.flags == whole.flags and waiting.reviews[0].state is ReviewState.WAITING
    unflagged = reviewed(whole, [dataclasses.replace(settles(whole, "agency", "other"), number=1)], four_eyes=True)
    assert unflagged.agency == whole.agency and unflagged.flags[-1].code == "review-waiting"


def test_a_note_settles_nothing_and_stays_in_the_trail() -> None:
    whole = report()
    done = reviewed(whole, [decision("actual.value", Action.NOTE, note="ask the office", number=1)])
    assert done.flags == whole.flags and done.reviews == ()
    assert [(row.action, row.note, row.counts) for row in done.trail] == [("note", "ask the office", True)]


def test_the_trail_has_every_row_and_says_which_count() -> None:
    whole = report()
    rows = [
        settles(whole, "actual.value", "1", number=1),
        settles(whole, "actual.value", "2", number=2),
        settles(whole, "pages", number=3),
        decision("pages", Action.UNDO, about=3, number=4),
    ]
    assert [(row.number, row.counts) for row in reviewed(whole, rows).trail] == [
        (1, False),
        (2, True),
        (3, False),
        (4, True),
    ]


PATHS = st.sampled_from([*FLAGGED, "agency", "dates.0", "gone.1"])
ROWS = st.lists(
    st.tuples(
        PATHS,
        st.sampled_from(list(Action)),
        st.sampled_from(["reviewer-1", "reviewer-2"]),
        st.sampled_from([None, "1", "85.5", "2021-03-16", "office"]),
        st.sampled_from([None, "85.5", "office"]),
        st.integers(0, 8),
        st.sampled_from([(), ("value-doubtful",), ("remains", "text-cut")]),
    ),
    max_size=8,
)


@given(ROWS, st.booleans())
def test_whatever_was_decided_no_flag_is_lost_and_no_value_changes_unseen(rows: list[tuple], four_eyes: bool) -> None:  # type: ignore[type-arg]
    whole = report()
    kept = [
        decision(path, action, reviewer=who, value=value, machine=machine, about=about, codes=codes, number=number)
        for number, (path, action, who, value, machine, about, codes) in enumerate(rows, 1)
    ]
    found = standings(whole, kept, four_eyes)
    done = reviewed(whole, kept, four_eyes)
    assert sorted(flag.code for flag in done.flags) == sorted(flag.code for flag in open_flags(found))
    settled = {review.field: review for review in done.reviews if review.state is ReviewState.SETTLED}
    for before, after in zip(found, standings(done, ()), strict=False):
        if before.field.value != after.field.value:
            assert settled[before.field.path].value == after.field.value
    for flag in whole.flags:
        covered = any(flag.code in review.codes for review in settled.values())
        assert covered or flag in done.flags
    assert len(done.trail) == len(kept)


def test_rows_of_anybody_make_no_quarter_and_no_endless_figure() -> None:
    rows = [
        decision("quarters.9", Action.CORRECT, value="x"),
        decision("quarters", Action.CORRECT, value="x"),
        decision("target.value", Action.CORRECT, machine="80", value="1e999999999"),
    ]
    laid = reviewed(report(), rows)
    assert (laid.quarters, laid.target) == (report().quarters, report().target)
    assert {item.state for item in laid.reviews} == {ReviewState.STALE}
