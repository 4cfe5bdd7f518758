"""The second engine, where it is installed; and what is said where it is not."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest

from extract.reading.scan import tesseract
from extract.reading.scan.handover import LineCut, Reading
from extract.reading.scan.tesseract import DIGIT_AT_MOST, TesseractEngine, tesseract_engine
from raingan.model.errors import InputError


def english(text: str) -> LineCut:
    pixels = np.full((60, 30 + 20 * len(text)), 255, np.uint8)
    cv2.putText(pixels, text, (12, 42), cv2.FONT_HERSHEY_DUPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return LineCut(pixels, 0, 0, 20, 42, (0, 0, pixels.shape[1], 60))


def test_it_reads_and_doubts_every_digit() -> None:
    pytest.importorskip("tesserocr")
    try:
        engine = tesseract_engine()
    except InputError as error:
        pytest.skip(f"no Thai data: {error.values}")
    cut = english("Report 2564 page 3")
    empty = LineCut(np.zeros((0, 0), np.uint8), 0, 0, 0, 0, (0, 0, 0, 0))
    readings = engine.read([cut, empty])
    glyphs = readings[0].glyphs
    assert "".join(glyph.text for glyph in glyphs) == "Report 2564 page 3"
    assert all(glyph.confidence <= DIGIT_AT_MOST for glyph in glyphs if glyph.text.isdecimal())
    assert all(0 <= glyph.x0 <= glyph.x1 <= cut.pixels.shape[1] for glyph in glyphs)
    assert all(glyph.confidence + sum(share for _, share in glyph.others) <= 1.001 for glyph in glyphs)
    assert readings[1] == Reading(())
    assert engine.name.startswith("tesseract-")


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    with pytest.raises(InputError) as caught:
        TesseractEngine()
    assert caught.value.code == "engine-missing" and "pip install" in caught.value.values["install"]


def test_missing_data_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    pytest.importorskip("tesserocr")
    monkeypatch.setattr(tesseract, "PLACES", ())
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(InputError) as caught:
        TesseractEngine()
    assert "tesseract-ocr-script-thai" in caught.value.values["install"]
