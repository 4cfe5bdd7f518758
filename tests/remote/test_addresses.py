"""Inputs by address: named, ordered, limited and told of as files of a disk are; what fails ends with a reason."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from extract.intake.inputs import iter_sources
from extract.intake.stores import addresses
from extract.intake.stores.addresses import is_address, local_path, parse_address, without_secrets
from raingan.model.errors import InputError
from raingan.model.messages import sentence
from raingan.model.records import FileResult, Limits, Source
from tests.remote.stores import TEXT, FaultyStore


def found(*paths: str, limits: Limits | None = None) -> list[tuple[str, str]]:
    """(name, "source" or "state reason") of everything below the paths."""
    return [
        (item.name, "source") if isinstance(item, Source) else (item.file, f"{item.state} {item.reason}")
        for item in iter_sources(paths, limits or Limits())
    ]


def refused(path: str) -> InputError:
    with pytest.raises(InputError) as caught:
        iter_sources([path], Limits())
    return caught.value


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


NAMES = (
    "ข/2.txt",
    "ก.txt",
    "b/c/d.txt",
    "b.txt",
    "a.txt",
    ".git/x",
    "Thumbs.db",
    "p.html",
    "p_files/s.txt",
    "z.zip",
    ".raingan-1/x",
)


def test_a_folder_behind_an_address_is_walked_like_one_of_the_disk(memory: Any, tmp_path: Path) -> None:
    for name in NAMES:
        data = zipped(m__txt=TEXT, n__bin=b"\0\1\2") if name == "z.zip" else TEXT
        data = b"<html><body>x</body></html>" if name == "p.html" else data
        memory.pipe(f"/archive/{name}", data)
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    told = found("memory://archive")
    assert told == found(str(tmp_path / "archive"))
    assert ("z.zip/m.txt", "source") in told and (".git", "skipped system-file") in told
    assert found("memory://archive/") == told
    assert found((tmp_path / "archive").as_uri()) == told


def test_a_file_and_what_a_link_opens(memory: Any) -> None:
    memory.pipe("/archive/a.txt", TEXT)
    memory.pipe("/archive/z.zip", zipped(m__txt=TEXT))
    (item,) = iter_sources(["memory://archive/a.txt"], Limits())
    assert isinstance(item, Source)
    assert (item.name, item.data, item.path) == ("a.txt", TEXT, "memory://archive/a.txt")
    *_, member = iter_sources(["memory://archive"], Limits())
    assert isinstance(member, Source) and member.path == "memory://archive/z.zip"


def test_names_of_several_roots_stay_apart(memory: Any, tmp_path: Path) -> None:
    (tmp_path / "q1").mkdir()
    for name in ("/x/q1/a.txt", "/y/q1/a.txt", "/x/q1/deep/b.txt"):
        memory.pipe(name, TEXT)
    (tmp_path / "q1" / "a.txt").write_bytes(TEXT)
    assert found("memory://x/q1", "memory://y/q1", "memory://x/q1/deep", "memory://x/q1") == [
        ("x/q1/a.txt", "source"),
        ("x/q1/deep/b.txt", "source"),
        ("y/q1/a.txt", "source"),
    ]
    names = [name for name, _ in found(str(tmp_path / "q1"), "memory://x/q1")]
    assert len(set(names)) == 3


def test_limits_hold_before_anything_is_fetched(faulty: type[FaultyStore]) -> None:
    limits = Limits(file_bytes=1_000, zip_bytes=5_000)
    faulty.files = {
        "/archive/big.txt": b"x" * 1_001,
        "/archive/huge.zip": b"PK\3\4" + b"x" * 6_000,
        "/archive/large.zip": zipped(a__txt=TEXT, b__txt=b"y" * 1_500),
        "/archive/small.txt": TEXT,
    }
    assert found("ftp://host/archive", limits=limits) == [
        ("big.txt", "failed too-large"),
        ("huge.zip", "failed too-large"),
        ("large.zip", "done archive"),
        ("large.zip/a.txt", "source"),
        ("large.zip/b.txt", "failed too-large"),
        ("small.txt", "source"),
    ]


def test_a_store_that_never_ends_a_file(faulty: type[FaultyStore]) -> None:
    faulty.files = {"/archive/a.txt": TEXT}
    faulty.wrong = {"endless"}
    assert found("ftp://host/archive", limits=Limits(file_bytes=2**24)) == [("a.txt", "failed too-large")]


@pytest.mark.parametrize("wrong", ["short", "size"])
def test_a_file_that_comes_in_another_size_than_told_is_not_read(faulty: type[FaultyStore], wrong: str) -> None:
    faulty.files = {"/archive/a.txt": TEXT}
    faulty.wrong = {wrong}
    (item,) = iter_sources(["ftp://host/archive"], Limits())
    assert isinstance(item, FileResult) and (item.state, item.reason) == ("failed", "size-differs")
    assert sentence(item.reason or "", item.reason_values, "en").startswith("The store told of")


def test_pieces_smaller_than_asked_for_are_put_together(faulty: type[FaultyStore]) -> None:
    faulty.files = {"/archive/a.txt": TEXT}
    faulty.wrong = {"slow"}
    (item,) = iter_sources(["ftp://host/archive"], Limits())
    assert isinstance(item, Source) and item.data == TEXT


def test_one_failing_read_and_one_failing_listing_leave_the_rest_alone(faulty: type[FaultyStore]) -> None:
    faulty.files = {f"/archive/{name}": TEXT for name in ("a.txt", "b.txt", "c.txt", "d/e.txt", "f.txt")}
    faulty.wrong = {"third", "list /archive/d"}  # two reads for each file: its bytes, then its end
    assert found("ftp://host/archive") == [
        ("a.txt", "source"),
        ("b.txt", "failed cannot-read"),
        ("c.txt", "source"),
        ("d", "failed cannot-read"),
        ("f.txt", "source"),
    ]
    faulty.wrong = {"list /archive"}
    assert found("ftp://host/archive") == [("archive", "failed cannot-read")]


def test_names_that_a_store_should_not_give(faulty: type[FaultyStore]) -> None:
    faulty.files = {"/archive/a.txt": TEXT, "/other/secret.txt": TEXT}
    told = ["/archive/..", "/archive/../other/secret.txt", "/other/secret.txt", "", "/archive/.", "/archive//x/y.txt"]
    faulty.extra = [{"name": name, "type": "file", "size": len(TEXT)} for name in told]
    faulty.extra.append({"name": "/archive", "type": "directory", "size": 0})  # itself: a walk without end
    faulty.extra.append({"name": "/archive/c\n\x1b[31m.txt", "type": "file", "size": len(TEXT)})
    faulty.extra.append({"name": "/archive/pipe", "type": "other"})
    faulty.files["/archive/c\n\x1b[31m.txt"] = TEXT
    names = [name for name, _ in found("ftp://host/archive")]
    states = [state for _, state in found("ftp://host/archive")]
    assert states.count("failed unsafe-path") == 7
    assert states.count("source") == 3  # a.txt, and the same odd name twice
    assert len(set(names)) == len(names) and all(name.isprintable() and ".." not in name.split("/") for name in names)
    assert "/other/secret.txt" not in faulty.opened and "/archive/.." not in faulty.opened


def test_folders_without_end_end(faulty: type[FaultyStore]) -> None:
    faulty.files = {"/archive" + "/d" * 100 + "/a.txt": TEXT}
    ((name, state),) = found("ftp://host/archive")
    assert state == "failed too-large" and name.count("/") == 63


def test_a_store_that_stops_answering_is_not_waited_for(
    faulty: type[FaultyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "ANSWER_SECONDS", 0.05)
    faulty.files = {f"/archive/{number:03}.txt": TEXT for number in range(200)}
    faulty.wrong = {"hang"}
    told = found("ftp://host/archive")
    assert told == [(f"{number:03}.txt", "failed no-answer") for number in range(200)]
    assert faulty.reads < 5


def test_what_cannot_be_opened_is_told_before_any_work(faulty: type[FaultyStore], memory: Any) -> None:
    assert refused("memory://nothing/here").code == "cannot-read"
    assert refused("memory://nothing/here").values["file"] == "memory://nothing/here"
    faulty.wrong = {"connect"}
    assert refused("ftp://host/archive").code == "cannot-read"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://example.org/report.pdf?token=S3CR3T", "web-address"),
        ("http://me:S3CR3T@example.org/", "web-address"),
        ("simplecache://s3/x", "unknown-address"),
        ("github://me:S3CR3T@repository/", "unknown-address"),
        ("s3://", "unclear-address"),
        ("s3://bucket/a?versionId=S3CR3T", "unclear-address"),
        ("s3://K3Y:S3CR3T@bucket/a", "password-in-address"),
        ("sftp://me:S3/CR3T@host/a", "unclear-address"),
        ("sftp://me:12/S3CR3T@host/a", "unclear-address"),
        ("sftp://me:S3?CR3T@host/a", "unclear-address"),
        ("sftp://me:S3#CR3T@host/a", "unclear-address"),
        ("sftp://host:S3CR3T/a", "unclear-address"),
    ],
)
def test_an_address_that_is_not_read_is_refused_without_its_secrets(address: str, code: str) -> None:
    error = refused(address)
    assert error.code == code
    for language in ("th", "en"):
        said = f"{error.values['file']} {sentence(error.code, error.values, language)} {error!r}"
        assert not [piece for piece in ("S3/", "CR3T", "K3Y", "me:") if piece in said]


def test_no_secret_reaches_what_is_said_or_kept(faulty: type[FaultyStore], capfd: pytest.CaptureFixture[str]) -> None:
    faulty.files = {f"/archive/{name}": TEXT for name in ("a.txt", "d/e.txt", "z.zip")}
    faulty.files["/archive/z.zip"] = zipped(m__txt=TEXT)
    faulty.wrong = {"list /archive/d", "third"}
    address = "ftp://u5er-0f-t3sts:S%40CRET@host/archive"
    items = list(iter_sources([address], Limits()))
    assert len(items) >= 3
    kept = " ".join(repr(item) + repr(getattr(item, "path", "")) for item in items)
    faulty.wrong = {"connect"}
    error = refused(address)
    kept += repr(error) + repr(error.__cause__) + repr(error.__context__)
    kept += repr(parse_address(address)) + without_secrets("ftp:/u5er-0f-t3sts:S%40CRET@host/archive")
    kept += "".join(capfd.readouterr())
    assert "ftp://host/archive/a.txt" in kept
    assert not [secret for secret in ("S%40CRET", "S@CRET", "u5er-0f-t3sts", "CRET") if secret in kept]


def test_a_drive_of_windows_is_no_address() -> None:
    assert not any(map(is_address, ("C:\\reports", "C:/reports", "C://reports", "c:x", "a/b", "/a//b", "s3:bucket")))
    assert all(map(is_address, ("s3://b", "SMB://server/share", "file:///x", "C3PO://x")))
    assert local_path("s3://bucket/x") is None
    assert local_path("file:///a%20b") == str(Path("/a b"))
    assert parse_address("SFTP://host:22/a b/ก/").shown == "sftp://host:22/a b/ก"
    assert parse_address("abfs://box@account.dfs.core.windows.net/x").shown == "abfs://account.dfs.core.windows.net/x"


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smbprotocol", None)
    monkeypatch.setitem(sys.modules, "smbclient", None)
    error = refused("smb://server/share")
    assert "pip install fsspec smbprotocol" in sentence(error.code, error.values, "en")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert refused("memory://x").values["packages"] == "fsspec"


def test_paths_of_this_machine_load_nothing_for_addresses(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    script = f"""
import sys
from extract.intake.inputs import iter_sources
from raingan.model.records import Limits
list(iter_sources([{str(tmp_path)!r}], Limits()))
print("fsspec" in sys.modules)
"""
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_an_address_inside_a_file_is_text(faulty: type[FaultyStore]) -> None:
    faulty.files = {"/archive/a.txt": b"ftp://host/other/b.txt s3://bucket/x", "/other/b.txt": TEXT}
    assert found("ftp://host/archive") == [("a.txt", "source")]
    assert faulty.opened == ["/archive/a.txt"]
