"""The whole job from the command line, in this process: states, exit codes, outputs, faults."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import extract.intake.contents
import raingan
from raingan.cli import Exit, build_parser, main
from raingan.convert import convert
from raingan.model.errors import InputError
from raingan.model.messages import LANGUAGES, reason_words
from raingan.model.records import Limits, Report, Source
from raingan.outputs import plan_outputs
from raingan.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"
# Workers of its own cost a run a second; test_archives.py has them.
CONVERT = ("convert", "--workers", "0")

Archive = Callable[..., Path]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Make a folder of files from names and contents; a Path is copied."""

    def make(**files: bytes | Path) -> Path:
        folder = tmp_path / "archive"
        folder.mkdir()
        for name, content in files.items():
            target = folder / name.replace("__", ".")
            target.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        return folder

    return make


def states(table: Path) -> dict[str, str]:
    with (table / "files.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["file"]: row["state"] for row in csv.DictReader(file)}


def test_every_file_ends_with_one_state(archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = archive(
        good__txt=SAMPLES / "park.txt",
        copy__txt=SAMPLES / "park.txt",
        memo__txt=SAMPLES / "memo.txt",
        broken__pdf=SAMPLES / "broken.pdf",
        empty__txt=b"",
    )
    code = main([*CONVERT, str(folder), "-o", str(tmp_path / "t.csv"), "--lang", "en"])
    found = states(tmp_path / "t")
    assert code == Exit.SOME_FAILED
    assert len(found) == 5
    assert found["broken.pdf"] == found["empty.txt"] == "failed"
    assert found["memo.txt"] == "skipped"
    # Of two equal files the first in order is read, the other told as its copy.
    assert found["good.txt"] == "skipped" and found["copy.txt"] in ("done", "review")
    told = capsys.readouterr().err
    assert "empty.txt" in told and "5 files" in told


@pytest.mark.parametrize("name", [None, "memo.txt"])
def test_inputs_without_any_report_are_wrong_use(
    name: str | None, archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = archive(**({} if name is None else {"a__txt": SAMPLES / name}))
    for language, words in (("en", "no report was found"), ("th", "ไม่พบรายงาน")):
        assert main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl"), "--lang", language]) == Exit.WRONG_USE
        assert words in capsys.readouterr().err
    assert (tmp_path / "r.jsonl").read_bytes() == b""  # written all the same: the files have their states
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")  # may have been one
    assert main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl")]) == Exit.SOME_FAILED


def test_the_terminal_says_why_files_were_skipped(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = archive(a__txt=SAMPLES / "park.txt", b__txt=SAMPLES / "park.txt", c__txt=SAMPLES / "park.txt")
    (folder / "link").symlink_to(folder / "a.txt")
    assert main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl"), "--lang", "en"]) == Exit.OK
    assert "skipped: 2 a copy of another, 1 a link or a device" in capsys.readouterr().err
    assert main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl"), "--lang", "th"]) == Exit.OK
    assert "ข้าม: สำเนา 2, ลิงก์หรืออุปกรณ์ 1" in capsys.readouterr().err


def test_every_reason_to_skip_has_its_words() -> None:
    found = extract.intake.contents._SKIPPED | {"duplicate", "blank", "headings-only", "another-form", "not-a-report"}
    for reason in found:
        for language in ("en", "th"):
            assert reason_words({"reason": f"skip-{reason}"}, language) != f"skip-{reason}"


@pytest.mark.parametrize("becomes", ["nothing", "another"])
def test_a_ledger_that_went_away_while_it_was_written_is_told(becomes: str, archive: Archive, tmp_path: Path) -> None:
    ledger, told = tmp_path / "r.raingan", []

    def remove(*_: object) -> None:
        ledger.unlink(missing_ok=True)
        if becomes == "another":
            ledger.write_bytes(b"another file")

    outputs = plan_outputs([str(tmp_path / "r.jsonl")])
    folder = archive(good__txt=SAMPLES / "park.txt")
    settings = Settings(workers=0)
    convert([str(folder)], outputs, settings, remove, ledger, lambda code, _: told.append(code))
    assert told == ["ledger-went"] and (tmp_path / "r.jsonl").stat().st_size
    assert ledger.exists() == (becomes == "another")
    ledger.unlink(missing_ok=True)
    convert([str(folder)], outputs, settings, None, ledger, lambda code, _: told.append(code))
    assert told == ["ledger-went"]


def test_nothing_failed_is_exit_code_0(archive: Archive, tmp_path: Path) -> None:
    folder = archive(good__txt=SAMPLES / "park.txt", memo__txt=SAMPLES / "memo.txt")
    assert main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl")]) == Exit.OK


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert", "nowhere", "-o", "r.jsonl"],
        ["convert", "park.txt", "-o", "r.doc"],
        ["convert", "park.txt", "-o", "no/folder/r.xlsx"],
        ["convert", "park.txt", "-o", "r.jsonl", "--form", "bad.toml"],
        ["forms", "--form", "bad.toml"],
        ["text", "nowhere"],
    ],
)
def test_wrong_use_is_told_and_is_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLES / "park.txt", tmp_path)
    (tmp_path / "bad.toml").write_text('id = "x"\ntitle = \n', encoding="utf-8")
    assert main([*arguments, "--lang", "en"]) == Exit.WRONG_USE
    captured = capsys.readouterr()
    assert captured.err.startswith("raingan: error: ") and "Traceback" not in captured.err
    assert captured.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.toml", "park.txt"]


def test_messages_come_in_thai(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*CONVERT, str(tmp_path / "nowhere"), "-o", str(tmp_path / "r.jsonl"), "--lang", "th"])
    assert any("\u0e01" <= character <= "\u0e5b" for character in capsys.readouterr().err)


