"""The bytes of a listed file, if they are still the ones that were read."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from raingan.model.errors import InputError, PageError
from raingan.model.records import Limits, Source
from raingan.review.pages.shown import FileRef

if TYPE_CHECKING:
    from extract.intake.archive import Budget

# A person goes from page to page of one file, and back to the one before: two large scans fit.
_BYTES_KEPT = 192 * 2**20


class Finder:
    """Fetch files, and keep the last few."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def bytes_of(self, file: FileRef) -> bytes:
        """Return a file's bytes; `PageError` where it is gone or holds something else than was read."""
        with self._lock:
            if file.sha256 in self._kept:
                self._kept.move_to_end(file.sha256)
                return self._kept[file.sha256]
        data = self._fetched(file)
        with self._lock:
            self._kept[file.sha256] = data
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _BYTES_KEPT:
                self._kept.popitem(last=False)
        return data

    def _fetched(self, file: FileRef) -> bytes:
        from extract.intake.stores.addresses import is_address, local_path

        path = file.path
        if path is not None and is_address(path):
            path = local_path(path)
            if path is None:
                return self._from_store(file, str(file.path))
        if not path:
            raise PageError("page-no-path", file=file.name)
        try:
            place = Path(path)
            if not place.is_file():
                raise PageError("page-gone", file=file.name)
            with place.open("rb") as stream:
                data = _found(stream, place.name, file, self._limits)
        except (OSError, ValueError) as error:
            raise PageError("page-gone", file=file.name) from error
        if data is None:
            raise PageError("page-changed", file=file.name)
        return data

    def _from_store(self, file: FileRef, address: str) -> bytes:
        """Walk what lies behind an address, as a conversion does and with its limits, to what was read."""
        from extract.intake.inputs import iter_sources

        try:
            for found in iter_sources([address], self._limits):
                if isinstance(found, Source) and found.sha256 == file.sha256:
                    return found.data
        except InputError as error:
            raise PageError("page-gone", file=file.name) from error
        raise PageError("page-changed", file=file.name)


def _found(stream: BinaryIO, name: str, file: FileRef, limits: Limits) -> bytes | None:
    """Return the file itself, or the member of the archive that it is; None where neither was read."""
    parts = file.name.split("/")
    is_archive = stream.read(4) == b"PK\3\4"
    if is_archive and parts[-1] != name:
        from extract.intake.archive import Budget

        # Which part of the name is the archive's own nobody can tell: folders may be called like archives.
        below = ["/".join(parts[start:]) for start in range(len(parts))]
        data = _member(stream, below, file.sha256, limits, Budget.of(limits), depth=1)
        if data is not None:
            return data
    stream.seek(0)
    data = stream.read(limits.file_bytes + 1)
    whole = len(data) <= limits.file_bytes and hashlib.sha256(data).hexdigest() == file.sha256
    return data if whole else None


def _member(
    archive_file: bytes | BinaryIO, wanted: Sequence[str], sha256: str, limits: Limits, budget: Budget, depth: int
) -> bytes | None:
    """Return the member under one of the names, also of an archive inside; only those are unpacked."""
    from extract.intake.archive import files_in, open_archive, read_member, safe_name
    from extract.intake.contents import Names

    if depth > limits.zip_depth:
        return None
    try:
        archive = open_archive(archive_file, limits)
    except InputError:
        return None
    with archive:
        names = Names()
        for stored_name, entry in files_in(archive):
            name = names.distinct(safe_name(stored_name)[0])
            inside = [rest[len(name) + 1 :] for rest in wanted if rest.startswith(f"{name}/")]
            if not inside and name not in wanted:
                continue
            try:
                data = read_member(archive, entry, limits, budget)
            except InputError:
                continue
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
            found = _member(data, inside, sha256, limits, budget, depth + 1) if inside else None
            if found is not None:
                return found
    return None
