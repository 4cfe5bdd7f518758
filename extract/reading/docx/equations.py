"""Equations of Word as one line of text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from extract.page.formula import Formula, behind

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_DEEPEST = 60  # nested parts of one equation


def equation_text(equation: Element, deepest: int = _DEEPEST) -> tuple[str, bool]:
    """Return an equation on one line, and whether its parts make a figure of figures."""
    writer = _Writer()
    text = writer.children(equation, deepest)
    return text, writer.joins_figures


class _Writer(Formula):
    def children(self, parent: Element, depth: int) -> str:
        text = ""
        for element in parent if depth > 0 else ():
            text = behind(text, self._element(element, depth - 1), element.tag == f"{M}f")
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
        return self.fraction(self._part(element, "num", depth), self._part(element, "den", depth))

    def _sSup(self, element: Element, depth: int) -> str:
        return self.power(self._part(element, "e", depth), self._part(element, "sup", depth))

    def _sSub(self, element: Element, depth: int) -> str:
        return self.index(self._part(element, "e", depth), self._part(element, "sub", depth))

    def _sSubSup(self, element: Element, depth: int) -> str:
        base = self.index(self._part(element, "e", depth), self._part(element, "sub", depth))
        return self.power(base, self._part(element, "sup", depth))

    def _rad(self, element: Element, depth: int) -> str:
        return self.root(self._part(element, "e", depth), self._part(element, "deg", depth))

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
        self.join(*cells)
        return " ".join(cells) + " "


_KNOWN = frozenset(("f", "sSup", "sSub", "sSubSup", "rad", "d", "nary", "mr"))


def _character(about: Element | None, name: str, usual: str) -> str:
    found = None if about is None else about.find(M + name)
    return usual if found is None else found.get(f"{M}val", "")
