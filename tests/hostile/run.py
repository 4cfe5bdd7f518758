"""Convert every hostile file through the command line, and say whether everything kept its promise:

    python tests/hostile/run.py [--only pdf] [--keep FOLDER] [--jobs 2]

One run over all files: it must end by itself, name every file exactly once, blame no bug of ours, write nothing but
its output (home, temporary folder and working folder are watched), and leave no process behind.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.catalogue import everything  # noqa: E402
from tests.hostile.parts import Hostile  # noqa: E402

# Reasons of files that ended the process that read them, and names of what wants out of its archive.
_ENDED = frozenset(("crash", "file-time", "page-time", "memory", "lost", "poisoned"))
_CANARIES = ("hostile-was-here", "hostile-was-here.txt", "up.txt", "x.txt")


def main() -> int:
    """Run, report, and return 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose names begin so")
    parser.add_argument("--keep", type=Path, help="folder for files and outputs, kept")
    parser.add_argument("options", nargs="*", help="further options of raingan convert, behind --")
    told = parser.parse_args()
    chosen = [item for item in everything() if item.name.startswith(told.only)]
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        top = Path(told.keep or folder)
        top.mkdir(parents=True, exist_ok=True)
        return _run(chosen, top, told.options)


def _run(chosen: list[Hostile], top: Path, options: list[str]) -> int:
    inputs = top / "in"
    for name in ("in", "home", "tmp", "cwd", "out"):
        (top / name).mkdir(exist_ok=True)
    _write(chosen, inputs)
    before = _sizes(top)
    environment = {**os.environ, "HOME": str(top / "home"), "TMPDIR": str(top / "tmp"), "PYTHONPATH": str(ROOT)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    out = top / "out"
    outputs = [word for name in ("all.csv", "all.xlsx", "all.jsonl") for word in ("-o", str(out / name))]
    command = [sys.executable, "-m", "raingan", "convert", "--lang", "en", str(inputs), *outputs, *options]
    began = time.monotonic()
    run = subprocess.run(command, env=environment, cwd=top / "cwd", capture_output=True, text=True, check=False)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.monotonic() - began
    print(f"{len(chosen)} files, {_megabytes(before)} MB; exit {run.returncode}; {seconds:.0f} s by the clock,")
    print(f"{spent.ru_utime + spent.ru_stime:.0f} s of CPU, the largest process {spent.ru_maxrss // 1024} MB")
    wrong = list(_wrong(chosen, out, run.returncode, run.stderr))
    wrong += _strays(before, _sizes(top), out)
    print("\n".join(wrong) or "nothing is wrong")
    return 1 if wrong else 0


def _write(chosen: Iterable[Hostile], folder: Path) -> None:
    for item in chosen:
        path = folder / item.name
        if not path.exists():
            path.write_bytes(item.make())


def _wrong(chosen: list[Hostile], out: Path, code: int, said: str) -> Iterable[str]:
    """Yield what is wrong with what the run says of its files."""
    if code not in (0, 1, 2) or "Traceback" in said:  # 2: there was no report among them, or no table either
        yield f"the run ended with {code}: {said[-3000:]}"
    tables = list(out.glob("all*/files.csv"))
    if not tables:
        yield "there is no table of files"
        return
    with tables[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = Counter(row["file"].removeprefix("'") for row in rows)
    yield from (f"no state: {item.name}" for item in chosen if item.name not in names)
    yield from (f"more than one state: {name}" for name, count in names.items() if count > 1)
    yield from (f"a bug: {row['file']}: {row['message']}" for row in rows if row.get("reason") == "bug")
    yield from (
        f"no reason: {row['file']}" for row in rows if row["state"] in ("failed", "skipped") and not row["reason"]
    )
    print(dict(Counter(f"{row['state']} {row['reason']}".strip() for row in rows).most_common()))
    for row in rows:
        if row.get("reason") in (
            "crash",
            "time-limit",
            "memory-limit",
            "page-time",
            "file-time",
            "memory",
            "lost",
            "poisoned",
        ):
            print(f"  ended: {row['file']}: {row['message']}")


def _strays(before: dict[Path, int], after: dict[Path, int], out: Path) -> list[str]:
    """Return what lies where nothing may: anything new or changed outside of the output."""
    new = [path for path, size in after.items() if before.get(path) != size and out not in path.parents]
    lost = [path for path in before if path not in after]
    places = [Path(tempfile.gettempdir()), Path("/"), Path.home(), ROOT, Path.cwd()]
    escaped = [place / name for place in places for name in _CANARIES if (place / name).exists()]
    kinds = (("written", new), ("gone", lost), ("escaped", escaped))
    return [f"{what}: {path}" for what, paths in kinds for path in paths]


def _sizes(folder: Path) -> dict[Path, int]:
    return {path: path.lstat().st_size for path in folder.rglob("*") if not path.is_dir() or path.parent != folder}


def _megabytes(sizes: dict[Path, int]) -> int:
    return sum(sizes.values()) // 2**20


if __name__ == "__main__":
    sys.exit(main())
