"""Names: of fields for people, each of a report its own ("target · unit"); and when two names are one person's."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from raingan.model.messages import field_name
from raingan.model.words import groups


def name_of(path: str, language: str) -> str:
    """Return the name of a field; an unknown path as it is."""
    whole, _, last = path.rpartition(".")
    part = _parts(language).get(last) if whole else None
    return field_name(path, language) if part is None else f"{field_name(whole, language)} · {part}"


@cache
def _parts(language: str) -> Mapping[str, str]:
    return {key: entry.in_(language) for key, entry in groups("raingan.model", "fields.toml")["parts"].items()}


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's, however they are typed."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
