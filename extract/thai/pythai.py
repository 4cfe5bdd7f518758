"""PyThaiNLP, kept to what it is asked: its import makes a folder in the user's home unless the environment forbids."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_FORBIDS = "PYTHAINLP_READ_ONLY"
_FORBADE = "PYTHAINLP_READ_MODE"  # its name before; both at once are an error


@cache
def thai_words() -> frozenset[str]:
    """Return the words of PyThaiNLP's dictionary."""
    with _writing_nothing():
        from pythainlp.corpus.common import thai_words as all_words
    return frozenset(all_words())


@cache
def _tokenizer() -> Any:
    with _writing_nothing():
        from pythainlp.tokenize import word_tokenize
    return word_tokenize


def words_of(text: str, *, keep_whitespace: bool = True) -> list[str]:
    """Cut a Thai text into words (newmm)."""
    words: list[str] = _tokenizer()(text, engine="newmm", keep_whitespace=keep_whitespace)
    return words


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
