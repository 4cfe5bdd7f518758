"""The second of the two commands: train, evaluate, and put the result into the package.

    python -m training.run FOLDER [further arguments of training.train]

Goes on where it was stopped. `FOLDER/line.best.pt` is the best so far.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(folder: Path, further: list[str]) -> int:
    """Train to the end, then publish the best checkpoint."""
    shards, held_out, out = folder / "train", folder / "held-out", folder / "line.pt"
    train = [sys.executable, "-m", "training.train", str(shards), str(held_out), str(out), *further]
    publish = [sys.executable, "-m", "training.publish", str(out.with_suffix(".best.pt")), str(held_out)]
    return subprocess.run(train).returncode or subprocess.run(publish).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
