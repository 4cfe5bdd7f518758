"""Outputs into a store: checked before any work, put whole or not at all, and without a secret in them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from export.links import link_maker, page_suffix
from raingan.cli import Exit, main
from raingan.model.errors import OutputError
from raingan.outputs import OutputKind, plan_outputs
from tests.remote.stores import TEXT, FaultyStore

SAMPLE = Path(__file__).parents[2] / "samples" / "park.txt"
ADDRESS = "ftp://u5er-0f-t3sts:S%40CRET@host/archive"


def own_names(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if ".raingan-" in name]


def test_results_of_a_store_go_to_a_store(memory: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    memory.pipe("/archive/2564/park.txt", SAMPLE.read_bytes())
    memory.mkdir("/out")
    (tmp_path / "2564").mkdir()
    (tmp_path / "2564" / "park.txt").write_bytes(SAMPLE.read_bytes())
    names = ("r.xlsx", "r.jsonl", "t.csv")
    outputs = [part for name in names for part in ("-o", f"memory://out/{name}")]
    assert main(["convert", "memory://archive", *outputs, "--lang", "en"]) == Exit.OK
    assert "memory://out/r.xlsx" in capsys.readouterr().err
    assert main(["convert", str(tmp_path), "-o", str(tmp_path / "r.jsonl"), "--lang", "en"]) == Exit.OK
    assert memory.cat("/out/r.jsonl") == (tmp_path / "r.jsonl").read_bytes()
    assert json.loads(memory.cat("/out/r.jsonl"))["file"] == "2564/park.txt"
    tables = {entry.rpartition("/")[2] for entry in memory.ls("/out/t", detail=False)}
    assert {"reports.csv", "files.csv"} <= tables and all(name.endswith(".csv") for name in tables)
    with zipfile.ZipFile(BytesIO(memory.cat("/out/r.xlsx"))) as book:
        parts = b"".join(book.read(name) for name in book.namelist() if name.endswith(".rels"))
    assert b'Target="memory://archive/2564/park.txt' in parts
    assert sorted(memory.ls("/out", detail=False)) == ["/out/r.jsonl", "/out/r.xlsx", "/out/t"]


def test_a_second_run_replaces_and_does_not_read_its_own_output(memory: Any) -> None:
    memory.pipe("/archive/park.txt", SAMPLE.read_bytes())
    command = ["convert", "memory://archive", "-o", "memory://archive/r.jsonl", "-o", "memory://archive/t.csv"]
    assert main(command) == Exit.OK
    first = {name: memory.cat(name) for name in memory.find("/archive")}
    assert main(command) == Exit.OK
    assert {name: memory.cat(name) for name in memory.find("/archive")} == first


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("memory://out/r.txt", "output-suffix"),
        ("memory://nothing/r.xlsx", "output-no-folder"),
        ("memory://out/taken.xlsx", "output-is-folder"),
        ("memory://out/mine.csv", "output-folder-in-use"),
        ("memory://out/file.csv", "output-is-file"),
    ],
)
def test_what_cannot_work_is_told_before_any_work(memory: Any, name: str, key: str) -> None:
    memory.pipe("/out/taken.xlsx/x", b"")
    memory.pipe("/out/mine/holiday.jpg", b"precious")
    memory.pipe("/out/file", b"")
    before = memory.find("/")
    with pytest.raises(OutputError) as caught:
        plan_outputs([name])
    assert caught.value.code == key
    assert memory.find("/") == before


def test_a_store_that_takes_nothing_is_found_out_before_any_work(
    faulty: type[FaultyStore], capsys: pytest.CaptureFixture[str]
) -> None:
    faulty.folders = {"/archive"}
    faulty.wrong = {"write"}
    assert main(["convert", str(SAMPLE), "-o", f"{ADDRESS}/r.xlsx", "--lang", "en"]) == Exit.WRONG_USE
    assert "ftp://host/archive/r.xlsx cannot be written to" in capsys.readouterr().err
    faulty.wrong = {"connect"}
    assert main(["convert", str(SAMPLE), "-o", f"{ADDRESS}/r.xlsx", "--lang", "en"]) == Exit.WRONG_USE
    assert plan_error("s3://KEY:S3CR3T@bucket/r.xlsx") == plan_error("https://host/r.xlsx?S3CR3T") == "refused"


def plan_error(name: str) -> str:
    from raingan.model.errors import InputError

    with pytest.raises(InputError) as caught:
        plan_outputs([name])
    assert "S3CR3T" not in repr(caught.value)
    return "refused"


def test_the_same_place_is_not_written_twice(memory: Any) -> None:
    memory.mkdir("/out")
    with pytest.raises(OutputError):
        plan_outputs(["memory://out/r.xlsx", "memory://out/r.xlsx"])


@pytest.mark.parametrize("wrong", [{"torn"}, {"lossy"}, {"mv"}, {"mv once"}])
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_a_failure_leaves_the_old_output_and_no_litter(faulty: type[FaultyStore], wrong: set[str], suffix: str) -> None:
    old = {"/archive/r.jsonl": b"old", "/archive/r/reports.csv": b"old", "/archive/r/flags.csv": b"old"}
    faulty.files, faulty.folders = dict(old), {"/archive/r"}
    with pytest.raises(OutputError) as foreign:
        plan_outputs([f"{ADDRESS}/r.{suffix}"])
    assert foreign.value.code == "output-foreign"
    (output,) = plan_outputs([f"{ADDRESS}/r.{suffix}"], replace=True)
    assert faulty.files == old
    faulty.wrong = set(wrong)
    with pytest.raises(OSError) as caught, output.replacing() as path:
        if suffix == "csv":
            path.mkdir()
            (path / "reports.csv").write_bytes(b"new" * 100)
            (path / "files.csv").write_bytes(b"new" * 100)
        else:
            path.write_bytes(b"new" * 100)
    assert str(caught.value).startswith("ftp://host/archive/r") and "CRET" not in repr(caught.value)
    assert faulty.files == old and not own_names(faulty.files)
    assert not [name for name in faulty.folders if ".raingan-" in name]


@pytest.mark.parametrize("wrong", [set(), {"rename"}])
def test_success_replaces_file_and_folder(faulty: type[FaultyStore], wrong: set[str]) -> None:
    faulty.files = {"/archive/r.jsonl": b"old", "/archive/r/reports.csv": b"old", "/archive/x": TEXT}
    faulty.wrong = wrong - {"rename"}
    file, folder = plan_outputs([f"{ADDRESS}/r.jsonl", f"{ADDRESS}/r.csv"], replace=True)
    assert [file.kind, folder.kind] == [OutputKind.JSON_LINES, OutputKind.CSV]
    faulty.wrong = wrong
    with file.replacing() as path:
        path.write_bytes(b"new")
    faulty.wrong = set()
    with folder.replacing() as path:
        path.mkdir()
        (path / "files.csv").write_bytes(b"new")
    assert faulty.files == {"/archive/r.jsonl": b"new", "/archive/r/files.csv": b"new", "/archive/x": TEXT}


def test_no_secret_reaches_an_output_or_what_is_said(
    faulty: type[FaultyStore], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    faulty.files = {"/archive/park.txt": SAMPLE.read_bytes(), "/archive/d/x.txt": TEXT, "/archive/broken.pdf": b"%PDF-"}
    faulty.wrong = {"list /archive/d"}
    outputs = [f"{ADDRESS}/r.xlsx", f"{ADDRESS}/t.csv", str(tmp_path / "l.xlsx"), str(tmp_path / "l.jsonl")]
    command = ["convert", ADDRESS, *(part for name in outputs for part in ("-o", name))]
    assert main([*command, "--lang", "en"]) == Exit.SOME_FAILED
    kept = dict(faulty.files) | {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"/archive/r.xlsx", "/archive/t/files.csv", "l.xlsx", "l.jsonl"} <= set(kept)
    unpacked = list(kept.items())
    for name, data in kept.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(BytesIO(data)) as book:
                unpacked += [(f"{name}/{part}", book.read(part)) for part in book.namelist()]
    unpacked.append(("said", "".join(capfd.readouterr()).encode()))
    assert any(b"ftp://host/archive" in data for _, data in unpacked)
    secret = [b"S%40CRET", b"S@CRET", b"u5er-0f-t3sts", b"CRET@"]
    assert [(name, word) for name, data in unpacked for word in secret if word in data] == []


def test_links_into_a_store_and_out_of_one(tmp_path: Path) -> None:
    link = link_maker(None)
    assert link("s3://bucket/a b/q1#2.pdf") == "s3://bucket/a%20b/q1%232.pdf"
    assert link("sftp://host:22/ก.pdf") == "sftp://host:22/ก.pdf"
    assert link("s3://bucket/a%0d\x01?x") == "s3://bucket/a%250d%01%3Fx"
    assert link(str(tmp_path / "a b.pdf")) == (tmp_path / "a b.pdf").as_uri()
    assert link_maker(tmp_path)("s3://bucket/a.pdf") == "s3://bucket/a.pdf"
    assert page_suffix("q1.pdf", "s3://bucket/q1.pdf", "pdf", 3) == ""
