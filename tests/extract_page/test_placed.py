"""What is told of places goes to the line at their height, else to the one above."""

from __future__ import annotations

import pytest

from extract.page.placed import Told, told_on_lines
from raingan.model.records import Line, Problem

LINES = [
    Line("ก", 1, (50, 100, 90, 112)),
    Line("ข", 1, (200, 100, 260, 112)),
    Line("ค", 1, (50, 140, 90, 152)),
]


def where(*box: float) -> str:
    (told,) = [
        line for line in told_on_lines(LINES, [Told(Problem("x"), (box[0], box[1], box[2], box[3]))]) if line.told
    ]
    return told.text


@pytest.mark.parametrize(
    ("box", "line"),
    [
        ((100, 101, 110, 111), "ก"),  # beside the first, nearer than to the second
        ((180, 101, 190, 111), "ข"),
        ((60, 120, 80, 130), "ก"),  # between two: of the section above
        ((60, 300, 80, 310), "ค"),
        ((60, 10, 80, 20), "ก"),  # above all
    ],
)
def test_the_line_of_a_place(box: tuple[float, ...], line: str) -> None:
    assert where(*box) == line


def test_pieces_of_one_thing_are_told_once() -> None:
    told = [Told(Problem("x", values={"text": text}), (60, 100, 80, 112)) for text in ("1", "2")]
    told.append(Told(Problem("y", values={"text": "3", "seen": "4"}), (60, 100, 80, 112)))
    first = told_on_lines(LINES, [*told, told[-1]])[0]
    assert [(problem.code, problem.values["text"]) for problem in first.told] == [
        ("x", "1 / 2"),
        ("y", "3"),
        ("y", "3"),
    ]
