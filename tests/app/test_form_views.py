"""What who writes a form file sees: the lines with their fields, and the fields over a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from raingan.cli import main

ROOT = Path(__file__).resolve().parents[2]
FORM = str(ROOT / "extract" / "sections" / "forms" / "bma-indicator.toml")


def test_the_lines_of_a_file_stand_behind_what_took_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(ROOT / "samples" / "park.txt"), "--form", FORM, "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("form bma-indicator: 1 report")
    (target,) = [line for line in lines if "5. เป้าหมาย" in line]
    assert target.startswith("* target ") and target.partition(" | ")[2].startswith("5. เป้าหมาย")
    (value,) = [line for line in lines if "คิดเป็นร้อยละ 75.00" in line]
    assert value.startswith("  year_summary")
    assert any(line.startswith("# ") for line in lines)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report, one that lost its calculation, and a memo."""
    for name in ("park.txt", "memo.txt"):
        shutil.copy(ROOT / "samples" / name, tmp_path / name)
    whole = (ROOT / "samples" / "park.txt").read_text(encoding="utf-8").splitlines()
    at = next(index for index, line in enumerate(whole) if "วิธีการคำนวณ" in line)
    (tmp_path / "lost.txt").write_text("\n".join(["ฉบับร่าง 12", *whole[:at], *whole[at + 2 :]]), encoding="utf-8")
    return tmp_path


def test_a_folder_is_told_field_by_field(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forms", "--check", str(folder), "--form", FORM, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert lines[0] == "form bma-indicator: 2 of 3 files"
    assert "calculation 1 of 2: required, and missing in some" in lines
    assert "definition 2 of 2" in lines
    assert "bma-web" not in told  # the user's form alone was asked for
    assert any(line.endswith("ฉบับร่าง #") for line in lines)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "samples" / "broken.pdf", folder / "broken.pdf")
    assert main(["forms", "--check", str(folder), "--lang", "th"]) == 1
    out, err = capsys.readouterr()
    assert "broken.pdf" in err and "bma-indicator: 2 จาก 3 ไฟล์" in out
