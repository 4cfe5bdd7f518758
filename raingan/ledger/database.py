"""The sqlite files of a ledger: opened so that no commit is lost, checked so that nothing foreign is touched."""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote

from raingan.ledger.lock import is_held_here
from raingan.model.errors import LedgerError

VERSION = 3

OWNER_ONLY = 0o600
"""Mode of what reports and decisions are kept in: nobody else on the computer may read it."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What makes a file one of ours."""

    name: str  # first part of the sentences about it: "ledger-broken"
    application_id: int
    version: int
    schema: str
    older: Mapping[int, str] = field(default_factory=dict)  # what brings an older version up to the next


# Names and paths are bytes (UTF-8, lone surrogates as they are): sqlite takes no text that is not Unicode.
_FIRST_SCHEMA = """
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

# What a review asks of all reports at once, so that nothing has to be unpacked to find the worst of them.
_SECOND_SCHEMA = """
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

# What was read of a content, apart from what it means: pages with the pictures of their lines, or why they could not be
# read (`file`, `tries`); and what was found in the pages. One row a content, of the rules that it was last read by.
_THIRD_SCHEMA = """
CREATE TABLE pages (
    content BLOB PRIMARY KEY, rules TEXT NOT NULL, document BLOB, pictures BLOB, file BLOB, tries INTEGER NOT NULL);
CREATE TABLE sections (content BLOB PRIMARY KEY, rules TEXT NOT NULL, found BLOB NOT NULL);
"""
_FIRST_FLIGHTS = "CREATE TABLE flights (key BLOB PRIMARY KEY, alone INTEGER NOT NULL) WITHOUT ROWID;"
# `content` and `rules` are those of pages at work; NULL where they were kept.
_FLIGHTS = """CREATE TABLE flights (
    key BLOB PRIMARY KEY, alone INTEGER NOT NULL, content BLOB, rules TEXT) WITHOUT ROWID;"""

_SCHEMA = _FIRST_SCHEMA.replace(_FIRST_FLIGHTS, _FLIGHTS) + _SECOND_SCHEMA + _THIRD_SCHEMA

# The queue is filled when reports are compared: that has to be done once more.
_TO_SECOND = f"{_SECOND_SCHEMA} DELETE FROM flags; DELETE FROM compared;"
# Results are found by other keys now and packed in another way: every file is read once more. What a run knew of its
# inputs goes with them; what people decided lies in a file of its own.
_RESULTS = ("listing", "readings", "reports", "interruptions", "flags", "compared", "queue")
_TO_THIRD = f"""{_THIRD_SCHEMA} DROP TABLE flights; {_FLIGHTS} UPDATE runs SET complete = 0;
{" ".join(f"DELETE FROM {table};" for table in _RESULTS)}"""

LEDGER = FileFormat("ledger", 0x52474E4C, VERSION, _SCHEMA, {1: _TO_SECOND, 2: _TO_THIRD})  # "RGNL"

_SECONDS_TO_WAIT = 30.0  # for a reader that holds the file, on network drives alone
_CACHE_KIB = 2_000  # memory of the connection: the system keeps what is read again, and no parent grows by it
_VALUE_BYTES = 2**29  # largest value taken: above the 256 MiB of one result
_MAGIC = b"SQLite format 3\0"
_HEAD_BYTES = 100
_PAGE_SIZE, _CHANGES, _PAGES, _USER_VERSION, _APPLICATION_ID, _VALID_FOR = 16, 24, 28, 60, 68, 92  # offsets in the head

# What the kernel calls file systems that lie on another machine, or have no memory shared between processes.
_REMOTE = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs", "vboxsf", "vmhgfs")
)
_REMOTE_PREFIX = "fuse."  # sshfs and the like; a local one among them only gets slower


@contextmanager
def telling(path: Path, name: str = LEDGER.name) -> Iterator[None]:
    """Turn what sqlite raises into a `LedgerError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise LedgerError("ledger-disk-full", path=path, folder=path.parent) from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise LedgerError("ledger-not-writable", path=path, error=error) from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
            raise LedgerError("ledger-cannot-write", path=path, error=error) from error
        raise LedgerError(f"{name}-broken", path=path, error=error) from error


@contextmanager
def whole(database: sqlite3.Connection) -> Iterator[None]:
    """Do all of the block in one transaction, or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
        raise


