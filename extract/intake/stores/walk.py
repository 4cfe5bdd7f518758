"""Walk what lies behind an address, with the same guarantees as a walk of a disk.

Only what the user named is fetched. A folder that cannot be listed, a file that cannot be read or comes back
shorter than the store said, ends as a result with the reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import IO

from extract.intake.archive import is_text, safe_name, shown_name
from extract.intake.contents import Found, Item, Names, is_page_folder, is_system, large_file, opened
from extract.intake.stores.addresses import Entry, Store, parse_address
from raingan.model.errors import InputError
from raingan.model.records import Limits

_CHUNK = 2**23  # bytes asked for at a time


class RemotePlace:
    """A file or a folder in a store."""

    def __init__(self, store: Store, root: Entry) -> None:
        self._store = store
        self._root = root
        address = store.address
        parts = [shown_name(part) for part in address.parts]
        is_file = root.kind == "file"
        # What stands before the @ of an address tells stores of one host apart.
        self.identity = (address.given.partition("://")[2].partition("/")[0], address.kind, *address.parts)
        self.folders = parts[:-1] if is_file else parts
        self.file_name = parts[-1] if is_file else None

    @classmethod
    def named(cls, text: str) -> RemotePlace:
        """Open the store of an address; raises `InputError` where it is not there or not read."""
        store = Store(parse_address(text))
        return cls(store, store.info(store.root))

    def tops(self) -> list[str]:
        """Return the first parts of the names below the folder."""
        try:
            return [_shown(entry) for entry in self._store.list(self._root.path)]
        except InputError:
            return []  # the walk tells of it

    def walk(self, name: str, limits: Limits) -> Iterator[Found]:
        """Yield the file, or what lies below the folder."""
        item = Item(name, self._store.address.shown)
        if self._root.kind == "file":
            yield from _file(item, self._root, self._store, limits)
        else:
            yield from _folder(item, self._root, self._store, limits, depth=0)


def _folder(above: Item, folder: Entry, store: Store, limits: Limits, depth: int) -> Iterator[Found]:
    """Walk one folder. Links are told of; a store that links a folder into itself ends at the limit of depth."""
    item = Item(above.name or _shown(folder), above.path)
    if depth >= limits.folder_depth:
        yield item.fails(InputError("too-large", what="folders", size=depth + 1, limit=limits.folder_depth))
        return
    try:
        entries = sorted(store.list(folder.path), key=lambda entry: (_shown(entry), entry.path, entry.kind))
    except InputError as error:
        yield item.fails(_of_file(error))
        return
    names = Names()
    siblings = {entry.name for entry in entries if entry.name is not None}
    for entry in entries:
        shown = _shown(entry)
        of_page = above.of_page or (entry.name is not None and is_page_folder(entry.name, siblings))
        found = Item(names.distinct(f"{above.name}/{shown}" if above.name else shown), _link(above, entry), of_page)
        if entry.name is None:
            yield found.fails(InputError("unsafe-path"))
        elif is_system(entry.name):
            yield found.fails(InputError("system-file"))
        elif entry.kind == "directory":
            yield from _folder(found, entry, store, limits, depth + 1)
        elif entry.kind == "file":
            yield from _file(found, entry, store, limits)
        else:
            yield found.fails(InputError("link"))


def _file(item: Item, entry: Entry, store: Store, limits: Limits) -> Iterator[Found]:
    """Fetch one file; an archive too large for memory goes through a temporary file of this machine."""
    with tempfile.SpooledTemporaryFile(max_size=limits.file_bytes) as fetched:
        try:
            with store.opened(entry.path) as read:
                size = _fetch(read, entry.size, fetched, limits)
        except InputError as error:
            yield item.fails(_of_file(error), size=entry.size)
            return
        fetched.seek(0)
        if size > limits.file_bytes:
            yield from large_file(item, fetched, size, limits)  # type: ignore[arg-type]  # it is a BinaryIO
            return
        data = fetched.read()
    yield from opened(item, data, limits)


def _fetch(read: Callable[[int], bytes], told: int | None, into: IO[bytes], limits: Limits) -> int:
    """Fetch a file within the limits and return its size; raises `InputError`, also where the store told another."""
    if told is not None and told > limits.zip_bytes:
        raise InputError("too-large", what="bytes", size=told, limit=limits.file_bytes)
    size = 0
    most = limits.file_bytes
    piece = read(4 if told is None or told > most else _CHUNK)
    if piece[:4] == b"PK\3\4":
        most = limits.zip_bytes
    elif told is not None and told > most:
        raise InputError("too-large", what="bytes", size=told, limit=most)
    while piece:
        size += len(piece)
        if size > most:
            raise InputError("too-large", what="bytes", size=size, limit=most)
        into.write(piece)
        piece = read(_CHUNK)
    if told is not None and size != told:
        raise InputError("size-differs", told=told, got=size)
    return size


def _of_file(error: InputError) -> InputError:
    """Leave out the address: the result names its file."""
    return InputError(error.code, **{key: value for key, value in error.values.items() if key != "file"})


def _shown(entry: Entry) -> str:
    if entry.name is None:  # as members of archives are shown that point outside
        return safe_name(shown_name(entry.path.strip("/").rpartition("/")[2]))[0]
    return shown_name(entry.name)


def _link(above: Item, entry: Entry) -> str | None:
    """Return the address for links, or None where it cannot be written or would lead elsewhere."""
    if entry.name is None or above.path is None or not is_text(entry.name):
        return None
    return f"{above.path.rstrip('/')}/{entry.name}"
