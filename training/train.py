"""Train the recogniser, or go on from a checkpoint.

    python -m training.train SHARDS HELD-OUT OUT.pt --steps 20000 [--start FROM.pt] [--rate 1e-3]

Steps, not minutes, decide when it ends, and every draw comes from seeded generators: the same shards, start and seed
give the same weights on the same machine. It saves every `--every` steps and goes on from OUT.pt when started again.
The checkpoint with the least character error on held-out faces is kept beside it as OUT.best.pt.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.alphabet import ALPHABET, SYMBOLS
from training.evaluate import evaluate, load_shard
from training.lines import HEIGHT, STRIDE
from training.net import Net, widened

Sample = tuple[NDArray[np.uint8], NDArray[np.uint8]]

_COLUMNS = 15_500  # columns a batch: about 30 lines, 2 GB of activations at most
_WARM_UP = 200  # steps
_POOL = 4  # shards mixed with each other
_AVERAGING = 0.998  # of the weights that are kept: each step moves them by 0.2 %
_STUDY_ALPHABET = (
    "".join(map(chr, (*range(0x20, 0x7F), *range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E4F), *range(0x0E50, 0x0E5A))))
    + "\u2022\u2026\u00d7\u00b0"
)


class Run:
    """One training run with everything that has to survive a stop."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        torch.manual_seed(options.seed)
        torch.set_num_threads(options.threads)
        # Channels last: a fifth faster on processors.
        self.model, self.average = (Net(SYMBOLS).to(memory_format=torch.channels_last) for _ in range(2))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), options.rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.step, self.history, self.best = 0, [], math.inf
        out = Path(options.out)
        if out.exists():
            self._resume(torch.load(out, map_location="cpu", weights_only=True))
        elif options.start:
            self._start(torch.load(options.start, map_location="cpu", weights_only=True))
        self.loss = torch.nn.CTCLoss(zero_infinity=True)

    def _start(self, saved: dict[str, Any]) -> None:
        weights = widened(saved["ema"], saved.get("alphabet", _STUDY_ALPHABET), ALPHABET)
        self.model.load_state_dict(weights)
        self.average.load_state_dict(weights)

    def _resume(self, saved: dict[str, Any]) -> None:
        self.model.load_state_dict(saved["model"])
        self.average.load_state_dict(saved["ema"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.history = saved["step"], saved["history"]
        self.best = min((row["cer"] for row in self.history), default=math.inf)

    def train(self, shards: Sequence[Path], held_out: Sequence[Sample]) -> None:
        started, losses, lines = time.monotonic(), [], 0
        for batch in self._batches(shards):
            losses.append(self._learn(batch))
            lines += len(batch)
            if self.step % 200 == 0:
                speed = lines / (time.monotonic() - started)
                print(f"step {self.step} loss {np.mean(losses[-200:]):.4f} {speed:.0f} lines/s", flush=True)
            if self.step % self.options.every == 0 or self.step >= self.options.steps:
                self._judge(held_out)
            if self.step >= self.options.steps:
                return

    def _batches(self, shards: Sequence[Path]) -> Iterator[Sequence[Sample]]:
        """Batches without end; where a run goes on, those that it has seen are drawn again and left out."""
        draw = random.Random(self.options.seed)
        skipped = 0
        while True:
            order = list(shards)
            draw.shuffle(order)
            for at in range(0, len(order), _POOL):
                # What is drawn depends on the widths alone, so that skipping needs no pictures.
                pool = [sample for path in order[at : at + _POOL] for sample in load_shard(path)]
                for batch in batches(pool, draw):
                    if skipped < self.step:
                        skipped += 1
                        continue
                    skipped += 1
                    yield batch

    def _learn(self, batch: Sequence[Sample]) -> float:
        done = self.step / self.options.steps
        rate = (
            self.options.rate
            * min(1, (self.step + 1) / _WARM_UP)
            * (0.5 * (1 + math.cos(math.pi * done)) * 0.99 + 0.01)
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        pictures, symbols, steps, lengths = tensors(batch, random.Random(self.options.seed * 1_000_003 + self.step))
        torch.manual_seed(self.options.seed * 1_000_003 + self.step)  # of dropout: a run that goes on draws the same
        scores = self.model(pictures).log_softmax(-1).transpose(0, 1)
        loss = self.loss(scores, symbols, steps.clamp(max=scores.shape[0]), lengths)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimizer.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(_AVERAGING, (self.step + 1) / (self.step + 40))
        for kept, new in zip(self.average.state_dict().values(), self.model.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)

    def _judge(self, held_out: Sequence[Sample]) -> None:
        figures = {"step": self.step, **evaluate(self.average, held_out)}
        self.history.append(figures)
        print(" ".join(f"{key} {value}" for key, value in figures.items()), flush=True)
        saved = {
            "ema": self.average.state_dict(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "alphabet": ALPHABET,
            "history": self.history,
        }
        out = Path(self.options.out)
        _save(saved, out)
        if figures["cer"] < self.best:
            self.best = figures["cer"]
            _save({key: saved[key] for key in ("ema", "step", "alphabet", "history")}, out.with_suffix(".best.pt"))


def batches(samples: Sequence[Sample], draw: random.Random) -> list[list[Sample]]:
    """Put lines of like width together; a batch is as large as memory allows."""
    found: list[list[Sample]] = []
    batch: list[Sample] = []
    widest = 0
    for sample in sorted(samples, key=lambda sample: len(sample[0]) * draw.uniform(0.93, 1.07)):
        wider = max(widest, len(sample[0]))
        if batch and wider * (len(batch) + 1) > _COLUMNS:
            found.append(batch)
            batch, wider = [], len(sample[0])
        batch.append(sample)
        widest = wider
    if batch:
        found.append(batch)
    draw.shuffle(found)
    return found


def tensors(batch: Sequence[Sample], draw: random.Random | None) -> tuple[torch.Tensor, ...]:
    """Pictures, symbols, lengths in steps and in symbols; with `draw` the pictures are shifted and faded a little."""
    width = (max(len(pixels) for pixels, _ in batch) + 7) // 8 * 8
    pictures = np.zeros((len(batch), 1, HEIGHT, width), np.float32)
    for at, (pixels, _) in enumerate(batch):
        rows = pixels.T.astype(np.float32)
        if draw is not None:
            rows = np.roll(rows, draw.randint(-1, 1), 0) * draw.uniform(0.8, 1.0)
        pictures[at, 0, :, : rows.shape[1]] = rows
    return (
        torch.from_numpy(pictures).div_(255).to(memory_format=torch.channels_last),
        torch.from_numpy(np.concatenate([symbols for _, symbols in batch]).astype(np.int64)),
        torch.tensor([max(1, math.ceil(len(pixels) / STRIDE)) for pixels, _ in batch]),
        torch.tensor([len(symbols) for _, symbols in batch]),
    )


def _save(value: dict[str, Any], path: Path) -> None:
    temporary = path.with_suffix(".part")
    torch.save(value, temporary)
    temporary.replace(path)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the line recogniser.")
    parser.add_argument("shards", type=Path)
    parser.add_argument("held_out", type=Path)
    parser.add_argument("out")
    parser.add_argument("--start", help="checkpoint to begin from; OUT itself, where it exists, goes first")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--every", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    held_out = [sample for path in sorted(options.held_out.glob("*.npz")) for sample in load_shard(path)]
    Run(options).train(sorted(options.shards.glob("*-*.npz")), held_out)


if __name__ == "__main__":
    main()
