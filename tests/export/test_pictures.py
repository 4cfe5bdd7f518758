"""Pictures of lines beside the flags: shown once each, in their rows, bounded, and in the workbook only."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy
import openpyxl
import pytest
from PIL import Image

from export.csvtables import write_csv
from export.flagging import Reading, reading_of, share
from export.frames import tables
from export.jsonl import json_lines
from export.layout import Words, plans
from export.pictures import PictureLimits, Pictures, PictureSpool, png_size
from export.sheets import WorkbookLimits
from export.workbook import write_workbook
from raingan.model.records import Kind, State
from raingan.model.stages import ToldFile, ToldFlag, ToldReport
from tests.export import made

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
EMU = 9525


def line_picture(number: int, width: int = 600, height: int = 48) -> bytes:
    """A PNG as lines come: dark strokes on light paper, another for every number."""
    pixels = numpy.full((height, width), 245, numpy.uint8)
    strokes = numpy.random.default_rng(number).integers(0, width - 6, 30)
    for place in strokes:
        pixels[height // 4 : height * 3 // 4, place : place + 3] = 40
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def doubt(number: int, picture: bytes | None, code: str = "value-unreadable", **values: str) -> ToldFlag:
    values = {"text": f"๑,๒{number}", "confidence": "0.8765", **values}
    return made.flag(code, "target.value", values, "อ่านไม่แน่ใจ", picture)


def scan(
    number: int, flags: Sequence[ToldFlag], read_by: str = "ocr", confidence: float | None = 0.98765
) -> ToldReport:
    return dataclasses.replace(made.report(number), read_by=read_by, confidence=confidence, flags=tuple(flags))


def files_of(reports: Sequence[ToldReport]) -> list[ToldFile]:
    counts = Counter(report.file for report in reports)
    return [made.ended(name, State.REVIEW, kind=Kind.PDF, pages=2, reports=count) for name, count in counts.items()]


def write(path: Path, reports: Sequence[ToldReport], language: str = "en", limits: PictureLimits | None = None) -> Any:
    bounds = WorkbookLimits(pictures=limits or PictureLimits())
    write_workbook(path, iter(reports), files_of(reports), made.run_info(language), limits=bounds)
    return openpyxl.load_workbook(path)


def cells(sheet: Any, table: str, key: str) -> list[Any]:
    index = [item.key for item in plans()[table].columns].index(key) + 1
    return [sheet.cell(row, index) for row in range(2, sheet.max_row + 1)]


def shown(sheet: Any, table: str, key: str) -> list[Any]:
    return [cell.value for cell in cells(sheet, table, key)]


def notes(book: Any) -> dict[object, object]:
    return {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True, max_col=2) if row[0]}


def media(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return [name for name in archive.namelist() if name.startswith("xl/media/")]


def test_each_flag_has_its_picture_in_its_own_row(tmp_path: Path) -> None:
    pictures = [line_picture(number) for number in range(3)]
    slight = doubt(0, pictures[0], code="text-cut")
    worst = [doubt(1, pictures[1]), doubt(2, pictures[2]), made.flag("units-differ", "actual.unit")]
    sheet = write(tmp_path / "out.xlsx", [scan(0, [slight]), scan(1, worst)])["To review"]
    codes = shown(sheet, "flags", "code")
    assert codes == ["value-unreadable", "value-unreadable", "units-differ", "text-cut"]
    column = [item.key for item in plans()["flags"].columns].index("picture")
    found = {image.anchor._from.row: image._data() for image in sheet._images}
    assert found == {1: pictures[1], 2: pictures[2], 4: pictures[0]}
    for image in sheet._images:
        assert (image.anchor._from.col, image.anchor.to.col, image.anchor.to.row) == (
            column,
            column,
            image.anchor._from.row,
        )


def test_a_picture_keeps_its_shape_and_its_row_has_room_for_it(tmp_path: Path) -> None:
    """What goes beyond its cell would be left behind by Excel when rows are sorted or filtered."""
    sizes = [(600, 48), (900, 48), (120, 32), (9000, 20), (20, 400)]
    flags = [doubt(i, line_picture(i, *size)) for i, size in enumerate(sizes)]
    sheet = write(tmp_path / "out.xlsx", [scan(0, flags)])["To review"]
    plan = next(item for item in plans()["flags"].columns if item.key == "picture")
    assert len(sheet._images) == len(sizes)
    for image, (width, height) in zip(sheet._images, sizes, strict=True):
        first, last = image.anchor._from, image.anchor.to
        wide, high = (last.colOff - first.colOff) / EMU, (last.rowOff - first.rowOff) / EMU
        assert wide / high == pytest.approx(width / height, rel=0.05) or high == 1 or wide <= 2
        assert wide <= width and high <= min(height, 40) and last.colOff / EMU < plan.width * 7
        assert last.rowOff / EMU * 0.75 <= sheet.row_dimensions[first.row + 1].height
        assert sheet.row_dimensions[first.row + 1].customHeight
        assert image.anchor.editAs == "twoCell"


def test_flags_of_one_line_share_one_part(tmp_path: Path) -> None:
    same = line_picture(7)
    reports = [scan(number, [doubt(1, same), doubt(2, same), doubt(3, line_picture(8))]) for number in range(4)]
    book = write(tmp_path / "out.xlsx", reports)
    assert len(book["To review"]._images) == 12
    assert media(tmp_path / "out.xlsx") == ["xl/media/line1.png", "xl/media/line2.png"]


def test_the_package_names_every_part_and_every_relation_once(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    flags = [doubt(number % 5, line_picture(number % 5)) for number in range(20)]
    bounds = WorkbookLimits(rows=8)
    reports = [scan(0, flags)]
    write_workbook(path, reports, files_of(reports), made.run_info(), limits=bounds)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
        drawings = [name for name in names if re.fullmatch(r"xl/drawings/pictures\d\.xml", name)]
        seen = 0
        for name in drawings:
            root = ElementTree.fromstring(archive.read(name))
            relations = ElementTree.fromstring(archive.read(name.replace("drawings/", "drawings/_rels/") + ".rels"))
            targets = {item.get("Id"): str(item.get("Target")).lstrip("/") for item in relations}
            assert len(targets) == len(relations) and set(targets.values()) <= set(names)
            embedded = [value for item in root.iter() for key, value in item.attrib.items() if key.endswith("}embed")]
            assert set(embedded) == set(targets)
            identifiers = [item.get("id") for item in root.iter(f"{XDR}cNvPr")]
            assert len(set(identifiers)) == len(identifiers) == len(embedded)
            seen += len(embedded)
    assert len(names) == len(set(names))
    assert (seen, len(drawings)) == (20, 3)
    defaults = [item.get("Extension") for item in types if item.tag.endswith("Default")]
    assert sorted(defaults) == ["png", "rels", "xml"]
    parts = [item.get("PartName") for item in types if item.tag.endswith("Override")]
    assert len(parts) == len(set(parts)) and {f"/{name}" for name in drawings} <= set(parts)
    book = openpyxl.load_workbook(path)
    assert [len(book[name]._images) for name in book.sheetnames if name.startswith("ต้องตรวจ")] == [7, 7, 6]


@pytest.mark.parametrize(
    ("limits", "kept"), [(PictureLimits(count=3), 3), (PictureLimits(bytes=2 * 1100 + 100), 2), (PictureLimits(0), 0)]
)
def test_beyond_the_limits_the_worst_keep_theirs_and_the_rest_is_told(
    tmp_path: Path, limits: PictureLimits, kept: int
) -> None:
    def padded(number: int) -> bytes:
        data = line_picture(number, 100)
        return data + bytes(1100 - len(data))

    slight = [doubt(number, padded(number), code="text-cut") for number in range(4)]
    worst = [doubt(number, padded(number)) for number in range(4, 6)]
    book = write(tmp_path / "out.xlsx", [scan(0, slight), scan(1, worst)], limits=limits)
    sheet = book["To review"]
    assert sorted(image.anchor._from.row for image in sheet._images) == list(range(1, kept + 1))
    note = Words("en").of("note", "picture-left-out")
    assert notes(book)[note] == 6 - kept
    said = Words("en").say("text", "no_picture")
    assert shown(sheet, "flags", "picture") == [None] * kept + [said] * (6 - kept)
    assert shown(sheet, "flags", "read")[-1] == "๑,๒3"


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", line_picture(1)[:20], line_picture(1, 100) + bytes(70_000), b"\x89PNG\r\n\x1a\n" + bytes(40)],
)
def test_what_is_no_picture_of_a_line_is_left_out_and_told(tmp_path: Path, data: bytes) -> None:
    book = write(tmp_path / "out.xlsx", [scan(0, [doubt(0, data)])])
    assert notes(book)[Words("en").of("note", "picture-left-out")] == 1
    assert media(tmp_path / "out.xlsx") == [] and not book["To review"]._images


def test_sizes_are_read_from_the_head_alone() -> None:
    assert png_size(line_picture(1, 123, 45)) == (123, 45)
    head = line_picture(1)[:16]
    assert png_size(head + (10**9).to_bytes(4, "big") + (48).to_bytes(4, "big")) is None
    assert png_size(head + bytes(8)) is None


def test_a_picture_waits_on_disk_once(tmp_path: Path) -> None:
    spool = PictureSpool(tmp_path, PictureLimits(count=2))
    first, second, third = (line_picture(number) for number in range(3))
    keys = [spool.add("3", data) for data in (first, second, first, third)]
    assert keys[0] == keys[2] and keys[3] is None
    assert spool.add("1", third) is not None  # a worse severity has room of its own
    assert [spool.read(key) for key in keys[:2] if key] == [first, second]
    spool.close()
    assert (tmp_path / "pictures.bin").stat().st_size == len(first) + len(second) + len(third)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    reports = [scan(number, [doubt(number, line_picture(number % 3))]) for number in range(6)]
    write(tmp_path / "a.xlsx", reports)
    write(tmp_path / "b.xlsx", reports)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_reading_proposal_and_reason_stand_beside_the_flag(tmp_path: Path) -> None:
    flag = doubt(0, line_picture(0), others="๓,๒0 (11%)", proposal="=3,200", reason="ผลรวมรายไตรมาส")
    sheet = write(tmp_path / "out.xlsx", [scan(0, [flag, made.flag("units-differ", "actual.unit", {"text": "ต้น"})])])[
        "To review"
    ]
    keys = ("read", "confidence", "others", "proposal", "reason")
    rows = list(zip(*(shown(sheet, "flags", key) for key in keys), strict=True))
    assert rows[0] == ("๑,๒0", 0.876, "๓,๒0 (11%)", "=3,200", "ผลรวมรายไตรมาส")
    assert rows[1] == (None,) * 5  # "text" is a parameter of many messages
    assert cells(sheet, "flags", "confidence")[0].number_format.startswith("0.0%")
    assert cells(sheet, "flags", "proposal")[0].data_type == "s"


@pytest.mark.parametrize(
    ("flag", "reading"),
    [
        (made.flag("a", "target", {"text": "x", "reason": "y"}), Reading()),
        (made.flag("a", "target", {"text": "x"}, "", b"p"), Reading("x")),
        (made.flag("a", "target", {"text": "x", "confidence": "0.5"}), Reading("x", Decimal("0.500"))),
        (made.flag("a", "target", {"confidence": "high", "others": "7"}), Reading(None, None, "7")),
        (
            made.flag("a", "target", {"text": "", "proposal": "5", "reason": "sum"}),
            Reading(None, None, None, "5", "sum"),
        ),
    ],
)
def test_what_a_flag_tells_of_a_reading(flag: ToldFlag, reading: Reading) -> None:
    assert reading_of(flag) == reading


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0.9996, "0.999"),
        ("1", "1.000"),
        ("0", "0.000"),
        (0.1 + 0.2, "0.300"),
        ("1.2", None),
        ("-0.1", None),
        ("nan", None),
        (float("inf"), None),
        ("", None),
        (None, None),
        ("87 %", None),
    ],
)
def test_a_share_never_shows_as_more_than_it_is(value: str | float | None, found: str | None) -> None:
    assert share(value) == (None if found is None else Decimal(found))


def test_how_reports_and_files_were_read(tmp_path: Path) -> None:
    def of(name: str, *readings: tuple[str, float | None]) -> list[ToldReport]:
        return [dataclasses.replace(scan(0, [], read, confidence), file=name) for read, confidence in readings]

    reports = [
        *of("text.pdf", ("text", None), ("text", None)),
        *of("scan.pdf", ("ocr", 0.99), ("ocr", 0.9567), ("ocr", None)),
        *of("both.pdf", ("text", None), ("ocr", 0.97)),
        *of("pages.pdf", ("mixed", 0.91)),
    ]
    book = write(tmp_path / "out.xlsx", reports)
    assert shown(book["Reports"], "reports", "read_by")[::3] == ["text of the file", "picture (OCR)", "picture (OCR)"]
    assert shown(book["Reports"], "reports", "confidence") == [None, None, 0.99, 0.956, None, None, 0.97, 0.91]
    assert list(
        zip(shown(book["Files"], "files", "read_by"), shown(book["Files"], "files", "confidence"), strict=True)
    ) == [("text of the file", None), ("picture (OCR)", 0.956), ("text and picture", 0.97), ("text and picture", 0.91)]
    lines = notes(book)
    assert [lines[Words("en").of("read_by", key)] for key in ("text", "ocr", "mixed")] == [3, 4, 1]


def test_the_summary_counts_what_is_open(tmp_path: Path) -> None:
    flags = [
        doubt(0, line_picture(0)),
        doubt(1, None, proposal="5"),
        made.flag("text-cut", "definition", {"text": "x"}),
    ]
    lines = notes(write(tmp_path / "out.xlsx", [scan(0, flags)]))
    words = Words("en")
    assert (lines[words.say("summary", "figures")], lines[words.say("summary", "proposals")]) == (2, 1)


def test_pictures_stand_in_no_other_output(tmp_path: Path) -> None:
    reports = [scan(0, [doubt(0, line_picture(0), proposal="5", reason="x")])]
    (line,) = json_lines(reports)
    assert "PNG" not in line and "picture" not in json.loads(line)["flags"][0]
    write_csv(tmp_path / "t", reports, files_of(reports), made.run_info())
    text = (tmp_path / "t" / "flags.csv").read_text(encoding="utf-8-sig")
    assert '"picture"' not in text.split("\n")[0] and '"๑,๒0",0.876,,"x"' in text
    frame = tables(reports, files_of(reports), made.run_info())["flags"]
    assert "picture" not in frame.columns
    assert frame["confidence"].dtype == "Float64" and frame["confidence"][0] == 0.876
    assert frame["proposal"][0] == "5" and frame["read"][0] == "๑,๒0"


def test_the_description_of_a_picture_is_only_text(tmp_path: Path) -> None:
    hostile = 'a"/><x onclick="1"/>\x00\ud800 & \n' + "ก" * 5000
    sheet = write(tmp_path / "out.xlsx", [scan(0, [doubt(0, line_picture(0), text=hostile)])])["To review"]
    assert len(sheet._images) == 1
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        root = ElementTree.fromstring(archive.read("xl/drawings/pictures1.xml"))
    (item,) = root.iter(f"{XDR}cNvPr")
    assert 'a"/><x onclick="1"/>' in str(item.get("descr")) and len(str(item.get("descr"))) <= 200


def test_a_workbook_of_texts_has_no_drawing_and_folds_the_columns_for_readings(tmp_path: Path) -> None:
    book = write(tmp_path / "out.xlsx", list(made.reports(6)))
    for name in book.sheetnames[1:]:
        folded = [letter for letter, column in book[name].column_dimensions.items() if column.hidden]
        assert bool(folded) == (name not in ("Review trail", "Files", "Explanation"))
    sheet = book["To review"]
    letter = cells(sheet, "flags", "picture")[0].column_letter
    assert sheet.column_dimensions[letter].hidden and sheet.column_dimensions[letter].outlineLevel == 1
    assert sheet.column_dimensions[cells(sheet, "flags", "printed")[0].column_letter].collapsed
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert not [name for name in archive.namelist() if "pictures" in name or "media" in name]
        assert b"png" not in archive.read("[Content_Types].xml")


@pytest.mark.parametrize("flag", [doubt(0, line_picture(0)), doubt(0, None)])
def test_columns_for_readings_are_open_where_there_is_one(tmp_path: Path, flag: ToldFlag) -> None:
    sheet = write(tmp_path / "out.xlsx", [made.report(0), scan(1, [flag])])["To review"]
    hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    keys = {column.key for column in plans()["flags"].columns if column.group == "reading"}
    assert keys and not hidden & {cells(sheet, "flags", key)[0].column_letter for key in keys}


def test_the_parts_come_one_by_one(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path, PictureLimits())
    keys = [pictures.spool.add("1", line_picture(number)) for number in range(4)]
    for key in (keys[2], keys[0], keys[2]):
        assert key is not None and pictures.place(key, 0, 80) is not None
    parts = pictures.media()
    assert next(parts) == ("xl/media/line1.png", line_picture(2))
    assert next(parts) == ("xl/media/line2.png", line_picture(0))
    assert next(parts, None) is None  # the others were kept and never shown
    pictures.close()
