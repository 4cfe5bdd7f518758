"""Whether a space stood at a line end between two words."""

from __future__ import annotations

import pytest

from extract.sections.spacing import Spacing


@pytest.mark.parametrize(
    ("left", "right", "spaced"),
    [
        ("ภายใน 14 ตุลาคม 2561 อยู่", "ระหว่างจัดทำร่าง", False),  # no unit of a figure: what follows belongs to it
        ("มีผู้เข้าร่วม 46 คน", "ระหว่างวันที่ 3 - 5", True),
    ],
)
def test_a_word_behind_a_figure_is_its_unit_unless_more_must_follow(left: str, right: str, spaced: bool) -> None:
    assert (Spacing("").odds(left, right, anywhere=False) > 0) is spaced


@pytest.mark.parametrize(
    ("elsewhere", "odds"),
    [
        ("เชิญคณะทำงานเพื่อหารือ", -3.0),
        ("เชิญคณะทำงาน เพื่อหารือ", 3.0),
        ("เชิญคณะทำงานเพื่อหารือ คณะทำงาน เพื่อทราบ", 0.0),  # both ways
        ("เชิญคณะทำงาน\nเพื่อหารือ", 0.0),  # a line end tells nothing
    ],
)
def test_two_words_are_spaced_as_the_document_spaces_them_elsewhere(elsewhere: str, odds: float) -> None:
    assert Spacing(elsewhere)._seen("ทำงาน", "เพื่อ") == odds


@pytest.mark.parametrize(("last", "first", "told"), [("งาน", "ที่", True), ("งา", "ที่", False)])
def test_short_words_stand_inside_others(last: str, first: str, told: bool) -> None:
    assert bool(Spacing(f"ก{last}{first}ข")._seen(last, first)) is told
