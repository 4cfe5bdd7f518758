"""What a stamp, a signature or dirt leaves on a line of its own, and what an engine makes of it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from extract.reading.scan.handover import ReadGlyph
from extract.thai.letters import ill_formed, thai_letters

# Means over a line. Printed lines of degraded pages have 0.9 and more, remains of stamps 0.3 to 0.8.
_SURE = 0.75
_HOPELESS = 0.5
# A word of nothing but digits and what stands between digits: it may be the only figure of a table's cell.
_FIGURE = re.compile(r"(?<!\S)[-+(\u2212]?[0-9\u0e50-\u0e59]+(?:[.,/:\-\u2013][0-9\u0e50-\u0e59]+)*[.,)%]{0,2}(?!\S)")
_LEAST_LETTERS = 6  # fewer Thai letters make no sure word
_LEAST_IN_WORDS = 0.75  # share of the Thai letters; garbage reaches 0.6 by short words


def is_remains(glyphs: Sequence[ReadGlyph], beside_text: bool = False) -> bool:
    """Tell whether a cut holds no text: doubtful throughout, without a plausible figure and without words.

    Signs alone that stand beside all text, on the margin of the page, are dirt however surely they were read.
    """
    if beside_text and not any(character.isalnum() for glyph in glyphs for character in glyph.text):
        return True
    seen = [glyph.confidence for glyph in glyphs if glyph.text.strip()]
    mean = statistics.fmean(seen)
    if mean >= _SURE:
        return False
    text = "".join(glyph.text for glyph in glyphs)
    if _FIGURE.search(text):
        return False
    if mean < _HOPELESS:
        return True
    letters = thai_letters(text)
    if letters < _LEAST_LETTERS or 5 * ill_formed(text) > letters:
        return True
    from extract.reading.pdf.gate import in_words

    return in_words(text) < _LEAST_IN_WORDS
