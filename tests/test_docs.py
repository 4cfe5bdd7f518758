"""What the documents say is what the program does: every command that they print is run, or it says here why not."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from raingan.cli import Exit, build_parser, main
from raingan.model.records import State
from raingan.model.words import terms
from raingan.version import VERSION

ROOT = Path(__file__).parent.parent
PLACES = ("*.md", *(f"{folder}/**/*.md" for folder in ("docs", "samples", "tests", "training")))
PACKAGES = ("raingan", "extract", "normalize", "export")
DOCUMENTS = sorted(path for place in (*PLACES, *(f"{name}/**/*.md" for name in PACKAGES)) for path in ROOT.glob(place))
README, README_TH = ROOT / "README.md", ROOT / "README.th.md"
THAI = [path for path in DOCUMENTS if path == README_TH or path.parent == ROOT / "docs" / "th"]
ENGLISH = [README, *(path for path in DOCUMENTS if path not in (README, *THAI))]  # a user begins with the README
TWINS = [(ROOT / "docs" / path.name, path) for path in THAI if path != README_TH] + [(README, README_TH)]

LANGUAGES = {"sh", "bat", "python", "toml", "text"}
"""Of fenced blocks. `text` is nothing to type; `bat` is for Windows, and only looked at."""

NOT_RUN = {
    r"python3 dev\.py samples": "makes an environment; test_the_two_commands_of_the_readme looks at it",
    r"python3 dev\.py (wheelhouse|sbom).*": "fetches packages; tests/test_ship.py looks at what it makes of them",
    r"python3 dev\.py check": "is what runs these tests",
    r"python3 -m venv .*|\. raingan-env/bin/activate": "makes an environment; what follows in the documents needs none",
    r"(python3 -m )?pip (install|download|wheel) .*|uv (lock|export) .*|uv lock": "fetches packages",
    r"sudo apt install .*": "changes the system",
    r"raingan review \S+\.raingan": "waits for a person in a browser; tests/review_browser has one",
    r"raingan convert s3://.*": "needs a store; tests/remote has one",
    r"raingan convert \S+ .*--cluster \S+": "needs other computers; tests/cluster has workers",
    r"(dask|openssl|export DASK_).*": "starts them, and makes their key",
    r"raingan convert .*--ocr tesseract": "needs Tesseract and its Thai data",
    r"(PYTHONPATH=\. )?python tests/bench/.*": "measures; takes minutes, and other programs beside",
    r"python -m training\..*": "trains; takes hours",
    r"uv run .*python samples/make/make\.py.*": "writes into samples/; tests/test_samples.py makes them beside",
}
"""Commands (whole, as patterns) that cannot be run here, and why."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    path: Path
    line: int
    language: str
    name: str  # of the file that it is to be saved as, or nothing
    text: str

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def commands(self) -> list[str]:
        lines = (re.sub(r"(^|\s+)#.*", "", line).strip() for line in self.text.splitlines())
        return [line for line in lines if line]


@cache
def blocks(path: Path) -> tuple[Block, ...]:
    """Return the fenced blocks of a document, indentation removed."""
    text = path.read_text(encoding="utf-8")
    found = re.finditer(r"^( *)```([a-z]*) ?([^\n]*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return tuple(
        Block(
            path,
            text.count("\n", 0, fence.start()) + 1,
            fence[2],
            fence[3],
            re.sub(rf"^{fence[1]}", "", fence[4], flags=re.MULTILINE),
        )
        for fence in found
    )


def why_not_run(command: str) -> str | None:
    return next((pattern for pattern in NOT_RUN if re.fullmatch(pattern, command)), None)


