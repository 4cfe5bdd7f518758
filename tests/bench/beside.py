"""The whole job here and in another checkout, by turns in one run: CPU of all processes, clock, peak memory.

    python tests/bench/beside.py OTHER_CHECKOUT [--texts 1000] [--pdfs 200] [--rounds 3]

Made texts, made PDFs of two pages, and one small text, each converted to a workbook from the shell; then whether both
wrote the same records. Figures are medians; each run has its bytecode cached. A peak is that of the largest process, of
this program's that is the parent, of a run over texts mostly the keeper. Needs the packages of the "samples" group.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from whole_job import ROOT, make_pdfs

sys.path.insert(0, str(Path(__file__).parent / "archive"))
from made import make_texts


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    cpu: float  # seconds
    clock: float  # seconds
    peak: float  # MB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, metavar="OTHER_CHECKOUT")
    parser.add_argument("--texts", type=int, default=1_000)
    parser.add_argument("--pdfs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        inputs = {}
        for name, count in (("one text", 1), ("texts", options.texts), ("PDFs", options.pdfs)):
            made = inputs[f"{name} ({count})"] = folder / name.replace(" ", "-")
            made.mkdir()
            if name == "PDFs":
                for _ in make_pdfs(made, 0, count, "mixed"):
                    pass
            else:
                make_texts(made, count)
        compare(options.other.resolve(), inputs, options.rounds, folder)
    return 0


def compare(other: Path, inputs: dict[str, Path], rounds: int, folder: Path) -> None:
    """Print a table: here against the other."""
    print("| input | CPU s other | here | ratio | clock s other | here | ratio | peak MB other | here | records |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for name, made in inputs.items():
        there: list[Cost] = []
        here: list[Cost] = []
        for _ in range(rounds + 1):
            there.append(measured(other, made, folder / "other.jsonl"))
            here.append(measured(ROOT, made, folder / "here.jsonl"))
        same = (folder / "other.jsonl").read_bytes() == (folder / "here.jsonl").read_bytes()
        figures = []
        for key in ("cpu", "clock", "peak"):
            # The first round compiles what is not compiled yet.
            before, now = (statistics.median(getattr(cost, key) for cost in costs[1:]) for costs in (there, here))
            figures += [f"{before:.2f}", f"{now:.2f}"] + ([f"{now / before:.2f}"] if key != "peak" else [])
        print(f"| {name} | {' | '.join(figures)} | {'same' if same else 'DIFFERENT'} |", flush=True)


def measured(checkout: Path, inputs: Path, records: Path) -> Cost:
    """Convert a folder with the program of a checkout."""
    out = records.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    outputs = ["-o", str(out / "out.xlsx"), "-o", str(out / "out.jsonl")]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "raingan", "convert", str(inputs), *outputs],
        cwd=checkout,
        env={**environment, "PYTHONPATH": str(checkout)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{checkout}: exit {process.returncode}")
    shutil.copy(out / "out.jsonl", records)
    return Cost(usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
