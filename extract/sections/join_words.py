"""Word lists of `extract/sections/joins.toml`, loaded once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DIGIT = "[0-9\u0e50-\u0e59]"


@dataclass(frozen=True, slots=True)
class Wording:
    """What words tell about lines that may belong together."""

    continues: re.Pattern[str]  # beginnings that no paragraph has
    often_continues: re.Pattern[str]
    stays_open: tuple[str, ...]  # endings that no paragraph has
    space_before: frozenset[str]
    space_sometimes_before: frozenset[str]
    no_space_before: frozenset[str]
    space_after: frozenset[str]
    no_space_after: frozenset[str]
    definition_verbs: tuple[str, ...]
    units: re.Pattern[str]
    range_words: tuple[str, ...]
    months: tuple[str, ...]
    before_year: tuple[str, ...]
    letters: tuple[str, ...]
    and_so_on: str


@cache
def wording() -> Wording:
    """Load the word lists."""
    table = tomllib.loads(files("extract.sections").joinpath("joins.toml").read_text(encoding="utf-8"))
    return Wording(
        continues=_beginning(table["continues"]["always"]),
        often_continues=_beginning(table["continues"]["often"]),
        stays_open=tuple(table["stays_open"]["always"]),
        space_before=frozenset(table["spaces"]["before"]),
        space_sometimes_before=frozenset(table["spaces"]["sometimes"]),
        no_space_before=frozenset(table["spaces"]["never_before"]),
        space_after=frozenset(table["spaces"]["after"]),
        no_space_after=frozenset(table["spaces"]["never_after"]),
        definition_verbs=tuple(table["definitions"]["verbs"]),
        units=_beginning(table["figures"]["units"]),
        range_words=tuple(table["ranges"]["words"]),
        months=tuple(table["ranges"]["months"]),
        before_year=(*table["ranges"]["months"], *table["years"]["words"]),
        letters=tuple(table["lists"]["letters"]),
        and_so_on=str(table["marks"]["and_so_on"]),
    )


def _beginning(words: list[str]) -> re.Pattern[str]:
    by_length = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word).replace(r"\#", _DIGIT).replace("#", _DIGIT) for word in by_length))
