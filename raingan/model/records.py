"""What the stages hand each other: frozen, plain, and free of open files.

    Source -> Document(Page(Line)) -> Found(RawReport(RawField)) -> Report -> workbook, JSON Lines, CSV
       triage, readers                sections                      normalize            export

A report has a type for each stage, so that none of them holds what a later one fills:

    Report -> ComparedReport -> ReviewedReport -> ToldReport
      normalize     ledger          review          telling

Everything here pickles, and goes to JSON and back (`json_record.py`). Unknown is None, never 0 or "". Pages count
from 1. A box is (x0, top, x1, bottom) in points from the top left of the page. Thai text is in canonical order (base,
vowel, tone); digits stay as printed until `normalize` makes them Arabic.

One exception crosses stage borders: `InputError`, raised by triage and readers when a file cannot be read at all.
Everything smaller is a value: a `Problem` of a document or a `Flag` of a report. Both carry a code and parameters,
never a sentence: the sentences, Thai and English, stand in one table (`raingan/model/messages.toml`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from raingan.model.limits import Limits as Limits

Box = tuple[float, float, float, float]
"""(x0, top, x1, bottom) in points, from the top left of the page."""


def section_field(section: str) -> str:
    """Key path of a section in the record: "quarter_2" -> "quarters.2", the others as they are."""
    return f"quarters.{section[-1]}" if section.startswith("quarter_") else section


def section_name(path: str) -> str:
    """Return the section at a key path: "quarters.2" -> "quarter_2", the others as they are."""
    return f"quarter_{path[-1]}" if path.startswith("quarters.") else path


BUDDHIST_ERA = 543
"""Years that the Buddhist era is ahead of the Christian one: 2024 is 2567."""


class OcrEngine(StrEnum):
    """What reads pages that are pictures."""

    OWN = "own"  # the recogniser that comes with the package
    TESSERACT = "tesseract"  # the extra of that name
    OFF = "off"  # nothing: such pages are left unread, and reported


class Witness(StrEnum):
    """How much of a PDF's text is held against the picture of its page."""

    ALL = "all"  # every page is drawn, and every line with a figure read from the picture as well
    DOUBT = "doubt"  # every page is drawn, and read from the picture where it is not what its text says
    OFF = "off"  # no page is drawn: the text is believed


class State(StrEnum):
    """How a file ends. Every input has exactly one."""

    DONE = "done"
    REVIEW = "review"
    FAILED = "failed"
    SKIPPED = "skipped"


class Kind(StrEnum):
    """What a file is, by its bytes."""

    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    RTF = "rtf"
    ODT = "odt"
    HTML = "html"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    ZIP = "zip"
    TAR = "tar"  # packed by gzip or not; also a single file that is
    MAIL = "mail"
    MESSAGE = "msg"  # of Outlook
    IMAGE = "image"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one member of an archive, with its bytes."""

    name: str  # as it stands in the record: "2564/q1.pdf", "archive.zip/member/name.txt"
    data: bytes = dataclasses.field(repr=False)
    sha256: str
    path: str | None = None  # of the file on disk that a link can open (the archive's for a member)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a document or a page that did not stop the reading."""

    code: str  # of the message table
    page: int | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A figure as an engine read it from a picture: a run without spaces that holds a digit."""

    text: str  # as read, "๑,๒๓๔.๕๐"
    confidence: float  # probability that all of it is right, calibrated on faces that the engine had not seen
    others: tuple[tuple[str, float], ...] = ()  # other readings of the whole token with their probabilities, best first
    page: int | None = None
    box: Box | None = None
    picture: bytes | None = dataclasses.field(default=None, repr=False)  # PNG of its line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in reading order."""

    text: str  # repaired, canonical Thai; tick boxes as U+2611 (ticked) and U+2610 (empty)
    page: int
    box: Box | None = None  # None where the source has no pages (text, html, docx)
    raw: str | None = None  # as read, where the repair changed it
    repairs: tuple[str, ...] = ()  # what was repaired: "private-use", "nikhahit", "generated-space", ...
    paragraph_end: bool = False  # the source itself ends a paragraph here (Word paragraph, <br>, </td>)
    edges: tuple[float, float] | None = None  # left and right edge of the column or cell, points
    cell: tuple[int, int, int] | None = None  # table on the page, row, column, each from 1
    size: float | None = None  # of the type, points
    shown: Box | None = None  # box on the page as shown, where that is a picture; `box` is then of the levelled page
    confidence: float | None = None  # 0.0-1.0, None where nothing was guessed
    tokens: tuple[ReadToken, ...] = ()  # figures of the line in order, where it was read from a picture
    doubtful: tuple[str, ...] = ()  # words that the engine was not sure of
    told: tuple[Problem, ...] = ()  # what its reader left out or could not read here: flags of the field it stands in

    @property
    def place(self) -> Box | None:
        """Where the line stands on the page as shown."""
        return self.shown or self.box


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a ruled table; the lines that stand in it have its table, row and column as `cell`."""

    row: int  # of its first row and column, from 1
    column: int
    row_span: int
    column_span: int
    box: Box  # as `Line.box`


@dataclass(frozen=True, slots=True)
class Table:
    """One ruled table of a page."""

    number: int  # on the page, from 1, as in `Line.cell`
    box: Box
    cells: tuple[TableCell, ...]  # row by row, empty ones too
    continues: bool = False  # the last table of the page before; rows count anew, columns as there
    unsure: bool = False  # its rules leave open which places are one cell


class PageState(StrEnum):
    """Whether a page's text can be used."""

    TEXT = "text"
    BLANK = "blank"
    NEEDS_OCR = "needs-ocr"  # a picture, or a text layer that cannot be repaired


