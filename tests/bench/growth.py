"""What twice the input costs by the processor's clock, beside the input itself in the same run.

    python tests/bench/growth.py                 all hostile inputs that the tests count the steps of
    python tests/bench/growth.py orders html     those of the modules with these words in their names

The tests count lines of Python; this also sees what happens inside libraries: patterns that go back, pictures that
are painted. Small and double alternate, and the least of three runs counts. Work that grows with its input costs 2
times, with its square 4 times; the exit code is 1 where anything costs more than 3 times.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.counting import TIMES_AT_MOST, Growth  # noqa: E402 - found from the line above

RUNS = 3
TOO_SHORT = 0.02  # seconds below which the clock's own steps show


def main(words: list[str]) -> int:
    print("| work | CPU ms | of twice the input | ratio |")
    print("| --- | ---: | ---: | ---: |")
    worst = 0.0
    for module, growth in growths(words):
        small, double = measured(growth)
        ratio = double / small if double > TOO_SHORT else 0.0
        worst = max(worst, ratio)
        shown = f"{ratio:.1f}" if ratio else "too short to tell"
        print(f"| {module}: {growth} | {small * 1000:.0f} | {double * 1000:.0f} | {shown} |", flush=True)
    print(f"\nThe worst ratio is {worst:.1f}; at most {TIMES_AT_MOST:.0f} are allowed.")
    return int(worst > TIMES_AT_MOST)


def growths(words: list[str]) -> Iterator[tuple[str, Growth]]:
    """Yield what the test modules hold, with the name of the module."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if "GROWTH = " in path.read_text(encoding="utf-8"):
            name = path.stem.removeprefix("test_")
            if not words or any(word in name for word in words):
                module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
                yield from ((name, growth) for growth in module.GROWTH)


def measured(growth: Growth) -> tuple[float, float]:
    """Return seconds of the processor for an input and for twice that, the least of some runs."""
    growth.work(growth.make(growth.size))
    least = [float("inf"), float("inf")]
    for _ in range(RUNS):
        for place, count in enumerate((growth.large, 2 * growth.large)):
            made = growth.make(count)
            began = time.process_time()
            growth.work(made)
            least[place] = min(least[place], time.process_time() - began)
    return least[0], least[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
