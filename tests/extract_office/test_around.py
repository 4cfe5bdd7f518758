"""What stands around LibreOffice, with a program in its place that behaves in all the ways one can."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from extract.intake import triage
from extract.reading.document import read_document
from extract.reading.office import soffice
from extract.sections.forms import load_forms
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, Source, State
from raingan.pipeline import process
from raingan.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "training.docx"
RTF = Source("old.rtf", b"{\\rtf1 text}", "00")
ARGUMENTS = """
import os, pathlib, shutil, subprocess, sys, time
arguments = sys.argv[1:]
folder = pathlib.Path(arguments[arguments.index("--outdir") + 1])
profile = next(a for a in arguments if a.startswith("-env:UserInstallation=file://")).partition("file://")[2]
folder.mkdir(exist_ok=True)
target = folder / (pathlib.Path(arguments[-1]).stem + ".docx")
"""
COPIES = f"{ARGUMENTS}\nshutil.copy({str(SAMPLE)!r}, target)\n"

Fake = Callable[[str], Path]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a program that is a script needs a Unix")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put a program called soffice first on the path, and temporary folders where the test can look."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))

    def make(code: str) -> Path:
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable} -I\n{code}", "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        return work

    return make


def refused(source: Source = RTF, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read_document(source, limits or Limits())
    return caught.value


def test_what_it_writes_is_read_as_word_and_its_folder_goes(fake: Fake) -> None:
    work = fake(COPIES)
    document = read_document(RTF, Limits())
    word = read_document(Source("training.docx", SAMPLE.read_bytes(), "00"), Limits())
    assert (document.kind, document.reader) == (Kind.RTF, f"office/1+{word.reader}")
    assert document.pages == word.pages
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("libsclo.so",), "office-no-writer"),
        (("sclo.dll", "sdlo.dll"), "office-no-writer"),
        (("libsclo.so", "libswlo.so"), "office-failed"),
        ((), "office-failed"),  # its parts lie elsewhere: nobody knows
    ],
)
def test_a_libreoffice_without_its_writer_is_told(
    fake: Fake, tmp_path: Path, parts: tuple[str, ...], code: str
) -> None:
    fake("import sys\nsys.exit(0)\n")
    for name in parts:
        (tmp_path / "bin" / name).touch()
    error = refused()
    assert error.code == code and error.values.get("kind", ".rtf") == ".rtf"


def test_a_libreoffice_that_lacks_writer_and_works_is_believed(fake: Fake, tmp_path: Path) -> None:
    fake(COPIES)
    (tmp_path / "bin" / "libsclo.so").touch()
    assert read_document(RTF, Limits()).kind is Kind.RTF


def test_the_folder_goes_after_a_failure_too(fake: Fake) -> None:
    work = fake(f"{ARGUMENTS}\nshutil.copy({str(SAMPLE)!r}, target)\nsys.exit(77)\n")
    error = refused()
    assert (error.code, error.values) == ("office-failed", {"error": "exit code 77"})
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "office-failed"),
        (f"{ARGUMENTS}\ntarget.write_bytes(b'')\n", "office-failed"),
        (f"{ARGUMENTS}\ntarget.symlink_to({str(SAMPLE)!r})\n", "office-failed"),
        (f"{ARGUMENTS}\ntarget.mkdir()\n", "office-failed"),
        (f"{ARGUMENTS}\ntarget.write_bytes(b'no zip' * 99)\n", "broken-file"),
        ("import os; os.kill(os.getpid(), 9)", "office-failed"),
        ("import sys; sys.exit(81)", "office-failed"),
    ],
    ids=["nothing", "empty", "a-link", "a-folder", "garbage", "killed", "starts-for-ever"],
)
def test_every_failure_has_a_reason(fake: Fake, code: str, reason: str) -> None:
    fake(code)
    assert refused().code == reason


def test_a_huge_result_is_refused(fake: Fake) -> None:
    fake(COPIES)
    assert refused(limits=Limits(file_bytes=1000)).code == "too-large"


def test_megabytes_of_talk_are_no_matter(fake: Fake, capfd: pytest.CaptureFixture[str]) -> None:
    fake(f"{COPIES}\nfor stream in (sys.stdout, sys.stderr):\n    stream.write('x' * 3_000_000)\n")
    read_document(RTF, Limits())
    assert capfd.readouterr() == ("", "")


def running(program: str) -> list[str]:
    """Return the processes with this program in their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if program.encode() in entry.read_bytes().split(b"\0"):
                found.append(entry.parent.name)
    return found


def test_a_program_that_hangs_is_ended_and_told(fake: Fake) -> None:
    work = fake("import time; time.sleep(600)")
    error = refused(limits=Limits(office_seconds=0.5))
    assert (error.code, error.values) == ("office-slow", {"limit": "0.5"})
    assert running(str(work.parent / "bin" / "soffice")) == []
    assert list(work.iterdir()) == []


def test_a_new_profile_asks_to_be_started_again(fake: Fake) -> None:
    fake(
        f"{ARGUMENTS}\nonce = pathlib.Path(profile) / 'once'\n"
        f"if not once.exists():\n    once.touch(); sys.exit(81)\nshutil.copy({str(SAMPLE)!r}, target)\n"
    )
    assert read_document(RTF, Limits()).kind is Kind.RTF


def test_the_program_sees_settings_and_no_environment_of_ours(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "*")
    fake(
        f"{COPIES}\n"
        "settings = pathlib.Path(profile, 'user', 'registrymodifications.xcu').read_text()\n"
        "assert 'BlockUntrustedRefererLinks' in settings\n"
        "assert os.environ['http_proxy'] == 'http://127.0.0.1:9'\n"
        "assert not {'SECRET', 'NO_PROXY'} & set(os.environ)\n"
        "assert profile.startswith(os.environ['HOME']) and os.environ['TMPDIR'] == os.getcwd()\n"
    )
    assert read_document(RTF, Limits()).kind is Kind.RTF


def test_without_libreoffice_the_file_fails_with_advice(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if soffice.find_soffice() is not None:
        pytest.skip("LibreOffice stands where its installer puts it")
    result, reports = process(RTF, load_forms(()), Settings())
    assert (result.state, result.reason, result.reason_values) == (State.FAILED, "office-missing", {"kind": ".rtf"})
    assert reports == []


def _zip(**members: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def test_passwords_and_bombs_are_known_before_libreoffice_starts(fake: Fake) -> None:
    fake("raise SystemExit('started')")
    locked = Source("a.odt", _zip(**{"META-INF__manifest": "<manifest:encryption-data/>"}), "00")
    assert refused(locked).code == "password"
    assert refused(Source("a.odt", _zip(content=bytes(50_000_000)), "00")).code == "zip-bomb"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"\xec\xa5" + bytes(9) + b"\x01"
    assert refused(Source("a.doc", ole + "WordDocument".encode("utf-16-le"), "00")).code == "password"


def test_kinds(tmp_path: Path) -> None:
    data = Path(__file__).parent / "data"
    for kind in (Kind.DOC, Kind.RTF, Kind.ODT):
        found = triage.look(Source("x.bin", (data / f"training.{kind}").read_bytes(), "00"))
        assert (found.kind, found.name) == (kind, None)
    master = _zip().replace(b"opendocument.text", b"opendocument.text-master")
    assert triage.look(Source("x.odm", master, "00")).kind is Kind.UNKNOWN
