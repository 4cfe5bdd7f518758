"""What can go wrong in the process that takes a file apart, for the tests of pages. The file's bytes name the fault."""

from __future__ import annotations

from pathlib import Path

from raingan.apart.tasks import BeginPage, Work
from raingan.review.pages.work import pack, unpack
from tests.app_apart.faults import eat_memory, hang, kill_keeper, leave, segfault

ANSWERS = {
    "nothing": b"",
    "no-json": b"{\n",
    "deep": b"[" * 100_000 + b"\n",
    "list": b"[]\n",
    "script": pack({"media_type": "text/html", "width": 5, "height": 5}, b"<script>"),
    "no-size": pack({"media_type": "image/png", "width": "5", "height": None}, b""),
    "sheets": b'{"sheets": [[1, Infinity, 5, 0]]}\n',
    "page-number": b'{"sheets": [[Infinity, 5, 5, 0]]}\n',
    "sheet": b'{"sheets": [5]}\n',
    "turned": b'{"sheets": [[1, 5, 5, 45]]}\n',
    "places": b'{"sheets": [[1, 5, 5, 0]], "places": []}\n',
    "elsewhere": b'{"sheets": [[1, 5, 5, 0]], "places": {"actual": [7, [1, 1, 2, 2]]}}\n',
    "lines": b'{"lines": [5]}\n',
    "surrogate": b'{"lines": [["\\ud800", ["actual"]]]}\n',
}
FAULTS = {"segfault": segfault, "hang": hang, "memory": eat_memory, "exit": leave, "keeper": kill_keeper}
ARGUMENTS = {"exit": "7"}


def factory(setup: bytes) -> Work:
    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        name = unpack(payload)[1].decode()
        name, _, mark = name.partition(" at ")
        if mark:
            Path(mark).touch()
        if name in FAULTS:
            return FAULTS[name](ARGUMENTS.get(name, ""), begin_page)
        return ANSWERS.get(name, pack({"media_type": "image/png", "width": 5, "height": 5}, b"drawn"))

    return work
