"""Many files into a ledger: walk, look up what is known, have the rest read apart, write it down as it comes.

Run again, only what is new is read. The ledger keeps the order of the walk, whoever read what, and when.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raingan.apart.tasks import Bounds, Outcome, Runner, Task, TaskEnd
from raingan.kept import NOTHING
from raingan.ledger.entries import POISONED_AFTER, Changes, Ended, Flight, ListedInput, Pages, content_key, reading_key
from raingan.model.codec import pack
from raingan.model.records import FileResult, Kind, Limits, Source, State
from raingan.outputs import is_within
from raingan.progress import Pace
from raingan.work import Result, looks_light, pack_kept_task, pack_task, unpack_result

if TYPE_CHECKING:
    from raingan.fingerprint import Fingerprints
    from raingan.ledger import Ledger
    from raingan.settings import Settings

Watch = Callable[[FileResult, Pace], None]
"""Called after every file, for progress."""

# Rows of files that need no reading are written so many at a time; a file that was read is written at once.
_ROWS_AT_ONCE = 500
# A file whose worker went away, for no fault of the file, is given to another one so often.
_LOST_AT_MOST = 3
_HEAD = 4_096  # bytes kept of a file at work
_DETAIL = 200  # characters
# The same bytes are the one or the other by their name alone.
_TOLD_BY_NAME = frozenset((Kind.TEXT, Kind.HTML))


def read_archive(
    paths: Sequence[str],
    settings: Settings,
    ledger: Ledger,
    runner: Runner,
    fingerprints: Fingerprints,
    avoid: Set[str] = frozenset(),
    watch: Watch | None = None,
) -> Pace:
    """Bring the ledger up to what lies below the paths; `avoid` names files and folders that this run writes."""
    batch = _Batch(paths, settings, ledger, fingerprints, avoid, watch)
    batch.run_all(runner)
    return batch.pace


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file at work."""

    key: bytes
    content: bytes  # key of its pages
    name: str
    sha256: str
    size: int  # bytes
    head: bytes  # enough to tell the kind of a file that ends badly
    lost: int  # how often its worker went away before
    is_kept: bool = False  # its pages were kept, and are not read


