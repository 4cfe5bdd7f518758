"""Form files: what they may say, and what is told about mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import Form, load_forms, parse_form
from raingan.model.errors import FormError
from raingan.model.messages import error_sentence
from tests.extract_sections.made import document

SMALL = """\
id = "small"
title = "small"
headings_needed = 2

[[field]]
key = "indicator_name"
kind = "text"
labels = ["หัวข้อเรื่อง"]
start = true

[[field]]
key = "evidence"
kind = "prose"
labels = ["เอกสารแนบ"]
"""


def test_bundled_forms_are_valid_and_fill_keys_of_the_record() -> None:
    forms = load_forms()
    assert [form.id for form in forms] == ["bma-indicator", "bma-web"]
    for form in forms:
        assert sum(field.start for field in form.fields) == 1
        assert form.headings_needed <= sum(field.required for field in form.fields)


def test_a_form_of_an_earlier_version_is_read_as_before() -> None:
    earlier = SMALL.replace("headings_needed = 2", "evidence = 2")
    assert parse_form(earlier, "a") == parse_form(SMALL, "a")
    assert parse_form(SMALL, "a").headings_needed == 2


@pytest.mark.parametrize(
    "text, line, part",
    [
        ("id = ", 1, "TOML"),
        ('id = "a"\ntitle = "b"\n[[field]\n', 3, "TOML"),
        ('id = "a"\n\nfields = 3\n', 3, "“fields” is no key"),
        (SMALL.replace('"small"\ntitle', '"Small Form"\ntitle'), 1, "a-z"),
        (SMALL.replace('kind = "prose"', 'kind = "prosa"'), 13, "write one of"),
        (SMALL.replace('key = "evidence"', 'key = "evidense"'), 12, "no key"),
        (SMALL.replace('key = "evidence"', 'key = "indicator_name"'), 12, "first in line 6"),
        (SMALL.replace('labels = ["เอกสารแนบ"]', 'labels = "เอกสารแนบ"'), 14, "list of texts"),
        (SMALL.replace('labels = ["เอกสารแนบ"]', ""), 11, "labels"),
        (SMALL.replace("start = true", 'start = "yes"'), 9, "true or false"),
        (SMALL.replace("start = true", ""), 5, "start = true"),
        (
            SMALL.replace("headings_needed = 2", "headings_needed = 9"),
            3,
            "headings_needed must be a whole number",
        ),
        (SMALL.replace("headings_needed = 2", "evidence = 9"), 3, "evidence must be a whole number from 1 to 2"),
        (SMALL.replace("headings_needed = 2", "headings_needed = 2\nevidence = 2"), 4, "old name of headings_needed"),
        (SMALL + 'number = "๖.๑"\n', 15, "Arabic"),
        (SMALL + 'colon = "maybe"\n', 15, "usual, needed, none"),
        (SMALL + '\n[[junk]]\ntext = "a"\n', 17, "three letters"),
        (SMALL + '\n[[junk]]\ntext = "abcd"\nmatch = "regex"\n', 18, "whole, start, inside"),
        (SMALL + '\n[[field]]\nkey = "level"\nkind = "options"\nlabels = ["ระดับ"]\n', 16, "[[field.option]]"),
        (
            SMALL + '\n[[field]]\nkey = "level"\nkind = "options"\nlabels = ["ระดับ"]\n[[field.option]]\nvalue = 3\n',
            20,
            "option",
        ),
        ('id = "a"\nfield = "b"\n', 2, "[[field]]"),
        ('title = "a"\n', 1, "“id” is missing"),
        ("[" * 5000, 1, "TOML"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, line: int, part: str) -> None:
    with pytest.raises(FormError) as caught:
        parse_form(text, "my.toml")
    assert caught.value.path == "my.toml"
    assert part in str(caught.value)
    assert caught.value.line == line
    assert "my.toml" in str(caught.value) and "{" not in error_sentence(caught.value, "th")


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = SMALL.replace("headings_needed = 2", "headings_needed = 99\nstrange = 1").replace(
        "start = true", 'start = "yes"'
    )
    text += '\n[[field]]\nkey = "nonsense"\nkind = "prose"\nlabels = ["ก"]\n\n[[junk]]\ntext = "a"\n'
    with pytest.raises(FormError) as caught:
        parse_form(text, "my.toml")
    told = [caught.value, *caught.value.others]
    assert [mistake.code for mistake in told] == [
        "form-headings-needed", "form-stranger", "form-switch", "form-key-unknown", "form-label-short",
        "form-junk-short",
    ]  # fmt: skip
    assert [mistake.line for mistake in told] == sorted(mistake.line or 0 for mistake in told)
    for language in ("th", "en"):
        sentences = error_sentence(caught.value, language).splitlines()
        assert len(sentences) == len(told) and all("my.toml" in sentence for sentence in sentences)


def test_a_label_stands_in_one_field_unless_numbers_tell_them_apart() -> None:
    again = '\n[[field]]\nkey = "obstacles"\nkind = "prose"\nlabels = ["เอกสารแนบ"]\n'
    with pytest.raises(FormError) as caught:
        parse_form(SMALL + again, "my.toml")
    assert (caught.value.code, caught.value.line) == ("form-label-twice", 19)
    assert len(parse_form(SMALL + again + 'number = "7"\n', "my.toml").fields) == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    bad, none = tmp_path / "bad.toml", tmp_path / "none.toml"
    bad.write_bytes(b"\xff\xfe\x00")
    for path, code in ((none, "form-missing"), (tmp_path, "form-unreadable"), (bad, "form-not-utf8")):
        with pytest.raises(FormError) as caught:
            load_forms([str(path)])
        assert (caught.value.code, caught.value.line) == (code, None)
        assert str(path) in error_sentence(caught.value, "th")


def test_own_form_goes_first_and_may_replace(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SMALL, encoding="utf-8")
    forms = load_forms([str(own)])
    assert [form.id for form in forms] == ["small", "bma-indicator", "bma-web"]
    (report,) = find_reports(document(["หัวข้อเรื่อง : ปลูกต้นไม้", "ในสวน", "เอกสารแนบ :", "ทะเบียน"]), forms)
    assert report.form == "small"
    assert [field.paragraphs for field in report.fields] == [("ปลูกต้นไม้ ในสวน",), ("ทะเบียน",)]
    own.write_text(SMALL.replace('id = "small"', 'id = "bma-web"'), encoding="utf-8-sig")
    assert next(form.title for form in load_forms([str(own)])) == "small"
    assert len(load_forms([str(own)])) == 2
    with pytest.raises(FormError, match="already taken"):
        load_forms([str(own), str(own)])


def form_of(name: str, labels: Sequence[str]) -> Form:
    """A form of these headings and of three more that no document prints."""
    keys = ("indicator_name", "definition", "calculation", "obstacles", "evidence", "year_summary", "quarters.1")
    keys += ("quarters.2", "quarters.3")
    text = f'id = "{name}"\ntitle = "{name}"\nheadings_needed = 2\n'
    for key, label in zip(keys, (*labels, *(f"ไม่มี{name}ข้อ{number}" for number in range(3))), strict=False):
        text += f'\n[[field]]\nkey = "{key}"\nlabels = ["{label}"]\n'
        text += 'kind = "text"\nstart = true\n' if key == "indicator_name" else 'kind = "prose"\n'
    return parse_form(text, name)


@pytest.mark.parametrize(("known_to_first", "printed", "chosen"), [(4, 5, "first"), (3, 4, "second")])
def test_a_later_form_must_fit_better_by_more_than_a_quarter(known_to_first: int, printed: int, chosen: str) -> None:
    words = ("หัวข้อเรื่อง", "เอกสารแนบ", "รายละเอียด", "ข้อเสนอแนะ", "ภาคผนวก")[:printed]
    forms = (form_of("first", words[:known_to_first]), form_of("second", words))
    (report,) = find_reports(document([f"{word} : ข้อความ" for word in words]), forms)
    assert report.form == chosen


def test_the_example_of_the_document_works() -> None:
    text = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")
    example = text.split("```toml our-form.toml\n")[1].split("```")[0]
    assert parse_form(example, "forms.md").id == "our-form"
    for key in ("labels", "unit_in_label", "named-code", "unit_header", "headings_needed"):
        assert key in text
