"""Corrections typed into the workbook: taken where they are clear, told where they are not."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from export.layout import Words, plans
from extract.reading.office.soffice import find_soffice
from raingan.cli import main
from raingan.ledger import View
from raingan.model.errors import LedgerError, Refused
from raingan.model.messages import LANGUAGES, talk
from raingan.review.apply import Applied, apply
from raingan.review.decisions import Action, Decision, FieldKind, ReportId
from raingan.review.queue import Filter, Queue
from raingan.review.store import Decisions, decisions_beside
from raingan.review.workbook import TypedRow, typed_text
from tests.review.made import SAMPLES

KEYS = [column.key for column in plans()["flags"].columns]


class Book:
    """A workbook of samples with its ledger, and what is typed into it."""

    def __init__(self, folder: Path, language: str, opened: openpyxl.Workbook | None = None) -> None:
        self.folder, self.ledger, self.language = folder, folder / "a.raingan", language
        self._open = opened  # as it was written or typed into last
        self._before: list[tuple[Any, object, object]] = []  # cells, with what they held
        self._saved = True

    @classmethod
    def made(cls, folder: Path, language: str) -> Book:
        book = cls(folder, language)
        for name in ("stalls.html", "park.txt"):
            shutil.copy(SAMPLES / name, folder / name)
        book.write(folder / "stalls.html", folder / "park.txt")
        return book

    def write(self, *inputs: Path) -> None:
        more = ("--lang", self.language, "--workers", "0", "--replace")  # what was typed is lost on purpose
        code = main(["convert", *map(str, inputs), "-o", str(self.path), *more])
        assert code == 0
        self.restore()
        self._open = None

    @property
    def opened(self) -> openpyxl.Workbook:
        if self._open is None:
            self._open = openpyxl.load_workbook(self.path)
        return self._open

    @property
    def path(self) -> Path:
        """Return the file, with what was typed saved as another program would."""
        path = self.folder / "a.xlsx"
        if not self._saved:
            self._saved = True
            self.opened.save(path)
        return path

    @property
    def title(self) -> str:
        return Words(self.language).pick(plans()["flags"].title)

    def rows(self) -> list[dict[str, Any]]:
        sheet = self.opened[self.title]
        return [dict(zip(KEYS, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]

    def row_of(self, path: str) -> int:
        return next(number for number, row in enumerate(self.rows(), 2) if row["path"] == path)

    def type(self, path_or_row: str | int, **typed: object) -> int:
        """Type into the row of a key path; return the row's number."""
        row = path_or_row if isinstance(path_or_row, int) else self.row_of(path_or_row)
        for key, value in typed.items():
            cell = self.opened[self.title].cell(row, KEYS.index(key) + 1)
            self._before.append((cell, cell.value, copy(cell._style)))  # type: ignore[union-attr]
            cell.value = value  # type: ignore[assignment]
        self._saved = False
        return row

    def restore(self) -> None:
        """Take back what was typed: opening a workbook costs as much as the rest of a test, so they share one."""
        for cell, value, style in reversed(self._before):
            cell.value, cell._style = value, style
        self._before.clear()
        self._saved = True

    def apply(self) -> Applied:
        return apply(self.path, self.ledger, "reviewer-1", self.language)

    def decided(self) -> list[Decision]:
        with Decisions.open(decisions_beside(self.ledger)) as decisions:
            return [row for report in decisions.reports() for row in decisions.of(report)]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    return {language: Book.made(tmp_path_factory.mktemp(language), language) for language in LANGUAGES}


@pytest.fixture(params=LANGUAGES)
def book(tmp_path: Path, books: dict[str, Book], request: pytest.FixtureRequest) -> Iterator[Book]:
    yield from copied(books, tmp_path, request.param)


@pytest.fixture
def english(tmp_path: Path, books: dict[str, Book]) -> Iterator[Book]:
    yield from copied(books, tmp_path, "en")


