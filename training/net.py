"""The network: seven 3 x 3 convolutions, one BiLSTM, and a line of symbol scores for every four columns."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _Block(nn.Module):
    """Convolution, batch normalization, rectifier."""

    def __init__(self, channels_in: int, channels_out: int, stride: int | tuple[int, int] = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.n = nn.BatchNorm2d(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.relu(self.n(self.c(x)))


class Net(nn.Module):
    """(batch, 1, 48, width), 0 paper .. 1 ink -> (batch, width / 4, symbols) scores before softmax."""

    def __init__(
        self, symbols: int, channels: tuple[int, ...] = (32, 64, 112, 160), joined: int = 256, memory: int = 192
    ):
        super().__init__()
        a, b, c, d = channels
        self.f = nn.Sequential(
            _Block(1, a, 2),
            _Block(a, b, 2),
            _Block(b, b),
            _Block(b, c, (2, 1)),
            _Block(c, c),
            _Block(c, d, (2, 1)),
            _Block(d, d),
        )
        self.proj = nn.Conv2d(d, joined, (3, 1), bias=False)
        self.pn = nn.BatchNorm2d(joined)
        self.dr = nn.Dropout(0.1)
        self.rnn = nn.LSTM(joined, memory, bidirectional=True, batch_first=True)
        self.out = nn.Linear(2 * memory, symbols)

    def forward(self, x: Tensor) -> Tensor:
        y = nn.functional.relu(self.pn(self.proj(self.f(x)))).squeeze(2).transpose(1, 2)
        y, _ = self.rnn(self.dr(y))
        return torch.as_tensor(self.out(y))


def widened(weights: dict[str, Tensor], old: str, new: str) -> dict[str, Tensor]:
    """Weights trained with another alphabet, the output layer rearranged for the new one; new symbols start at 0."""
    result = dict(weights)
    for name in ("out.weight", "out.bias"):
        source = weights[name]
        target = torch.zeros(len(new) + 1, *source.shape[1:])
        target[0] = source[0]
        for index, symbol in enumerate(new):
            if symbol in old:
                target[index + 1] = source[old.index(symbol) + 1]
            elif name == "out.bias":
                target[index + 1] = -4.0  # rare until learnt
        result[name] = target
    return result
