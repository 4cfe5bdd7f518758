"""Find where a form's labels may stand on the lines of a document, with the evidence for each place.

Nothing is decided here: a line of prose may give a candidate as well as the true heading does. `headings`
weighs the candidates of the whole document against each other.

Cost per line is a few dozen dictionary look-ups: three-letter pieces of the labels pick the few labels that
a damaged line could be (an undamaged piece survives every allowed edit), and only those are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from extract.sections.label_text import (
    boundary_of,
    decoration_end,
    row_of,
    shape_pattern,
    undecorated,
    value_beside,
    value_start,
)
from extract.sections.layout import Item
from extract.thai.folding import fold, unfolded_at

if TYPE_CHECKING:
    from extract.sections.forms import Form, FormField

_NUMBER = re.compile(r"[(\[{]?([0-9]{1,2}(?:\.[0-9]{1,2}){0,2})[.)\]}:]{0,2}")
_NUMBER_BEFORE = re.compile(r"[(\[{]?([0-9]{1,2}(?:\.[0-9]{1,2}){0,2})[.)\]}]{0,2}$")
_YEAR_BEHIND = re.compile(r"[^0-9]{0,5}2[45][0-9]{2}(?![0-9])")  # the name of the era may stand between
_YEAR_ALONE = re.compile("2[45][0-9]{2}")
_COLON = re.compile("[:=]")
_DIGITS = re.compile(r"[0-9]+")
_PIECE = 3
_LOOKED_AT = 30  # characters of a label that choose it for comparison
_UNIT_LENGTH = 60  # characters between a label and its colon that may be a unit: "kilogram per person per day"
_VARIANT = 0.5  # a label's other spellings count less than the one that the form prints
_MOST_EDITS = 5  # that `_edits_before_colon` can give, and one more
_SURE_BEGINNING = 12  # letters of a wrapped junk line that must stand on its first line
_WRAPPED_JUNK = 4  # lines
_INSIDE = 4_000  # characters of a line looked at for labels that stand inside it
_CELL_LINES = 4  # lines that a label may take in a narrow cell
_FORBIDDEN = 99  # cost of an edit that is none: digits of a label are never guessed


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A place where a label may stand."""

    line: int  # index of the item
    start: int  # where the label (or its number) begins in the item's text
    end_line: int  # item in which the label ends (the next one where a label is wrapped)
    end: int  # where the value begins in that item's text
    field: int  # index in the form
    label: str  # as printed
    expected: str  # the variant it was taken for
    score: float
    edits: int = 0
    numbered: bool = False  # the number before it is the form's
    colon: bool = False
    unit: str | None = None
    lone: bool = False  # nothing but the label on its line
    stranger: bool = False  # a number stands before it, but not the form's


def allowed_edits(length: int) -> int:
    """Number of wrong, lost or added characters that a label of this length may have."""
    return 0 if length < 5 else 1 if length < 9 else 2 if length < 18 else 3


def _edits_before_colon(length: int) -> int:
    """Edits that are believed where a colon follows the label at once."""
    return 0 if length < 4 else 1 if length < 7 else 2 if length < 10 else 3 if length < 14 else 4


def prefix_distance(
    label: str, text: str, most: int, whole: bool = False, digit_cost: int = _FORBIDDEN
) -> tuple[int, int] | None:
    """Least number of edits that turn `label` into a beginning of `text`, and that beginning's length.

    With `whole` the beginning is all of `text`. None if it takes more than `most`. Digits must stand as they are,
    unless a wrong one has a cost. Among equal ends the one before a colon, then the one nearest to the label's length
    is taken.
    """
    length = len(label)
    text = text[: length + most + whole]  # one letter more shows that the whole is too long
    # Every letter that the text has nowhere costs an edit; most labels fail here, at a tenth of the time.
    if len(set(label).difference(text)) > most:
        return None
    drops = [digit_cost if char in "0123456789" else 1 for char in label]
    adds = [digit_cost if char in "0123456789" else 1 for char in text]
    far = _FORBIDDEN
    previous = [0, *accumulate(adds[:most])] + [far] * (len(text) - most)
    for row, char in enumerate(label, 1):
        drop = drops[row - 1]
        low, high = max(1, row - most), min(len(text), row + most)
        current = [far] * (len(text) + 1)
        if row <= most:
            current[0] = previous[0] + drop
        least = current[0]
        for column in range(low, high + 1):
            if char == text[column - 1]:
                cost = previous[column - 1]
            else:
                swap = adds[column - 1] if adds[column - 1] > drop else drop
                cost = previous[column - 1] + swap
            if previous[column] + drop < cost:
                cost = previous[column] + drop
            if current[column - 1] + adds[column - 1] < cost:
                cost = current[column - 1] + adds[column - 1]
            current[column] = cost
            if cost < least:
                least = cost
        if least > most:
            return None
        previous = current
    if whole:
        return (previous[-1], len(text)) if previous[-1] <= most else None
    best = min(previous)
    if best > most:
        return None
    ends = [end for end, cost in enumerate(previous) if cost == best]
    end = min(ends, key=lambda place: (text[place : place + 1] not in (":", "="), abs(place - length), place))
    return best, end


