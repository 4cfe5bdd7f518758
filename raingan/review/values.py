"""Values as people type them, checked, and as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from raingan.review.parts import FieldKind


@dataclass(frozen=True, slots=True)
class Checked:
    """What a typed text means: either a value, or why it is none."""

    value: str | None  # canonical; None where the text is no value of its kind, or empty
    shown: str = ""  # the value in words for people: "1,234.5", "15 มี.ค. 2564"
    error: str | None = None  # key of the command line's sentences ("value-...") that says what is wrong


def check(kind: FieldKind, text: str, choices: Sequence[str] = (), language: str = "th") -> Checked:
    """Read a text typed by a person as a value of that kind."""
    raise NotImplementedError


def shown(kind: FieldKind, value: str | None, language: str = "th") -> str:
    """Return a canonical value as people read it; "" for None. A damaged one is shown as it is."""
    raise NotImplementedError
