"""What holds for every test: nothing is left behind in the project's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What the tools of the checks keep for their next run, and people beside them.
KEPT = {".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__", "out"}
_BEFORE = pytest.StashKey[set[Path]]()


def files() -> set[Path]:
    """Return the files of the project's folder, without what tools keep there."""
    found: set[Path] = set()
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.name not in KEPT:
                folders.append(path) if path.is_dir() and not path.is_symlink() else found.add(path)
    return found


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # the process that starts the workers looks, once for all
        session.config.stash[_BEFORE] = files()


def pytest_sessionfinish(session: pytest.Session) -> None:
    before = session.config.stash.get(_BEFORE, None)
    if before is not None and (left := files() - before):
        print("\nLeft behind by tests:", *sorted(path.relative_to(ROOT).as_posix() for path in left), sep="\n  ")
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
