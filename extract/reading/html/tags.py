"""Names of elements, and what HTML lets a writer leave out."""

from __future__ import annotations

from collections.abc import Mapping

from extract.reading.html.list_numbers import LISTS


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DROPPED = _names(
    "script style title template noscript datalist svg object audio video canvas iframe noembed noframes rp rt rtc"
)
STRUCK = _names("del s strike")
VOID = _names("area base br col embed frame hr img input link meta param source track wbr")
BLOCKS = _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul caption xmp"
)
PRE = _names("pre listing xmp textarea")
CELL_TAGS = _names("td th tr tbody thead tfoot table")
CONTAINERS = LISTS | {"table"}

_Rule = tuple[frozenset[str], frozenset[str]]

# What ends an element whose end tag may be left out: (start tags, end tags); blocks in blocks do not count.
IMPLIED_END: Mapping[str, _Rule] = {
    "p": (BLOCKS, BLOCKS),
    "li": (frozenset(("li",)), LISTS),
    "td": (frozenset(("td", "th", "tr")), CELL_TAGS),
    "th": (frozenset(("td", "th", "tr")), CELL_TAGS),
    "tr": (frozenset(("tr",)), CELL_TAGS - {"td", "th", "tr"}),
    "select": (frozenset(("select", "input", "textarea", "td", "th", "tr")), CELL_TAGS),
    "rt": (frozenset(("rt", "rp", "rtc")), frozenset(("ruby",))),
    "rp": (frozenset(("rt", "rp", "rtc")), frozenset(("ruby",))),
}
_NO_RULE: _Rule = (frozenset(), frozenset())


def implied_end(name: str) -> _Rule:
    """Return the start tags and the end tags that end an element whose own end tag was left out."""
    return IMPLIED_END.get(name, _NO_RULE)
