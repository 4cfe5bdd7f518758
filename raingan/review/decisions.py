"""What the rooms of the review hand each other: plain and frozen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from raingan.model.records import Box, Flag


class FieldKind(StrEnum):
    """What a value is typed as."""

    NUMBER = "number"  # canonical: "1234.5"
    YEAR = "year"  # canonical: "2564", Buddhist era
    DATE = "date"  # canonical: "2021-03-15", or "2021-03-15/2021-03-17" where it covers more than one day
    DAY = "day"  # canonical: "2021-03-15"
    CHOICE = "choice"  # canonical: one of `Field.choices`
    TEXT = "text"  # canonical: the text
    NOTICE = "notice"  # of the report as a whole ("pages", "file"): there is no value to type


class Action(StrEnum):
    """What a person did with a field. Each is a row of its own; nothing is ever changed or taken away."""

    ACCEPT = "accept"  # the machine's value is right
    CORRECT = "correct"  # another value is right, typed or taken from the proposal
    UNREADABLE = "unreadable"  # nobody can read it: the value is unknown
    NOTE = "note"  # only words, which settle nothing
    UNDO = "undo"  # takes back the row that `about` names
    CONFIRM = "confirm"  # a second person agrees with the row that `about` names


SETTLING = frozenset((Action.ACCEPT, Action.CORRECT, Action.UNREADABLE))
"""Actions that give a field the value that counts."""


@dataclass(frozen=True, slots=True, order=True)
class ReportId:
    """What a report is known by, whatever its file is called and however it is read: content and place in it."""

    content: str  # sha256 of the file, hex
    place: int  # among the reports of that file, from 0

    def __str__(self) -> str:
        return f"{self.content}-{self.place}"

    @classmethod
    def parse(cls, text: str) -> ReportId:
        """Return what `str` wrote; raises ValueError for anything else."""
        content, _, place = text.partition("-")
        hexadecimal = len(content) == 64 and set(content) <= set("0123456789abcdef")
        if not hexadecimal or not place.isascii() or not place.isdecimal() or len(place) > 6:
            raise ValueError("not the name of a report")
        return cls(content, int(place))


@dataclass(frozen=True, slots=True)
class Decision:
    """One row: who did what with which field, when and why."""

    report: ReportId
    field: str  # key path of a `Field`
    action: Action
    reviewer: str
    at: str  # ISO 8601 to the second, with the offset of the place where it was made
    machine: str | None = None  # value the machine had then, canonical
    value: str | None = None  # value that counts from then on, canonical; None: unknown
    note: str = ""
    codes: tuple[str, ...] = ()  # of the flags that it settles
    about: int | None = None  # number of the row that an UNDO or a CONFIRM is about
    source: str = "page"  # where it was made: "page", "workbook"
    number: int = 0  # of the row, from 1; 0 before it is kept
    seen: tuple[str, ...] = ()  # of one that settles: what it was made about, as `seen_of` tells
    session: str = ""  # of the browser that it was made in; "" for one from a workbook, or of an earlier version


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a report as the machine read it, with everything that helps to judge it."""

    path: str  # key path: "target.value", "dates.3", "quarters.2"
    kind: FieldKind
    value: str | None  # canonical, None where unknown
    printed: str | None = None  # wording as printed
    page: int | None = None  # from 1; None where the source has no pages
    box: Box | None = None  # points from the top left of the page as shown; None where only the page is known, or less
    confidence: float | None = None
    flags: tuple[Flag, ...] = ()  # `field` of a flag may be a path above or below this one
    choices: tuple[str, ...] = ()  # of a CHOICE
    section: str | None = None  # of an item of a list: the field that it stands in, "quarters.2"

    @property
    def proposal(self) -> str | None:
        """What a flag proposes instead of the value, as it was told; None where nothing is."""
        return next((flag.values["proposal"] for flag in self.flags if flag.values.get("proposal")), None)


def seen_of(item: Field) -> tuple[str, ...]:
    """Return short marks of what a person sees of a field beside its value: its wording, then each of its flags.

    Items of a list are known by their place in it, and flags by their code: both may come to be about something else.
    """
    return mark_of(item.printed, item.section), *(flag_mark(flag) for flag in item.flags)


def flag_mark(flag: Flag) -> str:
    """Return a mark of what a flag says; how sure the machine was is no part of it, and changes with every version."""
    told = {key: value for key, value in flag.values.items() if key not in _DOUBTS}
    return mark_of(flag.code, flag.field, *(text for pair in sorted(told.items()) for text in pair))


_DOUBTS = frozenset(("confidence", "others"))
_MARK_BYTES = 8  # two of a thousand marks are alike once in 10^13 reports


def mark_of(*told: str | None) -> str:
    """Return a short text that differs where one of the texts does."""
    digest = hashlib.blake2b(digest_size=_MARK_BYTES)
    for text in told:
        data = b"-" if text is None else text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%s" % (-1 if text is None else len(data), data))
    return digest.hexdigest()


class FieldState(StrEnum):
    """Where the review of a field stands."""

    CLEAR = "clear"  # nothing flagged, nothing decided
    OPEN = "open"  # flagged and not decided, or flagged for more than was decided (what was decided still counts)
    STALE = "stale"  # decided, but the machine reads something else now
    WAITING = "waiting"  # decided, and a second person has to confirm
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Standing:
    """A field and what people decided about it."""

    field: Field
    state: FieldState
    decision: Decision | None = None  # the one that counts, or would if it were not stale or waiting
    confirmed: Decision | None = None  # by whom it was confirmed
    notes: tuple[Decision, ...] = ()  # words left on it, not undone, oldest first
    open_flags: tuple[Flag, ...] = ()  # what is still to be looked at

    @property
    def counts(self) -> bool:
        """Whether the decision gives the value that counts."""
        return self.decision is not None and self.state in (FieldState.SETTLED, FieldState.OPEN)

    @property
    def value(self) -> str | None:
        """The value that counts, canonical: the reviewed one where there is one, else the machine's."""
        return self.decision.value if self.decision is not None and self.counts else self.field.value
