"""Whether LibreOffice can read Word files here: some machines have its spreadsheets alone."""

from __future__ import annotations

from extract.reading.office.soffice import find_soffice


def has_writer() -> bool:
    program = find_soffice()  # beside it lie its parts; "sw" is Writer
    return program is not None and any(program.parent.glob("*swlo*"))
