"""The bytes of a listed file, if they are still the ones that were read."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from raingan.records import InputError, Limits, Source
from raingan.review.pages.parts import FileRef, PageError

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
        if file.path is None:
            raise PageError("page-no-path", file=file.name)
        data = self._plain_file(file.path)
        if data is not None and hashlib.sha256(data).hexdigest() == file.sha256:
            return data
        return self._walked(file, file.path, seen=data is not None)

    def _plain_file(self, path: str) -> bytes | None:
        """Read a file of this machine that is no larger than one that is read; None where there is none."""
        try:
            place = Path(path)
            if not place.is_file() or place.stat().st_size > self._limits.file_bytes:
                return None
            return place.read_bytes()
        except (OSError, ValueError):
            return None

    def _walked(self, file: FileRef, path: str, seen: bool) -> bytes:
        """Walk an archive, or a store, as a conversion does and with its limits, to the member that was read."""
        from extract.inputs import iter_sources

        try:
            for found in iter_sources([path], self._limits):
                seen = True
                if isinstance(found, Source) and found.sha256 == file.sha256:
                    return found.data
        except InputError as error:
            if not seen:
                raise PageError("page-gone", file=file.name) from error
        raise PageError("page-changed" if seen else "page-gone", file=file.name)
