"""Files, folders and archives: every input ends as a source or with a state, under a name of its own."""

from __future__ import annotations

import io
import os
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.intake.archive import overlapping, safe_name
from extract.intake.inputs import iter_sources
from raingan.model.errors import InputError
from raingan.model.records import FileResult, Kind, Limits, Source, State

Make = Callable[..., bytes]
TEXT = "รายงานตัวอย่าง".encode()


def found(*paths: Path, limits: Limits | None = None) -> list[tuple[str, str]]:
    """(name, "source" or "state reason") of everything below the paths."""
    return [
        (item.name, "source") if isinstance(item, Source) else (item.file, f"{item.state} {item.reason}")
        for item in iter_sources([str(path) for path in paths], limits or Limits())
    ]


def write(path: Path, data: bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("ข/2.txt", "ก.txt", "b/c/d.txt", "b.txt", "a.txt"):
        write(tmp_path / name)
    assert [name for name, _ in found(tmp_path)] == ["a.txt", "b/c/d.txt", "b.txt", "ก.txt", "ข/2.txt"]
    assert found(tmp_path / "b.txt") == [("b.txt", "source")]


def test_a_source_carries_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    (item,) = iter_sources([str(path)], Limits())
    assert isinstance(item, Source)
    assert (item.data, len(item.sha256), item.path) == (TEXT, 64, str(path))


def test_what_does_not_exist_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        iter_sources([str(write(tmp_path / "a.txt")), str(tmp_path / "no")], Limits())
    assert caught.value.code == "cannot-read"
    assert caught.value.values["file"].endswith("no")
    for path in ("", "a\0b"):
        with pytest.raises(InputError):
            iter_sources([path], Limits())


def test_names_are_nfc_and_printable(tmp_path: Path) -> None:
    write(tmp_path / unicodedata.normalize("NFD", "é.txt"))
    write(tmp_path / "a\nb\x1b.txt")
    assert found(tmp_path) == [("a\ufffdb\ufffd.txt", "source"), ("é.txt", "source")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names as text")
def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for raw in ("ไตรมาส.txt".encode("cp874"), b"\xff\xfe.txt"):
        with open(folder + b"/" + raw, "wb") as stream:  # noqa: PTH123 - a Path cannot be made of these bytes
            stream.write(TEXT)
    items = list(iter_sources([str(tmp_path)], Limits()))
    assert [item.name for item in items if isinstance(item, Source)][-1] == "ไตรมาส.txt"
    assert len(items) == 2
    for item in items:
        assert isinstance(item, Source)
        item.name.encode("utf-8")
        assert item.path is None


def test_junk_is_skipped_with_a_state(tmp_path: Path) -> None:
    for name in ("Thumbs.db", ".DS_Store", "~$report.docx", ".git/config", "desktop.ini", "a.txt"):
        write(tmp_path / name)
    write(tmp_path / ".raingan-x1" / "out.xlsx")
    assert found(tmp_path) == [
        (".DS_Store", "skipped system-file"),
        (".git", "skipped system-file"),
        (".raingan-x1", "skipped system-file"),
        ("Thumbs.db", "skipped system-file"),
        ("a.txt", "source"),
        ("desktop.ini", "skipped system-file"),
        ("~$report.docx", "skipped system-file"),
    ]
    assert found(tmp_path / ".git") == [("config", "source")]


def test_links_are_told_of_and_followed_only_when_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "a.txt")
    outside = write(tmp_path / "out" / "b.txt")
    (folder / "link.txt").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to(tmp_path / "no")
    os.mkfifo(folder / "pipe")
    assert found(folder) == [
        ("a.txt", "source"),
        ("dangling", "skipped link"),
        ("link.txt", "skipped link"),
        ("loop", "skipped link"),
        ("pipe", "skipped link"),
    ]
    assert found(folder / "link.txt") == [("link.txt", "source")]
    assert found(folder / "pipe") == [("pipe", "skipped link")]


def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path / "a.txt").chmod(0)
    write(tmp_path / "b" / "c.txt")
    (tmp_path / "b").chmod(0)
    try:
        if os.access(tmp_path / "a.txt", os.R_OK):
            pytest.skip("this user may read everything")
        assert found(tmp_path) == [("a.txt", "failed cannot-read"), ("b", "failed cannot-read")]
    finally:
        (tmp_path / "b").chmod(stat.S_IRWXU)


