"""One file of many scanned pages, by the clock: this checkout beside another, in turns.

    python tests/bench/one_scan.py --other CHECKOUT [--pages 60] [--rounds 3] [--kind pdf tiff]
    python tests/bench/one_scan.py --memory [--pages 20]

The file repeats the pages of `samples/scan.pdf`; both builds turn it into JSON Lines, interpreter and imports included,
and must write the same bytes. Only free cores show what reading several pages at a time brings: on a busy machine look
at the CPU, which must not rise. `--memory` adds up, again and again while this checkout reads, the memory of all
processes at work, shared pages counted once (Linux).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).parent.parent.parent
DPI = 200
COLUMNS = ("file", "build", "clock s", "CPU s", "clock, other = 1", "records")
_SECONDS_BETWEEN_LOOKS = 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--other", type=Path, metavar="CHECKOUT")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kind", nargs="+", choices=("pdf", "tiff"), default=["pdf"])
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    if not options.memory and options.other is None:
        parser.error("name another checkout with --other, or ask for --memory")
    with tempfile.TemporaryDirectory() as folder:
        made = [make(Path(folder), kind, options.pages) for kind in options.kind]
        if options.memory:
            return print_memory(made)
        return compare(made, {"other": options.other.resolve(), "this": ROOT}, options.rounds)


def make(folder: Path, kind: str, pages: int) -> Path:
    """Make a file of so many scanned pages."""
    sample = pypdfium2.PdfDocument(ROOT / "samples" / "scan.pdf")
    numbers = [number % len(sample) for number in range(pages)]
    path = folder / f"scan.{kind}"
    if kind == "pdf":
        made = pypdfium2.PdfDocument.new()
        for number in numbers:
            made.import_pages(sample, [number])
        made.save(path)
    else:
        drawn = [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in sample]
        first, *others = [drawn[number] for number in numbers]
        first.save(path, save_all=True, append_images=others, compression="tiff_lzw", dpi=(DPI, DPI))
    return path


def compare(made: list[Path], builds: dict[str, Path], rounds: int) -> int:
    """Print the clock and the CPU of each build, middle of the rounds."""
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * 2}{' ---: |' * 3} --- |")
    differ = 0
    for path in made:
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in builds}
        written: dict[str, bytes] = {}
        for _ in range(rounds):
            for name, build in builds.items():
                out = path.with_name(f"{name}.jsonl")
                taken[name].append(measured(build, path, out))
                written[name] = out.read_bytes()
        same = len(set(written.values())) == 1
        differ += not same
        clocks = {name: statistics.median(clock for clock, _ in runs) for name, runs in taken.items()}
        for name, runs in taken.items():
            cpu = statistics.median(cpu for _, cpu in runs)
            row = [path.name, name, f"{clocks[name]:.1f}", f"{cpu:.1f}", f"{clocks[name] / clocks['other']:.2f}"]
            print(f"| {' | '.join(row)} | {'same' if same else 'differ'} |")
    return 1 if differ else 0


def measured(build: Path, path: Path, out: Path) -> tuple[float, float]:
    """Convert a file with a build; return the seconds by the clock and those of CPU."""
    began = time.perf_counter()
    process = started(build, path, out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{build} ends with {process.returncode}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime


def started(build: Path, path: Path, out: Path) -> subprocess.Popen[bytes]:
    for old in path.parent.glob(f"{out.stem}.*"):
        old.unlink()
    return subprocess.Popen(
        [sys.executable, "-m", "raingan", "convert", str(path), "-o", str(out)],
        cwd=build,
        env={**os.environ, "PYTHONPATH": str(build)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


# --- memory


def print_memory(made: list[Path]) -> int:
    """Print the most memory that all processes held together, by how many there were."""
    print("| file | processes | together, MB |\n| --- | ---: | ---: |")
    for path in made:
        most: dict[int, float] = {}
        process = started(ROOT, path, path.with_name("memory.jsonl"))
        while process.poll() is None:
            tree = family(process.pid)
            held = sum(memory(one) for one in tree)
            most[len(tree)] = max(most.get(len(tree), 0.0), held)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        for count, held in sorted(most.items()):
            print(f"| {path.name} | {count} | {held:.0f} |")
    return 0


def family(process: int) -> list[int]:
    """Return a process and all below it."""
    below: list[int] = []
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        below = [one for child in children for one in family(int(child))]
    return [process, *below]


def memory(process: int) -> float:
    """Return a process's share of memory in MB: a page that several hold counts for each as its part."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
