"""Tasks that share a process end as if each had one of its own, whatever the others do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from raingan.apart.crew import Crew
from raingan.apart.tasks import Bounds, Job, Outcome, Task, TaskEnd
from raingan.apart.together import LIGHT_BYTES, Together, together
from raingan.model.records import Source
from raingan.work import looks_light, may_share, pack_task
from tests.app_apart.test_crew import faults_can_be_imported as faults_can_be_imported

BOUNDS = Bounds(file_seconds=5, page_seconds=1, memory_bytes=400 * 2**20, result_bytes=10_000_000)
JOB = together(Job("faults:factory", b"", fit="faults:may_share"))

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no groups without forks")


@pytest.fixture
def crew() -> Iterator[Together]:
    with Together(Crew(JOB, 2, BOUNDS)) as crew:
        yield crew


def ended(crew: Together, tasks: list[Task]) -> list[Outcome]:
    found = [outcome for some in crew.run(iter(tasks)) for outcome in some]
    assert len(found) == len({outcome.number for outcome in found}) == len(tasks)
    return sorted(found, key=lambda outcome: outcome.number)


def light(*payloads: str) -> list[Task]:
    return [Task(number, payload.encode(), light=True) for number, payload in enumerate(payloads, 7)]


def test_light_tasks_share_processes_in_order(crew: Together) -> None:
    told = ended(crew, light(*["process"] * 20))
    assert [outcome.how for outcome in told] == [TaskEnd.DONE] * 20
    assert all(outcome.shared for outcome in told)
    told_processes = [outcome.payload for outcome in told]
    assert len(set(told_processes)) == 3  # 8, 8 and 4
    assert told_processes == sorted(told_processes, key=told_processes.index)
    assert [told_processes.count(one) for one in dict.fromkeys(told_processes)] == [8, 8, 4]


def test_others_have_a_process_each(crew: Together) -> None:
    heavy = "process:" + "x" * LIGHT_BYTES
    tasks = [Task(1, b"process"), Task(2, b"process", light=True), Task(3, heavy.encode(), light=True)]
    told = ended(crew, [*tasks, Task(4, b"process")])
    assert len({outcome.payload for outcome in told}) == 4
    assert not any(outcome.shared for outcome in told)


@pytest.mark.parametrize(
    ("fault", "how", "values"),
    [
        ("segfault", TaskEnd.CRASH, {"signal": "SIGSEGV"}),
        ("leave:7", TaskEnd.CRASH, {"exit": "7"}),
        ("raises:oops", TaskEnd.CRASH, {"error": "ValueError: oops"}),
        ("hang:4", TaskEnd.PAGE_TIME, {"page": "4"}),
        ("eat_memory", TaskEnd.MEMORY, {}),
    ],
)
def test_a_bad_end_costs_its_task_and_tells_its_reason(fault: str, how: TaskEnd, values: dict[str, str]) -> None:
    # Only what hangs may come to its limit of time: on a busy machine eating memory takes longer than a second.
    bounds = BOUNDS if how is TaskEnd.PAGE_TIME else replace(BOUNDS, file_seconds=600, page_seconds=600)
    with Together(Crew(JOB, 2, bounds)) as crew:
        told = ended(crew, light("good:a", "good:b", fault, "good:c"))
    assert [outcome.payload for outcome in told] == [b"a", b"b", b"", b"c"]
    assert [outcome.how for outcome in told] == [TaskEnd.DONE, TaskEnd.DONE, how, TaskEnd.DONE]
    assert told[2].values.items() >= values.items()
    assert not any(outcome.shared for outcome in told)  # each was read again in a process of its own


def test_what_may_not_share_is_found_before_anything_is_read(crew: Together, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    told = ended(crew, light(f"note_down:{noted}", "alone:x", f"note_down:{noted}"))
    assert [outcome.payload for outcome in told] == [b"noted", b"x", b"noted"]
    processes = noted.read_text().split()
    assert len(processes) == len(set(processes)) == 2  # once each, not with the group that was refused


def test_a_group_that_takes_long_is_read_one_by_one() -> None:
    with Together(Crew(Job("faults:hasty_worker", JOB.setup), 1, BOUNDS)) as crew:
        told = ended(crew, light("slow:2", "good:a"))
    assert [(outcome.payload, outcome.how, outcome.shared) for outcome in told] == [
        (b"2", TaskEnd.DONE, False),
        (b"a", TaskEnd.DONE, False),
    ]


def test_tells_of_many_rounds(crew: Together) -> None:
    """What was left by one run is no part of the next."""
    for _ in range(2):
        told = ended(crew, light(*["good:a", "segfault"] * 6))
        assert [outcome.how for outcome in told] == [TaskEnd.DONE, TaskEnd.CRASH] * 6


@pytest.mark.parametrize(
    ("name", "data", "looks", "may"),
    [
        ("a.txt", "รายงานผลตัวชี้วัด".encode(), True, True),
        ("a.HTML", b"<html><body>a", True, True),
        ("a.txt", b"%PDF-1.4\n1 0 obj", True, False),
        ("a.txt", b"\x89PNG\r\n\x1a\n", True, False),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", True, False),
        ("a.pdf", b"plain text", False, True),
        ("a.rtf", b"{\\rtf1 a}", False, False),
    ],
)
def test_only_what_python_reads_shares_a_process(name: str, data: bytes, looks: bool, may: bool) -> None:
    source = Source(name, data, "")
    assert looks_light(source) is looks
    assert may_share(pack_task(source)) is may
