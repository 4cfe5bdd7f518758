"""What looking at a page gives, and how places of its letters are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.page.glyphs import Glyph, Shape
from extract.page.placed import Told
from extract.reading.pdf.witness.letters import Letters
from raingan.model.records import Box, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

NOT_READ = "\r"
"""Stands in a layer's text for a character that is not to be read: readers pass over it."""


@dataclass(slots=True)
class Seen:
    """A text layer after it was held against the page."""

    text: str  # of the same length as the layer's
    told: list[Told] = field(default_factory=list)
    hidden: list[Line] = field(default_factory=list)  # text that nobody sees
    typed: list[Line] = field(default_factory=list)  # what somebody typed on a scan, and is no part of it
    written: list[Glyph] = field(default_factory=list)  # words of form fields and typed notes
    strikes: list[Shape] = field(default_factory=list)  # lines that strike text out, and rule nothing
    is_picture: bool = False  # what the page says stands in its picture, not in its layer


def runs_of(letters: Letters, chosen: Indices) -> list[list[int]]:
    """Chosen letters in runs: those of one line that follow each other in the file."""
    runs: list[list[int]] = []
    for at in chosen.tolist():
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and letters.at[at] - letters.at[last] <= _APART
            and abs(letters.y[at] - letters.y[last]) < _LEVEL
        ):
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


_APART = 4  # characters between letters of one run: spaces that PDFium invents
_LEVEL = 3.0  # points between baselines of one run


def box_of(letters: Letters, run: Sequence[int]) -> Box:
    """Return the box around some letters."""
    own = list(run)
    return (
        round(float(letters.x0[own].min()), 2),
        round(float(letters.top[own].min()), 2),
        round(float(letters.x1[own].max()), 2),
        round(float(letters.bottom[own].max()), 2),
    )