def open_to_write(path: Path, create: bool, lasting: bool) -> tuple[sqlite3.Connection, bool]:
    """Open a ledger, or make it, and say whether it was an older one that was brought up; the caller has the lock.

    Raises `LedgerError`, and leaves foreign files untouched.
    """
    try:
        version = check(path, LEDGER)
        if version is None:
            if not create:
                raise LedgerError("ledger-missing", path=path)
            with telling(path):
                _make(path)
    except OSError as error:
        raise LedgerError("ledger-not-writable", path=path, error=error.strerror or error) from error
    with telling(path):
        connection = connect(path, "rw")
        try:
            # The head of the file may be older than what stands in its log.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            is_older = version in LEDGER.older
            if is_older:
                steps = " ".join(LEDGER.older[step] for step in range(version, VERSION))
                connection.executescript(f"BEGIN; {steps} PRAGMA user_version = {VERSION}; COMMIT;")
            check_tables(connection, path, LEDGER)
            if lasting:
                keep_safe(connection, path)
            else:
                connection.execute("PRAGMA journal_mode = MEMORY")
                connection.execute("PRAGMA synchronous = OFF")
        except BaseException:
            connection.close()
            raise
    return connection, is_older


def open_to_read(path: Path, form: FileFormat = LEDGER) -> sqlite3.Connection:
    """Open a ledger, or another of its files, that another process may be writing; raises `LedgerError`."""
    try:
        # Opening and closing a file that this process writes through sqlite would drop its locks.
        if not is_held_here(path):
            version = check(path, form)
            if version is None:
                raise LedgerError("ledger-missing", path=path)
            if version != form.version:
                raise LedgerError("ledger-older", path=path)
    except OSError as error:
        raise LedgerError("ledger-unreadable", path=path, error=error.strerror or error) from error
    with telling(path, form.name):
        connection = connect(path, "ro")
        try:
            try:
                check_tables(connection, path, form)
            except sqlite3.OperationalError:
                if path.with_name(f"{path.name}-wal").exists():
                    raise
                # A folder that cannot be written to: nobody writes the file either.
                connection.close()
                connection = connect(path, "ro&immutable=1")
                check_tables(connection, path, form)
        except BaseException:
            connection.close()
            raise
    return connection


def open_shared(path: Path, form: FileFormat) -> sqlite3.Connection:
    """Open a file that several processes may write, or make it; raises `LedgerError`.

    sqlite itself makes it, in one transaction: two processes may come at the same time.
    """
    try:
        check(path, form)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))  # sqlite would let all read it
    except OSError as error:
        raise LedgerError("ledger-not-writable", path=path, error=error.strerror or error) from error
    with telling(path, form.name):
        connection = connect(path, "rwc")
        try:
            keep_safe(connection, path)
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.execute("BEGIN IMMEDIATE")  # whoever comes second finds the tables of the first
                if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    for statement in (*form.schema.split(";"), *_marks(form)):
                        connection.execute(statement)
                connection.execute("COMMIT")
            check_tables(connection, path, form)
        except BaseException:
            connection.close()
            raise
    return connection


def is_special(path: Path) -> bool:
    """Say whether a name is a pipe, a socket or a device: opening one may never come back. Raises `OSError`."""
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False


