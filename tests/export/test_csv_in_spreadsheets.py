"""LibreOffice opens the tables of hostile reports with each separator a person may choose: no formula comes alive."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from export.csvtables import TABLES, write_csv
from extract.reading.office.soffice import find_soffice
from raingan.model.records import State
from tests.export import made

SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9", "all three": "44/59/9"}
FORMULAS = ("=1+1", '=HYPERLINK("http://a.invalid","x")', "+1+1")
BEFORE = ("", "ก;", "ก\t", "ก\n", 'ก";', 'ก;"', 'ก;""', 'ก\t"', "ก,", 'ก",', "ก;;", "ก;\t", "ก; ", "ก\r\n", "ก;'")
TEXTS = tuple(before + formula + ";ข" for before in BEFORE for formula in FORMULAS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opened")
    reports = (made.hostile(number, text) for number, text in enumerate(TEXTS))
    files = (made.ended(f"{number} {text}", State.FAILED, "bug", {}, text) for number, text in enumerate(TEXTS))
    write_csv(folder / "tables", reports, files, made.run_info())
    return folder


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_no_formula_comes_alive(folder: Path) -> None:
    for name, codes in SEPARATORS.items():
        found = _opened(folder, name, codes)
        assert {table: found[table] for table in TABLES if found[table]} == {}, name
        assert found["raw"] > 0, name  # so that the test could fail


def _opened(folder: Path, name: str, codes: str) -> dict[str, int]:
    """Return how many formulas each table has as a spreadsheet; "raw" is one that nobody made safe."""
    raw = folder / "raw.csv"
    raw.write_text("a;=1+1\nb\t=1+1\nc,=1+1\n", encoding="utf-8")
    out = folder / name
    tables = [folder / "tables" / f"{table}.csv" for table in TABLES]
    command = [find_soffice(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += [f"--infilter=CSV:{codes},34,76", "--convert-to", "fods", "--outdir", out, *tables, raw]
    for _ in range(2):  # a new profile has it started again
        subprocess.run(list(map(str, command)), capture_output=True, check=False, timeout=300)
        if out.is_dir():
            break
    return {path.stem: path.read_text(encoding="utf-8").count("table:formula=") for path in out.iterdir()}
