"""What the measures of scans say about texts whose errors are known."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "scans"))

pytest.importorskip("rapidfuzz")

from align import compare

PAGE = "\n".join(
    (
        "\u0e40\u0e1b\u0e49\u0e32\u0e2b\u0e21\u0e32\u0e22 : 1,500.25",
        "\u0e04\u0e33\u0e2a\u0e31\u0e48\u0e07\u0e17\u0e35\u0e48 \u0e53\u0e51\u0e58/\u0e52\u0e55\u0e56\u0e54"
        " \u0e08\u0e33\u0e19\u0e27\u0e19 12 \u0e41\u0e1c\u0e48\u0e19",
        "\u0e44\u0e15\u0e23\u0e21\u0e32\u0e2a\u0e17\u0e35\u0e48 2 : 3 \u0e04\u0e23\u0e31\u0e49\u0e07",
    )
)


def test_a_right_reading_has_no_errors() -> None:
    score = compare(PAGE, PAGE)
    assert (score.errors, score.thai_wrong, score.arabic_wrong) == (0, 0, 0)
    assert [pair.printed for pair in score.figures] == [
        "1,500.25",
        "\u0e53\u0e51\u0e58/\u0e52\u0e55\u0e56\u0e54",
        "12",
        "2",
        "3",
    ]
    assert score.figures_right() == 1
    assert all(pair.read == pair.printed for pair in score.figures)


def test_spaces_line_breaks_and_tick_boxes_do_not_count() -> None:
    assert compare("\u2611 " + PAGE, PAGE.replace("\n", " ").replace(" ", "  ")).errors == 0


def test_one_wrong_thai_digit_spoils_one_figure() -> None:
    score = compare(PAGE, PAGE.replace("\u0e53", "\u0e51"))
    assert (score.errors, score.thai, score.thai_wrong, score.arabic_wrong) == (1, 7, 1, 0)
    assert [pair.right for pair in score.figures] == [True, False, True, True, True]
    assert score.figures[1].read == "\u0e51\u0e51\u0e58/\u0e52\u0e55\u0e56\u0e54"
    assert score.confusions == {("\u0e53", "\u0e51"): 1}


@pytest.mark.parametrize("read", ["1500.25", "1,500.255", "1,500,25", "11,500.25", "1,50.25", "1,500.25.5"])
def test_a_figure_is_right_only_as_a_whole(read: str) -> None:
    score = compare(PAGE, PAGE.replace("1,500.25", read))
    assert [pair.right for pair in score.figures] == [False, True, True, True, True]


def test_a_letter_beside_a_figure_does_not_spoil_it() -> None:
    score = compare(PAGE, PAGE.replace("12 \u0e41", "12 \u0e40\u0e40"))
    assert score.errors == 2
    assert score.figures_right() == 1


def test_a_lost_line_is_errors_throughout() -> None:
    lines = PAGE.splitlines()
    score = compare(PAGE, "\n".join([lines[0], lines[2]]))
    assert 0.8 * len("".join(lines[1].split())) <= score.errors <= len("".join(lines[1].split()))
    assert [pair.right for pair in score.figures] == [True, False, False, True, True]


def test_another_reading_order_is_no_error_of_reading() -> None:
    first, second, third = PAGE.splitlines()
    score = compare(PAGE, "\n".join([second, third, first]))
    assert score.errors == 0
    assert score.figures_right() == 1
