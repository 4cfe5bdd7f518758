"""The samples give what stands beside each of them, in every key."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from raingan.convert import reading
from raingan.model.json_record import report_to_json
from raingan.settings import Settings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
EXPECTED = sorted(path.name for path in SAMPLES.glob("*.expected.json"))


@cache
def outcome() -> tuple[dict[str, tuple[str, str | None]], dict[str, list[dict[str, Any]]]]:
    """Read samples/ once: file -> (state, reason), and file -> its records."""
    records: dict[str, list[dict[str, Any]]] = {}
    with reading([str(SAMPLES)], Settings(language="en")) as (run, _, _):
        for report in run.reports():
            records.setdefault(report.file, []).append(report_to_json(report))
        states = {result.file: (str(result.state), result.reason) for result in run.files()}
    return states, records


def expected(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return content


def compared(value: Any, loose: bool) -> Any:
    """Texts without their spaces where print cannot tell them; numbers by value."""
    if isinstance(value, dict):
        return {key: compared(entry, loose) for key, entry in value.items()}
    if isinstance(value, list):
        return [compared(entry, loose) for entry in value]
    if isinstance(value, str) and loose:
        return value.replace(" ", "")
    return float(value) if isinstance(value, int | float) else value


PROSE = 20  # letters from which a text may have a wrong one where its page was read from a picture


def alike(found: Any, wanted: Any) -> bool:
    """Equal, but for single letters of prose; figures in it have to be right."""
    if isinstance(wanted, dict):
        return set(found) == set(wanted) and all(alike(found[key], entry) for key, entry in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if not isinstance(wanted, str) or len(wanted) < PROSE:
        return bool(found == wanted)
    same_figures = re.findall(r"[0-9]+", found) == re.findall(r"[0-9]+", wanted)
    return same_figures and SequenceMatcher(None, found, wanted, autojunk=False).ratio() > 0.97


def only(value: Any, shape: Any) -> Any:
    """Return the part of a record that the expectation speaks of."""
    if isinstance(shape, dict) and isinstance(value, dict):
        return {key: only(value.get(key), entry) for key, entry in shape.items()}
    if isinstance(shape, list) and isinstance(value, list) and len(shape) == len(value):
        return [only(entry, part) for entry, part in zip(value, shape, strict=True)]
    return value


def test_every_sample_has_its_expectation() -> None:
    inputs = [path for path in SAMPLES.iterdir() if path.is_file() and path.name != "README.md"]
    samples = {path.name.split(".")[0] for path in inputs if not path.name.endswith(".expected.json")}
    assert samples == {name.split(".")[0] for name in EXPECTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_ends_in_its_state(name: str) -> None:
    states, _ = outcome()
    for file in expected(name)["files"]:
        assert states[file["file"]] == (file["state"], file["reason"])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_gives_its_records(name: str) -> None:
    content = expected(name)
    _, records = outcome()
    loose = content.get("spaces") == "may differ"
    found = [record for file in content["files"] for record in records.get(file["file"], [])]
    assert len(found) == len(content["reports"])
    for record, wanted in zip(found, content["reports"], strict=True):
        for key, value in wanted.items():
            given, meant = compared(only(record[key], value), loose), compared(value, loose)
            assert given == meant or (content.get("letters") == "nearly" and alike(given, meant)), key


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_carries_its_flags(name: str) -> None:
    content = expected(name)
    _, records = outcome()
    codes = {
        flag["code"] for file in content["files"] for item in records.get(file["file"], []) for flag in item["flags"]
    }
    assert set(content.get("flags", [])) <= codes


def test_the_samples_are_what_their_source_says(tmp_path: Path) -> None:
    """Every sample but the PDFs comes out of samples/make byte for byte; so does every expectation."""
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import make; target = pathlib.Path(sys.argv[2])\n"
        "for name, content in {**make.plain_samples(), **make.expectations()}.items():\n"
        "    (target / name).write_bytes(content)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(SAMPLES / "make"), str(tmp_path)], check=True)
    made = sorted(tmp_path.iterdir())
    assert made
    assert [path.name for path in made if path.read_bytes() != (SAMPLES / path.name).read_bytes()] == []
