"""Which build ran, as outputs tell it: from the package, or from what git has written down."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import raingan
from raingan import version
from raingan.cli import main

ROOT = Path(raingan.__file__).parents[1]
COMMIT = "7ebd7bd9f528911d891bd642f01c8bc6d4364d40"
OTHER = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Give a package without a build or a checkout."""
    folder = tmp_path / "project" / "raingan"
    folder.mkdir(parents=True)
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"{COMMIT}\n", "(build 7ebd7bd9f528)"),
        (f"{COMMIT}+changed", "(build 7ebd7bd9f528+changed)"),  # built from a tree that no commit describes
    ],
)
def test_a_build_names_its_commit_wherever_it_lies(package: Path, told: str, shown: str) -> None:
    write(package / "build.txt", told)
    write(package.parent / ".git" / "HEAD", OTHER)
    assert version.name_of(package) == f"{version.VERSION} {shown}"


@pytest.mark.parametrize("files", [{"HEAD": COMMIT}, {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": COMMIT}])
def test_a_checkout_says_that_it_is_one(package: Path, files: dict[str, str]) -> None:
    write(package / "build.txt", "$Format:%H$\n")
    for file, text in files.items():
        write(package.parent / ".git" / file, text)
    assert version.name_of(package) == f"{version.VERSION} (checkout of 7ebd7bd9f528)"


def test_a_branch_is_found_among_the_packed_ones(package: Path) -> None:
    write(package.parent / ".git" / "HEAD", "ref: refs/heads/main")
    lines = ("# pack-refs with: peeled", f"{OTHER} refs/heads/main-2", f"{COMMIT} refs/heads/main", f"^{OTHER}")
    write(package.parent / ".git" / "packed-refs", "\n".join(lines))
    assert version.name_of(package) == f"{version.VERSION} (checkout of 7ebd7bd9f528)"


def test_a_worktree_knows_its_commit(package: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    write(package.parent / ".git", f"gitdir: {kept / 'worktrees' / 'one'}\n")
    write(kept / "worktrees" / "one" / "HEAD", "ref: refs/heads/one\n")
    write(kept / "worktrees" / "one" / "commondir", "../..\n")
    write(kept / "refs" / "heads" / "one", COMMIT)
    assert version.name_of(package) == f"{version.VERSION} (checkout of 7ebd7bd9f528)"


@pytest.mark.parametrize("files", [{}, {"HEAD": "ref: refs/heads/main"}, {"packed-refs": f"{COMMIT} refs/heads/main"}])
def test_what_nothing_tells_is_not_made_up(package: Path, files: dict[str, str]) -> None:
    for file, text in files.items():
        write(package.parent / ".git" / file, text)
    assert version.name_of(package) == version.VERSION


def test_the_command_line_names_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"raingan {version.program_name()}\n"


def test_a_wheel_knows_its_version_and_commit_and_shows_its_types(tmp_path: Path) -> None:
    """The build hook lays the commit of the checkout in; all four packages tell type checkers to look."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    (wheel,) = tmp_path.glob(f"raingan-{version.VERSION}-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        told = archive.read("raingan/build.txt").decode()
    assert {f"{package}/py.typed" for package in ("raingan", "extract", "normalize", "export")} <= set(names)
    assert len(names) == len(set(names))
    commit = version.checked_out(ROOT / ".git")
    if commit is not None:  # a source archive tells what it was made from, see hatch_build.py
        assert told.startswith(commit)
