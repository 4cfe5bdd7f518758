"""Files that stand inside others, besides those of zips: of mails, Outlook messages, PDFs and tar archives."""

from __future__ import annotations

from dataclasses import dataclass

from raingan.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Part:
    """One file that another holds, or why it cannot be had."""

    name: str  # as stored
    data: bytes
    of_page: bool = False  # a picture that belongs to the text around it
    error: InputError | None = None
