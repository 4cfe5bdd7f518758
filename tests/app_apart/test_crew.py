"""A task that goes wrong costs itself and nothing else, and leaves nothing behind."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from raingan.apart.crew import Crew
from raingan.apart.in_process import InProcess
from raingan.apart.launch import launch
from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.model.errors import CannotStart
from tests.app_apart import faults

HERE = Path(__file__).parent
JOB = Job("faults:factory", b"")
# What ends at once gets so long that no load of the machine makes it late; what hangs costs its test these seconds.
BOUNDS = Bounds(file_seconds=10, page_seconds=3, memory_bytes=400 * 2**20, result_bytes=10_000_000)
FOR_EVER = 300  # seconds until a test gives up: a guard, no measure

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are those of POSIX")


@pytest.fixture(autouse=True)
def faults_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def outcomes(crew: Crew, *payloads: str | bytes) -> list[Outcome]:
    """Run tasks to their end; return the outcomes in the order of the tasks."""
    found = [
        outcome
        for some in crew.run(
            Task(number, payload.encode() if isinstance(payload, str) else payload)
            for number, payload in enumerate(payloads)
        )
        for outcome in some
    ]
    assert len(found) == len({outcome.number for outcome in found}) == len(payloads)
    return sorted(found, key=lambda outcome: outcome.number)


def processes(mark: str) -> list[str]:
    """Return the command lines on this machine that hold the mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in command:
            found.append(command)
    return found


@pytest.mark.parametrize(
    ("fault", "how", "values"),
    [
        ("segfault", TaskEnd.CRASH, {"signal": "SIGSEGV"}),
        ("leave:7", TaskEnd.CRASH, {"exit": "7"}),
        ("leave_politely:3", TaskEnd.CRASH, {"exit": "3"}),
        ("raises:oops", TaskEnd.CRASH, {"error": "ValueError: oops"}),
        ("hang:4", TaskEnd.PAGE_TIME, {"page": "4"}),
        ("hang_in_c", TaskEnd.PAGE_TIME, {"page": "1"}),
        ("block_signals", TaskEnd.PAGE_TIME, {"page": "1"}),
        ("slow:100", TaskEnd.FILE_TIME, {}),
        ("eat_memory", TaskEnd.MEMORY, {}),
        ("eat_memory_in_c", TaskEnd.MEMORY, {"signal": "SIGSEGV"}),
        ("return_much:20000000", TaskEnd.CRASH, {}),
        ("close_everything", TaskEnd.CRASH, {}),
        ("hold_the_pipe", TaskEnd.CRASH, {"signal": "SIGSEGV"}),
        ("kill_keeper", TaskEnd.LOST, {}),
    ],
)
def test_a_fault_costs_only_itself(fault: str, how: TaskEnd, values: dict[str, str]) -> None:
    bounds = Bounds(file_seconds=5, page_seconds=3, memory_bytes=150 * 2**20, result_bytes=10_000_000)
    with Crew(JOB, 2, bounds) as crew:
        *good, bad = outcomes(crew, "good:1", "good:2", "good:3", fault)
        assert [outcome.payload for outcome in good] == [b"1", b"2", b"3"]
        assert bad.how is how and bad.payload == b"" and values.items() <= bad.values.items()
        assert [outcome.how for outcome in outcomes(crew, "good:4", "good:5", "good:6")] == [TaskEnd.DONE] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has asked for is read in /proc")
@pytest.mark.parametrize(("share", "how"), [(0.6, TaskEnd.CRASH), (0.9, TaskEnd.MEMORY)])
def test_who_aborts_near_the_limit_was_refused_memory(share: float, how: TaskEnd) -> None:
    """C++ that is refused memory aborts; what the process has asked for and never touched counts for the limit too."""
    limit = 400 * 2**20
    with Crew(JOB, 1, Bounds(memory_bytes=limit)) as crew:
        (base,) = outcomes(crew, "asked_for")
        (told,) = outcomes(crew, f"abort_holding:{int(limit * share) - int(base.payload)}")
    assert told.how is how and told.values["signal"] == "SIGABRT"


