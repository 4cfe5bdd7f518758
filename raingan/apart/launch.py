"""Starting the process of a worker, also before its job is known: it imports meanwhile, as whoever starts it does."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any

from raingan.apart.tasks import Bounds, Job

# A worker that takes nothing of what it is sent for so long, or stops within a message, has gone.
_SECONDS_TO_MOVE = 30.0

_START = (
    "import json,sys;told=json.loads(sys.stdin.readline());sys.path[:]=told['path'];"
    # Nothing is left to put away, and taking the interpreter down would keep the parent waiting.
    "from raingan.apart.keeper import main;main(told['preload']);import os;os._exit(0)"
)

# Two workers on two cores: each keeps to one thread.
_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")}


# For the C library of Linux; others know nothing of it. Pictures are made and dropped all the time, and a new process
# has to ask for each page of memory: large pages, kept, save 6 % of the CPU of a scan, and cost text files nothing.
_LARGE_PAGES = {
    "GLIBC_TUNABLES": ":".join(
        ("glibc.malloc.hugetlb=1", f"glibc.malloc.trim_threshold={2**28}", f"glibc.malloc.mmap_threshold={2**25}")
    )
}


@dataclass(frozen=True, slots=True)
class Launched:
    """A worker's process that imports what it will need, and then waits for its job."""

    process: subprocess.Popen[bytes]
    pipe: Connection  # our end
    handle: int  # of its end, there

    def tell(self, job: Job, bounds: Bounds, forks: bool) -> None:
        """Tell it what to do, each task in a fork of it or not; once."""
        told = {
            "forks": forks,
            "pipe": self.handle,
            "parent": os.getpid(),
            "factory": job.factory,
            "setup": base64.b64encode(job.setup).decode(),
            "preload": job.preload,
            "later": job.later,
            "folder": job.folder,
            "bounds": dataclasses.asdict(bounds),
        }
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it has gone: its pipe will say so
            self._write(told)
            self.process.stdin.close()

    def end(self) -> None:
        """End it where it is still there, whoever has used it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.pipe.close()

    def _write(self, told: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told).encode() + b"\n")
        self.process.stdin.flush()


def launch(preload: Sequence[str]) -> Launched:
    """Start a worker that imports these modules; raises OSError (no more processes, no more open files)."""
    ours, theirs = Pipe()
    _limit_waiting(ours)
    handle = theirs.fileno()
    flags = ["-I", "-X", "utf8", *(["-B"] if sys.dont_write_bytecode else [])]
    process = subprocess.Popen(
        [sys.executable, *flags, "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**_LARGE_PAGES, **os.environ, **_ONE_THREAD},
        **_handed(handle),
    )
    theirs.close()
    launched = Launched(process, ours, handle)
    with contextlib.suppress(OSError):
        launched._write({"path": sys.path, "preload": preload})
    return launched


def _limit_waiting(pipe: Connection) -> None:
    """Have reading and writing end with an OSError where the other side stands still."""
    if sys.platform != "win32":  # a pipe there knows no such limit
        whole, part = divmod(_SECONDS_TO_MOVE, 1)
        limit = struct.pack("ll", int(whole), int(part * 1e6))
        with socket.socket(fileno=os.dup(pipe.fileno())) as end:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)


def _handed(handle: int) -> dict[str, Any]:
    """Return the arguments of Popen that hand one end of a pipe to a process, and keep Ctrl-C from it."""
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO()
        startup.lpAttributeList = {"handle_list": [handle]}
        return {
            "startupinfo": startup,
            "close_fds": True,
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
        }
    return {"pass_fds": (handle,), "start_new_session": True}
