"""How the program is started: from any folder, whatever lies there, and without what only some need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import raingan

ROOT = Path(__file__).parents[2]


def started(folder: Path, *flags: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"} | ({} if path is None else {"PYTHONPATH": str(path)})
    command = [sys.executable, *flags, "-m", "raingan", "forms", "--lang", "en"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("name", ["extract", "normalize", "export", "regex", "tomllib", "pathlib", "typing"])
def test_modules_of_the_folder_where_it_is_started_do_not_run(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n", encoding="utf-8")
    run = started(tmp_path, path=ROOT)
    assert run.returncode == 0 and "bma-indicator" in run.stdout, run.stderr
    assert not (tmp_path / "ran").exists()


def test_a_checkout_runs_from_its_own_folder(tmp_path: Path) -> None:
    """Without any package installed its help is there: the folder itself is where ours lie."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-B", "-S", "-m", "raingan", "--help"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0 and "convert" in run.stdout, run.stderr


def test_tables_without_pandas_are_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raingan, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install pandas"):
        raingan.read("no such folder")
