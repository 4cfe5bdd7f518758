"""Type that does not run level: watermarks and notes along the paper's edge are kept apart from the body.

Where most of a page is turned by a right angle (a wide table on an upright page), the page is seen turned instead.
"""

from __future__ import annotations

from collections import Counter

from extract.page.glyphs import Glyph
from extract.page.line_text import clean
from extract.thai.letters import repair_text
from raingan.model.records import Line

_LEVEL = 4  # degrees; skewed scans with a text layer lean up to 3
_MOST = 0.6  # share of a page's characters that makes their direction the page's


def main_turn(glyphs: list[Glyph]) -> int:
    """Return by how many right angles most of a page's type is turned, 0 to 3."""
    if not any([glyph.angle for glyph in glyphs]):
        return 0
    turns = Counter(round(glyph.angle / 90) % 4 for glyph in glyphs if not _leans(glyph.angle % 90))
    turn, count = max(turns.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
    return turn if count > _MOST * len(glyphs) else 0


def apart(glyphs: list[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """Return the glyphs of level lines, and the others."""
    turned = [glyph for glyph in glyphs if glyph.angle and _is_turned(glyph)]
    return ([glyph for glyph in glyphs if not _is_turned(glyph)], turned) if turned else (glyphs, [])


def turned_lines(glyphs: list[Glyph], page_number: int) -> list[Line]:
    """Return turned type as lines, in the order of the file: where it stands tells nothing of its order."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        # Between two characters of a run PDFium may have invented a space, or a line end of two characters.
        if last is not None and glyph.angle == last.angle and glyph.index <= last.last + 3:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    lines = []
    for run in runs:
        text = clean(repair_text("".join(glyph.text for glyph in run))[0]).strip()
        if text:
            box = (
                round(min(glyph.x0 for glyph in run), 2),
                round(min(glyph.top for glyph in run), 2),
                round(max(glyph.x1 for glyph in run), 2),
                round(max(glyph.bottom for glyph in run), 2),
            )
            lines.append(Line(text, page_number, box, size=round(run[0].size, 2)))
    return lines


def _is_turned(glyph: Glyph) -> bool:
    return _LEVEL < glyph.angle < 360 - _LEVEL


def _leans(degrees: int) -> bool:
    return _LEVEL < degrees < 90 - _LEVEL
