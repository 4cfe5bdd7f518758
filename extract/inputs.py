"""Walk what the user named: files, folders, archives inside archives. Every file found ends as a Source or a result.

Names in the record are paths below the named folder, with forward slashes, NFC: the same on every system.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from extract import triage
from extract.archive import (
    Budget,
    bomb_ratio,
    decoded_file_name,
    files_in,
    is_link,
    open_archive,
    overlapping,
    printable,
    read_member,
    safe_name,
)
from raingan.records import FileResult, InputError, Kind, Limits, Source, State

# Files that systems and programs leave behind, compared in lower case.
_SYSTEM_NAMES = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "@eadir")
)
_SKIPPED = frozenset(
    ("unsupported-kind", "link", "system-file", "page-part")
)  # none of our business; all else is a failure
_OWN_FOLDERS = ".raingan-"  # where a run keeps its outputs until they are whole: no input, not even a skipped one

# Browsers save what a page shows in a folder beside it, named like the page.
_PAGE_FOLDERS = ("_files", ".files")
_PAGE_SUFFIXES = (".html", ".htm")
_PAGE_PARTS = frozenset((Kind.IMAGE, Kind.TEXT, Kind.UNKNOWN))  # frames of a page are pages themselves

Found = Source | FileResult


@dataclass(frozen=True, slots=True)
class _Root:
    """One PATH of the user."""

    path: Path
    name: str  # of a file; for a folder, what stands before the names of its files


@dataclass(frozen=True, slots=True)
class _Item:
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


def iter_sources(paths: Sequence[str], limits: Limits) -> Iterator[Found]:
    """Yield every file below the paths, in an order that depends on names alone.

    Raises `InputError` at once, before the first file, for a path that does not exist.
    """
    for path in paths:
        try:
            (Path(path) if path else Path("\0")).stat()  # Path("") would mean the folder one is in
        except (OSError, ValueError) as error:
            raise InputError("cannot-read", file=_shown(path), error=_say(error)) from error
    return _walk_all(_roots([Path(path) for path in paths]), limits)


def _walk_all(roots: Sequence[_Root], limits: Limits) -> Iterator[Found]:
    for root in roots:
        if root.path.is_dir():
            yield from _walk(_Item(root.name, None), root.path, limits, ancestors=())
        else:
            yield from _file(_Item(root.name, _link(root.path)), root.path, limits)


def _roots(paths: Sequence[Path]) -> list[_Root]:
    """Name every PATH so that no two files get one name: as little of its folders before it as that takes."""
    kept = _without_nested(paths)
    tops = {path: _top_names(path) for path in kept}
    folders = dict.fromkeys(kept, 0)  # how many stand before the names
    for _ in range(max((len(path.absolute().parts) for path in kept), default=0)):
        owners: dict[str, set[Path]] = {}
        for path in kept:
            for top in tops[path]:
                owners.setdefault(_below(path, folders[path], top), set()).add(path)
        clashing = {path for sharing in owners.values() if len(sharing) > 1 for path in sharing}
        if not clashing:
            break
        for path in clashing:
            folders[path] += 1
    return [_Root(path, _below(path, folders[path], "" if path.is_dir() else _last(path))) for path in kept]


def _without_nested(paths: Sequence[Path]) -> list[Path]:
    """Leave out a path that is given twice, or lies in another one and will be found there."""
    real = {path: path.resolve() for path in paths}
    walked = {real[path] for path in paths if path.is_dir()}
    kept: dict[Path, Path] = {}
    for path in paths:
        inside = False
        below = real[path]
        while not _is_system(below.name) and below != below.parent:
            below = below.parent
            inside = inside or below in walked
        if not inside:
            kept.setdefault(real[path], path)
    return list(kept.values())


def _top_names(path: Path) -> list[str]:
    """Return the first parts of the names that a PATH will give."""
    if not path.is_dir():
        return [_last(path)]
    try:
        return [_shown(entry.name) for entry in os.scandir(path)]
    except OSError:
        return []


def _below(path: Path, count: int, name: str) -> str:
    """Put the last `count` folders of a PATH before a name; for a folder those include the folder itself."""
    absolute = path.absolute()
    folder = absolute if path.is_dir() else absolute.parent
    parts = [_shown(part) for part in folder.parts if part != folder.anchor]
    return "/".join([*(parts[-count:] if count else []), *([name] if name else [])])


def _walk(above: _Item, folder: Path, limits: Limits, ancestors: tuple[tuple[int, int], ...]) -> Iterator[Found]:
    """Walk one folder; links are told of and not followed, so that only mounts can make a loop."""
    item = _Item(above.name or _last(folder), _link(folder))
    if len(ancestors) >= limits.folder_depth:
        yield item.fails(InputError("too-large", what="folders", size=len(ancestors) + 1, limit=limits.folder_depth))
        return
    try:
        status = folder.stat()
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: (_shown(entry.name), os.fsencode(entry.name)))
    except OSError as error:
        yield item.fails(InputError("cannot-read", error=_say(error)))
        return
    identity = (status.st_dev, status.st_ino)
    if status.st_ino and identity in ancestors:
        yield item.fails(InputError("link"))
        return
    names = _Names()
    siblings = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith(_OWN_FOLDERS):
            continue
        name = names.distinct(f"{above.name}/{_shown(entry.name)}" if above.name else _shown(entry.name))
        path = Path(entry.path)
        found = _Item(name, _link(path), above.of_page or _is_page_folder(entry.name, siblings))
        if entry.is_symlink():
            yield found.fails(InputError("link"))
        elif _is_system(entry.name):
            yield found.fails(InputError("system-file"))
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(found, path, limits, (*ancestors, identity))
        else:
            yield from _file(found, path, limits)


def _file(item: _Item, path: Path, limits: Limits) -> Iterator[Found]:
    """Read one file of the disk; an archive too large for memory is read where it lies."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield item.fails(InputError("link"))
            return
        with path.open("rb") as stream:
            if status.st_size > limits.file_bytes:
                yield from _large_file(item, stream, status.st_size, limits)
                return
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        yield item.fails(InputError("cannot-read", error=_say(error)))
        return
    yield from _content(item, data, limits, Budget.of(limits), depth=1)