def test_pages_told_without_end_do_not_stop_the_clock() -> None:
    with Crew(JOB, 1, Bounds(file_seconds=0.5, page_seconds=0.5)) as crew:
        (told,) = outcomes(crew, "tell_pages_without_end")
    assert told.how is TaskEnd.FILE_TIME


def test_who_is_kept_waiting_by_the_next_task_is_not_blamed() -> None:
    """The crew hears nothing while it waits for a task, as it does for a large file on a slow drive."""

    def tasks() -> Iterator[Task]:
        yield Task(0, b"good:1")
        yield Task(1, b"slow:10")
        yield Task(2, b"slow:20")
        time.sleep(4)  # longer than a page may take
        yield Task(3, b"good:2")

    with Crew(JOB, 3, Bounds(file_seconds=60, page_seconds=3)) as crew:
        list(crew.run([Task(number, b"slow:1") for number in range(3)]))  # they have started
        found = [outcome for some in crew.run(tasks()) for outcome in some]
    assert sorted((outcome.number, outcome.how) for outcome in found) == [(number, TaskEnd.DONE) for number in range(4)]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the pipe in /proc")
@pytest.mark.parametrize("what", sorted(faults.FORGED))
def test_forged_messages_cost_only_their_task(what: str) -> None:
    with Crew(JOB, 1, Bounds(file_seconds=2, page_seconds=2)) as crew:
        bad, good = outcomes(crew, f"forge:{what}", "good:1")
    assert bad.how in (TaskEnd.CRASH, TaskEnd.PAGE_TIME, TaskEnd.FILE_TIME) and good.payload == b"1"
    assert all(type(value) is str and value.encode("utf-8") for value in bad.values.values())


def test_a_worker_that_stands_still_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent to it fills the pipe: the crew must not wait for it for ever."""
    with Crew(JOB, 1, BOUNDS) as crew:
        with monkeypatch.context() as hurry:
            hurry.setattr("raingan.apart.launch._SECONDS_TO_MOVE", 0.3)
            outcomes(crew, "good:1")
        (worker,) = crew._workers
        worker.process.send_signal(signal.SIGSTOP)
        payload = "good:" + "1" * 5_000_000
        assert [outcome.how for outcome in outcomes(crew, payload)] == [TaskEnd.LOST]
        assert [outcome.how for outcome in outcomes(crew, payload)] == [TaskEnd.DONE]


@pytest.mark.parametrize(
    ("fault", "how", "values"),
    [
        ("segfault", TaskEnd.CRASH, {"exit": "-11"}),
        ("leave:7", TaskEnd.CRASH, {"exit": "7"}),
        ("raises:oops", TaskEnd.CRASH, {"error": "ValueError: oops"}),
        ("hang:4", TaskEnd.PAGE_TIME, {"page": "4"}),
        ("hang_in_c", TaskEnd.PAGE_TIME, {"page": "1"}),
        ("return_much:20000000", TaskEnd.CRASH, {}),
        ("print_much", TaskEnd.DONE, {}),
    ],
)
def test_faults_where_there_are_no_forks(
    fault: str, how: TaskEnd, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: tasks share a worker, which is replaced when one ends it."""
    monkeypatch.setattr("raingan.apart.crew.FORKS", False)
    with Crew(JOB, 2, BOUNDS) as crew:
        *good, bad = outcomes(crew, "good:1", "good:2", "good:3", fault)
        assert [outcome.payload for outcome in good] == [b"1", b"2", b"3"]
        assert bad.how is how and values.items() <= bad.values.items()
        assert [outcome.how for outcome in outcomes(crew, "good:4", "good:5", "good:6")] == [TaskEnd.DONE] * 3


def test_workers_without_forks_are_replaced_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("raingan.apart.crew.FORKS", False)
    monkeypatch.setattr("raingan.apart.crew._TASKS_OF_A_PROCESS", 4)
    with Crew(JOB, 1, BOUNDS) as crew:
        told = [outcome.payload for outcome in outcomes(crew, *["process"] * 10)]
    assert [told.count(process) for process in dict.fromkeys(told)] == [4, 4, 2]


