"""Which version this is, and which build of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

VERSION = "0.2.0"
"""Said here alone: pyproject.toml reads it, so that a checkout knows it too."""

_BUILD = "build.txt"  # of the package; git fills it in the archives it makes, hatch_build.py in wheels
_SHORT = 12  # digits of a commit; as many as name one for good in far larger projects
_UNFILLED = "$Format"


def program_version() -> str:
    """Return the version: it says what changed, not which commit this is."""
    return VERSION


@cache
def program_name() -> str:
    """Return version and commit, as outputs tell them: "0.2.0 (build 7ebd7bd1c2d3)".

    No program is started and no code hashed: `build.txt`, or in a checkout what git has written down, is read once.
    """
    return name_of(Path(__file__).resolve().parent)


def name_of(package: Path) -> str:
    """Return version and commit of the package in this folder."""
    commit = _built_from(package)
    if commit is not None:
        return f"{VERSION} (build {commit})"
    commit = checked_out(package.parent / ".git")
    return VERSION if commit is None else f"{VERSION} (checkout of {commit})"


def _built_from(package: Path) -> str | None:
    """Return the commit of a build, "+changed" behind it where files differed; None for a checkout."""
    told = _read(package / _BUILD)
    if not told or told.startswith(_UNFILLED):
        return None
    commit, plus, changed = told.partition("+")
    return f"{commit[:_SHORT]}{plus}{changed}"


def checked_out(git: Path) -> str | None:
    """Return the commit that is checked out. Files changed since show only in git: a checkout names no build."""
    link = _read(git) if git.is_file() else None  # of a worktree: "gitdir: where it is kept"
    if link is not None:
        git = git.parent / link.removeprefix("gitdir: ")
    head = _read(git / "HEAD")
    if head is None or not head.startswith("ref: "):
        return head and head[:_SHORT]
    name = head.removeprefix("ref: ")
    shared = git / (_read(git / "commondir") or ".")
    commit = _read(git / name) or _read(shared / name) or _packed(shared / "packed-refs", name)
    return commit and commit[:_SHORT]


def _packed(path: Path, name: str) -> str | None:
    """Return the commit of a branch that git has moved into its one file of branches."""
    lines = (line.split() for line in (_read(path) or "").splitlines())
    return next((words[0] for words in lines if words[1:] == [name]), None)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
