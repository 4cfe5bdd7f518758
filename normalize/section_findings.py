"""A section of prose with what was found in it."""

from __future__ import annotations

from dataclasses import dataclass

from normalize.dates import FoundDate
from normalize.orders import Citation
from normalize.snap import Snapped
from raingan.model.records import Quantity


@dataclass(frozen=True, slots=True)
class Prose:
    """A section with what was found in it; places count from the section's first letter."""

    name: str  # one of the report's sections
    printed: str  # digits as printed
    dates: tuple[FoundDate, ...] = ()
    citations: tuple[Citation, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    snapped: Snapped | None = None  # where words beside figures were misread from a picture
