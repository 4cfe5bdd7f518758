"""How the text of a run looks, as far as it decides what is read: hidden, struck out, above or below the line.

A run has properties of its own, a character style and its paragraph's style, each style what it is based on. The
first that says something decides; striking and hiding are toggles, so that two styles that both strike do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from extract.reading.docx.xml_parts import W

_STRIKE, _DOUBLE, _HIDDEN = f"{W}strike", f"{W}dstrike", f"{W}vanish"
_ALIGN, _POSITION, _STYLE, _FONTS = f"{W}vertAlign", f"{W}position", f"{W}rStyle", f"{W}rFonts"
_VAL = f"{W}val"
_OFF = ("0", "false", "off", "none")
_HEIGHTS = {"superscript": 1, "subscript": -1, "baseline": 0}

Said = dict[str, str]
"""What one place says of a run: name of an element -> its value."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of one run."""

    hidden: bool = False
    struck: bool = False
    height: int = 0  # 1 raised, -1 lowered, both in small type
    position: int = 0  # half points above the line; the type stays as large as it is
    font: str = ""


def said_of(properties: Element | None) -> Said:
    """Return what run properties say of the look."""
    said: Said = {}
    for element in properties if properties is not None else ():
        tag = element.tag
        if tag in (_STRIKE, _DOUBLE, _HIDDEN, _ALIGN, _POSITION, _STYLE):
            said[tag] = element.get(_VAL, "1")
        elif tag == _FONTS:
            said[tag] = element.get(f"{W}ascii") or element.get(f"{W}hAnsi") or ""
    return said


def look_of(own: Said, character: Said, paragraph: Said) -> Look:
    """Weigh what the run, its character style and its paragraph's style say."""
    return Look(
        hidden=_toggled(_HIDDEN, own, character, paragraph),
        struck=_toggled(_STRIKE, own, character, paragraph) or _toggled(_DOUBLE, own, character, paragraph),
        height=_HEIGHTS.get(_first(_ALIGN, own, character, paragraph), 0),
        position=_half_points(_first(_POSITION, own, character, paragraph)),
        font=own.get(_FONTS, ""),
    )


def character_style(own: Said) -> str | None:
    """Return the name of the character style that a run names."""
    return own.get(_STYLE)


def _toggled(name: str, own: Said, character: Said, paragraph: Said) -> bool:
    if name in own:
        return own[name] not in _OFF
    return _is_on(character.get(name)) != _is_on(paragraph.get(name))


def _is_on(value: str | None) -> bool:
    return value is not None and value not in _OFF


def _first(name: str, *places: Said) -> str:
    return next((place[name] for place in places if name in place), "")


def _half_points(text: str) -> int:
    return int(text) if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 6 else 0
