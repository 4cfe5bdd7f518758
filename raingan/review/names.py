"""When two names are one person's and two decisions of one hand; names are taken on trust."""

from __future__ import annotations

import unicodedata

from raingan.review.decisions import Decision

_MARKS_OF_NO_SCRIPT = ("COMBINING ", "VARIATION SELECTOR")


def same_hand(decision: Decision, reviewer: str, session: str) -> bool:
    """Say whether a decision was made by a person of this name, or in this session of a browser under whatever name."""
    return same_person(decision.reviewer, reviewer) or (decision.session != "" and decision.session == session)


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's, however they are typed."""
    return person(one) == person(other)


def person(name: str) -> str:
    """Return what all spellings of a name have in common: letters, digits, and the vowels and tones of its script.

    Spaces, punctuation, accents and what cannot be seen fall away; digits of any script are 0 to 9.
    """
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    folded = "".join(filter(None, map(_bare, unicodedata.normalize("NFD", whole))))
    return unicodedata.normalize("NFC", folded) or whole


def _bare(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    is_letter = kind[0] in "LN" or (
        kind[0] == "M" and not unicodedata.name(character, "").startswith(_MARKS_OF_NO_SCRIPT)
    )
    return character if is_letter else ""
