"""One file, whatever it is, becomes a `Document`."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module

from extract.intake import triage
from extract.reading.scan.engines import engine_for
from raingan.model.errors import InputError
from raingan.model.marks import HEAD, PAGE_MARK, is_workbook_of_ours
from raingan.model.records import Document, Kind, Limits, OcrEngine, Source, Witness

Reader = Callable[[Source, Limits], Document]

# The module and function that read each kind; a reader is imported when its first file comes.
READERS: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("extract.reading.text.read", "read_text"),
    Kind.HTML: ("extract.reading.html.read", "read_html"),
    Kind.XLSX: ("extract.reading.sheets.xlsx", "read_xlsx"),
    Kind.ODS: ("extract.reading.odf.sheet", "read_ods"),
    Kind.XLS: ("extract.reading.sheets.xls", "read_xls"),
}

PagedReader = Callable[..., Document]  # (source, limits, engine maker or None); that of PDFs also the witness

# Readers of what may hold pages that are pictures: they are also given what reads those.
PAGED_READERS: dict[Kind, tuple[str, str]] = {
    Kind.PDF: ("extract.reading.pdf", "read_pdf"),
    Kind.DOCX: ("extract.reading.docx.read", "read_docx"),
    Kind.DOC: ("extract.reading.office.read", "read_doc"),
    Kind.RTF: ("extract.reading.office.read", "read_rtf"),
    Kind.ODT: ("extract.reading.odf.text", "read_odt"),
    Kind.IMAGE: ("extract.reading.scan.image_file", "read_image"),
}


def read_document(
    source: Source, limits: Limits, ocr: OcrEngine = OcrEngine.OWN, witness: Witness = Witness.DOUBT
) -> Document:
    """Tell what a file is and read it; raise `InputError` with the reason if that cannot be done."""
    if not source.data:
        raise InputError("empty-file")
    found = triage.look(source)
    if found.kind in (Kind.ZIP, Kind.TAR, Kind.MAIL, Kind.MESSAGE):
        # `extract.intake.inputs` opens what holds files; one that comes here was named as a single document.
        raise InputError("unsupported-kind", kind=found.kind.value)
    if _is_an_output(source, found.kind):
        raise InputError("own-output")
    if found.kind in PAGED_READERS:
        module, function = PAGED_READERS[found.kind]
        paged_reader: PagedReader = getattr(import_module(module), function)
        if found.kind is Kind.PDF:
            return paged_reader(source, limits, engine_for(ocr), witness)
        return paged_reader(source, limits, engine_for(ocr))
    if found.kind not in READERS:
        raise triage.refusal(source, found)
    module, function = READERS[found.kind]
    reader: Reader = getattr(import_module(module), function)
    return reader(source, limits)


def _is_an_output(source: Source, kind: Kind) -> bool:
    """Tell a workbook or a page for auditors that we wrote: its reports are others', and would be told twice."""
    if kind is Kind.HTML:
        return PAGE_MARK in source.data[:HEAD]
    return kind is Kind.XLSX and is_workbook_of_ours(io.BytesIO(source.data))
