"""The samples, damaged by chance: bytes flipped, pieces moved, doubled and dropped, two files in one."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from tests.hostile.parts import Cost, Hostile, chance_for

_SAMPLES = Path(__file__).parents[2] / "samples"
_SUFFIXES = {".pdf", ".docx", ".html", ".txt", ".tif", ".zip", ".png", ".jpg"}
_OF_EACH = 30
_NUMBERS = [b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"99999999", b"-1"]
_PICTURES = ("scan.pdf", "fax.tif", "ferry.pdf")  # read as pictures: seconds a page


def files() -> list[Hostile]:
    """Return every damaged sample."""
    made = []
    for path in sorted(_SAMPLES.iterdir()):
        if path.suffix in _SUFFIXES:
            for number in range(_OF_EACH):
                cost = Cost.HEAVY if path.name in _PICTURES or number % 6 else Cost.CHEAP
                name = f"mutant-{path.stem}-{number:02}{path.suffix}"
                made.append(Hostile(name, partial(damaged, path.name, number), cost))
    return made


@cache
def _data(name: str) -> bytes:
    return (_SAMPLES / name).read_bytes()


def damaged(name: str, seed: int) -> bytes:
    """Damage a sample, the same way for the same seed."""
    chance = chance_for(f"{name}/{seed}")
    changed = bytearray(_data(name))
    for _ in range(chance.choice((1, 3, 10, 100))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        match chance.randrange(7):
            case 0 | 1:
                changed[at] = chance.randrange(256)
            case 2:
                del changed[at : at + chance.choice((1, 20, 500))]
            case 3:
                piece = changed[at : at + chance.choice((1, 50, 2000))]
                changed[at:at] = piece
            case 4:
                number = chance.choice(_NUMBERS)
                changed[at : at + len(number)] = number
            case 5:
                other = chance.randrange(len(changed))
                changed[at : at + 100] = changed[other : other + 100]
            case _:
                changed[at : at + 20] = chance.randbytes(20)
    if seed % 10 == 9:
        return bytes(changed[: len(changed) // 2]) + _data(chance.choice(["canal.pdf", "training.docx", "park.txt"]))
    return bytes(changed)