@pytest.fixture
def thai(tmp_path: Path, books: dict[str, Book]) -> Iterator[Book]:
    yield from copied(books, tmp_path, "th")


def copied(books: dict[str, Book], folder: Path, language: str) -> Iterator[Book]:
    whole = books[language]
    shutil.copytree(whole.folder, folder / "book")
    book = Book(folder / "book", language, whole.opened)
    yield book
    book.restore()


def word(book: Book, action: str) -> str:
    return Words(book.language).of("review_action", action)


def test_nothing_typed_is_nothing_done(book: Book) -> None:
    assert book.apply() == Applied(0, 0) and book.decided() == []


def test_what_is_typed_becomes_decisions_once(book: Book) -> None:
    book.type("actual.value", reviewed_value="๔.๕", note="on paper", reviewer="analyst-a")
    book.type("fiscal_year", decision=word(book, "accept"))
    book.type("dates.3", decision=word(book, "unreadable"))
    book.type("level", note="ask")
    assert book.apply() == Applied(4, 0)
    made = {row.field: row for row in book.decided()}
    actual = made["actual.value"]
    assert (actual.action, actual.machine, actual.value) == (Action.CORRECT, "100", "4.5")
    assert (actual.reviewer, actual.note, actual.source) == ("analyst-a", "on paper", "workbook")
    assert set(actual.codes) == {"value-out-of-range", "actual-far-from-target"}
    assert (made["fiscal_year"].action, made["fiscal_year"].reviewer) == (Action.ACCEPT, "reviewer-1")
    assert (made["dates.3"].action, made["dates.3"].value) == (Action.UNREADABLE, None)
    assert made["level"].action is Action.NOTE
    assert book.apply() == Applied(0, 4)
    assert len(book.decided()) == 4


@pytest.mark.parametrize(
    ("path", "cell", "value"),
    [
        ("actual.value", 4.5, "4.5"),
        ("actual.value", 0.1 + 0.2, "0.3"),
        ("actual.value", 80, "80"),
        ("fiscal_year", 2565, "2565"),
        ("dates.3", datetime.datetime(2564, 3, 15), "2021-03-15"),
        ("dates.3", datetime.date(2021, 3, 15), "2021-03-15"),
        ("dates.3", "15 - 17 มี.ค. 2564", "2021-03-15/2021-03-17"),
    ],
)
def test_what_excel_makes_of_what_is_typed(english: Book, path: str, cell: object, value: str) -> None:
    book = english
    book.type(path, reviewed_value=cell)
    assert book.apply() == Applied(1, 0)
    assert [row.value for row in book.decided()] == [value]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"reviewed_value": "many"}, "value-number"),
        ({"reviewed_value": True}, "apply-made-number"),
        ({"reviewed_value": datetime.date(2021, 2, 1)}, "apply-made-date"),
        ({"reviewed_value": "#N/A"}, "apply-formula"),
        ({"reviewed_value": "=1+1"}, "apply-formula"),
        ({"decision": "sure"}, "apply-decision"),
        ({"decision": "correct"}, "apply-no-value"),
        ({"decision": "accept", "reviewed_value": "5"}, "apply-value-too"),
        ({"reviewer": "analyst-a"}, "apply-nothing"),
        ({"decision": "accept", "row_id": None}, "apply-no-report"),
        ({"decision": "accept", "row_id": "ab" * 32 + "-0"}, "apply-unknown-report"),
        ({"decision": "accept", "path": "dates.99"}, "apply-unknown-field"),
        ({"decision": "accept", "code": "made-up"}, "apply-no-longer"),
        ({"decision": "accept", "value": "99"}, "apply-changed"),
    ],
)
def test_what_is_not_clear_is_told_with_its_row(english: Book, typed: dict[str, object], key: str) -> None:
    book = english
    row = book.type("actual.value", **typed)
    good = book.type("fiscal_year", decision="accept")
    applied = book.apply()
    assert [(problem.sheet, problem.row, problem.code) for problem in applied.problems] == [(book.title, row, key)]
    assert applied.applied == 1 and [row.field for row in book.decided()] == ["fiscal_year"] and good != row
    for language in LANGUAGES:
        assert "{" not in talk(key, language, **applied.problems[0].values)


