"""What became of one input: its bytes as a Source, its members if it is an archive, or why it goes no further.

Where the bytes came from, a disk or a store behind an address, makes no difference here.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from extract.intake import triage
from extract.intake.archive import (
    Budget,
    bomb_ratio,
    files_in,
    is_link,
    open_archive,
    overlapping,
    read_member,
    safe_name,
)
from extract.intake.held import Part
from extract.intake.held.attached import holds_files, parts_of_pdf
from extract.intake.held.mail import parts_of_mail
from extract.intake.held.message import parts_of_message
from extract.intake.held.tar import parts_of_tar
from raingan.model.errors import InputError
from raingan.model.records import FileResult, Kind, Limits, Source, State

# Files that systems and programs leave behind, compared in lower case.
_SYSTEM_NAMES = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "@eadir")
)
_SKIPPED = frozenset(
    ("unsupported-kind", "link", "system-file", "page-part")
)  # none of our business; all else is a failure

# Files that hold others, each of which is read like one of a zip.
_HOLDERS = frozenset((Kind.MAIL, Kind.MESSAGE, Kind.TAR))

# Browsers save what a page shows in a folder beside it, named like the page.
_PAGE_FOLDERS = ("_files", ".files")
_PAGE_SUFFIXES = (".html", ".htm")
_PAGE_PARTS = frozenset((Kind.IMAGE, Kind.TEXT, Kind.UNKNOWN))  # frames of a page are pages themselves

Found = Source | FileResult


@dataclass(frozen=True, slots=True)
class Item:
    """A file to be told about: its name in the record and where it lies."""

    name: str
    path: str | None
    of_page: bool = False  # lies in the folder of a saved web page

    def ends(
        self,
        state: State,
        code: str,
        values: Mapping[str, str],
        *,
        sha256: str | None = None,
        size: int | None = None,
        kind: Kind = Kind.UNKNOWN,
    ) -> FileResult:
        """Make the result of an input that goes no further."""
        return FileResult(self.name, state, code, dict(values), sha256=sha256, size=size, kind=kind, path=self.path)

    def fails(
        self, error: InputError, *, sha256: str | None = None, size: int | None = None, kind: Kind = Kind.UNKNOWN
    ) -> FileResult:
        """Make the result of an input that cannot be read, or is of no kind that is read."""
        state = State.SKIPPED if error.code in _SKIPPED else State.FAILED
        return self.ends(state, error.code, error.values, sha256=sha256, size=size, kind=kind)


def opened(item: Item, data: bytes, limits: Limits) -> Iterator[Found]:
    """Hand on a file as `content` does; whatever goes wrong in taking it apart costs this file alone."""
    told = False
    try:
        for found in content(item, data, limits, Budget.of(limits), depth=1):
            told = True
            yield found
    except Exception as error:  # of a library: it would end the whole run
        words = os.strerror(errno.ENOMEM) if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"
        ended = Item(f"{item.name}/…", item.path) if told else item  # members that were told of stay
        yield ended.fails(InputError("bug" if not isinstance(error, MemoryError) else "cannot-read", error=words[:300]))


def content(item: Item, data: bytes, limits: Limits, budget: Budget, depth: int) -> Iterator[Found]:
    """Hand on the bytes of a file or member, open it if it is an archive, or tell what it is instead."""
    source = Source(item.name, data, hashlib.sha256(data).hexdigest(), item.path)
    found = triage.look(source)
    if item.of_page and found.kind in _PAGE_PARTS:
        yield item.fails(InputError("page-part"), sha256=source.sha256, size=len(data))
    elif found.kind is Kind.ZIP:
        yield from _archive(item, data, source.sha256, len(data), limits, budget, depth)
    elif found.kind in _HOLDERS:
        yield from _holder(item, source, found.kind, limits, budget, depth)
    elif found.kind is Kind.UNKNOWN and data:
        yield item.fails(triage.refusal(source, found), sha256=source.sha256, size=len(data))
    else:
        yield source
        if found.kind is Kind.PDF and holds_files(data):
            yield from _attached(item, source, limits, budget, depth)


def _holder(item: Item, source: Source, kind: Kind, limits: Limits, budget: Budget, depth: int) -> Iterator[Found]:
    """Tell of a mail, a message or a tar archive, then of each file in it."""
    sha256, size = source.sha256, len(source.data)
    try:
        if depth > limits.zip_depth:
            raise InputError("zip-depth", limit=limits.zip_depth)
        parts = _parts_of(source, kind, limits, budget)
        if len(parts) > budget.members:
            raise InputError("too-large", what="members", size=len(parts), limit=limits.zip_members)
    except InputError as error:
        yield item.fails(error, sha256=sha256, size=size, kind=kind)
        return
    count = {"count": str(len(parts))}
    yield item.ends(State.DONE, "archive", count, sha256=sha256, size=size, kind=kind)
    yield from _held(item, parts, limits, budget, depth)


def _parts_of(source: Source, kind: Kind, limits: Limits, budget: Budget) -> list[Part]:
    if kind is Kind.TAR:
        return parts_of_tar(source.data, source.name.rpartition("/")[2], limits, budget)
    return parts_of_mail(source.data) if kind is Kind.MAIL else parts_of_message(source.data)


def _attached(item: Item, source: Source, limits: Limits, budget: Budget, depth: int) -> Iterator[Found]:
    """Tell of each file that a PDF holds; the PDF itself is read besides."""
    try:
        if depth > limits.zip_depth:
            raise InputError("zip-depth", limit=limits.zip_depth)
        parts = parts_of_pdf(source.data, limits, budget)
    except InputError as error:
        yield Item(f"{item.name}/…", item.path).fails(error)
        return
    yield from _held(item, parts, limits, budget, depth)


def _held(item: Item, parts: Sequence[Part], limits: Limits, budget: Budget, depth: int) -> Iterator[Found]:
    budget.members -= len(parts)
    names = Names()
    for part in parts:
        name, unsafe = safe_name(part.name)
        member = Item(names.distinct(f"{item.name}/{name}"), item.path, item.of_page or part.of_page)
        error = part.error
        if unsafe:
            error = InputError("unsafe-path")
        elif any(is_system(one) for one in name.split("/")):
            error = InputError("system-file")
        if error is not None:
            yield member.fails(error, size=len(part.data))
        else:
            yield from content(member, part.data, limits, budget, depth + 1)


def large_file(item: Item, stream: BinaryIO, size: int, limits: Limits) -> Iterator[Found]:
    """Read an archive too large for memory where it lies; anything else that large is refused."""
    if stream.read(4) == b"PK\3\4":
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed wants more
        yield from _archive(item, stream, digest, size, limits, Budget.of(limits), depth=1)
    else:
        yield item.fails(InputError("too-large", what="bytes", size=size, limit=limits.file_bytes), size=size)


def _archive(
    item: Item, file: bytes | BinaryIO, sha256: str, size: int, limits: Limits, budget: Budget, depth: int
) -> Iterator[Found]:
    """Tell of the archive, then of each member."""

    def fails(error: InputError) -> FileResult:
        return item.fails(error, sha256=sha256, size=size, kind=Kind.ZIP)

    if depth > limits.zip_depth:
        yield fails(InputError("zip-depth", limit=limits.zip_depth))
        return
    try:
        archive = open_archive(file, limits)
    except InputError as error:
        yield fails(error)
        return
    with archive:
        members = files_in(archive)
        if len(members) > budget.members:
            yield fails(InputError("too-large", what="members", size=len(members), limit=limits.zip_members))
            return
        budget.members -= len(members)
        ratios = [bomb_ratio(entry, entry.file_size, limits) for _, entry in members]
        bombs = [ratio for ratio in ratios if ratio is not None]
        if members and len(bombs) == len(members):  # an archive of nothing but bombs is one itself
            yield fails(InputError("zip-bomb", ratio=max(bombs)))
        else:
            count = {"count": str(len(members))}
            yield item.ends(State.DONE, "archive", count, sha256=sha256, size=size, kind=Kind.ZIP)
        yield from _members(item, archive, members, limits, budget, depth)


def _believable(size: int) -> int | None:
    """Return the size that an archive tells of a member, None where no file has it and no database could hold it."""
    return size if size < 2**48 else None


def _members(
    item: Item,
    archive: ZipFile,
    members: Sequence[tuple[str, ZipInfo]],
    limits: Limits,
    budget: Budget,
    depth: int,
) -> Iterator[Found]:
    """Read every member; one that cannot be read leaves the others alone."""
    overlaps = overlapping(archive)
    names = Names()
    siblings = {name for name, _ in members}
    for stored_name, entry in members:
        name, unsafe = safe_name(stored_name)
        of_page = item.of_page or any(is_page_folder(folder, siblings) for folder in _folders(stored_name))
        member = Item(names.distinct(f"{item.name}/{name}"), item.path, of_page)
        try:
            if unsafe:
                raise InputError("unsafe-path")
            if is_link(entry):
                raise InputError("link")
            if any(is_system(part) for part in name.split("/")):
                raise InputError("system-file")
            if entry.header_offset in overlaps:
                raise InputError("broken-file", error="it overlaps another member")
            data = read_member(archive, entry, limits, budget)
        except InputError as error:
            yield member.fails(error, size=_believable(entry.file_size))
            continue
        yield from content(member, data, limits, budget, depth + 1)


class Names:
    """Keeps the names of one folder or archive apart."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def distinct(self, name: str) -> str:
        """Return the name, numbered if it was given before."""
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        return name if count == 1 else self.distinct(f"{name} ({count})")


def is_system(name: str) -> bool:
    """Hidden files, lock files of Office and LibreOffice, and what file managers leave."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def is_page_folder(name: str, siblings: Set[str]) -> bool:
    """Say whether a folder holds the pictures and scripts of a saved page that lies beside it."""
    return name.endswith(_PAGE_FOLDERS) and any(
        name[: -len("_files")] + suffix in siblings for suffix in _PAGE_SUFFIXES
    )


def _folders(name: str) -> Iterator[str]:
    """Yield the folders of a member: "a/b/c.txt" -> "a/b", "a"."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name
