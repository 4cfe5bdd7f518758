"""The door for newcomers: sets up .venv with the locked packages and runs a task in it.

    python3 dev.py samples    set up, then turn samples/ into out/raingan.xlsx and out/raingan.jsonl
    python3 dev.py check      set up, then check format, lint and types, and run the tests
    python3 dev.py test ...   set up, then run the tests alone; what follows goes to pytest
    python3 dev.py fix        set up, then format the code and mend what ruff can mend
    python3 dev.py wheelhouse [PLATFORM PYTHON]
                              set up, then collect wheelhouse/ to install from without internet
    python3 dev.py sbom       set up, then write out/raingan.cdx.json, the bill of materials

`samples`, `wheelhouse` and `sbom` install what reading reports needs, the other tasks add the tools of the checks.
Needs Python 3.11 or newer and its standard library, nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN, CHECK = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"  # the second holds the first
STAMP = VENV / "set-up-from.txt"  # fingerprint of what the environment was made from
MEGABYTES = {RUN: (220, 450), CHECK: (400, 700)}  # to fetch, and on the disk; Linux, 2026

OUTPUTS = ("out/raingan.xlsx", "out/raingan.jsonl")
SAMPLES = sorted(  # without what stands beside them: README.md and each one's NAME.expected.json
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "samples").glob("*.*")
    if not path.name.endswith((".md", ".json"))
)
SOME_FILES_FAILED = 1  # exit code of raingan, see README; one sample is broken on purpose

# Nothing runs the benches but people; without this they would rot unseen. Many lean on packages that are not installed.
BENCHES = ("mypy", "--explicit-package-bases", "--ignore-missing-imports", "--allow-any-unimported")
BENCHES += ("--no-warn-return-any", "tests/bench", "tests/campaign.py")

TASKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "samples": (("raingan", "convert", *SAMPLES, "-o", OUTPUTS[0], "-o", OUTPUTS[1]),),
    "check": (("ruff", "format", "--check", "."), ("ruff", "check", "."), ("mypy",), BENCHES, ("pytest",)),
    "test": (("pytest",),),
    "wheelhouse": (("ship", "wheelhouse"),),
    "sbom": (("ship", "sbom"),),
    "fix": (("ruff", "format", "."), ("ruff", "check", "--fix", ".")),
}


def main(arguments: list[str]) -> int:
    """Run one task and return its exit code."""
    task = arguments[0] if arguments else ""
    if task not in TASKS or (len(arguments) > 1 and task not in ("test", "wheelhouse")):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this script meets whatever Python the user has
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    try:
        set_up(RUN if task in ("samples", "wheelhouse", "sbom") else CHECK)
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


def set_up(wanted: Path) -> None:
    """Make .venv and install the locked packages of a list, as far as that is not done already."""
    there = STAMP.read_text(encoding="ascii") if PYTHON.exists() and STAMP.exists() else ""
    if there in (fingerprint(wanted), fingerprint(CHECK)):
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        sys.exit("Python's venv is missing. On Debian and Ubuntu type:  sudo apt install python3-venv")
    fetched, kept = MEGABYTES[wanted]
    print(f"Setting up .venv, once: {packages_of(wanted)} packages, {fetched} MB to fetch, {kept} MB on the disk.")
    print("That takes one to five minutes, by the speed of the net and of the disk.", flush=True)
    if there != fingerprint(RUN):  # else the tools of the checks are added
        STAMP.unlink(missing_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    # What nobody imports needs no bytecode; what somebody does gets it then.
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
    install([*pip, "--progress-bar", "off", "--require-hashes", "--only-binary", ":all:", "-r", str(wanted)], wanted)
    subprocess.run([*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT, check=True)
    STAMP.write_text(fingerprint(wanted), encoding="ascii")
    print(f"Set up: `raingan` is {(PYTHON.parent / 'raingan').relative_to(ROOT)}.", flush=True)


def install(command: list[str], wanted: Path) -> None:
    """Run pip and show how far it is, in place of its hundreds of lines; show those where it fails."""
    told: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace") as process:
        assert process.stdout is not None
        for step in steps_of(keeping(process.stdout, told), packages_of(wanted)):
            if sys.stdout.isatty():
                print(f"\r\x1b[K  {step}", end="", flush=True)
            elif re.match(r"(?:1|\d*0) of |inst", step):  # a log gets every tenth line
                print(f"  {step}", flush=True)
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)
    if process.returncode:
        print("".join(told[-40:]), file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)


def keeping(lines: Iterable[str], told: list[str]) -> Iterable[str]:
    """Pass lines on and keep them."""
    for line in lines:
        told.append(line)
        yield line


def steps_of(lines: Iterable[str], packages: int) -> Iterable[str]:
    """Turn what pip says into steps for people: "12 of 36 packages: numpy"; then it is silent, and that is told too."""
    seen = 0
    for line in lines:
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if found:
            seen += 1
            yield f"{seen} of {max(seen, packages)} packages: {found[1]}"
        elif line.startswith("Installing collected packages"):
            yield "installing what was fetched: half a minute, two on a slow disk"


def packages_of(requirements: Path) -> int:
    """Count the packages of a list; one that has a version for each Python counts once."""
    return len(set(re.findall(r"^([\w.-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE)))


def fingerprint(requirements: Path) -> str:
    """Return what the environment depends on as one short text: packages, project, interpreter, place."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (requirements, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
