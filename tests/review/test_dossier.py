"""The page for auditors: everything in one file, nothing alive in it, every field and every row of the trail."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone, tzinfo
from html.parser import HTMLParser
from pathlib import Path
from shutil import copyfile

import pytest

from raingan.convert import convert
from raingan.ledger import View
from raingan.model.errors import DossierError, LedgerError, OutputError, PageError
from raingan.model.messages import talk
from raingan.model.records import Flag
from raingan.outputs import plan_outputs
from raingan.review.decisions import Action, Decision, ReportId
from raingan.review.dossier import write_dossier
from raingan.review.dossier.gather import Row, Settled
from raingan.review.dossier.page import page
from raingan.review.dossier.sheets import drawing
from raingan.review.dossier.source import SMALLER, WIDTH, Mark, Original, Shot, original
from raingan.review.dossier.words import Words
from raingan.review.dossier.write import find_report
from raingan.review.pages.pages import Pages
from raingan.review.pages.shown import FileRef, Image, Sheet, TextLine
from raingan.review.settle import open_flags, reviewed, standings
from raingan.review.store import Decisions, decisions_beside
from raingan.settings import Settings
from tests.review.made import SAMPLES, decision, report, settles

AT = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=7)))
NAMES = ("canal.pdf", "park.txt", "two.pdf", "stalls.html")
HOSTILE = "</style><script>alert(1)</script>\"'> ]]> javascript:alert(1) &lt; \u202e98.7 \x00 \ud800 <!--"


class Parsed(HTMLParser):
    """A page taken apart: tags, attributes, texts by the element with an id that they stand in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []  # in which row or mark, to where
        self.texts: dict[str, str] = {}
        self._within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        told = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in told.items()]
        if "id" in told:
            self.ids.append(told["id"])
        if tag not in ("meta", "img"):
            self._within.append(told.get("id", ""))
        if tag == "a":
            self.links.append((self.where, told["href"].removeprefix("#")))

    def handle_endtag(self, tag: str) -> None:
        self._within.pop()

    def handle_data(self, data: str) -> None:
        for name in self._within:
            self.texts[name] = self.texts.get(name, "") + data

    @property
    def where(self) -> str:
        return next((name for name in reversed(self._within) if name), "")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger over some samples; some fields of the first report are decided."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "in").mkdir()
    for name in NAMES:
        copyfile(SAMPLES / name, folder / "in" / name)
    copyfile(SAMPLES / "two.pdf", folder / "in" / "two#2")  # a name that looks like a report in another file
    (folder / "in" / "two#2").write_bytes((SAMPLES / "park.txt").read_bytes() + b"\n")
    ledger = folder / "a.raingan"
    convert([str(folder / "in")], plan_outputs([str(folder / "a.jsonl")]), Settings("en", workers=0), ledger=ledger)
    with View.look(ledger) as view, Decisions.open(decisions_beside(ledger)) as decisions:
        known = find_report(view, "canal.pdf")
        found = view.report(known.content, known.place)
        assert found is not None
        decide(decisions, known, "actual.value", Action.CORRECT, "25.4", "81.25", note=HOSTILE)
        first = decide(decisions, known, "target.value", Action.CORRECT, "24", "7")
        decide(decisions, known, "target.value", Action.UNDO, "24", None, about=first.number)
        decide(decisions, known, "level", Action.ACCEPT, "outcome", "outcome")  # it reads "output": stale
    return ledger


def decide(
    decisions: Decisions, known: ReportId, path: str, action: Action, machine: str, value: str | None, **more: object
) -> Decision:
    row = Decision(known, path, action, "reviewer-1", AT.isoformat(), machine=machine, value=value)
    return decisions.add(dataclasses.replace(row, **more))[0]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def written(archive: Path) -> str:
    """The page of a PDF."""
    target = archive.parent / "canal.html"
    assert write_dossier(archive, "canal.pdf", target, "en", AT) == (target,)
    return target.read_text(encoding="utf-8")


def made(*decisions: Decision, **changes: object) -> Settled:
    """Return a report as people left it, without a ledger."""
    machine = report(**changes)
    found = standings(machine, decisions)
    rows = tuple(Row(number, item, tuple(open_flags([item]))) for number, item in enumerate(found, 1))
    known = ReportId(machine.sha256, 0)
    return Settled(known, 1, machine, reviewed(machine, decisions), rows, FileRef("a.pdf", None, "ab"), False)


def page_of(settled: Settled, source: Original | None = None, language: str = "en") -> Parsed:
    return Parsed(page(settled, source or Original(), AT, Words(language)).decode("utf-8"))


# --- one file, nothing alive


