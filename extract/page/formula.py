"""Formulas as one line of text: fractions with a stroke, powers raised, indices lowered.

Letter by letter 3/4 would be 34 and 10³ would be 103. Where a formula makes a figure of figures, the reading is told,
so that somebody compares it; one of words ("number passed / number of all") says what it says.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from extract.page import symbols

_PLAIN = re.compile(r"[\w.,%]*")
_SIMPLE_POWER = re.compile(r"[-+]?\d+")


class Formula:
    """Writes the parts of one formula, and remembers whether figures met."""

    def __init__(self) -> None:
        self.joins_figures = False

    def fraction(self, above: str, below: str) -> str:
        """Write a fraction."""
        self.join(above, below)
        return f"{_grouped(above)}/{_grouped(below)}"

    def power(self, base: str, power: str) -> str:
        """Write what stands above the line."""
        self.join(base, power)
        return base + (symbols.raised(power) if _SIMPLE_POWER.fullmatch(power) else f"^{_grouped(power)}")

    def index(self, base: str, index: str) -> str:
        """Write what stands below the line."""
        self.join(base, index)
        return base + (symbols.lowered(index) if _SIMPLE_POWER.fullmatch(index) else f"_{_grouped(index)}")

    def root(self, inside: str, degree: str = "") -> str:
        """Write a root."""
        self.join(inside, inside)
        return f"{symbols.raised(degree)}√({inside})"

    def join(self, *parts: str) -> None:
        """Say that parts make one figure, where all hold figures."""
        held = [any(character.isdigit() for character in part) for part in parts]
        self.joins_figures = self.joins_figures or (len(held) > 1 and all(held))


def behind(text: str, part: str, is_fraction: bool) -> str:
    """Put a part behind others: a fraction behind a figure is no end of it (2 1/4)."""
    return f"{text} {part}" if is_fraction and text[-1:].isdigit() else text + part


def _grouped(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f"({text})"


_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_DEEPEST = 60  # nested parts
_LEAVES = ("mi", "mn", "mo", "mtext", "ms", "mspace")
_LEFT_OUT = ("annotation", "annotation-xml", "mphantom", "maction")


def mathml_text(equation: Element) -> tuple[str, bool]:
    """Return a MathML element on one line, and whether its parts make a figure of figures."""
    formula = Formula()
    return _mathml(equation, formula, _DEEPEST), formula.joins_figures


def _mathml(parent: Element, formula: Formula, depth: int) -> str:
    text = ""
    for element in parent if depth > 0 else ():
        text = behind(text, _part(element, formula, depth - 1), _name(element) == "mfrac")
    return text


def _name(element: Element) -> str:
    return element.tag.removeprefix(_MATHML)


def _part(element: Element, formula: Formula, depth: int) -> str:
    name = _name(element)
    if name in _LEAVES:
        return "".join((element.text or "").split())
    if name in _LEFT_OUT:
        return ""
    if name in _TWO or name == "msubsup":
        parts = [_part(one, formula, depth - 1) if depth > 0 else "" for one in element][:3]
        parts += [""] * (3 - len(parts))
        if name == "msubsup":
            return formula.power(formula.index(parts[0], parts[1]), parts[2])
        return str(getattr(formula, _TWO[name])(parts[0], parts[1]))
    if name == "msqrt":
        return formula.root(_mathml(element, formula, depth))
    if name == "mfenced":
        return f"{element.get('open', '(')}{_mathml(element, formula, depth)}{element.get('close', ')')}"
    return _mathml(element, formula, depth)


_TWO = {"mfrac": "fraction", "msup": "power", "mover": "power", "msub": "index", "munder": "index", "mroot": "root"}
