"""The door for newcomers: sets up .venv with the locked packages and runs a task in it.

    python3 dev.py samples    set up, then turn samples/ into out/raingan.xlsx and out/raingan.jsonl
    python3 dev.py check      set up, then check format, lint and types, and run the tests
    python3 dev.py test ...   set up, then run the tests alone; what follows goes to pytest
    python3 dev.py fix        set up, then format the code and mend what ruff can mend

Needs Python 3.11 or newer and its standard library, nothing else.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = ROOT / "requirements-dev.txt"
STAMP = VENV / "set-up-from.txt"  # fingerprint of what the environment was made from

OUTPUTS = ("out/raingan.xlsx", "out/raingan.jsonl")
SAMPLES = sorted(  # without what stands beside them: README.md and each one's NAME.expected.json
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "samples").glob("*.*")
    if not path.name.endswith((".md", ".json"))
)
SOME_FILES_FAILED = 1  # exit code of raingan, see README; one sample is broken on purpose

TASKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "samples": (("raingan", "convert", *SAMPLES, "-o", OUTPUTS[0], "-o", OUTPUTS[1]),),
    "check": (("ruff", "format", "--check", "."), ("ruff", "check", "."), ("mypy",), ("pytest",)),
    "test": (("pytest",),),
    "fix": (("ruff", "format", "."), ("ruff", "check", "--fix", ".")),
}


def main(arguments: list[str]) -> int:
    """Run one task and return its exit code."""
    task = arguments[0] if arguments else ""
    if task not in TASKS or (len(arguments) > 1 and task != "test"):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this script meets whatever Python the user has
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    try:
        set_up()
    except subprocess.CalledProcessError as error:
        print(f"Setting up failed at: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    (ROOT / OUTPUTS[0]).parent.mkdir(exist_ok=True)
    if task == "samples":  # an output that is there afterwards was written now
        for name in OUTPUTS:
            (ROOT / name).unlink(missing_ok=True)
    codes = [subprocess.run([PYTHON, "-m", *command, *arguments[1:]], cwd=ROOT).returncode for command in TASKS[task]]
    wrote = all((ROOT / name).exists() for name in OUTPUTS)
    if task == "samples" and codes[0] in (0, SOME_FILES_FAILED) and wrote:
        print(f"Wrote {' and '.join(OUTPUTS)}. samples/README.md says what each file shows.", file=sys.stderr)
        return 0
    return next((code for code in codes if code), 0)


def set_up() -> None:
    """Make .venv and install the locked packages, unless that is done already."""
    made_from = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == made_from:
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        sys.exit("Python's venv is missing. On Debian and Ubuntu type:  sudo apt install python3-venv")
    print("Setting up .venv (once; takes about a minute) ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", REQUIREMENTS], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT, check=True)
    STAMP.write_text(made_from, encoding="ascii")


def fingerprint() -> str:
    """Return what the environment depends on as one short text: packages, project, interpreter, place."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (REQUIREMENTS, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
