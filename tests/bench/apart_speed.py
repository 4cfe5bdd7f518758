"""What it costs to read each file in a process of its own, and what a second worker brings.

    PYTHONPATH=. python tests/bench/apart_speed.py [--tasks 300] [--rounds 5]

The overhead of a task is CPU from its bytes going out to its result being back, with everything imported that files
need. The gain of a second worker stands beside that of two bare processes which do the same without any crew: on a
shared machine neither reaches two, and only their ratio says something. Rounds alternate, so that both meet the same
neighbours. The recogniser, loaded before the forks, must read in each of them what it reads in this process.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

from raingan.apart.crew import Crew
from raingan.apart.in_process import InProcess
from raingan.apart.tasks import BeginPage, Job, Task, TaskEnd, Work
from raingan.model.records import Source
from raingan.settings import Settings
from raingan.work import job_of, pack_task

BARE = """
import sys
sys.path[:0] = sys.argv[2:]
from apart_speed import use
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[1])):
    use()
print("done", flush=True)
"""


def use() -> bytes:
    """Do a fixed amount of what readers do: small objects, and bytes in C."""
    digest = hashlib.sha256()
    for number in range(_ROUNDS):
        digest.update(bytes(10_000))
        digest.update(repr([str(one) for one in range(number % 7, 60)]).encode())
    return digest.digest()


def factory(setup: bytes) -> Work:
    def work(payload: bytes, begin_page: BeginPage) -> bytes:
        begin_page(1)
        return use() if payload == b"use" else payload

    return work


_ROUNDS = 1_500  # about 20 ms of CPU; a text report takes 15 to 80


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    job = job_of(Settings())
    job = Job("apart_speed:factory", preload=job.preload)
    overhead(job, options.tasks)
    gain(job, options.tasks, options.rounds)
    recogniser(options.tasks)
    return 0


def overhead(job: Job, tasks: int) -> None:
    """Print the CPU of a task that does nothing."""
    print(
        f"{'payload':>10} {'parent ms':>10} {'worker ms':>10} {'by the clock':>12}   a task, {tasks} tasks, one worker"
    )
    for size in (100, 100_000, 5_000_000):
        with Crew(job, 1) as crew:
            run(crew, 5, bytes(size))
            worker = crew._workers[0].process.pid
            before, own, clock = cpu_of(worker), time.process_time(), time.perf_counter()
            run(crew, tasks, bytes(size))
            own, clock = time.process_time() - own, time.perf_counter() - clock
            spent = cpu_of(worker) - before
        print(f"{size:>10,} {own / tasks * 1e3:>10.2f} {spent / tasks * 1e3:>10.2f} {clock / tasks * 1e3:>12.2f}")


def gain(job: Job, tasks: int, rounds: int) -> None:
    """Print how much faster two are than one, of workers and of bare processes, in turns."""
    with Crew(job, 1) as one, Crew(job, 2) as two:
        run(one, 5, b"use")
        run(two, 10, b"use")
        workers, processes, share = [], [], []
        for _ in range(rounds):
            alone, together = crewed(one, tasks), crewed(two, tasks)
            single, pair = bare(1, tasks), bare(2, tasks // 2)
            workers.append(alone / together)
            processes.append(single / pair)
            share.append(pair / together)
    for name, figures in (
        ("two workers, one = 1", workers),
        ("two bare processes, one = 1", processes),
        ("two workers, two bare processes = 1", share),
    ):
        print(f"{name:<36}{statistics.median(figures):.2f}  of {' '.join(f'{figure:.2f}' for figure in figures)}")


def recogniser(tasks: int) -> None:
    """Print what a scan costs in a fork of a worker that has read one before, and whether all forks read the same."""
    scan = files("raingan").joinpath("warm", "scan.png").read_bytes()
    payload = pack_task(Source("scan.png", scan, hashlib.sha256(scan).hexdigest()))
    job = job_of(Settings())
    with InProcess(job) as here:
        (expected,) = [outcome.payload for some in here.run([Task(0, payload)]) for outcome in some]
        spent = -time.process_time()
        list(here.run(Task(number, payload) for number in range(20)))
        spent += time.process_time()
    with Crew(job, 1) as crew:
        first = -time.perf_counter()
        run(crew, 1, payload)
        first += time.perf_counter()
        run(crew, 2, payload)  # the worker makes the recogniser ready
        before = cpu_of(crew._workers[0].process.pid)
        told = [outcome for some in crew.run(Task(number, payload) for number in range(tasks)) for outcome in some]
        each = (cpu_of(crew._workers[0].process.pid) - before) / tasks
    same = sum(outcome.payload == expected for outcome in told)
    print(
        f"a small scan: {each * 1e3:.1f} ms in a fork, {spent / 20 * 1e3:.1f} ms in this process; first {first:.2f} s"
    )
    print(f"forks that read the same as this process: {same} of {len(told)}")


def run(crew: Crew, tasks: int, payload: bytes) -> None:
    ended = [outcome.how for some in crew.run(Task(number, payload) for number in range(tasks)) for outcome in some]
    assert ended == [TaskEnd.DONE] * tasks


def bare(count: int, tasks: int) -> float:
    """Let so many bare processes do so many tasks each; return the seconds from their start line to the last end."""
    command = [sys.executable, "-c", BARE, str(tasks), *sys.path]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    lines = [(process.stdin, process.stdout) for process in started]
    assert all(out is not None and out.readline() == "ready\n" for _, out in lines)
    began = time.perf_counter()
    for into, _ in lines:
        assert into is not None
        into.write("go\n")
        into.flush()
    assert all(out is not None and out.readline() == "done\n" for _, out in lines)
    seconds = time.perf_counter() - began
    for process in started:
        process.communicate()
    return seconds


def crewed(crew: Crew, tasks: int) -> float:
    began = time.perf_counter()
    run(crew, tasks, b"use")
    return time.perf_counter() - began


def cpu_of(process: int) -> float:
    """Return the CPU seconds of a process and of those of its children that have ended; Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
