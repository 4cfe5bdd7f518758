"""A store that speaks S3, on this machine: what no store in memory shows. Needs the group remote-test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.intake.inputs import iter_sources
from raingan.cli import Exit, main
from raingan.model.errors import InputError, OutputError
from raingan.model.records import Limits, Source
from raingan.outputs import plan_outputs
from tests.remote.stores import TEXT

pytest.importorskip("s3fs", reason="needs the group remote-test, see CONTRIBUTING.md")
pytest.importorskip("moto.server", reason="needs the group remote-test, see CONTRIBUTING.md")
pytestmark = [
    # of boto and of moto, none of ours
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::ResourceWarning"),
]

SAMPLE = Path(__file__).parents[2] / "samples" / "park.txt"
SECRET = "S3CR3T-of-the-store"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give the store with an empty bucket "office", reached as a user would: by the environment."""
    import fsspec

    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server,
    }.items():
        monkeypatch.setenv(name, value)
    system = fsspec.filesystem("s3", skip_instance_cache=True)
    system.mkdir("office")
    yield system
    # Emptied by key: as a folder, "a//b" could not be named.
    listed = system.call_s3("list_objects_v2", Bucket="office").get("Contents", [])
    for entry in listed:
        system.call_s3("delete_object", Bucket="office", Key=entry["Key"])
    system.call_s3("delete_bucket", Bucket="office")


def found(*paths: str) -> list[tuple[str, str]]:
    return [
        (item.name, "source") if isinstance(item, Source) else (item.file, f"{item.state} {item.reason}")
        for item in iter_sources(paths, Limits())
    ]


def test_keys_become_files_and_odd_ones_are_told(bucket: Any) -> None:
    for key in ("a.txt", "2564/q 1?#%.txt", "2564/ก.txt", "x", "x/y.txt", "2564/../w.txt", "2564//z.txt", "c\x01.txt"):
        bucket.pipe(f"office/in/{key}", TEXT)
    bucket.pipe("office/in/2564/", b"")  # how consoles make a folder
    bucket.pipe("office/in/empty.txt", b"")
    assert found("s3://office/in") == [
        ("2564/2564", "failed unsafe-path"),
        ("2564/_", "failed unsafe-path"),
        ("2564/q 1?#%.txt", "source"),
        ("2564/ก.txt", "source"),
        ("a.txt", "source"),
        ("c\ufffd.txt", "source"),
        ("empty.txt", "source"),
        ("x/y.txt", "source"),
        ("x (2)", "source"),  # a key beside the folder of its name
    ]
    assert found("s3://office/in/a.txt") == [("a.txt", "source")]
    assert next(name for name, _ in found("s3://office")).startswith("in/")


def test_an_archive_is_converted_from_the_store_into_the_store(bucket: Any, tmp_path: Path) -> None:
    bucket.pipe("office/in/park.txt", SAMPLE.read_bytes())
    outputs = [part for name in ("r.xlsx", "r.jsonl", "t.csv") for part in ("-o", f"s3://office/out/{name}")]
    assert main(["convert", "s3://office/in", *outputs]) == Exit.OK
    assert main(["convert", str(SAMPLE), "-o", str(tmp_path / "r.jsonl")]) == Exit.OK
    bucket.invalidate_cache()
    assert bucket.cat("office/out/r.jsonl") == (tmp_path / "r.jsonl").read_bytes()
    first = {name: bucket.cat(name) for name in bucket.find("office/out")}
    assert not [name for name in first if ".raingan-" in name]
    assert {"office/out/r.xlsx", "office/out/t/files.csv"} <= set(first)
    assert main(["convert", "s3://office/in", *outputs]) == Exit.OK
    bucket.invalidate_cache()
    assert {name: bucket.cat(name) for name in bucket.find("office/out")} == first
    assert not [name for name, data in first.items() if SECRET.encode() in data]


def test_what_is_not_there_is_told_before_any_work(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("s3://office/nothing", "s3://no-such-bucket/in"):
        with pytest.raises(InputError) as caught:
            iter_sources([address], Limits())
        assert caught.value.code == "cannot-read" and caught.value.values["file"] == address
    with pytest.raises(OutputError) as missing:
        plan_outputs(["s3://no-such-bucket/r.xlsx"])
    assert missing.value.code == "output-no-folder"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("FSSPEC_S3_CONFIG_KWARGS", "")
    with pytest.raises(InputError) as unreachable:
        iter_sources(["s3://office/in"], Limits())
    assert SECRET not in repr(unreachable.value)


def test_a_key_that_goes_while_walking(bucket: Any) -> None:
    for name in ("a.txt", "b.txt"):
        bucket.pipe(f"office/in/{name}", TEXT)
    items = iter_sources(["s3://office/in"], Limits())
    next(items)
    bucket.rm("office/in/b.txt")
    (gone,) = items
    assert not isinstance(gone, Source) and (gone.state, gone.reason) == ("failed", "cannot-read")
