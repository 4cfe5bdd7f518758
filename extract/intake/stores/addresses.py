"""Addresses of stores, `s3://bucket/folder`, and what can be asked of a store.

The library `fsspec` and the package of the store are imported when an address is given, never before. A store
is foreign: it may be late, lie, or put the password of its address into a message. So every call has a time limit,
every failure becomes an `InputError`, and nothing that was secret in an address is ever said.
"""

from __future__ import annotations

import queue
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from extract.intake.archive import printable
from raingan.model.errors import InputError

# Kinds of addresses, and the packages beside fsspec that each needs.
STORES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "smb": "smbprotocol",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "ftp": "",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "memory": "",
}
# Stores of keys: folders need not be made, a key is put whole or not at all.
KEY_STORES = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"))
_CONTAINER_FIRST = frozenset(("az", "abfs", "abfss"))  # container@account: no password before the @

# A letter alone before the colon is a drive of Windows.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_ANY_USER = re.compile(r"(:/+)[^/]*@")
_ANY_QUERY = re.compile(r"(\w://?[^\s\"'?]*)\?[^\s\"']*")

ANSWER_SECONDS = 120.0  # for a listing or 8 MB; s3fs and smbprotocol give up after 60 s of silence themselves
_STALLS_AT_MOST = 3  # in a row; after that a store is taken for gone: an archive of 10,000 must not wait for each file
_DETAIL = 200  # characters of a store's own words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a store."""

    kind: str  # "s3"
    shown: str  # without user, password and query: the only form that is shown, recorded or written
    given: str = field(repr=False)  # as typed, for the store alone

    @property
    def host(self) -> str:
        """Bucket, or machine and port."""
        return self.shown.partition("://")[2].partition("/")[0]

    @property
    def parts(self) -> list[str]:
        """Host or bucket, folders, last name; as shown."""
        return [part for part in self.shown.partition("://")[2].split("/") if part]


def is_address(text: str) -> bool:
    """Say whether a PATH is an address; `C:/reports` and `C://reports` are not."""
    return _ADDRESS.match(text) is not None


def local_path(text: str) -> str | None:
    """Return the path that a file: address means, None for every other; raises `InputError` for another machine's."""
    if not text.lower().startswith("file://"):
        return None
    host, slash, path = text[len("file://") :].partition("/")
    from urllib.request import url2pathname  # brings http, ssl and email along

    if host.lower() not in ("", "localhost"):
        if sys.platform != "win32":
            raise InputError("unknown-address", file=without_secrets(text), known=_known())
        return url2pathname(f"//{host}/{path}")
    return url2pathname(slash + path)


def without_secrets(text: str) -> str:
    """Return a path or address as it may be shown: `sftp://me:secret@host/x?key=1` -> `sftp://host/x`."""
    if not is_address(text):
        return _ANY_USER.sub(r"\1", text)  # s3:/user:password@bucket, by a slip
    kind, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    bare = host.rpartition("@")[2]
    if _may_hide_a_password(host, path):
        return f"{kind.lower()}://..."
    return printable(f"{kind.lower()}://{(bare + slash + path).partition('?')[0]}")


def parse_address(text: str) -> Address:
    """Return an address; raises `InputError` for one that is not read, with what to do instead."""
    shown = without_secrets(text)
    kind, _, rest = text.partition("://")
    kind = kind.lower()
    host, _, path = rest.partition("/")
    _, at, bare = host.rpartition("@")
    if kind in ("http", "https"):
        raise InputError("web-address", file=shown)
    if kind not in STORES:
        raise InputError("unknown-address", file=shown, known=_known())
    if not bare or "?" in bare + path or "\0" in text or _may_hide_a_password(host, path):
        raise InputError("unclear-address", file=shown)
    if kind in KEY_STORES and at and kind not in _CONTAINER_FIRST:
        raise InputError("password-in-address", file=shown)
    if kind not in KEY_STORES and kind != "memory":
        _check_host(text, shown)
    return Address(kind, shown.rstrip("/") if path.strip("/") else shown, text)


def _may_hide_a_password(host: str, path: str) -> bool:
    """Say whether a password was cut at its slash, `sftp://me:a/b@host/x`, or stands where a port should."""
    port = host.partition("]")[2] if host.startswith("[") else host  # [::1]:22
    return "@" not in host and ":" in port and ("@" in path or not port.rpartition(":")[2].isdecimal())


def _check_host(text: str, shown: str) -> None:
    """Refuse what a store would take apart otherwise than we do: it might say a piece of the password."""
    try:
        parts = urlsplit(text)
        agrees = parts.port is None or parts.port > 0
    except ValueError:
        raise InputError("unclear-address", file=shown) from None
    if not agrees or (parts.netloc.rpartition("@")[2] or None) != (shown.split("/")[2] or None):
        raise InputError("unclear-address", file=shown)


