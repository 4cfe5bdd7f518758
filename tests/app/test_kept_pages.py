"""What was read is kept apart from what it means: a changed form, check or word reads no file again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

import raingan.fingerprint
from raingan.apart.tasks import Job
from raingan.cli import Exit, main
from raingan.kept import NOTHING, Kept, document_of, keep, keep_found
from raingan.model.codec import pack, unpack
from raingan.model.records import Document, Found, Kind, Line, Page, Source
from raingan.settings import Settings
from raingan.work import Result, job_of, pack_kept_task, pack_task, reader, unpack_result
from tests.app.archive_faults import REAL
from tests.app.test_archives import ROOT, SAMPLES, Place

KINDS = ("canal.pdf", "two.pdf", "scan.pdf", "park.txt", "memo.txt", "library.html", "training.docx")

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are those of POSIX")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    place = Place(tmp_path, monkeypatch, capsys)
    place.read_with(REAL)
    return place


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes a stage of the program another one than before, as a changed line in it does."""

    def change(stage: str) -> None:
        known = raingan.fingerprint.STAGES[stage]
        changed = dataclasses.replace(known, parts=(*known.parts, "export/words.toml"))
        monkeypatch.setitem(raingan.fingerprint.STAGES, stage, changed)

    return change


def ledger_of(place: Place) -> sqlite3.Connection:
    return sqlite3.connect(place.out / "r.raingan", isolation_level=None)


def of_sample(name: str) -> Source:
    data = (SAMPLES / name).read_bytes()
    return Source(name, data, hashlib.sha256(data).hexdigest())


# --- what is kept


def worked(job: Job) -> Callable[[bytes], Result]:
    work = reader(job.setup)
    return lambda payload: unpack_result(work(payload, lambda number: None))


@pytest.mark.parametrize("name", KINDS)
def test_what_was_kept_gives_the_same_bytes_as_the_file(name: str) -> None:
    source, work = of_sample(name), worked(job_of(Settings(), keep_pages=True))
    first = work(pack_task(source))
    assert first.is_read and first.kept.document and first.kept.found
    with_sections = work(pack_kept_task(source, first.kept))
    assert (with_sections.packed, with_sections.reports) == (first.packed, first.reports)
    assert with_sections.kept == NOTHING
    pages_alone = dataclasses.replace(first.kept, found=b"")
    anew = work(pack_kept_task(source, pages_alone))
    assert (anew.packed, anew.reports) == (first.packed, first.reports)
    assert anew.kept == Kept(found=first.kept.found)


def test_a_picture_is_kept_once() -> None:
    from extract.reading.document import read_document

    document = read_document(of_sample("scan.pdf"), Settings().limits)
    pictures = [token.picture for page in document.pages for line in page.lines for token in line.tokens]
    stored = [picture for picture in pictures if picture is not None]
    assert len(stored) > len(set(stored)) > 10
    kept = keep(document, None)
    assert all(kept.pictures.count(picture) == 1 for picture in set(stored))
    assert len(kept.document) < 0.2 * len(kept.pictures)  # nor does it stand in the pages a second time
    assert document_of(kept) == document


def test_what_is_larger_than_a_record_may_be_is_not_kept() -> None:
    usual = Document(Kind.TEXT, "text/1", (Page(1, (Line("x", 1),)),))
    large = dataclasses.replace(usual, pages=(Page(1, (Line("x" * 64 * 2**20, 1),)),))
    found = Found(usual, (), "not-a-report", {"why": "x" * 64 * 2**20})
    assert keep(usual, None).document
    assert keep(large, None) == keep(usual, found) == NOTHING
    assert keep_found(found, keep(usual, None)) == b""


def damaged(kept: Kept) -> Sequence[Kept]:
    """Return what may stand in a ledger that was hurt, or that somebody wrote who means harm."""
    other_shape = pack(Found(Document(unpack(Document, kept.document).kind, "x", ()), ()))
    return [
        Kept(document)
        for document in (b"\xff garbage", kept.document[:40], kept.document[:-1], kept.document[:5], other_shape)
    ]


