"""What a worker process and the process that started it say to each other: one byte of kind, then bytes.

Nothing that comes from a worker is unpickled: a hostile file may have got hold of it.
"""

from __future__ import annotations

import json
import sys
from multiprocessing.connection import Connection
from typing import Any

# To a worker.
TASK = b"T"  # payload
STOP = b"S"  # end the task that is at work

# From a worker.
READY = b"R"  # it has imported what it needs
FAILED = b"F"  # it cannot start; text
BEGUN = b"B"  # number of the process that works on the task
PAGE = b"P"  # number of the page begun
DONE = b"D"  # payload
ENDED = b"E"  # JSON: why there is no payload
MODULES = b"L"  # JSON, inside the worker: which of the job's later modules the task has needed

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
