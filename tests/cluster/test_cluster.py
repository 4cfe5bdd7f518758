"""The same tasks on a cluster as on this machine: same outcomes, whatever workers do. Needs the group cluster-test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from raingan.apart.crew import Crew
from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.cluster import runner as cluster
from raingan.cluster.runner import Cluster
from raingan.cluster.worker import pack_outcome, unpack_outcome
from raingan.model.errors import InputError
from raingan.model.messages import sentence

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are those of POSIX"),
    pytest.mark.filterwarnings("default::ResourceWarning"),  # of Dask's sockets
]

ROOT = Path(__file__).parents[2]
FAULTS = ROOT / "tests" / "app_apart"
JOB = Job("faults:factory", b"-")
BOUNDS = Bounds(file_seconds=20, page_seconds=5, memory_bytes=400 * 2**20, result_bytes=1_000_000)
Start = Callable[..., None]


def started(folder: Path, what: str, *arguments: str, path: Path = ROOT) -> subprocess.Popen[bytes]:
    """Start a scheduler or a worker as a user would."""
    command = [sys.executable, "-m", "dask", what, "--scheduler-file", str(folder / "scheduler.json")]
    command += ["--host", "127.0.0.1", "--no-dashboard", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(path), str(FAULTS))), "STARTED_BY": str(folder)}
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its session: a nanny with its worker."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a scheduler; give the folder of its file."""
    pytest.importorskip("distributed", reason="needs the group cluster-test, see CONTRIBUTING.md")
    found = tmp_path_factory.mktemp("cluster")
    scheduler = started(found, "scheduler", "--port", "0")
    yield found
    end(scheduler)


@pytest.fixture
def address(folder: Path) -> str:
    told = folder / "scheduler.json"
    for _ in range(600):
        if told.exists() and told.read_text():
            return str(json.loads(told.read_text())["address"])
        time.sleep(0.1)
    raise AssertionError((folder / "log.txt").read_text())


@pytest.fixture
def start(folder: Path, address: str) -> Iterator[Start]:
    """Start workers; end them with the test."""
    workers: list[subprocess.Popen[bytes]] = []

    def one(*arguments: str, path: Path = ROOT) -> None:
        workers.append(started(folder, "worker", *arguments, path=path))

    yield one
    for process in workers:
        end(process)


def wait_for_workers(address: str, count: int) -> None:
    """Wait until there are just so many."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        for _ in range(600):
            if len(client.scheduler_info(n_workers=-1)["workers"]) == count:
                return
            time.sleep(0.1)
    raise AssertionError(f"not {count} workers")


def tasks() -> Iterator[Task]:
    """Forty tasks, three of them bad."""
    bad = {7: "segfault", 12: "hang", 20: "eat_memory"}
    for number in range(40):
        yield Task(number, bad.get(number, f"busy:{20 + number}").encode())


def told(outcomes: list[Outcome]) -> list[tuple[int, TaskEnd, bytes, dict[str, str]]]:
    return sorted((item.number, item.how, item.payload, dict(item.values)) for item in outcomes)


def locally(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, TaskEnd, bytes, dict[str, str]]]:
    monkeypatch.syspath_prepend(str(FAULTS))
    with Crew(JOB, 2, BOUNDS) as crew:
        return told([outcome for some in crew.run(tasks()) for outcome in some])


def test_a_cluster_that_loses_a_worker_gives_what_this_machine_gives(
    start: Start, address: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client

    for _ in range(2):  # with their nannies, as they come
        start("--nthreads", "1")
    wait_for_workers(address, 2)
    taken: list[int] = []

    def watched() -> Iterator[Task]:
        for task in tasks():
            taken.append(task.number)
            yield task

    outcomes: list[Outcome] = []
    killed = 0
    with Cluster(address, JOB, BOUNDS) as runner:
        for some in runner.run(watched()):
            outcomes += some
            assert len(taken) <= len(outcomes) + 2 * 2  # no more than the window is taken ahead
            if len(outcomes) >= 15 and not killed:
                with Client(address, set_as_default=False) as client:
                    killed = sorted(client.run(os.getpid).values())[0]
                os.kill(killed, signal.SIGKILL)
    assert killed and told(outcomes) == locally(monkeypatch)
    assert [item.how for item in sorted(outcomes, key=lambda item: item.number) if item.how is not TaskEnd.DONE] == [
        TaskEnd.CRASH,
        TaskEnd.PAGE_TIME,
        TaskEnd.MEMORY,
    ]
    assert keepers_left(folder) == []


def keepers_left(folder: Path) -> list[str]:
    """Return the crews' processes of these workers that are still there when they had the time to leave."""
    left: list[str] = []
    for _ in range(50):
        left = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                ours = str(folder).encode() in (process / "environ").read_bytes()
                if ours and b"raingan.apart.keeper" in (process / "cmdline").read_bytes():
                    left.append(process.name)
        if not left:
            break
        time.sleep(0.1)
    return left


