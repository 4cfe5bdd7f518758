"""The texts that the recogniser learns from: the same seed writes the same, and the model can write all of it."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.reading.scan.model_data import PACKAGED, read_metadata
from training.alphabet import ALPHABET, decode, encode, one_form
from training.faces import faces
from training.text import Writer

LINES = 400


def written(seed: int) -> list[str]:
    writer = Writer(seed)
    return [writer.line() for _ in range(LINES)]


def test_the_same_seed_writes_the_same_lines() -> None:
    assert written(3) == written(3) != written(4)


def test_lines_hold_figures_of_both_sets_and_every_kind_of_mark() -> None:
    text = "\n".join(written(5))
    assert {chr(0x0E50 + digit) for digit in range(10)} <= set(text) and set("0123456789") <= set(text)
    assert {"\u0e31", "\u0e34", "\u0e38", "\u0e48", "\u0e49", "\u0e33"} <= set(text)
    assert "::" in text
    assert all(line == line.strip() and line for line in written(5))
    assert not any(unicodedata.category(line[0]) == "Mn" for line in written(5))


def test_nearly_every_line_can_be_written_by_the_model() -> None:
    lines = written(6)
    assert sum(encode(line) is None for line in lines) <= LINES // 100


def test_the_shipped_model_has_the_alphabet_that_training_has() -> None:
    assert read_metadata(PACKAGED.with_suffix(".json")).alphabet == ALPHABET
    told = json.loads(PACKAGED.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(set(ALPHABET)) == len(ALPHABET) and told["calibration"]["token"]


@given(st.text(ALPHABET, max_size=40))
@settings(deadline=None, max_examples=100)
def test_texts_come_back_in_their_one_form(text: str) -> None:
    indices = encode(text)
    assert indices is not None
    assert decode(indices) == one_form(text) == one_form(one_form(text))


@pytest.mark.parametrize(
    ("printed", "learnt"),
    [
        ("a......b", "a\u2026b"),
        ("...", "\u2026"),
        ("..", ".."),
        ("\u0e40\u0e40\u0e01", "\u0e41\u0e01"),
        ("\u0e19\u0e4d\u0e49\u0e32", "\u0e19\u0e49\u0e33"),
    ],
)
def test_what_looks_the_same_is_learnt_as_one(printed: str, learnt: str) -> None:
    assert one_form(printed) == learnt


def test_no_face_is_trained_on_and_judged_by(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    for name in ("Laksaman-Bold", "THSarabunNew", "trirong-400", "AngsanaNew", "sarabun-700", "NotoLoopedThai-Regular"):
        (folder / f"{name}.ttf").touch()

    def own(held_out: bool) -> set[str]:
        return {face.path.name for face in faces(folder, held_out) if face.path.parent == folder}

    assert own(False) == {"THSarabunNew.ttf", "sarabun-700.ttf"}
    assert own(True) == {"Laksaman-Bold.ttf", "trirong-400.ttf", "NotoLoopedThai-Regular.ttf"}
