"""Each promise of the documents has tests that hold it, by their names, in docs/promises.md and its Thai page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TABLES = [ROOT / "docs" / "promises.md", ROOT / "docs" / "th" / "promises.md"]


def plain(text: str) -> str:
    """Return a text without what only Markdown needs."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\s+", " ", re.sub(r"[*`|]", "", text))


def rows(table: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """Yield (page, promise, names of its tests)."""
    page = table
    for line in table.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"## \[.+\]\((.+)\)", line)
        if heading:
            page = (table.parent / heading[1]).resolve()
        row = re.fullmatch(r"\| (.+) \| (`.+`) \|", line)
        if row:
            yield page, plain(row[1]), re.findall(r"`([^`]+)`", row[2])


@cache
def functions_of(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    functions = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(node.name for node in functions if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("table", TABLES, ids=["en", "th"])
def test_every_promise_stands_on_its_page_as_it_is_worded_here(table: Path) -> None:
    found = list(rows(table))
    assert len(found) > 40
    lost = [
        (page.name, promise)
        for page, promise, _ in found
        if promise.lower() not in plain(page.read_text(encoding="utf-8")).lower()
    ]
    assert lost == []


@pytest.mark.parametrize("table", TABLES, ids=["en", "th"])
def test_every_test_that_is_named_is_there(table: Path) -> None:
    for _, promise, names in rows(table):
        for name in names:
            file, _, test = name.partition("::")
            assert test.startswith("test_") and test in functions_of(ROOT / "tests" / file), (promise, name)


def test_every_promise_of_the_readme_is_in_the_table() -> None:
    """Word by word: what no row says may hold no letter."""
    section = README.read_text(encoding="utf-8").partition("## What it promises\n")[2].partition("\n## ")[0]
    bullets = [plain(bullet) for bullet in re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)]
    assert len(bullets) > 5
    for bullet in bullets:
        left = bullet
        for _, promise, _ in rows(TABLES[0]):
            left = left.replace(promise, "")
        assert not re.search(r"\w", left), left


def test_both_languages_name_the_same_tests() -> None:
    english, thai = ([(page.stem.split(".")[0], names) for page, _, names in rows(table)] for table in TABLES)
    assert [row for row in english if row[0] not in ("python", "forms")] == thai
