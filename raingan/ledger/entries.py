"""What goes into the ledger and comes out of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Self

from raingan.kept import NOTHING, Kept
from raingan.model.codec import pack
from raingan.model.records import FileResult, State

SUSPECT_AFTER = 3
"""So many runs may be cut off while a file is at work before it is read last and alone; so many more, and no more."""

POISONED_AFTER = 3
"""So many times may a file end the process that reads it."""

POISONED = "poisoned"
"""Reason of a file that has ended its process too often."""

CUT_OFF = "cut-off"
"""Reason of a file that never ended: run after run was cut off while it was at work, alone at last."""

ENDS_PROCESS = frozenset(("crash", "file-time", "page-time", "memory"))
"""Reasons of files that ended the process that read them."""


def reading_key(sha256: str, name: str, rules: str) -> bytes:
    """Return what a reading is found by: content, suffix of the name and rules decide what it gives."""
    suffix = PurePosixPath(name).suffix.lower()
    told = "\0".join((sha256, suffix, rules)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16).digest()


def content_key(sha256: str, name: str) -> bytes:
    """Return what the pages of a content are found by; the rules they were read by stand beside them."""
    return reading_key(sha256, name, "")


@dataclass(frozen=True, slots=True)
class ListedInput:
    """One input of the run, in walk order: either read (`key`), or ended without reading (`file`)."""

    name: str
    path: str | None
    sha256: str | None  # hex
    key: bytes | None
    size: int | None = None  # bytes; told for files whose reading never ended
    file: bytes | None = None  # packed FileResult
    state: State | None = None  # of `file`
    reason: str | None = None

    @classmethod
    def ended(cls, result: FileResult) -> Self:
        """Return the row of an input that ends without being read: a duplicate, a link, an archive, no report."""
        return cls(
            result.file, result.path, result.sha256, None, result.size, pack(result), result.state, result.reason
        )


@dataclass(frozen=True, slots=True)
class Flight:
    """A content at work from now on. Record it before the work begins, or a run that dies leaves no trace of it."""

    key: bytes
    alone: bool = False  # nothing else is at work
    content: bytes | None = None  # key of the pages that are read; None where they were kept
    rules: str | None = None  # of those


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a content, apart from what it means: pages and their sections, or that it could not be read."""

    content: bytes  # its `content_key`
    rules: str  # of reading
    sections_rules: str
    kept: Kept = NOTHING
    tries: int = 0  # how often it ended the process that read it
    failed: FileResult | None = None  # why it could not be read


@dataclass(frozen=True, slots=True)
class Ended:
    """How the reading of one content ended."""

    key: bytes
    file: bytes = field(repr=False)  # packed FileResult; its file and path are not kept
    reports: tuple[bytes, ...] = field(repr=False)  # each packed
    seconds: float = 0.0
    pages: Pages | None = None  # what is known of them now; None: nothing else than before
    is_read: bool = True  # False: the pages could not be read, and `file` says why


@dataclass(slots=True)
class Changes:
    """What is written down together, or not at all."""

    listed: list[ListedInput] = field(default_factory=list)
    begun: list[Flight] = field(default_factory=list)
    outcomes: list[Ended] = field(default_factory=list)
    unread: list[tuple[bytes, Pages]] = field(default_factory=list)  # key and pages that an earlier run could not read
    expected: int | None = None  # inputs that the run will come to, as far as known; for the time left

    def __bool__(self) -> bool:
        return bool(self.listed or self.begun or self.outcomes or self.unread or self.expected is not None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one content under one set of rules."""

    key: bytes
    state: State
    reason: str | None
    tries: int  # how often it ended the process that read it
    reports: int
    pages: int | None
    file: FileResult  # without name and path: those stand in the listing

    @property
    def may_be_retried(self) -> bool:
        """Whether `--retry-failed` reads it again: failed, and has not ended its process too often."""
        return self.state is State.FAILED and self.tries < POISONED_AFTER


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the ledger knows it; times in seconds since 1970."""

    number: int
    started: float
    seen: float  # when it last wrote something down
    ended: float | None
    how: str  # "running" (or cut off just now), "finished", "interrupted"
    expected: int | None  # inputs it will come to
    found: int  # inputs it came to
    read: int  # contents it read itself
    pages: int  # of those


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What a review asks of a report before it unpacks it."""

    number: int  # from 0
    content: str  # sha256 of its file, hex
    place: int  # in that file, from 0
    name: str  # of the file
    agency: str | None
    year: int | None  # Buddhist era
    indicator: str | None
    flags: int
    worst: int | None  # severity of the worst flag
    codes: tuple[str, ...]  # of the flags, once each
