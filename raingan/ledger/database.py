"""The sqlite file of a ledger: opened so that no commit is lost, checked so that nothing foreign is touched."""

from __future__ import annotations

import os
import sqlite3
import struct
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote

from raingan.ledger.lock import is_held_here
from raingan.ledger.parts import LedgerError

APPLICATION_ID = 0x52474E4C  # "RGNL"
VERSION = 1

# Names and paths are bytes (UTF-8, lone surrogates as they are): sqlite takes no text that is not Unicode.
_SCHEMA = """
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

_SECONDS_TO_WAIT = 30.0  # for a reader that holds the file, on network drives alone
_CACHE_KIB = 8_000  # memory of the connection
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
def telling(path: Path) -> Iterator[None]:
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
        raise LedgerError("ledger-broken", path=path, error=error) from error


def open_to_write(path: Path, create: bool) -> sqlite3.Connection:
    """Open a ledger, or make it; the caller has the lock. Raises `LedgerError`, and leaves foreign files untouched."""
    try:
        if not check(path):
            if not create:
                raise LedgerError("ledger-missing", path=path)
            with telling(path):
                _make(path)
    except OSError as error:
        raise LedgerError("ledger-not-writable", path=path, error=error.strerror or error) from error
    with telling(path):
        connection = _connect(path, "rw")
        try:
            _check_tables(connection, path)
            _keep_safe(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a ledger that another process may be writing; raises `LedgerError`."""
    try:
        # Opening and closing a file that this process writes through sqlite would drop its locks.
        if not is_held_here(path) and not check(path):
            raise LedgerError("ledger-missing", path=path)
    except OSError as error:
        raise LedgerError("ledger-unreadable", path=path, error=error.strerror or error) from error
    with telling(path):
        connection = _connect(path, "ro")
        try:
            try:
                _check_tables(connection, path)
            except sqlite3.OperationalError:
                if path.with_name(f"{path.name}-wal").exists():
                    raise
                # A folder that cannot be written to: nobody writes the file either.
                connection.close()
                connection = _connect(path, "ro&immutable=1")
                _check_tables(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def check(path: Path) -> bool:
    """Look at the head of a file; False where there is none yet. `LedgerError` for one that is no ledger of ours."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            size = os.fstat(stream.fileno()).st_size
    except FileNotFoundError:
        return False
    if not head:
        return False
    if not head.startswith(_MAGIC):
        raise LedgerError("ledger-foreign", path=path)
    if len(head) < _HEAD_BYTES:
        raise LedgerError("ledger-broken", path=path, error="it was cut off")

    def number(offset: int) -> int:
        return int(struct.unpack_from(">I", head, offset)[0])

    if number(_APPLICATION_ID) != APPLICATION_ID:
        raise LedgerError("ledger-foreign", path=path)
    if number(_USER_VERSION) != VERSION:
        raise LedgerError("ledger-newer", path=path, theirs=number(_USER_VERSION), ours=VERSION)
    page_size = struct.unpack_from(">H", head, _PAGE_SIZE)[0]
    page_size = 65_536 if page_size == 1 else page_size
    # With a log beside it the file may rightly be shorter than its head says: the rest stands in the log.
    has_log = any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
    if not has_log and number(_CHANGES) == number(_VALID_FOR) and size < number(_PAGES) * page_size:
        raise LedgerError("ledger-broken", path=path, error="it was cut off")
    return True


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    name = path.absolute().as_posix()
    name = name if name.startswith("/") else f"/{name}"
    # Two slashes and an empty host: what follows may be a drive or the name of a server.
    connection = sqlite3.connect(
        f"file://{quote(os.fsencode(name))}?mode={mode}", uri=True, isolation_level=None, timeout=_SECONDS_TO_WAIT
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def _keep_safe(connection: sqlite3.Connection, path: Path) -> None:
    """Have every commit reach the disk before it returns."""
    mode = "TRUNCATE" if is_remote(path) else "WAL"
    try:
        (now,) = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        connection.execute("SELECT count(*) FROM runs").fetchone()
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
    new = path.with_name(f".raingan-{path.name}")  # a name that walks over inputs pass by
    for end in ("", "-journal"):
        new.with_name(new.name + end).unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
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


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse tables, views and triggers that this version did not make, and tables that cannot be read."""
    if set(connection.execute("SELECT type, name, sql FROM sqlite_master")) != _schema():
        raise LedgerError("ledger-broken", path=path, error="its tables are not those of a ledger")
    for kind, name, _ in _schema():
        if kind == "table":  # the first page of each: most damage shows before anything is written
            connection.execute(f"SELECT * FROM {name} LIMIT 1").fetchone()


@cache
def _schema() -> frozenset[tuple[str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
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
    kind = _file_system(os.fsencode(path.resolve()), mounts)
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
