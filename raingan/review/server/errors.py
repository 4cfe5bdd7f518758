"""What the server refuses.

Refusal   a request that cannot be done: status of HTTP, reason for the page's script, sentence for the person
"""

from __future__ import annotations

from raingan.model.errors import RainganError


class Refusal(RainganError):
    """A request that cannot be done; `reason` tells the page what to do, its sentence ("server-REASON") the person."""

    def __init__(self, status: int, reason: str, code: str | None = None, /, **values: object) -> None:
        super().__init__(code or f"server-{reason}", **values)
        self.status = status
        self.reason = reason
