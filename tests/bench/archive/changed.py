"""What a changed check, form or comparison costs after a first run over an archive, beside that run.

    python tests/bench/archive/changed.py [--kind text scan] [--texts 1000] [--pages 200] [--rounds 2]

Each run is a process of its own over a copy of the program, in which one comment is added to one file, or over a form
file of the user's in which one label is another. Everything runs as a user would run it, workbook included. CPU is that
of all processes; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made import ROOT, make_texts
from run import another

PACKAGES = ("raingan", "extract", "normalize", "export")
COMMENT = "\n# Another line.\n"
PAGES_OF_SCAN = 2
# What is changed before each run: a file of the program, or nothing.
RUNS = {
    "first": None,
    "nothing changed": None,
    "normalize/across.py": "normalize/across.py",
    "normalize/checks.py": "normalize/checks.py",
    "form file": None,
    "extract/sections/find.py": "extract/sections/find.py",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", nargs="+", choices=["text", "scan"], default=["text", "scan"])
    parser.add_argument("--texts", type=int, default=1_000)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print("| archive | changed | CPU s | of the first run | seconds | ledger MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as temporary:
        for kind in options.kind:
            inputs = Path(temporary) / kind
            inputs.mkdir()
            count = options.texts if kind == "text" else options.pages
            if kind == "text":
                make_texts(inputs, count)
            else:
                make_scans(inputs, count)
            measure(
                Path(temporary),
                inputs,
                f"{count} {'text files' if kind == 'text' else 'scanned pages'}",
                options.rounds,
            )
    return 0


def make_scans(folder: Path, pages: int) -> None:
    """Write copies of a scanned sample that differ in their bytes."""
    for number in range(pages // PAGES_OF_SCAN):
        (folder / f"scan-{number:04}.pdf").write_bytes(another(ROOT / "samples" / "scan.pdf", number))


def measure(folder: Path, inputs: Path, name: str, rounds: int) -> None:
    """Run all in turn, so often, and print the least CPU of each."""
    costs: dict[str, list[tuple[float, float]]] = {run: [] for run in RUNS}
    sizes: dict[str, int] = {}
    for turn in range(rounds):
        home = folder / f"{inputs.name}-{turn}"
        program = copied(home)
        form = home / "form.toml"
        write_form(form, "")
        warm(program, home, form)
        for run, file in RUNS.items():
            if file is not None:
                with (program / file).open("a", encoding="utf-8") as stream:
                    stream.write(COMMENT)
                warm(program, home, form)
            elif run == "form file":
                write_form(form, "other ")
            costs[run].append(convert(program, inputs, home / "out.xlsx", form))
            sizes[run] = (home / "out.raingan").stat().st_size
        shutil.rmtree(home)
    first = min(costs["first"])[0]
    for run, each in costs.items():
        cpu, seconds = min(each)
        print(
            f"| {name} | {run} | {cpu:.1f} | {cpu / first:.3f} | {seconds:.1f} | {sizes[run] / 2**20:.1f} |", flush=True
        )


def copied(home: Path) -> Path:
    """Return a copy of the program that may be changed."""
    program = home / "program"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, program / package, ignore=shutil.ignore_patterns("__pycache__"))
    return program


def write_form(path: Path, word: str) -> None:
    """Write a form that no file of the archive has: what it says decides results all the same."""
    field = f'kind = "prose"\nkey = "definition"\nstart = true\nlabels = ["{word}label that nobody prints"]\n'
    path.write_text(f'id = "own"\nevidence = 1\n\n[[field]]\n{field}', encoding="utf-8")


def warm(program: Path, home: Path, form: Path) -> None:
    """Let the program be compiled, which is no part of the work."""
    convert(program, ROOT / "samples" / "park.txt", home / "warm.xlsx", form)
    for path in home.glob("warm.*"):
        path.unlink()


def convert(program: Path, inputs: Path, out: Path, form: Path) -> tuple[float, float]:
    """Convert as a user would; return the CPU of all processes and the time by the clock."""
    # Without its bytecode each process would compile the whole program, which is no part of the work either.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "raingan", "convert", str(inputs), "-o", str(out), "--form", str(form)],
        cwd=program,
        env={**environment, "PYTHONPATH": str(program)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    told = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(told)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