@dataclass(slots=True)
class _Batch:
    paths: Sequence[str]
    settings: Settings
    ledger: Ledger
    fingerprints: Fingerprints
    avoid: Set[str]
    watch: Watch | None
    pace: Pace = field(default_factory=Pace)
    started: float = field(default_factory=time.monotonic)
    numbers: int = 0  # of tasks
    changes: Changes = field(default_factory=Changes)  # what is not written down yet
    begun: dict[int, _Begun] = field(default_factory=dict)  # by number of task
    lost: dict[bytes, int] = field(default_factory=dict)  # how often, of keys that still want reading
    other: dict[tuple[str, Kind], str] = field(default_factory=dict)  # first names of copies read in another way
    suspects: dict[bytes, int] = field(default_factory=dict)  # seen at work in several runs that were cut off

    def run_all(self, runner: Runner) -> None:
        """Read everything, then what lost its worker, then, one by one, what may have ended earlier runs."""
        self.pace.total = self.changes.expected = files_below(self.paths, self.settings.limits)
        self._run(runner, self._tasks())
        while self.lost:
            wanted, self.lost = self.lost, {}
            self._run(runner, self._tasks_again(wanted))
        wanted = self.suspects
        while wanted:
            # Each is written down before the next begins: what ends this run must not be put down to the one before.
            for task in self._tasks_again(wanted, alone=True):
                self._run(runner, iter([task]))
            wanted, self.lost = self.lost, {}
        self._write()
        self.ledger.finish_listing()
        if not self.settings.keep_pages:
            self.ledger.drop_pages()

    def _run(self, runner: Runner, tasks: Iterator[Task]) -> None:
        for outcomes in runner.run(tasks):
            ended = [self._ended(outcome) for outcome in outcomes]
            self._write()
            for result in ended:
                if result is not None:
                    self._tell(result)
        self._write()

    # --- what is to be read

    def _tasks(self) -> Iterator[Task]:
        """Walk the inputs: list each of them, and make a task of each that is not known yet."""
        for item in self._found():
            if isinstance(item, FileResult):
                self._list(item)
                continue
            key = self._key(item)
            first = self._copied(item)
            if first is not None:
                self._list(_duplicate(item, first))
                continue
            self.changes.listed.append(ListedInput(item.name, item.path, item.sha256, key, len(item.data)))
            known = self.ledger.find(key)
            pages = self._pages(item) if known is None else None  # else it failed, and is to be read again if it may
            if known is not None and not (self.settings.retry_failed and known.may_be_retried):
                self._known(known.file, item)
            elif pages is not None and pages.failed is not None:
                self.changes.unread.append((key, pages))
                self._known(pages.failed, item)
            elif self.ledger.is_suspect(key):
                self.suspects[key] = 0
            elif key not in {begun.key for begun in self.begun.values()}:
                task = self._begin(item, key, pages)
                # Nothing has ended that takes this mark to the disk when it is written down.
                if len(self.begun) == 1 or not self.pace.read:
                    self._write()
                yield task

    def _tasks_again(self, wanted: dict[bytes, int], alone: bool = False) -> Iterator[Task]:
        """Walk the inputs once more for these keys: the bytes of files were not kept."""
        found = set()
        for item in self._found():
            if isinstance(item, FileResult):
                continue
            key = self._key(item)
            if key in wanted and key not in found:
                found.add(key)
                task = self._begin(item, key, self._pages(item), wanted[key], alone)
                if alone:
                    self._write()
                yield task
        for key in sorted(wanted.keys() - found):  # changed or gone since it was listed
            self.changes.outcomes.append(Ended(key, pack(FileResult("", State.FAILED, "changed")), ()))

    def _copied(self, source: Source) -> str | None:
        """Return the name of an earlier input with this content that is read in the same way, or None."""
        # An empty file is no copy of another empty file: each is told for itself.
        first = self.ledger.first_with(source.sha256, source.name) if source.data else None
        if first is None:
            return None
        kinds = [_kind(name, source.data, source.sha256) for name in (first, source.name)]
        if kinds[0] is kinds[1] or not set(kinds) <= _TOLD_BY_NAME:
            return first
        first = self.other.setdefault((source.sha256, kinds[1]), source.name)
        return None if first == source.name else first

    def _found(self) -> Iterator[Source | FileResult]:
        from extract.intake.inputs import iter_sources

        for item in iter_sources(self.paths, self.settings.limits):
            if item.path is None or not is_within(item.path, self.avoid):
                yield item

    def _key(self, source: Source) -> bytes:
        return reading_key(source.sha256, source.name, self.fingerprints.values)

    def _pages(self, source: Source) -> Pages | None:
        """Return what an earlier run read of a content, where that is still what this one would read."""
        content = content_key(source.sha256, source.name)
        pages = self.ledger.pages(content, self.fingerprints.reading, self.fingerprints.sections)
        if pages is None or pages.failed is None or not self.settings.retry_failed or pages.tries >= POISONED_AFTER:
            return pages
        return None

    def _begin(self, source: Source, key: bytes, pages: Pages | None, lost: int = 0, alone: bool = False) -> Task:
        """Make a task of what was kept of a content, else of the content itself."""
        self.numbers += 1
        content = content_key(source.sha256, source.name)
        kept = pages.kept if pages is not None else NOTHING
        self.begun[self.numbers] = _Begun(
            key, content, source.name, source.sha256, len(source.data), source.data[:_HEAD], lost, bool(kept)
        )
        self.changes.begun.append(
            Flight(key, alone) if kept else Flight(key, alone, content, self.fingerprints.reading)
        )
        payload = pack_kept_task(source, kept) if kept else pack_task(source)
        light = (bool(kept) or looks_light(source)) and not lost and not alone
        return Task(self.numbers, payload, light=light)

    # --- what has ended

    def _ended(self, outcome: Outcome) -> FileResult | None:
        """Write down how a task ended; None where it is to be tried again."""
        begun = self.begun.pop(outcome.number)
        if begun.is_kept and outcome.how is TaskEnd.DONE and not outcome.payload:
            self._read_instead(begun)  # they are damaged, or of another shape
            return None
        result = _result_of(outcome, begun, self.settings.bounds)
        if begun.is_kept and self.settings.retry_failed and result is not None and result.file.state is State.FAILED:
            self._read_instead(begun)  # a page that could not be read is kept as such a page
            return None
        if result is None:
            self.lost[begun.key] = begun.lost + 1
            return None
        pages = None
        if result.kept or not begun.is_kept:
            pages = Pages(begun.content, self.fingerprints.reading, self.fingerprints.sections, result.kept)
        self.changes.outcomes.append(
            Ended(begun.key, result.packed, result.reports, outcome.seconds, pages, result.is_read)
        )
        self.pace.read += 1
        self.pace.pages += result.file.pages or 1
        return dataclasses.replace(result.file, file=begun.name)

    def _read_instead(self, begun: _Begun) -> None:
        """Let go of the pages that were kept of a file, and have the file read again."""
        self.ledger.forget_pages(begun.content)
        self.lost[begun.key] = begun.lost

    def _known(self, file: FileResult, source: Source) -> None:
        """Tell of an input that an earlier run has read."""
        self.pace.known += 1
        self._tell(dataclasses.replace(file, file=source.name))
        self._write_rows()

    def _list(self, result: FileResult) -> None:
        """List an input that ends without being read."""
        if result.reason == "archive" and self.pace.total is not None:
            self.pace.total += int(result.reason_values["count"])
            self.changes.expected = self.pace.total
        self.changes.listed.append(ListedInput.ended(result))
        self._tell(result)
        self._write_rows()

    def _tell(self, result: FileResult) -> None:
        self.pace.states[result.state] += 1
        self.pace.file = result.file
        self.pace.seconds = time.monotonic() - self.started
        if self.watch is not None:
            self.watch(result, self.pace)

    def _write_rows(self) -> None:
        if len(self.changes.listed) >= _ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        changes, self.changes = self.changes, Changes()
        if changes:
            self.ledger.record(changes)


