"""LibreOffice, where it is installed: found by its usual places, run on one file in a folder that goes with the call.

The document must not run macros, fetch an address or write outside that folder. The first wall are settings in a
profile made for this one call, the second an environment whose proxies lead to a port where nobody listens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from raingan.model.errors import InputError
from raingan.model.records import Limits

_FILTERS = {".docx": "docx:MS Word 2007 XML", ".pdf": "pdf:writer_pdf_Export"}
# A new profile makes LibreOffice end with this code once, to be started anew; twice is more than was ever seen.
_START_AGAIN = 81
_STARTS = 3
_WRITER, _PARTS = "*swlo*", ("*sclo*", "*sdlo*")  # libraries of Writer; of Calc and Impress
_NOWHERE = ("127.0.0.1", "9")  # the port "discard": no office computer listens there
# What a program needs on Windows to run at all; everything else of the environment stays outside.
_KEPT = (
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PROGRAMFILES",
    "PROGRAMDATA",
    "NUMBER_OF_PROCESSORS",
)
_MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
_WINDOWS = ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)")

_COMMON = "/org.openoffice.Office.Common"
_SCRIPTING = f"{_COMMON}/Security/Scripting"
_INET = "/org.openoffice.Inet/Settings"
# (path, name, value). Versions that do not know a name pass over it.
_SETTINGS = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),  # very high: none but signed macros of trusted places, and none is trusted
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "DisableOLEAutomation", "true"),
    (_SCRIPTING, "DisablePythonRuntime", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),  # pictures, objects and frames at addresses, and on disk
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),  # never update linked sections
    ("/org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    (_INET, "ooInetProxyType", "2"),  # named here, as follows
    (_INET, "ooInetHTTPProxyName", _NOWHERE[0]),
    (_INET, "ooInetHTTPProxyPort", _NOWHERE[1]),
    (_INET, "ooInetHTTPSProxyName", _NOWHERE[0]),
    (_INET, "ooInetHTTPSProxyPort", _NOWHERE[1]),
    (_INET, "ooInetFTPProxyName", _NOWHERE[0]),
    (_INET, "ooInetFTPProxyPort", _NOWHERE[1]),
    (_INET, "ooInetNoProxy", ""),
    (f"{_COMMON}/Misc", "FirstRun", "false"),
    (f"{_COMMON}/Misc", "CrashReport", "false"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
)


def find_soffice() -> Path | None:
    """Return LibreOffice's program: of the path, else of the place where installers put it."""
    for candidate in _candidates():
        if candidate.is_file():
            return _inner(candidate.resolve())
    return None


def convert(data: bytes, suffix: str, limits: Limits, target: str = ".docx", inside: str | None = None) -> bytes:
    """Return a document as .docx or .pdf; raise `InputError` where LibreOffice is missing, fails or takes too long.

    `inside` is the folder for what it needs meanwhile; else it is made where this process has its temporary files.
    """
    program = find_soffice()
    if program is None:
        raise InputError("office-missing", kind=suffix)
    # Removed with everything in it, also where a program still holds a file open; where this process is ended, its
    # keeper does that by the number in the name.
    with tempfile.TemporaryDirectory(prefix=f"office-{os.getpid()}-", dir=inside, ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / f"report{suffix}").write_bytes(data)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(profile_settings(), "utf-8")
        code = _run(_command(program, folder, suffix, target), folder, limits)
        try:
            return _written(folder / "out" / f"report{target}", code, limits)
        except InputError as error:
            if error.code == "office-failed" and _lacks_writer(program):
                raise InputError("office-no-writer", kind=suffix) from error
            raise


def profile_settings() -> str:
    """Return the profile's settings, in LibreOffice's XML."""
    items = "\n".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n"
    )


def _candidates() -> Iterator[Path]:
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found is not None:
            yield Path(found)
    if sys.platform == "darwin":
        yield Path(_MAC)
    if sys.platform == "win32":
        for variable in _WINDOWS:
            if variable in os.environ:
                yield Path(os.environ[variable], "LibreOffice", "program", "soffice.exe")


def _inner(program: Path) -> Path:
    """Prefer the program itself to the starter beside it: a starter that is killed leaves the program running."""
    inner = program.with_name("soffice.bin")
    return inner if inner.is_file() else program


def _lacks_writer(program: Path) -> bool:
    """Tell whether its other parts lie beside the program, and Writer does not: some install Calc alone."""
    parts = [name for pattern in _PARTS for name in program.parent.glob(pattern)]
    return bool(parts) and not any(program.parent.glob(_WRITER))


def _command(program: Path, folder: Path, suffix: str, target: str) -> list[str]:
    return [
        str(program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--invisible", "--nologo", "--nodefault", "--norestore", "--nolockcheck"),
        *("--convert-to", _FILTERS[target], "--outdir", str(folder / "out"), str(folder / f"report{suffix}")),
    ]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    home = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP"), str(folder))
    proxy = "http://" + ":".join(_NOWHERE)
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), proxy)
    # The language decides on the encoding of texts that name none: the same on every computer.
    return {**kept, **home, **proxies, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}


def _run(command: list[str], folder: Path, limits: Limits) -> int:
    """Run LibreOffice, again where it asks for it; return its exit code.

    It stays in the group of this process, so that whoever ends this process ends it as well.
    """
    ends_at = time.monotonic() + limits.office_seconds
    code = _START_AGAIN
    for _ in range(_STARTS):
        try:
            # What it prints is of no use to a reader of reports, and could be megabytes.
            code = subprocess.run(
                command,
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=max(ends_at - time.monotonic(), 0.1),
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise InputError("office-slow", limit=f"{limits.office_seconds:g}") from error
        except OSError as error:
            raise InputError("office-failed", error=error.strerror or type(error).__name__) from error
        if code != _START_AGAIN:
            break
    return code


def _written(path: Path, code: int, limits: Limits) -> bytes:
    """Return what was written; an exit code of 0 alone proves nothing, LibreOffice gives it for broken files too."""
    if code != 0 or path.is_symlink() or not path.is_file() or not (size := path.stat().st_size):
        raise InputError("office-failed", error=f"exit code {code}" if code else "nothing was written")
    if size > limits.file_bytes:
        raise InputError("too-large", what="bytes", size=size, limit=limits.file_bytes)
    return path.read_bytes()
