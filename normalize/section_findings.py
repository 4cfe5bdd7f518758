"""A section of prose with what was found in it."""

from __future__ import annotations

from dataclasses import dataclass

from normalize.dates import FoundDate
from normalize.orders import Citation
from normalize.writing import Understood
from raingan.model.records import Quantity


@dataclass(frozen=True, slots=True)
class Prose:
    """A section with what was found in it; places count from the section's first letter."""

    name: str  # one of the report's sections
    printed: str  # digits as printed
    dates: tuple[FoundDate, ...] = ()
    citations: tuple[Citation, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    understood: Understood | None = None  # where it is typed on dotted lines, or words were misread from a picture
    picture: bool = False  # read from one
