"""The recogniser at home: line pictures through a small network, run by onnxruntime.

What is read in a line depends on that line alone: lines run one by one, each padded with paper to a multiple of
`PADDING` columns. Batches of equal width took 8 to 12 % less time (8.7 against 9.8 ms for 512 columns), but lines of
one page seldom have equal widths, and some processors round sums differently in batches.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.reading.scan.ctc import probabilities
from extract.reading.scan.decode import decode, glyphs_of, recalibrated
from extract.reading.scan.handover import Engine, LineCut, Reading
from extract.reading.scan.line_pictures import prepare, scale_of
from extract.reading.scan.model_data import PACKAGED, LineModel, read_metadata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.reading.scan.handover import Pixels

    Logits = NDArray[np.float32]

PADDING = 8  # columns; twice the stride, as in training
WINDOW = 2_048  # columns read at once: a line across A4 takes at most about 1,500; bounds memory at 30 MB
OVERLAP = 256  # columns that neighbouring windows share; a word of context on both sides of the seam
INK_AT_LEAST = 96  # of 255: a normalised picture without a pixel this dark is empty paper


def _onnxruntime() -> Any:
    """Import onnxruntime without its telemetry: from 1.29 on it asks a server for its address as soon as it is used.

    The environment has to say so before the import; the call is for Windows, where another system collects.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime


class LineEngine:
    """Reads line pictures with a network and its metadata."""

    def __init__(self, model_path: Path) -> None:
        """Load a network and the metadata beside it (.json); ValueError if the two do not belong together."""
        onnxruntime = _onnxruntime()
        self.model: LineModel = read_metadata(model_path.with_suffix(".json"))
        network = model_path.read_bytes()
        if self.model.sha256 and hashlib.sha256(network).hexdigest() != self.model.sha256:
            raise ValueError(f"{model_path.name} is not the network that {model_path.stem}.json describes")
        self.name = self.model.name
        self.calibration = self.model.calibration
        # Confidences have six digits, and most characters share a few hundred of them.
        self._calibrated = lru_cache(4_096)(self.calibration.of_glyph)
        options = onnxruntime.SessionOptions()
        # Files are read by several processes; threads inside each would only get into each other's way.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._symbols = self.model.symbols

    def read(self, cuts: Sequence[LineCut]) -> list[Reading]:
        """Read line pictures; one reading for each, in the same order."""
        return [self._read_line(cut) for cut in cuts]

    def logits(self, picture: Pixels) -> Logits:
        """Run the network over a prepared picture (height, width); (frames, symbols)."""
        width = picture.shape[1]
        if width <= WINDOW:
            return self._run(picture)
        parts: list[Logits] = []
        done, stride = 0, self.model.stride  # frames that are settled
        for start in range(0, width - OVERLAP, WINDOW - OVERLAP):
            part = self._run(picture[:, start : start + WINDOW])
            offset = start // stride
            if parts:
                shared = min(OVERLAP // stride, len(part))
                seam = _seam(parts[-1][-shared:], part[:shared], self.model.blank)
                parts[-1] = parts[-1][: len(parts[-1]) - shared + seam]
                done = offset + seam
            parts.append(part[done - offset :])
        return np.concatenate(parts)

    def _run(self, picture: Pixels) -> Logits:
        width = picture.shape[1]
        padded = -(-width // PADDING) * PADDING
        inputs = np.zeros((1, 1, self.model.height, padded), np.float32)
        np.multiply(picture, np.float32(1 / 255), out=inputs[0, 0, :, :width])
        outputs: Logits = self._session.run(None, {self._input: inputs})[0][0]
        return outputs

    def _read_line(self, cut: LineCut) -> Reading:
        picture = prepare(cut, self.model)
        return self.read_prepared(picture, scale_of(cut, self.model), cut.pixels.shape[1])

    def read_prepared(self, picture: Pixels, scale: float = 1.0, width: int | None = None) -> Reading:
        """Read a prepared picture (height, columns), `scale` times as large as the cut of `width` columns it is of."""
        if picture.shape[1] < self.model.stride or int(picture.max()) < INK_AT_LEAST:
            return Reading(())
        frames = probabilities(self.logits(picture), self.calibration.temperature)
        spots = decode(frames, self._symbols, self.model.blank)
        columns = picture.shape[1] if width is None else width
        glyphs = glyphs_of(spots, self.model.stride, scale, self.model.body, columns)
        if self.calibration.glyph:
            glyphs = [recalibrated(glyph, self._calibrated(glyph.confidence)) for glyph in glyphs]
        return Reading(tuple(glyphs))


def _seam(earlier: Logits, later: Logits, blank: int) -> int:
    """Return the frame of an overlap at which to pass from one window to the next: blank in both, near its middle."""
    count = min(len(earlier), len(later))
    if count == 0:
        return 0
    both = np.minimum(
        *(part[:count, blank] - np.delete(part[:count], blank, axis=1).max(axis=1) for part in (earlier, later))
    )
    quarter = count // 4  # frames at a window's own edge lack context
    inner = both[quarter : count - quarter]
    return quarter + int(inner.argmax()) if len(inner) else count // 2


@cache
def line_engine(model_path: Path = PACKAGED) -> Engine:
    """Return the recogniser, loaded once in each process; another network's path chooses that one."""
    return LineEngine(model_path)
