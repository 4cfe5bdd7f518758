"""Make a line network small and fast: whole numbers of eight bits instead of floating point.

    python -m training.quantise NETWORK.onnx OUT.onnx SHARD.npz [COUNT]

Convolutions become static: the range of what flows between them is measured on line pictures (the shards of
`training.lines`; COUNT of them, 150). Their weights use seven of the eight bits: processors without the newer
dot-product instructions would otherwise overflow, and read other letters than those with them. The LSTM's weights
become bytes, and its inputs are scaled line by line; the last layer stays as it is, because confidence comes from it.

Measured on the study's network, one core (EPYC with VNNI), 150 lines of mean width 478: 9.5 -> 3.2 ms a line, 6.0 ->
1.8 MB; 33 of 18,054 frames say something else.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PADDING = 8  # columns, as the engine pads
PICTURES = 150


def quantise(network: Path, out: Path, pictures: Iterable[NDArray[np.uint8]]) -> None:
    """Write an eight-bit copy of a float network; `pictures` (height, width) are prepared lines, 0 paper .. 255 ink.

    Metadata beside the network (.json) is copied with the new checksum.
    """
    import onnx
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_dynamic,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Pictures(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            self._name = name
            self._left: Iterator[NDArray[np.uint8]] = iter(pictures)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            picture = next(self._left, None)
            return None if picture is None else {self._name: as_input(picture)}

    with tempfile.TemporaryDirectory() as folder:
        shaped, static = Path(folder) / "shaped.onnx", Path(folder) / "static.onnx"
        quant_pre_process(str(network), str(shaped))
        graph = onnx.load(str(shaped)).graph
        convolutions = [node.name for node in graph.node if node.op_type == "Conv"]
        quantize_static(
            str(shaped),
            str(static),
            Pictures(graph.input[0].name),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Relu"],
            nodes_to_exclude=convolutions[:1],  # one input channel: nothing to gain, and the pixels to lose
            calibrate_method=CalibrationMethod.MinMax,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )
        # Unsigned weights of the LSTM never overflow, whatever the processor.
        quantize_dynamic(str(static), str(out), op_types_to_quantize=["LSTM"], weight_type=QuantType.QUInt8)
    told = network.with_suffix(".json")
    if told.is_file():
        metadata = json.loads(told.read_text(encoding="utf-8"))
        metadata["sha256"] = hashlib.sha256(out.read_bytes()).hexdigest()
        text = json.dumps(metadata, ensure_ascii=False, indent=1) + "\n"
        out.with_suffix(".json").write_text(text, encoding="utf-8")


def as_input(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pad a picture and scale it as the engine does: (1, 1, height, width), 0 paper .. 1 ink."""
    height, width = picture.shape
    inputs = np.zeros((1, 1, height, -(-width // PADDING) * PADDING), np.float32)
    inputs[0, 0, :, :width] = picture.astype(np.float32) * np.float32(1 / 255)
    return inputs


def pictures_of(shard: Path, count: int) -> Iterator[NDArray[np.uint8]]:
    """Yield the first pictures of a shard."""
    with np.load(shard) as stored:
        pixels, widths = stored["pixels"], stored["widths"]
    start = 0
    for width in widths[:count].tolist():
        yield np.ascontiguousarray(pixels[start : start + width].T)
        start += width


def main(arguments: list[str]) -> int:
    """Quantise from the command line."""
    if len(arguments) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    network, out, shard = (Path(name) for name in arguments[:3])
    count = int(arguments[3]) if len(arguments) == 4 else PICTURES
    quantise(network, out, pictures_of(shard, count))
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB, was {network.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
