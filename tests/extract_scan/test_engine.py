"""The recogniser at home: what it reads, and that a line's reading depends on that line alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from extract.reading.scan.engine import OVERLAP, WINDOW, LineEngine, line_engine
from extract.reading.scan.handover import LineCut, Reading
from extract.reading.scan.line_pictures import normalised, prepare
from extract.reading.scan.model_data import PACKAGED, read_metadata
from tests.counting import Growth

DATA = Path(__file__).parent / "data"
LINES = json.loads((DATA / "lines.json").read_text(encoding="utf-8"))


def cut_of(name: str) -> LineCut:
    pixels = cv2.imread(str(DATA / name), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    height, width = pixels.shape
    told = LINES[name]
    return LineCut(pixels.astype(np.uint8), 0, 0, told["body_top"], told["body_bottom"], (0, 0, width, height))


def blank(height: int, width: int, level: int = 255) -> LineCut:
    return LineCut(np.full((height, width), level, np.uint8), 0, 0, height * 0.4, height * 0.7, (0, 0, width, height))


def text_of(reading: Reading) -> str:
    return "".join(glyph.text for glyph in reading.glyphs)


@pytest.fixture(scope="module")
def engine() -> LineEngine:
    made = line_engine()
    assert isinstance(made, LineEngine)
    return made


@pytest.mark.parametrize("name", LINES)
def test_it_reads_print(engine: LineEngine, name: str) -> None:
    assert text_of(engine.read([cut_of(name)])[0]) == LINES[name]["text"]


@pytest.mark.parametrize("name", LINES)
def test_characters_stand_in_order_inside_the_cut(engine: LineEngine, name: str) -> None:
    cut = cut_of(name)
    glyphs = engine.read([cut])[0].glyphs
    assert all(0 <= glyph.x0 <= glyph.x1 <= cut.pixels.shape[1] for glyph in glyphs)
    assert all(one.x0 <= two.x1 for one, two in pairwise(glyphs))
    assert all(0 <= glyph.confidence <= 1 for glyph in glyphs)
    assert all(glyph.confidence + sum(share for _, share in glyph.others) <= 1.001 for glyph in glyphs)
    ink = np.flatnonzero((cut.pixels < 128).any(axis=0))
    assert abs(glyphs[0].x0 - ink[0]) < 16 and abs(glyphs[-1].x1 - ink[-1]) < 16


def test_a_line_is_read_alike_alone_and_among_others(engine: LineEngine) -> None:
    cuts = [cut_of(name) for name in LINES]
    together = engine.read([cuts[0], blank(40, 90), cuts[1], cuts[0]])
    assert together == [engine.read([cuts[0]])[0], Reading(()), engine.read([cuts[1]])[0], together[0]]


def test_the_model_asks_for_one_thread(engine: LineEngine) -> None:
    options = engine._session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


@pytest.mark.parametrize(
    "cut",
    [
        blank(0, 0),
        blank(1, 1),
        blank(3, 2, 0),
        blank(48, 300, 128),
        replace(blank(60, 300), body_top=30, body_bottom=30),
        replace(blank(60, 300), body_top=float("nan"), body_bottom=float("nan")),
        replace(blank(60, 300), body_top=-500, body_bottom=-480),
        replace(blank(60, 300), body_top=900, body_bottom=905),
    ],
)
def test_cuts_without_text_read_as_nothing(engine: LineEngine, cut: LineCut) -> None:
    assert engine.read([cut]) == [Reading(())]


def noise(wide: int) -> LineCut:
    pixels = np.random.default_rng(0).integers(0, 255, (60, wide), dtype=np.uint8)
    return LineCut(pixels, 0, 0, 25, 41, (0, 0, wide, 60))


def read_alone(cut: LineCut) -> Reading:
    return line_engine().read([cut])[0]


GROWTH = [Growth("a wide line", noise, read_alone, 3_000, 10_000)]


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_line(growth: Growth) -> None:
    growth.check()


def test_a_very_wide_line_ends() -> None:
    reading = read_alone(noise(20_000))
    assert all(0 <= glyph.x0 <= glyph.x1 <= 20_000 for glyph in reading.glyphs)


def test_windows_join_without_a_trace(engine: LineEngine) -> None:
    one = cut_of("line-money.png")
    many = -(-2 * WINDOW // one.pixels.shape[1]) + 2
    wide = replace(one, pixels=np.tile(one.pixels, (1, many)))
    reading = engine.read([wide])[0]
    text = LINES["line-money.png"]["text"].replace(" ", "")
    assert text_of(reading).replace(" ", "") == text * many
    picture = prepare(wide, engine.model)
    padded = -(-picture.shape[1] // engine.model.stride)
    assert abs(len(engine.logits(picture)) - padded) <= 2
    assert OVERLAP % engine.model.stride == WINDOW % engine.model.stride == 0


def test_pictures_have_the_models_geometry(engine: LineEngine) -> None:
    pixels = np.full((120, 200), 240, np.uint8)
    pixels[50:78, 60:140] = 20  # a body 28 rows high
    for factor in (0.5, 1.0, 2.0):
        size = (int(200 * factor), int(120 * factor))
        scaled = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        cut = LineCut(scaled, 0, 0, 50 * factor, 78 * factor, (0, 0, *size))
        picture = prepare(cut, engine.model)
        rows = np.flatnonzero(picture[:, picture.shape[1] // 2] > 127)
        model = engine.model
        assert picture.shape == (model.height, round(200 * model.body / 28))
        assert abs(len(rows) - model.body) <= 1
        assert abs((rows[0] + rows[-1] + 1) / 2 - model.above) <= 1


def test_contrast_is_stretched_but_not_invented() -> None:
    faint = np.full((48, 100), 200, np.uint8)
    faint[20:30, 10:60] = 120
    stretched = normalised(faint)
    assert stretched[0, 0] == 0 and stretched[25, 30] == 255
    flat = normalised(np.full((48, 100), 200, np.uint8))
    assert int(flat.max()) == 0


def test_a_network_without_its_own_metadata_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "line.onnx"
    model.write_bytes(PACKAGED.read_bytes() + b" ")
    shutil.copy(PACKAGED.with_suffix(".json"), tmp_path / "line.json")
    with pytest.raises(ValueError, match=r"line\.json"):
        LineEngine(model)


def test_the_metadata_describe_the_network(engine: LineEngine) -> None:
    model = read_metadata(PACKAGED.with_suffix(".json"))
    outputs = engine.logits(np.zeros((model.height, 64), np.uint8))
    assert outputs.shape == (64 // model.stride, len(model.symbols))
    assert model.symbols[model.blank] == "" and PACKAGED.stat().st_size <= 8_000_000


def test_the_runtime_is_loaded_only_with_an_engine() -> None:
    code = "import sys, extract.reading.scan.engine; print('onnxruntime' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
