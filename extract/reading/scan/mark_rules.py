"""The light rules of Thai writing that choose between doubtful readings: data in `thai_rules.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MarkOrder:
    """Which class of character may stand behind which."""

    class_of: dict[str, str]  # character -> class; others have none
    behind: dict[str, frozenset[str]]  # class -> classes that may precede it
    penalty: float
    most: float  # confidence of a character that breaks a rule

    def breaks(self, before: str, character: str) -> bool:
        """Tell whether a character cannot stand behind another ("" at the start of a line)."""
        wanted = self.behind.get(self.class_of.get(character, ""))
        return wanted is not None and self.class_of.get(before, "") not in wanted

    def weight(self, before: str, text: str) -> float:
        """Return the factor by which a text's likelihood shrinks behind a character."""
        factor = 1.0
        for character in text:
            if self.breaks(before, character):
                factor *= self.penalty
            before = character
        return factor


@cache
def thai_rules() -> MarkOrder:
    """Load the rules once."""
    told = tomllib.loads((Path(__file__).parent / "thai_rules.toml").read_text(encoding="utf-8"))
    class_of = {
        chr(code): name
        for name, spans in told["class"].items()
        for first, last in spans
        for code in range(int(first[2:], 16), int(last[2:], 16) + 1)
    }
    behind = {name: frozenset(allowed) for name, allowed in told["behind"].items()}
    return MarkOrder(class_of, behind, float(told["penalty"]), float(told["most"]))