def test_it_needs_nothing_else(written: str) -> None:
    parsed = Parsed(written)
    assert parsed.tags["image"] == 2 and parsed.tags["svg"] == 2
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & set(parsed.tags)
    addresses = [value for _, name, value in parsed.attributes if name in ("href", "src", "xlink:href", "action")]
    assert addresses and all(address.startswith(("#", "data:image/", "data:font/")) for address in addresses)
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on") or name in ("style", "srcset")]
    (style,) = re.findall("<style>(.*?)</style>", written, re.DOTALL)
    assert "@import" not in style and set(re.findall(r"url\((.{5})", style)) == {"data:"}
    assert "://" not in written
    (policy,) = [value for _, name, value in parsed.attributes if name == "content" and "default-src" in value]
    assert "default-src 'none'" in policy and "script-src" not in policy


@pytest.mark.parametrize("language", ["th", "en"])
def test_text_of_a_report_is_text(language: str) -> None:
    row = decision("indicator_name", Action.CORRECT, machine=HOSTILE, value=HOSTILE, note=HOSTILE, number=1)
    note = dataclasses.replace(row, number=2, action=Action.NOTE, reviewer=HOSTILE)
    settled = made(row, note, indicator_name=HOSTILE, agency=HOSTILE, file=HOSTILE)
    parsed = page_of(settled, Original(lines=(TextLine(HOSTILE, ("agency",)), TextLine("plain"))), language)
    assert parsed.tags["script"] == 0 and parsed.tags["style"] == 1
    assert "<script>alert(1)</script>\"'> ]]> javascript:alert(1) &lt;" in parsed.texts["field-1"]
    # What turns the reading direction, and what no file can hold, is seen.
    assert "[U+202E]98.7 \ufffd \ufffd <!--" in parsed.texts["field-1"]
    assert "\u202e" not in "".join(parsed.texts.values())


def test_a_broken_value_does_not_end_it() -> None:
    rows = (decision("dates.0", Action.CORRECT, machine="?", value="no day", at="no moment", number=1),)
    assert "no moment" in page_of(made(*rows)).texts["trail"]


# --- every field, every place, every row


def test_every_field_stands_once_and_links_lead_both_ways(written: str, archive: Path) -> None:
    parsed = Parsed(written)
    with View.look(archive) as view:
        known = find_report(view, "canal.pdf")
        found = view.report(known.content, known.place)
        assert found is not None
        fields = [standing.field for standing in standings(found.report, ())]
    rows = [name for name in parsed.ids if name.startswith("field-")]
    assert rows == [f"field-{number}" for number in range(1, len(fields) + 1)]
    assert len(set(parsed.ids)) == len(parsed.ids)
    assert {to for _, to in parsed.links} <= set(parsed.ids)
    to_rows = {(place, row) for place, row in parsed.links if place.startswith("place-")}
    to_places = {(place, row) for row, place in parsed.links if place.startswith("place-")}
    assert to_rows == to_places
    boxed = {f"field-{number}" for number, item in enumerate(fields, 1) if item.box is not None}
    assert {row for _, row in to_rows} == boxed and len(boxed) > 40


def test_lines_link_both_ways(archive: Path) -> None:
    target = archive.parent / "park.html"
    write_dossier(archive, "park.txt", target, "th", AT)
    parsed = Parsed(target.read_text(encoding="utf-8"))
    assert {to for _, to in parsed.links} <= set(parsed.ids)
    to_rows = {(line, row) for line, row in parsed.links if line.startswith("line-")}
    assert to_rows == {(line, row) for row, line in parsed.links if line.startswith("line-")} and len(to_rows) > 30
    first = next(text for name, text in parsed.texts.items() if name == "line-1")
    assert (SAMPLES / "park.txt").read_text(encoding="utf-8").splitlines()[0].strip() in first


def test_values_of_people_stand_beside_those_of_the_machine(written: str) -> None:
    parsed = Parsed(written)
    texts = [text for name, text in parsed.texts.items() if name.startswith("field-")]
    (actual,) = [text for text in texts if "corrected to 81.25" in text]
    assert actual.count("81.25") == 2 and "25.4" in actual and "reviewer-1" in actual
    (level,) = [text for text in texts if text[1:].startswith("level")]
    assert "to review again" in level and "output" in level


def test_the_trail_tells_what_was_taken_back(written: str) -> None:
    rows = re.findall("<tr[^>]*>(?:(?!</tr>).)*</tr>", written.partition('id="trail"')[2], re.DOTALL)[1:]
    told = [re.sub("<[^>]+>", " ", row) for row in rows]
    assert len(rows) == 4
    assert "counts" in told[0] and "undone by row 3" in told[1] and "counts" in told[2]
    assert "does not count: the machine reads something else now" in told[3]
    assert ["<s>" in row for row in rows] == [False, True, False, False]