def check(path: Path, form: FileFormat) -> int | None:
    """Return the version of a file by its head; None where there is none yet. `LedgerError` for one that is not ours.

    An older version is given back only where it can be brought up.
    """
    try:
        if is_special(path):
            raise LedgerError(f"{form.name}-foreign", path=path)
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            size = os.fstat(stream.fileno()).st_size
    except FileNotFoundError:
        return None
    if not head:
        return None
    if not head.startswith(_MAGIC):
        raise LedgerError(f"{form.name}-foreign", path=path)
    if len(head) < _HEAD_BYTES:
        raise LedgerError(f"{form.name}-broken", path=path, error="it was cut off")

    def number(offset: int) -> int:
        return int(struct.unpack_from(">I", head, offset)[0])

    # What is in the log alone cannot be seen from here: sqlite will say.
    has_log = any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
    version = number(_USER_VERSION)
    # So it is with a file that another process is making: one page without a table, and for a moment without a log.
    if (number(_APPLICATION_ID), version) == (0, 0) and (has_log or number(_PAGES) == 1):
        return form.version
    if number(_APPLICATION_ID) != form.application_id:
        raise LedgerError(f"{form.name}-foreign", path=path)
    if version != form.version and version not in form.older:
        raise LedgerError(f"{form.name}-newer", path=path, theirs=version, ours=form.version)
    page_size = struct.unpack_from(">H", head, _PAGE_SIZE)[0]
    page_size = 65_536 if page_size == 1 else page_size
    # With a log beside it the file may rightly be shorter than its head says: the rest stands in the log.
    if not has_log and number(_CHANGES) == number(_VALID_FOR) and size < number(_PAGES) * page_size:
        raise LedgerError(f"{form.name}-broken", path=path, error="it was cut off")
    return version


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a file through sqlite, without looking at it."""
    connection = sqlite3.connect(
        uri_of(path, mode),
        uri=True,
        isolation_level=None,
        timeout=_SECONDS_TO_WAIT,
        check_same_thread=False,  # the review's server has several threads, and lets one at a time through
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def uri_of(path: Path, mode: str) -> str:
    """Return the address that sqlite opens a file by."""
    name = path.absolute().as_posix()
    name = name if name.startswith("/") else f"/{name}"
    # Two slashes and an empty host: what follows may be a drive or the name of a server.
    return f"file://{quote(os.fsencode(name))}?mode={mode}"


def keep_safe(connection: sqlite3.Connection, path: Path) -> None:
    """Have every commit reach the disk before it returns."""
    mode = "TRUNCATE" if is_remote(path) else "WAL"
    try:
        (now,) = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if mode != "WAL" or error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise
        now = "none"
    if now != mode.lower():  # no memory shared between processes after all
        connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: else its disk may hold writes back


def close_whole(connection: sqlite3.Connection) -> None:
    """Close a ledger that was written, as one file: it can be copied, and read where nothing can be written."""
    try:
        connection.execute("PRAGMA busy_timeout = 0")  # somebody looks: then the log stays, and does no harm
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()


def _make(path: Path) -> None:
    """Make an empty ledger beside its place and move it there: it is whole or not there."""
    new = path.with_name(f".raingan-{path.name}")
    for end in ("", "-journal"):
        new.with_name(new.name + end).unlink(missing_ok=True)
    try:
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))  # sqlite would let everybody read it
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            for mark in _marks(LEDGER):
                connection.execute(mark)
            connection.executescript(f"BEGIN; {LEDGER.schema} COMMIT;")
        new.replace(path)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # some file systems cannot, and need not
                os.fsync(folder)
        finally:
            os.close(folder)


def check_tables(connection: sqlite3.Connection, path: Path, form: FileFormat) -> None:
    """Refuse tables, views and triggers that this version did not make, and tables that cannot be read."""
    if set(connection.execute("SELECT type, name, sql FROM sqlite_master")) != _schema(form.schema):
        raise LedgerError(f"{form.name}-broken", path=path, error="its tables are not those of this version")
    for kind, name, _ in _schema(form.schema):
        if kind == "table":  # the first page of each: most damage shows before anything is written
            connection.execute(f"SELECT * FROM {name} LIMIT 1").fetchone()


def _marks(form: FileFormat) -> tuple[str, str]:
    return f"PRAGMA application_id = {form.application_id}", f"PRAGMA user_version = {form.version}"


@cache
def _schema(schema: str) -> frozenset[tuple[str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema)
        return frozenset(connection.execute("SELECT type, name, sql FROM sqlite_master"))


def is_remote(path: Path) -> bool:
    """Say whether a file lies on another machine: sqlite's log (WAL) needs memory shared between processes."""
    if sys.platform == "win32":
        import ctypes

        drive = path.resolve().drive
        remote = 4  # DRIVE_REMOTE
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote
    if sys.platform == "darwin":  # shares are mounted there, and so are sticks, which only makes those slower
        return path.resolve().parts[1:2] in (("Volumes",), ("Network",))
    try:
        mounts = Path("/proc/self/mounts").read_bytes()
    except OSError:
        return False
    kind = _file_system(os.fsencode(os.path.realpath(path)), mounts)
    return kind in _REMOTE or kind.startswith(_REMOTE_PREFIX)


def _file_system(path: bytes, mounts: bytes) -> str:
    """Return the kind of file system that a path lies on, by the table of mounts; a later mount hides earlier ones."""
    found, longest = "", -1
    for line in mounts.splitlines():
        fields = line.split(b" ")
        if len(fields) < 3:
            continue
        place = fields[1].replace(b"\\040", b" ").replace(b"\\011", b"\t").replace(b"\\134", b"\\").rstrip(b"/")
        if (path + b"/").startswith(place + b"/") and len(place) >= longest:
            found, longest = fields[2].decode("ascii", "replace"), len(place)
    return found
