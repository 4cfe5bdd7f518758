"""Fit a model's calibration on lines whose text is known, of faces that training never saw.

    examples_of(glyphs, truth) for every line -> fitted(all of them) -> `calibration` of the model's metadata

The readings must come from the model without calibration ("calibration": {}), since figures are judged by characters
that are calibrated already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import regex

from extract.reading.scan.calibrate import Bin, Calibration, fit, odds, reliability
from extract.reading.scan.decode import recalibrated
from extract.reading.scan.handover import ReadGlyph
from extract.reading.scan.tokens import features_of, token_readings

FIGURE = regex.compile(r"[0-9๐-๙]+(?:[^\s\p{Nd}\p{L}\p{M}]{1,3}[0-9๐-๙]+)*%?")
UNLIKE = 0.7  # share of equal characters; a line less like its truth was cut or aligned wrongly, and teaches nothing


@dataclass(frozen=True, slots=True)
class Examples:
    """Characters and figures as read, each with whether it was right."""

    glyphs: list[tuple[ReadGlyph, bool]] = field(default_factory=list)
    figures: list[tuple[tuple[ReadGlyph, ...], bool]] = field(default_factory=list)

    def add(self, other: Examples) -> None:
        """Take another line's examples in."""
        self.glyphs.extend(other.glyphs)
        self.figures.extend(other.figures)


def examples_of(glyphs: Sequence[ReadGlyph], truth: str) -> Examples:
    """Compare one line as read with its text."""
    text = "".join(glyph.text for glyph in glyphs)
    matcher = SequenceMatcher(None, text, truth, autojunk=False)
    result = Examples()
    if len(text) != len(glyphs) or matcher.ratio() < UNLIKE:
        return result
    right = [False] * len(text)
    lost = [""] * (len(text) + 1)  # what the truth holds before each character
    for kind, first, last, start, stop in matcher.get_opcodes():
        if kind == "equal":
            right[first:last] = [True] * (last - first)
        elif kind == "insert":
            lost[first] += truth[start:stop]
        elif kind == "replace" and stop - start > last - first:
            lost[last] += truth[start + last - first : stop]
    result.glyphs.extend(zip(glyphs, right, strict=True))
    for match in FIGURE.finditer(text):
        first, last = match.span()
        whole = all(right[first:last]) and not any(lost[first + 1 : last])
        # At the edges a lost letter is no matter of the figure's, a lost digit or sign between digits is.
        edges = regex.search(r"\p{Nd}", lost[first] + lost[last]) is None
        result.figures.append((tuple(glyphs[first:last]), whole and edges))
    return result


def fitted(examples: Examples, temperature: float = 1.0) -> Calibration:
    """Fit characters first, then figures on calibrated characters."""
    of_glyphs = fit(
        [{"odds": odds(glyph.confidence)} for glyph, _ in examples.glyphs], [right for _, right in examples.glyphs]
    )
    half = Calibration(temperature, of_glyphs)
    features = [features_of(_calibrated(figure, half)) for figure, _ in examples.figures]
    return Calibration(temperature, of_glyphs, fit(features, [right for _, right in examples.figures]))


def tables(examples: Examples, calibration: Calibration) -> tuple[list[Bin], list[Bin]]:
    """Return the reliability of characters and of figures under a calibration."""
    believed = [calibration.of_glyph(glyph.confidence) for glyph, _ in examples.glyphs]
    whole = [token_readings(_calibrated(figure, calibration), calibration)[0] for figure, _ in examples.figures]
    return (
        reliability(believed, [right for _, right in examples.glyphs]),
        reliability(whole, [right for _, right in examples.figures]),
    )


def _calibrated(glyphs: Sequence[ReadGlyph], calibration: Calibration) -> list[ReadGlyph]:
    if not calibration.glyph:
        return list(glyphs)
    return [recalibrated(glyph, calibration.of_glyph(glyph.confidence)) for glyph in glyphs]
