"""An archive from one end to the other: throughput, memory, a second run, runs that are killed.

    python tests/bench/archive/run.py throughput [--count 1000]     one worker, two workers, two bare processes
    python tests/bench/archive/run.py again --counts 1000 10000     a run over an unchanged archive; peak memory
    python tests/bench/archive/run.py kills [--count 1000 --kills 20]   kill -9 at random, then the same bytes?
    python tests/bench/archive/run.py kinds                         CPU a page by kind of file, isolation included
    python tests/bench/archive/run.py cluster [--count 1000]        two Dask workers here, one killed half-way

Archives are those of made.py. Times are by the clock, side by side in one run; on a shared machine read the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from made import ROOT, make

BARE = """
import hashlib, sys, time
end = time.process_time() + float(sys.argv[1])
count = 0
while time.process_time() < end:
    hashlib.sha256(bytes(100_000)).digest()
    sum(number * number for number in range(1_000))
    count += 1
print(count)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["throughput", "again", "kills", "kinds", "cluster"])
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where archives are made and found again; else a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        jobs = {
            "throughput": throughput,
            "again": again,
            "kills": kills,
            "kinds": kinds,
            "cluster": cluster,
        }
        jobs[options.what](folder, options)
    return 0


def archive(folder: Path, count: int) -> Path:
    """Return a folder of so many reports, made now or earlier."""
    made = folder / f"archive-{count}"
    if not made.exists():
        make(made, count)
    return made


def command(inputs: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "raingan", "convert", str(inputs), "-o", str(out), *more]


