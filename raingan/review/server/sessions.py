"""Who may come in: one-time addresses, and the sessions that they open."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

SECRET_BYTES = 32  # 256 bits: nobody guesses it
INVITED_SECONDS = 600.0  # an address that was passed to a colleague; the first one, on the terminal, stays good
INVITED_AT_MOST = 20  # addresses not used yet; the oldest goes
SESSIONS_AT_MOST = 100  # people and browsers on one computer; the oldest goes


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that came in."""

    id: str  # stands beside decisions and leases; not the secret of the cookie
    reviewer: str
    language: str


class Sessions:
    """Keep tokens and sessions in memory; a new start of the server knows none. Threads may share it."""

    def __init__(self, reviewer: str, language: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._usual = (reviewer, language)
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, float] = {}  # until when each is good
        self._sessions: dict[str, Session] = {}  # by the secret of the cookie

    def invite(self, seconds: float = INVITED_SECONDS) -> str:
        """Return a new one-time token."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        with self._lock:
            self._forget()
            while len(self._tokens) >= INVITED_AT_MOST:
                del self._tokens[min(self._tokens, key=self._tokens.__getitem__)]
            self._tokens[token] = self._clock() + seconds
        return token

    def enter(self, token: str) -> str | None:
        """Use up a token and return the secret of a new session; None where the token is not good any more."""
        with self._lock:
            self._forget()
            known = next((own for own in self._tokens if _same(own, token)), None)
            if known is None:
                return None
            del self._tokens[known]
            while len(self._sessions) >= SESSIONS_AT_MOST:
                del self._sessions[next(iter(self._sessions))]
            secret = secrets.token_urlsafe(SECRET_BYTES)
            self._sessions[secret] = Session(secrets.token_hex(8), *self._usual)
            return secret

    def find(self, told: Iterable[str]) -> Session | None:
        """Return the session that one of these secrets belongs to."""
        with self._lock:
            return next((own for one in told for secret, own in self._sessions.items() if _same(secret, one)), None)

    def change(self, session: Session, reviewer: str | None = None, language: str | None = None) -> None:
        """Let a session have another name or language from now on; None: as it is."""
        with self._lock:
            for secret, own in self._sessions.items():
                if own.id == session.id:
                    named = reviewer or own.reviewer
                    self._sessions[secret] = replace(own, reviewer=named, language=language or own.language)

    def _forget(self) -> None:
        now = self._clock()
        self._tokens = {token: until for token, until in self._tokens.items() if until > now}


def _same(own: str, told: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(own.encode(), told.encode("utf-8", "surrogatepass"))
