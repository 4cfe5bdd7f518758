"""The tables of words: every sentence whole in both languages, every word said once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from raingan.model.errors import CannotStart, FormError, InputError, LedgerError, RainganError
from raingan.model.messages import LANGUAGES, error_sentence, system_words, talk
from raingan.model.records import Kind
from raingan.model.words import Entry, entries, entry_of, fill, outline, parameters, rows, shown, terms

ROOT = Path(__file__).parents[2]
# Tables of sentences and words by key; names of fields and columns say what the form says, and may be equal to words.
FLAT = (
    *(("raingan.model", name) for name in ("messages.toml", "talk.toml", "form_errors.toml")),
    *(("raingan.review.server", "words.toml"), ("raingan.review.dossier", "words.toml")),
)
GROUPED = ("export", "words.toml")

DAYS = {"weekday", "weekday_english"}  # each language names the day in its own words


def written() -> Iterator[tuple[str, str, object]]:
    """Yield every word and sentence as it is written: table, key, row."""
    for package, name in FLAT:
        yield from ((f"{package}/{name}", key, row) for key, row in rows(package, name).items())
    for group, table in rows(*GROUPED).items():
        if isinstance(table, dict):
            yield from (("export/words.toml", f"{group}.{key}", row) for key, row in table.items())
    for group, table in rows("raingan.model", "terms.toml").items():
        yield from (("raingan.model/terms.toml", f"{group}.{key}", row) for key, row in table.items())


def as_written(row: object) -> tuple[str, str]:
    if isinstance(row, str):
        return row, row
    if isinstance(row, dict):
        return row["thai"], row["english"]
    assert isinstance(row, list)
    return row[0], row[1]


def test_both_languages_say_the_same() -> None:
    for table, key, row in written():
        entry = entry_of(row)
        assert entry.thai.strip() and entry.english.strip(), (table, key)
        assert parameters(entry.thai) - DAYS == parameters(entry.english) - DAYS, (table, key)
        for said in (outline(entry.thai), outline(entry.english)):
            assert not set("<{}") & set(said), f"{table}, {key}: what stands there is no parameter and no shared word"


def test_no_word_is_said_in_two_tables() -> None:
    """What several tables say stands in terms.toml, and they point there."""
    said = defaultdict(set)
    for table, _, row in written():
        thai, english = as_written(row)
        if not (thai.startswith("<") and thai.endswith(">")):
            said[thai, english.casefold()].add(table)
    assert {pair: tables for pair, tables in said.items() if len(tables) > 1} == {}


def test_no_key_means_two_things() -> None:
    said = defaultdict(dict)
    for package, name in FLAT:
        for key, entry in entries(package, name).items():
            said[key][f"{package}/{name}"] = (entry.thai, entry.english.casefold())
    assert {key: tables for key, tables in said.items() if len(set(tables.values())) > 1} == {}


@pytest.mark.parametrize("group", ["state", "severity", "review_action", "standing", "review_source", "read_by"])
def test_no_state_has_two_names(group: str) -> None:
    """No two codes share a word, and no table calls one of them otherwise than the shared table does."""
    words = terms(group)
    for language in LANGUAGES:
        assert len({entry.in_(language) for entry in words.values()}) == len(words)
    prefixes = {"standing": "state", "review_action": "action", "review_source": "source", "read_by": "read-by"}
    for package, name in FLAT[3:]:
        for code, entry in words.items():
            other = entries(package, name).get(f"{prefixes.get(group, group)}-{code}")
            assert other is None or (other.thai, other.english) == (entry.thai, entry.english), (name, code)
    assert group not in rows(*GROUPED) or group == "severity"  # which stands there with its number


def test_a_failed_file_is_called_the_same_everywhere() -> None:
    counts = dict.fromkeys(("done", "review", "failed", "skipped"), "2")
    for language in LANGUAGES:
        failed = terms("state")["failed"].in_(language)
        for key, values in (
            ("progress-counts", {"files": "8", **counts}),
            ("summary", {"total": "8", **counts}),
            ("failed-file", {"file": "a.pdf", "message": "-"}),
            ("status-failed", {"count": "2", "message": "-"}),
        ):
            assert failed in talk(key, language, **values)


@pytest.mark.parametrize(
    ("value", "said"),
    [("1", "1 file"), ("2", "2 files"), ("0", "0 files"), ("21", "21 files"), ("1 of 1", "1 of 1 file")],
)
def test_a_number_takes_the_noun_that_fits(value: str, said: str) -> None:
    assert fill("{n:file|files}", {"n": value}) == said


def test_a_parameter_is_never_a_template() -> None:
    ways = {"loud": lambda value, language: value.upper()}
    values = {"a": "{b} <state.done>", "b": "no"}
    assert fill("{a} {c} {0.__class__}", values) == "{b} <state.done> {c} {0.__class__}"
    assert shown("{a!loud} {b}", values, "en", ways) == {"a": "{B} <STATE.DONE>", "b": "no"}


def test_a_shared_word_takes_a_capital_where_it_is_asked_for() -> None:
    assert entry_of("<Standing.open>") == Entry("ต้องตรวจ", "To review")
    with pytest.raises(KeyError):
        entry_of(["<state.nothing>", "x"])


def test_an_error_says_what_it_is_about() -> None:
    missing = FileNotFoundError(2, "anything", "x.pdf")
    cases: list[tuple[RainganError, str]] = [
        (InputError("password", file="a.pdf"), "a.pdf: The file opens only with a password; save a copy without it."),
        (InputError("cannot-read", error=missing), "It could not be opened for reading: No such file or directory."),
        (FormError("form-shape", "f.toml", 3), "form file f.toml, line 3: shape must hold # for digits"),
        (FormError("form-too-deep", "f.toml"), "form file f.toml: not valid TOML: brackets are nested too deep"),
        (FormError("form-missing", "f.toml"), "there is no form file f.toml; check the name after --form"),
        (LedgerError("ledger-missing", path="x"), "there is no ledger x; check the name (it ends in .raingan)"),
    ]
    for error, said in cases:
        assert error_sentence(error, "en") == said
        assert said in str(error) and error.code in str(error)
    assert "never works" in str(CannotStart("never works"))


def test_words_of_the_system_are_said_in_thai() -> None:
    assert system_words("Permission denied", "th") == "ไม่มีสิทธิ์เข้าถึง"
    assert system_words("Permission denied: a.pdf", "th") == "ไม่มีสิทธิ์เข้าถึง: a.pdf"
    assert system_words("Permission denied", "en") == "Permission denied"
    assert system_words("disk I/O error", "th") == "disk I/O error"
    said = "Failed to load document (PDFium: Data format error)."
    assert system_words(said, "th") == "โครงสร้างของ PDF ไม่ถูกต้อง" and system_words(said, "en") == said
    error = LedgerError("ledger-not-writable", path="x", error=PermissionError(13, "its own words", "x"))
    assert "ไม่มีสิทธิ์เข้าถึง" in error_sentence(error, "th") and "Permission denied" in error_sentence(error, "en")


def test_every_kind_of_file_has_its_word_in_the_workbook() -> None:
    named = rows(*GROUPED)["kind"]
    assert isinstance(named, dict)
    assert {kind.value for kind in Kind} == set(named)