def convert(inputs: Path, out: Path, *more: str) -> tuple[float, float, float]:
    """Convert; return seconds by the clock, CPU seconds of all processes, and the parent's peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command(inputs, out, *more), cwd=ROOT, stderr=subprocess.PIPE)
    assert process.stderr is not None
    talk = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(talk)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, usage.ru_maxrss / 1024


def throughput(folder: Path, options: argparse.Namespace) -> None:
    """Read the same archive with one worker and with two, by turns, beside two bare processes."""
    inputs = archive(folder, options.count)
    print("| run | workers | files a second | CPU ms a file |\n| --- | ---: | ---: | ---: |")
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(2):
        for workers in (1, 2):
            out = folder / f"through-{turn}-{workers}.jsonl"
            seconds, cpu, _ = convert(inputs, out, "--workers", str(workers))
            rates[workers].append(options.count / seconds)
            print(f"| {turn + 1} | {workers} | {options.count / seconds:.1f} | {1000 * cpu / options.count:.1f} |")
            remove(out)
    print(
        f"\ntwo workers: {max(rates[2]) / max(rates[1]):.2f} times one; two bare processes: {bare_gain():.2f} times one"
    )


def bare_gain() -> float:
    """Return how much two processes do together beside one alone, on this machine now."""

    def work(processes: int) -> float:
        started = time.monotonic()
        running = [
            subprocess.Popen([sys.executable, "-c", BARE, "5"], stdout=subprocess.PIPE) for _ in range(processes)
        ]
        counts = [int(process.communicate()[0]) for process in running]
        return sum(counts) / (time.monotonic() - started)

    return work(2) / work(1)


def again(folder: Path, options: argparse.Namespace) -> None:
    """Print what a first run and a second one over the same files cost, and the parent's memory."""
    print("| files | run | seconds | CPU s | parent, peak MB |\n| ---: | --- | ---: | ---: | ---: |")
    for count in options.counts:
        inputs, out = archive(folder, count), folder / f"again-{count}.xlsx"
        for name in ("first", "second"):
            seconds, cpu, peak = convert(inputs, out)
            print(f"| {count} | {name} | {seconds:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)
        remove(out)


def kills(folder: Path, options: argparse.Namespace) -> None:
    """Kill a run at random points, let it end, and compare with a run that nobody disturbed."""
    inputs = archive(folder, options.count)
    calm, out = folder / "calm" / "result.xlsx", folder / "killed" / "result.xlsx"
    for path in (calm, out):
        path.parent.mkdir(exist_ok=True)
        remove(path)
    seconds, _, _ = convert(inputs, calm, "-o", str(calm.with_suffix(".jsonl")))
    chance = random.Random(options.seed)
    arguments = command(inputs, out, "-o", str(out.with_suffix(".jsonl")))
    kept = 0
    for number in range(options.kills):
        process = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
        moment = chance.uniform(0.5, max(2.0, 0.12 * seconds))
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        now = readings(out.with_suffix(".raingan"))
        assert now >= kept, f"kill {number + 1} lost {kept - now} files"
        kept = now
        print(f"kill {number + 1} after {moment:.1f} s: {kept} files kept", flush=True)
    convert(inputs, out, "-o", str(out.with_suffix(".jsonl")))
    compare(calm, out)


# Samples by kind, with the pages of each.
KINDS = {
    "text": ("park.txt", 1),
    "saved web page": ("library.html", 1),
    "Word": ("training.docx", 1),
    "PDF, sound layer": ("dengue.pdf", 2),
    "PDF, damaged layer": ("canal.pdf", 2),
    "scan, 200 dpi JPEG": ("scan.pdf", 2),
    "fax, 200 dpi": ("fax.tif", 2),
}
FEW, MANY = 5, 65


def kinds(folder: Path, options: argparse.Namespace) -> None:
    """Print the CPU of a further page: that of many copies less that of few, so that no start counts."""
    print("| kind | pages a file | CPU ms a page | core-hours a million pages |\n| --- | ---: | ---: | ---: |")
    for name, (sample, pages) in KINDS.items():
        costs = []
        for count in (FEW, MANY):
            copies = folder / f"copies-{count}-{sample}"
            copies.mkdir(exist_ok=True)
            for number in range(count):
                path = ROOT / "samples" / sample
                (copies / f"{number:03}{path.suffix}").write_bytes(another(path, number))
            out = folder / f"kind-{count}-{path.stem}.jsonl"
            costs.append(convert(copies, out, "--workers", "1")[1])
            remove(out)
        cost = (costs[1] - costs[0]) / (MANY - FEW) / pages
        print(f"| {name} | {pages} | {1000 * cost:.1f} | {1e6 * cost / 3600:.1f} |", flush=True)


def another(path: Path, number: int) -> bytes:
    """Return a sample as another file of the same content: nothing is read twice that is equal to the byte."""
    data = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                new.writestr(member, old.read(member))
            new.comment = str(number).encode()
        return buffer.getvalue()
    return data + {".pdf": b"\n%%%d", ".html": b"\n<!-- %d -->", ".txt": b"\n%d"}.get(path.suffix, b"%d") % number


def cluster(folder: Path, options: argparse.Namespace) -> None:
    """Convert on this machine's workers of a cluster, kill one half-way, and compare with a run without a cluster."""
    inputs = archive(folder, options.count)
    calm, out = folder / "local" / "result.xlsx", folder / "cluster" / "result.xlsx"
    for path in (calm, out):
        path.parent.mkdir(exist_ok=True)
        remove(path)
    seconds, _, _ = convert(inputs, calm, "-o", str(calm.with_suffix(".jsonl")))
    told = folder / "cluster" / "scheduler.json"
    told.unlink(missing_ok=True)
    common = ["--scheduler-file", str(told), "--host", "127.0.0.1", "--no-dashboard"]
    running = [dask("scheduler", *common, "--port", "0"), *(dask("worker", *common, "--nthreads", "1") for _ in "12")]
    try:
        while not told.exists() or not told.read_text(encoding="utf-8"):
            time.sleep(0.1)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        more = ["-o", str(out.with_suffix(".jsonl")), "--cluster", address]
        started = time.monotonic()
        process = subprocess.Popen(command(inputs, out, *more), cwd=ROOT, stderr=subprocess.PIPE)
        while readings(out.with_suffix(".raingan")) < options.count // 2 and process.poll() is None:
            time.sleep(0.05)
        os.killpg(running[-1].pid, signal.SIGKILL)
        print(f"one worker killed after {readings(out.with_suffix('.raingan'))} of {options.count} files", flush=True)
        process.communicate()
        print(f"exit code {process.returncode}; {time.monotonic() - started:.1f} s, without a cluster {seconds:.1f} s")
    finally:
        for one in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
    compare(calm, out)


def dask(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a scheduler or a worker as a user would."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", what, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def compare(calm: Path, out: Path) -> None:
    for suffix in (".xlsx", ".jsonl"):
        same = digest(calm.with_suffix(suffix)) == digest(out.with_suffix(suffix))
        print(f"{suffix}: {'the same bytes' if same else 'OTHER BYTES'} as the run that nobody disturbed")
    names = [json.loads(line)["file"] for line in out.with_suffix(".jsonl").open(encoding="utf-8")]
    print(f"{len(names)} reports of {len(set(names))} files")


def readings(ledger: Path) -> int:
    """Count the files that a ledger holds."""
    if not ledger.exists():
        return 0
    database = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    try:
        return int(database.execute("SELECT count(*) FROM readings").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def remove(out: Path) -> None:
    """Remove an output and its ledger."""
    for path in related(out):
        path.unlink()


def related(out: Path) -> Iterator[Path]:
    yield from out.parent.glob(f"{out.stem}.*")


if __name__ == "__main__":
    sys.exit(main())