def commands(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, command) of everything that is to be typed, on Windows too."""
    for block in blocks(path):
        if block.language == "sh":
            yield from ((block.place, command) for command in block.commands)
        elif block.language == "bat":
            yield from ((block.place, line.removeprefix("raingan-env\\Scripts\\")) for line in block.text.splitlines())


def parsed(path: Path) -> Iterator[tuple[str, str, argparse.Namespace]]:
    """Yield (place, name, options) of every command of raingan itself."""
    for place, command in commands(path):
        words = shlex.split(command)
        if words[0] == "raingan":
            try:
                yield place, words[1], build_parser().parse_args(words[1:])
            except SystemExit:
                pytest.fail(f"{place}: the program does not take: {command}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_says_what_it_is(path: Path) -> None:
    fences = re.findall(r"^ *```", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(path))
    assert [block.place for block in blocks(path) if block.language not in LANGUAGES] == []


def test_every_command_runs_as_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a user does it: page after page, in one folder with the samples, and so with one ledger."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    for language, paths in (("en_US", ENGLISH), ("th_TH", THAI)):
        monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
        for path in paths:
            for block in blocks(path):
                if block.name:
                    Path(block.name).write_text(block.text, encoding="utf-8")
            for block in blocks(path):
                if block.language == "python":
                    run_python(block)
                for command in block.commands if block.language == "sh" else ():
                    if why_not_run(command) is None:
                        run_command(block.place, command, capsys)


def run_command(place: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)
    assert words[0] == "raingan", f"{place}: neither a command of raingan nor in NOT_RUN: {command}"
    options = build_parser().parse_args(words[1:])
    capsys.readouterr()
    code = main(words[1:])
    told = capsys.readouterr()
    # One sample is broken on purpose: whoever reads all of them is told so.
    expected = Exit.SOME_FAILED if words[1] == "convert" and "samples" in options.paths else Exit.OK
    assert code == expected, f"{place}: {command}\n{told.err}"
    written = outputs_of(words[1], options)
    assert written or told.out or told.err, f"{place}: says nothing: {command}"
    for name in written:
        assert Path(name).exists(), f"{place}: has not written {name}: {command}"


def run_python(block: Block) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block.text, block.place, "exec"), {"__name__": "__main__"})
    assert out.getvalue(), f"{block.place}: prints nothing"


def outputs_of(name: str, options: argparse.Namespace) -> list[str]:
    """Return the files and folders that a command writes."""
    if name == "evidence":
        return [options.output]
    outputs: list[str] = {"convert": getattr(options, "output", []), "review": getattr(options, "export", [])}.get(
        name, []
    )
    return [output.removesuffix(".csv") for output in outputs]


def test_no_reason_stands_there_without_its_command() -> None:
    used = {why_not_run(command) for path in DOCUMENTS for _, command in commands(path)}
    assert set(NOT_RUN) - used == set()


def test_no_example_writes_over_another_s_output() -> None:
    """One output, and one ledger, has one origin over all documents."""
    origins: dict[str, dict[object, str]] = {}
    for path in DOCUMENTS:
        for place, name, options in parsed(path):
            told = vars(options)
            origin = [name, *(told.get(key) for key in ("paths", "form", "ocr", "report"))]
            for output in outputs_of(name, options):
                origins.setdefault(output, {})[repr((origin, told.get("ledger"), options.lang))] = place
            if name == "convert":
                ledger = options.ledger or Path(options.output[0]).with_suffix(".raingan").as_posix()
                origins.setdefault(ledger, {})[repr(origin)] = place
    assert {output: list(places.values()) for output, places in origins.items() if len(places) > 1} == {}


def test_no_line_of_dask_opens_more_than_it_says() -> None:
    """Without these Dask serves pages on itself, and listens, at every address of the computer."""
    lines = [command for path in DOCUMENTS for _, command in commands(path) if command.startswith("dask ")]
    assert len(lines) == 8
    assert [line for line in lines if "--dashboard-address 127.0.0.1:0" not in line or "--host 10." not in line] == []


@pytest.mark.parametrize("path", [README, README_TH], ids=lambda path: path.name)
def test_a_readme_is_short_and_shows_every_command(path: Path) -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 120
    helped = re.findall(r"^ {4}([a-z]+) ", build_parser().format_help(), re.MULTILINE)
    assert helped and set(helped) <= {name for _, name, _ in parsed(path)}


@pytest.mark.parametrize(("english", "thai"), TWINS, ids=lambda path: path.name)
def test_a_page_and_its_thai_twin_show_the_same(english: Path, thai: Path) -> None:
    def shown(path: Path) -> list[str | list[str]]:
        """The commands; of raingan's, whose files have names in the language of the page, the options."""
        return [
            command
            if not command.startswith("raingan ")
            else [word for place, word in enumerate(command.split()) if place == 1 or word.startswith("-")]
            for _, command in commands(path)
        ]

    assert shown(english) == shown(thai)
    for one, other in ((english, thai), (thai, english)):
        assert os.path.relpath(other, one.parent) in one.read_text(encoding="utf-8")