def test_a_limit_of_the_system_below_ours_stays() -> None:
    script = f"""
import resource, sys; sys.path[:] = {json.dumps(sys.path)}
resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))
from raingan.apart.crew import Crew
from raingan.apart.tasks import Job, Task
with Crew(Job("faults:factory"), 1) as crew:
    print([outcome.how.value for some in crew.run([Task(0, b"good:1"), Task(1, b"eat_memory")]) for outcome in some])
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "['done', 'memory']\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
def test_a_worker_that_went_while_it_was_idle_costs_no_task() -> None:
    with Crew(JOB, 1, BOUNDS) as crew:
        keeper = int(outcomes(crew, "keeper")[0].payload)
        os.kill(keeper, signal.SIGKILL)
        wait_until(lambda: Path(f"/proc/{keeper}/stat").read_text().split()[2] == "Z")
        assert outcomes(crew, "good:1")[0].how is TaskEnd.DONE


def test_what_is_printed_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with Crew(JOB, 1, BOUNDS) as crew:
        assert outcomes(crew, "print_much")[0].payload == b"printed"
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
@pytest.mark.parametrize("fault", ["start_and_hang", "start_hidden"])
def test_programs_that_a_task_starts_end_with_it(fault: str) -> None:
    mark = f"98{os.getpid()}.5"
    with Crew(JOB, 1, BOUNDS) as crew:
        outcomes(crew, f"{fault}:{mark}", "good:1")
        assert processes(mark) == []


def test_every_task_has_a_process_of_its_own() -> None:
    with Crew(JOB, 2, BOUNDS) as crew:
        told = [outcome.payload for outcome in outcomes(crew, *["process"] * 10)]
    assert len(set(told)) == 10 and str(os.getpid()).encode() not in told


def test_modules_needed_once_are_there_for_the_tasks_that_follow() -> None:
    job = Job("faults:factory", later=(("colorsys", "faults:note"),))
    with Crew(job, 1, BOUNDS) as crew:
        told = [outcome.payload for outcome in outcomes(crew, *["import_later:colorsys"] * 3, "import_later:this")]
    assert told == [b"False 0", b"True 1", b"True 1", b"False 1"]


def test_no_task_pays_for_what_is_made_ready() -> None:
    job = Job("faults:factory", later=(("colorsys", "faults:get_ready_slowly"),))
    with Crew(job, 1, Bounds(file_seconds=60, page_seconds=2)) as crew:
        told = outcomes(crew, *["import_later:colorsys"] * 2)
    assert [outcome.how for outcome in told] == [TaskEnd.DONE] * 2
    assert [outcome.payload for outcome in told] == [b"False 0", b"True 0"]


def test_a_task_is_taken_only_when_there_is_a_place_for_it() -> None:
    taken = []

    def tasks() -> Iterator[Task]:
        for number in range(8):
            taken.append(number)
            yield Task(number, b"good:1")

    seen = 0
    with Crew(JOB, 2, BOUNDS) as crew:
        for some in crew.run(tasks()):
            seen += len(some)
            assert len(taken) <= seen + 2
            assert len(taken) == min(8, seen + 2), "a free place was not filled before the outcomes were handed out"
    assert seen == 8


def test_at_most_one_runs_alone() -> None:
    taken = []

    def tasks() -> Iterator[Task]:
        for number in range(4):
            taken.append(number)
            yield Task(number, b"good:1")

    with Crew(JOB, 2, BOUNDS) as crew:
        for seen, _ in enumerate(crew.run(tasks(), at_most=1), 1):
            assert len(taken) == min(4, seen + 1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
def test_leaving_early_ends_what_is_at_work() -> None:
    mark = f"97{os.getpid()}.5"
    with Crew(JOB, 2, dataclasses.replace(BOUNDS, file_seconds=600, page_seconds=600)) as crew:
        run = crew.run([Task(0, b"slow:1"), Task(1, f"start_hidden_and_hang:{mark}".encode())])
        next(run)
        wait_until(lambda: processes(mark) != [])
        run.close()
        assert processes(mark) == []
        assert outcomes(crew, "good:1")[0].how is TaskEnd.DONE


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
def test_nothing_outlives_a_parent_that_is_killed() -> None:
    mark = f"96{os.getpid()}.5"
    script = f"""
