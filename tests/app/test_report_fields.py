"""The table of fields: every entry reaches record, sheet, review page and names, and so does a new one."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from export.filling import row_function
from export.layout import Words, plans
from raingan.model import records
from raingan.model.json_record import report_to_json
from raingan.model.kinds import KINDS
from raingan.model.records import Report
from raingan.model.report_fields import NOTHING, FieldTable, ReportField, report_fields
from raingan.model.words import LANGUAGES
from raingan.review.decisions import FieldKind
from raingan.review.fields import fields_of
from raingan.review.server.words import words
from tests.export import made

ROOT = Path(__file__).parents[2]
THAI = re.compile("[\u0e01-\u0e5b]")
FIELDS = report_fields().fields
# What a report has beside its fields: what is told of them.
BESIDE = {"flags", "origin", "reviews", "trail", "place", "dossier"}
OTHER_TEXTS = {
    "text": "other",
    "number": "12.5",
    "year": "2570",
    "day": "2022-02-03",
    "date": "2022-02-03/2022-02-04",
}


def full_report() -> Report:
    """A report that has something of everything."""
    whole = made.report(1)
    measure = dataclasses.replace(whole.target, operator="..", upper=Decimal(9000))
    quarters = dict.fromkeys("1234", "words")
    return dataclasses.replace(
        whole,
        confidence=0.9,
        level="output",
        target=measure,
        actual=measure,
        quarters=quarters,
        obstacles="rain",
    )


def records_below(entry: ReportField) -> Iterator[ReportField]:
    for part in entry.parts.values():
        yield from records_below(part)
    if entry.record is not None:
        yield entry


def test_the_table_and_the_dataclasses_have_the_same_fields() -> None:
    names = {field.name for field in dataclasses.fields(Report)}
    assert set(FIELDS) == names - BESIDE
    hints = typing.get_type_hints(Report)
    for key, entry in FIELDS.items():
        inside = str(hints[key])
        assert entry.listed == inside.startswith("tuple[raingan"), key
        assert bool(entry.by) == inside.startswith("collections.abc.Mapping"), key
        if entry.record is not None:
            assert entry.missing == (type(None) in typing.get_args(hints[key])), key
            assert entry.record in inside
    for entry in (below for field in FIELDS.values() for below in records_below(field)):
        kind = getattr(records, entry.record or "")
        assert list(entry.parts) == [field.name for field in dataclasses.fields(kind)], entry.key
        assert {*entry.judged, *entry.printed} <= set(entry.parts)


@pytest.mark.parametrize("key", FIELDS)
def test_every_field_is_named_in_both_languages(key: str) -> None:
    thai, english = (report_fields().name(key, language) for language in LANGUAGES)
    assert english.isascii() and "_" not in english
    assert THAI.search(thai) or key == "sha256"
    assert THAI.search(Words("th").field_name(key)) or key == "sha256"


def test_the_keys_that_a_form_may_fill_are_documented() -> None:
    told = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    shown_as_a_range = ("quarters.2", "quarters.3")
    assert [key for key in report_fields().form_keys if f"`{key}`" not in told and key not in shown_as_a_range] == []


@pytest.mark.parametrize("key", FIELDS)
def test_every_field_stands_in_the_record(key: str) -> None:
    assert report_to_json(full_report())[key] not in (None, {}, [])


@pytest.mark.parametrize("key", [key for key, entry in FIELDS.items() if entry.sheet is not None])
def test_every_field_is_shown_by_its_sheet(key: str) -> None:
    entry = FIELDS[key]
    if entry.sheet == "sections":
        assert key in report_fields().sections
        return
    shown = {column.shows.path for column in plans()[entry.sheet or ""].columns if column.shows is not None}
    assert any(path == key or path.startswith(f"{key}.") for path in shown)


def test_only_the_fingerprint_of_the_file_is_on_no_sheet_of_reports() -> None:
    assert [key for key, entry in FIELDS.items() if entry.sheet is None] == ["sha256"]


def test_every_value_is_judged_under_a_heading_of_the_page_or_is_not_to_be_changed() -> None:
    heads = {item.path.partition(".")[0] for item in fields_of(full_report())}
    fixed = {"file", "sha256", "pages", "read_by", "confidence", "form"}
    assert heads == set(FIELDS) - fixed
    for language in LANGUAGES:
        for key in heads:
            assert f"group-{FIELDS[key].group}" in words(language), key


def test_every_value_goes_out_and_in_again() -> None:
    whole, table = full_report(), report_fields()
    for item in fields_of(whole):
        held = table.take(whole, item.path)
        assert held is not NOTHING and table.known_path(whole, item.path) == item.path
        other = item.choices[0] if item.kind is FieldKind.CHOICE else OTHER_TEXTS[item.kind.value]
        other = "1 / 2" if item.path.endswith(".scores") else other
        changed = table.with_value(whole, item.path, other)
        assert table.take(changed, item.path) != held or item.value == other, item.path
        assert table.with_value(changed, item.path, item.value) == whole, item.path
        assert {one.path: one.value for one in fields_of(changed)}[item.path] == other


def test_every_kind_is_used_and_people_can_type_what_it_says() -> None:
    def kinds(entry: ReportField) -> set[str]:
        own = {kind.name for kind in (entry.kind, entry.whole) if kind is not None}
        return own.union(*(kinds(part) for part in entry.parts.values()))

    assert set().union(*map(kinds, FIELDS.values())) == set(KINDS)
    assert {kind.typed for kind in KINDS.values()} - {None} == {kind.value for kind in FieldKind} - {"notice"}


@pytest.mark.parametrize(
    ("path", "taken", "known"),
    [
        ("target.value", Decimal(2250), "target.value"),
        ("quarter_results.2.value", Decimal("51.0"), "quarter_results.2.value"),
        ("quarter_results.2.scores.1", NOTHING, "quarter_results.2.scores"),
        ("dates.1.start", date(2021, 3, 1), "dates.1.start"),
        ("dates.start", NOTHING, "dates"),
        ("dates.9", NOTHING, "dates"),
        ("quarters.5", NOTHING, "quarters"),
        ("strategy.goal.code", "2.1.3", "strategy.goal.code"),
        ("level", "outcome", "level"),
        ("orders.0.__class__", NOTHING, "orders.0"),
        ("nothing", NOTHING, ""),
        ("", NOTHING, ""),
    ],
)
def test_a_key_path_leads_to_what_the_report_has(path: str, taken: object, known: str) -> None:
    report = made.report(1)
    assert report_fields().take(report, path) == taken
    assert report_fields().known_path(report, path) == known


def test_nothing_lies_below_what_is_missing() -> None:
    report = dataclasses.replace(made.report(1), strategy=None)
    assert report_fields().known_path(report, "strategy.goal.code") == "strategy"


def test_a_row_takes_its_values_by_name_and_no_other() -> None:
    owner = ("agency", "fiscal_year", "indicator_number", "indicator_name")
    given = dict.fromkeys(("report", "file", "number", "section", "page", *owner))
    row = row_function("orders", "orders")
    values = row(made.report(1).orders[0], flags="told", **given)
    named = dict(zip([column.key for column in plans()["orders"].columns], values, strict=True))
    assert named["flags"] == "told" and (named["order_number"], named["date"]) == ("9/2564", date(2021, 1, 12))
    for wrong in (given, {**given, "flags": None, "colour": "red"}):
        with pytest.raises(TypeError):
            row(made.report(1).orders[0], **wrong)


# --- a field that is new --------------------------------------------------------------------------

ENTRIES = """
[[field]]
key = "baseline"
kind = "measure"
name = ["ค่าฐาน", "baseline"]
sheet = "reports"
group = "target"

