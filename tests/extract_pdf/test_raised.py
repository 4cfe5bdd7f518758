"""Raised and lowered figures in rows that are not as rows should be."""

from __future__ import annotations

from extract.page.glyphs import Glyph
from extract.reading.pdf.raised import join_raised
from extract.reading.pdf.repair import rows_of


def glyph(letter: str, x: float, size: float, index: int) -> Glyph:
    return Glyph(letter, x, 100.0, x, 100 - size, x + size, 100.0, size, index)


def test_a_row_may_have_lost_its_largest_letter() -> None:
    """A letter drawn again in larger type is left out; its size stays that of the row."""
    small = [glyph(letter, 10.0 * at, 8.0, at) for at, letter in enumerate("abc")]
    (row,) = join_raised(rows_of([*small, glyph("c", 20.5, 24.0, 3)]))
    assert "".join(base.text for base in row.bases) == "abc"
