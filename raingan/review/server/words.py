"""What the page says, in both languages (`words.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from raingan.model.messages import kind_of, message_kinds, reason_words, sentence_if_known, severity
from raingan.model.records import Flag
from raingan.model.words import entries, outline

_UNKNOWN_SEVERITY = 2  # of a code that this version does not know: something to look at


@cache
def words(language: str) -> Mapping[str, str]:
    """Return every word of the page by its key."""
    return {key: entry.in_(language) for key, entry in entries("raingan.review.server", "words.toml").items()}


@cache
def _codes() -> frozenset[str]:
    return frozenset(kind.code for kind in message_kinds())


def severity_of(code: str) -> int:
    """Return 1 (a figure may be wrong) to 4 (for information), also for a code that this version does not know."""
    return severity(code) if code in _codes() else _UNKNOWN_SEVERITY


def told(flag: Flag, language: str) -> str:
    """Return a flag's sentence; its code where this version does not know it."""
    return sentence_if_known(flag.code, flag.values, language)


def name_of_code(code: str, language: str) -> str:
    """Return the sentence of a code with its parameters left open."""
    if code not in _codes():
        return code
    kind = kind_of(code)
    return outline(kind.thai if language == "th" else kind.english)


def reason_of(flag: Flag, language: str) -> str | None:
    """Return why a flag was raised, where it says so in words."""
    return reason_words(flag.values, language) or None
