"""What Raingan wrote is no report where it lies among the inputs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from extract.reading.document import read_document
from raingan.cli import main
from raingan.model.errors import InputError
from raingan.model.records import Limits, Source

SAMPLES = Path(__file__).parents[2] / "samples"


def source(path: Path) -> Source:
    return Source(path.name, path.read_bytes(), "0" * 64)


def test_a_workbook_and_a_page_for_auditors_are_skipped_and_their_like_are_not(tmp_path: Path) -> None:
    book, page = tmp_path / "result.xlsx", tmp_path / "page.html"
    assert main(["convert", str(SAMPLES / "stalls.html"), "-o", str(book), "--workers", "0"]) == 0
    assert main(["evidence", str(tmp_path / "result.raingan"), "1", "-o", str(page)]) == 0
    for path in (book, page):
        with pytest.raises(InputError) as told:
            read_document(source(path), Limits())
        assert told.value.code == "own-output"
    listed = tmp_path / "listed.csv"
    again = [str(book), str(page), str(SAMPLES / "park.txt"), "-o", str(listed), "--workers", "0"]
    assert main(["convert", *again]) == 0  # skipped, not failed
    told_of = (tmp_path / "listed" / "files.csv").read_text(encoding="utf-8")
    assert told_of.count('"skipped","own-output"') == 2
    unmarked = tmp_path / "other.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(unmarked, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Raingan", b"Program"))
    assert read_document(source(unmarked), Limits()).pages
    assert read_document(source(SAMPLES / "stalls.html"), Limits()).pages