[[field]]
key = "lessons"
kind = "prose"
name = ["บทเรียน", "lessons learned"]
sheet = "sections"
group = "sections"
"""
PLACES = "    baseline: Measure = Measure()\n    lessons: str | None = None\n    flags: tuple[Flag, ...] = ()\n"
ON_THE_FORM = """
[[field]]
key = "baseline"
kind = "measure"
labels = ["ค่าฐาน"]
required = true

[[field]]
key = "lessons"
kind = "prose"
labels = ["บทเรียน"]
required = true
"""
SCRIPT = """
import json, sys
from pathlib import Path
from export.csvtables import write_csv
from raingan.convert import reading
from raingan.review.decisions import ReportId
from raingan.review.server.shapes import Reader, field_shape
from raingan.review.settle import standings
from raingan.settings import Settings
from raingan.model.json_record import to_line
from tests.json_back import from_line

with reading([sys.argv[1]], Settings("en", (sys.argv[2],), workers=0)) as (run, _, _):
    (report,) = run.reports()
    write_csv(Path(sys.argv[3]), [report], run.files(), run.info)
assert from_line(to_line(report)).baseline == report.baseline
shapes = [field_shape(report, ReportId("0" * 64, 0), one, Reader("x", "en")) for one in standings(report, ())]
flags = [[flag.field, flag.message] for flag in report.flags]
print(json.dumps({"record": json.loads(to_line(report)), "shapes": shapes, "flags": flags}))
"""


def with_new_fields(folder: Path) -> None:
    """Build the packages again, with two more entries and their places in the dataclass and nothing else."""
    for package in ("extract", "normalize", "export", "tests"):
        (folder / package).symlink_to(ROOT / package)
    for path in (ROOT / "raingan").iterdir():
        if path.name not in ("model", "__pycache__"):
            (folder / "raingan").mkdir(exist_ok=True)
            (folder / "raingan" / path.name).symlink_to(path)
    model = folder / "raingan" / "model"
    shutil.copytree(ROOT / "raingan" / "model", model, ignore=shutil.ignore_patterns("__pycache__"))
    with (model / "report_fields.toml").open("a", encoding="utf-8") as table:
        table.write(ENTRIES)
    text = (model / "records.py").read_text(encoding="utf-8")
    place = "    flags: tuple[Flag, ...] = ()\n    origin:"
    assert text.count(place) == 1
    (model / "records.py").write_text(text.replace(place, f"{PLACES}    origin:"), encoding="utf-8")


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What becomes of a report that prints the two new fields."""
    folder = tmp_path_factory.mktemp("new")
    with_new_fields(folder)
    form = (ROOT / "extract" / "sections" / "forms" / "bma-indicator.toml").read_text(encoding="utf-8")
    (folder / "form.toml").write_text(form + ON_THE_FORM, encoding="utf-8")
    printed = (ROOT / "samples" / "park.txt").read_text(encoding="utf-8").rstrip("\f\n")
    (folder / "park.txt").write_text(f"{printed}\nค่าฐาน : 150 (ร้อยละ)\nบทเรียน : ควรเริ่มเร็วขึ้น\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, "park.txt", "form.toml", "tables"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1", "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    told["tables"] = {path.stem: path.read_text(encoding="utf-8-sig") for path in (folder / "tables").iterdir()}
    return told


def test_a_new_field_reaches_the_record(arrived: dict[str, Any]) -> None:
    assert arrived["record"]["baseline"] == {"value": 150, "unit": "ร้อยละ", "operator": None, "text": "150 (ร้อยละ)"}
    assert arrived["record"]["lessons"] == "ควรเริ่มเร็วขึ้น"
    assert arrived["record"]["origin"]["baseline"]["text"]


def test_a_new_field_reaches_the_sheets(arrived: dict[str, Any]) -> None:
    heads, row = csv.reader(io.StringIO(arrived["tables"]["reports"]))
    parts = ("value", "unit", "operator", "text", "upper", "change", "base", "base_unit")
    assert heads[-8:] == [f"baseline_{part}" for part in parts]
    assert row[-8:] == ["150", "ร้อยละ", "", "150 (ร้อยละ)", "", "", "", ""]
    sections = csv.DictReader(io.StringIO(arrived["tables"]["sections"]))
    assert [one["text"] for one in sections if one["section"] == "lessons"] == ["ควรเริ่มเร็วขึ้น"]


def test_a_new_field_reaches_the_review_page(arrived: dict[str, Any]) -> None:
    shapes = {shape["path"]: shape for shape in arrived["shapes"]}
    assert shapes["baseline.value"]["name"] == "baseline" and shapes["baseline.value"]["group"] == "target"
    assert shapes["baseline.unit"]["name"] == "baseline · unit" and shapes["baseline.unit"]["kind"] == "text"
    assert shapes["lessons"]["value"] == "ควรเริ่มเร็วขึ้น" and shapes["lessons"]["kind"] == "text"


def test_a_new_field_is_checked_as_its_kind_is(arrived: dict[str, Any]) -> None:
    told = dict(arrived["flags"])
    assert "150" in told["baseline.value"]  # no percentage: figures of a measure have the range of their unit


def test_a_table_of_more_entries_can_be_built_while_the_program_runs() -> None:
    table = FieldTable(
        {**tomllib.loads((ROOT / "raingan/model/report_fields.toml").read_text(encoding="utf-8"))}
        | {"field": [{"key": "budget", "kind": "figure", "name": ["งบประมาณ", "budget"], "sheet": "reports"}]}
    )
    assert table.form_keys == ("budget",)
    assert table.name("budget", "th") == "งบประมาณ"
    assert table.find("budget.value") is None
