"""From lines of a picture to flags, over whole reports: what is flagged of wrong and of right figures."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from normalize.doubts import SURE
from normalize.report import normalize_report
from raingan.model.records import Document, Kind, Limits, ReadToken, Report, Source
from tests.records import record_of

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
FORMS = load_forms()
PRINTS = ("complaints.txt", "daycare.txt")


def load_noisy() -> ModuleType:
    spec = importlib.util.spec_from_file_location("noisy", HERE / "noisy.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["noisy"] = module
    spec.loader.exec_module(module)
    return module


noisy = load_noisy()


def sample(name: str) -> Document:
    from extract.reading.document import read_document

    data = (SAMPLES / name).read_bytes()
    return read_document(Source(name, data, "0"), Limits())


def reports(document: Document) -> list[Report]:
    return [normalize_report(raw, "a.pdf", "0", "ocr") for raw in find_reports(document, FORMS)]


@pytest.fixture(scope="module")
def judged() -> Counter[tuple[bool, bool, bool]]:
    """How many figures are (right, below the threshold, flagged), over several noisy readings of the samples."""
    counted: Counter[tuple[bool, bool, bool]] = Counter()
    for name in PRINTS:
        document = sample(name)
        for seed in range(14):
            read, truths = noisy.scanned(document, 0.004, 0.02, seed)
            tokens = [token for page in read.pages for line in page.lines for token in line.tokens]
            right = {id(token): truth.read == truth.true for token, truth in zip(tokens, truths, strict=True)}
            for raw in find_reports(with_marks(read), FORMS):
                report = normalize_report(raw, "a.pdf", "0", "ocr")
                flagged = {flag.picture for flag in report.flags if flag.picture}
                for field in raw.fields:
                    for token in field.tokens:
                        number = int(token.picture or b"0")
                        counted[right[id(tokens[number])], token.confidence < SURE, token.picture in flagged] += 1
    return counted


def with_marks(document: Document) -> Document:
    """The document with its figures numbered by their pictures, so that flags can be told apart."""
    import dataclasses

    number = -1

    def marked(token: ReadToken) -> ReadToken:
        nonlocal number
        number += 1
        return dataclasses.replace(token, picture=str(number).encode())

    pages = []
    for page in document.pages:
        lines = [dataclasses.replace(line, tokens=tuple(map(marked, line.tokens))) for line in page.lines]
        pages.append(dataclasses.replace(page, lines=tuple(lines)))
    return dataclasses.replace(document, pages=tuple(pages))


def test_nearly_all_wrong_figures_are_flagged(judged: Counter[tuple[bool, bool, bool]]) -> None:
    wrong = sum(count for (right, _, _), count in judged.items() if not right)
    flagged = sum(count for (right, _, told), count in judged.items() if not right and told)
    assert wrong > 40
    assert flagged >= 0.96 * wrong, (flagged, wrong)


def test_context_takes_flags_from_right_figures(judged: Counter[tuple[bool, bool, bool]]) -> None:
    right = sum(count for (good, _, _), count in judged.items() if good)
    plain = sum(count for (good, low, _), count in judged.items() if good and low)
    told = sum(count for (good, _, flagged), count in judged.items() if good and flagged)
    assert told < 0.75 * plain, (told, plain)
    assert told <= 0.15 * right, (told, right)


@pytest.mark.parametrize("name", PRINTS)
def test_sure_readings_of_a_sound_report_have_no_flag(name: str) -> None:
    """Context alone contradicts nothing in a report without faults, and the values are those of the text."""
    import dataclasses

    document = sample(name)
    pages = []
    for page in document.pages:
        lines = []
        for line in page.lines:
            tokens = tuple(ReadToken(match[0], 0.9999, (), 1, None, b"p") for match in noisy.FIGURE.finditer(line.text))
            lines.append(dataclasses.replace(line, confidence=0.99, tokens=tokens))
        pages.append(dataclasses.replace(page, lines=tuple(lines)))
    read = dataclasses.replace(document, kind=Kind.IMAGE, pages=tuple(pages))
    for report, plain in zip(reports(read), reports(document), strict=True):
        assert not [flag for flag in report.flags if flag.picture]
        assert report.confidence is not None and plain.confidence is None
        record, expected = record_of(report), record_of(plain)
        skipped = {"confidence", "flags", "origin"}
        assert {k: v for k, v in record.items() if k not in skipped} == {
            k: v for k, v in expected.items() if k not in skipped
        }
        assert all(origin.confidence == 0.99 for origin in report.origin.values() if origin.text)


def test_noise_is_the_same_for_the_same_seed() -> None:
    document = noisy.document("ก ๑๒๓\n(๖.๑) ไตรมาสที่ ๑ :")
    assert noisy.scanned(document, 0.2, 0.3, 7) == noisy.scanned(document, 0.2, 0.3, 7)
    assert noisy.scanned(document, 0.0, 0.0, 7)[0].pages[0].lines[0].text == document.pages[0].lines[0].text
