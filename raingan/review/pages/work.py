"""What the process apart does: sizes of pages, their pictures, lines of texts. Bytes in, bytes out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from raingan.apart.parts import BeginPage, Job, Work
from raingan.records import Document, InputError, Limits, Pictures, Source
from raingan.review.pages.places import Wanted, find_places

PRELOAD = ("extract.show", "extract.read", "extract.text", "extract.html", "extract.docx", "PIL.Image", "pypdfium2")


def job_of(limits: Limits) -> Job:
    """Return the job that shows files."""
    setup = json.dumps(dataclasses.asdict(limits)).encode()
    return Job("raingan.review.pages.work:reader", setup, preload=PRELOAD)


def pack(head: dict[str, Any], data: bytes) -> bytes:
    """Return a message: a line of JSON and bytes behind it."""
    return b"".join((json.dumps(head).encode(), b"\n", data))


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a message apart; raises ValueError where it is none."""
    line, found, data = message.partition(b"\n")
    head = json.loads(line)
    if not found or not isinstance(head, dict):
        raise ValueError("no message")
    return head, data


def reader(setup: bytes) -> Work:
    """Return what answers one request; `setup` is that of `job_of`."""
    limits = Limits(**json.loads(setup))

    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        head, data = unpack(payload)
        begin_page(int(head.get("page", 1)))
        source = Source(head["name"], data, head["sha256"])
        try:
            if head["do"] == "draw":
                return _draw(source, limits, head)
            return pack(_show(source, limits, head), b"")
        except InputError as error:
            return pack({"error": error.code, "values": error.values}, b"")

    return work


def _draw(source: Source, limits: Limits, head: dict[str, Any]) -> bytes:
    from extract.show import draw

    data, media_type, (width, height) = draw(source, limits, head["page"], head["width"])
    return pack({"media_type": media_type, "width": width, "height": height}, data)


def _show(source: Source, limits: Limits, head: dict[str, Any]) -> dict[str, Any]:
    """Return the sheets of a report, or the lines of its file with the fields that stand in them."""
    from extract.show import PAGED, kind_of, page_shapes

    if kind_of(source) in PAGED:
        first, last = head["pages"] or (1, 1)
        shapes = page_shapes(source, limits, range(first, last + 1), head["pictured"])
        return {"sheets": [[shape.number, shape.width, shape.height, shape.turned] for shape in shapes]}
    from extract.read import read_document

    document = read_document(source, limits, Pictures.OFF)
    lines = _lines(document)
    wanted = [Wanted(*item) for item in head["fields"]]
    places = find_places(lines, wanted, _begin(lines, head["name_printed"]))
    fields: list[list[str]] = [[] for _ in lines]
    for path, (start, end) in places.items():
        for index in range(start, end + 1):
            fields[index].append(path)
    return {"lines": list(zip(lines, fields, strict=True))}


def _lines(document: Document) -> list[str]:
    return [line.raw or line.text for page in document.pages for line in page.lines]


def _begin(lines: Sequence[str], printed: str) -> int:
    """Return the line where the report's own name stands: what it shares with others in the file is looked for near."""
    found = find_places(lines, [Wanted("", printed)]).get("")
    return 0 if found is None else found[0]
