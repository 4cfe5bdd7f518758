"""Nothing is left behind: not by a run that ends, nor, once the next one has run, by one that was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from raingan.outputs import replacing
from raingan.review.pages.pages import Pages
from raingan.workfolder import WorkFolder, clear, system_place

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FOR_EVER = 120  # seconds: a guard, no measure
PLACES = ("home", "tmp", "cwd", "in", "out", "elsewhere")
# Stands for LibreOffice: makes a report of a good file, and hangs on any other.
SOFFICE = f"""#!{sys.executable} -I
import pathlib, shutil, sys, time
arguments = sys.argv[1:]
folder = pathlib.Path(arguments[arguments.index("--outdir") + 1])
source = pathlib.Path(arguments[-1])
if b"good" not in source.read_bytes():
    time.sleep(600)
folder.mkdir()
shutil.copy({str(SAMPLES / "training.docx")!r}, folder / (source.stem + ".docx"))
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and stands in as on POSIX")


class Places:
    """Every folder that a run could write to, and the command line that runs between them."""

    def __init__(self, top: Path) -> None:
        self.top = top
        for name in PLACES:
            (top / name).mkdir()
        (top / "bin").mkdir()
        (top / "bin" / "soffice").write_text(SOFFICE)
        (top / "bin" / "soffice").chmod(0o755)
        shutil.copy(SAMPLES / "park.txt", top / "in")
        (top / "in" / "a-good.rtf").write_bytes(rb"{\rtf1 good}")
        self.rtf = top / "in" / "b.rtf"
        self.rtf.write_bytes(rb"{\rtf1 hangs}")

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        top = self.top
        folders = {"HOME": top / "home", "TMPDIR": top / "tmp", "XDG_CACHE_HOME": top / "home" / ".cache"}
        environment = {"PATH": f"{top / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": ROOT, **folders}
        outputs = ("-o", top / "out" / "r.jsonl", "-o", top / "elsewhere" / "t.csv")
        command = [sys.executable, "-B", "-m", "raingan", "convert", top / "in", *outputs, "--workers", "1", *options]
        said = {name: str(value) for name, value in environment.items()}
        return subprocess.Popen(command, env=said, cwd=top / "cwd", stderr=subprocess.PIPE)

    def there(self) -> list[str]:
        """Everything that lies there now, but for the inputs."""
        paths = (path for name in PLACES for path in (self.top / name).rglob("*"))
        return sorted(path.relative_to(self.top).as_posix() for path in paths if path.parent != self.top / "in")

    def own_processes(self) -> list[int]:
        mark = f"HOME={self.top / 'home'}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def wait_until(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + FOR_EVER
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def is_output(path: str) -> bool:
    return path in ("out/r.jsonl", "out/r.raingan", "elsewhere/t") or path.startswith("elsewhere/t/")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_no_copy_of_a_report_stays_whether_ended_at_a_limit_or_killed(places: Places) -> None:
    with places.start("--page-seconds", "1") as run:  # LibreOffice hangs, and its process is ended
        _, said = run.communicate()
    assert run.returncode == 1 and b"b.rtf" in said
    limited = places.there()
    assert limited and not_outputs(limited) == []

    places.rtf.write_bytes(rb"{\rtf1 hangs, and is another file}")
    with places.start() as run:
        wait_until(lambda: list(places.top.glob("out/.raingan-*/office-*/report.rtf")))
        run.send_signal(signal.SIGKILL)
        run.communicate()
    wait_until(lambda: not places.own_processes())
    assert list(places.top.glob("out/.raingan-*/office-*/report.rtf"))  # nobody was there to remove it
    assert [path for path in places.there() if not path.startswith(("out/", "elsewhere/t"))] == []

    places.rtf.write_bytes(rb"{\rtf1 good in the end}")
    with places.start() as run:
        run.communicate()
    assert run.returncode == 0
    assert places.there() == limited  # the same outputs and nothing else


def not_outputs(paths: list[str]) -> list[str]:
    return [path for path in paths if not is_output(path)]


# --- the folder itself


def in_a_fork(work: Callable[[], object]) -> None:
    """Do something in a process that is then killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_folder_goes_with_its_run(tmp_path: Path) -> None:
    with WorkFolder(tmp_path) as work:
        (work.path / "copy" / "deep").mkdir(parents=True)
        (work.path / "copy" / "report.rtf").write_bytes(b"x")
        assert work.path.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_the_next_run_clears_what_a_killed_one_has_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def half_written() -> None:
        with replacing(tmp_path / "r.xlsx") as path:
            path.write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)

    for work in (lambda: WorkFolder(tmp_path), WorkFolder, Pages, half_written):
        in_a_fork(work)
        assert len(list(tmp_path.iterdir())) == 1
        clear(tmp_path)
        assert list(tmp_path.iterdir()) == []
    in_a_fork(Pages)  # whoever needs a folder where the system keeps such clears that first
    pages = Pages()
    assert len(list(tmp_path.iterdir())) == 1
    pages.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "named",
    [{"TMPDIR": "here"}, {"TMPDIR": "missing", "TEMP": "here"}, {"TMPDIR": "file", "TMP": "here"}, {"TMPDIR": ""}, {}],
)
def test_the_place_of_the_system_is_found_without_a_try(
    named: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tempfile` tries by writing a file, which a process killed just then leaves behind; the place is the same."""
    (tmp_path / "here").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
        if name in named:
            monkeypatch.setenv(name, str(tmp_path / named[name]) if named[name] else "")
    monkeypatch.setattr("tempfile.tempdir", None)
    usual = tempfile.gettempdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._get_default_tempdir", lambda: pytest.fail("a file was written to try a folder"))
    assert system_place() == usual
    assert tempfile.gettempdir() == usual


def test_only_what_was_ours_and_belongs_to_nobody_is_cleared(tmp_path: Path) -> None:
    """Not the folder of a run that goes on, whoever forked from it has ended; nor one of the user's, by any name."""
    mine, target = tmp_path / ".raingan-mine", tmp_path / "photos"
    for folder in (mine, target):
        folder.mkdir()
        (folder / "lock").write_bytes(b"my key")
    (tmp_path / ".raingan-link").symlink_to(target)
    with WorkFolder(tmp_path) as work:
        (work.path / "copy").write_bytes(b"x")
        before = sorted(tmp_path.rglob("*"))
        in_a_fork(lambda: None)
        in_a_fork(lambda: clear(tmp_path))
        clear(tmp_path)
        assert sorted(tmp_path.rglob("*")) == before


def test_what_cannot_be_removed_yet_is_removed_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is being ended may still write: the lock, which says whose it is, goes last."""

    def leave() -> None:
        (WorkFolder(tmp_path).path / "busy").mkdir()

    in_a_fork(leave)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        clear(tmp_path)
    assert len(list(tmp_path.glob(".raingan-*/lock"))) == 1
    clear(tmp_path)
    assert list(tmp_path.iterdir()) == []
