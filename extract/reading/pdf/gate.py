"""Whether a page's text can be used: well-formed Thai, made of words, in characters that exist.

Both measures are needed. A permuted font gives well-formed nonsense; an extractor that deletes what it cannot place
gives words with holes. English pages, tables of figures and short pages pass: only what is there can be judged.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from extract.thai.letters import ill_formed, thai_letters
from extract.thai.pythai import thai_words, words_of

# Clean layers have none, repaired ones up to 0.001; broken ones 0.02 and more (13 public budget books).
_MOST_ILL_FORMED = 0.02
# Share of Thai letters in dictionary words: repaired pages 0.975 and more, the worst readable one 0.88.
_LEAST_IN_WORDS = 0.70
# Of a layer that an OCR program laid over a scan; Tesseract's reach 0.80 to 0.90 and are wrong in every figure.
_LEAST_IN_WORDS_READ = 0.93
# Share of Thai letters in the commonest short words; prose has 0.2 to 0.35, a permuted font 0.02.
_PLAINLY_WORDS = 0.15
# Share of Thai letters in what was read from a page; what a reader without Thai makes of one has none.
_LEAST_THAI_READ = 0.3
_JUDGED_FROM = 30  # Thai letters; fewer tell nothing
_SAMPLE = 600  # Thai letters for the dictionary: two milliseconds
# Share of characters that no font should give: undefined, private use, replacement, accented letters among few plain.
_MOST_NOISE = 0.12
_NOISE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd\ue000-\uf6ff\uf71b-\uf8ff\u0080-\u009f]|\(cid:\d+\)")
_ACCENTED = re.compile(r"[\u00a1-\u00bf\u00c0-\u024f\u0250-\u02af\u0370-\u03ff\u0400-\u052f]")
_LETTER = re.compile(r"[^\W\d_]|[\u0e01-\u0e5b]|[\u00a1-\u024f]")
THAI_RUN = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]+")


def fault_of(lines: list[str], raw: str = "", over_picture: bool = False) -> str | None:
    """Return why the text of a page cannot be used ("no-unicode", "ill-formed", "not-thai-words"), or None.

    `raw` is the text layer before repair: a page whose letters all have no code may have no lines at all. A text laid
    over a picture of the page was itself read from it by some program: it has to be words throughout.
    """
    text = "\n".join(lines)
    visible = max(sum(map(len, layer.split())) for layer in (text, raw))
    if not visible:
        return None
    noise = max(sum(len(match[0]) for match in _NOISE.finditer(layer)) for layer in (text, raw))
    if noise > _MOST_NOISE * visible and visible >= _JUDGED_FROM:
        return "no-unicode"
    accented = len(_ACCENTED.findall(text))
    if accented > 0.3 * _JUDGED_FROM and accented > 0.3 * max(len(_LETTER.findall(text)), _JUDGED_FROM):
        return "no-unicode"
    thai = thai_letters(text)
    if over_picture and visible >= _JUDGED_FROM and thai < _LEAST_THAI_READ * len(_LETTER.findall(text)):
        return "not-thai-words"  # read from the picture by a program that knew no Thai
    if thai < _JUDGED_FROM:
        return None
    if ill_formed(text) > max(_MOST_ILL_FORMED * thai, 2):
        return "ill-formed"
    if over_picture:
        return None if in_words(_sample(lines)) >= _LEAST_IN_WORDS_READ else "not-thai-words"
    return None if _is_words(lines, thai) else "not-thai-words"


def _is_words(lines: list[str], thai: int) -> bool:
    common = sum(map(len, _common().findall("\n".join(lines))))
    if common >= _PLAINLY_WORDS * thai:
        return True
    return in_words(_sample(lines)) >= _LEAST_IN_WORDS


def _sample(lines: list[str]) -> str:
    """Lines from the middle of the page, where prose stands, until there is enough to judge."""
    chosen: list[str] = []
    letters = 0
    middle = len(lines) // 3
    for line in lines[middle:] + lines[:middle]:
        chosen.append(line)
        letters += thai_letters(line)
        if letters >= _SAMPLE:
            break
    return "\n".join(chosen)


def in_words(text: str) -> float:
    """Return the share of Thai letters that lie in dictionary words of two letters and more, 1.0 if there are none."""
    words = thai_words()
    found = total = 0
    for run in THAI_RUN.findall(text):
        for token in words_of(run):
            total += len(token)
            if token in words and len(token) > 1:
                found += len(token)
    return found / total if total else 1.0


@cache
def _common() -> re.Pattern[str]:
    """The commonest words of official prose, the longest first."""
    data = tomllib.loads(files("extract.reading.pdf").joinpath("common_words.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(sorted(data["words"], key=lambda word: (-len(word), word))))
