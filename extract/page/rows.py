"""Rows of letters with their marks, before they are cut into lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

import msgspec

from extract.page.glyphs import Glyph
from extract.page.line_text import clean
from extract.thai.letters import has_private_use, repair_text, without_private_use

UNKNOWN = "\x1a"
"""A mark that has no code and could be any."""


class Base(msgspec.Struct, gc=False):
    """A letter (or cluster) that stands on the line, and the marks that belong to it."""

    glyph: Glyph
    text: str
    marks: tuple[str, ...] = ()
    space_before: bool = False
    vowel: Glyph | None = None  # the glyph of the vowel above or below
    repairs: frozenset[str] = frozenset()
    inked: tuple[Glyph, ...] = ()  # the glyphs of its marks
    room_seen: bool = False  # PDFium invented a space behind one of its marks

    def read(self) -> str:
        """Letter and marks; their order is put right for the whole line."""
        return (" " if self.space_before else "") + self.text + "".join(self.marks)


@dataclass(slots=True)
class Row:
    """Bases on one baseline, from left to right."""

    y: float
    size: float
    bases: list[Base]
    origins: list[float] = field(default_factory=list)

    @property
    def x0(self) -> float:
        """Left end of the ink."""
        return min(base.glyph.x0 for base in self.bases)

    @property
    def x1(self) -> float:
        """Right end of the ink."""
        return max(base.glyph.x1 for base in self.bases)


def text_of(bases: list[Base]) -> tuple[str, str | None, tuple[str, ...]]:
    """Return the repaired text of bases, the text as the layer gives it where that differs, and what was repaired.

    What PDFium says twice (a cluster, and its marks again) is no damage of the file and counts for nothing.
    """
    # Most of a page has neither.
    drawn = "".join([base.read() if base.marks or base.space_before else base.text for base in bases])
    text, repairs = repair_text(without_private_use(drawn))
    # A space that the file draws at the end of a line tells that the line was broken there: it is kept.
    text = clean(text.replace("\x00", "\ufffd").replace(UNKNOWN, "\ufffd")).lstrip()
    text = text.rstrip() + (" " if text.endswith(" ") else "")
    names = set(repairs) - {"mark-order", "doubled"}
    glyphs = [base.glyph for base in bases]
    for base in bases:
        if base.inked:
            glyphs += base.inked
        if base.repairs:
            names |= base.repairs
    if has_private_use("".join([glyph.raw for glyph in glyphs])):
        names.add("private-use")
    if not names:
        return text, None, ()
    glyphs.sort(key=attrgetter("index"))
    return text, clean("".join([glyph.raw for glyph in glyphs])).strip(), tuple(sorted(names))
