"""What the page for auditors says, in both languages: `words.toml`, and sentences of flags that never fail."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from raingan.model.messages import message_kinds, sentence, severity, shown_values
from raingan.model.records import Flag
from raingan.review.decisions import FieldKind
from raingan.review.values import shown

_UNKNOWN_SEVERITY = 2  # of a code that this version does not know: something to look at


class Words:
    """The words of one language, "th" or "en"."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = "thai" if language == "th" else "english"

    def say(self, key: str, /, **values: object) -> str:
        """Return a word or a sentence with its values filled in."""
        text = _table()[key][self._column]
        return text.format(**values) if values else text

    def word(self, group: str, code: str) -> str:
        """Return the word for a code; a code that has none stands for itself."""
        entry = _table().get(f"{group}-{code}")
        return code if entry is None else entry[self._column]

    def told(self, flag: Flag) -> str:
        """Return a flag's sentence with its reason; its code where this version does not know it."""
        if flag.code not in _severities():
            return flag.code
        told = sentence(flag.code, flag.values, self.language)
        reason = shown_values(flag.values, self.language).get("reason", "")
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


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("raingan.review.evidence").joinpath("words.toml").read_text(encoding="utf-8"))
