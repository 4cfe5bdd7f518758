"""Whole archives: files that misbehave, runs that are cut off, runs that come again. Processes of their own where
something is killed, this one elsewhere; `archive_faults` has the readers."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import raingan.convert
import raingan.progress
from raingan.cli import Exit, main
from raingan.ledger import View
from raingan.model.errors import LedgerError
from raingan.progress import Pace, Progress
from tests.app.archive_faults import QUICK, REAL, use

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
COMMAND = [sys.executable, "-m", "tests.app.archive_faults"]
SUFFIXES = ("xlsx", "jsonl", "csv")
TABLES = ("jsonl", "csv")  # where the workbook would only take its time
FOR_EVER = 300  # seconds until a test gives up: a guard, no measure

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are those of POSIX")


class Place:
    """An archive, the outputs of its runs, and what was read."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.archive = folder / "archive"
        self.archive.mkdir()
        self.out = folder / "out"
        self.out.mkdir()
        self.log = folder / "read"
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.setenv("READ_LOG", str(self.log))
        self.read_with(QUICK)

    def read_with(self, factory: str) -> None:
        self._monkeypatch.setattr(raingan.convert, "job_of", use(factory))

    def put(self, **files: str | bytes | Path) -> None:
        """Make files: `a="text"` makes a.txt, `a__pdf=...` a.pdf; a Path is copied."""
        for name, content in files.items():
            target = self.archive / (name.replace("__", ".") if "__" in name else f"{name}.txt")
            if isinstance(content, Path):
                shutil.copy(content, target)
            else:
                target.write_bytes(content.encode() if isinstance(content, str) else content)

    def arguments(self, *more: str, outputs: tuple[str, ...] = ("csv",), name: str = "r") -> list[str]:
        places = [part for suffix in outputs for part in ("-o", str(self.out / f"{name}.{suffix}"))]
        workers = () if "--workers" in more else ("--workers", "0")
        return ["convert", str(self.archive), *places, *workers, "--lang", "en", *more]

    def run(self, *more: str, outputs: tuple[str, ...] = ("csv",), name: str = "r") -> tuple[int, str]:
        """Run in this process; return the exit code and what was told."""
        self._capsys.readouterr()
        code = main(self.arguments(*more, outputs=outputs, name=name))
        return code, self._capsys.readouterr().err

    def start(self, *more: str, outputs: tuple[str, ...] = ("csv",), **environment: str) -> subprocess.Popen[str]:
        """Start the command line."""
        return subprocess.Popen(
            [*COMMAND, *self.arguments("--workers", "2", *more, outputs=outputs)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hear_ctrl_c,
        )

    def read(self) -> list[str]:
        """Return the names of the files that were read since this was last asked, in that order."""
        names = self.begun()
        self.log.unlink(missing_ok=True)
        return names

    def table(self, name: str = "r") -> dict[str, dict[str, str]]:
        """Return the rows of the table of files, by file."""
        with (self.out / name / "files.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["file"]: row for row in csv.DictReader(file)}

    def states(self) -> dict[str, str]:
        return {name: row["state"] for name, row in self.table().items()}

    def bytes(self, name: str = "r") -> dict[str, bytes]:
        """Return all outputs of a name."""
        found = {end: self.out / f"{name}.{end}" for end in ("xlsx", "jsonl")}
        if (self.out / name).is_dir():
            found |= {path.name: path for path in (self.out / name).iterdir()}
        assert found
        return {end: path.read_bytes() for end, path in found.items() if path.exists()}

    def standing(self) -> dict[str, str | None]:
        """Return what the run at work has written down: its inputs so far with their states, None while unread."""
        with suppress(LedgerError), View.look(self.out / "r.raingan") as view:
            return {seen.name: seen.state for run in view.runs()[:1] for seen in view.seen(run.number)}
        return {}

    def begun(self) -> list[str]:
        """Return what `read` will, without forgetting it."""
        return self.log.read_text(encoding="utf-8").split("\n")[:-1] if self.log.exists() else []

    def written(self) -> list[Path]:
        """Return the outputs that are there."""
        places = [self.out / f"r{end}" for end in (".xlsx", ".jsonl", "")]
        return [path for path in places if path.exists()]

    def processes(self) -> list[str]:
        """Return the processes that this test has started and that are still there."""
        mark = f"READ_LOG={self.log}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if int(entry.name) != os.getpid() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_text(errors="replace"))
            except OSError:
                continue
        return found


def hear_ctrl_c() -> None:
    """Heed Ctrl-C, which a shell has its programs in the background ignore, and they those that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, monkeypatch, capsys)


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + FOR_EVER
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def zipped(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.txt", text)
    return stream.getvalue()


# --- files that misbehave


def test_a_fault_costs_its_file_and_tells_its_reason(place: Place) -> None:
    good = {f"good-{number}": f"good {number}" for number in range(6)}
    place.put(**good, z__zip=zipped(one="first member", two="second member"))
    assert place.run(name="calm", outputs=("jsonl",))[0] == Exit.OK
    expected = {
        "segfault": ("crash", "SIGSEGV"),
        "leave": ("crash", "exit 7"),
        "hang": ("page-time", "Page 4 took longer than the limit of 3 seconds"),
        "hangs_in_c": ("page-time", "Page 1"),
        "long": ("file-time", "limit of 5 seconds"),
        "hungry": ("memory", "limit of 300 MB"),
        "garbage": ("crash", "ValueError"),
        "bad_report": ("crash", "ValueError"),
        "bad_reason": ("crash", "ValueError"),
        "kill_keeper": ("lost", "--retry-failed"),
    }
    place.put(**{name: name for name in (*expected, "kill_keeper_once", "chatty")})
    limits = ("--page-seconds", "3", "--file-seconds", "5", "--memory-mb", "300")
    code, told = place.run("--workers", "2", *limits, outputs=("csv", "jsonl"))
    assert code == Exit.SOME_FAILED
    files = place.table()
    for name, (reason, words) in expected.items():
        row = files[f"{name}.txt"]
        assert (row["state"], row["reason"]) == ("failed", reason) and words in row["message"], row
        assert f"{name}.txt: " in told
    assert place.processes() == []
    failed = {f"{name}.txt" for name in expected}
    assert {name for name, row in files.items() if row["state"] == "failed"} == failed
    lines = (place.out / "r.jsonl").read_text(encoding="utf-8").splitlines()
    calm = (place.out / "calm.jsonl").read_text(encoding="utf-8").splitlines()
    others = {"kill_keeper_once.txt", "chatty.txt"}
    assert [line for line in lines if json.loads(line)["file"] not in others] == calm
    assert others < {json.loads(line)["file"] for line in lines}


def test_standard_output_stays_clean(place: Place) -> None:
    place.put(chatty="chatty", good="good")
    with place.start("-o", "-", outputs=()) as process:
        out, told = process.communicate()
    assert process.returncode == Exit.OK
    assert [json.loads(line)["file"] for line in out.splitlines()] == ["chatty.txt", "good.txt"]
    assert "talks" not in told and "2 files" in told


# --- runs that come again


def test_an_archive_that_did_not_change_costs_nothing(place: Place) -> None:
    place.put(a="a", b="b", c="c", z__zip=zipped(m="m"), hurt__bin=b"\0\1")
    assert place.run(outputs=SUFFIXES)[0] == Exit.OK
    before = place.bytes()
    for path in place.out.rglob("*"):
        os.utime(path, (1, 1))
    assert sorted(place.read()) == ["a.txt", "b.txt", "c.txt", "z.zip/m.txt"]
    code, told = place.run(outputs=SUFFIXES)
    assert code == Exit.OK and place.read() == [] and place.bytes() == before
    assert "wrote" not in told
    outputs = [path for path in place.out.rglob("*") if path.suffix in (".xlsx", ".jsonl", ".csv")]
    assert len(outputs) > 3 and {path.stat().st_mtime for path in outputs} == {1}

    place.put(b="changed", d="new")
    (place.archive / "c.txt").rename(place.archive / "renamed.txt")
    (place.archive / "a.txt").unlink()
    code, told = place.run(outputs=SUFFIXES)
    assert sorted(place.read()) == ["b.txt", "d.txt"]
    assert "a.txt" in told and "c.txt" in told
    assert list(place.states()) == ["b.txt", "d.txt", "hurt.bin", "renamed.txt", "z.zip", "z.zip/m.txt"]
    texts = [json.loads(line) for line in (place.out / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["file"]: line["agency"] for line in texts}["renamed.txt"] == "c"
    place.run(outputs=SUFFIXES, name="fresh")
    assert place.bytes() == place.bytes("fresh")


def test_outputs_that_were_lost_or_edited_are_written_anew(place: Place) -> None:
    place.put(a="a", b="b")
    place.run(outputs=SUFFIXES)
    before, _ = place.bytes(), place.read()
    (place.out / "r.jsonl").unlink()
    for edited in ("r/files.csv", "r.xlsx"):
        with (place.out / edited).open("ab") as stream:
            stream.write(b"edited")
    _, told = place.run(outputs=SUFFIXES)
    assert place.bytes() == before and place.read() == [] and told.count("wrote ") == 3


def test_a_copy_that_is_read_in_another_way_is_no_copy(place: Place) -> None:
    """Only the name tells that a piece of a web page is one: as a text it may give no report."""
    page = "words <p>and</p><div>more words</div>"
    place.put(a=page, b__html=page, c__html=page, d=page, e__htm=page)
    place.run()
    assert place.read() == ["a.txt", "b.html"]
    copies = {name: row["message"].split()[4] for name, row in place.table().items() if row["reason"] == "duplicate"}
    assert copies == {"c.html": "b.html;", "d.txt": "a.txt;", "e.htm": "b.html;"}
    kinds = {name: row["kind"] for name, row in place.table().items() if name in copies}
    assert kinds == {"c.html": "html", "d.txt": "text", "e.htm": "html"}


def test_an_output_never_takes_the_place_of_the_ledger(place: Place) -> None:
    place.put(a="a")
    code, told = place.run("--ledger", str(place.out / "r.jsonl"), outputs=("jsonl",))
    assert code == Exit.WRONG_USE and "r.jsonl is given twice" in told
    assert list(place.out.iterdir()) == []


def test_what_failed_is_read_again_on_request_until_it_is_poisoned(place: Place) -> None:
    place.put(segfault="x", good="good")
    workers = ("--workers", "1")
    for reason in ("crash", "crash", "poisoned"):
        code, told = place.run(*workers, "--retry-failed")
        assert code == Exit.SOME_FAILED
        assert place.table()["segfault.txt"]["reason"] == reason
        assert place.read().count("segfault.txt") == 1
        assert place.run(*workers)[0] == Exit.SOME_FAILED and place.read() == []
    code, told = place.run(*workers, "--retry-failed")
    assert place.read() == [] and code == Exit.SOME_FAILED
    assert "Set aside: reading it ended its process 3 times" in told

    # Another setting that changes results reads all of it anew.
    place.run(*workers, "--ocr", "off")
    assert sorted(place.read()) == ["good.txt", "segfault.txt"]


def test_a_changed_form_reads_anew(place: Place) -> None:
    place.put(a="a")
    form = place.out.parent / "form.toml"
    shutil.copy(ROOT / "extract/sections/forms/bma-indicator.toml", form)
    text = form.read_text(encoding="utf-8").replace('id = "bma-indicator"', 'id = "own"')
    for content, read in ((text, ["a.txt"]), (text, []), (text + "\n# changed\n", ["a.txt"])):
        form.write_text(content, encoding="utf-8")
        assert place.run("--form", str(form))[0] == Exit.OK
        assert place.read() == read


# --- runs that are cut off


def test_one_run_at_a_time_and_it_can_be_interrupted(place: Place) -> None:
    place.put(a="a", wait="wait", z="z")
    with place.start("--page-seconds", "3600") as process:
        wait_until(lambda: place.standing() == {"a.txt": "done", "wait.txt": None, "z.txt": "done"})
        code, told = place.run()
        assert code == Exit.CANNOT_WRITE and str(process.pid) in told and place.written() == []
        assert sorted(place.read()) == ["a.txt", "wait.txt", "z.txt"]
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == Exit.INTERRUPTED
    assert "run the same command to go on" in told and "r.raingan" in told and "Traceback" not in told
    assert place.processes() == [] and place.written() == []
    assert place.run()[0] == Exit.OK
    assert place.read() == ["wait.txt"]


def test_kills_change_no_byte(place: Place) -> None:
    chance = random.Random(11)
    place.put(**{f"f{number:02}": f"file {number}" for number in range(24)}, z__zip=zipped(m="member", n="other"))
    place.put(copy="file 3", empty="")
    code, _ = place.run(outputs=TABLES, name="calm")
    files = set(place.read())
    for _ in range(4):
        before = len(place.begun())
        kill_at = before + chance.randint(1, 5)
        with place.start(outputs=TABLES, READ_AT_MOST=str(before + 5)) as process:
            wait_until(lambda least=kill_at: len(place.begun()) >= least)
            process.kill()
            process.communicate()
        assert place.written() == []
        wait_until(lambda: place.processes() == [])
    with place.start(outputs=TABLES) as process:
        process.communicate()
    assert process.returncode == code and place.bytes() == place.bytes("calm")
    names = place.read()
    # Two are at work at a kill, and two may have ended that are not written down yet: only these are read again.
    assert set(names) == files and len(names) <= len(files) + 4 * 4


def killed(place: Place, times: int, when: Callable[[], bool] | None = None) -> list[str]:
    """Run until a file ends the run, or until it is so far, so many times; return what the last one read."""
    names: list[str] = []
    for _ in range(times):
        with place.start(**({} if when is None else {"HOLD": "1"})) as process:
            if when is not None:
                wait_until(when)
                process.kill()
            process.communicate()
        assert process.returncode == -signal.SIGKILL
        wait_until(lambda: place.processes() == [])
        names = place.read()
    return names


def test_what_cuts_off_runs_is_read_last_and_alone_and_then_set_aside(place: Place) -> None:
    place.put(**{"a-slow": "slow", "b-kill_run": "kill", "c": "c"})
    killed(place, 3, when=lambda: len(place.begun()) == 2)
    assert killed(place, 1) == ["c.txt", "a-slow.txt", "b-kill_run.txt"]
    assert killed(place, 2) == ["b-kill_run.txt"]
    with place.start() as process:
        _, told = process.communicate()
    assert process.returncode == Exit.SOME_FAILED and "b-kill_run.txt: Set aside" in told
    assert place.states() == {"a-slow.txt": "done", "b-kill_run.txt": "failed", "c.txt": "done"}
    assert place.read() == []


def test_what_cut_off_runs_and_then_loses_its_worker_ends_as_lost(place: Place) -> None:
    place.put(**{"a": "a", "b-kill_run": "kill"})
    killed(place, 3, when=lambda: "b-kill_run.txt" in place.begun() and place.standing().get("a.txt") == "done")
    code, told = place.run("--workers", "1")
    assert code == Exit.SOME_FAILED and "b-kill_run.txt: The worker that read this file went away" in told
    assert place.read() == ["b-kill_run.txt"] * 3 and place.states()["a.txt"] == "done"


def test_a_full_disk_is_told_and_the_next_run_goes_on(place: Place) -> None:
    chance = random.Random(5)
    place.put(**{f"f{number:02}": chance.randbytes(20_000).hex() for number in range(16)})
    with place.start(FILE_BYTES="400000") as process:
        _, told = process.communicate()
    assert process.returncode == Exit.CANNOT_WRITE
    assert told.startswith("raingan: error: ") and "r.raingan" in told and "Traceback" not in told
    assert place.processes() == [] and place.written() == []
    first = place.read()
    with place.start() as process:
        process.communicate()
    second = place.read()
    assert process.returncode == Exit.OK and 0 < len(second) < 16
    assert len(first) + len(second) <= 16 + 4 and set(place.states().values()) == {"done"}


# --- the real reader


def test_the_same_bytes_however_many_workers(place: Place) -> None:
    place.read_with(REAL)
    for name in ("park.txt", "memo.txt", "stalls.html", "canal.pdf", "broken.pdf", "year-2567.zip"):
        shutil.copy(SAMPLES / name, place.archive)
    place.put(copy=SAMPLES / "park.txt")
    for workers in ("0", "2"):
        code, _ = place.run("--workers", workers, outputs=SUFFIXES, name=f"w{workers}")
        assert code == Exit.SOME_FAILED
    assert place.bytes("w0") == place.bytes("w2")


# --- progress


def test_progress_on_a_terminal_is_one_line_drawn_over(place: Place) -> None:
    import pty

    place.put(a="a", b="b")
    ours, theirs = pty.openpty()
    with subprocess.Popen([*COMMAND, *place.arguments()], cwd=ROOT, stderr=theirs):
        os.close(theirs)
        told = b""
        try:
            while piece := os.read(ours, 4_096):
                told += piece
        except OSError:  # how Linux tells that the other end is closed
            pass
    os.close(ours)
    drawn, _, rest = told.decode().rpartition("\r\x1b[K")
    assert drawn.startswith("\r\x1b[K") and "\n" not in drawn and "a.txt" in drawn
    assert rest.startswith("2 files")


def test_progress_in_a_log_is_line_by_line(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.put(a="a", b="b")
    _, told = place.run()
    assert told.splitlines()[0].startswith("2 files") and "\x1b" not in told
    monkeypatch.setattr(raingan.progress, "_SECONDS_BETWEEN_LOGGED", 0.0)
    stream = io.StringIO()
    progress = Progress("th", stream)
    for name in ("a\nb.txt", "c.txt"):
        progress(Pace(total=2, file=name))
    progress.end()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2 and "a?b.txt" in lines[0] and "c.txt" in lines[1] and "\x1b" not in stream.getvalue()