def test_pages_that_cannot_be_unpacked_give_nothing_and_bad_sections_are_found_anew() -> None:
    source, setup = of_sample("scan.pdf"), job_of(Settings(), keep_pages=True)
    work = reader(setup.setup)
    first = worked(setup)(pack_task(source))
    without_pictures = dataclasses.replace(first.kept, pictures=first.kept.pictures[:-1], found=b"")
    for kept in (*damaged(first.kept), without_pictures, dataclasses.replace(without_pictures, pictures=b"")):
        assert work(pack_kept_task(source, kept), lambda number: None) == b""
    for found in (b"garbage", first.kept.found[:-1], first.kept.document):
        again = worked(setup)(pack_kept_task(source, dataclasses.replace(first.kept, found=found)))
        assert (again.packed, again.reports) == (first.packed, first.reports)
        assert again.kept == Kept(found=first.kept.found)


# --- which files are read again


def test_a_changed_check_form_or_comparison_reads_no_file_again(place: Place, change: Callable[[str], None]) -> None:
    place.put(**{name.replace(".", "__"): SAMPLES / name for name in ("park.txt", "canal.pdf", "memo.txt")})
    assert place.run(outputs=("jsonl", "csv"))[0] == Exit.OK
    first = place.bytes()
    assert sorted(place.read()) == ["canal.pdf", "memo.txt", "park.txt"]
    everything_kept = ["kept canal.pdf", "kept memo.txt", "kept park.txt"]
    for stage, worked_on in (("across", []), ("values", everything_kept), ("sections", everything_kept)):
        change(stage)
        assert place.run(outputs=("jsonl", "csv"))[0] == Exit.OK
        assert sorted(place.read()) == worked_on, stage
        assert place.bytes() == first
    own = place.out / "form.toml"
    form = (ROOT / "extract" / "sections" / "forms" / "bma-web.toml").read_text(encoding="utf-8")
    own.write_text(form.replace('id = "bma-web"', 'id = "our-own"'), encoding="utf-8")
    assert place.run("--form", str(own), outputs=("jsonl", "csv"))[0] == Exit.OK
    assert sorted(place.read()) == everything_kept
    change("reading")
    assert place.run("--form", str(own), outputs=("jsonl", "csv"))[0] == Exit.OK
    assert sorted(place.read()) == ["canal.pdf", "memo.txt", "park.txt"]