def typed_row(value: object, is_percent: bool = False) -> TypedRow:
    return TypedRow("s", 2, "", "", "", "", "", "", value, is_percent, False, "", "")


@pytest.mark.parametrize(
    ("kind", "cell", "percent", "key"),
    [
        (FieldKind.NUMBER, 0.8, True, "apply-percent"),
        (FieldKind.NUMBER, datetime.time(1, 30), False, "apply-made-date"),
        (FieldKind.TEXT, 1.1, False, "apply-made-number"),  # "1.10" was typed
        (FieldKind.TEXT, 7, False, "apply-made-number"),  # "007"
        (FieldKind.TEXT, datetime.datetime(2564, 2, 1), False, "apply-made-date"),  # the order "2/2564"
        (FieldKind.DAY, datetime.datetime(1964, 3, 15), False, "apply-date-year"),  # "15/3/64"
        (FieldKind.DAY, datetime.datetime(2021, 4, 3), False, "apply-day-or-month"),
        (FieldKind.DATE, datetime.timedelta(1), False, "apply-made-date"),
    ],
)
def test_what_excel_made_something_else_of(kind: FieldKind, cell: object, percent: bool, key: str) -> None:
    with pytest.raises(Refused) as told:
        typed_text(typed_row(cell, percent), kind)
    assert told.value.code == key
    for language in LANGUAGES:
        assert "{" not in talk(key, language, **told.value.values)


def test_cells_of_the_third_day_of_the_third_month_and_texts_with_line_ends() -> None:
    assert typed_text(typed_row(datetime.date(2021, 3, 3)), FieldKind.DAY) == "2021-03-03"
    assert typed_text(typed_row("a_x000D_\nb"), FieldKind.TEXT) == "a\nb"


def test_a_percentage_is_known_by_the_format_of_its_cell(english: Book) -> None:
    book = english
    row = book.row_of("actual.value")
    whole = openpyxl.load_workbook(book.path)
    cell = whole[book.title].cell(row, KEYS.index("reviewed_value") + 1)
    cell.value, cell.number_format = 0.8, "0%"
    whole.save(book.path)
    assert [(problem.row, problem.code) for problem in book.apply().problems] == [(row, "apply-percent")]


def test_the_queue_hears_of_what_was_applied(english: Book) -> None:
    book = english

    def open_flags() -> int:
        with View.look(book.ledger) as view, Decisions.open(decisions_beside(book.ledger)) as decisions:
            queue = Queue(view, decisions)
            queue.refresh()
            return queue.left(Filter()).flags

    before = open_flags()
    book.type("actual.value", reviewed_value="4")
    assert book.apply() == Applied(1, 0)
    assert open_flags() == before - 2


def test_with_four_eyes_the_same_person_twice_is_known_and_another_confirms(english: Book) -> None:
    book = english
    with Decisions.open(decisions_beside(book.ledger)) as decisions:
        decisions.set_four_eyes(True)
    book.type("actual.value", reviewed_value="4", reviewer="analyst-a")
    assert [book.apply(), book.apply()] == [Applied(1, 0), Applied(0, 1)]
    book.type("actual.value", reviewed_value="5", reviewer="analyst-b")
    assert [problem.code for problem in book.apply().problems] == ["apply-decided"]
    for spelling in ("Analyst A", "ANALYST-A\u200b", "\uff41nalyst.a"):
        book.type("actual.value", reviewed_value="4", reviewer=spelling)
        assert book.apply() == Applied(0, 1), spelling
    book.type("actual.value", reviewed_value="4", reviewer="analyst-b")
    assert [book.apply(), book.apply()] == [Applied(1, 0), Applied(0, 1)]