def _known() -> str:
    return ", ".join(f"{kind}://" for kind in STORES if kind != "memory")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a store tells of one name in a folder. Believe nothing of it."""

    path: str  # for the store
    name: str | None  # last part of the path; None where it does not lie in the folder that was listed
    kind: str  # "file", "directory", and whatever else the store knows
    size: int | None  # bytes


class Store:
    """A store, opened at an address. Every method raises `InputError` where the store fails, and nothing else."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._stalls = 0
        self._secrets = _secrets_of(address)
        self._system: Any = None
        try:
            import fsspec

            system_class = fsspec.get_filesystem_class(address.kind)
        except ImportError:
            packages = f"fsspec {STORES[address.kind]}".strip()
            raise InputError("missing-package", file=address.shown, packages=packages) from None
        options = self.ask(lambda: dict(system_class._get_kwargs_from_urls(address.given)))
        # Settings such as FSSPEC_SFTP_PASSWORD join here; an instance of an earlier run may hold stale listings.
        self._system = self.ask(lambda: fsspec.filesystem(address.kind, skip_instance_cache=True, **options))
        told = {**options, **getattr(self._system, "storage_options", {})}
        self._secrets |= {value for key, value in told.items() if isinstance(value, str) and key in _SECRET_OPTIONS}
        self.root = str(self.ask(lambda: system_class._strip_protocol(address.given)))

    def ask(self, call: Callable[[], T], seconds: float | None = None, tells: bool = True) -> T:
        """Return what the store answers; raises `InputError` for a failure, and for no answer in time.

        A call that no store needs to answer, to open or to close, `tells` nothing of whether it is still there.
        """
        limit = ANSWER_SECONDS if seconds is None else seconds
        if self._stalls >= _STALLS_AT_MOST:
            raise InputError("no-answer", file=self.address.shown, seconds=f"{limit:g}")
        answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                answers.put((call(), None))
            except BaseException as error:  # the one who asked decides
                answers.put((None, error))

        threading.Thread(target=work, name=f"ask {self.address.kind}", daemon=True).start()
        try:
            answer, error = answers.get(timeout=limit)
        except queue.Empty:
            self._stalls += 1
            raise InputError("no-answer", file=self.address.shown, seconds=f"{limit:g}") from None
        if tells:
            self._stalls = 0
        if error is None:
            return answer  # type: ignore[return-value]  # None only where T is
        # Whatever libraries of stores raise ends here; the cause is left out, for it may say a password.
        raise InputError("cannot-read", file=self.address.shown, error=self.words_of(error)) from None

    def words_of(self, error: BaseException) -> str:
        """Return what an error says, without anything secret."""
        said = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
        said = _ANY_QUERY.sub(r"\1", _ANY_USER.sub(r"\1", str(said)))
        if any(secret in said for secret in self._secrets):
            said = type(error).__name__
        return printable(" ".join(said.split()))[:_DETAIL]

    def info(self, path: str) -> Entry:
        """Tell of one path."""
        found = self.ask(lambda: dict(self._system.info(path)))
        return Entry(path, path.rstrip("/").rpartition("/")[2], *_told(found))

    def kind_of(self, path: str) -> str | None:
        """Return "file", "directory" or another kind; None where nothing is there."""

        def ask() -> str | None:
            self._system.invalidate_cache()
            try:
                return str(self._system.info(path).get("type", ""))
            except FileNotFoundError:
                return None

        return self.ask(ask)

    def list(self, folder: str) -> list[Entry]:
        """Return what lies in a folder, in no order."""

        def ask() -> list[dict[str, Any]]:
            self._system.invalidate_cache()
            return [dict(entry) for entry in self._system.ls(folder, detail=True)]

        found = []
        for told in self.ask(ask):
            path = str(told.get("name", ""))
            kind, size = _told(told)
            if path.strip("/") == folder.strip("/") and kind == "file" and not size:
                continue  # the empty key by which consoles of S3 make a folder
            above = folder.strip("/")
            below = path.strip("/").removeprefix(f"{above}/" if above else "")
            is_inside = path.strip("/") != below or not above
            name = below if is_inside and below not in ("", ".", "..") and not {"/", "\0"} & set(below) else None
            found.append(Entry(path, name, kind, size))
        return found

    @contextmanager
    def opened(self, path: str) -> Iterator[Callable[[int], bytes]]:
        """Open a file; gives a function that reads up to so many bytes, none at its end."""

        def ask() -> Any:
            # A listing may be old, and s3fs takes a key for the folder of its name when it has just listed that.
            self._system.invalidate_cache()
            return self._system.open(path, "rb")

        stream = self.ask(ask, tells=False)
        try:
            yield lambda size: self.ask(lambda: bytes(stream.read(size)))
        finally:
            self._quietly(stream.close)

    @property
    def system(self) -> Any:
        """The library's own object, for what is asked through `ask`."""
        return self._system

    def _quietly(self, call: Callable[[], object]) -> None:
        try:
            self.ask(call, tells=False)
        except InputError:
            return  # nothing is lost with a stream that was only read


# Options of stores that hold what nobody else may see.
_SECRET_OPTIONS = frozenset(
    (
        *("username", "user", "password", "passwd", "acct", "passphrase", "key", "secret", "token"),
        *("account_key", "sas_token", "connection_string", "client_secret", "credential"),
    )
)


def _secrets_of(address: Address) -> set[str]:
    """Return what stands before the @ of an address: whole, in its parts, and as it was meant."""
    host = address.given.partition("://")[2].partition("/")[0]
    user, at, _ = host.rpartition("@")
    if not at or address.kind in _CONTAINER_FIRST:
        return set()
    pieces = {user, *user.split(":", 1)}
    return {text for piece in pieces for text in (piece, unquote(piece)) if text}


def _told(entry: dict[str, Any]) -> tuple[str, int | None]:
    size = entry.get("size")
    return str(entry.get("type", "")), size if isinstance(size, int) and size >= 0 else None