def test_a_form_file_is_read_once_a_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides results is what was used, also where the file is saved anew meanwhile."""
    own = place.out / "form.toml"
    text = (ROOT / "extract" / "sections" / "forms" / "bma-web.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('id = "bma-web"', 'id = "first"'), encoding="utf-8")
    place.put(park__txt=SAMPLES / "park.txt")
    opened = []
    monkeypatch.setattr(
        "extract.sections.forms.read_form", lambda path: opened.append(path) or Path(path).read_text(encoding="utf-8")
    )
    assert place.run("--form", str(own))[0] == Exit.OK
    assert opened == [str(own)]


def test_what_fails_is_not_read_again_under_other_checks_unless_asked(
    place: Place, change: Callable[[str], None]
) -> None:
    place.put(broken__pdf=SAMPLES / "broken.pdf", empty="", park__txt=SAMPLES / "park.txt")
    code, _ = place.run()
    assert code == Exit.SOME_FAILED
    rows = place.table()
    assert sorted(place.read()) == ["broken.pdf", "empty.txt", "park.txt"]
    change("values")
    code, told = place.run()
    assert (code, place.table()) == (Exit.SOME_FAILED, rows)
    assert place.read() == ["kept park.txt"] and "2 files were known" in told
    change("sections")
    assert place.run("--retry-failed")[0] == Exit.SOME_FAILED
    assert place.table() == rows
    assert sorted(place.read()) == ["broken.pdf", "empty.txt", "kept park.txt"]


def test_a_page_that_could_not_be_read_is_tried_again_under_other_checks_where_asked(
    place: Place, change: Callable[[str], None]
) -> None:
    """Its file was read to the end, so its pages are kept, that one as a page without text."""
    place.put(scan__pdf=SAMPLES / "scan.pdf", park__txt=SAMPLES / "park.txt")
    for asked, read in (
        ((), ["park.txt", "scan.pdf"]),
        ((), ["kept park.txt", "kept scan.pdf"]),
        (("--retry-failed",), ["kept park.txt", "kept scan.pdf", "scan.pdf"]),
    ):
        assert place.run("--ocr", "off", *asked)[0] == Exit.SOME_FAILED
        assert place.table()["scan.pdf"]["reason"] == "needs-ocr"
        assert sorted(place.read()) == read
        change("values")


@posix
def test_what_ended_its_process_is_put_down_to_reading_or_to_what_came_after(
    place: Place, change: Callable[[str], None]
) -> None:
    place.put(leave=SAMPLES / "park.txt", understand=SAMPLES / "daycare.txt")
    assert place.run("--workers", "1")[0] == Exit.SOME_FAILED
    rows = place.table()
    assert {row["reason"] for row in rows.values()} == {"crash"}
    assert set(place.read()) == {"leave.txt", "understand.txt"}  # some twice: together, then each alone
    change("values")
    assert place.run("--workers", "1")[0] == Exit.SOME_FAILED
    assert place.table() == rows
    assert place.read() == ["understand.txt"]  # a mended check may help here, and cannot help there


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pages SET document = x'ff00'",
        "UPDATE pages SET document = substr(document, 1, 100)",
        "UPDATE pages SET document = 'text'",
        "DELETE FROM pages",
    ],
)
def test_damaged_pages_are_read_again_and_mended(statement: str, place: Place, change: Callable[[str], None]) -> None:
    place.put(park__txt=SAMPLES / "park.txt", daycare__txt=SAMPLES / "daycare.txt")
    assert place.run(outputs=("jsonl",))[0] == Exit.OK
    first = place.bytes()
    place.read()
    change("sections")
    with closing(ledger_of(place)) as database:
        database.execute(statement)
    code, told = place.run(outputs=("jsonl",))
    assert (code, place.bytes()) == (Exit.OK, first)
    assert {"park.txt", "daycare.txt"} <= set(place.read())
    assert told.splitlines()[0].startswith("2 files: ")  # nobody is troubled with it
    change("values")
    assert place.run(outputs=("jsonl",))[0] == Exit.OK
    assert sorted(place.read()) == ["kept daycare.txt", "kept park.txt"]


def test_pages_need_not_be_kept(
    place: Place, change: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    place.put(park__txt=SAMPLES / "park.txt")

    def told_of_pages() -> bool:
        capsys.readouterr()
        assert main(["status", str(place.out / "r.raingan"), "--lang", "en"]) == Exit.OK
        return "pages kept: " in capsys.readouterr().out

    assert place.run()[0] == Exit.OK
    assert told_of_pages()
    assert place.run("--keep-pages", "off")[0] == Exit.OK
    assert place.read() == ["park.txt"] and not told_of_pages()
    change("values")
    assert place.run("--keep-pages", "off")[0] == Exit.OK
    assert place.read() == ["park.txt"] and not told_of_pages()


def test_people_s_decisions_outlive_a_ledger_of_an_earlier_version(place: Place) -> None:
    from raingan.review.decisions import Action, Decision, ReportId
    from raingan.review.store import Decisions, decisions_beside

    place.put(park__txt=SAMPLES / "park.txt")
    assert place.run(outputs=("jsonl",))[0] == Exit.OK
    ledger = place.out / "r.raingan"
    record = json.loads((place.out / "r.jsonl").read_text(encoding="utf-8").splitlines()[0])
    machine = f"{record['actual']['value']:g}"
    with Decisions.open(decisions_beside(ledger)) as decisions:
        report = ReportId(record["sha256"], 0)
        at = "2026-11-23T10:00:00+07:00"
        decisions.add(Decision(report, "actual.value", Action.CORRECT, "reviewer-1", at, machine, "77"))
    with closing(ledger_of(place)) as database:  # as the version before kept it
        database.executescript(
            "DROP TABLE pages; DROP TABLE sections; DROP TABLE flights;"
            "CREATE TABLE flights (key BLOB PRIMARY KEY, alone INTEGER NOT NULL) WITHOUT ROWID;"
            "PRAGMA user_version = 2;"
        )
    place.read()
    code, told = place.run(outputs=("jsonl",))
    assert code == Exit.OK and "its files are read once more" in told
    assert place.read() == ["park.txt"]
    decided = json.loads((place.out / "r.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert decided["actual"]["value"] == 77
    assert "older version" not in place.run(outputs=("jsonl",))[1]
