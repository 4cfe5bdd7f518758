"""The folders are the architecture: who may import whom, what starts light, and where Thai words live."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from extract.sections.kinds import VALUE_KINDS

ROOT = Path(__file__).parent.parent
PACKAGES = ("raingan", "extract", "normalize", "export")
STAGES = PACKAGES[1:]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# What a stage may know of the application: records, the table of their fields, errors, for extract by what our
# own outputs are known, and for export their JSON shape and the tables of words.
RECORDS = {"raingan.model.records", "raingan.model.report_fields"}
ALLOWED = {
    "extract": RECORDS | {"raingan.model.errors", "raingan.model.marks"},
    "normalize": RECORDS | {"raingan.model.questions"},
    "export": RECORDS
    | {
        "raingan.model.questions",
        "raingan.model.json_record",
        "raingan.model.made_functions",
        "raingan.model.words",
        "raingan.model.stages",
    },
}
# Which rooms of extract/ a room may ask; the ground asks nobody.
ROOMS = {
    "thai": set(),
    "page": {"thai"},
    "intake": set(),
    "reading": {"thai", "page", "intake"},
    "sections": {"thai"},
}
HEAVY = (
    "pandas",
    "numpy",
    "openpyxl",
    "pdfplumber",
    "pypdfium2",
    "pythainlp",
    "PIL",
    "lxml",
    "cv2",
    "onnxruntime",
    "fsspec",
    "distributed",
    "flask",
    "jinja2",
    "waitress",
)
FOR_PICTURES = ("cv2", "onnxruntime", "tesserocr")
LINES_AT_MOST = 500
THAI = re.compile("[\u0e01-\u0e5b]")
CARRIES_A_CODE = {"Flag", "Problem", "InputError"}
ERRORS = {"FormError", "OutputError", "Refused", "DossierError", "LedgerError", "PageError"}
CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
NO_CODES = {"utf-8", "named-code"}  # strings of that form in modules that pick codes


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    """Yield every imported module, those inside functions and type-checking blocks too."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            # `from raingan.model import records` names a module too.
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "raingan.model" else (module,)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_stage_imports_the_records_and_itself(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    if package == "raingan":
        return
    ours = {module for module in imports_of(path) if module.split(".")[0] in PACKAGES}
    assert {module for module in ours if module.split(".")[0] != package} <= ALLOWED[package]


@pytest.mark.parametrize("path", sorted((ROOT / "extract").rglob("*.py")), ids=name_of)
def test_a_room_of_extract_asks_those_below_it(path: Path) -> None:
    below = path.relative_to(ROOT / "extract").parts
    if len(below) == 1:
        assert below == ("__init__.py",), "every module of extract/ stands in a room"
        return
    asked = {module.split(".")[1] for module in imports_of(path) if module.startswith("extract.")}
    assert asked <= ROOMS[below[0]] | {below[0]}


def test_the_model_imports_no_stage_and_nothing_of_the_application() -> None:
    for path in (ROOT / "raingan" / "model").glob("*.py"):
        ours = {module for module in imports_of(path) if module.split(".")[0] in PACKAGES}
        assert {module for module in ours if not module.startswith("raingan.model")} == set()


@pytest.mark.parametrize(
    "code", ["import raingan.cli", "import raingan", "from raingan.cli import main; main(['--help'])"]
)
def test_the_command_line_starts_light(code: str) -> None:
    """Help answers at once: no clock is asked, only what was imported."""
    tail = f"\nfinally:\n    import sys; print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))"
    script = f"try:\n    {code}\nexcept SystemExit:\n    pass{tail}"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.stdout.splitlines()[-1] == "HEAVY []", run.stderr


@pytest.mark.parametrize("name", ["park.txt", "library.html", "canal.pdf", "training.docx"])
def test_text_loads_nothing_that_reads_pictures(name: str, tmp_path: Path) -> None:
    arguments = ["convert", str(ROOT / "samples" / name), "-o", str(tmp_path / "out.jsonl")]
    script = f"import sys; from raingan.cli import main; main({arguments!r})\n"
    script += f"print('LOADED', sorted(set({FOR_PICTURES!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.stdout.splitlines()[-1] == "LOADED []", run.stderr


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_thai_words_are_data(path: Path) -> None:
    """Code knows no Thai: words stand in data files, each with its source. Docstrings may show examples."""
    tree = tree_of(path)
    # A string alone on a line explains the name above it; it is a docstring too.
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    source = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{name_of(path)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        # An escape such as "\u0e33" names a character of the script, not a word: look at the source.
        if THAI.search(node.value) and THAI.search("\n".join(source[node.lineno - 1 : node.end_lineno]))
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "extract").rglob("*.py")), ids=name_of)
def test_the_kind_of_a_value_is_asked_for_its_traits(path: Path) -> None:
    """What a kind means stands in its entry in kinds.py; a name compared elsewhere is a second place."""
    names = set(VALUE_KINDS)
    compared = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr in ("kind", "name")
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and part.value in names
    ]
    assert compared == []


