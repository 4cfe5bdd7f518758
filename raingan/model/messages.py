"""The sentences of codes, and the names of fields, in Thai and English.

Stages speak in codes and parameters; this is the one place where they become sentences. The tables are
`messages.toml`, `fields.toml` and `talk.toml` (what the command line says).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from raingan.model.records import MessageKind

LANGUAGES = ("th", "en")

# Parameters that hold a key path of the record, shown by its name for people.
_FIELD_PARAMETERS = frozenset({"section", "field"})
# Parameters that hold a short code of a reason, shown by its words in the table of talk.
_REASON_PARAMETERS = frozenset({"why", "reason"})


def message_kinds() -> tuple[MessageKind, ...]:
    """Return every code with its severity and sentences, in the order of the table."""
    return tuple(_kinds().values())


def severity(code: str) -> int:
    """Return 1 (a figure may be wrong) to 4 (for information)."""
    return _kinds()[code].severity


def sentence(code: str, values: Mapping[str, str], language: str) -> str:
    """Return the sentence of a code; a parameter that is missing stays visible as {name}."""
    kind = _kinds()[code]
    template = kind.thai if language == "th" else kind.english
    return template.format_map(_Visible(shown_values(values, language)))


def shown_values(values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return parameters as people read them: key paths by their names, reasons as words."""
    return {
        key: field_name(value, language) if key in _FIELD_PARAMETERS else _in_language(key, value, values, language)
        for key, value in values.items()
    }


def field_name(path: str, language: str) -> str:
    """Return the name of a key path for people: "quarters.2" -> "ไตรมาสที่ 2"; unknown paths as they are."""
    names = field_names(language)
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        name = names.get(".".join(parts[:length]))
        if name is not None:
            rest = parts[length:]
            counted = [str(int(part) + 1) for part in rest if part.isdigit()]
            return " ".join([name, *counted])
    return path


@cache
def field_names(language: str) -> Mapping[str, str]:
    """Return key path -> name of every field of the record."""
    column = LANGUAGES.index(language)
    return {key: names[column] for key, names in _table("fields.toml")["fields"].items()}


def talk(key: str, language: str, **values: object) -> str:
    """Return a sentence of the command line."""
    entry = _table("talk.toml")[key]
    text: str = entry["thai" if language == "th" else "english"]
    return text.format(**values) if values else text


def _in_language(key: str, value: str, values: Mapping[str, str], language: str) -> str:
    """Reasons come as short codes of the table; other values are shown as they are."""
    if key not in _REASON_PARAMETERS:
        return value
    entry = _table("talk.toml").get(f"why-{value}")
    if entry is None:
        return value
    text: str = entry["thai" if language == "th" else "english"]
    return text.format_map(_Visible(values))


class _Visible(dict[str, str]):
    """A missing parameter shows as its name instead of ending the run."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def _kinds() -> dict[str, MessageKind]:
    return {
        code: MessageKind(code=code, severity=row["severity"], thai=row["thai"], english=row["english"])
        for code, row in _table("messages.toml").items()
    }


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("raingan.model").joinpath(name).read_text(encoding="utf-8"))