@dataclass(frozen=True, slots=True)
class Page:
    """One page; a source without pages is one page without size."""

    number: int
    lines: tuple[Line, ...]  # the body, in reading order
    state: PageState = PageState.TEXT
    reason: str | None = None  # why it is unread: "picture", "ill-formed", "unreadable", ...; `why-...` of talk.toml
    width: float | None = None  # points
    height: float | None = None
    margins: tuple[Line, ...] = ()  # page headers and footers, recognised by repetition
    engine: str | None = None  # what read it from a picture, "line/1"; None where the text was there
    level: tuple[float, float] | None = None  # width and height of the levelled page of a picture, points
    remains: tuple[Line, ...] = ()  # what was read and taken for remains of stamps, signatures and dirt
    tables: tuple[Table, ...] = ()  # those with rules, in reading order
    hidden: tuple[
        Line, ...
    ] = ()  # text of the file that nobody sees on the page: covered, white, switched off, cut off


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader returns."""

    kind: Kind
    reader: str  # name and version, "pdf/1"
    pages: tuple[Page, ...]
    problems: tuple[Problem, ...] = ()
    encoding: str | None = None  # of a text or html file, as detected


@dataclass(frozen=True, slots=True)
class Flag:
    """Something an auditor should look at. `field` is a key path: "actual.value", "quarters.2", "dates.3"."""

    code: str
    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    picture: bytes | None = dataclasses.field(default=None, repr=False)  # PNG of the line; not part of the JSON record


@dataclass(frozen=True, slots=True)
class RawField:
    """One section as found by a form: where it stands, and what it says, still untyped."""

    key: str  # key path of the record: "indicator_name", "target", "quarters.2", "strategy.goal", "level"
    paragraphs: tuple[str, ...]  # wrapped lines joined; empty where the label stands alone
    text: str  # as printed, one line per line, label left out; before repair where repaired
    label: str = ""  # as printed
    unit: str | None = None  # printed inside the label (form B: "label unit : value")
    option: str | None = None  # value of the ticked option, for fields with options
    page: int | None = None
    box: Box | None = None  # of the lines on that first page
    confidence: float | None = None
    flags: tuple[Flag, ...] = ()
    tokens: tuple[ReadToken, ...] = ()  # figures of the field in order, where it was read from a picture
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawReport:
    """One report as sections, before normalization."""

    form: str
    first_page: int
    last_page: int
    fields: tuple[RawField, ...]
    missing: tuple[str, ...] = ()  # keys the form requires and the report does not have
    flags: tuple[Flag, ...] = ()  # of the report as a whole: unknown labels, pages that need OCR

    def get(self, key: str) -> RawField | None:
        """First field of that key, or None."""
        return next((item for item in self.fields if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Found:
    """What the sections of a document are: all that `normalize` is told of a file."""

    document: Document  # its pages without their lines
    reports: tuple[RawReport, ...]
    reason: str | None = None  # why there is none: code of the message table
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)  # of that code


@dataclass(frozen=True, slots=True)
class Measure:
    """A target or an actual. `text` is as printed, and so are value and unit: "12.5" of "ล้านบาท"."""

    value: Decimal | None = None
    unit: str | None = None
    operator: str | None = None  # ">=", "<=", ">", "<", "~", ".." (a range), None
    text: str | None = None
    upper: Decimal | None = None  # end of a range
    change: str | None = None  # "rise", "fall" where the words beside the figure say so
    base: Decimal | None = None  # value in `base_unit`, 12500000 of "บาท"; None where it is as printed
    base_unit: str | None = None


@dataclass(frozen=True, slots=True)
class StrategyItem:
    """One step of the plan: code with Arabic digits ("5.2.1") and text."""

    code: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Strategy:
    """The plan that an indicator serves."""

    issue: StrategyItem | None = None
    sub: StrategyItem | None = None
    goal: StrategyItem | None = None


@dataclass(frozen=True, slots=True)
class QuarterResult:
    """The figures of one quarter, where the form has a table of them."""

    value: Decimal | None = None
    assessment: Decimal | None = None
    scores: tuple[Decimal, ...] = ()


class DateKind(StrEnum):
    """What a date expression covers."""

    DAY = "day"
    DAY_RANGE = "day-range"
    MONTH = "month"
    MONTH_RANGE = "month-range"
    YEAR = "year"
    YEAR_RANGE = "year-range"
    FISCAL_YEAR = "fiscal-year"
    FISCAL_YEAR_RANGE = "fiscal-year-range"
    FISCAL_QUARTER = "fiscal-quarter"
    FISCAL_HALF = "fiscal-half"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a section; start and end are Gregorian and both included, None for a day that does not exist."""

    section: str
    text: str  # as printed, with the words for day, month and year before it
    kind: DateKind
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Order:
    """A command (number, date, issuer) cited in a section."""

    section: str
    number: str  # Arabic digits
    date: date | None
    issuer: str | None
    text: str = ""  # as printed


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit in a section: baht, percent, square metres or rai, counts; a time of day has no value."""

    section: str
    text: str  # as printed
    value: Decimal | None
    unit: str | None
    operator: str | None = None
    upper: Decimal | None = None
    time: str | None = None  # "13:30"
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field was read."""

    page: int | None
    box: Box | None
    text: str  # as printed
    confidence: float | None = None


