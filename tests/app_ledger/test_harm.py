"""Kills, full disks, files that are no ledger, ledgers that lie: nothing acknowledged is lost, and each is told."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from raingan.ledger import Changes, Ledger, View
from raingan.ledger.database import _file_system
from raingan.model.codec import pack
from raingan.model.errors import LedgerError
from raingan.model.messages import LANGUAGES, talk
from raingan.model.records import FileResult, State
from raingan.review.store import Decisions
from tests.app_ledger.making import ROOT, ended, kept_of, key_of, listed, pages_of, run_over

KILLS = 12
FILES = 90

# Reads what is not known yet, and says so once it is written down.
WRITER = """
import sys
from pathlib import Path
from raingan.ledger import Ledger, Changes
from tests.app_ledger.making import ended, flights, key_of, listed
with Ledger.open(Path(sys.argv[1])) as ledger:
    for number in range(int(sys.argv[2])):
        name = f"{number}.txt"
        changes = Changes(listed=[listed(name)])
        if ledger.find(key_of(name, name)) is None:
            ledger.record(flights(name))
            changes.outcomes.append(ended(name, reports=2))
        ledger.record(changes)
        if changes.outcomes:
            print(number, flush=True)
    ledger.finish_listing()
"""


def writer(path: Path, files: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(files)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def at_work(path: Path) -> int:
    """Count the contents at work now, or when the last run was cut off."""
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM flights").fetchone()[0])


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def test_nothing_acknowledged_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    chance = random.Random(4)
    told: list[int] = []
    for _ in range(KILLS):
        with writer(path, FILES) as process:
            assert process.stdout is not None
            for _, line in zip(range(chance.randint(1, 9)), process.stdout, strict=False):
                told.append(int(line))
            time.sleep(chance.random() / 100)
            process.kill()
            told += [int(line) for line in process.stdout]
        with View.look(path) as view:
            assert all(view.find(key_of(f"{number}.txt")) for number in told)
            assert all(kept_of(view, f"{number}.txt") == pages_of(f"{number}.txt") for number in told)
    assert len(told) == len(set(told)) > KILLS
    with writer(path, FILES) as process:
        rest, errors = process.communicate()
    assert errors == ""
    # What was written down and killed before it could be told is not read twice either.
    again = [int(line) for line in rest.split()]
    assert not set(again) & set(told) and set(again) | set(told) <= set(range(FILES))
    assert is_sound(path)
    undisturbed = tmp_path / "y.raingan"
    with writer(undisturbed, FILES) as process:
        assert process.communicate()[1] == ""
    with View.look(path) as view, View.look(undisturbed) as other:
        assert view.results_fingerprint() == other.results_fingerprint()
        assert list(view.files()) == list(other.files())
        assert list(view.reports()) == list(other.reports())
        assert len(view.runs()) == KILLS + 1
    assert at_work(path) == 0
    assert {item.name for item in tmp_path.iterdir()} == {path.name, undisturbed.name}


# --- full disks


def test_a_full_disk_is_told_and_what_was_kept_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    kept = 0
    with pytest.raises(LedgerError) as told, Ledger.open(path) as ledger:
        # As sqlite tells of a disk that has no more room.
        (pages,) = ledger._database.execute("PRAGMA page_count").fetchone()
        ledger._database.execute(f"PRAGMA max_page_count = {pages + 12}")
        for number in range(1_000):
            name = f"{number}.txt"
            ledger.record(Changes(listed=[listed(name)], outcomes=[ended(name, reports=9)]))
            kept += 1
    assert told.value.code == "ledger-disk-full"
    assert kept > 3 and is_sound(path)
    with Ledger.open(path) as ledger:
        assert [number for number in range(1_000) if ledger.find(key_of(f"{number}.txt"))] == list(range(kept))


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_file_that_may_not_grow_is_told(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "x.raingan"
    Ledger.open(path).close()

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    command = [sys.executable, "-c", WRITER, str(path), "2000"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited)
    told = len(run.stdout.split())
    assert told > 10 and "raingan.model.errors.LedgerError: ledger-" in run.stderr
    assert is_sound(path)
    with Ledger.open(path) as ledger:
        assert all(ledger.find(key_of(f"{number}.txt")) for number in range(told))


# --- what is no ledger of ours


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE photos (name TEXT)")


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(statement)


def make(path: Path, what: str) -> None:
    chance = random.Random(7)
    if what == "random":
        path.write_bytes(chance.randbytes(9_000))
    elif what == "text":
        path.write_text("a letter", encoding="utf-8")
    elif what == "head":
        path.write_bytes(b"SQLite format 3\0")
    elif what == "foreign":
        foreign_database(path)
    else:
        run_over(path, *(f"{number}.txt" for number in range(30)))
        if what == "newer":
            changed(path, "PRAGMA user_version = 99")
        elif what == "truncated":
            path.write_bytes(path.read_bytes()[:20_000])
        elif what == "trigger":
            changed(path, "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM readings; END")
        elif what == "no tables":
            changed(path, "DROP TABLE readings")
        elif what == "overwritten":
            data = bytearray(path.read_bytes())
            data[4_096:] = chance.randbytes(len(data) - 4_096)
            path.write_bytes(data)


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("random", "ledger-foreign"),
        ("text", "ledger-foreign"),
        ("foreign", "ledger-foreign"),
        ("head", "ledger-broken"),
        ("newer", "ledger-newer"),
        ("truncated", "ledger-broken"),
        ("trigger", "ledger-broken"),
        ("no tables", "ledger-broken"),
        ("overwritten", "ledger-broken"),
    ],
)
def test_what_is_no_ledger_of_ours_is_told_and_left_alone(what: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    make(path, what)
    before = path.read_bytes()
    for opened in (Ledger.open, View.look):
        with pytest.raises(LedgerError) as told, opened(path) as ledger:
            list(ledger.files())
        assert told.value.code == key
        for language in LANGUAGES:
            assert str(path) in talk(key, language, **told.value.values)
        assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_in_place_of_ledger_or_decisions_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    os.mkfifo(path)
    for opened in (Ledger.open, View.look):
        with pytest.raises(LedgerError) as told, opened(path):
            pass
        assert told.value.code == "ledger-foreign"
    for decisions in (Decisions.open, Decisions.look):
        with pytest.raises(LedgerError) as told:
            decisions(path)
        assert told.value.code == "decisions-foreign"


def test_a_ledger_that_is_not_there(tmp_path: Path) -> None:
    for opened in (View.look, lambda path: Ledger.open(path, create=False)):
        with pytest.raises(LedgerError) as told:
            opened(tmp_path / "x.raingan")
        assert told.value.code == "ledger-missing"
    with pytest.raises(LedgerError) as told:
        Ledger.open(tmp_path / "no" / "x.raingan")
    assert told.value.code == "ledger-no-folder"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    path.touch()
    run_over(path, "a.txt")
    assert is_sound(path)


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    path, precious = tmp_path / "x.raingan", tmp_path / "precious"
    precious.write_text("data", encoding="utf-8")
    try:
        (tmp_path / "x.raingan-lock").symlink_to(precious)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(LedgerError) as told:
        Ledger.open(path)
    assert told.value.code == "ledger-not-writable"
    assert precious.read_text(encoding="utf-8") == "data"


# --- ledgers that lie


def bomb() -> bytes:
    return pack(FileResult("", State.DONE))[:5] + zlib.compress(b" " * (70 * 2**20))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET file = :garbage",
        "UPDATE readings SET file = :bomb",
        "UPDATE readings SET file = 5",
        "UPDATE readings SET file = 'text'",
        "UPDATE readings SET state = 'well'",
        "UPDATE readings SET reports = 'many'",
        "UPDATE reports SET data = :garbage",
        "UPDATE reports SET data = ''",
        "UPDATE listing SET name = 'text'",
        "UPDATE listing SET name = :garbage",
        "UPDATE listing SET key = 'text'",
        "UPDATE listing SET path = 7",
        "INSERT INTO flags VALUES ('x', 0, :garbage)",
        "INSERT INTO flags VALUES (0, 0, :garbage)",
        "INSERT INTO gone VALUES (0, 'text')",
        "DELETE FROM readings",
    ],
)
def test_a_ledger_that_lies_is_told(statement: str, tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    run_over(path, "a.txt")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        values = {"garbage": b"\xff\xfe garbage", "bomb": bomb() if ":bomb" in statement else b""}
        database.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement})
    with Ledger.open(path) as ledger, pytest.raises(LedgerError) as told:
        ledger.find(key_of("a.txt"))
        list(ledger.files())
        list(ledger.reports())
        ledger.states()
        ledger.gone()
    assert told.value.code == "ledger-broken"


@pytest.mark.parametrize("head", [b"\x01", b"\x02other", b"\x03other"])
def test_results_that_another_version_packed_are_not_called_damage(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.raingan"
    run_over(path, "a.txt")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE reports SET data = ?", (head + b"what it wrote",))
    with View.look(path) as view, pytest.raises(LedgerError) as told:
        list(view.reports())
    assert told.value.code == "ledger-older"


def test_a_second_copy_of_the_program_can_read_what_was_copied(tmp_path: Path) -> None:
    path, copy = tmp_path / "x.raingan", tmp_path / "copy.raingan"
    run_over(path, "a.txt", "b.txt")
    shutil.copy(path, copy)
    with View.look(copy) as view:
        assert [result.file for result in view.files()] == ["a.txt", "b.txt"]


def test_where_a_file_lies() -> None:
    mounts = (
        b"/dev/sda1 / ext4 rw 0 0\n"
        b"server:/share /mnt/office\\040files nfs4 rw 0 0\n"
        b"tmpfs /mnt/office\\040files/local tmpfs rw 0 0\n"
        b"//pc/d /mnt cifs rw 0 0\n"
    )
    assert _file_system(b"/home/a/x.raingan", mounts) == "ext4"
    assert _file_system(b"/mnt/office files/x.raingan", mounts) == "nfs4"
    assert _file_system(b"/mnt/office files/local/x", mounts) == "tmpfs"
    assert _file_system(b"/mnt/other/x", mounts) == "cifs"
    assert _file_system(b"/mntx/other/x", mounts) == "ext4"


# --- ledgers of earlier versions

# As they were made; the second version had the tables of a review as well.
FIRST_VERSION = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, seen REAL NOT NULL, ended REAL, how TEXT NOT NULL,
    expected INTEGER, found INTEGER NOT NULL, read INTEGER NOT NULL, pages INTEGER NOT NULL, complete INTEGER NOT NULL);
CREATE TABLE listing (
    run INTEGER NOT NULL, position INTEGER NOT NULL, name BLOB NOT NULL, path BLOB, sha256 BLOB, size INTEGER,
    key BLOB, state TEXT, reason TEXT, file BLOB, PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE INDEX listing_content ON listing (sha256, run) WHERE key IS NOT NULL;
CREATE TABLE readings (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT, tries INTEGER NOT NULL,
    reports INTEGER NOT NULL, pages INTEGER, seconds REAL NOT NULL, mark BLOB NOT NULL, file BLOB NOT NULL);
CREATE TABLE reports (
    reading INTEGER NOT NULL, place INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (reading, place));
CREATE TABLE flights (key BLOB PRIMARY KEY, alone INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE interruptions (key BLOB PRIMARY KEY, together INTEGER NOT NULL, alone INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gone (position INTEGER PRIMARY KEY, name BLOB NOT NULL);
CREATE TABLE flags (number INTEGER NOT NULL, place INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number, place))
    WITHOUT ROWID;
CREATE TABLE compared (results TEXT NOT NULL);
CREATE TABLE outputs (path BLOB PRIMARY KEY, fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""
SECOND_VERSION = """
CREATE TABLE queue (
    number INTEGER PRIMARY KEY, content BLOB NOT NULL, place INTEGER NOT NULL, name BLOB NOT NULL, agency BLOB,
    year INTEGER, indicator BLOB, flags INTEGER NOT NULL, worst INTEGER, codes TEXT NOT NULL);
