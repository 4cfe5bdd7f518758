"""A worker started at once, before anything is known but that one will be needed: it imports while others look about.

What a worker imports stands here because naming it must import nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from raingan.outputs import may_have_a_ledger
from raingan.settings import Settings

if TYPE_CHECKING:
    from raingan.apart.launch import Launched

PRELOAD = (
    *("extract.reading.document", "extract.reading.text.read", "extract.sections.find"),
    *("normalize.report", "raingan.model.codec", "raingan.pipeline", "raingan.work", "raingan.apart.together"),
)
"""Modules that nearly every file needs, imported in each worker before the first."""


def first_worker(settings: Settings, ledger: str | None, outputs: Sequence[str]) -> Launched | None:
    """Start it; None where none may be needed: beside a ledger of an earlier run, perhaps everything is read.

    Ledger and outputs are as the user named them, and not checked yet.
    """
    known = may_have_a_ledger(outputs) if ledger is None else os.path.exists(ledger)  # noqa: PTH110
    if known or settings.cluster is not None or settings.workers == 0:
        return None
    from raingan.apart.launch import launch

    with contextlib.suppress(OSError):  # it is told where the worker is needed
        return launch(PRELOAD)
    return None
