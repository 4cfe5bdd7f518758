"""How well line pictures are read: character error, digits of both sets, number tokens.

python -m training.evaluate CHECKPOINT.pt HELD-OUT
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.alphabet import ALPHABET, BLANK, SYMBOLS, decode

_NUMBER = re.compile(r"[0-9\u0e50-\u0e59]+(?:[.,/:][0-9\u0e50-\u0e59]+)*")
_COLUMNS = 15_500


def load_shard(path: Path) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Lines of a shard as (width, 48) pictures and their symbols."""
    with np.load(path) as shard:
        pixels, widths, symbols, lengths = (shard[key] for key in ("pixels", "widths", "symbols", "lengths"))
    x, y = np.concatenate([[0], np.cumsum(widths)]), np.concatenate([[0], np.cumsum(lengths)])
    return [(pixels[x[at] : x[at + 1]], symbols[y[at] : y[at + 1]]) for at in range(len(widths))]


def read(model: Any, samples: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> list[str]:
    """Best path of every line, in the order given."""
    model.eval()
    order = sorted(range(len(samples)), key=lambda at: len(samples[at][0]))
    texts = [""] * len(samples)
    at = 0
    while at < len(order):
        width = (len(samples[order[min(at + 31, len(order) - 1)]][0]) + 7) // 8 * 8
        chosen = order[at : at + max(1, min(32, _COLUMNS // max(width, 1)))]
        pictures = np.zeros((len(chosen), 1, 48, (max(len(samples[i][0]) for i in chosen) + 7) // 8 * 8), np.float32)
        for row, i in enumerate(chosen):
            pictures[row, 0, :, : len(samples[i][0])] = samples[i][0].T / 255
        with torch.no_grad():
            best = model(torch.from_numpy(pictures)).argmax(-1).numpy()
        for row, i in enumerate(chosen):
            path = best[row]
            kept = path[np.concatenate([[True], path[1:] != path[:-1]]) & (path != BLANK)]
            texts[i] = decode(kept.tolist())
        at += len(chosen)
    return texts


def evaluate(model: Any, samples: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> dict[str, float]:
    """Figures in percent: cer, thai_digits, arabic_digits (errors), numbers (tokens wholly right)."""
    from rapidfuzz.distance import Levenshtein

    count: Counter[str] = Counter()
    for (_, symbols), read_text in zip(samples, read(model, samples), strict=True):
        truth = decode(symbols.tolist()).replace(" ", "")
        edits = Levenshtein.editops(truth, read_text.replace(" ", ""))
        wrong = {edit.src_pos for edit in edits if edit.tag != "insert"}
        inserted = {edit.src_pos for edit in edits if edit.tag == "insert"}
        count["letters"] += len(truth)
        count["edits"] += len(edits)
        for at, letter in enumerate(truth):
            if letter.isdecimal():
                kind = "thai" if letter > "9" else "arabic"
                count[kind] += 1
                count[f"{kind} wrong"] += at in wrong
        for match in _NUMBER.finditer(truth):
            count["numbers"] += 1
            span = range(*match.span())
            count["numbers right"] += not any(at in wrong for at in span) and not any(at in inserted for at in span[1:])
    return {
        "cer": round(100 * count["edits"] / max(1, count["letters"]), 3),
        "thai_digits": round(100 * count["thai wrong"] / max(1, count["thai"]), 3),
        "arabic_digits": round(100 * count["arabic wrong"] / max(1, count["arabic"]), 3),
        "numbers": round(100 * count["numbers right"] / max(1, count["numbers"]), 2),
    }


if __name__ == "__main__":
    from training.net import Net

    saved = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
    if saved["alphabet"] != ALPHABET:
        raise SystemExit("the checkpoint has another alphabet")
    network = Net(SYMBOLS)
    network.load_state_dict(saved["ema"])
    print(evaluate(network, [s for path in sorted(Path(sys.argv[2]).glob("*.npz")) for s in load_shard(path)]))
