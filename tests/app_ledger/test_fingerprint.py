"""What decides results, and which stage has to be done again when it changes."""

from __future__ import annotations

import ast
import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

import raingan.cluster.worker
import raingan.fingerprint
from raingan.fingerprint import STAGES, Fingerprints, Stage, files_of, fingerprints_of, program_fingerprint
from raingan.model.records import Limits, OcrEngine
from raingan.settings import Settings
from tests.app_ledger.making import ROOT

FORM = ("form.toml", "a")
STARTS = {
    "reading": "extract/reading/document.py",
    "sections": "extract/sections/find.py",
    "values": "normalize/report.py",
    "across": "normalize/across.py",
}
# Records have no rules of their own for what is read: the shape of what is kept stands in the fingerprint.
RECORDS = {f"raingan/model/{name}" for name in ("records.py", "limits.py", "kinds.py", "report_fields.py")}
# How something is said decides no result.
WORDS = {f"raingan/model/{name}.py" for name in ("__init__", "errors", "messages", "words")}


def names_of(stage: str) -> set[str]:
    return {name for name, _ in files_of(STAGES[stage])}


def differing(one: Fingerprints, other: Fingerprints) -> set[str]:
    return {
        field.name
        for field in dataclasses.fields(Fingerprints)
        if getattr(one, field.name) != getattr(other, field.name)
    }


@pytest.mark.parametrize(
    ("settings", "forms", "anew"),
    [
        (Settings(language="en", workers=3, keep_pages=False), [], set()),
        (Settings(ocr=OcrEngine.OFF), [], {"reading", "sections", "values", "across"}),
        (Settings(limits=Limits(pages=7)), [], {"reading", "sections", "values", "across"}),
        (Settings(), [FORM], {"sections", "values", "across"}),
    ],
)
def test_a_setting_changes_its_stage_and_those_after_it(
    settings: Settings, forms: list[tuple[str, str]], anew: set[str]
) -> None:
    assert differing(fingerprints_of(Settings()), fingerprints_of(settings, forms)) == anew


def test_forms_count_by_what_they_say_and_in_which_order() -> None:
    usual = fingerprints_of(Settings(), [FORM, ("b.toml", "b")])
    assert usual == fingerprints_of(Settings(), [("moved.toml", "a"), ("b.toml", "b")])
    others = ([("b.toml", "b"), FORM], [FORM, ("b.toml", "c")], [FORM])
    assert len({usual.sections, *(fingerprints_of(Settings(), forms).sections for forms in others)}) == 4


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("extract/reading/scan/model/line.onnx", {"reading"}),
        ("extract/reading/pdf/common_words.toml", {"reading"}),
        ("extract/thai/letters.py", {"reading", "sections"}),
        ("extract/sections/joins.toml", {"sections"}),
        ("extract/sections/forms/bma-web.toml", {"sections"}),
        ("extract/thai/folding.py", {"sections"}),
        ("normalize/checks.py", {"values"}),
        ("normalize/data/units.toml", {"values"}),
        ("raingan/pipeline.py", {"sections", "values"}),
        ("normalize/across.py", {"across"}),
        ("extract/reading/show.py", set()),
        ("extract/intake/stores/walk.py", set()),
        ("raingan/batch.py", set()),
        ("export/workbook.py", set()),
    ],
)
def test_a_file_of_the_program_decides_its_stages(file: str, stages: set[str]) -> None:
    assert (ROOT / file).is_file()
    assert {stage for stage in STAGES if file in names_of(stage)} == stages


def test_a_changed_file_changes_its_stage_alone_and_those_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, program = fingerprints_of(Settings()), program_fingerprint()
    for stage, anew in (("values", {"values", "across"}), ("across", {"across"})):
        more = dataclasses.replace(STAGES[stage], parts=(*STAGES[stage].parts, "export/words.toml"))
        with monkeypatch.context() as patch:
            patch.setitem(raingan.fingerprint.STAGES, stage, more)
            assert differing(usual, fingerprints_of(Settings())) == anew
            assert program_fingerprint() != program


@pytest.mark.parametrize(("library", "anew"), [("tesserocr", True), ("regex", True), ("no library of ours", False)])
def test_another_version_of_a_library_changes_what_it_reads(
    library: str, anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, known = fingerprints_of(Settings()), raingan.fingerprint._version
    monkeypatch.setattr(raingan.fingerprint, "_version", lambda name: "9.9" if name == library else known(name))
    assert ("reading" in differing(usual, fingerprints_of(Settings()))) == anew


def test_every_package_that_we_ask_for_stands_in_the_list() -> None:
    """Or is named here as one that decides no result: msgspec packs what was decided, and gives it back as it was."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = {re.split("[<>=]", name)[0] for name in (*project["dependencies"], *extras["tesseract"])}
    assert needed - {library for stage in STAGES.values() for library in stage.libraries} == {"msgspec"}


def test_a_worker_of_a_cluster_looks_at_the_same_list(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = raingan.cluster.worker.this_edition.__wrapped__
    usual = edition()
    assert usual == edition()
    more = Stage((*STAGES["reading"].parts, "export/words.toml"))
    monkeypatch.setitem(raingan.fingerprint.STAGES, "reading", more)
    assert edition() != usual


# --- the list is whole


def modules_in(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, or names in a text for importing later."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return {module for module in found if module.split(".")[0] in ("extract", "normalize", "raingan")}


def reached_from(start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [ROOT / start]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name in reached or not path.is_file():
            continue
        reached.add(name)
        for module in modules_in(path):
            place = ROOT.joinpath(*module.split("."))
            waiting += [place.with_suffix(".py"), place / "__init__.py"]
    return reached


@pytest.mark.parametrize("stage", STAGES)
def test_all_that_a_stage_imports_stands_in_its_list_and_nothing_that_is_left_out_does(stage: str) -> None:
    reached = reached_from(STARTS[stage])
    assert len(reached) > 3
    # What is found between reports leans on what makes values: its fingerprint holds that of the values.
    listed = names_of(stage) | (names_of("values") if stage == "across" else set())
    left_out = WORDS | (RECORDS if stage == "reading" else set())
    assert reached - left_out <= listed
    without = [ROOT / part for part in STAGES[stage].without]
    assert all(path.exists() for path in without)
    assert not [name for name in reached for path in without if (ROOT / name).is_relative_to(path)]


def test_every_file_of_the_stages_is_looked_at() -> None:
    """A new module counts until somebody says why it does not."""
    seen = set().union(*map(names_of, STAGES))
    left_out = [ROOT / part for stage in STAGES.values() for part in stage.without if "across" not in part]
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for package in ("extract", "normalize")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"
        if not any(path.is_relative_to(part) for part in left_out)
    }
    assert on_disk - seen == {"extract/__init__.py", "extract/py.typed"}
