"""Walk what the user named: files, folders, archives inside archives. Every file found ends as a Source or a result.

Names in the record are paths below the named folder, with forward slashes, NFC: the same on every system.
This module walks this machine's disks; `extract.intake.stores.walk` walks the stores behind addresses.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from extract.intake.archive import is_text, shown_name
from extract.intake.contents import Found, Item, Names, is_page_folder, is_system, large_file, opened
from extract.intake.stores.addresses import is_address, local_path, without_secrets
from extract.intake.stores.walk import RemotePlace
from raingan.model.errors import InputError
from raingan.model.records import Limits


class _Place(Protocol):
    """One PATH of the user: a file or a folder, here or in a store."""

    @property
    def identity(self) -> tuple[str, ...]:
        """The parts of its full path, the same however it was named."""

    @property
    def folders(self) -> Sequence[str]:
        """The shown parts of its folder; of itself where it is one."""

    @property
    def file_name(self) -> str | None:
        """The shown name of a file; None for a folder."""

    def tops(self) -> list[str]:
        """Return the first parts of the names below a folder."""

    def walk(self, name: str, limits: Limits) -> Iterator[Found]:
        """Yield the file under its name, or the files of the folder with `name` before theirs."""


def iter_sources(paths: Sequence[str], limits: Limits) -> Iterator[Found]:
    """Yield every file below the paths, in an order that depends on names alone.

    A path may be an address, `s3://bucket/folder`. Raises `InputError` at once, before the first file, for a path
    that does not exist and for an address that is not read or does not answer.
    """
    return _walk_all(_named([_place(path) for path in paths]), limits)


def iter_names(paths: Sequence[str], limits: Limits) -> Iterator[str] | None:
    """Yield the names of files and archives that a walk gives, reading none; None where an address is among the paths.

    Raises `InputError` as `iter_sources` does. Not yielded are members of archives, nor the numbers of equal names.
    """
    places = [_place(path) for path in paths]
    local = [place for place in places if isinstance(place, _LocalPlace)]
    return _names_of(_named(local), limits) if len(local) == len(places) else None


def _names_of(places: Sequence[tuple[_Place, str]], limits: Limits) -> Iterator[str]:
    for place, name in places:
        if place.file_name is None:
            assert isinstance(place, _LocalPlace)
            yield from place.names(name, limits)
        else:
            yield name


def _place(path: str) -> _Place:
    if is_address(path):
        local = local_path(path)
        if local is None:
            return RemotePlace.named(path)
        path = local
    try:
        status = (Path(path) if path else Path("\0")).stat()  # Path("") would mean the folder one is in
        return _LocalPlace(Path(path), stat.S_ISDIR(status.st_mode))
    except (OSError, ValueError) as error:
        raise InputError("cannot-read", file=shown_name(without_secrets(path)), error=_say(error)) from error


def _walk_all(places: Sequence[tuple[_Place, str]], limits: Limits) -> Iterator[Found]:
    for place, name in places:
        yield from place.walk(name, limits)


def _named(places: Sequence[_Place]) -> list[tuple[_Place, str]]:
    """Name every PATH so that no two files get one name: as little of its folders before it as that takes."""
    kept = _without_nested(places)
    if len(kept) == 1:
        return [(kept[0], _below(kept[0], 0))]
    tops = [place.tops() if place.file_name is None else [""] for place in kept]
    folders = [0] * len(kept)  # how many stand before the names
    for _ in range(max((len(place.folders) for place in kept), default=0)):
        owners: dict[str, set[int]] = {}
        for index, place in enumerate(kept):
            for top in tops[index]:
                owners.setdefault("/".join(filter(None, (_below(place, folders[index]), top))), set()).add(index)
        clashing = {index for sharing in owners.values() if len(sharing) > 1 for index in sharing}
        if not clashing:
            break
        for index in clashing:
            folders[index] += 1
    return [(place, _below(place, count)) for place, count in zip(kept, folders, strict=True)]


def _without_nested(places: Sequence[_Place]) -> list[_Place]:
    """Leave out a path that is given twice, or lies in another one and will be found there."""
    walked = {place.identity for place in places if place.file_name is None}
    kept: dict[tuple[str, ...], _Place] = {}
    for place in places:
        identity = place.identity
        inside = False
        above = len(identity)
        while above > 0 and not is_system(identity[above - 1]):
            above -= 1
            inside = inside or identity[:above] in walked
        if not inside:
            kept.setdefault(identity, place)
    return list(kept.values())


def _below(place: _Place, count: int) -> str:
    """Put the last `count` folders of a PATH before its name; for a folder those include the folder itself."""
    folders = list(place.folders[-count:]) if count else []
    return "/".join([*folders, *([place.file_name] if place.file_name else [])])


class _LocalPlace:
    """A file or a folder of this machine."""

    def __init__(self, path: Path, is_folder: bool) -> None:
        self._path = path
        absolute = path.absolute()
        folder = absolute if is_folder else absolute.parent
        self.identity = Path(os.path.normcase(os.path.realpath(path))).parts
        self.folders = [shown_name(part) for part in folder.parts if part != folder.anchor]
        self.file_name = None if is_folder else _last(path)

    def tops(self) -> list[str]:
        """Return the first parts of the names below the folder."""
        try:
            with os.scandir(self._path) as listing:
                return [shown_name(entry.name) for entry in listing]
        except OSError:
            return []

    def names(self, name: str, limits: Limits) -> Iterator[str]:
        """Yield the names of what lies below the folder, in any order."""
        folders = [(name, os.fspath(self._path), 0)]
        while folders:
            above, folder, depth = folders.pop()
            with suppress(OSError), os.scandir(folder) as entries:  # the walk tells of it
                for entry in entries:
                    found = f"{above}/{shown_name(entry.name)}" if above else shown_name(entry.name)
                    if is_system(entry.name) or not entry.is_dir(follow_symlinks=False):
                        yield found
                    elif depth + 1 < limits.folder_depth:
                        folders.append((found, entry.path, depth + 1))

    def walk(self, name: str, limits: Limits) -> Iterator[Found]:
        """Yield the file, or what lies below the folder."""
        if self.file_name is None:
            yield from _walk(Item(name, None), self._path, limits, ancestors=())
        else:
            yield from _file(Item(name, _link(self._path)), self._path, limits, follow=True)


def _walk(above: Item, folder: Path, limits: Limits, ancestors: tuple[tuple[int, int], ...]) -> Iterator[Found]:
    """Walk one folder; links are told of and not followed, so that only mounts can make a loop."""
    item = Item(above.name or _last(folder), _link(folder))
    if len(ancestors) >= limits.folder_depth:
        yield item.fails(InputError("too-large", what="folders", size=len(ancestors) + 1, limit=limits.folder_depth))
        return
    try:
        status = folder.stat()
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: (shown_name(entry.name), os.fsencode(entry.name)))
    except OSError as error:
        yield item.fails(InputError("cannot-read", error=_say(error)))
        return
    identity = (status.st_dev, status.st_ino)
    if status.st_ino and identity in ancestors:
        yield item.fails(InputError("link"))
        return
    names = Names()
    siblings = {entry.name for entry in entries}
    for entry in entries:
        name = names.distinct(f"{above.name}/{shown_name(entry.name)}" if above.name else shown_name(entry.name))
        path = Path(entry.path)
        found = Item(name, _link(path), above.of_page or is_page_folder(entry.name, siblings))
        try:
            # A network drive may have to ask for both, and may not answer.
            is_link, is_folder = entry.is_symlink(), entry.is_dir(follow_symlinks=False)
        except OSError as error:
            yield found.fails(InputError("cannot-read", error=_say(error)))
            continue
        if is_link:
            yield found.fails(InputError("link"))
        elif is_system(entry.name):
            yield found.fails(InputError("system-file"))
        elif is_folder:
            yield from _walk(found, path, limits, (*ancestors, identity))
        else:
            yield from _file(found, path, limits)


def _file(item: Item, path: Path, limits: Limits, follow: bool = False) -> Iterator[Found]:
    """Read one file of the disk; an archive too large for memory is read where it lies."""
    told = False  # of an archive, whose disk may still fail
    try:
        if not stat.S_ISREG(path.stat(follow_symlinks=follow).st_mode):
            yield item.fails(InputError("link"))
            return
        with _opened(path, follow) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):  # something else has taken its place
                yield item.fails(InputError("link"))
                return
            if status.st_size > limits.file_bytes:
                for found in large_file(item, stream, status.st_size, limits):
                    told = True
                    yield found
                return
            data = stream.read(limits.file_bytes + 1)
    except (OSError, MemoryError) as error:
        if not told:
            yield item.fails(InputError("cannot-read", error=_say(error)))
        return
    if len(data) > limits.file_bytes:  # it has grown meanwhile
        yield item.fails(InputError("too-large", what="bytes", size=len(data), limit=limits.file_bytes))
        return
    yield from opened(item, data, limits)


def _opened(path: Path, follow: bool) -> BinaryIO:
    """Open a file without waiting for the other end of a pipe, nor through a link, that may have taken its place."""
    through = 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    at_once = getattr(os, "O_NONBLOCK", 0)

    def opener(name: str, flags: int) -> int:
        try:
            return os.open(name, flags | through | at_once)
        except BlockingIOError:  # a file server has promised it to somebody, and takes that back for who waits
            return os.open(name, flags | through)

    return open(path, "rb", opener=opener)


def _last(path: Path) -> str:
    """Return the last part of a path, also of "." and of a drive."""
    absolute = path.absolute()
    return shown_name(absolute.name or str(absolute))


def _link(path: Path) -> str | None:
    """Return the path for links, or None where it cannot be written as text."""
    return str(path) if is_text(str(path)) else None


def _say(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return os.strerror(errno.ENOMEM)
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
