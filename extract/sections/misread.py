"""Find labels that were misread from a picture: more damage is believed there than in text.

What a reader of pictures does to a heading and no typist does: a digit of the label or of its number taken for
another one or for a letter, the colon lost or read as another small sign, a short label with a wrong letter. Whether
a place is a heading is decided with all others of the document (`headings`), so a wrong guess here loses against the
form's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.sections.forms import FormField
from extract.sections.kinds import AfterColon
from extract.sections.labels import Candidate, LabelIndex, prefix_distance
from extract.sections.layout import Item
from extract.thai.folding import fold, is_thai, unfolded_at

_NUMBER = re.compile(r"[(\[{]?([0-9]{1,2}(?:[.,]?[0-9]{1,2}){0,2})[.,)\]}:;]{0,2}")
_BROKEN_NUMBER = re.compile(r"[(\[{]?[0-9a-z\u0e01-\u0e2e.,]{1,4}[.)\]}]{1,2}")
_LEAD = re.compile(r"(?:[:=_~.,;\u2022'\"-]|[^:]{1,2}(?=--))*")  # a letter among dashes is one of them
_SIGN = re.compile("[:=]")
_SMALL_SIGN = re.compile(r"\s*[:=;.,'!|\u2019](?=\s|$)")
_VALUE = re.compile(r"[\s*]*(?:[:=;!|'\u2019\uff1a]+|[.,]+(?=\s|$))*(?:\s*\*\*(?!\*))?\s*")
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_WORD = re.compile(r"(?:(?<=[\s:=])|^)(?=[^\s:=])")
_VARIANT = 0.5  # as in `labels`
_TITLE_LENGTH = 110  # folded characters of a line that may be a title
_INLINE_LENGTH = 200  # characters of a line looked at for labels that stand inside it
_HEAD = 4  # letters that a heading without number and colon must have, where its line is long
_SHORT_TITLE = 60  # characters of a title line that lost its colon
_NEAR_BEGINNING = 70  # folded characters within which a label's colon stands


def _edits(length: int, sure: bool) -> int:
    """Edits that are believed in a label of this length, more where a sign or its number speaks for it.

    Set on made reports with up to 3 % of the characters confused.
    """
    if length < 4:
        return 1 if sure and length == 3 else 0
    plain = 1 if length < 9 else 2 if length < 14 else 3 if length < 20 else 5
    return plain + sure


def with_misread(index: LabelIndex, items: Sequence[Item], at: int, known: list[Candidate]) -> list[Candidate]:
    """Add to the candidates of a line read from a picture those that only a misreading hides."""
    best = {(candidate.field, candidate.start): candidate for candidate in known}
    for candidate in _misread(index, items[at], at, known):
        key = (candidate.field, candidate.start)
        if key not in best or candidate.score > best[key].score:
            best[key] = candidate
    return sorted(best.values(), key=lambda candidate: (candidate.start, candidate.field))


def _misread(index: LabelIndex, item: Item, at: int, known: Sequence[Candidate]) -> Iterator[Candidate]:
    if not any(c.start == 0 and c.numbered and c.colon and not c.edits for c in known):
        yield from _at_start(index, item, at)
    yield from _inside(index, item, at)
    yield from _years(index, item, at)


def _at_start(index: LabelIndex, item: Item, at: int) -> Iterator[Candidate]:
    folded = item.folded
    lead = _LEAD.match(folded)
    skip = lead.end() if lead else 0
    sign = _SIGN.search(folded, skip, skip + _NEAR_BEGINNING)
    begins: dict[int, str | None] = {skip: None}
    if number := _NUMBER.match(folded, skip):
        begins = {number.end(): number[1].replace(",", ".")}
    elif broken := _BROKEN_NUMBER.match(folded, skip):
        begins[broken.end()] = None
    prose = sign is None and number is None and len(folded) > _NEAR_BEGINNING
    for begin, printed in begins.items():
        colon = sign.start() if sign and sign.start() > begin else -1
        for label, field_number, variant in index.entries:
            if prose and not folded.startswith(label[:_HEAD], begin):
                continue  # nothing but the label's own letters speaks for a heading
            field = index.form.fields[field_number]
            same = printed is not None and _digits(field.number) == _digits(printed)
            marked = variant.startswith("--") and "--" in folded[:begin]
            found = _match(label, folded[begin:], colon - begin, same or marked)
            if found is None:
                continue
            edits, length = found
            candidate = _candidate(index, item, at, field_number, variant, begin + length, edits, printed, same, marked)
            if candidate is not None:
                yield candidate


def _match(label: str, text: str, colon: int, same: bool) -> tuple[int, int] | None:
    if colon > 0:
        whole = prefix_distance(label, text[:colon], _edits(len(label), True) + same, True, digit_cost=1)
        if whole is not None:
            return whole
    if len(label) < 5 and not same:
        return None
    return prefix_distance(label, text, _edits(len(label), same), digit_cost=1)


def _candidate(
    index: LabelIndex, item: Item, at: int, number: int, variant: str, end: int, edits: int, printed: str | None,
    same: bool, marked: bool,
) -> Candidate | None:  # fmt: skip
    field = index.form.fields[number]
    rest = item.folded[end:]
    place = unfolded_at(item.text, end)
    boundary = _boundary(item.text, place, rest)
    lone = not rest.strip(".,:;=")
    lost = boundary in ("space", "end") and (marked or _colon_lost(field, item.text, rest, edits))
    if not (same or lost) and boundary not in (":", "end"):
        return None
    if (field.alone and rest) or (field.colon == "needed" and boundary != ":" and not lost):
        return None
    if field.unit_in_label and boundary != ":":
        return None
    score = index.score(field, variant, edits, field.number if same else printed, boundary, False)
    score -= _VARIANT * (variant != field.labels[0])
    value = _VALUE.match(item.text, place)
    return Candidate(
        at, 0, at, value.end() if value else place, number, item.text[:place].strip(), variant, score, edits, same,
        boundary == ":", None, lone, printed is not None and not same,
    )  # fmt: skip


def _boundary(text: str, end: int, rest: str) -> str:
    if not rest:
        return "end"
    if rest[0] in ":=;" or _SMALL_SIGN.match(text, end):
        return ":"
    if rest[0] in "([\"'\u201c":
        return "bracket"
    return "space" if text[end : end + 1].isspace() or rest[0] in "._(-" else "glued"


def _colon_lost(field: FormField, text: str, rest: str, edits: int) -> bool:
    """Tell whether what follows can only stand behind a colon: a code of the plan, a figure, a title's name."""
    if field.place == "before":
        return not edits and len(text) < _SHORT_TITLE
    if field.kind.after_colon is AfterColon.FIGURE:
        return rest[:1].isdigit() or (rest[1:2].isdigit() and not is_thai(text[-1]))
    return field.kind.after_colon is AfterColon.CODE and rest[:1].isdigit()