def first_arguments(path: Path, names: set[str]) -> Iterator[ast.expr]:
    """Yield what comes first in every call of these names, both halves of a choice."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                first = node.args[0]
                yield from (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)


def literals(path: Path, names: set[str]) -> Iterator[str]:
    for first in first_arguments(path, names):
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def codes_picked(path: Path) -> Iterator[str]:
    """Yield what looks like a code in a module that makes a flag, a problem or an error with one it picked before.

    Codes stand there in a function that chooses one, or in quotes in a query.
    """
    if all(isinstance(first, ast.Constant) for first in first_arguments(path, CARRIES_A_CODE)):
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            quoted = re.findall(f"'({CODE.pattern})'", node.value)
            found = [node.value] if CODE.fullmatch(node.value) else quoted
            yield from (code for code in found if code not in NO_CODES)


def keys_of(*names: str) -> set[str]:
    return {
        key
        for name in names
        for key in tomllib.loads((ROOT / "raingan" / "model" / f"{name}.toml").read_text(encoding="utf-8"))
    }


def test_every_code_has_its_sentence() -> None:
    used = {
        (code, name_of(path)) for path in MODULES for code in literals(path, CARRIES_A_CODE) if path.name != "apply.py"
    }
    picked = {(code, name_of(path)) for path in MODULES for code in codes_picked(path)}
    # Of measures, which hands its code back, and of the queries of across.
    assert {"value-ambiguous", "value-doubtful", "prose-repeated", "reported-again"} <= {code for code, _ in picked}
    assert used, "the walk found no code at all"
    assert {entry for entry in used if entry[0] not in keys_of("messages")} == set()
    assert {entry for entry in picked if entry[0] not in keys_of("messages", "talk", "form_errors")} == set()


def test_every_error_has_its_sentence() -> None:
    used = {(code, name_of(path)) for path in MODULES for code in literals(path, ERRORS)}
    assert len(used) > 50
    assert {entry for entry in used if entry[0] not in keys_of("talk", "form_errors")} == set()


def test_every_error_that_is_foreseen_stands_in_the_tree() -> None:
    """What is raised from one stage or room to another has a code; private ones end where they began."""
    apart = {"TooLarge", "TooManyPixels"}  # a reader tells itself, never anybody else
    roots = {
        (node.name, name_of(path))
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and "Exception" in {getattr(base, "id", "") for base in node.bases}
        if not node.name.startswith("_") and node.name not in apart
    }
    assert roots == {("RainganError", "raingan/model/errors.py")}


def test_every_sentence_is_said() -> None:
    """Each code stands in the code that says it, between quotes."""
    known = tomllib.loads((ROOT / "raingan" / "model" / "messages.toml").read_text(encoding="utf-8"))
    constants = {
        word
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in re.findall(r"[\w-]+", node.value)  # in a query it stands among other words
    }
    assert [code for code in known if code not in constants] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


def test_every_top_level_package_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def test_the_locked_packages_come_from_the_public_index() -> None:
    """A lock file made behind a mirror would name it, and fail everywhere else."""
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    for name in ("requirements.txt", "requirements-dev.txt"):
        required = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in required and "--index" not in required and "--find-links" not in required
