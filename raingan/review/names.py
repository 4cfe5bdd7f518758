"""Names: of fields for people, each of a report its own ("target · unit"); and when two names are one person's."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from raingan.model.messages import LANGUAGES, field_name


def name_of(path: str, language: str) -> str:
    """Return the name of a field; an unknown path as it is."""
    whole, _, last = path.rpartition(".")
    part = _parts(language).get(last) if whole else None
    return field_name(path, language) if part is None else f"{field_name(whole, language)} · {part}"


@cache
def _parts(language: str) -> Mapping[str, str]:
    table = tomllib.loads(files("raingan.model").joinpath("fields.toml").read_text(encoding="utf-8"))["parts"]
    return {key: names[LANGUAGES.index(language)] for key, names in table.items()}


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's, however they are typed."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
