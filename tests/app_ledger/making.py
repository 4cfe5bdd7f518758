"""Small readings for a ledger to keep."""

from __future__ import annotations

import hashlib
from pathlib import Path

from raingan.kept import NOTHING, Kept
from raingan.ledger import Changes, Ended, Flight, Ledger, ListedInput, Pages, View, content_key, reading_key
from raingan.model.codec import pack
from raingan.model.records import FileResult, Kind, Report, State

ROOT = Path(__file__).parent.parent.parent
RULES = "rules/1"


def sha_of(text: str) -> str:
    """Return the digest of a made-up content."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(content: str, name: str = "a.txt", rules: str = RULES) -> bytes:
    """Return the key of a made-up content."""
    return reading_key(sha_of(content), name, rules)


def listed(name: str, content: str | None = None) -> ListedInput:
    """Return the row of a file that is read; its content is its name unless told."""
    content = name if content is None else content
    return ListedInput(name, f"/in/{name}", sha_of(content), key_of(content, name), len(content))


def ended(name: str, content: str | None = None, reports: int = 1, **values: object) -> Ended:
    """Return how a file ended, with so many reports that tell their content and place."""
    content = name if content is None else content
    told = {"state": State.DONE, "kind": Kind.TEXT, "sha256": sha_of(content), "reports": reports, **values}
    packed = [
        pack(Report(name, sha_of(content), None, "text", "form-a", definition=f"{content} {place}"))
        for place in range(reports)
    ]
    file = pack(FileResult(name, **told))  # type: ignore[arg-type]
    is_read = told["state"] != State.FAILED
    return Ended(key_of(content, name), file, tuple(packed), 0.5, pages_of(content, name, is_read=is_read), is_read)


def pages_of(content: str, name: str = "a.txt", rules: str = RULES, is_read: bool = True) -> Pages:
    """Return what was read of a made-up content; nobody unpacks it."""
    parts = [f"{part} of {content}".encode() for part in ("pages", "pictures", "sections")]
    kept = Kept(*parts) if is_read else NOTHING
    return Pages(content_key(sha_of(content), name), rules, f"{rules} sections", kept)


def kept_of(view: View, content: str, name: str = "a.txt", rules: str = RULES) -> Pages | None:
    """Return what the ledger kept of a made-up content."""
    return view.pages(content_key(sha_of(content), name), rules, f"{rules} sections")


def failed(name: str, reason: str, **values: str) -> Ended:
    """Return how a file ended that could not be read."""
    return ended(name, reports=0, state=State.FAILED, reason=reason, reason_values=values)


def flights(*names: str, alone: bool = False) -> Changes:
    """Return the changes that say these are at work."""
    return Changes(begun=[Flight(key_of(name, name), alone, content_key(sha_of(name), name), RULES) for name in names])


def run_over(path: Path, *names: str) -> None:
    """Run over these files from start to end: read what is not known, list all."""
    with Ledger.open(path) as ledger:
        for name in names:
            changes = Changes(listed=[listed(name)])
            if ledger.find(key_of(name, name)) is None:
                changes.outcomes.append(ended(name))
            ledger.record(changes)
        ledger.finish_listing()


def cut_off(ledger: Ledger) -> None:
    """Leave a ledger as a process leaves it that is killed: nothing is written, the system lets go of the lock."""
    ledger._database.close()
    ledger._lock.release()
