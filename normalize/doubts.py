"""Doubts about figures that were read from pictures: which are confirmed, which doubtful, which contradicted.

    tokens of the raw fields -> places (which value) -> witnesses (what fits) -> weights -> flags

Nothing is corrected here: a flag tells the value as read, what it may be instead, and why. The engine's confidence
is the weight of the figure as read, its other readings have theirs, and what is left is the weight of readings that
nobody named. Each witness lowers the weights that do not fit it. A figure is confirmed where the reading as it stands
has nearly all of the weight that remains.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from normalize.digits import to_arabic
from normalize.places import TICKS, Context, FigureSpan, core, find_places
from normalize.section_findings import Prose
from normalize.witnesses import WITNESSES, Witness, propose
from raingan.model.records import Flag, RawReport, ReadToken, Report
from raingan.model.report_fields import report_fields

SURE = 0.98
"""Weight from which a figure is taken as right. To be set on readings of faces that the engine has not seen, so that
of wrong figures 98 in 100 lie below it and of right ones at most 8."""

SURE_TICK = 0.9
"""Confidence from which a tick box is taken as drawn."""

_LEAST = 1e-4  # no engine is surer of a figure than this
_CHANCE = 0.1  # share of the readings that nobody named that fits whatever the witnesses say
_WORTH_NAMING = 0.1  # weight from which another reading is proposed
_MOST_WORDS = 12  # doubtful words that a flag names
_MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one figure."""

    weight: float  # of the reading as it stands, after the witnesses
    proposal: str | None = None
    against: str | None = None  # name of the witness that contradicts


def flag_doubts(report: Report, raw: RawReport, sections: Sequence[Prose], sure: float = SURE) -> list[Flag]:
    """Flag the figures and words of a report that its readings leave in doubt; none for text."""
    flags: list[Flag] = []
    if any(field.tokens for field in raw.fields):
        context = Context(report, find_places(report, raw, sections), tuple(sections), sure)
        flags += [flag for place in context.places if (flag := _flag(context, place)) is not None]
    flags += _doubtful_words(report, raw)
    return flags


def judge(context: Context, place: FigureSpan) -> Verdict:
    """Weigh the readings of one figure by what the rest of the report says."""
    token = place.token
    weights = _readings(token)
    unnamed = max(_LEAST, 1 - sum(weights.values()))
    fitting = 1.0
    against: list[Witness] = []
    for witness in WITNESSES:
        if witness.kinds and place.kind not in witness.kinds:
            continue
        answers = {reading: witness.ask(context, place, reading) for reading in weights}
        fits = True in answers.values()
        if witness.support and not fits:
            continue
        for reading, answer in answers.items():
            if answer is False or (answer is None and witness.support):
                # It is the true one only where truth is odd and, beside it, a wrong reading fits by chance.
                weights[reading] *= witness.misfit * (max(witness.by_chance, _CHANCE) if fits else 1.0)
        if fits:
            fitting *= witness.by_chance
        if answers[token.text] is False and not witness.support:
            against.append(witness)
    total = sum(weights.values()) + unnamed * max(fitting, _CHANCE)
    weight = weights[token.text] / total
    figures = [reading for reading in weights if reading != token.text and core(reading)]
    best = max(figures, key=weights.__getitem__, default=None)
    share = 0.0 if best is None else weights[best] / total
    proposal = best if share >= _WORTH_NAMING else None
    told = next((witness for witness in against if witness.certain or weight < context.sure), None)
    if told is not None and proposal is None:
        proposal = propose(place, context, told.name)
    if told is None and proposal is not None and share > weight:
        told = _outvoted(context, place, proposal)
    return Verdict(weight, proposal if proposal != token.text else None, told.name if told else None)


def _readings(token: ReadToken) -> dict[str, float]:
    """The readings with their weights; those that say the same figure in other digits or spaces count as one."""
    weights = {token.text: token.confidence}
    names = {_plain(token.text): token.text}
    for text, probability in _others(token):
        name = names.setdefault(_plain(text), text)
        weights[name] = weights.get(name, 0.0) + probability
    weights[token.text] = min(max(weights[token.text], _LEAST), 1 - _LEAST)
    return weights


def _others(token: ReadToken) -> list[tuple[str, float]]:
    """The other readings that could be figures too: one with a letter or a mark in it is not, unless the first has."""
    if not all(map(_of_figures, token.text)):
        return list(token.others)
    return [(text, probability) for text, probability in token.others if all(map(_of_figures, text))]


def _of_figures(character: str) -> bool:
    return character.isdecimal() or not (character.isalpha() or unicodedata.category(character) == "Mn")


def _plain(text: str) -> str:
    return "".join(to_arabic(text).split())


def _outvoted(context: Context, place: FigureSpan, other: str) -> Witness | None:
    """The witness that speaks for another reading and not for the one as it stands."""
    for witness in WITNESSES:
        if witness.kinds and place.kind not in witness.kinds:
            continue
        if witness.ask(context, place, other) and not witness.ask(context, place, place.token.text):
            return witness
    return None


def _flag(context: Context, place: FigureSpan) -> Flag | None:
    if place.kind == "tick":
        return _tick(place) if place.key == "level" else None
    verdict = judge(context, place)
    if verdict.against is None and verdict.weight >= context.sure:
        return None
    token = place.token
    values = {
        "text": token.text,
        "confidence": f"{token.confidence:.2f}",
        "others": ", ".join(text for text, _ in _others(token)[:_MOST_OTHERS]),
        "proposal": verdict.proposal or "",
        "reason": verdict.against or "",
    }
    if verdict.against is not None:
        if verdict.proposal:
            return Flag("figure-contradicted", place.field, values, picture=token.picture)
        return Flag("figure-implausible", place.field, values, picture=token.picture)
    if verdict.proposal:
        return Flag("figure-alternative", place.field, values, picture=token.picture)
    return Flag("figure-doubtful", place.field, values, picture=token.picture)


def _tick(place: FigureSpan) -> Flag | None:
    token = place.token
    if token.confidence >= SURE_TICK:
        return None
    values = {"text": token.text, "confidence": f"{token.confidence:.2f}", "field": place.key}
    return Flag("tick-doubtful", place.key, values, picture=token.picture)


def _doubtful_words(report: Report, raw: RawReport) -> list[Flag]:
    """One flag for the doubtful words of a field; a tick box among them is a doubt about the choice."""
    flags = []
    for field in raw.fields:
        words = list(dict.fromkeys(word for word in field.doubtful if not set(word) & set(TICKS)))
        if field.key == "level" and len(words) < len(set(field.doubtful)) and not field.tokens:
            ticks = next(word for word in field.doubtful if set(word) & set(TICKS))
            flags.append(Flag("tick-doubtful", field.key, {"text": ticks, "confidence": "", "field": field.key}))
        if words:
            shown = ", ".join(words[:_MOST_WORDS]) + (" …" if len(words) > _MOST_WORDS else "")
            path = report_fields().known_path(report, field.key)
            flags.append(Flag("text-doubtful", path, {"words": shown, "count": str(len(words))}))
    return flags


def confidence_of(raw: RawReport) -> float | None:
    """Return the mean confidence of what was read from pictures, by length; None for text."""
    read = [(field.confidence, len(field.text)) for field in raw.fields if field.confidence is not None and field.text]
    length = sum(count for _, count in read)
    return round(sum(value * count for value, count in read) / length, 4) if length else None
