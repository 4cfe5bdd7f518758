"""What Windows has in place of forks and limits: a job, which a process enters and which ends with it."""

from __future__ import annotations

import sys

_EXTENDED_LIMITS = 9
_KILL_ON_CLOSE = 0x2000
_PROCESS_MEMORY = 0x100
_MAY_DUPLICATE = 0x40
_SAME_ACCESS = 2


def bind(memory_bytes: int, parent: int) -> int | None:
    """Put this process into a job with a limit of memory; return the handle by which the process `parent` holds it.

    The job, and whatever this process starts in it, ends when the last handle is closed. Only the parent keeps one,
    so that even its sudden death ends a worker that hangs. Does nothing elsewhere than on Windows.
    """
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class Extended(ctypes.Structure):
        _fields_ = (
            ("Basic", Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    handle, number = wintypes.HANDLE, wintypes.DWORD
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = kernel.OpenProcess.restype = handle
    kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
    kernel.SetInformationJobObject.argtypes = (handle, ctypes.c_int, ctypes.c_void_p, number)
    kernel.AssignProcessToJobObject.argtypes = (handle, handle)
    kernel.OpenProcess.argtypes = (number, wintypes.BOOL, number)
    kernel.DuplicateHandle.argtypes = (
        *(handle, handle, handle, ctypes.POINTER(handle)),
        *(number, wintypes.BOOL, number),
    )
    kernel.CloseHandle.argtypes = (handle,)
    limits = Extended()
    limits.Basic.LimitFlags = _KILL_ON_CLOSE | _PROCESS_MEMORY
    limits.ProcessMemoryLimit = memory_bytes
    job = kernel.CreateJobObjectW(None, None)
    me = kernel.GetCurrentProcess()
    # Where a job is refused (an old Windows inside another job), files are read without this limit.
    if not (
        job
        and kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        and kernel.AssignProcessToJobObject(job, me)
    ):
        return None
    owner = kernel.OpenProcess(_MAY_DUPLICATE, False, parent)
    theirs = wintypes.HANDLE()
    if not (
        owner and kernel.DuplicateHandle(me, job, owner, ctypes.byref(theirs), 0, False, _SAME_ACCESS) and theirs.value
    ):
        return None  # our own handle stays open: the job ends with this process
    kernel.CloseHandle(owner)
    kernel.CloseHandle(job)
    return int(theirs.value)


def close(job: int) -> None:
    """Let go of a job that `bind` gave, which ends it."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        ctypes.WinDLL("kernel32").CloseHandle(wintypes.HANDLE(job))
