"""What a page does not show: it is passed over, but a figure in it is told."""

from __future__ import annotations

from extract.page.told import hidden_text, note_here
from extract.reading.html.tags import CONTAINERS, DROPPED, implied_end
from raingan.model.records import Problem

_KEPT = 400  # characters of hidden text
_RUBY = frozenset(("rt", "rtc"))  # small print above the words: a note on them


class Hidden:
    """The element that hides what is read at one place of a page."""

    def __init__(self) -> None:
        self.name: str | None = None
        self._depth = 0  # of elements of that name in it
        self._containers = 0
        self._is_ruby = False
        self._tells = False
        self._text: list[str] = []
        self._length = 0

    def begin(self, name: str) -> None:
        """Hide what follows, up to the end of an element."""
        self.name, self._depth, self._containers = name, 1, 0
        self._is_ruby = name in _RUBY
        self._tells = self._is_ruby or name not in DROPPED

    def text(self, text: str) -> None:
        """Take text that is not shown."""
        if self._tells and self._length < _KEPT:
            self._text.append(text[:_KEPT])
            self._length += len(text)

    def told(self) -> list[Problem]:
        """Return what is told of the hidden text up to here, once: that it holds figures."""
        if not self._text:
            return []
        text = " ".join(self._text)
        self._text.clear()
        self._length = 0
        if not any(character.isdigit() for character in text):
            return []
        return [note_here(text) if self._is_ruby else hidden_text(text)]

    def shown_again_at_start(self, name: str) -> bool:
        """Count start tags inside what is hidden; say whether this one ends it."""
        if not self._containers and self.name is not None and name in implied_end(self.name)[0]:
            self.name = None
            return True
        if name in CONTAINERS:
            self._containers += 1
        if name == self.name:
            self._depth += 1
        return False

    def shown_again_at_end(self, name: str) -> bool:
        """Count end tags inside what is hidden; say whether this one lies outside of it."""
        if name == self.name:
            self._depth -= 1
            if self._depth == 0:
                self.name = None
            return self.name is None
        if not self._containers and self.name is not None and name in implied_end(self.name)[1]:
            self.name = None
            return True
        if name in CONTAINERS and self._containers:
            self._containers -= 1
        return False
