"""What the documents say is what the program does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from raingan.cli import Exit, build_parser
from raingan.model.records import State

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "samples/*.md", "tests/**/*.md", "extract/**/*.md", "normalize/**/*.md", "export/**/*.md")
    for path in ROOT.glob(pattern)
)


def blocks(text: str, language: str = "") -> Iterator[str]:
    """Yield the fenced blocks of a language, indentation removed."""
    for fence in re.finditer(r"^( *)```([a-z]*)\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL):
        if fence[2] == language:
            yield re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE)


def commands(text: str) -> list[str]:
    return [line.split("#")[0].strip() for block in blocks(text) for line in block.splitlines() if line.strip()]


RAINGAN_COMMANDS = sorted(
    {
        re.sub(r"^raingan-env\\Scripts\\", "", command)
        for path in DOCUMENTS
        for command in commands(path.read_text(encoding="utf-8"))
        if re.match(r"(?:raingan-env\\Scripts\\)?raingan ", command)
    }
)


@pytest.mark.parametrize("command", RAINGAN_COMMANDS)
def test_a_printed_command_is_one_that_the_program_takes(command: str) -> None:
    build_parser().parse_args(shlex.split(command)[1:])


def test_the_readme_shows_every_command() -> None:
    shown = {shlex.split(command)[1] for command in RAINGAN_COMMANDS if command in "\n".join(commands(README))}
    helped = re.findall(r"^ {4}([a-z]+) ", build_parser().format_help(), re.MULTILINE)
    assert helped and set(helped) <= shown


def test_the_two_commands_of_the_readme_are_tasks_of_the_door() -> None:
    printed = {command.removeprefix("python3 ") for command in commands(README) if command.startswith("python3 dev.py")}
    assert printed == {"dev.py samples", "dev.py check"}
    usage = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True)
    assert usage.returncode == 2
    for command in printed:
        assert f"python3 {command}" in usage.stderr
    assert "python3 dev.py check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_exit_codes_of_the_readme_are_the_program_s() -> None:
    english, thai = README.split("# ภาษาไทย")
    codes = sorted(int(code) for code in Exit)
    for text in (english, thai):
        assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == codes


def test_the_states_of_the_readme_are_the_program_s() -> None:
    english, thai = README.split("# ภาษาไทย")
    assert re.findall(r"^\| (done|review|failed|skipped) \|", english, re.MULTILINE) == [str(state) for state in State]
    assert re.findall(r"\((done|review|failed|skipped)\) \|", thai) == [str(state) for state in State]


def test_the_version_of_the_readme_is_the_project_s() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert set(re.findall(r"raingan-([\d.]+)-py3", README)) == {version}
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_sheets_of_the_readme_are_those_of_the_workbook() -> None:
    columns = tomllib.loads((ROOT / "export" / "columns.toml").read_text(encoding="utf-8"))
    titles = [title for table in columns["table"] for title in table["title"]]
    assert [title for title in titles if title not in README] == []


@pytest.mark.parametrize("example", list(blocks(README, "python")))
def test_the_python_of_the_readme_runs(example: str) -> None:
    run = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert run.stdout


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


def test_no_sample_is_without_its_line() -> None:
    told = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    samples = [path.name for path in (ROOT / "samples").iterdir() if path.is_file()]
    inputs = [name for name in samples if name != "README.md" and not name.endswith(".expected.json")]
    assert [name for name in inputs if f"`{name}`" not in told] == []
