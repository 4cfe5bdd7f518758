"""The name that stands beside a decision where nobody told one."""

from __future__ import annotations

from raingan.review.values import clean

NAME_AT_MOST = 100  # characters of a reviewer's name
_NOBODY = "reviewer"


def tidied(name: str) -> str:
    """Return a name in one line, without what cannot be seen, cut where it is too long."""
    return " ".join(clean(name).split())[:NAME_AT_MOST]


def login_name() -> str:
    """Return the name of who is logged in on this computer."""
    import getpass

    try:
        return tidied(getpass.getuser()) or _NOBODY
    except (OSError, KeyError, ImportError):  # a user without a name, as in containers
        return _NOBODY
