"""Tells where the time of a scanned page goes, and how near the whole path comes to the bare recogniser.

    python tests/bench/scans/stages.py FOLDER [--rounds 2]

Every stage's own CPU time (without that of stages called inside it), milliseconds a page; then two processes side by
side: pages a second of the whole path (file to record), of the recogniser alone on the same line pictures, and of its
network alone, and what a fresh process pays before and with its first page. One thread a process, files in turns, so
that both processes share them.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import importlib
import multiprocessing
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from extract.reading.document import read_document
from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from normalize.report import normalize_report
from raingan.model.errors import InputError
from raingan.model.records import Limits, OcrEngine, Source

# Module, function and the stage it is counted for; a function is wrapped where it is looked up.
_STAGES = (
    ("extract.reading.pdf.read", "picture_of", "decode: PDF page"),
    ("extract.reading.scan.image_file", "decoded", "decode: picture file"),
    ("extract.reading.scan.read", "_is_empty", "empty?"),
    ("extract.reading.scan.read", "straighten", "straighten: other"),
    ("extract.reading.scan.straighten", "_laid_flat", "straighten: sheet"),
    ("extract.reading.scan.straighten", "_look", "straighten: sketch"),
    ("extract.reading.scan.straighten", "_clean", "straighten: clean"),
    ("extract.reading.scan.straighten", "remove_specks", "straighten: specks"),
    ("extract.reading.scan.straighten", "_turned", "straighten: turn"),
    ("extract.reading.scan.read", "segment", "segment: rows"),
    ("extract.reading.scan.segment", "find_components", "segment: components"),
    ("extract.reading.scan.segment", "find_ticks", "segment: ticks"),
    ("extract.reading.scan.segment", "find_rules", "segment: rules"),
    ("extract.reading.scan.segment", "cut_rows", "segment: cuts"),
    ("extract.reading.scan.engine", "prepare", "engine: line pictures"),
    ("extract.reading.scan.engine", "LineEngine.logits", "engine: network"),
    ("extract.reading.scan.engine", "LineEngine.read", "engine: decoding"),
    ("extract.reading.scan.read", "assemble", "assemble"),
    ("extract.reading.scan.assemble", "line_picture", "assemble: pictures of lines"),
    ("extract.reading.scan.assemble", "figures_of", "assemble: figures"),
)


class Clock:
    """Shares CPU time among stages that call each other."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.spent: dict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = time.process_time()

    def switch(self, to: str | None) -> None:
        """Book the time since the last switch; begin a stage, or with None end the latest."""
        now = time.process_time()
        if self._stack:
            self.spent[self._stack[-1]] += now - self._since
        self._since = now
        if to is None:
            self._stack.pop()
        else:
            self._stack.append(to)

    def watch(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """Return the function, its calls booked under a stage."""

        @functools.wraps(function)
        def watched(*values: Any, **options: Any) -> Any:
            self.switch(stage)
            try:
                return function(*values, **options)
            finally:
                self.switch(None)

        return watched


def convert(path: Path, clock: Clock | None = None) -> int:
    """Read one file to its records; number of its pages."""
    data = path.read_bytes()
    source = Source(path.name, data, hashlib.sha256(data).hexdigest())
    reading: Callable[..., Any] = clock.watch(read_document, "other reading") if clock else read_document
    finding: Callable[..., Any] = clock.watch(find_reports, "find reports") if clock else find_reports
    making: Callable[..., Any] = clock.watch(normalize_report, "normalize") if clock else normalize_report
    try:
        document = reading(source, Limits(), OcrEngine.OWN)
    except InputError:
        return 0
    for raw in finding(document, load_forms()):
        making(raw, file=path.name, sha256=source.sha256, read_by="ocr")
    return sum(page.engine is not None for page in document.pages)


def stages(files: list[Path], rounds: int) -> None:
    """Print what each stage costs, the least of some rounds."""
    clock = Clock()
    for name, function, stage in _STAGES:
        holder: Any = importlib.import_module(name)
        *path, last = function.split(".")
        for step in path:
            holder = getattr(holder, step)
        setattr(holder, last, clock.watch(getattr(holder, last), stage))
    convert(files[0])
    best: dict[str, float] = {}
    for _ in range(rounds):
        clock.spent.clear()
        pages = sum(convert(path, clock) for path in files)
        for stage, seconds in clock.spent.items():
            best[stage] = min(best.get(stage, seconds), seconds)
    print(f"{pages} pages; CPU ms a page, the least of {rounds} rounds")
    for stage, seconds in sorted(best.items(), key=lambda item: -item[1]):
        print(f"  {stage:28s} {1000 * seconds / pages:8.1f}")
    print(f"  {'all':28s} {1000 * sum(best.values()) / pages:8.1f}")
    print(f"  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _work(files: list[Path], rounds: int, gate: Any, answers: Any) -> None:
    """Take the whole path, then the recogniser alone, then its network alone; each begins in both processes at once."""
    cv2.setNumThreads(1)
    begin = time.process_time()
    from extract.reading.scan.engine import LineEngine, line_engine
    from extract.reading.scan.line_pictures import prepare

    engine: Any = line_engine()
    loading = time.process_time() - begin
    cuts: list[Any] = []
    read = LineEngine.read

    def keeping(self: Any, given: Any) -> Any:
        cuts.extend(given)
        return read(self, given)

    LineEngine.read = keeping  # type: ignore[assignment,method-assign]
    begin = time.process_time()
    convert(files[0])
    first = time.process_time() - begin
    cuts.clear()
    pages = sum(map(convert, files))
    LineEngine.read = read  # type: ignore[method-assign]
    begin = time.process_time()
    convert(files[0])
    again = time.process_time() - begin
    pictures = [prepare(cut, engine.model) for cut in cuts]
    figures = [(pages, loading, first - again)]
    tasks: tuple[Callable[[], Any], ...] = (
        lambda: [convert(path) for path in files],
        lambda: engine.read(cuts),
        lambda: [engine.logits(picture) for picture in pictures if picture.shape[1] >= engine.model.stride],
    )
    for task in tasks * rounds:
        gate.wait()
        wall, cpu = time.perf_counter(), time.process_time()
        task()
        figures.append((pages, time.perf_counter() - wall, time.process_time() - cpu))
    answers.put(figures)


def side_by_side(files: list[Path], rounds: int) -> None:
    """Print pages a second of two processes, and each as a share of the recogniser's."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_work, args=(files[at::2], rounds, gate, answers)) for at in range(2)]
    for worker in workers:
        worker.start()
    got = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    pages = sum(figures[0][0] for figures in got)
    print(f"engine loaded in {1000 * got[0][0][1]:.0f} ms; the first page costs {1000 * got[0][0][2]:.0f} ms more")
    print("two processes                 pages a second (clock)   CPU ms a page   share of the recogniser's speed")
    bare = 0.0
    for at, name in ((1, "recogniser alone"), (2, "network alone"), (0, "whole path")):
        rows = [[figures[1 + 3 * turn + at] for figures in got] for turn in range(rounds)]
        clock = min(max(row[1] for row in pair) for pair in rows)
        cpu = min(sum(row[2] for row in pair) for pair in rows)
        bare = bare or cpu
        print(f"  {name:28s} {pages / clock:20.2f} {1000 * cpu / pages:15.1f} {100 * bare / cpu:20.0f} %")


def main() -> int:
    """Measure one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = sorted(path for path in options.folder.iterdir() if path.suffix not in (".json", ".jsonl"))
    side_by_side(files, options.rounds)
    stages(files, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