def test_a_file_that_goes_away_while_walking(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write(tmp_path / name)
    items = iter_sources([str(tmp_path)], Limits())
    next(items)
    (tmp_path / "b.txt").unlink()
    (gone,) = items
    assert isinstance(gone, FileResult)
    assert (gone.state, gone.reason) == (State.FAILED, "cannot-read")


def test_folders_nested_too_deep(tmp_path: Path) -> None:
    write(tmp_path / "1" / "2" / "3" / "a.txt")
    assert found(tmp_path, limits=Limits(folder_depth=3)) == [("1/2/3", "failed too-large")]
    assert found(tmp_path, limits=Limits(folder_depth=4)) == [("1/2/3/a.txt", "source")]


def test_two_paths_never_give_one_name(tmp_path: Path) -> None:
    for name in ("x/a.txt", "y/a.txt", "y/b.txt", "z/y/a.txt"):
        write(tmp_path / name)
    assert [name for name, _ in found(tmp_path / "x", tmp_path / "y")] == ["x/a.txt", "y/a.txt", "y/b.txt"]
    assert [name for name, _ in found(tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt")] == ["x/a.txt", "y/a.txt"]
    names = [name for name, _ in found(tmp_path / "y", tmp_path / "z" / "y")]
    assert len(set(names)) == len(names) == 3
    assert names[-1] == "z/y/a.txt"
    assert [name for name, _ in found(tmp_path / "x", tmp_path / "y" / "b.txt")] == ["a.txt", "b.txt"]


def test_a_path_inside_another_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "sub" / "a.txt")
    assert found(tmp_path, path, path.parent, tmp_path) == [("sub/a.txt", "source")]
    assert found(path, path) == [("a.txt", "source")]


def test_kinds_that_are_not_read(tmp_path: Path, zip_of: Make) -> None:
    write(tmp_path / "a.pptx", zip_of({"[Content_Types].xml": "", "ppt/slides.xml": ""}))
    write(tmp_path / "b.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    write(tmp_path / "c.bin", bytes(range(256)) * 20)
    write(tmp_path / "d.pdf", bytes(range(256)) * 20)
    write(tmp_path / "e.txt", b"")
    assert found(tmp_path) == [
        ("a.pptx", "skipped unsupported-kind"),
        ("b.doc", "source"),
        ("c.bin", "skipped unsupported-kind"),
        ("d.pdf", "failed broken-file"),
        ("e.txt", "source"),
    ]


def test_parts_of_a_saved_page_are_no_inputs(tmp_path: Path, zip_of: Make) -> None:
    members = {
        "หน้า.html": b"<html><p>x",
        "หน้า_files/logo.gif": b"GIF89a....",
        "หน้า_files/a.js": b"var x;",
        "หน้า_files/frame.html": b"<html><p>y",
        "other_files/a.txt": TEXT,
    }
    states = {
        "other_files/a.txt": "source",
        "หน้า.html": "source",
        "หน้า_files/a.js": "skipped page-part",
        "หน้า_files/frame.html": "source",
        "หน้า_files/logo.gif": "skipped page-part",
    }
    for name, data in members.items():
        write(tmp_path / "in" / name, data)
    assert dict(found(tmp_path / "in")) == states
    assert dict(in_zip(tmp_path, zip_of(members))[1:]) == states


def test_a_file_over_the_limit(tmp_path: Path, zip_of: Make) -> None:
    write(tmp_path / "a.txt", TEXT * 100)
    write(tmp_path / "b.zip", zip_of({"x.txt": TEXT, "y.bin": os.urandom(2000)}))
    assert found(tmp_path, limits=Limits(file_bytes=1000)) == [
        ("a.txt", "failed too-large"),
        ("b.zip", "done archive"),
        ("b.zip/x.txt", "source"),
        ("b.zip/y.bin", "failed too-large"),
    ]


# --- archives --------------------------------------------------------------------------------------


def in_zip(tmp_path: Path, data: bytes, limits: Limits | None = None) -> list[tuple[str, str]]:
    """What is found in an archive, without the archive's own name."""
    first, *members = found(write(tmp_path / "a.zip", data), limits=limits)
    assert first[0] == "a.zip"
    return [("", first[1]), *((name.removeprefix("a.zip/"), state) for name, state in members)]


def test_an_archive_and_its_members(tmp_path: Path, zip_of: Make, docx_of: Make) -> None:
    data = zip_of(
        {
            "ข/รายงาน.txt": TEXT,
            "a.docx": docx_of(""),
            "folder/": "",
            "__MACOSX/._x": "x",
            "b.pptx": bytes(range(256)) * 9,
        }
    )
    path = write(tmp_path / "a.zip", data)
    archive, *members = iter_sources([str(path)], Limits())
    assert isinstance(archive, FileResult)
    assert (archive.state, archive.reason, archive.kind, archive.size) == (State.DONE, "archive", Kind.ZIP, len(data))
    assert archive.reason_values == {"count": "4"}
    assert [item.path for item in members] == [str(path)] * 4
    assert found(path)[1:] == [
        ("a.zip/__MACOSX/._x", "skipped system-file"),
        ("a.zip/a.docx", "source"),
        ("a.zip/b.pptx", "skipped unsupported-kind"),
        ("a.zip/ข/รายงาน.txt", "source"),
    ]


@pytest.mark.parametrize(
    ("name", "shown", "unsafe"),
    [
        ("a/b.txt", "a/b.txt", False),
        ("./a//b.txt", "a/b.txt", False),
        ("a\\b.txt", "a/b.txt", False),
        ("../a", "_/a", True),
        ("a/../../b", "a/_/_/b", True),
        ("..\\a", "_/a", True),
        ("/etc/passwd", "etc/passwd", True),
        ("\\\\server\\share", "server/share", True),
        ("C:\\a", "C_/a", True),
        ("c:a", "c_a", True),
        ("a\0.txt", "a\ufffd.txt", True),
        ("..", "_", True),
        ("", "_", False),
        ("a\u202etxt.exe", "a\ufffdtxt.exe", False),
        ("...", "...", False),
    ],
)
def test_names_that_point_outside(name: str, shown: str, unsafe: bool) -> None:
    assert safe_name(name) == (shown, unsafe)


def test_nothing_is_read_through_an_unsafe_name(tmp_path: Path, zip_of: Make) -> None:
    data = zip_of({"../x.txt": TEXT, "/y.txt": TEXT, "z.txt": TEXT, "_/x.txt": TEXT})
    assert in_zip(tmp_path, data) == [
        ("", "done archive"),
        ("_/x.txt", "failed unsafe-path"),
        ("y.txt", "failed unsafe-path"),
        ("_/x.txt (2)", "source"),
        ("z.txt", "source"),
    ]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip"]


def _named(raw: bytes, flag: int = 0, extra: bytes = b"") -> bytes:
    """A zip of one stored member with these bytes for its name."""
    checksum = zlib.crc32(TEXT)
    about = struct.pack("<HHHHHLLLHH", 20, flag, 0, 0, 33, checksum, len(TEXT), len(TEXT), len(raw), len(extra))
    local = b"PK\3\4" + about + raw + extra + TEXT
    central = b"PK\1\2" + struct.pack("<H", 20) + about + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + raw + extra
    return local + central + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 1, 1, len(central), len(local), 0)


def _unicode_path(name: str, raw: bytes) -> bytes:
    content = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_named("ผลงานปี 2564.txt".encode(), flag=0x800), "ผลงานปี 2564.txt"),
        (_named("ผลงานปี 2564.txt".encode()), "ผลงานปี 2564.txt"),
        (_named("ผลงานปี 2564.txt".encode("cp874")), "ผลงานปี 2564.txt"),
        (_named("España.txt".encode("cp437")), "España.txt"),
        (_named(b"x.txt", extra=_unicode_path("จริง.txt", b"x.txt")), "จริง.txt"),
        (_named(b"x.txt", extra=_unicode_path("../จริง.txt", b"x.txt")), "_/จริง.txt"),
        (_named(b"x.txt", extra=_unicode_path("ปลอม.txt", b"y.txt")), "x.txt"),
    ],
)
def test_names_in_every_encoding(tmp_path: Path, data: bytes, name: str) -> None:
    assert in_zip(tmp_path, data)[1][0] == name