def test_a_replaced_row_and_a_confirmed_one() -> None:
    whole = report()
    first = settles(whole, "actual.value", "9", number=1)
    second = settles(whole, "actual.value", "8", number=2)
    third = dataclasses.replace(second, action=Action.CONFIRM, about=2, reviewer="reviewer-2", number=3)
    parsed = page_of(made(first, second, third))
    assert "replaced by a later row" in parsed.texts["trail"]
    (actual,) = [text for name, text in parsed.texts.items() if name.startswith("field-") and "to 8" in text]
    assert "confirmed by reviewer-2" in actual and "settled" in actual


# --- pages and their marks


@pytest.mark.parametrize(
    ("turned", "expected"),
    [(0, (10, 20, 110, 40)), (90, (760, 10, 780, 110)), (180, (485, 760, 585, 780)), (270, (20, 485, 40, 585))],
)
def test_frames_turn_with_their_page(turned: int, expected: tuple[float, ...]) -> None:
    row = made().rows[0]
    shot = Shot(Sheet(1, 595, 800, turned), Image(b"x", "image/png", 1, 1))
    mark = Mark(1, (10, 20, 110, 40), (row,))
    drawn = drawing(shot, [(1, mark)], {row.number: "agency"}, Words("en"))
    (rect,) = re.findall('<rect class="frame"[^>]*>', drawn)
    x, y, width, height = (float(value) for value in re.findall(r' (?:x|y|width|height)="([^"]*)"', rect))
    scale = 595 / max(800 if turned % 180 else 595, (595 if turned % 180 else 800) * 0.7)
    found = (x + 1.5, y, x + width - 1.5, y + height)
    assert found == pytest.approx([side * scale for side in expected], abs=0.2)


def test_many_numbers_stay_on_the_page() -> None:
    rows = made().rows
    marks = [(n, Mark(1, (50, 700.0 - n, 90, 705.0 - n), rows * 3)) for n in range(1, 12)]
    shot = Shot(Sheet(1, 595, 842))
    parsed = drawing(shot, marks, {row.number: "a" for row in rows}, Words("en"))
    tops = [float(top) for top in re.findall('class="back" x="[^"]*" y="([^"]*)"', parsed)]
    assert min(tops) >= 0 and max(tops) < 842 and len(set(tops)) > 50


def test_pictures_are_bounded(archive: Path) -> None:
    with View.look(archive) as view, Pages() as pages:
        known = find_report(view, "canal.pdf")
        found = view.report(known.content, known.place)
        assert found is not None
        settled = dataclasses.replace(
            made(), id=known, machine=found.report, file=FileRef("canal.pdf", found.path, known.content)
        )
        whole = original(pages, settled)
        sizes = [len(shot.image.data) for shot in whole.shots if shot.image is not None]
        smaller = original(pages, settled, sum(sizes) - 1)
        small = [len(shot.image.data) for shot in smaller.shots if shot.image is not None]
        one = original(pages, settled, sum(small) - 1)
        none = original(pages, settled, 10)
    assert (whole.width, len(sizes), whole.too_many) == (WIDTH, 2, False)
    assert (smaller.width, smaller.shown, smaller.too_many) == (SMALLER, 2, False)
    assert (one.shown, one.too_many, none.shown) == (1, True, 0)
    assert "1 of 2 pages have pictures" in page_of(settled, one).texts["source"]
    assert "smaller than usual" in page_of(settled, smaller).texts["source"]


def test_the_picture_of_a_flagged_line_stands_in_its_row() -> None:
    flags = (
        Flag("value-doubtful", "actual.value", {"text": HOSTILE}, picture=b"\x89PNG\r\n\x1a\n1"),
        Flag("unknown-to-this-version", "target.value", picture=b"<svg onload=alert(1)>"),
    )
    parsed = page_of(made(flags=flags))
    (source,) = [value for tag, name, value in parsed.attributes if (tag, name) == ("img", "src")]
    assert source.startswith("data:image/png;base64,")
    assert "unknown-to-this-version" in parsed.texts["fields"]


def test_a_page_that_cannot_be_drawn_says_so() -> None:
    shot = Shot(Sheet(2, 595, 842), error=PageError("page-slow", file="a.pdf"))
    assert "There is no picture of this page: " in page_of(made(), Original(shots=(shot,))).texts["source"]


def test_lines_far_from_any_field_are_counted_not_shown() -> None:
    lines = [TextLine(f"line {n}") for n in range(100)]
    lines[50] = TextLine("here", ("agency",))
    told = page_of(made(), Original(lines=tuple(lines))).texts["source"]
    assert "38 lines are not shown" in told and "37 lines are not shown" in told and "line 45" in told
    assert "line 5 " not in told


