"""Whatever lies in a folder, and whatever the disk says of it, ends as one row: no entry ends the run."""

from __future__ import annotations

import errno
import gzip
import io
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.intake.inputs import iter_sources
from raingan.batch import files_below
from raingan.model.errors import InputError
from raingan.model.records import FileResult, Limits, Source

TEXT = "รายงานตัวอย่าง".encode()
# What networks and disks say, and one that no table of ours knows.
ERRORS = ("EIO", "ESTALE", "ENOTCONN", "EHOSTDOWN", "ETIMEDOUT", "EACCES", "ENOENT", "ELOOP", "ENAMETOOLONG", "ENOTDIR")
NUMBERS = [getattr(errno, name) for name in ERRORS if hasattr(errno, name)] + [9_999]


def rows(folder: Path, limits: Limits | None = None) -> list[tuple[str, str]]:
    return [
        (item.name, "source") if isinstance(item, Source) else (item.file, f"{item.state} {item.reason}")
        for item in iter_sources([str(folder)], limits or Limits())
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "sub/b.txt", "z.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT)
    return tmp_path / "in"


def test_links_in_a_circle(folder: Path) -> None:
    (folder / "l1").symlink_to(folder / "l2")
    (folder / "l2").symlink_to(folder / "l1")
    (folder / "l3").symlink_to("l3")
    told = [("l1", "skipped link"), ("l2", "skipped link"), ("l3", "skipped link")]
    assert rows(folder) == [("a.txt", "source"), *told, ("sub/b.txt", "source"), ("z.txt", "source")]
    with pytest.raises(InputError) as caught:  # named by the user, it is no input
        iter_sources([str(folder / "l1")], Limits())
    assert caught.value.code == "cannot-read"


def test_what_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as end:
        here = Path.cwd()
        os.chdir(folder)  # the names of sockets are short
        try:
            end.bind("socket")
        finally:
            os.chdir(here)
        (folder / "null").symlink_to("/dev/null")
        told = dict(rows(folder))
    assert [told[name] for name in ("null", "pipe", "socket")] == ["skipped link"] * 3
    assert rows(Path("/dev/null")) == [("null", "skipped link")]


def test_names_that_begin_as_ours_have_a_row(folder: Path) -> None:
    (folder / ".raingan-report.txt").write_bytes(TEXT)
    (folder / ".raingan-old").mkdir()
    (folder / ".raingan-old" / "c.txt").write_bytes(TEXT)
    assert rows(folder)[:2] == [(".raingan-old", "skipped system-file"), (".raingan-report.txt", "skipped system-file")]


def test_folders_without_end(tmp_path: Path) -> None:
    """Deeper than Python calls itself: neither the count nor the walk goes down all of it."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=here)
        here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    try:
        ((name, told),) = rows(tmp_path)
        assert (name.count("/"), told) == (Limits().folder_depth - 1, "failed too-large")
        assert files_below([str(tmp_path)], Limits()) == 0
    finally:  # who removes the folders of tests calls itself for each
        while (tmp_path / "d" / "d").exists():
            (tmp_path / "d" / "d").rename(tmp_path / "below")
            (tmp_path / "d").rmdir()
            (tmp_path / "below").rename(tmp_path / "d")


class _Entry:
    """An entry of a folder whose drive does not answer what is asked of it."""

    def __init__(self, entry: os.DirEntry[str], failing: str, error: OSError) -> None:
        self.name, self.path, self._entry = entry.name, entry.path, entry
        self._failing, self._error = failing, error

    def __getattr__(self, name: str) -> Any:
        if name == self._failing:
            raise self._error
        return getattr(self._entry, name)


class _Listing:
    def __init__(self, entries: Iterator[Any]) -> None:
        self._entries = entries

    def __enter__(self) -> Iterator[Any]:
        return self._entries

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("step", ["scandir", "listing", "is_symlink", "is_dir", "stat", "open", "fstat", "read"])
def test_a_disk_that_answers_with_an_error(
    step: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step of the walk fails for one entry: it has a row, and so have all others."""
    failing = folder / ("sub" if step in ("scandir", "listing") else "a.txt")
    _break(step, failing, OSError(number, os.strerror(number)), monkeypatch)
    told = rows(folder)
    monkeypatch.undo()
    assert dict(told)[failing.name] == "failed cannot-read"
    assert len(told) == 3 and [state for _, state in told].count("source") == 2
    assert files_below([str(folder)], Limits()) == 3


def _break(step: str, failing: Path, error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir, stat, os_open, fstat = os.scandir, Path.stat, os.open, os.fstat
    broken: set[int] = set()

    def listed(path: Any) -> Any:
        if Path(path) == failing and step == "scandir":
            raise error
        entries = list(scandir(path))
        if Path(path) == failing and step == "listing":
            return _Listing(_raising(entries[:1], error))
        is_failing = step in ("is_symlink", "is_dir")
        return _Listing(
            iter(_Entry(one, step, error) if is_failing and Path(one.path) == failing else one for one in entries)
        )

    def opened(path: Any, *more: Any, **named: Any) -> int:
        if step == "open" and Path(path) == failing:
            raise error
        handle = os_open(path, *more, **named)
        if Path(path) == failing:
            broken.add(handle)
        return handle

    def measured(handle: int) -> os.stat_result:
        if step == "fstat" and handle in broken:
            broken.remove(handle)  # its number will be another file's
            raise error
        return fstat(handle)

    class Stream(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            raise error

    def stated(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if step == "stat" and path == failing:
            raise error
        return stat(path, follow_symlinks=follow_symlinks)

    module = sys.modules[iter_sources.__module__]
    monkeypatch.setattr(os, "scandir", listed)
    monkeypatch.setattr(Path, "stat", stated)
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fstat", measured)
    if step == "read":
        real = module._opened  # type: ignore[attr-defined]
        monkeypatch.setattr(
            module, "_opened", lambda path, follow: Stream(path) if path == failing else real(path, follow)
        )


def _raising(entries: list[Any], error: OSError) -> Iterator[Any]:
    yield from entries
    raise error


@pytest.mark.parametrize("became", ["pipe", "link", "folder", "nothing", "longer"])
def test_an_entry_that_becomes_something_else(became: str, folder: Path) -> None:
    """Between the walk and the reading; a pipe without a writer must not be waited for."""
    limits = Limits(file_bytes=1_000)
    items = iter_sources([str(folder)], limits)
    assert isinstance(next(items), Source)
    path = folder / "z.txt"
    path.unlink()
    if became == "pipe":
        os.mkfifo(path)
    elif became == "link":
        path.symlink_to("/etc/passwd")
    elif became == "folder":
        path.mkdir()
    elif became == "longer":
        path.write_bytes(bytes(1_001))
    *_, last = items
    assert isinstance(last, FileResult) and last.file == "z.txt"
    told = {"nothing": "failed cannot-read", "longer": "failed too-large"}
    assert f"{last.state} {last.reason}" == told.get(became, "skipped link")


def test_it_becomes_so_between_the_two_looks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was a file when it was looked at, and is a pipe or a link when it is opened."""
    real = os.open
    for kind in ("pipe", "link"):
        path = folder / "z.txt"

        def swapped(name: Any, *more: Any, kind: str = kind, path: Path = path, **named: Any) -> int:
            if Path(name) == path and path.is_file() and not path.is_symlink():
                path.unlink()
                os.mkfifo(path) if kind == "pipe" else path.symlink_to(folder / "a.txt")
            return real(name, *more, **named)

        with monkeypatch.context() as patched:
            patched.setattr(os, "open", swapped)
            told = rows(folder)
        assert told[-1] == ("z.txt", "skipped link" if kind == "pipe" else "failed cannot-read")
        path.unlink()
        path.write_bytes(TEXT)


def test_a_file_that_a_server_has_promised_to_somebody_is_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def promised(name: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_NONBLOCK:
            raise BlockingIOError(errno.EAGAIN, "x")
        return real(name, flags, *more, **named)

    monkeypatch.setattr(os, "open", promised)
    assert [how for _, how in rows(folder)] == ["source"] * 3


def test_a_large_archive_whose_disk_fails_has_one_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "z.txt").write_bytes(b"PK\3\4" + bytes(2_000))
    module = sys.modules[iter_sources.__module__]

    def fails_later(item: Any, *_: Any) -> Iterator[Any]:
        yield item.fails(InputError("broken-file", error="x"))
        raise OSError(errno.EIO, "x")

    monkeypatch.setattr(module, "large_file", fails_later)
    assert rows(folder, Limits(file_bytes=1_000))[-1] == ("z.txt", "failed broken-file")


def test_no_memory_for_a_file_costs_that_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[iter_sources.__module__]
    real = module._opened  # type: ignore[attr-defined]

    class Hungry(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            raise MemoryError

    monkeypatch.setattr(
        module, "_opened", lambda path, follow: Hungry(path) if path.name == "a.txt" else real(path, follow)
    )
    told = list(iter_sources([str(folder)], Limits()))
    assert isinstance(told[0], FileResult) and told[0].reason_values["error"] == os.strerror(errno.ENOMEM)
    assert len(told) == 3


def test_whatever_goes_wrong_in_taking_a_file_apart_costs_that_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and after a member was told of."""
    import extract.intake.contents as contents

    (folder / "a.txt").write_bytes(b"PK\3\4" + bytes(40))
    real = contents.content

    def broken(item: Any, data: bytes, *more: Any, **named: Any) -> Iterator[Any]:
        if item.name == "a.txt":
            raise KeyError("no such thing")
        yield from real(item, data, *more, **named)
        if item.name == "z.txt":
            raise MemoryError

    monkeypatch.setattr(contents, "content", broken)
    told = ["a.txt: failed bug", "sub/b.txt: source", "z.txt: source", "z.txt/…: failed cannot-read"]
    assert [f"{name}: {how}" for name, how in rows(folder)] == told


@pytest.mark.parametrize("keep", range(2, 21))
def test_a_gzip_that_is_cut_off_ends_as_broken(keep: int, folder: Path) -> None:
    (folder / "z.txt").unlink()
    (folder / "z.gz").write_bytes(gzip.compress(b"some words of a report")[:keep])
    name, how = rows(folder)[-1]
    assert name.startswith("z.gz") and how in ("failed broken-file", "source", "skipped unsupported-kind")
