"""Nothing of the user's is overwritten: what is no output of ours is refused before any work, with what to type."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from raingan.cli import Exit, main
from raingan.convert import convert
from raingan.model.errors import OutputError
from raingan.outputs import plan_outputs
from raingan.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = ("xlsx", "jsonl", "csv")
Run = Callable[..., tuple[int, str]]


def everything(folder: Path) -> dict[str, object]:
    """Whatever lies below a folder: kinds, modes and contents."""
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mode,
            str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None,
        )
        for path in folder.rglob("*")
    }


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    shutil.copy(SAMPLES / "park.txt", tmp_path / "in")

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        workers = ("--workers", "0") if arguments[0] == "convert" else ()
        code = main([*arguments, *workers, "--lang", "en"])
        return code, capsys.readouterr().err

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One output of each kind, and their ledger."""
    folder = tmp_path_factory.mktemp("made")
    outputs = [word for kind in KINDS for word in ("-o", str(folder / f"r.{kind}"))]
    assert main(["convert", str(SAMPLES / "park.txt"), *outputs, "--workers", "0", "--lang", "en"]) == Exit.OK
    return folder


@pytest.fixture
def outputs(run: Run, made: Path, tmp_path: Path) -> Path:
    """A folder with a copy of those."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def refused(run: Run, folder: Path, *arguments: str) -> str:
    """Run, see that nothing has changed, and return what was told."""
    before = everything(folder)
    code, told = run(*arguments)
    assert code == Exit.WRONG_USE, told
    assert everything(folder) == before
    return told


FOREIGN = {
    "text": b"my own notes",
    "lines": b'{"file": "x", "amount": 5}\n',
    "zip": b"PK\3\4" + bytes(400),
    "directory cut off": b"PK\5\6" + bytes(9),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_not_ours_is_refused(kind: str, what: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / (f"mine.{kind}" if kind != "csv" else "mine/reports.csv")
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(FOREIGN[what])
    told = refused(run, tmp_path, "convert", "in", "-o", f"mine.{kind}")
    assert "--replace" in told and "another name" in told


def test_who_means_it_may(run: Run, tmp_path: Path) -> None:
    targets = [tmp_path / name for name in ("mine.xlsx", "mine.jsonl", "mine/reports.csv")]
    (tmp_path / "mine").mkdir()
    for target in targets:
        target.write_bytes(b"my own notes")
    assert run("convert", "in", *(word for kind in KINDS for word in ("-o", f"mine.{kind}")), "--replace")[0] == Exit.OK
    assert all(target.stat().st_size > 100 for target in targets)


def test_a_folder_with_anything_else_is_refused_even_then(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "holiday.jpg").write_bytes(b"precious")
    for more in ((), ("--replace",)):
        refused(run, tmp_path, "convert", "in", "-o", "mine.csv", *more)


def test_a_folder_that_is_named_like_a_table_is_no_table(run: Run, outputs: Path) -> None:
    """Nor is a folder a table that holds nothing, as far as anybody can tell."""
    (outputs / "r" / "reports.csv").unlink()
    (outputs / "r" / "reports.csv").mkdir()
    refused(run, outputs, "convert", "in", "-o", "r.csv")
    (outputs / "r" / "reports.csv" / "mine.txt").write_bytes(b"precious")
    for more in ((), ("--replace",)):
        refused(run, outputs, "convert", "in", "-o", "r.csv", *more)


@pytest.mark.parametrize("how", ["", "applied", "replaced", "no ledger"])
def test_what_was_typed_into_a_workbook_is_not_lost(how: str, run: Run, outputs: Path) -> None:
    shutil.copy(SAMPLES / "stalls.html", outputs / "in")
    assert run("convert", "in", "-o", "r.xlsx")[0] == Exit.OK
    book = openpyxl.load_workbook(outputs / "r.xlsx")
    book.save(outputs / "r.xlsx")
    assert run("convert", "in", "-o", "r.xlsx")[0] == Exit.OK  # saved, and nothing typed
    book["To review"]["J2"] = "ask the district"
    book.save(outputs / "r.xlsx")
    if how == "no ledger":
        (outputs / "r.raingan").unlink()
    elif how == "applied":
        assert run("apply", "r.xlsx", "r.raingan")[0] == Exit.OK
    elif not how:
        assert "raingan apply r.xlsx r.raingan" in refused(run, outputs, "review", "r.raingan", "--export", "r.xlsx")
    more = ("--replace",) if how == "replaced" else ()
    if how in ("", "no ledger"):
        assert "1 rows" in refused(run, outputs, "convert", "in", "-o", "r.xlsx", *more)
    else:
        assert run("convert", "in", "-o", "r.xlsx", *more)[0] == Exit.OK


@pytest.mark.parametrize("name", ["r.xlsx", "r.jsonl", "r/reports.csv", "r/holiday.jpg"])
def test_what_comes_to_stand_there_while_files_are_read(name: str, run: Run, tmp_path: Path) -> None:
    output = plan_outputs([name.replace("/", ".csv/").partition("/")[0]])

    def watch(*_: object) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"precious")

    with pytest.raises(OutputError):
        convert(["in"], output, Settings(workers=0), watch, tmp_path / "r.raingan")
    assert (tmp_path / name).read_bytes() == b"precious"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_ours_is_replaced_whatever_ledger_it_is_of(kind: str, run: Run, outputs: Path) -> None:
    (outputs / "r.raingan").unlink()
    assert run("convert", "in", "-o", f"r.{kind}")[0] == Exit.OK
    assert run("review", "r.raingan", "--export", f"r.{kind}")[0] == Exit.OK


def test_a_workbook_that_a_spreadsheet_has_saved_is_still_ours(run: Run, outputs: Path) -> None:
    """It names itself, and leaves who made the workbook; parts stand in another order."""
    with zipfile.ZipFile(outputs / "r.xlsx") as book:
        parts = {name: book.read(name) for name in reversed(book.namelist())}
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"Raingan", b"Microsoft Excel")
    for is_ours in (True, False):
        with zipfile.ZipFile(outputs / "r.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
            for name, data in parts.items():
                book.writestr(name, data)
        if is_ours:
            assert run("convert", "in", "-o", "r.xlsx")[0] == Exit.OK
        else:
            refused(run, outputs, "convert", "in", "-o", "r.xlsx")
        parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b">Raingan ", b">Somchai ")


def test_an_empty_file_is_no_loss(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for name in ("mine.xlsx", "mine.jsonl", "mine/reports.csv"):
        (tmp_path / name).write_bytes(b"")
    assert run("convert", "in", *(word for kind in KINDS for word in ("-o", f"mine.{kind}")))[0] == Exit.OK


@pytest.mark.parametrize("name", ["r.xlsx", "r.jsonl", "r/flags.csv", "r"])
def test_what_is_write_protected_is_refused(name: str, run: Run, outputs: Path) -> None:
    (outputs / name).chmod(0o555 if name == "r" else 0o444)
    (outputs / "in" / "b.txt").write_bytes(b"more")
    kind = "csv" if name.startswith("r/") or name == "r" else name.partition(".")[2]
    assert "write-protected" in refused(run, outputs, "convert", "in", "-o", f"r.{kind}")
    if name != "r":  # who is not root cannot empty a folder that is
        assert run("convert", "in", "-o", f"r.{kind}", "--replace")[0] == Exit.OK


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("report.xlsx", "report.xlsx"),
        ("./in/../report.xlsx", "report.xlsx"),
        ("report.raingan", "report.xlsx"),
        ("t/reports.csv", "t.csv"),
        ("to-folder/report.xlsx", "report.xlsx"),
    ],
)
def test_an_input_that_would_be_written_is_refused_even_with_replace(
    path: str, output: str, run: Run, tmp_path: Path
) -> None:
    shutil.copy(SAMPLES / "park.txt", tmp_path / "report.xlsx")
    shutil.copy(SAMPLES / "park.txt", tmp_path / "report.raingan")
    (tmp_path / "to-folder").symlink_to(tmp_path)
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "reports.csv").write_bytes(b"")
    refused(run, tmp_path, "convert", path, "-o", output)
    told = refused(run, tmp_path, "convert", path, "-o", output, "--replace")
    assert path in told and "would be read and written" in told and "another name" in told


def test_a_report_among_the_inputs_that_has_the_output_s_name(run: Run, tmp_path: Path) -> None:
    """Kinds are told by content: a report may be called so."""
    shutil.copy(SAMPLES / "canal.pdf", tmp_path / "in" / "report.xlsx")
    refused(run, tmp_path, "convert", "in", "-o", "in/report.xlsx")


def test_an_output_given_twice_by_two_names(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert "twice" in refused(run, tmp_path, "convert", "in", "-o", "in/r.jsonl", "-o", "link/r.jsonl")


# --- a ledger of other inputs


def archive(folder: Path, *names: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"no report {name}".encode())


def test_inputs_of_another_archive_are_refused(run: Run, tmp_path: Path) -> None:
    archive(tmp_path / "a", "1.txt", "2.txt", "3.txt", "x/4.txt")
    archive(tmp_path / "b", "5.txt")
    assert run("convert", "a", "-o", "r.xlsx", "--replace")[0] in (Exit.OK, Exit.WRONG_USE)
    told = refused(run, tmp_path, "convert", "b", "-o", "r.xlsx")
    assert "4 of 4" in told and "1.txt" in told and "-o r-2.xlsx" in told and "--replace" in told
    run("convert", "b", "-o", "r.xlsx", "--replace")
    assert "1 of 1" in refused(run, tmp_path, "convert", "a", "-o", "r.xlsx")


@pytest.mark.parametrize(("left", "is_refused"), [(2, False), (1, True)])
def test_half_of_them_may_be_gone(left: int, is_refused: bool, run: Run, tmp_path: Path) -> None:
    """Members count with their archive, hidden files as they are listed."""
    names = ["1.txt", ".hidden/2.txt", "3.txt", "4.txt"]
    archive(tmp_path / "a", *names)
    (tmp_path / "other.txt").write_bytes(b"other")
    run("convert", "a", "-o", "r.jsonl")
    archive(tmp_path / "a", *names[:left], "new.txt", "newer.txt", "newest.txt")
    if is_refused:
        refused(run, tmp_path, "convert", "a", "-o", "r.jsonl")
    else:
        assert run("convert", "a", "-o", "r.jsonl")[1].count("gone since") == 2


def test_members_are_there_with_their_archive(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with zipfile.ZipFile(tmp_path / "a" / "z.zip", "w") as packed:
        for name in ("1.txt", "2.txt", "3.txt"):
            packed.writestr(name, f"no report {name}")
    run("convert", "a", "-o", "r.jsonl")
    assert "another name" not in run("convert", "a", "-o", "r.jsonl")[1]
    (tmp_path / "a" / "z.zip").rename(tmp_path / "a" / "y.zip")
    assert "4 of 4" in refused(run, tmp_path, "convert", "a", "-o", "r.jsonl")


def test_the_same_holds_from_python(tmp_path: Path) -> None:
    archive(tmp_path / "a", "1.txt")
    archive(tmp_path / "b", "2.txt")
    outputs = plan_outputs([str(tmp_path / "r.jsonl")])
    ledger = tmp_path / "r.raingan"
    convert([str(tmp_path / "a")], outputs, Settings(workers=0), ledger=ledger)
    with pytest.raises(OutputError) as caught:
        convert([str(tmp_path / "b")], outputs, Settings(workers=0), ledger=ledger)
    assert caught.value.code == "output-other-inputs"
    convert([str(tmp_path / "b")], outputs, Settings(workers=0, replace=True), ledger=ledger)


def test_a_page_for_auditors_replaces_only_its_own_kind(run: Run, outputs: Path) -> None:
    page = outputs / "page.html"
    for _ in range(2):
        assert run("evidence", "r.raingan", "park.txt", "-o", "page.html")[0] == Exit.OK
    page.write_text("<html>mine</html>")
    assert "--replace" in refused(run, outputs, "evidence", "r.raingan", "park.txt", "-o", "page.html")