def _inside(index: LabelIndex, item: Item, at: int) -> Iterator[Candidate]:
    """Labels that may follow on the line of another one."""
    labels = [entry for entry in index.entries if index.form.fields[entry[1]].inline and len(entry[0]) >= 6]
    text = item.text[:_INLINE_LENGTH]
    if not labels or not (_SIGN.search(text) or text.count("(") > 1):
        return
    folded = item.folded
    for place in (match.start() for match in _WORD.finditer(text)):
        if place == 0:
            continue
        begin = len(fold(text[:place]))
        for label, number, variant in labels:
            if folded.startswith(label, begin):
                continue  # found already, by its letters
            field = index.form.fields[number]
            found = prefix_distance(label, folded[begin:], _edits(len(label), False))
            if found is None:
                continue
            end = unfolded_at(item.text, begin + found[1])
            boundary = _boundary(item.text, end, folded[begin + found[1] :])
            if boundary != ":" and not (field.colon == "none" and boundary in ("end", "space")):
                continue
            score = index.score(field, label, found[0], None, boundary, False) - 1.0
            value = _VALUE.match(item.text, end)
            yield Candidate(
                at, _sign_before(item.text, place), at, value.end() if value else end, number,
                item.text[place:end].strip(), variant, score, found[0], False, boundary == ":",
            )  # fmt: skip


def _sign_before(text: str, place: int) -> int:
    """Where the signs and spaces before a label inside a line begin."""
    while place > 0 and text[place - 1] in ":* ":
        place -= 1
    return place + len(text[place:]) - len(text[place:].lstrip())


def _years(index: LabelIndex, item: Item, at: int) -> Iterator[Candidate]:
    """A title's label before its year, anywhere on a short line."""
    folded = item.folded
    if len(folded) > _TITLE_LENGTH:
        return
    for year in _YEAR.finditer(folded):
        head = folded[: year.start()].rstrip(":;.,")
        for label, number, variant in index.entries:
            if not index.form.fields[number].kind.in_titles or len(label) < 8:
                continue
            plain = label.rstrip(".")
            found = prefix_distance(plain[::-1], head[::-1], _edits(len(plain), False))
            if found is None:
                continue
            begin = len(head) - found[1]
            start = unfolded_at(item.text, begin + 1) - 1 if ":" in folded[:begin] else 0
            score = 1.5 - 0.3 * found[0] - _VARIANT * (variant != index.form.fields[number].labels[0])
            end = unfolded_at(item.text, year.start() + 1) - 1
            yield Candidate(at, start, at, end, number, item.text[start:end].strip(), variant, score, found[0])
            return


def _digits(number: str | None) -> str:
    return (number or "").replace(".", "")
