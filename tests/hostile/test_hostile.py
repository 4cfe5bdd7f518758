"""Whatever comes, every file has one state, and nothing happens but reading. The whole run is run.py."""

from __future__ import annotations

import csv
import gc
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.intake.inputs import iter_sources
from extract.sections.forms import load_forms
from raingan.cli import main
from raingan.model.messages import sentence
from raingan.model.records import FileResult, Source, State
from raingan.pipeline import process
from raingan.settings import Settings
from tests.hostile.catalogue import everything, some
from tests.hostile.parts import Cost, Hostile
from tests.hostile.watching import watching

ROOT = Path(__file__).parents[2]
STEPS = 8  # every eighth of the cheap files: some 170
BATCHES = 6
MISSING = re.compile(r"\{[a-z_]+\}")  # a parameter that nobody gave stays in its sentence


def results_of(path: Path) -> Iterator[FileResult]:
    settings = Settings()
    for item in iter_sources([str(path)], settings.limits):
        if isinstance(item, Source):
            result, reports = process(item, load_forms(()), settings)
            assert result.reports == len(reports)
            yield result
        else:
            yield item


def test_there_are_more_than_a_thousand() -> None:
    files = everything()
    assert len(files) > 1000
    assert len({Path(item.name).suffix for item in files}) > 12


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_file_has_a_state(batch: int, tmp_path: Path) -> None:
    wrong = []
    next(results_of(_written(Hostile("first.txt", lambda: b"loads what is loaded once"), tmp_path)))
    for item in list(some(STEPS))[batch::BATCHES]:
        path = _written(item, tmp_path)
        with watching() as events:
            results = list(results_of(path))
        path.unlink()
        named = Counter(result.file for result in results)
        assert results and named.most_common(1)[0][1] == 1, item.name
        if any(result.reason == "bug" for result in results) or events:
            wrong.append((item.name, [result.reason_values for result in results], events))
        for result in results:
            assert result.state in (State.DONE, State.REVIEW) or result.reason is not None, item.name
            if result.reason is not None:
                told = sentence(result.reason, result.reason_values, "th")
                assert told and not MISSING.search(told), item.name
    gc.collect()  # a file left open is a warning, and warnings are errors
    assert wrong == []
    assert list(tmp_path.iterdir()) == [tmp_path / "first.txt"]


def _written(item: Hostile, folder: Path) -> Path:
    path = folder / item.name
    path.write_bytes(item.make())
    return path


def test_nothing_is_written_but_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damaged reports and archives that reach outside, through the command line into every output."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    chosen = [
        item
        for item in everything()
        if item.cost is Cost.CHEAP and item.name.startswith(("mutant-", "zip-name", "zip-lie", "zip-64"))
    ]
    chosen = [item for item in chosen if not item.name.endswith(".pdf")]
    for item in chosen:
        _written(item, inputs)
    before = _tree(tmp_path)
    out = tmp_path / "out"
    code = main(["convert", str(inputs), "-o", f"{out}.xlsx", "-o", f"{out}.jsonl", "-o", f"{out}.csv"])
    assert code in (0, 1)
    capsys.readouterr()
    new = {path.relative_to(tmp_path).parts[0] for path in _tree(tmp_path).keys() - before.keys()}
    assert new <= {"out.xlsx", "out.jsonl", "out.csv", "out", "out.raingan"}
    assert {path: data for path, data in _tree(tmp_path).items() if path in before} == before
    assert not Path("/tmp/hostile-was-here.txt").exists()
    rows = _files_table(tmp_path)
    assert {item.name for item in chosen} <= {row.partition("/")[0] for row in rows}
    assert Counter(rows).most_common(1)[0][1] == 1


def _files_table(folder: Path) -> list[str]:
    """Return the names of all files in the table of files."""
    table = next(folder.glob("out*/files.csv"))
    with table.open(encoding="utf-8-sig", newline="") as stream:
        return [row["file"].removeprefix("'") for row in csv.DictReader(stream)]


def _tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_a_member_that_wants_all_memory(tmp_path: Path) -> None:
    """Archives are opened by the process that runs everything: it may not end for want of memory."""
    item = next(item for item in everything() if item.name == "zip-lzma-dictionary.zip")
    path = _written(item, tmp_path)
    script = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from extract.intake.inputs import iter_sources
from raingan.model.records import Limits
print([item.reason for item in iter_sources([{str(path)!r}], Limits())])
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "['archive', 'broken-file']", run.stderr
