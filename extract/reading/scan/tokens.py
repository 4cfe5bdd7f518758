"""How far a figure as a whole can be trusted: from its characters, and from its form.

A character's alternatives include "" (it might not be there) and longer texts (something might stand beside it), so
the product over a run is the probability that nothing in it is wrong, missing or too much.
"""

from __future__ import annotations

import heapq
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from extract.reading.scan.calibrate import UNCALIBRATED, Calibration, odds

if TYPE_CHECKING:
    from extract.reading.scan.handover import ReadGlyph

Others = tuple[tuple[str, float], ...]

OTHERS = 5  # other readings told
# A form that no figure has is as likely a misreading as a typing error. It is no feature of the calibration: made lines
# hold such forms far more often than prints, and would teach that they are well read.
MALFORMED_AT_MOST = 0.5
FLOOR = 1e-6


@cache
def _forms() -> tuple[dict[str, object], ...]:
    table = tomllib.loads((Path(__file__).parent / "figure_forms.toml").read_text(encoding="utf-8"))
    return tuple(table["wrong"])


@cache
def _wrong() -> tuple[regex.Pattern[str], ...]:
    return tuple(regex.compile(str(form["pattern"])) for form in _forms())


def malformed(text: str) -> bool:
    """Tell whether a run with digits has a form that no printed figure has: lost separators, mixed digit sets."""
    return any(pattern.search(text) for pattern in _wrong())


def features_of(glyphs: Sequence[ReadGlyph]) -> dict[str, float]:
    """Return what calibration judges a figure by: log odds of all of it, and of its weakest character."""
    return {
        "odds": odds(_whole(glyphs)),
        "weakest": odds(min((glyph.confidence for glyph in glyphs), default=0.0)),
    }


def token_readings(glyphs: Sequence[ReadGlyph], calibration: Calibration = UNCALIBRATED) -> tuple[float, Others]:
    """Return the probability that a run of characters is right as a whole, and its other readings, best first."""
    if not glyphs:
        return 0.0, ()
    text = "".join(glyph.text for glyph in glyphs)
    whole = _whole(glyphs)
    confidence = calibration.of_token(features_of(glyphs), whole) if calibration.token else whole
    if malformed(text):
        confidence = min(confidence, MALFORMED_AT_MOST)
    others = _other_texts(glyphs, text)
    # The other readings share what the run itself does not hold.
    left, told = 1 - confidence, 1 - whole
    factor = left / told if told > 0 else 0.0
    ranked = ((other, round(min(left, chance * factor), 6)) for other, chance in others)
    return round(confidence, 6), tuple((other, chance) for other, chance in ranked if chance > 0)


def _whole(glyphs: Sequence[ReadGlyph]) -> float:
    product = 1.0
    for place, glyph in enumerate(glyphs):
        chance = glyph.confidence
        # A space that might stand before or behind the run leaves it as it is.
        first, last = place == 0, place == len(glyphs) - 1
        if first or last:
            around = ((other.lstrip() if first else other, share) for other, share in glyph.others)
            chance += sum(share for other, share in around if (other.rstrip() if last else other) == glyph.text)
        product *= min(1.0, chance)
    return product


def _other_texts(glyphs: Sequence[ReadGlyph], text: str) -> list[tuple[str, float]]:
    """Combine the characters' alternatives, likeliest first; readings of the same text are added up."""
    options = [[(glyph.text, max(glyph.confidence, FLOOR)), *glyph.others] for glyph in glyphs]
    start = tuple(0 for _ in options)
    chance = 1.0
    for option in options:
        chance *= option[0][1]
    heap: list[tuple[float, tuple[int, ...]]] = [(-chance, start)]
    seen, found = {start}, dict[str, float]()
    for _ in range(8 * OTHERS):
        if not heap:
            break
        weight, places = heapq.heappop(heap)
        reading = "".join(option[place][0] for option, place in zip(options, places, strict=True)).strip()
        if reading != text:
            found[reading] = found.get(reading, 0.0) - weight
        for index, place in enumerate(places):
            if place + 1 < len(options[index]):
                after = (*places[:index], place + 1, *places[index + 1 :])
                if after not in seen:
                    seen.add(after)
                    factor = options[index][place + 1][1] / options[index][place][1]
                    heapq.heappush(heap, (weight * factor, after))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:OTHERS]
