"""The metadata of a line model: its geometry, its alphabet and how its probabilities are calibrated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from extract.reading.scan.calibrate import Calibration

PACKAGED = Path(__file__).parent / "model" / "line.onnx"


@dataclass(frozen=True, slots=True)
class LineModel:
    """What pictures a line model takes and what its outputs mean."""

    name: str  # with its version, "line/1"
    height: int  # rows of the picture
    body: float  # rows between the baseline and the upper edge of letters without marks
    above: float  # rows from the top of the picture to the middle of the body
    alphabet: str  # output i + 1 is alphabet[i] where the blank is 0
    blank: int
    stride: int  # columns of the picture for each output
    sha256: str  # of the network's file, "" where not told
    calibration: Calibration

    @property
    def symbols(self) -> tuple[str, ...]:
        """The text of every output, "" for the blank."""
        letters = list(self.alphabet)
        letters.insert(self.blank, "")
        return tuple(letters)


def read_metadata(path: Path) -> LineModel:
    """Read the JSON file that stands beside a network."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return LineModel(
        name=told["name"],
        height=int(told["height"]),
        body=float(told["body"]),
        above=float(told["above"]),
        alphabet=told["alphabet"],
        blank=int(told["blank"]),
        stride=int(told["stride"]),
        sha256=told.get("sha256", ""),
        calibration=Calibration.from_json(told.get("calibration", {})),
    )
