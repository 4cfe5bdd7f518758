"""The sentences of codes and errors in Thai and English.

Stages speak in codes and parameters; this is the one place where they become sentences. How the tables are written is
told in `raingan/model/words.py`:

    messages.toml      what a flag, a problem or the end of a file says, with its severity
    talk.toml          what the command line says, reasons ("why-...") and words of the system ("errno-...")
    form_errors.toml   mistakes in form files
    terms.toml         words that several tables use: states, severities, actions of people
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from functools import cache

from raingan.model.errors import FormError, RainganError
from raingan.model.records import MessageKind
from raingan.model.report_fields import report_fields
from raingan.model.words import LANGUAGES, Entry, Way, entries, entry_of, fill, parameters, rows, shown

__all__ = [
    "LANGUAGES",
    "error_sentence",
    "kind_of",
    "message_kinds",
    "reason_words",
    "sentence",
    "sentence_if_known",
    "severity",
    "system_words",
    "talk",
]

_PACKAGE = "raingan.model"


def message_kinds() -> tuple[MessageKind, ...]:
    """Return every code with its severity and sentences, in the order of the table."""
    return tuple(_kinds().values())


def kind_of(code: str) -> MessageKind:
    """Return a code's row of the table."""
    return _kinds()[code]


def severity(code: str) -> int:
    """Return 1 (a figure may be wrong) to 4 (for information)."""
    return _kinds()[code].severity


def sentence(code: str, values: Mapping[str, str], language: str) -> str:
    """Return the sentence of a code; a parameter that is missing stays visible as {name}."""
    kind = _kinds()[code]
    return _filled(kind.thai if language == "th" else kind.english, values, language)


def sentence_if_known(code: str, values: Mapping[str, str], language: str) -> str:
    """Return the sentence of a code; the code itself where this version does not know it."""
    return sentence(code, values, language) if code in _kinds() else code


def talk(key: str, language: str, /, **values: object) -> str:
    """Return a sentence of the command line."""
    return _filled(_talk()[key].in_(language), values, language)


def error_sentence(error: RainganError, language: str) -> str:
    """Return what an error says to people, with the file that it is about."""
    entry = _talk().get(error.code)
    template = entry.in_(language) if entry is not None else _sentence_of(error.code, language)
    said = _filled(template, error.values, language)
    named = parameters(template)
    if isinstance(error, FormError):
        if "path" not in named:
            said = talk("bad-form" if error.line is None else "bad-form-line", language, **error.values, message=said)
        return "\n".join([said, *(error_sentence(other, language) for other in error.others)])
    if "file" in error.values and "file" not in named:
        return talk("input", language, file=error.values["file"], message=said)
    return said


def reason_words(values: Mapping[str, str], language: str) -> str:
    """Return why a flag was raised, where its values say so; else nothing."""
    return _reason(values.get("reason", ""), values, language)


def system_words(said: str, language: str) -> str:
    """Return what the system said ("Permission denied", "Permission denied: x.pdf") in words of the language."""
    what, colon, rest = said.partition(": ")
    entry = _system().get(said)
    if entry is not None:  # a colon may be part of it
        return entry.in_(language)
    entry = _system().get(what)
    return said if entry is None else f"{entry.in_(language)}{colon}{rest}"


def _filled(template: str, values: Mapping[str, object], language: str) -> str:
    return fill(template, shown(template, values, language, _ways(values))) if "{" in template else template


def _ways(values: Mapping[str, object]) -> Mapping[str, Way]:
    """Return how the parameters marked with ! are shown."""
    return {
        "field": report_fields().name,
        "system": system_words,
        "reason": lambda value, language: _reason(value, values, language),
    }


def _reason(code: str, values: Mapping[str, object], language: str) -> str:
    """Reasons come as short codes of the table; other values are shown as they are."""
    entry = _talk().get(f"why-{code}")
    return code if entry is None else fill(entry.in_(language), values)


def _sentence_of(code: str, language: str) -> str:
    kind = _kinds()[code]
    return kind.thai if language == "th" else kind.english


@cache
def _talk() -> Mapping[str, Entry]:
    return {**entries(_PACKAGE, "talk.toml"), **entries(_PACKAGE, "form_errors.toml")}


@cache
def _system() -> Mapping[str, Entry]:
    """Return words by what the system, or PDFium, says in English, for the common errors that they know."""
    libraries = {entry.english: entry for key, entry in _talk().items() if key.startswith("pdfium-")}
    named = {key.removeprefix("errno-"): entry for key, entry in _talk().items() if key.startswith("errno-")}
    of_system = {os.strerror(getattr(errno, name)): entry for name, entry in named.items() if hasattr(errno, name)}
    return libraries | of_system


@cache
def _kinds() -> Mapping[str, MessageKind]:
    return {
        code: MessageKind(code=code, severity=row["severity"], thai=said.thai, english=said.english)
        for code, row in rows(_PACKAGE, "messages.toml").items()
        for said in (entry_of(row),)
    }
