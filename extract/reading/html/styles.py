"""What style sheets and style attributes say of text: not shown, struck out, raised, made by the sheet itself.

Sheets are parsed by tinycss2 and their selectors matched by cssselect2, both only where a page has a rule that
matters. Elements are matched when they begin, so selectors that ask what follows (`:last-child`) say nothing here.
Sheets for printers and for narrow screens do not count: a page is read as a browser on a desk shows it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from extract.reading.html.tags import VOID, implied_end

if TYPE_CHECKING:
    from cssselect2 import Matcher

# What must stand in a sheet or an attribute that can matter.
_TELLING = re.compile(
    r"display\s*:|visib|hidden|line-through|vertical-align\s*:\s*su|opacity|transparent|clip|white-space|transform"
    r"|:\s*-\d{3}|:\s*-\d{2}(?:\.\d+)?(?:r?em|vw|%)|font-size\s*:\s*0|left\s*:\s*\d{4}|mso-hide|content\s*:",
    re.IGNORECASE,
)
_PROPERTIES = frozenset(
    re.findall(
        r"\S+",
        "display visibility content-visibility position left top right bottom clip clip-path overflow overflow-x"
        " overflow-y width height max-width max-height text-indent opacity font-size text-decoration"
        " text-decoration-line content vertical-align transform margin-left margin-top color mso-hide white-space",
    )
)
_BLOCK = re.compile(r"(?:block|flex|grid|list-item|table)\b")
_FAR = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?|-?\.\d{1,9})\s?(px|pt|em|rem|ex|ch|vw|vh|cm|mm|in|%)?\Z")
# How far outside of the page nobody sees, by unit.
_OUTSIDE = {"px": 300, "pt": 300, "cm": 20, "mm": 200, "in": 8, "%": 100, "vw": 100, "vh": 100}
_OUTSIDE_LETTERS = 30  # em and the like
_FAR_RIGHT = 10  # times as far to the right: a page may be wide
_CLIPPED = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:100|[5-9]\d)%|circle\(\s*0")
_MOVED = re.compile(r"translate(?:x|y|3d)?\(([^()]{1,60})|scale(?:x|y)?\(\s*0(?:\.0)?\s*\)")
_NARROW = re.compile(r"max-width\s*:\s*(\d{1,5})")
_WIDE = re.compile(r"min-width\s*:\s*(\d{1,5})")
_DESK = 1280  # CSS pixels of the window
_FOLLOWING = re.compile(r":(?:(?:nth-)?last-|only-|empty|has\()")
_SIBLING = re.compile(r"~(?!=)")
_LONGEST_SELECTOR = 300
_MOST_STEPS = 6  # combinators of a selector: each may look through all elements around
_MOST_WAYS = 2_000  # in which one selector may be laid over the elements around one
_MOST_WORK = 3_000_000  # such ways on one page
_MOST_RULES = 5_000
_DEEPEST = 200  # open elements
_SIBLINGS = 400  # after which earlier ones are forgotten


@dataclass(frozen=True, slots=True)
class Shown:
    """How an element's text is shown."""

    hidden: bool = False
    struck: bool = False
    block: bool = False
    pre: bool = False
    height: int = 0  # 1 raised, -1 lowered
    before: str = ""  # text that the sheet puts before and behind the element's own
    after: str = ""


PLAIN = Shown()


def says_something(style: str) -> bool:
    """Tell quickly whether a sheet or a style attribute can matter."""
    return _TELLING.search(style) is not None


@lru_cache(maxsize=512)
def of_attribute(style: str) -> Shown:
    """Return what a style attribute says alone."""
    return _shown(_declared(style), {}, {})


def sheets_of(page: str) -> Iterator[str]:
    """Yield the sheets of a page, quickly and roughly: with those in comments, and those that do not count."""
    small = page.lower()
    at = small.find("<style")
    while at >= 0:
        end = small.find("</style", at)
        yield page[at : end if end >= 0 else len(page)]
        at = -1 if end < 0 else small.find("<style", end)


