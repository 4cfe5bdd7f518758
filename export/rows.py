"""One report as rows of every table: the same values for workbook, CSV and data frames."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from export.achievement import NOT_COMPARABLE, TO_CHECK, achievement
from export.filling import Cells, Value, Values, row_function
from export.flagging import (
    NO_READING,
    FlagsOfReport,
    page_of,
    page_of_flag,
    printed_text,
    reading_of,
    share,
    value_text,
)
from export.layout import WHOSE, Words, columns_of_path, plans
from export.reviews import NO_EARLIER, counting, earlier_columns, review_columns, review_marks, review_rows
from export.styles import REVIEWED
from export.text import CELL_LINE_FEEDS, clean, fits_cell, line_ends, parts
from raingan.model.records import Flag, MessageKind, ReviewState, RunInfo, State, section_field
from raingan.model.report_fields import ReportField, report_fields
from raingan.model.stages import ToldFile, ToldFlag, ToldReport

# A flag whose code is in no message table is shown among the worst: nobody knows how bad it is.
_WORST = 1
_LEAST = 4
_DOUBTFUL = 2  # severities from 1 to this make a figure "to check"
_NO_DOUBT = 9
_PRINTED_LENGTH = 300
_TEXT, _OCR, _MIXED = "text", "ocr", "mixed"  # of Report.read_by
_OF_THE_FILE = ("file", "pages")  # fields of flags that a file's problems are told as


class Row(NamedTuple):
    """Values in the order of the table's columns; severity by index of the columns that are flagged."""

    table: str
    values: Values
    marks: Mapping[int, int]
    picture: bytes | None = None  # PNG, of a flag


_NO_MARKS: Mapping[int, int] = {}
_NOBODY: Mapping[str, Value] = dict.fromkeys(WHOSE)


