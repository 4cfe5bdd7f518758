"""The first of the two commands: faces and line pictures.

    python -m training.make FOLDER [SHARDS]

Leaves FOLDER/faces, FOLDER/train (SHARDS of 1,000 lines, 240 by default) and FOLDER/held-out.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from training.faces import collect

_WRITERS = 2  # processes, each with a seed of its own
_SHARDS = 240
_LINES = 1000  # a shard


def main(folder: Path, shards: int) -> None:
    """Collect the faces unless they are there, then make the lines in two processes."""
    faces = folder / "faces"
    if not any(faces.glob("*.ttf")):
        collect(faces)
    _lines("held-out", faces, folder / "held-out", [901], 1, 1500)
    _lines("train", faces, folder / "train", [101 + at for at in range(_WRITERS)], shards // _WRITERS, _LINES)


def _lines(kind: str, faces: Path, out: Path, seeds: list[int], shards: int, lines: int) -> None:
    command = [sys.executable, "-m", "training.lines", kind, str(faces), str(out)]
    running = [subprocess.Popen([*command, str(seed), str(lines), str(shards)]) for seed in seeds]
    if any(process.wait() for process in running):
        raise SystemExit("making lines failed; see above")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else _SHARDS)
