"""The door for newcomers: what it installs for whom, and how it shows how far it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parent.parent
PIP = """\
Collecting numpy==2.4.6 (from -r requirements.txt (line 3))
  Downloading numpy-2.4.6.whl (16 MB)
Requirement already satisfied: regex==2026.11.15 in ./.venv (from -r requirements.txt (line 9))
Collecting pillow==13.0.0 (from -r requirements.txt (line 7))
Installing collected packages: pillow, numpy
Successfully installed numpy-2.4.6 pillow-13.0.0
"""


def pinned(path: Path) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", path.read_text(encoding="utf-8"), re.MULTILINE))


def names(path: Path) -> set[str]:
    return {line.partition("==")[0] for line in pinned(path)}


def test_who_only_reads_reports_installs_no_tool_of_the_checks() -> None:
    assert pinned(dev.RUN) < pinned(dev.CHECK)
    assert not names(dev.RUN) & {"pandas", "pytest", "mypy", "ruff", "playwright", "hypothesis"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["review"]]
    assert {re.split("[>=<]", name)[0] for name in needed} <= names(dev.RUN)


@pytest.mark.parametrize("path", [dev.RUN, dev.CHECK], ids=lambda path: path.name)
def test_every_package_of_a_list_has_its_hash(path: Path) -> None:
    for entry in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
        assert entry.startswith("#") or "--hash=sha256:" in entry, entry


def test_steps_are_counted_for_people() -> None:
    assert list(dev.steps_of(PIP.splitlines(keepends=True), 5)) == [
        "1 of 5 packages: numpy",
        "2 of 5 packages: regex",
        "3 of 5 packages: pillow",
        "installing what was fetched: half a minute, two on a slow disk",
    ]


def test_what_is_installed_is_known_by_what_it_was_made_from(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("numpy==1.0 ; python_version < '3.12'\nnumpy==2.0\nregex==3\n", encoding="utf-8")
    before = dev.fingerprint(requirements)
    assert dev.packages_of(requirements) == 2 and dev.fingerprint(requirements) == before
    requirements.write_text("numpy==2.1\n", encoding="utf-8")
    assert dev.fingerprint(requirements) != before
