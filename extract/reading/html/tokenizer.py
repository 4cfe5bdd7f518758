"""A tokenizer for HTML as browsers read it, in time linear in the page whatever is wrong with the page.

Not the standard library's: `html.parser` begins its search for the end of a comment or tag anew at every
unclosed "<!--", so that a megabyte of them takes minutes (CVE-2025-6069).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

Token = tuple[str, str, Mapping[str, str]]
"""(kind, text or tag name in lower case, attributes): kinds are "text", "start" and "end"."""

_TAG_NAME = re.compile(r"[A-Za-z][^\s/>]*")
# One attribute. A quote that is never closed is searched for to the end of the page only once per kind of quote.
_ATTRIBUTE = re.compile(r"[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?|=)")
_SPACE = re.compile(r"[\s/]*")
_COMMENT_END = re.compile(r"--!?>")
_ZEROS = re.compile(r"(?<=&#)([xX]?)0{9,}")
_LONG_NUMBER = re.compile(r"&#(?:0*[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{6,});?")

# Elements whose content is no markup: everything up to their own end tag.
_RAW = frozenset(("script", "style", "xmp", "iframe", "noembed", "noframes"))
_RAW_WITH_ENTITIES = frozenset(("textarea", "title"))
_NO_ATTRIBUTES: Mapping[str, str] = {}


def tokens(page: str) -> Iterator[Token]:
    """Yield the text and tags of a page; comments, declarations and what never ends are left out."""
    at = 0
    while at < len(page):
        opening = page.find("<", at)
        if opening < 0:
            yield "text", unescape(page[at:]), _NO_ATTRIBUTES
            return
        if opening > at:
            yield "text", unescape(page[at:opening]), _NO_ATTRIBUTES
        following = page[opening + 1 : opening + 2]
        if following.isascii() and following.isalpha():
            name, attributes, at = _start_tag(page, opening + 1)
            if at < 0:
                return
            yield "start", name, attributes
            if name in _RAW or name in _RAW_WITH_ENTITIES:
                text, at = _raw_text(page, name, at)
                yield "text", unescape(text) if name in _RAW_WITH_ENTITIES else text, _NO_ATTRIBUTES
                yield "end", name, _NO_ATTRIBUTES
        elif following == "/":
            name_match = _TAG_NAME.match(page, opening + 2)
            at = _after(page, ">", opening)
            if name_match is not None:
                yield "end", name_match[0].lower(), _NO_ATTRIBUTES
        elif page.startswith("<!--", opening):
            at = _after_comment(page, opening)
        elif following in ("!", "?"):
            at = _after(page, ">", opening)
        else:
            yield "text", "<", _NO_ATTRIBUTES
            at = opening + 1


def unescape(text: str) -> str:
    """Replace character references; a number that is far beyond Unicode becomes U+FFFD without being computed."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\ufffd", _ZEROS.sub(r"\g<1>0", text)))


def _after(page: str, end: str, at: int) -> int:
    found = page.find(end, at)
    return len(page) if found < 0 else found + len(end)


def _after_comment(page: str, at: int) -> int:
    for short in ("<!-->", "<!--->"):
        if page.startswith(short, at):
            return at + len(short)
    end = _COMMENT_END.search(page, at + 4)
    return len(page) if end is None else end.end()


def _start_tag(page: str, at: int) -> tuple[str, Mapping[str, str], int]:
    """Return name, attributes (the first of each name) and where the tag ends, -1 if it never does."""
    name_match = _TAG_NAME.match(page, at)
    assert name_match is not None
    attributes: dict[str, str] = {}
    at = name_match.end()
    while True:
        space = _SPACE.match(page, at)
        at = at if space is None else space.end()
        if at >= len(page):
            return "", _NO_ATTRIBUTES, -1
        if page[at] == ">":
            return name_match[0].lower(), attributes, at + 1
        found = _ATTRIBUTE.match(page, at)
        assert found is not None
        at = found.end()
        if found[1] is not None:
            value = found[2] or found[3] or found[4] or ""
            attributes.setdefault(found[1].lower(), unescape(value))


def _raw_text(page: str, name: str, at: int) -> tuple[str, int]:
    """Return the content of an element that holds no markup, and where its end tag ends."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(page, at)
    if end is None:
        return page[at:], len(page)
    return page[at : end.start()], _after(page, ">", end.end())
