"""Functions made of source text, as `dataclasses` and `namedtuple` make theirs.

What the table of fields says is worked out once, when it is read; the loops that run for every record of every report
are then as fast as if somebody had written each attribute down by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def made_function(parameters: str, lines: Sequence[str], known: Mapping[str, object]) -> Callable[..., Any]:
    """Return the function with these parameters and lines; `known` are the names that it may use.

    Names and texts must come from our own tables, or be checked before: source text is trusted.
    """
    body = "\n".join(f"    {line}" for line in lines)
    scope: dict[str, Any] = dict(known)
    exec(f"def made({parameters}):\n{body}", scope)
    function: Callable[..., Any] = scope["made"]
    return function