def test_what_was_taken_back_stays_so(english: Book) -> None:
    book = english
    book.type("actual.value", reviewed_value="4", reviewer="analyst-a")
    assert book.apply() == Applied(1, 0)
    made = book.decided()[0]
    with Decisions.open(decisions_beside(book.ledger)) as decisions:
        undo = dataclasses.replace(made, action=Action.UNDO, about=made.number, value=None, number=0)
        decisions.add(undo)
    assert [problem.code for problem in book.apply().problems] == ["apply-undone"]
    book.type("actual.value", reviewed_value="5")
    assert book.apply() == Applied(1, 0)


def test_words_typed_after_the_decision_are_kept_as_a_note(english: Book) -> None:
    book = english
    book.type("actual.value", reviewed_value="4")
    assert book.apply() == Applied(1, 0)
    book.type("actual.value", note="seen on paper")
    assert [book.apply(), book.apply()] == [Applied(1, 1), Applied(0, 1)]
    assert [(row.action, row.value) for row in book.decided()] == [(Action.CORRECT, "4"), (Action.NOTE, None)]


@pytest.mark.parametrize(("shown", "value"), [("reviewed", "4"), ("machine", None)])
def test_right_means_what_the_workbook_showed(english: Book, shown: str, value: str | None) -> None:
    """A decision that does not settle all flags of a field: the workbook shows its value, and what is left."""
    book = english
    report = ReportId.parse(next(row["row_id"] for row in book.rows() if row["path"] == "actual.value"))
    told = Decision(report, "actual.value", Action.CORRECT, "analyst-a", "2026-11-23T10:00:00+07:00", "100", "4")
    with Decisions.open(decisions_beside(book.ledger)) as decisions:
        decisions.add(dataclasses.replace(told, codes=("value-out-of-range",)))
    old = book.row_of("actual.value")
    if shown == "reviewed":
        book.write(book.path.parent / "stalls.html", book.path.parent / "park.txt")
        assert [row["code"] for row in book.rows() if row["path"] == "actual.value"] == ["actual-far-from-target"]
        book.type("actual.value", decision="accept")
        assert book.apply() == Applied(1, 0)
        assert [row.value for row in book.decided()] == ["4", value]
    else:
        book.type(old, decision="accept")
        assert [problem.code for problem in book.apply().problems] == ["apply-decided"]


def test_two_rows_that_disagree_are_both_left_out(english: Book) -> None:
    book = english
    first, second = [number for number, row in enumerate(book.rows(), 2) if row["path"] == "actual.value"]
    book.type(first, reviewed_value="4")
    book.type(second, reviewed_value="5")
    applied = book.apply()
    assert [(problem.row, problem.code) for problem in applied.problems] == [
        (first, "apply-two-values"),
        (second, "apply-two-values"),
    ]
    assert book.decided() == []
    book.type(second, reviewed_value="๔")
    assert book.apply() == Applied(1, 0)


def test_what_somebody_decided_meanwhile_is_not_overruled(english: Book) -> None:
    book = english
    row = book.type("actual.value", reviewed_value="4")
    book.apply()
    book.type("actual.value", reviewed_value="5")
    applied = book.apply()
    assert [(problem.row, problem.code) for problem in applied.problems] == [(row, "apply-decided")]
    assert [decision.value for decision in book.decided()] == ["4"]


def test_a_workbook_from_before_the_file_changed_finds_no_report(english: Book) -> None:
    book = english
    book.type("actual.value", reviewed_value="4")
    kept = book.path.read_bytes()
    with (book.path.parent / "stalls.html").open("ab") as stream:
        stream.write(b"\n")
    book.write(book.path.parent / "stalls.html", book.path.parent / "park.txt")
    book.path.write_bytes(kept)
    assert [problem.code for problem in book.apply().problems] == ["apply-unknown-report"]