class Sheets:
    """The sheets of a page, and the elements open at one place of it."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._matchers: dict[int, Matcher] = {}  # by the combinators of their selectors
        self._count = 0
        self._work = 0
        for sheet in sheets:
            self._add(sheet)
        self._open: list[tuple[str, Any, list[Any]]] = []  # name, wrapper, its last child

    @property
    def says_something(self) -> bool:
        """Whether any rule of them matters."""
        return bool(self._matchers)

    def start(self, name: str, attributes: Mapping[str, str]) -> Shown:
        """Take a start tag; return how its element is shown."""
        from cssselect2 import ElementWrapper

        while self._open and name in implied_end(self._open[-1][0])[0]:
            self._open.pop()
        parent, last = (self._open[-1][1], self._open[-1][2]) if self._open else (None, [])
        element = Element(name, dict(attributes))
        previous = last[0] if last else None
        index = previous.index + 1 if previous is not None else 0
        if parent is not None:
            parent.etree_element.append(element)
        kept = previous if index % _SIBLINGS else None
        wrapper = ElementWrapper(element, parent, index, kept, in_html_document=True)
        last[:] = [wrapper]
        if name not in VOID and len(self._open) < _DEEPEST:
            self._open.append((name, wrapper, []))
        return self._match(wrapper, attributes)

    def end(self, name: str) -> None:
        """Take an end tag."""
        for back in range(1, len(self._open) + 1):
            if self._open[-back][0] == name:
                del self._open[-back:]
                return

    def _match(self, wrapper: Any, attributes: Mapping[str, str]) -> Shown:
        found: list[Any] = []
        for steps, matcher in self._matchers.items():
            ways = comb(len(self._open), max(steps - 1, 0))
            if ways > _MOST_WAYS or self._work > _MOST_WORK:
                continue
            self._work += ways
            with contextlib.suppress(RecursionError):
                found += matcher.match(wrapper)
        found.sort(key=lambda one: one[:2])
        own = attributes.get("style", "")
        if not found and not (own and says_something(own)):
            return PLAIN
        groups: dict[str | None, dict[str, str]] = {None: {}, "before": {}, "after": {}}
        late: dict[str | None, dict[str, str]] = {None: {}, "before": {}, "after": {}}
        for _, _, pseudo, (usual, important) in found:
            if pseudo in groups:
                groups[pseudo].update(usual)
                late[pseudo].update(important)
        groups[None].update(_declared(own))
        for pseudo, said in late.items():
            groups[pseudo].update(said)
        return _shown(groups[None], groups["before"], groups["after"], attributes)

    def _add(self, sheet: str) -> None:
        import tinycss2

        self._rules(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), 0)

    def _rules(self, rules: Iterable[Any], depth: int) -> None:
        import tinycss2

        for rule in rules:
            if rule.type == "at-rule" and rule.content is not None and depth < 8:
                name, about = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).lower()
                if name in ("supports", "layer") or (name == "media" and _counts(about)):
                    self._rules(
                        tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), depth + 1
                    )
            elif rule.type == "qualified-rule":
                self._rule(rule)

    def _rule(self, rule: Any) -> None:
        import cssselect2
        import tinycss2

        said = _both(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True))
        text = tinycss2.serialize(rule.prelude)
        if not (said[0] or said[1]) or len(text) > _LONGEST_SELECTOR * 20 or self._count >= _MOST_RULES:
            return
        for one in text.split(",") if "(" not in text else [text]:
            steps = len(re.findall(r"(?<![\s>+~])[\s>+~]+(?![\s>+~])", one.strip()))
            siblings = len(_SIBLING.findall(one))
            if siblings > 1 or (siblings and steps > 2):  # each may look through hundreds of them
                continue
            if len(one) > _LONGEST_SELECTOR or steps > _MOST_STEPS or _FOLLOWING.search(one.lower()):
                continue
            try:
                selectors = cssselect2.compile_selector_list(one)
            except (cssselect2.SelectorError, RecursionError):
                continue
            matcher = self._matchers.setdefault(steps, cssselect2.Matcher())
            for selector in selectors:
                self._count += 1
                matcher.order = self._count  # rules of all matchers stand in the order of the page
                matcher.add_selector(selector, said)


def counts_for_screens(media: str) -> bool:
    """Tell whether a sheet for such media counts."""
    return not media.strip() or _counts(media.lower())


def _counts(media: str) -> bool:
    return any(_one_counts(one) for one in media.split(",")) if media.strip() else True


def _one_counts(media: str) -> bool:
    if re.match(r"\s*(?:only\s+)?(?:print|speech|tty|tv|handheld|projection)\b", media) or re.match(r"\s*not\b", media):
        return re.match(r"\s*not\s+print\b", media) is not None
    narrow, wide = _NARROW.search(media), _WIDE.search(media)
    if (narrow and int(narrow[1]) < _DESK) or (wide and int(wide[1]) > _DESK):
        return False
    return "prefers-" not in media and "orientation" not in media


def _declared(style: str) -> dict[str, str]:
    """Return what a style attribute declares, the important last."""
    if not style:
        return {}
    import tinycss2

    usual, important = _both(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))
    return {**usual, **important}


def _both(declarations: Iterable[Any]) -> tuple[dict[str, str], dict[str, str]]:
    import tinycss2

    usual: dict[str, str] = {}
    important: dict[str, str] = {}
    for declaration in declarations:
        if declaration.type == "declaration" and declaration.lower_name in _PROPERTIES:
            into = important if declaration.important else usual
            if declaration.lower_name == "content":
                into["content"] = _content(declaration.value)
            else:
                into[declaration.lower_name] = tinycss2.serialize(declaration.value).strip().lower()
    return usual, important


_ATTRIBUTE = "\0"  # stands before and behind the name of an attribute in the text of a sheet


def _content(value: Iterable[Any]) -> str:
    """Return the text that a `content` makes: its strings, and the attributes that it names."""
    text = ""
    for token in value:
        if token.type == "string":
            text += token.value.replace(_ATTRIBUTE, "")
        elif token.type == "function" and token.lower_name == "attr" and token.arguments:
            name = next((one.value for one in token.arguments if one.type == "ident"), "")
            text += f"{_ATTRIBUTE}{name.lower()}{_ATTRIBUTE}"
    return text


def _with_attributes(text: str, attributes: Mapping[str, str]) -> str:
    if _ATTRIBUTE not in text:
        return text
    parts = text.split(_ATTRIBUTE)
    return "".join(attributes.get(part, "") if number % 2 else part for number, part in enumerate(parts))


def _shown(
    said: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str], attributes: Mapping[str, str] = {}
) -> Shown:
    display = said.get("display", "")
    decoration = said.get("text-decoration-line") or said.get("text-decoration", "")
    align = said.get("vertical-align", "")
    return Shown(
        hidden=_is_hidden(said),
        struck="line-through" in decoration,
        block=_BLOCK.match(display) is not None,
        pre=said.get("white-space", "").startswith(("pre", "break-spaces")),
        height={"super": 1, "sub": -1}.get(align, 0),
        before=_generated(before, attributes),
        after=_generated(after, attributes),
    )


def _generated(said: Mapping[str, str], attributes: Mapping[str, str]) -> str:
    text = said.get("content", "")
    if not text or said.get("display") == "none" or _is_hidden({**said, "content": ""}):
        return ""
    return _with_attributes(text, attributes)


def _is_hidden(said: Mapping[str, str]) -> bool:
    get = said.get
    if get("display", "").startswith("none") or get("visibility") in ("hidden", "collapse"):
        return True
    if get("content-visibility") == "hidden" or get("mso-hide") == "all" or get("color") == "transparent":
        return True
    if _is_nothing(get("opacity")) or _is_nothing(get("font-size")):
        return True
    if _CLIPPED.match(get("clip", "")) or _CLIPPED.match(get("clip-path", "")):
        return True
    moved = _MOVED.match(get("transform", ""))
    if moved is not None and (moved[1] is None or any(map(_is_outside, re.split(r"[\s,]+", moved[1])))):
        return True
    if any(_is_outside(get(name, "")) for name in ("text-indent", "margin-left", "margin-top")):
        return True
    if get("position", "static") != "static" and any(
        _is_outside(get(name, "")) for name in ("left", "top", "right", "bottom")
    ):
        return True
    if get("position") in ("absolute", "fixed") and _is_outside(f"-{get('left', '')}", _FAR_RIGHT):
        return True
    cut = any(get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    return cut and any(_is_nothing(get(name), 1) for name in ("width", "height", "max-width", "max-height"))


def _is_nothing(value: str | None, most: float = 0) -> bool:
    found = _FAR.match(value) if value else None
    return (
        found is not None and 0 <= float(found[1]) <= most and (found[2] in (None, "px", "pt") or not float(found[1]))
    )


def _is_outside(value: str, times: int = 1) -> bool:
    found = _FAR.match(value)
    return found is not None and float(found[1]) <= -times * _OUTSIDE.get(found[2] or "px", _OUTSIDE_LETTERS)
