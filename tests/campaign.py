"""Faults at random over a made archive of all kinds, to see that nothing is lost, double or left behind.

    python tests/campaign.py --minutes 60 [--seed N] [--log FILE]

Each round reads the archive and decides about its reports while processes are killed and stopped, disks are full,
read-only and slow, inputs vanish and grow, the clock steps and others come to the same ledger. It ends with a run that
nobody disturbs. Its outputs then have to be, to the byte, those of a run that was never disturbed; all decisions that
the page acknowledged have to be there, each once; and nothing may lie anywhere that was not there before.

Needs Linux. As root, half of the rounds have a small disk of their own (tmpfs) that gets full and read-only; in all
others the size of files is limited instead. The clock and the slow disk are stand-ins (`campaign_start.py`).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from raingan.review.store import decisions_beside
from tests.campaign_parts import KEPT, LEDGER, Base, Deciding, Disk, Started, Wrong, content, make_archive, outputs_of

# What a command may end with: done, some failed, refused, the disk, Ctrl-C, a signal.
_ENDS = (0, 1, 2, 74, 130, -signal.SIGINT, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP)
_STALL = 0.7  # seconds at most that a process is stopped
_CHILDREN_KILLED = 2  # a round: what ends its process three times is rightly set aside
_PARENTS_KILLED = 2  # so is what is at work at six kills

Fault = Callable[["Round", Started], bool]
"""Does it to a command at work; says whether it could."""


class Round:
    """One round: a place for outputs, what happens there, and what has to be there in the end."""

    def __init__(self, campaign: Campaign, number: int, chance: Random, faults: int) -> None:
        self.campaign, self.base, self.chance = campaign, campaign.base, chance
        self.disk = Disk(self.base.top / "rounds" / f"{number:06}", chance)
        self.out = self.disk.folder
        self.ledger = self.out / LEDGER
        self.deciding: Deciding | None = None
        self.faults_left = faults
        self.used: Counter[str] = Counter()

    def run(self) -> None:
        """Do all of it; raises `Wrong`."""
        reviews = self.chance.random() < 0.6
        to_read = self.faults_left if not reviews else self.faults_left // 2
        while self.faults_left > 0 and to_read > 0:
            to_read -= self.disturb(READING, self._convert)
        if reviews:
            if not self.ledger_is_whole():
                self._calm_run()
            self.deciding = Deciding.on(self.ledger)
            for _ in range(3 * self.faults_left):
                if self.faults_left > 0:
                    self.disturb(DECIDING, self._review)
        self.finish()

    def disturb(self, faults: dict[str, Fault], start: Callable[[Random], Started]) -> int:
        """Start a command, do something to it, and see it end; return how many faults that were."""
        began = start(self.chance)
        count = 0
        with self.deciding.at(began, self.chance) if self.deciding is not None else contextlib.nullcontext():
            time.sleep(self.chance.random() * (self.campaign.seconds if self.deciding is None else 0.6))
            for _ in range(self.chance.randint(2, 6)):
                name = self.chance.choice(list(faults))
                if began.is_on and self.faults_left > 0 and self.may(name) and faults[name](self, began):
                    self.campaign.done(name)
                    self.used[name] += 1
                    self.faults_left -= 1
                    count += 1
                if self.deciding is not None:
                    self.deciding.copied(self.base.top / "said" / f"{LEDGER}-decisions")
                    time.sleep(self.chance.random() * 0.3)
            if self.deciding is not None and began.is_on:
                began.process.send_signal(self.chance.choice((signal.SIGTERM, signal.SIGINT, signal.SIGHUP)))
        code = began.wait()
        if code not in _ENDS:
            raise Wrong(f"ended with {code}: {began.said()[-1000:]}")
        self.mend()
        return count

    def may(self, name: str) -> bool:
        """Say whether something may be done once more in this round."""
        children = self.used["kill a reader"] + self.used["kill a keeper"]
        parents = sum(self.used[one] for one in ("kill", "end", "interrupt"))
        if name in ("kill a reader", "kill a keeper"):
            return self.deciding is not None or children < _CHILDREN_KILLED
        return name not in ("kill", "end", "interrupt") or self.deciding is not None or parents < _PARENTS_KILLED

    def mend(self) -> None:
        """Take back what was done to the disk and to the inputs."""
        self.disk.mend()
        if content(self.base.top / "in") != self.campaign.inputs:
            shutil.rmtree(self.base.top / "in")
            shutil.copytree(self.base.top / "inputs", self.base.top / "in", symlinks=True, copy_function=_copied)

    def ledger_is_whole(self) -> bool:
        return self.ledger.exists() and (self.out / "r.xlsx").exists()

    def finish(self) -> None:
        """Run once more in peace, and compare."""
        self._calm_run()
        if self.deciding is not None:
            page = self._review(None)
            with self.deciding.at(page, self.chance):
                pass
            page.process.send_signal(signal.SIGTERM)
            if page.wait() != 0 or "Every decision is kept" not in page.said():
                raise Wrong(f"the page did not end well: {page.said()}")
            self.campaign.decisions += self.deciding.check(decisions_beside(self.ledger))
            self.campaign.acknowledged += len(self.deciding.acknowledged)
            self._calm_run()  # what was decided stands in the outputs
        expected = self.campaign.expected(self.ledger)
        found = outputs_of(self.out)
        if found != expected:
            other = sorted(name for name in found.keys() | expected if found.get(name) != expected.get(name))
            raise Wrong(f"other bytes: {other}")
        left = [*self.base.left(), *sorted({path.name for path in self.out.iterdir()} - KEPT)]
        if left:
            raise Wrong(f"left behind: {left}")

    def _calm_run(self) -> None:
        run = self.base.convert(self.out, "--retry-failed")
        if run.wait() != self.campaign.code:
            raise Wrong(f"the calm run ended with {run.process.returncode}: {run.said()}")

    def _convert(self, chance: Random) -> Started:
        return self.base.convert(self.out, *(("--retry-failed",) if chance.random() < 0.5 else ()), **self._odd())

    def _review(self, chance: Random | None) -> Started:
        return self.base.start(
            "review", str(self.ledger), "--no-browser", "--reviewer", "R1", **({} if chance is None else self._odd())
        )

    def _odd(self) -> dict[str, str]:
        """Return, for some commands, a clock that steps or a disk that is slow; both count as faults."""
        told = {}
        if self.chance.random() < 0.15:
            told["CLOCK"] = (
                f"{self.chance.choice((-1, 1)) * 10 ** self.chance.uniform(1, 8)},{self.chance.random() * 2}"
            )
            self.campaign.done("clock steps")
        if self.chance.random() < 0.15:
            told["SLOW"] = f"{self.chance.random() * 0.05}"
            self.campaign.done("slow disk")
        return told


# --- faults


def _signal(number: signal.Signals, whom: str) -> Fault:
    def send(here: Round, began: Started) -> bool:
        below = began.below()
        direct = [one for one in below if one in _direct(began)]
        chosen = {
            "parent": [began.process.pid],
            "keeper": direct,
            "reader": [one for one in below if one not in direct],
        }
        return _sent(number, here.chance.choice(chosen[whom])) if chosen[whom] else False

    return send


def _direct(began: Started) -> list[int]:
    from tests.campaign_parts import _children

    return _children(began.process.pid)


def _sent(number: signal.Signals, process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)
        return True
    return False


def _stall(here: Round, began: Started) -> bool:
    """Stop a process for a moment, as a disk that hangs does."""
    process = here.chance.choice([began.process.pid, *began.below()])
    if not _sent(signal.SIGSTOP, process):
        return False
    time.sleep(here.chance.random() * _STALL)
    return _sent(signal.SIGCONT, process)


def _full(here: Round, began: Started) -> bool:
    """Let the disk be full, or files no larger; after a while there is room again."""
    left = here.chance.choice((0, 1, 8, 64, 300))
    if here.disk.fill(left):
        time.sleep(here.chance.random())
        here.disk.mend()
        return True
    largest = max((path.stat().st_size for path in here.out.iterdir() if path.is_file()), default=0)
    with contextlib.suppress(OSError):
        resource.prlimit(began.process.pid, resource.RLIMIT_FSIZE, (largest + left * 1024, resource.RLIM_INFINITY))
        time.sleep(here.chance.random())
        resource.prlimit(began.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return True
    return False


def _read_only(here: Round, _began: Started) -> bool:
    """Let the disk be read-only for who comes now."""
    if not here.disk.again("ro"):  # busy: somebody writes
        return False
    second = here.base.convert(here.out)
    code = second.wait()
    here.disk.mend()
    if code not in (2, 74):
        raise Wrong(f"a read-only disk was told as {code}: {second.said()}")
    return True


def _inputs(here: Round, _began: Started) -> bool:
    """Let inputs vanish, grow, or become something else; the end of the round puts them back."""
    files = sorted(path for path in (here.base.top / "in").iterdir() if path.is_file() and not path.is_symlink())
    for path in here.chance.sample(files, min(3, len(files))):
        how = here.chance.choice(("vanish", "grow", "shrink", "folder", "other"))
        with contextlib.suppress(OSError):
            if how == "grow":
                with path.open("ab") as stream:
                    stream.write(b"more words\n" * 1000)
            elif how == "shrink":
                os.truncate(path, path.stat().st_size // 2)
            else:
                path.unlink()
                if how == "folder":
                    path.mkdir()
                elif how == "other":
                    os.mkfifo(path)
    return True


def _second_run(here: Round, began: Started) -> bool:
    """Let another run come to the same ledger: the second is sent away, or the first had ended."""
    was_on = began.is_on
    second = here.base.convert(here.out)
    if here.chance.random() < 0.3:
        time.sleep(here.chance.random())
        second.process.kill()
    if second.wait() not in _ENDS:
        raise Wrong(f"a second run ended with {second.process.returncode}: {second.said()}")
    return was_on


def _backup(here: Round, _began: Started) -> bool:
    """Take a backup of what is at work, and kill it sometimes; one that is done is whole and holds every decision."""
    if not here.ledger.exists():
        return False
    folder = here.base.top / "said" / "backup"
    known = {} if here.deciding is None else dict(here.deciding.acknowledged)
    backup = here.base.start("backup", str(here.ledger), str(folder))
    if here.chance.random() < 0.3:
        time.sleep(here.chance.random())
        backup.process.kill()
    code = backup.wait()
    if code == 0:
        if here.base.start("backup", str(folder), "--check").wait() != 0:
            raise Wrong("the backup is not whole")
        if here.deciding is not None:
            here.deciding.check(decisions_beside(folder / LEDGER), known)
    elif code not in _ENDS:
        raise Wrong(f"a backup ended with {code}: {backup.said()}")
    shutil.rmtree(folder, ignore_errors=True)
    for path in folder.parent.glob(".raingan-*"):  # of one that was killed: the next backup there would clear it
        shutil.rmtree(path)
    return True


def _second_page(here: Round, _began: Started) -> bool:
    """Let a second page of the same ledger be open, decide, and be killed."""
    assert here.deciding is not None
    page = here._review(here.chance)
    with here.deciding.at(page, here.chance):
        time.sleep(here.chance.random())
        _sent(here.chance.choice((signal.SIGKILL, signal.SIGTERM)), page.process.pid)
    page.wait()
    return True


READING: dict[str, Fault] = {
    "kill": _signal(signal.SIGKILL, "parent"),
    "end": _signal(signal.SIGTERM, "parent"),
    "interrupt": _signal(signal.SIGINT, "parent"),
    "kill a keeper": _signal(signal.SIGKILL, "keeper"),
    "end a keeper": _signal(signal.SIGTERM, "keeper"),
    "kill a reader": _signal(signal.SIGKILL, "reader"),
    "stall": _stall,
    "full disk": _full,
    "read-only disk": _read_only,
    "inputs change": _inputs,
    "second run": _second_run,
    "backup": _backup,
}
DECIDING: dict[str, Fault] = {
    "kill": _signal(signal.SIGKILL, "parent"),
    "end": _signal(signal.SIGTERM, "parent"),
    "hang up": _signal(signal.SIGHUP, "parent"),
    "kill a keeper": _signal(signal.SIGKILL, "keeper"),
    "kill a reader": _signal(signal.SIGKILL, "reader"),
    "stall": _stall,
    "full disk": _full,
    "inputs change": _inputs,
    "run beside the page": _second_run,
    "second page": _second_page,
    "backup": _backup,
}


# --- the whole


class Campaign:
    """Rounds until the time is over; the first thing that is wrong is told with the number of its round."""

    def __init__(self, base: Base, seed: int, log: Callable[[str], None], quick: bool = False) -> None:
        self.base, self.seed, self._log = base, seed, log
        self.faults: Counter[str] = Counter()
        self.decisions = self.acknowledged = 0
        self._calm = base.top / "rounds" / "calm"
        make_archive(base.top / "inputs", quick)
        shutil.copytree(base.top / "inputs", base.top / "in", symlinks=True, copy_function=_copied)
        self.inputs = content(base.top / "in")
        self._calm.mkdir()
        began = time.monotonic()
        run = base.convert(self._calm, "--retry-failed")
        self.code = run.wait()
        self.seconds = time.monotonic() - began
        self._outputs = outputs_of(self._calm)
        if self.code not in (0, 1) or base.left() or not self._outputs:
            raise Wrong(f"undisturbed, the run ends with {self.code}: {run.said()} {base.left()}")

    def rounds(self, until: Callable[[int], bool], faults: int) -> int:
        """Do rounds as long as `until` says no; return how many things were wrong."""
        wrong = number = 0
        while not until(number):
            number += 1
            chance = Random(f"{self.seed}-{number}")
            one = Round(self, number, chance, faults)
            before = Counter(self.faults)
            began = time.monotonic()
            try:
                one.run()
                said = "good"
            except SystemExit:
                self._tidy()
                raise
            except Exception as error:
                wrong += 1
                said = f"WRONG: {error}" if isinstance(error, Wrong) else f"WRONG: {traceback.format_exc()}"
                self._tidy()
            finally:
                one.disk.close()
            told = _listed(self.faults - before)
            self._log(f"round {number}, {time.monotonic() - began:.0f} s ({told}): {said}")
            shutil.rmtree(self.base.top / "said")
            (self.base.top / "said").mkdir()
        self._log(
            f"{number} rounds, {self.faults.total()} faults ({_listed(self.faults)}); "
            f"{self.acknowledged} decisions acknowledged, {self.decisions} kept; {wrong} wrong"
        )
        return wrong

    def done(self, name: str) -> None:
        """Count a fault."""
        self.faults[name] += 1

    def expected(self, ledger: Path) -> dict[str, str]:
        """Return what outputs have to be: those of the undisturbed run, with the same decisions laid over them."""
        decisions = decisions_beside(ledger)
        if not decisions.exists():
            return self._outputs
        calm = self.base.top / "rounds" / "decided"
        try:
            shutil.copytree(self._calm, calm)
            shutil.copy(decisions, decisions_beside(calm / LEDGER))
            run = self.base.convert(calm, "--retry-failed")
            if run.wait() != self.code:
                raise Wrong(f"undisturbed, with decisions: {run.said()}")
            return outputs_of(calm)
        finally:
            shutil.rmtree(calm, ignore_errors=True)

    def _tidy(self) -> None:
        """End what is left of a round that went wrong, so that the next one can be right."""
        for told in self.base.left():
            if told.startswith("process "):
                _sent(signal.SIGKILL, int(told.split()[1].rstrip(":")))
        for name in ("tmp", "home", "cwd"):
            shutil.rmtree(self.base.top / name)
            (self.base.top / name).mkdir()
        shutil.rmtree(self.base.top / "in")
        shutil.copytree(self.base.top / "inputs", self.base.top / "in", symlinks=True, copy_function=_copied)


def _listed(faults: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in faults.most_common())


def _copied(source: str, target: str) -> None:
    """Copy what lies in the archive, a pipe too."""
    if Path(source).is_file():
        shutil.copy2(source, target)
    else:
        os.mkfifo(target)


@contextlib.contextmanager
def based() -> Iterator[Base]:
    """Give a folder for a campaign, and take it away."""
    top = Path(tempfile.mkdtemp(prefix="raingan-campaign-"))
    try:
        yield Base(top)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rounds", type=int, help="so many rounds instead")
    parser.add_argument("--faults", type=int, default=10, help="in each round")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--log", type=Path, default=None)
    parser.add_argument("--quick", action="store_true", help="a small archive")
    options = parser.parse_args(arguments)
    seed = int.from_bytes(os.urandom(4), "big") if options.seed is None else options.seed

    def log(text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {text}"
        print(line, flush=True)
        if options.log is not None:
            with options.log.open("a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")

    log(f"seed {seed}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # takes its disk and its folder away
    until = time.monotonic() + options.minutes * 60
    with based() as base:
        campaign = Campaign(base, seed, log, options.quick)
        enough = (lambda number: number >= options.rounds) if options.rounds else (lambda _: time.monotonic() > until)
        return min(1, campaign.rounds(enough, options.faults))


if __name__ == "__main__":
    sys.exit(main())
