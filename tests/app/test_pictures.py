"""A file of pictures from end to end: how its reports say that they were read, and what can be chosen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdfium2
import pytest

from raingan.cli import Exit, main
from raingan.model.records import OcrEngine
from raingan.settings import Settings
from tests.extract_scan.pagemade import DPI, SAMPLES, page, saved


def converted(path: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    out = path.with_suffix(".jsonl")
    code = main(["convert", "--workers", "0", str(path), "-o", str(out), "--lang", "en", *options])
    return code, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.tif"
    path.write_bytes(saved(page(), "TIFF", dpi=(DPI, DPI), compression="tiff_lzw"))
    return path


def test_a_scanned_report_says_so(scan: Path) -> None:
    code, (report,) = converted(scan)
    assert code == Exit.OK
    assert report["read_by"] == "ocr"
    confidence = report["confidence"]
    assert isinstance(confidence, float) and 0.5 < confidence <= 1


def test_a_report_of_both_kinds_is_mixed(tmp_path: Path) -> None:
    joined = pypdfium2.PdfDocument.new()
    for data in ((SAMPLES / "canal.pdf").read_bytes(), saved(page(), "PDF", resolution=DPI)):
        joined.import_pages(pypdfium2.PdfDocument(data))
    stream = io.BytesIO()
    joined.save(stream)
    path = tmp_path / "mixed.pdf"
    path.write_bytes(stream.getvalue())
    _, reports = converted(path)
    assert {report["read_by"] for report in reports} <= {"text", "ocr", "mixed"}
    assert reports[0]["read_by"] != "ocr" and reports[-1]["read_by"] != "text"


def test_pictures_can_be_left_unread(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, reports = converted(scan, "--ocr", "off")
    assert (code, reports) == (Exit.SOME_FAILED, [])
    assert "needs OCR" in capsys.readouterr().err


def test_the_option_s_old_name_does_as_the_new_one(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, reports = converted(scan, "--pictures", "off")
    assert (code, reports) == (Exit.SOME_FAILED, [])
    said = capsys.readouterr().err
    assert said.count("--pictures is called --ocr now") == 1 and "needs OCR" in said
    with pytest.raises(SystemExit):
        main(["convert", "--help"])
    told = capsys.readouterr().out
    assert "--ocr" in told and "--pictures" not in told


def test_text_reads_pictures_too(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(scan), "--lang", "en", "--json"]) == Exit.OK
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (one,) = told["pages"]
    assert one["engine"] and len(one["lines"]) > 10
    assert all(0 <= line["confidence"] <= 1 for line in one["lines"])


def test_settings_know_their_readers_of_pictures() -> None:
    assert Settings().ocr is OcrEngine.OWN
    with pytest.raises(SystemExit):
        main(["convert", "--workers", "0", "x.pdf", "-o", "x.xlsx", "--ocr", "guess"])
