"""What is known of an archive, in one sqlite file beside the outputs: what was read, what failed, what goes out.

    Ledger.open -> find / first_with / is_suspect, record, finish_listing -> files, reports -> outputs

A *reading* is what one content gave under one set of rules; it has no name. A *listing* is the inputs of one run in
the order of the walk; names stand there. So a file that moves is not read again, and one that changes is. *Pages* are
what was read of a content and what was found in that, before it was made a reading: where rules change that come later,
the file is not read again.
"""

from raingan.ledger.entries import (
    SUSPECT_AFTER,
    Changes,
    Ended,
    Flight,
    ListedInput,
    Pages,
    Reading,
    Run,
    content_key,
    reading_key,
)
from raingan.ledger.lock import LEDGER_FILES
from raingan.ledger.store import Ledger
from raingan.ledger.view import View

__all__ = [
    "LEDGER_FILES",
    "SUSPECT_AFTER",
    "Changes",
    "Ended",
    "Flight",
    "Ledger",
    "ListedInput",
    "Pages",
    "Reading",
    "Run",
    "View",
    "content_key",
    "reading_key",
]
