"""The words of the review's page, and what its files may hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "raingan" / "review" / "server"
FILES = sorted([*SERVER.glob("templates/*.html"), *SERVER.glob("static/*.js"), *SERVER.glob("static/*.css")])
TABLE = tomllib.loads((SERVER / "words.toml").read_text(encoding="utf-8"))
MADE = re.compile(r"(state|severity|group|said)-")  # keys that are put together from what the server tells
THAI = re.compile("[\u0e01-\u0e5b]")


def test_every_word_is_there_in_both_languages_and_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in FILES)
    asked = set(re.findall(r"""\bwords?(?:\(|\[)"([a-z0-9-]+)"[\])},]""", sources))
    assert asked - set(TABLE) == set()
    quoted = set(re.findall(r"""["'`]([a-z0-9-]+)["'`]""", sources))
    assert {key for key in TABLE if not MADE.match(key)} - quoted == set()
    for key, entry in TABLE.items():
        assert entry["english"].strip() and entry["thai"].strip(), key
        assert set(re.findall(r"\{\w+\}", entry["thai"])) == set(re.findall(r"\{\w+\}", entry["english"])), key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_page_sets_text_as_text_and_asks_no_other_host(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not THAI.search(source)
    assert not re.search(r"https?://|\bstyle=|\bon\w+=|<script>|\|\s*safe", source)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source)


def test_scripts_are_small_enough_to_read() -> None:
    assert all(len(path.read_text(encoding="utf-8").splitlines()) < 500 for path in FILES)
