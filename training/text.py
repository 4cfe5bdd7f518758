"""Texts of lines as Thai offices print them: prose, numbers of every form in both digit sets, dates, lists, English.

Nothing here is language: words are drawn by frequency, so that the network learns letters and not sentences.
"""

from __future__ import annotations

import itertools
import random
import re
import tomllib
from functools import cached_property
from pathlib import Path

_THAI_DIGITS = str.maketrans("0123456789", "".join(map(chr, range(0x0E50, 0x0E5A))))
_MARKS = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]")
_THAI_WORD = re.compile("[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4c\u0e2f\u0e46]{2,24}")
_ENGLISH_WORD = re.compile("[A-Za-z]{2,14}")
_FLATTEN = 0.55  # exponent of word frequencies: rare words have rare letters
_THAI_DIGIT_LINES = 0.62  # share of lines whose numbers are in Thai digits: they are what other readers cannot read


class Vocabulary:
    """Word lists, loaded when first asked for."""

    @cached_property
    def own(self) -> dict[str, list[str]]:
        data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
        lists = {key: value.split() if isinstance(value, str) else value for key, value in data.items()}
        return {key: value for key, value in lists.items() if isinstance(value, list)}

    @cached_property
    def tables(self) -> dict[str, dict[str, list[str]]]:
        data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
        return {key: value for key, value in data.items() if isinstance(value, dict)}

    @cached_property
    def common(self) -> tuple[list[str], list[float]]:
        """Words of the Thai National Corpus with cumulated, flattened frequencies."""
        from pythainlp.corpus import tnc
        from pythainlp.corpus.common import thai_words

        known = thai_words()
        pairs = [
            (word, count)
            for word, count in sorted(tnc.unigram_word_freqs().items())
            if _THAI_WORD.fullmatch(word) and (word in known or count >= 30)
        ]
        return [word for word, _ in pairs], list(itertools.accumulate(count**_FLATTEN for _, count in pairs))

    @cached_property
    def rare(self) -> list[str]:
        from pythainlp.corpus import tnc
        from pythainlp.corpus.common import thai_words

        seen = tnc.unigram_word_freqs()
        return sorted(word for word in thai_words() if _THAI_WORD.fullmatch(word) and word not in seen)

    @cached_property
    def english(self) -> list[str]:
        from pythainlp.corpus import tnc

        return sorted(word for word in tnc.unigram_word_freqs() if _ENGLISH_WORD.fullmatch(word))

    @cached_property
    def names(self) -> tuple[list[str], list[str]]:
        from pythainlp.corpus.common import thai_family_names, thai_female_names, thai_male_names

        given = sorted(thai_female_names() | thai_male_names())
        return given, sorted(thai_family_names())

    @cached_property
    def provinces(self) -> list[str]:
        from pythainlp.corpus.common import provinces

        return sorted(str(name) for name in provinces())