def test_a_file_that_is_gone_leaves_the_values(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    copyfile(SAMPLES / "park.txt", tmp_path / "in" / "park.txt")
    ledger = tmp_path / "b.raingan"
    convert([str(tmp_path / "in")], plan_outputs([str(tmp_path / "b.jsonl")]), Settings("en", workers=0), ledger=ledger)
    (tmp_path / "in" / "park.txt").unlink()
    write_dossier(ledger, "1", tmp_path / "out.html", "en", AT)
    parsed = Parsed((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert "park.txt is no longer there" in parsed.texts["source"] and "field-20" in parsed.ids


# --- which report, and where to


def test_reports_are_found_by_number_name_and_id(archive: Path) -> None:
    with View.look(archive) as view:
        canal = find_report(view, "canal.pdf")
        second = find_report(view, "two.pdf#2")
        assert find_report(view, str(canal)) == canal and find_report(view, "1") == canal
        assert second.place == 1 and find_report(view, "two#2").content != second.content


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("99", "dossier-unknown"),
        ("9" * 400, "dossier-unknown"),
        ("missing.pdf", "dossier-unknown"),
        ("two.pdf#3", "dossier-unknown"),
        ("\ud800", "dossier-unknown"),
        (f"{'ab' * 32}-0", "dossier-unknown"),
        ("two.pdf", "dossier-several"),
    ],
)
def test_what_is_not_one_report_is_told(archive: Path, tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(DossierError) as caught:
        write_dossier(archive, name, tmp_path / "out.html", "en", AT)
    assert caught.value.code == key and list(tmp_path.iterdir()) == []
    for language in ("th", "en"):
        assert "{" not in talk(key, language, **caught.value.values)


def test_outputs_that_cannot_be_are_told_before_any_work(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for report_name, output, key in (
        ("1", tmp_path / "out.xlsx", "dossier-suffix"),
        ("1", tmp_path / "folder.html", "output-is-folder"),
        ("1", tmp_path / "none" / "out.html", "output-no-folder"),
        ("all", tmp_path / "file", "dossier-is-file"),
        ("all", tmp_path / "none" / "folder", "output-no-folder"),
    ):
        with pytest.raises((DossierError, OutputError)) as caught:
            write_dossier(archive, report_name, output, "en", AT)
        assert caught.value.code == key
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_the_same_input_gives_the_same_bytes_and_links_are_not_followed(archive: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    target = tmp_path / "out.html"
    try:
        target.symlink_to(mine)
    except OSError:
        target.write_text("old", encoding="utf-8")  # Windows lets few people make links
    for output in (target, tmp_path / "again.html"):
        write_dossier(archive, "park.txt", output, "en", AT)
    assert target.read_bytes() == (tmp_path / "again.html").read_bytes()
    assert mine.read_text(encoding="utf-8") == "mine" and not target.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.html", "mine.txt", "out.html"]


class _Broken(tzinfo):
    """A time zone that fails when it is asked: in the middle of writing."""

    def utcoffset(self, at: datetime | None) -> timedelta:
        raise OSError("disk full")


def test_a_page_is_written_whole_or_not_at_all(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="disk full"):
        write_dossier(archive, "park.txt", target, "en", AT.replace(tzinfo=_Broken()))
    assert target.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [target]


def test_all_writes_those_that_were_decided_and_remembers_them(archive: Path, tmp_path: Path) -> None:
    (path,) = write_dossier(archive, "all", tmp_path / "pages", "th", AT)
    with View.look(archive) as view, Decisions.open(decisions_beside(archive)) as decisions:
        known = find_report(view, "canal.pdf")
        assert decisions.dossier(known) == str(path)
        assert path.name == f"report-1-{known.content[:12]}-1.html"


def test_decided_reports_that_are_no_longer_listed_are_told(archive: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "b.raingan"
    copyfile(archive, ledger)
    with Decisions.open(decisions_beside(ledger)) as decisions:
        decide(decisions, ReportId("cd" * 32, 0), "agency", Action.NOTE, "", None, note="of a file that went")
    with pytest.raises(DossierError) as caught:
        write_dossier(ledger, "all", tmp_path / "pages", "th", AT)
    assert (caught.value.code, caught.value.values["count"], caught.value.values["written"]) == (
        "dossier-gone",
        "1",
        "0",
    )
    assert "{" not in talk("dossier-gone", "th", **caught.value.values)


def test_without_decisions_all_is_nothing(archive: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "b.raingan"
    copyfile(archive, ledger)
    with pytest.raises(DossierError) as caught:
        write_dossier(ledger, "all", tmp_path / "pages", "en", AT)
    assert caught.value.code == "dossier-none" and not (tmp_path / "pages").exists()
    with pytest.raises(LedgerError):
        write_dossier(tmp_path / "none.raingan", "1", tmp_path / "out.html", "en", AT)


def test_it_works_without_the_extra_for_the_review() -> None:
    script = "import sys, raingan.review.dossier; print(sorted({'flask', 'jinja2', 'waitress'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
