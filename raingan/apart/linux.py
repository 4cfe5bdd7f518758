"""What Linux does beyond other systems so that no process is left behind; nothing happens elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def ends_with(parent: int) -> bool:
    """Have this process killed when its parent ends; say whether that is still there."""
    _ask(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent  # it may have gone before we could ask


def adopt_orphans() -> None:
    """Become the parent of what a fork leaves behind, in whatever session it hides."""
    _ask(_PR_SET_CHILD_SUBREAPER, 1)


def give_memory_back() -> None:
    """Return to the system what was freed: a fork that uses it again would copy garbage, page by page."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)


def children() -> list[int]:
    """Return the processes whose parent is this one."""
    try:
        me = os.getpid()
        return [int(number) for number in Path(f"/proc/{me}/task/{me}/children").read_text("ascii").split()]
    except (OSError, ValueError):
        return []


def untouched() -> int:
    """Return how much memory this process has asked for beyond what it holds, in bytes."""
    try:
        size, resident, *_ = map(int, Path("/proc/self/statm").read_text("ascii").split())
    except (OSError, ValueError):
        return 0
    return max(size - resident, 0) * os.sysconf("SC_PAGE_SIZE")


def _ask(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
