"""Raingan: archives of Thai government indicator reports as one workbook that an auditor can trust.

`read(paths)` gives pandas tables, `records_of(paths)` an iterator of reports. Nothing heavy is imported
before it is called.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

    from raingan.model.records import Report
    from raingan.settings import Settings

Path = str | os.PathLike[str]


def read(
    paths: Path | Sequence[Path], *, forms: Sequence[Path] = (), language: str = "en", pictures: str = "own"
) -> dict[str, pandas.DataFrame]:
    """Read files, folders and zips into tables: "reports", "quarters", "sections", "dates", "flags", "files" ...

    Columns have English keys whatever the language; `language` is that of the flags' messages,
    `pictures` (own, tesseract, off) what reads scanned pages. Rows of all tables
    join on "report". Raises `raingan.model.records.InputError` for a path that does not exist.
    """
    from export.frames import tables
    from raingan.convert import reading

    settings = _settings(forms, language, pictures)
    with reading(_paths(paths), settings) as (run, _, _):
        return tables(run.reports(), run.files(), run.info)


def records_of(
    paths: Path | Sequence[Path], *, forms: Sequence[Path] = (), language: str = "en", pictures: str = "own"
) -> Iterator[Report]:
    """Yield one `raingan.model.records.Report` per report found, in the order of the paths, with memory flat."""
    from raingan.convert import reading

    settings = _settings(forms, language, pictures)
    with reading(_paths(paths), settings) as (run, _, _):
        yield from run.reports()


def _settings(forms: Sequence[Path], language: str, pictures: str) -> Settings:
    from raingan.model.records import Pictures
    from raingan.settings import Settings

    return Settings(language, tuple(os.fspath(form) for form in forms), Pictures(pictures))


def _paths(paths: Path | Sequence[Path]) -> list[str]:
    if isinstance(paths, str | os.PathLike):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]