def test_the_same_input_gives_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    folder = archive(
        a__txt=SAMPLES / "park.txt", b__html=SAMPLES / "stalls.html", c__pdf=SAMPLES / "canal.pdf", d__txt=b"\x00\x01"
    )
    for name in ("one", "two"):
        outputs = [f"{tmp_path / name}.{suffix}" for suffix in ("xlsx", "jsonl", "csv")]
        main([*CONVERT, str(folder), *(part for output in outputs for part in ("-o", output))])
    for suffix in ("xlsx", "jsonl"):
        first, second = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
        assert first == second and first
    for table in (tmp_path / "one").iterdir():
        assert table.read_bytes() == (tmp_path / "two" / table.name).read_bytes()


def test_json_lines_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CONVERT, str(SAMPLES / "park.txt"), "-o", "-", "--lang", "en"]) == Exit.OK
    captured = capsys.readouterr()
    (record,) = [json.loads(line) for line in captured.out.splitlines()]
    assert record["file"] == "park.txt" and record["form"] == "bma-indicator"
    assert "1 file:" in captured.err


def test_a_run_never_reads_its_own_output(archive: Archive) -> None:
    folder = archive(good__txt=SAMPLES / "park.txt")
    for _ in range(2):
        assert main([*CONVERT, str(folder), "-o", str(folder / "r.jsonl"), "-o", str(folder / "t.csv")]) == Exit.OK
        assert list(states(folder / "t")) == ["good.txt"]


def test_no_entry_ends_the_run_and_each_has_its_row(archive: Archive) -> None:
    """Links in a circle, a link that leads to an output, names like those of our own files."""
    folder = archive(good__txt=SAMPLES / "park.txt")
    for name, target in (("a", "b"), ("b", "a"), ("c", "c"), ("result", "r.jsonl"), ("ledger", "r.raingan")):
        (folder / name).symlink_to(folder / target)
    (folder / ".raingan-mine.txt").write_bytes(b"x")
    outputs = ["-o", str(folder / "r.jsonl"), "-o", str(folder / "t.csv")]
    for _ in range(2):
        assert main([*CONVERT, str(folder), *outputs]) == Exit.OK
        links = dict.fromkeys(("a", "b", "c", "ledger", "result"), "skipped")
        assert states(folder / "t") == {".raingan-mine.txt": "skipped", **links, "good.txt": "review"}
    (folder / "loop.jsonl").symlink_to("loop.jsonl")  # an output of that name takes its place
    assert main([*CONVERT, str(folder), "-o", str(folder / "loop.jsonl")]) == Exit.OK
    assert (folder / "loop.jsonl").read_text(encoding="utf-8").startswith("{")
    assert main([*CONVERT, str(folder / "a"), *outputs]) == Exit.WRONG_USE


