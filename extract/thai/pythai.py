"""PyThaiNLP's newmm and its dictionary, over a plain set of words and without the rest of the package.

newmm asks its dictionary one thing: which words begin here. PyThaiNLP answers from a tree of 235,000 objects, which
takes half a second to build and 65 MB in every process; a set of the same 62,000 words answers the same. Importing
the package imports all it has (spelling, tagging, romanizing), 0.13 s, and makes a folder in the user's home; newmm
alone needs none of it. Where a version of PyThaiNLP lies otherwise, its own way in is taken.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from types import ModuleType

_FORBIDS = "PYTHAINLP_READ_ONLY"
_FORBADE = "PYTHAINLP_READ_MODE"  # its name before; both at once are an error

_Cut = Callable[[str], list[str]]


class Prefixes:
    """A set of words that tells which of them begin at a place, the shortest first: all that newmm asks of a tree."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words if isinstance(words, frozenset) else frozenset(words)
        lengths: dict[str, set[int]] = {}
        # No Python for each of the words: there are 62,000, and a fourth of it in lengths of beginnings.
        for start, length in set(zip(map(itemgetter(slice(2)), self._words), map(len, self._words), strict=True)):
            lengths.setdefault(start, set()).add(length)
        # By the first two letters: how long the words are that begin so, a word of one letter among all of its own.
        self._lengths = {
            start: tuple(sorted(own | {1} if start[:1] in self._words else own)) for start, own in lengths.items()
        }

    def __bool__(self) -> bool:
        """Keep newmm from taking its own."""
        return True

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """Return the words that begin at a place of a text, the shortest first."""
        most = len(text) - start
        words = self._words
        lengths = self._lengths.get(text[start : start + 2]) or (1,)
        return [word for length in lengths if length <= most and (word := text[start : start + length]) in words]


@cache
def thai_words() -> frozenset[str]:
    """Return the words of PyThaiNLP's dictionary."""
    try:
        listed = _package("pythainlp").joinpath("corpus", "words_th.txt").read_text(encoding="utf-8-sig")
    except OSError:
        with _writing_nothing():
            from pythainlp.corpus.common import thai_words as all_words
        return frozenset(all_words())
    return frozenset(filter(None, listed.splitlines()))


def words_of(text: str) -> list[str]:
    """Cut a Thai text into words (newmm)."""
    return _cutter()(text)


@cache
def _cutter() -> _Cut:
    try:
        segment, rejoin = _newmm_alone()
    except (ImportError, AttributeError):
        with _writing_nothing():
            segment = importlib.import_module("pythainlp.tokenize.newmm").segment
            rejoin = importlib.import_module("pythainlp.tokenize._utils").rejoin_formatted_num
    held = Prefixes(thai_words())

    def cut(text: str) -> list[str]:
        words: list[str] = rejoin(segment(text, held))
        return words

    return cut


def _newmm_alone() -> tuple[Callable[[str, Prefixes], list[str]], Callable[[list[str]], list[str]]]:
    """Import newmm without running the package around it, and leave no trace of that."""
    package = _package("pythainlp")
    shells = {"pythainlp": package, "pythainlp.tokenize": package / "tokenize"}
    if any(name in sys.modules for name in shells):  # somebody has imported the whole of it
        raise ImportError("PyThaiNLP is there already")
    for name, folder in shells.items():
        shell = ModuleType(name)
        shell.__path__ = [str(folder)]
        sys.modules[name] = shell
    # newmm takes the tree from there, for callers that hand it no words.
    sys.modules["pythainlp.tokenize"].__dict__["word_dict_trie"] = None
    try:
        newmm = importlib.import_module("pythainlp.tokenize.newmm")
        utilities = importlib.import_module("pythainlp.tokenize._utils")
        return newmm.segment, utilities.rejoin_formatted_num
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "pythainlp"]:
            del sys.modules[name]


def _package(name: str) -> Path:
    """Return the folder of a package without importing it; raises ImportError."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ImportError(f"no package {name}")
    return Path(found.submodule_search_locations[0])


@contextmanager
def _writing_nothing() -> Iterator[None]:
    if _FORBIDS in os.environ or _FORBADE in os.environ:
        yield
        return
    os.environ[_FORBIDS] = "1"
    try:
        yield
    finally:
        del os.environ[_FORBIDS]
