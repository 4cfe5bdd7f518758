"""Text made fit for a file format: cleaned visibly, split where a format has limits, shortened with a mark."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# Beyond this a number written without exponent is longer than anyone reads, up to millions of digits.
_PLAIN_EXPONENT = 100

REPLACEMENT = "\ufffd"
MORE = "…"

# What XML cannot hold: control characters other than tab and line feed, lone surrogates, two noncharacters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RETURN = re.compile("\r\n?")
_SPACE = re.compile(r"\s+")

_RISKY_START = frozenset("=+-@\t\r\n\0" + "＝＋－＠" + "﹦﹢﹣﹫" + "⁼⁺⁻₌₊₋" + "−")

# Behind a separator or a line end; quotes there may open a field, and spaces before a formula may be dropped.
_SIGNS = re.escape("".join(sorted(_RISKY_START - frozenset("\t\r\n\0"))))
_RISKY_INSIDE = re.compile(f"""(?<=[;\t\n])(?!')(?=[" ]*[=＝﹦⁼@＠﹫]|"*[{_SIGNS}])""")

# Excel's limits for one cell. It counts a character outside the basic plane as two.
CELL_UNITS = 32_767
CELL_LINE_FEEDS = 253


def clean(text: str) -> str:
    """Replace each character that no spreadsheet can hold by U+FFFD; line ends become line feeds."""
    return _UNFIT.sub(REPLACEMENT, line_ends(text))


def line_ends(text: str) -> str:
    """Make every line end a line feed."""
    return _RETURN.sub("\n", text) if "\r" in text else text


def cut_for_cell(text: str, mark: str) -> tuple[str, bool]:
    """Return text that one cell can hold, and whether it had to be cut; a cut text ends with `mark`."""
    if fits_cell(text):
        return text, False
    room = CELL_UNITS - len(mark)
    lines = "\n".join(text.split("\n", CELL_LINE_FEEDS)[:CELL_LINE_FEEDS])
    # "ignore" drops half of a pair that the cut divided.
    return lines.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + mark, True


def fits_cell(text: str) -> bool:
    """Say whether Excel keeps the whole text in one cell."""
    if len(text) <= CELL_LINE_FEEDS:
        return True
    if text.count("\n") > CELL_LINE_FEEDS:
        return False
    return len(text) * 2 <= CELL_UNITS or len(text.encode("utf-16-le", "surrogatepass")) <= CELL_UNITS * 2


def parts(text: str, size: int) -> list[str]:
    """Split at spaces or, in running Thai, before a base character, into pieces of at most `size` characters.

    The pieces joined give the text again.
    """
    pieces = []
    start = 0
    while len(text) - start > size:
        end = start + size
        least = start + max(size // 2, 1)  # each piece goes on by a character at least
        space = text.rfind(" ", start + size // 2, end)
        if space >= 0:
            end = space + 1
        else:
            while end > least and unicodedata.category(text[end])[0] == "M":
                end -= 1
        pieces.append(text[start:end])
        start = end
    pieces.append(text[start:])
    return pieces


def shortened(text: str, length: int) -> str:
    """Return the text on one line, at most `length` characters, cut with a mark that shows."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1] + MORE


def is_risky(text: str) -> bool:
    """Say whether a spreadsheet that guesses types could take the text for a formula (OWASP ASVS 1.2.10).

    Small and full-width forms of the signs count: spreadsheets set to Asian input fold them.
    """
    return bool(text) and text[0] in _RISKY_START


def divided_safely(text: str) -> str:
    """Put an apostrophe before what could be taken for a formula where a spreadsheet divides the text into fields."""
    return _RISKY_INSIDE.sub("'", text)


def plain_number(value: Decimal, separator: str = "") -> str:
    """Write a number digit by digit, thousands divided by `separator`; with an exponent only where it is extreme."""
    if not value.is_finite() or abs(value.adjusted()) > _PLAIN_EXPONENT:
        return str(value)
    return format(value, f"{separator}f")


def quoted(text: str) -> str:
    """Return a text as the value of an XML attribute, in quotes.

    As `xml.sax.saxutils.quoteattr` does, whose import brings the whole of http, ssl and email along.
    """
    escaped = text.translate(_IN_ATTRIBUTES)
    if '"' not in escaped:
        return f'"{escaped}"'
    return f"'{escaped}'" if "'" not in escaped else '"' + escaped.replace('"', "&quot;") + '"'


_IN_ATTRIBUTES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