def test_links_and_passwords_in_archives(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.txt", TEXT)
    data = bytearray(stream.getvalue())
    for start in (b"PK\3\4", b"PK\1\2"):
        at = data.rfind(start) + (6 if start == b"PK\3\4" else 8)
        data[at] |= 1
    assert in_zip(tmp_path, bytes(data)) == [
        ("", "done archive"),
        ("link", "skipped link"),
        ("locked.txt", "failed password"),
    ]


def test_one_corrupt_member_leaves_the_others(tmp_path: Path, zip_of: Make) -> None:
    data = bytearray(zip_of({"a.txt": TEXT * 50, "b.txt": TEXT, "c.txt": os.urandom(500)}, method=zipfile.ZIP_STORED))
    at = data.find(TEXT * 50)
    data[at + 5] ^= 0xFF
    assert in_zip(tmp_path, bytes(data))[:3] == [
        ("", "done archive"),
        ("a.txt", "failed broken-file"),
        ("b.txt", "source"),
    ]


@pytest.mark.parametrize("keep", [4, 30, 0.3, 0.7, 0.95])
def test_a_cut_archive_is_broken(tmp_path: Path, zip_of: Make, keep: float) -> None:
    data = zip_of({f"{number}.txt": os.urandom(300) for number in range(10)})
    kept = data[: int(keep if keep >= 1 else len(data) * keep)]
    assert in_zip(tmp_path, kept) == [("", "failed broken-file")]


def test_bombs_are_not_inflated(tmp_path: Path, zip_of: Make) -> None:
    zeros = bytes(5_000_000)
    assert in_zip(tmp_path, zip_of({"a": zeros, "b": zeros})) == [
        ("", "failed zip-bomb"),
        ("a", "failed zip-bomb"),
        ("b", "failed zip-bomb"),
    ]
    assert in_zip(tmp_path, zip_of({"a": zeros, "b.txt": TEXT})) == [
        ("", "done archive"),
        ("a", "failed zip-bomb"),
        ("b.txt", "source"),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("told", [100, 900_000])
def test_a_bomb_that_lies_about_its_size(tmp_path: Path, zip_of: Make, method: int, told: int) -> None:
    data = bytearray(zip_of({"a": bytes(20_000_000)}, method=method))
    for start, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.find(start) + offset
        data[at : at + 4] = struct.pack("<L", told)
    assert in_zip(tmp_path, bytes(data))[1][1].startswith("failed")


def test_overlapping_members_are_refused(tmp_path: Path, zip_of: Make) -> None:
    data = bytearray(zip_of({"a.txt": os.urandom(100), "b.txt": TEXT}, method=zipfile.ZIP_STORED))
    central = data.find(b"PK\1\2")
    for at in (18, 22):
        data[at : at + 4] = struct.pack("<L", 140)
    for offset in (20, 24):
        data[central + offset : central + offset + 4] = struct.pack("<L", 140)
    assert in_zip(tmp_path, bytes(data))[1:] == [("a.txt", "failed broken-file"), ("b.txt", "source")]


@pytest.mark.parametrize(("beyond", "overlaps"), [(0, False), (1, True)])
def test_members_may_touch_but_not_overlap(zip_of: Make, beyond: int, overlaps: bool) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_of({"a.txt": TEXT, "b.txt": TEXT}))) as archive:
        first, second = archive.infolist()
        first.compress_size = second.header_offset - 30 - first.header_offset + beyond  # 30: header without its name
        assert overlapping(archive) == ({first.header_offset} if overlaps else set())


