"""Everything a run can be told, in one frozen object that is checked when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from raingan.apart.tasks import Bounds
from raingan.model.messages import LANGUAGES
from raingan.model.records import Limits, OcrEngine, Witness


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run. No stage reads environment variables or global state."""

    language: str = "th"  # of messages and of the workbook's titles
    forms: tuple[str, ...] = ()  # paths of the user's own form files, tried before the bundled ones
    ocr: OcrEngine = OcrEngine.OWN  # what reads scanned pages
    witness: Witness = Witness.DOUBT  # how much of a PDF's text is held against the picture of its page
    limits: Limits = field(default_factory=Limits)
    # What follows affects speed and limits only, never the result of a file that is read.
    workers: int | None = (
        None  # files read at a time, each in a process of its own; None: one a core; 0: in this process
    )
    bounds: Bounds = field(default_factory=Bounds)  # of each of those processes
    retry_failed: bool = False  # read again what failed before
    replace: bool = False  # outputs that are not ours, or of other inputs
    keep_pages: bool = True  # in the ledger: a changed form, check or word then reads no file again
    cluster: str | None = None  # address of a scheduler whose workers read, "tcp://scheduler:8786"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language is {self.language!r}, not one of {', '.join(LANGUAGES)}")
        if self.workers is not None and self.workers < 0:
            raise ValueError(f"workers is {self.workers}; it counts processes")
