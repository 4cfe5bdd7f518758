"""The work of a run, and how many pages it had from helpers; what they say of the third page makes no sense."""

from __future__ import annotations

import raingan.apart.hands
import raingan.work
from extract.reading.ahead import PageRead
from raingan.apart.tasks import BeginPage, Work
from raingan.model.codec import Record, pack, unpack

_taken: list[int] = []  # numbers of pages


def factory(setup: bytes) -> Work:
    # However busy the machine is, the task waits for the crew's answer.
    raingan.apart.hands._SECONDS_TO_ANSWER = 60
    raingan.work.pack = garbled  # type: ignore[attr-defined]
    raingan.work.unpack = noted  # type: ignore[attr-defined]
    work = raingan.work.reader(setup)

    def counted(payload: bytes, begin_page: BeginPage) -> bytes:
        given = work(payload, begin_page)
        return bytes([len(_taken)]) + given

    return counted


def garbled(value: object) -> bytes:
    return b"nonsense" if isinstance(value, PageRead) and value.page.number == 3 else pack(value)


def noted(kind: type[Record], data: bytes) -> Record:
    value = unpack(kind, data)
    assert isinstance(value, PageRead)
    _taken.append(value.page.number)
    return value