def test_the_two_commands_of_the_readme_are_tasks_of_the_door() -> None:
    for path in (README, README_TH):
        printed = [command for _, command in commands(path) if command.startswith("python3 dev.py")]
        assert printed == ["python3 dev.py samples", "python3 dev.py check"]
    usage = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True)
    assert usage.returncode == 2
    for command in printed:
        assert command in usage.stderr
    assert "python3 dev.py check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [README, README_TH], ids=lambda path: path.name)
def test_the_exit_codes_of_a_readme_are_the_program_s(path: Path) -> None:
    codes = re.findall(r"^\| (\d+) \|", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in codes] == sorted(int(code) for code in Exit)


def test_the_states_and_sheets_of_the_documents_are_the_workbook_s() -> None:
    english = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    thai = (ROOT / "docs" / "th" / "workbook.md").read_text(encoding="utf-8")
    words = terms("state")
    assert re.findall(r"^\| (done|review|failed|skipped) \|", english, re.MULTILINE) == [str(state) for state in State]
    told = re.findall(r"^\| (\S+) \((done|review|failed|skipped)\) \|", thai, re.MULTILINE)
    assert told == [(words[state].thai, str(state)) for state in State]
    columns = tomllib.loads((ROOT / "export" / "columns.toml").read_text(encoding="utf-8"))
    titles = [table["title"] for table in columns["table"]]
    assert [title for title in titles if f"| {title[0]} {title[1]} |" not in english] == []
    assert [title for title in titles if f"| {title[0]} |" not in thai] == []


def test_the_version_of_the_documents_is_the_program_s() -> None:
    told = [re.findall(r"raingan-([\d.]+)-py3", path.read_text(encoding="utf-8")) for path in DOCUMENTS]
    assert {version for versions in told for version in versions} == {VERSION}
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.findall(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", changes, re.MULTILINE)
    assert dated[0] == VERSION
    assert len(dated) == len(re.findall(r"^## (?!Unreleased$)", changes, re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_dangles(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?://", link)]
    for target in targets:
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings} | {
                heading.lower().replace(" ", "-") for heading in headings
            }


def test_every_page_is_found_from_the_readme() -> None:
    """What nobody links to nobody reads: each page of docs/ stands in a README, or on a page that does."""
    linked, open_pages = set(), [README, README_TH]
    while open_pages:
        page = open_pages.pop()
        if page in linked or page.suffix != ".md":
            continue
        linked.add(page)
        targets = re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8"))
        open_pages += [(page.parent / target).resolve() for target in targets if not target.startswith("http")]
    assert set((ROOT / "docs").rglob("*.md")) - linked == set()


def test_no_sample_is_without_its_line() -> None:
    told = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    samples = [path.name for path in (ROOT / "samples").iterdir() if path.is_file()]
    inputs = [name for name in samples if name != "README.md" and not name.endswith(".expected.json")]
    assert [name for name in inputs if f"`{name}`" not in told] == []
