"""What a worker process and the process that started it say to each other: one byte of kind, then bytes.

Nothing that comes from a worker is unpickled, and what a fork says is read as it arrives: a hostile file may have got
hold of it, lie about lengths and stop in the middle.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from multiprocessing.connection import Connection
from typing import Any

# To a worker.
TASK = b"T"  # the payload follows, as a message of its own: it can be large, and so is never copied
STOP = b"S"  # end the task that is at work
SEATS = b"H"  # how many processes may work on that task at a time

# From a worker.
READY = b"R"  # it has imported what it needs; on Windows, our handle of its job
FAILED = b"F"  # it cannot start; text
BEGUN = b"B"  # number of the process that works on the task
PAGE = b"P"  # number of the page begun
MANY = b"M"  # how many processes the task could use at a time
DONE = b"D"  # payload
ENDED = b"E"  # JSON: why there is no payload
MODULES = b"L"  # JSON, from fork to worker: which of the job's later modules the task has needed

_VALUE_BYTES = 10_000  # of a value; an error is cut to 300 characters


def said(kind: bytes, value: object = None) -> bytes:
    """Return a message that carries a value."""
    return kind if value is None else kind + json.dumps(value).encode()


def heard(message: bytes) -> Any:
    """Return the value of a message; raises ValueError."""
    if len(message) > _VALUE_BYTES:
        raise ValueError(f"a value of {len(message)} bytes")
    try:
        return json.loads(message[1:])
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def heard_number(message: bytes) -> int:
    """Return the whole number that a message tells; raises ValueError."""
    value = heard(message)
    if type(value) is not int:
        raise ValueError(f"a {type(value).__name__} is no number")
    return value


def end_of_pipe(handle: int) -> Connection:
    """Return the end of a pipe that was handed to this process by number."""
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)  # type: ignore[return-value]
    return Connection(handle)


# --- between a fork and its worker

_LENGTH = struct.Struct("<Q")
_PIECE = 2**18  # bytes; a pipe holds 2**16


def tell(handle: int, kind: bytes, rest: bytes = b"") -> None:
    """Write a message to a pipe; raises OSError."""
    for part in (_LENGTH.pack(len(kind) + len(rest)) + kind, rest):
        left = memoryview(part)
        while left:
            left = left[os.write(handle, left) :]


class FrameReader:
    """Takes messages out of a pipe as their bytes arrive: one that stops half-way keeps nobody waiting."""

    def __init__(self, handle: int, most: int) -> None:
        """Listen at the end of a pipe; no message may have more than `most` bytes."""
        os.set_blocking(handle, False)
        self.open = True  # there may be more
        self._handle = handle
        self._most = most
        self._gathered = bytearray()

    def fileno(self) -> int:
        """Return the end of the pipe, for waiting."""
        return self._handle

    def hear(self) -> list[bytes]:
        """Read once, and return the messages that are whole by now; raises ValueError for one that is too long."""
        try:
            piece = os.read(self._handle, _PIECE)
        except BlockingIOError:
            piece = b""
        self.open = bool(piece)
        self._gathered += piece
        messages: list[bytes] = []
        while len(self._gathered) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._gathered)
            if length > self._most:
                raise ValueError(f"a message of {length} bytes")
            end = _LENGTH.size + length
            if len(self._gathered) < end:
                break
            with memoryview(self._gathered) as view:
                messages.append(bytes(view[_LENGTH.size : end]))
            del self._gathered[:end]
        return messages
