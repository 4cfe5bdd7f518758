"""A backup holds all as it stood, whoever is at work meanwhile; what became of it later is found."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from raingan.backup import SUMS, back_up, check_backup
from raingan.cli import Exit, main
from raingan.convert import convert
from raingan.ledger import View
from raingan.ledger.database import open_to_write
from raingan.outputs import plan_outputs
from raingan.review.decisions import ReportId
from raingan.review.store import Decisions, decisions_beside
from raingan.settings import Settings
from tests.review.made import REPORT, decision


@pytest.fixture
def place(archive: Path, tmp_path: Path) -> Path:
    """A folder with a ledger, two decisions, and outputs; one of three with the same name lies elsewhere."""
    folder = tmp_path / "place"
    shutil.copytree(archive, folder)
    (folder / "more").mkdir()
    outputs = plan_outputs([str(folder / name) for name in ("a.jsonl", "more/a.jsonl", "tables.csv")])
    ledger = folder / "a.raingan"
    convert([str(folder / "in")], outputs, Settings("en", workers=0), ledger=ledger)
    with Decisions.open(decisions_beside(ledger)) as decisions:
        decisions.add(decision("a"), decision("b"))
    return folder


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_of_it_also_while_others_are_at_work(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, copy = place / "a.raingan", place / "copy"
    assert main(["evidence", str(ledger), "1", "-o", str(place / "page.html"), "--lang", "en"]) == Exit.OK
    with (
        closing(open_to_write(ledger, create=False, lasting=True)[0]) as run,
        Decisions.open(decisions_beside(ledger)) as decisions,
    ):
        run.execute("INSERT INTO gone VALUES (1, x'61')")  # lies in the log alone
        run.execute("BEGIN IMMEDIATE")
        run.execute("INSERT INTO gone VALUES (2, x'62')")  # is not kept yet
        rows = decisions.of(REPORT)
        assert main(["backup", str(ledger), str(copy), "--lang", "en"]) == Exit.OK
        run.execute("COMMIT")
    tables = {f"outputs/tables/{path.name}" for path in (place / "tables").iterdir()}
    outputs = {"outputs/a.jsonl", "outputs/a (2).jsonl", "outputs/a (3).jsonl", "outputs/page.html", *tables}
    names = {"a.raingan", "a.raingan-decisions", *outputs}
    assert f"wrote {len(names)} files" in told(capsys)
    assert set(files(copy)) == {*names, SUMS}
    assert {stat.S_IMODE(path.stat().st_mode) for path in copy.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (copy, copy / "outputs")} == {0o700}
    with View.look(copy / "a.raingan") as view, Decisions.open(copy / "a.raingan-decisions") as kept:
        assert view.gone() == ("a",) and kept.of(REPORT) == rows and view.results() is not None
    assert files(copy)["outputs/tables/reports.csv"] == (place / "tables" / "reports.csv").read_bytes()
    assert main(["backup", str(copy), "--check", "--lang", "en"]) == Exit.OK and "all as they were" in told(capsys)
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=copy, check=True)


def test_what_is_not_as_it_was_is_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = place / "copy"
    odd = place / "more" / "new\nline\\.jsonl"
    convert([str(place / "in")], plan_outputs([str(odd)]), Settings("en", workers=0), ledger=place / "a.raingan")
    copy.mkdir()  # one that is empty will do
    count, gone = back_up(place / "a.raingan", copy)
    assert gone == () and check_backup(copy) == (count, ())
    with (copy / "a.raingan-decisions").open("ab") as stream:
        stream.write(b"\n")
    (copy / "outputs" / odd.name).unlink()
    (copy / "new").symlink_to(place)
    assert main(["backup", str(copy), "--check", "--lang", "en"]) == Exit.SOME_FAILED
    said = told(capsys)
    assert (
        "changed: a.raingan-decisions" in said and "gone: outputs/new\nline" in said and "not in the list: new" in said
    )
    assert f"{count} files in its list, 3 not as they were" in said


def test_an_output_that_is_gone_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "more" / "a.jsonl").unlink()
    shutil.rmtree(place / "tables")
    decisions_beside(place / "a.raingan").unlink()
    assert main(["backup", str(place / "a.raingan"), str(place / "copy"), "--lang", "en"]) == Exit.OK
    said = told(capsys)
    assert "more/a.jsonl" in said and str(place / "tables") in said
    assert set(files(place / "copy")) == {"a.raingan", "outputs/a.jsonl", "outputs/a (2).jsonl", SUMS}


def test_what_cannot_be_backed_up_or_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(place)
    ledger = str(place / "a.raingan")
    for arguments in (
        [ledger, str(place / "in")],
        [ledger, ledger],
        [str(place / "none"), "--check"],
        [ledger, "--check"],
    ):
        assert main(["backup", *arguments, "--lang", "en"]) == Exit.WRONG_USE, arguments
    assert main(["backup", ledger, str(place / "no" / "folder"), "--lang", "en"]) == Exit.WRONG_USE
    assert main(["backup", str(place / "none.raingan"), str(place / "copy"), "--lang", "en"]) == Exit.CANNOT_WRITE
    for arguments in ([ledger], [ledger, str(place / "copy"), "--check"]):
        with pytest.raises(SystemExit) as ended:
            main(["backup", *arguments, "--lang", "en"])
        assert ended.value.code == Exit.WRONG_USE
    assert files(place) == before and not (place / "copy").exists()


def test_a_file_of_an_earlier_version_is_backed_up_as_it_would_be_carried_over(place: Path) -> None:
    from tests.review.test_earlier import ROWS, old

    path = decisions_beside(place / "a.raingan")
    path.unlink()
    with old(path, "WAL"):
        back_up(place / "a.raingan", place / "copy")
    with Decisions.open(place / "copy" / path.name) as decisions:
        assert decisions.last() == ROWS


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_what_a_review_writes_is_its_owner_s_and_what_a_run_writes_is_as_usual(place: Path) -> None:
    ledger = str(place / "a.raingan")
    exports = [part for name in ("e.xlsx", "e.jsonl", "e.csv") for part in ("--export", str(place / name))]
    assert main(["review", ledger, *exports]) == Exit.OK
    assert main(["evidence", ledger, "1", "-o", str(place / "page.html")]) == Exit.OK
    table = place / "e" / "reports.csv"
    private = [place / name for name in ("a.raingan", "a.raingan-decisions", "e.xlsx", "e.jsonl", "page.html")]
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (*private, table)} == {
        path.name: "0o600" for path in (*private, table)
    }
    assert (place / "e").stat().st_mode & 0o777 == 0o700
    plain = place / "plain"
    plain.write_bytes(b"")
    assert (place / "a.jsonl").stat().st_mode == plain.stat().st_mode


def test_commands_that_fail_leave_no_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, workbook = place / "a.raingan", place / "memo.xlsx"
    decisions_beside(ledger).unlink()
    workbook.write_bytes(b"no workbook")
    before = files(place)
    unknown = str(ReportId("ab" * 32, 0))
    for arguments in (
        ["evidence", str(ledger), "99", "-o", str(place / "page.html")],
        ["evidence", str(ledger), unknown, "-o", str(place / "page.html")],
        ["evidence", str(ledger), "all", "-o", str(place / "pages")],
        ["apply", str(workbook), str(ledger)],
        ["apply", str(place / "none.xlsx"), str(ledger)],
        ["review", str(ledger), "--port", "70000", "--no-browser"],
        ["review", str(ledger), "--reviewer", " ", "--no-browser", "--four-eyes"],
        ["review", str(place / "a.jsonl"), "--no-browser"],
        ["review", str(place / "none.raingan"), "--export", str(place / "e.xlsx"), "--four-eyes"],
        ["status", str(place / "none.raingan")],
    ):
        assert main([*arguments, "--lang", "en"]) != Exit.OK
        assert files(place) == before, arguments
