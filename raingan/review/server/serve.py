"""`raingan review`: the server from its first word on the terminal to Ctrl-C."""

from __future__ import annotations

import math
import socket
import sys
import threading
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from waitress.server import create_server

from raingan.model.errors import Refused
from raingan.model.messages import talk
from raingan.model.records import Limits
from raingan.review.pages.pages import Pages
from raingan.review.reviewer import login_name
from raingan.review.server.api import reviewer_name
from raingan.review.server.app import make_app
from raingan.review.server.desk import Desk
from raingan.review.server.ending import ended_like_ctrl_c
from raingan.review.server.errors import Refusal
from raingan.review.server.guard import BODY_BYTES
from raingan.review.server.opening import has_screen, open_browser
from raingan.review.server.sessions import Sessions

HOST = "127.0.0.1"
THREADS = 8  # requests at once: a page asks for its data and a few pictures
HEADER_BYTES = 2**16  # of one request; the cookies of other programs on 127.0.0.1 come along
CONNECTIONS = 100  # a browser keeps six open
ROOM = 20  # of these are always left for who comes next
LOOP_SECONDS = 1.0  # until Ctrl-C is seen on Windows, where it does not wake what waits for a socket


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve the page of a ledger."""

    language: str = "th"
    reviewer: str | None = None  # None: the name that the user is logged in with
    port: int = 0  # 0: a free one
    open_browser: bool = True
    four_eyes: bool | None = None  # None: as the ledger's decisions have it


class Server:
    """The page of one ledger, bound to this computer; serves from `run` on, in any thread.

    Raises `Refused` where the port or the reviewer's name cannot be, `raingan.ledger.LedgerError` for the ledger.
    """

    def __init__(self, ledger: Path, options: ServeOptions, pages: Pages | None = None) -> None:
        """Bind the port and open the ledger; `pages` draws for several servers, None: its own end with it."""
        try:
            reviewer = reviewer_name(options.reviewer) if options.reviewer is not None else login_name()
        except Refusal as error:
            raise Refused("review-reviewer") from error
        with ExitStack() as stack:
            listening = stack.enter_context(_bound(options.port))
            self.port: int = listening.getsockname()[1]
            self._pages = pages or stack.enter_context(Pages(Limits()))
            self._desk = stack.enter_context(closing(Desk(ledger, self._pages, options.four_eyes)))
            self._sessions = Sessions(reviewer, options.language)
            self.app = make_app(self._desk, self._sessions, self.port, options.language)
            self._waitress: Any = create_server(
                self.app,
                sockets=[listening],
                threads=THREADS,
                connection_limit=CONNECTIONS,
                max_request_header_size=HEADER_BYTES,
                max_request_body_size=BODY_BYTES + 1,
                ident=None,
            )
            stack.callback(self._hang_up)
            self._stack = stack.pop_all()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def invite(self, lasting: bool = False) -> str:
        """Return a new one-time address; a lasting one is good until it is used."""
        token = self._sessions.invite(math.inf) if lasting else self._sessions.invite()
        return f"http://{HOST}:{self.port}/enter/{token}"

    def warm_up(self) -> None:
        """Start what draws pages before anybody waits for it; returns at once."""
        self._pages.warm_up()

    def run(self) -> None:
        """Serve until Ctrl-C, or until `stop` is called from another thread."""
        with suppress(KeyboardInterrupt):
            while not self._stopping.is_set():
                self._make_room()
                self._waitress.asyncore.loop(timeout=LOOP_SECONDS, map=self._waitress._map, count=1)

    def open_browser(self) -> None:
        """Show the page in the user's browser, by an address of its own."""
        with suppress(OSError):  # the address stands on the terminal
            open_browser(self.invite(lasting=True), self._pages.folder)

    def kept(self) -> tuple[bool, Path, Path | None]:
        """Say whether all that was decided lies in its file, where that is, and what it was saved to if it does not."""
        return self._desk.kept()

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stopping.set()
        self._waitress.pull_trigger()

    def close(self) -> None:
        """Let requests at work end, and let go of everything; what was decided is kept already."""
        self._stack.close()

    def _make_room(self) -> None:
        """Close the connections that have been silent longest, where there are too many: they shut nobody out."""
        channels = list(self._waitress.active_channels.values())
        silent = [channel for channel in channels if not channel.requests and not channel.total_outbufs_len]
        for channel in sorted(silent, key=lambda one: one.last_activity)[: max(0, len(channels) - CONNECTIONS + ROOM)]:
            channel.handle_close()

    def _hang_up(self) -> None:
        self._waitress.task_dispatcher.shutdown()
        self._waitress.asyncore.close_all(self._waitress._map)


def serve(ledger: Path, options: ServeOptions) -> bool:
    """Serve the page of a ledger until Ctrl-C, a polite kill or a closed terminal; say whether all decisions are kept.

    The address, with its one-time token, goes to the terminal.
    """
    with ended_like_ctrl_c():
        with Server(ledger, options) as server:
            server.warm_up()
            _say("review-serving", options.language, address=server.invite(lasting=True))
            if options.open_browser and has_screen():
                server.open_browser()
            if sys.stdin is not None and sys.stdin.isatty():
                threading.Thread(target=_invite_on_enter, args=(server, options.language), daemon=True).start()
            server.run()
            is_kept, path, rescued = server.kept()
        if is_kept:
            _say("review-ended", options.language)
        elif rescued is None:
            _say("review-moved", options.language, path=path)
        else:
            _say("review-rescued", options.language, path=path, rescued=rescued)
        return is_kept


def _invite_on_enter(server: Server, language: str) -> None:
    """Print a new address whenever Enter is pressed: a browser that was closed has no way back in."""
    with suppress(OSError, ValueError):  # the terminal went away
        for _ in sys.stdin:
            _say("review-address", language, address=server.invite())


def _say(key: str, language: str, **values: object) -> None:
    with suppress(OSError):  # the terminal was closed
        print(talk(key, language, **values), file=sys.stderr, flush=True)


def _bound(port: int) -> socket.socket:
    """Return a socket bound to this computer's own address; raises `Refused` where the port is not to be had."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, other programs could listen on the same port otherwise
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise Refused("review-port", port=port) from error
    return listening
