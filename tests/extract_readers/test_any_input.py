"""Whatever the bytes are, reading ends with a document or an InputError, soon."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.intake import triage
from extract.intake.inputs import iter_sources
from extract.reading.document import read_document
from raingan.model.errors import InputError
from raingan.model.records import Document, FileResult, Kind, Limits, Source

Make = Callable[..., bytes]

_LIMITS = Limits(text_chars=1_000_000, zip_bytes=10**7, zip_members=200)
_STARTS = (
    *(
        b"",
        b"PK\3\4",
        b"<html>",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"II*\0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
    ),
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)


def end_of(data: bytes, name: str) -> Document | InputError | None:
    """Read bytes; None for a PDF, whose reader has tests of its own."""
    source = Source(name, data, "")
    if triage.look(source).kind is Kind.PDF:
        return None
    try:
        return read_document(source, _LIMITS)
    except InputError as error:
        return error


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_STARTS), st.binary(max_size=600), st.sampled_from(["a.txt", "a.docx", "a.html", "a.png", "a"]))
def test_any_bytes(start: bytes, rest: bytes, name: str) -> None:
    end_of(start + rest, name)


_PIECES = [
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td rowspan=2>",
    "</table>",
    "<ol start=3>",
    "<li>",
    "</ol>",
    "<pre>",
    "\n",
]
_PIECES += [
    "<div hidden>",
    "</div>",
    "<select>",
    "</select>",
    "ข้อ",
    " ",
    "&amp;",
    "<!--",
    "-->",
    "<b",
    "'",
    '"',
    "<br>",
]
_PIECES += ["<font face=Wingdings>", "</font>", "<input type=checkbox>", "<sup>", "2", "</sup>", "<textarea>", "</td>"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=60))
def test_any_markup(pieces: list[str]) -> None:
    document = end_of(("<html>" + "".join(pieces)).encode(), "a.html")
    assert isinstance(document, Document)
    for line in document.pages[0].lines:
        assert line.text == line.text.strip() != ""


def _mutated(data: bytes, seed: int) -> bytes:
    """Flip, cut, repeat and drop bytes."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 20)]
            case 2:
                changed[at:at] = changed[at : at + chance.randint(1, 50)]
            case _:
                changed[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
        if not changed:
            break
    return bytes(changed)


@pytest.mark.parametrize("first_seed", range(0, 400, 100))
def test_damaged_word_files(docx_of: Make, first_seed: int) -> None:
    paragraph = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>ข้อ</w:t></w:r></w:p>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    good = docx_of(paragraph * 20, numbering=numbering, styles="<w:style/>")
    for seed in range(first_seed, first_seed + 50):
        end_of(_mutated(good, seed), "a.docx")


_TAGS = (
    "p pPr r rPr t tbl tr tc tcPr trPr sdt sdtPr sdtContent ins del fldChar numPr numId ilvl pStyle vanish sym br"
    " lvl num footnoteReference sectPr headerReference abstractNum abstractNumId lvlOverride startOverride lvlText"
    " numFmt start style basedOn gridSpan vMerge gridBefore ffData checkBox ddList txbxContent pict vertAlign footnote"
)
_ATTRIBUTES = "val id numId ilvl abstractNumId fldCharType char font styleId type default"
_VALUES = "0 1 2 -1 99999999999 x begin separate end %1.%9% thaiCounting bullet restart"


def _elements(chance: random.Random, depth: int) -> str:
    """Well-formed XML of Word's elements in any order and nesting."""
    made = ""
    for _ in range(chance.randrange(5)):
        tag = chance.choice(_TAGS.split())
        names = sorted(set(chance.choices(_ATTRIBUTES.split(), k=chance.randrange(4))))
        attributes = "".join(f' w:{name}="{chance.choice(_VALUES.split())}"' for name in names)
        content = _elements(chance, depth - 1) if depth else chance.choice(["ก", " ", ""])
        made += f"<w:{tag}{attributes}>{content}</w:{tag}>"
    return made


@pytest.mark.parametrize("first_seed", range(0, 300, 100))
def test_any_elements(docx_of: Make, first_seed: int) -> None:
    for seed in range(first_seed, first_seed + 50):
        chance = random.Random(seed)
        parts = {name: _elements(chance, 5) for name in ("numbering", "styles", "footnotes")}
        body = "<w:p>" + _elements(chance, 5) + "</w:p>" + _elements(chance, 6)
        assert isinstance(end_of(docx_of(body, **parts), "a.docx"), Document)


@pytest.mark.parametrize("first_seed", range(0, 300, 100))
def test_damaged_archives(tmp_path: Path, zip_of: Make, first_seed: int) -> None:
    inner = zip_of({"ใน.txt": "ข้อความ" * 30, "b.bin": bytes(900)})
    good = zip_of({"a.txt": "ข้อความ" * 30, "in.zip": inner, "../x": "x", "c/d.html": "<p>ก"})
    path = tmp_path / "a.zip"
    for seed in range(first_seed, first_seed + 50):
        path.write_bytes(_mutated(good, seed))
        items = list(iter_sources([str(path)], _LIMITS))
        names = [item.file if isinstance(item, FileResult) else item.name for item in items]
        assert len(set(names)) == len(names)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=50)), max_size=6))
def test_any_member_names(tmp_path: Path, members: list[tuple[str, bytes]]) -> None:
    import io
    import warnings
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in members:
            try:
                archive.writestr(name, content)
            except (UnicodeEncodeError, ValueError, IndexError):
                continue
    path = tmp_path / "a.zip"
    path.write_bytes(stream.getvalue())
    for item in iter_sources([str(path)], _LIMITS):
        name = item.file if isinstance(item, FileResult) else item.name
        assert name.startswith("a.zip")
        assert ".." not in name.split("/")
        assert "\n" not in name
        name.encode("utf-8")
