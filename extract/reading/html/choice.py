"""A list box: what is chosen in it is what the page shows."""

from __future__ import annotations

from collections.abc import Mapping

_MOST_TEXT = 10_000  # characters of all its entries


class _Option:
    __slots__ = ("is_prompt", "is_selected", "parts")

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.is_selected = "selected" in attributes
        self.is_prompt = "disabled" in attributes or attributes.get("value", "-").strip() == ""
        label = attributes.get("label", "")
        self.parts = [label] if label else []


class Choice:
    """One open list box."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._several = "multiple" in attributes or attributes.get("size", "1").strip() not in ("", "0", "1")
        self._options: list[_Option] = []
        self._is_open = False
        self._left = _MOST_TEXT

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag inside the box."""
        if name == "option" and self._left > 0:
            self._options.append(_Option(attributes))
            self._is_open = not attributes.get("label")
            self._left -= 1
        elif name == "optgroup":
            self._is_open = False

    def end(self, name: str) -> None:
        """Take an end tag inside the box."""
        if name in ("option", "optgroup"):
            self._is_open = False

    def text(self, text: str) -> None:
        """Take the text of an entry."""
        if self._is_open and self._left > 0:
            self._options[-1].parts.append(text)
            self._left -= len(text)

    def chosen(self) -> str:
        """Return what the box shows: the chosen entry, else its first one unless that only asks for a choice."""
        found = [option for option in self._options if option.is_selected]
        if not found and not self._several:
            found = self._options[:1]
        shown = found if self._several else found[-1:]
        return ", ".join(text for option in shown if not option.is_prompt and (text := "".join(option.parts).strip()))
