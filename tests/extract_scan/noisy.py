"""Make a text report look as if it had been read from a picture: confused letters, figures with confidences."""

from __future__ import annotations

import dataclasses
import random
import re
from dataclasses import dataclass

from raingan.model.records import Document, Kind, Line, Page, ReadToken

FIGURE = re.compile(r"[0-9\u0e50-\u0e59]+(?:[.,/:-][0-9\u0e50-\u0e59]+)*")
TICK = re.compile("[\u2610\u2611]")

# Pairs that recognisers of Thai print take for each other.
_PAIRS = (
    "๑๓ ๓๗ ๔๕ ๕๘ ๖๒ ๘๙ ๐๑ 17 38 56 06 27 49 "
    "ดค ดต คศ ถภ ภก กถ ชซ ขช ฎฏ ผฝ พฟ ผพ บป บษ มน ทห ทฑ ลส อฮ อล วา รธ งจ ณญ ยบ "
    "\u0e34\u0e35 \u0e35\u0e37 \u0e37\u0e36 \u0e34\u0e36 \u0e48\u0e49 \u0e49\u0e4a \u0e38\u0e39 ไใ .: ,."
)
ALIKE: dict[str, list[str]] = {}
for _pair in _PAIRS.split():
    ALIKE.setdefault(_pair[0], []).append(_pair[1])
    ALIKE.setdefault(_pair[1], []).append(_pair[0])
_LOST = frozenset("\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e47\u0e34\u0e38:.,() ")


@dataclass(frozen=True)
class Truth:
    """What a token of a noisy document should have been."""

    read: str
    true: str


def confuse(text: str, rate: float, rng: random.Random) -> str:
    """Replace, lose or add characters, each with probability `rate`."""
    if not rate:
        return text
    made = []
    for char in text:
        if rng.random() >= rate:
            made.append(char)
        elif char in ALIKE and rng.random() < 0.75:
            made.append(rng.choice(ALIKE[char]))
        elif char in _LOST:
            continue
        elif rng.random() < 0.2:
            made.append(char + " ")
        elif rng.random() < 0.3:
            continue
        else:
            made.append(rng.choice(ALIKE.get(char, ["ร", "น", "า"])))
    return "".join(made)


def _confidence(right: bool, rng: random.Random) -> float:
    """Most right readings are sure, most wrong ones are not: as the study of the recogniser measured."""
    if right:
        return round(1 - min(0.6, rng.expovariate(1 / 0.012)), 4)
    return round(max(0.2, 0.985 - min(0.7, rng.expovariate(1 / 0.28))), 4)


def _figure(text: str, rate: float, rng: random.Random) -> tuple[str, float, tuple[tuple[str, float], ...]]:
    """A figure as read, its confidence, and its other readings."""
    read = "".join(
        rng.choice(ALIKE[char]) if char in ALIKE and char not in ".:," and rng.random() < rate else char
        for char in text
    )
    confidence = _confidence(read == text, rng)
    rest = 1 - confidence
    others: dict[str, float] = {}
    if read != text and rng.random() < 0.9:
        others[text] = round(rest * rng.uniform(0.5, 0.95), 4)
    for _ in range(2):
        place = rng.randrange(len(read))
        if read[place] in ALIKE and read[place] not in ".:,":
            other = read[:place] + rng.choice(ALIKE[read[place]]) + read[place + 1 :]
            others.setdefault(other, round((rest - sum(others.values())) * rng.uniform(0.2, 0.6), 4))
    others.pop(read, None)
    best = sorted(((other, share) for other, share in others.items() if share > 0), key=lambda pair: -pair[1])
    return read, confidence, tuple(best)


def scanned_line(line: Line, rate: float, digit_rate: float, rng: random.Random, truths: list[Truth]) -> Line:
    """One line as an engine may read it; the figures' true readings go to `truths`."""
    parts: list[str] = []
    tokens: list[ReadToken] = []
    cursor = 0
    for match in FIGURE.finditer(line.text):
        parts.append(confuse(line.text[cursor : match.start()], rate, rng))
        read, confidence, others = _figure(match.group(), digit_rate, rng)
        parts.append(read)
        tokens.append(ReadToken(read, confidence, others, line.page, line.box, b"png"))
        truths.append(Truth(read, match.group()))
        cursor = match.end()
    parts.append(confuse(line.text[cursor:], rate, rng))
    text = "".join(parts).strip()
    return dataclasses.replace(line, text=text, raw=None, confidence=round(1 - rate, 4), tokens=tuple(tokens))


def scanned(document: Document, rate: float, digit_rate: float, seed: int) -> tuple[Document, list[Truth]]:
    """The document as an engine may read its picture, and what each of its tokens should have been, in order."""
    rng = random.Random(seed)
    truths: list[Truth] = []
    pages = []
    for page in document.pages:
        lines = tuple(made for line in page.lines if (made := scanned_line(line, rate, digit_rate, rng, truths)).text)
        pages.append(dataclasses.replace(page, lines=lines, engine="noisy/1"))
    return dataclasses.replace(document, pages=tuple(pages)), truths


def document(text: str) -> Document:
    """A document of plain lines."""
    lines = tuple(Line(line.strip(), 1) for line in text.splitlines() if line.strip())
    return Document(Kind.TEXT, "made/1", (Page(1, lines),))
