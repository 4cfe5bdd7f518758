"""Tick boxes and bullets: the characters and symbol-font glyphs that stand for them."""

from __future__ import annotations

TICKED = "\u2611"
EMPTY = "\u2610"
BULLET = "\u2022"
CHECK = "\u2713"

# Glyphs of symbol fonts by their byte. Wingdings: FE ticked box, FD crossed box, A8 box, 6F box, 70-72 shadowed boxes.
_WINGDINGS = {0xFE: TICKED, 0xFD: TICKED, **dict.fromkeys((0xA8, 0x6F, 0x70, 0x71, 0x72), EMPTY), 0xFC: CHECK}
# Wingdings 2: R ticked box, Q S T crossed boxes, £ box, * square, P check mark.
_WINGDINGS_2 = {**dict.fromkeys((0x51, 0x52, 0x53, 0x54), TICKED), 0xA3: EMPTY, 0x2A: EMPTY, 0x50: CHECK}
_WINGDINGS_BULLETS = (0x9F, 0xA7, 0x76, 0xD8, 0xE0, 0x6E, 0x6C, 0xB7)  # dots, squares, diamonds, arrows

_BOXES = {
    **dict.fromkeys((0x2612, 0x1F5F5, 0x1F5F7, 0x1F5F9, 0x2705), TICKED),
    **dict.fromkeys((0x25A1, 0x25A2, 0x25FB, 0x2B1C, 0x274F, 0x2750, 0x2751, 0x2752, 0x1F78E), EMPTY),
}

CHARACTERS: dict[int, str] = {
    **_BOXES,
    **{0xF000 + byte: BULLET for byte in _WINGDINGS_BULLETS},
    **{0xF000 + byte: mark for byte, mark in _WINGDINGS_2.items()},
    # Where the font is not known and both use a code, Wingdings is by far the commoner.
    **{0xF000 + byte: mark for byte, mark in _WINGDINGS.items()},
}
"""For `str.translate`: tick boxes of every font, as the private-use area hands them on, to U+2611 and U+2610."""

_DIGITS = "0123456789" + "".join(chr(0x0E50 + digit) for digit in range(10))
# Thai digits have no raised and lowered forms of their own.
_SUPERSCRIPT = str.maketrans(_DIGITS + "+-\u2212=()", "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2 + "⁺⁻⁻⁼⁽⁾")
_SUBSCRIPT = str.maketrans(_DIGITS + "+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉" * 2 + "₊₋₋₌₍₎")

# Nobody sets words in a symbol font; more letters than this stand in it by a mistake of markup.
_MOST_SYMBOLS = 3


def is_symbol_font(font: str) -> bool:
    """Say whether a font shows symbols where its characters say letters."""
    return font.strip(" \"'").lower().startswith(("wingdings", "webdings", "symbol"))


def in_symbol_font(text: str, font: str) -> str:
    """Read characters set in a symbol font: boxes and bullets by their glyph, other glyphs are dropped.

    >>> in_symbol_font("þ", "Wingdings")
    '☑'
    """
    if len(text.split()) > _MOST_SYMBOLS or max(map(len, text.split()), default=0) > _MOST_SYMBOLS:
        return text
    name = font.strip(" \"'").lower()
    if name.startswith("symbol"):  # Greek letters and signs; only its bullet matters here
        return "".join(BULLET if _glyph(character) == 0xB7 else character for character in text)
    if name.startswith("webdings"):
        return "".join(character for character in text if character.isspace() or ord(character) > 0xFFF)
    table = _WINGDINGS_2 if name.startswith("wingdings 2") else _WINGDINGS
    return "".join(_read(character, table) for character in text)


# Font Awesome, the icons of most web pages: ticked and empty squares, circles with a check, checks.
_ICONS = {
    **dict.fromkeys((0xF14A, 0xF046, 0xF192), TICKED),
    **dict.fromkeys((0xF0C8, 0xF096, 0xF10C, 0xF1DB), EMPTY),
    **dict.fromkeys((0xF00C, 0xF058), CHECK),
}


def in_icon_font(text: str) -> str:
    """Read characters that a style sheet makes: ticks of icon fonts, and no other private character.

    >>> in_icon_font("\uf14a\uf015 5")
    '☑ 5'
    """
    return "".join(_ICONS.get(ord(one), "" if 0xE000 <= ord(one) <= 0xF8FF else one) for one in text)


def raised(text: str) -> str:
    """Write digits above the line as such: the mark of a footnote must not lengthen the figure before it.

    >>> "20" + raised("1")
    '20¹'
    """
    return text.translate(_SUPERSCRIPT) if _has_digit(text) else text


def lowered(text: str) -> str:
    """Write digits below the line as such: the index of a letter is no figure.

    >>> "CO" + lowered("2")
    'CO₂'
    """
    return text.translate(_SUBSCRIPT) if _has_digit(text) else text


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _read(character: str, table: dict[int, str]) -> str:
    glyph = _glyph(character)
    if character.isspace() and glyph not in table:
        return " "
    if glyph in table:
        return table[glyph]
    if glyph in _WINGDINGS_BULLETS:
        return BULLET
    if ord(character) in _BOXES:
        return _BOXES[ord(character)]
    # A character that the font does not have is shown in another font.
    return "" if glyph <= 0xFF else character


def _glyph(character: str) -> int:
    code = ord(character)
    if 0xF000 <= code <= 0xF0FF:
        return code - 0xF000
    try:
        return character.encode("cp1252")[0]
    except UnicodeEncodeError:
        return code
