"""What the server refuses.

Refusal   a request that cannot be done: status of HTTP, code for the page, sentence for the person
"""

from __future__ import annotations

from raingan.model.messages import talk


class Refusal(Exception):
    """A request that cannot be done; `code` tells the page what to do, "server-CODE" of talk.toml the person."""

    def __init__(self, status: int, code: str, key: str | None = None, **values: object) -> None:
        super().__init__(status, code, key, values)
        self.status = status
        self.code = code
        self._key = key or f"server-{code}"
        self._values = values

    def message(self, language: str) -> str:
        """Return the sentence for the person."""
        return talk(self._key, language, **self._values)
