"""How far a conversion has come, from its ledger: also while it runs, also after it was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from raingan.ledger import Run, View
from raingan.ledger.entries import POISONED
from raingan.ledger.lock import is_held
from raingan.ledger.view import Seen
from raingan.model.codec import unpack
from raingan.model.messages import sentence, talk
from raingan.model.records import FileResult, State
from raingan.progress import duration, time_left
from raingan.review.applied import Decided, decided_beside

# Files named for each reason, and of those that are gone; the workbook has all of them.
_FILES_NAMED = 3
_GONE_NAMED = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """The files that failed for one reason."""

    reason: str  # code of the message table
    values: Mapping[str, str]  # of the first file
    count: int
    files: tuple[str, ...]  # the first few


@dataclass(frozen=True, slots=True)
class Status:
    """What a ledger tells of its last run."""

    path: Path
    run: Run | None  # the last one
    running: bool  # it goes on now
    runs: int
    states: Mapping[State, int]  # of the inputs that have ended, as people left them where the run came to its end
    waiting: int  # inputs found and not read yet
    failures: tuple[Failure, ...]  # the most frequent first
    poisoned: int  # of those, files that are not tried again
    gone: tuple[str, ...]  # inputs of the run before that are no more
    unlisted: int  # readings kept for files that are not there now
    pages_bytes: int  # that the pages take which are kept

    @property
    def pages_a_second(self) -> float | None:
        """Speed of the last run; None where it read nothing, or for too short a time."""
        if self.run is None or not self.run.pages or self.run.seen - self.run.started < 1:
            return None
        return self.run.pages / (self.run.seen - self.run.started)

    @property
    def seconds_left(self) -> float | None:
        """Time that a run which is on will take if the rest is like what it read; None where nobody can know."""
        run = self.run
        if run is None or not self.running or run.expected is None:
            return None
        return time_left(run.expected - sum(self.states.values()), run.read, run.seen - run.started)


def status_of(view: View, decided: Decided | None = None) -> Status:
    """Read what a ledger tells, with what people decided; raises `LedgerError`."""
    runs = view.runs()
    last = runs[0] if runs else None
    states: Counter[State] = Counter()
    waiting = 0
    failed: dict[str, tuple[Seen, int, list[str]]] = {}
    # A run that has come to no input yet says less than the one before it.
    listed = view.listing_run()  # that of the outputs
    shown = last.number if last is not None and last.found else listed
    for seen in view.seen(shown):
        state = seen.state if decided is None or shown != listed else decided.state(seen)
        if state is None:
            waiting += 1
            continue
        states[state] += 1
        if state is State.FAILED:
            first, count, names = failed.setdefault(seen.reason or "bug", (seen, 0, []))
            failed[seen.reason or "bug"] = (first, count + 1, names)
            if count < _FILES_NAMED:
                names.append(seen.name)
    failures = [
        Failure(reason, _values(first), count, tuple(names)) for reason, (first, count, names) in failed.items()
    ]
    return Status(
        path=view.path,
        run=last,
        running=last is not None and last.how == "running" and is_held(view.path),
        runs=len(runs),
        states=states,
        waiting=waiting,
        failures=tuple(sorted(failures, key=lambda failure: (-failure.count, failure.reason))),
        poisoned=failed[POISONED][1] if POISONED in failed else 0,
        gone=view.gone(),
        unlisted=view.unlisted(),
        pages_bytes=view.pages_size(),
    )


def status_lines(path: Path, language: str) -> Iterator[str]:
    """Yield what a ledger tells, in lines for people; raises `LedgerError`."""
    with View.look(path) as view, decided_beside(view, path) as decided:
        status = status_of(view, decided)

    def say(key: str, **values: object) -> str:
        return talk(f"status-{key}", language, **values)

    if status.run is None:
        yield say("empty", path=path)
        return
    yield _said_of_run(status, status.run, language)
    counts = {state.value: f"{status.states.get(state, 0):,}" for state in State}
    yield talk("summary", language, total=f"{sum(status.states.values()):,}", **counts)
    if status.waiting:
        yield say("waiting", count=f"{status.waiting:,}")
    speed, left = status.pages_a_second, status.seconds_left
    if speed is not None:
        yield say("speed", files=f"{status.run.read:,}", pages=f"{status.run.pages:,}", speed=f"{speed:.1f}")
    if left is not None:
        yield say("left", left=duration(left, language))
    for failure in status.failures:
        yield say("failed", count=f"{failure.count:,}", message=_sentence(failure, language))
        yield from (f"    {_printable(name)}" for name in failure.files)
        if failure.count > len(failure.files):
            yield f"    {say('more', count=f'{failure.count - len(failure.files):,}')}"
    if status.gone:
        yield say("gone", count=f"{len(status.gone):,}")
        yield from (f"    {_printable(name)}" for name in status.gone[:_GONE_NAMED])
        if len(status.gone) > _GONE_NAMED:
            yield f"    {say('more', count=f'{len(status.gone) - _GONE_NAMED:,}')}"
    if status.unlisted:
        yield say("unlisted", count=f"{status.unlisted:,}")
    if status.pages_bytes:
        yield say("pages", size=f"{status.pages_bytes / 2**20:,.1f}")
    if sum(failure.count for failure in status.failures) > status.poisoned:
        yield say("retry")


def _said_of_run(status: Status, run: Run, language: str) -> str:
    """Say when the last run began and how it stands."""
    values: dict[str, object] = {"number": run.number, "started": _time(run.started)}
    if status.running:
        key = "running"
    elif run.how == "finished":
        key = "finished"
    else:
        key = "interrupted"
    return talk(f"status-{key}", language, ended=_time(run.ended or run.seen), **values)


def _values(seen: Seen) -> Mapping[str, str]:
    """Return the parameters of a reason; none where another version wrote them."""
    try:
        return {} if seen.packed is None else unpack(FileResult, seen.packed).reason_values
    except ValueError:
        return {}


def _sentence(failure: Failure, language: str) -> str:
    try:
        return _printable(sentence(failure.reason, failure.values, language))
    except KeyError:  # the code of another version
        return _printable(failure.reason)


def _time(seconds: float) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError, TypeError):  # no time at all: a damaged ledger
        return "?"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