def test_archives_in_archives(tmp_path: Path, zip_of: Make) -> None:
    data = zip_of({"x.txt": TEXT})
    for _ in range(3):
        data = zip_of({"in.zip": data})
    assert in_zip(tmp_path, data) == [
        ("", "done archive"),
        ("in.zip", "done archive"),
        ("in.zip/in.zip", "done archive"),
        ("in.zip/in.zip/in.zip", "failed zip-depth"),
    ]
    assert in_zip(tmp_path, data, Limits(zip_depth=4))[-1] == ("in.zip/in.zip/in.zip/x.txt", "source")


def test_budgets_are_shared_by_nested_archives(tmp_path: Path, zip_of: Make) -> None:
    inner = zip_of({f"{number}.txt": TEXT for number in range(6)})
    data = zip_of({"a.zip": inner, "b.zip": inner})
    states = in_zip(tmp_path, data, Limits(zip_members=10))
    assert ("b.zip", "failed too-large") in states
    assert sum(state == "source" for _, state in states) == 6
    states = in_zip(tmp_path, data, Limits(zip_bytes=2 * len(inner) + 7 * len(TEXT)))
    assert sum(state == "source" for _, state in states) == 7
    assert sum(state == "failed too-large" for _, state in states) == 5


def test_a_directory_of_too_many_members_is_not_read(tmp_path: Path, zip_of: Make) -> None:
    data = zip_of({f"{number}.txt": "" for number in range(3000)})
    assert in_zip(tmp_path, data, Limits(zip_members=100)) == [("", "failed too-large")]


def test_members_of_one_name(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.txt", TEXT)
        archive.writestr("a.txt", TEXT + b"2")
    assert in_zip(tmp_path, stream.getvalue())[1:] == [("a.txt", "source"), ("a.txt (2)", "source")]


def test_zip64(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT)
    assert in_zip(tmp_path, stream.getvalue())[1:] == [("a.txt", "source")]


def test_an_empty_archive(tmp_path: Path, zip_of: Make) -> None:
    assert in_zip(tmp_path, zip_of({})) == [("", "done archive")]
