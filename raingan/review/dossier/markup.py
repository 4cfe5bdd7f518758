"""HTML made of parts: whatever is not markup of ours is escaped, so no text of a report can come alive."""

from __future__ import annotations

import html
import re

# Half characters, and control characters that HTML does not allow, are shown as what they are: something lost.
_LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Characters that turn the reading direction could make a figure look like another one.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Markup(str):
    """HTML as it goes into the page."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Return a text as HTML that shows it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _LOST.sub("\ufffd", plain)
    plain = _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain)
    return Markup(html.escape(plain))


def element(tag: str, *children: str | None, **attributes: str | float | None) -> Markup:
    """Return an element. Children that are no `Markup` are texts; attributes without a value are left out.

    Attributes named as words of Python end in "_" (`class_`); "_" inside a name stands for "-".
    """
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(_plain(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{told}>{joined(*children)}</{tag}>")


def single(tag: str, **attributes: str | float | None) -> Markup:
    """Return an element of HTML that has no end, as <meta> and <img>."""
    return Markup(element(tag, **attributes).removesuffix(f"</{tag}>"))


def joined(*children: str | None) -> Markup:
    """Return markup and texts one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else escaped(child) for child in children if child))


def _plain(value: str | float) -> str:
    """Numbers of a drawing: a tenth of a point is finer than print."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
