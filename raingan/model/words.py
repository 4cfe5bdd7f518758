"""The tables of words: one loader and one shape of entry for all that is said in Thai and in English.

    [written]                      a sentence, a language a line
    thai = "เขียน {path}"
    english = "wrote {path}"

    done = ["เรียบร้อย", "done"]     a word: Thai, then English
    files = "<Word.files>"         a shared word alone

What may stand inside, in either language:

    {path}                 a parameter
    {files:file|files}     a number with its noun: "1 file", "2 files"
    {section!field}        a key path, by the name of the field
    {why!reason}           the code of a reason, by its words ("why-..." in the table of talk)
    {error!system}         what the system said, in words of the table of talk ("errno-...") where it is a common one
    <state.failed>         a shared word, said once in `terms.toml`; <State.failed> with a capital letter

A parameter that is missing stays visible as {name}, and is never itself read as a template.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("th", "en")

_SHARED = re.compile(r"<([A-Za-z_]+)\.([\w-]+)>")
_PARAMETER = re.compile(r"\{(\w+)(?:!(\w+))?(?::([^{}]*))?\}")

Way = Callable[[str, str], str]
"""How a parameter marked with ! is shown: (value, language) -> words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or sentence."""

    thai: str
    english: str

    def in_(self, language: str) -> str:
        """Return it in one language; what is not known to be Thai is said in English."""
        return self.thai if language == "th" else self.english


@cache
def entries(package: str, name: str) -> Mapping[str, Entry]:
    """Return a table without groups: key -> entry."""
    return {key: entry_of(row) for key, row in rows(package, name).items()}


@cache
def groups(package: str, name: str) -> Mapping[str, Mapping[str, Entry]]:
    """Return a table of groups: group -> key -> entry."""
    return {
        group: {key: entry_of(row) for key, row in table.items()}
        for group, table in rows(package, name).items()
        if isinstance(table, dict)  # lists of tables are read by whoever knows what they hold
    }


@cache
def rows(package: str, name: str) -> Mapping[str, Any]:
    """Return a table as it is written."""
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


def terms(group: str) -> Mapping[str, Entry]:
    """Return shared words: code -> entry, in the order of the table."""
    return _terms()[group]


def entry_of(row: Any) -> Entry:
    """Return the entry that a row of a table writes, with its shared words in place."""
    if isinstance(row, str):
        row = (row, row)
    thai, english = (row["thai"], row["english"]) if isinstance(row, dict) else row
    return Entry(_with_shared(thai, "th"), _with_shared(english, "en"))


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its parameters in place."""

    def put(found: re.Match[str]) -> str:
        name, _, nouns = found.groups()
        if name not in values:
            return f"{{{name}}}"
        value = str(values[name])
        if not nouns:
            return value
        one, _, many = nouns.partition("|")
        return f"{value} {one if value.rpartition(' ')[2] == '1' else many}"

    return _PARAMETER.sub(put, template)


def shown(template: str, values: Mapping[str, object], language: str, ways: Mapping[str, Way]) -> dict[str, str]:
    """Return values as people read them: those that the template marks with ! in the way that is told."""
    ready = {name: str(value) for name, value in values.items()}
    if "!" in template:
        for name, way, _ in _PARAMETER.findall(template):
            if way and name in values:
                ready[name] = ways[way](str(values[name]), language)
    return ready


def outline(template: str) -> str:
    """Return a sentence with an ellipsis for each of its parameters."""
    return _PARAMETER.sub("…", template)


def parameters(template: str) -> frozenset[str]:
    """Return the names of the parameters of a sentence."""
    return frozenset(found[1] for found in _PARAMETER.finditer(template))


def _with_shared(text: str, language: str) -> str:
    if "<" not in text:
        return text

    def word(found: re.Match[str]) -> str:
        said = _terms()[found[1].lower()][found[2]].in_(language)
        return said[:1].upper() + said[1:] if found[1][0].isupper() else said

    return _SHARED.sub(word, text)


@cache
def _terms() -> Mapping[str, Mapping[str, Entry]]:
    return {
        group: {key: Entry(*pair) for key, pair in table.items()}
        for group, table in rows("raingan.model", "terms.toml").items()
    }
