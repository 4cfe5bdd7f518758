"""What a printed value says of change: a rise or a fall, and a value that took the place of an older one.

"ลดลงร้อยละ 10"              -> fall
"เดิม 70 ปรับเป็น 80"         -> 80, and 70 before
"80 (ปรับจาก 90)"            -> 80, and 90 before
"""

from __future__ import annotations

from functools import cache

import regex

from normalize.tables import alternatives, by_word, table

# What may stand between a word and its figure: "เดิมกำหนดไว้ร้อยละ 70".
_ROOM = r"[^\d()]{0,28}+"
_FIGURE = r"(?<old>\d[\d,.]*+)"


@cache
def _words() -> tuple[regex.Pattern[str], dict[str, str], regex.Pattern[str]]:
    data = table("figures")["change"]
    meanings = by_word({"rise": data["rise"], "fall": data["fall"]})
    no_change = alternatives(data["not_a_change"])
    negations = alternatives(table("figures")["negations"]["words"])
    return (
        regex.compile(rf"(?:{no_change}|(?<not>{negations}\s?)?+(?<word>{alternatives(meanings)}))"),
        meanings,
        regex.compile(r"\d[\d,.]*+"),
    )


def change_of(text: str, hint: str | None) -> str | None:
    """Return "rise" or "fall" as a printed value says it: nearest before its figure, else behind it or in the label."""
    pattern, meanings, figure = _words()
    first = figure.search(text)
    place = first.start() if first is not None else len(text)
    before = _said(pattern, meanings, text[:place])
    behind = _said(pattern, meanings, text[place:]) if len(figure.findall(text)) == 1 else []
    told = before[-1:] or behind[:1] or _said(pattern, meanings, hint or "")[-1:]
    return told[0] if told else None


def _said(pattern: regex.Pattern[str], meanings: dict[str, str], text: str) -> list[str]:
    return [
        meanings[match["word"]] for match in pattern.finditer(text) if match["word"] is not None and not match["not"]
    ]


@cache
def _patterns() -> tuple[regex.Pattern[str], ...]:
    """What is left out to have the value that holds, tried in order."""
    data = table("figures")["replaced"]
    old, new, to = (alternatives(data[key]) for key in ("old", "new", "to"))
    return (
        # "เดิม 70 ปรับเป็น 80", "จากร้อยละ 70 เป็นร้อยละ 80"
        regex.compile(rf"(?<begin>){old}{_ROOM}{_FIGURE}[^\d]{{0,28}}?(?:{new}|{to})\s*+(?=[^\d()]{{0,28}}\d)"),
        # "70 (ปรับเป็น 80)"
        regex.compile(rf"\A(?<begin>[^\d()]{{0,28}}){_FIGURE}[^\d()]{{0,28}}?[(,;]?\s*+{new}\s*+(?=[^\d()]{{0,28}}\d)"),
        # "80 (ปรับจาก 90)", "80 เดิม 70"
        regex.compile(rf"(?<begin>)(?<=\d.{{0,60}})\s*+[(,;]?\s*+{old}{_ROOM}{_FIGURE}[^\d()]*+\)?\s*+\Z"),
    )


def without_old_value(text: str) -> tuple[str, str | None]:
    """Return a printed value without the one that it replaced, and the digits of that one; None where none is told."""
    for pattern in _patterns():
        match = pattern.search(text)
        if match is None:
            continue
        rest = text[: match.start()] + match["begin"] + text[match.end() :]
        if rest.count(")") > rest.count("("):
            rest = "".join(rest.rsplit(")", 1))
        if any(map(str.isdigit, rest)):
            return " ".join(rest.split()), match["old"].rstrip(".,").replace(",", "")
    return text, None
