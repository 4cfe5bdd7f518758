"""Raingan: archives of Thai government indicator reports as one workbook that an auditor can trust.

`read(paths)` gives pandas tables, `records_of(paths)` an iterator of reports. What `__all__` names is what other
programs may rely on (docs/python.md); everything else may move. Nothing heavy is imported before it is called.
"""

from __future__ import annotations

import sys

# Python puts the folder where `python -m raingan` is started first among the places of modules: an `extract.py` that
# lies there would run in place of ours. It is needed only where it is the folder that holds our packages, as in a
# checkout. Nothing but `sys` may be imported before: a `pathlib.py` may lie there too.
if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and __spec__.origin:
    _ours = __spec__.origin[: -len("/raingan/__init__.py")]
    if sys.path[0] != _ours:
        del sys.path[0]

import os
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from raingan.version import VERSION as __version__

if TYPE_CHECKING:
    import pandas

    from raingan.model.errors import FormError, InputError, LedgerError, OutputError, RainganError
    from raingan.model.records import (
        DateMention,
        Flag,
        Measure,
        Order,
        Origin,
        Quantity,
        QuarterResult,
        Report,
        Strategy,
        StrategyItem,
    )
    from raingan.settings import Settings

__all__ = [
    "DateMention",
    "Flag",
    "FormError",
    "InputError",
    "LedgerError",
    "Measure",
    "Order",
    "Origin",
    "OutputError",
    "Quantity",
    "QuarterResult",
    "RainganError",
    "Report",
    "Strategy",
    "StrategyItem",
    "__version__",
    "read",
    "records_of",
]

# Where a name lives; it is fetched when it is first asked for, so that `import raingan` loads none of these.
_ERRORS, _RECORDS = "raingan.model.errors", "raingan.model.records"

_Path = str | os.PathLike[str]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_ERRORS if name.endswith("Error") else _RECORDS), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def read(
    paths: _Path | Sequence[_Path],
    *,
    forms: Sequence[_Path] = (),
    language: str = "en",
    ocr: str = "own",
    pictures: str | None = None,
) -> dict[str, pandas.DataFrame]:
    """Read files, folders and zips into tables: "reports", "quarters", "sections", "dates", "flags", "files" ...

    Columns have English keys whatever the language; `language` is that of the flags' messages,
    `ocr` (own, tesseract, off) what reads scanned pages; `pictures` is its old name. Rows of all tables
    join on "report". Raises `InputError` for a path that does not exist, `FormError` for a bad form file,
    `ImportError` where pandas is not installed; all before any work.
    """
    if find_spec("pandas") is None:
        raise ImportError("raingan.read gives tables of pandas, which is not installed; type: pip install pandas")
    from export.frames import tables
    from raingan.convert import asking, reading

    settings = _settings(forms, language, ocr, pictures)
    with reading(_paths(paths), settings) as (run, _, _), asking(run) as (reports, questions):
        return tables(reports, run.files(), run.info, questions)


def records_of(
    paths: _Path | Sequence[_Path],
    *,
    forms: Sequence[_Path] = (),
    language: str = "en",
    ocr: str = "own",
    pictures: str | None = None,
) -> Iterator[Report]:
    """Yield one `Report` per report found, in the order of the paths, with memory flat. Raises as `read` does."""
    from raingan.convert import reading

    settings = _settings(forms, language, ocr, pictures)
    with reading(_paths(paths), settings) as (run, _, _):
        yield from run.reports()


def _settings(forms: Sequence[_Path], language: str, ocr: str, pictures: str | None) -> Settings:
    from raingan.model.records import OcrEngine
    from raingan.settings import Settings

    if pictures is not None:
        warnings.warn("`pictures` is called `ocr` now", DeprecationWarning, stacklevel=3)
        ocr = pictures
    return Settings(language, tuple(os.fspath(form) for form in forms), OcrEngine(ocr))


def _paths(paths: _Path | Sequence[_Path]) -> list[str]:
    if isinstance(paths, str | os.PathLike):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]