def test_a_worker_without_this_program_or_with_another_edition_is_told_and_not_used(
    start: Start, address: str, folder: Path, tmp_path: Path
) -> None:
    other, none = tmp_path / "other", tmp_path / "none"
    (other / "raingan" / "cluster").mkdir(parents=True)
    (other / "raingan" / "__init__.py").touch()
    (other / "raingan" / "cluster" / "__init__.py").touch()
    fake = 'def about():\n    return \'{"version": "9.9", "edition": "x"}\'\n'
    (other / "raingan" / "cluster" / "worker.py").write_text(fake)
    (none / "raingan").mkdir(parents=True)
    (none / "raingan" / "__init__.py").touch()
    start("--nthreads", "1", "--no-nanny", path=other)
    start("--nthreads", "1", "--no-nanny", path=none)
    wait_for_workers(address, 2)
    said: list[str] = []

    def tell(code: str, values: object) -> None:
        assert isinstance(values, dict)
        said.append(sentence(code, values, "en"))

    with pytest.raises(InputError) as caught, Cluster(address, JOB, BOUNDS, tell):
        raise AssertionError("no worker is fit")
    assert caught.value.code == "cluster-no-workers"
    assert len(said) == 2 and any("9.9" in text for text in said) and any("ModuleNotFound" in text for text in said)
    start("--nthreads", "2", "--no-nanny")
    wait_for_workers(address, 3)
    with Cluster(address, JOB, BOUNDS, tell) as runner:
        found = [outcome for some in runner.run([Task(n, b"process") for n in range(12)]) for outcome in some]
        assert {item.how for item in found} == {TaskEnd.DONE}
        alone = runner.run([Task(n, b"good:x") for n in range(3)], at_most=1)
        assert [item.payload for some in alone for item in some] == [b"-x"] * 3
        interrupted = runner.run([Task(0, b"good:x"), Task(1, b"hang"), Task(2, b"hang_in_c")])
        assert [item.number for item in next(interrupted)] == [0]
    assert keepers_left(folder) == []  # nor of the tasks that were at work when the client went


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the group cluster-test, see CONTRIBUTING.md")
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with pytest.raises(InputError) as caught, Cluster("tcp://127.0.0.1:9", JOB):
        raise AssertionError("nobody is there")
    assert caught.value.code == "cluster-unreachable"


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as caught, Cluster("tcp://127.0.0.1:9", JOB):
        raise AssertionError("not installed")
    assert "pip install distributed" in sentence(caught.value.code, caught.value.values, "en")


def test_an_answer_is_taken_apart_without_being_believed() -> None:
    outcome = Outcome(3, TaskEnd.PAGE_TIME, b"x\ny", {"page": "2"}, 1.5)
    packed = pack_outcome(outcome)
    assert unpack_outcome(3, packed, 100) == outcome
    head = b'{"how": "done", "values": {}}\n'
    for answer in (
        None,
        7,
        "text",
        b"",
        b"{}\n",
        b"[]\n",
        b"no json\n",
        b'{"how": "won", "values": {}}\n',
        head + b"xx",
    ):
        with pytest.raises(ValueError):
            unpack_outcome(3, answer, 1)
