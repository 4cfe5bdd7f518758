"""The PDFium functions that are called for every character or object, without ctypes' checks of the arguments.

Half of the time that a page costs goes into ctypes: it converts every argument to its declared type, and lets other
threads run during calls of some nanoseconds. The prototypes here do neither. Callers pass a handle as `c_void_p`,
indices as int and pointers as `byref`; what is passed wrongly is not noticed, so nothing else may use them.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Calls:
    """Bare functions of PDFium, by what they answer."""

    origin: Any
    box: Any
    loose_box: Any
    generated: Any
    object_of_page: Any
    object_of_form: Any
    kind: Any


@cache
def calls() -> Calls:
    """Return the functions, made once for the process."""
    import pypdfium2.raw as pdfium

    answer = ctypes.PYFUNCTYPE(ctypes.c_int)
    handle = ctypes.PYFUNCTYPE(ctypes.c_void_p)
    answer_for_handle = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)

    def bare(prototype: Any, function: Any) -> Any:
        return prototype(ctypes.cast(function, ctypes.c_void_p).value)

    return Calls(
        origin=bare(answer, pdfium.FPDFText_GetCharOrigin),
        box=bare(answer, pdfium.FPDFText_GetCharBox),
        loose_box=bare(answer, pdfium.FPDFText_GetLooseCharBox),
        generated=bare(answer, pdfium.FPDFText_IsGenerated),
        object_of_page=bare(handle, pdfium.FPDFPage_GetObject),
        object_of_form=bare(handle, pdfium.FPDFFormObj_GetObject),
        kind=bare(answer_for_handle, pdfium.FPDFPageObj_GetType),
    )
