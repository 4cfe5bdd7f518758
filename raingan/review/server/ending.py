"""What ends a program besides Ctrl-C, heeded as Ctrl-C is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = ("SIGTERM", "SIGHUP", "SIGBREAK")  # asked to end; its terminal was closed; the same on Windows


@contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """Have a polite kill and a closed terminal interrupt the block once: nothing comes between it and a clean end."""
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Who was told to go on without its terminal (nohup) does.
    before = {number: known for number in numbers if (known := signal.getsignal(number)) is not signal.SIG_IGN}
    try:
        for number in before:
            signal.signal(number, end)
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)
