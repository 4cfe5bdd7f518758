"""The second engine: Tesseract through tesserocr, for comparison and for those who want it.

It reads the cuts that the page work made, one line each: Tesseract's own page layout puts upper marks on lines of
their own, and half of its errors come from there.

No Thai model of Tesseract has the digits four, six, seven, eight and nine of the Thai set in its alphabet: they come
out as other digits or letters, three in four of them with a confidence of 90 and more. What it says of a figure is
therefore no evidence, whichever digits it shows: every digit gets at most `DIGIT_AT_MOST`, so that every figure is
flagged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from extract.reading.scan.decode import Spot, joined, ordered
from extract.reading.scan.handover import Engine, LineCut, ReadGlyph, Reading
from extract.reading.scan.mark_rules import thai_rules
from raingan.model.errors import InputError

if TYPE_CHECKING:
    from extract.reading.scan.handover import Pixels

MODELS = ("Thai", "tha")  # the script model made 4.3 % errors on clean pages, the language model 5.7 %
DIGIT_AT_MOST = 0.5
OTHERS = 5
MARGIN = 10  # pixels of paper around a cut; Tesseract loses strokes that touch the edge
SMALL_BODY, GOOD_BODY = 14.0, 24.0  # rows; smaller letters are enlarged to the latter
LARGEST_SIDE = 20_000  # pixels; Tesseract refuses more than 32,767
PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)
INSTALL_PACKAGE = "pip install raingan[tesseract]"
INSTALL_DATA = "apt install tesseract-ocr-script-thai"


class TesseractEngine:
    """Reads line pictures with Tesseract."""

    def __init__(self) -> None:
        """Start Tesseract; InputError "engine-missing" where it or its Thai data is not installed."""
        # One process reads one file; OpenMP inside each makes a batch three times as slow.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        try:
            import tesserocr
        except ImportError as error:
            raise InputError("engine-missing", engine="Tesseract", install=INSTALL_PACKAGE) from error
        place, model = _data()
        self._level = tesserocr.RIL.SYMBOL
        self._iterate = tesserocr.iterate_level
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(place),
            lang=model,
            psm=tesserocr.PSM.SINGLE_LINE,
            oem=tesserocr.OEM.LSTM_ONLY,
            variables={
                "preserve_interword_spaces": "1",  # the script model otherwise makes ten times the true spaces
                "lstm_choice_mode": "2",  # alternatives of each character
            },
        )
        self.name = f"tesseract-{model}/{tesserocr.tesseract_version().split()[1]}"

    def read(self, cuts: Sequence[LineCut]) -> list[Reading]:
        """Read line pictures; one reading for each, in the same order."""
        return [self._read_line(cut) for cut in cuts]

    def _read_line(self, cut: LineCut) -> Reading:
        picture, scale = _enlarged(cut)
        if picture.size == 0 or int(picture.max()) - int(picture.min()) < 16:
            return Reading(())
        margin = cv2.copyMakeBorder(picture, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=255)
        grey = np.ascontiguousarray(margin, dtype=np.uint8)
        height, width = grey.shape
        self._api.SetImageBytes(grey.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(300)
        self._api.Recognize()
        spots, edges = [], {}
        for spot, left, right in self._symbols():
            spots.append(spot)
            edges[id(spot)] = (left, right)
        self._api.Clear()
        limit = float(cut.pixels.shape[1])
        glyphs = []
        for spot in joined(ordered(spots, thai_rules())):
            x0, x1 = edges.get(id(spot), (spot.frame, spot.frame))
            places = [min(limit, max(0.0, (x - MARGIN) / scale)) for x in (x0, x1)]
            glyphs.append(_glyph(spot, places[0], places[1]))
        return Reading(tuple(glyphs))

    def _symbols(self) -> Iterator[tuple[Spot, float, float]]:
        """Yield each symbol, spaces between words among them, with its left and right column."""
        import tesserocr

        result = self._api.GetIterator()
        if result is None or result.Empty(self._level):
            return
        end = 0.0
        for place, symbol in enumerate(self._iterate(result, self._level)):
            text = symbol.GetUTF8Text(self._level) or ""
            box = symbol.BoundingBox(self._level)
            if not text or box is None:
                continue
            left, right = float(box[0]), float(box[2])
            if place and symbol.IsAtBeginningOf(tesserocr.RIL.WORD) and symbol.BlanksBeforeWord() > 0:
                yield Spot(" ", (end + left) / 2, 1.0), end, max(end, left)
            chance = symbol.Confidence(self._level) / 100
            others = dict(self._choices(symbol, text))
            for character in text:  # ligatures come as one symbol
                yield Spot(character, (left + right) / 2, chance, others if len(text) == 1 else {}), left, right
            end = right

    def _choices(self, symbol: Any, text: str) -> Iterator[tuple[str, float]]:
        choices = symbol.GetChoiceIterator()
        for choice in choices:
            other = choice.GetUTF8Text() or ""
            if other != text:
                yield other, min(1.0, max(0.0, choice.Confidence() / 100))


def _glyph(spot: Spot, x0: float, x1: float) -> ReadGlyph:
    chance = min(1.0, max(0.0, spot.chance))
    if spot.text.isdecimal():
        chance = min(chance, DIGIT_AT_MOST)
    left = 1 - chance
    ranked = sorted(spot.others.items(), key=lambda item: (-item[1], item[0]))[:OTHERS]
    total = sum(share for _, share in ranked)
    factor = min(1.0, left / total) if total > 0 else 0.0
    others = tuple((text, round(share * factor, 6)) for text, share in ranked if share * factor >= 0.001)
    return ReadGlyph(spot.text, x0, max(x0, x1), round(chance, 6), others)


def _enlarged(cut: LineCut) -> tuple[Pixels, float]:
    """Return the cut, small letters enlarged, and by how much."""
    height, width = cut.pixels.shape[:2]
    if height == 0 or width == 0:
        return cut.pixels, 1.0
    body = cut.body_bottom - cut.body_top
    scale = GOOD_BODY / body if 0 < body < SMALL_BODY else 1.0
    scale = min(scale, 4.0, LARGEST_SIDE / max(height, width))
    if scale == 1.0:
        return cut.pixels, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return cv2.resize(cut.pixels, size, interpolation=how).astype(np.uint8, copy=False), scale


def _data() -> tuple[Path, str]:
    """Find Thai data, the better model first; InputError where there is none."""
    told = os.environ.get("TESSDATA_PREFIX")
    for model in MODELS:
        for place in ([told] if told else []) + list(PLACES):
            for folder in (Path(place), Path(place) / "script"):
                if (folder / f"{model}.traineddata").is_file():
                    return folder, model
    raise InputError("engine-missing", engine="Tesseract", install=INSTALL_DATA)


@cache
def tesseract_engine() -> Engine:
    """Return Tesseract, started once in each process; InputError where it is not installed."""
    return TesseractEngine()
