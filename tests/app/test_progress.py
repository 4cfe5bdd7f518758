"""The line of progress, as a terminal shows it."""

from __future__ import annotations

import pytest

from raingan.progress import cut_to


@pytest.mark.parametrize(
    ("line", "cells", "shown"),
    [
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abcd"),
        ("ที่นี่ดี", 3, "ที่นี่ดี"),  # eight characters, five of them on a letter
        ("ที่นี่ดี", 2, "ที่นี่"),
        ("ดี่ย", 1, "ดี่"),  # no mark parts from its letter
        ("น้ำดี", 3, "น้ำดี"),  # sara am takes a cell
        ("น้ำดี", 2, "น้ำ"),
        ("漢字", 3, "漢"),
        ("漢字", 4, "漢字"),
        ("a", 0, ""),
    ],
)
def test_a_line_is_cut_by_the_cells_that_it_takes(line: str, cells: int, shown: str) -> None:
    assert cut_to(line, cells) == shown