class ReviewState(StrEnum):
    """Whether a decision counts."""

    SETTLED = "settled"
    STALE = "stale"  # the machine reads something else now than when it was made
    WAITING = "waiting"  # a second person has to confirm it


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about one field of a report. Texts of values are canonical: "80.5", "2564-10-01"."""

    field: str  # key path: "target.value"
    action: str  # "accept", "correct", "unreadable"
    machine: str | None  # what the machine had read when it was decided
    value: str | None  # what counts since; None where nobody can read it
    reviewer: str
    at: str  # ISO 8601 to the second, with offset
    note: str = ""
    codes: tuple[str, ...] = ()  # of the flags that it settles
    state: ReviewState = ReviewState.SETTLED
    confirmed_by: str | None = None
    confirmed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One row of the trail: every action on a report in its order, those taken back too."""

    number: int  # of the row, from 1
    field: str
    action: str  # of `Review`, or "note", "undo", "confirm"
    machine: str | None
    value: str | None
    reviewer: str
    at: str
    note: str
    codes: tuple[str, ...]
    source: str  # "page", "workbook"
    about: int | None = None  # the row that is undone or confirmed
    counts: bool = True  # False once it is undone or another decision took its place


@dataclass(frozen=True, slots=True)
class Report:
    """One indicator report: a line of the JSON Lines file."""

    file: str
    sha256: str
    pages: tuple[int, int] | None  # first and last; None where the source has no pages
    read_by: str  # "text", "ocr" (all of its pages were read from pictures) or "mixed"
    form: str
    agency: str | None = None
    fiscal_year: int | None = None  # Buddhist era
    indicator_number: str | None = None
    indicator_name: str | None = None
    indicator_code: str | None = None
    indicator_type: str | None = None
    level: str | None = None  # "output", "outcome"
    strategy: Strategy | None = None
    definition: str | None = None
    calculation: str | None = None
    target: Measure = Measure()
    actual: Measure = Measure()
    direction: str | None = "more"  # "more", "less": which is better; None where the report leaves it open
    quarters: Mapping[str, str | None] = dataclasses.field(default_factory=dict)  # "1".."4"
    quarter_results: Mapping[str, QuarterResult] = dataclasses.field(default_factory=dict)
    year_summary: str | None = None
    supporting_factors: str | None = None
    obstacles: str | None = None
    evidence: str | None = None
    responsible_person: str | None = None
    position: str | None = None
    dates: tuple[DateMention, ...] = ()
    orders: tuple[Order, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    flags: tuple[Flag, ...] = ()
    origin: Mapping[str, Origin] = dataclasses.field(default_factory=dict)
    confidence: float | None = None  # mean of the characters read from pictures, None for text

    def section(self, name: str) -> str | None:
        """Text of one of the sections of prose."""
        if name.startswith("quarter_"):
            return self.quarters.get(name[-1])
        value: str | None = getattr(self, name)
        return value


AnyReport = TypeVar("AnyReport", bound=Report)


@dataclass(frozen=True, slots=True)
class FileResult:
    """How one input ended: a row of the files sheet."""

    file: str
    state: State
    reason: str | None = None  # code of the message table; None where done
    reason_values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sha256: str | None = None
    size: int | None = None  # bytes
    kind: Kind = Kind.UNKNOWN
    pages: int | None = None
    reports: int = 0
    encoding: str | None = None
    problems: tuple[Problem, ...] = ()
    path: str | None = None  # on disk, for links


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One row of the message table, handed to export so that the workbook can explain its codes."""

    code: str
    severity: int  # 1 worst (a figure may be wrong) .. 4 (for information)
    thai: str
    english: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What the workbook tells of the run. It holds no time: same input and version, same bytes."""

    version: str  # with the commit or build: "0.2.0 (build 7ebd7bd1c2d3)"
    inputs: tuple[str, ...]  # as the user gave them
    language: str  # "th", "en"
    forms: tuple[str, ...]
    messages: tuple[MessageKind, ...]