class _Pieces:
    """Three-letter pieces of many labels, to find quickly which label a damaged line could begin with."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.longest = max(map(len, labels), default=0)
        self._pieces: dict[str, list[tuple[int, int]]] = {}
        self._needed: list[int] = []
        self._by_head: dict[str, list[int]] = {}
        self._by_length: dict[int, list[tuple[int, frozenset[str]]]] = {}
        for index, label in enumerate(labels):
            self._by_length.setdefault(len(label), []).append((index, frozenset(label)))
            self._by_head.setdefault(label[:_PIECE], []).append(index)
        for index, label in enumerate(labels):
            offsets = range(0, min(len(label), _LOOKED_AT) - _PIECE + 1, _PIECE)
            self._needed.append(max(1, len(offsets) - allowed_edits(len(label))))
            for offset in offsets:
                self._pieces.setdefault(label[offset : offset + _PIECE], []).append((index, offset))

    def exact(self, text: str) -> list[int]:
        """Indexes of the labels that `text` begins with, letter for letter."""
        return [index for index in self._by_head.get(text[:_PIECE], ()) if text.startswith(self.labels[index])]

    def near(self, text: str) -> list[int]:
        """Indexes of the labels that `text` may begin with."""
        hits: dict[int, int] = {}
        pieces = self._pieces
        most = min(len(text), self.longest, _LOOKED_AT) + 3 - _PIECE + 1
        known = [place for place in range(most) if text[place : place + _PIECE] in pieces]  # few are
        for place in known:
            for index, offset in pieces[text[place : place + _PIECE]]:
                if -3 <= place - offset <= 3:
                    hits[index] = hits.get(index, 0) + 1
        return [index for index, count in hits.items() if count >= self._needed[index]]

    def alike(self, head: str) -> list[int]:
        """Indexes of the labels of about the same length that share enough letters with `head`."""
        letters = set(head)
        return [
            index
            for length in range(len(head) - _MOST_EDITS, len(head) + _MOST_EDITS + 1)
            for index, own in self._by_length.get(length, ())
            if len(own - letters) <= _edits_before_colon(length) + 1
        ]


class LabelIndex:
    """A form's labels and junk lines, folded and ready to be found."""

    def __init__(self, form: Form) -> None:
        self.form = form
        entries = [
            (folded, number, label)
            for number, item in enumerate(form.fields)
            for label in item.labels
            if (folded := undecorated(fold(label)))
        ]
        self._labels = frozenset(folded for folded, _, _ in entries)
        self.entries = entries  # (folded label, index of the field, label)
        self._pieces = _Pieces([folded for folded, _, _ in entries])
        self._heads: dict[str, list[int]] = {}
        for index, (folded, _, _) in enumerate(entries):
            for length in range(4, len(folded) + 1):
                self._heads.setdefault(folded[:length], []).append(index)
        self._numbers: dict[str, list[int]] = {}
        for index, (_, number, _) in enumerate(entries):
            if printed := form.fields[number].number:
                self._numbers.setdefault(printed.replace(".", ""), []).append(index)
        self._inline = [
            (folded, number, label)
            for folded, number, label in entries
            if (form.fields[number].inline or form.fields[number].number)
            and len(folded) >= 6
            and form.fields[number].place == "body"
        ]
        self._junk = [undecorated(_DIGITS.sub("#", fold(item.text))) for item in form.junk]
        self._junk_pieces = _Pieces(self._junk)
        self._junk_inside = [index for index, item in enumerate(form.junk) if item.match == "inside"]
        self._junk_whole = [index for index, item in enumerate(form.junk) if item.match == "whole"]
        self._shape = next((shape_pattern(item.shape) for item in form.fields if item.shape), None)
        self._inside = [
            (folded, number, label) for folded, number, label in entries if form.fields[number].kind.in_titles
        ]

    def junk(self, items: Sequence[Item], at: int) -> tuple[int, int] | None:
        """Find which of the form's junk lines begins on item `at`, and over how many lines it goes."""
        text = undecorated(_DIGITS.sub("#", items[at].folded))
        index = self._junk_on(text)
        if index is not None:
            return index, 1
        for index in self._junk_whole if len(text) >= _SURE_BEGINNING else ():
            junk = self._junk[index]
            if len(text) < len(junk) and junk.startswith(text):  # wrapped: the line is the beginning of a junk line
                for count in range(2, min(_WRAPPED_JUNK, len(items) - at) + 1):
                    text += _DIGITS.sub("#", items[at + count - 1].folded)
                    if prefix_distance(junk, text.rstrip(":="), allowed_edits(len(junk)), whole=True):
                        return index, count
                    if len(text) >= len(junk):
                        break
                return None
        return None

    def _junk_on(self, text: str) -> int | None:
        for index in self._junk_pieces.near(text):
            label, kind = self._junk[index], self.form.junk[index].match
            if kind == "inside":
                continue
            found = (0, len(label)) if text.startswith(label) else None
            if found is None:
                found = prefix_distance(label, text, allowed_edits(len(label)))
            if found and (kind != "whole" or len(text) - found[1] <= 3):
                return index
        return next((index for index in self._junk_inside if self._junk[index] in text), None)

    def candidates(self, items: Sequence[Item], at: int) -> list[Candidate]:
        """Find the labels that may begin on item `at`."""
        item = items[at]
        folded = item.folded
        found: dict[tuple[int, int], Candidate] = {}
        skip = decoration_end(folded)
        number = _NUMBER.match(folded, skip)
        begin, printed = (number.end(), number[1]) if number else (skip, None)
        self._at_line_start(found, items, at, begin, printed)
        short = len(folded) - skip < self._pieces.longest and at + 1 < len(items)
        if short and not any(candidate.colon for candidate in found.values()):
            self._over_lines(found, items, at, skip, number)
        for candidate in self._inside_line(items, at):
            found.setdefault((candidate.field, candidate.start), candidate)
        if by_shape := self._by_shape(item, at):
            found.setdefault((by_shape.field, 0), by_shape)
        return sorted(found.values(), key=lambda candidate: (candidate.start, candidate.field))

    def _at_line_start(
        self, found: dict[tuple[int, int], Candidate], items: Sequence[Item], at: int, begin: int, printed: str | None
    ) -> None:
        folded = items[at].folded
        body = folded[begin : begin + self._pieces.longest + 6]
        plain = printed is None and len(folded) - begin > len(body) and _COLON.search(body) is None
        tried = self._pieces.exact(body) if plain else self._pieces.near(body)
        clear = False
        for index in tried:
            label = self.entries[index][0]
            if body.startswith(label):
                clear = clear or body[len(label) : len(label) + 1] in ("", ":")
                self._keep(found, self._candidate(items, at, begin, (0, len(label)), index, printed))
        if clear:
            return
        for index in tried:
            label = self.entries[index][0]
            if not body.startswith(label) and (match := prefix_distance(label, body, allowed_edits(len(label)))):
                self._keep(found, self._candidate(items, at, begin, match, index, printed))
        mark = _COLON.search(body)
        colon = mark.start() if mark else -1
        head = body[:colon] if colon > 0 else body
        if colon > 0:  # a colon ends the label: more damage is believed, as long as the length is right
            done = {candidate.field for candidate in found.values() if candidate.colon}
            for index in self._pieces.alike(head):
                label, number, _ = self.entries[index]
                most = _edits_before_colon(len(label)) + (
                    printed is not None and self.form.fields[number].number == printed
                )
                if number not in done and (match := prefix_distance(label, head, most, True)):
                    self._keep(found, self._candidate(items, at, begin, match, index, printed))
        if colon > 0 or (printed and len(folded) - begin < self._pieces.longest and len(items[at].text) < 60):
            for index in self._heads.get(head, ()):
                label, number, _ = self.entries[index]
                field = self.form.fields[number]
                enough = max(5, len(label) // 2) <= len(head) < len(label) and (colon > 0 or field.number == printed)
                if enough and not any(char.isdigit() for char in label[len(head) :]):
                    self._keep(found, self._candidate(items, at, begin, (0, len(head)), index, printed, cut=True))

    def _over_lines(
        self,
        found: dict[tuple[int, int], Candidate],
        items: Sequence[Item],
        at: int,
        skip: int,
        number: re.Match[str] | None,
    ) -> None:
        """Labels that a wrap has cut: over two lines of text, over more in a narrow cell."""
        begin, printed = (number.end(), number[1]) if number else (skip, None)
        cell = items[at].line.cell
        most = _CELL_LINES if cell else 2
        rows = [items[at].folded[begin:]]
        while len(rows) < most and at + len(rows) < len(items) and items[at + len(rows)].line.cell == cell:
            rows.append(items[at + len(rows)].folded)
        head, joined = rows[0], "".join(rows)[: self._pieces.longest + 8]
        if len(rows) == 1:
            return
        indexes = dict.fromkeys(self._heads.get(head, []) if head else self._same_number(printed))
        indexes |= dict.fromkeys(self._pieces.near(joined)) if head and (cell or printed) else {}
        for index in indexes:
            label, field_number, variant = self.entries[index]
            field = self.form.fields[field_number]
            match = prefix_distance(label, joined, allowed_edits(len(label)))
            if match is None or match[1] < len(head):
                continue
            tail = joined[match[1] :]
            colon = tail.startswith((":", "="))
            row, inside = row_of(rows, match[1] + colon)
            ends = inside == len(rows[row])
            colon = colon or (ends and value_beside(items, at, at + row, self._labels))
            if row == 0 or not (colon or (ends and field.number == printed)):
                continue
            item = items[at + row]
            label_end = unfolded_at(item.text, inside)
            texts = [items[other].text for other in range(at, at + row)] + [item.text[:label_end]]
            same = printed is not None and field.number == printed
            score = self.score(field, label, match[0], printed, ":" if colon else "end", False)
            score -= _VARIANT * (variant != field.labels[0])
            candidate = Candidate(
                at, 0, at + row, value_start(item.text, label_end), field_number, " ".join(texts).rstrip(" :="),
                variant, score, match[0], same, colon, None, inside == len(rows[row]), printed is not None and not same,
            )  # fmt: skip
            self._keep(found, candidate)

    def _same_number(self, printed: str | None) -> list[int]:
        return self._numbers.get(printed.replace(".", ""), []) if printed else []

    def _inside_line(self, items: Sequence[Item], at: int) -> Iterator[Candidate]:
        item = items[at]
        folded = item.folded
        for label, number, variant in self._inline:
            place = folded.find(label, 1)
            if place < 0 or place > _INSIDE:
                continue
            field = self.form.fields[number]
            before = _NUMBER_BEFORE.search(folded, max(0, place - 9), place)
            same = before is not None and before[1] == field.number
            if not same and not field.inline:
                continue
            rest = folded[place + len(label) :]
            if not field.inline and not (rest.startswith((":", "=")) and rest.strip(".")):
                continue  # most of what a line of prose says: no boundary, whatever stands there unfolded
            begin = before.start() if same and before else place
            while not same and begin > 0 and folded[begin - 1] in ":*":
                begin -= 1
            start = unfolded_at(item.text, begin)
            end = unfolded_at(item.text, place + len(label))
            boundary = boundary_of(item.text, end, rest, field)
            if begin == 0 or not (boundary == ":" or (field.inline and field.colon == "none" and boundary != "glued")):
                continue
            if item.text[start - 1 : start + 1].strip() == item.text[start - 1 : start + 1] and not field.inline:
                continue
            score = self.score(field, label, 0, field.number if same else None, boundary, False) - 1.0
            start += len(item.text[start:]) - len(item.text[start:].lstrip())
            yield Candidate(
                at, start, at, value_start(item.text, end), number, item.text[start:end].strip(), variant, score,
                0, same, boundary == ":",
            )  # fmt: skip
        if len(folded) <= 160:
            yield from self._titles(items, at)

    def _titles(self, items: Sequence[Item], at: int) -> Iterator[Candidate]:
        """Labels of title lines, which may stand inside a longer line, with the year behind them or below."""
        item = items[at]
        for label, number, variant in self._inside:
            place = item.folded.find(label)
            if place < 0:
                continue
            rest = item.folded[place + len(label) :]
            score = 1.5 if len(item.folded) < 110 else 0.5
            if _YEAR_BEHIND.match(rest):
                end = value_start(item.text, unfolded_at(item.text, place + len(label)))
                start = unfolded_at(item.text, place) if ":" in item.folded[:place] else 0  # behind another title
                yield Candidate(at, start, at, end, number, label, variant, score)
            elif not rest.strip(":") and at + 1 < len(items) and _YEAR_ALONE.fullmatch(items[at + 1].folded):
                yield Candidate(at, 0, at + 1, 0, number, label, variant, score)
            else:
                continue
            return

    def _by_shape(self, item: Item, at: int) -> Candidate | None:
        if self._shape is None or not self._shape.search(item.folded):
            return None
        number = next(index for index, field in enumerate(self.form.fields) if field.shape)
        return Candidate(at, 0, at, 0, number, "", "", 5.0, colon=True)

    def _keep(self, found: dict[tuple[int, int], Candidate], candidate: Candidate | None) -> None:
        if candidate is None:
            return
        other = found.get((candidate.field, candidate.start))
        if other is None or candidate.score > other.score:
            found[(candidate.field, candidate.start)] = candidate

    def _candidate(
        self,
        items: Sequence[Item],
        at: int,
        begin: int,
        match: tuple[int, int],
        index: int,
        printed: str | None,
        cut: bool = False,
    ) -> Candidate | None:
        label, number, variant = self.entries[index]
        item, field = items[at], self.form.fields[number]
        edits, length = match
        rest = item.folded[begin + length :]
        end = unfolded_at(item.text, begin + length)
        boundary = boundary_of(item.text, end, rest, field)
        if boundary == "end" and value_beside(items, at, at, self._labels):
            boundary = ":"
        value = value_start(item.text, end)
        unit = None
        if field.unit_in_label and boundary != ":" and 0 < rest.find(":") <= _UNIT_LENGTH:
            colon = re.compile("[:：﹕∶]").search(item.text, end)
            if colon:
                unit, value, boundary = (
                    item.text[end : colon.start()].strip(),
                    value_start(item.text, colon.start()),
                    ":",
                )
        if (field.alone and rest) or (field.colon == "needed" and boundary != ":"):
            return None
        sure = boundary in (":", "end") or (printed is not None and printed == field.number)
        if edits and not sure and field.colon != "none":
            return None
        score = self.score(field, label, edits, printed, boundary, cut) - _VARIANT * (variant != field.labels[0])
        same = printed is not None and field.number == printed
        return Candidate(
            at, 0, at, value, number, item.text[:end].strip(), variant, score, max(edits, cut), same, boundary == ":",
            unit, not rest, printed is not None and not same,
        )  # fmt: skip

    def score(self, field: FormField, label: str, edits: int, printed: str | None, boundary: str, cut: bool) -> float:
        """Evidence for a heading. Weights were set on the printed form and checked on made reports."""
        score = 1.0 + min(len(label), 20) * 0.075 - 0.6 * edits - 0.5 * cut
        if printed is not None:
            if printed == field.number:
                score += 2.5
            elif field.number and printed.replace(".", "") == field.number.replace(".", ""):
                score += 1.5
            else:
                score -= 1.2
        if field.colon == "none":
            return score + {":": 1.0, "end": 1.0, "space": 0.8, "bracket": 0.5}.get(
                boundary, 0.5 if field.glued else -4.0
            )
        if field.kind.first_in_bracket and boundary == "bracket":
            return score  # the first option's tick
        return score + {":": 1.5, "end": 0.5, "space": -0.5, "bracket": -1.0}.get(boundary, -4.0)
