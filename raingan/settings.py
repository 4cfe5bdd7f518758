"""Everything a run can be told, in one frozen object that is checked when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from raingan.messages import LANGUAGES
from raingan.records import Limits, Pictures


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run. No stage reads environment variables or global state."""

    language: str = "th"  # of messages and of the workbook's titles
    forms: tuple[str, ...] = ()  # paths of the user's own form files, tried before the bundled ones
    pictures: Pictures = Pictures.OWN  # what reads scanned pages
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language is {self.language!r}, not one of {', '.join(LANGUAGES)}")