class Writer:
    """Writes lines; the same seed writes the same lines."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = Vocabulary()

    def line(self) -> str:
        """One line, 1 to about 100 characters; the empty text never."""
        r = self.random
        thai = r.random() < _THAI_DIGIT_LINES
        kind = r.random()
        if kind < 0.09:
            return self._alone(thai)
        length = r.choices(
            (r.randint(3, 14), r.randint(12, 32), r.randint(30, 60), r.randint(55, 95)), (0.24, 0.33, 0.29, 0.14)
        )[0]
        text = self._lead(thai) if r.random() < 0.22 else ""
        if kind < 0.14:
            while len(text) < length:
                text += self.number(thai if r.random() < 0.95 else not thai) + " " * r.randint(1, 4)
        elif kind < 0.18:
            text += self._option_row(length)
        else:
            while len(text) < length:
                text += self.fragment(thai if r.random() < 0.93 else not thai)
                text += " " if r.random() < 0.55 else ""
        return _cut(text.strip(), length) or self.number(thai)

    def number(self, thai: bool) -> str:
        """A number of any form, without words."""
        text = self._arabic_number()
        return text.translate(_THAI_DIGITS) if thai else text

    def fragment(self, thai: bool) -> str:
        """A few words, a number with its unit, a date, English, a bracket."""
        r, own, phrases = self.random, self.words.own, self.words.tables["phrases"]
        kind = r.random()
        if kind < 0.43:
            text = "".join(self.word() for _ in range(r.choice((1, 1, 2, 2, 3, 4, 5))))
            if r.random() < 0.06:
                text += r.choice((" ", "")) + str(self.words.tables["syllables"]["repeat"])
            return text + (str(self.words.tables["syllables"]["abbreviated"]) if r.random() < 0.02 else "")
        if kind < 0.58:
            return self.number(thai)
        if kind < 0.64:
            return r.choice(own["before_numbers"]) + self.number(thai)
        if kind < 0.71:
            text = r.choice(phrases["unit_number"]).format(n=self._arabic_number(), unit=r.choice(own["units"]))
            return text.translate(_THAI_DIGITS) if thai else text
        if kind < 0.77:
            return self._dated(r.choice(phrases["date"] + phrases["order"]), thai)
        if kind < 0.82:
            return self._english()
        if kind < 0.875:
            inside = r.choice(
                (self.word() + self.word(), self.number(thai), self._english(), r.choice(own["abbreviations"]))
            )
            opening, closing = r.choice(
                ("()", "()", "()", "()", "[]", '""', "\u201c\u201d", "\u201c\u201d", "\u2018\u2019", "''", "{}", "<>")
            )
            return opening + inside + closing
        if kind < 0.92:
            return self.word() + r.choice(own["between"]) + r.choice((self.word(), self.number(thai)))
        if kind < 0.935:
            return (
                r.choice((".", ".", ".", "-", "*", "_", "=")) * r.choice((2, 3, 5, 8, 12, 20, 30))
                if r.random() < 0.5
                else "." * r.randint(4, 40)
            )
        if kind < 0.955:
            return r.choice(own["headings"]) + r.choice(("", " :", " ::", ":", "::"))
        if kind < 0.98:
            return r.choice(own["official"]) + r.choice(own["official"])
        return self._signature()

    def word(self) -> str:
        """One word, mostly by frequency; sometimes a rare one, a name, an abbreviation, or a syllable that is none."""
        r = self.random
        kind = r.random()
        if kind < 0.64:
            words, weights = self.words.common
            return r.choices(words, cum_weights=weights)[0]
        if kind < 0.82:
            return r.choice(self.words.own["official"])
        if kind < 0.89:
            return r.choice(self.words.rare)
        if kind < 0.93:
            return r.choice(self.words.common[0])
        if kind < 0.95:
            given, family = self.words.names
            return f"{r.choice(given)} {r.choice(family)}"
        if kind < 0.96:
            return r.choice(self.words.provinces)
        if kind < 0.98:
            return r.choice(self.words.own["abbreviations"])
        return "".join(self._syllable() for _ in range(r.randint(1, 3)))

    def _alone(self, thai: bool) -> str:
        """What stands alone in a cell or on a line: a figure, a dash, a colon, a star, a letter of a list."""
        r = self.random
        kind = r.random()
        if kind < 0.55:
            return self.number(thai)
        if kind < 0.65:
            return self._digits(1, thai)
        if kind < 0.78:
            return r.choice(
                (
                    ":",
                    "::",
                    ": :",
                    "-",
                    "--",
                    "---",
                    "-----",
                    "*",
                    "**",
                    "\u2022",
                    ".",
                    "\u2013",
                    "/",
                    "%",
                    "|",
                    "=",
                    "( )",
                    "(/)",
                    "(\u2713)",
                    "()",
                    "[x]",
                    "[ ]",
                )
            )
        if kind < 0.88:
            return self.number(thai) + r.choice((" ", "")) + r.choice(self.words.own["units"])
        return self.word()

    def _digits(self, count: int, thai: bool = False, zero: bool = True) -> str:
        text = "".join(self.random.choice("0123456789") for _ in range(count))
        if not zero and count > 1:
            text = self.random.choice("123456789") + text[1:]
        return text.translate(_THAI_DIGITS) if thai else text

    def _arabic_number(self) -> str:
        r, d = self.random, self._digits
        kind = r.random()
        if kind < 0.21:
            return d(r.choice((1, 1, 1, 2, 2, 2, 3)), zero=False)
        if kind < 0.35:
            return d(r.choice((1, 2, 2, 3)), zero=False) + "." + d(r.choice((1, 2, 2, 2, 3)))
        if kind < 0.49:
            grouped = f"{int(d(r.choice((4, 4, 5, 5, 6, 7, 8, 9)), zero=False)):,}"
            return grouped + ("." + d(2) if r.random() < 0.45 else "")
        if kind < 0.55:
            return r.choice(("256", "255", "254", "257", "256", "20", "19"))[:3] + d(1)
        if kind < 0.59:
            return d(r.choice((4, 5, 6, 8, 10, 13)))
        if kind < 0.65:
            return d(r.choice((1, 2, 3, 4))) + "/" + r.choice((d(r.choice((1, 2, 3, 4))), "256" + d(1)))
        if kind < 0.73:
            return ".".join(d(r.choice((1, 1, 1, 2)), zero=False) for _ in range(r.choice((2, 2, 3, 3, 4))))
        if kind < 0.77:
            return d(2) + r.choice((".", ":")) + d(2)
        if kind < 0.80:
            return (
                "0" + d(r.choice((1, 2))) + r.choice("- ") + d(r.choice((3, 4))) + r.choice("- ") + d(r.choice((3, 4)))
            )
        if kind < 0.82:
            return d(4) + "-" + d(4)
        if kind < 0.86:
            return f"{r.randint(1, 31)}/{r.randint(1, 12)}/25{d(2)}"
        if kind < 0.90:
            return (
                d(r.choice((1, 2, 3)), zero=False)
                + r.choice(("-", " - ", " \u2013 ", "\u2013"))
                + d(r.choice((1, 2, 3)), zero=False)
            )
        if kind < 0.95:
            return d(r.choice((1, 2, 3)), zero=False) + r.choice(("", "." + d(2))) + r.choice(("%", " %"))
        if kind < 0.97:
            return "(" + d(r.choice((1, 1, 2, 4))) + ")"
        sign = r.choice(
            ("+", "-", "x", "=", "\u00d7", " : ", "<", ">", " \u2265 ", "\u2265", "\u2264", "\u00b1", "\u00f7")
        )
        return d(r.choice((1, 2)), zero=False) + sign + d(r.choice((1, 2)), zero=False)

    def _dated(self, pattern: str, thai: bool) -> str:
        r, own = self.random, self.words.own
        year = "25" + r.choice("4566667") + self._digits(1)
        text = pattern.format(
            day=r.randint(1, 31),
            day2=r.randint(1, 31),
            month=r.choice(own["months"]),
            month2=r.choice(own["months"]),
            short=r.choice(own["months_short"]),
            weekday=r.choice(own["weekdays"]),
            year=year,
            year2="25" + r.choice("566667") + self._digits(1),
            yy=year[2:],
            quarter=r.randint(1, 4),
            hour=f"{r.randint(0, 23):02d}",
            minute=r.choice(("00", "15", "30", "45")),
            n=r.randint(1, 9999),
            m=r.randint(1, 9999),
            office=r.choice(own["official"]),
        )
        return text.translate(_THAI_DIGITS) if thai else text

    def _english(self) -> str:
        r = self.random
        kind = r.random()
        if kind < 0.4:
            text = r.choice(self.words.english)
        elif kind < 0.8:
            text = r.choice(self.words.own["english"])
        else:
            text = "".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(r.randint(1, 5)))
        style = r.random()
        if style < 0.25:
            text = text.upper()
        elif style < 0.5:
            text = text.capitalize()
        elif style < 0.6:
            text += r.choice(".-_/") + r.choice(self.words.english).lower()
        text += self._digits(r.randint(1, 3)) if r.random() < 0.08 else ""
        return text if r.random() < 0.8 else f"{text} {r.choice(self.words.english)}"

    def _syllable(self) -> str:
        r, parts = self.random, self.words.tables["syllables"]
        base = r.choice(parts["consonants"])
        vowel = r.choice(parts["vowels_above_or_below"])
        short = vowel in (parts["vowels_above_or_below"][1], parts["vowels_above_or_below"][10])
        tone = "" if short else r.choice(("", "", "", *parts["tones"]))
        after = vowel if _MARKS.match(vowel) and vowel != "\u0e33" else ""
        text = r.choice(("", "", "", *parts["vowels_before"])) + base + after + tone + ("" if after else vowel)
        text += r.choice(parts["finals"]) if r.random() < 0.5 else ""
        return text + (str(parts["silent"]) if r.random() < 0.06 and text[-1] in parts["finals"] else "")

    def _lead(self, thai: bool) -> str:
        """A mark or number at the beginning of a line."""
        r, own = self.random, self.words.own
        d, e, f = self._digits(r.choice((1, 1, 2)), zero=False), self._digits(1), self._digits(1)
        numbered = [
            f"{d}. ",
            f"{d}) ",
            f"({d}) ",
            f"({d}){e} ",
            f"{d}.{e} ",
            f"{d}.{e}.{f} ",
            f"{d}.{e}) ",
            f"{d}.{e}.{f}.{e} ",
        ]
        marks = ["- ", "\u2022 ", "* ", "\u2013 ", "\u25cf ", "\u25cb ", "\u25a0 ", "\u2713 ", "\u2610 ", "\u2611 "]
        letters = [f"{letter}{end} " for letter in own["list_letters"] for end in (".", ")")]
        chapters = [pattern.format(d=d, e=e) for pattern in self.words.tables["phrases"]["chapter"]]
        text = r.choice(r.choice((numbered, numbered, numbered, marks, letters, chapters)))
        return text.translate(_THAI_DIGITS) if thai else text

    def _option_row(self, length: int) -> str:
        r, own = self.random, self.words.own
        boxes = r.choice((own["boxes"], ["( )", "(/)", "(x)", "(\u2713)"], ["[ ]", "[x]"]))
        text = ""
        while len(text) < length:
            text += r.choice(boxes) + r.choice((" ", "")) + r.choice(own["option_labels"]) + " " * r.randint(1, 3)
        return text

    def _signature(self) -> str:
        r, own = self.random, self.words.own
        given, family = self.words.names
        return r.choice(self.words.tables["phrases"]["signature"]).format(
            dots="." * r.randint(5, 30),
            name=r.choice(given),
            family=r.choice(family),
            position=r.choice(own["positions"]),
            official=r.choice(own["official"]),
        )


def _cut(text: str, length: int) -> str:
    """Cut a text that came out too long, never between a letter and its marks."""
    if len(text) <= length + 8:
        return text
    at = length
    while at < len(text) and _MARKS.match(text[at]):
        at += 1
    return text[:at].strip()


if __name__ == "__main__":
    writer = Writer(1)
    for _ in range(40):
        print(writer.line())
