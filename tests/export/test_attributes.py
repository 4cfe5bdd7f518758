"""Values of XML attributes that the workbook's parts are written with."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest

from export.text import quoted


@pytest.mark.parametrize("text", ["", "รายงาน", 'a "b"', "a 'b'", "\"a\" 'b'", "a < b & c > d", "1\n2\r3\t4", "&quot;"])
def test_attributes_are_quoted_as_the_library_does(text: str) -> None:
    assert quoted(text) == quoteattr(text)
