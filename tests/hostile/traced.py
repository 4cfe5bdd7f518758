"""Trace a whole conversion, every process of it, and count who reached for the network (Linux, needs strace):

    python tests/hostile/traced.py

Converts the samples and the hostile files that would call home. A connection to a socket of this machine's file
system is no network; everything else is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.catalogue import everything  # noqa: E402

_CALLS = (
    "pdf-action",
    "pdf-content",
    "pdf-embedded",
    "pdf-xfa",
    "docx-outside",
    "docx-entity",
    "html-outside",
    "office",
    "html-mail",
)
_FAMILY = re.compile(r"(?:sa_family=|socket\()(\w+)")
_WRITES = re.compile(r'open(?:at)?\((?:[^,]*, )?"([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)')
_MADE = re.compile(r'(?:mkdir|mkdirat|rename|renameat2?|link|linkat|symlink|symlinkat)\(.*"([^"]+)"')


def main() -> int:
    """Trace, report, and return 0 if nobody reached for the network or wrote elsewhere."""
    if shutil.which("strace") is None:
        print("strace is not installed (apt-get install strace)")
        return 2
    with tempfile.TemporaryDirectory(prefix="traced-") as folder:
        top = Path(folder)
        for name in ("in", "out", "home", "tmp"):
            (top / name).mkdir()
        for item in everything():
            if item.name.startswith(_CALLS):
                (top / "in" / item.name).write_bytes(item.make())
        log = top / "trace"
        outputs = [word for name in ("a.xlsx", "a.jsonl", "a.csv") for word in ("-o", str(top / "out" / name))]
        command = [sys.executable, "-m", "raingan", "convert", str(ROOT / "samples"), str(top / "in"), *outputs]
        environment = {**os.environ, "HOME": str(top / "home"), "TMPDIR": str(top / "tmp"), "PYTHONPATH": str(ROOT)}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment.pop("CI", None)  # libraries are on their best behaviour there
        calls = "trace=%network,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
        traced = ["strace", "-f", "-qq", "-o", str(log), "-e", calls, *command]
        run = subprocess.run(traced, env=environment, cwd=top, capture_output=True, text=True, check=False)
        print(f"raingan ended with {run.returncode}: {run.stderr.strip().splitlines()[-1:]}")
        return _told(log, top)


def _told(log: Path, top: Path) -> int:
    calls: Counter[str] = Counter()
    far, written = [], set()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            call = line.split(maxsplit=1)[-1].partition("(")[0]
            family = _FAMILY.search(line)
            if family is not None:
                calls[f"{call} {family[1]}"] += 1
                if family[1] not in ("AF_UNIX", "AF_LOCAL", "AF_UNSPEC"):
                    far.append(line.strip())
            found = _WRITES.search(line) or _MADE.search(line)
            if found is not None and "= -1" not in line and not found[1].startswith(("/dev/", "/proc/")):
                written.add(found[1])
    elsewhere = [Path(top, path) for path in written if not Path(top, path).is_relative_to(top / "out")]
    brief = [path for path in elsewhere if path.is_relative_to(top / "tmp") and not path.exists()]
    own = [str(path) for path in elsewhere if path not in brief]
    print(f"calls by family: {dict(calls)}")
    print(f"reached for the network: {len(far)}", *far[:20], sep="\n  ")
    print(f"in the temporary folder, and removed again: {len(brief)}")
    print(f"written outside of the output: {len(own)}", *sorted(own)[:20], sep="\n  ")
    return 1 if far or own else 0


if __name__ == "__main__":
    sys.exit(main())