class RowMaker:
    """Makes the rows of a run.

    With `part_size` the rows are for cells: long paragraphs of the sections table are divided, and a field of the
    reports table that no cell holds is repeated there. None is for formats without such limits.
    """

    def __init__(self, run: RunInfo, part_size: int | None = None) -> None:
        self.words = Words(run.language)
        self._kinds: dict[str, MessageKind] = {kind.code: kind for kind in run.messages}
        self._part_size = part_size
        entries = report_fields().fields.values()
        self._lists = [entry for entry in entries if entry.listed]
        self._by_quarter = [entry for entry in entries if entry.by and entry.sheet == "quarters"]
        self._prose = [(section, section_field(section)) for section in report_fields().sections]
        self._fill = {table: row_function(table) for table in ("sections", "flags", "reviews", "files")}
        self._fill["reports"] = row_function("reports", "")
        self._fill["quarters"] = row_function("quarters", *(entry.key for entry in self._by_quarter))
        self._fill |= {entry.sheet: row_function(entry.sheet, entry.key) for entry in self._lists if entry.sheet}
        self._seen_problems: set[int] = set()
        # Of files with reports read from pictures: how many, whether one of them is mixed, the lowest confidence.
        self._pictured: dict[int, tuple[int, bool, Decimal | None]] = {}

    def severity(self, code: str) -> int:
        """Return 1 (worst) to 4."""
        kind = self._kinds.get(code)
        return _WORST if kind is None else min(max(kind.severity, _WORST), _LEAST)

    def rows_of_report(self, number: int, report: ToldReport) -> Iterator[Row]:
        """Yield the rows of all tables but `files`; `number` is the report's, from 1."""
        flags = FlagsOfReport(report.flags)
        if report.read_by != _TEXT:
            self._keep_reading(report)
        row = self._report(number, report)
        yield row
        if report.trail:
            for cells in review_rows(number, report, self.words):
                yield Row("reviews", self._fill["reviews"](**cells), _NO_MARKS)
        about = {"report": number, **{key: getattr(report, key) for key in WHOSE}}
        yield from self._quarters(about, report, flags)
        yield from self._sections(about, report, flags)
        yield from self._long_fields(about, report, row)
        for entry in self._lists:
            yield from self._items(entry, about, report, flags)
        for flag in report.flags:
            yield self._flag(about, report, flag)
        for review in report.reviews:
            if review.field in _OF_THE_FILE and review.state is ReviewState.SETTLED:  # its flag is no longer here
                self._seen_problems.update(_short_hash(report.file, code) for code in review.codes)

    def rows_of_file(self, number: int, file: ToldFile) -> Iterator[Row]:
        """Yield the row of a file, and a row among the flags for what no report of it tells.

        Comes after the reports: a problem that a report already carries as a flag is not told twice.
        """
        problems = [(problem.code, problem.page, problem.message) for problem in file.problems]
        read_by, confidence = self._reading_of_file(file)
        values = self._fill["files"](
            number=number,
            file=file.file,
            state=file.state.value,
            reason=file.reason,
            message=file.message or None,
            reports=file.reports,
            pages=file.pages,
            kind=file.kind.value,
            read_by=read_by,
            confidence=confidence,
            encoding=file.encoding,
            size=file.size,
            problems="\n".join(sentence for _, _, sentence in problems) or None,
            sha256=file.sha256,
        )
        yield Row("files", values, _NO_MARKS)
        if file.state is State.FAILED and file.reason is not None:
            yield self._file_flag(file, file.reason, None, file.message)
        for code, page, sentence in problems:
            if _short_hash(file.file, code) not in self._seen_problems:
                yield self._file_flag(file, code, page, sentence)

    def _report(self, number: int, report: ToldReport) -> Row:
        marks = self._marks("reports", ((flag.field, flag) for flag in report.flags))
        if report.reviews:
            marks = {**review_marks("reports", report), **marks}
        percent, outcome = achievement(report.target, report.actual, report.direction)
        if marks.get(_ACHIEVEMENT, _NO_DOUBT) <= _DOUBTFUL and outcome != NOT_COMPARABLE:
            outcome = TO_CHECK
        worst = min((self.severity(flag.code) for flag in report.flags), default=None)
        values = self._fill["reports"](
            report,
            report=number,
            state=(State.REVIEW if report.flags else State.DONE).value,
            worst_severity=None if worst is None else str(worst),
            flag_count=len(report.flags),
            flags=self._codes(report.flags),
            achievement_percent=percent,
            achievement=outcome,
            **review_columns(report, self.words),
        )
        return Row("reports", values, marks)

    def _quarters(self, about: Cells, report: ToldReport, flags: FlagsOfReport) -> Iterator[Row]:
        shown = [(entry.key, getattr(report, entry.key)) for entry in self._by_quarter]
        for quarter in self._by_quarter[0].by:
            paths = tuple(f"{key}.{quarter}" for key, _ in shown)
            found = [flag for path in paths for flag in flags.of(path)]
            values = self._fill["quarters"](
                *(held.get(quarter) for _, held in shown),
                **about,
                file=report.file,
                quarter=int(quarter),
                page=page_of(report, paths[0]),
                flags=self._codes(found),
            )
            yield Row("quarters", values, self._marks_of(report, "quarters", paths, found))

    def _sections(self, about: Cells, report: ToldReport, flags: FlagsOfReport) -> Iterator[Row]:
        for section, path in self._prose:
            text = report.section(section)
            if text:
                yield from self._paragraphs(about, report, section, path, text, flags.of(path))

    def _long_fields(self, about: Cells, report: ToldReport, row: Row) -> Iterator[Row]:
        """A field too long for its own cell stands whole among the sections: nothing is cut."""
        if self._part_size is None:
            return
        for index, path in _TEXTS:
            value = row.values[index]
            if isinstance(value, str) and len(value) > CELL_LINE_FEEDS and not fits_cell(clean(value)):
                yield from self._paragraphs(about, report, path, path, value, ())

    def _paragraphs(
        self, about: Cells, report: ToldReport, section: str, path: str, text: str, found: Sequence[Flag]
    ) -> Iterator[Row]:
        page, codes, fill = page_of(report, path), self._codes(found), self._fill["sections"]
        marks = self._marks("sections", (("section_text", flag) for flag in found)) if found else _NO_MARKS
        if not marks and report.reviews and path in counting(report):
            marks = dict.fromkeys(columns_of_path("sections", "section_text"), REVIEWED)
        for index, paragraph in enumerate(line_ends(text).split("\n"), 1):
            size = self._part_size
            pieces = [paragraph] if size is None or len(paragraph) <= size else parts(paragraph, size)
            for part, piece in enumerate(pieces, 1):
                values = fill(
                    **about,
                    file=report.file,
                    section=section,
                    paragraph=index,
                    part=part,
                    parts=len(pieces),
                    text=piece,
                    page=page,
                    flags=codes,
                )
                yield Row("sections", values, marks)

    def _items(self, entry: ReportField, about: Cells, report: ToldReport, flags: FlagsOfReport) -> Iterator[Row]:
        """A list: a row an item, in the table of its name."""
        table, pages = entry.sheet or "", dict[str, int | None]()
        fill = self._fill[table]
        for index, item in enumerate(getattr(report, entry.key)):
            path = f"{entry.key}.{index}"
            found = flags.of(path)
            if item.section not in pages:
                pages[item.section] = page_of(report, section_field(item.section))
            values = fill(
                item,
                **about,
                file=report.file,
                number=index + 1,
                section=item.section,
                page=pages[item.section],
                flags=self._codes(found) if found else None,
            )
            plain = not found and not report.reviews
            yield Row(table, values, _NO_MARKS if plain else self._marks_of(report, table, (path,), found))

    def _flag(self, about: Cells, report: ToldReport, flag: ToldFlag) -> Row:
        if flag.field in _OF_THE_FILE:
            self._seen_problems.add(_short_hash(report.file, flag.code))
        values = self._fill["flags"](
            severity=str(self.severity(flag.code)),
            **about,
            file=report.file,
            page=page_of_flag(report, flag),
            link=None,
            field=self.words.field_name(flag.field),
            value=value_text(report, flag.field, self.words),
            **reading_of(flag)._asdict(),
            printed=printed_text(report, flag.field, _PRINTED_LENGTH),
            message=flag.message,
            **(earlier_columns(report, flag.field, self.words) if report.reviews else NO_EARLIER),
            code=flag.code,
            path=flag.field,
            row_id=f"{report.sha256}-{report.report_index}",
        )
        return Row("flags", values, _NO_MARKS, flag.picture)

    def _file_flag(self, file: ToldFile, code: str, page: int | None, sentence: str) -> Row:
        values = self._fill["flags"](
            severity=str(self.severity(code)),
            report=None,
            **_NOBODY,
            file=file.file,
            page=page,
            link=None,
            field=self.words.field_name("file"),
            value=None,
            **NO_READING._asdict(),
            printed=None,
            message=sentence,
            **NO_EARLIER,
            code=code,
            path="file",
            row_id=None,
        )
        return Row("flags", values, _NO_MARKS)

    def _keep_reading(self, report: ToldReport) -> None:
        key = _short_hash(report.file, "")
        count, mixed, lowest = self._pictured.get(key, (0, False, None))
        confidence = None if report.confidence is None else share(report.confidence)
        if lowest is None or (confidence is not None and confidence < lowest):
            lowest = confidence
        self._pictured[key] = count + 1, mixed or report.read_by != _OCR, lowest

    def _reading_of_file(self, file: ToldFile) -> tuple[str | None, Decimal | None]:
        """How the reports of a file were read, and the confidence of the least certain of them."""
        if not file.reports:
            return None, None
        count, mixed, lowest = self._pictured.get(_short_hash(file.file, ""), (0, False, None))
        if count == 0:
            return _TEXT, None
        return _MIXED if mixed or count < file.reports else _OCR, lowest

    def _codes(self, flags: Sequence[Flag]) -> str | None:
        """Codes once each, the worst first."""
        if not flags:
            return None
        return ", ".join(sorted(dict.fromkeys(flag.code for flag in flags), key=self.severity))

    def _marks_of(
        self, report: ToldReport, table: str, rows: tuple[str, ...], found: Sequence[Flag]
    ) -> Mapping[int, int]:
        """Return the marks of a row that holds what lies at the key paths `rows`."""
        marks = self._marks(table, ((flag.field, flag) for flag in found)) if found else _NO_MARKS
        if not report.reviews:
            return marks
        decided = [path for path in counting(report) if any(path == row or path.startswith(f"{row}.") for row in rows)]
        return {column: REVIEWED for path in decided for column in columns_of_path(table, path)} | dict(marks)

    def _marks(self, table: str, flagged: Iterator[tuple[str, Flag]]) -> Mapping[int, int]:
        marks: dict[int, int] = {}
        for path, flag in flagged:
            severity = self.severity(flag.code)
            for column in columns_of_path(table, path):
                marks[column] = min(marks.get(column, severity), severity)
            for column in _TOLD_IN[table]:
                marks[column] = min(marks.get(column, severity), severity)
        return marks or _NO_MARKS


def _short_hash(file: str, code: str) -> int:
    """Eight bytes instead of two strings: a hundred thousand files must fit in memory."""
    name = f"{code}\0{file}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")


def _index(table: str, key: str) -> int:
    return next(i for i, column in enumerate(plans()[table].columns) if column.key == key)


# Columns that tell of flags take the colour of the worst.
_TOLD_IN = {
    table: tuple(i for i, column in enumerate(plan.columns) if column.key in ("flags", "worst_severity"))
    for table, plan in plans().items()
}
_ACHIEVEMENT = _index("reports", "achievement")
# Columns that show a field: its text may be too long for a cell.
_TEXTS = [(i, column.fields[0]) for i, column in enumerate(plans()["reports"].columns) if column.shows is not None]
