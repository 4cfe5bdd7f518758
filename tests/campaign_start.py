"""The command line with a clock that steps and a disk that is slow, as the environment says; stands for both.

CLOCK=SECONDS,AFTER   the time of day is off by SECONDS once the process is AFTER seconds old
SLOW=SECONDS          each write, sync and move waits as long, or less
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any


def _step(off: float, after: float) -> None:
    real, began = time.time, time.monotonic()
    time.time = lambda: real() + (off if time.monotonic() - began > after else 0)


def _slow(seconds: float) -> None:
    chance = random.Random()

    def slowed(call: Callable[..., Any]) -> Callable[..., Any]:
        def slow(*arguments: Any, **more: Any) -> Any:
            time.sleep(chance.random() * seconds)
            return call(*arguments, **more)

        return slow

    for name in ("write", "fsync", "fdatasync", "replace", "rename"):
        setattr(os, name, slowed(getattr(os, name)))


if __name__ == "__main__":
    if "CLOCK" in os.environ:
        _step(*map(float, os.environ["CLOCK"].split(",")))
    if "SLOW" in os.environ:
        _slow(float(os.environ["SLOW"]))
    from raingan.cli import main

    sys.exit(main())
