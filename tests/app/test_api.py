"""What other programs may rely on: the names of `raingan.__all__`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import raingan
from raingan.version import VERSION

ROOT = Path(raingan.__file__).parents[1]


@pytest.mark.parametrize("name", raingan.__all__)
def test_a_public_name_is_there_and_explained(name: str) -> None:
    value = getattr(raingan, name)
    assert name in dir(raingan)
    assert name == "__version__" or value.__doc__
    told = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert re.search(rf"`(?:raingan\.)?{name}\b", told)


def test_a_name_that_is_not_public_is_none() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Path'"):
        _ = raingan.Path  # type: ignore[attr-defined]


def test_the_version_is_the_program_s() -> None:
    assert raingan.__version__ == VERSION


def test_the_names_are_fetched_when_they_are_asked_for() -> None:
    script = (
        "import sys, raingan; print(sorted(name for name in sys.modules if name.startswith(('raingan', 'extract'))))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.stdout.split() == ["['raingan',", "'raingan.version']"]


def test_pictures_is_ocr_by_its_old_name() -> None:
    memo = ROOT / "samples" / "memo.txt"
    with pytest.warns(DeprecationWarning, match="`ocr`") as warned:
        assert list(raingan.records_of(memo, pictures="off")) == []
    assert [Path(warning.filename) for warning in warned] == [Path(__file__)]  # the caller's line, not ours
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError, match="guess"):
        list(raingan.records_of(memo, pictures="guess"))


def test_errors_are_caught_by_their_public_names(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("id = 5", encoding="utf-8")
    with pytest.raises(raingan.InputError):
        raingan.read(tmp_path / "nowhere")
    with pytest.raises(raingan.FormError, match=r"bad\.toml"):
        list(raingan.records_of(ROOT / "samples" / "memo.txt", forms=[bad]))