def _large_file(item: _Item, stream: BinaryIO, size: int, limits: Limits) -> Iterator[Found]:
    if stream.read(4) == b"PK\3\4":
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed wants more
        yield from _archive(item, stream, digest, size, limits, Budget.of(limits), depth=1)
    else:
        yield item.fails(InputError("too-large", what="bytes", size=size, limit=limits.file_bytes), size=size)


def _content(item: _Item, data: bytes, limits: Limits, budget: Budget, depth: int) -> Iterator[Found]:
    """Hand on the bytes of a file or member, open it if it is an archive, or tell what it is instead."""
    source = Source(item.name, data, hashlib.sha256(data).hexdigest(), item.path)
    found = triage.look(source)
    if item.of_page and found.kind in _PAGE_PARTS:
        yield item.fails(InputError("page-part"), sha256=source.sha256, size=len(data))
    elif found.kind is Kind.ZIP:
        yield from _archive(item, data, source.sha256, len(data), limits, budget, depth)
    elif found.kind is Kind.UNKNOWN and data:
        yield item.fails(triage.refusal(source, found), sha256=source.sha256, size=len(data))
    else:
        yield source


def _archive(
    item: _Item, file: bytes | BinaryIO, sha256: str, size: int, limits: Limits, budget: Budget, depth: int
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


def _members(
    item: _Item,
    archive: ZipFile,
    members: Sequence[tuple[str, ZipInfo]],
    limits: Limits,
    budget: Budget,
    depth: int,
) -> Iterator[Found]:
    """Read every member; one that cannot be read leaves the others alone."""
    overlaps = overlapping(archive)
    names = _Names()
    siblings = {name for name, _ in members}
    for stored_name, entry in members:
        name, unsafe = safe_name(stored_name)
        of_page = item.of_page or any(_is_page_folder(folder, siblings) for folder in _folders(stored_name))
        member = _Item(names.distinct(f"{item.name}/{name}"), item.path, of_page)
        try:
            if unsafe:
                raise InputError("unsafe-path")
            if is_link(entry):
                raise InputError("link")
            if any(_is_system(part) for part in name.split("/")):
                raise InputError("system-file")
            if entry.header_offset in overlaps:
                raise InputError("broken-file", error="it overlaps another member")
            data = read_member(archive, entry, limits, budget)
        except InputError as error:
            yield member.fails(error, size=entry.file_size)
            continue
        yield from _content(member, data, limits, budget, depth + 1)


class _Names:
    """Keeps the names of one folder or archive apart."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def distinct(self, name: str) -> str:
        """Return the name, numbered if it was given before."""
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        return name if count == 1 else self.distinct(f"{name} ({count})")


def _is_system(name: str) -> bool:
    """Hidden files, lock files of Office and LibreOffice, and what file managers leave."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def _is_page_folder(name: str, siblings: Set[str]) -> bool:
    """Say whether a folder holds the pictures and scripts of a saved page that lies beside it."""
    return name.endswith(_PAGE_FOLDERS) and any(
        name[: -len("_files")] + suffix in siblings for suffix in _PAGE_SUFFIXES
    )


def _folders(name: str) -> Iterator[str]:
    """Yield the folders of a member: "a/b/c.txt" -> "a/b", "a"."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _shown(name: str) -> str:
    """Return a name from the disk as text, NFC; one that is no UTF-8 is read as archives' names are."""
    if not _is_text(name):
        return printable(decoded_file_name(os.fsencode(name)))
    return printable(unicodedata.normalize("NFC", name))


def _last(path: Path) -> str:
    """Return the last part of a path, also of "." and of a drive."""
    absolute = path.absolute()
    return _shown(absolute.name or str(absolute))


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _link(path: Path) -> str | None:
    """Return the path for links, or None where it cannot be written as text."""
    return str(path) if _is_text(str(path)) else None


def _say(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