def test_rows_are_known_when_sorted_and_under_a_renamed_sheet(english: Book) -> None:
    book = english
    whole = openpyxl.load_workbook(book.path)
    sheet = whole[book.title]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(rows), 2):
        for index, value in enumerate(values, 1):
            sheet.cell(number, index).value = value
    sheet.title = "mine"
    number = next(n for n, row in enumerate(reversed(rows), 2) if row[KEYS.index("path")] == "actual.value")
    sheet.cell(number, KEYS.index("reviewed_value") + 1).value = "4"
    whole.save(book.path)
    assert book.apply() == Applied(1, 0)


def test_a_sheet_that_says_it_is_smaller_than_it_is(english: Book) -> None:
    """Some programs leave the size as it was when they add rows."""
    book = english
    book.type("actual.value", reviewed_value="4")
    sheets = changed_parts(book.path, lambda data: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B1"', data))
    assert sheets > 5
    assert book.apply() == Applied(1, 0)


def changed_parts(path: Path, change: Callable[[bytes], bytes]) -> int:
    """Change the parts of a workbook; return how many are another than before."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, change(data))
    return sum(change(data) != data for data in parts.values())


def test_the_command_tells_what_it_took(english: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book = english
    book.type("actual.value", reviewed_value="4")
    command = ["apply", str(book.path), str(book.ledger), "--lang", "en", "--reviewer", "reviewer-1"]
    assert main(command) == 0
    assert "1 decisions taken, 0 were known already, 0 not taken" in capsys.readouterr().err
    row = book.type("fiscal_year", reviewed_value="2021")
    assert str(book.path) in command and main(command) == 1
    assert f"row {row}: 2021 is a Christian year; in the Buddhist era it is 2564" in capsys.readouterr().err


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_a_workbook_that_libreoffice_saved(thai: Book, tmp_path: Path) -> None:
    book = thai
    book.type("actual.value", reviewed_value="4", note="บันทึก")
    (tmp_path / "new").mkdir()
    command = [str(find_soffice()), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path / "new"), str(book.path)]
    for _ in range(2):  # with a new profile it ends once to be started again
        code = subprocess.run(command, capture_output=True).returncode
    assert code == 0
    shutil.move(tmp_path / "new" / "a.xlsx", book.path)
    assert book.apply() == Applied(1, 0)
    assert [(row.value, row.note) for row in book.decided()] == [("4", "บันทึก")]


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)


def _entities(path: Path, part: str) -> None:
    """A part whose entities would grow to gigabytes."""
    names = "abcdefghij"
    text = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">{text}]><sst>&j;</sst>'
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[part] = laughs.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _lies(path: Path) -> None:
    """A part that says it is as small as a page and holds 50 MB."""
    _bomb(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((50_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little")))


def _other(path: Path) -> None:
    whole = openpyxl.Workbook()
    whole.save(path)


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda path: path.write_bytes(b"no zip"), "apply-broken"),
        (lambda path: path.write_bytes(path.read_bytes()[:5_000]), "apply-broken"),
        (lambda path: path.unlink(), "apply-missing"),
        (_bomb, "apply-large"),
        (_lies, "apply-broken"),
        (lambda path: _entities(path, "xl/worksheets/sheet8.xml"), "apply-broken"),
        (lambda path: _entities(path, "xl/workbook.xml"), "apply-broken"),
        (lambda path: _entities(path, "xl/styles.xml"), "apply-broken"),
        (_other, "apply-foreign"),
    ],
)
def test_files_that_are_no_workbook_of_ours(english: Book, spoil: Callable[[Path], object], key: str) -> None:
    book = english
    spoil(book.path)
    with pytest.raises(Refused) as told:
        book.apply()
    assert told.value.code == key
    for language in LANGUAGES:
        assert "{" not in talk(key, language, **told.value.values)
    assert main(["apply", str(book.path), str(book.ledger)]) == 2


def test_without_a_ledger_nothing_is_made(english: Book, tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        apply(english.path, tmp_path / "other.raingan")
    assert not decisions_beside(tmp_path / "other.raingan").exists()


def test_a_report_s_id_is_that_of_the_ledger(english: Book) -> None:
    assert all(str(ReportId.parse(row["row_id"])) == row["row_id"] for row in english.rows() if row["report"])
