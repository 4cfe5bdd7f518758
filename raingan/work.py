"""What a process does with one file: the bytes of a task in, the bytes of its result out.

A task is a line of JSON with the file's bytes behind it, a result a row of parts, each behind its length. What comes
back is taken apart without being believed: a hostile file may have got hold of the process that wrote it.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from raingan.apart.hands import ReadAhead, lent
from raingan.apart.tasks import BeginPage, Job, Work
from raingan.model.codec import pack, unpack
from raingan.model.messages import message_kinds
from raingan.model.records import FileResult, Limits, Pictures, Report, Source
from raingan.settings import Settings

if TYPE_CHECKING:
    from extract.reading.ahead import Ahead, Helper, PageRead

# What nearly every file needs, imported once before the first.
_PRELOAD = (
    *("extract.reading.document", "extract.reading.text.read", "extract.reading.html.read"),
    *("extract.reading.docx.read", "extract.reading.pdf", "extract.sections.find"),
    *("normalize.report", "raingan.model.codec", "raingan.pipeline"),
)
# What only archives with scans need.
_LATER = (("extract.reading.scan.engine", "raingan.work:warm_pictures"),)

# Reports of our own, read before the first task: what is built at first use (word lists, tables, expressions) is then
# shared by all forks instead of built in each, which would take 0.6 s a file.
_WARM = ("report.txt", "report.pdf")

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Result:
    """How one file ended, and its reports packed as they are kept (`raingan.model.codec`)."""

    file: FileResult
    packed: bytes  # of `file`
    reports: tuple[bytes, ...]


def job_of(settings: Settings) -> Job:
    """Return the job that reads files with these settings; raises FormError for a bad form file."""
    from extract.sections.forms import forms_of, read_form

    forms = [(path, read_form(path)) for path in settings.forms]
    forms_of(forms)  # told now, not by every file
    setup = {"forms": forms, "pictures": settings.pictures.value, "limits": dataclasses.asdict(settings.limits)}
    return Job("raingan.work:reader", json.dumps(setup).encode(), preload=_PRELOAD, later=_LATER)


def reader(setup: bytes) -> Work:
    """Return what reads one file; `setup` is that of `job_of`."""
    from extract.reading.ahead import helped_by
    from extract.reading.pace import heard_by
    from extract.sections.forms import forms_of
    from raingan.pipeline import process

    told = json.loads(setup)
    forms = forms_of([(path, text) for path, text in told["forms"]])
    settings = Settings(pictures=Pictures(told["pictures"]), limits=Limits(**told["limits"]))

    for name in _WARM:
        process(_warm(name), forms, settings)

    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        with heard_by(begin_page), helped_by(_helper()):
            file, reports = process(_source(payload), forms, settings)
        return pack_result(file, [pack(report) for report in reports])

    return work


def _helper() -> Helper | None:
    """Return what reads pages ahead in other processes, packed on their way; None where there are none."""
    hands = lent()
    if hands is None:
        return None

    @contextmanager
    def helper(read: Callable[[int], PageRead]) -> Iterator[Ahead]:
        with ReadAhead(hands, lambda number: pack(read(number))) as pages:
            yield _Unpacked(pages)

    return helper


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """What helpers have read."""

    pages: ReadAhead

    def expect(self, first: int, last: int) -> None:
        self.pages.expect(first, last)

    def take(self, number: int) -> PageRead | None:
        from extract.reading.ahead import PageRead

        packed = self.pages.take(number)
        try:
            return None if packed is None else unpack(PageRead, packed)
        except ValueError:  # nonsense: whoever asks reads the page
            return None


def warm_pictures() -> None:
    """Read a scan of our own, for the same reason."""
    from extract.reading.document import read_document

    read_document(_warm("scan.png"), Limits())


def _warm(name: str) -> Source:
    return Source(name, files("raingan").joinpath("warm", name).read_bytes(), "")


def pack_task(source: Source) -> bytes:
    """Return a file as the payload of a task; where it lies on disk is no business of who reads it."""
    head = json.dumps([source.name, source.sha256]).encode()
    return b"".join((head, b"\n", source.data))


def _source(payload: bytes) -> Source:
    end = payload.index(b"\n")
    name, sha256 = json.loads(payload[:end])
    return Source(name, payload[end + 1 :], sha256)


def pack_result(file: FileResult, reports: Sequence[bytes]) -> bytes:
    """Return the payload of an outcome."""
    parts = [pack(file), *reports]
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack_result(payload: bytes) -> Result:
    """Take the payload of an outcome apart; raises ValueError where it is not one, also where a report is none.

    The reports are kept packed and looked at all the same: one that cannot be read back would end every run that
    comes to it, not just the reading of its file.
    """
    parts = []
    at = 0
    while at < len(payload):
        if at + _LENGTH.size > len(payload):
            raise ValueError("the result ends within a length")
        (length,) = _LENGTH.unpack_from(payload, at)
        at += _LENGTH.size
        if at + length > len(payload):
            raise ValueError("the result ends within a part")
        parts.append(payload[at : at + length])
        at += length
    if not parts:
        raise ValueError("the result is empty")
    file = unpack(FileResult, parts[0])
    if file.reports != len(parts) - 1:
        raise ValueError("the result tells another number of reports than it holds")
    reports = [unpack(Report, part) for part in parts[1:]]
    codes = {file.reason, *(flag.code for report in reports for flag in report.flags)} - {None}
    if not codes <= {kind.code for kind in message_kinds()}:
        raise ValueError("the result tells a code that has no sentence")
    return Result(file, parts[0], tuple(parts[1:]))
