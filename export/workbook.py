"""The workbook, from reports and files that pass once: memory stays flat, the same input gives the same bytes."""

from __future__ import annotations

import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from export.cells import Look
from export.explain import explanation_rows
from export.layout import TablePlan, Words, plans
from export.links import link_maker, page_suffix
from export.package import FIXED_TIME, Package, SheetRows
from export.pictures import Pictures
from export.questions import QUESTIONS, question_rows
from export.reviews import moment
from export.rows import Row, RowMaker
from export.sheets import EXCEL_LIMITS, Link, Notes, Part, TableSheet, WorkbookLimits
from export.spools import FileIndex, FlagSpool
from export.styles import Styles
from export.summary import Chart, Tally, summary_rows, summary_widths
from export.text import clean, shortened
from raingan.model.questions import Question
from raingan.model.records import RunInfo
from raingan.model.stages import ToldFile, ToldReport

# A row is at most 409 points high: about 25 lines of the text column, which 2,000 characters fill.
_PART_SIZE = 2_000
_DESCRIPTION = 200  # characters of a picture's text for those who cannot see it
_A4 = 9
_DECISIONS = ("accept", "correct", "unreadable")
_PAGE_WIDTH = 210  # characters of columns that a page across still shows large enough to be read


def write_workbook(
    path: Path,
    reports: Iterable[ToldReport],
    files: Iterable[ToldFile],
    run: RunInfo,
    *,
    folder: Path | None = None,
    moves: bool = False,
    limits: WorkbookLimits = EXCEL_LIMITS,
    questions: Iterable[Question] = (),
) -> None:
    """Write the workbook to `path`; raises OSError.

    Reports are iterated first, then files, then questions, each once. `folder` is where the workbook will stand in the
    end, if that is not the folder of `path`: links to the files are relative to it. Where the workbook `moves` to a
    store, they are absolute.
    """
    with tempfile.TemporaryDirectory(prefix=".raingan-", dir=path.parent, ignore_cleanup_errors=True) as temporary:
        book = _Book(Path(temporary), run, limits)
        try:
            stands = None if moves else folder or path.parent
            book.add_reports(reports, stands)
            book.add_files(files, stands)
            book.add_questions(questions)
            book.add_flags(stands)
            book.add_explanation()
            book.save(path)
        finally:
            book.close()


def get_ready(alone: bool) -> None:
    """Import what a workbook is made with: half of the time that a small one takes.

    Where the process is this program's `alone`, openpyxl does without numpy and Pillow, which it tries to import for
    values and pictures of others: that is half of its import.
    """
    with _hidden(*_NEEDLESS if alone else ()):
        import openpyxl.chart
        import openpyxl.worksheet.datavalidation
        import openpyxl.writer.excel  # noqa: F401
    plans()


_NEEDLESS = ("numpy", "PIL")


