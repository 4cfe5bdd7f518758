"""What the campaign of faults is made of: an archive, its place on a disk, processes, and a page that decides."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from raingan.ledger import View
from raingan.review.decisions import ReportId
from raingan.review.store import Decisions, decisions_beside

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
LEDGER = "r.raingan"
OUTPUTS = ("r.xlsx", "r.jsonl", "r.csv")
KEPT = {LEDGER, f"{LEDGER}-decisions", f"{LEDGER}-review", "r.xlsx", "r.jsonl", "r"}
"""All that may lie in the folder of outputs at the end."""

QUICK = ("park.txt", "stalls.html", "memo.txt")
_WHOLE = (
    "canal.pdf",
    "broken.pdf",
    "library.html",
    "two.pdf",
    "training.docx",
    "complaints.txt",
    "fax.tif",
    "year-2567.zip",
)
_GUARD = 180.0  # seconds until a process that should have ended is called hung
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/enter/\S+")
_DISK = 64  # MB of a disk of our own
_HOLD = 0.05


class Wrong(Exception):
    """Something was lost, double, left behind, hung or untrue."""


# --- the archive


def make_archive(folder: Path, quick: bool) -> None:
    """Fill a folder with reports of every kind and with what is none."""
    folder.mkdir()
    for name in QUICK if quick else (*QUICK, *_WHOLE):
        shutil.copy(SAMPLES / name, folder / name)
    shutil.copy(SAMPLES / "park.txt", folder / "copy of park.txt")
    (folder / "empty.txt").touch()
    (folder / "odd\nname.txt").write_text("words\n", encoding="utf-8")
    os.mkfifo(folder / "pipe")
    (folder / "one").symlink_to(folder / "other")
    (folder / "other").symlink_to(folder / "one")
    if not quick:
        with zipfile.ZipFile(folder / "inner.zip", "w") as archive:
            archive.write(SAMPLES / "daycare.txt", "daycare.txt")
            archive.write(SAMPLES / "canal.pdf", "deep/canal.pdf")
        if shutil.which("soffice"):
            (folder / "old.rtf").write_bytes(rb"{\rtf1\ansi Some words.\par}")


def content(folder: Path) -> dict[str, str]:
    """Return the hash of each file below a folder, or what else it is."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "else"
    return found


def outputs_of(folder: Path) -> dict[str, str]:
    """Return the hashes of all outputs in a folder."""
    return {name: told for name, told in content(folder).items() if name.split("/")[0] in {"r.xlsx", "r.jsonl", "r"}}


# --- where outputs lie