def _result_of(outcome: Outcome, begun: _Begun, bounds: Bounds) -> Result | None:
    """Return what a task gave or why it gave nothing; None where that says nothing of the file."""
    values = dict(outcome.values)
    is_read = begun.is_kept or values.pop("read", None) is not None
    if outcome.how is TaskEnd.DONE:
        try:
            return unpack_result(outcome.payload)
        except ValueError as error:
            if outcome.shared:
                return None  # another file of its process may have said this
            return _failed(begun, TaskEnd.CRASH.value, {"how": f"{type(error).__name__}: {error}"[:_DETAIL]}, is_read)
    if outcome.how is TaskEnd.LOST and begun.lost + 1 < _LOST_AT_MOST:
        return None
    if outcome.how is TaskEnd.CRASH:
        values["how"] = values.get("signal") or values.get("error") or f"exit {values.get('exit', '?')}"
    limits = {
        TaskEnd.FILE_TIME: f"{bounds.file_seconds:g}",
        TaskEnd.PAGE_TIME: f"{bounds.page_seconds:g}",
        TaskEnd.MEMORY: f"{bounds.memory_bytes // 2**20}",
    }
    values.setdefault("page", "1")
    # A worker that went away says nothing of the file.
    is_read = is_read or outcome.how is TaskEnd.LOST
    return _failed(begun, outcome.how.value, {**values, "limit": limits.get(outcome.how, "")}, is_read)


def _failed(begun: _Begun, reason: str, values: dict[str, str], is_read: bool) -> Result:
    kind = _kind(begun.name, begun.head, begun.sha256)
    file = FileResult(begun.name, State.FAILED, reason, values, sha256=begun.sha256, size=begun.size, kind=kind)
    return Result(file, pack(file), (), is_read)


def _kind(name: str, data: bytes, sha256: str) -> Kind:
    """Tell the kind of a file by its name and its first bytes: this process takes no file apart."""
    from extract.intake.triage import look

    return look(Source(name, data[:_HEAD], sha256)).kind


def _duplicate(source: Source, first: str) -> FileResult:
    return FileResult(
        file=source.name,
        state=State.SKIPPED,
        reason="duplicate",
        reason_values={"other": first},
        sha256=source.sha256,
        size=len(source.data),
        kind=_kind(source.name, source.data, source.sha256),
        path=source.path,
    )


def files_below(paths: Iterable[str], limits: Limits) -> int | None:
    """Count the files that a walk will come to, without opening any; None where an address is among the paths."""
    count = 0
    folders: list[tuple[str, int]] = []
    for path in paths:
        if not os.path.lexists(path):
            return None
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir() raises what a network drive says
            folders.append((path, 0))
        else:
            count += 1
    while folders:
        folder, depth = folders.pop()
        with suppress(OSError), os.scandir(folder) as entries:  # the walk tells of it
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    count += 1
                elif depth + 1 < limits.folder_depth:
                    folders.append((entry.path, depth + 1))
    return count
