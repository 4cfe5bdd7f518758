"""What a report is at each stage, so that none of them holds what a later one fills.

Report -> ComparedReport -> ReviewedReport -> ToldReport
  normalize     ledger          review          telling
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from raingan.model.records import FileResult, Flag, Problem, Report, Review, Trace

Stage = TypeVar("Stage")


@dataclass(frozen=True, slots=True)
class ToldProblem(Problem):
    """A problem with its sentence."""

    message: str = dataclasses.field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ToldFlag(Flag):
    """A flag with its sentence; `values["reason"]`, where there is one, is in words."""

    message: str = dataclasses.field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ComparedReport(Report):
    """A report of an archive: `file` is its name in the listing, `flags` hold those found across reports too."""

    report_index: int = dataclasses.field(kw_only=True)  # among the reports of its file, from 0


@dataclass(frozen=True, slots=True)
class ReviewedReport(ComparedReport):
    """A report as people left it: its fields hold the values that count, and `flags` what is still open."""

    reviews: tuple[Review, ...] = ()  # one a field, the one that counts or would
    trail: tuple[Trace, ...] = ()
    dossier: str | None = None  # path of the page for auditors (`raingan evidence`), where one was written


@dataclass(frozen=True, slots=True)
class ToldReport(ReviewedReport):
    """A report as the outputs have it: with the sentences of its flags."""

    flags: tuple[ToldFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldFile(FileResult):
    """How an input ended, in words; empty where it ended well."""

    problems: tuple[ToldProblem, ...] = ()
    message: str = dataclasses.field(kw_only=True)


def promoted(stage: type[Stage], record: object, **more: object) -> Stage:
    """Return a record of the next stage: what it holds already, and what that stage adds."""
    known: Any = type(record)
    values: dict[str, Any] = {name: getattr(record, name) for name in _names(known)}
    return stage(**{**values, **more})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
