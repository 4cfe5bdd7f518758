"""Signs that look alike, told apart by the signs around them: brackets, dashes between figures, dots.

Letters and figures are never touched here; what is changed stays in `Line.raw`.
"""

from __future__ import annotations

import re

_CLOSED_ROUND = re.compile(r"[\[{]([^()\[\]{}]*)\)")
_OPENED_ROUND = re.compile(r"\(([^()\[\]{}]*)[\]}]")
_DASH = re.compile(r"(?<=[0-9\u0e50-\u0e59])[\u2013\u2014](?=[0-9\u0e50-\u0e59])")
# "on 15. 22 and 29 January": a point between small figures of one list, which goes on with a short word, is a comma.
_SMALL = r"[0-9\u0e50-\u0e59]{1,2}"
_SHORT_WORD = "[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e4e]{1,3}"
_LISTED = re.compile(
    rf"(?<=[\u0e01-\u0e4e] )({_SMALL})\. (?={_SMALL} {_SHORT_WORD} {_SMALL} [\u0e01-\u0e44])",
)
_ABBREVIATION = re.compile(r"(?<=[\u0e01-\u0e2e]),(?=[\u0e01-\u0e2e]\.)")


def told_apart(text: str) -> str:
    """Return the text with each such sign as what stands around it says; length stays.

    >>> told_apart("80 {%) 5048\\u20130792")
    '80 (%) 5048-0792'
    """
    text = _CLOSED_ROUND.sub(r"(\1)", text)
    text = _OPENED_ROUND.sub(r"(\1)", text)
    text = _LISTED.sub(r"\1, ", text)
    return _ABBREVIATION.sub(".", _DASH.sub("-", text))
