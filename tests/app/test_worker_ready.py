"""What a worker makes ready before its first file: what it leaves out, every process of a file makes for itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"

# In a process of its own: this one has read files already.
_TELLS = """
import importlib, inspect, json, sys
from functools import _lru_cache_wrapper
from pathlib import Path
from raingan.model.records import Source
from raingan.settings import Settings
from raingan.work import job_of, pack_task, reader, warm_pdf


def tables():
    # Of the functions that remember what they return: those that always return the same, and the codec's, one a type.
    return {
        f"{name}.{key}": value.cache_info().currsize
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in ("extract", "normalize", "raingan")
        for key, value in list(vars(module).items())
        if isinstance(value, _lru_cache_wrapper) and value.__module__ == name
        and (not inspect.signature(value).parameters or name == "raingan.model.codec")
    }


job = job_of(Settings(), keep_pages=True)
for name in job.preload:
    importlib.import_module(name)
work = reader(job.setup)
pages = []
if sys.argv[1].endswith(".pdf"):
    warm_pdf()
before = tables()
path = Path(sys.argv[1])
work(pack_task(Source(path.name, path.read_bytes(), "0" * 64)), pages.append)
after = tables()
new = sorted(name for name, count in after.items() if count != before.get(name, 0))
print(json.dumps({"new": new, "known": len(after), "pages": len(pages)}))
"""


@pytest.mark.parametrize("name", ["complaints.txt", "daycare.txt", "park.txt", "canal.pdf", "two.pdf"])
def test_no_table_is_left_for_the_process_of_a_file(name: str) -> None:
    command = [sys.executable, "-c", _TELLS, str(SAMPLES / name)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["pages"] and told["known"]  # it has read the file, and looked at tables
    assert told["new"] == []
