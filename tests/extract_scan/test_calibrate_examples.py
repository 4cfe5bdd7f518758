"""Examples for calibration: which characters and figures of a reading count as right."""

from __future__ import annotations

import numpy as np
import pytest

from extract.reading.scan.calibrate import UNCALIBRATED, expected_error
from extract.reading.scan.handover import ReadGlyph
from training.calibration import Examples, examples_of, fitted, tables


def glyphs(text: str) -> list[ReadGlyph]:
    return [ReadGlyph(character, place, place + 1, 0.9) for place, character in enumerate(text)]


@pytest.mark.parametrize(
    ("seen", "truth", "wrong", "figures"),
    [
        ("abc 1,234 def", "abc 1,234 def", "", [("1,234", True)]),
        ("abc 1,284 def", "abc 1,234 def", "8", [("1,284", False)]),
        ("abc 1234 def", "abc 1,234 def", "", [("1234", False)]),  # lost inside
        ("abc 234 def", "abc 1,234 def", "", [("234", False)]),  # lost at the edge
        ("abc 12 def", "abc 12. def", "", [("12", True)]),  # a full stop is not the figure's
        ("word12word 34", "wordy12word 34", "", [("12", True), ("34", True)]),
        ("entirely wrong 1", "????", "", []),
    ],
)
def test_what_counts_as_right(seen: str, truth: str, wrong: str, figures: list[tuple[str, bool]]) -> None:
    found = examples_of(glyphs(seen), truth)
    assert "".join(glyph.text for glyph, right in found.glyphs if not right) == wrong
    assert [("".join(glyph.text for glyph in run), right) for run, right in found.figures] == figures


def test_a_fitted_calibration_is_nearer_to_the_truth() -> None:
    random = np.random.default_rng(7)

    def made(count: int) -> Examples:
        result = Examples()
        for _ in range(count):
            chance = float(random.uniform(0.5, 1))
            said = min(0.9999, 1 - (1 - chance) ** 2)  # overconfident
            run = tuple(ReadGlyph("1", 0, 1, said) for _ in range(2))
            rights = [bool(random.random() < chance) for _ in run]
            result.add(Examples(list(zip(run, rights, strict=True)), [(run, all(rights))]))
        return result

    calibration = fitted(made(3000))
    unseen = made(3000)
    for before, after in zip(tables(unseen, UNCALIBRATED), tables(unseen, calibration), strict=True):
        assert expected_error(after) < 0.03 < expected_error(before)
