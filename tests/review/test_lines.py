"""A file that is only ever added to: cut off, changed or copied, no acknowledged line is lost or made up."""

from __future__ import annotations

import random
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from raingan.model.errors import LedgerError
from raingan.review.lines import Lines
from raingan.review.store import Decisions, decisions_beside
from tests.review.made import REPORT, decision

COPIES = 1_000
EACH = 25  # copies of which one is read to its end


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines"


def opened(path: Path, writable: bool = True) -> Lines:
    return Lines(path, "decisions", 2, writable=writable)


def write(path: Path, *numbers: int) -> None:
    with closing(opened(path)) as lines, lines.alone():
        list(lines.new())
        lines.add(*({"n": number} for number in numbers))


def read(path: Path) -> list[int]:
    with closing(opened(path, writable=False)) as lines:
        return [record["n"] for _, record in lines.new() if "n" in record]


def told(path: Path) -> str:
    with pytest.raises(LedgerError) as error:
        read(path)
    return error.value.code


def test_what_was_added_is_read_in_its_order_by_others_too(path: Path) -> None:
    write(path, 1, 2)
    with closing(opened(path, writable=False)) as other:
        assert len(list(other.new())) == 3
        write(path, 3)
        assert [record for _, record in other.new()] == [{"n": 3}] and list(other.new()) == []
    assert read(path) == [1, 2, 3]


def test_what_a_write_left_that_was_cut_off_is_passed_by_and_taken_away(path: Path) -> None:
    """At every byte of the last line and of the first one."""
    write(path, 1, 2)
    whole = path.read_bytes()
    first, kept = whole.index(b"\n") + 1, whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for length in (*range(first + 1), *range(kept, len(whole))):
        path.write_bytes(whole[:length])
        assert read(path) == ([1] if length >= kept else [])
        write(path, 3)
        assert read(path) == ([1, 3] if length >= kept else [3])


@pytest.mark.parametrize("zeros", [1, 20])
def test_zeros_where_the_disk_did_not_come_to_are_of_a_write_that_was_cut_off(path: Path, zeros: int) -> None:
    write(path, 1, 2)
    whole = path.read_bytes()
    kept = whole.rindex(b"\n", 0, -1) + 1
    for torn in (whole + bytes(zeros), whole[:kept] + bytes(zeros) + whole[kept + zeros :]):
        path.write_bytes(torn)
        assert read(path) == ([1, 2] if torn.startswith(whole) else [1])
    path.write_bytes(bytes(len(whole)))
    assert read(path) == []


def test_a_line_that_was_changed_lost_or_moved_is_told(path: Path) -> None:
    write(path, 1, 2, 3)
    whole = path.read_bytes()
    head, one, two, three = whole.splitlines(keepends=True)
    for other in (
        whole.replace(b'"n":1', b'"n":7'),
        whole.replace(b'"n":3', b'"n":7'),  # the last one too: it was acknowledged
        head + two + three,
        head + one + three + two,
        head + one + one + two + three,
        whole[:-1].replace(b'"n":2', b'"n":\0') + b"\n",
    ):
        path.write_bytes(other)
        assert told(path) == "decisions-broken", other
        with pytest.raises(LedgerError), closing(opened(path)) as lines, lines.alone():
            list(lines.new())
        assert path.read_bytes() == other


@pytest.mark.parametrize(
    "content", [b"a", b"\n", b"some text\nof somebody\n", b"{}", b"\0" * 9 + b"x", bytes(range(256))]
)
def test_a_foreign_file_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert told(path) == "decisions-foreign"


def test_a_line_that_cannot_be_written_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import raingan.review.lines as module

    write(path, 1)
    before = path.read_bytes()

    def full(handle: int, data: bytes) -> None:
        import errno
        import os

        os.write(handle, data[:7])
        raise OSError(errno.ENOSPC, "full")

    with closing(opened(path)) as lines, lines.alone():
        list(lines.new())
        with monkeypatch.context() as patch:
            patch.setattr(module, "_write", full)
            with pytest.raises(LedgerError) as error:
                lines.add({"n": 2})
        assert error.value.code == "ledger-disk-full" and path.read_bytes() == before
        lines.add({"n": 3})
    assert read(path) == [1, 3]


def test_a_copy_holds_every_decision_acknowledged_before_it_whenever_it_is_taken(tmp_path: Path) -> None:
    """The named file alone, as `cp` takes it, a thousand times while two write."""
    path, copy = decisions_beside(tmp_path / "a.raingan"), tmp_path / "copy"
    acknowledged: dict[int, str] = {}
    stop = threading.Event()
    chance = random.Random(7)

    def work(name: str) -> None:
        count = 0
        with Decisions.open(path) as decisions:
            while not stop.is_set():
                count += 1
                (row,) = decisions.add(decision("a", note=f"{name} {count} " + "x" * (count * 37 % 500)))
                acknowledged[row.number] = row.note

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    try:
        while not acknowledged:
            stop.wait(0.001)
        for number in range(COPIES):
            stop.wait(chance.random() * 0.001)
            known = dict(acknowledged)
            with path.open("rb", buffering=0) as stream:
                data = b"".join(iter(partial(stream.read, 4_096), b""))
            assert all(f'"number":{row},'.encode() in data for row in list(known)[-9:])
            if number % EACH == 0:
                copy.write_bytes(data)
                with closing(Lines(copy, "decisions", 2, writable=False)) as lines:
                    kept = {row["number"]: row["note"] for _, record in lines.new() for row in record.get("rows", ())}
                assert known.items() <= kept.items()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    with Decisions.open(path) as decisions:
        assert {row.number: row.note for row in decisions.of(REPORT)} == acknowledged
    assert sorted(acknowledged) == list(range(1, len(acknowledged) + 1))
