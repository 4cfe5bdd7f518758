"""What the page says, in both languages: `words.toml`, entries with `thai` and `english` as in `talk.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from raingan.model.messages import message_kinds, sentence, severity, shown_values
from raingan.model.records import Flag

_PARAMETER = re.compile(r"\{\w+\}")
_UNKNOWN_SEVERITY = 2  # of a code that this version does not know: something to look at


@cache
def words(language: str) -> Mapping[str, str]:
    """Return every word of the page by its key."""
    table = tomllib.loads(files("raingan.review.server").joinpath("words.toml").read_text(encoding="utf-8"))
    return {key: entry["thai" if language == "th" else "english"] for key, entry in table.items()}


@cache
def _codes() -> frozenset[str]:
    return frozenset(kind.code for kind in message_kinds())


def severity_of(code: str) -> int:
    """Return 1 (a figure may be wrong) to 4 (for information), also for a code that this version does not know."""
    return severity(code) if code in _codes() else _UNKNOWN_SEVERITY


def told(flag: Flag, language: str) -> str:
    """Return a flag's sentence; its code where this version does not know it."""
    return sentence(flag.code, flag.values, language) if flag.code in _codes() else flag.code


def name_of_code(code: str, language: str) -> str:
    """Return the sentence of a code with its parameters left open."""
    if code not in _codes():
        return code
    return _PARAMETER.sub("…", sentence(code, {}, language))


def reason_of(flag: Flag, language: str) -> str | None:
    """Return why a flag was raised, where it says so in words."""
    reason = shown_values(flag.values, language).get("reason")
    return reason or None
