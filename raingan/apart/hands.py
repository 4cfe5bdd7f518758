"""Helpers of a task: copies of its process, which read some of its pages while no other task wants their places.

    crew: places that no task is left for -> keeper -> the task's process -> number of a page -> helper
                                                                          <- what it gave    <-

A task says how many helpers it could use; the crew lends it places when there are no more tasks, and has them back when
the task ends, however it ends. The task's own process waits while helpers work, so that it counts for nothing.

Helpers are in the task's process group, have its limits, and end with it. What goes wrong in one goes for nothing: in
its turn the page is read once more by the task's own process, and goes wrong there as it would have without helpers.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

from raingan.apart.linux import ends_with
from raingan.apart.wire import MANY, PAGE, tell

SEATS_AT_MOST = 255  # they are told in a byte
# A crew answers within a millisecond, but for moments when it writes down what others have read.
_SECONDS_TO_ANSWER = 0.02
# For each helper, so that none waits for a page that takes four times as long as others; where pages that take no time
# follow, so many are read in vain.
_PAGES_AHEAD = 4
# Helpers that were lost to a page, of one task; then its pages are read as if there were none.
_LOST_AT_MOST = 3
_NUMBER_BYTES = 8


class Hands:
    """What a task's process has to do with its crew."""

    def __init__(self, seats: int, writer: int, most: int) -> None:
        """Take the ends of pipes for hearing of seats and for telling, and the bytes that a page may give."""
        self.most = most
        self._pipe: int | None = seats
        self._writer = writer
        self._seats = 1
        self._asked = False

    def ask(self, pages: int) -> None:
        """Tell how many helpers could be used, and wait for the answer; the crew answers a task once."""
        if not self._asked:
            self._asked = True
            tell(self._writer, MANY, str(min(pages, SEATS_AT_MOST)).encode())
            self.hear(_SECONDS_TO_ANSWER)

    def begin_again(self, page: int) -> None:
        """Tell that a page is begun by the task's own process, after a helper was lost to it."""
        tell(self._writer, PAGE, str(page).encode())

    def hear(self, seconds: float = 0.0) -> int:
        """Return how many processes may work on the task; they never become fewer."""
        if self._pipe is not None and wait([self._pipe], seconds):
            told = os.read(self._pipe, SEATS_AT_MOST)
            if told:
                self._seats = told[-1]
            else:
                self._pipe = None  # the keeper has gone
        return self._seats

    def heard_at(self) -> list[int]:
        """Return what can be waited for to hear of more seats."""
        return [] if self._pipe is None else [self._pipe]

    def let_go(self) -> None:
        """Close what is not a helper's: who listens at the other end hears when the task's own process ends."""
        for handle in (self._writer, *self.heard_at()):
            os.close(handle)


_lent: ContextVar[Hands | None] = ContextVar("lent", default=None)


def lent() -> Hands | None:
    """Return what this task may ask for helpers; None where there are none."""
    return _lent.get()


@contextlib.contextmanager
def lending(hands: Hands) -> Iterator[None]:
    """Let the task inside the block ask for helpers."""
    token = _lent.set(hands)
    try:
        yield
    finally:
        _lent.reset(token)


@dataclass(slots=True)
class _Helper:
    process: int
    pipe: Connection
    page: int | None = None  # that it reads


class ReadAhead:
    """Pages read by helpers, from `expect` until the block ends."""

    def __init__(self, hands: Hands, read: Callable[[int], bytes]) -> None:
        """Take what reads a page; it is called in helpers only."""
        self._hands = hands
        self._read = read
        self._helpers: list[_Helper] = []
        self._found: dict[int, bytes] = {}
        self._next = 0  # page that no helper was given yet
        self._until = 0  # last page that may be given by now
        self._lost = 0

    def __enter__(self) -> ReadAhead:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in list(self._helpers):
            self._end(helper)

    def expect(self, first: int, last: int) -> None:
        """Have pages `first` to `last` read, as far as there are places."""
        if first < last:
            self._hands.ask(last - first + 1)
        seats = self._hands.hear()
        if seats > 1 and (first < last or self._helpers):  # one page alone is read as fast by whoever waits for it
            self._next = max(self._next, first)
            self._until = min(last, first - 1 + seats * _PAGES_AHEAD)
            self._give()

    def take(self, number: int) -> bytes | None:
        """Wait for a page; None where no helper was given it, or it was lost."""
        waited = False
        while any(helper.page == number for helper in self._helpers):
            self._listen()
            waited = True
        found = self._found.pop(number, None)
        if found is None and waited:
            self._hands.begin_again(number)
        return found

    def _give(self) -> None:
        """Give pages to helpers that have none, and to new ones while there are places."""
        while self._next <= self._until:
            helper = next((one for one in self._helpers if one.page is None), None) or self._new()
            if helper is None:
                return
            helper.page = self._next
            self._next += 1
            try:
                helper.pipe.send_bytes(helper.page.to_bytes(_NUMBER_BYTES, "big"))
            except OSError:
                self._lose(helper)

    def _listen(self) -> None:
        """Wait until a helper has read its page or is lost, or there are more places."""
        speaking: list[Any] = wait([*(helper.pipe for helper in self._helpers), *self._hands.heard_at()])
        for helper in [helper for helper in self._helpers if helper.pipe in speaking]:
            try:
                found = helper.pipe.recv_bytes(self._hands.most)
            except (EOFError, OSError):
                self._lose(helper)
                continue
            if helper.page is not None:
                self._found[helper.page] = found
            helper.page = None
        self._give()

    def _new(self) -> _Helper | None:
        """Return one more helper, None where there is no place for it."""
        if len(self._helpers) >= self._hands.hear() or self._lost >= _LOST_AT_MOST:
            return None
        task = os.getpid()
        try:
            ours, theirs = Pipe()
            with theirs:
                process = os.fork()
                if process == 0:
                    self._serve(task, theirs, ours)
        except OSError:  # no more processes, open files or memory
            self._lost = _LOST_AT_MOST
            return None
        helper = _Helper(process, ours)
        self._helpers.append(helper)
        return helper

    def _serve(self, task: int, pipe: Connection, other: Connection) -> NoReturn:
        """Read what is asked for until nobody asks any more, or a page cannot be read: all is over then."""
        try:
            alive = ends_with(task)
            self._hands.let_go()
            for ours in (other, *(helper.pipe for helper in self._helpers)):
                ours.close()
            gc.freeze()  # what is there stays shared with the task's own process
            while alive:
                number = int.from_bytes(pipe.recv_bytes(), "big")
                pipe.send_bytes(self._read(number))
        finally:
            os._exit(0)

    def _lose(self, helper: _Helper) -> None:
        self._lost += 1
        self._end(helper)

    def _end(self, helper: _Helper) -> None:
        self._helpers.remove(helper)
        helper.pipe.close()
        os.kill(helper.process, signal.SIGKILL)
        os.waitpid(helper.process, 0)
