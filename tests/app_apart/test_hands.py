"""Helpers bring time and nothing else: a file gives what it gives without them, and ends as it ends without them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from raingan.apart.crew import Crew
from raingan.apart.tasks import Bounds, Outcome, Task, TaskEnd
from tests.app_apart.test_crew import JOB, children_with, faults_can_be_imported, outcomes, processes, wait_until

__all__ = ["faults_can_be_imported"]  # a fixture that every test here needs too

BOUNDS = Bounds(file_seconds=60, page_seconds=30, memory_bytes=400 * 2**20, result_bytes=100_000)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="helpers are forks")


def bounds(how: TaskEnd, memory_bytes: int = 400 * 2**20) -> Bounds:
    """Return limits that nothing comes near, however busy the machine is, but what is to meet the limit of a page."""
    return Bounds(file_seconds=120, page_seconds=4 if how is TaskEnd.PAGE_TIME else 60, memory_bytes=memory_bytes)


def readers(outcome: Outcome) -> list[int]:
    """Return which process has read each page, that of the task itself first."""
    assert outcome.how is TaskEnd.DONE, outcome
    told = [line.split() for line in outcome.payload.decode().splitlines()]
    assert [int(number) for number, _ in told] == list(range(len(told)))
    return [int(process) for _, process in told]


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_a_lone_task_has_a_helper_for_each_place(workers: int) -> None:
    with Crew(JOB, workers, BOUNDS) as crew:
        task, first, *others = readers(outcomes(crew, f"pages:12 seats={workers}")[0])
    assert first == task, "the first page tells whether it is worth while"
    assert task not in others and len(set(others)) == workers


def test_one_worker_reads_alone() -> None:
    with Crew(JOB, 1, BOUNDS) as crew:
        assert len(set(readers(outcomes(crew, "pages:5")[0]))) == 1


def test_a_task_that_runs_alone_has_no_helpers() -> None:
    """It may be what ended earlier runs: nothing else is at work beside it."""
    with Crew(JOB, 3, BOUNDS) as crew:
        ((outcome,),) = list(crew.run([Task(0, b"pages:5")], at_most=1))
    assert len(set(readers(outcome))) == 1


def test_no_more_helpers_than_pages() -> None:
    with Crew(JOB, 5, BOUNDS) as crew:
        task, _, *others = readers(outcomes(crew, "pages:3 seats=2")[0])
    assert task not in others and len(set(others)) == 2


@pytest.mark.parametrize(
    ("fault", "how", "values"),
    [
        ("segfault", TaskEnd.CRASH, {"signal": "SIGSEGV"}),
        ("leave:7", TaskEnd.CRASH, {"exit": "7"}),
        ("leave_politely:3", TaskEnd.CRASH, {"exit": "3"}),
        ("raises:oops", TaskEnd.CRASH, {"error": "ValueError: oops"}),
        ("eat_memory", TaskEnd.MEMORY, {}),
        ("eat_memory_in_c", TaskEnd.MEMORY, {"signal": "SIGSEGV"}),
        ("hang", TaskEnd.PAGE_TIME, {}),
        ("block_signals", TaskEnd.PAGE_TIME, {}),
    ],
)
@pytest.mark.parametrize("workers", [1, 3])
def test_a_page_goes_wrong_as_without_helpers(fault: str, how: TaskEnd, values: dict[str, str], workers: int) -> None:
    with Crew(JOB, workers, bounds(how, memory_bytes=150 * 2**20)) as crew:
        (bad,) = outcomes(crew, f"pages:9 seats={workers} 5={fault}")
        assert (bad.how, bad.payload, dict(bad.values)) == (how, b"", {"page": "5", **values})
        assert outcomes(crew, "good:1")[0].how is TaskEnd.DONE


def test_the_first_page_that_goes_wrong_is_named(tmp_path: Path) -> None:
    """Page 6 ends its helper while another still reads page 4."""
    mark = tmp_path / "page-6"
    with Crew(JOB, 3, BOUNDS) as crew:
        (bad,) = outcomes(crew, f"pages:9 seats=3 4=leave_after:{mark} 6=touch:{mark}")
    assert mark.exists() and dict(bad.values) == {"page": "4", "exit": "7"}


def test_a_page_that_only_ends_helpers_is_read(tmp_path: Path) -> None:
    """As when the machine is short of memory: the system ends one process or another."""
    with Crew(JOB, 3, BOUNDS) as crew:
        task, _, *others = readers(outcomes(crew, "pages:9 seats=3 5=only_in_helpers:segfault")[0])
    assert [number for number, process in enumerate(others, 2) if process == task] == [5]


def test_helpers_are_given_up_where_one_page_after_the_other_ends_them() -> None:
    bad = " ".join(f"{number}=only_in_helpers:segfault" for number in range(2, 20))
    with Crew(JOB, 2, BOUNDS) as crew:
        assert len(set(readers(outcomes(crew, f"pages:19 seats=2 {bad}")[0]))) == 1


def test_a_page_that_gives_too_much_is_not_taken() -> None:
    with Crew(JOB, 2, BOUNDS) as crew:
        task, _, *others = readers(outcomes(crew, "pages:6 seats=2")[0])
        (bad,) = outcomes(crew, "pages:6 seats=2 4=only_in_helpers:tell_much")
    assert task not in others
    assert bad.how is TaskEnd.DONE and b"4 " in bad.payload


def test_asking_without_end_stops_nobody() -> None:
    with Crew(JOB, 2, Bounds(file_seconds=4, page_seconds=4)) as crew:
        bad, good = outcomes(crew, "ask_without_end", "good:1")
    assert bad.how in (TaskEnd.FILE_TIME, TaskEnd.PAGE_TIME) and good.payload == b"1"


def test_helpers_have_only_places_that_no_task_is_left_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    small = [f"noted:{log}"] * 12
    with Crew(JOB, 3, BOUNDS) as crew:
        big, *_ = outcomes(crew, f"pages:12 seats=3 log={log}", *small)
        task, _, *others = readers(big)
    assert len(set(others) - {task}) == 3
    events = log.read_text().split()
    at_work = [sum(1 if event[0] == "+" else -1 for event in events[: end + 1]) for end in range(len(events))]
    assert max(at_work) <= 3, "more processes at work than there are places"
    begun = [event[1:] for event in events if event[0] == "+"]
    helpers = {str(process) for process in others} - {str(task)}
    tasks = [at for at, process in enumerate(begun) if process not in helpers | {str(task)}]
    assert len(tasks) == len(small)
    assert min(at for at, process in enumerate(begun) if process in helpers) > tasks[-2]


def test_two_tasks_share_the_places_that_are_left() -> None:
    with Crew(JOB, 4, BOUNDS) as crew:
        found = [readers(outcome) for outcome in outcomes(crew, *["pages:9 seats=2"] * 2)]
    assert all(len(set(others) - {task}) >= 2 for task, *others in found)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
@pytest.mark.parametrize(
    ("fault", "how"),
    [("kill_parent_and_hang", TaskEnd.CRASH), ("kill_grandparent_and_hang", TaskEnd.LOST), ("hang", TaskEnd.PAGE_TIME)],
)
def test_helpers_end_with_the_task(fault: str, how: TaskEnd, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    with Crew(JOB, 3, bounds(how)) as crew:
        (bad,) = outcomes(crew, f"pages:9 seats=3 log={log} 5={fault} 4=hang")
        assert bad.how is how
        helpers = {line[1:] for line in log.read_text().split()}
        assert len(helpers) > 2
        wait_until(lambda: not any(Path("/proc", process).exists() for process in helpers))
        assert outcomes(crew, "good:1")[0].how is TaskEnd.DONE


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process table of Linux")
def test_helpers_do_not_outlive_a_parent_that_is_killed() -> None:
    mark = f"95{os.getpid()}.5"
    script = f"""
import sys; sys.path[:] = {json.dumps(sys.path)}
from raingan.apart.crew import Crew
from raingan.apart.tasks import Job, Task
with Crew(Job("faults:factory"), 3) as crew:
    list(crew.run([Task(0, b"pages:9 seats=3 3=hang_in_c 4=start_and_hang:{mark}")]))
"""
    parent = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "MARK": mark})
    wait_until(lambda: any("sleep" in command for command in processes(mark)))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: processes(mark) == [] and children_with(f"MARK={mark}") == 0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at open files in /proc")
def test_nothing_stays_open_in_the_keeper() -> None:
    def pipes() -> list[str]:
        handles = [path for path in Path(f"/proc/{keeper}/fd").iterdir() if int(path.name) > 2]
        return [name for name in (str(path.readlink()) for path in handles) if not name.startswith("socket:")]

    with Crew(JOB, 2, BOUNDS) as crew:
        keeper = int(outcomes(crew, "keeper")[0].payload)
        outcomes(crew, *["pages:5 seats=2", "segfault"], *["pages:5"] * 4)
        wait_until(lambda: pipes() == [])  # it tidies up after it has answered
