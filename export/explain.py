"""The sheet that explains the others: how to read, every column, every state, every code."""

from __future__ import annotations

from collections.abc import Iterator

from export.layout import Words, plans
from raingan.model.records import MessageKind, RunInfo
from raingan.model.words import outline

_Row = tuple[str, str, str, str | None, str | None, str | None]


def sentence_of(kind: MessageKind, language: str) -> str:
    """Return the sentence of a code, an ellipsis for each of its parameters."""
    return outline(kind.thai if language == "th" else kind.english)


def explanation_rows(run: RunInfo, words: Words) -> Iterator[_Row]:
    """Yield topic, name, meaning, unit, label on the form, key."""
    reading = words.say("explanation", "topic_reading")
    for name, meaning in words.readings():
        yield reading, name, meaning, None, None, None
    for topic, names in (("topic_state", "state"), ("topic_severity", "severity")):
        for key in words.keys(names):
            yield (
                words.say("explanation", topic),
                words.of(names, key),
                words.of(names + "_meaning", key),
                None,
                None,
                key,
            )
    sheets = words.say("explanation", "topic_sheet")
    for plan in plans().values():
        title = words.pick(plan.title)
        yield sheets, title, words.pick(plan.about), None, None, plan.table
        for column in plan.columns:
            unit = None if column.unit is None else words.pick(column.unit)
            yield title, words.pick(column.title), words.pick(column.meaning), unit, column.label, column.key
    codes = words.say("explanation", "topic_code")
    for kind in sorted(run.messages, key=lambda kind: kind.severity):
        severity = words.of("severity", str(kind.severity))
        yield codes, kind.code, sentence_of(kind, run.language), severity, None, kind.code