class Disk:
    """A small disk of its own where this is root, which can be full and read-only; else a folder."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self.folder = folder
        folder.mkdir()
        self.is_own = (
            os.name == "posix" and os.geteuid() == 0 and chance.random() < 0.5 and self._mount(f"size={_DISK}m")
        )

    def _mount(self, options: str) -> bool:
        if shutil.which("mount") is None:
            return False
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        self.said = done.stderr.strip()
        return done.returncode == 0

    def again(self, options: str) -> bool:
        """Mount it with other options; say whether that could be done."""
        return self.is_own and self._mount(f"remount,{options}")

    def fill(self, left_kb: int) -> bool:
        """Leave so much room."""
        used = sum(path.stat().st_blocks * 512 for path in self.folder.rglob("*") if path.is_file())
        return self.again(f"size={used // 1024 + left_kb}k")

    def mend(self) -> None:
        """Make it a good disk again."""
        if self.is_own and not wait_for(lambda: self.again(f"size={_DISK}m,rw"), 5):
            raise Wrong(f"the disk cannot be mended: {self.said}")

    def close(self) -> None:
        """Take it away with all that lies on it."""
        if self.is_own:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)


# --- processes


@dataclass
class Started:
    """A command at work."""

    process: subprocess.Popen[str]
    told: Path  # what it says on standard error

    @property
    def is_on(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        return self.told.read_text(encoding="utf-8", errors="replace")

    def wait(self) -> int:
        """Wait for its end; return its exit code."""
        try:
            code = self.process.wait(_GUARD)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            raise Wrong(f"hung: {self.process.args}") from error
        said = self.said()
        is_started = ", in main\n" in said
        if "Traceback" in said and (is_started or not said.rstrip().endswith("KeyboardInterrupt")):
            raise Wrong(f"a traceback: {self.said()[-2000:]}")
        return code

    def below(self) -> list[int]:
        """Return keepers and readers: the processes that it has started, and those that these have started."""
        found: list[int] = []
        for number in _children(self.process.pid):
            found += [number, *_children(number)]
        return found


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError, ValueError):
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    return []


@dataclass
class Base:
    """The folders of a campaign: nothing of it may lie anywhere else."""

    top: Path
    mark: str = ""

    def __post_init__(self) -> None:
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        for name in ("tmp", "home", "cwd", "said", "rounds"):
            (self.top / name).mkdir()

    def start(self, *arguments: str, **environment: str) -> Started:
        """Start the command line."""
        told = self.top / "said" / str(time.monotonic_ns())
        folders = {"HOME": str(self.top / "home"), "TMPDIR": str(self.top / "tmp"), "CAMPAIGN": self.mark}
        with told.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-B", "-m", "tests.campaign_start", *arguments, "--lang", "en"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **folders, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stream,
                text=True,
                preexec_fn=_usual_signals,
            )
        return Started(process, told)

    def convert(self, out: Path, *more: str, **environment: str) -> Started:
        """Start reading the archive."""
        places = [part for name in OUTPUTS for part in ("-o", str(out / name))]
        return self.start("convert", str(self.top / "in"), *places, "--workers", "2", *more, **environment)

    def left(self) -> list[str]:
        """Return what is left behind: processes, and files where none may be."""
        until = time.monotonic() + 10
        while (alive := self._alive()) and time.monotonic() < until:
            time.sleep(_HOLD)
        files = [str(path) for name in ("tmp", "home", "cwd") for path in (self.top / name).rglob("*")]
        return [*alive, *files]

    def _alive(self) -> list[str]:
        mark, found = f"CAMPAIGN={self.mark}".encode(), []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(f"process {entry.name}: {(entry / 'cmdline').read_text(errors='replace')[:200]}")
        return found


def _usual_signals() -> None:
    """Heed what a shell has its programs in the background ignore."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def wait_for(condition: Callable[[], bool], seconds: float = _GUARD) -> bool:
    """Wait until something is so; say whether it came to be."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


# --- a page that decides


@dataclass
class Deciding:
    """Persons at the page of a ledger: what they did, and what they were told is kept."""

    ledger: Path
    reports: Sequence[tuple[ReportId, str | None]]  # and the agency that the machine read
    acknowledged: dict[int, str] = field(default_factory=dict)
    asked: int = 0
    refused: int = 0

    @classmethod
    def on(cls, ledger: Path) -> Deciding:
        with View.look(ledger) as view:
            found = [(ReportId(one.sha256, one.report_index), one.agency) for _, one in view.reports()]
        return cls(ledger, found)

    @contextlib.contextmanager
    def at(self, review: Started, chance: Random) -> Iterator[None]:
        """Decide without end as long as the block lasts, or the page."""
        if not wait_for(lambda: bool(_ADDRESS.search(review.said())) or not review.is_on):
            raise Wrong("the page does not open")
        address = _ADDRESS.search(review.said())
        stop = threading.Event()
        thread = threading.Thread(target=self._work, args=(address and address[0], Random(chance.random()), stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _work(self, address: str | None, chance: Random, stop: threading.Event) -> None:
        if address is None:
            return
        told = urlsplit(address)
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(http.client.HTTPConnection("127.0.0.1", told.port or 0, timeout=_GUARD)) as page,
        ):
            page.request("GET", told.path)
            answer = page.getresponse()
            answer.read()
            cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
            headers = {"Content-Type": "application/json", "X-Raingan": "1", "Cookie": cookie}
            while not stop.is_set():
                report, agency = chance.choice(self.reports)
                self.asked += 1
                note = f"{'x' * chance.randrange(400)}-{address[-8:]}-{self.asked}"  # like no other
                step = {"field": "agency", "action": chance.choice(("accept", "note")), "machine": agency, "note": note}
                page.request("POST", "/api/decide", json.dumps({"report": str(report), "decisions": [step]}), headers)
                answer = page.getresponse()
                data = json.loads(answer.read())
                if answer.status == 200:
                    self.acknowledged.update((row, note) for row in data["numbers"])
                elif answer.status in (423, 503):  # another has it; the disk is full
                    self.refused += 1
                    stop.wait(_HOLD)
                else:
                    raise Wrong(f"{answer.status}: {data}")

    def check(self, path: Path, acknowledged: dict[int, str] | None = None) -> int:
        """Raise `Wrong` where decisions are lost or double in a file; return how many it holds."""
        known = self.acknowledged if acknowledged is None else acknowledged
        decisions = Decisions.look(path)
        if decisions is None:
            if known:
                raise Wrong("the file of decisions is gone")
            return 0
        with decisions:
            rows = [row for report in decisions.reports() for row in decisions.of(report)]
        kept = {row.number: row.note for row in rows}
        if not known.items() <= kept.items():
            raise Wrong(f"lost: {sorted(set(known.items()) - set(kept.items()))[:3]}")
        if sorted(kept) != list(range(1, len(rows) + 1)) or len(set(kept.values())) != len(rows):
            raise Wrong("double")
        return len(rows)

    def copied(self, target: Path) -> None:
        """Copy the named file alone, as it lies there at this moment, and look into the copy."""
        known, path = dict(self.acknowledged), decisions_beside(self.ledger)
        if path.exists():
            shutil.copyfile(path, target)
            self.check(target, known)
            target.unlink()
