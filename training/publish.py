"""From a checkpoint to what the package ships: export, eight-bit numbers, calibration, metadata, reliability.

    python -m training.publish CHECKPOINT.pt HELD-OUT [NAME]

Writes line.onnx and line.json into extract/reading/scan/model/. HELD-OUT is a folder of shards of faces that training
never saw: the ranges of the eight-bit network and its calibration are measured on them. Prints the tables for the
model card.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from extract.reading.scan.calibrate import Bin, expected_error
from extract.reading.scan.engine import LineEngine
from extract.reading.scan.model_data import PACKAGED
from training.alphabet import ALPHABET, BLANK, SYMBOLS, decode
from training.calibration import Examples, examples_of, fitted, tables
from training.evaluate import load_shard
from training.lines import ABOVE, BODY, HEIGHT, STRIDE
from training.net import Net
from training.quantise import quantise

_FOR_RANGES = 200  # lines that the ranges of the eight-bit network are measured on


def publish(checkpoint: Path, shards: list[Path], name: str) -> None:
    """Export, quantise and calibrate; the packaged model is replaced only when all is done."""
    samples = [sample for path in shards for sample in load_shard(path)]
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / "float.onnx"
        export(checkpoint, network)
        network.with_suffix(".json").write_text(json.dumps(_metadata(name)), encoding="utf-8")
        small = Path(folder) / "line.onnx"
        quantise(network, small, (np.ascontiguousarray(pixels.T) for pixels, _ in samples[:_FOR_RANGES]))
        examples = _examples(LineEngine(small), samples)
        calibration = fitted(examples)
        told = json.loads(small.with_suffix(".json").read_text(encoding="utf-8"))
        told["calibration"] = calibration.to_json()
        PACKAGED.write_bytes(small.read_bytes())
        PACKAGED.with_suffix(".json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    print(f"{PACKAGED}: {PACKAGED.stat().st_size / 1e6:.2f} MB, {hashlib.sha256(PACKAGED.read_bytes()).hexdigest()}")
    for title, rows in zip(("characters", "figures"), tables(examples, calibration), strict=True):
        print(f"{title}: expected calibration error {expected_error(rows):.4f}", *map(_row, rows), sep="\n")


def export(checkpoint: Path, out: Path) -> None:
    """Write the averaged weights of a checkpoint as ONNX: x (batch, 1, 48, width) -> y (batch, width / 4, symbols)."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    if saved["alphabet"] != ALPHABET:
        raise SystemExit("the checkpoint has another alphabet")
    network = Net(SYMBOLS)
    network.load_state_dict(saved["ema"])
    network.eval()
    axes = {"x": {0: "b", 3: "w"}, "y": {0: "b", 1: "t"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter says that it is older; the newer fixes the LSTM's length
        torch.onnx.export(
            network,
            (torch.zeros(1, 1, HEIGHT, 640),),
            str(out),
            input_names=["x"],
            output_names=["y"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _metadata(name: str) -> dict[str, object]:
    return {
        "name": name,
        "height": HEIGHT,
        "body": BODY,
        "above": ABOVE,
        "alphabet": ALPHABET,
        "blank": BLANK,
        "stride": STRIDE,
        "calibration": {},
    }


def _examples(engine: LineEngine, samples: list[tuple[np.ndarray, np.ndarray]]) -> Examples:
    found = Examples()
    for picture, truth in _lines(samples):
        found.add(examples_of(engine.read_prepared(picture).glyphs, truth))
    return found


def _lines(samples: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[tuple[np.ndarray, str]]:
    for pixels, symbols in samples:
        if len(symbols):
            yield np.ascontiguousarray(pixels.T), decode(symbols.tolist())


def _row(row: Bin) -> str:
    return f"  {row}"


if __name__ == "__main__":
    publish(Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.npz")), sys.argv[3] if len(sys.argv) > 3 else "line/2")
