"""What a process does with one file: the bytes of a task in, the bytes of its result out.

A task is a line of JSON with a file behind it, or with what was kept of one: then its pages are not read again. A
result is a row of parts, each behind its length. What comes back is taken apart without being believed: a hostile file
may have got hold of the process that wrote it.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from raingan.apart.hands import ReadAhead, lent
from raingan.apart.tasks import PAGES_READ, BeginPage, Job, Work
from raingan.first_worker import PRELOAD
from raingan.kept import NOTHING, Kept, document_of, found_of, keep, keep_found
from raingan.model.codec import pack, unpack
from raingan.model.messages import message_kinds
from raingan.model.records import FileResult, Found, Kind, Limits, OcrEngine, Report, Source, State, Witness
from raingan.settings import Settings

if TYPE_CHECKING:
    from extract.reading.ahead import Ahead, Helper, PageRead
    from extract.sections.forms import Form
    from raingan.fingerprint import FormText
    from raingan.pipeline import About

# What only files of a kind need, made ready when the first of them has come: somebody who has one text to convert
# waits for no PDF to be read.
_LATER = (
    ("extract.reading.html.read", ""),
    ("extract.reading.docx.read", ""),
    ("extract.reading.pdf.read", "raingan.work:warm_pdf"),
    ("extract.reading.scan.engine", "raingan.work:warm_pictures"),
)

# A report of our own, read before the first task: what is built at first use (word lists, tables, expressions) is then
# shared by all forks instead of built in each, which would take 0.2 s a file.
_WARM = "report.txt"

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Result:
    """How one file ended, and its reports packed as they are kept (`raingan.model.codec`)."""

    file: FileResult
    packed: bytes  # of `file`
    reports: tuple[bytes, ...]
    is_read: bool = True  # False: its pages could not be read at all, and `file` says why
    kept: Kept = NOTHING  # packed; whoever takes it apart again must not believe it


def job_of(settings: Settings, forms: Sequence[FormText] = (), keep_pages: bool = False) -> Job:
    """Return the job that reads files with these settings and the user's forms; raises FormError for a bad one.

    With `keep_pages` each result has what was read beside what it means.
    """
    if forms:  # a mistake in one is told now, not by every file; our own have none
        from extract.sections.forms import forms_of

        forms_of(forms)
    setup = {
        "forms": forms,
        "ocr": settings.ocr.value,
        "witness": settings.witness.value,
        "limits": dataclasses.asdict(settings.limits),
        "keep_pages": keep_pages,
    }
    return Job(
        "raingan.work:reader", json.dumps(setup).encode(), preload=PRELOAD, later=_LATER, fit="raingan.work:may_share"
    )


def reader(setup: bytes) -> Work:
    """Return what reads one file; `setup` is that of `job_of`."""
    from extract.reading.ahead import helped_by
    from extract.reading.pace import heard_by
    from extract.sections.forms import forms_of

    told = json.loads(setup)
    forms = forms_of([(path, text) for path, text in told["forms"]])
    settings = Settings(ocr=OcrEngine(told["ocr"]), witness=Witness(told["witness"]), limits=Limits(**told["limits"]))

    # To the packed end: what packs a type is made at its first use too.
    _from_the_file(_warm(_WARM), forms, settings, True, lambda _: None)

    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        head, data = _opened(payload)
        if len(head) == _KEPT_HEAD:
            return _take_up(head, data, forms)
        with heard_by(begin_page), helped_by(_helper()):
            return _from_the_file(_source(head, data), forms, settings, told["keep_pages"], begin_page)

    return work


def _from_the_file(
    source: Source, forms: Sequence[Form], settings: Settings, keep_pages: bool, begin_page: BeginPage
) -> bytes:
    from raingan.pipeline import about, conclude, find, read

    file = about(source)
    document = read(source, settings)
    if isinstance(document, FileResult):
        return pack_result(document, (), is_read=False)
    begin_page(PAGES_READ)
    found = find(file, document, forms)
    sections = None if isinstance(found, FileResult) else found
    kept = keep(document, sections) if keep_pages else NOTHING
    if isinstance(found, FileResult):
        return pack_result(found, (), kept)
    result, reports = conclude(file, found)
    return pack_result(result, [pack(report) for report in reports], kept)


def _take_up(head: Sequence[Any], data: bytes, forms: Sequence[Form]) -> bytes:
    """Go on from what was kept of a file; return nothing where that cannot be used."""
    from raingan.pipeline import conclude, find

    file, kept = _kept(head, data)
    new = NOTHING
    found = _kept_sections(kept)
    if found is None:
        try:
            document = document_of(kept)
        except ValueError:
            return b""
        made = find(file, document, forms)
        if isinstance(made, FileResult):
            return pack_result(made, ())
        found, new = made, Kept(found=keep_found(made, kept))
    result, reports = conclude(file, found)
    return pack_result(result, [pack(report) for report in reports], new)


def _kept_sections(kept: Kept) -> Found | None:
    """Return the sections that were kept, None where there are none, or none that can be used."""
    with suppress(ValueError):
        return found_of(kept) if kept.found else None
    return None


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


def warm_pdf() -> None:
    """Read a PDF of our own, for the same reason."""
    from extract.reading.document import read_document

    read_document(_warm("report.pdf"), Limits())


def warm_pictures() -> None:
    """Read a scan of our own, for the same reason."""
    from extract.reading.document import read_document

    read_document(_warm("scan.png"), Limits())


def _warm(name: str) -> Source:
    return Source(name, files("raingan").joinpath("warm", name).read_bytes(), "")


_KEPT_HEAD = 5  # what the line of JSON tells where no file follows: name, sha256, size, bytes of pages and pictures


def pack_task(source: Source) -> bytes:
    """Return a file as the payload of a task; where it lies on disk is no business of who reads it."""
    head = json.dumps([source.name, source.sha256]).encode()
    return b"".join((head, b"\n", source.data))


def pack_kept_task(source: Source, kept: Kept) -> bytes:
    """Return what was kept of a file as the payload of a task: the file itself is not needed."""
    told = [source.name, source.sha256, len(source.data), len(kept.document), len(kept.pictures)]
    return b"".join((json.dumps(told).encode(), b"\n", kept.document, kept.pictures, kept.found))


def _opened(payload: bytes) -> tuple[list[Any], bytes]:
    end = payload.index(b"\n")
    return json.loads(payload[:end]), payload[end + 1 :]


def _source(head: Sequence[Any], data: bytes) -> Source:
    name, sha256 = head
    return Source(name, data, sha256)


def _kept(head: Sequence[Any], data: bytes) -> tuple[About, Kept]:
    from raingan.pipeline import About

    name, sha256, size, pages, pictures = head
    return About(name, sha256, size), Kept(data[:pages], data[pages : pages + pictures], data[pages + pictures :])


# What Python code alone takes apart, and the suffixes that such files mostly have.
_SHARING = frozenset((Kind.TEXT, Kind.HTML, Kind.DOCX))
_PICTURES = b"/media/"  # the folder of a Word file's pictures, as the zip's directory names it
_SUFFIXES = (".txt", ".text", ".html", ".htm", ".xhtml", ".docx")


def looks_light(source: Source) -> bool:
    """Say whether a file may share a process with others by its name; the process itself asks `may_share`."""
    return source.name.lower().endswith(_SUFFIXES)


def may_share(payload: bytes) -> bool:
    """Say of a task whether Python code alone will take it apart: by the bytes of its file, or as it was kept."""
    from extract.intake.triage import look

    head, data = _opened(payload)
    if len(head) == _KEPT_HEAD:
        return True
    kind = look(_source(head, data)).kind
    return kind in _SHARING and not (kind is Kind.DOCX and _PICTURES in data)  # an image library reads those


def pack_result(file: FileResult, reports: Sequence[bytes], kept: Kept = NOTHING, is_read: bool = True) -> bytes:
    """Return the payload of an outcome."""
    parts = [pack(file), _READ if is_read else b"", kept.document, kept.pictures, kept.found, *reports]
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack_result(payload: bytes) -> Result:
    """Take the payload of an outcome apart; raises ValueError where it is not one, also where a report is none.

    The reports are kept packed and looked at all the same: one that cannot be read back would end every run that
    comes to it, not just the reading of its file. What is kept of the pages is not looked at: only a process that is
    shut in takes it apart, and where that fails the file is read again.
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
    if len(parts) < _PARTS:
        raise ValueError("the result lacks a part")
    packed, is_read, *kept = parts[:_PARTS]
    file = unpack(FileResult, packed)
    if file.reports != len(parts) - _PARTS:
        raise ValueError("the result tells another number of reports than it holds")
    reports = [unpack(Report, part) for part in parts[_PARTS:]]
    codes = {file.reason, *(flag.code for report in reports for flag in report.flags)} - {None}
    if not codes <= {kind.code for kind in message_kinds()}:
        raise ValueError("the result tells a code that has no sentence")
    if not is_read and (file.state not in (State.FAILED, State.SKIPPED) or any(kept)):
        raise ValueError("the result tells of pages that could not be read")
    return Result(file, packed, tuple(parts[_PARTS:]), bool(is_read), Kept(*kept))


_READ = b"r"
_PARTS = 5  # of a result beside its reports