import sys; sys.path[:] = {json.dumps(sys.path)}
from raingan.apart.crew import Crew
from raingan.apart.tasks import Job, Task
with Crew(Job("faults:factory"), 3) as crew:
    for _ in crew.run(Task(0, name) for name in (b"start_and_hang:{mark}", b"hang_in_c", b"forge:half", b"good:1")):
        pass
"""
    parent = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "MARK": mark})
    wait_until(lambda: any("sleep" in command for command in processes(mark)))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: processes(mark) == [] and children_with(f"MARK={mark}") == 0)


def children_with(entry: str) -> int:
    """Count the processes that have this entry in their environment."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            count += entry.encode() in path.read_bytes().split(b"\0")
        except OSError:
            continue
    return count


def wait_until(condition: object) -> None:
    assert callable(condition)
    limit = time.monotonic() + FOR_EVER
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_workers_that_cannot_start_are_told_instead_of_tried_for_ever() -> None:
    with Crew(Job("faults:bad_factory"), 2, BOUNDS) as crew, pytest.raises(CannotStart, match="never works"):
        outcomes(crew, *["good:1"] * 9)


def test_the_first_worker_is_the_one_launched_ahead() -> None:
    ahead = launch(["faults"])
    with Crew(JOB, 1, BOUNDS, ahead=ahead) as crew:
        assert [int(outcome.payload) for outcome in outcomes(crew, "keeper", "keeper")] == [ahead.process.pid] * 2
    ahead.end()  # it has left with its crew, and this finds nothing to do
    assert ahead.process.returncode == 0


def test_a_worker_launched_ahead_that_has_died_costs_no_task() -> None:
    ahead = launch(["faults"])
    ahead.process.kill()
    ahead.process.wait()
    with Crew(JOB, 1, BOUNDS, ahead=ahead) as crew:
        assert outcomes(crew, "good:1")[0].payload == b"1"
    ahead.end()


def test_modules_that_cannot_be_imported_ahead_are_told_where_they_are_needed() -> None:
    ahead = launch(["no_such_module"])
    with Crew(JOB, 1, BOUNDS, ahead=ahead) as crew:
        assert outcomes(crew, "good:1")[0].payload == b"1"
    ahead.end()
    with Crew(Job("faults:factory", preload=("no_such_module",)), 1, BOUNDS) as crew, pytest.raises(CannotStart):
        outcomes(crew, *["good:1"] * 9)


@pytest.mark.parametrize("how", ["ended", "left alone"])
def test_a_worker_launched_ahead_for_nothing_goes(how: str) -> None:
    ahead = launch(["faults"])
    if how == "ended":
        ahead.end()
    else:  # as where whoever launched it has gone
        assert ahead.process.stdin is not None
        ahead.process.stdin.close()
    assert ahead.process.wait(FOR_EVER) in (0, -signal.SIGKILL)
    ahead.end()


def test_a_worker_that_the_system_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(HERE / "no such program"))
    with Crew(JOB, 1, BOUNDS) as crew, pytest.raises(CannotStart, match="No such file"):
        outcomes(crew, "good:1")


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
def test_nothing_stays_open_for_workers_that_went_away() -> None:
    with Crew(JOB, 1, BOUNDS) as crew:
        outcomes(crew, "good:1")
        before = len(list(Path("/proc/self/fd").iterdir()))
        outcomes(crew, *["kill_keeper", "good:1"] * 4)
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_same_work_in_this_process() -> None:
    with InProcess(JOB) as here:
        tasks = [Task(1, b"good:1"), Task(2, b"raises:oops")]
        good, bad = [outcome for some in here.run(tasks) for outcome in some]
    assert (good.how, good.payload) == (TaskEnd.DONE, b"1")
    assert (bad.how, bad.values) == (TaskEnd.CRASH, {"error": "ValueError: oops"})