CREATE UNIQUE INDEX queue_report ON queue (content, place);
CREATE INDEX queue_order ON queue (coalesce(worst, 9), -flags, number);
CREATE INDEX queue_worst ON queue (worst, flags);
CREATE INDEX queue_agency ON queue (agency);
CREATE INDEX queue_year ON queue (year);
CREATE INDEX queue_codes ON queue (codes);
CREATE TABLE told (inputs BLOB NOT NULL, forms BLOB NOT NULL);
"""


def make_older(path: Path, version: int) -> None:
    """Make a ledger of an earlier version that holds what one of this version, beside it, has learned."""
    now = path.with_name("now.raingan")
    run_over(now, "a.txt", "b.txt")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(FIRST_VERSION + (SECOND_VERSION if version > 1 else ""))
        database.execute(f"PRAGMA application_id = {0x52474E4C}")
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("ATTACH ? AS now", (str(now),))
        for table in ("runs", "listing", "readings", "reports"):
            database.execute(f"INSERT INTO {table} SELECT * FROM now.{table}")
        database.execute("INSERT INTO compared VALUES ('results')")
        database.execute("INSERT INTO flights VALUES (x'01', 0)")
    now.unlink()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_ledger_is_brought_up_and_its_files_are_read_once_more(version: int, tmp_path: Path) -> None:
    path = tmp_path / "a.raingan"
    make_older(path, version)
    with pytest.raises(LedgerError) as told:
        View.look(path)
    assert told.value.code == "ledger-older"
    with Ledger.open(path) as ledger:  # this run is stopped
        assert ledger.is_older and at_work(path) == 0
        assert ledger.find(key_of("a.txt")) is None
        ledger.record(Changes(listed=[listed("a.txt")], outcomes=[ended("a.txt", reports=3)]))
    with View.look(path) as view:  # nothing of before is told as if this version had read it
        assert view.results() is None and list(view.files()) == list(view.reports()) == []
        assert [run.how for run in view.runs()] == ["interrupted", "finished"]
    run_over(path, "a.txt", "b.txt")
    with Ledger.open(path) as ledger:
        assert not ledger.is_older
        assert [report.definition for _, report in ledger.reports()] == ["a.txt 0", "a.txt 1", "a.txt 2", "b.txt 0"]
        assert ledger.unlisted() == 0
    assert is_sound(path)
