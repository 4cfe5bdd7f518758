"""What fields are called, and who is one person."""

from __future__ import annotations

import pytest

from raingan.model.report_fields import report_fields
from raingan.review.decisions import FieldKind
from raingan.review.fields import fields_of
from raingan.review.names import person, same_hand, same_person
from tests.review.made import decision, report


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


@pytest.mark.parametrize(
    "other",
    [
        *(
            "R 1",
            " r1 ",
            "R1\u200b",
            "R\u00a01",
            "r.1",
            "R-1",
            "R_1",
            "\uff32\uff11",
            "R\u0301\u0323 1",
            "R\t1",
            "R\u00ad1",
        ),
        *("(R1)", "\u202eR1\u202c", "R\ufe0f1", "R\u0e51", "\u24c71", "\U0001d4111", "R\u02bc1"[:1] + "'1"),
    ],
    ids=ascii,
)
def test_however_a_name_is_typed_it_is_one_person_s(other: str) -> None:
    assert same_person("R1", other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a b", " A  B", True),
        ("a", "ab", False),
        ("R1", "R2", False),
        ("\u0e01\u0e33", "\u0e01\u0e4d\u0e32", True),  # sara am, in one piece and in two
        ("\u0e1b\u0e34\u0e48\u0e19", "\u0e1b\u0e38\u0e48\u0e19", False),  # other vowels are other names
        ("\u0e1b\u0e39\u0e48", "\u0e1b\u0e39", False),  # so are other tones
        ("\u0e19\u0e32\u0e22 \u0e01", "\u0e19\u0e32\u0e22\u0e01", True),
        ("Ren\u00e9", "Rene", True),
        ("stra\u00dfe", "STRASSE", True),
        ("!", "?", False),  # nothing of them is left
        ("!", " ! ", False),
    ],
)
def test_one_person_with_two_spellings(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


def test_nothing_is_left_to_fold() -> None:
    for name in ("R 1", "\u0e01\u0e33 \u0e51", "Ren\u00e9", "!"):
        assert person(person(name)) == person(name)


def test_a_hand_is_a_person_or_a_session() -> None:
    made = decision("a", reviewer="R1", session="s1")
    assert same_hand(made, "r 1", "s2") and same_hand(made, "other", "s1") and not same_hand(made, "other", "s2")
    assert not same_hand(decision("a", reviewer="R1"), "other", "")  # of an earlier version: no session is known
