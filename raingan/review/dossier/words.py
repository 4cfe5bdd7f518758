"""What the page for auditors says, in both languages: `words.toml`, and sentences of flags that never fail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from raingan.model.messages import message_kinds, reason_words, sentence, severity
from raingan.model.records import Flag
from raingan.model.words import Entry, entries, fill
from raingan.review.decisions import FieldKind
from raingan.review.values import shown

_UNKNOWN_SEVERITY = 2  # of a code that this version does not know: something to look at


class Words:
    """The words of one language, "th" or "en"."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, /, **values: object) -> str:
        """Return a word or a sentence with its values filled in."""
        return fill(_table()[key].in_(self.language), values)

    def word(self, group: str, code: str) -> str:
        """Return the word for a code; a code that has none stands for itself."""
        entry = _table().get(f"{group}-{code}")
        return code if entry is None else entry.in_(self.language)

    def told(self, flag: Flag) -> str:
        """Return a flag's sentence with its reason; its code where this version does not know it."""
        if flag.code not in _severities():
            return flag.code
        told = sentence(flag.code, flag.values, self.language)
        reason = reason_words(flag.values, self.language)
        return told if not reason or reason in told else f"{told} ({reason})"

    def moment(self, at: str) -> str:
        """Return a moment (ISO 8601) as people read it, day in the Buddhist era; a damaged one as it is."""
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return at
        return f"{shown(FieldKind.DAY, moment.date().isoformat(), self.language)} {moment:%H:%M:%S} {_offset(moment)}"


def severity_of(flag: Flag) -> int:
    """Return 1 (a figure may be wrong) to 4 (for information), also for a code that this version does not know."""
    return _severities().get(flag.code, _UNKNOWN_SEVERITY)


def _offset(moment: datetime) -> str:
    return f"({moment.isoformat()[-6:]})" if moment.tzinfo is not None else ""


@cache
def _severities() -> Mapping[str, int]:
    return {kind.code: severity(kind.code) for kind in message_kinds()}


def _table() -> Mapping[str, Entry]:
    return entries("raingan.review.dossier", "words.toml")