def test_a_bug_in_a_reader_costs_one_file(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import extract.reading.document

    real = extract.reading.document.read_document

    def faulty(source: Source, limits: Limits, *more: Any) -> object:
        print("a library talks")
        if source.name == "crash.txt":
            raise ZeroDivisionError("division by zero")
        if source.name == "hungry.txt":
            raise MemoryError
        if source.name == "deep.txt":
            raise RecursionError
        return real(source, limits, *more)

    monkeypatch.setattr(extract.reading.document, "read_document", faulty)
    folder = archive(crash__txt=b"1", hungry__txt=b"2", deep__txt=b"3", good__txt=SAMPLES / "park.txt", zip__txt=b"4")
    assert main([*CONVERT, str(folder), "-o", str(tmp_path / "t.csv"), "--lang", "en"]) == Exit.SOME_FAILED
    found = states(tmp_path / "t")
    assert [found[name] for name in ("crash.txt", "hungry.txt", "deep.txt")] == ["failed"] * 3
    assert found["good.txt"] in ("done", "review")
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_ctrl_c_leaves_what_was_there(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import raingan.pipeline

    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(raingan.pipeline, "read", interrupted)
    (tmp_path / "r.jsonl").write_text("old")
    folder = archive(good__txt=SAMPLES / "park.txt")
    assert (
        main([*CONVERT, str(folder), "-o", str(tmp_path / "r.jsonl"), "--replace", "--lang", "en"]) == Exit.INTERRUPTED
    )
    assert (tmp_path / "r.jsonl").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "r.jsonl", "r.raingan"]
    assert "Interrupted" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import export.jsonl

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.jsonl, "write_jsonl", full)
    target = tmp_path / "r.jsonl"
    target.write_text("old")
    assert (
        main([*CONVERT, str(SAMPLES / "park.txt"), "-o", str(target), "--replace", "--lang", "en"]) == Exit.CANNOT_WRITE
    )
    assert target.read_text() == "old"
    assert "No space left" in capsys.readouterr().err


def test_text_prints_every_line_with_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(SAMPLES / "canal.pdf"), "--lang", "en"]) == Exit.OK
    printed = capsys.readouterr().out
    assert main(["text", str(SAMPLES / "canal.pdf"), "--json"]) == Exit.OK
    document = json.loads(capsys.readouterr().out)
    lines = [line for page in document["pages"] for line in page["lines"]]
    assert [page["page"] for page in document["pages"]] == [1, 2]
    assert all(line["text"] in printed and len(line["box"]) == 4 for line in lines)
    assert any(line["repairs"] and line["raw"] != line["text"] for line in lines)


def test_text_of_several_files_names_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"words of {name}", encoding="utf-8")

    def names(*paths: Path) -> list[str]:
        assert main(["text", *map(str, paths), "--lang", "en"]) == Exit.OK
        return re.findall(r"^==> (.*) <==$", capsys.readouterr().out, re.MULTILINE)

    assert names(tmp_path / "a.txt") == []
    assert names(tmp_path / "a.txt", tmp_path / "b.txt") == ["a.txt", "b.txt"]
    assert names(tmp_path) == ["a.txt", "b.txt"]
    (tmp_path / "b.txt").unlink()
    assert names(tmp_path) == ["a.txt"]  # which of a folder it is, is not known otherwise


def test_text_of_a_file_that_cannot_be_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(SAMPLES / "broken.pdf"), str(SAMPLES / "memo.txt"), "--lang", "en"]) == Exit.SOME_FAILED
    captured = capsys.readouterr()
    assert "broken.pdf" in captured.err and captured.out


def test_python_gets_tables_and_records() -> None:
    tables = raingan.read([SAMPLES / "two.pdf", SAMPLES / "memo.txt"])
    records = list(raingan.records_of(SAMPLES / "two.pdf"))
    assert len(records) == len(tables["reports"]) == 2
    assert all(isinstance(record, Report) for record in records)
    assert set(tables["files"]["file"]) == {"two.pdf", "memo.txt"}
    with pytest.raises(InputError):
        raingan.read(["nowhere"])


@pytest.mark.parametrize("command", [[], ["convert"], ["review"], ["text"]])
def test_help_is_in_one_language(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for language in LANGUAGES:
        with pytest.raises(SystemExit):
            build_parser(language).parse_args([*command, "--help"])
        told[language] = capsys.readouterr().out
    for words in ("usage:", "options:", "positional arguments:", "show "):
        assert words in told["en"] and words not in told["th"], words
    assert re.findall("--[a-z-]+", told["th"].partition("\n\n")[0]) == re.findall(
        "--[a-z-]+", told["en"].partition("\n\n")[0]
    )


def test_help_and_version_answer_without_the_heavy_libraries() -> None:
    for argument in ("--help", "--version"):
        result = subprocess.run([sys.executable, "-m", "raingan", argument], capture_output=True, text=True, check=True)
        assert "raingan" in result.stdout


def test_members_of_an_archive_stand_with_their_path(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(SAMPLES / "park.txt", "เขต/รายงาน.txt")
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    main([*CONVERT, str(tmp_path / "a.zip"), "-o", str(tmp_path / "t.csv")])
    assert set(states(tmp_path / "t")) == {"a.zip", "a.zip/เขต/รายงาน.txt"}
