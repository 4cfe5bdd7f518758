"""Equations of Word as one line of text: fractions with a stroke, powers raised, indices lowered.

Letter by letter 3/4 would be 34 and 10³ would be 103. Where an equation makes a figure of figures, the reading is
told, so that somebody compares it; a formula of words ("number passed / number of all") says what it says.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from extract.page import symbols

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_PLAIN = re.compile(r"[\w.,%]*")
_SIMPLE_POWER = re.compile(r"[-+]?\d+")
_DEEPEST = 60  # nested parts of one equation


def equation_text(equation: Element, deepest: int = _DEEPEST) -> tuple[str, bool]:
    """Return an equation on one line, and whether its parts make a figure of figures."""
    writer = _Writer()
    text = writer.children(equation, deepest)
    return text, writer.joins_figures


class _Writer:
    def __init__(self) -> None:
        self.joins_figures = False

    def children(self, parent: Element, depth: int) -> str:
        text = ""
        for element in parent if depth > 0 else ():
            part = self._element(element, depth - 1)
            is_fraction = element.tag == f"{M}f" and text[-1:].isdigit()  # 2 1/4 is not 21/4
            text += f" {part}" if is_fraction else part
        return text

    def _part(self, parent: Element, name: str, depth: int) -> str:
        found = parent.find(M + name)
        return "" if found is None else self.children(found, depth).strip()

    def _element(self, element: Element, depth: int) -> str:
        name = element.tag.removeprefix(M)
        write = getattr(self, f"_{name}", None) if element.tag.startswith(M) and name in _KNOWN else None
        if write is not None:
            return str(write(element, depth))
        if name == "t":
            return element.text or ""
        if name.endswith("Pr"):
            return ""
        return self.children(element, depth)

    def _f(self, element: Element, depth: int) -> str:
        above, below = self._part(element, "num", depth), self._part(element, "den", depth)
        self._join(above, below)
        return f"{_grouped(above)}/{_grouped(below)}"

    def _sSup(self, element: Element, depth: int) -> str:
        return self._raise(self._part(element, "e", depth), self._part(element, "sup", depth))

    def _sSub(self, element: Element, depth: int) -> str:
        return self._lower(self._part(element, "e", depth), self._part(element, "sub", depth))

    def _sSubSup(self, element: Element, depth: int) -> str:
        base = self._lower(self._part(element, "e", depth), self._part(element, "sub", depth))
        return self._raise(base, self._part(element, "sup", depth))

    def _rad(self, element: Element, depth: int) -> str:
        inside = self._part(element, "e", depth)
        self._join(inside, inside)
        return f"{symbols.raised(self._part(element, 'deg', depth))}√({inside})"

    def _d(self, element: Element, depth: int) -> str:
        about = element.find(f"{M}dPr")
        begin, end = (_character(about, name, usual) for name, usual in (("begChr", "("), ("endChr", ")")))
        inside = [self.children(part, depth).strip() for part in element.iterfind(f"{M}e")]
        return begin + ", ".join(inside) + end

    def _nary(self, element: Element, depth: int) -> str:
        sign = _character(element.find(f"{M}naryPr"), "chr", "∫")
        return f"{sign}{self._part(element, 'e', depth)}"

    def _mr(self, element: Element, depth: int) -> str:
        cells = [self.children(part, depth).strip() for part in element.iterfind(f"{M}e")]
        self._join(*cells)
        return " ".join(cells) + " "

    def _raise(self, base: str, power: str) -> str:
        self._join(base, power)
        return base + (symbols.raised(power) if _SIMPLE_POWER.fullmatch(power) else f"^{_grouped(power)}")

    def _lower(self, base: str, index: str) -> str:
        self._join(base, index)
        return base + (symbols.lowered(index) if _SIMPLE_POWER.fullmatch(index) else f"_{_grouped(index)}")

    def _join(self, *parts: str) -> None:
        held = [any(character.isdigit() for character in part) for part in parts]
        self.joins_figures = self.joins_figures or (len(held) > 1 and all(held))


_KNOWN = frozenset(("f", "sSup", "sSub", "sSubSup", "rad", "d", "nary", "mr"))


def _grouped(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f"({text})"


def _character(about: Element | None, name: str, usual: str) -> str:
    found = None if about is None else about.find(M + name)
    return usual if found is None else found.get(f"{M}val", "")
