"""What a comparison of reports found worth a question: plain data between normalize and export."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[int, str]
"""Number of a report in the run, from 1, and the key path of the field that is meant."""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of questions. No finding: what a person would ask, with both places where the figures stand."""

    rule: str  # "R4", see `normalize/data/questions.toml`
    kind: str  # class of the rule: "A" (a contradiction in the papers) to "D" (a pattern over agencies)
    agency: str
    years: tuple[int, ...]  # Buddhist era
    indicator_number: str | None
    indicator_name: str | None  # None where it is about all reports of the agency
    unit: str | None
    values: Mapping[str, str]  # parameters of the rule's sentence, figures as printed
    places: tuple[Place, ...]  # one or two
    thresholds: str = ""  # the rule's settings as they were
    tested: int = 0  # how often the rule could be applied in this run
    listed: int = 0  # and how often it asked
    by_chance: float | None = None  # how often chance alone would have, where that is known


def counted(question: Question, thresholds: str, tested: int, listed: int, chance: float | None) -> Question:
    """Return a question that says by which settings it was asked, and how much its rule asks in all."""
    by_chance = None if chance is None else tested * chance
    return dataclasses.replace(question, thresholds=thresholds, tested=tested, listed=listed, by_chance=by_chance)
