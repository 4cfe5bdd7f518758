"""Everything that may go wrong and was foreseen: one tree, each with a code and values, never with a sentence.

    RainganError
    ├── InputError       a file, folder or address that cannot be read
    ├── FormError        a form file that cannot be used
    ├── OutputError      an output that cannot be
    ├── Refused          something else that was asked for and cannot be done
    │   └── DossierError     a page for auditors that cannot be written
    ├── LedgerError      a ledger or its decisions that cannot be read or written
    ├── CannotStart      no process that reads files can be started
    ├── PageError        a page that cannot be shown
    └── Refusal          a request that the review's server turns away (raingan/review/server/errors.py)

The sentences, Thai and English, stand in the tables of `raingan/model/`; `messages.error_sentence` makes them.
`raingan.cli` gives each kind its exit code.
"""

from __future__ import annotations

import os


class RainganError(Exception):
    """Something foreseen: `code` of a sentence, and its parameters as text."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: dict[str, str] = {name: _text(value) for name, value in values.items()}

    def __str__(self) -> str:
        """Return the code and the English sentence, for tracebacks and logs."""
        from raingan.model.messages import error_sentence

        return f"{self.code}: {error_sentence(self, 'en')}"


class InputError(RainganError):
    """A file, folder or address that cannot be read at all; its code may be the reason of a file."""


class FormError(RainganError):
    """A form file that cannot be used: its first mistake, and all `others` that could be told at once."""

    others: tuple[FormError, ...] = ()

    def __init__(self, code: str, path: str, line: int | None = None, /, **values: object) -> None:
        super().__init__(code, path=path, **({} if line is None else {"line": line}), **values)
        self.path = path
        self.line = line  # from 1; None where no line can be named


class OutputError(RainganError):
    """An output that cannot be written."""


class Refused(RainganError):
    """Something the user asked for that cannot be done."""


class DossierError(Refused):
    """A report that is not known, or a page for auditors that cannot be written where it should."""


class LedgerError(RainganError):
    """A ledger, or the decisions beside it, that cannot be used."""


class CannotStart(RainganError):
    """No worker can be started; `error` says what the last one said."""

    def __init__(self, error: object) -> None:
        super().__init__("cannot-start", error=error)


class PageError(RainganError):
    """A page that cannot be shown."""


def _text(value: object) -> str:
    """Return a parameter as text: of an error of the system its words alone, the same on every system."""
    if isinstance(value, OSError) and value.errno is not None:
        return os.strerror(value.errno)
    return str(value)
