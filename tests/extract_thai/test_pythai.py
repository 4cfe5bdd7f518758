"""newmm over a set of words cuts as PyThaiNLP itself does, and brings nothing else of it along."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.thai import pythai

SAMPLES = Path(__file__).parents[2] / "samples"
WORDS = ["สวัสดีครับ 1,234.50 บาท", "เวลา 09:30 น.", "กกกก", "ก", " ", "", "abc12.5def", "ๆ์่", "อั๋น", "x" * 300]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What these tests make of the package is no other test's."""
    yield
    pythai.thai_words.cache_clear()
    pythai._cutter.cache_clear()


def texts() -> list[str]:
    """Lines of the samples, and windows of them that cut through words, marks and figures."""
    read = [path.read_text("utf-8-sig", errors="replace") for path in sorted(SAMPLES.glob("*.txt"))]
    lines = [line for text in read for line in text.splitlines()]
    chance = random.Random(3)
    windows = [line[(start := chance.randrange(len(line) + 1)) : start + 36] for line in lines * 5]
    return lines + windows + WORDS


def test_cuts_as_pythainlp_does() -> None:
    from pythainlp.tokenize import word_tokenize

    for text in texts():
        assert pythai.words_of(text) == word_tokenize(text, engine="newmm", keep_whitespace=True), text


def test_has_the_words_of_pythainlp() -> None:
    from pythainlp.corpus.common import thai_words

    assert pythai.thai_words() == thai_words()
    assert all(word == word.strip() for word in thai_words())  # the tree strips them


@pytest.mark.parametrize("words", [["a", "ab", "abcd", "b"], ["ab"], ["abc", "ab", "a"], ["b"], []])
def test_tells_what_begins_at_a_place(words: list[str]) -> None:
    from pythainlp.util import Trie

    tree, held = Trie(words), pythai.Prefixes(words)
    for text in ("abcde", "ab", "a", "", "bab", "cab", "abcd"):
        for start in range(len(text) + 1):
            assert held.prefixes(text, start) == tree.prefixes(text, start)


def test_imports_newmm_alone_and_leaves_the_package_whole() -> None:
    program = """
import sys
from extract.thai.pythai import words_of
words = words_of("ประชาชน 1,234.5 คน")
assert not [name for name in sys.modules if name.startswith("pythainlp")], "something was left"
import pythainlp
assert pythainlp.word_tokenize("ประชาชน 1,234.5 คน") == words
"""
    environment = {**os.environ, "PYTHAINLP_READ_ONLY": "1"}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=SAMPLES.parent, env=environment)


def test_takes_the_way_of_the_package_where_it_lies_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = [pythai.words_of(text) for text in WORDS]
    words = pythai.thai_words()
    monkeypatch.setattr(pythai, "_package", lambda name: tmp_path)
    pythai.thai_words.cache_clear()
    pythai._cutter.cache_clear()
    assert pythai.thai_words() == words
    assert [pythai.words_of(text) for text in WORDS] == expected