def _write_parts_in(folder: Path, book: Any) -> None:
    """Have openpyxl write its parts of the sheets in a folder of ours: in the system's, a kill leaves them behind."""
    from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter

    for number, sheet in enumerate(book.worksheets, 1):
        part = str(folder / f"sheet-{number}.xml")
        ALL_TEMP_FILES.append(part)  # whoever removes it takes it from there
        sheet._writer = WorksheetWriter(sheet, part)
        sheet._writer.write_top()


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Let modules that nobody has imported yet look as if they were not installed."""
    hidden = dict.fromkeys(name for name in names if name not in sys.modules)
    sys.modules.update(hidden)  # type: ignore[arg-type]  # None is how Python itself says so
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


class _Book:
    def __init__(self, temporary: Path, run: RunInfo, limits: WorkbookLimits) -> None:
        from openpyxl import Workbook

        self._run = run
        self._temporary = temporary
        self._words = Words(run.language)
        self._rows = RowMaker(run, _PART_SIZE)
        self._tally = Tally()
        self._notes = Notes()
        self._flags = FlagSpool(temporary)
        self._pictures = Pictures(temporary, limits.pictures)
        # Groups of columns without anything yet; those that are shut anyway are not looked at.
        self._folded = {
            name: {group: columns for group, columns in plan.groups.items() if group not in plan.shut}
            for name, plan in plans().items()
        }
        self._index = FileIndex(temporary)
        self._report_rows, self._report_parts = array("L"), array("H")  # where each report stands, by its number - 1
        self._workbook: Any = Workbook(write_only=True)
        self._summary_sheet: Any = self._workbook.create_sheet(self._words.say("summary", "title"))
        self._styles = Styles(self._workbook, self._summary_sheet)
        self._sheets = {
            name: TableSheet(temporary, plan, self._words, self._styles, self._notes, limits)
            for name, plan in plans().items()
        }

    def add_reports(self, reports: Iterable[ToldReport], folder: Path | None) -> None:
        sheets, link_to = self._sheets, link_maker(folder)
        dossier = _column(sheets["reports"].plan, "dossier")
        for number, report in enumerate(reports, 1):
            for row in self._rows.rows_of_report(number, report):
                if row.table == "flags":
                    self._keep_flag(row)
                elif row.table == "reports":
                    links = {} if report.dossier is None else {dossier: Link(link_to(report.dossier))}
                    _, stands_at = sheets[row.table].append(row.values, row.marks, links)
                    self._report_rows.append(stands_at)
                    self._report_parts.append(len(sheets[row.table].parts))
                    self._unfold(row)
                    self._tally.add_report(row.values)
                    if report.reviews:
                        self._tally.add_reviews(report.reviews)
                else:
                    sheets[row.table].append(row.values, row.marks)

    def add_files(self, files: Iterable[ToldFile], folder: Path | None) -> None:
        link_to = link_maker(folder)
        sheet = self._sheets["files"]
        column = _column(sheet.plan, "file")
        for number, file in enumerate(files, 1):
            self._tally.add_file(file)
            if file.path is not None:
                self._index.add(file.file, file.path, file.kind.value)
            for row in self._rows.rows_of_file(number, file):
                if row.table == "flags":
                    self._keep_flag(row)
                else:
                    sheet.append(row.values, links={column: Link(link_to(file.path))} if file.path else {})

    def add_questions(self, questions: Iterable[Question]) -> None:
        sheet, reports = self._sheets[QUESTIONS], self._sheets["reports"]
        columns = [_column(sheet.plan, key) for key in ("report_before", "report")]
        for values in question_rows(questions, self._words):
            links = {}
            for column in columns:
                number = values[column]
                if isinstance(number, int):
                    part = reports.parts[self._report_parts[number - 1] - 1]
                    links[column] = Link(location=f"'{part.title}'!A{self._report_rows[number - 1]}")
            sheet.append(values, links=links)

    def add_flags(self, folder: Path | None) -> None:
        link_to = link_maker(folder)
        sheet = self._sheets["flags"]
        link_column = _column(sheet.plan, "link")
        keys = ("severity", "file", "page", "code", "confidence", "earlier_at")
        severity, file, page, code, confidence, at = (_column(sheet.plan, key) for key in keys)
        for values, picture in self._flags.worst_first():
            found = self._index.find(values[file])
            links = {}
            if found is not None:
                target = link_to(found[0]) + page_suffix(values[file], found[0], found[1], values[page])
                links = {link_column: Link(target)}
                key = "open" if values[page] is None else "open_page"
                values[link_column] = self._words.say("text", key, page=values[page])
            # The flag's own row is coloured where its code stands as text.
            mark = int(values[severity])
            if values[confidence] is not None:
                values[confidence] = Decimal(values[confidence])
            if values[at] is not None:
                values[at] = moment(values[at])
            marks = {severity: mark, code: mark}
            if picture is None:
                place = sheet.append(values, marks, links)
            else:
                place = self._append_pictured(sheet, values, marks, links, picture)
            self._tally.first_rows.setdefault(values[code], place)

    def _append_pictured(
        self, sheet: TableSheet, values: list[Any], marks: dict[int, int], links: dict[int, Link], picture: str
    ) -> tuple[str, int]:
        column, read = _column(sheet.plan, "picture"), _column(sheet.plan, "read")
        placing = self._pictures.place(picture, column, sheet.plan.columns[column].width) if picture else None
        if placing is None:
            values[column] = self._words.say("text", "no_picture")
            place = sheet.append(values, marks, links)
            sheet.parts[-1].note("picture-left-out", f"{sheet.parts[-1].letters[column]}{place[1]}")
            return place
        place = sheet.append(values, marks, links, placing.row_height)
        described = self._words.say(
            "text", "picture", field=values[_column(sheet.plan, "field")], read=values[read] or ""
        )
        sheet.parts[-1].draw(self._pictures, placing, shortened(clean(described), _DESCRIPTION))
        return place

    def add_explanation(self) -> None:
        for row in explanation_rows(self._run, self._words):
            self._sheets["explanation"].append(row)

    def save(self, path: Path) -> None:
        from openpyxl.writer.excel import ExcelWriter

        for sheet in self._sheets.values():
            sheet.finish()
        contents = [self._summary()]
        for sheet in self._sheets.values():
            for number, part in enumerate(sheet.parts, 1):
                self._table_sheet(sheet, part, number)
                contents.append(part.close())
        self._properties()
        names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(contents) + 1)]
        _write_parts_in(self._temporary, self._workbook)
        with Package(path, dict(zip(names, contents, strict=True)), self._pictures) as package:
            ExcelWriter(self._workbook, package).save()

    def close(self) -> None:
        self._flags.close()
        self._index.close()
        self._pictures.close()
        for sheet in self._sheets.values():
            for part in sheet.parts:
                part.close()

    def _keep_flag(self, row: Row) -> None:
        self._tally.add_flag(row.values)
        self._unfold(row)
        if row.picture is None:
            self._flags.add(row.values)
            return
        # An empty key stands for a picture that cannot be kept: the row will say so.
        self._flags.add(row.values, self._pictures.spool.add(str(row.values[0]), row.picture) or "")

    def _unfold(self, row: Row) -> None:
        folded = self._folded[row.table]
        if not folded:
            return
        pictured = _column(plans()[row.table], "picture") if row.picture else None
        self._folded[row.table] = {
            name: columns
            for name, columns in folded.items()
            if pictured not in columns and all(row.values[index] is None for index in columns)
        }

    def _summary(self) -> SheetRows:
        title, sheet = self._words.say("summary", "title"), self._summary_sheet
        widths = summary_widths()
        part = Part(self._temporary, "summary", title, len(widths), self._notes)
        rows, charts = summary_rows(self._tally, self._notes, self._run, self._words)
        cut_mark = self._words.say("text", "cut_mark_elsewhere")
        for row in rows:
            cells: list[tuple[int, object, Look]] = [
                (index, value, self._styles.look(kind)) for index, value, kind in row.cells
            ]
            part.write(cells, cut_mark, row.height)
            if row.link is not None:
                part.link(*row.link)
        for letter, width in zip(part.letters, widths, strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.sheet_view.showGridLines = False
        self._page_setup(sheet, title, 1)
        for chart in charts:
            _add_chart(sheet, chart)
        return part.close()

    def _table_sheet(self, table: TableSheet, part: Part, number: int) -> None:
        from openpyxl.worksheet.filters import AutoFilter
        from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

        sheet = self._workbook.create_sheet(part.title)
        plan = table.plan
        sheet.freeze_panes = f"{part.letters[plan.frozen]}2"
        folds = self._folded[plan.table].keys() | plan.shut
        folded = False
        for letter, column in zip(part.letters, plan.columns, strict=True):
            dimension = sheet.column_dimensions[letter]
            dimension.width = column.width
            if column.group in folds:
                # Folded with the button that opens it, so that nobody takes it for a column somebody hid.
                dimension.outlineLevel, dimension.hidden, folded = 1, True, True
            elif folded:
                dimension.collapsed, folded = True, False
        shown = sum(column.width for column in plan.columns if column.group not in folds)
        self._page_setup(sheet, part.title, min(plan.pages_wide, -(-shown // _PAGE_WIDTH)))
        sheet.print_title_rows = "1:1"
        sheet.print_options.gridLines = True
        if plan.pages_wide > 1:
            sheet.print_title_cols = f"A:{part.letters[plan.frozen - 1]}"
        self._add_choices(sheet, plan, part)
        name = plan.table.capitalize() + ("" if number == 1 else f"_{number}")
        area = f"A1:{part.letters[-1]}{part.rows}"
        if plan.columns[-1].type == "token":
            # LibreOffice prints as many empty columns beside it as its text would take.
            sheet.print_area = area
        sheet.tables.add(
            Table(
                displayName=name,
                name=name,
                ref=area,
                autoFilter=AutoFilter(ref=area),
                tableColumns=[TableColumn(id=index, name=title) for index, title in enumerate(table.titles, 1)],
                tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showRowStripes=True, showColumnStripes=False),
            )
        )

    def _add_choices(self, sheet: Any, plan: TablePlan, part: Part) -> None:
        """Let people choose what can be decided, in the column where decisions are typed."""
        from openpyxl.worksheet.datavalidation import DataValidation

        if plan.table != "flags" or part.rows < 2:
            return
        letter = part.letters[_column(plan, "decision")]
        names = [self._words.of("review_action", key) for key in _DECISIONS]
        choices = DataValidation(type="list", formula1=f'"{",".join(names)}"', allow_blank=True)
        choices.prompt = self._words.say("text", "decisions_hint")
        choices.promptTitle = self._words.pick(plan.columns[_column(plan, "decision")].title)
        choices.add(f"{letter}2:{letter}{part.rows}")
        sheet.data_validations.append(choices)

    def _page_setup(self, sheet: Any, title: str, pages_wide: int) -> None:
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup, margins = sheet.page_setup, sheet.page_margins
        setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", _A4, pages_wide, 0
        margins.left = margins.right = 0.4
        margins.top = margins.bottom = 0.6
        margins.header = margins.footer = 0.3
        footer = sheet.HeaderFooter.oddFooter
        footer.left.text = title.replace("&", "&&")
        footer.right.text = self._words.say("text", "footer")

    def _properties(self) -> None:
        from datetime import datetime

        properties = self._workbook.properties
        properties.created = properties.modified = datetime(*FIXED_TIME)
        properties.creator = f"Raingan {self._run.version}"
        properties.title = self._words.say("text", "document_title")
        # There is nothing to compute: without this Excel would ask to save a workbook nobody changed.
        self._workbook.calculation.fullCalcOnLoad = False


def _column(plan: TablePlan, key: str) -> int:
    return next(index for index, column in enumerate(plan.columns) if column.key == key)


def _add_chart(sheet: Any, chart: Chart) -> None:
    from export.charts import bar_chart

    sheet.add_chart(bar_chart(sheet.title, chart), chart.anchor)
