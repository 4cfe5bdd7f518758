"""The workbook as an auditor's programs see it: reopened, its XML looked at, its sums checked."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
import time
import types
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from export.achievement import achievement
from export.layout import Words, plans
from export.sheets import WorkbookLimits
from export.workbook import write_workbook
from normalize.questions import rules
from raingan.model.records import RunInfo, State
from raingan.model.stages import ToldReport
from raingan.model.words import entry_of, parameters, rows
from tests.export import made

COUNT = 24
SHEETS = [
    "สรุป",
    "รายงาน",
    "ควรถาม",
    "ไตรมาส",
    "เนื้อหา",
    "วันที่",
    "คำสั่ง",
    "ตัวเลข",
    "ต้องตรวจ",
    "การตรวจสอบ",
    "ไฟล์",
    "คำอธิบาย",
]
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    write_workbook(folder / "out.xlsx", made.reports(COUNT), made.files(COUNT, str(folder)), made.run_info())
    assert [entry.name for entry in folder.iterdir()] == ["out.xlsx"]
    return folder / "out.xlsx"


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "out.xlsx"
    write_workbook(path, made.hostile_reports(), made.hostile_files(), made.run_info())
    return path


@pytest.fixture(scope="module")
def hostile_book(hostile: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(hostile)


def column(sheet: openpyxl.worksheet.worksheet.Worksheet, table: str, key: str) -> list[openpyxl.cell.Cell]:
    """The cells of a column below its header."""
    index = [item.key for item in plans()[table].columns].index(key) + 1
    return [sheet.cell(row, index) for row in range(2, sheet.max_row + 1)]


def values(sheet: openpyxl.worksheet.worksheet.Worksheet, table: str, key: str) -> list[object]:
    return [cell.value for cell in column(sheet, table, key)]


def sheet_xml(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name}


def test_the_sheets_stand_in_order_with_real_tables(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    names = [name for sheet in book for name in sheet.tables]
    assert names == [
        "Reports",
        "Questions",
        "Quarters",
        "Sections",
        "Dates",
        "Orders",
        "Quantities",
        "Flags",
        "Reviews",
        "Files",
        "Explanation",
    ]
    # Whose a row is stays in sight: the report's number, agency, year, number and name of the indicator.
    behind = {"Reports": "E2", "Questions": "E2", "Flags": "D2", "Reviews": "C2", "Files": "B2", "Explanation": "B2"}
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == behind.get(*sheet.tables, "F2")
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert not sheet.merged_cells.ranges


@pytest.mark.parametrize("count", [3, 0])
@pytest.mark.parametrize("language", ["th", "en"])
def test_tables_are_as_strict_as_excel_wants_them(tmp_path: Path, count: int, language: str) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, made.reports(count), made.files(count), made.run_info(language))
    assert_strict(openpyxl.load_workbook(path))


def test_tables_of_hostile_texts_are_as_strict(hostile_book: openpyxl.Workbook) -> None:
    assert_strict(hostile_book)


def assert_strict(book: openpyxl.Workbook) -> None:
    """Excel "repairs" a table whose names differ from its header cells, repeat, or that has no data row."""
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        header = [cell.value for cell in sheet[1]]
        assert all(isinstance(title, str) and title.strip() == title and title for title in header)
        assert len({title.casefold() for title in header}) == len(header)
        assert [item.name for item in table.tableColumns] == header
        assert [item.id for item in table.tableColumns] == list(range(1, len(header) + 1))
        first, _, last = table.ref.partition(":")
        assert first == "A1" and last == f"{sheet.cell(1, len(header)).column_letter}{sheet.max_row}"
        assert sheet.max_row >= 2
        assert table.autoFilter.ref == table.ref
        assert table.tableStyleInfo.showRowStripes
        assert len(sheet.title) <= 31


def test_every_report_quarter_date_and_file_has_its_row(book: openpyxl.Workbook) -> None:
    reports = list(made.reports(COUNT))
    assert values(book["รายงาน"], "reports", "report") == list(range(1, COUNT + 1))
    assert values(book["ไตรมาส"], "quarters", "quarter") == [1, 2, 3, 4] * COUNT
    assert book["วันที่"].max_row - 1 == sum(len(report.dates) for report in reports)
    assert book["คำสั่ง"].max_row - 1 == sum(len(report.orders) for report in reports)
    assert book["ตัวเลข"].max_row - 1 == sum(len(report.quantities) for report in reports)
    assert values(book["ไฟล์"], "files", "file") == [file.file for file in made.files(COUNT)]


def test_sums_of_the_sheets_equal_those_of_the_reports(book: openpyxl.Workbook) -> None:
    reports = list(made.reports(COUNT))
    written = sum(Decimal(repr(value)) for value in values(book["รายงาน"], "reports", "actual_value"))
    assert written == sum(report.actual.value or 0 for report in reports)
    flags = Counter(values(book["ต้องตรวจ"], "flags", "code"))
    expected = Counter(flag.code for report in reports for flag in report.flags)
    assert flags == expected + Counter({"password": 1, "encoding-detected": 1})
    by_sheet = sum(value for value in values(book["รายงาน"], "reports", "flag_count"))
    assert by_sheet == expected.total()


def test_the_text_of_every_section_is_whole(book: openpyxl.Workbook) -> None:
    sheet = book["เนื้อหา"]
    found: dict[tuple[object, object], list[str]] = {}
    keys = ("report", "section", "paragraph", "part", "text")
    for number, section, _paragraph, part, text in zip(*(values(sheet, "sections", key) for key in keys), strict=True):
        paragraphs = found.setdefault((number, section), [])
        if part == 1:
            paragraphs.append("")
        paragraphs[-1] += str(text)
    words = Words("th")
    for number, report in enumerate(made.reports(COUNT), 1):
        for section in ("definition", "quarter_2", "obstacles", "evidence"):
            text = report.section(section)
            assert found.get((number, words.of("section", section))) == (text.split("\n") if text else None)


def test_the_summary_adds_up(book: openpyxl.Workbook) -> None:
    lines = {row[0]: row[1] for row in book["สรุป"].iter_rows(values_only=True, max_col=2) if row[0]}
    files = list(made.files(COUNT))
    states = Counter(file.state for file in files)
    assert lines["ไฟล์ที่รับเข้า"] == lines["รวมทุกสถานะ"] == len(files)
    assert [lines[word] for word in ("เรียบร้อย", "อ่านไม่ได้", "ข้าม")] == [
        states[State.DONE],
        states[State.FAILED],
        states[State.SKIPPED],
    ]
    assert str(lines["ผลตรวจยอด"]).startswith("ตรงกัน")
    assert lines["รายงานที่พบ"] == lines["รายงานตามแผ่น ไฟล์"] == COUNT
    assert lines["2564"] == COUNT / 4
    assert len(book["สรุป"]._charts) == 2


def test_a_total_that_does_not_agree_is_told(tmp_path: Path) -> None:
    write_workbook(tmp_path / "out.xlsx", made.reports(2), made.files(1), made.run_info("en"))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Summary"]
    assert any("DOES NOT AGREE: 2 on Reports, 1 on Files" in str(cell.value) for row in sheet for cell in row)


def test_the_chart_reads_the_cells_it_stands_for(path: Path, book: openpyxl.Workbook) -> None:
    """The numbers kept in the chart are those of the cells that it points to."""
    with zipfile.ZipFile(path) as archive:
        chart = ElementTree.fromstring(archive.read("xl/charts/chart1.xml"))
    c = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    seen = 0
    for reference in [*chart.iter(f"{c}numRef"), *chart.iter(f"{c}strRef")]:
        place = reference.find(f"{c}f").text  # type: ignore[union-attr]
        title, _, area = (place or "").rpartition("!")
        assert title == "'สรุป'"
        cells = book["สรุป"][area.replace("$", "")]
        cells = [row[0] for row in cells] if isinstance(cells, tuple) else [cells]
        assert [str(cell.value) for cell in cells] == [point.text for point in reference.iter(f"{c}v")]
        seen += 1
    assert seen == 4 * 3


def test_types_of_cells(book: openpyxl.Workbook) -> None:
    sheet = book["รายงาน"]
    assert all(cell.data_type == "n" for cell in column(sheet, "reports", "actual_value"))
    assert all(cell.data_type == "s" for cell in column(sheet, "reports", "goal_code"))
    assert all(cell.data_type == "s" for cell in column(sheet, "reports", "indicator_number"))
    assert all(cell.data_type == "s" for cell in column(book["คำสั่ง"], "orders", "order_number"))
    assert all(len(str(cell.value)) == 64 for cell in column(book["ไฟล์"], "files", "sha256"))
    start = column(book["วันที่"], "dates", "start")[0]
    assert start.value == datetime.datetime(2020, 10, 1) and start.number_format == "[$-107041E]d mmm yyyy"
    actual = column(sheet, "reports", "actual_value")[0]
    assert actual.value == 1250.5 and actual.number_format.startswith("#,##0.00")


def test_the_worst_flags_stand_on_top_and_lead_to_file_and_page(book: openpyxl.Workbook) -> None:
    sheet = book["ต้องตรวจ"]
    severities = [str(value)[0] for value in values(sheet, "flags", "severity")]
    assert severities == sorted(severities) and severities[0] == "1"
    for link, file, page in zip(
        column(sheet, "flags", "link"), values(sheet, "flags", "file"), values(sheet, "flags", "page"), strict=True
    ):
        target = link.hyperlink.target
        if ".zip/" in str(file):
            assert target == "พิเศษ.zip"
        elif str(file).endswith(".pdf"):
            assert target == f"{str(file).replace(' ', '%20')}#page={page}"
        else:
            assert target == file
    quarter = values(sheet, "flags", "code").index("quarter-falling")
    assert values(sheet, "flags", "field")[quarter] == "ผลงานไตรมาสที่ 2"
    assert values(sheet, "flags", "page")[quarter] == 1


def test_a_flagged_figure_has_its_own_colour_and_its_code_as_text(book: openpyxl.Workbook) -> None:
    quarters = book["ไตรมาส"]
    row = values(quarters, "quarters", "flags").index("quarter-falling")
    assert column(quarters, "quarters", "value")[row].fill.start_color.rgb == "00FFDDB3"
    assert column(quarters, "quarters", "text")[row].fill.fill_type is None
    dates = book["วันที่"]
    row = values(dates, "dates", "flags").index("no-such-day")
    assert column(dates, "dates", "start")[row].value is None
    assert column(dates, "dates", "start")[row].fill.start_color.rgb == "00FFC7CE"
    assert column(dates, "dates", "text")[row].fill.start_color.rgb == "00FFC7CE"


def test_links_lead_from_the_place_where_the_workbook_will_stand(tmp_path: Path) -> None:
    (tmp_path / "holder").mkdir()
    path = tmp_path / "holder" / "out.xlsx"
    write_workbook(path, made.reports(1), made.files(1, str(tmp_path)), made.run_info(), folder=tmp_path)
    sheet = openpyxl.load_workbook(path)["ไฟล์"]
    assert sheet["B2"].hyperlink.target == "ปี%202562/รายงาน%201.pdf"


def test_nothing_in_a_report_comes_alive(hostile: Path) -> None:
    for name, text in sheet_xml(hostile).items():
        if name.endswith(".rels"):
            assert not re.search(r'TargetMode="External"[^>]*Target="[a-z]+:', text)
            continue
        root = ElementTree.fromstring(text)
        assert not list(root.iter(f"{{{NS['m']}}}f")), name
        assert {cell.get("t") for cell in root.iter(f"{{{NS['m']}}}c")} <= {"inlineStr", None}, name
    with zipfile.ZipFile(hostile) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "externalLink" in name]


ORDER = (
    *(
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "dataValidations",
        "hyperlinks",
        "printOptions",
    ),
    *("pageMargins", "pageSetup", "headerFooter", "ignoredErrors", "drawing", "tableParts"),
)


def test_the_parts_of_a_sheet_stand_in_the_order_of_the_standard(path: Path, hostile: Path) -> None:
    """ECMA-376 fixes the order, and Excel refuses a sheet that breaks it."""
    for name, text in [*sheet_xml(path).items(), *sheet_xml(hostile).items()]:
        if name.endswith(".rels"):
            continue
        tags = [child.tag.rpartition("}")[2] for child in ElementTree.fromstring(text)]
        assert tags == [tag for tag in ORDER if tag in tags], name
        assert {"dimension", "sheetData", "pageSetup"} <= set(tags)


def test_every_link_has_its_target_and_every_target_its_link(path: Path) -> None:
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    parts = sheet_xml(path)
    for name, text in parts.items():
        if not name.endswith(".rels"):
            ids = [link.get(relation) for link in ElementTree.fromstring(text).iter(f"{{{NS['m']}}}hyperlink")]
            ids = [identifier for identifier in ids if identifier is not None]
            rels = parts.get(name.replace("worksheets/", "worksheets/_rels/") + ".rels", "<x/>")
            targets = [item.get("Id") for item in ElementTree.fromstring(rels) if item.get("TargetMode") == "External"]
            assert ids == targets and len(set(ids)) == len(ids)


def test_hostile_texts_are_kept_as_texts(hostile_book: openpyxl.Workbook) -> None:
    book = hostile_book
    agencies = column(book["รายงาน"], "reports", "agency")
    kept = {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "#N/A", "1/3", "2564", "TRUE", "  spaces  kept  "}
    found = {cell.value: cell for cell in agencies}
    assert kept <= set(found)
    assert all(cell.data_type == "s" for cell in agencies)
    for text in ("=1+1", "-2+3", "@SUM(A1)", "＝1+1"):
        assert found[text].quotePrefix, text
    assert not found["#N/A"].quotePrefix
    assert "lone \ufffd surrogate \ufffd" in found and "a\ufffdb\ufffdc" in found
    # Excel reads _x0041_ as "A": the underscore is escaped, which openpyxl does not undo.
    assert "_x005F_x0041_ and _x005F_x000D_" in found


def test_a_long_text_is_cut_with_a_mark_and_stands_whole_elsewhere(hostile_book: openpyxl.Workbook) -> None:
    book = hostile_book
    number = made.HOSTILE_TEXTS.index("ก" * 40_000) + 1
    name = column(book["รายงาน"], "reports", "indicator_name")[number - 1].value
    assert len(name) <= 32_767 and name.endswith("ข้อความเต็มอยู่ในแผ่น เนื้อหา]")
    keys = ("report", "section", "part", "parts", "text")
    rows = list(zip(*(values(book["เนื้อหา"], "sections", key) for key in keys), strict=True))
    whole = [row for row in rows if row[0] == number and row[1] == "ชื่อตัวชี้วัด"]
    assert Counter("".join(str(row[4]) for row in whole)) == {"ก": 40_000}
    assert [row[2] for row in whole] == list(range(1, len(whole) + 1)) and {row[3] for row in whole} == {len(whole)}
    feeds = made.HOSTILE_TEXTS.index("บรรทัด\n" * 400) + 1
    quarter = [row for row in rows if row[0] == feeds and row[1] == "ไตรมาสที่ 1" and row[4]]
    assert len(quarter) == 400
    assert len([row for row in rows if row[0] == feeds and row[1] == "หน่วยงาน" and row[4]]) == 400
    assert len([row for row in rows if row[0] == feeds + 1 and row[1] == "หน่วยงาน" and row[4]]) == 300
    assert not [row for row in rows if "ขีดจำกัดของเซลล์" in str(row[4])]
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, str):
                    assert len(value.encode("utf-16-le")) // 2 <= 32_767 and value.count("\n") <= 253


def test_what_was_changed_to_fit_is_told_on_the_summary(hostile_book: openpyxl.Workbook) -> None:
    book = hostile_book
    lines = {row[0]: row[1:3] for row in book["สรุป"].iter_rows(values_only=True, max_col=3) if row[0]}
    for note in ("characters-replaced", "date-as-text", "number-as-text", "text-cut"):
        count, places = lines[Words("th").of("note", note)]
        assert isinstance(count, int) and count > 0
        sheet, _, cell = str(places).split(", ")[0].rpartition("!")
        assert book[sheet][cell].data_type == "s"
    start = column(book["วันที่"], "dates", "start")
    assert [cell.value for cell in start[:3]] == ["1899-12-31", "0001-01-01", datetime.datetime(1900, 3, 1)]


def test_a_sheet_full_of_rows_or_links_goes_on_in_another(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, made.reports(20), made.files(20), made.run_info(), limits=WorkbookLimits(rows=8, links=3))
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if name.startswith("รายงาน")] == ["รายงาน", "รายงาน 2", "รายงาน 3"]
    assert list(book["รายงาน 2"].tables) == ["Reports_2"]
    numbers = [value for name in book.sheetnames[1:4] for value in values(book[name], "reports", "report")]
    assert numbers == list(range(1, 21))
    files = [cell for name in book.sheetnames if name.startswith("ไฟล์") for cell in column(book[name], "files", "file")]
    linked = [file.path is not None for file in made.files(20)]
    assert sum(linked) > 6 and [cell.hyperlink is not None for cell in files] == linked
    assert max(Counter(cell.parent.title for cell in files).values()) == 3
    notes = {row[0]: row[1] for row in book["สรุป"].iter_rows(values_only=True, max_col=2) if row[0]}
    assert notes[Words("th").of("note", "sheet-continued")] > 2


def test_the_same_input_gives_the_same_bytes_at_another_time(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Later:
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    fake = types.SimpleNamespace(datetime=Later, timezone=datetime.timezone)
    monkeypatch.setattr("openpyxl.packaging.core.datetime", fake)
    later = time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0))
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    again = tmp_path / "again.xlsx"
    files = made.files(COUNT, str(path.parent))
    write_workbook(again, made.reports(COUNT), files, made.run_info(), folder=path.parent)
    assert again.read_bytes() == path.read_bytes()


def test_the_same_bytes_with_another_xml_library_and_another_hash_seed(tmp_path: Path, path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from export.workbook import write_workbook\n"
        "from tests.export import made\n"
        f"write_workbook(Path(sys.argv[1]), made.reports({COUNT}), made.files({COUNT}, sys.argv[2]), made.run_info(),"
        " folder=Path(sys.argv[2]))"
    )
    target = tmp_path / "other.xlsx"
    environment = {**os.environ, "OPENPYXL_LXML": "False", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code, str(target), str(path.parent)]
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2])
    assert target.read_bytes() == path.read_bytes()


def test_reports_and_files_are_taken_once(tmp_path: Path) -> None:
    """One-shot iterators: the workbook may not ask twice, and reports come before files."""
    order: list[str] = []

    def watched(items: object, name: str) -> object:
        for item in items:  # type: ignore[attr-defined]
            order.append(name)
            yield item

    reports, files = watched(made.reports(2), "report"), watched(made.files(2), "file")
    write_workbook(tmp_path / "out.xlsx", reports, files, made.run_info())  # type: ignore[arg-type]
    assert order == ["report"] * 2 + ["file"] * 6


def test_nothing_is_written_where_the_system_keeps_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill would leave it behind there, and nobody would clear it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    path = tmp_path / "a.xlsx"
    write_workbook(path, iter([made.report(0), made.reviewed(1)]), made.files(2), made.run_info("th"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.xlsx"]


def test_a_failure_leaves_nothing_beside_the_target(tmp_path: Path) -> None:
    def broken() -> object:
        yield made.report(0)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_workbook(tmp_path / "out.xlsx", broken(), made.files(1), made.run_info())  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_every_code_of_a_flag_is_explained(book: openpyxl.Workbook) -> None:
    keys = set(values(book["คำอธิบาย"], "explanation", "key"))
    assert {kind.code for kind in made.MESSAGES} <= keys
    for plan in plans().values():
        assert {plan.table, *(column.key for column in plan.columns)} <= keys
    assert {state.value for state in State} <= keys


def test_an_unknown_code_stands_among_the_worst(tmp_path: Path) -> None:
    run = RunInfo("0", (), "en", (), ())
    reports: list[ToldReport] = [made.report(4)]
    write_workbook(tmp_path / "out.xlsx", reports, [], run)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["To review"]
    assert sheet["A2"].value == "1 figure may be wrong"


FIRST = (
    "agency", "fiscal_year", "indicator_number", "indicator_name", "target_value", "actual_value", "target_unit",
    "achievement_percent", "achievement", "state",
)  # fmt: skip
PIXELS = 7.3  # of a character of the default font
SCREEN = 1_366  # pixels across the smallest screens of offices


def test_the_first_screen_says_who_reported_what_and_whether_it_was_reached() -> None:
    plan = plans()["reports"]
    assert tuple(column.key for column in plan.columns[: len(FIRST)]) == FIRST
    assert plan.frozen == FIRST.index("indicator_name") + 1
    assert sum(column.width for column in plan.columns[: len(FIRST)]) * PIXELS <= SCREEN


def test_what_is_wrong_and_where_to_type_stand_on_one_screen() -> None:
    columns = plans()["flags"].columns
    typed = [index for index, column in enumerate(columns) if column.type == "typed"]
    shown = columns[: typed[1] + 1]
    assert {"severity", "report", "field", "message", "value", "proposal"} < {column.key for column in shown}
    assert sum(column.width for column in shown) * PIXELS <= SCREEN


@pytest.mark.parametrize("table", ["quarters", "sections", "dates", "orders", "quantities", "flags"])
def test_the_details_say_whose_they_are(tmp_path: Path, table: str) -> None:
    given = next(report for report in made.reports(20) if report.flags)
    write_workbook(tmp_path / "out.xlsx", [given], (), made.run_info("th"))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")[plans()[table].title[0]]
    rows = sheet.max_row - 1
    for key in ("agency", "fiscal_year", "indicator_number", "indicator_name"):
        assert rows and values(sheet, table, key) == [getattr(given, key)] * rows


def test_columns_for_programs_are_shut_whatever_they_hold(book: openpyxl.Workbook) -> None:
    for name in ("reports", "quarters", "flags"):
        sheet = book[plans()[name].title[0]]
        for index, column_plan in enumerate(plans()[name].columns):
            dimension = sheet.column_dimensions[get_column_letter(index + 1)]
            assert (column_plan.group == "technical") <= (dimension.hidden and dimension.outlineLevel == 1)


def test_a_percentage_is_one_and_shows_two_decimals(tmp_path: Path) -> None:
    given = [made.report(number) for number in range(12)]
    write_workbook(tmp_path / "out.xlsx", given, made.files(12), made.run_info("th"))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")[plans()["reports"].title[0]]
    shown = [cell for cell in column(sheet, "reports", "achievement_percent") if cell.value is not None]
    right = [achievement(report.target, report.actual, report.direction)[0] for report in given]
    assert shown and [cell.value for cell in shown] == [pytest.approx(float(p) / 100) for p in right if p is not None]
    assert {cell.number_format.rstrip("_-") for cell in shown} == {"0.00%"}


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_question_has_its_figures_and_leads_to_both_reports(tmp_path: Path, language: str) -> None:
    limits = WorkbookLimits(rows=4)  # a header and three reports a sheet
    questions = [made.question(1, 5), made.question(5)]
    write_workbook(
        tmp_path / "out.xlsx", made.reports(6), (), made.run_info(language), limits=limits, questions=iter(questions)
    )
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    plan, words = plans()["questions"], Words(language)
    sheet = book[words.pick(plan.title)]
    first, second = ({item.key: sheet.cell(row, index) for index, item in enumerate(plan.columns, 1)} for row in (2, 3))
    assert "61.00" in first["found"].value and "88.00" in first["found"].value and "{" not in first["found"].value
    assert (first["report_before"].value, first["report"].value) == (1, 5)
    assert first["agency"].value == "=1+1" and first["agency"].data_type == "s"
    assert second["report_before"].value is None
    title = words.pick(plans()["reports"].title)
    for cell, number in ((first["report_before"], 1), (first["report"], 5), (second["report"], 5)):
        name, _, place = cell.hyperlink.location.partition("!")
        assert name.strip("'").startswith(title)
        row = book[name.strip("'")][place].row
        assert values(book[name.strip("'")], "reports", "report")[row - 2] == number
    assert first["by_chance"].value == pytest.approx(0.1)


def test_every_rule_has_its_words_in_both_languages_and_all_its_figures() -> None:
    told = rows("export", "questions.toml")
    assert set(told) == set(rules.rules())
    for rule, table in told.items():
        assert set(table) == {"name", "found", "question", "innocent", "paper"}, rule
        for pair in table.values():
            entry = entry_of(pair)
            assert entry.thai and entry.english and parameters(entry.thai) == parameters(entry.english), rule
